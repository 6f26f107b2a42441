"""A hosted job over two CRMs in memory, by a clock that only tests move: no threads, no timer, no waits."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from threading import Event
from typing import ClassVar

from connector.alerts import Limits, Message
from connector.core.model import SECOND, Side
from connector.errors import RetryLater
from connector.ledger.port import Ledger
from connector.logs import Fact
from connector.pair import Pair
from connector.rules import taken
from connector.service import Job, Tempo
from connector.vitals import Vitals
from connector.watch import Watch
from tests.simulation.world import World

INTERVAL = 60
LIMITS = Limits(after=120 * SECOND, parked=50, stale=600 * SECOND)


@dataclass
class Stage:
    """The job, its watch, and everything that both said.

    `away` sides do not answer, `wrong` is what is wrong with the settings, `deaf`: no alert is delivered, `broken` is
    what goes wrong when one is sent. `file` is what the mapping file says now; "": nobody has touched it.
    """

    tempo: ClassVar = Tempo(INTERVAL)
    world: World
    away: set[Side] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    facts: list[dict[str, Fact]] = field(default_factory=list)
    alerts: list[Message] = field(default_factory=list)
    deaf: bool = False
    wrong: Exception | None = None
    broken: Exception | None = None
    file: str = ""
    limits: Limits = LIMITS

    def __post_init__(self) -> None:
        self.world.on_io = self._io
        self.start()

    def start(self) -> None:
        """A process starts: it knows nothing but what the ledger knows."""
        self.stop = Event()
        self.job = Job(
            self._pair,
            self._ledger,
            self.tempo,
            say=self._say,
            stop=self.stop,
            sign=lambda: self.file,
            detailed=True,
            clock=self.world.time,
            draw=half,
        )
        self.watch = Watch(
            self.job.board, self._ledger, {"them": self._send}, self.limits, say=self._say, clock=self.world.time
        )

    @property
    def vitals(self) -> Vitals:
        """The job as it is now."""
        return self.job.board.vitals

    def turn(self, times: int = 1) -> None:
        """Time passes to the next turns; the watch looks after each."""
        for _ in range(times):
            self.world.time.now = max(self.world.time.now, self.job.due)
            self.job.turn()
            self.watch.look()

    def titles(self) -> list[str]:
        """What the alerts were about."""
        return [message.title.removeprefix("Lead connector: ") for message in self.alerts]

    def _io(self, side: Side, method: str, phase: str) -> None:
        if side in self.away and phase == "before":
            raise RetryLater(f"{side} does not answer")

    @contextmanager
    def _pair(self) -> Iterator[Pair]:
        if self.wrong is not None:
            raise self.wrong
        if self.away:
            raise RetryLater(f"{min(self.away)} does not answer")
        mapping = self.world.mapping(self.file) if self.file else self.world.pair.mapping
        yield replace(self.world.pair, mapping=mapping, taken=taken(self.world.ledger))

    def _ledger(self) -> nullcontext[Ledger]:
        return nullcontext(self.world.ledger)

    def _say(self, text: str, /, event: str = "job", **facts: Fact) -> None:
        self.said.append(text)
        self.facts.append({"event": event, **facts})

    def _send(self, message: Message) -> bool:
        if self.broken is not None:
            raise self.broken
        if not self.deaf:
            self.alerts.append(message)
        return not self.deaf


def half() -> float:
    """No chance at all."""
    return 0.5
