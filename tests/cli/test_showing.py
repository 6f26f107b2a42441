"""What `show`, `status` and `parked` print: found by any name, on a narrow screen, and with a broken mapping."""

import re
from pathlib import Path

import pytest

from connector.ledger.sqlite import SqliteLedger
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector

TOO_LONG = "EC2A 4NE (rear)"


@pytest.fixture
def lead(sandbox: Sandbox, connector: Connector) -> str:
    """The Salesforce id of a lead that is on both sides and has a name of its own."""
    connector("backfill", "--apply")
    names = [row["LastName"] for row in sandbox.salesforce.leads().values()]
    return next(
        record_id
        for record_id, row in sandbox.salesforce.leads().items()
        if row["Operate_Lead_Id__c"] and row["Email"] and row["City"] and names.count(row["LastName"]) == 1
    )


def test_a_lead_is_found_by_side_and_id_by_e_mail_and_by_name(
    sandbox: Sandbox, connector: Connector, lead: str
) -> None:
    """Whatever a salesperson has at hand; the case does not count."""
    row = sandbox.salesforce.leads()[lead]
    link = connector("show", lead, "--json").json["links"][0]["link"]
    for name in (
        f"salesforce:{lead}",
        f"salesforce:{lead[:15]}",
        f"Operate:{row['Operate_Lead_Id__c']}",
        row["Email"].upper(),
        f"{row['LastName'].lower()} {row['Company'].split()[0].lower()}",
    ):
        found = connector("show", name, "--json").json
        assert link in [each["link"] for each in found["links"]], name
    assert connector("show", f"operate:{lead}").code == 2
    assert connector("show", "somebody@else.example").code == 2
    assert connector("show", "").code == 2


def test_a_name_that_means_several_leads_lists_them(sandbox: Sandbox, connector: Connector, lead: str) -> None:
    """Each with the id that shows it alone; strangers, too."""
    for number in range(3):
        sandbox.salesforce.add({"LastName": "Achterberg", "Company": f"Studio {number}"})
    connector("sync")
    out = connector("show", "achterberg").out
    assert "3 leads found" in out
    assert "connector show ID" in out
    ids = re.findall(r"^ (L[0-9]+|salesforce:\w+)", out, flags=re.MULTILINE)
    assert len(ids) == 3
    assert "Studio" in connector("show", ids[0]).out


def test_an_argument_that_is_no_text_is_wrong_use(connector: Connector, place: Path) -> None:
    """Half a character from another encoding is not the ledger's fault."""
    SqliteLedger.open(place / "connector.db").close()
    for words in (["show", "M\udcfcller"], ["parked", "show", "L\udcff"]):
        ran = connector(*words)
        assert ran.code == 2
        assert "no text" in ran.err


def test_values_that_may_differ_for_good_say_why(sandbox: Sandbox, connector: Connector, lead: str) -> None:
    """A rule that is carried into new leads only leaves later edits where they are."""
    sandbox.salesforce.edit(lead, {"LeadSource": "Partner Referral"})
    connector("sync")
    assert "carried into new leads only" in " ".join(connector("show", lead).out.split())


def test_what_is_still_owed_stands_apart(sandbox: Sandbox, connector: Connector, lead: str) -> None:
    """Before a cycle did it, and no more afterwards; machines are told the same."""
    assert "nothing is owed" in connector("show", lead).out
    assert connector("show", lead, "--json").json["links"][0]["owed"] == []
    sandbox.salesforce.edit(lead, {"PostalCode": TOO_LONG})
    connector("sync")
    (debt,) = connector("show", lead, "--json").json["links"][0]["owed"]
    assert (debt["kind"], debt["rule"], debt["side"]) == ("parked", "postcode", "operate")
    shown = " ".join(connector("show", lead).out.split())
    assert "Still owed postcode: parked: postcode takes 10 characters" in shown
    assert shown.count("postcode: parked") == 1
    connector("parked", "ignore", connector("parked", "list", "--json").json["parked"][0]["id"])
    shown = " ".join(connector("show", lead).out.split())
    assert "nothing is owed" in shown
    assert "postcode: left alone: postcode takes" in shown


