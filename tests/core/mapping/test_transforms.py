"""The transforms of plain text, by table and by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Rule, Unfit
from connector.core.model import SIDES, Side
from tests.core.mapping.frame import rule_of

TEXT = rule_of("{salesforce: FirstName, operate: firstname}")
LABEL = rule_of("{salesforce: Industry, operate: industry, transform: label}")
EMAIL = rule_of("{salesforce: Email, operate: emailaddress, transform: email}")
PHONE = rule_of("{salesforce: Phone, operate: phoneno, transform: phone}")
LINES = rule_of("{salesforce: Street, operate: [addressline1, addressline2, addressline3], transform: lines}")
NUMBER = rule_of("{salesforce: Desks__c, operate: numberofpeople, transform: number}")
BOOLEAN = rule_of("{salesforce: Tour__c, operate: ud_tour, transform: boolean}")
PLAIN = (TEXT, LABEL, EMAIL, PHONE, NUMBER, BOOLEAN)

anything = st.text(max_size=60)
phone_like = st.one_of(
    st.sampled_from(
        ["020 7946 0018", "+44 (0)20 7946 0018", "00442079460018", "020 7946 0018 ext 12", "(202) 555-0143"]
    ),
    st.text("+0123456789 ()-x", max_size=20),
)
number_like = st.from_regex(r"[+-]?[0-9]{1,9}(\.[0-9]{1,4})?", fullmatch=True)
hostile = st.one_of(anything, phone_like, number_like, st.sampled_from(["true", "Yes", " İstanbul ", "a\r\nb\rc", "ẞ"]))


def read(rule: Rule, side: Side, *texts: str) -> str | None:
    """The value of a record that shows these texts in the rule's fields."""
    return rule.read(side, dict(zip(rule.fields[side], texts, strict=True)), {})


@pytest.mark.parametrize(
    ("rule", "typed", "value"),
    [
        (TEXT, "  Zoë ", "Zoë"),
        (TEXT, "Zoe\u0308", "Zoë"),
        (TEXT, "one\r\ntwo\rthree", "one\ntwo\nthree"),
        (TEXT, "nul\x00byte \ud800", "nulbyte"),
        (TEXT, "", ""),
        (LABEL, "Hot Lead ", "Hot Lead"),
        (EMAIL, " Sam@Example.com ", "Sam@Example.com"),
        (PHONE, "020 7946 0018", "+442079460018"),
        (PHONE, "+44 (0)20 7946-0018", "+442079460018"),
        (PHONE, "0044 20 7946 0018", "+442079460018"),
        (PHONE, "020 7946 0018 ext. 12", "+442079460018 x12"),
        (PHONE, "+1 202-555-0143", "+12025550143"),
        (PHONE, "1234567", "1234567"),
        (PHONE, "020 7946 0018 / 020 7946 0019", "020 7946 0018 / 020 7946 0019"),
        (PHONE, "020 7946 0018 (ask for Sam)", "020 7946 0018 (ask for Sam)"),
        (NUMBER, "25.0", "25"),
        (NUMBER, "025", "25"),
        (NUMBER, "1,000", "1000"),
        (NUMBER, "-0.00", "0"),
        (NUMBER, "2.50", "2.5"),
        (NUMBER, "10-15 desks", "10-15 desks"),
        (NUMBER, "100", "100"),
        (BOOLEAN, "True", "true"),
        (BOOLEAN, "1", "true"),
        (BOOLEAN, "", "false"),
        (BOOLEAN, "maybe", "maybe"),
    ],
)
def test_a_value_is_read_alike_from_either_side(rule: Rule, typed: str, value: str) -> None:
    """The value does not depend on the side that shows it, nor on blanks, line ends or the way it was typed."""
    assert [read(rule, side, typed) for side in SIDES] == [value, value]


def test_a_field_that_was_not_shown_is_not_blank() -> None:
    """A missing key reads as None, a shown blank as ""."""
    assert TEXT.read(Side.SALESFORCE, {}, {}) is None
    assert TEXT.read(Side.SALESFORCE, {"FirstName": " "}, {}) == ""


def test_e_mail_addresses_differ_only_by_their_letters_not_by_their_case() -> None:
    """Salesforce stores an address in lower case; that is no edit."""
    assert EMAIL.same("Sam@Example.com", "sam@example.com")
    assert EMAIL.is_form_of(Side.SALESFORCE, "Sam@Example.com", "sam@example.com", {})
    assert not LABEL.same("Web", "web")


