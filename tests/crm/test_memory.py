"""The in-memory CRM: what the contract does not say, and what a simulation does with it."""

import pytest

from connector.core.model import SECOND, Native, Record, Side, Write
from connector.crm.memory import MemoryCrm
from connector.crm.memory_faults import Late, Lost
from connector.crm.port import Field, Outcome, State
from connector.errors import Refusal, RetryLater
from tests.crm.test_contract_memory import FIELDS, HandClock


class Crash(Exception):  # the end of our process, as a simulation sees it
    """Nobody catches it but the test."""


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still."""
    return HandClock()


@pytest.fixture
def operate(clock: HandClock) -> MemoryCrm:
    """A fake Operate."""
    return MemoryCrm(Side.OPERATE, clock=clock, fields=FIELDS)


@pytest.fixture
def salesforce(clock: HandClock) -> MemoryCrm:
    """A fake Salesforce."""
    return MemoryCrm(Side.SALESFORCE, clock=clock, fields=FIELDS)


def create(crm: MemoryCrm, key: int = 1, *, counterpart_id: str = "", **native: str) -> Write:
    """A create of a complete lead."""
    fields: Native = {"company": "Example Ltd", **native}
    return Write(key, crm.side, None, counterpart_id, bool(counterpart_id), {"rule": fields})


def update(crm: MemoryCrm, record_id: str, key: int = 1, **native: str) -> Write:
    """An update."""
    return Write(key, crm.side, record_id, "", False, {"rule": native})


def only(crm: MemoryCrm, write: Write) -> Outcome:
    """The outcome of a single write."""
    (outcome,) = crm.write([write])
    return outcome


def throw_once(crm: MemoryCrm, method: str, phase: str, error: Exception) -> None:
    """Let one request go wrong."""

    def hook(at_method: str, at_phase: str) -> None:
        if (at_method, at_phase) == (method, phase):
            crm.on_io = lambda method, phase: None
            raise error

    crm.on_io = hook


def test_a_late_request_lands_when_its_time_has_come(operate: MemoryCrm, clock: HandClock) -> None:
    """Nobody hears of it; after its time it has happened, with the stamp of that time, over what was edited before."""
    record_id = operate.person_creates({"company": "Example Ltd", "first": "a"})
    landing = clock.now + 90 * SECOND
    throw_once(operate, "write", "before", Late(landing))
    assert only(operate, update(operate, record_id, first="late")).state is State.UNKNOWN
    clock.now += 30 * SECOND
    operate.person_edits(record_id, {"first": "edited"})
    assert operate.under_way() == 1
    assert operate.records()[record_id].native["first"] == "edited"
    clock.now += 300 * SECOND
    record = operate.get([record_id])[record_id]
    assert (record.native["first"], record.stamp) == ("late", landing)
    assert operate.under_way() == 0


def test_late_requests_land_in_the_order_of_their_times(operate: MemoryCrm, clock: HandClock) -> None:
    """The one that lands last wins, whichever was sent first; one for a deleted record does nothing."""
    record_id = operate.person_creates({"company": "Example Ltd"})
    gone = operate.person_creates({"company": "Example Ltd"})
    for target, text, delay in ((record_id, "second", 60), (record_id, "first", 50), (gone, "never", 40)):
        throw_once(operate, "write", "before", Late(clock.now + delay * SECOND))
        operate.write([update(operate, target, first=text)])
    operate.person_deletes(gone)
    clock.now += 100 * SECOND
    assert {record.native["first"] for record in operate.records().values()} == {"second"}


def test_a_late_create_makes_a_second_record_only_in_operate(clock: HandClock) -> None:
    """In Salesforce the upsert finds the record that was made meanwhile."""
    for side, count in ((Side.OPERATE, 2), (Side.SALESFORCE, 1)):
        crm = MemoryCrm(side, clock=clock, fields=FIELDS)
        throw_once(crm, "write", "before", Late(clock.now + 60 * SECOND))
        crm.write([create(crm, counterpart_id="701", first="late")])
        crm.write([create(crm, counterpart_id="701", first="prompt")])
        clock.now += 60 * SECOND
        assert len(crm.records()) == count


def test_a_crash_after_the_commit(operate: MemoryCrm) -> None:
    """An exception of the simulation passes through; what was carried out before stays."""
    throw_once(operate, "write", "after", Crash())
    with pytest.raises(Crash):
        operate.write([create(operate, 1), create(operate, 2)])
    assert len(operate.records()) == 1


def test_salesforce_loses_a_batch_as_a_whole(salesforce: MemoryCrm, operate: MemoryCrm) -> None:
    """One request carries the batch there; in Operate each write has its own."""
    for crm, states in (
        (salesforce, [State.UNKNOWN, State.UNKNOWN]),
        (operate, [State.UNKNOWN, State.LANDED]),
    ):
        throw_once(crm, "write", "before", Lost())
        assert [outcome.state for outcome in crm.write([create(crm, 1), create(crm, 2)])] == states


def test_a_busy_crm_says_how_long(operate: MemoryCrm) -> None:
    """A write is for later, with the wait; a read raises."""
    throw_once(operate, "write", "before", RetryLater("busy", after=9))
    outcome = only(operate, create(operate))
    assert (outcome.state, outcome.after) == (State.LATER, 9)
    for phase in ("before", "after"):
        throw_once(operate, "get", phase, Lost())
        with pytest.raises(RetryLater):
            operate.get(["1"])


def test_people_edit_between_reading_and_answering(operate: MemoryCrm) -> None:
    """An edit in the hook after the reading is not in that answer, but in the next."""
    record_id = operate.person_creates({"company": "Example Ltd", "first": "before"})

    def hook(method: str, phase: str) -> None:
        if phase == "after":
            operate.on_io = lambda method, phase: None
            operate.person_edits(record_id, {"first": "after"})

    operate.on_io = hook
    assert operate.get([record_id])[record_id].native["first"] == "before"
    assert operate.get([record_id])[record_id].native["first"] == "after"


def test_values_are_stored_in_the_crm_s_own_way(clock: HandClock) -> None:
    """Silently cut, lower case, trimmed in Salesforce; also when a person types them."""
    fields = {"name": Field("name", length=5), "mail": Field("mail")}
    for side, blank in ((Side.OPERATE, " "), (Side.SALESFORCE, "")):
        crm = MemoryCrm(side, clock=clock, fields=fields, cuts=frozenset({"name"}), lowercase=frozenset({"mail"}))
        native = {"name": "Josephine", "mail": " A@Example.com"}
        by_write = only(crm, Write(1, side, None, "", False, {"rule": native})).record_id
        for record_id in (by_write, crm.person_creates(native)):
            assert crm.records()[record_id].native == {"name": "Josep", "mail": f"{blank}a@example.com"}


def test_refusals(clock: HandClock) -> None:
    """Required, unknown, read-only, restricted and too long values are refused by name, or namelessly."""
    fields = {
        "company": Field("company", required=True),
        "code": Field("code", length=3),
        "id": Field("id", createable=False, updateable=False),
        "status": Field("status", values=("Open", "Closed")),
    }
    bad: dict[str, Native] = {
        "company": {},
        "code": {"company": "x", "code": "1234"},
        "id": {"company": "x", "id": "5"},
        "status": {"company": "x", "status": "Odd"},
        "nosuch": {"company": "x", "nosuch": "5"},
    }
    for names_fields in (True, False):
        crm = MemoryCrm(Side.OPERATE, clock=clock, fields=fields, names_fields=names_fields)
        for name, native in bad.items():
            outcome = only(crm, Write(1, Side.OPERATE, None, "", False, {"rule": native}))
            assert outcome.state is State.REFUSED
            assert [refusal.field for refusal in outcome.refusals] == [name if names_fields else ""]
        assert crm.records() == {}


def test_a_simulation_refuses_by_its_own_rules(operate: MemoryCrm) -> None:
    """`refuses` is about a rule, `blocks` about the lead as such."""
    record_id = operate.person_creates({"company": "Example Ltd"})
    operate.refuses = lambda write: [Refusal("first", "", "no")] if "first" in write.rules["rule"] else []
    outcome = only(operate, update(operate, record_id, first="x"))
    assert (outcome.state, outcome.whole) == (State.REFUSED, False)
    assert only(operate, update(operate, record_id, last="x")).state is State.LANDED
    operate.blocks = lambda write: [Refusal("", "LOCKED", "locked")]
    assert only(operate, update(operate, record_id, last="y")).whole


def test_a_unique_counterpart_id_names_who_has_it(salesforce: MemoryCrm) -> None:
    """Stamping a second record with an id that is taken is refused as a whole, with the record that has it."""
    first = salesforce.person_creates({"company": "Example Ltd"}, counterpart_id="701")
    second = salesforce.person_creates({"company": "Example Ltd"})
    outcome = only(salesforce, Write(1, Side.SALESFORCE, second, "701", True, {}))
    assert (outcome.state, outcome.whole, outcome.matches) == (State.REFUSED, True, (first,))


def test_how_records_end_in_salesforce(salesforce: MemoryCrm) -> None:
    """A merged loser names its winner, a converted lead takes no write; both still show."""
    winner, loser, converted = (salesforce.person_creates({"company": "Example Ltd"}) for _ in range(3))
    salesforce.person_merges(winner, loser)
    salesforce.person_converts(converted)
    found: dict[str, Record] = dict(salesforce.get([winner, loser, converted]))
    assert (found[loser].deleted, found[loser].merged_into) == (True, winner)
    assert found[converted].converted
    assert only(salesforce, update(salesforce, converted, first="x")).whole
    with pytest.raises(KeyError):
        salesforce.person_edits(loser, {"first": "x"})


def test_a_fake_without_a_field_for_counterpart_ids(clock: HandClock) -> None:
    """A stamp stores nothing, and looking up is a mistake of the caller."""
    crm = MemoryCrm(Side.OPERATE, clock=clock, fields=FIELDS, counterpart_field=False)
    outcome = only(crm, create(crm, counterpart_id="00Q1"))
    assert crm.records()[outcome.record_id].counterpart_id == ""
    with pytest.raises(ValueError, match="counterpart"):
        crm.find(["00Q1"])


def test_mistakes_of_the_caller(operate: MemoryCrm, salesforce: MemoryCrm) -> None:
    """Too large a batch, two writes to one record, a write for the other side: errors at once, nothing is written."""
    record_id = operate.person_creates({"company": "Example Ltd"})
    for batch in (
        [create(operate, key) for key in range(6)],
        [update(operate, record_id, 1, first="a"), update(operate, record_id, 2, first="b")],
        [create(operate, 1, counterpart_id="00Q1"), create(operate, 2, counterpart_id="00Q1")],
        [create(salesforce)],
    ):
        with pytest.raises(ValueError, match=r"batch|side"):
            operate.write(batch)
    assert set(operate.records()) == {record_id}


def test_a_long_transaction_shows_late_with_an_old_stamp(clock: HandClock, salesforce: MemoryCrm) -> None:
    """What was saved in it cannot be read until it commits, and lies before what was read meanwhile."""
    record_id = salesforce.person_creates({"company": "Example Ltd", "first": "before"})
    clock.now += 10 * SECOND
    begun = clock.now
    salesforce.person_edits_slowly(record_id, {"first": "after"}, begun + 60 * SECOND)
    salesforce.person_creates_slowly({"company": "Other Ltd"}, begun + 60 * SECOND)
    assert [row.native["first"] for row in salesforce.records().values()] == ["before"]
    clock.now += 60 * SECOND
    edited, made = salesforce.records().values()
    assert edited.native["first"] == "after"
    assert edited.stamp == made.stamp == made.created == begun - begun % SECOND


def test_a_lead_comes_back_from_the_bin_once(salesforce: MemoryCrm, operate: MemoryCrm) -> None:
    """Salesforce keeps what was deleted, unless its counterpart id is somebody else's by now; Operate keeps nothing."""
    record_id = salesforce.person_creates({"company": "Example Ltd"}, counterpart_id="7")
    salesforce.person_deletes(record_id)
    salesforce.person_undeletes(record_id)
    assert list(salesforce.records()) == [record_id]
    salesforce.person_deletes(record_id)
    salesforce.person_creates({"company": "Example Ltd"}, counterpart_id="7")
    for crm, gone in ((salesforce, record_id), (operate, operate.person_creates({"company": "Example Ltd"}))):
        if crm is operate:
            operate.person_deletes(gone)
        with pytest.raises(KeyError):
            crm.person_undeletes(gone)


def test_a_converted_lead_is_locked_in_salesforce_alone(salesforce: MemoryCrm, operate: MemoryCrm) -> None:
    """Operate's lead stays as it was, beside the account that it became."""
    ids = {crm.side: crm.person_creates({"company": "Example Ltd"}) for crm in (salesforce, operate)}
    for crm in (salesforce, operate):
        crm.person_converts(ids[crm.side])
    operate.person_edits(ids[Side.OPERATE], {"first": "still"})
    with pytest.raises(KeyError):
        salesforce.person_edits(ids[Side.SALESFORCE], {"first": "still"})


def test_whoever_listens_hears_of_every_row(clock: HandClock) -> None:
    """People's deeds and our requests, each told apart."""
    heard: list[tuple[bool, bool, bool]] = []
    crm = MemoryCrm(
        Side.OPERATE,
        clock=clock,
        fields=FIELDS,
        on_save=lambda before, after, write: heard.append((before is None, after is None, write is None)),
    )
    record_id = only(crm, create(crm)).record_id
    crm.person_edits(record_id, {"first": "later"})
    crm.person_deletes(record_id)
    assert heard == [(True, False, False), (False, False, True), (False, True, True)]
