"""Who comes into the console, and what nobody can do from elsewhere: every page and every form, over real HTTP."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from connector.console.app import ELSE, routes
from connector.console.desk import Desk
from connector.console.entrance import BACK, COMPANY
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND
from connector.pause import MARK
from tests.hosted.console import (
    PASSWORD,
    VIEWERS,
    Browser,
    Clock,
    Consoled,
    consoled,
    token_of,
)
from tests.hosted.visits import ACTED, FORM, SHOWN, inside, it, ledger_of, running

__all__ = ["it", "running"]


@pytest.mark.parametrize("path", SHOWN)
def test_whoever_is_not_logged_in_sees_the_login_and_nothing_else(it: Consoled, path: str) -> None:
    """A redirect without a word about leads."""
    answer = it.browser().get(path)
    assert (answer.status, answer.headers["location"], answer.text) == (303, "/console/login", "")


def test_a_password_lets_in_and_a_wrong_one_does_not(it: Consoled) -> None:
    """The name stands on each page from then on; the log knows both."""
    browser = it.browser()
    wrong = browser.login("four words of yours")
    assert (wrong.status, "This password is wrong." in wrong.text) == (403, True)
    assert re.search(r'id="password"[^>]*aria-describedby="problem" aria-invalid="true" autofocus', wrong.text)
    assert wrong.text.count("aria-invalid") == 1
    assert browser.get("/console").status == 303
    assert browser.login(name="  Ann \n Example ").status == 303
    assert "Ann Example" in browser.get("/console").text
    assert [fact["did"] for fact in it.said] == ["a wrong password", "logged in"]
    assert it.said[-1]["by"] == "Ann Example"


def test_a_name_is_needed_since_decisions_carry_it(it: Consoled) -> None:
    """A blank one is asked for again."""
    answer = it.browser().login(name="   ")
    assert answer.status == 422
    assert re.search(r'id="name"[^>]*aria-describedby="problem name-why" aria-invalid="true" autofocus', answer.text)


def test_guessing_passwords_is_slow(tmp_path: Path) -> None:
    """After ten wrong ones the right one waits a minute, too; who is inside stays inside."""
    clock = Clock()
    with consoled(tmp_path, clock=clock) as it:
        known, guesser = inside(it), it.browser()
        assert [guesser.login(f"guess number {each}").status for each in range(10)] == [403] * 10
        assert guesser.login().status == 429
        assert known.get("/console").status == 200
        clock.ahead = 61 * SECOND
        assert guesser.login().status == 303


def test_the_cookie_is_for_this_site_alone_and_for_no_script(it: Consoled) -> None:
    """HttpOnly, SameSite=Strict, below the console; Secure where the browser came by TLS; and new at every login."""
    browser = it.browser()
    browser.get("/console/login")
    guest = dict(browser.cookies)
    cookie = browser.login().headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/console"):
        assert part in cookie
    assert "Secure" not in cookie
    assert browser.cookies["connector_console"] not in guest.values()
    host = it.address.removeprefix("http://")
    behind = it.browser()
    token = token_of(behind.get("/console/login").text)
    form = {"token": token, "name": "Ann", "password": PASSWORD}
    assert "Secure" in behind.post("/console/login", form, Origin=f"https://{host}").headers["set-cookie"]


def test_a_session_ends_by_itself_and_by_logging_out(tmp_path: Path) -> None:
    """Two hours without a request, twelve hours in all, or at once; the old cookie is worth nothing then."""
    clock = Clock()
    with consoled(tmp_path, clock=clock) as it:
        browser = inside(it)
        clock.ahead += 2 * 3600 * SECOND - SECOND
        assert browser.get("/console").status == 200
        clock.ahead += 2 * 3600 * SECOND + SECOND
        assert browser.get("/console").status == 303
        browser = inside(it)
        for _ in range(12):
            clock.ahead += 3600 * SECOND + SECOND
            last = browser.get("/console").status
        assert last == 303
        browser = inside(it)
        old = Browser(it.address, dict(browser.cookies))
        assert browser.submit("/console", "/console/logout").status == 303
        assert old.get("/console").status == 303


# what nobody can do from elsewhere


def test_every_form_of_the_console_is_tried_below() -> None:
    """A page that is added later is in these lists by itself."""
    assert len(ACTED) >= 10


def test_no_path_is_served_that_these_tests_do_not_try() -> None:
    """A route that is added beside the pages is seen here; those of the company's login are tried with it."""
    nobody: Any = None
    served = {
        (method, route.path)
        for route in routes(nobody, nobody)
        if isinstance(route, Route)
        for method in route.methods or ()
        if method != "HEAD" and not route.path.startswith("/console/static/")
    }
    entrances = {("GET", "/console/login"), ("POST", "/console/login"), ("POST", "/console/logout")}
    company = {("GET", COMPANY), ("GET", BACK)}
    pages = {("GET", path) for path in SHOWN} | {("POST", path) for path in ACTED}
    assert served == entrances | company | pages | {("GET", ELSE)}


