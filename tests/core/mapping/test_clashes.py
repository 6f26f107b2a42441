"""Rules that are right line by line and wrong together are found before anything runs."""

import pytest

from connector.core.mapping.live import against
from connector.core.mapping.load import load
from connector.core.model import Side
from connector.crm.port import Field
from connector.errors import MappingError
from tests.core.mapping.frame import mapping_of, rule_of

CLASHES = {
    "hides its own edits": "kind: {salesforce: Kind__c, operate: ud_kind, when: {kind: New}}",
    "would never be seen": """
        kind: {salesforce: Kind__c, direction: none}
        floor: {salesforce: Floor__c, operate: floor, when: {kind: Gold}}
        """,
    "is required, so it needs a value for every lead": """
        email: {salesforce: Email, operate: emailaddress, transform: email}
        last: {salesforce: LastName, operate: lastname, required: {salesforce: X}, when: {email: "*"}}
        """,
    "carries back what there carries there": """
        there: {salesforce: A__c, operate: ud_a, direction: to_operate}
        back: {salesforce: A__c, operate: ud_a, direction: to_salesforce}
        """,
    "round carries back what first, second, third carry there": """
        first: {salesforce: A__c, operate: ud_a, direction: to_operate}
        second: {salesforce: B__c, operate: ud_a, direction: to_salesforce}
        third: {salesforce: B__c, operate: ud_b, direction: to_operate}
        round: {salesforce: A__c, operate: ud_b, direction: to_salesforce}
        """,
    "does not flow both ways, so conflict never decides": """
        city: {salesforce: City, operate: town, direction: to_operate, conflict: newest}
        """,
    "does not flow both ways, so first_link never decides": """
        city: {salesforce: City, operate: town, direction: on_create, first_link: operate}
        """,
    "a tick box is never blank": """
        tour: {salesforce: Tour__c, operate: ud_tour, transform: boolean, default: {operate: "true"}}
        """,
    "begin '020\\*' with +": """
        phone: {salesforce: Phone, operate: phoneno, transform: phone}
        city: {salesforce: City, operate: town, when: {phone: 020*}}
        """,
    "'United\\*': a country is compared by its code": """
        country: {salesforce: Country, operate: country, transform: country}
        city: {salesforce: City, operate: town, when: {country: United*}}
        """,
    "a tick box is true or false, never '\\*'": """
        tour: {salesforce: Tour__c, operate: ud_tour, transform: boolean}
        city: {salesforce: City, operate: town, when: {tour: "*"}}
        """,
    "'2027-01-31' is a day, and the value has a time": """
        start: {salesforce: Start__c, operate: eventstartdate, transform: instant}
        city: {salesforce: City, operate: town, when: {start: "2027-01-31"}}
        """,
    "known by their e-mail address, not as 'Sam'": """
        owner: {salesforce: OwnerId, operate: user_id, transform: user}
        city: {salesforce: City, operate: town, when: {owner: Sam}}
        """,
    "names several choices": """
        wants: {salesforce: Wants__c, operate: ud_wants, transform: choices}
        city: {salesforce: City, operate: town, when: {wants: "Desk, Phone"}}
        """,
    "default fills one field, and rule street has 2 in Operate": """
        street: {salesforce: Street, operate: [addressline1, addressline2], transform: lines, default: {operate: None}}
        """,
    "leadtype in Operate is an id of leadtype: use transform lookup": """
        kind: {operate: leadtype, transform: {constant: {value: Hot Desk}}}
        """,
    "the table has no operate text 'Opeen'": """
        status: {salesforce: Status, operate: leadstatusid, default: {operate: Opeen},
          transform: {values: {table: [{salesforce: Open, operate: "1"}]}}}
        """,
    "'true' needs quotes": """
        tour: {salesforce: Tour__c, operate: ud_tour, transform: boolean}
        city: {salesforce: City, operate: town, when: {tour: true}}
        """,
    "A text with \\* at its beginning needs quotes": "city: {salesforce: City, operate: town, when: {email: *}}",
    "be a list: one line with a dash": """
        status: {salesforce: Status, operate: leadstatusid, transform: {values: {table: {Open: New}}}}
        """,
    "is already written by rule one": """
        one: {salesforce: A__c, operate: ud_a}
        two: {salesforce: a__c, operate: ud_b}
        """,
    "the counterpart id needs a field of its own": "id: {salesforce: Operate_Lead_Id__c, operate: ud_a}",
    "only at the end": """
        mail: {salesforce: Email, operate: emailaddress, transform: email}
        city: {salesforce: City, operate: town, when: {mail: "*@acme.example"}}
        """,
    "stands in the table twice": """
        kind: {salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {Gold: "1", Silver: "1"}}}}
        """,
    "nothing is chosen": """
        kind: {salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {Gold: "0"}}}}
        """,
}


