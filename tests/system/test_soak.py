"""A week of the hosted job over real HTTP and a virtual clock: outages, restarts, expired tokens, people at work."""

import gc
import random
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from connector.alerts import Limits, Message
from connector.core.model import SECOND, SIDES, Micros, Side
from connector.core.result import Scope
from connector.cycle import backfill
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.logs import Fact
from connector.pair import Pair
from connector.sandbox.http import Fault
from connector.service import Job, Tempo
from connector.vitals import unready
from connector.watch import Watch
from tests.system.clocked import Clocked, clocked

HOUR = 3600
DAY = 24 * HOUR
INTERVAL = 1200
NAMES = ("Abara", "Brandt", "Castel", "Dvorak", "Eklund", "Ferrer", "Gallo", "Horvat", "Ibsen", "Jansen")
OUTAGES = ((1, 5 * HOUR, (Side.OPERATE,)), (3, 7 * HOUR, (Side.SALESFORCE,)), (5, 2 * HOUR, SIDES))
"""On which day, for how long, and who is away."""
GROWTH = 30_000
"""Bytes that the connector may hold more at the end of the week than after its second day."""


@dataclass
class Week:
    """One job after the other on one ledger, and what they said."""

    here: Clocked
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    alerts: list[Message] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    turns: int = 0

    def __post_init__(self) -> None:
        self.life = ExitStack()
        self.restart()

    def restart(self) -> None:
        """The process ends, and another one begins with what the ledger holds."""
        self.life.close()
        self.job = Job(
            self._pair, self._ledger, Tempo(INTERVAL), say=self._say, stop=Event(), clock=self.now, draw=lambda: 0.5
        )
        limits = Limits(after=120 * SECOND, parked=50, stale=10 * INTERVAL * SECOND)
        self.watch = Watch(self.job.board, self._ledger, {"them": self._send}, limits, say=self._say, clock=self.now)
        self.life.callback(self.job.close)

    def now(self) -> Micros:
        """The time of everybody."""
        return int(self.here.clock.now().timestamp() * SECOND)

    def until(self, moment: Micros) -> None:
        """Turn until then; people do something every now and then, whoever is away."""
        while (due := max(self.job.due, self.now())) < moment:
            self.here.advance((due - self.now()) / SECOND)
            if not self.chance.randrange(6):
                side = self.chance.choice(SIDES)
                self.here.note(side, self.chance.choice(NAMES), f"note {self.turns}")
            if not self.chance.randrange(40):
                self.here.sandbox.salesforce.revoke_tokens()
                self.here.sandbox.operate.revoke_tokens()
            self.job.turn()
            assert self.job.failure is None
            self.watch.look()
            self.turns += 1
        self.here.advance(max(0, moment - self.now()) / SECOND)

    @contextmanager
    def _pair(self) -> Iterator[Pair]:
        with self._ledger() as ledger:
            yield replace(self.here.pair, ledger=ledger)

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        with closing(SqliteLedger.open(self.here.folder / "connector.db")) as ledger:
            yield ledger

    def _say(self, text: str, /, event: str = "job", **facts: Fact) -> None:
        if event == "outage":
            self.told.append(text)

    def _send(self, message: Message) -> bool:
        self.alerts.append(message)
        return True


def held() -> int:
    """Bytes that modules of the connector hold, without the stand-ins."""
    gc.collect()
    ours = tracemalloc.Filter(inclusive=True, filename_pattern="*/connector/*")
    stand_ins = tracemalloc.Filter(inclusive=False, filename_pattern="*/sandbox/*")
    snapshot = tracemalloc.take_snapshot().filter_traces([ours, stand_ins])
    return sum(trace.size for trace in snapshot.traces)


def test_a_week_ends_converged_with_one_alert_an_outage(tmp_path: Path) -> None:
    """What people typed is on both sides, nobody was told twice, also over restarts, and memory stays flat."""
    with clocked(tmp_path) as here:
        for number, name in enumerate(NAMES):
            here.enter(SIDES[number % 2], name)
        here.advance(HOUR)
        backfill(here.pair, Scope())
        here.advance(HOUR)
        week, begun, sizes = Week(here), int(here.clock.now().timestamp() * SECOND), {}
        servers = {Side.SALESFORCE: here.sandbox.salesforce_server, Side.OPERATE: here.sandbox.operate_server}
        outages = {day: (length, sides) for day, length, sides in OUTAGES}
        tracemalloc.start()
        for day in range(7):
            start = begun + day * DAY * SECOND
            if day in outages:
                length, sides = outages[day]
                week.until(start + HOUR * SECOND)
                for side in sides:
                    servers[side].fault(Fault("status", times=0, status=503, retry_after="60"))
                week.until(start + (HOUR + length // 2) * SECOND)
                week.restart()
                week.until(start + (HOUR + length) * SECOND)
                for side in sides:
                    servers[side].clear_faults()
            week.until(start + DAY * SECOND)
            for server in servers.values():
                server.reset_journal()
            sizes[day] = held()
            if day == 3:
                week.restart()
        tracemalloc.stop()
        week.until(week.now() + HOUR * SECOND)
        titles = [message.title.removeprefix("Lead connector: ") for message in week.alerts]
        away = [" and ".join(side.capitalize() for side in sides) for _, _, sides in OUTAGES]
        assert titles[::2] == [f"{names} cannot be reached" for names in away]
        assert titles[1::2] == ["Both CRMs can be reached again"] * len(OUTAGES)
        assert len(week.told) == 3 * len(OUTAGES)  # begin, begin after the restart, end
        assert week.turns > 400
        assert not unready(week.job.board.vitals, week.now(), HOUR * SECOND)
        assert here.people(Side.SALESFORCE) == here.people(Side.OPERATE)
        assert sum(bool(note) for _, note in here.people(Side.OPERATE)) == len(NAMES)
        week.life.close()
    assert sizes[6] - sizes[1] < GROWTH, sizes
