"""The log of the hosted job: one line a happening, for people or as JSON. No value of a lead is ever in it.

Imports words, results and the ledger's port; who prints the lines is not decided here.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Protocol

from connector.core.result import Result
from connector.ledger.port import Ledger
from connector.report.words import sentence

DETAILS = 1000
"""So many changes of a cycle are listed by lead."""
LONG = 1000
"""So much of a text goes into the log."""
Fact = str | int | float | None


class Say(Protocol):
    """Write one happening down: in words, with the `event` it is, and with facts for machines."""

    def __call__(self, text: str, /, event: str = "job", **facts: Fact) -> None:
        """Safe to call from any thread; never raises."""
        ...


def line(text: str, form: str, at: datetime, event: str, facts: dict[str, Fact]) -> str:
    """One line of the log, `form` text or json."""
    said = sentence(text, LONG)
    if form != "json":
        return f"{at:%Y-%m-%dT%H:%M:%SZ} {said}"
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"at": stamp, "event": event, "text": said, **facts}, ensure_ascii=True)


def now() -> datetime:
    """The time of a line."""
    return datetime.now(UTC)


def figures(result: Result) -> dict[str, Fact]:
    """What a cycle did, for machines."""
    facts: dict[str, Fact] = {"cycle": result.cycle, "status": str(result.status)}
    facts["seconds"] = round(result.seconds, 3)
    for side, count in result.sides.items():
        facts |= {f"{side}_{name}": getattr(count, name) for name in ("read", "created", "updated", "calls")}
    return facts | {name: getattr(result, name) for name in ("linked", "conflicts", "parked", "held")}


def say_leads(say: Say, ledger: Ledger, after: int) -> int:
    """Say what happened to which lead from behind this line of the history, by ids and rules; the newest line.

    Beyond the first `DETAILS` it is in the history only.
    """
    lines = ledger.log.happened(after, DETAILS)
    links = ledger.links.get([each.link_id for _, each in lines])
    for _, each in lines:
        ids = links[each.link_id].ids if each.link_id in links else {}
        facts: dict[str, Fact] = {"cycle": each.cycle, "lead": f"L{each.link_id}", "kind": each.kind}
        facts |= {"side": str(each.side or ""), "rule": each.rule}
        facts |= {str(side): record_id for side, record_id in ids.items() if record_id}
        say(f"L{each.link_id} {each.kind} {each.rule}".rstrip(), event="lead", **facts)
    if len(lines) == DETAILS:
        say(f"only the first {DETAILS:,} changes of this cycle are listed", event="lead")
    return ledger.log.last_line()


class Handler(logging.Handler):
    """What libraries have to say, as lines of ours. Their words may hold anything, so that only their name is kept."""

    def __init__(self, say: Callable[..., None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say where it came from, and which error it was about."""
        told = f"{record.name}: {record.levelname.lower()} in {record.module}"
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is not None:
            frames = extract_tb(trace)
            place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
            told += f", {kind.__name__}{place}"
        self._say(told, event="library")
