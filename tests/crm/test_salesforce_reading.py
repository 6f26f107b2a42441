"""Reading leads from Salesforce: one request a quiet poll, pages, hidden fields, and how records end."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from connector.core.model import SECOND, Record
from connector.crm.salesforce import SalesforceCrm
from connector.errors import Misconfigured, Refused, RetryLater, Unreadable
from connector.sandbox.http import Fault, Request, Response
from connector.sandbox.salesforce import CustomField, SalesforceConfig
from tests.crm.contract import records
from tests.crm.salesforce_world import COMPLETE, EXTERNAL_ID, FIELDS, SalesforceWorld, salesforce_world


@pytest.fixture
def world() -> Iterator[SalesforceWorld]:
    """An org with pages of 200."""
    with salesforce_world(SalesforceConfig(page_size=200)) as made:
        yield made


def now(world: SalesforceWorld) -> int:
    """The org's clock in microseconds."""
    return int(world.clock.now().timestamp()) * SECOND


def altered(path: str, change: Callable[[Any], Any]) -> Callable[[Request, Response], Response]:
    """Retouch the bodies of good answers to this path."""

    def retouch(request: Request, response: Response) -> Response:
        return Response(200, change(response.body)) if path in request.path and response.status == 200 else response

    return retouch


def _instead(answer: Any, body: Any) -> Any:
    """Another answer, whatever the body was."""
    return answer


# --- polling ----------------------------------------------------------------------------------------------------


def test_a_quiet_poll_is_one_request(world: SalesforceWorld) -> None:
    """Also the first poll of a new client, after its login: the schema is not needed for reading."""
    world.add(COMPLETE)
    crm = world.client()
    list(crm.changes(now(world) + 60 * SECOND))
    assert [entry.path for entry in world.server.journal] == [
        "/services/oauth2/token",
        "/services/data/v67.0/queryAll",
    ]
    before = crm.calls
    assert records(crm.changes(now(world) + 60 * SECOND)) == {}
    assert crm.calls == before + 1


def test_the_clock_of_a_listing_is_that_of_its_first_page(world: SalesforceWorld) -> None:
    """A change that is made while pages are read may be missing, so no later clock may be believed."""
    for number in range(450):
        world.add({**COMPLETE, "Title": str(number)})
    clocks = []
    for page in world.client().changes(0):
        clocks.append(page.server_now)
        world.advance(100)
    assert len(clocks) == 3
    assert set(clocks) == {clocks[0]}


def test_a_forgotten_query_is_begun_again_where_it_stopped(world: SalesforceWorld) -> None:
    """When the locator is lost, every record still comes, and the clock stays that of the first page."""
    ids = []
    for number in range(500):
        ids.append(world.add({**COMPLETE, "Title": str(number)}))
        if number % 100 == 0:
            world.advance(1)
    seen, clocks = [], set()
    for number, page in enumerate(world.client().changes(0)):
        seen += [record.record_id for record in page.records]
        clocks.add(page.server_now)
        if number == 0:
            world.advance(60)
            world.org.expire_locators()
    assert set(seen) == set(ids)
    assert len(clocks) == 1


def test_a_query_that_is_forgotten_again_and_again(world: SalesforceWorld) -> None:
    """It ends: later."""
    for number in range(300):
        world.add({**COMPLETE, "Title": str(number)})
    pages = world.client().changes(0)
    for _ in range(4):
        next(pages)
        world.org.expire_locators()
    with pytest.raises(RetryLater):
        next(pages)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "records": body["records"][:-1]},
        lambda body: {**body, "totalSize": 2},
        lambda body: {**body, "done": False},
        lambda body: {**body, "done": False, "nextRecordsUrl": "https://elsewhere.example/query/x"},
        lambda body: {"done": True, "records": body["records"]},
        lambda body: {"totalSize": 3, "done": True},
        lambda body: [body],
        lambda body: {**body, "records": [{**row, "Id": None} for row in body["records"]]},
        lambda body: {**body, "records": [{**row, "SystemModstamp": "soon"} for row in body["records"]]},
        lambda body: "<html>",
    ],
)
def test_a_listing_that_cannot_be_right(world: SalesforceWorld, change: Callable[[Any], Any]) -> None:
    """Shorter or longer than counted, without its next page, or no listing at all: nothing of it is believed."""
    for _ in range(3):
        world.add(COMPLETE)
    crm = world.client()
    crm.check()
    world.heard.retouch = altered("/query", change)
    with pytest.raises(Unreadable):
        list(crm.changes(0))


