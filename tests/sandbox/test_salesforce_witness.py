"""simple-salesforce, written by others for the real thing, works with the stand-in over HTTP."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce as Library
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from connector.sandbox.http import Clock, Fault, Server
from connector.sandbox.salesforce import Salesforce, SalesforceConfig

from .salesforce_client import LEAD


class Loopback(HTTPAdapter):
    """Sends whatever is meant for https://… to a local origin, never without a timeout."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        super().__init__()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Replace scheme and host."""
        parts = urlsplit(request.url or "")
        request.url = self.origin + str(parts.path) + (f"?{parts.query}" if parts.query else "")
        return super().send(request, stream, timeout or (5, 30), verify, cert, {})


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PRIVATE = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
USERNAME = "integration@salesforce.example"


@pytest.fixture
def org() -> Salesforce:
    """An org that takes both kinds of login."""
    return Salesforce(clock=Clock(), config=SalesforceConfig(username=USERNAME, public_key=PUBLIC.decode()))


@pytest.fixture
def server(org: Salesforce) -> Iterator[Server]:
    """The org over HTTP."""
    with Server(org, clock=org.clock) as running:
        yield running


@pytest.fixture
def session(server: Server) -> Iterator[requests.Session]:
    """A session that finds the server behind any https address."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", Loopback(server.url))
        yield session


@pytest.fixture
def client(session: requests.Session, org: Salesforce) -> Any:
    """The library, logged in by client credentials."""
    return Library(
        consumer_key=org.config.client_id,
        consumer_secret=org.config.client_secret,
        domain="acme.my",
        session=session,
        version="67.0",
    )


def direct(client: Any, session: requests.Session) -> Any:
    """The library with the same token and no way to renew it."""
    return Library(session_id=client.session_id, instance=client.sf_instance, session=session, version="67.0")


def test_both_logins_work(client: Any, session: requests.Session, org: Salesforce, server: Server) -> None:
    """Client credentials (in the fixture) and JWT bearer; the instance is the server itself."""
    assert client.sf_instance == server.url.removeprefix("http://")
    by_jwt = Library(
        username=USERNAME,
        consumer_key=org.config.client_id,
        privatekey=PRIVATE.decode(),
        domain="acme--test.sandbox.my",
        session=session,
        version="67.0",
    )
    assert by_jwt.query("SELECT Id FROM Organization")["records"][0]["Id"] == org.config.org_id


def test_rows_are_created_read_changed_and_deleted(client: Any, org: Salesforce) -> None:
    """The library's own verbs, its wording of results."""
    made = client.Lead.create({**LEAD, "FirstName": "Zoë", "Operate_Lead_Id__c": "64"})
    assert made["success"]
    id_ = made["id"]
    assert client.Lead.get(id_)["FirstName"] == "Zoë"
    assert client.Lead.get_by_custom_id("Operate_Lead_Id__c", "64")["Id"] == id_
    assert client.Lead.update(id_, {"City": "York"}) == 204
    assert client.Lead.upsert("Operate_Lead_Id__c/64", {"City": "Hull"}) == 200
    assert org.leads()[id_]["City"] == "Hull"
    assert client.Lead.delete(id_) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Lead.get(id_)


