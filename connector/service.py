"""The hosted job: a cycle every interval and after a nudge, until a signal or an error that somebody has to mend.

The timer is APScheduler's; one worker thread opens the pair, runs the turns one by one and closes it again, because a
ledger belongs to one thread. What it does shows on a board (`connector.vitals`).
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from threading import Event, Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from connector.bench import Bench, OpenLedger, OpenPair, unsigned
from connector.core.model import SECOND, Micros, Side
from connector.core.result import WHOLE, Result, Status
from connector.crontab import Crontab
from connector.cycle import ready, sync
from connector.errors import (
    Braked,
    Busy,
    ConnectorError,
    NotYet,
    Outdated,
    Refused,
    RetryLater,
    Spent,
    Unreadable,
    mistake,
    told,
)
from connector.ledger.port import Ledger
from connector.logs import Say, figures, say_leads
from connector.pair import Pair
from connector.report.outcome import summary
from connector.report.words import side_name
from connector.rhythm import Rhythm
from connector.sweep import comes
from connector.troubles import Kind, Trouble
from connector.vitals import Board
from connector.waits import Waits
from connector.wiring import wall_clock

GRACE = 18.0
"""Seconds that whatever is under way has to end after a signal; a platform waits for thirty before it kills."""
WAITING = "waiting for the first backfill: look at `connector backfill`, then run the command that it ends with"


class Ended(Enum):
    """How the job ended."""

    WHOLE = 0
    EARLY = 1
    """In the middle of a cycle; the next one goes on from there."""
    CUT = 2
    """What was under way did not end in time: the process has to be ended with it."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How often to poll: every `interval` seconds, and so many times a minute after nudges; when to sweep."""

    interval: float = 60.0
    nudges_per_minute: int = 30
    sweeps: Crontab | None = None


