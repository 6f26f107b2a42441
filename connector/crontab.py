"""When a sweep is wanted, as a line of a crontab says it; pure arithmetic over APScheduler's trigger.

Five fields as cron reads them: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday; APScheduler
counts from Monday, so days of the week go to it by name). An hour that comes twice counts once, a time that is left out
comes as much later. Imports nothing of ours.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator

SECOND = 1_000_000
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
BACK = tuple(timedelta(days=days) for days in (1, 8, 32, 367, 5 * 366))
"""The last time is looked for in the last day first, then further back; a 29th of February comes every four years."""
PUT_FORWARD = timedelta(hours=3)
"""More than any clock is put forward at once."""
_FIELD = re.compile(r"[0-9A-Za-z*,/-]+", re.ASCII)
_DAY = re.compile(r"(?P<first>\*|[0-7]|[a-z]{3})(-(?P<last>[0-7]|[a-z]{3}))?(/(?P<step>[1-7]))?", re.ASCII)


class Crontab:
    """The times of one expression in one time zone. Raises `ValueError` with what is wrong, for people."""

    def __init__(self, expression: str, zone: str = "UTC") -> None:
        self.expression, self.zone = " ".join(expression.split()), zone
        fields = self.expression.split(" ")
        if len(fields) != 5 or not all(map(_FIELD.fullmatch, fields)):
            raise ValueError("give the five fields of a crontab, such as 30 2 * * * (every day at 2:30)")
        minute, hour, day, month, week = fields
        self._zone = ZoneInfo(zone)
        if not minute.isdecimal():
            raise ValueError("give one minute, such as 30 2 * * *: once an hour is the most")
        if day != "*" and week != "*":
            raise ValueError("give days of the month or days of the week, not both: 30 2 1 * * or 30 2 * * 0")
        try:
            self._trigger = CronTrigger(
                minute=minute, hour=hour, day=day, month=month, day_of_week=_days(week), timezone=UTC
            )
        except ValueError as error:
            raise ValueError(f"this is no line of a crontab ({error}); such as 30 2 * * *, every day at 2:30") from None
        if self._after(datetime(2024, 1, 1, tzinfo=UTC)) is None:
            raise ValueError("this day never comes; such as 30 2 * * *, every day at 2:30")

    def __str__(self) -> str:
        """As it was given, with its time zone."""
        return f"{self.expression} ({self.zone})"

    def next(self, now: int) -> int:
        """The first time after a moment (microseconds since 1970, as everywhere)."""
        found = self._after(_moment(now) + timedelta(microseconds=1))
        return _micros(found) if found is not None else 0

    def last(self, now: int) -> int:
        """The last time up to a moment, 0 for none in five years."""
        moment = _moment(now)
        for back in BACK:
            last = None
            for each in self._between(moment - back, moment):
                last = each
            if last is not None:
                return _micros(last)
        return 0

    def _between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        found = self._after(start)
        while found is not None and found <= end:
            yield found
            found = self._after(found + timedelta(microseconds=1))

    def _after(self, moment: datetime) -> datetime | None:
        """The first time at or after a moment.

        The trigger reckons with the clock on the wall, so that no change of that clock is in its way: an hour that
        comes twice counts once, a time that is left out comes as much later as the clock is put forward.
        """
        wall = moment.astimezone(self._zone).replace(tzinfo=UTC, fold=0) - PUT_FORWARD
        while (found := self._trigger.get_next_fire_time(None, wall)) is not None:
            there: datetime = found.replace(tzinfo=self._zone).astimezone(UTC)
            if there >= moment:
                return there
            wall = found + timedelta(microseconds=1)
        return None


def _days(field: str) -> str:
    """Days of the week as cron counts them, by their names."""
    if field == "*":
        return field
    found: set[int] = set()
    for part in field.lower().split(","):
        read = _DAY.fullmatch(part)
        if read is None:
            raise ValueError(f"no day of the week: {part[:20]!r}")
        first = 0 if read["first"] == "*" else _day(read["first"])
        last = 6 if read["first"] == "*" else _day(read["last"]) if read["last"] else first
        if read["last"] in ("7", "sun") and last == 0:
            last = 7
        if read["step"] and not read["last"] and read["first"] != "*":
            last = 6
        if last < first:
            raise ValueError(f"the days of the week run backwards: {part[:20]!r}")
        found |= {day % 7 for day in range(first, last + 1, int(read["step"] or 1))}
    return ",".join(DAYS[day] for day in sorted(found))


def _day(text: str) -> int:
    if text.isdecimal():
        return int(text) % 7
    if text not in DAYS:
        raise ValueError(f"no day of the week: {text!r}")
    return DAYS.index(text)


def _moment(now: int) -> datetime:
    return datetime.fromtimestamp(now // SECOND, UTC) + timedelta(microseconds=now % SECOND)


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND


def _checked(expression: str) -> str:
    return str(Crontab(expression).expression)


Expression = Annotated[str, AfterValidator(_checked)]
