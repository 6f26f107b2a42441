"""What an app is given and gives back, and the time it lives in. Imports the standard library only."""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl

JSON_TYPE = "application/json;charset=UTF-8"


class BadRequest(ValueError):
    """A request body that is not what its reader asked for; if an app lets it pass, the answer is a 400."""


@dataclass(frozen=True)
class Request:
    """One HTTP request: `path` is decoded and `raw_path` as it was sent, both without the query."""

    method: str
    path: str
    raw_path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def form(self) -> dict[str, str]:
        """Read a form-encoded body; a field given twice keeps its last value. Raises `BadRequest`."""
        try:
            text = self.body.decode()
            return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict"))
        except ValueError as error:
            raise BadRequest(f"the body is not form-encoded: {error}") from error

    def json(self) -> Any:
        """Read a JSON body. Raises `BadRequest`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"the body is not JSON: {error}") from error


@dataclass(frozen=True)
class Response:
    """One answer: a dict or list is sent as JSON, text and bytes as they are, None as an empty body.

    `raw` goes out instead of everything else, head included and piece by piece; the connection is closed after it.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    raw: Iterable[bytes] | None = None

    def encoded(self) -> bytes:
        """The body as it goes over the wire."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        # Escaped, so that half a surrogate pair that somebody sent can be sent back.
        return json.dumps(self.body, separators=(",", ":")).encode()


class Clock:
    """Real time plus what a test has advanced it by; aware, in UTC, safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The present moment of the stand-ins."""
        with self._lock:
            return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the present on by so many seconds."""
        with self._lock:
            self._ahead += timedelta(seconds=seconds)


class App(Protocol):
    """A stand-in.

    Where it has an attribute `lock` (an RLock), that one is held around `handle`; other methods share it.
    """

    def handle(self, request: Request) -> Response:
        """Answer one request; never called twice at a time."""
