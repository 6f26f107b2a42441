"""What happens inside the org: people, processes, bin, merges, late commits, and how the API tells of it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.http import Clock
from connector.sandbox.salesforce import ApiError, Refused, Salesforce
from connector.sandbox.salesforce import ids as salesforce_ids
from connector.sandbox.salesforce.store import Store, equality_key
from connector.sandbox.salesforce.values import stamp

from .salesforce_client import LEAD, Caller, codes


def span(caller: Caller, what: str, start: float, end: float) -> str:
    """The path of updated/ or deleted/ between two moments, in seconds from now."""
    now = caller.clock.now()
    moments = [(now + timedelta(seconds=seconds)).isoformat() for seconds in (start, end)]
    return f"sobjects/Lead/{what}/?start={quote(moments[0])}&end={quote(moments[1])}"


def test_an_org_is_made_of_generated_people_and_repeats_itself() -> None:
    """The same seed gives the same people, none of them real."""
    clock = Clock()
    first, second, other = (Salesforce(clock=clock, seed=seed).users for seed in (1, 1, 2))
    assert [user["Name"] for user in first] == [user["Name"] for user in second]
    assert [user["Name"] for user in first] != [user["Name"] for user in other]
    assert len(first) == 8
    assert all(user["Email"].endswith(".example") for user in first)


def test_people_work_without_field_security_and_under_their_own_name() -> None:
    """`by` is a user's name or id; without it some salesperson."""
    caller = Caller()
    ada = caller.org.add_user("Ada Reyes", "ada.reyes@salesforce.example")
    id_ = caller.org.add(LEAD, by="Ada Reyes")
    row = caller.org.leads()[id_]
    assert (row["OwnerId"], row["CreatedById"]) == (ada, ada)
    caller.org.edit(id_, {"City": "York"})
    assert caller.org.leads()[id_]["LastModifiedById"] not in {ada, caller.org.users[0]["Id"]}
    with pytest.raises(KeyError):
        caller.org.edit(id_, {"City": "York"}, by="Nobody")


def test_what_people_enter_is_checked_too() -> None:
    """The refusal carries the problems."""
    caller = Caller()
    with pytest.raises(Refused) as caught:
        caller.org.add({"LastName": "x"})
    assert caught.value.problems[0].code == "REQUIRED_FIELD_MISSING"


def test_leads_are_copies() -> None:
    """A test that changes one does not change the org."""
    caller = Caller()
    id_ = caller.org.add(LEAD)
    caller.org.leads()[id_]["LastName"] = "changed"
    assert caller.org.leads()[id_]["LastName"] == LEAD["LastName"]


def test_an_undeleted_lead_comes_back_under_its_id() -> None:
    """As an update, with all its values."""
    caller = Caller()
    id_ = caller.org.add({**LEAD, "Operate_Lead_Id__c": "64"})
    caller.org.remove(id_)
    caller.clock.advance(60)
    before = caller.clock.now() - timedelta(seconds=1)
    caller.org.undelete(id_)
    row = caller.org.leads()[id_]
    assert row["Operate_Lead_Id__c"] == "64"
    assert row["SystemModstamp"] >= before.replace(microsecond=0)


def test_an_undelete_fails_when_its_key_is_taken_meanwhile() -> None:
    """The unique value belongs to another lead now."""
    caller = Caller()
    id_ = caller.org.add({**LEAD, "Operate_Lead_Id__c": "64"})
    caller.org.remove(id_)
    caller.org.add({**LEAD, "Operate_Lead_Id__c": "64"})
    with pytest.raises(Refused):
        caller.org.undelete(id_)


def test_a_purged_lead_leaves_no_trace() -> None:
    """Not in queryAll, not in deleted/, which then admits a gap."""
    caller = Caller()
    id_ = caller.org.add(LEAD)
    caller.org.remove(id_)
    caller.org.purge(id_)
    assert caller.ids("SELECT Id FROM Lead", "queryAll") == []
    answer = caller.call("GET", span(caller, "deleted", -600, 120)).body
    assert answer["deletedRecords"] == []
    assert answer["earliestDateAvailable"] > stamp(caller.clock.now() - timedelta(minutes=1))


def test_a_merge_keeps_the_winner_and_bins_the_losers() -> None:
    """Losers name the winner; the winner's stamp moves."""
    caller = Caller()
    winner, loser = caller.org.add(LEAD), caller.org.add({**LEAD, "Operate_Lead_Id__c": "64"})
    caller.clock.advance(30)
    caller.org.merge(winner, [loser])
    rows = {
        row["Id"]: row
        for row in caller.rows(
            "SELECT Id, IsDeleted, MasterRecordId, Operate_Lead_Id__c, CreatedDate, SystemModstamp FROM Lead",
            "queryAll",
        )
    }
    assert (rows[loser]["IsDeleted"], rows[loser]["MasterRecordId"]) == (True, winner)
    assert rows[loser]["Operate_Lead_Id__c"] == "64"
    assert rows[winner]["SystemModstamp"] > rows[winner]["CreatedDate"]
    with pytest.raises(ValueError, match="one or two losers"):
        caller.org.merge(winner, [])


def test_a_system_process_moves_only_the_system_stamp() -> None:
    """LastModifiedDate and its author stay."""
    caller = Caller()
    id_ = caller.org.add(LEAD)
    before = caller.org.leads()[id_]
    caller.clock.advance(5)
    caller.org.touch(id_)
    after = caller.org.leads()[id_]
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"SystemModstamp"}


