"""Cutting a failing history down to the events that it needs."""

from collections.abc import Callable
from dataclasses import fields, replace

from tests.simulation.schedule import Schedule, Setting

MOST = 600
"""So many histories are tried at most."""


def shrunk(schedule: Schedule, fails: Callable[[Schedule], bool], most: int = MOST) -> Schedule:
    """A shorter history that still fails: with fewer events, fewer cycles and a plainer setting."""
    return _Shrinker(schedule, fails, most).run()


class _Shrinker:
    def __init__(self, schedule: Schedule, fails: Callable[[Schedule], bool], most: int) -> None:
        self._best, self._fails, self._left = schedule, fails, most

    def run(self) -> Schedule:
        """Cut until nothing can be taken away any more."""
        while True:
            before = self._best
            self._fewer_events()
            self._fewer_cycles()
            self._plainer()
            if self._best == before or self._left <= 0:
                return self._best

    def _try(self, schedule: Schedule) -> bool:
        self._left -= 1
        found = self._left >= 0 and schedule != self._best and self._fails(schedule)
        if found:
            self._best = schedule
        return found

    def _fewer_events(self) -> None:
        """Leave out the half, then quarters, down to single events."""
        size = max(1, len(self._best.events) // 2)
        while True:
            start = 0
            while start < len(self._best.events):
                events = self._best.events
                if not self._try(replace(self._best, events=(*events[:start], *events[start + size :]))):
                    start += size
            if size == 1:
                return
            size = max(1, size // 2)

    def _fewer_cycles(self) -> None:
        while self._best.cycles > 1 and self._try(replace(self._best, cycles=self._best.cycles - 1)):
            pass

    def _plainer(self) -> None:
        for each in fields(Setting):
            plain = replace(self._best.setting, **{each.name: getattr(Setting(), each.name)})
            self._try(replace(self._best, setting=plain))
