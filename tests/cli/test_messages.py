"""What a mistake is told as: which side or file, which setting, and what to do."""

import re
from pathlib import Path

import pytest

from connector.sandbox.http import Fault
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector, write_env

NOWHERE = "http://127.0.0.1:9"
HEAD = "mapping: lead\nowner: salesforce\ncounterpart: {salesforce: Operate_Lead_Id__c}\nrules:\n"


def test_a_crm_that_cannot_be_reached_is_named_with_its_setting(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """The side, what to look at, and that the next cycle tries again."""
    for side in ("SALESFORCE", "OPERATE"):
        write_env(place, {**sandbox.settings, f"{side}_URL": NOWHERE})
        ran = connector("preview")
        assert ran.code == 6
        assert f"{side.capitalize()} at " in ran.err
        assert f"check {side}_URL and the network" in ran.err
        assert "tried again" in ran.err


def test_a_check_that_finds_nothing_but_a_crm_that_is_away_ends_with_six(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """It may pass by itself; with anything else wrong it is 2 as before."""
    sandbox.operate_server.fault(Fault("status", times=0, status=503, retry_after="0"))
    ran = connector("check")
    assert ran.code == 6
    assert "by itself" in ran.out
    assert connector("check", "--json").json["ok"] is False
    write_env(place, {**sandbox.settings, "SALESFORCE_CLIENT_SECRET": "wrong"})
    ran = connector("check")
    assert ran.code == 2
    assert "by itself" not in ran.out


def test_settings_are_either_complete_or_not(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """What only turns out when the clients are made does not stand beside "complete"."""
    write_env(place, {**sandbox.settings, "SALESFORCE_URL": "https://acme.lightning.force.com"})
    ran = connector("check", "--json")
    assert ran.code == 2
    assert [each["state"] for each in ran.json["checks"] if each["check"] == "settings"] == ["fail"]


def test_a_folder_as_ledger_is_told_with_a_file_that_would_do(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """Neither the disk nor its free space is to blame."""
    for command in ("status", "backfill"):
        (place / "connector.db").mkdir(exist_ok=True)
        ran = connector(command)
        assert ran.code == 1
        assert "connector.db is a folder: set CONNECTOR_LEDGER to a file" in ran.err
        assert "space" not in ran.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "\temail: {salesforce: Email, operate: emailaddress}\n", "5:1: .*a tab here; use spaces"),
        (HEAD + "  email: {salesforce: Email, operate: emailaddress}\n---\na: b\n", "6:1: .*keep one mapping"),
    ],
)
def test_frequent_mistakes_of_a_mapping_file_are_told_in_plain_words(
    place: Path, connector: Connector, text: str, words: str
) -> None:
    """Tabs, and a second document in the file; as JSON too."""
    (place / "mine.yaml").write_text(text, encoding="utf-8")
    ran = connector("mapping", "check", "mine.yaml")
    assert ran.code == 2
    assert re.search(words, ran.out)
    assert "token" not in ran.out


def test_a_mapping_file_that_is_not_there_is_told_where_it_was_named(place: Path, connector: Connector) -> None:
    """On the command line, or in a setting."""
    ran = connector("mapping", "check", "nope.yaml")
    assert ran.code == 2
    assert "nope.yaml" in ran.err
    assert "CONNECTOR_MAPPING" not in ran.err
    (place / ".env").write_text("CONNECTOR_MAPPING=nope.yaml\n", encoding="utf-8")
    assert "check CONNECTOR_MAPPING" in connector("mapping", "check").err


def test_an_answer_that_is_none_of_salesforces_says_what_to_do(sandbox: Sandbox, connector: Connector) -> None:
    """A proxy that answers in its place, with success."""
    sandbox.salesforce_server.fault(Fault("html", method="GET", path="/query", times=0, status=200))
    ran = connector("preview")
    assert ran.code == 1
    assert "try again" in ran.err


def test_both_crms_are_called_by_their_names(sandbox: Sandbox, connector: Connector) -> None:
    """In what a cycle tells about a side, too: "operate" alone would be a verb."""
    connector("backfill", "--apply")
    sandbox.operate_server.fault(Fault("status", method="GET", path=r"lead\?.*where", times=0, skip=1, retry_after="0"))
    ran = connector("sync")
    assert ran.code == 6
    assert "problem: Operate could not be read: Operate at " in ran.out