def test_nothing_is_cut_off_on_eighty_columns(
    sandbox: Sandbox, connector: Connector, lead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times, words and ids stand whole in a line."""
    monkeypatch.setattr("connector.cli.output.WIDTH", 80)
    monkeypatch.setenv("COLUMNS", "80")
    number = sandbox.salesforce.leads()[lead]["Operate_Lead_Id__c"]
    sandbox.salesforce.edit(lead, {"City": "Bristol"})
    sandbox.operate.edit(number, {"town": "Aberdaugleddau"})
    connector("sync")
    shown = connector("show", lead).out
    for words in ("given up: Aberdaugleddau", "edited on both sides: Salesforce owns it"):
        assert words in shown
    assert re.search(r"^2\d{3}-\d\d-\d\d \d\d:\d\d  ", shown, flags=re.MULTILINE)
    status = connector("status").out
    assert re.search(r"sync 2 +2\d{3}-\d\d-\d\d \d\d:\d\d +done +0 +1 +0 +0 +\d+\.\d s", status)
    assert re.search(r"read up to 2\d{3}-\d\d-\d\d \d\d:\d\d UTC", status)
    assert max(map(len, (shown + status).splitlines())) <= 80


def test_status_says_nothing_about_what_is_not_there(sandbox: Sandbox, connector: Connector, lead: str) -> None:
    """No count of none, no dash in place of a time."""
    assert "more ended" not in connector("status").out
    sandbox.salesforce.remove(lead)
    connector("sync")
    assert "(1 more ended)" in connector("status").out


def test_status_before_anything_names_no_time(connector: Connector) -> None:
    """Neither side was reached."""
    out = connector("status").out
    assert out.count("not reached yet") == 2
    assert "–" not in out


def test_looking_works_while_the_mapping_is_broken(
    sandbox: Sandbox, connector: Connector, lead: str, place: Path
) -> None:
    """What the ledger holds is shown under its own names, with a warning on stderr that says what is wrong."""
    sandbox.salesforce.edit(lead, {"PostalCode": TOO_LONG})
    connector("sync")
    item = connector("parked", "list", "--json").json["parked"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["at"])
    (place / "mappings").mkdir()
    (place / "mappings/lead.yaml").write_text("rules: [", encoding="utf-8")
    for words in (["parked", "list"], ["parked", "show", item["id"]], ["show", lead], ["show", "l1"], ["status"]):
        ran = connector(*words)
        assert ran.code == 0, words
        assert ("mappings/lead.yaml:1" in ran.err) == (words != ["status"])
    assert "postcode" in connector("parked", "list").out
    assert TOO_LONG in connector("show", lead).out
    assert connector("sync").code == 2


def test_a_preview_tells_how_many_leads_are_parked_already(
    sandbox: Sandbox, connector: Connector, lead: str, place: Path
) -> None:
    """A lead that waits since an earlier cycle is not shown again, but counted; one that is left alone is not."""
    assert "parked already" not in connector("preview").out
    sandbox.salesforce.edit(lead, {"PostalCode": TOO_LONG})
    assert "parked already" not in connector("preview").out
    connector("sync")
    assert "1 more is parked already: connector parked list" in connector("preview").out
    assert connector("preview", "--json").json["counts"]["parked_already"] == 1
    connector("preview", "--html", "preview.html")
    assert "1 more is parked already" in (place / "preview.html").read_text(encoding="utf-8")
    sandbox.salesforce.edit(lead, {"PostalCode": "EC2A 4NE"})
    assert "parked already" not in connector("preview").out
    connector("parked", "ignore", connector("parked", "list", "--json").json["parked"][0]["id"])
    sandbox.salesforce.edit(lead, {"PostalCode": TOO_LONG})
    assert "parked already" not in connector("preview").out
