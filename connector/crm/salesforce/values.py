"""Between Salesforce's JSON and our text: field values, times, record ids.

Pure; imports the errors only. Sources: Object Reference, "API Field Properties" and "ID Field Type"; REST guide,
"Valid Date and DateTime Formats".
"""

import re
import string
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime

from connector.errors import Unreadable

Json = str | int | float | bool | None

LEAD_PREFIX = "00Q"
NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
WHOLE_NUMBERS = {"int": 2**31, "long": 2**63}
"""Types without a decimal place, and what their amount must stay below."""

YEARS = (1700, 4000)
"""Salesforce takes no date outside of these (Help, "Valid Date Ranges")."""
LONGEST_NUMBER = 40
"""No field has a number of more places before or after the point; 1e999999999, written out, would fill the memory."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
_CHECKSUM = string.ascii_uppercase + "012345"


class Unfitting(ValueError):
    """A text is no value of the field's type; Salesforce would refuse the whole request for it."""


def to_text(value: object) -> str:
    """A JSON value as native text: null is "", booleans "true"/"false", numbers plain decimals without ".0"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if number and not -LONGEST_NUMBER < number.adjusted() < LONGEST_NUMBER:
            raise Unreadable("Salesforce showed a number out of all proportion")
        return str(int(number)) if number == number.to_integral_value() else f"{number.normalize():f}"
    if isinstance(value, str):
        return value
    raise Unreadable(f"Salesforce showed a field as {type(value).__name__} where text, number or boolean was due")


def to_json(text: str, kind: str) -> Json:
    """Native text as JSON for a field of this describe type. Raises `Unfitting` with what was expected."""
    if text == "":
        return None
    if kind == "boolean":
        if text not in ("true", "false"):
            raise Unfitting("is neither true nor false")
        return text == "true"
    if kind in NUMBERS:
        return _number(text, kind)
    if kind == "date" or kind == "datetime":
        _expect_time(text, kind)
    if not encodable(text):
        raise Unfitting("holds characters that cannot be sent")
    return text


def _number(text: str, kind: str) -> int | float:
    try:
        number = Decimal(text.strip()) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation as error:
        raise Unfitting("is not a number") from error
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise Unfitting("is not a number")
    if number == number.to_integral_value():
        if abs(number) >= WHOLE_NUMBERS.get(kind, 10**18):
            raise Unfitting("is too large a number")
        return int(number)
    if kind in WHOLE_NUMBERS:
        raise Unfitting("is not a whole number")
    if Decimal(repr(float(number))) != number:
        raise Unfitting("has more digits than can be sent")
    return float(number)


def _expect_time(text: str, kind: str) -> None:
    try:
        if kind == "date" and len(text) == 10:
            date.fromisoformat(text)
            return
        if kind == "datetime" and "T" in text and datetime.fromisoformat(text).tzinfo is not None:
            return
    except ValueError:
        pass
    form = "YYYY-MM-DD" if kind == "date" else "YYYY-MM-DDThh:mm:ss with Z or an offset"
    raise Unfitting(f"is not of the form {form}")


def encodable(text: str) -> bool:
    """Whether the text is free of lone surrogates and of NUL."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def to_micros(text: str) -> int:
    """Microseconds of a Salesforce datetime such as `2026-01-02T03:04:05.000+0000`. Raises `Unreadable`."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise Unreadable("Salesforce showed a time in a form that is no date and time") from error
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise Unreadable(f"Salesforce showed a time in the year {moment.year}")
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // timedelta(microseconds=1)


def http_date(text: str) -> int:
    """Microseconds of an HTTP date, such as the `Date` header. Raises `ValueError`."""
    try:
        moment = parsedate_to_datetime(text)
    except OverflowError as error:
        raise ValueError("a zone out of all proportion") from error
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - _EPOCH) // timedelta(microseconds=1)


def to_literal(micros: int) -> str:
    """The SOQL literal of a moment, cut to the second (a lower bound may only be too early)."""
    return (_EPOCH + timedelta(seconds=max(micros, 0) // 1_000_000)).strftime("%Y-%m-%dT%H:%M:%SZ")


def to18(record_id: str) -> str:
    """An id in its 18-character form; what is no id comes back unchanged.

    The three characters tell which of the first fifteen are capitals (Object Reference, "ID Field Type").
    """
    if len(record_id) != 15 or not _ID.fullmatch(record_id):
        return record_id
    groups = (record_id[start : start + 5] for start in (0, 5, 10))
    return record_id + "".join(
        _CHECKSUM[sum(1 << place for place, letter in enumerate(group) if letter in string.ascii_uppercase)]
        for group in groups
    )


def is_lead_id(record_id: str) -> bool:
    """Whether a text can be the id of a lead: its shape, key prefix and checksum."""
    return (
        record_id.startswith(LEAD_PREFIX)
        and _ID.fullmatch(record_id) is not None
        and (len(record_id) == 15 or to18(record_id[:15]) == record_id)
    )
