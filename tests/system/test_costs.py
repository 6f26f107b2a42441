"""What a cycle costs in requests, read off the journals of both stand-ins."""

import hashlib
import json
from urllib.parse import parse_qs

from connector.core.result import Scope
from connector.cycle import backfill, preview, sync
from connector.sandbox.http import Entry
from connector.sandbox.serve import Sandbox
from tests.system.conftest import Setup
from tests.system.test_faults_over_http import enter_in_operate, enter_in_salesforce


def fields_of(entry: Entry) -> set[str]:
    """The native fields of one write to Operate."""
    (row,) = json.loads(parse_qs(entry.body)["data"][0])["leads"]
    return set(row)


def operate_writes(sandbox: Sandbox) -> list[Entry]:
    """Creates and updates that Operate received."""
    return sandbox.operate_server.journal.calls("PUT|POST", "/api/1.0/lead")


def test_a_clean_new_lead_costs_operate_one_put_and_one_post(stage: Setup) -> None:
    """The PUT carries the minimum and our id, the POST everything else."""
    with stage(count=4) as here, here.pair() as pair:
        backfill(pair, Scope())
        here.sandbox.operate_server.reset_journal()
        enter_in_salesforce(here, "Clean")
        sync(pair)
        put, post = operate_writes(here.sandbox)
        assert (put.method, fields_of(put)) == ("PUT", {"locationname", "leadname", "ud_salesforceid"})
        assert post.method == "POST"
        assert fields_of(post) >= {"leadid", "firstname", "lastname", "emailaddress"}
        assert sync(pair).writes == 0


def test_a_lead_with_one_bad_field_lands_without_it_and_the_field_is_reported(stage: Setup) -> None:
    """Every good value arrives; the bad one is parked with the reason."""
    with stage(count=4) as here, here.pair() as pair:
        backfill(pair, Scope())
        lead = enter_in_salesforce(here, "Odd")
        here.sandbox.salesforce.edit(lead, {"LeadSource": "No such source", "City": "Leeds"})
        result = sync(pair)
        (row,) = (row for row in here.sandbox.operate.leads().values() if row["leadname"] == "Odd Ltd")
        assert (row["firstname"], row["town"], row["leadsource"]) == ("Mia", "Leeds", None)
        assert result.parked == 1
        (link,) = pair.ledger.links.parked()
        assert "leadsource" in link.parked["lead_source"].text
        assert sync(pair).writes == 0


def test_a_thousand_changed_leads_cost_salesforce_five_writes_and_one_read_back(stage: Setup) -> None:
    """Collections carry 200 a call; one retrieve learns what was stored."""
    with stage(count=1000, shared=1.0, operate_only=0.0) as here, here.pair() as pair:
        backfill(pair, Scope())
        sync(pair)
        for lead_id in here.sandbox.operate.leads():
            here.sandbox.operate.edit(lead_id, {"otherneeds": f"Quiet corner, please ({lead_id})."})
        here.sandbox.salesforce_server.reset_journal()
        result = sync(pair, allow_changes=1000)
        journal = here.sandbox.salesforce_server.journal
        linked = pair.ledger.links.counts().live
        assert result.sides[pair.crms[next(iter(pair.crms))].side].updated >= 0.99 * linked > 900
        assert len(journal.calls("PATCH", "composite/sobjects")) <= 6
        read_back = journal.calls("POST", "composite/sobjects/Lead")
        assert len(read_back) <= 2, "one reads back what was written, one whether those in doubt are still there"
        assert sync(pair).writes == 0


def test_a_quiet_cycle_costs_one_read_a_side(stage: Setup) -> None:
    """Nothing changed inside the overlap: one GET each, nothing else."""
    with stage(count=20) as here, here.pair() as pair:
        backfill(pair, Scope())
        sync(pair)
        for server in (here.sandbox.salesforce_server, here.sandbox.operate_server):
            server.reset_journal()
        result = sync(pair)
        assert result.writes == 0
        assert [entry.method for entry in here.sandbox.salesforce_server.journal] == ["GET"]
        assert [entry.method for entry in here.sandbox.operate_server.journal] == ["GET"]


def test_a_preview_writes_nowhere_and_leaves_the_ledger_byte_equal(stage: Setup) -> None:
    """It folds into a copy that is thrown away."""
    with stage(count=20) as here:
        with here.pair() as pair:
            backfill(pair, Scope())
        enter_in_salesforce(here, "Seen")
        enter_in_operate(here, "Shown")
        before = hashlib.sha256(here.ledger.read_bytes()).hexdigest()
        leads = (here.sandbox.salesforce.leads(), here.sandbox.operate.leads())
        code, shown = here.run("preview", "--json")
        assert code == 0
        assert "Seen" in json.dumps(shown)
        assert hashlib.sha256(here.ledger.read_bytes()).hexdigest() == before
        assert (here.sandbox.salesforce.leads(), here.sandbox.operate.leads()) == leads
        with here.pair() as pair:
            plan = preview(pair)
            result = sync(pair)
        assert result.sides[next(iter(pair.crms))].created == sum(
            lead.side is next(iter(pair.crms)) for lead in plan.leads
        )
