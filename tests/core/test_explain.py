"""What is told about one lead, rule by rule: what follows, and why nothing follows."""

from dataclasses import replace

import pytest

from connector.core.explain import Given, Told, Verdict, explain_link, explain_stranger
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping
from connector.core.model import Link, Parked, Side, Stranger
from connector.core.plan import keep_differences

SF, OP = Side.SALESFORCE, Side.OPERATE
HEAD = "mapping: lead\nowner: salesforce\nminimum: []\nrules:\n"
IT = "  it: {salesforce: PostalCode, operate: postcode}\n"
LONG = "EC2A 4NE (rear)"


def mapping(*rules: str) -> Mapping:
    """A mapping of these rules."""
    return load(HEAD + "".join(f"  {rule}\n" for rule in rules), "lead.yaml")


def told(rule: str, here: str | None, there: str | None, base: tuple[str, str] | None = None) -> Told:
    """What is told about the rule `it` when the two sides show these values (None: not shown)."""
    seen = {side: {"it": text} for side, text in ((SF, here), (OP, there)) if text is not None}
    based = {SF: {"it": base[0]}, OP: {"it": base[1]}} if base else {}
    link = Link(1, ids={SF: "a", OP: "1"}, seen=seen, base=based)
    return explain_link(link, Given(mapping(f"it: {rule}")))[0]


@pytest.mark.parametrize(
    ("rule", "here", "there", "base", "verdict", "why"),
    [
        ("{salesforce: City, operate: town}", "b", "a", ("a", "a"), Verdict.WRITE, "edited in salesforce"),
        ("{salesforce: City, operate: town}", "a", "a", ("a", "a"), Verdict.EQUAL, "hold the same"),
        ("{salesforce: City, operate: town}", "", "", ("", ""), Verdict.BLANK, "blank on both"),
        ("{salesforce: City, operate: town}", "", "a", ("", "a"), Verdict.KEPT, "agreed to differ"),
        ("{salesforce: City, operate: town}", None, None, None, Verdict.NOT_SHOWN, "neither side"),
        ("{salesforce: City, operate: town}", "a", None, None, Verdict.WRITE, "first link"),
        ("{salesforce: City, operate: town}", "", None, None, Verdict.NOT_SHOWN, "Operate does not show it"),
        ("{salesforce: City, direction: none}", "a", None, None, Verdict.ONLY_READ, "for when, scope"),
        (
            "{salesforce: City, operate: town, direction: to_operate}",
            "a",
            "b",
            ("a", "b"),
            Verdict.ONE_WAY,
            "what Operate holds stays until Salesforce changes",
        ),
        (
            "{salesforce: City, operate: town, direction: on_create}",
            "a",
            "b",
            ("a", "b"),
            Verdict.ON_CREATE,
            "only a new lead",
        ),
        ("{salesforce: PostalCode, operate: postcode}", LONG, "a", ("a", "a"), Verdict.PARKED, "takes 10"),
        ("{salesforce: City, operate: town, conflict: review}", "b", "c", ("a", "a"), Verdict.PARKED, "both sides"),
    ],
)
def test_what_follows_for_a_rule_and_why(
    rule: str, here: str | None, there: str | None, base: tuple[str, str] | None, verdict: Verdict, why: str
) -> None:
    """Each end of the decision table has its words."""
    found = told(rule, here, there, base)
    assert found.verdict is verdict
    assert why in found.why
    assert (found.change is not None) is (verdict is Verdict.WRITE)


@pytest.mark.parametrize(
    ("direction", "verdict", "later"),
    [("both", Verdict.KEPT, "agreed to differ"), ("to_operate", Verdict.KEPT, "what Operate holds stays")],
)
def test_an_old_difference_that_linking_alone_has_left_is_named_as_that(
    direction: str, verdict: Verdict, later: str
) -> None:
    """Until it is no more what it was then."""
    city = mapping(f"it: {{salesforce: City, operate: town, direction: {direction}}}")
    link = keep_differences(Link(1, ids={SF: "a", OP: "1"}, seen={SF: {"it": "b"}, OP: {"it": "a"}}), city)
    (found,) = explain_link(link, Given(city))
    assert (found.verdict, found.why) == (verdict, "left as it was by a backfill that only linked")
    moved = replace(link, seen={SF: {"it": "b"}, OP: {"it": ""}}, base={SF: {"it": "b"}, OP: {"it": ""}})
    (found,) = explain_link(moved, Given(city))
    assert later in found.why


@pytest.mark.parametrize(("direction", "verdict"), [("none", Verdict.ONLY_READ), ("on_create", Verdict.ON_CREATE)])
def test_an_old_difference_that_no_backfill_would_decide_is_told_as_ever(direction: str, verdict: Verdict) -> None:
    """The rule itself is the reason."""
    city = mapping(f"it: {{salesforce: City, operate: town, direction: {direction}}}")
    link = keep_differences(Link(1, ids={SF: "a", OP: "1"}, seen={SF: {"it": "b"}, OP: {"it": "a"}}), city)
    assert explain_link(link, Given(city))[0].verdict is verdict


def test_both_sides_are_shown_with_what_they_would_be_given() -> None:
    """Native texts, value, and the native fields of the other side's value; too long a value says so."""
    phone = mapping("it: {salesforce: Phone, operate: phoneno, transform: phone}")
    link = Link(1, ids={SF: "a", OP: "1"}, seen={SF: {"it": "+442079460018"}, OP: {"it": ""}}, base={})
    natives = {SF: {"Phone": "020 7946 0018", "City": "x"}, OP: {"phoneno": ""}}
    (found,) = explain_link(link, Given(phone, natives=natives))
    assert found.sides[SF].native == {"Phone": "020 7946 0018"}
    assert found.sides[SF].value == "+442079460018"
    assert found.sides[OP].given == {"phoneno": "+442079460018"}
    assert "takes 10" in told("{salesforce: PostalCode, operate: postcode}", LONG, "", ("", "")).sides[OP].unfit


