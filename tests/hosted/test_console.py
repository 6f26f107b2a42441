"""The console over real HTTP: who comes in, what each page shows, what each form does, and what nobody else can do."""

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from connector.console.app import ELSE, PAGES, routes
from connector.console.desk import Desk
from connector.console.entrance import BACK, COMPANY
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND
from connector.pause import MARK, Paused
from connector.troubles import Kind, Trouble
from connector.wiring import open_ledger, wall_clock
from tests.hosted.conftest import Answer
from tests.hosted.console import (
    PASSWORD,
    TOO_LONG,
    VIEWERS,
    Browser,
    Clock,
    Consoled,
    alike,
    consoled,
    park,
    token_of,
    values_of,
)

SHOWN = [f"/console{page.path}" for page in PAGES if page.show is not None]
ACTED = [f"/console{page.path}" for page in PAGES if page.act is not None]
FORM = {
    "item": "L1",
    "link": "L1",
    "one": "operate:1",
    "other": "salesforce:1",
    "review": "operate:1",
    "candidate": "salesforce:1",
    "mode": "full",
    "plan": "1",
    "looked": "yes",
    "leads": "5",
}


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Consoled]:
    """A console with a login, over a pair that was never linked."""
    with consoled(tmp_path) as made:
        yield made


@pytest.fixture
def running(it: Consoled) -> Consoled:
    """A console with a login, over a pair whose first backfill is done."""
    it.backfill()
    return it


def ledger_of(it: Consoled) -> list[str]:
    """Everything that the ledger holds."""
    with sqlite3.connect(it.settings.ledger_path) as base:
        return list(base.iterdump())


