"""Two CRMs that outlive the connector's processes, can be copied with everything in them, and can kill.

The connector runs in processes of its own (`tests.system.dying`), against real sockets and on a ledger file.
"""

import copy
import copyreg
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from connector.core.model import Side
from connector.sandbox.http import App, Clock, Request, Response, Server
from connector.sandbox.operate import Operate, OperateConfig
from connector.sandbox.salesforce import Salesforce
from tests.system.crash_people import OP, SF, Offices

SHIPPED = Path(__file__).parents[2] / "mappings" / "lead.yaml"
"""The mapping that comes along."""

# A copy of a world has locks of its own.
copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))


class Nursery:
    """The process that forks a connector for each command."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.system.dying"]
        self._process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def start(self, **order: object) -> int:
        """Start a process; its id."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> int:
        """Wait for it; its exit code, or a signal as a negative number."""
        return self._answer()

    def close(self) -> None:
        """No more orders."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


@dataclass
class Watched:
    """A CRM that counts what it has carried out, and kills whoever waits for the answer at the chosen count."""

    app: App
    kill_at: int = 0
    asked: list[str] = field(default_factory=list)
    victim: int = 0
    known: threading.Event = field(default_factory=threading.Event)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        response = self.app.handle(request)
        self.asked.append(request.method)
        if len(self.asked) == self.kill_at and self.known.wait(10):
            os.kill(self.victim, signal.SIGKILL)
        return response


@dataclass
class World:
    """Both CRMs, their clock, and the ledger as a file."""

    offices: Offices
    clock: Clock
    ledger: Path
    ports: Mapping[Side, int]
    mapping: Path

    @classmethod
    def new(cls, folder: Path, *, counterpart: str | None, deletes: bool = False) -> Self:
        """Two empty CRMs on free ports; `deletes`: the mapping deletes the partner of a lead that was deleted."""
        clock = Clock()
        operate = Operate(clock=clock, config=OperateConfig(counterpart_field=counterpart))
        offices = Offices(Salesforce(clock=clock), operate)
        with Server(offices.salesforce) as one, Server(operate) as other:
            ports = {side: int(server.url.rpartition(":")[2]) for side, server in ((SF, one), (OP, other))}
        mapping = folder / "lead.yaml"
        text = SHIPPED.read_text(encoding="utf-8")
        mapping.write_text(text.replace("deleted: keep", "deleted: delete") if deletes else text, encoding="utf-8")
        return cls(offices, clock, folder / "connector.db", ports, mapping)

    def copied(self, folder: Path) -> Self:
        """The same once more, with a ledger file in another folder."""
        folder.mkdir(parents=True)
        offices, clock = copy.deepcopy((self.offices, self.clock))
        if self.ledger.exists():
            shutil.copy(self.ledger, folder)
        return type(self)(offices, clock, folder / self.ledger.name, self.ports, self.mapping)

    @property
    def ahead(self) -> float:
        """How far its clock is before the real one, in seconds."""
        return self.clock.now().timestamp() - time.time()

    @contextmanager
    def serving(self) -> Iterator[dict[Side, tuple[Server, Watched]]]:
        """Both CRMs at their ports; in the end nothing is under way any more."""
        watched = {SF: Watched(self.offices.salesforce), OP: Watched(self.offices.operate)}
        servers = {side: Server(app, port=self.ports[side], clock=self.clock) for side, app in watched.items()}
        with servers[SF], servers[OP]:
            yield {side: (servers[side], watched[side]) for side in Side}

    def environ(self) -> dict[str, str]:
        """The settings of a connector here; one request at a time on each side, so that they can be counted."""
        salesforce, operate = self.offices.salesforce.config, self.offices.operate.config
        return {
            "SALESFORCE_URL": f"http://127.0.0.1:{self.ports[SF]}",
            "SALESFORCE_CLIENT_ID": salesforce.client_id,
            "SALESFORCE_CLIENT_SECRET": salesforce.client_secret,
            "OPERATE_URL": f"http://127.0.0.1:{self.ports[OP]}",
            "OPERATE_CLIENT_ID": operate.client_id,
            "OPERATE_CLIENT_SECRET": operate.client_secret,
            "OPERATE_USERNAME": operate.username,
            "OPERATE_PASSWORD": operate.password,
            "OPERATE_COUNTERPART_FIELD": operate.counterpart_field or "",
            "OPERATE_REQUESTS_PER_SECOND": "1000",
            "OPERATE_IN_FLIGHT": "1",
            "CONNECTOR_LEDGER": f"sqlite:///{self.ledger}",
            "CONNECTOR_MAPPING": str(self.mapping),
        }
