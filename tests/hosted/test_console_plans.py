"""Leads, the mapping and plans in the console over real HTTP: looked at, explained, and consented to."""

import re
from html import unescape
from pathlib import Path

from connector.core.model import SECOND
from connector.troubles import Kind, Trouble
from connector.wiring import open_ledger, wall_clock
from tests.hosted.console import (
    VIEWERS,
    Clock,
    Consoled,
    consoled,
    token_of,
    values_of,
)
from tests.hosted.visits import inside, it, ledger_of, linked, running

__all__ = ["it", "running"]


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
