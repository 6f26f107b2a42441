"""From decisions to writes: natives, fillers, parked rules, rules that flip."""

from dataclasses import replace

import pytest

from connector.core.model import SIDES, LinkState, Parked, Stranger
from connector.core.plan import (
    FLIP_GAP,
    FLIPS,
    keep_differences,
    park_lead,
    park_rule,
    plan_creation,
    plan_link,
    with_trail,
)
from tests.core.leads import OP, SF, lead, one_rule, tree
from tests.core.mapping.frame import mapping_of

PLAIN = one_rule()
SMALL = replace(PLAIN, rules={"it": replace(PLAIN.rules["it"], sizes={OP: {"town": 6}})})
FILLED = mapping_of(
    "last: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}\n"
    "city: {salesforce: FirstName, operate: firstname}\n"
    "once: {salesforce: LeadSource, operate: otherneeds, direction: on_create}\n"
    "back: {salesforce: City, operate: town, direction: to_operate}\n"
)


def test_an_edit_becomes_a_write_of_its_native_field() -> None:
    """The change says what is written, what stands there now, and why."""
    plan = plan_link(lead(("b", "a"), ("a", "a")), PLAIN, {}, 0, 1)
    (change,) = plan.changes
    assert (change.to, dict(change.native), change.old) == (OP, {"town": "b"}, "a")
    assert plan.towards(SF) == ()


def test_an_agreement_only_moves_the_base() -> None:
    """Nothing to write, nothing ahead any more."""
    plan = plan_link(lead(("b", "b"), ("a", "a")), PLAIN, {}, 0, 1)
    assert (plan.changes, plan.link.base) == ((), tree(("b", "b")))


def test_a_planned_write_does_not_move_the_base() -> None:
    """Work is not queued: until it landed, the edit is ahead and planned again."""
    link = lead(("b", "a"), ("a", "a"))
    assert plan_link(link, PLAIN, {}, 0, 1).link.base == link.base


def test_a_value_that_does_not_fit_is_parked_until_it_changes() -> None:
    """It is news once, stays parked in silence, and is planned when the value fits."""
    link = lead(("Castrop-Rauxel", "a"), ("a", "a"))
    first = plan_link(link, SMALL, {}, 7, 1)
    assert (first.changes, first.news, first.link.parked["it"].code) == ((), ("it",), "too_long")
    again = plan_link(first.link, SMALL, {}, 8, 2)
    assert (again.changes, again.news, again.link.parked) == ((), (), first.link.parked)
    fits = plan_link(replace(first.link, seen=tree(("Ulm", "a"))), SMALL, {}, 9, 3)
    assert (len(fits.changes), fits.link.parked) == (1, {})


def test_a_refused_rule_waits_for_its_value_or_its_definition() -> None:
    """The same value under the same rule was refused already; a changed mapping is a reason to try again."""
    link = park_rule(lead(("b", "a"), ("a", "a")), PLAIN.rules["it"], "refused", "no such word", 0)
    assert plan_link(link, PLAIN, {}, 0, 1).changes == ()
    assert plan_link(replace(link, seen=tree(("c", "a"))), PLAIN, {}, 0, 1).changes
    assert plan_link(link, one_rule("blank: clear"), {}, 0, 1).changes


def test_a_parked_rule_is_released_when_the_sides_agree_again() -> None:
    """Somebody typed the same on both sides."""
    parked = park_rule(lead(("b", "a"), ("a", "a")), PLAIN.rules["it"], "refused", "no", 0)
    assert plan_link(replace(parked, seen=tree(("c", "c"))), PLAIN, {}, 0, 1).link.parked == {}
    assert plan_link(replace(parked, seen=tree(("a", "a"))), PLAIN, {}, 0, 1).link.parked == {}


def test_a_double_edit_under_review_is_parked_with_the_question() -> None:
    """Nothing is written on either side until a person decides."""
    plan = plan_link(lead(("b", "c"), ("a", "a")), one_rule("conflict: review"), {}, 0, 1)
    assert (plan.changes, plan.link.parked["it"].code) == ((), "review")


def test_a_rule_that_flips_is_parked_after_three_cycles() -> None:
    """The value comes back each cycle: an automation fights us."""
    link = lead(("b", "a"))
    carried = []
    for cycle in range(1, 12):
        plan = plan_link(replace(link, base=tree(("a", "a") if cycle % 2 else ("b", "b"))), PLAIN, {}, 0, cycle)
        if plan.news:
            break
        carried += [(change.to, change.value) for change in plan.changes]
        link = with_trail(plan.link, plan.changes, cycle)
    assert plan.link.parked["it"].code == "flips"
    assert carried == [(OP, "b"), (SF, "a")] * 2
    assert len(carried) == FLIPS + 1


def test_a_slow_automation_flips_too() -> None:
    """It needs a few cycles to change the value back."""
    link = lead(("b", "a"), ("a", "a"))
    news: list[str] = []
    for turn, cycle in enumerate(range(1, 60, 3)):
        link = replace(link, seen=tree(("bc"[turn % 2], "a")))
        plan = plan_link(link, PLAIN, {}, 0, cycle)
        news += plan.news
        link = with_trail(plan.link, plan.changes, cycle)
    assert news


