"""Salesforce's JSON as text and back: numbers, times, ids."""

import re
import string
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.crm.salesforce import values
from connector.errors import Unreadable
from connector.sandbox.salesforce import ids

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (25, "25"),
        (Decimal("25.0"), "25"),
        (Decimal("1000000.0"), "1000000"),
        (Decimal("1E+7"), "10000000"),
        (Decimal("0.10"), "0.1"),
        (Decimal("-0.0000001"), "-0.0000001"),
        (Decimal("123456789012345678.25"), "123456789012345678.25"),
        ("  as it is ", "  as it is "),
        ("2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05.000+0000"),
    ],
)
def test_what_salesforce_shows_becomes_text(shown: Any, text: str) -> None:
    """Null is blank, numbers have no exponent and no ".0", everything else stays as it is."""
    assert values.to_text(shown) == text


def test_a_compound_value_is_unreadable() -> None:
    """An address object has no text."""
    with pytest.raises(Unreadable, match="dict"):
        values.to_text({"city": "x"})


@pytest.mark.parametrize(
    ("text", "kind", "sent"),
    [
        ("", "double", None),
        ("", "string", None),
        ("25", "int", 25),
        (" 25.0 ", "int", 25),
        ("2.5", "double", 2.5),
        ("-1200.75", "currency", -1200.75),
        ("1e3", "percent", 1000),
        ("true", "boolean", True),
        ("false", "boolean", False),
        ("25", "string", "25"),
        ("2026-02-28", "date", "2026-02-28"),
        ("2026-02-28T10:00:00Z", "datetime", "2026-02-28T10:00:00Z"),
        ("2026-01-02T03:04:05.000+0000", "datetime", "2026-01-02T03:04:05.000+0000"),
    ],
)
def test_text_becomes_what_the_field_takes(text: str, kind: str, sent: Any) -> None:
    """The describe type decides; blank is null for every type."""
    made = values.to_json(text, kind)
    assert (type(made), made) == (type(sent), sent)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10-15 desks", "double"),
        ("NaN", "double"),
        ("Infinity", "double"),
        ("1_000", "double"),
        ("٢٥", "double"),
        ("1e400", "double"),
        ("0.12345678901234567890123", "double"),
        ("2.5", "int"),
        ("2147483648", "int"),
        ("9" * 30, "currency"),
        ("yes", "boolean"),
        ("28/02/2026", "date"),
        ("2026-02-30", "date"),
        ("20260228", "date"),
        ("2026-02-28", "datetime"),
        ("2026-02-28T10:00:00", "datetime"),
        ("half \ud800", "string"),
        ("nul \0", "textarea"),
    ],
)
def test_text_that_would_spoil_the_request_is_not_sent(text: str, kind: str) -> None:
    """Salesforce refuses all records of a request for a value that does not parse, so ours never leaves."""
    with pytest.raises(values.Unfitting) as caught:
        values.to_json(text, kind)
    assert text not in str(caught.value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_number_that_was_sent_reads_back_the_same(number: Decimal) -> None:
    """Writing and reading a number ends at the same text."""
    text = values.to_text(number)
    sent = values.to_json(text, "double")
    assert values.to_text(Decimal(str(sent))) == text


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=12, max_size=12))
def test_a_short_id_and_its_long_form_are_one_id(tail: str) -> None:
    """15 characters get the checksum that Salesforce gives them; 18 stay."""
    short = f"00Q{tail}"
    long = values.to18(short)
    assert long == ids.to18(short)
    assert values.to18(long) == long
    assert values.is_lead_id(short)
    assert values.is_lead_id(long)
    assert not values.is_lead_id(f"003{tail}")
    assert not values.is_lead_id(short[:-1])
    assert not values.is_lead_id(long[:-1] + ("A" if long[-1] != "A" else "B"))


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_time_that_is_asked_for_is_never_too_late(moment: datetime) -> None:
    """The literal of a moment is the moment cut to the second, and reads back exactly."""
    micros = (moment - EPOCH) // timedelta(microseconds=1)
    literal = values.to_literal(micros)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", literal)
    assert values.to_micros(literal) == micros - micros % 1_000_000


def test_times_in_salesforce_forms() -> None:
    """The forms of records and of HTTP headers mean the same instant; nonsense is unreadable."""
    assert values.to_micros("2026-01-02T03:04:05.678+0000") == 1_767_323_045_678_000
    assert values.http_date("Fri, 02 Jan 2026 03:04:05 GMT") == 1_767_323_045_000_000
    with pytest.raises(Unreadable):
        values.to_micros("yesterday")
    assert values.to_literal(-5) == "1970-01-01T00:00:00Z"
