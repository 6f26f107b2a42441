"""Values on their way in and out: every one is a string or null, dates in three different dresses.

Imports the schema and the switches only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from connector.sandbox.operate.schema import NOWHERE, Field

SHOWN_LENGTH = 60

_WRITTEN = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?: (\d{2}):(\d{2}))?", re.ASCII)
_FILTER = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?(?P<offset>Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class RefusedError(ValueError):
    """The record cannot be stored; `field` is the offending field, `reason` completes a sentence about it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


class Lists(Protocol):
    """The look-ups of the tenant."""

    def labels(self, target: str) -> Mapping[str, str]:
        """The labels of a look-up by their record ids."""


@dataclass(frozen=True)
class Reading:
    """How a tenant reads what it is sent; `trusted`: from its own screens, in the form it is stored in."""

    lists: Lists
    zone: tzinfo = UTC
    lowercase_email: bool = False
    cut_long_values: bool = False
    trusted: bool = False


def stamp(moment: datetime) -> str:
    """An instant as it is stored and shown by GET: ISO 8601 with an offset, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def envelope_time(moment: datetime) -> str:
    """An instant as `datetimeutc` shows it: dd/mm/yyyy HH:MM:SS."""
    return moment.astimezone(UTC).strftime("%d/%m/%Y %H:%M:%S")


def filter_stamp(text: str, zone: tzinfo) -> str | None:
    """A date of a filter, which may be abbreviated, as a stored stamp; None when it is no date.

    Source: API reference, Dates ('2017', '2017-05-01'); the longer forms and `zone` are not documented.
    """
    found = _FILTER.fullmatch(text)
    if found is None:
        return None
    part = {name: int(value) for name, value in found.groupdict().items() if value and name != "offset"}
    offset = found["offset"]
    try:
        moment = datetime(
            part["year"],
            part.get("month", 1),
            part.get("day", 1),
            part.get("hour", 0),
            part.get("minute", 0),
            part.get("second", 0),
            tzinfo=zone if offset is None else _offset(offset),
        )
        return stamp(moment)
    except (ValueError, OverflowError):
        return None


def stored(field: Field, value: object, reading: Reading) -> str | None:
    """The stored form of a value that was written to a field. Raises `RefusedError`.

    Source: API reference, Datatypes (everything is wrapped in strings) and the table of fields of each object.
    An empty string clears a field; what a clearing leaves behind is not documented, our choice: an empty string
    in a text, otherwise what an unfilled field holds.
    """
    if value is None:
        return field.blank
    if not isinstance(value, str):
        raise RefusedError(field.name, f"must be a string, not {_quoted(value)}")
    match field.kind:
        case "int":
            return _integer(field, value) if value else field.blank
        case "boolean":
            return _boolean(field, value) if value else field.blank
        case "date":
            return _date(field, value, reading) if value else field.blank
        case "id":
            return _record_id(field, value, reading) if value not in ("", NOWHERE) else field.blank
        case "label":
            return _label(field, value, reading) if value else field.blank
        case "email":
            return _fitting(field, _email(field, value, reading), reading)
        case _:
            return _fitting(field, value, reading)


def is_empty(field: Field, value: str | None) -> bool:
    """Whether a stored value says nothing, in any of the faces emptiness has here."""
    return not value or value == field.blank


def _integer(field: Field, value: str) -> str:
    # The sample of PUT (Full) writes a number as "1,2345".
    digits = value.replace(",", "")
    if not INTEGER.fullmatch(digits):
        raise RefusedError(field.name, f"must be a whole number, not {_quoted(value)}")
    return str(int(digits))


def _boolean(field: Field, value: str) -> str:
    if value.lower() not in ("true", "false"):
        raise RefusedError(field.name, f"must be true or false, not {_quoted(value)}")
    return value.lower()


def _date(field: Field, value: str, reading: Reading) -> str:
    if reading.trusted and (moment := filter_stamp(value, UTC)):
        return moment
    if found := _WRITTEN.fullmatch(value):
        day, month, year, hour, minute = (int(part or 0) for part in found.groups())
        try:
            return stamp(datetime(year, month, day, hour, minute, tzinfo=reading.zone))
        except (ValueError, OverflowError):
            pass  # like 31/02/2017: refused below
    raise RefusedError(field.name, f"must be a date dd/mm/yyyy or dd/mm/yyyy HH:MM, not {_quoted(value)}")


def _record_id(field: Field, value: str, reading: Reading) -> str:
    labels = reading.lists.labels(field.target)
    if value in labels:
        return value
    for record_id, label in labels.items():
        if label.strip() == value.strip():
            return record_id
    raise RefusedError(field.name, f"must be an item from the list, not {_quoted(value)}")


def _label(field: Field, value: str, reading: Reading) -> str:
    for label in reading.lists.labels(field.target).values():
        if label.strip() == value.strip():
            return label
    raise RefusedError(field.name, f"must be an item from the list, not {_quoted(value)}")


def _email(field: Field, value: str, reading: Reading) -> str:
    # Leads from brokers' mails come in past the form, with whatever the mail said.
    if value and not reading.trusted and not _EMAIL.fullmatch(value):
        raise RefusedError(field.name, f"must be an e-mail address, not {_quoted(value)}")
    return value.lower() if reading.lowercase_email else value


def _fitting(field: Field, value: str, reading: Reading) -> str:
    if len(value) <= field.size:
        return value
    if reading.cut_long_values:
        return value[: field.size]
    raise RefusedError(field.name, f"must not be longer than {field.size} characters, it has {len(value)}")


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}…"


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    moment = datetime.fromisoformat(f"2000-01-01T00:00:00{text}")
    return moment.tzinfo or UTC


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name."""
    return UTC if name == "UTC" else ZoneInfo(name)


def days_between(earlier: str | None, later: str | datetime) -> int:
    """Whole days between two instants; nothing counts as no time."""
    if not earlier:
        return 0
    end = datetime.fromisoformat(later) if isinstance(later, str) else later
    return max((end - datetime.fromisoformat(earlier)) // timedelta(days=1), 0)
