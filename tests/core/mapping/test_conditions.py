"""Conditions: when a rule applies, which leads take part, where a new lead goes."""

import textwrap

import pytest

from connector.core.mapping.conditions import condition
from connector.core.mapping.live_tables import with_tables
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping
from connector.core.model import SIDES, Link, Side, Stranger
from connector.core.plan import fits_there, plan_creation, plan_link
from connector.errors import MappingError
from tests.core.mapping.frame import mapping_of

WHEN = """
country: {salesforce: Country, operate: country}
floor: {salesforce: Floor__c, operate: floor, when: {country: [United Kingdom, Ireland]}}
budget: {operate: budget, transform: {constant: {value: To be discussed}}, when: {country: Ireland}}
"""
ROUTED = """
mapping: lead
owner: salesforce
default_location: first
locations:
  - {when: {postcode: [EC1*, EC2*]}, location: City Tower}
  - {when: {country: germany, company: {not: [Acme, Beta*]}}, location: Berlin Mitte}
rules:
  company: {salesforce: Company, operate: leadname}
  postcode: {salesforce: PostalCode, operate: postcode}
  country: {salesforce: Country, operate: country}
  location: {salesforce: Operate_Location__c, operate: locationname, transform: location}
"""
LOCATIONS = {"operate.location": {"1": "Albert Dock", "2": "City tower", "3": "Berlin Mitte"}}


def wrong(text: str) -> list[tuple[int, int, str, tuple[str, ...]]]:
    """What a mapping text has wrong."""
    with pytest.raises(MappingError) as refused:
        load(textwrap.dedent(text), "test.yaml")
    return [(at.line, at.column, at.text, at.nearest) for at in refused.value.findings]


