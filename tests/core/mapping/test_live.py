"""The mapping against live fields and live tables."""

from dataclasses import replace

import pytest

from connector.core.mapping.live import Schema, against
from connector.core.mapping.live_tables import with_tables
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping, Tables
from connector.core.model import SIDES, Side
from connector.crm.port import Field
from connector.errors import MappingError
from tests.core.mapping.frame import default_mapping, mapping_of


def schema(mapping: Mapping, side: Side, *changed: Field, without: tuple[str, ...] = ()) -> Schema:
    """A schema with every field of the mapping, some changed or missing."""
    names = (*mapping.fields(side), *([mapping.counterpart[side]] if side in mapping.counterpart else ()))
    fields = {name: Field(name, createable=name != "CreatedDate", updateable=name != "CreatedDate") for name in names}
    fields |= {live.name: live for live in changed}
    return {name: live for name, live in fields.items() if name not in without}


def test_an_org_that_has_everything_changes_nothing_but_the_sizes() -> None:
    """No finding, no notice; live lengths replace the documented ones."""
    mapping = default_mapping()
    org = schema(mapping, Side.SALESFORCE, Field("City", length=12))
    carried, findings = against(mapping, {Side.SALESFORCE: org, Side.OPERATE: schema(mapping, Side.OPERATE)})
    assert (findings, carried.notices) == ((), ())
    assert carried.rules["city"].sizes[Side.SALESFORCE] == {"City": 12}
    assert carried.rules["city"].sizes[Side.OPERATE] == {"town": 255}
    assert carried.rules["last_name"].sizes[Side.SALESFORCE] == {"LastName": 80}
    assert [rule.fingerprint for rule in carried.rules.values()] == [
        rule.fingerprint for rule in mapping.rules.values()
    ]


def test_a_plain_org_goes_without_the_optional_rules_but_keeps_the_default_location() -> None:
    """People are left out; the location keeps only its Operate field and what it fills in there."""
    mapping = default_mapping()
    org = schema(mapping, Side.SALESFORCE, without=("Operate_Location__c", "Operate_People__c"))
    carried, findings = against(mapping, {Side.SALESFORCE: org})
    assert findings == ()
    assert "people" not in carried.rules
    assert len(carried.notices) == 2
    location = with_tables(carried, {"operate.location": {"4": "Euston"}}).rules["location"]
    assert location.fields == {Side.OPERATE: ("locationname",)}
    assert location.fillers == {Side.OPERATE: "Euston"}
    assert [location.flows_to(side) for side in SIDES] == [False, True]
    assert location.read(Side.SALESFORCE, {"Operate_Location__c": "x"}, {}) is None
    assert location.write(Side.SALESFORCE, "Euston", {}) == {}
    assert location.write(Side.OPERATE, "Euston", {"operate.location": {"4": "Euston"}}) == {"locationname": "4"}
    assert location.fingerprint != mapping.rules["location"].fingerprint


def test_without_a_default_location_the_minimum_cannot_be_filled() -> None:
    """Then the missing optional field is a finding after all."""
    mapping = replace(default_mapping(), default_location="")
    org = schema(mapping, Side.SALESFORCE, without=("Operate_Location__c",))
    carried, findings = against(mapping, {Side.SALESFORCE: org})
    assert "location" not in carried.rules
    assert [(at.line, at.text) for at in findings] == [
        (mapping.places["minimum"][0], "minimum names locationname, and the rule that fills it is left out.")
    ]
    assert (Side.OPERATE, "location") not in carried.lookups


def test_a_missing_field_of_a_needed_rule_is_a_finding_at_its_place() -> None:
    """With the nearest names of the org."""
    mapping = default_mapping()
    org = schema(mapping, Side.SALESFORCE, Field("Fax__c"), without=("Fax",))
    _, (finding,) = against(mapping, {Side.SALESFORCE: org})
    assert (finding.line, finding.column) == mapping.places["rules.fax.salesforce"]
    assert finding.file == "lead.yaml"
    assert "'Fax'" in finding.text
    assert "Fax__c" in finding.nearest


