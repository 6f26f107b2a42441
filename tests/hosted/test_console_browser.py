"""The console in a real browser: what a person does, by the names of buttons and fields, as a screen reader tells them.

It needs Debian's Chromium. Where there is none it is skipped, except in CI, which has to have one.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from connector.pause import MARK
from tests.hosted.company import provided
from tests.hosted.console import PASSWORD, TOO_LONG, Consoled, alike, consoled, park
from tests.hosted.test_company import login_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="there is no Chromium here")
PAGES = (
    "",
    "/parked",
    "/parked?all=1",
    "/matches",
    "/leads?q=quimby",
    "/leads?q=e",
    "/lead?id=L1",
    "/lead/unlink?id=L1",
    "/duplicates",
    "/preview",
    "/mapping",
)
SMALL, ZOOMED, TABLET, LARGE = (
    {"width": width, "height": height} for width, height in ((360, 740), (640, 450), (820, 1180), (1280, 900))
)
"""A phone; a desk at 200 %, which a browser lays out as half as wide; a tablet; a desk."""
SMALLEST = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = []
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), around = walker.currentNode.parentElement
    if (!text || !around.getClientRects().length) continue
    const scale = around.getScreenCTM ? around.getScreenCTM().a : 1
    found.push([parseFloat(getComputedStyle(around).fontSize) * scale, text])
  }
  return found.sort((one, other) => one[0] - other[0])[0]
}"""
"""The size of the smallest text of a page in pixels of the screen, and the text."""
CUT = """() => [...document.querySelectorAll('.wide')].filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => each.getAttribute('aria-label') || each.getAttribute('aria-labelledby'))"""
"""Tables that are wider than their place."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for these tests."""
    assert CHROMIUM is not None, "install Debian's chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def it(tmp_path: Path) -> Iterator[Consoled]:
    """A console with something parked, and two leads to compare."""
    with consoled(tmp_path) as made:
        made.backfill()
        park(made)
        alike(made)
        yield made


@pytest.fixture
def page(chromium: Browser, it: Consoled) -> Iterator[Page]:
    """Somebody who has logged in. No request of theirs leaves this host, and nothing is complained of."""
    context = chromium.new_context(viewport=LARGE)  # type: ignore[arg-type]  # a TypedDict of the same keys
    elsewhere: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: elsewhere.append(request.url))
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{it.address}/console")
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Leads are kept in step.")).to_be_visible()
    yield page
    context.close()
    assert len(elsewhere) > 3, "the requests of these pages were not seen"
    assert [url for url in elsewhere if not url.startswith(f"{it.address}/console")] == []
    assert said == []


def test_somebody_comes_in_by_the_login_of_the_company(chromium: Browser, tmp_path: Path) -> None:
    """There and back from another site: a real browser keeps our session to itself on the way, and has it then."""
    with provided("localhost") as company, consoled(tmp_path) as it:
        company.home = it.address
        it.door.elsewhere = login_of(company)
        it.backfill()
        page = chromium.new_page()
        page.goto(f"{it.address}/console")
        page.get_by_role("link", name="Log in with your company account").click()
        expect(page.get_by_text("Leads are kept in step.")).to_be_visible()
        expect(page.get_by_text("Ann Example")).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("paused", exact=False).first).to_be_visible()
        assert it.decided() == ["paused, by Ann Example"]
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("link", name="Log in with your company account")).to_be_visible()
        page.context.close()


def test_a_preview_is_made_and_read(it: Consoled, page: Page) -> None:
    """The page loads itself again until it is there; each field is a row."""
    here = next(i for i, row in it.sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    it.sandbox.salesforce.edit(here, {"City": "Bruges"})
    page.get_by_label("Pages").get_by_role("link", name="Preview").click()
    page.get_by_role("button", name="Make a preview").click()
    expect(page.get_by_role("row", name="city Operate").get_by_role("cell", name="Bruges")).to_be_visible(
        timeout=30_000
    )


def test_a_parked_lead_is_tried_again(it: Consoled, page: Page) -> None:
    """Its value is corrected in the CRM, or not: the button says that it is tried."""
    page.get_by_label("Pages").get_by_role("link", name="Parked").click()
    expect(page.get_by_text(TOO_LONG)).to_be_visible()
    page.get_by_role("article").filter(has_text=TOO_LONG).get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status")).to_contain_text("it is tried again now")
    assert it.decided() == ["to be tried again, by Ann Example"]


def test_buttons_are_named_after_the_lead_and_the_field_that_they_are_about(it: Consoled, page: Page) -> None:
    """No id of ours: a list of buttons tells whom each of them means."""
    page.goto(f"{it.address}/console/parked")
    item = page.get_by_role("article").first
    name = item.get_by_role("heading").get_by_role("link").inner_text()
    expect(item.get_by_role("button", name=f"Try again: {name}, Postcode", exact=True)).to_be_visible()
    item.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("button", name=f"Leave it: {name}, Postcode", exact=True)).to_be_visible()
    page.goto(f"{it.address}/console/matches")
    page.get_by_role("link", name="Begin with the first").click()
    other = "Rosa Quimby, Quimby Trading in Salesforce"
    expect(page.get_by_role("button", name=f"Same person as {other}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=f"Different people: not {other}", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Leave it: Rosa Quimby, Probe Holdings", exact=True)).to_be_visible()


def test_two_leads_are_said_to_be_the_same(it: Consoled, page: Page) -> None:
    """Side by side, then one button."""
    page.get_by_label("Pages").get_by_role("link", name="Matches").click()
    page.get_by_role("link", name="Begin with the first").click()
    card = page.get_by_role("region", name="Maybe Rosa Quimby")
    expect(card.get_by_role("row", name="company")).to_contain_text("Probe Holdings")
    card.get_by_role("button", name="Same person as").click()
    expect(page.get_by_role("status")).to_contain_text("are one lead. Nobody else waits.")
    assert it.decided()[-1].endswith(", by Ann Example")


