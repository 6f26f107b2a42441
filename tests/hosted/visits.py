"""What the tests of the console share: consoles to visit, somebody who is logged in, and what a visit leaves behind."""

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from connector.console.app import PAGES
from tests.hosted.console import (
    PASSWORD,
    Browser,
    Consoled,
    consoled,
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


def first_match(browser: Browser) -> str:
    """Where the first lead of the queue is compared."""
    found = re.search(r'href="(/console/match\?id=[^"]*)"', browser.get("/console/matches").text)
    assert found is not None
    return unescape(found[1])