def test_a_filler_that_reads_as_blank_is_told_apart() -> None:
    """What stands there was made up by the connector, so it is no value."""
    last = mapping("it: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}")
    link = Link(1, seen={SF: {"it": ""}, OP: {"it": ""}}, base={SF: {"it": ""}, OP: {"it": ""}})
    (found,) = explain_link(link, Given(last, natives={SF: {"LastName": "Unknown"}, OP: {"lastname": ""}}))
    assert (found.sides[SF].filler, found.sides[OP].filler) == (True, False)


def test_a_condition_that_keeps_a_rule_away_is_named() -> None:
    """Which rule's value does not fit, for linked leads and new ones."""
    when = mapping(
        "it: {salesforce: City, operate: town, when: {kind: Desk}}", "kind: {salesforce: Kind__c, operate: size}"
    )
    link = Link(1, seen={SF: {"kind": "Room"}, OP: {"kind": "Room"}}, base={})
    (found, _) = explain_link(link, Given(when))
    assert (found.verdict, "kind does not fit" in found.why) == (Verdict.HIDDEN, True)
    (found, _) = explain_stranger(Stranger(SF, "a", 0, 0, {"kind": "Room"}), Given(when))
    assert found.verdict is Verdict.HIDDEN


@pytest.mark.parametrize("change", [{"held": {OP: 5}}, {"parked": {"": Parked("x", "x", "x", 0)}}])
def test_a_lead_that_waits_as_a_whole_is_written_nothing(change: dict[str, object]) -> None:
    """Whatever its rules would say."""
    link = replace(Link(1, seen={SF: {"it": "b"}, OP: {"it": "a"}}, base={SF: {"it": "a"}, OP: {"it": "a"}}), **change)  # type: ignore[arg-type]
    assert [each.verdict for each in explain_link(link, Given(load(HEAD + IT, "x")))] == [Verdict.LATER]


def test_without_tables_an_id_is_not_called_unknown() -> None:
    """Offline nothing can be looked up, so nothing is judged by it."""
    where = mapping("it: {salesforce: Where__c, operate: locationname, transform: location}")
    link = Link(1, seen={SF: {"it": "Bank"}, OP: {"it": ""}}, base={SF: {"it": ""}, OP: {"it": ""}})
    (found,) = explain_link(link, Given(where, whole=False))
    assert (found.verdict, "looked up" in found.sides[OP].unfit) == (Verdict.LATER, True)
    (found,) = explain_stranger(Stranger(SF, "a", 0, 0, {"it": "Bank"}), Given(where, whole=False))
    assert found.verdict is Verdict.LATER
    (found,) = explain_link(link, Given(where, {"operate.location": {"4": "Bank"}}))
    assert found.change is not None
    assert found.change.native == {"locationname": "4"}


@pytest.mark.parametrize(
    ("rule", "value", "verdict"),
    [
        ("{salesforce: City, operate: town}", "a", Verdict.WRITE),
        ("{salesforce: City, operate: town}", "", Verdict.BLANK),
        ("{salesforce: City, operate: town}", None, Verdict.NOT_SHOWN),
        ("{salesforce: City, operate: town, direction: to_salesforce}", "a", Verdict.ONE_WAY),
        ("{salesforce: City, direction: none}", "a", Verdict.ONLY_READ),
        ("{salesforce: City, default: {salesforce: a}}", "a", Verdict.ONLY_READ),
        ("{salesforce: PostalCode, operate: postcode}", LONG, Verdict.PARKED),
        ("{salesforce: OwnerId, operate: user_id, transform: user}", "a@example.com", Verdict.KEPT),
    ],
)
def test_what_a_new_lead_would_be_given(rule: str, value: str | None, verdict: Verdict) -> None:
    """A lead without a counterpart is told as the new one it would become."""
    values = {} if value is None else {"it": value}
    (found,) = explain_stranger(Stranger(SF, "a", 0, 0, values), Given(mapping(f"it: {rule}")))
    assert found.verdict is verdict
    assert found.why


def test_a_lead_outside_the_scope_is_given_to_nobody() -> None:
    """Nothing would be written, and the reason is the lead's place, not the rule."""
    head = HEAD.replace("rules:", "scope: {salesforce: {it: Inside}}\nrules:")
    given = Given(load(head + IT, "lead.yaml"))
    for value, verdict in (("Inside", Verdict.WRITE), ("Other", Verdict.LATER), (LONG, Verdict.LATER)):
        (found,) = explain_stranger(Stranger(SF, "a", 0, 0, {"it": value}), given)
        assert found.verdict is verdict
        assert (found.change is None) is (verdict is Verdict.LATER)
        assert ("outside the scope in salesforce" in found.why) is (verdict is Verdict.LATER)


def test_a_mapping_that_makes_no_leads_says_so() -> None:
    """A constant alone makes no lead."""
    given = Given(
        mapping("it: {operate: budget, transform: {constant: {value: x}}}", "city: {salesforce: City, direction: none}")
    )
    found = {each.rule.name: each for each in explain_stranger(Stranger(SF, "a", 0, 0, {}), given)}
    assert found["it"].verdict is Verdict.LATER
    assert found["it"].why == "the mapping makes no new leads in operate"
