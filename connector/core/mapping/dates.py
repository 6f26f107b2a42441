"""Transforms of points in time and of calendar days.

Imports core and the standard library. Neither CRM writes what the other reads: Salesforce has ISO 8601 with an
offset, Operate answers ISO 8601 with or without one and is sent dd/mm/yyyy (reference, Lead: GET and PUT samples).
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Annotated, cast
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from connector.core.mapping.model import Unfit
from connector.core.mapping.text import clean, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.model import Side

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_BRITISH = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?:[ T](\d\d?):(\d\d)(?::(\d\d))?)?", re.ASCII)


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The time zone of this name; raises ValueError for a name that is none."""
    if name.upper() in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("should be the name of a time zone, such as Europe/London") from error


def _known_zone(name: str) -> str:
    zone(name)
    return name


class InstantParams(Params):
    """`timezone` is what Operate's clock shows where a text has no offset."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC", description="The time zone that Operate's clock shows.", examples=["UTC", "Europe/London"]
    )


def _parsed(text: str) -> datetime | None:
    """The wall clock as written, with the offset where there is one; None when it is no date."""
    british = _BRITISH.fullmatch(text)
    try:
        if british:
            day, month, year, hour, minute, second = (int(part or 0) for part in british.groups())
            return datetime(year, month, day, hour, minute, second)
        return datetime.fromisoformat(text.replace(",", ".")) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


def _stands_for_none(clock: datetime) -> bool:
    """Whether Operate means "no date" by it (reference: eventstartdate 2001-01-01T00:00:00, elsewhere 1899-12-31)."""
    day = (clock.year, clock.month, clock.day)
    midnight = (clock.hour, clock.minute, clock.second) == (0, 0, 0)
    return day in ((1899, 12, 31), (1900, 1, 1)) or (day == (2001, 1, 1) and midnight)


class Instant(OneField):
    """A point in time, "2026-11-24T10:15:00Z"; equal within the same minute, because Operate is sent minutes.

    An hour that comes twice (end of summer time) is read as the first one; the second is not written to Operate.
    """

    Parameters = InstantParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._zone = zone(cast(InstantParams, params).timezone)

    def value(self, side: Side, text: str) -> str:
        """The instant in UTC to the second; "" for a date that means none; the text where it is no date."""
        text = clean(text)
        clock = _parsed(text)
        if clock is None:
            return text
        if _stands_for_none(clock):
            return ""
        if clock.tzinfo is None:
            clock = clock.replace(tzinfo=self._zone if side is Side.OPERATE else UTC)
        try:
            utc = clock.astimezone(UTC)
        except OverflowError:
            return text
        return f"{utc:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")

    def filling(self, side: Side, text: str) -> str:
        """The instant that the side's clock shows so."""
        return self.value(side, text)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The instant in UTC; raises `Unfit` for a day, which no point in time is equal to."""
        if re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{4}", word):
            raise Unfit(
                "unreadable", f"{quoted(word)} is a day, and the value has a time, too: write it as 2027-01-31*"
            )
        return super().meant(word, side)

    def text(self, side: Side, value: str) -> str:
        """ISO 8601 for Salesforce, dd/mm/yyyy HH:MM for Operate; raises `Unfit` for what is no date."""
        if not value:
            return ""
        value = self.value(Side.SALESFORCE, value)
        clock = _parsed(value)
        if clock is None or clock.tzinfo is not UTC:
            raise Unfit("unreadable", f"{quoted(value)} is not a date, and {self._one[side]} takes only dates")
        if side is Side.SALESFORCE:
            return f"{value[:-1]}.000+0000"
        try:
            local = clock.astimezone(self._zone)
        except OverflowError:
            local = clock
        if _stands_for_none(local.replace(second=0)):
            raise Unfit("unreadable", f"{self._one[side]}: Operate shows this date where there is none")
        text = f"{local.day:02}/{local.month:02}/{local.year:04} {local.hour:02}:{local.minute:02}"
        if self.normal(self.value(side, text)) != self.normal(value):
            reason = f"Operate's clock shows {text} for another moment too (an hour comes twice when summer time ends)"
            raise Unfit("unreadable", f"{self._one[side]}: {reason}")
        return text

    def normal(self, value: str) -> str:
        """The minute."""
        value = self.value(Side.SALESFORCE, value)
        clock = _parsed(value)
        if clock is None or clock.tzinfo is not UTC:
            return value
        return (clock - timedelta(seconds=clock.second)).isoformat()


class Date(OneField):
    """A calendar day, "2026-11-24", without a time zone: the day as each side shows it."""

    def value(self, side: Side, text: str) -> str:
        """The day; "" for a date that means none; the text where it is no date."""
        text = clean(text)
        clock = _parsed(text)
        if clock is None:
            return text
        return "" if _stands_for_none(clock) else clock.date().isoformat()

    def text(self, side: Side, value: str) -> str:
        """ISO 8601 for Salesforce, dd/mm/yyyy for Operate; raises `Unfit` for what is no date."""
        if not value:
            return ""
        value = self.value(side, value)
        clock = _parsed(value)
        if clock is None:
            raise Unfit("unreadable", f"{quoted(value)} is not a date, and {self._one[side]} takes only dates")
        if side is Side.SALESFORCE:
            return value
        return f"{clock.day:02}/{clock.month:02}/{clock.year:04}"

    def normal(self, value: str) -> str:
        """The day."""
        return self.value(Side.SALESFORCE, value)
