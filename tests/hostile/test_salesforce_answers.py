"""What a hostile server says to the Salesforce client in JSON: nothing of it is believed, and everything ends."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from connector.crm.salesforce import SalesforceCrm
from connector.errors import ConnectorError, Unreadable
from connector.sandbox.http import Request, Response
from connector.sandbox.salesforce import SalesforceConfig
from tests.crm.salesforce_world import SalesforceWorld, salesforce_world
from tests.hostile.wire_twists import whole


@pytest.fixture
def world() -> Iterator[SalesforceWorld]:
    """An org with three leads, shown two at a time."""
    with salesforce_world(SalesforceConfig(page_size=2)) as made:
        for _ in range(3):
            made.org.add({"LastName": "Marlow", "Company": "Harbour Light Ltd", "NumberOfEmployees": 7})
        yield made


Change = Callable[[Any], Any]


def rewritten(world: SalesforceWorld, path: str, change: Change) -> None:
    """Rewrite the JSON of good answers to this path."""

    def retouch(request: Request, true: Response) -> Response:
        if path not in request.path or true.status != 200:
            return true
        return Response(200, change(json.loads(true.encoded())))

    world.heard.retouch = retouch


def each_row(**values: Any) -> Change:
    """Set these fields of every row."""
    return lambda body: {**body, "records": [{**row, **values} for row in body["records"]]}


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "1e-999999999", "9" * 4000 + ".5"])
def test_a_number_that_would_fill_the_memory_is_no_value(world: SalesforceWorld, number: str) -> None:
    """It is refused before anybody writes it out."""

    def retouch(request: Request, true: Response) -> Response:
        body = true.encoded().replace(b'"NumberOfEmployees":7', f'"NumberOfEmployees":{number}'.encode())
        return whole(body) if "/query" in request.path else true

    world.heard.retouch = retouch
    with pytest.raises(Unreadable, match="proportion"):
        list(world.client().changes(0))


@pytest.mark.parametrize("name", ["SystemModstamp", "CreatedDate"])
@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "Mia Marlow", 5, None, []])
def test_a_time_that_no_lead_can_have(world: SalesforceWorld, name: str, time: Any) -> None:
    """A cursor made of it would skip or repeat everything; the message does not quote it, it may be anything."""
    rewritten(world, "/query", each_row(**{name: time}))
    with pytest.raises(Unreadable) as caught:
        list(world.client().changes(0))
    assert "Marlow" not in str(caught.value)


@pytest.mark.parametrize(
    "id_", ["003Sb0000000001AAA", "00Q' OR Id != 'AAA", "00QSb00000000\ud800AAA", "x" * 18, 7, None]
)
def test_a_record_that_is_no_lead(world: SalesforceWorld, id_: Any) -> None:
    """An id of another object, or none, never gets into the ledger or a query."""
    rewritten(world, "/query", each_row(Id=id_))
    with pytest.raises(Unreadable):
        list(world.client().changes(0))


def test_the_same_record_twice_on_a_page(world: SalesforceWorld) -> None:
    """The count is right, and yet somebody is left out."""
    rewritten(world, "/query", lambda body: {**body, "records": body["records"][:1] * len(body["records"])})
    with pytest.raises(Unreadable, match="twice"):
        list(world.client().changes(0))


@pytest.mark.parametrize("rows", [[], None])
def test_pages_without_end(world: SalesforceWorld, rows: list[Any] | None) -> None:
    """Empty pages, or the same rows under ever new addresses, are noticed by the second."""
    number = count()

    def endless(body: dict[str, Any]) -> dict[str, Any]:
        following = f"/services/data/v67.0/query/01gSb0000000001AAA-{next(number)}"
        found = body["records"] if rows is None else rows
        return {"totalSize": 10**9, "done": False, "nextRecordsUrl": following, "records": found}

    crm = world.client()
    crm.check()
    first = world.org.handle

    def retouch(request: Request, true: Response) -> Response:
        if "/query" not in request.path:
            return true
        good = true if true.status == 200 else first(world.heard.of("GET", "/queryAll")[0])
        return Response(200, endless(json.loads(good.encoded())))

    world.heard.retouch = retouch
    with pytest.raises(Unreadable, match="again and again"):
        list(crm.changes(0))
    assert len(world.heard.of("GET", "/query")) <= 2


@pytest.mark.parametrize("total", [True, "3", 3.0, -1, None])
def test_a_count_that_is_none(world: SalesforceWorld, total: Any) -> None:
    """A listing is only as good as the count that it is checked against."""
    rewritten(world, "/query", lambda body: {**body, "totalSize": total})
    with pytest.raises(Unreadable):
        list(world.client().changes(0))


@pytest.mark.parametrize("name", ["name", "label", "type", "length", "picklistValues"])
@pytest.mark.parametrize("value", [None, 7.5, "many", ["a"], {"a": 1}, -1, 10**400, True])
def test_a_schema_of_other_types(world: SalesforceWorld, name: str, value: Any) -> None:
    """The mapping is compared with it, so that each of its parts has to be what it says it is."""
    if isinstance(value, str) and name in ("name", "label", "type"):
        return  # that is a text, as it should be
    rewritten(world, "describe", lambda body: {**body, "fields": [{**row, name: value} for row in body["fields"]]})
    with pytest.raises(Unreadable, match="shape"):
        world.client().fields()


@pytest.mark.parametrize("status", ["NaN", "Infinity", "1e400", "1e999999999", "2.5", "true", "null", '"x"', "[200]"])
def test_a_composite_answer_without_a_status(world: SalesforceWorld, status: str) -> None:
    """A part of a Composite request says how it ended, or nothing of it is believed."""
    body = f'{{"compositeResponse": [{{"httpStatusCode": {status}, "body": {{}}}}]}}'
    world.heard.retouch = lambda request, true: whole(body.encode()) if "/composite" in request.path else true
    with pytest.raises(Unreadable, match="Composite"):
        world.client().find([f"{number:060d}" for number in range(280)])


def test_leads_that_nobody_asked_for(world: SalesforceWorld) -> None:
    """Who is answered with others has not been told that his own are gone."""
    crm: SalesforceCrm = world.client()
    other = world.add({"LastName": "Else", "Company": "Else Ltd"})
    gone = world.add({"LastName": "Marlow", "Company": "Harbour Light Ltd"})
    rewritten(world, "composite", lambda body: [None])
    true = crm.get([gone])
    assert set(true) == {gone}
    world.heard.retouch = lambda request, true: (
        Response(200, [None])
        if "composite" in request.path
        else Response(200, json.loads(true.encoded().replace(gone.encode(), other.encode())))
        if "/query" in request.path
        else true
    )
    with pytest.raises(ConnectorError, match="not asked for"):
        crm.get([gone])