def test_the_next_match_opens_and_a_decision_is_taken_back(it: Consoled, page: Page) -> None:
    """Two leads, then somebody else's page; from there back to the lead, and the decision counts no more."""
    alike(it, "Ida", "Probe")
    page.goto(f"{it.address}/console/matches")
    page.get_by_role("link", name="Rosa Quimby").first.click()
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.get_by_role("button", name="Different people").click()
    expect(page.get_by_role("status")).to_contain_text("are two leads")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ida Probe")
    page.get_by_role("link", name="Open the lead that was just decided").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("is taken back")
    assert it.decided()[-1].endswith(" is taken back, by Ann Example")


def test_a_lead_is_found_and_unlinked_by_keyboard(it: Consoled, page: Page) -> None:
    """The search, the lead, what happens, and the button: without a mouse."""
    page.get_by_label("Pages").get_by_role("link", name="Leads").focus()
    page.keyboard.press("Enter")
    here = next(i for i, row in it.sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    page.get_by_label("Name, company").focus()
    page.keyboard.type(here)
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Found leads").get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Unlink …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is deleted, in neither CRM")).to_be_visible()
    page.get_by_role("button", name="Unlink them").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("are linked no more")
    assert it.history("ended") == ["unlinked by decision, by Ann Example"]


def test_duplicates_are_looked_for(it: Consoled, page: Page) -> None:
    """The page says what is under way, loads itself, and shows whom it found."""
    for _ in range(2):
        it.sandbox.salesforce.add(
            {"FirstName": "Vera", "LastName": "Sample", "Company": "Sample Ltd", "Email": "vera@sample.example"}
        )
    it.sync()
    page.goto(f"{it.address}/console/matches")
    page.get_by_role("link", name="Look for duplicates").click()
    page.get_by_role("button", name="Look for duplicates").click()
    expect(page.get_by_role("row", name="Vera Sample")).to_be_visible(timeout=30_000)


def test_every_link_and_button_is_reached_by_tabulator_in_the_order_of_the_page(it: Consoled, page: Page) -> None:
    """The first is the way past the navigation; nothing that has the focus is invisible."""
    for path in ("", "/parked", "/lead?id=L1"):
        page.goto(f"{it.address}/console{path}")
        wanted = page.locator("a[href]:visible, button:visible, summary:visible, [tabindex='0']:visible").count()
        tops: list[float] = []
        for number in range(wanted):
            page.keyboard.press("Tab")
            found = page.evaluate(
                "() => { const e = document.activeElement; const r = e.getBoundingClientRect();"
                " return [e.innerText || '', r.top + scrollY, r.width * r.height, getComputedStyle(e).outlineStyle] }"
            )
            assert found[2] > 0, path
            assert found[3] != "none", (path, found)
            assert number or found[0] == "Skip to the content"
            tops.append(found[1])
        assert page.evaluate("document.activeElement !== document.body"), path
        assert max(tops[1:9]) < max(tops[-5:]), path


def test_somebody_who_wants_a_cycle_sees_it_end_without_loading_the_page(it: Consoled, page: Page) -> None:
    """The page loads itself, without a script, until the cycle has ended, and then no more."""
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text("Both CRMs are read now.")).to_be_visible()
    it.sync()
    expect(page.get_by_text("The cycle has ended: done, some wait.")).to_be_visible(timeout=10_000)
    assert page.locator("meta[http-equiv=refresh]").count() == 0


def test_a_wrong_password_is_told_at_its_field(it: Consoled, chromium: Browser) -> None:
    """The field has the focus, says that it is wrong, and is described by the words above it."""
    page = chromium.new_page()
    page.goto(f"{it.address}/console/login")
    page.get_by_label("Your name").fill("Ann Example")
    page.get_by_label("Password").fill("no idea at all")
    page.get_by_role("button", name="Log in").click()
    field = page.get_by_label("Password")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("This password is wrong.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Your name")).to_have_value("Ann Example")
    page.close()


def test_it_is_paused_and_resumed_by_keyboard(it: Consoled, page: Page) -> None:
    """Enter on the button that has the focus."""
    page.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Paused by Ann Example since")).to_be_visible()
    assert it.mark(MARK) != ""
    page.get_by_role("button", name="Resume").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Leads are kept in step.")).to_be_visible()
    assert it.mark(MARK) == ""


@pytest.mark.parametrize("size", [SMALL, ZOOMED, TABLET, LARGE], ids=["phone", "desk at 200 %", "tablet", "desk"])
def test_every_page_fits_the_screen_and_names_what_it_shows(it: Consoled, page: Page, size: dict[str, int]) -> None:
    """Nothing scrolls sideways, tables neither, and no text is smaller than 12 pixels; one heading of the first order,
    captions on tables, labels on inputs.
    """
    page.set_viewport_size(size)  # type: ignore[arg-type]  # a TypedDict of the same keys
    page.goto(f"{it.address}/console/matches")
    match = page.get_by_role("link", name="Begin with the first").get_attribute("href")
    assert match is not None
    for path in (*PAGES, match.removeprefix("/console")):
        page.goto(f"{it.address}/console{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
        assert page.evaluate(CUT) == [], path
        assert page.evaluate(SMALLEST)[0] >= 12, (path, page.evaluate(SMALLEST))
        assert page.locator("h1").count() == 1, path
        assert page.locator("table:not(:has(caption))").count() == 0, path
        assert page.locator("th:not([scope])").count() == 0, path
        fields = page.locator("input:not([type=hidden])").all()
        assert all(each.evaluate("input => input.labels.length") for each in fields), path
