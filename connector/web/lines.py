"""A connection to our web server: uvicorn's on h11, which by itself waits for a header without end."""

import asyncio

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER = 10.0
"""Seconds in which a whole request header has to be there."""
MOST = 256
"""Connections at once: nobody but a few machines asks here."""


class Line(H11Protocol):
    """One connection. One that sends no whole header in time is closed, whatever it sends instead.

    Where there are too many, the oldest makes room that has still something to send, so that a health check, which
    sends all at once, is always answered.
    """

    _late: asyncio.TimerHandle | None = None
    _since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody has connected."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch()
        if len(self.connections) > MOST:
            owing = [each for each in self.connections if isinstance(each, Line) and each._owes]
            min(owing, key=lambda each: each._since).transport.abort()  # this one is among them

    def data_received(self, data: bytes) -> None:
        """Some bytes came: of a header, of a body, or of one request after another."""
        super().data_received(data)
        self._watch()

    def handle_events(self) -> None:
        """Take up what the bytes are.

        A body whose length is told in two ways may end elsewhere for whoever passed it on: after the answer, such a
        connection is closed (RFC 9112, section 6.3).
        """
        super().handle_events()
        names = {name for name, _ in self.headers or ()}
        if {b"content-length", b"transfer-encoding"} <= names and CLOSE_HEADER not in self.headers:
            self.headers.append(CLOSE_HEADER)

    def on_response_complete(self) -> None:
        """An answer is out; the next header may already have begun."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._at_ease()
        super().connection_lost(exc)

    @property
    def _owes(self) -> bool:
        """Whether a part of a request is still to come."""
        return not self.transport.is_closing() and self.conn.their_state in {h11.IDLE, h11.SEND_BODY}

    def _watch(self) -> None:
        """Between two requests uvicorn's own timer runs; it ends with the first byte of the next."""
        if self.conn.their_state is not h11.IDLE or self.timeout_keep_alive_task is not None:
            self._at_ease()
        elif self._late is None:
            self._late = self.loop.call_later(HEADER, self._give_up)

    def _at_ease(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        self.transport.abort()
