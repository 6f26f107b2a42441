"""What takes longer than a request: a preview, a first backfill, a cycle that somebody let through a brake.

One at a time, in a thread of its own, with a ledger and clients of its own: the worker's are not touched. What it
found stays in memory until the next one.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import islice
from threading import Event, Lock, Thread
from typing import TypeVar

from connector import cycle, matches, parked
from connector.core.model import Link, Micros
from connector.core.result import Preview, Result, Scope
from connector.errors import Busy, ConnectorError, mistake
from connector.everybody import Twins
from connector.logs import Say, figures
from connector.pair import Pair
from connector.report.outcome import summary

T = TypeVar("T")
OpenPair = Callable[[], AbstractContextManager[Pair]]
AGAIN, TIMES, SOON = 1.0, 60, 20
"""Seconds until it is tried again while another cycle runs, and how often; where somebody looks at it, less often."""
MOST = 2000
"""So many duplicates are kept; who has more begins with these."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A preview as somebody looked at it; `number` names it, so that consent is given to this one and no other."""

    number: int
    at: Micros
    preview: Preview
    scope: Scope | None
    already: int


@dataclass(frozen=True, slots=True)
class Twice:
    """Records of one side that are the same person, as somebody had them looked for."""

    at: Micros
    twins: Sequence[Twins]


@dataclass(frozen=True, slots=True)
class Errand:
    """What is under way, or was last; `told` is how it ended, `path` the page that shows it."""

    title: str
    by: str
    since: Micros
    ended: Micros = 0
    told: str = ""
    failed: bool = False
    step: str = "logging in"
    done: int = 0
    total: int | None = None
    path: str = "/preview"


class Errands:
    """The one errand, and the last preview. For any thread. `look` opens a pair for reading, `act` for writing."""

    def __init__(
        self,
        look: OpenPair,
        act: OpenPair,
        stop: Event,
        say: Say,
        clock: Callable[[], Micros],
        after: Callable[[], None],
    ) -> None:
        self.current: Errand | None = None
        self.plan: Plan | None = None
        self.twice: Twice | None = None
        self._look, self._act, self._stop, self._say, self._clock, self._after = look, act, stop, say, clock, after
        self._lock = Lock()
        self._thread: Thread | None = None
        self._number = 0

    def preview(self, by: str, scope: Scope | None) -> bool:
        """Look what a cycle (or a backfill of this scope) would do; False while something else is under way."""

        def work() -> str:
            with self._look() as pair:
                found = cycle.preview(pair, scope=scope, progress=self._progress)
                already = parked.besides(pair.ledger, found)
            self._number += 1
            self.plan = Plan(self._number, self._clock(), found, scope, already)
            return "The preview is ready."

        return self._start("Preview", by, work)

    def backfill(self, by: str, scope: Scope, title: str = "First backfill") -> bool:
        """Do what the preview of a backfill showed."""
        return self._start(title, by, lambda: self._cycle(lambda pair: self._backfill(pair, scope)))

    def let_through(self, by: str, leads: int) -> bool:
        """Run one cycle that may change so many leads in spite of a brake."""
        return self._start("Cycle past the brake", by, lambda: self._cycle(lambda pair: self._sync(pair, leads)))

    def duplicates(self, by: str, find: Callable[[], Iterable[Twins]]) -> bool:
        """Look for records within one CRM that are the same person: everybody is compared."""

        def work() -> str:
            self._progress("comparing", 0, None)
            self.twice = Twice(self._clock(), list(islice(find(), MOST)))
            return ""

        return self._start("Looking for duplicates", by, work, "/duplicates")

    def unlink(self, by: str, link_id: str) -> Link:
        """Undo a link while somebody waits for it. Raises what `matches.unlink` raises."""
        with self._act() as pair:
            return self._when_free(lambda: matches.unlink(pair, link_id, by), SOON)

    def close(self, seconds: float) -> None:
        """Wait for what is under way; the stop of the job was set before."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _backfill(self, pair: Pair, scope: Scope) -> Result:
        return cycle.backfill(pair, scope, stop=self._stop.is_set, progress=self._progress)

    def _sync(self, pair: Pair, leads: int) -> Result:
        return cycle.sync(pair, stop=self._stop.is_set, progress=self._progress, allow_changes=leads)

    def _cycle(self, run: Callable[[Pair], Result]) -> str:
        with self._act() as pair:
            result = self._when_free(lambda: run(pair), TIMES)
        self.plan = None
        told = f"{summary(result)} ({result.status})"
        self._say(told, event="cycle", **figures(result))
        return told

    def _when_free(self, run: Callable[[], T], times: int) -> T:
        """Do it as soon as no cycle runs. Raises `Busy` when that takes too long."""
        for _ in range(times):
            try:
                return run()
            except Busy:
                if self._stop.wait(AGAIN):
                    raise
        return run()

    def _progress(self, what: str, done: int, total: int | None) -> None:
        with self._lock:
            if self.current is not None:
                self.current = replace(self.current, step=what, done=done, total=total)

    def _start(self, title: str, by: str, work: Callable[[], str], path: str = "/preview") -> bool:
        with self._lock:
            if (self.current is not None and not self.current.ended) or self._stop.is_set():
                return False
            self.current = Errand(title, by, self._clock(), path=path)
        self._thread = Thread(target=self._run, args=(work,), name="errand", daemon=True)
        self._thread.start()
        return True

    def _run(self, work: Callable[[], str]) -> None:
        try:
            text, failed = work(), False
        except ConnectorError as error:
            text, failed = error.here, True
        except Exception as error:  # noqa: BLE001 - told where somebody waits for it; the job goes on
            text, failed = mistake(error), True
            self._say(f"console: an errand failed: {text}", event="problem")
        with self._lock:
            if self.current is not None:
                self.current = replace(self.current, ended=self._clock(), told=text, failed=failed)
        self._after()