@pytest.mark.parametrize(
    "who", ["nobody", "viewer", "no token", "another's token", "no origin", "another site", "null"]
)
def test_nobody_else_changes_anything(running: Consoled, who: str) -> None:
    """Without a login or a right, or from another site, no form of any page changes the ledger or asks for anything."""
    mine = inside(running, VIEWERS if who == "viewer" else PASSWORD)
    token = token_of(mine.get("/console").text)
    browser, headers = mine, {}
    match who:
        case "nobody":
            browser = running.browser()
            token = token_of(browser.get("/console/login").text)
        case "no token":
            token = ""
        case "another's token":
            token = token_of(inside(running).get("/console").text)
        case "no origin":
            headers = {"Origin": ""}
        case "another site":
            headers = {"Origin": "https://elsewhere.example"}
        case "null":
            headers = {"Origin": "null"}
    before, said = ledger_of(running), len(running.said)
    for path in ACTED:
        assert browser.post(path, {**FORM, "token": token}, **headers).status == 403, path
    assert ledger_of(running) == before
    assert (running.woken, running.errands.current, len(running.said)) == ([], None, said)


def test_a_browser_that_says_another_site_sends_is_believed(running: Consoled) -> None:
    """Sec-Fetch-Site goes before an Origin that fits."""
    browser = inside(running)
    token = token_of(browser.get("/console").text)
    assert browser.post("/console/pause", {"token": token}, Sec_Fetch_Site="cross-site").status == 403
    assert running.mark(MARK) == ""


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//[x]", "http://[v1.x]:1", "http://a]b"])
def test_an_origin_that_is_no_address_is_refused_like_any_foreign_one(running: Consoled, origin: str) -> None:
    """Logged in or not: it is no mistake of ours, and nothing is changed."""
    for browser in (running.browser(), inside(running)):
        page = browser.get("/console/login" if not browser.cookies else "/console")
        for path in ("/console/login", "/console/pause"):
            assert browser.post(path, {"token": token_of(page.text)}, Origin=origin).status == 403
    assert running.mark(MARK) == ""


@pytest.mark.parametrize("host", ["[", "[::1", "a]b"])
def test_a_host_that_is_no_address_is_no_mistake_of_ours(tmp_path: Path, host: str) -> None:
    """It leads nowhere without a login, and names nothing with one."""
    with consoled(tmp_path) as it:
        assert inside(it).get("/console/parked", Host=host).status == 200
    with consoled(tmp_path, guarded=False) as it:
        assert it.browser().get("/console", Host=host).status == 404


def test_an_address_with_a_slash_at_its_end_leads_to_its_page(it: Consoled) -> None:
    """People type it; to this host alone, and first to the login for whoever is not known."""
    assert it.browser().get("/console/").headers["location"] == "/console/login"
    browser = inside(it)
    for path, meant in (
        ("/console/", "/console"),
        ("/console/parked/", "/console/parked"),
        ("/console///", "/console"),
    ):
        answer = browser.get(path)
        assert (answer.status, answer.headers["location"]) == (303, meant)
    assert browser.get("/console//elsewhere.example/").headers["location"].startswith("/console/")


def test_an_unknown_page_is_a_page_with_the_way_back(it: Consoled) -> None:
    """With the frame of the others; whoever is not logged in is not told which pages there are."""
    assert it.browser().get("/console/nothing").headers["location"] == "/console/login"
    answer = inside(it).get("/console/nothing/at?all=1")
    assert answer.status == 404
    assert "There is no such page" in answer.text
    for link in ("/console", "/console/parked", "/console/preview"):
        assert f'href="{link}"' in answer.text
    assert "Ann Example" in answer.text


