"""What Salesforce's error codes mean for one write and for a request."""

from typing import Any

import pytest

from connector.crm.port import State
from connector.crm.salesforce.failures import brief, call_failure, problems, retry_after, row_outcome
from connector.crm.salesforce.values import to18
from connector.errors import Misconfigured, Refusal, Refused, RetryLater, Unauthorised, Unknown, Unreadable

LEAD = to18("00QSb0000000001")
OTHER = to18("00QSb0000000002")


def row(*errors: dict[str, Any], record_id: str = LEAD, references: bool = False) -> Any:
    """The outcome of a write with these errors."""
    return row_outcome(7, record_id, problems(list(errors)), references=references)


def error(code: str, message: str = "", *fields: str) -> dict[str, Any]:
    """One error of a Collections result."""
    return {"statusCode": code, "message": message, "fields": list(fields)}


def test_each_named_field_is_a_refusal() -> None:
    """An error with two fields and another with one make three refusals in the vendor's words."""
    outcome = row(error("STRING_TOO_LONG", "too long", "City", "Title"), error("INVALID_EMAIL_ADDRESS", "bad", "Email"))
    assert (outcome.state, outcome.whole) == (State.REFUSED, False)
    assert outcome.refusals == (
        Refusal("City", "STRING_TOO_LONG", "too long"),
        Refusal("Title", "STRING_TOO_LONG", "too long"),
        Refusal("Email", "INVALID_EMAIL_ADDRESS", "bad"),
    )


@pytest.mark.parametrize(
    "code",
    [
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "DUPLICATES_DETECTED",
        "DUPLICATE_VALUE",
        "ENTITY_IS_LOCKED",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "A_CODE_NOBODY_KNOWS",
    ],
)
def test_the_record_as_such_is_refused(code: str) -> None:
    """Leaving out a field would not help; an unknown code is treated the same way."""
    outcome = row(error(code, "no"))
    assert (outcome.state, outcome.whole) == (State.REFUSED, True)


def test_an_error_of_the_page_is_not_the_whole_record() -> None:
    """A validation rule that names no field may be about one value: the caller isolates it."""
    outcome = row(error("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Leads need a desk"))
    assert (outcome.whole, [refusal.field for refusal in outcome.refusals]) == (False, [""])


@pytest.mark.parametrize(
    ("code", "message", "field"),
    [
        ("INVALID_FIELD", "No such column 'Colour__c' on sobject of type Lead", "Colour__c"),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Name. Please check", "Name"),
    ],
)
def test_a_field_that_only_the_message_names(code: str, message: str, field: str) -> None:
    """It is found in the wording of Salesforce."""
    assert [refusal.field for refusal in row(error(code, message)).refusals] == [field]


@pytest.mark.parametrize(
    "found",
    [
        error("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access"),
        error("CANNOT_EXECUTE_FLOW_TRIGGER", "Flow X: UNABLE_TO_LOCK_ROW: unable to obtain exclusive access"),
        error("SERVER_UNAVAILABLE"),
    ],
)
def test_a_busy_record_is_for_later(found: dict[str, Any]) -> None:
    """A lock passes, also when a flow reports it."""
    assert row(found).state is State.LATER


@pytest.mark.parametrize("code", ["ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"])
def test_a_record_that_is_not_there_is_gone(code: str) -> None:
    """On the record's own id; a create is refused instead."""
    assert row(error(code, "entity is deleted")).state is State.GONE
    assert row(error(code, "entity is deleted"), record_id="").state is State.REFUSED


def test_a_reference_to_somebody_else_is_refused_not_gone() -> None:
    """An owner that does not exist is the owner's fault, named or not."""
    named = row(error("INVALID_CROSS_REFERENCE_KEY", "Owner ID: owner cannot be blank", "OwnerId"))
    unnamed = row(error("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"), references=True)
    assert (named.state, named.refusals[0].field) == (State.REFUSED, "OwnerId")
    assert (unnamed.state, unnamed.whole) == (State.REFUSED, False)


def test_the_leads_a_refusal_names_are_matches() -> None:
    """From the message and from duplicate results under either spelling; the record itself is none."""
    message = f"duplicate value found: Operate_Lead_Id__c duplicates value on record with id: {OTHER[:15]}"
    assert row(error("DUPLICATE_VALUE", message)).matches == (OTHER,)
    body = {"matchResults": [{"matchRecords": [{"record": {"Id": OTHER}}, {"record": {"Id": LEAD}}]}]}
    for spelling in ("duplicateResut", "duplicateResult"):
        outcome = row({"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these?", spelling: body})
        assert outcome.matches == (OTHER,)