@pytest.mark.parametrize(
    ("words", "negated", "meant", "others"),
    [
        (("Junk",), False, ("Junk", "JUNK "), ("", "Junky")),
        (("EC1*",), False, ("EC1", "ec1a 1bb"), ("", "EC2", "AEC1")),
        (("*",), False, ("x", " x"), ("", "  ")),
        (("",), False, ("", " "), ("x",)),
        (("Junk", "Test*"), True, ("", "Real"), ("junk", "test lead")),
        (("*",), True, ("",), ("x",)),
        (("Straße",), False, ("STRASSE",), ("Strase",)),
    ],
)
def test_a_condition_means_texts(
    words: tuple[str, ...], negated: bool, meant: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """Whole texts or beginnings, in any case; blank is a text like others, and no beginning fits it."""
    found = condition(words, negated=negated)
    assert all(map(found.holds, meant))
    assert not any(map(found.holds, others))


@pytest.mark.parametrize(
    ("rule", "word", "native", "other"),
    [
        ("{salesforce: Phone, operate: phoneno, transform: phone}", "020 7946 0018", "+442079460018", "020 7946 0019"),
        ("{salesforce: Country, operate: country, transform: country}", "England", "UK", "Ireland"),
        ("{salesforce: Tour__c, operate: ud_tour, transform: boolean}", "", "no", "true"),
        ("{salesforce: Tour__c, operate: ud_tour, transform: boolean}", "Yes", "1", ""),
        ("{salesforce: Kinds__c, operate: ud_kinds, transform: choices}", "Desk", "Phone;Desk", "Desks;Phone"),
        ("{salesforce: Kinds__c, operate: ud_kinds, transform: choices}", "", " ; ", "Desk"),
        ("{salesforce: Start__c, operate: ud_start, transform: instant}", "2027-01-31*", "2027-01-31T10:00:00Z", ""),
        ("{salesforce: Desks__c, operate: ud_desks, transform: number}", "25.0", "025", "26"),
        ("{salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {Gold: '7'}}}}", "7", "gold", "Tin"),
    ],
)
def test_a_word_means_what_the_rule_reads(rule: str, word: str, native: str, other: str) -> None:
    """However it is typed: phones in the local form, a country by any name, one of several choices."""
    mapping = mapping_of(f"it: {rule}\ncity: {{salesforce: City, operate: town, when: {{it: {word!r}}}}}\n")
    field = mapping.rules["it"].fields[Side.SALESFORCE][0]
    assert "city" in mapping.read(Side.SALESFORCE, {field: native, "City": "Ghent"}, {})
    assert "city" not in mapping.read(Side.SALESFORCE, {field: other, "City": "Ghent"}, {})


STATUS = """
status: {salesforce: Status, operate: leadstatusid, transform: {values: {table: [
  {salesforce: [New, Open], operate: ["1", "2"]}, {salesforce: Lost, operate: New}]}}}
city: {salesforce: City, operate: town, when: {status: WORD}}
"""


@pytest.mark.parametrize("word", ["New", "open", "'2'", "Op*"])
def test_any_text_of_a_row_means_the_row(word: str) -> None:
    """Of either side; where both sides have the text, Salesforce's is meant."""
    mapping = mapping_of(STATUS.replace("WORD", word))
    assert "city" in mapping.read(Side.OPERATE, {"leadstatusid": "1", "town": "Ghent"}, {})
    assert "city" not in mapping.read(Side.OPERATE, {"leadstatusid": "New", "town": "Ghent"}, {})


def test_the_scope_of_a_side_means_the_texts_of_that_side() -> None:
    """A word that stands in both columns of a table is the one that this side shows."""
    head = "mapping: lead\nowner: salesforce\nminimum: []\nscope: {SIDE: {status: New}}\nrules:\n"
    for side, inside, outside in (("salesforce", "New", "Lost"), ("operate", "Lost", "New")):
        mapping = mapping_of(STATUS.replace("WORD", "New"), head.replace("SIDE", side))
        assert mapping.takes_part(Side(side), {"status": inside})
        assert not mapping.takes_part(Side(side), {"status": outside})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{when: {}, location: Rest}", "fits every lead"),
        ("{when: {location: '*'}, location: Rest}", "location is blank wherever these lines count"),
        ("{when: {term: x}, location: Rest}", "rule term has no field in Salesforce"),
        (
            "{when: {postcode: EC1A*, company: Acme}, location: Rest}",
            "line of 'City Tower' above fits these leads already",
        ),
        ("{when: {postcode: [EC1A 1BB, EC25]}, location: Rest}", "line of 'City Tower' above fits these leads already"),
    ],
)
def test_a_line_that_never_counts_is_found(line: str, reason: str) -> None:
    """Somebody would wait for leads that go elsewhere."""
    text = ROUTED.replace("\nrules:", f"\n  - {line}\nrules:\n  term: {{operate: term, direction: none}}")
    ((_, _, found, _),) = wrong(text)
    assert reason in found


def test_a_rule_does_not_show_where_it_does_not_apply() -> None:
    """It is neither blank nor an edit: the record is read as if it had no such field."""
    mapping = mapping_of(WHEN)
    here = mapping.read(Side.SALESFORCE, {"Country": "Ireland", "Floor__c": "2"}, {})
    there = mapping.read(Side.SALESFORCE, {"Country": "France", "Floor__c": "2"}, {})
    assert here == {"country": "Ireland", "floor": "2"}
    assert there == {"country": "France"}


def test_a_value_flows_once_its_rule_applies() -> None:
    """The country is corrected: the floor, which stood there all along, is carried."""
    mapping = mapping_of(WHEN)
    agreed = {side: {"country": "France"} for side in SIDES}
    corrected = {"country": "Ireland", "floor": "2"}
    ids = dict.fromkeys(SIDES, "1")
    link = Link(ids=ids, base=agreed, seen={**agreed, Side.SALESFORCE: corrected}, stamped=frozenset(SIDES))
    plan = plan_link(link, mapping, {}, 0, 1)
    assert {change.rule: change.value for change in plan.changes} == {"country": "Ireland", "floor": "2"}


