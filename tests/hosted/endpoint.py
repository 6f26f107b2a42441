"""A chat service in small: an HTTP endpoint on loopback that takes alerts, or hangs, or says no."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Endpoint:
    """What arrived (title, message and type of each), and how it answers; `hangs` seconds first."""

    port: int = 0
    status: int = 200
    hangs: float = 0.0
    received: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address for the settings."""
        return f"json://127.0.0.1:{self.port}/alerts"

    def until(self, count: int, seconds: float = 20) -> list[dict[str, Any]]:
        """Wait for so many."""
        end = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < end, self.received
            time.sleep(0.02)
        return self.received


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Serve one on a free port."""
    here = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(here.hangs)
            if here.status == 200:
                here.received.append(json.loads(body))
            self.send_response(here.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()