def test_a_listing_that_goes_in_circles(world: SalesforceWorld) -> None:
    """The same page again is noticed before it is read for ever."""
    for _ in range(500):
        world.add(COMPLETE)

    def circle(body: dict[str, Any]) -> dict[str, Any]:
        again = "/services/data/v67.0/query/01gSb0000000001AAA-200"
        return {**body, "done": False, "totalSize": 10**6, "nextRecordsUrl": again}

    crm = world.client()
    crm.check()
    world.heard.retouch = altered("/query", circle)
    with pytest.raises(Unreadable, match="again and again"):
        list(crm.changes(0))


def test_a_query_that_takes_too_long_is_for_later(world: SalesforceWorld) -> None:
    """It is not tried again at once: each try takes minutes."""
    crm = world.client()
    crm.check()
    world.heard.retouch = lambda request, response: Response(400, [{"errorCode": "QUERY_TIMEOUT", "message": "x"}])
    with pytest.raises(RetryLater) as caught:
        list(crm.changes(0))
    assert caught.value.after == 60
    assert world.waits == []


def test_the_daily_limit_is_for_later() -> None:
    """Nothing more is asked until the allocation may have come back."""
    with salesforce_world(SalesforceConfig(daily_limit=1)) as world:
        crm = world.client()
        crm.check()
        with pytest.raises(RetryLater) as caught:
            list(crm.changes(0))
        assert caught.value.after == 900
        assert world.waits == []


