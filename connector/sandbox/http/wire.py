"""Sockets and threads: HTTP/1.1 as far as the stand-ins speak it. Imports the messages only."""

import socket
import sys
import threading
from collections.abc import Callable
from email.utils import format_datetime
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

from connector.sandbox.http.messages import Clock, Request, Response

Answer = Callable[[Request], Response | None]


class Listener(ThreadingHTTPServer):
    """Accepts connections and remembers the open ones: a stop leaves no socket and no thread behind."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], answer: Answer, clock: Clock) -> None:
        self.answer = answer
        self.clock = clock
        self._open: dict[socket.socket, threading.Thread] = {}
        self._open_lock = threading.Lock()
        super().__init__(address, _Connection)

    def server_bind(self) -> None:
        """Bind the port and nothing more: HTTPServer looks the host name up too, which can take seconds."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, and remember both."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        # Here and not in the new thread: a stop in between must know the connection.
        with self._open_lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it."""
        super().shutdown_request(request)
        with self._open_lock:
            self._open.pop(request, None)

    def drop_connections(self) -> None:
        """Close every open connection and wait for its thread."""
        with self._open_lock:
            open_now = dict(self._open)
        for connection, thread in open_now.items():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other end was quicker
            finally:
                thread.join(timeout=5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hung up; anything else is an error of ours and shows its traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    """One keep-alive connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the journal tells it better."""

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            return
        raw_path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            path=unquote(raw_path),
            raw_path=raw_path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        response = self.server.answer(request)
        if response is None:
            self.close_connection = True
        else:
            self._send(response)

    def __getattr__(self, name: str) -> Any:
        # The base class looks for do_GET and its like: every method is served by the same code.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _read_body(self) -> bytes | None:
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(Response(411, {"error": "send a Content-Length"}))
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal():
            self.close_connection = True
            self._send(Response(400, {"error": f"the Content-Length {length!r} is no number"}))
            return None
        return self.rfile.read(int(length)) if length != "0" else b""

    def _send(self, response: Response) -> None:
        if response.raw is not None:
            self.close_connection = True
            for piece in response.raw:
                self.wfile.write(piece)
            return
        body = response.encoded()
        lines = [
            f"HTTP/1.1 {response.status} {responses.get(response.status, '')}",
            f"Date: {format_datetime(self.server.clock.now(), usegmt=True)}",
        ]
        if response.status != 204:
            lines.append(f"Content-Length: {len(body)}")
        if body:
            lines.append(f"Content-Type: {response.content_type}")
        if self.close_connection:
            lines.append("Connection: close")
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        # One piece: a head and a body in two packets would wait for each other's acknowledgement.
        self.wfile.write(head if self.command == "HEAD" or response.status == 204 else head + body)