def test_a_late_commit_appears_behind_the_cursor() -> None:
    """The stamp is that of the save; the row is visible only later; latestDateCovered waits for it."""
    caller = Caller()
    caller.org.late_commit(120)
    id_ = caller.org.add({**LEAD, "Operate_Lead_Id__c": "64"})
    saved = caller.clock.now()
    caller.clock.advance(90)
    other = caller.org.add(LEAD)
    assert caller.ids("SELECT Id FROM Lead") == [other]
    covered = caller.call("GET", span(caller, "updated", -600, 60)).body["latestDateCovered"]
    assert covered <= stamp(saved)
    answer = caller.call("POST", "sobjects/Lead", {**LEAD, "Operate_Lead_Id__c": "64"})
    assert codes(answer) == ["DUPLICATE_VALUE"]
    caller.clock.advance(31)
    assert caller.ids("SELECT Id FROM Lead ORDER BY SystemModstamp, Id") == [id_, other]


def test_a_late_edit_shows_the_old_row_and_locks_it() -> None:
    """Readers see what was there; another write cannot get the lock."""
    caller = Caller()
    id_ = caller.org.add({**LEAD, "City": "Leeds"})
    caller.org.late_commit(20)
    caller.org.edit(id_, {"City": "York"})
    assert caller.read(id_)["City"] == "Leeds"
    answer = caller.call("PATCH", f"sobjects/Lead/{id_}", {"City": "Hull"})
    assert codes(answer) == ["UNABLE_TO_LOCK_ROW"]
    caller.clock.advance(21)
    assert caller.read(id_)["City"] == "York"


def test_updated_lists_changed_leads_by_the_minute() -> None:
    """Seconds do not count; deleted leads are not among them."""
    caller = Caller()
    old = caller.org.add(LEAD, created=caller.clock.now() - timedelta(days=2))
    new, gone = caller.org.add(LEAD), caller.org.add(LEAD)
    caller.org.remove(gone)
    body = caller.call("GET", span(caller, "updated", -600, 120)).body
    assert body["ids"] == [new]
    assert body["latestDateCovered"].endswith(":00.000+0000")
    assert old in caller.call("GET", span(caller, "updated", -3 * 86_400, 120)).body["ids"]


def test_deleted_lists_what_went_to_the_bin() -> None:
    """With the time it went there; an undeleted lead is off the list."""
    caller = Caller()
    gone, back = caller.org.add(LEAD), caller.org.add(LEAD)
    for id_ in (gone, back):
        caller.org.remove(id_)
    caller.org.undelete(back)
    body = caller.call("GET", span(caller, "deleted", -600, 120)).body
    assert [one["id"] for one in body["deletedRecords"]] == [gone]


@pytest.mark.parametrize(
    ("what", "start", "end"),
    [
        ("updated", 0, -600),
        ("updated", 0, 0),
        ("updated", -31 * 86_400, 0),
        ("deleted", -60, 0),
        ("deleted", -16 * 86_400, 0),
    ],
)
def test_an_impossible_span_is_refused(what: str, start: float, end: float) -> None:
    """Backwards, too short, or beyond what Salesforce remembers."""
    caller = Caller()
    assert codes(caller.call("GET", span(caller, what, start, end))) == ["INVALID_REPLICATION_DATE"]


def test_a_span_without_readable_moments_is_refused() -> None:
    """A naive datetime is not read."""
    answer = Caller().call("GET", "sobjects/Lead/updated/?start=2026-01-01T00:00:&end=x")
    assert codes(answer) == ["INVALID_REPLICATION_DATE"]


def test_methods_on_an_unknown_lead_say_so() -> None:
    """Like the API, with NOT_FOUND."""
    caller = Caller()
    with pytest.raises(ApiError):
        caller.org.edit("00QSb00000ZZZZZ", {"City": "York"})


@given(st.text(alphabet=salesforce_ids.ALPHABET, min_size=15, max_size=15))
def test_the_long_form_of_an_id_contains_the_short_one(short: str) -> None:
    """Both forms mean the same; the long one tells its case, so that folding it is noticed."""
    full = salesforce_ids.to18(short)
    assert salesforce_ids.normal(short) == salesforce_ids.normal(full) == full
    assert full[:15] == short
    if short != short.upper():
        assert salesforce_ids.normal(short.upper() + full[15:]) is None


def test_a_known_pair_of_ids_is_converted_as_documented() -> None:
    """An example that public converters agree on."""
    assert salesforce_ids.to18("001A0000006Vm9r") == "001A0000006Vm9rIAC"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y", None]), st.booleans()), max_size=20))
def test_a_rolled_back_transaction_leaves_the_store_as_it_was(puts: list[tuple[str, str | None, bool]]) -> None:
    """Rows, order by stamp, and indexes."""
    clock = Clock()
    store = Store()
    store.reindex({"key": equality_key(["key"])})
    base = clock.now()
    store.put({"Id": "a", "key": "x", "IsDeleted": False, "SystemModstamp": base})

    def seen() -> object:
        return dict(store.rows), list(store.stamped(None, None)), [store.find("key", {"key": key}) for key in "xy"]

    before = seen()
    with store.transaction() as roll_back:
        for number, (id_, key, deleted) in enumerate(puts):
            moment = base + timedelta(seconds=number % 3)
            store.put({"Id": id_, "key": key, "IsDeleted": deleted, "SystemModstamp": moment})
        roll_back()
    assert seen() == before
