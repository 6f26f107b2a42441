"""The routes of the console, and what stands before each of them: a login, a role, a token of this browser.

A page that changes something is a POST, and only a form of ours may send it: its `Origin` is this host, and it brings
the token of the browser that it was made for. Whoever is not known changes nothing and sees nothing but the login.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connector.console import entrance, lead_pages, match_pages, overview_pages, plan_pages, waiting_pages
from connector.console.clients import client_of, is_proxy
from connector.console.desk import ROOT, Desk, Visit, html
from connector.console.door import Door, fresh
from connector.errors import Busy, ConnectorError, LedgerFailed, Misconfigured, mistake
from connector.forms import is_loopback
from connector.web.body import read_body

COOKIE, GUEST = "connector_console", "connector_console_guest"
"""A session, and a browser without one: a link from elsewhere comes without cookies, and must not end a session."""
STRICT = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # no-referrer would blank the Origin of our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Nothing is loaded from elsewhere, framed, or kept by a browser or a proxy."""
PASSED_ON = frozenset({"forwarded", "x-real-ip", "via"})
"""Headers by which a proxy tells that it passes somebody's request on, besides X-Forwarded-."""
NO_LEDGER = "The ledger cannot be read or written. It is what the connector remembers. Tell whoever runs the connector."
STATIC = {"console.css": "text/css", "icon.svg": "image/svg+xml"}

ELSE = f"{ROOT}/{{rest:path}}"
"""Everything below the root that is no page."""

View = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A path below the root, what shows it, and what its form does. Only an operator may send the form."""

    path: str
    show: View | None = None
    act: View | None = None


PAGES = (
    Page("", overview_pages.overview),
    Page("/pause", act=overview_pages.pause),
    Page("/resume", act=overview_pages.resume),
    Page("/sync", act=overview_pages.sync_now),
    Page("/parked", waiting_pages.parked_list),
    Page("/parked/retry", act=waiting_pages.retry),
    Page("/parked/ignore", act=waiting_pages.ignore),
    Page("/matches", match_pages.matches_list),
    Page("/match", match_pages.match),
    Page("/matches/same", act=match_pages.same),
    Page("/matches/different", act=match_pages.different),
    Page("/matches/leave", act=match_pages.leave),
    Page("/matches/take-back", act=match_pages.take_back),
    Page("/duplicates", match_pages.duplicates, match_pages.look_for_duplicates),
    Page("/leads", lead_pages.leads_list),
    Page("/lead", lead_pages.lead),
    Page("/lead/unlink", lead_pages.asked, lead_pages.unlink),
    Page("/mapping", lead_pages.mapping_table),
    Page("/preview", plan_pages.plan, plan_pages.make),
    Page("/preview/backfill", act=plan_pages.backfill),
    Page("/preview/let-through", act=plan_pages.let_through),
)


def routes(desk: Desk, door: Door) -> Sequence[BaseRoute]:
    """Every page, the login, and the two files that pages load."""
    made: list[BaseRoute] = [
        Route(f"{ROOT}/login", _answering(desk, door, entrance.login), methods=["GET"]),
        Route(f"{ROOT}/login", _answering(desk, door, entrance.enter), methods=["POST"]),
        Route(f"{ROOT}/logout", _answering(desk, door, entrance.leave), methods=["POST"]),
        Route(entrance.COMPANY, _answering(desk, door, entrance.to_company), methods=["GET"]),
        Route(entrance.BACK, _answering(desk, door, entrance.from_company), methods=["GET"]),
    ]
    for page in PAGES:
        if page.show is not None:
            made.append(Route(f"{ROOT}{page.path}", _answering(desk, door, page.show), methods=["GET"]))
        if page.act is not None:
            made.append(Route(f"{ROOT}{page.path}", _answering(desk, door, page.act), methods=["POST"]))
    made += [Route(f"{ROOT}/static/{name}", _file(name, kind), methods=["GET"]) for name, kind in STATIC.items()]
    made.append(Route(ELSE, _answering(desk, door, _nowhere), methods=["GET"]))
    return made


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    content = (files("connector.console") / "static" / name).read_bytes()

    async def serve(request: Request) -> Response:
        return Response(content, media_type=kind, headers=STRICT)

    return serve


def _answering(desk: Desk, door: Door, view: View | entrance.Entrance) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        response, token = await _answer(desk, door, view, request)
        response.headers.update(STRICT)
        if token is not None:
            # Origin tells how the browser came here, also through a proxy that ends TLS
            secure = door.is_https or request.headers.get("origin", "").startswith("https://")
            name = COOKIE if door.guarded and door.user(token) is not None else GUEST
            response.set_cookie(name, token, path=ROOT, httponly=True, samesite="strict", secure=secure)
        return response

    return answer


async def _answer(
    desk: Desk, door: Door, view: View | entrance.Entrance, request: Request
) -> tuple[Response, str | None]:
    """The answer, and the token that the browser gets with it (None: it keeps what it has)."""
    if not door.guarded and not _is_here(request):
        raise HTTPException(404)
    known = request.cookies.get(COOKIE) or request.cookies.get(GUEST, "")
    token = known or fresh()
    user = door.user(token)
    entering = isinstance(view, entrance.Entrance)
    form: dict[str, str] = {}
    if request.method == "POST":
        body = await read_body(request) if _from_here(request) else None
        form = dict(parse_qsl((body or b"").decode("utf-8", "replace"), keep_blank_values=True))
        if not door.is_ours(known, form.pop("token", "")):
            return _refused(
                "This form is not valid any more. Go back, load the page again, and send it once more."
            ), None
        if not entering and user is None:
            return _refused(
                "You are not logged in any more. Log in, and do it once more.", "/login", "To the login"
            ), None
        if not entering and user is not None and not user.decides:
            return _refused("You may only look."), None
    if isinstance(view, entrance.Entrance):
        ticket, host = request.cookies.get(entrance.TICKET, ""), request.headers.get("host", "")
        query = dict(request.query_params)
        peer, passed_on = request.client.host if request.client else "", request.headers.getlist("x-forwarded-for")
        client, unnamed = client_of(peer, passed_on, door.proxies), passed_on and not is_proxy(peer, door.proxies)
        knock = entrance.Knock(desk, door, token, form, query, host, ticket, client, peer if unnamed else "")
        return await run_in_threadpool(view.answer, knock)
    if user is None:
        return RedirectResponse(f"{ROOT}/login", 303), None
    visit = Visit(desk, door, user, token, request.scope["path"], dict(request.query_params), form)
    return await run_in_threadpool(_shown, view, visit), None if known else token


def _shown(view: View, visit: Visit) -> Response:
    """The page, or what kept it from being shown."""
    try:
        return view(visit)
    except ConnectorError as error:
        status = 409 if isinstance(error, Misconfigured | Busy) else 503
        problem, detail = (NO_LEDGER, error.here) if isinstance(error, LedgerFailed) else (error.here, "")
        return visit.page("problem.html", status, problem=problem, detail=detail)
    except Exception as error:  # noqa: BLE001 - told to whoever looks after the job; the next page is shown
        text = mistake(error)
        visit.desk.say(f"console: {visit.path}: {text}", event="problem")
        return visit.page("problem.html", 500, problem=f"This is {text}. Tell whoever runs the connector.")


def _refused(text: str, way: str = "", called: str = "To the overview") -> Response:
    return html("refused.html", 403, problem=text, way=way, called=called)


def _nowhere(visit: Visit) -> Response:
    """What is there instead of a page that is not: the one that was meant, or the way back."""
    if visit.path.endswith("/"):
        return RedirectResponse(visit.path.rstrip("/"), 303)
    return visit.page("lost.html", 404)


def _from_here(request: Request) -> bool:
    """Whether a page of this host sends the form. A browser says so with every POST."""
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    site = request.headers.get("sec-fetch-site", "same-origin")
    try:
        return bool(host) and urlsplit(origin).netloc == host and site == "same-origin"
    except ValueError:
        return False


def _is_here(request: Request) -> bool:
    """Whether the browser calls this machine by a name of its own; another name may be anybody's, told to lead here.

    What came through a proxy may be anybody's too, and a proxy may write a name of this machine over theirs.
    """
    if any(name in PASSED_ON or name.startswith("x-forwarded-") for name in request.headers):
        return False
    try:
        return is_loopback(urlsplit(f"//{request.headers.get('host', '')}").hostname or "")
    except ValueError:
        return False
