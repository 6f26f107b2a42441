"""From nothing to two CRMs in step, by commands only."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.cli.next import TOWARDS, Direction, backfill_command
from connector.core.model import SECOND
from connector.core.result import Mode, Scope
from connector.sandbox.http import Fault
from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.serve import Sandbox, serving
from tests.cli.conftest import Connector, proposed, write_env


def _writes(sandbox: Sandbox) -> list[str]:
    """The requests that changed a lead, as both stand-ins journalled them."""
    here = [each for each in sandbox.salesforce_server.journal if each.method in {"PATCH", "DELETE"}]
    there = [each for each in sandbox.operate_server.journal if each.method in {"PUT", "POST", "DELETE"}]
    return [f"{each.method} {each.path}" for each in (*here, *there) if "token" not in each.path]


def test_before_the_first_backfill_sync_writes_nothing_and_names_the_way_forward(
    sandbox: Sandbox, connector: Connector
) -> None:
    """Exit code 5, and the command to look at first."""
    ran = connector("sync")
    assert ran.code == 5
    assert "connector backfill" in ran.err
    assert ran.out == ""
    assert _writes(sandbox) == []


def test_a_backfill_without_consent_shows_everything_and_changes_nothing(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """No write reaches a CRM, and not even a ledger file is made."""
    ran = connector("backfill")
    assert ran.code == 0
    assert "new leads to be made here" in ran.out
    assert "Nothing was written" in ran.out
    assert _writes(sandbox) == []
    assert not (place / "connector.db").exists()


def test_an_org_without_custom_fields_is_told_so_in_a_few_lines(place: Path, connector: Connector) -> None:
    """Every rule that is left out is named by `check` and in the JSON, but does not fill the screen."""
    with serving(count=10, messy=False, salesforce_config=SalesforceConfig(plain_org=True)) as plain:
        write_env(place, plain.settings)
        ran = connector("backfill")
        notes = connector("backfill", "--json").json["notices"]
        assert len(notes) > 20
        assert ran.out.count("note: ") == 6
        assert f"note: {len(notes) - 5} more of these" in ran.out
        assert connector("backfill", "--all").out.count("note: ") == len(notes)
        assert all(f"rule {name} is left out" in connector("check").out for name in ("people", "budget", "dead"))


def test_what_the_preview_counts_is_what_the_backfill_does(sandbox: Sandbox, connector: Connector) -> None:
    """The preview is the plan: as many leads are linked and made."""
    counts = connector("backfill", "--json").json["counts"]
    ran = connector("backfill", "--apply", "--json")
    assert ran.code in {0, 4}
    assert ran.json["linked"] == counts["links"]
    assert {side: ran.json[side]["created"] for side in ("salesforce", "operate")} == counts["creates"]


@pytest.mark.parametrize(
    "scope",
    [
        "--mode link",
        "--direction to_operate --limit 3",
        "--since 2026-01-01",
        "--since 2026-01-01T09:30:00 --until 2026-03-01 --direction to_salesforce",
        "--limit 3 --allow-changes 7",
    ],
)
def test_the_command_that_a_preview_proposes_does_what_was_previewed(
    sandbox: Sandbox, connector: Connector, scope: str
) -> None:
    """Whoever copies it gets no full backfill in both directions, but what the preview counted."""
    before = {"operate": len(sandbox.operate.leads()), "salesforce": len(sandbox.salesforce.leads())}
    counts = connector("backfill", *shlex.split(scope), "--json").json["counts"]
    (again,) = proposed(connector("backfill", *shlex.split(scope)).out, "backfill")
    assert again == ["backfill", *shlex.split(scope), "--apply"]
    ran = connector(*again, "--json").json
    made = {
        "operate": len(sandbox.operate.leads()) - before["operate"],
        "salesforce": len(sandbox.salesforce.leads()) - before["salesforce"],
    }
    assert made == counts["creates"]
    assert ran["linked"] == counts["links"]
    if scope == "--mode link":
        assert made == {"operate": 0, "salesforce": 0}
    if "--direction to_operate" in scope:
        assert made["salesforce"] == 0
        assert made["operate"] <= 3


def test_a_whole_backfill_is_proposed_as_one_and_how_to_make_it_smaller(sandbox: Sandbox, connector: Connector) -> None:
    """Also by a preview before the first backfill."""
    for shown in (connector("backfill"), connector("preview")):
        assert "`connector backfill --apply` does it; --mode link, --since DATE and --limit N" in shown.out


@pytest.mark.parametrize("way", list(Direction))
def test_every_choice_stands_in_the_command(way: Direction) -> None:
    """As options, dates as they were given."""
    options = {} if way is Direction.BOTH else {"towards": TOWARDS[way]}
    scope = Scope(Mode.LINK, _at(1969, 12, 31, 23, 59, 58), _at(2026, 2, 1), limit=4, **options)
    direction = "" if way is Direction.BOTH else f" --direction {way}"
    assert backfill_command(scope, allow_changes=9, apply=True) == (
        f"connector backfill --mode link --since 1969-12-31T23:59:58 --until 2026-02-01{direction} --limit 4 "
        "--allow-changes 9 --apply"
    )


def _at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[misc,arg-type]


def test_a_preview_that_a_brake_would_stop_proposes_what_lets_it_through(
    sandbox: Sandbox, connector: Connector
) -> None:
    """With the number of leads, and only if what is shown is right; then it passes."""
    connector("backfill", "--apply")
    for number in range(60):
        sandbox.salesforce.add({"LastName": f"Newcomer {number}", "Company": f"Company {number}"})
    shown = connector("preview")
    assert "A brake would stop it. Only if what is shown is right: " in shown.out
    (again,) = proposed(shown.out, "sync")
    assert connector("sync").code == 5
    assert connector(*again).code in {0, 4}


def test_after_the_backfill_cycles_are_quiet_until_somebody_edits(sandbox: Sandbox, connector: Connector) -> None:
    """Nothing changed: nothing is written. One edit: one write, on the other side."""
    connector("backfill", "--apply")
    before = _writes(sandbox)
    assert connector("preview", "--exit-code").code == 0
    assert connector("sync", "--json").json["status"] == "done"
    assert _writes(sandbox) == before

    lead = next(iter(sandbox.operate.leads()))
    sandbox.operate.edit(lead, {"town": "Aberdaugleddau"})
    shown = connector("preview", "--exit-code")
    assert shown.code == 3
    assert "Aberdaugleddau" in shown.out
    assert "connector sync" in shown.out
    done = connector("sync", "--json").json
    assert (done["salesforce"]["updated"], done["operate"]["updated"]) == (1, 0)
    assert [row["City"] for row in sandbox.salesforce.leads().values()].count("Aberdaugleddau") == 1
    assert connector("preview", "--exit-code").code == 0


def test_a_double_edit_is_shown_with_the_value_that_would_be_given_up(sandbox: Sandbox, connector: Connector) -> None:
    """Before it happens in the preview, afterwards in the lead's history."""
    connector("backfill", "--apply")
    here, lead = next((i, row) for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    sandbox.salesforce.edit(here, {"City": "Bristol"})
    sandbox.operate.edit(lead["Operate_Lead_Id__c"], {"town": "Cardiff"})
    assert "given up: Cardiff" in connector("preview").out
    assert connector("sync", "--json").json["conflicts"] == 1
    conflicts = [each for each in connector("show", here, "--json").json["links"][0]["history"] if each["lost"]]
    assert [each["lost"] for each in conflicts if each["rule"] == "city"] == ["Cardiff"]


def test_a_trial_with_a_limit_is_no_first_run(sandbox: Sandbox, connector: Connector) -> None:
    """`--limit` makes a few leads, and `sync` still waits for a complete backfill."""
    ran = connector("backfill", "--apply", "--limit", "2", "--direction", "to_operate", "--json")
    assert ran.json["operate"]["created"] == 2
    assert ran.json["salesforce"]["created"] == 0
    assert "not complete" in ran.err
    assert connector("sync").code == 5


def test_after_a_trial_the_rest_is_proposed_without_the_limit_and_with_everything_else(
    sandbox: Sandbox, connector: Connector
) -> None:
    """To look at first: it says nothing of --apply by itself."""
    ran = connector("backfill", "--direction", "to_operate", "--limit", "2", "--apply")
    assert proposed(ran.err, "backfill") == [["backfill", "--direction", "to_operate"]]


def test_a_backfill_that_was_stopped_goes_on_by_the_same_command(sandbox: Sandbox, connector: Connector) -> None:
    """A CRM went away meanwhile: the whole command is told, and not the next cycle."""
    sandbox.salesforce_server.fault(Fault("status", path="queryAll|FROM Lead", times=0, status=503, retry_after="0"))
    ran = connector("backfill", "--mode", "link", "--apply")
    assert ran.code == 6
    assert proposed(ran.err, "backfill") == [["backfill", "--mode", "link", "--apply"]]


def test_leads_older_than_the_given_date_are_left_out_and_remembered(sandbox: Sandbox, connector: Connector) -> None:
    """`--since` tomorrow makes nobody, `status` counts them, and a later backfill takes them in."""
    ran = connector("backfill", "--apply", "--since", "2999-01-01", "--json")
    assert ran.json["operate"]["created"] + ran.json["salesforce"]["created"] == 0
    left = connector("status", "--json").json["strangers"]["left_out"]
    assert left > 0
    again = connector("backfill", "--apply", "--json").json
    assert again["operate"]["created"] + again["salesforce"]["created"] == left


def test_mode_link_keeps_old_differences(sandbox: Sandbox, connector: Connector) -> None:
    """Leads are linked and stamped, their values stay as they are."""
    towns = {number: row["town"] for number, row in sandbox.operate.leads().items()}
    ran = connector("backfill", "--apply", "--mode", "link", "--json")
    assert ran.json["linked"] > 0
    assert ran.json["operate"]["updated"] == 0
    assert {number: row["town"] for number, row in sandbox.operate.leads().items()} == towns


def test_the_html_page_is_private_self_contained_and_escaped(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """A lead called like a script tag is text on the page; nothing is loaded; only the owner may read the file."""
    hostile = "<script>alert(1)</script>"
    sandbox.salesforce.add({"LastName": hostile, "Company": "A & B"})
    ran = connector("preview", "--html", "preview.html")
    page = (place / "preview.html").read_text(encoding="utf-8")
    assert ran.code == 0
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "A &amp; B" in page
    assert "src=" not in page
    assert (place / "preview.html").stat().st_mode & 0o077 == 0
    assert connector("preview", "--html", "no/such/folder.html").code == 2


def test_values_cannot_steer_the_terminal(sandbox: Sandbox, connector: Connector) -> None:
    """Escape codes, markup and direction marks of a lead are shown, not obeyed."""
    sandbox.salesforce.add({"LastName": "\x1b[31mRed\u202e", "Company": "[bold]Loud[/bold]"})
    out = connector("preview", "--all").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\x1b[31mRed" in out
    assert "[bold]Loud[/bold]" in out


def test_the_tour_ends_well(connector: Connector) -> None:
    """`connector demo` keeps each of its promises, or ends with 1."""
    ran = connector("demo", "--leads", "60", "--seed", "3")
    assert ran.code == 0, ran.out
    assert "Everything as promised" in ran.out
