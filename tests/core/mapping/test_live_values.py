"""Texts that the mapping itself would write, against restricted picklists and live lengths."""

import pytest

from connector.core.mapping.live import against
from connector.core.mapping.load import load
from connector.core.model import Side
from connector.crm.port import Field
from tests.core.mapping.frame import HEAD

CHOICES = ("Web", "Phone", "Partner")


FIELDS = [
    Field("Source__c", length=6, values=CHOICES),
    Field("Kinds__c", values=CHOICES),
    Field("Note__c", length=6),
    Field("Operate_Lead_Id__c"),
]


def found(rule: str) -> tuple[list[tuple[str, tuple[str, ...], int]], tuple[str, ...]]:
    """The findings of a rule (text, nearest, column) and the notices."""
    mapping = load(f"{HEAD}  it: {rule}\n", "lead.yaml")
    carried, findings = against(mapping, {Side.SALESFORCE: {each.name: each for each in FIELDS}})
    return [(each.text, each.nearest, each.column) for each in findings], carried.notices


@pytest.mark.parametrize(
    ("rule", "word", "part", "nearest"),
    [
        (
            "{salesforce: Source__c, operate: leadsource, required: {salesforce: Webb}}",
            "Webb",
            "Source__c in Salesforce is a picklist that does not have 'Webb'",
            ("Web",),
        ),
        ("{salesforce: Source__c, operate: leadsource, default: {salesforce: Other}}", "Other", "picklist", CHOICES),
        ("{salesforce: Source__c, transform: {constant: {value: web}}}", "web", "does not have 'web'", ("Web",)),
        ("{salesforce: Note__c, operate: floor, default: {salesforce: Anything}}", "Anything", "takes 6", ()),
        ("{salesforce: Note__c, transform: {constant: {value: Anything}}}", "Anything", "takes 6 characters", ()),
        (
            "{salesforce: Kinds__c, operate: ud_kinds, transform: choices, default: {salesforce: Web;Fax}}",
            "Web;Fax",
            "does not have 'Fax'",
            CHOICES,
        ),
        (
            "{salesforce: Source__c, operate: leadsource, transform: {values: {table: "
            "[{salesforce: Fone, operate: A}]}}}",
            "Fone",
            "does not have 'Fone'",
            ("Phone",),
        ),
        (
            "{salesforce: Source__c, operate: leadsource, transform: {values: {table: "
            "[{salesforce: [Old, Web], operate: A}]}}}",
            "[Old",
            "does not have 'Old'",
            CHOICES,
        ),
        (
            "{salesforce: Source__c, operate: leadsource, direction: to_operate, transform: {values: {table: "
            "[{salesforce: [Old, Older], operate: A}]}}}",
            "[Old",
            "does not have 'Old'",
            CHOICES,
        ),
        (
            "{salesforce: Note__c, operate: floor, transform: {values: {table: [{salesforce: Anything, operate: A}]}}}",
            "Anything",
            "Note__c takes 6 characters, 'Anything' has 8",
            (),
        ),
    ],
)
def test_a_text_that_the_live_field_does_not_take_is_a_finding(
    rule: str, word: str, part: str, nearest: tuple[str, ...]
) -> None:
    """At the text itself, with what may be chosen there."""
    ((text, close, column),), _ = found(rule)
    assert part in text
    assert close == nearest
    assert f"  it: {rule}"[column - 1 :].startswith(word)


@pytest.mark.parametrize(
    "rule",
    [
        "{salesforce: Source__c, operate: leadsource, default: {salesforce: Web}}",
        "{salesforce: Source__c, operate: leadsource, default: {operate: Anything}}",
        "{salesforce: Kinds__c, operate: ud_kinds, transform: choices, default: {salesforce: Web;Phone}}",
        "{salesforce: Source__c, operate: leadsource, transform: {values: {table: [{salesforce: Web, operate: A}]}}}",
    ],
)
def test_a_text_that_fits_is_none(rule: str) -> None:
    """Nor is anything said about the side that is free."""
    assert found(rule) == ([], ())


def test_a_text_that_is_only_read_may_be_an_old_one() -> None:
    """Old leads keep values that cannot be chosen any more, so a further text of a row is only worth a word."""
    rule = (
        "{salesforce: Source__c, operate: leadsource, transform: {values: {table: "
        "[{salesforce: [Web, Old], operate: A}]}}}"
    )
    findings, (notice,) = found(rule)
    assert findings == []
    assert "does not have 'Old'; only old leads may hold it" in notice
