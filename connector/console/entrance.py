"""Coming in and going out: the only pages for somebody who is not known."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from connector.console.desk import ROOT, Desk, html
from connector.console.door import Door, NotIn, Ticket, TooManyTries, fresh
from connector.pause import named
from connector.report.words import plain

COMPANY = f"{ROOT}/login/company"
BACK = f"{COMPANY}/back"
"""Where the company's login sends people back to."""
SENT_HOME = "home"
"""Marks a browser that was sent to our own address; where that leads here by another name, a proxy changes it."""
TICKET, TICKET_SECONDS = "connector_console_ticket", 600
"""The one cookie that comes along from elsewhere; it opens nothing by itself."""

Answered = tuple[Response, str | None]


@dataclass(frozen=True, slots=True)
class Knock:
    """A request of somebody who may not be known: from which browser and client, and what they bring along.

    `unnamed` is the address of what seems to be a proxy that we were not told of, "" for none.
    """

    desk: Desk
    door: Door
    token: str
    form: Map[str, str]
    query: Map[str, str]
    host: str
    ticket: str
    client: str
    unnamed: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """A page that needs no login. It answers with the token that the browser gets (None: it keeps what it has)."""

    answer: Callable[[Knock], Answered]


def _login(knock: Knock) -> Answered:
    if knock.door.user(knock.token) is not None:
        return RedirectResponse(ROOT, 303), None
    return _asking(knock), knock.token


def _enter(knock: Knock) -> Answered:
    form, say = knock.form, knock.desk.say
    name = named(form.get("name", ""))
    if not name or not form.get("password"):
        wrong = "password" if name else "name"
        return _asking(knock, 422, "Give your name and the password.", name, wrong), None
    if knock.unnamed and knock.door.wonders():
        say(
            f"warning: a login came through {plain(knock.unnamed)}; if that is a proxy of yours, name it in "
            "CONNECTOR_CONSOLE_PROXIES: everybody behind it counts as one when passwords are wrong",
            event="warning",
        )
    try:
        made = knock.door.enter(name, form["password"], knock.client)
    except TooManyTries as wait:
        response = _asking(knock, 429, wait.told, name)
        response.headers["Retry-After"] = str(wait.seconds)
        return response, None
    if made is None:
        say("console: a wrong password", event="console", did="a wrong password")
        return _asking(knock, 403, "This password is wrong.", name, "password"), None
    say(f"console: logged in, by {plain(name, 80)}", event="console", by=name, did="logged in")
    return RedirectResponse(ROOT, 303), made


def _to_company(knock: Knock) -> Answered:
    """To the company's login; by way of our own address, since the ticket comes back to that one."""
    company = knock.door.elsewhere
    if company is None:
        return RedirectResponse(f"{ROOT}/login", 303), None
    ticket = Ticket.new()
    try:
        if _called(knock.host) != _called(urlsplit(company.home).netloc):
            if SENT_HOME in knock.query:
                raise NotIn("This page was reached by another name than its own: tell whoever runs it.", "another Host")
            return RedirectResponse(f"{company.home}{COMPANY}?{SENT_HOME}", 303), None
        response = RedirectResponse(company.address(ticket), 303)
    except NotIn as refused:
        return _not_in(knock, refused), None
    response.set_cookie(
        TICKET, str(ticket), TICKET_SECONDS, path=COMPANY, httponly=True, samesite="lax", secure=knock.door.is_https
    )
    return response, None


def _called(host: str) -> str:
    """A host as browsers write it, however somebody wrote it into a setting."""
    return host.lower().removesuffix(":443")


def _from_company(knock: Knock) -> Answered:
    """Back from the company's login. The page goes on by itself: a redirect would still come from elsewhere."""
    company, ticket = knock.door.elsewhere, Ticket.read(knock.ticket)
    if company is None:
        return RedirectResponse(f"{ROOT}/login", 303), None
    try:
        if ticket is None:
            raise NotIn("This login was begun in another browser, or too long ago. Begin it again.", "no ticket")
        user = company.user(ticket, knock.query)
    except NotIn as refused:
        response, token = _not_in(knock, refused), None
    else:
        did = "logged in through the company"
        knock.desk.say(f"console: {did}, by {plain(user.name, 80)}", event="console", by=user.name, did=did)
        response, token = html("arrived.html"), knock.door.admit(user)
    response.delete_cookie(TICKET, path=COMPANY, httponly=True, samesite="lax", secure=knock.door.is_https)
    return response, token


def _not_in(knock: Knock, refused: NotIn) -> Response:
    did = f"nobody was let in through the company: {refused.reason}"
    knock.desk.say(f"console: {did}", event="console", did=did)
    return html("not_in.html", refused.status, problem=refused.text)


def _leave(knock: Knock) -> Answered:
    knock.door.leave(knock.token)
    return RedirectResponse(f"{ROOT}/login" if knock.door.guarded else ROOT, 303), fresh()


def _asking(knock: Knock, status: int = 200, problem: str = "", name: str = "", wrong: str = "") -> Response:
    """The page of the login; `wrong` is the field that a problem is about."""
    return html(
        "login.html",
        status,
        csrf=knock.door.form_token(knock.token),
        problem=problem,
        name=name,
        wrong=wrong,
        company=knock.door.elsewhere is not None,
        passwords=knock.door.takes_passwords,
    )


login, enter, leave = Entrance(_login), Entrance(_enter), Entrance(_leave)
to_company, from_company = Entrance(_to_company), Entrance(_from_company)
