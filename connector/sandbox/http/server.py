"""The server: one app, a journal of what it was asked, and the faults between it and its clients.

Imports the other modules of this package.
"""

import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Self

from connector.sandbox.http.faults import Fault, Faults, gateway_answer
from connector.sandbox.http.messages import App, BadRequest, Clock, Request, Response
from connector.sandbox.http.wire import Listener

JOURNAL_LENGTH = 200_000


@dataclass(frozen=True)
class Entry:
    """One request in the journal; `status` is None where the connection was dropped instead of answered."""

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    body: str
    status: int | None
    fault: str


class Journal(list[Entry]):
    """A copy of what was asked so far, oldest first."""

    def calls(self, method: str = "", path: str = "") -> list[Entry]:
        """The entries whose whole method and part of whose path match these regular expressions."""
        return [
            entry
            for entry in self
            if (not method or re.fullmatch(method, entry.method)) and re.search(path, entry.path)
        ]


class Server:
    """Serves one app on a local port, in threads of its own; usable as a context manager.

    Started again after a stop it listens on the same port, like a CRM that was away and came back.
    """

    def __init__(self, app: App, *, port: int = 0, host: str = "127.0.0.1", clock: Clock | None = None) -> None:
        self.app = app
        self.clock = clock or Clock()
        self._host, self._port = host, port
        self._app_lock = getattr(app, "lock", None) or threading.RLock()
        self._lock = threading.Lock()
        self._journal: deque[Entry] = deque(maxlen=JOURNAL_LENGTH)
        self._count = 0
        self._faults = Faults()
        self._stopping = threading.Event()
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where the app is reached, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def journal(self) -> Journal:
        """What was asked so far (a copy)."""
        with self._lock:
            return Journal(self._journal)

    def start(self) -> None:
        """Listen, and answer from now on."""
        if self._listener is not None:
            raise RuntimeError(f"{self.url} is served already")
        self._stopping.clear()
        self._listener = Listener((self._host, self._port), self.answer, self.clock)
        self._port = self._listener.server_address[1]
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, name=self.url, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and drop every open connection, hanging ones too; does nothing when not started."""
        if self._listener is None or self._thread is None:
            return
        self._stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()
        self._listener.drop_connections()
        self._listener = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def fault(self, fault: Fault) -> None:
        """Let this go wrong with the next requests that match; the fault armed first strikes first."""
        self._faults.arm(fault)

    def clear_faults(self) -> None:
        """Let everything go right again."""
        self._faults.clear()

    def reset_journal(self) -> None:
        """Forget what was asked so far; the numbers go on."""
        with self._lock:
            self._journal.clear()

    def answer(self, request: Request) -> Response | None:
        """Answer a request as the faults allow; None: drop the connection without a word."""
        if request.path.startswith("/_sandbox/"):
            return self._control(request)
        fault = self._faults.strike(request)
        if fault is None:
            return self._noted(request, self._handle(request), "")
        match fault.kind:
            case "latency":
                self._stopping.wait(fault.seconds)
                return self._noted(request, self._handle(request), fault.kind)
            case "status" | "html":
                return self._noted(request, gateway_answer(fault), fault.kind)
            case "lost_before":
                return self._noted(request, None, fault.kind)
            case "lost_after":
                self._handle(request)
                return self._noted(request, None, fault.kind)
            case "hang":
                self._handle(request)
                self._noted(request, None, fault.kind)
                self._stopping.wait(fault.seconds)
                return None

    def _handle(self, request: Request) -> Response:
        with self._app_lock:
            try:
                return self.app.handle(request)
            except BadRequest as error:
                return Response(400, {"error": str(error)})

    def _noted(self, request: Request, response: Response | None, fault: str) -> Response | None:
        # Before the answer leaves: whoever has received it must find it in the journal.
        with self._lock:
            self._count += 1
            status = None if response is None else response.status
            body = request.body.decode(errors="replace")
            entry = Entry(self._count, request.method, request.path, request.query, body, status, fault)
            self._journal.append(entry)
        return response

    def _control(self, request: Request) -> Response:
        """Journal, faults and clock for people with curl."""
        try:
            match request.method, request.path.removeprefix("/_sandbox/"):
                case "GET", "journal":
                    return Response(200, [asdict(entry) for entry in self.journal])
                case "POST", "faults":
                    self.fault(Fault(**request.json()))
                    return Response(204)
                case "DELETE", "faults":
                    self.clear_faults()
                    return Response(204)
                case "POST", "clock":
                    self.clock.advance(float(request.json()["advance"]))
                    return Response(200, {"now": self.clock.now().isoformat()})
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            return Response(400, {"error": f"{type(error).__name__}: {error}"})
        return Response(404, {"error": f"there is no {request.method} {request.path}"})
