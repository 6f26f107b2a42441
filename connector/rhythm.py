"""When the hosted job polls next: at intervals, with longer waits while something is away, and sooner after a nudge.

Pure: told the time, it says when. Imports the model and the crontab only.
"""

from collections.abc import Callable

from connector.core.model import SECOND, Micros
from connector.crontab import Crontab

JITTER = 0.1
"""An interval is so much longer or shorter by chance, so that many jobs do not knock at one CRM together."""
LONGEST = 300 * SECOND
"""Waits for something that is away grow up to this (or stay at the interval, where that is longer)."""
GAP = 1 * SECOND
"""Two polls that nudges cause begin so far apart: what comes in between is one poll."""
BURST = 10
"""So many such polls may follow each other; then they are rationed by the minute."""
SPREAD = 300 * SECOND
"""A sweep begins up to so much after its time, by chance, so that many jobs do not knock at one CRM together."""


class Rhythm:
    """The time of the next turn, `due`. Not safe for threads: the caller holds a lock.

    `draw` gives a number from 0 to 1 by chance. `sweeps` says when sweeps are wanted; None: whenever they are old.
    """

    def __init__(
        self,
        interval: Micros,
        per_minute: int,
        now: Micros,
        draw: Callable[[], float],
        sweeps: Crontab | None = None,
    ) -> None:
        self.due = now
        self._sweeps, self._late = sweeps, int(SPREAD * draw()) if sweeps is not None else 0
        self._interval, self._draw = interval, draw
        self._ration = 60 * SECOND // per_minute
        self._left, self._counted = float(BURST), now
        self._began = now - GAP
        self._earliest: Micros = 0
        self._running = self._nudged = self._taken = False

    def begin(self, now: Micros) -> None:
        """A turn begins: it reads whatever a nudge before this moment was about."""
        self._running, self._nudged, self._began = True, False, now
        self._taken = False

    def end(self, now: Micros, failures: int = 0, after: Micros = 0) -> None:
        """A turn is over; so many have failed in a row, and the other end asked to be left alone for `after`."""
        self._running = False
        wait = self._interval
        if failures > 1:
            wait = max(wait, min(LONGEST, wait << min(failures - 1, 20)))
        self._earliest = self._began + min(LONGEST, wait) if failures else 0
        chance = 1 + JITTER * (self._draw() - 0.5)
        self.due = max(now, self._began + int(wait * chance))
        if after:
            self.due = max(self.due, now + after)
            self._earliest = max(self._earliest, now + after)
        if self._sweeps is not None:
            self.due = min(self.due, max(self._earliest, self.sweep_due(now)))
        if self._nudged:
            self._sooner(now)

    def asked(self, now: Micros) -> Micros | None:
        """The last time at which a sweep was wanted; None where its age decides. One that was slept through counts."""
        return None if self._sweeps is None else self._sweeps.last(now - self._late)

    def sweep_due(self, now: Micros) -> Micros:
        """When the next sweep begins by the clock, 0 where its age decides."""
        return 0 if self._sweeps is None else self._sweeps.next(now - self._late) + self._late

    def woke(self, now: Micros) -> bool:
        """The clock jumped: no wait is longer than an interval from now. True where a turn is waited for."""
        latest = now + self._interval
        self.due, self._earliest = min(self.due, latest), min(self._earliest, latest)
        self._began, self._counted = min(self._began, now), min(self._counted, now)
        return not self._running

    def nudge(self, now: Micros) -> bool:
        """Somebody says "poll now"; True where the next turn is due sooner by that."""
        if self._running:
            self._nudged = True
            return False
        return self._sooner(now)

    def _sooner(self, now: Micros) -> bool:
        self._nudged = False
        if self._taken:
            return False
        at = max(now, self._began + GAP, self._earliest)
        left = min(float(BURST), self._left + max(0, at - self._counted) / self._ration)
        if left < 1:
            at += int((1 - left) * self._ration)
            left = 1.0
        if at >= self.due:
            return False
        self._left, self._counted = left - 1, at
        self._taken, self.due = True, at
        return True