def test_operate_may_hide_a_documented_field_but_not_a_custom_one() -> None:
    """It has no describe call; a field of the reference counts as there."""
    mapping = default_mapping()
    shown = schema(mapping, Side.OPERATE, without=("faxno",))
    assert against(mapping, {Side.OPERATE: shown})[1] == ()
    rule = replace(mapping.rules["fax"], fields={Side.SALESFORCE: ("Fax",), Side.OPERATE: ("ud_fax",)})
    custom = replace(mapping, rules={**mapping.rules, "fax": rule})
    assert [finding.text for finding in against(custom, {Side.OPERATE: shown})[1]] == [
        "Operate has no lead field 'ud_fax', or it is hidden from the connector's user."
    ]


@pytest.mark.parametrize(
    ("live", "rule", "deeds"),
    [
        (Field("City", createable=False, updateable=False), "city", ["create", "update"]),
        (Field("City", updateable=False), "city", ["update"]),
        (Field("OwnerId", updateable=False), "owner", []),
        (Field("OwnerId", createable=False), "owner", ["create"]),
    ],
)
def test_a_field_that_may_not_be_written_is_a_finding_where_it_is_written(
    live: Field, rule: str, deeds: list[str]
) -> None:
    """Unless the direction makes it irrelevant."""
    mapping = default_mapping()
    _, findings = against(mapping, {Side.SALESFORCE: schema(mapping, Side.SALESFORCE, live)})
    assert [finding.text.split(" may not ")[1].split(" ")[0] for finding in findings] == deeds
    assert all((finding.line, finding.column) == mapping.places[f"rules.{rule}.salesforce"] for finding in findings)


def test_a_field_that_every_new_lead_must_carry_needs_a_rule() -> None:
    """The org's own required fields are found before the first create."""
    mapping = default_mapping()
    org = schema(mapping, Side.SALESFORCE, Field("Brand__c", required=True), Field("LastName", required=True))
    _, (finding,) = against(mapping, {Side.SALESFORCE: org})
    assert finding.text == "Salesforce demands Brand__c on every new lead, and no rule fills it."


def test_a_counterpart_field_that_is_not_there() -> None:
    """Salesforce must have it; Operate may merely not have shown it yet."""
    mapping = default_mapping()
    org = schema(mapping, Side.SALESFORCE, without=("Operate_Lead_Id__c",))
    _, (finding,) = against(mapping, {Side.SALESFORCE: org})
    assert (finding.line, finding.column) == mapping.places["counterpart.salesforce"]
    asked = replace(mapping, counterpart={**mapping.counterpart, Side.OPERATE: "ud_salesforceid"})
    carried, findings = against(asked, {Side.OPERATE: schema(mapping, Side.OPERATE)})
    assert findings == ()
    assert carried.notices == ("Operate has not shown the counterpart field ud_salesforceid yet",)


def test_a_side_that_is_not_given_is_not_checked() -> None:
    """An empty schema says nothing either."""
    mapping = default_mapping()
    assert against(mapping, {}) == (mapping, ())
    assert against(mapping, {Side.OPERATE: {}, Side.SALESFORCE: {}}) == (mapping, ())


@pytest.mark.parametrize(
    ("wanted", "labels", "label"),
    [
        ("first", {"10": "Bank", "4": "7th Avenue"}, "7th Avenue"),
        ("first", {"4": "Twin", "5": "twin", "6": "Bank "}, "Bank"),
        ("first", {"4": " ", "6": "Bank"}, "Bank"),
        ("bank", {"10": "Bank ", "4": "7th Avenue"}, "Bank"),
    ],
)
def test_the_default_location_is_found_among_the_tenants(wanted: str, labels: dict[str, str], label: str) -> None:
    """The smallest id with a label of its own, or the label in the tenant's spelling."""
    mapping = replace(default_mapping(), default_location=wanted)
    assert with_tables(mapping, {"operate.location": labels}).rules["location"].fillers == {Side.OPERATE: label}


def test_a_default_location_that_the_tenant_does_not_have_is_a_finding() -> None:
    """With the nearest labels; no locations at all is another one."""
    mapping = replace(default_mapping(), default_location="Bnak")
    with pytest.raises(MappingError) as refused:
        with_tables(mapping, {"operate.location": {"4": "Bank"}})
    (finding,) = refused.value.findings
    assert (finding.line, finding.nearest) == (mapping.places["default_location"][0], ("Bank",))
    with pytest.raises(MappingError, match="shows no locations"):
        with_tables(default_mapping(), {})