@pytest.mark.parametrize(("country", "budget"), [("Ireland", "To be discussed"), ("France", None)])
def test_a_constant_is_written_where_its_rule_applies(country: str, budget: str | None) -> None:
    """A new lead gets the text only when the condition holds."""
    stranger = Stranger(Side.SALESFORCE, "1", 0, 0, {"country": country})
    changes = {change.rule: change.filler for change in plan_creation(stranger, mapping_of(WHEN), {}, 0).changes}
    assert changes.get("budget") == budget


def test_the_scope_of_a_side_is_made_of_its_values() -> None:
    """All conditions hold, or the record takes no part."""
    mapping = load(
        "mapping: lead\nowner: salesforce\nscope: {salesforce: {status: {not: Junk}, company: '*'}}\nrules:\n"
        "  status: {salesforce: Status, direction: none}\n  company: {salesforce: Company, operate: leadname}\n"
        "minimum: [leadname]\n",
        "test.yaml",
    )
    assert mapping.takes_part(Side.SALESFORCE, {"status": "Open", "company": "Acme"})
    assert not mapping.takes_part(Side.SALESFORCE, {"status": "junk", "company": "Acme"})
    assert not mapping.takes_part(Side.SALESFORCE, {"status": "Open"})
    assert mapping.takes_part(Side.OPERATE, {})


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"postcode": "EC1A 1BB", "country": "Germany"}, "City tower"),
        ({"postcode": "10115", "country": "Germany", "company": "Gamma"}, "Berlin Mitte"),
        ({"postcode": "10115", "country": "Germany", "company": "Beta Ltd"}, "Albert Dock"),
        ({}, "Albert Dock"),
    ],
)
def test_a_new_lead_goes_where_the_first_line_that_fits_says(values: dict[str, str], label: str) -> None:
    """By the tenant's own spelling; else to the default location; and never back as an edit."""
    mapping = with_tables(load(ROUTED, "test.yaml"), LOCATIONS)
    stranger = Stranger(Side.SALESFORCE, "1", 0, 0, values)
    (change,) = (each for each in plan_creation(stranger, mapping, LOCATIONS, 0).changes if each.rule == "location")
    assert (change.filler, change.value) == (label, "")


def test_a_named_location_goes_before_every_line() -> None:
    """What somebody chose in Salesforce counts."""
    mapping = with_tables(load(ROUTED, "test.yaml"), LOCATIONS)
    stranger = Stranger(Side.SALESFORCE, "1", 0, 0, {"location": "Berlin Mitte", "postcode": "EC1"})
    (change,) = (each for each in plan_creation(stranger, mapping, LOCATIONS, 0).changes if each.rule == "location")
    assert (change.value, change.native) == ("Berlin Mitte", {"locationname": "3"})


def test_a_line_with_a_location_that_the_tenant_lacks_is_a_finding() -> None:
    """At its place, with the nearest names."""
    with pytest.raises(MappingError) as refused:
        with_tables(load(ROUTED.replace("City Tower", "City Towr"), "test.yaml"), LOCATIONS)
    (finding,) = refused.value.findings
    assert (finding.line, finding.nearest) == (6, ("City tower",))
    assert "no location 'City Towr'" in finding.text


