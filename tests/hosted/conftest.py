"""A served web app on loopback, and what asks it."""

import http.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from connector.core.model import Micros, Side
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.vitals import Board
from connector.web.app import Host, app
from connector.web.server import served
from connector.wiring import wall_clock
from tests.hosted.stage import LIMITS

SECRET = "a-secret-of-the-nudges-1"
OLDER = "the-secret-before-this-1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Served:
    """The app, the nudges that came through, and a way to ask it."""

    address: str
    board: Board
    nudged: list[Side] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request of its own connection."""
        where = urlsplit(self.address)
        with closing(http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)) as line:
            names = {name.replace("_", "-"): text for name, text in headers.items()}
            line.request(method, path, body, names)
            answer = line.getresponse()
            kept = {name.lower(): text for name, text in answer.getheaders() if name.lower() != "date"}
            return Answer(answer.status, kept, answer.read().decode())


@contextmanager
def empty_ledger() -> Iterator[Ledger]:
    """A ledger of nobody."""
    with closing(SqliteLedger.open(":memory:")) as ledger:
        yield ledger


@contextmanager
def serving(
    board: Board,
    *,
    secrets: tuple[str, ...] = (SECRET, OLDER),
    read_ledger: Callable[[], AbstractContextManager[Ledger]] = empty_ledger,
    clock: Callable[[], Micros] = wall_clock,
) -> Iterator[Served]:
    """Serve the app on a free port of this machine."""
    nudged: list[Side] = []
    with served(app(Host(board, nudged.append, read_ledger, LIMITS, clock, secrets)), "127.0.0.1:0") as address:
        yield Served(address, board, nudged)


@pytest.fixture
def web() -> Iterator[Served]:
    """The app of a job that was just started."""
    with serving(Board(wall_clock())) as it:
        yield it
