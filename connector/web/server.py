"""The web server in a thread of its own: the job goes on whatever becomes of it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from connector.errors import Misconfigured
from connector.forms import host_and_port
from connector.web.lines import MOST, Line

LEAVE = 2.0
"""Seconds that open requests have to end."""


@contextmanager
def served(app: Starlette, listen: str) -> Iterator[str]:
    """Serve the app at host:port (port 0: any free one) while the block runs; its address.

    Raises `Misconfigured` where nobody can listen there.
    """
    with _listening(listen) as listener:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # a path may hold a secret
            server_header=False,
            date_header=True,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=int(LEAVE),
            http=Line,
            ws="none",
            lifespan="off",
            proxy_headers=False,
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listener],), name="web", daemon=True)
        thread.start()
        try:
            host, port = listener.getsockname()[:2]
            yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join(LEAVE + 1)


def _listening(listen: str) -> socket.socket:
    host, port = host_and_port(listen)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=MOST)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a kept connection waits 40 ms an answer
        return listener
    except OSError as error:
        reason = error.strerror or "it is no address of this machine"
        raise Misconfigured(
            f"CONNECTOR_LISTEN: nobody can listen at {listen} ({reason}); give another port, or an address of this "
            "machine."
        ) from None