def test_a_failure_without_any_error_is_the_whole_record() -> None:
    """A row that failed for no told reason is refused, never taken for done."""
    outcome = row()
    assert (outcome.state, outcome.whole) == (State.REFUSED, True)


def failure(status: int, content: object, *, writes: bool = False, **headers: str) -> Any:
    """What an answer means for a request."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return call_failure("GET query", status, content, named, 0.0, writes=writes)


def body(code: str, message: str = "") -> list[dict[str, str]]:
    """A REST error body."""
    return [{"errorCode": code, "message": message}]


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (401, body("INVALID_SESSION_ID"), Unauthorised),
        (401, "<html>", Unauthorised),
        (403, body("INVALID_SESSION_ID"), Unauthorised),
        (403, body("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."), RetryLater),
        (403, body("API_DISABLED_FOR_ORG"), Misconfigured),
        (403, "<html>", Misconfigured),
        (404, body("NOT_FOUND"), Misconfigured),
        (410, body("UNSUPPORTED_API_VERSION"), Misconfigured),
        (302, "", Misconfigured),
        (400, body("INVALID_TYPE", "sObject type 'Lead' is not supported"), Misconfigured),
        (400, body("QUERY_TIMEOUT"), RetryLater),
        (400, body("MALFORMED_QUERY"), Refused),
        (400, "<html>", Unreadable),
        (414, "<html>", Misconfigured),
        (412, body("PRECONDITION_FAILED"), Refused),
        (429, "", RetryLater),
        (503, "<html>", RetryLater),
        (500, body("UNKNOWN_EXCEPTION"), RetryLater),
        (502, "<html>", RetryLater),
    ],
)
def test_what_an_error_status_means_for_a_reading_request(status: int, content: object, kind: type) -> None:
    """The code decides, the status only where there is none; the message says what was asked."""
    found = failure(status, content)
    assert type(found) is kind
    assert "GET query" in str(found)


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (500, body("UNKNOWN_EXCEPTION"), Unknown),
        (502, "<html>", Unknown),
        (504, "", Unknown),
        (503, "", Unknown),
        (503, "<html>", Unknown),
        (503, body("UNKNOWN_EXCEPTION"), Unknown),
        (503, body("SERVER_UNAVAILABLE"), RetryLater),
        (503, body("REQUEST_LIMIT_EXCEEDED"), RetryLater),
        (429, "", RetryLater),
        (420, "", RetryLater),
        (400, body("JSON_PARSER_ERROR"), Refused),
        (413, "<html>", Refused),
    ],
)
def test_what_an_error_status_means_for_a_writing_request(status: int, content: object, kind: type) -> None:
    """A gateway that gave up may have passed the write on; Salesforce's own word that it is busy says it did not."""
    assert type(failure(status, content, writes=True)) is kind


def test_the_daily_limit_pauses_for_a_quarter_of_an_hour() -> None:
    """The allocation comes back slowly, so there is no use in knocking."""
    found = failure(403, body("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    assert isinstance(found, RetryLater)
    assert found.after == 900


def test_no_message_repeats_a_value() -> None:
    """Salesforce's words may quote a lead's data; they stay in the refusals."""
    found = failure(400, body("INVALID_EMAIL_ADDRESS", "invalid email address: someone@example.com"))
    assert "someone" not in str(found)
    assert found.refusals[0].message.endswith("someone@example.com")


def test_retry_after_is_read_in_both_forms() -> None:
    """Seconds or a date; nonsense is as good as nothing."""
    assert retry_after({"Retry-After": "7"}, 0) == 7
    assert retry_after({"Retry-After": "Thu, 01 Jan 1970 00:01:40 GMT"}, 40) == 60
    assert retry_after({"Retry-After": "Thu, 01 Jan 1970 00:01:40 GMT"}, 400) == 0
    assert retry_after({"Retry-After": "soon"}, 0) is None
    assert retry_after({}, 0) is None


def test_a_vendors_text_is_bounded_and_printable() -> None:
    """No control characters and no novels in our messages."""
    assert brief("a\x1b[31m\nb") == "a [31m b"
    assert len(brief("x" * 1000)) == 160


@pytest.mark.parametrize("content", [None, "", "text", 7, [1, "x", None, {}], {"other": "shape"}])
def test_a_body_of_another_shape_lists_no_problems(content: object) -> None:
    """It is not Salesforce that answered; nothing breaks."""
    assert problems(content) == ()
