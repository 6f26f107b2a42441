"""What happens to leads past the API: people, workflows, assignment, late transactions, conversion."""

from datetime import UTC, datetime

import httpx
import pytest

from connector.sandbox.http import Clock, Fault, Server
from connector.sandbox.operate import Operate, OperateConfig, Workflow
from tests.sandbox.operate_client import Client


def test_a_lead_comes_in_from_the_web_form() -> None:
    """Labels become ids, the author is Web To Lead, and `created` can lie in the past."""
    client = Client()
    born = datetime(2025, 12, 24, 18, 0, 0, 999_999, tzinfo=UTC)
    client.app.add({"locationname": "7th Avenue", "enquirydate": "2025-12-24T17:59:00Z"}, created=born)
    lead = client.app.leads()["1"]
    assert (lead["createdby"], lead["locationname"]) == ("Web To Lead", "4")
    assert lead["creationdate"] == lead["updatedate"] == "2025-12-24T18:00:00+00:00"
    assert lead["enquirydate"] == "2025-12-24T17:59:00+00:00"


def test_an_unreadable_lead_comes_in_nearly_empty() -> None:
    """No name, no location, no valid address: past the API nothing is required."""
    client = Client()
    client.app.add({"emailaddress": "n/a", "locationrequired": "EC1, City"}, by="LeadDADI")
    assert client.get("lead/1")["leads"][0]["emailaddress"] == "n/a"


def test_a_person_edits_and_deletes_a_lead() -> None:
    """The stamp moves and is signed; a delete leaves nothing; unknown leads and fields are errors of the test."""
    client = Client()
    record_id = client.app.add({"firstname": "Ada"})
    client.clock.advance(5)
    client.app.edit(record_id, {"lastname": "O'Neill"})
    lead = client.app.leads()[record_id]
    assert (lead["updatedby"], lead["updatedate"]) == ("Anthony Smith", "2026-03-02T10:00:05+00:00")
    client.app.remove(record_id)
    assert client.app.leads() == {}
    with pytest.raises(KeyError):
        client.app.edit(record_id, {"firstname": "Eve"})
    with pytest.raises(KeyError):
        client.app.remove(record_id)
    with pytest.raises(ValueError, match="fristname"):
        client.app.add({"fristname": "Ada"})


def test_a_copy_of_the_leads_changes_nothing() -> None:
    """`leads()` gives copies."""
    client = Client()
    client.app.add({"firstname": "Ada"})
    client.app.leads()["1"]["firstname"] = "Eve"
    assert client.app.leads()["1"]["firstname"] == "Ada"


def test_a_new_lead_may_lack_an_update_stamp() -> None:
    """Switchable: then a query by `updatedate` misses it until somebody edits it."""
    client = Client(OperateConfig(updatedate_on_create=False))
    assert client.create()["updatedate"] is None
    assert client.ids(where="[updatedate]>='2017'") == []
    client.app.edit("1", {"town": "Leeds"})
    assert client.ids(where="[updatedate]>='2017'") == ["1"]


def test_a_workflow_changes_a_lead_a_moment_later() -> None:
    """Signed "Workflow", with a new stamp; only where its condition holds; it does not start itself again."""
    number = Workflow(change={"phoneno": lambda phone: f"+44 {phone}"}, when={"locationname": "4"}, after=2)
    client = Client(OperateConfig(workflows=(number,)))
    for location in ("4", "10"):
        client.create(locationname=location, phoneno="20 7946 0100")
    assert client.app.leads()["1"]["phoneno"] == "20 7946 0100"
    client.clock.advance(60)
    first, second = client.get("lead")["leads"]
    assert (first["phoneno"], second["phoneno"]) == ("+44 20 7946 0100", "20 7946 0100")
    assert (first["updatedby"], first["updatedate"]) == ("Workflow", "2026-03-02T10:00:02+00:00")
    client.clock.advance(30)
    assert client.app.leads()["1"]["phoneno"] == "+44 20 7946 0100"


def test_a_workflow_that_changes_nothing_leaves_the_stamp() -> None:
    """No change, no edit; one for updates only leaves creates alone; a deleted lead is not brought back."""
    status = Workflow(change={"leadstatusid": "3"}, on="update")
    client = Client(OperateConfig(workflows=(status,)))
    client.create()
    client.clock.advance(10)
    assert client.app.leads()["1"]["leadstatusid"] == "1"
    for _ in range(2):
        client.app.edit("1", {"town": "Leeds"})
        client.clock.advance(10)
    lead = client.app.leads()["1"]
    assert (lead["leadstatusid"], lead["updatedby"]) == ("3", "Anthony Smith")
    client.app.edit("1", {"leadstatusid": "1"})
    client.app.remove("1")
    client.clock.advance(10)
    assert client.app.leads() == {}


