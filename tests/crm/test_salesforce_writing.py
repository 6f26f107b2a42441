"""Writing leads to Salesforce: how many requests, what is refused and why, and what happens when one is lost."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.core.model import Native, Side, Write
from connector.crm.port import Outcome, State
from connector.crm.salesforce.values import to18
from connector.errors import Misconfigured
from connector.sandbox.http import Fault, Request, Response
from connector.sandbox.salesforce import Automation, DuplicateRule, SalesforceConfig, ValidationRule
from tests.crm.salesforce_world import (
    COLLECTIONS,
    COMPLETE,
    EXTERNAL_ID,
    FIELDS,
    UNKNOWN_ID,
    WRITES,
    SalesforceWorld,
    create,
    salesforce_world,
    update,
)


@pytest.fixture
def world() -> Iterator[SalesforceWorld]:
    """An ordinary org."""
    with salesforce_world() as made:
        yield made


def writes(world: SalesforceWorld) -> list[tuple[str, str, int]]:
    """The writing requests so far: method, path below the version, number of records."""
    return [
        (entry.method, entry.path.removeprefix("/services/data/v67.0/"), len(json.loads(entry.body)["records"]))
        for entry in world.server.journal.calls("POST|PATCH", "/composite/sobjects")
    ]


def states(outcomes: Any) -> list[State]:
    """How each write ended."""
    return [outcome.state for outcome in outcomes]


def refusing(code: str, message: str = "") -> Callable[[Request, Response], Response]:
    """Refuse every writing request as a whole."""

    def retouch(request: Request, response: Response) -> Response:
        if request.method == "GET":
            return response
        return Response(400, [{"errorCode": code, "message": message}])

    return retouch


# --- requests ---------------------------------------------------------------------------------------------------


def test_a_thousand_updates_are_five_requests(world: SalesforceWorld) -> None:
    """200 to a request, each record once."""
    ids = [world.add({**COMPLETE, "Title": str(number)}) for number in range(1000)]
    crm = world.client()
    crm.check()
    before = crm.calls
    outcomes = crm.write([update(key, record_id, {"Title": "new"}) for key, record_id in enumerate(ids)])
    assert crm.calls - before == 5
    assert [(outcome.key, outcome.record_id) for outcome in outcomes] == list(enumerate(ids))
    assert {lead["Title"] for lead in world.leads().values()} == {"new"}


@pytest.mark.parametrize(("times", "state"), [(2, State.LANDED), (9, State.LATER)])
def test_a_locked_row_is_sent_again_for_a_moment(world: SalesforceWorld, times: int, state: State) -> None:
    """Another transaction holds it: only that row goes out again, after short waits; then it is for later."""
    ids = [world.add({**COMPLETE, "Title": str(number)}) for number in range(2)]
    locked = [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access", "fields": []}]
    left = [times]

    def retouch(request: Request, response: Response) -> Response:
        if "composite/sobjects" not in request.path or not left[0]:
            return response
        left[0] -= 1
        rows = [{**row, "success": False, "errors": locked} if row["id"] == ids[1] else row for row in response.body]
        return Response(200, rows)

    world.heard.retouch = retouch
    outcomes = world.client().write([update(key, each, {"Title": "new"}) for key, each in enumerate(ids)])
    assert states(outcomes) == [State.LANDED, state]
    assert [count for _, _, count in writes(world)] == [2] + [1] * min(times, 3)
    assert world.waits == [1.0, 2.0, 4.0][: min(times, 3)]


def test_a_mixed_batch_keeps_its_order(world: SalesforceWorld) -> None:
    """Three kinds of writes go out in three requests; the outcomes stand as the writes stood."""
    there = world.add(COMPLETE)
    batch = [
        update(1, there, {"Title": "a"}),
        create(2, {"Title": "b"}, "702"),
        create(3, {"Title": "c"}),
        update(4, to18(UNKNOWN_ID), {"Title": "d"}),
        create(5, {"Title": "e", "Email": "no address"}, "705"),
        create(6, {"Title": "f"}, "706"),
    ]
    outcomes = world.client().write(batch)
    assert [outcome.key for outcome in outcomes] == [1, 2, 3, 4, 5, 6]
    assert states(outcomes) == [State.LANDED] * 3 + [State.GONE, State.REFUSED, State.LANDED]
    assert [outcome.created for outcome in outcomes] == [False, True, True, False, False, True]
    titles = {record_id: lead["Title"] for record_id, lead in world.leads().items()}
    assert [titles.get(outcome.record_id) for outcome in outcomes] == ["a", "b", "c", None, None, "f"]
    assert writes(world) == [
        ("PATCH", f"composite/sobjects/Lead/{EXTERNAL_ID}", 3),
        ("POST", "composite/sobjects", 1),
        ("PATCH", "composite/sobjects", 2),
    ]


def test_the_same_record_twice_in_a_batch(world: SalesforceWorld) -> None:
    """Salesforce refuses that in one request, so the second increment follows in another, in order."""
    one, two = world.add(COMPLETE), world.add({**COMPLETE, "Title": "x"})
    batch = [
        update(1, one, {"Title": "first"}),
        update(2, one[:15], {"Title": "second"}),
        update(3, two, {"Title": "only"}),
        update(4, one, {"Title": "third"}),
    ]
    assert states(world.client().write(batch)) == [State.LANDED] * 4
    assert world.leads()[one]["Title"] == "third"
    assert [count for _, _, count in writes(world)] == [2, 1, 1]


def test_the_same_counterpart_id_twice_in_a_batch(world: SalesforceWorld) -> None:
    """The second create finds the first one's record."""
    first, second = world.client().write([create(1, {}, "701"), create(2, {}, "701")])
    assert (first.created, second.created) == (True, False)
    assert first.record_id == second.record_id


