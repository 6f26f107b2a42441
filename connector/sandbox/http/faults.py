"""Things that go wrong between two machines, armed by a test. Imports the messages only."""

import re
import threading
from dataclasses import dataclass
from http.client import responses
from typing import Literal, get_args
from urllib.parse import unquote_plus

from connector.sandbox.http.messages import Request, Response

FAULT_BODY_LENGTH = 4_000

FaultKind = Literal["latency", "status", "lost_before", "lost_after", "hang", "html"]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with the next matching requests.

    `latency`: wait `seconds`, then answer as usual. `status`, `html`: answer with `status` and no app called,
    as a gateway does. `lost_before`, `lost_after`: drop the connection before or after the app did its work.
    `hang`: the app does its work, the line stays silent for `seconds` and then drops.

    `method` is a regular expression for the whole method, `path` one to find in `path?query`, a line break
    and the first part of the body (all decoded); an empty one matches anything. The first `skip` matching
    requests pass, the `times` after them are hit (0: all, until cleared).
    """

    kind: FaultKind
    method: str = ""
    path: str = ""
    times: int = 1
    skip: int = 0
    seconds: float = 0.0
    status: int = 503
    retry_after: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"no fault is called {self.kind!r}; there are {', '.join(get_args(FaultKind))}")
        if not isinstance(self.seconds, int | float):
            raise ValueError(f"seconds must be a number, not {self.seconds!r}")
        for number in (self.times, self.skip, self.status):
            if not isinstance(number, int) or number < 0:
                raise ValueError(f"times, skip and status must be numbers from 0, not {number!r}")
        for pattern in (self.method, self.path):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from error

    def matches(self, request: Request) -> bool:
        """Whether this fault means that request."""
        if self.method and not re.fullmatch(self.method, request.method):
            return False
        return not self.path or re.search(self.path, _subject(request)) is not None


@dataclass
class _Armed:
    """A fault that is waiting: how many matching requests still pass, and how many are still hit."""

    fault: Fault
    skip: int
    left: int | None


class Faults:
    """The armed faults, oldest first; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault) -> None:
        """Let this go wrong with the next requests that match."""
        with self._lock:
            self._armed.append(_Armed(fault, fault.skip, fault.times or None))

    def clear(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._armed.clear()

    def strike(self, request: Request) -> Fault | None:
        """The fault this request meets, used up by one time."""
        with self._lock:
            for armed in self._armed:
                if not armed.fault.matches(request):
                    continue
                if armed.skip:
                    armed.skip -= 1
                    continue
                if armed.left is not None:
                    armed.left -= 1
                    if not armed.left:
                        self._armed.remove(armed)
                return armed.fault
        return None


def _subject(request: Request) -> str:
    body = request.body[:FAULT_BODY_LENGTH].decode(errors="replace")
    if "form-urlencoded" in request.headers.get("content-type", ""):
        body = unquote_plus(body)
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    return f"{request.path}?{query}\n{body}"


def gateway_answer(fault: Fault) -> Response:
    """The answer of a proxy that stands before the app and did not ask it."""
    headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
    reason = responses.get(fault.status, "Error")
    if fault.kind == "html":
        page = f"<html><head><title>{reason}</title></head><body><h1>{fault.status} {reason}</h1></body></html>"
        return Response(fault.status, page, headers, "text/html")
    return Response(fault.status, reason, headers, "text/plain")
