"""The transforms between several fields and one: names and parts (lines are in test_transforms.py)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.core.mapping.model import Rule, Unfit
from connector.core.model import Side
from connector.errors import MappingError
from tests.core.mapping.frame import rule_of

NAME = rule_of("{salesforce: [FirstName, LastName], operate: ud_contact, transform: name}")
ONE_NAME = rule_of("{salesforce: Contact__c, operate: ud_contact, transform: name}")
COMMA = rule_of("{salesforce: Wish__c, operate: [size, term, floor], transform: parts}")
DASH = rule_of("{salesforce: [Size__c, Term__c], operate: budget, transform: {parts: {separator: ' - '}}}")


def read(rule: Rule, side: Side, *texts: str) -> str | None:
    """The value of a record that shows these texts in the rule's fields."""
    return rule.read(side, dict(zip(rule.fields[side], texts, strict=True)), {})


def write(rule: Rule, side: Side, value: str) -> list[str]:
    """The native texts in the order of the rule's fields."""
    native = rule.write(side, value, {})
    return [native[name] for name in rule.fields[side]]


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Zoë Smith", "Zoë", "Smith"),
        ("Anna van der Berg", "Anna van der", "Berg"),
        ("Smith", "", "Smith"),
        ("", "", ""),
    ],
)
def test_the_last_word_of_a_full_name_is_the_last_name(full: str, first: str, last: str) -> None:
    """The rest is the first name, and both together are the full name again."""
    assert read(NAME, Side.OPERATE, full) == full
    assert write(NAME, Side.SALESFORCE, full) == [first, last]
    assert read(NAME, Side.SALESFORCE, first, last) == full
    assert write(NAME, Side.OPERATE, full) == [full]


def test_blanks_in_a_name_do_not_count() -> None:
    """However many stand between two words; a single word in the first name's field is a full name too."""
    assert read(NAME, Side.SALESFORCE, " Zoë ", "Smith ") == "Zoë Smith"
    assert read(NAME, Side.SALESFORCE, "Zoë", "") == "Zoë"
    assert NAME.same("Zoë  Ann\u00a0Smith", "Zoë Ann Smith")
    assert write(NAME, Side.SALESFORCE, "Zoë  Ann   Smith") == ["Zoë  Ann", "Smith"]
    assert write(ONE_NAME, Side.OPERATE, "Zoë  Smith") == ["Zoë  Smith"]


@pytest.mark.parametrize(
    ("rule", "one", "many"),
    [
        (COMMA, "a, b, c", ["a", "b", "c"]),
        (COMMA, "a", ["a", "", ""]),
        (COMMA, "a, , c", ["a", "", "c"]),
        (COMMA, ", b", ["", "b", ""]),
        (COMMA, "a, b, c, d", ["a", "b", "c, d"]),
        (COMMA, "10,000", ["10,000", "", ""]),
        (COMMA, "", ["", "", ""]),
        (DASH, "10-15 desks - 12 months", ["10-15 desks", "12 months"]),
    ],
)
def test_parts_are_spread_over_the_fields_and_joined_again(rule: Rule, one: str, many: list[str]) -> None:
    """Blank parts inside are kept; what has no field of its own stays in the last; only the separator separates."""
    joined, spread = (Side.SALESFORCE, Side.OPERATE) if rule is COMMA else (Side.OPERATE, Side.SALESFORCE)
    assert read(rule, joined, one) == one
    assert write(rule, spread, one) == many
    assert read(rule, spread, *many) == one
    assert write(rule, joined, one) == [one]


def test_a_part_that_ends_with_a_backslash_stays_a_part() -> None:
    """It is not taken for the mark of a separator inside a part: what is read is read again as the same."""
    once = read(COMMA, Side.SALESFORCE, "\\ ,, 0")
    assert once is not None
    assert read(COMMA, Side.SALESFORCE, once) == once
    assert read(COMMA, Side.OPERATE, "a\\", "b", "") == "a\\ , b"
    assert write(COMMA, Side.OPERATE, "a\\ , b") == ["a\\", "b", ""]


CURLY = rule_of("{salesforce: [Size__c, Term__c], operate: budget, transform: {parts: {separator: ' {0} '}}}")

tricky = st.text(alphabet="a ,-\\{0}", max_size=6)


