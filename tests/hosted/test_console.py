"""The overview of the console over real HTTP: how it is, pausing and syncing, and strange queries to every page."""

import re
from html import unescape
from pathlib import Path

from connector.pause import MARK, Paused
from connector.troubles import Kind, Trouble
from connector.wiring import wall_clock
from tests.hosted.console import (
    VIEWERS,
    Consoled,
    alike,
    consoled,
    park,
    token_of,
)
from tests.hosted.visits import SHOWN, first_match, inside, it, running

__all__ = ["it", "running"]


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