def linked(it: Consoled) -> dict[str, dict[str, object]]:
    """The leads of Salesforce that have a counterpart."""
    return {i: row for i, row in it.sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"]}


def inside(it: Consoled, password: str = PASSWORD) -> Browser:
    """Somebody who is logged in."""
    browser = it.browser()
    assert browser.login(password).status == 303
    return browser


# coming in


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


# the overview


def test_the_overview_says_in_a_sentence_how_it_is(running: Consoled) -> None:
    """Well, paused, away, braked and ended; each with what to do."""
    browser = inside(running)
    assert "Leads are kept in step." in browser.get("/console").text
    for trouble, words in (
        (Trouble(Kind.OUTAGE, "salesforce does not answer", 1), "Salesforce cannot be reached."),
        (Trouble(Kind.OUTAGE, "away: operate could not be read: Operate: no answer", 1), "Operate cannot be reached."),
        (Trouble(Kind.OUTAGE, "away: salesforce: x; operate: y", 1), "Salesforce and Operate cannot be reached."),
        (Trouble(Kind.OUTAGE, "the network is down", 1), "A CRM cannot be reached."),
        (Trouble(Kind.REFUSED, "nobody can read it: salesforce: no rights", 1), "Salesforce refuses to be read"),
        (Trouble(Kind.BRAKE, "40 updates planned", 1, "updates", 40), "A brake has stopped the plan"),
        (Trouble(Kind.STOPPED, "rights <b>missing</b>", 1), "rights &lt;b&gt;missing&lt;/b&gt;"),
    ):
        running.board.change(trouble=trouble)
        assert words in browser.get("/console").text
    running.board.change(trouble=Trouble(Kind.BRAKE, "`connector sync`", 1, "updates", 40, "let 40 through once"))
    page = browser.get("/console").text
    assert "let 40 through once" in page
    assert "connector sync" not in page + browser.get("/console/preview").text
    running.board.change(trouble=None, beat=1, due=1)
    assert "does not work any more" in browser.get("/console").text


def test_the_overview_draws_what_the_last_cycles_did(running: Consoled) -> None:
    """Bars and the same in words, and the cycles in a table."""
    running.sync()
    running.sync()
    page = inside(running).get("/console").text
    assert page.count("<svg") == 3
    assert "an edit waited" in page
    assert re.search(r"The last 2 cycles wrote \d+ in Salesforce and \d+ in Operate", page)
    assert "1,000 of 100,000 used in 24 hours, 10 of them by the connector." in page
    assert "1 (backfill)" in page


def test_what_took_less_than_a_second_is_told_in_tenths_and_one_cycle_is_not_called_cycles(running: Consoled) -> None:
    """A bar that can be seen is not said to be 0 s; the first and the last moment stand below it."""
    running.sync()
    browser = inside(running)
    page = browser.get("/console").text
    assert re.search(r"The last cycle wrote \d+ in Salesforce and \d+ in Operate\.", page)
    running.sync()
    page = browser.get("/console").text
    assert re.search(r"In the last cycle an edit waited [0-9.]+ s at most\.", page)
    assert "waited 0 s" not in page
    running.sync()
    page = browser.get("/console").text
    assert re.search(r"In the last 2 cycles an edit waited [0-9.]+ s at most, in half of them [0-9.]+ s\.", page)
    assert re.search(r"<time[^>]*>[^<]*</time> \(left\) to <time[^>]*>[^<]*</time> UTC \(right\)", page)


def test_the_overview_shows_the_board_while_the_ledger_is_not_to_be_read(it: Consoled) -> None:
    """Before there is one, or when it is lost: the sentence still stands."""
    browser = inside(it)
    it.settings.ledger_path.write_text("no ledger at all")
    page = browser.get("/console")
    assert page.status == 200
    for text in (page.text, browser.get("/console/parked").text):
        assert "The ledger cannot be read" in text
        assert "Tell whoever runs the connector." in text
        words, _, details = text.partition("<summary>Details for whoever runs the connector</summary>")
        assert "SQLITE_NOTADB" in details
        assert "SQLITE_NOTADB" not in words
        assert str(it.settings.ledger_path) not in words
    assert browser.get("/console/parked").status == 503


def test_pausing_and_resuming_is_kept_and_told_with_the_name(running: Consoled) -> None:
    """The mark, the history and the log carry it, the worker is woken; the page shows it before the worker knows."""
    browser = inside(running)
    assert browser.submit("/console", "/console/pause").status == 303
    page = browser.get("/console").text
    assert "Paused by Ann Example since" in page
    assert "Paused: what is under way ends first." in page
    assert "Paused: what is under way" not in browser.get("/console").text
    running.board.change(paused=Paused(wall_clock(), "Ann Example"))
    assert browser.submit("/console", "/console/resume").status == 303
    assert running.mark(MARK) == ""
    assert running.decided() == ["paused, by Ann Example", "resumed, by Ann Example"]
    assert len(running.woken) == 2
    assert [fact["text"] for fact in running.said][-2:] == [
        "console: paused, by Ann Example",
        "console: resumed, by Ann Example",
    ]


def test_a_name_turns_no_sentence_around(running: Consoled) -> None:
    """U+202E in somebody's name would write the state backwards for everybody: it is shown, and does nothing."""
    browser = running.browser()
    browser.login(name="Ann \u202egnp.exe")
    browser.submit("/console", "/console/pause")
    page = browser.get("/console").text
    assert "\u202e" not in page
    assert "Paused by Ann \\u202egnp.exe since" in page


def test_sync_now_says_what_comes_of_it(tmp_path: Path) -> None:
    """Nothing before the first backfill, and nothing on a page that is older than somebody's pause."""
    with consoled(tmp_path, guarded=False) as it:
        ann = it.browser()
        ann.submit("/console", "/console/sync")
        assert "Nothing is read before the first backfill" in ann.get("/console").text
        it.backfill()
        token = token_of(ann.get("/console").text)
        it.browser().submit("/console", "/console/pause")
        it.woken.clear()
        ann.post("/console/sync", {"token": token})
        page = ann.get("/console").text
        assert "are read now" not in page
        assert "nothing is read until somebody presses Resume" in page
        assert it.woken == []
        assert not any("sync now" in text for text in it.decided())


def test_the_overview_loads_itself_after_sync_now_until_the_cycle_has_ended(running: Consoled) -> None:
    """A few times, or not at all where somebody does not want it; then it says what became of the wish."""
    browser = inside(running)
    where = browser.submit("/console", "/console/sync").headers["location"]
    page = browser.get(where).text
    assert "Both CRMs are read now." in page
    (following,) = re.findall(r'<meta http-equiv="refresh" content="2; url=([^"]*)">', page)
    assert "are read now" in browser.get(unescape(following)).text
    (still,) = re.findall(r'href="([^"]*)">Do not</a>', page)
    assert "http-equiv" not in browser.get(unescape(still)).text
    for _ in range(40):
        if not (found := re.findall(r'content="2; url=([^"]*)">', browser.get(unescape(following)).text)):
            break
        following = found[0]
    assert "It takes longer than usual." in browser.get(unescape(following)).text
    running.sync()
    page = browser.get(where).text
    assert "http-equiv" not in page
    assert "The cycle has ended:" in page
    for strange in ("x", "-1", "9" * 40, "1&amp;look=x"):
        assert browser.get(f"/console?since={strange}").status == 200


def test_sync_now_wakes_the_worker(running: Consoled) -> None:
    """Once, whoever asks; the history tells who."""
    assert inside(running).submit("/console", "/console/sync").status == 303
    assert len(running.woken) == 1
    assert running.decided() == ["sync now, by Ann Example"]


def test_a_viewer_sees_everything_and_no_button(running: Consoled) -> None:
    """Only the way out is a form."""
    park(running)
    alike(running)
    browser = inside(running, VIEWERS)
    asked = {"/console/match": first_match(browser), "/console/lead": "/console/lead?id=L1"}
    asked["/console/lead/unlink"] = "/console/lead/unlink?id=L1"
    for path in SHOWN:
        answer = browser.get(asked.get(path, path))
        assert answer.status == 200, path
        assert re.findall(r'method="post" action="([^"]*)"', answer.text) == ["/console/logout"], path


STRANGE = (
    "leads?q=%00", "leads?q=%25%25%25", "leads?q=" + "a" * 5000, "leads?q=%ff", "lead", "lead?id=%00",
    "lead?id=L" + "9" * 26, "lead?id=salesforce:" + "x" * 4000, "lead?id=L%D9%A1", "match", "match?id=x:y",
    "match?id=operate:%00",
    "match?id=operate:1&after=%0d%0aX:y", "parked?from=99999999", "parked?from=-1", "parked?code=%00&rule=%00",
    "parked?code=x", "preview?kind=%00&from=5", "lead/unlink", "lead/unlink?id=L" + "9" * 20, "matches?from=12345678",
)  # fmt: skip


def test_strange_queries_break_no_page(running: Consoled) -> None:
    """Ids that are none, numbers that are too large, and control characters: a page, and no header of their making."""
    browser = inside(running)
    for path in STRANGE:
        answer = browser.get(f"/console/{path}")
        assert answer.status < 500, (path, answer.status)
        assert "x" not in answer.headers, path


# what waits


def first_match(browser: Browser) -> str:
    """Where the first lead of the queue is compared."""
    found = re.search(r'href="(/console/match\?id=[^"]*)"', browser.get("/console/matches").text)
    assert found is not None
    return unescape(found[1])


def test_a_parked_value_is_shown_left_alone_and_tried_again(running: Consoled) -> None:
    """With its cause and what each side holds; the history tells who decided."""
    park(running)
    browser = inside(running)
    page = browser.get("/console/parked").text
    assert TOO_LONG in page
    assert "connector parked" not in page
    (item,) = set(values_of(page, "item"))
    assert browser.submit("/console/parked", "/console/parked/ignore", item=item).status == 303
    assert item not in values_of(browser.get("/console/parked").text, "item")
    assert item in values_of(browser.get("/console/parked?all=1").text, "item")
    assert browser.submit("/console/parked", "/console/parked/retry", item=item).status == 303
    assert "it is tried again now" in browser.get("/console/parked").text
    assert running.decided() == [
        "left alone by decision, by Ann Example",
        "to be tried again, by Ann Example",
    ]
    assert len(running.woken) == 1


@pytest.mark.parametrize("item", ["", "L999", "nonsense", "operate:<b>1</b>"])
def test_a_form_about_something_that_is_not_there_says_so(running: Consoled, item: str) -> None:
    """And nothing is changed; what was typed is escaped."""
    browser = inside(running)
    form = {"token": token_of(browser.get("/console").text), "item": item}
    answer = browser.post("/console/parked/retry", form)
    assert answer.status == 409
    assert "That did not work" in answer.text
    assert "<b>1</b>" not in answer.text
    assert running.decided() == []


def test_two_leads_are_said_to_be_the_same(running: Consoled) -> None:
    """Side by side first; the next cycle links them, and the history tells who said so."""
    here, there = alike(running)
    browser = inside(running)
    page = browser.get(first_match(browser)).text
    assert page.count("Probe Holdings") >= 2
    assert page.count("Quimby Trading") >= 2
    fields = {"review": values_of(page, "review")[0], "candidate": values_of(page, "candidate")[0]}
    form = {"token": token_of(page), **fields}
    assert browser.post("/console/matches/same", form).status == 303
    running.sync()
    assert running.sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"] == there
    assert running.decided()[-1].endswith(", by Ann Example")


def decide(browser: Browser, how: str) -> Answer:
    """Say something about the first lead of the queue and its first candidate."""
    page = browser.get(first_match(browser)).text
    form = {"review": values_of(page, "review")[0], "candidate": values_of(page, "candidate")[0]}
    return browser.post(f"/console/matches/{how}", {"token": token_of(page), **form})


def test_the_next_one_opens_after_a_decision_until_nobody_waits(running: Consoled) -> None:
    """What was decided is said in names, with the way to take it back; the log holds no name of a lead.

    Who waits because of the other is one question, and is left alone with it.
    """
    alike(running)
    alike(running, "Ida", "Probe")
    browser = inside(running)
    assert "1 of 2" in browser.get(first_match(browser)).text
    answer = decide(browser, "different")
    following = answer.headers["location"]
    assert following.startswith("/console/match?id=")
    page = browser.get(following).text
    assert re.search(r"Decided: Rosa Quimby, [^:]* and Rosa Quimby, [^:]*: are two leads", page)
    assert "Open the lead that was just decided" in page
    assert "1 of 1" in page
    assert decide(browser, "leave").headers["location"] == "/console/matches"
    page = browser.get("/console/matches").text
    assert "Nobody else waits." in page
    assert "Nobody waits for a decision." in page
    assert "Ida" not in str(running.said)
    assert len([why for why in running.decided() if why.endswith(", by Ann Example")]) == 3


def test_two_who_may_be_each_other_are_one_question(running: Consoled) -> None:
    """One entry and one of the count, from whichever of the two somebody comes; who is like one of them is another."""
    here, there = alike(running)
    browser = inside(running)
    page = browser.get("/console/matches").text
    assert "1 decision to make" in page
    assert page.count('<th scope="row"') == 1
    assert "<b>0</b> of them differ<" in browser.get("/console").text
    assert "<b>1</b> question whether two leads are one person" in browser.get("/console").text
    for named in (f"operate:{there}", f"salesforce:{here}"):
        page = browser.get(f"/console/match?id={named}").text
        assert "1 of 1" in page
        assert "Decide later" not in page
    assert page.count("no e-mail or mobile of their own agrees") == 1
    assert "likely that they are one person. They are not linked by themselves all the same" in page
    assert 'class="first"' not in page
    running.sandbox.salesforce.add({"FirstName": "Rosa", "LastName": "Quimby", "Company": "Other Ltd", "City": "York"})
    running.sync()
    assert "2 decisions to make" in browser.get("/console/matches").text


def test_a_box_that_is_ticked_or_not_is_told_in_words(running: Consoled) -> None:
    """Yes and no, beside another lead and on the page of one; a text that only looks so stays as it is."""
    here, _ = alike(running)
    running.sandbox.salesforce.edit(here, {"City": "false"})
    running.sync()
    browser = inside(running)
    page = browser.get(first_match(browser)).text
    assert re.search(r"Dead</th><td[^>]*>no</td><td[^>]*>no</td>", page)
    page = browser.get(f"/console/lead?id={here}").text
    assert re.search(r"City</th><td[^>]*>false</td>", page)
    assert re.search(r"Dead</th><td[^>]*>no</td>", page)
    assert re.search(r"Dead</th><td[^>]*>no</td><td[^>]*>no</td>", browser.get("/console/lead?id=L1").text)


def test_reasons_begin_like_sentences_and_name_what_stood_there(running: Consoled) -> None:
    """A capital letter in the table of causes, in notes and in the history."""
    park(running)
    browser = inside(running)
    page = browser.get("/console/parked").text
    overview = browser.get("/console").text
    assert "<b>1</b> of them differs, and waits for the next cycle or for a person</a>" in overview
    assert 'data-of="For example">Postcode takes 10 characters' in page
    page = browser.get("/console/lead?id=L1").text
    assert re.search(r'class="word">(Parked: postcode takes|Carried into new leads only)', page)
    assert not re.search(r'class="word">[a-z]', page)
    assert ">blank there" not in page


def test_a_decision_is_taken_back_on_the_page_of_the_lead(running: Consoled) -> None:
    """Two leads again after "different": the next cycle asks once more; what is linked has to be unlinked."""
    here, there = alike(running)
    browser = inside(running)
    assert decide(browser, "different").status == 303
    page = browser.get(f"/console/lead?id=operate:{there}").text
    assert "is another lead than" in page
    form = {"token": token_of(page), "one": values_of(page, "one")[0], "other": values_of(page, "other")[0]}
    assert {form["one"], form["other"]} == {f"operate:{there}", f"salesforce:{here}"}
    assert browser.post("/console/matches/take-back", form).status == 303
    assert browser.post("/console/matches/take-back", form).status == 409
    assert running.decided()[-1].endswith(" is taken back, by Ann Example")
    running.sync()
    assert decide(browser, "same").status == 303
    running.sync()
    answer = browser.post("/console/matches/take-back", form)
    assert answer.status == 409
    assert "unlink them instead" in answer.text
    assert running.sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"] == there


def test_a_link_is_undone_after_a_look_at_what_happens_and_done_again(running: Consoled) -> None:
    """Both lose the other's id, nothing is deleted, the history tells who; taken back, the next cycle links them."""
    here, there = next((i, row["Operate_Lead_Id__c"]) for i, row in linked(running).items())
    browser = inside(running)
    page = browser.get(f"/console/lead?id={here}").text
    (asked,) = re.findall(r'href="(/console/lead/unlink\?id=L\d+)"', page)
    page = browser.get(asked).text
    assert "Nothing is deleted" in page
    (link,) = values_of(page, "link")
    answer = browser.post("/console/lead/unlink", {"token": token_of(page), "link": link})
    assert answer.headers["location"] == f"/console/lead?id=salesforce%3A{here}"
    assert running.sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"] is None
    assert there in running.sandbox.operate.leads()
    assert running.history("ended") == ["unlinked by decision, by Ann Example"]
    page = browser.get(answer.headers["location"]).text
    assert "are linked no more" in page
    assert browser.get(asked).status == 404
    form = {"token": token_of(page), "one": values_of(page, "one")[0], "other": values_of(page, "other")[0]}
    assert browser.post("/console/matches/take-back", form).status == 303
    running.sync()
    assert running.sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"] == there


def test_a_link_that_is_not_there_is_not_undone(running: Consoled) -> None:
    """A number that nobody has, and one that says nothing, are told in the words of the console."""
    browser = inside(running)
    form = {"token": token_of(browser.get("/console").text)}
    for link in ("L999", "<b>", ""):
        answer = browser.post("/console/lead/unlink", {**form, "link": link})
        assert answer.status == 409
        assert "connector show" not in answer.text
        assert "<b>" not in answer.text.partition("problem")[2]
    assert running.history("ended") == []


def test_duplicates_are_looked_for_once_and_shown_by_pages(running: Consoled) -> None:
    """Somebody entered twice in one CRM; nothing is changed by looking."""
    for _ in range(2):
        running.sandbox.salesforce.add(
            {"FirstName": "Vera", "LastName": "Sample", "Company": "Sample Ltd", "Email": "vera@sample.example"}
        )
    running.sync()
    browser = inside(running)
    before = ledger_of(running)
    assert "Nobody has looked for duplicates" in browser.get("/console/duplicates").text
    assert browser.submit("/console/duplicates", "/console/duplicates").status == 303
    running.quiet()
    page = browser.get("/console/duplicates").text
    assert page.count("Vera Sample, Sample Ltd") == 2
    assert "1 found" in page
    assert "Vera" not in browser.get("/console/duplicates?from=50").text
    assert ledger_of(running) == before


def test_what_is_parked_is_shown_for_one_cause_and_decided_on_the_page_of_the_lead(running: Consoled) -> None:
    """A link of the table of causes; the button on the lead's page leads back to it."""
    park(running)
    alike(running)
    browser = inside(running)
    page = browser.get("/console/parked").text
    assert "Quimby" not in page.partition("Leads and values")[2]
    (cause,) = re.findall(r'href="(/console/parked\?code=[^"]*)"', page)
    assert TOO_LONG in browser.get(unescape(cause)).text
    assert "Nothing is parked." in browser.get("/console/parked?code=refused&rule=&told=").text
    (item,) = set(values_of(page, "item"))
    lead = f"/console/lead?id={item.partition(':')[0]}"
    answer = browser.submit(lead, "/console/parked/ignore", item=item, back="lead")
    assert answer.headers["location"] == lead
    assert "left alone" in browser.get(lead).text


def test_two_leads_are_said_to_be_different(running: Consoled) -> None:
    """They are never proposed again, and each gets a counterpart of its own."""
    here, there = alike(running)
    browser = inside(running)
    assert decide(browser, "different").status == 303
    running.sync()
    assert running.sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"] not in {None, "", there}
    assert "Nobody waits for a decision." in browser.get("/console/matches").text


# leads and the mapping


def test_a_lead_is_found_by_its_name_and_shown_with_its_history(running: Consoled) -> None:
    """What both sides hold, and what happened, the newest first; hostile values stay text."""
    hostile = "<img src=x onerror=alert(1)>"
    running.sandbox.salesforce.add({"LastName": hostile, "Company": "A & B"})
    running.sync()
    browser = inside(running)
    found = browser.get("/console/leads?q=onerror").text
    (path,) = re.findall(r'<th scope="row"[^>]*><a href="([^"]*)"', found)
    page = browser.get(path).text
    for text in (found, page):
        assert hostile not in text
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "Made in Operate" in page
    assert browser.get("/console/lead?id=L99999").status == 404


def test_the_mapping_is_explained_rule_by_rule(it: Consoled) -> None:
    """Fields of both sides, the way, and what becomes of the value."""
    page = inside(it).get("/console/mapping").text
    assert "<code>LastName</code>" in page
    assert "both ways" in page


def test_the_mapping_tells_who_wins_and_what_a_blank_does_field_by_field(it: Consoled) -> None:
    """In the words of a salesperson: none of the mapping file's, and what they mean stands above the table."""
    page = unescape(inside(it).get("/console/mapping").text)
    assert 'data-of="Edited on both sides">Salesforce wins</td>' in page
    assert 'data-of="Edited on both sides">Operate wins</td>' in page
    assert 'data-of="When first linked">each side keeps its own</td>' in page
    assert "the other side keeps its value" in page
    assert "waits in Parked (Operate takes 10 characters)" in page
    assert "a choice of Operate's list 'leadtype', by its name" in page
    assert "Accepted = 0, Rejected = 1" in page
    assert "only for leads whose 'event name' is filled in" in page
    for term in ("Edited on both sides", "When first linked", "Blank", "Does not fit"):
        assert f"<dt>{term}</dt>" in page
    for word in ("instant", "lookup (", "values (", "…"):
        assert word not in page


# the plan


def test_the_first_backfill_is_looked_at_consented_to_and_done(it: Consoled) -> None:
    """No consent without a preview, none to another preview, none without the box; then it runs, in that scope."""
    browser = inside(it)
    form = {"token": token_of(browser.get("/console").text), "plan": "1", "looked": "yes"}
    assert browser.post("/console/preview/backfill", form).status == 409
    assert browser.post("/console/preview", {**form, "mode": "link"}).status == 303
    it.quiet()
    page = browser.get("/console/preview").text
    assert "Start the first backfill" in page
    (number,) = values_of(page, "plan")
    assert browser.post("/console/preview/backfill", {**form, "plan": "77"}).status == 409
    assert browser.post("/console/preview/backfill", {**form, "plan": number, "looked": ""}).status == 409
    before = len(it.sandbox.operate.leads())
    assert it.mark("backfill.completed") == ""
    assert browser.post("/console/preview/backfill", {**form, "plan": number}).status == 303
    it.quiet()
    assert it.mark("backfill.completed") != ""
    assert len(it.sandbox.operate.leads()) == before
    assert it.decided() == ["consent to the first backfill (link), by Ann Example"]
    assert "linked" in browser.get("/console/preview").text


def test_after_only_linking_the_rest_is_offered_looked_at_and_taken_in(it: Consoled) -> None:
    """The overview says what was left out, and for the full backfill stand the same guards as for the first one."""
    browser = inside(it)
    browser.submit("/console/preview", "/console/preview", mode="link")
    it.quiet()
    page = browser.get("/console/preview").text
    form = {"token": token_of(page), "looked": "yes"}
    assert "left out" not in browser.get("/console").text
    assert browser.post("/console/preview/backfill", {**form, "plan": values_of(page, "plan")[0]}).status == 303
    it.quiet()
    it.sync()
    both = it.sandbox.salesforce.leads().keys(), it.sandbox.operate.leads().keys()
    missing = sum(map(len, both)) - 2 * len(linked(it))
    assert missing > 0
    page = browser.get("/console").text
    assert f"{missing} leads have no counterpart: they were left out of the backfill." in page
    assert "Where linked leads differed before, they still do" in page
    assert 'href="/console/preview#rest"' in page
    assert browser.get("/console/preview").text.count("Preview a full backfill") == 1
    assert "Preview a full backfill" not in inside(it, VIEWERS).get("/console/preview").text
    browser.submit("/console/preview", "/console/preview")
    it.quiet()
    page = browser.get("/console/preview").text
    assert "Start the full backfill" not in page
    assert browser.post("/console/preview/backfill", {**form, "plan": "2"}).status == 409
    browser.submit("/console/preview", "/console/preview", mode="full")
    it.quiet()
    page = browser.get("/console/preview").text
    assert "What a full backfill would do." in page
    (number,) = values_of(page, "plan")
    for wrong in ({"plan": "1"}, {"looked": ""}):
        assert browser.post("/console/preview/backfill", {**form, "plan": number, **wrong}).status == 409
    assert (it.sandbox.salesforce.leads().keys(), it.sandbox.operate.leads().keys()) == both
    assert browser.post("/console/preview/backfill", {**form, "plan": number}).status == 303
    it.quiet()
    assert len(it.sandbox.salesforce.leads()) == len(linked(it)) == len(it.sandbox.operate.leads())
    assert it.decided()[-1] == "consent to another backfill (full), by Ann Example"
    assert "Not everything is taken in yet" not in browser.get("/console").text + browser.get("/console/preview").text


def test_a_full_backfill_is_no_offer_where_nothing_was_left_out(running: Consoled) -> None:
    """A form that asks for one all the same gets the preview of the next cycle, which nobody can consent to."""
    browser = inside(running)
    browser.submit("/console/preview", "/console/preview", mode="full")
    running.quiet()
    page = browser.get("/console/preview").text
    assert "What the next cycle would do." in page
    assert "Start the" not in page
    form = {"token": token_of(page), "looked": "yes", "plan": "1"}
    assert browser.post("/console/preview/backfill", form).status == 409


def test_a_preview_shows_each_field_and_changes_nothing(running: Consoled) -> None:
    """What it holds and what it would hold; the ledger stays as it was."""
    here = next(i for i, row in running.sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    running.sandbox.salesforce.edit(here, {"City": "Bruges <by sea>"})
    browser = inside(running)
    before = ledger_of(running)
    assert browser.submit("/console/preview", "/console/preview").status == 303
    running.quiet()
    page = browser.get("/console/preview").text
    changed = r'<td class="new"[^>]*>Bruges &lt;by sea&gt;</td>'
    assert re.search(changed, page)
    assert ledger_of(running) == before
    assert re.search(changed, browser.get("/console/preview?kind=update").text)
    assert not re.search(changed, browser.get("/console/preview?kind=create").text)
    assert not re.search(changed, browser.get("/console/preview?from=50").text)


def test_a_preview_adds_up_what_would_be_done_and_nothing_else(running: Consoled) -> None:
    """A row without a figure says nothing, and is left out; a plan without anything to do says so in words."""
    running.sync()
    browser = inside(running)
    browser.submit("/console/preview", "/console/preview")
    running.quiet()
    page = browser.get("/console/preview").text
    assert re.findall(r'<th scope="row">([^<]*)</th>', page) == ["Leads read"]
    assert "Nothing is to be done." in page
    here = next(iter(linked(running)))
    running.sandbox.salesforce.edit(here, {"City": "Bruges"})
    browser.submit("/console/preview", "/console/preview")
    running.quiet()
    page = browser.get("/console/preview").text
    assert re.findall(r'<th scope="row">([^<]*)</th>', page) == ["Leads read", "Leads to be changed here"]
    assert "0 to be linked" not in page
    assert "DELETED" not in page


def test_a_preview_is_consented_to_within_the_hour(tmp_path: Path) -> None:
    """What was looked at yesterday is not what would be done today."""
    clock = Clock()
    with consoled(tmp_path, clock=clock) as it:
        browser = inside(it)
        browser.submit("/console/preview", "/console/preview", mode="full")
        it.quiet()
        clock.ahead = 3601 * SECOND
        page = browser.get("/console/preview").text
        assert "older than an hour" in page
        assert values_of(page, "plan") == []
        form = {"token": token_of(page), "plan": "1", "looked": "yes"}
        assert browser.post("/console/preview/backfill", form).status == 409
        assert it.mark("backfill.completed") == ""


def test_a_tripped_brake_is_looked_at_and_let_through(tmp_path: Path) -> None:
    """The plan passes once, up to the number that was said; fewer are still stopped."""
    with consoled(tmp_path, count=60) as it:
        it.backfill()
        linked = [i for i, row in it.sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"]]
        for each in linked:
            it.sandbox.salesforce.edit(each, {"City": "Bruges"})
        it.board.change(trouble=Trouble(Kind.BRAKE, "updates planned", wall_clock(), "updates", len(linked)))
        browser = inside(it)
        browser.submit("/console/preview", "/console/preview")
        it.quiet()
        page = browser.get("/console/preview").text
        assert f'value="{len(linked)}"' in page
        form = {"token": token_of(page), "plan": values_of(page, "plan")[0], "looked": "yes"}
        assert browser.post("/console/preview/let-through", {**form, "leads": "some"}).status == 409
        assert browser.post("/console/preview/let-through", {**form, "leads": "1"}).status == 303
        it.quiet()
        assert "Nothing was written" in browser.get("/console/preview").text
        assert "Bruges" not in {row["town"] for row in it.sandbox.operate.leads().values()}
        assert browser.post("/console/preview/let-through", {**form, "leads": str(len(linked))}).status == 303
        it.quiet()
        assert [row["town"] for row in it.sandbox.operate.leads().values()].count("Bruges") == len(linked)
        assert it.decided()[-1] == f"let up to {len(linked)} leads through the brake, by Ann Example"


def test_one_errand_at_a_time(running: Consoled) -> None:
    """While another cycle holds the ledger an errand waits, and a second one is told to."""
    browser = inside(running)
    with open_ledger(running.settings) as ledger, ledger.cycle_lock():
        assert running.errands.let_through("Ann Example", 5)
        assert not running.errands.preview("Ann Example", None)
        browser.submit("/console", "/console/preview")
        assert "Something else is under way" in browser.get("/console/preview").text
    running.quiet()
    assert "nothing to do" in str(running.errands.current)
