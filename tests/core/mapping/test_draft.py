"""A first mapping from live fields: what becomes a rule, what a suggestion, what is listed – and that it loads."""

import re

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from connector.core.mapping.draft import Fields, draft
from connector.core.mapping.draft_pairs import pairs
from connector.core.mapping.json_schema import json_schema
from connector.core.mapping.load import load
from connector.core.mapping.model import Direction, Mapping
from connector.core.mapping.operate_fields import OPERATE_LEAD
from connector.core.mapping.salesforce_fields import SALESFORCE_LEAD
from connector.core.mapping.schema import ROLES
from connector.core.model import Side
from connector.crm.port import Field

SF, OP = Side.SALESFORCE, Side.OPERATE
LOCATIONS = {"10": "New Dock", "4": "7th Avenue"}
KEY = Field("Operate_Lead_Id__c", "Operate Lead Id", external_id=True)


def schemas(*extra: Field, without: tuple[str, ...] = (), theirs: tuple[Field, ...] = ()) -> dict[Side, Fields]:
    """The documented fields of both sides, with some more or less."""
    ours = [Field(e.name, e.name, length=e.size, createable=not e.read_only) for e in SALESFORCE_LEAD.values()]
    others = [Field(e.name, createable=not e.read_only, updateable=not e.read_only) for e in OPERATE_LEAD.values()]
    return {
        SF: {each.name: each for each in (*ours, KEY, *extra) if each.name not in without},
        OP: {each.name: each for each in (*others, *theirs)},
    }


def loaded(text: str) -> Mapping:
    """The mapping of a drafted text, which the schema of editors takes, too."""
    mapping = load(text, "draft.yaml")
    assert list(Draft202012Validator(json_schema()).iter_errors(YAML(typ="safe", pure=True).load(text))) == []
    return mapping


def uncommented(text: str) -> str:
    """The text with every suggestion taken."""
    return re.sub(r"^  # (\w+: \{)", r"  \1", text, flags=re.MULTILINE)


def test_a_draft_has_the_rules_that_both_sides_have_the_fields_for() -> None:
    """It loads, names its counterparts, its location and the people's rules."""
    mapping = loaded(draft(schemas(theirs=(Field("ud_salesforceid"),)), LOCATIONS))
    assert {"first_name", "last_name", "email", "company", "street", "location", "owner"} <= set(mapping.rules)
    assert mapping.counterpart == {SF: "Operate_Lead_Id__c", OP: "ud_salesforceid"}
    assert (mapping.default_location, mapping.minimum) == ("7th Avenue", ("locationname", "leadname"))
    assert set(mapping.match) == set(ROLES)
    assert mapping.rules["country"].fields[SF] == ("CountryCode",)


def test_a_draft_goes_without_what_is_missing_or_cannot_be_written() -> None:
    """A hidden field has no rule, one that is only read is written one way."""
    fields = schemas(Field("City", createable=False, updateable=False), without=("Fax", "CountryCode"))
    text = draft(fields, {})
    mapping = loaded(text)
    assert "fax" not in mapping.rules
    assert mapping.rules["city"].direction is Direction.TO_OPERATE
    assert mapping.rules["country"].fields[SF] == ("Country",)
    assert ("Operate shows no locations" in text, mapping.default_location) == (True, "first")
    assert "Operate shows no ud_ field" in text
    assert SF not in mapping.rules["location"].fields


def test_a_field_that_every_new_lead_must_carry_is_filled_or_named() -> None:
    """A text gets a filler to be chosen better; where none can be made up, the comment says what is missing."""
    text = draft(
        schemas(
            Field("Brand__c", "Brand", "picklist", required=True, values=("Red", "Blue")),
            Field("Due__c", "Due", "date", required=True),
        ),
        LOCATIONS,
    )
    mapping = loaded(text)
    assert mapping.rules["brand"].fillers == {SF: "Red"}
    assert "Write a rule for Due__c" in text
    assert "# Mandatory in" not in text.split("  email:")[0].split("rules:")[0]


def test_fields_that_look_alike_are_suggested_and_every_suggestion_loads() -> None:
    """By name or by label, with the transform that its type asks for; left out of `not_mapped`."""
    text = draft(
        schemas(
            Field("Tour_Requested__c", "Tour", "boolean"),
            Field("Wanted__c", "Budget", "currency"),
            Field("Colour__c", "Colour", "string", 40),
            theirs=(Field("ud_tourrequested"), Field("ud_timeline")),
        ),
        LOCATIONS,
    )
    assert "  # tour_requested: {salesforce: Tour_Requested__c, operate: ud_tourrequested, transform: boolean}" in text
    assert "  # wanted: {salesforce: Wanted__c, operate: budget, transform: money}" in text
    assert '#   Colour__c: string, 40 characters, "Colour"' in text
    assert "#   ud_timeline: string" in text
    assert "    budget: not decided yet" not in text
    assert {"tour_requested", "wanted"} <= set(loaded(uncommented(text)).rules)


@pytest.mark.parametrize(
    "name", ['Bank"', "a: b # c", "\x1b[31m", "[x]", "l1\nl2", "Straße", "first", "{", "\u202e", "12"]
)
def test_names_of_a_crm_cannot_break_the_file(name: str) -> None:
    """Labels and locations are quoted, or made harmless in comments."""
    fields = schemas(
        Field("Odd__c", name, name, values=(name,), required=True),
        Field("Other__c", name, "string", 5),
        theirs=(Field("ud_other", name),),
    )
    text = draft(fields, {"1": name, "2": f"{name} 2"})
    mapping = loaded(text)
    assert mapping.default_location == name.strip()
    assert all(letter.isprintable() for letter in text.replace("\n", ""))
    assert loaded(uncommented(text)).rules


def test_a_pair_is_suggested_once_and_only_where_it_is_alike() -> None:
    """The most alike first; two standard fields are no suggestion."""
    ours = [Field("Term__c"), Field("Terms__c"), Field("Timing")]
    theirs = [Field("term"), Field("timing"), Field("ud_terms")]
    assert [(one.name, other.name) for one, other in pairs(ours, theirs)] == [
        ("Term__c", "term"),
        ("Terms__c", "ud_terms"),
    ]