@given(tricky, tricky)
@example("a\\\\, b", "c")
@example("a\\,b", "")
@example("x - - y", "z")
def test_whatever_stands_in_a_part_comes_back_as_it_was(first: str, last: str) -> None:
    """A part with the separator, with backslashes before it or at its end, is neither split nor short of a sign."""
    for rule, side, rest in ((COMMA, Side.OPERATE, ("",)), (DASH, Side.SALESFORCE, ()), (CURLY, Side.SALESFORCE, ())):
        value = read(rule, side, first, last, *rest)
        assert value is not None
        try:
            texts = write(rule, side, value)
        except Unfit:
            continue
        assert read(rule, side, *texts) == value
        assert texts[0] == first.strip()


@given(tricky)
@example("a\\\\, b")
def test_whatever_is_typed_into_the_one_field_comes_back_from_the_several(typed: str) -> None:
    """What the several fields are written reads as the same value, so that our own write is no edit."""
    for rule in (COMMA, DASH, CURLY):
        one, several = sorted(rule.fields, key=lambda side: len(rule.fields[side]))
        value = read(rule, one, typed)
        assert value is not None
        assert read(rule, one, value) == value
        try:
            texts = write(rule, several, value)
        except Unfit:
            continue
        assert read(rule, several, *texts) == value


def test_a_separator_without_a_part_after_it_is_no_difference() -> None:
    """Blank parts at the end are dropped, and a CRM that trims the field takes the separator's blank along."""
    assert read(COMMA, Side.SALESFORCE, "a, b, ") == read(COMMA, Side.OPERATE, "a", "b", "") == "a, b"
    assert read(DASH, Side.OPERATE, "- b") == read(DASH, Side.SALESFORCE, "", "b") == "- b"
    assert read(DASH, Side.OPERATE, "a -") == "a"


def test_unless_every_field_was_shown_there_is_no_value() -> None:
    """Half a name is no name."""
    assert NAME.read(Side.SALESFORCE, {"LastName": "Smith"}, {}) is None
    assert COMMA.read(Side.OPERATE, {"size": "a", "term": "b"}, {}) is None


def test_a_cut_that_would_leave_nothing_is_parked() -> None:
    """A value of which only the separator would be left is not written: it would read as if somebody cleared it."""
    rule = rule_of("{salesforce: CompanyDunsNumber, operate: [size, term], transform: parts, fit: cut}")
    assert rule.write(Side.SALESFORCE, "12345, 67890", {}) == {"CompanyDunsNumber": "12345, 67"}
    wide = rule_of(
        "{salesforce: CompanyDunsNumber, operate: [size, term], transform: {parts: {separator: ',        '}}, fit: cut}"
    )
    with pytest.raises(Unfit, match="left of ',        b' after cutting is nothing") as refused:
        wide.write(Side.SALESFORCE, ",        b", {})
    assert refused.value.code == "too_long"


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("{salesforce: Name__c, operate: [firstname, lastname, term], transform: name}", "not 3 fields"),
        ("{salesforce: [FirstName, LastName], operate: [firstname, lastname], transform: name}", "use two rules"),
        ("{salesforce: [A__c, B__c], operate: [size, term], transform: parts}", "one field on one side"),
        ("{salesforce: A__c, operate: [size, term], transform: {parts: {separator: ' '}}}", "a sign between the parts"),
    ],
)
def test_fields_that_do_not_suit_the_transform_are_a_finding(rule: str, reason: str) -> None:
    """At the side that has too many, or at the parameter."""
    with pytest.raises(MappingError) as refused:
        rule_of(rule)
    assert [reason in finding.text for finding in refused.value.findings] == [True]


def test_a_separator_inside_a_part_does_not_move_words_about() -> None:
    """Two fields that would read as three are not written into one; nothing is lost in between."""
    rule = rule_of("{salesforce: Wish__c, operate: [town, county], transform: parts}")
    value = rule.read(Side.OPERATE, {"town": "Washington, DC", "county": "USA"}, {})
    assert value is not None
    assert rule.write(Side.OPERATE, value, {}) == {"town": "Washington, DC", "county": "USA"}
    with pytest.raises(Unfit, match="would be taken for two"):
        rule.write(Side.SALESFORCE, value, {})
    assert rule.read(Side.OPERATE, {"town": "Ghent", "county": "A, B"}, {}) == "Ghent, A, B"