def test_nothing_to_write_is_no_request(world: SalesforceWorld) -> None:
    """An empty batch costs nothing but the schema, once."""
    crm = world.client()
    assert crm.write([]) == []
    assert writes(world) == []


def test_numbers_and_booleans_travel_as_json(world: SalesforceWorld) -> None:
    """The describe type decides; a blank is null."""
    crm = world.client()
    native = {"NumberOfEmployees": "25", "AnnualRevenue": "1200.50", "HasOptedOutOfEmail": "true", "Title": ""}
    (outcome,) = crm.write([create(1, native)])
    assert outcome.state is State.LANDED
    (record,) = json.loads(world.heard.of("POST", "/composite/sobjects")[0].body)["records"]
    assert record == {
        "attributes": {"type": "Lead"},
        **COMPLETE,
        "NumberOfEmployees": 25,
        "AnnualRevenue": 1200.5,
        "HasOptedOutOfEmail": True,
        "Title": None,
    }


def test_headers_follow_the_settings(world: SalesforceWorld) -> None:
    """Assignment rules run, and alerting duplicate rules are overridden, only where it was asked for."""
    world.client(auto_assign=True, allow_save=True).write([create(1, {})])
    (request,) = world.heard.of("POST", "/composite/sobjects")
    assert "sforce-auto-assign" not in request.headers
    assert request.headers["sforce-duplicate-rule-header"] == "allowSave=true"


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("native", "field", "code"),
    [
        ({"NumberOfEmployees": "10-15 desks"}, "NumberOfEmployees", "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ({"NumberOfEmployees": "2.5"}, "NumberOfEmployees", "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ({"HasOptedOutOfEmail": "maybe"}, "HasOptedOutOfEmail", "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ({"Nonsense__c": "x"}, "Nonsense__c", "INVALID_FIELD"),
    ],
)
def test_what_cannot_be_sent_is_refused_here(world: SalesforceWorld, native: Native, field: str, code: str) -> None:
    """Sent, it would have spoilt the whole request; the others of the batch go out."""
    record_id = world.add(COMPLETE)
    bad, good = world.client().write([update(1, record_id, {"Title": "x", **native}), create(2, {"Title": "good"})])
    assert (bad.state, bad.whole, bad.record_id) == (State.REFUSED, False, record_id)
    assert [(refusal.field, refusal.code) for refusal in bad.refusals] == [(field, code)]
    assert good.state is State.LANDED
    assert [count for _, _, count in writes(world)] == [1]


def test_a_field_that_was_made_since_is_found(world: SalesforceWorld) -> None:
    """Before an unknown field is refused the schema is read again."""
    world.org.reconfigure(hidden_fields=("Title",))
    crm = world.client()
    crm.check()
    world.org.reconfigure(hidden_fields=())
    assert states(crm.write([create(1, {"Title": "x"})])) == [State.LANDED]


@pytest.mark.parametrize(
    ("native", "code"),
    [
        ({"Email": "no address"}, "INVALID_EMAIL_ADDRESS"),
        ({"Title": "x" * 200}, "STRING_TOO_LONG"),
        ({"LastName": ""}, "REQUIRED_FIELD_MISSING"),
        ({"Industry": "Basket weaving"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"CreatedDate": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"OwnerId": to18("005Sb0zzzzzzzzz")}, "INVALID_CROSS_REFERENCE_KEY"),
    ],
)
def test_a_refused_value_names_its_field(native: Native, code: str) -> None:
    """The field, the code and the vendor's words, so that its rule can be taken out."""
    with salesforce_world(SalesforceConfig(restricted_picklists=("Industry",))) as world:
        (outcome,) = world.client().write([update(1, world.add(COMPLETE), native)])
        assert (outcome.state, outcome.whole) == (State.REFUSED, False)
        assert [(refusal.field, refusal.code) for refusal in outcome.refusals] == [(next(iter(native)), code)]


def test_a_validation_rule_of_the_page(world: SalesforceWorld) -> None:
    """It names no field: the caller finds out which value it is about."""
    world.org.reconfigure(validation_rules=(ValidationRule(lambda row: row["Title"] == "Boss", "No bosses"),))
    (outcome,) = world.client().write([create(1, {"Title": "Boss"})])
    assert (outcome.state, outcome.whole) == (State.REFUSED, False)
    assert [(refusal.field, refusal.message) for refusal in outcome.refusals] == [("", "No bosses")]


def test_a_converted_lead(world: SalesforceWorld) -> None:
    """It refuses every write: the record as such."""
    record_id = world.add(COMPLETE)
    world.org.convert(record_id)
    (outcome,) = world.client().write([update(1, record_id, {"Title": "x"})])
    assert (outcome.state, outcome.whole) == (State.REFUSED, True)
    assert outcome.refusals[0].code == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_counterpart_id_that_another_lead_carries(world: SalesforceWorld) -> None:
    """The stamp is refused, and the other lead is named."""
    holder = world.add(COMPLETE, counterpart_id="701")
    other = world.add(COMPLETE)
    (outcome,) = world.client().write([update(1, other, {}, "701")])
    assert (outcome.state, outcome.whole, outcome.matches) == (State.REFUSED, True, (holder,))


@pytest.mark.parametrize(
    ("mode", "allow_save", "state"),
    [
        ("block", True, State.REFUSED),
        ("alert", False, State.REFUSED),
        ("alert", True, State.LANDED),
    ],
)
def test_duplicate_rules(mode: Any, allow_save: bool, state: State) -> None:
    """A blocking rule always refuses the whole record, an alerting one unless told to save."""
    with salesforce_world(SalesforceConfig(duplicate_rules=(DuplicateRule(mode=mode),))) as world:
        native = {"Email": "anna@example.com"}
        world.add({**COMPLETE, **native})
        (outcome,) = world.client(allow_save=allow_save).write([create(1, native, "701")])
        assert (outcome.state, outcome.whole) == (state, state is State.REFUSED)


def test_a_locked_record_is_for_later(world: SalesforceWorld) -> None:
    """Another transaction holds it; the other rows land."""
    world.org.late_commit(30)
    locked = world.add(COMPLETE)
    outcomes = world.client().write([update(1, locked, {"Title": "x"}), create(2, {})])
    assert states(outcomes) == [State.LATER, State.LANDED]


def test_an_automation_changes_what_was_written(world: SalesforceWorld) -> None:
    """The write has landed all the same; what is stored is learnt by reading."""
    world.org.reconfigure(automations=(Automation(lambda row: {"Title": "Set by a flow"}),))
    crm = world.client(fields=FIELDS)
    (outcome,) = crm.write([create(1, {"Title": "ours"})])
    assert outcome.state is State.LANDED
    assert outcome.record is None
    assert crm.get([outcome.record_id])[outcome.record_id].native["Title"] == "Set by a flow"


# --- a request that is refused as a whole -----------------------------------------------------------------------


def test_a_field_that_vanished_between_describe_and_write(world: SalesforceWorld) -> None:
    """The rows that carry the field named are refused; the others go out again, once."""
    ids = [world.add({**COMPLETE, "FirstName": str(number)}) for number in range(3)]
    crm = world.client()
    crm.check()

    def retouch(request: Request, response: Response) -> Response:
        if b'"Title"' in request.body:
            return Response(400, [{"errorCode": "INVALID_FIELD", "message": "No such column 'Title' on sobject Lead"}])
        return response

    world.heard.retouch = retouch
    batch = [update(1, ids[0], {"City": "a"}), update(2, ids[1], {"Title": "b"}), update(3, ids[2], {"City": "c"})]
    outcomes = crm.write(batch)
    assert states(outcomes) == [State.LANDED, State.REFUSED, State.LANDED]
    assert (outcomes[1].refusals[0].field, outcomes[1].whole) == ("Title", False)
    assert [count for _, _, count in writes(world)] == [3, 2]


def test_json_that_salesforce_cannot_parse(world: SalesforceWorld) -> None:
    """It says nothing of the row at fault: the halves are tried until that row stands alone."""
    ids = [world.add({**COMPLETE, "FirstName": str(number)}) for number in range(8)]
    crm = world.client()
    crm.check()

    def retouch(request: Request, response: Response) -> Response:
        if b'"poison"' in request.body:
            return Response(400, [{"errorCode": "JSON_PARSER_ERROR", "message": "Unexpected character"}])
        return response

    world.heard.retouch = retouch
    batch = [update(key, record_id, {"City": "poison" if key == 5 else "x"}) for key, record_id in enumerate(ids)]
    outcomes = crm.write(batch)
    assert [outcome.key for outcome in outcomes if outcome.state is State.REFUSED] == [5]
    assert states(outcomes).count(State.LANDED) == 7
    assert outcomes[5].refusals[0].code == "JSON_PARSER_ERROR"
    assert [count for _, _, count in writes(world)] == [8, 4, 4, 2, 1, 1, 2]


def test_a_whole_request_is_refused_for_another_reason(world: SalesforceWorld) -> None:
    """Every row is refused for it, and nothing is sent again."""
    crm = world.client()
    crm.check()
    world.heard.retouch = refusing("EXCEEDED_ID_LIMIT", "record limit reached")
    outcomes = crm.write([create(1, {}), create(2, {})])
    assert states(outcomes) == [State.REFUSED, State.REFUSED]
    assert outcomes[0].refusals[0].code == "EXCEEDED_ID_LIMIT"
    assert len(writes(world)) == 1


# --- when things go wrong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault("lost_before", path="/composite"),
        Fault("lost_after", path="/composite"),
        Fault("hang", path="/composite", seconds=30),
        Fault("html", path="/composite", status=200),
        Fault("html", path="/composite", status=502),
        Fault("status", path="/composite", status=500),
        Fault("status", path="/composite", status=504),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
def test_an_answer_that_tells_nothing_leaves_the_write_unknown(world: SalesforceWorld, fault: Fault) -> None:
    """It is sent once; what was not sent yet is left for later."""
    crm = world.client(timeout=1.5)
    crm.check()
    record_id = world.add(COMPLETE)
    world.server.fault(fault)
    outcomes = crm.write([create(1, {}, "701"), create(2, {}, "702"), update(3, record_id, {"Title": "x"})])
    assert states(outcomes) == [State.UNKNOWN, State.UNKNOWN, State.LATER]
    assert len(writes(world)) == 1
    assert world.waits == []
    assert world.leads()[record_id]["Title"] == ""


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        [{"id": "x"}],
        [{"id": None, "success": True, "errors": []}],
        [{"id": "00QSb0000000001", "success": True}, {"id": "00QSb0000000002", "success": True}],
        ["done"],
    ],
)
def test_an_answer_that_does_not_account_for_each_row(world: SalesforceWorld, answer: Any) -> None:
    """It was carried out, nobody knows how: unknown."""
    crm = world.client()
    crm.check()
    world.heard.retouch = lambda request, response: Response(200, answer)
    assert states(crm.write([create(1, {}, "701")])) == [State.UNKNOWN]


