"""The decision table: what happened to one rule of one lead, and what follows."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Blank, Conflict, Direction, Rule
from connector.core.merge import Act, Decision, decide
from connector.core.model import SIDES, Link, Side, Sides, Values
from tests.core.leads import OP, SF, Two, city, lead
from tests.core.mapping.frame import mapping_of

LONG, CUT = "Castrop-Rauxel", "Castro"


@dataclass(frozen=True)
class Row:
    """A situation, the rule's options, what is seen, the base, and the act, side, value and loser that follow."""

    what: str
    more: str
    seen: Two
    base: Two
    act: Act | None
    to: Side | None = None
    value: str = ""
    lost: str | None = None
    born: Side | None = None
    stamps: tuple[int, int] = (0, 0)


LATER = (
    Row("nobody edited", "", ("a", "a"), ("a", "a"), None),
    Row("nobody edited the long value or its cut copy", "", (LONG, CUT), (LONG, CUT), None),
    Row("neither side shows the rule", "", (None, None), ("a", "a"), None),
    Row("edited in Salesforce", "", ("b", "a"), ("a", "a"), Act.CARRY, OP, "b"),
    Row("edited in Operate", "", ("a", "b"), ("a", "a"), Act.CARRY, SF, "b"),
    Row("filled in Operate", "", ("", "b"), ("", ""), Act.CARRY, SF, "b"),
    Row("edited alike on both sides", "", ("b", "b"), ("a", "a"), Act.AGREE),
    Row("cleared on both sides", "", ("", ""), ("a", "a"), Act.AGREE),
    Row("both: Salesforce owns it", "conflict: salesforce", ("b", "c"), ("a", "a"), Act.CARRY, OP, "b", "c"),
    Row("both: Operate owns it", "conflict: operate", ("b", "c"), ("a", "a"), Act.CARRY, SF, "c", "b"),
    Row("both: Salesforce newer", "conflict: newest", ("b", "c"), ("a", "a"), Act.CARRY, OP, "b", "c", stamps=(9, 8)),
    Row("both: Operate newer", "conflict: newest", ("b", "c"), ("a", "a"), Act.CARRY, SF, "c", "b", stamps=(8, 9)),
    Row("both: same age, owner", "conflict: newest", ("b", "c"), ("a", "a"), Act.CARRY, OP, "b", "c", stamps=(9, 9)),
    Row("both: both filled, owner", "conflict: filled", ("b", "c"), ("a", "a"), Act.CARRY, OP, "b", "c"),
    Row("both: a person decides", "conflict: review", ("b", "c"), ("a", "a"), Act.REVIEW),
    Row("cleared, keep", "", ("", "a"), ("a", "a"), Act.KEEP, SF),
    Row("after a kept clearing nothing refills it", "", ("", "a"), ("", "a"), None),
    Row("after a kept clearing an edit flows", "", ("", "b"), ("", "a"), Act.CARRY, SF, "b"),
    Row("cleared, clear", "blank: clear", ("a", ""), ("a", "a"), Act.CARRY, SF, ""),
    Row("cleared and edited, keep", "", ("", "b"), ("a", "a"), Act.CARRY, SF, "b", ""),
    Row("cleared by the owner, clear", "blank: clear", ("", "b"), ("a", "a"), Act.CARRY, OP, "", "b"),
    Row("cleared by the other, clear", "blank: clear", ("b", ""), ("a", "a"), Act.CARRY, OP, "b", ""),
    Row(
        "cleared and edited, clear, filled wins",
        "blank: clear, conflict: filled",
        ("", "b"),
        ("a", "a"),
        Act.CARRY,
        SF,
        "b",
        "",
    ),
    Row("one-way, sender edited", "direction: to_operate", ("b", "a"), ("a", "a"), Act.CARRY, OP, "b"),
    Row("one-way, receiver edited", "direction: to_operate", ("a", "b"), ("a", "a"), Act.KEEP, OP),
    Row("one-way, both edited", "direction: to_operate", ("b", "c"), ("a", "a"), Act.CARRY, OP, "b", "c"),
    Row("one-way, both edited alike", "direction: to_operate", ("b", "b"), ("a", "a"), Act.AGREE),
    Row(
        "one-way, sender edits after the receiver", "direction: to_operate", ("c", "b"), ("a", "b"), Act.CARRY, OP, "c"
    ),
    Row("the other way, sender edited", "direction: to_salesforce", ("a", "b"), ("a", "a"), Act.CARRY, SF, "b"),
    Row("the other way, receiver edited", "direction: to_salesforce", ("b", "a"), ("a", "a"), Act.KEEP, SF),
    Row("the other way, both edited", "direction: to_salesforce", ("b", "c"), ("a", "a"), Act.CARRY, SF, "c", "b"),
    Row("on_create, edited later", "direction: on_create", ("b", "a"), ("a", "a"), Act.KEEP, SF, born=OP),
    Row("on_create, both edited later", "direction: on_create", ("b", "c"), ("a", "a"), Act.KEEP, born=OP),
    Row("the cut copy edited", "fit: cut", (LONG, "Berlin"), (LONG, CUT), Act.REVIEW, OP),
    Row("a shorter value that is no cut edited", "fit: cut", (LONG, "Berlin"), (LONG, "Cast"), Act.CARRY, SF, "Berlin"),
    Row("the cut copy cleared, keep", "fit: cut", (LONG, ""), (LONG, CUT), Act.KEEP, OP),
    Row("the original of a cut copy edited", "fit: cut", ("Ulm", CUT), (LONG, CUT), Act.CARRY, OP, "Ulm"),
)

