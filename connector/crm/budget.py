"""How many of an org's daily API requests may be used: by everybody together, and by the connector itself.

Imports the errors only. A day is the last 24 hours, as Salesforce counts it. What is known is kept in the client's
notes, so that it outlives the process: a job that is started every minute must not ask every minute either.
"""

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connector.errors import Spent

HOUR = 3600
DAY = 24
"""Hours."""
LOOK_AGAIN = 900
"""Seconds after which one request may find out whether the others have left something."""
USAGE, OWN = "usage", "own_calls"
"""The notes: `used/most@seconds since 1970`, and `hour:requests` for each hour since 1970."""

_USAGE = re.compile(r"([0-9]{1,15})/([0-9]{1,15})@([0-9]{1,12})", re.ASCII)
_OWN = re.compile(r"([0-9]{1,9}):([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Use:
    """What was used of the last 24 hours' `most` requests: by everybody (as told at `at`), and by us."""

    everybody: int
    most: int
    at: float
    own: int


@dataclass(frozen=True, slots=True)
class Shares:
    """So many percent of the org's requests may be used before the connector stops."""

    everybody: int = 80
    own: int = 50


class Budget:
    """Says when to stop. `clock` in seconds since 1970; `notes` are shared with the client and never replaced.

    Not safe for threads: the caller holds a lock from a request until its answer was noted.
    """

    def __init__(self, notes: MutableMapping[str, str], clock: Callable[[], float], shares: Shares) -> None:
        self._notes, self._clock, self._shares = notes, clock, shares

    def sent(self) -> None:
        """A request left."""
        hours = self._hours()
        now = int(self._clock() // HOUR)
        hours[now] = hours.get(now, 0) + 1
        self._notes[OWN] = " ".join(f"{hour}:{count}" for hour, count in sorted(hours.items()))

    def told(self, everybody: int, most: int) -> None:
        """An answer said how much everybody has used of how much there is."""
        self._notes[USAGE] = f"{everybody}/{most}@{int(self._clock())}"

    @property
    def use(self) -> Use | None:
        """What is known, or None before the first answer."""
        found = _USAGE.fullmatch(self._notes.get(USAGE, ""))
        if found is None or not int(found[2]):
            return None
        return Use(int(found[1]), int(found[2]), float(found[3]), sum(self._hours().values()))

    @property
    def spent(self) -> str:
        """Why no request may be sent now, with the numbers and when it goes on; "" where one may."""
        stopped = self._stopped()
        return stopped[0] if stopped else ""

    def expect_left(self) -> None:
        """Raise `Spent` where no request may be sent now; nothing was sent then."""
        if stopped := self._stopped():
            raise Spent(stopped[0], after=max(0.0, stopped[1] - self._clock()))

    def _stopped(self) -> tuple[str, float] | None:
        use, now = self.use, self._clock()
        if use is None:
            return None
        own = self._shares.own * use.most // 100
        if use.own >= own:
            until = self._until(use.own, own)
            told = (
                f"the connector itself has used {use.own:,} of the org's {use.most:,} API requests of the last 24 hours"
            )
            return _words(told, self._shares.own, "SALESFORCE_OWN_CALLS_PERCENT", "goes on", until), until
        if 100 * use.everybody >= self._shares.everybody * use.most and 0 <= now - use.at < LOOK_AGAIN:
            until = use.at + LOOK_AGAIN
            told = (
                f"{use.everybody:,} of the org's {use.most:,} API requests of the last 24 hours are used, by everybody"
            )
            return _words(told, self._shares.everybody, "SALESFORCE_ORG_CALLS_PERCENT", "looks again", until), until
        return None

    def _until(self, used: int, limit: int) -> float:
        """When enough of the oldest hours will be more than a day ago."""
        for hour, count in sorted(self._hours().items()):
            used -= count
            if used < limit:
                return float((hour + DAY) * HOUR)
        return self._clock() + HOUR

    def _hours(self) -> dict[int, int]:
        """Our requests in each of the last 24 hours, the one that is running among them."""
        oldest = int(self._clock() // HOUR) - DAY + 1
        hours = {int(hour): int(count) for hour, count in _OWN.findall(self._notes.get(OWN, ""))}
        return {hour: count for hour, count in hours.items() if oldest <= hour}


def _words(told: str, percent: int, setting: str, then: str, until: float) -> str:
    moment = f"{datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC"
    return f"Salesforce: {told}; the connector stops at {percent}% ({setting}). It {then} at {moment}; nothing is lost."
