"""The log of the hosted job: one line a happening, for people or as JSON. No value of a lead is ever in it.

Imports words only; who prints the lines is not decided here.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Protocol

from connector.report.words import sentence

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
