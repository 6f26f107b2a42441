"""sObject Collections and Composite of the Salesforce stand-in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.salesforce import DuplicateRule, SalesforceConfig

from .salesforce_client import LEAD, Caller, codes

CALLER = Caller(SalesforceConfig(daily_limit=10**9))
WORDS = (
    "records attributes type id Id ids fields allOrNone compositeRequest url method referenceId body httpHeaders "
    "operation object query lineEnding columnDelimiter externalIdFieldName LastName Company Email City OwnerId "
    "DoNotCall NumberOfEmployees AnnualRevenue Street Operate_Lead_Id__c"
)
NAMES = st.sampled_from(WORDS.split())
UPSERT = "composite/sobjects/Lead/Operate_Lead_Id__c"


def record(**fields: Any) -> dict[str, Any]:
    """A complete new lead as a Collections record."""
    return {"attributes": {"type": "Lead"}, **LEAD, **fields}


def change(**fields: Any) -> dict[str, Any]:
    """A Collections record with these fields only."""
    return {"attributes": {"type": "Lead"}, **fields}


def status(results: list[dict[str, Any]]) -> list[str]:
    """`ok` or the first code, per result."""
    return ["ok" if one["success"] else one["errors"][0]["statusCode"] for one in results]


def test_good_and_bad_records_are_told_apart_in_the_order_sent() -> None:
    """200 whatever happens to the rows; errors have statusCode, message and fields."""
    caller = Caller()
    records = [record(), record(Email="nope"), record(LastName=None), record(City="York")]
    answer = caller.call("POST", "composite/sobjects", {"allOrNone": False, "records": records})
    assert answer.status == 200
    assert status(answer.body) == ["ok", "INVALID_EMAIL_ADDRESS", "REQUIRED_FIELD_MISSING", "ok"]
    assert answer.body[1]["errors"][0]["fields"] == ["Email"]
    assert "errorCode" not in answer.body[1]["errors"][0]
    assert list(caller.org.leads()) == [answer.body[0]["id"], answer.body[3]["id"]]


def test_all_or_none_takes_everything_back() -> None:
    """The innocent say ALL_OR_NONE_OPERATION_ROLLED_BACK; nothing is stored, no key stays taken."""
    caller = Caller()
    records = [record(Operate_Lead_Id__c="64"), record(Email="nope")]
    answer = caller.call("POST", "composite/sobjects", {"allOrNone": True, "records": records})
    assert status(answer.body) == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_EMAIL_ADDRESS"]
    assert caller.org.leads() == {}
    caller.create(Operate_Lead_Id__c="64")


def test_updates_name_their_lead_by_id() -> None:
    """Unknown, deleted, converted and malformed ids fail alone; a rolled back update leaves the old row."""
    caller = Caller()
    good, gone, converted = (caller.create(City="Leeds") for _ in range(3))
    caller.org.remove(gone)
    caller.org.convert(converted)
    given = [good, gone, converted, "00QSb00000ZZZZZ", "003Sb00000ZZZZZ"]
    body: dict[str, Any] = {"records": [change(id=id_, City="York") for id_ in given] + [change(City="York")]}
    answer = caller.call("PATCH", "composite/sobjects", body)
    assert status(answer.body) == [
        "ok",
        "ENTITY_IS_DELETED",
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "INVALID_CROSS_REFERENCE_KEY",
        "MALFORMED_ID",
        "MISSING_ARGUMENT",
    ]
    body = {"allOrNone": True, "records": [change(id=good, City="Hull"), change(id=gone)]}
    caller.call("PATCH", "composite/sobjects", body)
    assert caller.read(good)["City"] == "York"


def test_upserts_create_and_update_by_the_key_in_each_record() -> None:
    """`created` tells which; a missing key or an Id beside it is an error."""
    caller = Caller()
    id_ = caller.create(Operate_Lead_Id__c="1")
    records = [
        change(Operate_Lead_Id__c="1", City="York"),
        record(Operate_Lead_Id__c="2"),
        record(),
        record(Operate_Lead_Id__c="3", Id=id_),
        change(Operate_Lead_Id__c="4"),
    ]
    answer = caller.call("PATCH", UPSERT, {"records": records})
    assert status(answer.body) == ["ok", "ok", "MISSING_ARGUMENT", "INVALID_FIELD", "REQUIRED_FIELD_MISSING"]
    assert [one["created"] for one in answer.body] == [False, True, False, False, False]
    assert answer.body[0]["id"] == id_


def test_the_same_lead_twice_in_a_request_is_an_error() -> None:
    """For ids and for keys; both records fail."""
    caller = Caller()
    id_ = caller.create()
    body = {"records": [change(id=id_, City="York"), change(id=id_[:15], City="Hull")]}
    assert status(caller.call("PATCH", "composite/sobjects", body).body) == ["DUPLICATE_VALUE"] * 2
    body = {"records": [record(Operate_Lead_Id__c="7"), record(Operate_Lead_Id__c="7")]}
    assert status(caller.call("PATCH", UPSERT, body).body) == ["DUPLICATE_VALUE"] * 2


def test_a_whole_request_costs_one_call_and_holds_200_records() -> None:
    """201 records are refused as a whole."""
    caller = Caller()
    used = caller.org.calls_used
    answer = caller.call("POST", "composite/sobjects", {"records": [record() for _ in range(200)]})
    assert status(answer.body) == ["ok"] * 200
    assert caller.org.calls_used == used + 1
    answer = caller.call("POST", "composite/sobjects", {"records": [record() for _ in range(201)]})
    assert (answer.status, codes(answer)) == (400, ["EXCEEDED_ID_LIMIT"])
    assert len(caller.org.leads()) == 200


def test_retrieve_answers_null_for_what_is_not_there() -> None:
    """Up to 2,000 ids, in their order."""
    caller = Caller()
    here, gone = caller.create(City="York"), caller.create()
    caller.org.remove(gone)
    body = {"ids": [gone, here, "00QSb00000ZZZZZ"], "fields": ["City"]}
    answer = caller.call("POST", "composite/sobjects/Lead", body).body
    assert answer[0] is None
    assert (answer[1]["Id"], answer[1]["City"]) == (here, "York")
    assert answer[2] is None
    too_many = caller.call("POST", "composite/sobjects/Lead", {**body, "ids": [here] * 2001})
    assert codes(too_many) == ["EXCEEDED_ID_LIMIT"]
    unknown = caller.call("POST", "composite/sobjects/Lead", {"ids": [here], "fields": ["Nope"]})
    assert codes(unknown) == ["INVALID_FIELD"]


def test_who_has_no_right_to_delete_is_told_so_and_refused() -> None:
    """Describe says it beforehand; by whichever way it is tried, the lead stays. People of the org still may."""
    caller = Caller(SalesforceConfig(may_delete=False))
    id_ = caller.create(Operate_Lead_Id__c="64")
    assert caller.call("GET", "sobjects/Lead/describe").body["deletable"] is False
    assert Caller().call("GET", "sobjects/Lead/describe").body["deletable"] is True
    assert status(caller.call("DELETE", f"composite/sobjects?ids={id_}").body) == ["INSUFFICIENT_ACCESS_OR_READONLY"]
    for path in (f"sobjects/Lead/{id_}", "sobjects/Lead/Operate_Lead_Id__c/64"):
        answer = caller.call("DELETE", path)
        assert (answer.status, codes(answer)) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    assert list(caller.org.leads()) == [id_]
    caller.org.remove(id_)
    assert caller.org.leads() == {}


def test_deletes_name_their_leads_in_the_query() -> None:
    """One result each; all or none where asked."""
    caller = Caller()
    first, second = caller.create(), caller.create()
    answer = caller.call("DELETE", f"composite/sobjects?ids={first},00QSb00000ZZZZZ&allOrNone=true")
    assert status(answer.body) == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_CROSS_REFERENCE_KEY"]
    assert first in caller.org.leads()
    answer = caller.call("DELETE", f"composite/sobjects?ids={first},{second}")
    assert status(answer.body) == ["ok", "ok"]
    assert caller.org.leads() == {}


def test_a_duplicate_is_told_without_its_matches() -> None:
    """Collections show code and message only; the header works as for single rows."""
    caller = Caller(SalesforceConfig(duplicate_rules=(DuplicateRule(),)))
    body = {"records": [record(Email="ada@example.com") for _ in range(2)]}
    answer = caller.call("POST", "composite/sobjects", body)
    assert status(answer.body) == ["ok", "DUPLICATES_DETECTED"]
    assert sorted(answer.body[1]["errors"][0]) == ["fields", "message", "statusCode"]
    answer = caller.call("POST", "composite/sobjects", body, Sforce_Duplicate_Rule_Header="allowSave=true")
    assert status(answer.body) == ["ok", "ok"]


@pytest.mark.parametrize("body", [b"{", b"[]", {"records": []}, {"records": [5]}, {"records": [{"LastName": "x"}]}])
def test_a_malformed_request_is_refused_as_a_whole(body: Any) -> None:
    """HTTP 400 with the usual array."""
    assert Caller().call("POST", "composite/sobjects", body).status == 400


def sub(method: str, path: str, name: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """One request of a composite."""
    request = {"method": method, "url": f"/services/data/v67.0/{path}", "referenceId": name, "body": body}
    return {**request, "httpHeaders": {key.replace("_", "-"): value for key, value in headers.items()}}


def test_a_composite_uses_earlier_answers_in_later_requests() -> None:
    """References in url and body; one call in all."""
    caller = Caller()
    used = caller.org.calls_used
    body = {
        "compositeRequest": [
            sub("POST", "sobjects/Lead", "made", dict(LEAD)),
            sub("PATCH", "sobjects/Lead/@{made.id}", "changed", {"Title": "was @{made.id}"}),
            sub("GET", "query?q=SELECT+Id,Title+FROM+Lead", "found"),
            sub("GET", "sobjects/Lead/@{found.records[0].Id}?fields=Title", "read"),
            sub("GET", "sobjects/Lead/@{nothing.id}", "lost"),
        ]
    }
    answers = caller.call("POST", "composite", body).body["compositeResponse"]
    assert [one["httpStatusCode"] for one in answers] == [201, 204, 200, 200, 400]
    assert answers[3]["body"]["Title"] == f"was {answers[0]['body']['id']}"
    assert answers[4]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert caller.org.calls_used == used + 1


def test_a_composite_can_be_all_or_none() -> None:
    """The ones that went well say PROCESSING_HALTED, and nothing is stored."""
    caller = Caller()
    requests = [
        sub("POST", "sobjects/Lead", "good", dict(LEAD)),
        sub("POST", "sobjects/Lead", "bad", {"LastName": "x"}),
    ]
    body = {"allOrNone": True, "compositeRequest": requests}
    answers = caller.call("POST", "composite", body).body["compositeResponse"]
    assert [one["body"][0]["errorCode"] for one in answers] == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING"]
    assert caller.org.leads() == {}


def test_a_collections_request_inside_a_composite_is_taken_back_with_it() -> None:
    """All or none reaches what was committed inside, old rows and new."""
    caller = Caller()
    old = caller.create(City="Leeds")
    requests = [
        sub("POST", "composite/sobjects", "several", {"allOrNone": True, "records": [record(), record()]}),
        sub("PATCH", f"sobjects/Lead/{old}", "changed", {"City": "York"}),
        sub("POST", "sobjects/Lead", "bad", {"LastName": "x"}),
    ]
    caller.call("POST", "composite", {"allOrNone": True, "compositeRequest": requests})
    assert list(caller.org.leads()) == [old]
    assert caller.read(old)["City"] == "Leeds"
    assert caller.ids("SELECT Id FROM Lead ORDER BY SystemModstamp, Id") == [old]


def test_headers_of_a_composite_request_are_its_own() -> None:
    """A duplicate header on one does not reach the next."""
    caller = Caller(SalesforceConfig(duplicate_rules=(DuplicateRule(fields=("LastName",)),)))
    caller.create()
    requests = [
        sub("POST", "sobjects/Lead", "allowed", dict(LEAD), Sforce_Duplicate_Rule_Header="allowSave=true"),
        sub("POST", "sobjects/Lead", "refused", dict(LEAD)),
    ]
    answers = caller.call("POST", "composite", {"compositeRequest": requests}).body["compositeResponse"]
    assert [one["httpStatusCode"] for one in answers] == [201, 400]


@pytest.mark.parametrize(
    "requests",
    [
        [sub("GET", "limits", f"r{number}") for number in range(26)],
        [sub("GET", "query?q=SELECT+Id+FROM+Lead", f"r{number}") for number in range(6)],
        [sub("GET", "limits", "same"), sub("GET", "limits", "same")],
        [],
        [5],
    ],
)
def test_a_composite_has_its_limits(requests: list[Any]) -> None:
    """25 requests, 5 of them queries or collections, names that differ."""
    assert Caller().call("POST", "composite", {"compositeRequest": requests}).status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


@given(
    st.sampled_from(
        [
            ("POST", "sobjects/Lead"),
            ("PATCH", "sobjects/Lead/Operate_Lead_Id__c/64"),
            ("POST", "composite/sobjects"),
            ("PATCH", "composite/sobjects"),
            ("PATCH", UPSERT),
            ("POST", "composite/sobjects/Lead"),
            ("POST", "composite"),
            ("POST", "jobs/ingest"),
            ("POST", "jobs/query"),
        ]
    ),
    JSON,
)
def test_no_body_breaks_the_stand_in(target: tuple[str, str], body: Any) -> None:
    """Whatever is sent, there is an answer with a status, never an exception."""
    assert CALLER.call(*target, json.dumps(body).encode()).status in {200, 201, 300, 400, 404, 405}
