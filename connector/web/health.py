"""`/healthz`: does the process turn, should it be restarted? `/readyz`: does it keep leads in step, and if not, why?

A pause is no reason, since somebody wished it: the answer stays as it was, and `paused` tells it.
"""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from connector.alerts import Limits
from connector.core.model import Micros
from connector.report.words import instant
from connector.vitals import Board, alive, unready

FRESH = {"Cache-Control": "no-store"}


def routes(board: Board, limits: Limits, clock: Callable[[], Micros]) -> Sequence[BaseRoute]:
    """Both, for GET and HEAD. They look at the board only: they answer while the worker or the disk is stuck."""

    async def healthz(request: Request) -> Response:
        turns = alive(board.vitals, clock())
        return JSONResponse({"alive": turns}, 200 if turns else 503, headers=FRESH)

    async def readyz(request: Request) -> Response:
        vitals = board.vitals
        reasons = unready(vitals, clock(), limits.stale)
        content = {
            "ready": not reasons,
            "reasons": reasons,
            "paused": vitals.paused is not None,
            "last_success": instant(vitals.success),
            "next_poll": instant(vitals.due),
            "cycle": vitals.cycle,
        }
        return JSONResponse(content, 503 if reasons else 200, headers=FRESH)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