FIRST = (
    Row("first link, equal", "", ("a", "a"), (None, None), Act.AGREE),
    Row("first link, both blank", "", ("", ""), (None, None), Act.AGREE),
    Row("first link, equal but one base is known", "", ("a", "a"), ("a", None), Act.AGREE),
    Row("first link, blank in Operate", "", ("a", ""), (None, None), Act.CARRY, OP, "a"),
    Row("first link, blank in Salesforce", "", ("", "a"), (None, None), Act.CARRY, SF, "a"),
    Row("first link, owner", "", ("a", "b"), (None, None), Act.CARRY, OP, "a", "b"),
    Row("first link, a cut copy is no conflict", "fit: cut", (LONG, CUT), (None, None), Act.KEEP),
    Row("first link, a cut copy without leave to cut", "", (LONG, CUT), (None, None), Act.REVIEW),
    Row("first link, shorter but no cut copy", "fit: cut", (LONG, "Cast"), (None, None), Act.CARRY, OP, LONG, "Cast"),
    Row("first link, Operate", "first_link: operate", ("a", "b"), (None, None), Act.CARRY, SF, "b", "a"),
    Row("first link, review", "first_link: review", ("a", "b"), (None, None), Act.REVIEW),
    Row("first link, review fills blanks", "first_link: review", ("a", ""), (None, None), Act.CARRY, OP, "a"),
    Row("first link, one-way", "direction: to_salesforce", ("a", "b"), (None, None), Act.CARRY, SF, "b", "a"),
    Row("first link, one-way, sender blank", "direction: to_salesforce", ("a", ""), (None, None), Act.KEEP),
    Row("first link, one-way, receiver blank", "direction: to_salesforce", ("", "b"), (None, None), Act.CARRY, SF, "b"),
    Row("first link of two old leads, on_create", "direction: on_create", ("a", "b"), (None, None), Act.KEEP),
    Row("first link of two old leads, on_create, blank", "direction: on_create", ("a", ""), (None, None), Act.KEEP),
    Row("a lead we made, on_create", "direction: on_create", ("a", ""), (None, None), Act.CARRY, OP, "a", born=OP),
    Row("a default there, on_create", "direction: on_create", ("a", "x"), (None, None), Act.CARRY, OP, "a", born=OP),
    Row("nothing to give, on_create", "direction: on_create", ("", "x"), (None, None), Act.KEEP, born=OP),
)

HIDDEN = (
    Row("never shown there, first link", "", ("a", None), (None, None), Act.CARRY, OP, "a"),
    Row("never shown there, first link, blank", "", ("", None), (None, None), Act.KEEP, SF),
    Row("never shown there, unchanged", "", ("a", None), ("a", None), None),
    Row("never shown there, edited", "", ("b", None), ("a", None), Act.CARRY, OP, "b"),
    Row("never shown there, cleared, clear", "blank: clear", ("", None), ("a", None), Act.CARRY, OP, ""),
    Row("never shown there, receives nothing", "direction: to_salesforce", ("b", None), ("a", None), Act.KEEP, SF),
    Row("only Operate shows it, edited", "", (None, "b"), (None, "a"), Act.CARRY, SF, "b"),
)


@pytest.mark.parametrize("row", LATER + FIRST + HIDDEN, ids=lambda row: row.what)
def test_the_decision_table(row: Row) -> None:
    """Each row: what happened in the world, and what is done about it."""
    link = replace(lead(row.seen, row.base), born=row.born, stamps=dict(zip(SIDES, row.stamps, strict=True)))
    decision = decide(city(row.more), link, SF, {})
    if row.act is None:
        assert decision is None
        return
    assert decision is not None
    assert (decision.act, decision.to, decision.value, decision.lost) == (row.act, row.to, row.value, row.lost)


def test_a_rule_without_a_field_on_the_other_side_is_only_remembered() -> None:
    """A rule that one side does not have is never carried there."""
    rule = replace(city(), fields={SF: ("City",)})
    assert decide(rule, lead(("b", None), ("a", None)), SF, {}) == Decision("it", Act.KEEP, SF)


def test_equal_after_the_normaliser_is_equal() -> None:
    """An address in capitals is the same address."""
    rule = city("transform: email")
    link = lead(("Ada@Example.com", "ada@example.com"), ("a@example.com", "a@example.com"))
    assert decide(rule, link, SF, {}) == Decision("it", Act.AGREE)


