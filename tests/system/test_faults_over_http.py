"""No duplicates and no losses when the network or the process fails, over real HTTP."""

import signal
import time
from collections import Counter

import pytest

from connector.core.model import Side
from connector.core.result import Scope
from connector.cycle import backfill, sync
from connector.sandbox.http import Fault
from connector.sandbox.operate import OperateConfig
from tests.system.conftest import Setup, Stage


def enter_in_salesforce(stage: Stage, name: str) -> str:
    """A new lead in Salesforce."""
    row = {"FirstName": "Mia", "LastName": name, "Company": f"{name} Ltd", "Email": f"mia@{name.lower()}.example"}
    return stage.sandbox.salesforce.add(row)


def enter_in_operate(stage: Stage, name: str) -> str:
    """A new lead in Operate."""
    location = min(stage.sandbox.operate.others("location"), key=int)
    row = {"locationname": location, "leadname": f"{name} Ltd", "firstname": "Mia", "lastname": name}
    return stage.sandbox.operate.add({**row, "emailaddress": f"mia@{name.lower()}.example"})


def everybody(stage: Stage) -> tuple[Counter[str], Counter[str]]:
    """How often each company is in Salesforce and in Operate."""
    salesforce = Counter(str(row["Company"]) for row in stage.sandbox.salesforce.leads().values())
    operate = Counter(str(row["leadname"]) for row in stage.sandbox.operate.leads().values())
    return salesforce, operate


@pytest.mark.parametrize("field", ["ud_salesforceid", None])
@pytest.mark.parametrize("kind", ["lost_after", "lost_before", "html"])
def test_a_create_in_operate_whose_answer_is_lost_is_made_once(stage: Setup, kind: str, field: str | None) -> None:
    """The lead is looked up, not sent again - by its counterpart id, or by what was sent where there is no field."""
    with stage(count=4, operate_config=OperateConfig(counterpart_field=field)) as here, here.pair() as pair:
        backfill(pair, Scope())
        enter_in_salesforce(here, "Lostova")
        here.sandbox.operate_server.fault(Fault(kind, method="PUT", path="/lead", status=502))  # type: ignore[arg-type]
        for _ in range(5):
            sync(pair)
            time.sleep(0.6)
        salesforce, operate = everybody(here)
        assert operate["Lostova Ltd"] == salesforce["Lostova Ltd"] == 1
        assert sync(pair).writes == 0
        assert pair.ledger.intents.open() == []


@pytest.mark.parametrize("kind", ["lost_after", "lost_before", "html"])
def test_a_create_in_salesforce_whose_answer_is_lost_is_made_once(stage: Setup, kind: str) -> None:
    """The External ID is looked up after the hold; an upsert is not repeated before that."""
    with stage(count=4) as here, here.pair() as pair:
        backfill(pair, Scope())
        enter_in_operate(here, "Lostova")
        here.sandbox.salesforce_server.fault(Fault(kind, method="PATCH", path="composite", status=502))  # type: ignore[arg-type]
        for _ in range(5):
            sync(pair)
            time.sleep(0.6)
        salesforce, operate = everybody(here)
        assert operate["Lostova Ltd"] == salesforce["Lostova Ltd"] == 1
        assert sync(pair).writes == 0


@pytest.mark.parametrize("writes", [1, 2, 5, 9, 14])
def test_a_killed_cycle_neither_loses_nor_doubles_a_lead(stage: Setup, writes: int) -> None:
    """kill -9 after so many writes, then the same command again."""
    with stage(count=6) as here:
        assert here.run("backfill", "--apply", "--json")[0] in {0, 4}
        for number in range(6):
            enter_in_salesforce(here, f"Here{number}")
            enter_in_operate(here, f"There{number}")
        for server in (here.sandbox.salesforce_server, here.sandbox.operate_server):
            server.reset_journal()
            server.fault(Fault("latency", method="PUT|POST|PATCH", path="lead|composite", times=0, seconds=0.05))
        with here.start("sync") as process:
            while process.poll() is None and _written(here) < writes:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        for server in (here.sandbox.salesforce_server, here.sandbox.operate_server):
            server.clear_faults()
        for _ in range(6):
            code, _ = here.run("sync", "--json")
            assert code in {0, 4}
            time.sleep(0.5)
        salesforce, operate = everybody(here)
        assert salesforce == operate
        assert max(salesforce.values()) == 1
        assert here.run("sync", "--json")[1]["operate"]["created"] == 0


def _written(here: Stage) -> int:
    operate = here.sandbox.operate_server.journal.calls("PUT|POST", "/api/1.0/lead")
    salesforce = here.sandbox.salesforce_server.journal.calls("POST|PATCH", "composite")
    return len(operate) + len(salesforce)


def test_one_failed_side_creates_nothing_on_the_other(stage: Setup) -> None:
    """While Operate cannot be read, a new lead of Operate's colleague stays where it is; afterwards it is created."""
    with stage(count=4) as here, here.pair() as pair:
        backfill(pair, Scope())
        enter_in_salesforce(here, "Waiting")
        enter_in_operate(here, "Elsewhere")
        here.sandbox.operate_server.fault(
            Fault("status", method="GET", path="/lead", times=6, status=503, retry_after="0")
        )
        first = sync(pair)
        assert str(first.status) == "stopped"
        assert everybody(here)[0]["Elsewhere Ltd"] == everybody(here)[1]["Waiting Ltd"] == 0
        here.sandbox.operate_server.clear_faults()
        sync(pair)
        assert everybody(here)[0]["Elsewhere Ltd"] == everybody(here)[1]["Waiting Ltd"] == 1


def test_the_same_person_entered_on_both_sides_between_two_polls_is_one_lead(stage: Setup) -> None:
    """Both strangers meet in the index before either becomes a new lead."""
    with stage(count=4) as here, here.pair() as pair:
        backfill(pair, Scope())
        enter_in_salesforce(here, "Twice")
        enter_in_operate(here, "Twice")
        result = sync(pair)
        assert result.linked == 1
        assert everybody(here)[0]["Twice Ltd"] == everybody(here)[1]["Twice Ltd"] == 1
        link = pair.ledger.links.by_record(Side.OPERATE, [max(here.sandbox.operate.leads(), key=int)])
        assert len(link) == 1
