"""How the hosted job ends in time: one deadline for everything, and nobody waits for what it has given up."""

import os
import sys
from contextlib import suppress
from threading import enumerate
from time import monotonic
from typing import NoReturn

TOGETHER = 28.0
"""Seconds from a signal until everything has ended; a platform kills after thirty."""
OURS = ("web", "errand", "AnyIO worker thread")
"""What threads of the web server, of errands and of requests are called: they wait for what they began, however long
it takes, and Python waits for that at its end.
"""
SOON = 1.0
"""Seconds in which a thread that has nothing to do any more is gone."""


class Leaving:
    """The time that everything together has to end."""

    def __init__(self) -> None:
        self._end: float | None = None

    def begin(self) -> float:
        """Somebody asks to end, or the work has ended by itself; only the first time counts. When it has to be over."""
        if self._end is None:
            self._end = monotonic() + TOGETHER
        return self._end

    def left(self, keep: float = 0.0) -> float:
        """How many seconds are left, when so many are kept for what comes afterwards."""
        return max(self.begin() - monotonic() - keep, 0.0)


def at_work() -> bool:
    """Whether a web request or an errand of the console did not come to its end in time."""
    ours = [each for each in enumerate() if each.name in OURS]
    for each in ours:
        each.join(SOON / len(ours))
    return any(each.is_alive() for each in ours)


def end(code: int) -> NoReturn:
    """End the process now, together with what is still at work."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
