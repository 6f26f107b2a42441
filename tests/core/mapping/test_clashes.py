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
    "is already written by rule one": """
        one: {salesforce: A__c, operate: ud_a}
        two: {salesforce: a__c, operate: ud_b}
        """,
    "the counterpart id needs a field of its own": "id: {salesforce: Operate_Lead_Id__c, operate: ud_a}",
    "only at the end": """
        mail: {salesforce: Email, operate: emailaddress, transform: email}
        city: {salesforce: City, operate: town, when: {mail: "*@acme.example"}}
        """,
    "the table has no": """
        status: {salesforce: Status, operate: leadstatusid, default: {operate: Opeen},
          transform: {values: {table: [{salesforce: Open, operate: "1"}]}}}
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


def test_opposite_rules_over_other_fields_are_fine() -> None:
    """One field there, another one back."""
    assert mapping_of(
        """
        there: {salesforce: A__c, operate: ud_a, direction: to_operate}
        back: {salesforce: B__c, operate: ud_b, direction: to_salesforce}
        """
    ).rules
    assert rule_of("{salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {A: '1', B: '2'}}}}")
