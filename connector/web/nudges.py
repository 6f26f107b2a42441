"""`POST /nudge/operate` and `/nudge/salesforce`: an outbound message of a CRM that says "poll now", and no more.

What a message says of a lead is not read, let alone believed: the poll reads the CRM itself. The secret comes in a
header, as the last part of the path, or as HMAC-SHA256 of the body. Whoever does not know it learns nothing, not even
that there is something.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from xml.parsers import expat

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from connector.core.model import Side
from connector.web.body import read_body

SECRET, SIGNATURE = "x-nudge-secret", "x-nudge-signature"
OUTBOUND = "http://soap.sforce.com/2005/09/outbound"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
ACK = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}"><soapenv:Body>'
    f'<notificationsResponse xmlns="{OUTBOUND}"><Ack>true</Ack></notificationsResponse>'
    "</soapenv:Body></soapenv:Envelope>"
)
"""What Salesforce waits for; else it sends again for a day (SOAP API Developer Guide, "Outbound Messaging")."""


def routes(nudge: Callable[[Side], None], strange: Callable[[], None], secrets: Sequence[str]) -> Sequence[BaseRoute]:
    """A path for each side, with and without a secret in it. `nudge` must return at once; `strange` hears of others."""
    return [
        Route(f"/nudge/{side}{secret}", _taking(side, nudge, strange, secrets), methods=["POST"])
        for side in Side
        for secret in ("", "/{secret}")
    ]


def _taking(
    side: Side, nudge: Callable[[Side], None], strange: Callable[[], None], secrets: Sequence[str]
) -> Callable[..., Awaitable[Response]]:
    def nothing_here() -> HTTPException:
        strange()
        return HTTPException(404)  # the app answers as for any other path that is not there

    async def take(request: Request) -> Response:
        if not _may_know(request, secrets):
            raise nothing_here()
        body = await read_body(request)
        if body is None:  # whoever signs a body that is not read to its end is not known
            raise HTTPException(413) if _knows(request, secrets) else nothing_here()
        if not _knows(request, secrets) and not _signed(request, secrets, body):
            raise nothing_here()
        xml = side is Side.SALESFORCE and body.lstrip()[:1] == b"<"
        if xml and not outbound_message(body):
            raise HTTPException(400)
        nudge(side)
        return Response(ACK, media_type="text/xml") if xml else JSONResponse({"ok": True})

    return take


def _may_know(request: Request, secrets: Sequence[str]) -> bool:
    """Whether it is worth reading the message: nobody else's is read."""
    return _knows(request, secrets) or bool(secrets and request.headers.get(SIGNATURE))


def _knows(request: Request, secrets: Sequence[str]) -> bool:
    """Whether a header or the path holds a secret."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    offered = (request.headers.get(SECRET, ""), bearer, request.path_params.get("secret", ""))
    return any([_same(each, secret) for each in offered for secret in secrets])  # noqa: C419 - all of them, always


def _signed(request: Request, secrets: Sequence[str], body: bytes) -> bool:
    offered = request.headers.get(SIGNATURE, "").removeprefix("sha256=").lower()
    signatures = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets]
    return any([_same(offered, each) for each in signatures])  # noqa: C419 - all of them, always


def _same(one: str, other: str) -> bool:
    """Compare in a time that tells nothing, neither of the letters nor of the length."""
    digests = [hashlib.sha256(each.encode("utf-8", "surrogateescape")).digest() for each in (one, other)]
    return hmac.compare_digest(*digests)


class _Known(Exception):
    """Enough was read to know; `args[0]` is what."""


def outbound_message(body: bytes) -> bool:
    """Whether this is an outbound message of Salesforce. Read as far as the tag that says so.

    A document type is refused, as SOAP does: so no entity is ever expanded and nothing is fetched.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    path: list[str] = []

    def starts(name: str, attributes: object) -> None:
        path.append(name)
        if len(path) == 3 and path[:2] == [f"{ENVELOPE} Envelope", f"{ENVELOPE} Body"]:
            raise _Known(name == f"{OUTBOUND} notifications")

    def ends(name: str) -> None:
        path.pop()

    def refused(*declared: object) -> None:
        raise _Known(False)

    parser.StartElementHandler, parser.EndElementHandler = starts, ends
    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(body, True)
    except _Known as known:
        return bool(known.args[0])
    except (expat.ExpatError, LookupError, ValueError):  # LookupError: an encoding that nobody knows
        return False
    return False
