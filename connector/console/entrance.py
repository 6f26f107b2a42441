"""Coming in and going out: the only pages for somebody who is not known."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from connector.console.desk import ROOT, Desk, html
from connector.console.door import Door, TooManyTries, fresh
from connector.pause import named
from connector.report.words import plain

Answered = tuple[Response, str | None]


@dataclass(frozen=True, slots=True)
class Entrance:
    """A page that needs no login. It answers with the token that the browser gets (None: it keeps what it has)."""

    answer: Callable[[Desk, Door, str, Map[str, str]], Answered]


def _login(desk: Desk, door: Door, token: str, form: Map[str, str]) -> Answered:
    if door.user(token) is not None:
        return RedirectResponse(ROOT, 303), None
    return _asking(door, token), token


def _enter(desk: Desk, door: Door, token: str, form: Map[str, str]) -> Answered:
    name = named(form.get("name", ""))
    if not name or not form.get("password"):
        return _asking(door, token, 422, "Give your name and the password.", name), None
    try:
        made = door.enter(name, form["password"])
    except TooManyTries:
        return _asking(door, token, 429, "Too many wrong passwords: wait a minute, then try again.", name), None
    if made is None:
        desk.say("console: a wrong password", event="console", did="a wrong password")
        return _asking(door, token, 403, "This password is wrong.", name), None
    desk.say(f"console: logged in, by {plain(name, 80)}", event="console", by=name, did="logged in")
    return RedirectResponse(ROOT, 303), made


def _leave(desk: Desk, door: Door, token: str, form: Map[str, str]) -> Answered:
    door.leave(token)
    return RedirectResponse(f"{ROOT}/login" if door.guarded else ROOT, 303), fresh()


def _asking(door: Door, token: str, status: int = 200, problem: str = "", name: str = "") -> Response:
    return html("login.html", status, csrf=door.form_token(token), problem=problem, name=name)


login, enter, leave = Entrance(_login), Entrance(_enter), Entrance(_leave)