@pytest.mark.parametrize("reason", CLASHES)
def test_a_clash_is_found(reason: str) -> None:
    """At its place, in words."""
    with pytest.raises(MappingError, match=reason):
        mapping_of(CLASHES[reason])


def test_two_defaults_of_the_location_are_one_too_many() -> None:
    """The head would win silently."""
    rule = "{salesforce: Operate_Location__c, operate: locationname, transform: location, default: {operate: Dock}}"
    head = "mapping: lead\nowner: salesforce\ndefault_location: first\nminimum: [locationname]\nrules:\n"
    with pytest.raises(MappingError, match="keep one of the two"):
        load(f"{head}  location: {rule}\n", "x")


def test_a_minimum_does_not_depend_on_a_condition() -> None:
    """Every new lead needs it."""
    head = "mapping: lead\nowner: salesforce\nminimum: [leadname]\nrules:\n"
    rules = (
        "  city: {salesforce: City, operate: town}\n  name: {salesforce: Company, operate: leadname, when: {city: X}}\n"
    )
    with pytest.raises(MappingError, match="minimum names leadname"):
        load(head + rules, "x")


def test_a_scope_over_a_rule_that_an_org_lacks_is_a_finding() -> None:
    """Otherwise no lead at all would take part, without a word."""
    head = "mapping: lead\nowner: salesforce\nminimum: []\nscope: {salesforce: {kind: Gold}}\nrules:\n"
    mapping = load(head + "  kind: {salesforce: Kind__c, operate: ud_kind, optional: true}\n", "x")
    _, findings = against(mapping, {Side.SALESFORCE: {"City": Field("City")}})
    assert any("no lead would fit" in finding.text for finding in findings)


def test_rules_that_follow_each_other_without_a_way_back_are_fine() -> None:
    """One hands on what another brought: that ends somewhere."""
    assert mapping_of(
        """
        first: {salesforce: A__c, operate: ud_a, direction: to_operate}
        second: {salesforce: B__c, operate: ud_a, direction: to_salesforce}
        third: {salesforce: B__c, operate: ud_b, direction: to_operate}
        """
    ).rules


MATCHED = """
mapping: lead
owner: salesforce
minimum: []
match: {email: email, last_name: last}
rules:
  email: {salesforce: Email, operate: emailaddress, transform: email}
  last: {salesforce: LastName, operate: lastname}
"""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            ", operate: lastname",
            ", direction: none",
            "rule last has no field in Operate, so nobody is recognised by it",
        ),
        (
            "LastName, operate: lastname",
            "LastName, operate: lastname, when: {email: x}",
            "does not apply to every lead",
        ),
    ],
)
def test_people_are_recognised_by_what_both_sides_show(old: str, new: str, reason: str) -> None:
    """A rule that one side or some leads lack would make doubles."""
    with pytest.raises(MappingError, match=reason):
        load(MATCHED.replace(old, new), "x")
    assert load(MATCHED, "x").hints == ()


def test_a_match_that_links_nobody_is_worth_a_word() -> None:
    """The e-mail address alone does not tell who it is."""
    (notice,) = load(MATCHED.replace(", last_name: last", ""), "x").hints
    assert notice == "line 5: match names no last_name: two records of one person are linked only by their ids"


