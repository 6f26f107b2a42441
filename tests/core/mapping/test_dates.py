"""The transforms of instants and calendar days."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Rule, Unfit
from connector.core.model import SIDES, Side
from tests.core.mapping.frame import rule_of

FIELDS = "salesforce: Event__c, operate: eventstartdate"
INSTANT = rule_of(f"{{{FIELDS}, transform: instant}}")
LONDON = rule_of(f"{{{FIELDS}, transform: {{instant: {{timezone: Europe/London}}}}}}")
DATE = rule_of(f"{{{FIELDS}, transform: date}}")


def read(rule: Rule, side: Side, text: str) -> str | None:
    """The value of a record that shows this text."""
    return rule.read(side, {rule.fields[side][0]: text}, {})


@pytest.mark.parametrize(
    ("side", "text", "value"),
    [
        (Side.SALESFORCE, "2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05Z"),
        (Side.SALESFORCE, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        (Side.OPERATE, "2016-11-29T16:33:44+00:00", "2016-11-29T16:33:44Z"),
        (Side.OPERATE, "2016-11-29T16:33:44+02:00", "2016-11-29T14:33:44Z"),
        (Side.OPERATE, "2017-07-25T07:54:52", "2017-07-25T07:54:52Z"),
        (Side.OPERATE, "22/10/2013 12:23", "2013-10-22T12:23:00Z"),
        (Side.OPERATE, "22/10/2013 12:23:59", "2013-10-22T12:23:59Z"),
        (Side.OPERATE, "22/10/2013", "2013-10-22T00:00:00Z"),
        (Side.OPERATE, "2001-01-01T00:00:00+00:00", ""),
        (Side.OPERATE, "1899-12-31T00:00:00+00:00", ""),
        (Side.OPERATE, "01/01/1900 00:00", ""),
        (Side.OPERATE, "", ""),
        (Side.OPERATE, "31/02/2026", "31/02/2026"),
        (Side.OPERATE, "next week", "next week"),
        (Side.OPERATE, "20260102", "20260102"),
        (Side.OPERATE, "2001-01-01T09:30:00+00:00", "2001-01-01T09:30:00Z"),
    ],
)
def test_an_instant_is_read_from_every_form_that_the_vendors_show(side: Side, text: str, value: str) -> None:
    """ISO with and without an offset, dd/mm/yyyy, the dates that mean none; other text stays as it is."""
    assert read(INSTANT, side, text) == value


def test_operates_clock_without_an_offset_is_read_in_its_time_zone() -> None:
    """In summer London is an hour ahead of UTC, and Operate is written the same wall clock."""
    assert read(LONDON, Side.OPERATE, "24/07/2026 11:15") == "2026-07-24T10:15:00Z"
    assert LONDON.write(Side.OPERATE, "2026-07-24T10:15:42Z", {}) == {"eventstartdate": "24/07/2026 11:15"}
    assert LONDON.write(Side.SALESFORCE, "2026-07-24T10:15:42Z", {}) == {"Event__c": "2026-07-24T10:15:42.000+0000"}


def test_seconds_that_operate_is_never_sent_make_no_difference() -> None:
    """Instants within one minute are equal."""
    assert INSTANT.same("2026-07-24T10:15:42Z", "2026-07-24T10:15:00Z")
    assert not INSTANT.same("2026-07-24T10:15:59Z", "2026-07-24T10:16:00Z")
    assert INSTANT.is_form_of(Side.OPERATE, "2026-07-24T10:15:42Z", "2026-07-24T10:15:00Z", {})


def test_text_that_is_no_date_is_not_written() -> None:
    """It does not fit on either side; nor does the one date that Operate would show as none."""
    for rule in (INSTANT, DATE):
        for side in SIDES:
            with pytest.raises(Unfit, match="'next week' is not a date") as refused:
                rule.write(side, "next week", {})
            assert refused.value.code == "unreadable"
    tokyo = rule_of(f"{{{FIELDS}, transform: {{instant: {{timezone: Asia/Tokyo}}}}}}")
    with pytest.raises(Unfit, match="where there is none"):
        tokyo.write(Side.OPERATE, "2000-12-31T15:00:10Z", {})


def test_a_blank_date_is_written_as_blank() -> None:
    """Clearing a date is possible on both sides."""
    for rule in (INSTANT, DATE):
        assert [list(rule.write(side, "", {}).values()) for side in SIDES] == [[""], [""]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T00:00:00+00:00", "2026-11-24"),
        ("24/11/2026", "2026-11-24"),
        ("2001-01-01T00:00:00+00:00", ""),
        ("soon", "soon"),
    ],
)
def test_a_day_is_the_day_that_is_shown(text: str, value: str) -> None:
    """No time zone moves a calendar day."""
    assert [read(DATE, side, text) for side in SIDES] == [value, value]


def test_a_day_is_written_in_the_form_of_its_side() -> None:
    """ISO for Salesforce, dd/mm/yyyy for Operate."""
    assert DATE.write(Side.SALESFORCE, "2026-11-04", {}) == {"Event__c": "2026-11-04"}
    assert DATE.write(Side.OPERATE, "2026-11-04", {}) == {"eventstartdate": "04/11/2026"}


instants = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(st.sampled_from((INSTANT, DATE)), instants)
def test_every_date_survives_the_way_to_either_side(rule: Rule, instant: datetime) -> None:
    """Written and read back it is the same by the rule's comparison, and the normal form is stable."""
    value = read(rule, Side.SALESFORCE, f"{instant:%Y-%m-%dT%H:%M:%S}.000+0000")
    assert value is not None
    for side in SIDES:
        stored = rule.read(side, rule.write(side, value, {}), {})
        assert stored is not None
        assert rule.same(value, stored)
        assert rule.is_form_of(side, value, stored, {})
    assert rule.transform.normal(rule.transform.normal(value)) == rule.transform.normal(value)


