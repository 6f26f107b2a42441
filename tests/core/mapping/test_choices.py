"""The transform of several choices in one field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Unfit
from connector.core.model import SIDES, Side
from connector.errors import MappingError
from tests.core.mapping.frame import rule_of

CHOICES = rule_of("{salesforce: Wishes__c, operate: ud_wishes, transform: choices}")
PIPES = rule_of("{salesforce: Wishes__c, operate: ud_wishes, transform: {choices: {salesforce: ',', operate: '|'}}}")


@pytest.mark.parametrize(
    ("salesforce", "operate", "value"),
    [
        ("Desk;Phone", "Desk, Phone", "Desk;Phone"),
        ("Desk", "Desk", "Desk"),
        (" Desk ; ;Phone;Desk;", "Desk,,Phone, Desk,", "Desk;Phone"),
        ("", "", ""),
        (";", " , ", ""),
    ],
)
def test_entries_are_read_trimmed_and_once(salesforce: str, operate: str, value: str) -> None:
    """In the order they stand there, blank ones left out."""
    assert CHOICES.read(Side.SALESFORCE, {"Wishes__c": salesforce}, {}) == value
    assert CHOICES.read(Side.OPERATE, {"ud_wishes": operate}, {}) == value


def test_entries_are_written_the_way_each_side_joins_them() -> None:
    """With a blank after Operate's separator."""
    assert CHOICES.write(Side.SALESFORCE, "Desk;Phone", {}) == {"Wishes__c": "Desk;Phone"}
    assert CHOICES.write(Side.OPERATE, "Desk;Phone", {}) == {"ud_wishes": "Desk, Phone"}
    assert PIPES.write(Side.SALESFORCE, "Desk;Phone", {}) == {"Wishes__c": "Desk,Phone"}
    assert PIPES.write(Side.OPERATE, "Desk;Phone", {}) == {"ud_wishes": "Desk| Phone"}


def test_the_order_of_choices_does_not_count() -> None:
    """Salesforce shows them in the order of the picklist, whatever was sent (Object Reference, multipicklist)."""
    assert CHOICES.same("Desk;Phone", "Phone;Desk;Desk")
    assert not CHOICES.same("Desk;Phone", "Desk")
    assert not CHOICES.same("Desk", "desk")


def test_an_entry_that_would_be_taken_for_two_is_parked() -> None:
    """The reason names the entry and the field."""
    with pytest.raises(Unfit, match="'Desk, hot' contains ',', which separates the entries of ud_wishes") as refused:
        CHOICES.write(Side.OPERATE, "Desk, hot;Phone", {})
    assert refused.value.code == "unreadable"
    value = CHOICES.read(Side.OPERATE, {"ud_wishes": "Desk; hot, Phone"}, {})
    assert value == r"Desk\; hot;Phone"
    assert CHOICES.write(Side.OPERATE, value, {}) == {"ud_wishes": "Desk; hot, Phone"}
    with pytest.raises(Unfit, match="'Desk; hot' contains ';', which separates the entries of Wishes__c"):
        CHOICES.write(Side.SALESFORCE, value, {})


@pytest.mark.parametrize("sign", ["''", "' '", "ab", "x", "'\\'"])
def test_a_separator_is_one_sign(sign: str) -> None:
    """A letter, a blank or two signs are a finding."""
    with pytest.raises(MappingError, match="one sign that no entry contains"):
        rule_of(f"{{salesforce: W__c, operate: ud_w, transform: {{choices: {{operate: {sign}}}}}}}")


entries = st.lists(st.text(st.sampled_from("ab;,|\\ é"), max_size=5), max_size=5)


@given(entries)
def test_any_entries_survive_the_way_to_the_side_that_can_hold_them(given_entries: list[str]) -> None:
    """What one side shows is the same set after writing and reading it there, whatever signs are inside."""
    for rule in (CHOICES, PIPES):
        for side, sign in zip(SIDES, ";," if rule is CHOICES else ",|", strict=True):
            name = rule.fields[side][0]
            shown = {each.strip() for each in sign.join(given_entries).split(sign)} - {""}
            value = rule.read(side, {name: sign.join(given_entries)}, {})
            assert value is not None
            written = rule.write(side, value, {})[name]
            assert {each.strip() for each in written.split(sign)} - {""} == shown
