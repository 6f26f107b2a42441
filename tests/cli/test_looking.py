"""check, status, show, parked and mapping check: what they say, and their exit codes."""

import json
import re
from pathlib import Path

import pytest
import typer

from connector.cli import run
from connector.cli.main import code_of
from connector.core.model import Side
from connector.errors import (
    Braked,
    Busy,
    ConnectorError,
    LedgerFailed,
    LedgerTooNew,
    MappingError,
    Misconfigured,
    NotYet,
    OtherPair,
    Refused,
    RetryLater,
    Unreadable,
)
from connector.ledger.sqlite import SqliteLedger
from connector.sandbox.http import Fault
from connector.sandbox.serve import Sandbox, serving
from tests.cli.conftest import Connector, enter_double, write_env

TOO_LONG = "EC2A 4NE (rear)"


def test_check_of_a_right_setup_says_so_and_writes_nothing(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """Logins, tables, mapping and ledger are looked at; nothing is made."""
    ran = connector("check")
    assert ran.code == 0
    assert "Ready." in ran.out
    assert "logged in to" in ran.out
    assert not (place / "connector.db").exists()
    assert connector("check", "--json").json["ok"] is True


def test_check_tells_every_problem_at_once(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """A wrong password of one side does not hide what is right or wrong elsewhere."""
    write_env(place, {**sandbox.settings, "OPERATE_PASSWORD": "wrong", "OPERATE_COUNTERPART_FIELD": ""})
    ran = connector("check", "--json")
    assert ran.code == 2
    failed = [step for step in ran.json["checks"] if step["state"] == "fail"]
    assert [step["check"] for step in failed] == ["Operate"]
    assert any(step["check"] == "Salesforce" and step["state"] == "ok" for step in ran.json["checks"])
    assert any("OPERATE_COUNTERPART_FIELD" in step["text"] for step in ran.json["checks"])
    assert "wrong" not in ran.out


def test_check_without_settings_names_what_is_missing(place: Path, connector: Connector) -> None:
    """The first thing a newcomer runs."""
    ran = connector("check")
    assert ran.code == 2
    assert "SALESFORCE_URL" in ran.out


def test_check_compares_the_mapping_with_the_live_fields(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """A rule over a field that the org does not have is a finding with its line."""
    mapping = place / "mappings/lead.yaml"
    mapping.parent.mkdir()
    mapping.write_text(
        "mapping: lead\nowner: salesforce\ncounterpart: {salesforce: Operate_Lead_Id__c, operate: }\n"
        "minimum: [leadname]\nmatch: {email: email}\nrules:\n"
        "  email: {salesforce: Email, operate: emailaddress}\n"
        "  name: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}\n"
        "  company: {salesforce: Company, operate: leadname, required: {salesforce: Unknown}}\n"
        "  budget: {salesforce: Budget__c, operate: website}\n",
        encoding="utf-8",
    )
    ran = connector("check", "--json")
    assert ran.code == 2
    assert any("mappings/lead.yaml:10" in step["text"] and "Budget__c" in step["text"] for step in ran.json["checks"])
    assert connector("preview").code == 2


def test_status_works_before_anything_and_beside_a_running_cycle(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """An empty answer instead of an error, and no wait for a lock."""
    before = connector("status", "--json")
    assert before.code == 0
    assert before.json["backfilled"] is False
    assert not (place / "connector.db").exists()
    connector("backfill", "--apply")
    ledger = SqliteLedger.open(place / "connector.db")
    with ledger.cycle_lock():
        beside = connector("status", "--json").json
        assert beside["backfilled"] is True
        assert beside["cycles"][0]["status"] in {"done", "parked"}
        assert connector("status").code == 0
        busy = connector("sync", "--json")
        assert busy.code == 1
        assert busy.json["error"]["class"] == "Busy"
    ledger.close()


def test_show_finds_a_lead_by_each_of_its_names(sandbox: Sandbox, connector: Connector) -> None:
    """Both record ids, a 15-character id and the link's number lead to the same lead."""
    connector("backfill", "--apply")
    here, row = next((i, row) for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    link = connector("show", here, "--json").json["links"][0]["link"]
    for name in (here[:15], row["Operate_Lead_Id__c"], link, link.removeprefix("L")):
        links = connector("show", name, "--json").json["links"]
        assert link in [each["link"] for each in links] or name == link.removeprefix("L")
    ran = connector("show", here)
    assert ran.code == 0
    assert here in ran.out
    assert connector("show", "L999999").code == 2
    assert connector("show", "nobody").code == 2


def test_a_value_that_does_not_fit_is_parked_looked_at_and_decided(sandbox: Sandbox, connector: Connector) -> None:
    """list, show, ignore and retry: exit code 4 as long as somebody has to look."""
    connector("backfill", "--apply")
    here = next(i for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    sandbox.salesforce.edit(here, {"PostalCode": TOO_LONG})
    assert connector("sync").code == 4
    (item,) = connector("parked", "list", "--json").json["parked"]
    assert item["rule"] == "postcode"
    assert "postcode takes 10" in item["reason"]
    assert (item["side"], item["fields"], item["told"], item["words"]) == ("operate", ["postcode"], "", "")
    shown = connector("parked", "show", item["id"])
    assert TOO_LONG in shown.out
    assert "Operate field: postcode" in shown.out
    assert "what to do: shorten it" in shown.out
    assert item["id"] in connector("parked", "list").out

    (cause,) = connector("status", "--json").json["causes"]
    assert (cause["code"], cause["rule"], cause["waiting"]) == (item["code"], item["rule"], 1)
    assert (cause["example"], cause["reason"]) == (item["id"], item["reason"])
    told = connector("status").out
    assert item["id"] in told
    assert cause["advice"].split()[0] in told
    assert connector("parked", "ignore", item["id"]).code == 0
    assert connector("status", "--json").json["causes"] == []
    assert connector("parked", "list", "--json").json["parked"] == []
    assert len(connector("parked", "list", "--all", "--json").json["parked"]) == 1
    assert connector("sync").code == 0

    assert connector("parked", "retry", item["id"], "--json").json == {"decided": [item["id"]]}
    assert connector("sync").code == 4
    kinds = [each["kind"] for each in connector("show", here, "--json").json["links"][0]["history"]]
    assert kinds.count("decided") == 2
    sandbox.salesforce.edit(here, {"PostalCode": "EC2A 4NE"})
    assert connector("sync").code == 0
    assert connector("parked", "list").out == "Nothing is parked.\n"


@pytest.mark.parametrize("item", ["L1:email", "L99", "operate:1", "salesforce:nobody", "sixty", "L", ""])
def test_an_id_under_which_nothing_is_parked_is_wrong_use(connector: Connector, place: Path, item: str) -> None:
    """The message leads to the list."""
    SqliteLedger.open(place / "connector.db").close()
    for command in ("show", "retry", "ignore"):
        ran = connector("parked", command, item)
        assert ran.code == 2
        assert "parked" in ran.err


def test_the_same_person_twice_on_one_side_waits_for_a_decision(sandbox: Sandbox, connector: Connector) -> None:
    """A double of a lead that has its counterpart is no new lead: it is listed, ignored, and matched again on retry."""
    connector("backfill", "--apply")
    double = enter_double(sandbox)
    assert connector("sync").code == 4
    (item,) = connector("parked", "list", "--json").json["parked"]
    assert item["id"] == f"salesforce:{double}"
    assert connector("parked", "show", item["id"]).code == 0
    assert connector("show", double).code == 0
    assert connector("parked", "ignore", item["id"]).code == 0
    assert connector("sync").code == 0
    assert connector("parked", "retry", item["id"]).code == 0
    assert connector("sync").code == 4
    assert len(connector("parked", "list", "--json").json["parked"]) == 1


def test_mapping_check_lists_every_mistake_with_its_place(place: Path, connector: Connector) -> None:
    """Offline, all at once, as text and as JSON; a right file ends with 0."""
    wrong = place / "wrong.yaml"
    wrong.write_text("mapping: lead\nowner: nobody\nrules:\n  email: {salesforce: Emial, operate: emailaddress}\n")
    ran = connector("mapping", "check", str(wrong))
    assert ran.code == 2
    assert "wrong.yaml:2:" in ran.out
    assert "wrong.yaml:4:" in ran.out
    findings = connector("mapping", "check", "wrong.yaml", "--json").json["findings"]
    assert {finding["line"] for finding in findings} >= {2, 4}
    assert "Email" in next(finding for finding in findings if finding["line"] == 4)["nearest"]
    assert connector("mapping", "check").code == 0
    assert connector("mapping", "check", "--json").json["ok"] is True
    assert connector("mapping", "check", "absent.yaml").code == 2


def test_a_ledger_of_another_org_is_refused(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """A refreshed sandbox is not the same org: exit code 2, and nothing is written."""
    ledger = SqliteLedger.open(place / "connector.db")
    ledger.pin(Side.SALESFORCE, "00D000000000000EAA")
    ledger.close()
    for command in ("backfill", "sync", "check"):
        assert connector(command).code == 2


def test_a_crm_that_is_away_ends_with_six(place: Path, connector: Connector) -> None:
    """It will resume by itself: no failure, no configuration error."""
    with serving(count=5) as served:
        write_env(place, served.settings)
        connector("backfill", "--apply")
        served.operate_server.fault(Fault("status", times=0, status=503, retry_after="0"))
        ran = connector("sync", "--json")
    assert ran.code == 6


def test_a_file_that_is_no_ledger_is_told_by_its_path(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """Exit code 1, and the file stays as it is."""
    (place / "connector.db").write_bytes(b"not a ledger at all" * 100)
    ran = connector("status", "--json")
    assert ran.code == 1
    assert "connector.db" in ran.json["error"]["message"]
    assert (place / "connector.db").read_bytes() == b"not a ledger at all" * 100


@pytest.mark.parametrize(
    "words",
    [
        ["sink"],
        ["backfill", "--limit", "0"],
        ["backfill", "--since", "yesterday"],
        ["show"],
        ["preview", "--mode", "x"],
    ],
)
def test_wrong_use_ends_with_two(connector: Connector, words: list[str]) -> None:
    """A misspelt command or option, a missing argument, a value that is none."""
    assert connector(*words).code == 2


def test_an_html_page_of_an_applied_backfill_is_wrong_use(sandbox: Sandbox, connector: Connector) -> None:
    """A page shows a preview; after --apply there is none."""
    assert connector("backfill", "--apply", "--html", "x.html").code == 2


def test_a_mistake_of_ours_is_told_without_a_wall_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, one sentence and how to report it, as JSON too; --debug lets the whole trace through.

    What it says itself is told nowhere: a value of a lead may be in it.
    """
    broken = typer.Typer()

    @broken.command()
    def divide(json: bool = False, debug: bool = False) -> None:
        Side("kim@example.com")  # the mistake

    assert run(["--json"], broken) == 1
    printed = capsys.readouterr()
    error = json.loads(printed.out)["error"]
    assert error["class"] == "ValueError"
    assert re.fullmatch(r"ValueError in main\.py, line \d+", error["message"])
    assert "kim" not in printed.out + printed.err
    assert "mistake in the connector" in printed.err
    assert "Traceback" not in printed.err
    with pytest.raises(ValueError, match="kim"):
        run(["--debug"], broken)


def test_a_file_that_is_missing_is_told_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever opened it: a path is of ours, or of who gave it, and nothing can be mended without."""
    broken = typer.Typer()

    @broken.command()
    def look() -> None:
        Path("no-such-folder/a\x1bfile").read_text(encoding="utf-8")

    assert run([], broken) == 1
    printed = capsys.readouterr().err
    assert "FileNotFoundError" in printed
    assert "No such file or directory: no-such-folder/a\\x1bfile" in printed.replace("\n", " ")


def test_help_and_version_are_answers(connector: Connector) -> None:
    """Both end with 0; help names the commands."""
    assert connector("--version").out.strip()
    assert "backfill" in connector("--help").out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Misconfigured(""), 2),
        (MappingError([]), 2),
        (OtherPair(""), 2),
        (LedgerTooNew(""), 2),
        (Braked(""), 5),
        (NotYet(""), 5),
        (RetryLater(""), 6),
        (Busy(""), 1),
        (Refused(""), 1),
        (LedgerFailed(""), 1),
        (Unreadable(""), 1),
    ],
)
def test_each_error_has_its_exit_code(error: ConnectorError, code: int) -> None:
    """The table of the README."""
    assert code_of(error) == code


def test_status_says_when_everybody_was_compared_and_will_be(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """By age, or by the line of a crontab that the hosted job goes by; a wrong line is refused at the start."""
    assert connector("status", "--json").json["sweeps"]["next"] is None
    assert "not yet" in connector("status").out
    connector("backfill", "--apply")
    aged = connector("status", "--json").json["sweeps"]
    assert aged["at"] is None
    assert {side: set(depths) for side, depths in aged["last"].items()} == {
        "salesforce": {"ids", "values"},
        "operate": {"ids", "values"},
    }
    assert aged["next"] > aged["last"]["operate"]["ids"]
    env = (place / ".env").read_text(encoding="utf-8")
    (place / ".env").write_text(f'{env}CONNECTOR_SWEEP_AT="30 2 * * 0"\nCONNECTOR_SWEEP_TIMEZONE=Europe/London\n')
    timed = connector("status", "--json").json["sweeps"]
    assert timed["at"] == "30 2 * * 0 (Europe/London)"
    assert timed["next"].endswith(":30:00Z")
    assert "30 2 * * 0 (Europe/London), while the hosted job runs" in " ".join(connector("status").out.split())
    (place / ".env").write_text(f"{env}CONNECTOR_SWEEP_AT=at night\n")
    wrong = connector("run")
    assert wrong.code == 2
    assert "CONNECTOR_SWEEP_AT: give the five fields of a crontab" in wrong.err


def test_no_command_that_decides_makes_a_ledger_that_is_not_there(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """A wrong folder or a lost file is told with what to do; an empty ledger would look like a first start."""
    for words in (
        ("pause",),
        ("resume",),
        ("parked", "list"),
        ("parked", "retry", "L1"),
        ("matches", "list"),
        ("matches", "accept", "operate:1"),
        ("show", "L1"),
    ):
        ran = connector(*words)
        assert ran.code == 2, words
        assert "There is no ledger" in ran.err
        assert "connector ledger rebuild" in ran.err
    assert "there is none yet" in connector("status").out
    assert not list(place.glob("connector.db*"))


def test_status_says_that_the_mapping_file_cannot_be_used(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """Whoever has just edited it looks there; a hosted job goes on with the one before."""
    broken = place / "broken.yaml"
    broken.write_text("rules: [", encoding="utf-8")
    write_env(place, {**sandbox.settings, "CONNECTOR_MAPPING": str(broken)})
    assert "broken.yaml:1" in "".join(connector("status").out.split())  # a long path goes on in the next line
    assert "broken.yaml:1" in connector("status", "--json").json["mapping_problem"]
    write_env(place, sandbox.settings)
    assert connector("status", "--json").json["mapping_problem"] is None
