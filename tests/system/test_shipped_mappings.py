"""The mappings that come along, at work over both stand-ins: every field arrives, and nothing is written twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from connector.core.model import LinkState, Side
from connector.core.result import Scope, Status
from connector.cycle import backfill, sync
from connector.errors import MappingError, Misconfigured
from connector.pair import Pair
from connector.sandbox.http import Fault
from connector.sandbox.operate import OperateConfig
from connector.sandbox.salesforce import SalesforceConfig
from tests.core.mapping.frame import EXAMPLES, MAPPINGS
from tests.core.mapping.full import IN_OPERATE, IN_SALESFORCE, TOLD_BY_OPERATE
from tests.system.conftest import Setup, Stage

SMALL_LISTS = "/(region|leadtype|clienttype|emailcampaign|deadleadreason|user)[?]"


SOMEBODY_ELSE = {
    "FirstName": "Hugo",
    "LastName": "Berg",
    "Company": "Berg AG",
    "Email": "hugo@berg.example",
    "Phone": "020 7946 0991",
    "MobilePhone": "07700 900991",
    "Website": "berg.example",
    "Street": "9 Quay",
    "City": "Leeds",
    "PostalCode": "LS1 4AP",
}


@contextmanager
def at_work(stage: Stage, file: str = "lead.yaml", **settings: str) -> Iterator[Pair]:
    """A pair with one of the shipped mappings."""
    with stage.pair(CONNECTOR_MAPPING=str(MAPPINGS / file), **settings) as pair:
        yield pair


def in_step(pair: Pair, cycles: int = 2) -> None:
    """So many cycles on, nothing is written any more and nothing waits for a person."""
    for _ in range(cycles - 1):
        sync(pair)
    result = sync(pair)
    assert (result.status, result.writes, result.parked) == (Status.DONE, 0, 0)


def salesforce_lead(stage: Stage, last_name: str = "Falk") -> dict[str, Any]:
    """The one lead of that name in Salesforce, with dates as JSON shows them."""
    (row,) = (row for row in stage.sandbox.salesforce.leads().values() if row["LastName"] == last_name)
    return {name: _shown(value) for name, value in row.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.000+0000"
    return value.isoformat() if hasattr(value, "isoformat") else value


def operate_lead(stage: Stage, last_name: str = "Falk") -> dict[str, str | None]:
    """The one lead of that name in Operate."""
    (row,) = (row for row in stage.sandbox.operate.leads().values() if row["lastname"] == last_name)
    return dict(row)


def test_a_full_operate_lead_arrives_in_salesforce_with_every_field(stage: Setup) -> None:
    """And every later change of a field, too: also one that takes something back."""
    with stage(count=4) as here, at_work(here) as pair:
        backfill(pair, Scope())
        lead = here.sandbox.operate.add(IN_OPERATE)
        sync(pair)
        expected = {**IN_SALESFORCE, **TOLD_BY_OPERATE}
        assert {name: salesforce_lead(here)[name] for name in expected} == expected
        in_step(pair, 1)
        assert {name: operate_lead(here)[name] for name in IN_OPERATE} == IN_OPERATE
        here.sandbox.operate.edit(
            lead, {"leadstatus": "0", "deadreason": "", "deaddate": "", "multidaybooking": "false"}
        )
        here.sandbox.operate.edit(lead, {"leadstatusid": "8", "eventenddate": "2027-06-03T17:00:00+00:00"})
        sync(pair)
        row = salesforce_lead(here)
        assert (row["Operate_Broker_Status__c"], row["Operate_Status_Number__c"]) == ("Accepted", "8")
        assert (row["Operate_Dead__c"], row["Operate_Dead_Reason__c"], row["Operate_Dead_Date__c"]) == (
            False,
            None,
            None,
        )
        assert (row["Operate_Multi_Day__c"], row["Operate_Event_End__c"]) == (False, "2027-06-03T17:00:00.000+0000")
        in_step(pair, 1)


def test_a_full_salesforce_lead_arrives_in_operate_with_every_field(stage: Setup) -> None:
    """Only what is Operate's own to say stays as Operate has it; what people type there flows nowhere."""
    with stage(count=4) as here, at_work(here) as pair:
        backfill(pair, Scope())
        here.sandbox.operate_server.reset_journal()
        lead = here.sandbox.salesforce.add({**IN_SALESFORCE, "Operate_Dead_Reason__c": "No budget"})
        sync(pair)
        row = operate_lead(here)
        arrived = {name for name in IN_OPERATE if row.get(name) == IN_OPERATE[name]}
        assert set(IN_OPERATE) - arrived == {
            *("broker", "agentcontact", "agentemail", "agentreference", "leadstatus", "campaign_id"),
            *("deadreason", "deaddate", "leadstatusid", "enquirydate"),
        }
        assert (row["broker"], row["leadstatusid"], row.get("deadreason")) == ("0", "1", None)
        writes = here.sandbox.operate_server.journal.calls("PUT|POST", "/api/1.0/lead")
        assert [write.method for write in writes] == ["PUT", "POST"]
        in_step(pair, 1)
        here.sandbox.salesforce.edit(lead, {"Operate_Status_Number__c": "9", "Operate_Broker_Status__c": "Accepted"})
        in_step(pair, 1)
        assert operate_lead(here)["leadstatusid"] == "1"