def test_a_busy_salesforce_is_asked_three_times(world: SalesforceWorld) -> None:
    """A 429 is a refusal before any work: the write is repeated, and then left for later, with the wait."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault("status", path="/composite", status=429, retry_after="4", times=3))
    (outcome,) = crm.write([create(1, {})])
    assert (outcome.state, outcome.after) == (State.LATER, 4)
    assert world.waits == [4, 4]
    assert states(crm.write([create(2, {})])) == [State.LANDED]
    assert len(world.leads()) == 1


def test_a_long_wait_is_not_waited_for(world: SalesforceWorld) -> None:
    """A cycle does not stand still for minutes; the wait is handed on."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault("status", path="/composite", status=429, retry_after="600"))
    (outcome,) = crm.write([create(1, {})])
    assert (outcome.state, outcome.after, world.waits) == (State.LATER, 600, [])


@pytest.mark.parametrize("retry_after", [None, "0", "7"])
@pytest.mark.parametrize("kind", ["create", "upsert", "update", "delete"])
def test_a_bare_503_does_not_say_that_nothing_was_written(
    world: SalesforceWorld, kind: str, retry_after: str | None
) -> None:
    """A gateway may have passed the write on, and a repetition would cover what somebody edits meanwhile: sent once."""
    crm = world.client()
    crm.check()
    record_id = world.add(COMPLETE)
    writes = {
        "create": create(1, {}),
        "upsert": create(1, {}, "701"),
        "update": update(1, record_id, {"Title": "x"}),
        "delete": Write(1, Side.SALESFORCE, record_id, "", False, {}, deletes=True),
    }
    world.server.fault(Fault("status", path="/composite", status=503, retry_after=retry_after, times=0))
    assert states(crm.write([writes[kind]])) == [State.UNKNOWN]
    assert len(world.server.journal.calls(WRITES, COLLECTIONS)) == 1
    assert world.waits == []