@given(instants)
def test_a_local_clock_round_trips_or_is_not_written(instant: datetime) -> None:
    """Europe/London as the tenant's zone: equal, but for one hour a year that Operate's clock shows twice."""
    value = f"{instant:%Y-%m-%dT%H:%M:%S}Z"
    try:
        stored = LONDON.read(Side.OPERATE, LONDON.write(Side.OPERATE, value, {}), {})
    except Unfit:
        assert (instant.month, instant.weekday()) == (10, 6) or f"{instant:%m-%d %H:%M}" == "01-01 00:00"
        return
    assert stored is not None
    assert LONDON.same(value, stored)


def test_the_second_of_two_equal_hours_is_not_written_to_operate() -> None:
    """It would be read as the first, and that hour would flow back as somebody's edit."""
    assert LONDON.write(Side.OPERATE, "2026-10-25T00:30:00Z", {}) == {"eventstartdate": "25/10/2026 01:30"}
    with pytest.raises(Unfit, match="eventstartdate: Operate's clock shows 25/10/2026 01:30 for another") as refused:
        LONDON.write(Side.OPERATE, "2026-10-25T01:30:00Z", {})
    assert refused.value.code == "unreadable"
    assert LONDON.write(Side.SALESFORCE, "2026-10-25T01:30:00Z", {}) == {"Event__c": "2026-10-25T01:30:00.000+0000"}


@given(st.text(max_size=40))
def test_no_text_makes_reading_a_date_fail(text: str) -> None:
    """Reading always answers with some text, and again with the same."""
    for rule in (INSTANT, LONDON, DATE):
        for side in SIDES:
            value = read(rule, side, text)
            assert value is not None
            assert read(rule, Side.SALESFORCE, value) == value


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])
def test_the_ends_of_the_calendar_stay_text(text: str) -> None:
    """A date that has no UTC form is text like any other that cannot be read, and is written nowhere."""
    assert read(INSTANT, Side.OPERATE, text) == text
    for side in SIDES:
        with pytest.raises(Unfit, match="is not a date"):
            INSTANT.write(side, text, {})
