"""The web app of the hosted job, put together from its parts; what is added later is handed over as more routes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from connector.alerts import Limits
from connector.bench import OpenLedger
from connector.core.model import Micros, Side
from connector.vitals import Board
from connector.web import health, metrics, nudges

CLOSED = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What says no is neither guessed to be something else, framed, nor kept."""


@dataclass(frozen=True, slots=True)
class Host:
    """What the app may use of the job: its board, its nudge, and the ledger, which each request opens for reading."""

    board: Board
    nudge: Callable[[Side], None]
    read_ledger: OpenLedger
    limits: Limits
    clock: Callable[[], Micros]
    secrets: tuple[str, ...] = ()
    """Secrets of the nudges; none: no nudge is taken."""


def app(host: Host, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The app; `more` routes come last."""
    routes = [
        *health.routes(host.board, host.limits, host.clock),
        *metrics.routes(host.board, host.read_ledger, host.limits, host.clock),
        *nudges.routes(host.nudge, host.board.strange, host.secrets),
        *more,
    ]
    made = Starlette(routes=routes, exception_handlers={HTTPException: _refused, Exception: _broken})
    made.router.redirect_slashes = False  # a redirect would tell that there is something
    return made


async def _refused(request: Request, error: Exception) -> Response:
    """Say no with the status alone; a wrong method is as unknown as a wrong path."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status in {404, 405}:
        return PlainTextResponse("Not Found", 404, CLOSED)
    return PlainTextResponse("", status, CLOSED)


async def _broken(request: Request, error: Exception) -> Response:
    """A mistake of ours: no traceback leaves the host."""
    return PlainTextResponse("Internal Server Error", 500, CLOSED)