def test_a_new_lead_is_assigned_by_its_location() -> None:
    """Whoever the API named as owner, the tenant's rule wins."""
    client = Client(OperateConfig(auto_assign={"4": "27"}))
    assert client.create(locationname="4", user_id="12")["user_id"] == "27"
    assert client.create(locationname="10", user_id="12")["user_id"] == "12"


def test_a_late_transaction_is_stamped_before_it_is_seen() -> None:
    """A create appears behind a cursor that has passed its stamp; an edit shows its old version until then."""
    client = Client()
    client.create(town="Leeds")
    client.app.late_commit(20)
    client.app.edit("1", {"town": "Hull"})
    client.app.late_commit(30)
    client.create(town="York")
    client.create(town="Bath")
    client.clock.advance(19)
    assert [(lead["leadid"], lead["town"]) for lead in client.get("lead")["leads"]] == [("1", "Leeds"), ("3", "Bath")]
    assert client.get("lead/2")["totalCount"] == "0"
    assert [lead["town"] for lead in client.app.leads().values()] == ["Hull", "York", "Bath"]
    client.clock.advance(11)
    leads = client.get("lead")["leads"]
    assert [lead["town"] for lead in leads] == ["Hull", "York", "Bath"]
    assert leads[1]["updatedate"] == "2026-03-02T10:00:00+00:00"


def test_the_next_writer_waits_for_a_late_transaction() -> None:
    """Nothing is lost between two writes of the same lead."""
    client = Client()
    client.create()
    client.app.late_commit(60)
    client.app.edit("1", {"town": "Hull"})
    client.app.edit("1", {"county": "Kent"})
    lead = client.get("lead/1")["leads"][0]
    assert (lead["town"], lead["county"]) == ("Hull", "Kent")
    client.app.late_commit(60)
    client.app.edit("1", {"town": "York"})
    client.app.remove("1")
    client.clock.advance(60)
    assert client.app.leads() == {}


def test_a_converted_lead_stays_beside_its_account() -> None:
    """Marked as in the sample; the account is of the documented type and has an Accounts ID."""
    client = Client()
    client.create(leadname="Coalition", emailaddress="ada@example.com", clienttype="3", user_id="27")
    client.clock.advance(60)
    account_id = client.app.convert("1")
    lead = client.get("lead/1")["leads"][0]
    assert (lead["leadconverted"], lead["leadconvertedby"]) == ("true", "Administrator")
    assert lead["leadconverteddate"] == lead["updatedate"] == "2026-03-02T10:01:00+00:00"
    account = client.get(f"account/{account_id}")["accounts"][0]
    assert (account["clientname"], account["outputvalue_accounttype_id"]) == ("Coalition", "Converted Lead")
    assert (account["outputvalue_location"], account["outputvalue_clienttype"]) == ("7th Avenue", "Virtual")
    assert (account["accountsid"], account["emailaddress"]) == (f"ACC-{account_id}", "ada@example.com")
    assert client.app.others("account")[account_id]["createdby"] == "Administrator"
    with pytest.raises(KeyError):
        client.app.convert("99")


def test_the_same_seed_makes_the_same_tenant() -> None:
    """And another seed another one."""
    first, same, other = (Operate(clock=Clock(), seed=seed).others("location") for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_a_client_meets_the_tenant_over_http() -> None:
    """Login, create, a lost answer that was committed, a query with an encoded filter, expiry by the clock."""
    app = Operate(clock=Clock())
    form = {"grant_type": "password", "scope": "hubapi", "username": app.config.username}
    form |= {"client_id": app.config.client_id, "client_secret": app.config.client_secret}
    with Server(app, clock=app.clock) as server, httpx.Client(base_url=server.url) as client:
        token = client.post("/oauth2/token", data=form | {"password": app.config.password}).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        body = {"data": '{"leads":[{"locationname":"4","leadname":"Søn & Co"}]}'}
        assert client.put("/api/1.0/lead", data=body).json()["response"]["status"] == "OK"
        server.fault(Fault("lost_after", method="PUT", path=r"/lead\?\n.*Søn & Co"))
        with pytest.raises(httpx.RemoteProtocolError):
            client.put("/api/1.0/lead", data=body)
        query = {"where": "[leadname]='Søn & Co'AND[updatedate]>='2017'", "startrecord": "1", "endrecord": "10"}
        assert client.get("/api/1.0/lead", params=query).json()["response"]["totalCount"] == "2"
        server.fault(Fault("status", status=429, retry_after="3", path="/api/"))
        assert client.get("/api/1.0/lead").headers["Retry-After"] == "3"
        app.clock.advance(121)
        assert client.get("/api/1.0/lead").status_code == 401
        assert [entry.status for entry in server.journal.calls("PUT")] == [200, None]
