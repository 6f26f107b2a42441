"""The files that the connector brings along: the default mapping and the examples of its README."""

import re
import textwrap
import timeit

import pytest

from connector.core.mapping.document import parse, under
from connector.core.mapping.load import load
from connector.core.mapping.model import Direction
from connector.core.mapping.operate_fields import OPERATE_LEAD
from connector.core.mapping.schema import ROLES, HeadText, RuleText
from connector.core.mapping.transforms import NAMES
from connector.core.model import Side
from connector.core.trial import try_example
from connector.crm.salesforce.values import to_text
from tests.core.mapping.frame import DEFAULT_TEXT, EXAMPLES, HEAD, MAPPINGS, default_mapping
from tests.core.mapping.full import DERIVED, IN_OPERATE, IN_SALESFORCE, TABLES, TOLD_BY_OPERATE

README = (MAPPINGS / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def whole_file(example: str) -> str:
    """A block of the README as a mapping file: a whole one as it stands, a rule under the smallest head."""
    return example if re.search(r"^mapping:", example, re.MULTILINE) else HEAD + textwrap.indent(example, "  ")


SAMPLE = {
    "addressline1": "",
    "addressline2": "",
    "addressline3": "",
    "leadname": "Coalition",
    "country": "",
    "county": "",
    "emailaddress": "a@a.example",
    "enquirydate": "2016-11-29T16:33:44+00:00",
    "firstname": "Wellie",
    "industry": "Accounting",
    "lastname": "Smith",
    "leadsource": "Walk in",
    "locationname": "4",
    "outputvalue_locationname": "7th Avenue",
    "mobileno": "1234567",
    "numberofpeople": "",
    "otherneeds": "",
    "user_id": "27",
    "outputvalue_user_id": "Anthony Smith",
    "postcode": "",
    "phoneno": "123456",
    "town": "",
    "website": "www.example.com",
}
"""The lead of the API reference (chapter Lead, GET sample) in the fields that the default mapping reads."""

FULL = {
    "FirstName": "Zoë",
    "LastName": "Smith",
    "Email": "Zoe@example.com",
    "Phone": "020 7946 0018",
    "MobilePhone": "+44 20 7946 0019",
    "Fax": "020 7946 0020",
    "Company": "Coalition",
    "Website": "www.example.com",
    "Street": "Floor 2\r\n1 High Street",
    "City": "London",
    "State": "",
    "PostalCode": "EC1A 1BB",
    "Country": "United Kingdom",
    "LeadSource": "Web",
    "Industry": "Accounting",
    "Description": "Needs desks\r\nsoon",
    **{name: to_text(value) for name, value in (IN_SALESFORCE | TOLD_BY_OPERATE).items() if name.endswith("__c")},
    "Operate_People__c": "25.0",
    "OwnerId": "005A",
    "CreatedDate": "2026-01-02T03:04:05.000+0000",
}


def test_the_default_mapping_reads_the_lead_of_the_reference() -> None:
    """Every shown field has its value; the fax, which the sample does not show, has none."""
    values = default_mapping().read(Side.OPERATE, SAMPLE, {"operate.user": {"27": "Ann@example.com"}})
    assert values == {
        "first_name": "Wellie",
        "last_name": "Smith",
        "email": "a@a.example",
        "phone": "123456",
        "mobile": "1234567",
        "company": "Coalition",
        "website": "www.example.com",
        "street": "",
        "city": "",
        "state": "",
        "postcode": "",
        "country": "",
        "lead_source": "Walk in",
        "industry": "Accounting",
        "notes": "",
        "people": "",
        "location": "7th Avenue",
        "owner": "ann@example.com",
        "enquiry_date": "2016-11-29T16:33:44Z",
    }


def test_a_full_salesforce_lead_becomes_operates_fields_and_reads_back_equal() -> None:
    """What the default mapping writes into Operate is the same value by every rule's comparison."""
    mapping, tables = default_mapping(), TABLES
    values = mapping.read(Side.SALESFORCE, FULL, tables)
    assert set(values) == set(mapping.rules)
    native: dict[str, str] = {}
    for name, rule in mapping.rules.items():
        native |= rule.write(Side.OPERATE, values[name], tables)
    assert native["phoneno"] == "+442079460018"
    assert (native["locationname"], native["user_id"]) == ("4", "27")
    assert (native["addressline1"], native["addressline2"]) == ("Floor 2", "1 High Street")
    assert native["enquirydate"] == "02/01/2026 03:04"
    assert (native["startdate"], native["eventstartdate"]) == ("01/03/2027", "01/06/2027 09:30")
    assert (native["leadtype"], native["leadstatus"], native["multidaybooking"]) == ("568", "2", "True")
    stored = mapping.read(Side.OPERATE, native, tables)
    assert all(rule.same(values[name], stored[name]) for name, rule in mapping.rules.items())


def test_a_full_operate_lead_becomes_salesforces_fields_and_reads_back_equal() -> None:
    """Every field that the mapping reads is filled in, and every value survives the way to Salesforce and back."""
    mapping = default_mapping()
    shown = {**IN_OPERATE, **DERIVED, "user_id": "27"}
    assert set(mapping.fields(Side.OPERATE)) - set(shown) == set()
    values = mapping.read(Side.OPERATE, shown, TABLES)
    assert [name for name in mapping.rules if not values.get(name)] == []
    native: dict[str, str] = {}
    for name, rule in mapping.rules.items():
        native |= rule.write(Side.SALESFORCE, values[name], TABLES)
    expected = {name: to_text(value).replace("\r\n", "\n") for name, value in (IN_SALESFORCE | TOLD_BY_OPERATE).items()}
    assert {name: native[name] for name in expected} == expected
    stored = mapping.read(Side.SALESFORCE, native, TABLES)
    assert all(rule.same(values[name], stored[name]) for name, rule in mapping.rules.items())


def test_every_field_of_an_operate_lead_is_mapped_or_left_out_with_a_reason() -> None:
    """Every one that can be written, each in one place; what the default mapping adds are fields that are only read."""
    mapping = default_mapping()
    mapped = [name for rule in mapping.rules.values() for name in rule.fields.get(Side.OPERATE, ())]
    left_out = under(under(parse(DEFAULT_TEXT, "lead.yaml").data, "not_mapped"), "operate")
    assert len(mapped) == len(set(mapped))
    assert set(mapped) & set(left_out) == set()
    writable = {name for name, field in OPERATE_LEAD.items() if not field.read_only}
    assert writable - set(mapped) - set(left_out) == set()
    assert set(mapped) | set(left_out) == writable | set(DERIVED)


def test_what_operate_alone_may_say_is_never_written_there() -> None:
    """Broker, campaign, end and status: what the numbers mean is a guess, and brokers are paid by them."""
    mapping = default_mapping()
    told = {name for name, rule in mapping.rules.items() if set(rule.fields[Side.SALESFORCE]) & set(TOLD_BY_OPERATE)}
    assert {mapping.rules[name].direction for name in told} == {Direction.TO_SALESFORCE}
    assert "Status" not in mapping.fields(Side.SALESFORCE)


def test_the_default_mapping_has_what_the_connector_promises() -> None:
    """Fillers for what a side refuses blank, labels that Operate owns, custom fields that are optional."""
    mapping = default_mapping()
    assert mapping.counterpart == {Side.SALESFORCE: "Operate_Lead_Id__c"}
    assert mapping.minimum == ("locationname", "leadname")
    assert set(mapping.match) == set(ROLES)
    assert mapping.rules["last_name"].fillers == {Side.SALESFORCE: "Unknown"}
    assert set(mapping.rules["company"].fillers) == {Side.SALESFORCE, Side.OPERATE}
    assert mapping.rules["owner"].direction is Direction.ON_CREATE
    assert not mapping.rules["enquiry_date"].goes_into_create(Side.SALESFORCE)
    custom = [rule for rule in mapping.rules.values() if any("__c" in name for name in rule.fields[Side.SALESFORCE])]
    assert [rule.name for rule in custom if not rule.optional] == []
    assert all(name.startswith("Operate_") for rule in custom for name in rule.fields[Side.SALESFORCE])
    assert {f"{side}.{name}" for side, name in mapping.lookups} == set(TABLES)


@pytest.mark.parametrize("file", EXAMPLES)
def test_a_rule_that_waits_behind_a_number_sign_works_when_it_is_taken_away(file: str) -> None:
    """Lines of such rules have no blank after the #, or several; a field is then taken out of not_mapped, as told."""
    text = (MAPPINGS / file).read_text(encoding="utf-8")
    awake = re.sub(r"^  #(?! \S)", "  ", text, flags=re.MULTILINE)
    awake = re.sub(r"^    Status: .*\n", "", awake, flags=re.MULTILINE)
    before, now = load(text, file), load(awake, file)
    added = set(now.rules) - set(before.rules)
    assert added == {"lead.yaml": {"status", "rejection_reason"}, "marketing-to-operate.yaml": {"record_type"}}.get(
        file, set()
    )


def test_the_readme_tells_for_whom_each_shipped_mapping_is() -> None:
    """Every file has its line in the table, and no other does."""
    assert sorted(re.findall(r"^\| \[`([a-z-]+\.yaml)`\]", README, re.MULTILINE)) == EXAMPLES
    for file in EXAMPLES:
        assert f"]({file})" in README


@pytest.mark.parametrize("example", BLOCKS, ids=lambda text: text.split("\n")[0][:40])
def test_an_example_of_the_readme_works(example: str) -> None:
    """Every block loads, and the leads in it become what it says."""
    mapping = load(whole_file(example), "README.md")
    assert mapping.rules
    assert [trial for trial in (try_example(mapping, each) for each in mapping.examples) if trial.differences] == []


def test_the_examples_of_the_default_mapping_come_out_as_written() -> None:
    """What a reader of the file finds at its end is true."""
    mapping = default_mapping()
    trials = [try_example(mapping, example) for example in mapping.examples]
    assert len(trials) >= 3
    assert [trial for trial in trials if trial.differences] == []


def test_the_readme_has_every_word_of_the_language() -> None:
    """No transform and no key of a rule is missing from it."""
    assert [name for name in NAMES if f"\n### {name}\n" not in README] == []
    assert [key for key in RuleText.model_fields if f"{key}:" not in README] == []
    assert [key for key in HeadText.model_fields if f"| `{key}` |" not in README] == []


def test_reading_a_full_lead_costs_microseconds() -> None:
    """Bound at thirty times what it takes on a slow machine, so that only a blunder breaks it."""
    mapping = default_mapping()
    took = min(timeit.repeat(lambda: mapping.read(Side.SALESFORCE, FULL, {}), number=100, repeat=3)) / 100
    assert took < 0.003
