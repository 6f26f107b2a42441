"""What Salesforce makes of a value that is written, and how it shows one that is stored.

Source: Object Reference, "Field Types" and "Lead"; REST guide, "Valid Date and DateTime Formats". Stored
values are str, bool, int, float, date, aware datetime (UTC, whole seconds) or None.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from . import ids
from .errors import Problem, Refused, refused
from .schema import NUMBER_TYPES, TEXT_TYPES, Field

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?"
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")


def stamp(moment: datetime) -> str:
    """A datetime as JSON shows it: 2026-01-02T03:04:05.000+0000."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def parse_datetime(text: str) -> datetime | None:
    """An aware datetime in UTC, or None where the text is none."""
    if not _DATETIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_date(text: str) -> date | None:
    """A date written YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def shown(value: Any) -> Any:
    """A stored value as JSON shows it."""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def cleaned(field: Field, raw: Any) -> Any:
    """The value that is stored for a JSON value. Raises `Refused` with one problem."""
    if raw is None or (raw == "" and field.type != "boolean"):
        if field.type == "boolean":
            raise _wrong_type(field, "boolean", raw)
        return None
    if field.type in TEXT_TYPES:
        return _text(field, raw)
    if field.type in NUMBER_TYPES:
        return _number(field, raw)
    if field.type == "boolean":
        if not isinstance(raw, bool):
            raise _wrong_type(field, "boolean", raw)
        return raw
    if field.type == "reference":
        return _reference(field, raw)
    return _moment(field, raw)


def from_csv(field: Field, text: str) -> Any:
    """The JSON value that a Bulk API cell stands for (`#N/A` was dealt with); text that is none stays text."""
    if field.type == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.strip().casefold(), text)
    if field.type in NUMBER_TYPES and _NUMBER.fullmatch(text.strip()):
        number = float(text)
        return int(number) if number.is_integer() and "e" not in text.casefold() else number
    return text


def full_name(record: Mapping[str, Any]) -> str:
    """Lead's computed Name."""
    return " ".join(part for part in (record.get("FirstName"), record.get("LastName")) if part)


def address(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Lead's compound Address; None when all of it is blank."""
    parts = {"city": "City", "country": "Country", "postalCode": "PostalCode", "state": "State", "street": "Street"}
    if "CountryCode" in record:
        parts |= {"countryCode": "CountryCode", "stateCode": "StateCode"}
    shown_parts = {key: record.get(name) for key, name in parts.items()}
    if not any(shown_parts.values()):
        return None
    return {**shown_parts, "geocodeAccuracy": None, "latitude": None, "longitude": None}


def _text(field: Field, raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise _wrong_type(field, "string", raw)
    text = raw.strip()
    if field.type == "textarea":
        # Line breaks are kept as CRLF and count as two (Help, "Text Area and Long Text Area character counts").
        text = "\r\n".join(re.split(r"\r\n|\r|\n", text))
    elif field.type != "picklist":
        text = re.sub(r"[\r\n]+", " ", text)
    if len(text) > field.length:
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise refused("STRING_TOO_LONG", message, field.name)
    if field.type == "email" and text:
        if not _EMAIL.fullmatch(text):
            message = f"{field.label}: invalid email address: {text}"
            raise refused("INVALID_EMAIL_ADDRESS", message, field.name)
        text = text.lower()
    if field.restricted and field.values and text:
        # Picklist values are compared without case and stored as defined.
        chosen = {value.casefold(): value for value in field.values}.get(text.casefold())
        if chosen is None:
            message = f"{field.label}: bad value for restricted picklist field: {text}"
            raise refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, field.name)
        text = chosen
    return text or None


def _number(field: Field, raw: Any) -> int | float:
    kind = "int" if field.type == "int" else "double"
    if isinstance(raw, bool) or not isinstance(raw, int | float) or raw != raw:
        raise _wrong_type(field, kind, raw)
    if abs(raw) >= 10 ** (field.precision - field.scale):
        message = f"{field.label}: value outside of valid range on numeric field: {str(raw)[:40]}"
        raise refused("NUMBER_OUTSIDE_VALID_RANGE", message, field.name)
    if kind == "int" and raw != int(raw):
        raise _wrong_type(field, kind, raw)
    return int(raw) if kind == "int" else float(round(raw, field.scale))


def _reference(field: Field, raw: Any) -> str:
    found = ids.normal(raw)
    prefixes = {"User": ids.USER, "Group": ids.GROUP, "RecordType": ids.RECORD_TYPE}
    if found is None or found[:3] not in {prefixes.get(target) for target in field.refers_to}:
        shown_id = raw if isinstance(raw, str) else repr(raw)
        message = f"{field.label}: id value of incorrect type: {shown_id}"
        raise refused("MALFORMED_ID", message, field.name)
    return found


def _moment(field: Field, raw: Any) -> date | datetime:
    found = None
    if isinstance(raw, str):
        found = parse_date(raw) if field.type == "date" else parse_datetime(raw)
    if found is None:
        raise _wrong_type(field, field.type, raw)
    return found.replace(microsecond=0) if isinstance(found, datetime) else found


def _wrong_type(field: Field, wanted: str, raw: Any) -> Refused:
    token = {bool: "VALUE_TRUE" if raw else "VALUE_FALSE", str: "VALUE_STRING", int: "VALUE_NUMBER_INT"}
    token |= {float: "VALUE_NUMBER_FLOAT", list: "START_ARRAY", dict: "START_OBJECT", type(None): "VALUE_NULL"}
    message = (
        f"Cannot deserialize instance of {wanted} from {token[type(raw)]} value {raw} or request may be missing "
        f"a required field at field {field.name}"
    )
    return Refused([Problem("JSON_PARSER_ERROR", message, (field.name,))])
