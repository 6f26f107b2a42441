"""What takes longer than a request: a preview, a first backfill, a cycle that somebody let through a brake.

One at a time, in a thread of its own, with a ledger and clients of its own: the worker's are not touched. What it
found stays in memory until the next one.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread

from connector import cycle, parked
from connector.core.model import Micros
from connector.core.result import Preview, Result, Scope
from connector.errors import Busy, ConnectorError
from connector.logs import Say, figures
from connector.pair import Pair
from connector.report.outcome import summary

OpenPair = Callable[[], AbstractContextManager[Pair]]
AGAIN, TIMES = 1.0, 60
"""Seconds until it is tried again while another cycle runs, and how often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A preview as somebody looked at it; `number` names it, so that consent is given to this one and no other."""

    number: int
    at: Micros
    preview: Preview
    scope: Scope | None
    already: int


@dataclass(frozen=True, slots=True)
class Errand:
    """What is under way, or was last; `told` is how it ended."""

    title: str
    by: str
    since: Micros
    ended: Micros = 0
    told: str = ""
    failed: bool = False
    step: str = "logging in"
    done: int = 0
    total: int | None = None


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

    def backfill(self, by: str, scope: Scope) -> bool:
        """Do what the preview of a backfill showed."""
        return self._start("First backfill", by, lambda: self._cycle(lambda pair: self._backfill(pair, scope)))

    def let_through(self, by: str, leads: int) -> bool:
        """Run one cycle that may change so many leads in spite of a brake."""
        return self._start("Cycle past the brake", by, lambda: self._cycle(lambda pair: self._sync(pair, leads)))

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
            for left in range(TIMES, -1, -1):
                try:
                    result = run(pair)
                    break
                except Busy:
                    if not left or self._stop.wait(AGAIN):
                        raise
        self.plan = None
        told = f"{summary(result)} ({result.status})"
        self._say(told, event="cycle", **figures(result))
        return told

    def _progress(self, what: str, done: int, total: int | None) -> None:
        with self._lock:
            if self.current is not None:
                self.current = replace(self.current, step=what, done=done, total=total)

    def _start(self, title: str, by: str, work: Callable[[], str]) -> bool:
        with self._lock:
            if (self.current is not None and not self.current.ended) or self._stop.is_set():
                return False
            self.current = Errand(title, by, self._clock())
        self._thread = Thread(target=self._run, args=(work,), name="errand", daemon=True)
        self._thread.start()
        return True

    def _run(self, work: Callable[[], str]) -> None:
        try:
            told, failed = work(), False
        except ConnectorError as error:
            told, failed = error.here, True
        except Exception as error:  # noqa: BLE001 - told where somebody waits for it; the job goes on
            told, failed = f"{type(error).__name__}: a mistake of ours", True
            self._say(f"console: an errand failed: {told}", event="problem")
        with self._lock:
            if self.current is not None:
                self.current = replace(self.current, ended=self._clock(), told=told, failed=failed)
        self._after()