def test_an_answer_that_is_lost_is_asked_for_again(world: SalesforceWorld) -> None:
    """Reading twice does no harm."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault("lost_after", path="/query"))
    world.server.fault(Fault("lost_before", path="/query"))
    assert list(crm.changes(0))
    assert len(world.waits) == 2


# --- fields -----------------------------------------------------------------------------------------------------


def test_a_hidden_field_is_left_out_once_it_is_known_to_be(world: SalesforceWorld) -> None:
    """Its key is missing in the record (not blank); later polls are one request again."""
    world.org.reconfigure(hidden_fields=("Title",))
    record_id = world.add(COMPLETE)
    crm = world.client()
    native = records(crm.changes(0))[record_id].native
    assert "Title" not in native
    assert native["FirstName"] == ""
    before = crm.calls
    list(crm.changes(0))
    assert crm.calls == before + 1


def test_a_field_that_is_taken_away_while_running(world: SalesforceWorld) -> None:
    """Every way of reading says so: going on without it would look as if nobody edited it any more."""
    record_id = world.add(COMPLETE, counterpart_id="701")
    reads: tuple[Callable[[SalesforceCrm], Record], ...] = (
        lambda crm: crm.get([record_id])[record_id],
        lambda crm: crm.find(["701"])[0],
        lambda crm: records(crm.changes(0))[record_id],
    )
    for read in reads:
        world.org.reconfigure(hidden_fields=())
        crm = world.client()
        crm.check()
        world.org.reconfigure(hidden_fields=("Title",))
        with pytest.raises(Misconfigured, match="does not show Title of leads any more"):
            read(crm)


@pytest.mark.parametrize(
    ("config", "hint"),
    [
        (SalesforceConfig(custom_fields=()), "deploy/salesforce"),
        (SalesforceConfig(hidden_fields=(EXTERNAL_ID,)), "permission"),
        (SalesforceConfig(read_only_fields=(EXTERNAL_ID,)), "cannot be written"),
        (SalesforceConfig(custom_fields=(CustomField(EXTERNAL_ID, "x"),)), "unique"),
    ],
)
def test_an_org_without_a_usable_external_id(config: SalesforceConfig, hint: str) -> None:
    """`check` says what to deploy or to assign."""
    with salesforce_world(config) as world, pytest.raises(Misconfigured, match=hint):
        world.client().check()


def test_an_external_id_that_is_hidden_while_running(world: SalesforceWorld) -> None:
    """A poll says what is missing instead of going on without it."""
    crm = world.client()
    crm.check()
    world.org.reconfigure(hidden_fields=(EXTERNAL_ID,))
    with pytest.raises(Misconfigured, match=EXTERNAL_ID):
        list(crm.changes(0))


def test_very_many_fields_go_round_the_limit_of_a_url() -> None:
    """A statement that is too long for a URL is sent in the body of a Composite request, pages included."""
    many = tuple(CustomField(f"A_Custom_Field_With_A_Long_Name_{number:03}__c", "x") for number in range(400))
    keep = CustomField(EXTERNAL_ID, "x", length=64, external_id=True, unique=True, case_sensitive=True)
    config = SalesforceConfig(custom_fields=(keep, *many), page_size=200)
    with salesforce_world(config) as world:
        for _ in range(250):
            world.add({**COMPLETE, many[7].name: "seven"})
        gone = world.add(COMPLETE)
        world.remove(gone)
        crm = world.client(fields=tuple(one.name for one in many))
        crm.check()
        found = records(crm.changes(0))
        assert len(found) == 251
        assert found[gone].deleted
        assert {record.native[many[7].name] for record in found.values() if not record.deleted} == {"seven"}
        assert len(world.server.journal.calls("POST", "/composite$")) == 1


def test_an_error_inside_a_composite_is_told(world: SalesforceWorld) -> None:
    """The inner status counts, and an answer without it is unreadable."""
    crm = world.client()
    crm.check()
    many = [f"{number:0>60}" for number in range(300)]
    cases: tuple[tuple[dict[str, Any], type[Exception]], ...] = (
        ({"httpStatusCode": 400, "body": [{"errorCode": "MALFORMED_QUERY", "message": "x"}]}, Refused),
        ({"httpStatusCode": 401, "body": [{"errorCode": "INVALID_SESSION_ID", "message": "x"}]}, RetryLater),
        ({"body": {}}, Unreadable),
    )
    for inner, kind in cases:
        answer = {"compositeResponse": [inner]}
        world.heard.retouch = altered("/composite", partial(_instead, answer))
        with pytest.raises(kind):
            crm.find(many)


def test_the_schema_says_what_is_required_and_allowed() -> None:
    """Required on create means: createable, not nillable, no default; only restricted picklists list values."""
    config = SalesforceConfig(restricted_picklists=("Industry",), read_only_fields=("Title",))
    with salesforce_world(config) as world:
        fields = world.client().fields()
        assert [name for name, field in fields.items() if field.required] == ["LastName", "Company"]
        assert fields["Industry"].values
        assert fields["LeadSource"].values == ()
        assert not fields["Title"].updateable
        assert (fields["LastName"].length, fields["Email"].type) == (80, "email")
        assert not fields["SystemModstamp"].createable


def test_the_schema_is_read_once_and_again_by_check(world: SalesforceWorld) -> None:
    """Asking for the fields costs nothing after the first time."""
    crm = world.client()
    crm.fields()
    crm.fields()
    assert len(world.server.journal.calls("GET", "/describe$")) == 1
    world.org.reconfigure(hidden_fields=("Title",))
    crm.check()
    assert "Title" not in crm.fields()


def test_values_are_text(world: SalesforceWorld) -> None:
    """Null is "", numbers have no ".0", booleans are words, times stay as they are shown."""
    record_id = world.org.add({**COMPLETE, "NumberOfEmployees": 25, "AnnualRevenue": 1000000, "Operate_People__c": 7})
    fields = ("NumberOfEmployees", "AnnualRevenue", "Operate_People__c", "IsConverted", "Email", "CreatedDate")
    native = world.client(fields=fields).get([record_id])[record_id].native
    assert dict(native) | {"CreatedDate": ""} == {
        "NumberOfEmployees": "25",
        "AnnualRevenue": "1000000",
        "Operate_People__c": "7",
        "IsConverted": "false",
        "Email": "",
        "CreatedDate": "",
    }
    assert native["CreatedDate"].endswith("+0000")


# --- ids and ends -----------------------------------------------------------------------------------------------


def test_a_short_id_is_answered_under_the_id_that_was_asked(world: SalesforceWorld) -> None:
    """15 characters find the record; it has 18."""
    record_id = world.add(COMPLETE)
    found = world.client().get([record_id[:15], record_id])
    assert list(found) == [record_id[:15], record_id]
    assert {record.record_id for record in found.values()} == {record_id}


def test_what_cannot_be_a_lead_id_is_not_there(world: SalesforceWorld) -> None:
    """It is not sent, since Salesforce would refuse the ids beside it as well."""
    record_id = world.add(COMPLETE)
    nonsense = ["", "x", "it's", "00Q", "003Sb0000000001", record_id[:-1] + "!", record_id.lower()]
    assert set(world.client().get([*nonsense, record_id])) == {record_id}


@pytest.mark.parametrize("visible", [False, True])
def test_how_leads_end(world: SalesforceWorld, visible: bool) -> None:
    """Deleted, merged and converted are told by `get` and by a poll, whether or not a retrieve shows deleted rows."""
    deleted, loser, winner, converted, purged = (world.add({**COMPLETE, "Title": str(n)}) for n in range(5))
    world.advance(5)
    world.remove(deleted)
    world.org.merge(winner, [loser])
    world.org.convert(converted)
    world.org.purge(purged)
    crm = world.client()
    if visible:
        shown: dict[str, Any] = {}

        def retouch(request: Request, response: Response) -> Response:
            if request.path.endswith("/queryAll"):
                shown.update({row["Id"]: row for row in response.body["records"]})
            if request.path.endswith("/sobjects/Lead"):
                return Response(200, [shown.get(record_id) for record_id in request.json()["ids"]])
            return response

        world.heard.retouch = retouch
        list(crm.changes(0))
    found = crm.get([deleted, loser, winner, converted, purged])
    assert set(found) == {deleted, loser, winner, converted}
    assert (found[deleted].deleted, found[deleted].merged_into) == (True, "")
    assert (found[loser].deleted, found[loser].merged_into) == (True, winner)
    assert (found[converted].converted, found[converted].deleted) == (True, False)
    assert not found[winner].deleted
    polled = records(crm.changes(found[winner].stamp))
    assert {name: polled[name] for name in found} == dict(found)
    assert set(records(crm.changes(None))) == {winner, converted}


def test_two_thousand_leads_are_read_back_by_one_request(world: SalesforceWorld) -> None:
    """The read-back after writes is one retrieve; 2,001 are two."""
    ids = [world.add({**COMPLETE, "Title": str(number)}) for number in range(2001)]
    crm = world.client()
    crm.check()
    world.server.reset_journal()
    assert len(crm.get(ids[:2000])) == 2000
    assert len(world.server.journal) == 1
    assert len(crm.get(ids)) == 2001
    assert len(world.server.journal) == 3


def test_counterpart_ids_are_quoted(world: SalesforceWorld) -> None:
    """Whatever stands in an id, the query asks for exactly that."""
    hostile = ["it's", 'a"b', "back\\slash", "') OR (Id != '", "%", "Zoë", "a"]
    ids = {text: world.add(COMPLETE, counterpart_id=text) for text in hostile}
    crm = world.client()
    assert {record.counterpart_id: record.record_id for record in crm.find(hostile)} == ids
    assert [record.record_id for record in crm.find(["') OR (Id != '"])] == [ids["') OR (Id != '"]]
    assert crm.find(["A", "", "nobody"]) == []


def test_ids_cost_little(world: SalesforceWorld) -> None:
    """The sweep's listing reads nothing but ids and stamps, and no deleted rows."""
    kept = world.add(COMPLETE)
    world.remove(world.add(COMPLETE))
    crm = world.client()
    assert [record_id for record_id, _ in crm.ids()] == [kept]
    assert "Company" not in world.heard.requests[-1].query["q"]


def test_users_are_known_by_their_address(world: SalesforceWorld) -> None:
    """Only active ones, in lower case."""
    user = world.org.add_user("Anna Example", "Anna@Example.com")
    gone = world.org.add_user("Bert Example", "bert@example.com")
    world.org.deactivate_user(gone)
    table = world.client().lookup("User")
    assert table[user] == "anna@example.com"
    assert gone not in table


def test_record_types_are_known_by_their_developer_names(world: SalesforceWorld) -> None:
    """Those of Lead; an org without record types has none."""
    crm = world.client()
    assert crm.lookup("RecordType") == {}
    world.org.reconfigure(record_types=("Enquiry", "Press"))
    table = crm.lookup("RecordType")
    assert sorted(table.values()) == ["Enquiry", "Press"]
    assert {number[:3] for number in table} == {"012"}


def test_the_fields_of_the_mapping_are_the_native_fields(world: SalesforceWorld) -> None:
    """Nothing else is in `native`, whatever else is read for the record's other parts."""
    record_id = world.add(COMPLETE)
    assert set(world.client().get([record_id])[record_id].native) == set(FIELDS)