def test_a_box_that_nobody_ticked_in_salesforce_does_not_untick_operates(stage: Setup) -> None:
    """The tick box is new in Salesforce, so all are empty there when the two are linked."""
    with stage(count=4) as here, at_work(here) as pair:
        here.sandbox.operate.add(IN_OPERATE)
        here.sandbox.salesforce.add({**IN_SALESFORCE, "Operate_Multi_Day__c": False})
        backfill(pair, Scope())
        assert (salesforce_lead(here)["Operate_Multi_Day__c"], operate_lead(here)["multidaybooking"]) == (True, "true")
        in_step(pair, 1)


@pytest.mark.parametrize("file", EXAMPLES)
def test_a_shipped_mapping_brings_both_sides_into_step(stage: Setup, file: str) -> None:
    """It fits the live fields, nothing of it is left out, and after the first run nothing is written."""
    with stage(count=30) as here, at_work(here, file) as pair:
        assert pair.mapping.notices == pair.notices == ()
        here.sandbox.operate.add({**IN_OPERATE, "deadreason": None, "deaddate": None})
        here.sandbox.salesforce.add({**IN_SALESFORCE, **SOMEBODY_ELSE})
        assert backfill(pair, Scope()).status is Status.DONE
        in_step(pair)
        assert any(link.state is LinkState.LIVE for link in pair.ledger.links.all())


@pytest.mark.parametrize("file", ["lead.yaml", "minimal.yaml", "marketing-to-operate.yaml"])
def test_an_org_without_custom_fields_goes_without_the_optional_rules(stage: Setup, file: str) -> None:
    """Everything else of the mapping works, and the first run ends with nothing left to write."""
    with stage(count=30, salesforce_config=SalesforceConfig(plain_org=True)) as here, at_work(here, file) as pair:
        used = {name for name in pair.mapping.fields(Side.SALESFORCE) if name.endswith("__c")}
        assert used == set()
        assert backfill(pair, Scope()).status is Status.DONE
        in_step(pair)


def test_a_tenant_that_shows_no_small_lists_goes_without_their_names(stage: Setup) -> None:
    """Ids without a label are left alone; what shows its label itself, and all other fields, still flow."""
    with stage(count=10, operate_config=OperateConfig(users_endpoint=False)) as here:
        here.sandbox.operate_server.fault(Fault("status", path=SMALL_LISTS, times=0, status=403))
        with at_work(here) as pair:
            assert len(pair.notices) == 6
            backfill(pair, Scope())
            here.sandbox.operate.add(IN_OPERATE)
            sync(pair)
            row = salesforce_lead(here)
            assert (row["Operate_Lead_Type__c"], row["Operate_Dead_Reason__c"]) == ("Hot Lead", "Window Shopper")
            assert (row["Operate_Region__c"], row["Operate_Client_Type__c"], row["Operate_Campaign__c"]) == (None,) * 3
            assert row["Operate_Budget__c"] == IN_OPERATE["budget"]
            in_step(pair, 1)


def test_a_tenant_that_shows_no_locations_is_told_so(stage: Setup) -> None:
    """Every Operate lead needs one, so the default mapping cannot do without the list."""
    with stage(count=4) as here:
        here.sandbox.operate_server.fault(Fault("status", path="/location[?]", times=0, status=403))
        with pytest.raises(Misconfigured, match="shows no locations"), at_work(here):
            pass


def test_minimal_carries_who_it_is_and_how_to_reach_them(stage: Setup) -> None:
    """Nothing else is read or written."""
    with stage(count=4) as here, at_work(here, "minimal.yaml") as pair:
        backfill(pair, Scope())
        here.sandbox.salesforce.add(IN_SALESFORCE)
        sync(pair)
        row = operate_lead(here)
        assert (row["firstname"], row["leadname"], row["otherneeds"]) == ("Rosa", "Falk Ltd", "Bicycle racks")
        assert (row["town"], row["mobileno"]) == (None, None)
        in_step(pair, 1)