def test_two_ways_to_type_one_number_are_equal_and_written_internationally() -> None:
    """A national number counts as the region's; an extension is a part of the number."""
    us = rule_of("{salesforce: Phone, operate: phoneno, transform: {phone: {region: US}}}")
    assert PHONE.same("020 7946 0018", "+442079460018")
    assert not PHONE.same("020 7946 0018", "020 7946 0018 x12")
    assert us.write(Side.SALESFORCE, "(202) 555-0143", {}) == {"Phone": "+12025550143"}
    assert us.write(Side.OPERATE, "(202) 555-0143", {}) == {"phoneno": "+12025550143"}


@pytest.mark.parametrize(
    ("typed", "national"),
    [
        ("+442079460018", "020 7946 0018"),
        ("0044 20 7946 0018 x12", "020 7946 0018 x12"),
        ("07700 900123", "07700 900123"),
        ("+1 202-555-0143", "+12025550143"),
        ("+44 1534 496000", "+441534496000"),
        ("1234567", "1234567"),
        ("call +442079460018", "call +442079460018"),
        ("", ""),
    ],
)
def test_a_side_may_be_written_the_local_form(typed: str, national: str) -> None:
    """For numbers of the region (Jersey is none of GB's); what the other side is written stays international."""
    local = rule_of("{salesforce: Phone, operate: phoneno, transform: {phone: {operate: national}}}")
    value = read(local, Side.SALESFORCE, typed)
    assert value is not None
    assert local.write(Side.OPERATE, value, {}) == {"phoneno": national}
    assert local.write(Side.SALESFORCE, national, {}) == {"Phone": value}
    assert read(local, Side.OPERATE, national) == value


def test_text_in_a_number_field_of_salesforce_does_not_fit() -> None:
    """Operate takes "10-15 desks" as it is; Salesforce takes numbers only, and the reason names field and text."""
    assert NUMBER.write(Side.OPERATE, "10-15 desks", {}) == {"numberofpeople": "10-15 desks"}
    assert NUMBER.write(Side.SALESFORCE, "25.0", {}) == {"Desks__c": "25"}
    assert NUMBER.write(Side.SALESFORCE, "", {}) == {"Desks__c": ""}
    with pytest.raises(Unfit, match=r"'10-15 desks' is not a number.*Desks__c") as refused:
        NUMBER.write(Side.SALESFORCE, "10-15 desks", {})
    assert refused.value.code == "unreadable"


def test_a_tick_box_is_written_in_the_words_of_its_side() -> None:
    """true/false in Salesforce, True/False in Operate; other words do not fit."""
    assert BOOLEAN.write(Side.SALESFORCE, "true", {}) == {"Tour__c": "true"}
    assert BOOLEAN.write(Side.OPERATE, "", {}) == {"ud_tour": "False"}
    with pytest.raises(Unfit, match="neither true nor false"):
        BOOLEAN.write(Side.OPERATE, "maybe", {})


def test_a_nul_is_never_written() -> None:
    """A value with NUL is refused before it is sent; a long bad text is cut in the message."""
    for rule in (TEXT, LINES):
        with pytest.raises(Unfit, match="cannot be stored") as refused:
            rule.write(Side.OPERATE, "a\x00b", {})
        assert refused.value.code == "unreadable"
    with pytest.raises(Unfit) as long:
        NUMBER.write(Side.SALESFORCE, "x" * 5_000, {})
    assert len(long.value.text) < 200


@pytest.mark.parametrize(
    ("street", "lines"),
    [
        ("1 High Street", ["1 High Street", "", ""]),
        ("Floor 2\r\n\r\n 1 High Street ", ["Floor 2", "1 High Street", ""]),
        ("a\nb\nc\nd\ne", ["a", "b", "c, d, e"]),
        ("", ["", "", ""]),
    ],
)
def test_a_street_becomes_three_lines_and_stays_equal(street: str, lines: list[str]) -> None:
    """Blank lines vanish, surplus ones share the last field; what Operate shows afterwards is no edit."""
    value = read(LINES, Side.SALESFORCE, street)
    assert value is not None
    native = LINES.write(Side.OPERATE, value, {})
    assert [native[name] for name in LINES.fields[Side.OPERATE]] == lines
    stored = LINES.read(Side.OPERATE, native, {})
    assert stored is not None
    assert LINES.same(value, stored)
    assert LINES.is_form_of(Side.OPERATE, value, stored, {})


def test_half_an_address_was_not_shown() -> None:
    """Unless all three lines are there, the rule has no value."""
    assert LINES.read(Side.OPERATE, {"addressline1": "a", "addressline2": "b"}, {}) is None


def test_a_hole_between_address_lines_is_no_difference() -> None:
    """Operate may hold lines one and three only."""
    value = read(LINES, Side.OPERATE, "a", "", "c")
    assert value == "a\nc"
    assert LINES.write(Side.SALESFORCE, value, {}) == {"Street": "a\nc"}


