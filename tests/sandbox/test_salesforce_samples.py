"""The stand-in's answers have the shape of the documented ones, key by key."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from connector.sandbox.salesforce import DuplicateRule, SalesforceConfig

from .salesforce_client import LEAD, VERSION, Caller

SAMPLES = Path(__file__).parent / "samples" / "salesforce"
CONFIG = SalesforceConfig(duplicate_rules=(DuplicateRule(),), page_size=1)
# Words a client may compare: they must be equal, not just of one type.
LITERAL = {"errorCode", "statusCode", "error", "token_type", "fields", "type", "message", "done", "httpStatusCode"}
LITERAL |= {"allowSave", "created", "success"}


def same_shape(sample: Any, answer: Any, where: str = "answer") -> None:
    """Equal keys and types all the way down."""
    if isinstance(sample, dict):
        assert isinstance(answer, dict), where
        assert sorted(sample) == sorted(answer), where
        for key, value in sample.items():
            if key in LITERAL:
                assert answer[key] == value, f"{where}.{key}"
            same_shape(value, answer[key], f"{where}.{key}")
    elif isinstance(sample, list):
        assert isinstance(answer, list), where
        assert len(sample) == len(answer), where
        for number, (one, other) in enumerate(zip(sample, answer, strict=True)):
            same_shape(one, other, f"{where}[{number}]")
    else:
        assert type(sample) is type(answer), where
        if isinstance(sample, str) and sample[:3] in {"00Q", "01g"}:
            assert (len(answer), answer[:3]) == (len(sample), sample[:3]), where


def replication(caller: Caller, what: str) -> Any:
    """The answer of updated/ or deleted/ with one lead in it."""
    id_ = caller.create()
    if what == "deleted":
        caller.org.remove(id_)
    now = caller.clock.now()
    start, end = (quote((now + timedelta(minutes=minutes)).isoformat()) for minutes in (-9, 2))
    return caller.call("GET", f"sobjects/Lead/{what}/?start={start}&end={end}").body


def query_page(caller: Caller) -> Any:
    """The first page of a query with two."""
    caller.create()
    caller.create()
    return caller.query("SELECT Id FROM Lead").body


def duplicates(caller: Caller) -> Any:
    """The refusal of a duplicate."""
    caller.create(Email="ada@example.com")
    return caller.call("POST", "sobjects/Lead", {**LEAD, "Email": "ada@example.com"}).body


def composite(caller: Caller) -> Any:
    """A composite that creates a lead."""
    url = f"/services/data/{VERSION}/sobjects/Lead"
    request = {"method": "POST", "url": url, "referenceId": "made", "body": dict(LEAD)}
    return caller.call("POST", "composite", {"compositeRequest": [request]}).body


def collections(caller: Caller) -> Any:
    """A good and a bad record."""
    records = [{"attributes": {"type": "Lead"}, **LEAD}, {"attributes": {"type": "Lead"}, "LastName": "x"}]
    return caller.call("POST", "composite/sobjects", {"records": records}).body


def describe_field(caller: Caller) -> Any:
    """The External ID field as describe tells it."""
    fields = caller.call("GET", "sobjects/Lead/describe").body["fields"]
    return next(one for one in fields if one["name"] == "Operate_Lead_Id__c")


def expired(caller: Caller) -> Any:
    """A call with a revoked token."""
    caller.org.revoke_tokens()
    return caller.call("GET", "limits").body


def wrong_secret(caller: Caller) -> Any:
    """A login with a wrong secret."""
    form = b"grant_type=client_credentials&client_id=sandbox-client-id&client_secret=guess"
    return caller.raw("POST", "/services/oauth2/token", body=form).body


ASK: dict[str, Callable[[Caller], Any]] = {
    "collections": collections,
    "composite": composite,
    "created": lambda caller: caller.call("POST", "sobjects/Lead", dict(LEAD)).body,
    "deleted": lambda caller: replication(caller, "deleted"),
    "describe_field": describe_field,
    "duplicates_detected": duplicates,
    "query_page": query_page,
    "required_missing": lambda caller: caller.call("POST", "sobjects/Lead", {"LastName": "x"}).body,
    "session_expired": expired,
    "token": lambda caller: caller.login().body,
    "token_refused": wrong_secret,
    "updated": lambda caller: replication(caller, "updated"),
    "upserted": lambda caller: caller.call("PATCH", "sobjects/Lead/Operate_Lead_Id__c/64", dict(LEAD)).body,
}


def test_every_sample_is_asked_for() -> None:
    """No file lies unused, none is missing."""
    assert sorted(ASK) == sorted(path.stem for path in SAMPLES.glob("*.json"))


@pytest.mark.parametrize("name", sorted(ASK))
def test_answers_have_the_documented_shape(name: str) -> None:
    """Keys, types, codes and messages of the documented answer."""
    sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    same_shape(sample["answer"], ASK[name](Caller(CONFIG)))