def test_marketing_feeds_operate_and_learns_only_how_the_lead_is_doing(stage: Setup) -> None:
    """Operate's own leads stay there, its edits too; a closed lead is left alone."""
    with stage(count=20, operate_only=0.5) as here, at_work(here, "marketing-to-operate.yaml") as pair:
        before = len(here.sandbox.salesforce.leads())
        backfill(pair, Scope())
        walk_in = {"firstname": "Ivo", "lastname": "Quist", "leadname": "Quist", "emailaddress": "walk@in.example"}
        here.sandbox.operate.add({**IN_OPERATE, **walk_in, "phoneno": "", "mobileno": "", "website": ""})
        lead = here.sandbox.salesforce.add({**IN_SALESFORCE, "LeadSource": "Web"})
        closed = {**IN_SALESFORCE, **SOMEBODY_ELSE, "Status": "Closed - Not Converted"}
        here.sandbox.salesforce.add(closed)
        sync(pair)
        assert len(here.sandbox.salesforce.leads()) == before + 2
        names = [row["lastname"] for row in here.sandbox.operate.leads().values()]
        assert (names.count("Falk"), names.count("Closed")) == (1, 0)
        row = operate_lead(here)
        assert (row["leadsource"], row["town"]) == ("Website", "London")
        there = str(row["leadid"])
        here.sandbox.operate.edit(
            there, {"town": "Leeds", "otherneeds": "Called", "deadreason": "539", "leadstatusid": "5"}
        )
        sync(pair)
        shown = salesforce_lead(here)
        assert (shown["City"], shown["Description"]) == ("London", "Bicycle racks")
        assert (shown["Operate_Dead_Reason__c"], shown["Operate_Status_Number__c"]) == ("No Response", "5")
        here.sandbox.salesforce.edit(lead, {"City": "York", "LeadSource": "Purchased List"})
        sync(pair)
        row = operate_lead(here)
        assert (row["town"], row["leadsource"], row["otherneeds"]) == ("York", "Website", "Called")
        in_step(pair, 1)
        here.sandbox.salesforce.edit(lead, {"City": "Hull", "Status": "Closed - Not Converted"})
        in_step(pair, 1)
        assert operate_lead(here)["town"] == "York"


def test_marketing_says_what_it_needs_of_operate(stage: Setup) -> None:
    """Without the custom field, its own leads could not be told from others."""
    with (
        stage(count=4, operate_config=OperateConfig(counterpart_field=None)) as here,
        pytest.raises(MappingError, match="ud_salesforceid"),
        at_work(here, "marketing-to-operate.yaml"),
    ):
        pass


def test_broker_takes_in_who_names_a_broker_and_nobody_else(stage: Setup) -> None:
    """From both sides; the brokerage by its name, and the location by what the broker wrote."""
    with stage(count=30) as here, at_work(here, "broker.yaml") as pair:
        before = (len(here.sandbox.salesforce.leads()), len(here.sandbox.operate.leads()))
        alone = (here.sandbox.operate.leads()[record_id] for record_id in here.sandbox.population.operate_only)
        brokers = sum(row["broker"] != "0" for row in alone)
        assert 0 < brokers < len(here.sandbox.population.operate_only)
        backfill(pair, Scope())
        in_step(pair, 1)
        assert (before[0] + brokers, before[1]) == (
            len(here.sandbox.salesforce.leads()),
            len(here.sandbox.operate.leads()),
        )
        here.sandbox.operate.add(IN_OPERATE)
        ours = {"LastName": "Berg", "Company": "Berg AB", "Operate_Broker__c": "Harper & Lane Brokers"}
        ours |= {
            "Operate_Location_Wanted__c": "EC2, near the station",
            "Operate_Event_Start__c": "2027-06-01T09:30:00Z",
        }
        here.sandbox.salesforce.add(ours)
        sync(pair)
        row = salesforce_lead(here)
        assert (row["Operate_Broker__c"], row["Operate_Broker_Agent__c"]) == (
            "Desk Hunters Ltd",
            "rosa@broker401.example",
        )
        assert (row["Operate_Event_Start__c"], row["Operate_Multi_Day__c"]) == ("2027-06-01T09:30:00.000+0000", True)
        there = operate_lead(here, "Berg")
        assert (there["broker"], there["locationname"]) == ("402", "1")
        assert there["eventstartdate"] == "2001-01-01T00:00:00+00:00"  # no event is named, so its date means nothing
        in_step(pair, 1)