def test_every_carried_value_says_why() -> None:
    """Nothing is written without a reason that a person can read."""
    for row in LATER + FIRST + HIDDEN:
        if row.act is Act.CARRY:
            link = replace(lead(row.seen, row.base), born=row.born, stamps=dict(zip(SIDES, row.stamps, strict=True)))
            decision = decide(city(row.more), link, SF, {})
            assert decision is not None
            assert decision.why, row.what


# properties

MIRRORED = {
    Direction.TO_OPERATE: Direction.TO_SALESFORCE,
    Direction.TO_SALESFORCE: Direction.TO_OPERATE,
    Conflict.SALESFORCE: Conflict.OPERATE,
    Conflict.OPERATE: Conflict.SALESFORCE,
}
values = st.sampled_from(["", "a", "b", "c", LONG, CUT])
trees = st.tuples(st.none() | values, st.none() | values)
rules = st.builds(
    lambda direction, conflict, first, blank: replace(
        city(), direction=direction, conflict=conflict, first_link=first, blank=blank
    ),
    st.sampled_from(Direction),
    st.sampled_from(Conflict),
    st.sampled_from(Conflict),
    st.sampled_from(Blank),
)
leads = st.builds(
    lambda seen, base, born, stamps: replace(lead(seen, base), born=born, stamps=dict(zip(SIDES, stamps, strict=True))),
    trees,
    trees,
    st.none() | st.sampled_from(SIDES),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
owners = st.sampled_from(SIDES)


@given(rules, leads, owners)
def test_nobody_invents_a_value(rule: Rule, link: Link, owner: Side) -> None:
    """What is carried to a side stands on the other one, and what is lost stands on this one."""
    decision = decide(rule, link, owner, {})
    if decision is not None and decision.act is Act.CARRY:
        assert decision.to is not None
        assert decision.value == link.seen[decision.to.other]["it"]
        assert decision.lost in (None, link.seen[decision.to].get("it"))


@given(rules, leads, owners)
def test_the_two_sides_are_treated_alike(rule: Rule, link: Link, owner: Side) -> None:
    """Exchange the sides and the policies, and the decision is exchanged too."""
    there = decide(_mirrored_rule(rule), _mirrored(link), owner.other, {})
    here = decide(rule, link, owner, {})
    if here is None or there is None:
        assert here is there
        return
    assert (here.act, here.value, here.lost) == (there.act, there.value, there.lost)
    assert here.to == (there.to and there.to.other)


@given(rules, leads, owners)
def test_a_decision_that_was_carried_out_leaves_nothing_to_do(rule: Rule, link: Link, owner: Side) -> None:
    """Deciding again after the write gives nothing, or asks the same person the same question."""
    decision = decide(rule, link, owner, {})
    if decision is None:
        return
    again = decide(rule, _carried_out(link, decision), owner, {})
    assert again == (decision if decision.act is Act.REVIEW else None)


def _carried_out(link: Link, decision: Decision) -> Link:
    seen = {side: dict(link.seen[side]) for side in SIDES}
    base = {side: dict(link.base[side]) for side in SIDES}
    sides = SIDES if decision.to is None or decision.act is Act.CARRY else (decision.to,)
    if decision.act is Act.REVIEW:
        return link
    if decision.act is Act.CARRY and decision.to is not None and seen[decision.to]:
        seen[decision.to] = {"it": decision.value}
    for side in sides:
        base[side] |= seen[side]
    return replace(link, seen=seen, base=base)


def _mirrored(link: Link) -> Link:
    return replace(
        link,
        seen=_swapped(link.seen),
        base=_swapped(link.base),
        stamps={side: link.stamps[side.other] for side in SIDES},
        born=link.born and link.born.other,
    )


def _swapped(trees: Sides) -> dict[Side, Values]:
    return {side: trees[side.other] for side in SIDES}


def _mirrored_rule(rule: Rule) -> Rule:
    one, other = (rule.fields[side][0] for side in SIDES)
    return replace(
        rule,
        sizes={SF: {one: rule.sizes.get(OP, {}).get(other, 0)}, OP: {other: rule.sizes.get(SF, {}).get(one, 0)}},
        direction=Direction(MIRRORED.get(rule.direction, rule.direction)),
        conflict=Conflict(MIRRORED.get(rule.conflict, rule.conflict)),
        first_link=Conflict(MIRRORED.get(rule.first_link, rule.first_link)),
    )


def test_a_box_that_nobody_ticked_is_not_filled() -> None:
    """Of a ticked and an unticked box, `filled` means the ticked one, whoever owns the rule."""
    rule = mapping_of("it: {salesforce: T__c, operate: ud_t, transform: boolean, first_link: filled}\n").rules["it"]
    decision = decide(rule, Link(1, seen={SF: {"it": "false"}, OP: {"it": "true"}}), SF, {})
    assert decision is not None
    assert (decision.to, decision.value) == (SF, "true")
