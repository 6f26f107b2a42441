"""A console over stand-ins of both CRMs and a ledger on disk, as `run` puts it together, and a browser without a face.

No worker runs: the board says what a test says, and what the console asks of the job is written down.
"""

import http.client
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from threading import Event
from urllib.parse import urlencode, urlsplit

from connector import cycle
from connector.console.app import routes
from connector.console.desk import Desk
from connector.console.door import Door, Role, hash_of
from connector.console.errands import Errands
from connector.core.model import Micros, Side
from connector.core.result import Scope
from connector.logs import Fact
from connector.sandbox.serve import Sandbox, serving
from connector.settings import Settings, load
from connector.vitals import Board
from connector.web.app import Host, app
from connector.web.server import served
from connector.wiring import open_ledger, open_pair, read_mapping, wall_clock
from tests.hosted.conftest import Answer
from tests.hosted.stage import LIMITS

PASSWORD, VIEWERS = "four words of mine", "look at all of it"
HASHES = {Role.OPERATOR: hash_of(PASSWORD), Role.VIEWER: hash_of(VIEWERS)}
PACE = {
    "CONNECTOR_CREATE_AFTER_SECONDS": "0",
    "CONNECTOR_LAG_SECONDS": "0",
    "OPERATE_REQUESTS_PER_SECOND": "500",
    "OPERATE_IN_FLIGHT": "8",
}
TOO_LONG = "EC2A 4NE (rear)"


@dataclass
class Browser:
    """Keeps cookies, follows nobody, and fills in forms. `machine` is the loopback address that it comes from."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    machine: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        """Load a page."""
        return self.send("GET", path, None, **headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        """Send a form as a browser does, from this host."""
        given = {"Origin": self.address, "Content_Type": "application/x-www-form-urlencoded"} | headers
        return self.send("POST", path, urlencode(fields).encode(), **given)

    def submit(self, page: str, path: str, **fields: str) -> Answer:
        """Load a page, and send a form of it with its token."""
        return self.post(path, {"token": token_of(self.get(page).text), **fields})

    def login(self, password: str = PASSWORD, name: str = "Ann Example") -> Answer:
        """Come in."""
        return self.submit("/console/login", "/console/login", name=name, password=password)

    def send(self, method: str, path: str, body: bytes | None, **headers: str) -> Answer:
        """One request of its own connection."""
        where = urlsplit(self.address)
        here = (self.machine, 0) if self.machine else None
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30, source_address=here)
        names = {name.replace("_", "-"): text for name, text in headers.items()}
        if self.cookies:
            names["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        try:
            line.request(method, path, body, names)
            answer = line.getresponse()
            kept = {}
            for name, text in answer.getheaders():
                kept[name.lower()] = text
                if name.lower() == "set-cookie":
                    cookie, _, value = text.partition(";")[0].partition("=")
                    self.cookies[cookie] = value
            return Answer(answer.status, kept, answer.read().decode())
        finally:
            line.close()


def token_of(page: str) -> str:
    """The token of the forms of a page."""
    found = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    assert found is not None, page[:2000]
    return found[1]


def values_of(page: str, name: str) -> list[str]:
    """What hidden fields of that name hold."""
    return [unescape(text) for text in re.findall(rf'name="{name}" value="([^"]*)"', page)]


@dataclass
class Consoled:
    """The console, what it asked of the job, and the CRMs behind it."""

    address: str
    sandbox: Sandbox
    settings: Settings
    board: Board
    door: Door
    errands: Errands
    woken: list[str] = field(default_factory=list)
    said: list[dict[str, Fact]] = field(default_factory=list)

    def browser(self, machine: str = "") -> Browser:
        """Somebody who was never here."""
        return Browser(self.address, machine=machine)

    def sync(self) -> None:
        """A cycle, as the worker would run it."""
        with open_pair(self.settings) as pair:
            cycle.sync(pair)

    def backfill(self) -> None:
        """The first backfill, as somebody would have run it."""
        with open_pair(self.settings) as pair:
            cycle.backfill(pair, Scope())
        self.board.change(backfilled=True, reached=True, success=wall_clock(), due=wall_clock())

    def decided(self) -> list[str]:
        """What the history tells of people's decisions."""
        return self.history("decided")

    def history(self, kind: str) -> list[str]:
        """Why something of this kind happened, each time."""
        with open_ledger(self.settings) as ledger:
            return [each.why for _, each in ledger.log.happened(0) if each.kind == kind]

    def mark(self, name: str) -> str:
        """A mark of the ledger."""
        with open_ledger(self.settings) as ledger:
            return ledger.log.mark(name)

    def quiet(self, seconds: float = 30.0) -> None:
        """Wait until the errand has ended."""
        end = time.monotonic() + seconds
        while (now := self.errands.current) is None or not now.ended:
            assert time.monotonic() < end, now
            time.sleep(0.02)


@contextmanager
def consoled(
    place: Path, *, guarded: bool = True, count: int = 12, clock: "Clock | None" = None, proxies: Sequence[str] = ()
) -> Iterator[Consoled]:
    """Serve it on a free port of this machine."""
    with serving(count=count, messy=False) as sandbox:
        ledger = {"CONNECTOR_LEDGER": f"sqlite:///{place}/connector.db"}
        settings = load({**sandbox.settings, **PACE, **ledger}, place)
        with open_ledger(settings):
            """The worker makes it with its first turn."""
        write = partial(open_ledger, settings, existing=True)
        read = partial(write, readonly=True)
        board, woken, said = Board(wall_clock()), list[str](), list[dict[str, Fact]]()
        time_of = clock or Clock()

        def say(text: str, /, event: str = "job", **facts: Fact) -> None:
            said.append({"text": text, "event": event, **facts})

        act = partial(open_pair, settings, existing=True)
        look = partial(act, readonly=True)
        errands = Errands(look, act, Event(), say, time_of, lambda: None)
        host = Host(board, _nobody, read, LIMITS, time_of)
        desk = Desk(
            host=host,
            open_ledger=write,
            mapping=partial(read_mapping, settings),
            errands=errands,
            wake=lambda: woken.append("wish"),
            say=say,
            requests_left=lambda ledger: (1000, 10, 100_000),
        )
        door = Door(HASHES if guarded else {}, time_of, proxies=proxies)
        with served(app(host, routes(desk, door)), "127.0.0.1:0") as address:
            yield Consoled(address, sandbox, settings, board, door, errands, woken, said)
        errands.close(10)


def _nobody(side: Side) -> None:
    """No nudge comes from the console: what people wish is counted as that."""
    raise AssertionError(side)


@dataclass
class Clock:
    """The time, and how far a test has moved it."""

    ahead: Micros = 0

    def __call__(self) -> Micros:
        """The time now."""
        return wall_clock() + self.ahead


def park(it: Consoled) -> str:
    """Somebody types a postcode that Operate has no room for; the lead's id in Salesforce."""
    here = next(i for i, row in it.sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    it.sandbox.salesforce.edit(here, {"PostalCode": TOO_LONG})
    it.sync()
    return here


def alike(it: Consoled, first: str = "Rosa", last: str = "Quimby") -> tuple[str, str]:
    """One name is entered on both sides, in two firms of one street; both ids."""
    there = it.sandbox.operate.add({"firstname": first, "lastname": last, "leadname": "Probe Holdings", "town": "York"})
    here = it.sandbox.salesforce.add(
        {"FirstName": first, "LastName": last, "Company": f"{last} Trading", "City": "York"}
    )
    it.sync()
    return here, there