def test_a_mapping_without_a_default_location_needs_no_tables() -> None:
    """Nothing is filled, nothing fails."""
    mapping = replace(default_mapping(), default_location="")
    assert with_tables(mapping, {}) is mapping


LOOKED_UP = """
mapping: lead
owner: salesforce
minimum: []
scope: {operate: {kind: Broker}}
rules:
  kind: {salesforce: Kind__c, operate: leadtype, default: {operate: Walk-in}, transform: {lookup: {operate: leadtype}}}
"""


def test_a_default_that_the_live_list_lacks_is_a_finding() -> None:
    """Otherwise no new lead would be given it, and nobody would be told."""
    mapping = load(LOOKED_UP, "x")
    assert with_tables(mapping, {"operate.leadtype": {"1": "Walk-in", "2": "Broker"}})
    with pytest.raises(MappingError) as refused:
        with_tables(mapping, {"operate.leadtype": {"1": "Walk in", "2": "Broker"}})
    (finding,) = refused.value.findings
    assert (finding.line, finding.text) == (7, "Operate has no leadtype named 'Walk-in'; nearest: 'Walk in'.")
    assert with_tables(mapping, {})  # a list that is not shown can tell nothing


def test_a_scope_that_no_label_fits_is_a_finding() -> None:
    """No lead at all would take part."""
    with pytest.raises(MappingError) as refused:
        with_tables(load(LOOKED_UP, "x"), {"operate.leadtype": {"1": "Walk-in"}})
    (finding,) = refused.value.findings
    assert (finding.line, finding.nearest) == (5, ("Walk-in",))
    assert finding.text == "Operate has none of these for kind, so no lead would take part."


def test_a_side_where_no_lead_is_made_demands_nothing() -> None:
    """What Salesforce wants of a new lead is nobody's business in a mapping that only reads there."""
    head = "mapping: lead\nowner: salesforce\nminimum: []\nrules:\n"
    schema = {name: Field(name, required=name == "LastName") for name in ("LastName", "City", "Operate_Lead_Id__c")}
    for way, text in (
        ("to_operate", []),
        ("both", ["Salesforce demands LastName on every new lead, and no rule fills it."]),
    ):
        mapping = load(f"{head}  city: {{salesforce: City, operate: town, direction: {way}}}\n", "x")
        _, findings = against(mapping, {Side.SALESFORCE: schema})
        assert [finding.text for finding in findings] == text


def test_words_that_nobody_can_choose_any_more_are_worth_a_word() -> None:
    """A misspelt word of a scope would shut leads out; an old one is fine, so it is no mistake."""
    head = "mapping: lead\nowner: salesforce\nminimum: []\nscope: {salesforce: {status: [Open, Jnk]}}\nrules:\n"
    rules = (
        "  status: {salesforce: Status, direction: none}\n"
        "  city: {salesforce: City, operate: town, direction: to_operate, when: {status: {not: [junk, Opn*]}}}\n"
    )
    schema = {"Status": Field("Status", values=("Open", "Closed")), "City": Field("City")}
    schema["Operate_Lead_Id__c"] = Field("Operate_Lead_Id__c")
    carried, findings = against(load(head + rules, "x"), {Side.SALESFORCE: schema})
    assert findings == ()
    assert [notice for notice in carried.notices if "to choose" in notice] == [
        "scope of Salesforce: status has no value 'jnk' to choose",
        "rule city, when: status has no value 'junk' to choose",
    ]


@pytest.mark.parametrize(
    ("rule", "tables", "text"),
    [
        (
            "{operate: leadsource, transform: {constant: {value: Nonsense}}}",
            {"operate.leadsource": {"1": "Website"}},
            "Operate has no leadsource named 'Nonsense'",
        ),
        (
            "{salesforce: OwnerId, operate: user_id, transform: user, default: {operate: sam@nowhere.example}}",
            {"operate.user": {"1": "bo@x.example"}},
            "Operate knows nobody as 'sam@nowhere.example'",
        ),
    ],
)
def test_a_filler_that_operate_would_refuse_is_a_finding(rule: str, tables: Tables, text: str) -> None:
    """Every new lead would be refused, or nobody would be given it."""
    mapping = mapping_of(f"it: {rule}\n")
    with pytest.raises(MappingError, match=text):
        with_tables(mapping, tables)
    assert all((Side.OPERATE, name.partition(".")[2]) in mapping.lookups for name in tables)