def test_errors_become_the_librarys_exceptions(client: Any) -> None:
    """400 with the array as its content."""
    with pytest.raises(SalesforceMalformedRequest) as caught:
        client.Lead.create({"LastName": "x"})
    content: Any = caught.value.content
    assert content[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_queries_follow_their_pages(client: Any, org: Salesforce) -> None:
    """query_all over several pages, with relationship fields, and deleted rows where asked."""
    org.reconfigure(page_size=200)
    made = [org.add(LEAD) for _ in range(450)]
    org.remove(made[0])
    found = client.query_all("SELECT Id, Owner.Name FROM Lead ORDER BY Id")
    assert [row["Id"] for row in found["records"]] == made[1:]
    assert client.query("SELECT COUNT() FROM Lead", include_deleted=True)["totalSize"] == 450
    assert len(list(client.query_all_iter("SELECT Id FROM Lead"))) == 449


def test_describe_limits_and_replication(client: Any, org: Salesforce) -> None:
    """The library's helpers for them."""
    assert {"Id", "LastName", "Operate_Lead_Id__c"} <= {field["name"] for field in client.Lead.describe()["fields"]}
    assert client.limits()["DailyApiRequests"]["Max"] == org.config.daily_limit
    id_ = org.add(LEAD)
    start, end = org.clock.now() - timedelta(hours=1), org.clock.now() + timedelta(minutes=2)
    assert client.Lead.updated(start, end)["ids"] == [id_]
    org.remove(id_)
    assert client.Lead.deleted(start, end)["deletedRecords"][0]["id"] == id_
    assert client.api_usage["api-usage"].total == org.config.daily_limit


def test_collections_and_composite_by_the_generic_call(client: Any, org: Salesforce) -> None:
    """`restful` carries bodies and headers."""
    record = {"attributes": {"type": "Lead"}, **LEAD, "Operate_Lead_Id__c": "64"}
    path = "composite/sobjects/Lead/Operate_Lead_Id__c"
    answer: Any = client.restful(path, method="PATCH", json={"records": [record]})
    assert (answer[0]["success"], answer[0]["created"]) == (True, True)
    read: Any = client.restful(
        "composite/sobjects/Lead", method="POST", json={"ids": [answer[0]["id"]], "fields": ["Id"]}
    )
    assert read[0]["Id"] in org.leads()


def test_bulk_jobs(client: Any, org: Salesforce) -> None:
    """Insert, upsert, failed records and a query."""
    bulk = client.bulk2.Lead
    result = bulk.insert(records=[{**LEAD, "Operate_Lead_Id__c": str(number)} for number in range(3)], wait=0.01)
    assert result[0]["numberRecordsProcessed"] == 3
    rows = [{"Operate_Lead_Id__c": "1", "City": "York"}, {"Operate_Lead_Id__c": "9", "City": "Hull"}]
    result = bulk.upsert(records=rows, external_id_field="Operate_Lead_Id__c", wait=0.01)
    assert result[0]["numberRecordsFailed"] == 1
    assert "REQUIRED_FIELD_MISSING" in bulk.get_failed_records(result[0]["job_id"])
    text = "".join(bulk.query("SELECT City FROM Lead WHERE City != null", wait=0.01))
    assert text.split() == ['"City"', '"York"']


def test_a_session_that_ended_shows_as_expired(client: Any, session: requests.Session, org: Salesforce) -> None:
    """401 after one call where the library cannot log in again."""
    once = direct(client, session)
    org.revoke_tokens()
    with pytest.raises(SalesforceExpiredSession):
        once.query("SELECT Id FROM Lead")


def test_a_fault_of_the_line_shows_as_one(client: Any, server: Server) -> None:
    """A lost answer leaves the lead created; a gateway's page is no JSON."""
    server.fault(Fault("lost_after", method="POST", path="sobjects/Lead"))
    with pytest.raises(requests.ConnectionError):
        client.Lead.create(LEAD)
    assert client.query("SELECT COUNT() FROM Lead")["totalSize"] == 1
    server.fault(Fault("html", status=503))
    with pytest.raises(SalesforceGeneralError) as caught:
        client.query("SELECT Id FROM Lead")
    assert caught.value.status == 503


def test_answers_carry_date_and_usage(client: Any, server: Server, session: requests.Session) -> None:
    """The clock of the server and the day's calls are in every answer's head."""
    headers = {"Authorization": f"Bearer {client.session_id}"}
    answer = session.get("https://acme.my.salesforce.com/services/data/v67.0/limits", headers=headers)
    assert answer.headers["Date"].endswith("GMT")
    assert answer.headers["Sforce-Limit-Info"].startswith("api-usage=")
    assert [entry.status for entry in server.journal.calls("GET", "/limits")] == [200]
