"""The hosted job: a cycle every interval, until a signal or an error that somebody has to mend.

Scheduling is APScheduler's; one worker thread opens the pair, runs the cycles and closes it again, because a ledger
belongs to one thread. What happened goes out as one sentence a cycle, without personal data.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connector.core.model import SECOND, Micros
from connector.core.result import Status
from connector.cycle import ready, sync
from connector.errors import Braked, Busy, ConnectorError, MappingError, NotYet, Refused, RetryLater, Unreadable
from connector.pair import Pair
from connector.parked import retry_unknown_labels
from connector.report.outcome import summary
from connector.report.words import sentence, side_name
from connector.wiring import refreshed

TABLES_AGE = 3600 * SECOND
"""Look-up tables are read again after an hour, and after a cycle that parked more than the one before."""
WAITING = "waiting for the first backfill: look at `connector backfill`, then run `connector backfill --apply`"

SPENT = "budget"
"""What the job waits for while no API request may be sent."""
LONG = 1000
"""So much of a message goes into the log."""

OpenPair = Callable[[], AbstractContextManager[Pair]]
Say = Callable[[str], None]


def run(open_pair: OpenPair, interval: float, *, say: Say, stop: Event) -> bool:
    """Run cycles every `interval` seconds until `stop` is set; True when the last cycle had come to its end.

    What passes by itself (a CRM away, another cycle, a brake, no backfill yet) is told once and tried again at every
    interval; `connector sync --allow-changes` lets a braked plan through, and the job goes on from there. Raises the
    `Stop` that ended it, and whatever is a mistake of ours.
    """
    job = _Job(open_pair, say, stop)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a cycle longer than the interval is no news
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler.add_job(job.turn, "interval", seconds=interval, next_run_time=datetime.now(UTC), **options)
    scheduler.start()
    try:
        stop.wait()
    finally:
        stop.set()
        scheduler.remove_all_jobs()
        scheduler.add_job(job.close, misfire_grace_time=None)
        job.closed.wait()
        scheduler.shutdown(wait=True)
    if job.failure is not None:
        raise job.failure
    return job.whole


@dataclass(slots=True)
class _Job:
    """What the worker thread keeps between its turns."""

    open_pair: OpenPair
    say: Say
    stop: Event
    whole: bool = True
    failure: BaseException | None = None
    closed: Event = field(default_factory=Event)
    _pair: Pair | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _trouble: str = ""
    _tables_read: Micros = 0
    _parked: int = 0

    def turn(self) -> None:
        """One interval: open what is not open yet, then a cycle. Never raises: the scheduler would swallow it."""
        if self.stop.is_set():
            return
        try:
            self._cycle(self._opened())
        except NotYet:
            self._wait("backfill", WAITING)
        except Braked as brake:
            self._wait(str(brake.facts["brake"]), f"waiting, stopped by a brake: {sentence(str(brake), LONG)}")
        except (RetryLater, Busy, Refused, Unreadable) as trouble:
            self._wait(type(trouble).__name__, f"next try at the next interval: {sentence(str(trouble), LONG)}")
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits in `run`, which raises it
            self.failure = error
            self.stop.set()

    def _wait(self, trouble: str, text: str) -> None:
        """Say once what is waited for, however many intervals it takes, and again after something else was said."""
        if trouble != self._trouble:
            self._tell(text)
        self._trouble = trouble

    def _tell(self, text: str) -> None:
        self._trouble = ""
        self.say(text)

    def close(self) -> None:
        """The last thing the worker does."""
        try:
            self._stack.close()
        except ConnectorError as error:
            self.failure = self.failure or error
        finally:
            self.closed.set()

    def _opened(self) -> Pair:
        if self._pair is None:
            with ExitStack() as stack:
                self._pair = stack.enter_context(self.open_pair())
                self._stack = stack.pop_all()
            self._tables_read = self._pair.clock()
            self._tell(f"ready: {', '.join(f'{side_name(side)} is reached' for side in self._pair.crms)}")
        return self._pair

    def _cycle(self, pair: Pair) -> None:
        if not ready(pair.ledger):
            raise NotYet(WAITING)
        if pair.clock() - self._tables_read >= TABLES_AGE:
            pair = self._refresh(pair)
        self.whole, spent = False, _spent(pair)
        result = sync(pair, stop=self.stop.is_set)
        self.whole = result.status is not Status.STOPPED
        if not self.whole and (spent or _spent(pair)):
            self._wait(SPENT, f"stopped, and reads on by itself: {'; '.join(result.problems)}")
            return
        if self._trouble == SPENT:
            self._tell("goes on: there are API requests left again")
        self._tell(f"{summary(result)} ({result.status})")
        for problem in result.problems:
            self._tell(f"problem: {sentence(problem, LONG)}")
        if result.parked > self._parked:
            self._tables_read = 0  # a label may be new in Operate's lists: look before the next cycle
        self._parked = result.parked

    def _refresh(self, pair: Pair) -> Pair:
        """Read the look-up tables again; where they changed, rules parked for an unknown label get another try."""
        self._tables_read = pair.clock()
        try:
            fresh = refreshed(pair)
        except MappingError as problem:  # a location was renamed: what is known goes on until the mapping is mended
            self._tell(f"problem: {problem}")
            return pair
        if fresh.tables != pair.tables and (freed := retry_unknown_labels(pair.ledger)):
            self._tell(f"look-up tables changed: {freed} parked values are tried again")
        self._pair = fresh
        return fresh


def _spent(pair: Pair) -> bool:
    """Whether the budget of requests of a side allows none now."""
    return any(crm.spent for crm in pair.crms.values())
