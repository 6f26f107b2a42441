"""`connector ledger rebuild`, end to end against the stand-ins."""

from pathlib import Path

from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector, Ran, proposed


def _lost(connector: Connector, place: Path) -> Ran:
    """A first run, and then the disk is gone."""
    done = connector("backfill", "--apply", "--json")
    for file in place.glob("connector.db*"):
        file.unlink()
    return done


def test_a_lost_ledger_is_shown_then_made_anew_and_the_next_cycle_has_nothing_to_do(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """The preview makes no file; consent is `--apply`; no lead is made or changed in either CRM."""
    assert _lost(connector, place).code in {0, 4}
    leads = (sandbox.salesforce.leads(), sandbox.operate.leads())
    shown = connector("ledger", "rebuild")
    assert shown.code == 0
    assert "linked: each carries the other's id" in shown.out
    assert "Lost with the old ledger: its history" in shown.out
    assert "Nothing was written. `connector ledger rebuild --apply` does it" in shown.out
    assert not list(place.glob("connector.db*"))
    assert connector("sync").code == 5
    done = connector("ledger", "rebuild", "--apply", "--json")
    assert done.code in {0, 4}
    found = done.json
    assert found["applied"]
    assert found["linked"]["both_ids"] + found["linked"]["one_id"] > 20
    assert (sandbox.salesforce.leads(), sandbox.operate.leads()) == leads
    status = connector("status", "--json").json
    assert status["backfilled"]
    assert status["linked"] == found["linked"]["both_ids"] + found["linked"]["one_id"]
    assert [row["kind"] for row in status["cycles"]] == ["rebuild"]
    cycle = connector("sync", "--json").json
    assert [cycle[side][what] for side in ("salesforce", "operate") for what in ("created", "deleted")] == [0] * 4


def test_a_ledger_that_is_in_use_is_refused(sandbox: Sandbox, connector: Connector) -> None:
    """Exit code 2, with what to do; the ledger stays as it is."""
    connector("backfill", "--apply")
    before = connector("status", "--json").json
    for words in (("--apply",), ("--hold", "--apply"), ()):
        refused = connector("ledger", "rebuild", *words)
        assert refused.code == 2
        assert "so it is not lost" in refused.err
    assert connector("status", "--json").json == before


def test_what_differs_is_told_field_by_field(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """Without a value of anybody: who wins, what is filled, and with `--hold` what waits."""
    _lost(connector, place)
    row = next(each for each in sandbox.salesforce.leads().values() if each["Operate_Lead_Id__c"])
    sandbox.salesforce.edit(row["Id"], {"City": "Nowhereville"})
    shown = connector("ledger", "rebuild")
    assert "what the next cycle does" in shown.out
    assert "city" in shown.out
    assert "Nowhereville" not in shown.out
    (again,) = proposed(connector("ledger", "rebuild", "--hold", "--allow-changes", "3").out, "ledger")
    assert again == ["ledger", "rebuild", "--hold", "--allow-changes", "3", "--apply"]
    held = connector(*again)
    assert held.code == 4
    assert "1 wait for a person" in held.out
    assert "city" in connector("parked", "list").out


def test_the_bin_and_merges_are_asked_for_over_http(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """A partner in the bin and the loser of a merge let their leads rest; an id that leads nowhere asks a person."""
    _lost(connector, place)
    linked = {id_: row["Operate_Lead_Id__c"] for id_, row in sandbox.salesforce.leads().items()}
    first, second, winner, gone = [id_ for id_, named in linked.items() if named][:4]
    sandbox.salesforce.remove(first)
    sandbox.salesforce.merge(winner, [second])
    sandbox.operate.remove(linked[gone])
    found = connector("ledger", "rebuild", "--json").json
    assert found["at_rest"]["deleted in salesforce"] == 1
    assert found["at_rest"]["merged"] == 1
    assert found["for_a_person"]["nobody"] == 1
    assert {"side": "salesforce", "record_id": gone, "why": "nobody", "ids": [linked[gone]]} in found["examples"]
    told = connector("ledger", "rebuild", "--apply")
    assert told.code == 4
    assert "its id leads nowhere" in told.out
    leads = len(sandbox.salesforce.leads()), len(sandbox.operate.leads())
    assert connector("sync", "--json").json["operate"]["created"] == 0
    assert (len(sandbox.salesforce.leads()), len(sandbox.operate.leads())) == leads
