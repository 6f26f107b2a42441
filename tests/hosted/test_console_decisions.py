"""What waits for a person, decided in the console over real HTTP: parked values, matches, links and duplicates."""

import re
from html import unescape

import pytest

from tests.hosted.conftest import Answer
from tests.hosted.console import (
    TOO_LONG,
    Browser,
    Consoled,
    alike,
    park,
    token_of,
    values_of,
)
from tests.hosted.visits import first_match, inside, it, ledger_of, linked, running

__all__ = ["it", "running"]


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
