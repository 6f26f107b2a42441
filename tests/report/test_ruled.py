"""Rules in the words of a salesperson: what a value is, who wins, what a blank does, and what does not fit."""

import pytest

from connector.core.mapping.model import Direction, Rule
from connector.core.mapping.transforms import NAMES
from connector.core.model import Side
from connector.report import ruled
from tests.core.mapping.frame import mapping_of

TWO = "company: {salesforce: Company, operate: leadname}\n"


def rule_of(line: str, name: str = "it") -> Rule:
    """The rule that a line of a mapping file describes."""
    return mapping_of(f"{TWO}{line}").rules[name]


@pytest.mark.parametrize(
    ("line", "both", "first"),
    [
        ("it: {salesforce: City, operate: town}", "Salesforce wins", "Salesforce wins"),
        ("it: {salesforce: City, operate: town, conflict: operate}", "Operate wins", "Operate wins"),
        (
            "it: {salesforce: City, operate: town, conflict: newest, first_link: filled}",
            "the record changed last wins",
            "the one that is not blank wins, else Salesforce",
        ),
        (
            "it: {salesforce: City, operate: town, conflict: review}",
            "nobody: a person decides, in Parked",
            "nobody: a person decides, in Parked",
        ),
        ("it: {salesforce: City, operate: town, direction: to_salesforce}", "Operate wins", "Operate wins"),
        ("it: {salesforce: City, operate: town, direction: to_operate}", "Salesforce wins", "Salesforce wins"),
        (
            "it: {salesforce: City, operate: town, direction: on_create}",
            "each side keeps its own",
            "each side keeps its own",
        ),
        ("it: {salesforce: City, direction: none}", ruled.NOTHING, ruled.NOTHING),
    ],
)
def test_who_wins_follows_from_the_way_and_from_the_words_of_the_file(line: str, both: str, first: str) -> None:
    """One way, the sending side wins whatever else is said; both ways, the file names a winner, or nobody."""
    told = ruled.told(rule_of(line), Side.SALESFORCE)
    assert (told["edited on both sides"], told["when first linked"]) == (both, first)


@pytest.mark.parametrize(
    ("line", "blank", "fit"),
    [
        ("it: {salesforce: City, operate: town}", "the other side keeps its value", "waits in Parked"),
        (
            "it: {salesforce: Description, operate: otherneeds, blank: clear, fit: cut}",
            "the other side is cleared, too",
            "cut to what fits",
        ),
        (
            "it: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}",
            "the other side keeps its value; a blank Salesforce is given 'Unknown'",
            "waits in Parked",
        ),
        (
            "it: {salesforce: OwnerId, operate: user_id, transform: user, direction: on_create}",
            "nothing is filled in",
            "whom the other side does not know is left to the CRM",
        ),
        (
            "it: {salesforce: Box__c, operate: deadlead, transform: boolean, direction: to_salesforce}",
            "counts as not ticked",
            "waits in Parked",
        ),
    ],
)
def test_blanks_and_what_does_not_fit_are_said_as_they_are_done(line: str, blank: str, fit: str) -> None:
    """Kept, cleared or filled; parked, cut or left to the CRM; how much room there is stands behind it."""
    told = ruled.told(rule_of(line), Side.SALESFORCE)
    assert told["blank"] == blank
    assert told["does not fit"].partition(" (")[0] == fit


def test_the_side_with_the_least_room_is_named() -> None:
    """Ten characters of Operate count, not the twenty of Salesforce."""
    told = ruled.told(rule_of("it: {salesforce: PostalCode, operate: postcode}"), Side.SALESFORCE)
    assert told["does not fit"] == "waits in Parked (Operate takes 10 characters)"


def test_a_table_of_texts_is_told_row_by_row() -> None:
    """And what becomes of a text that stands in none, each way where the two differ."""
    rule = rule_of(
        "it:\n  salesforce: Status__c\n  operate: leadstatus\n  transform:\n    values:\n      table:\n"
        '        - {salesforce: [Open, New], operate: "1"}\n        - {salesforce: Lost, operate: "2"}\n'
        "      others: {to_operate: keep, to_salesforce: copy}\n"
    )
    assert ruled.value_words(rule) == (
        "translated (Salesforce = Operate): Open or New = 1, Lost = 2; anything else is carried over as it is to "
        "Salesforce; anything else is not carried over to Operate"
    )


def test_leads_that_a_rule_is_for_are_said() -> None:
    """A filled field, a text, and not one."""
    mapping = mapping_of(
        f"{TWO}"
        'it: {salesforce: City, operate: town, when: {company: "*", lead_source: {not: [Partner]}}}\n'
        "lead_source: {salesforce: LeadSource, operate: leadsource, transform: label}\n"
    )
    assert ruled.when_words(mapping.rules["it"]) == "'company' is filled in and 'lead source' is not 'partner'"


def test_every_kind_of_value_has_words_of_its_own() -> None:
    """A kind that is added later is seen here."""
    assert set(ruled._KINDS) == set(NAMES.values())
    assert set(ruled.WAYS) == set(Direction)