class Job:
    """The hosted job of one pair. `nudge` and `board` are for any thread, everything else for the one that runs it.

    `sign` tells one content of the mapping file from another: a change is taken up with the next turn.
    """

    def __init__(
        self,
        open_pair: OpenPair,
        open_ledger: OpenLedger,
        tempo: Tempo,
        *,
        say: Say,
        stop: Event,
        sign: Callable[[], str] = unsigned,
        detailed: bool = False,
        clock: Callable[[], Micros] = wall_clock,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self.board = Board(clock())
        self.board.change(blind=True)
        self.stop = stop
        self.failure: BaseException | None = None
        self._bench = Bench(open_pair, open_ledger, sign, say)
        self._waits = Waits(self.board, say, clock, self._backfilled)
        self._say, self._clock = say, clock
        self._rhythm = Rhythm(int(tempo.interval * SECOND), tempo.nudges_per_minute, clock(), draw, tempo.sweeps)
        self._detailed, self._line = detailed, 0
        self._lock = Lock()
        self._whole, self._after = True, 0
        self._set_timer: Callable[[Micros], None] = lambda due: None

    @property
    def has_ledger(self) -> bool:
        """Whether the worker has opened its ledger, which it makes where there is none; for any thread."""
        return self._bench.is_set

    @property
    def due(self) -> Micros:
        """When the next turn is due."""
        return self._rhythm.due

    def nudge(self, side: Side) -> None:
        """Somebody says that something changed on a side: poll soon, once for any number of such words."""
        self.board.nudged(side)
        self._soon()

    def wish(self) -> None:
        """A person wants a turn now."""
        self.board.wished()
        self._soon()

    def _soon(self) -> None:
        with self._lock:
            if self._rhythm.nudge(self._clock()):
                self._timed()

    def woke(self) -> None:
        """The clock jumped, or the machine slept: what is due by the clock is due now."""
        with self._lock:
            if self._rhythm.woke(self._clock()):
                self._timed()

    def run(self, grace: float = GRACE) -> Ended:
        """Turn until `stop` is set, and see to it that it ends within `grace` seconds then.

        What passes by itself (a CRM away, another cycle, a brake, no backfill yet) is told once, and so is its end;
        `connector sync --allow-changes` lets a braked plan through, and the job goes on from there. Raises the `Stop`
        that ended it, and whatever is a mistake of ours.
        """
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        options = {"coalesce": True, "misfire_grace_time": None, "replace_existing": True}
        closed = Event()

        def set_timer(due: Micros) -> None:
            # Two instances: the timer may still count the turn that sets it. The one thread keeps them apart.
            moment = datetime.fromtimestamp(due / SECOND, UTC)
            scheduler.add_job(self.turn, "date", id="turn", run_date=moment, max_instances=2, **options)

        def close() -> None:
            try:
                self.close()
            finally:
                closed.set()

        scheduler.start()
        with self._lock:
            self._set_timer = set_timer
            self._timed()
        try:
            self.stop.wait()
        finally:
            self.stop.set()
            with self._lock:
                self._set_timer = lambda due: None
                scheduler.remove_all_jobs()
            scheduler.add_job(close, id="close", misfire_grace_time=None)
            in_time = _came(closed, grace)
            scheduler.shutdown(wait=in_time)
        if self.failure is not None:
            raise self.failure
        if not in_time:
            return Ended.CUT
        return Ended.WHOLE if self._whole else Ended.EARLY

    def turn(self) -> None:
        """One turn of the worker. Never raises: the timer would swallow it."""
        if self.stop.is_set():
            return
        with self._lock:
            self._rhythm.begin(self._clock())
        self.board.change(due=0)
        self._beat()
        self._after = 0
        try:
            self._go()
        except Exception as error:  # noqa: BLE001 - handed over to the thread that waits in `run`, which raises it
            self.fail(error)
            self.stop.set()
        finally:
            self.board.change(beat=self._clock(), turns=self.board.vitals.turns + 1)
            with self._lock:
                self._rhythm.end(self._clock(), self._waits.failures, self._after)
                self._timed()

    def fail(self, error: Exception) -> None:
        """Show on the board what ends the job, or keeps it from starting."""
        self.failure = error
        text = told(error) if isinstance(error, ConnectorError) else mistake(error)
        self.board.change(trouble=Trouble(Kind.STOPPED, text, self._clock()))

    def close(self) -> None:
        """The last thing the worker does."""
        try:
            self._bench.close()
        except ConnectorError as error:
            self.failure = self.failure or error

    def _timed(self) -> None:
        self.board.change(due=self._rhythm.due)
        if not self.stop.is_set():
            self._set_timer(self._rhythm.due)

    def _beat(self) -> None:
        self.board.change(beat=self._clock())

    def _asked(self) -> bool:
        """Whether somebody asks to stop; a cycle that asks this shows that it is alive."""
        self._beat()
        return self.stop.is_set()

    def _go(self) -> None:
        try:
            if self._waits.rests(self._own_ledger()):
                return
            self._with_pair()
        except NotYet:
            self._waits.wait(Kind.BACKFILL, WAITING)
        except Braked as brake:
            self._waits.wait(Kind.BRAKE, f"waiting, stopped by a brake: {brake}", brake)
        except Spent as spent:
            self._waits.wait(Kind.BUDGET, str(spent))
        except Outdated as outdated:
            self._waits.wait(Kind.OTHER_MAPPING, str(outdated))
        except Busy as busy:
            self._waits.wait(Kind.BUSY, f"next try at the next interval: {busy}")
        except RetryLater as trouble:
            self._after = int(min(trouble.after or 0, 3600) * SECOND)
            self._waits.away(str(trouble))
        except (Refused, Unreadable) as refusal:
            self._waits.refused(str(refusal))

    def _with_pair(self) -> None:
        """A cycle with the pair of this turn; a mapping that another process replaced meanwhile is read again, once."""
        before = self._bench.opened
        try:
            self._cycle(self._opened(self._bench.pair(), before))
        except Outdated:
            before = self._bench.opened
            self._cycle(self._opened(self._bench.outdated(), before))

    # working

    def _own_ledger(self) -> Ledger:
        """The ledger, also while no CRM can be reached."""
        first, ledger = not self._bench.is_set, self._bench.ledger()
        if first:
            last = min(ledger.log.last_end(sorted(WHOLE)), self._clock())
            self.board.change(success=last, backfilled=self._backfilled())
        return ledger

    def _backfilled(self) -> bool:
        return self._bench.is_set and ready(self._bench.ledger())

    def _opened(self, pair: Pair, before: int) -> Pair:
        """Say what a pair is that was just opened, and what is wrong with a mapping file that could not be taken."""
        self._waits.flawed(self._bench.flaw)
        if self._bench.opened == before:
            return pair
        if before:
            self._say("the mapping was changed: the new one is in force", event="mapping")
        else:
            self._line = pair.ledger.log.last_line()
            self._say(f"ready: {', '.join(f'{side_name(side)} is reached' for side in pair.crms)}", event="ready")
        if (trouble := self.board.vitals.trouble) is not None and trouble.kind is Kind.OUTAGE:
            self._waits.over()
        self.board.change(reached=True, mapping=pair.mapping)
        return pair

    def _cycle(self, pair: Pair) -> None:
        if not ready(pair.ledger):
            raise NotYet(WAITING)
        pair = self._bench.refresh()
        self._whole, spent, parked = False, _spent(pair), self.board.vitals.parked
        self.board.change(backfilled=True)
        pair = replace(pair, timing=replace(pair.timing, asked=self._rhythm.asked(self._clock())))
        result = sync(pair, stop=self._asked, progress=lambda what, done, total: self._beat())
        self.board.change(sweep_due=self._rhythm.sweep_due(self._clock()) or comes(pair.ledger, pair.timing))
        self._whole = result.status is not Status.STOPPED or result.left > 0  # what is left, people edited meanwhile
        self.board.count(result, self._clock())
        if self._whole:
            self._waits.over()
            self.board.change(success=self._clock(), blind=False)
        elif spent or _spent(pair):
            self._waits.wait(Kind.BUDGET, f"stopped, and reads on by itself: {'; '.join(result.problems)}")
            return
        elif result.problems and not self.stop.is_set():
            if result.hides:
                self._waits.refused("; ".join(result.problems))
            else:
                self._waits.away("; ".join(result.problems), worked=bool(result.writes))
            return
        self._tell(result, pair.ledger)
        if result.parked > parked:
            self._bench.look_up_soon()  # a label may be new in Operate's lists: look before the next cycle

    def _tell(self, result: Result, ledger: Ledger) -> None:
        self._say(f"{summary(result)} ({result.status})", event="cycle", **figures(result))
        for problem in result.problems:
            self._say(f"problem: {problem}", event="problem", cycle=result.cycle)
        if self._detailed:
            self._line = say_leads(self._say, ledger, self._line)


def _came(event: Event, seconds: float) -> bool:
    """Whether it came in time; not when somebody presses Ctrl-C once more."""
    try:
        return event.wait(seconds)
    except KeyboardInterrupt:
        return False


def _spent(pair: Pair) -> bool:
    """Whether the budget of requests of a side allows none now."""
    return any(crm.spent for crm in pair.crms.values())