@pytest.mark.parametrize(
    ("head", "rule", "notice"),
    [
        (
            "",
            "{salesforce: City, operate: town, blank: clear, required: {operate: '-'}}",
            "gives Operate '-', not a blank",
        ),
        (
            "scope: {salesforce: {it: A}}\n",
            "{salesforce: City, operate: town}",
            "edited in Operate, too: such an edit can",
        ),
    ],
)
def test_what_is_right_and_may_surprise_is_worth_a_word(head: str, rule: str, notice: str) -> None:
    """It is no mistake, so the mapping loads."""
    mapping = load(f"mapping: lead\nowner: salesforce\nminimum: []\n{head}rules:\n  it: {rule}\n", "x")
    assert any(notice in each for each in mapping.hints)


def test_opposite_rules_over_other_fields_are_fine() -> None:
    """One field there, another one back."""
    assert mapping_of(
        """
        there: {salesforce: A__c, operate: ud_a, direction: to_operate}
        back: {salesforce: B__c, operate: ud_b, direction: to_salesforce}
        """
    ).rules
    assert rule_of("{salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {A: '1', B: '2'}}}}")


def test_a_rule_whose_condition_an_org_lacks_goes_with_it() -> None:
    """Left in, it would apply to other leads than the file says; a rule that is not optional is a mistake."""
    head = "mapping: lead\nowner: salesforce\nminimum: []\nrules:\n"
    kind = "  kind: {salesforce: Kind__c, direction: none, optional: true}\n"
    floor = "  floor: {salesforce: City, operate: floor, direction: to_operate, when: {kind: {not: Partner}}OPTIONAL}\n"
    org = {Side.SALESFORCE: {name: Field(name) for name in ("City", "Operate_Lead_Id__c")}}
    carried, findings = against(load(head + kind + floor.replace("OPTIONAL", ", optional: true"), "x"), org)
    assert (findings, carried.rules) == ((), {})
    _, (finding,) = against(load(head + kind + floor.replace("OPTIONAL", ""), "x"), org)
    assert "floor depends on kind, which is left out" in finding.text


def test_a_line_of_locations_that_an_org_cannot_ask_is_a_finding() -> None:
    """Every new lead would go there."""
    text = """
mapping: lead
owner: salesforce
minimum: []
locations: [{when: {campaign: {not: Opening}}, location: Dock}]
rules:
  campaign: {salesforce: Campaign__c, direction: none, optional: true}
  location: {salesforce: City, operate: locationname, transform: location}
"""
    org = {Side.SALESFORCE: {name: Field(name) for name in ("City", "Operate_Lead_Id__c")}}
    _, (finding,) = against(load(text, "x"), org)
    assert (finding.line, "this line asks for campaign" in finding.text) == (5, True)


@pytest.mark.parametrize(
    ("kind", "transform", "use"),
    [
        ("date", "text", "date"),
        ("boolean", "text", "boolean"),
        ("double", "date", "number or money"),
        ("date", "date", ""),
    ],
)
def test_a_field_takes_what_its_type_says(kind: str, transform: str, use: str) -> None:
    """Otherwise every lead would be parked."""
    mapping = mapping_of(f"it: {{salesforce: It__c, operate: ud_it, transform: {transform}}}\n")
    org = {Side.SALESFORCE: {"It__c": Field("It__c", type=kind), "Operate_Lead_Id__c": Field("Operate_Lead_Id__c")}}
    _, findings = against(mapping, org)
    assert [f"use transform: {use}" in finding.text for finding in findings] == ([True] if use else [])


def test_ids_that_people_would_see_are_worth_a_word() -> None:
    """Operate shows 9 where people say New Dock."""
    (hint,) = (each for each in mapping_of("it: {salesforce: It__c, operate: locationname}\n").hints if "keeps" in each)
    assert hint.endswith("use transform: location")