def test_a_person_who_changes_their_mind_does_not_flip() -> None:
    """With many quiet cycles in between it is nobody's automation."""
    link = lead(("b", "a"), ("a", "a"))
    for turn, cycle in enumerate(range(1, 200, FLIP_GAP + 1)):
        link = replace(link, seen=tree(("bc"[turn % 2], "a")))
        plan = plan_link(link, PLAIN, {}, 0, cycle)
        assert plan.changes
        link = with_trail(plan.link, plan.changes, cycle)


def test_a_lead_parked_as_a_whole_waits_until_anything_about_it_changes() -> None:
    """A lock or a duplicate rule is about the record, so any change is a reason to try again."""
    link = park_lead(lead(("b", "a"), ("a", "a")), "refused", "locked", 0)
    assert plan_link(link, PLAIN, {}, 0, 1).changes == ()
    tried = plan_link(replace(link, seen=tree(("c", "a"))), PLAIN, {}, 0, 1)
    assert (len(tried.changes), "" in tried.link.parked) == (1, False)


def test_held_open_and_ended_links_are_left_alone() -> None:
    """A request may still arrive, or there is nothing to keep in step."""
    link = lead(("b", "a"), ("a", "a"))
    for still in (
        replace(link, held={OP: 5}),
        replace(link, state=LinkState.OPEN),
        replace(link, state=LinkState.ENDED),
    ):
        plan = plan_link(still, PLAIN, {}, 0, 1)
        assert (plan.link, plan.changes, plan.stamps) == (still, (), frozenset())


def test_missing_stamps_are_planned_where_a_side_can_carry_them() -> None:
    """Only sides with a field for the counterpart id."""
    link = replace(lead(("a", "a"), ("a", "a")), stamped=frozenset({OP}))
    assert plan_link(link, PLAIN, {}, 0, 1).stamps == {SF}
    assert plan_link(link, PLAIN, {}, 0, 1, stampable=(OP,)).stamps == frozenset()


def test_a_parked_rule_that_left_the_mapping_is_forgotten() -> None:
    """Nobody can act on a rule that does not exist."""
    link = replace(lead(("a", "a"), ("a", "a")), parked={"gone": Parked("refused", "x", "f", 0)})
    assert plan_link(link, PLAIN, {}, 0, 1).link.parked == {}


def test_a_clearing_writes_the_filler_where_a_side_must_not_be_blank() -> None:
    """Salesforce demands a last name: a clearing that is carried over leaves what we invent."""
    mapping = mapping_of(
        "it: {salesforce: LastName, operate: lastname, blank: clear, required: {salesforce: Unknown}}\n"
    )
    (change,) = plan_link(lead(("a", ""), ("a", "a")), mapping, {}, 0, 1).changes
    assert (change.value, change.filler, dict(change.native)) == ("", "Unknown", {"LastName": "Unknown"})


def test_a_filler_names_the_edit_that_lost_to_a_clearing() -> None:
    """Both sides edited, and the clearing won: what stood where the filler goes is the loser of a conflict."""
    mapping = mapping_of(
        "it: {salesforce: LastName, operate: lastname, blank: clear, conflict: operate,"
        " required: {salesforce: Unknown}}\n"
    )
    (change,) = plan_link(lead(("b", ""), ("a", "a")), mapping, {}, 0, 1).changes
    assert (change.filler, change.lost, change.why) == ("Unknown", "b", "edited on both sides: operate owns it")


def test_a_new_record_holds_what_flows_there_and_fillers_for_the_rest() -> None:
    """Blank values are not sent; a rule that only flows the other way is left out."""
    stranger = Stranger(OP, "1", 0, 0, {"last": "", "city": "Ghent", "once": "Web", "back": "CEO"})
    creation = plan_creation(stranger, FILLED, {}, 0)
    assert creation.to is SF
    assert {change.rule: (change.value, change.filler) for change in creation.changes} == {
        "last": ("", "Unknown"),
        "city": ("Ghent", ""),
        "once": ("Web", ""),
    }


def test_a_new_record_goes_without_a_value_that_does_not_fit() -> None:
    """The rule is parked, the lead is made."""
    creation = plan_creation(Stranger(SF, "00Q1", 0, 0, {"it": "Castrop-Rauxel"}), SMALL, {}, 0)
    assert (creation.changes, creation.parked["it"].code) == ((), "too_long")


def test_linking_only_takes_each_sides_value_as_its_base() -> None:
    """Old differences are no edits."""
    link = keep_differences(lead(("a", "b")), PLAIN)
    assert link.base == tree(("a", "b"))
    assert plan_link(link, PLAIN, {}, 0, 1).changes == ()
    assert all(link.base[side] == link.seen[side] for side in SIDES)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (
            "{salesforce: Status, operate: leadstatusid, required: {operate: '1'}, transform: {values: {table: "
            "[{salesforce: Open, operate: '1'}], others: {to_operate: keep}}}}",
            "Weird",
        ),
        ("{salesforce: OwnerId, operate: user_id, transform: user, required: {operate: bo@x.example}}", "00GQ"),
    ],
)
def test_a_new_lead_is_given_the_filler_where_its_value_says_nothing_there(rule: str, value: str) -> None:
    """Somebody whom the other side does not know, a text that stands in no row: that is what it is for."""
    mapping = mapping_of(f"it: {rule}\n")
    tables = {"operate.user": {"1": "bo@x.example"}}
    plan = plan_creation(Stranger(SF, "a", 0, 0, {"it": value}), mapping, tables, 0)
    (change,) = plan.changes
    assert change.filler
    assert list(change.native.values()) == ["1"]