def test_salesforce_itself_says_that_it_is_unavailable(world: SalesforceWorld) -> None:
    """Its own code in the body of a 503 means that nothing was carried out: the write is repeated."""
    crm = world.client()
    crm.check()
    record_id = world.add(COMPLETE)
    refused = Response(503, [{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}])
    answers = iter([refused, refused])
    world.heard.retouch = lambda request, response: next(answers, response)
    assert states(crm.write([update(1, record_id, {"Title": "x"})])) == [State.LANDED]
    assert len(world.server.journal.calls(WRITES, COLLECTIONS)) == 3
    assert world.waits == [1, 2]


def test_nobody_listens(world: SalesforceWorld) -> None:
    """No connection: nothing was sent, so it is for later and not unknown."""
    crm = world.client()
    crm.check()
    world.server.stop()
    assert states(crm.write([create(1, {}), create(2, {}, "702")])) == [State.LATER, State.LATER]


def test_the_schema_cannot_be_read(world: SalesforceWorld) -> None:
    """The first write of a client needs it; without it nothing was sent."""
    crm = world.client()
    world.away()
    assert states(crm.write([create(1, {})])) == [State.LATER]


def test_the_daily_limit_is_reached_within_a_batch() -> None:
    """What landed is told, the rest is for later with a long wait."""
    with salesforce_world(SalesforceConfig(daily_limit=2)) as world:
        crm = world.client()
        crm.check()
        first, second = crm.write([create(1, {}, "701"), create(2, {})])
        assert first.state is State.LANDED
        assert (second.state, second.after) == (State.LATER, 900)


def test_rights_are_lost_within_a_batch(world: SalesforceWorld) -> None:
    """What landed is told instead of raised; the next write raises."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault("status", "POST", "/composite/sobjects", status=403, times=0))
    assert states(crm.write([create(1, {}, "701"), create(2, {})])) == [State.LANDED, State.LATER]
    with pytest.raises(Misconfigured):
        crm.write([create(2, {})])


def test_an_unknown_upsert_is_settled_by_looking_it_up(world: SalesforceWorld) -> None:
    """The counterpart id finds the record that a lost answer left behind."""
    crm = world.client()
    world.lose_answer()
    (outcome,) = crm.write([create(1, {"Title": "x"}, "701")])
    assert outcome.state is State.UNKNOWN
    (found,) = crm.find(["701"])
    assert found.native["Title"] == "x"


def test_a_create_that_is_not_to_stamp_but_has_a_counterpart_id(world: SalesforceWorld) -> None:
    """A create with a counterpart id is always an upsert: only that cannot double."""
    write = Write(1, Side.SALESFORCE, None, "701", False, {"minimum": COMPLETE})
    outcomes: list[Outcome] = [world.client().write([write])[0] for _ in range(2)]
    assert [outcome.created for outcome in outcomes] == [True, False]