def test_a_value_that_is_too_long_is_parked_or_cut_at_exactly_the_field_size() -> None:
    """The documented size is known without a connection; only `fit: cut` shortens, and the cut form is recognised."""
    with pytest.raises(Unfit, match="postcode takes 10 characters, the value has 12") as refused:
        rule_of("{salesforce: PostalCode, operate: postcode}").write(Side.OPERATE, "EC1A 1BB-012", {})
    assert refused.value.code == "too_long"
    cut = rule_of("{salesforce: PostalCode, operate: postcode, fit: cut}")
    assert cut.write(Side.OPERATE, "EC1A 1BB-012", {}) == {"postcode": "EC1A 1BB-0"}
    assert cut.is_form_of(Side.OPERATE, "EC1A 1BB-012", "EC1A 1BB-0", {})
    assert not cut.is_form_of(Side.OPERATE, "EC1A 1BB-012", "EC1A 1BB", {})
    assert not cut.is_form_of(Side.OPERATE, "EC1A 1BB-012", "", {})


def test_a_constant_is_a_filler_of_new_records_only() -> None:
    """The text stands in `fillers`, goes into creates of its one side and never flows."""
    rule = rule_of("{operate: budget, transform: {constant: {value: To be discussed}}}")
    assert rule.fillers == {Side.OPERATE: "To be discussed"}
    assert rule.goes_into_create(Side.OPERATE)
    assert not rule.goes_into_create(Side.SALESFORCE)
    assert not any(rule.flows_to(side) for side in SIDES)
    assert rule.write(Side.OPERATE, rule.fillers[Side.OPERATE], {}) == {"budget": "To be discussed"}


@given(st.sampled_from(PLAIN), st.sampled_from(SIDES), hostile)
def test_whatever_is_written_reads_back_as_the_same_value(rule: Rule, side: Side, typed: str) -> None:
    """Read one side, write the other, read that: equal, or it said beforehand that it does not fit."""
    value = read(rule, side, typed)
    assert value is not None
    for target in SIDES:
        try:
            native = rule.write(target, value, {})
        except Unfit:
            continue
        stored = rule.read(target, native, {})
        assert stored is not None
        assert rule.same(value, stored)
        assert rule.is_form_of(target, value, stored, {})


@given(st.sampled_from((*PLAIN, LINES)), hostile)
def test_normalising_twice_is_normalising_once(rule: Rule, typed: str) -> None:
    """The normal form is stable, so that "the same" is an equivalence."""
    normal = rule.transform.normal(typed)
    assert rule.transform.normal(normal) == normal


@given(st.sampled_from(PLAIN), st.sampled_from(SIDES), hostile)
def test_a_value_is_read_in_its_final_form(rule: Rule, side: Side, typed: str) -> None:
    """Reading a value once more changes nothing; it carries no NUL and no blanks around it."""
    value = read(rule, side, typed)
    assert value is not None
    assert read(rule, side, value) == value
    assert value == value.strip()
    assert "\x00" not in value


@given(st.lists(st.text(max_size=20), max_size=6).map("\n".join))
def test_any_street_survives_the_way_there_and_back(street: str) -> None:
    """Salesforce to Operate to Salesforce: always the same by the rule's own comparison."""
    value = read(LINES, Side.SALESFORCE, street)
    assert value is not None
    there = LINES.read(Side.OPERATE, LINES.write(Side.OPERATE, value, {}), {})
    assert there is not None
    back = LINES.read(Side.SALESFORCE, LINES.write(Side.SALESFORCE, there, {}), {})
    assert back is not None
    assert LINES.same(value, there)
    assert LINES.same(value, back)


@pytest.mark.parametrize(
    ("rule", "side", "native"),
    [
        (
            "{salesforce: E__c, operate: eventstartdate, transform: {instant: {timezone: Europe/London}}, "
            "default: {operate: 01/07/2027 10:00}}",
            Side.OPERATE,
            {"eventstartdate": "01/07/2027 10:00"},
        ),
        (
            "{salesforce: K__c, operate: ud_k, transform: choices, default: {operate: 'Desk, Phone'}}",
            Side.OPERATE,
            {"ud_k": "Desk, Phone"},
        ),
        (
            "{salesforce: K__c, operate: ud_k, transform: choices, default: {operate: Desk;Phone}}",
            Side.OPERATE,
            {"ud_k": "Desk, Phone"},
        ),
    ],
)
def test_a_default_is_written_as_the_file_shows_it(rule: str, side: Side, native: dict[str, str]) -> None:
    """In that side's own clock and with its own separators."""
    made = rule_of(rule)
    assert made.write(side, made.filler(side, {}), {}) == native
