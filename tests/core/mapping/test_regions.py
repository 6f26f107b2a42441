"""The transforms of countries and states."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Rule, Unfit
from connector.core.model import SIDES, Side
from connector.errors import MappingError
from connector.sandbox.salesforce import geography
from tests.core.mapping.frame import rule_of

FIELDS = "salesforce: Country, operate: country"
COUNTRY = rule_of(f"{{{FIELDS}, transform: country}}")
CODE = rule_of("{salesforce: CountryCode, operate: country, transform: {country: {salesforce: code}}}")
PLACE = "salesforce: State, operate: county"
STATE = rule_of(f"{{{PLACE}, transform: {{state: {{countries: [US, CA]}}}}}}")
STATE_CODE = rule_of(
    "{salesforce: StateCode, operate: county, transform: {state: {countries: [US, AU, BR], salesforce: code}}}"
)


def read(rule: Rule, text: str) -> str | None:
    """The value of an Operate record that shows this text."""
    return rule.read(Side.OPERATE, {rule.fields[Side.OPERATE][0]: text}, {})


def write(rule: Rule, side: Side, value: str) -> str:
    """The native text of a value."""
    (text,) = rule.write(side, value, {}).values()
    return text


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("United Kingdom", "GB"),
        (" united kingdom ", "GB"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("gbr", "GB"),
        ("England", "GB"),
        ("Northern Ireland", "GB"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("Deutschland", "DE"),
        ("Espana", "ES"),
        ("ÖSTERREICH", "AT"),
        ("Schweiz", "CH"),
        ("Korea, Republic of", "KR"),
        ("South Korea", "KR"),
        ("Vietnam", "VN"),
        ("Czech Republic", "CZ"),
        ("Türkiye", "TR"),
        ("Cote d’Ivoire", "CI"),
        ("Trinidad & Tobago", "TT"),
        ("Kosovo", "XK"),
        ("Korea", "Korea"),
        ("Narnia", "Narnia"),
        ("UK / US", "UK / US"),
        ("", ""),
    ],
)
def test_a_country_is_recognised_however_it_was_typed(typed: str, code: str) -> None:
    """By code, name, official and everyday name, without case and accents; what is not certain stays text."""
    assert read(COUNTRY, typed) == code


@pytest.mark.parametrize(
    ("code", "salesforce", "operate"),
    [
        ("GB", "United Kingdom", "United Kingdom"),
        ("US", "United States", "United States"),
        ("NL", "Netherlands", "Netherlands"),
        ("KR", "Korea, Republic of", "South Korea"),
        ("VN", "Viet Nam", "Vietnam"),
        ("RU", "Russian Federation", "Russia"),
        ("TW", "Taiwan", "Taiwan"),
        ("CZ", "Czech Republic", "Czechia"),
        ("BO", "Bolivia, Plurinational State of", "Bolivia"),
        ("XK", "Kosovo", "Kosovo"),
    ],
)
def test_a_country_is_written_in_the_words_of_its_side(code: str, salesforce: str, operate: str) -> None:
    """Salesforce's picklists have ISO's formal names, people write everyday ones; a code is the same everywhere."""
    assert [write(COUNTRY, side, code) for side in SIDES] == [salesforce, operate]
    assert write(CODE, Side.SALESFORCE, operate) == code


def test_every_country_is_read_from_every_form_it_is_written_in() -> None:
    """No name belongs to two countries."""
    for country in pycountry.countries:
        for text in (country.alpha_2, country.alpha_3, country.name, *(write(COUNTRY, s, country.name) for s in SIDES)):
            assert read(COUNTRY, text) == country.alpha_2


def test_the_names_are_those_of_the_salesforce_picklists() -> None:
    """Every country and state that the stand-in of Salesforce knows is written exactly in its words."""
    for code, name in geography.COUNTRIES.items():
        assert write(COUNTRY, Side.SALESFORCE, code) == name
    for code, name, country in geography.state_codes():
        rule = rule_of(f"{{{PLACE}, transform: {{state: {{countries: [{country}]}}}}}}")
        assert write(rule, Side.SALESFORCE, code) == name


def test_a_mapping_may_name_countries_its_own_way() -> None:
    """On both sides, read and written; a country that ISO does not have can be added."""
    rule = rule_of(f"{{{FIELDS}, transform: {{country: {{names: {{US: The States, XX: Utopia}}}}}}}}")
    assert [write(rule, side, "USA") for side in SIDES] == ["The States", "The States"]
    assert [read(rule, text) for text in ("the states", "United States", "UTOPIA", "xx")] == ["US", "US", "XX", "XX"]
    assert write(rule, Side.OPERATE, "XX") == "Utopia"
    assert read(COUNTRY, "Utopia") == "Utopia"


def test_a_field_of_codes_takes_no_other_text() -> None:
    """The reason names the text and the field; a field of names takes it."""
    assert write(CODE, Side.OPERATE, "Narnia") == "Narnia"
    assert write(CODE, Side.SALESFORCE, "") == ""
    with pytest.raises(Unfit, match="'Narnia' is no known country, and CountryCode takes only codes") as refused:
        CODE.write(Side.SALESFORCE, "Narnia", {})
    assert refused.value.code == "unreadable"
    with pytest.raises(Unfit, match="'Bavaria' is no known state, and StateCode takes only codes"):
        STATE_CODE.write(Side.SALESFORCE, "Bavaria", {})


@pytest.mark.parametrize(
    ("rule", "typed", "value"),
    [
        (STATE, "California", "US-CA"),
        (STATE, "ca", "US-CA"),
        (STATE, "US-CA", "US-CA"),
        (STATE, "QUÉBEC", "CA-QC"),
        (STATE, "Yukon Territories", "CA-YT"),
        (STATE, "Washington D.C.", "US-DC"),
        (STATE, "Bavaria", "Bavaria"),
        (STATE, "NSW", "NSW"),
        (STATE_CODE, "WA", "US-WA"),
        (STATE_CODE, "AU-WA", "AU-WA"),
        (STATE_CODE, "Western Australia", "AU-WA"),
        (STATE_CODE, "Pará", "BR-PA"),
    ],
)
def test_a_state_is_recognised_by_name_and_code(rule: Rule, typed: str, value: str) -> None:
    """Only those of the countries named; what two share belongs to the first."""
    assert read(rule, typed) == value


def test_a_state_is_written_by_name_or_by_code() -> None:
    """The code without its country."""
    assert [write(STATE, side, "us-ca") for side in SIDES] == ["California", "California"]
    assert [write(STATE, side, "CA-YT") for side in SIDES] == ["Yukon Territories", "Yukon"]
    assert write(STATE_CODE, Side.SALESFORCE, "New South Wales") == "NSW"
    own = rule_of(f"{{{PLACE}, transform: {{state: {{countries: [IN], names: {{IN-GJ: Gujarat, IN-ZZ: Home}}}}}}}}")
    assert write(own, Side.SALESFORCE, "Gujarāt") == "Gujarat"
    assert read(own, "zz") == "IN-ZZ"


def test_a_code_that_would_be_read_as_another_state_is_parked() -> None:
    """PA is Pennsylvania before it is Pará, so Pará cannot be written as a code where both are possible."""
    with pytest.raises(Unfit, match=r"StateCode: 'PA' \(BR-PA\) would be taken for Pennsylvania \(US-PA\)") as refused:
        STATE_CODE.write(Side.SALESFORCE, "Pará", {})
    assert refused.value.code == "unreadable"
    assert write(STATE_CODE, Side.OPERATE, "BR-PA") == "Pará"


@pytest.mark.parametrize(
    ("transform", "reason"),
    [
        ("{country: {salesforce: iso}}", "takes name, code, not 'iso'"),
        ("{country: {names: {UK: Britain}}}", "'UK' is no country code; use GB"),
        ("{country: {names: {UX: Britain}}}", "'UX' is no country code"),
        ("{country: {names: {US: Georgia}}}", "'Georgia' is a name of GE"),
        ("{country: {names: {US: Home, GB: home}}}", "a name of its own for every code"),
        ("{country: {names: {US: '.'}}}", "a name of its own for every code"),
        ("state", "transform.state needs countries"),
        ("{state: {countries: []}}", "different country codes"),
        ("{state: {countries: [US, UK]}}", "'UK' is none"),
        ("{state: {countries: [US, us]}}", "'us' is none"),
        ("{state: {countries: [US, US]}}", "different country codes"),
        ("{state: {countries: [US], names: {CA: California}}}", "such as US-XY"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_a_finding(transform: str, reason: str) -> None:
    """In words, with the right code where it is known."""
    with pytest.raises(MappingError, match=reason):
        rule_of(f"{{{PLACE}, transform: {transform}}}")


@given(st.sampled_from([COUNTRY, CODE, STATE, STATE_CODE]), st.text(max_size=20))
def test_text_that_is_no_region_is_never_changed(rule: Rule, typed: str) -> None:
    """It stays text, or it is a code; whatever it is, reading it once more is the same."""
    value = read(rule, typed)
    assert value is not None
    assert read(rule, value) == value