def test_mistakes_in_conditions_are_found() -> None:
    """Unknown rules and keys, numbers without quotes, fields that a side lacks: each at its place."""
    found = wrong(
        """\
        mapping: lead
        owner: salesforce
        minimum: [leadname]
        scope:
          operate: {region: North}
          salesforce: {regoin: North, company: {nt: x}}
          hubspot: {company: x}
        locations:
          - {when: {company: 7}, location: A}
          - {when: {compny: x}, location: " "}
        not_mapped:
          operate: {webtolad: never, leadname: by mistake, term: ""}
        rules:
          company: {salesforce: Company, operate: leadname, when: {company: {is: a, not: b}}}
          region: {salesforce: Region__c, direction: none}
          city: {salesforce: City, direction: to_operate}
        """
    )
    assert [(line, column) for line, column, _, _ in found] == [
        (5, 13),
        (6, 16),
        (6, 41),
        (7, 3),
        (8, 1),
        (9, 22),
        (10, 13),
        (10, 35),
        (12, 13),
        (12, 30),
        (12, 58),
        (14, 60),
        (16, 3),
        (16, 39),
    ]
    assert [close for _, _, _, close in found if close] == [("region",), ("not",), ("company",), ("webtolead",)]


def test_a_changed_condition_is_a_changed_rule() -> None:
    """Its fingerprint covers `when`, and that of the location rule covers `locations`."""
    plain, changed = mapping_of(WHEN), mapping_of(WHEN.replace("Ireland]", "France]"))
    assert plain.rules["floor"].fingerprint != changed.rules["floor"].fingerprint
    assert plain.rules["country"].fingerprint == changed.rules["country"].fingerprint
    one, other = (load(text, "x") for text in (ROUTED, ROUTED.replace("EC2*", "EC3*")))
    assert one.rules["location"].fingerprint != other.rules["location"].fingerprint


def test_a_scope_has_a_fingerprint_of_its_own() -> None:
    """Without a scope it is blank."""

    def scoped(line: str) -> Mapping:
        head = f"mapping: lead\nowner: salesforce\nminimum: [leadname]\n{line}rules:\n"
        return load(head + "  company: {salesforce: Company, operate: leadname}\n", "x")

    assert scoped("").scope_fingerprint == ""
    texts = {scoped(f"scope: {{operate: {{company: {word}}}}}\n").scope_fingerprint for word in ("A", "B")}
    assert len(texts) == 2


KINDS = """
floor: {salesforce: Floor__c, operate: floor, when: {kind: A}}
kind: {salesforce: Kind__c, operate: ud_kind}
"""


def test_nothing_is_written_to_a_record_that_the_rule_does_not_apply_to() -> None:
    """The edit waits on its own side, and is still one when the rule applies again."""
    mapping = mapping_of(KINDS)
    base = {side: {"kind": "A", "floor": "1"} for side in SIDES}
    hidden = Link(1, seen={Side.SALESFORCE: {"kind": ""}, Side.OPERATE: {"kind": "A", "floor": "9"}}, base=base)
    plan = plan_link(hidden, mapping, {}, 0, 1)
    assert plan.changes == ()
    assert plan.link.base[Side.OPERATE]["floor"] == "1"
    seen = {Side.SALESFORCE: {"kind": "A", "floor": "own"}, Side.OPERATE: {"kind": "A", "floor": "9"}}
    (change,) = plan_link(Link(1, seen=seen, base=base), mapping, {}, 0, 1).changes
    assert (change.to, change.value, change.lost) == (Side.OPERATE, "own", "9")


@pytest.mark.parametrize("country", ["Ireland", "France"])
def test_a_lead_is_only_made_where_it_would_take_part(country: str) -> None:
    """What is written decides; what nobody writes may be filled in by the CRM."""
    head = "mapping: lead\nowner: salesforce\nminimum: [leadname]\n"
    head += "scope: {operate: {country: Ireland, stage: Hot}}\nrules:\n"
    rules = """
    company: {salesforce: Company, operate: leadname}
    country: {salesforce: Country, operate: country}
    stage: {operate: ud_stage, direction: none}
    """
    mapping = mapping_of(rules, head)
    assert mapping.minimum == ("leadname", "country"), "without it the first request would stand outside"
    assert fits_there(Stranger(Side.SALESFORCE, "a", 0, 0, {"country": country}), mapping) is (country == "Ireland")
    assert any("no rule writes stage into a new lead in Operate" in hint for hint in mapping.hints)