def test_a_mistake_of_ours_is_a_page_too_and_told_to_the_log(it: Consoled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its kind and where it was made, and none of its own words; the next page is shown."""

    def broken(self: Desk) -> Mapping:
        raise ZeroDivisionError("Kim@example.com")

    browser = inside(it)
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "in_force", broken)
        answer = browser.get("/console/mapping")
    assert answer.status == 500
    assert "a mistake of ours (ZeroDivisionError in" in answer.text
    assert 'href="/console/parked"' in answer.text
    assert answer.headers["x-frame-options"] == "DENY"
    assert next(str(fact["text"]) for fact in it.said if fact["event"] == "problem").startswith("console: /console/map")
    assert "Kim@" not in f"{answer.text} {it.said}"
    assert browser.get("/console/mapping").status == 200


def test_what_is_not_there_is_as_closed_as_the_pages(running: Consoled) -> None:
    """Unknown pages of the console and of the job, other methods, and for whoever is not logged in."""
    for browser in (running.browser(), inside(running)):
        asked = [
            browser.get("/console/nothing"),
            browser.get("/nothing"),
            browser.post("/console/nothing", {}),
            browser.send("PUT", "/console/pause", b""),
            browser.send("OPTIONS", "/console", None),
        ]
        assert {answer.status for answer in asked} <= {303, 404}
        for answer in asked:
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_form_of_a_session_that_ran_out_leads_to_the_login(tmp_path: Path) -> None:
    """It says that nothing was changed; who may only look is told so, and not to log in."""
    clock = Clock()
    with consoled(tmp_path, clock=clock) as it:
        browser, viewer = inside(it), inside(it, VIEWERS)
        looked = viewer.submit("/console", "/console/pause")
        assert (looked.status, "You may only look." in looked.text, "/login" in looked.text) == (403, True, False)
        token = token_of(browser.get("/console").text)
        clock.ahead += 3 * 3600 * SECOND
        answer = browser.post("/console/pause", {"token": token})
        assert answer.status == 403
        assert "You are not logged in any more" in answer.text
        assert 'href="/console/login"' in answer.text
        assert it.mark(MARK) == ""
        assert browser.login().status == 303


def test_a_get_of_a_form_changes_nothing(running: Consoled) -> None:
    """Nor does any other method: there is no such page."""
    browser = inside(running)
    for path in ACTED:
        if path not in SHOWN:
            assert browser.get(path).status == 404, path


def test_nothing_is_loaded_framed_or_kept(running: Consoled) -> None:
    """Each answer says so, errors included, and no page names another host."""
    browser = inside(running)
    for path in [*SHOWN, "/console/login", "/console/static/console.css", "/console/lead?id=nobody"]:
        answer = browser.get(path)
        assert answer.headers["cache-control"] == "no-store", path
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.findall(r"(?:src|href|action)=\"(?:https?:)?//", answer.text), path
        assert "style=" not in answer.text
        assert "<script" not in answer.text


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"])
def test_without_a_login_nobody_comes_through_a_proxy_of_this_machine(tmp_path: Path, name: str) -> None:
    """It may write its own Host, as nginx does unless told otherwise; with a password everybody may come that way."""
    told = {name.replace("-", "_"): "203.0.113.9"}
    with consoled(tmp_path, guarded=False) as it:
        assert it.browser().get("/console").status == 200
        assert it.browser().get("/console", **told).status == 404
        assert it.browser().post("/console/pause", {}, **told).status == 404
    with consoled(tmp_path) as it:
        assert it.browser().get("/console/login", **told).status == 200


def test_without_a_login_only_names_of_this_machine_lead_here(tmp_path: Path) -> None:
    """Another site that has its name lead to this machine finds nothing; forms are tied to the browser all the same."""
    with consoled(tmp_path, guarded=False) as it:
        browser = it.browser()
        assert "Waiting for the first backfill" in browser.get("/console").text
        assert browser.get("/console", Host="rebound.example").status == 404
        assert browser.get("/console", Host="127.0.0.1.rebound.example").status == 404
        assert browser.post("/console/pause", {}).status == 403
        assert browser.submit("/console", "/console/pause").status == 303
        assert "somebody at this machine" in it.mark(MARK)
