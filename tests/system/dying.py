"""The real connector in real processes that kill themselves at a chosen boundary: `python -m tests.system.dying`.

One warm process has everything imported and forks a process for each command, which costs a hundredth of a start. It
reads one order a line on stdin and answers with the process's id, and in the end with how it ended. Nothing of the
connector knows of it: the counting sits around the sockets of both HTTP libraries and around COMMIT.
"""

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import requests

from connector import wiring
from connector.cli.main import run
from connector.core.model import SECOND
from connector.crm.http import Http
from connector.ledger.sqlite_store import SqliteStore
from tests.simulation.broken import MUTATIONS

BEFORE, AFTER = "before", "after"
REACHED = "reached.json"
"""Where a process that was not killed writes how many boundaries it passed."""


class Fate:
    """Counts boundaries, and ends the process by SIGKILL at the chosen one."""

    def __init__(self, die: tuple[str, str, int] | None) -> None:
        self._die = die
        self._lock = threading.Lock()
        self.passed: Counter[tuple[str, str]] = Counter()

    def pass_by(self, where: str, phase: str) -> None:
        """One more boundary of this kind."""
        with self._lock:
            self.passed[where, phase] += 1
            if self._die == (where, phase, self.passed[where, phase]):
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, where: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work with a boundary on both sides of it."""

        def watched(*args: Any, **keywords: Any) -> Any:
            self.pass_by(where, BEFORE)
            done = work(*args, **keywords)
            self.pass_by(where, AFTER)
            return done

        return watched

    def committing(self, work: Callable[[SqliteStore, str], Any]) -> Callable[[SqliteStore, str], Any]:
        """The same for statements about the database itself, of which only COMMIT makes something last."""
        watched = self.around("ledger", work)
        return lambda store, sql: watched(store, sql) if sql == "COMMIT" else work(store, sql)


def live(order: dict[str, Any]) -> int:
    """Be the connector for one command; its exit code."""
    os.environ.update(order["environ"])
    os.chdir(order["folder"])
    out = os.open("stdout", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(os.open("stderr", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    fate = Fate(tuple(order["die"]) if order["die"] else None)
    ahead = int(order["ahead"] * SECOND)
    wiring.wall_clock = lambda: time.time_ns() // 1000 + ahead
    Http.send = fate.around("operate", Http.send)  # type: ignore[method-assign]
    requests.Session.send = fate.around("salesforce", requests.Session.send)  # type: ignore[method-assign]
    SqliteStore.run = fate.committing(SqliteStore.run)  # type: ignore[method-assign, assignment]
    broken = next((each.patch() for each in MUTATIONS if each.name == order.get("broken")), nullcontext())
    with broken:
        code = run(order["args"])
    passed = [[*kind, count] for kind, count in sorted(fate.passed.items())]
    Path(REACHED).write_text(json.dumps(passed), encoding="utf-8")
    return code


def main() -> None:
    """Take orders until stdin ends."""
    httpx.Client().close()  # the certificates are read once, and not in every process again
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            code = 70
            try:
                code = live(json.loads(line))
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
