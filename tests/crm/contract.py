"""What every CRM client promises (`connector.crm.port`), as tests that run against each of them.

An adapter writes a class `TestX(CrmContract)` with a fixture `subject` and gets all the tests. It may import nothing
of a particular CRM; what differs between two CRMs is a fact on the `Subject`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from connector.core.model import SECOND, Native, Record, Side, Write
from connector.crm.port import Crm, Page, State
from connector.errors import Refused, RetryLater


class World(Protocol):
    """The CRM behind the client, as people see and change it; nothing here is a request of the client."""

    def add(self, native: Native, *, counterpart_id: str = "") -> str:
        """Somebody enters a lead; its record id."""
        ...

    def edit(self, record_id: str, native: Native) -> None:
        """Somebody edits a lead."""
        ...

    def remove(self, record_id: str) -> None:
        """Somebody deletes a lead."""
        ...

    def leads(self) -> Mapping[str, Mapping[str, str]]:
        """Every live lead as stored: record id -> native field -> text ("" is blank)."""
        ...

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def lose_request(self) -> None:
        """The next writing request never arrives."""
        ...

    def lose_answer(self) -> None:
        """The next writing request is carried out, but its answer is lost."""
        ...

    def away(self) -> None:
        """From now on every request is answered with "not now" (nothing was carried out), until `back`."""
        ...

    def back(self) -> None:
        """Everything is answered again."""
        ...


@dataclass
class Subject:
    """One client, the world behind it, and what the tests need to know about them."""

    crm: Crm
    world: World
    complete: Native
    """Native fields that are enough for a create, `text` not among them."""
    text: str
    """A free text field of at least 40 characters."""
    other_text: str
    """Another one."""
    refused: Native
    """One field with a value that this CRM refuses."""
    unknown_id: str
    """A well-formed record id that this CRM does not have."""
    counterparts: tuple[str, str] = ("701", "702")
    """Two well-formed counterpart ids."""
    lookup: str = ""
    """The name of a look-up table that exists."""
    several_pages: int = 250
    """So many leads need several pages."""
    shows_deleted: bool = False
    """Whether deleted records come along, flagged."""
    unique_counterpart: bool = False
    """Whether a create with a counterpart id that is taken ends at the record that has it."""
    keys: Iterable[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def create(self, native: Native | None = None, *, counterpart_id: str = "", stamp: bool = False) -> Write:
        """A create with the complete fields and these."""
        rules: dict[str, Native] = {"minimum": dict(self.complete)}
        if native:
            rules["more"] = native
        return Write(self._key(), self.crm.side, None, counterpart_id, stamp, rules)

    def update(self, record_id: str, native: Native, *, counterpart_id: str = "", stamp: bool = False) -> Write:
        """An update of these fields."""
        rules = {"rule": native} if native else {}
        return Write(self._key(), self.crm.side, record_id, counterpart_id, stamp, rules)

    def add(self, text: str = "") -> str:
        """Somebody enters a complete lead."""
        return self.world.add({**self.complete, self.text: text})

    def delete(self, record_id: str) -> Write:
        """A delete."""
        return Write(self._key(), self.crm.side, record_id, "", stamp=False, rules={}, deletes=True)

    def _key(self) -> int:
        return next(iter(self.keys))


def records(pages: Iterable[Page]) -> dict[str, Record]:
    """The last version of each record in some pages."""
    return {record.record_id: record for page in pages for record in page.records}


class CrmContract:
    """The promises of the port."""

    @pytest.fixture
    def subject(self) -> Subject:
        """The client under test; each adapter supplies its own."""
        raise NotImplementedError

    # --- reading ----------------------------------------------------------------------------------------------

    def test_check_says_which_system_this_is(self, subject: Subject) -> None:
        """`check` names the side, the system and the server's own clock, and whether a delete is allowed, if told."""
        identity = subject.crm.check()
        assert identity.may_delete is (True if identity.side is Side.SALESFORCE else None)
        assert identity.side is subject.crm.side
        assert identity.system
        assert identity.server_now > 0
        subject.world.advance(100)
        assert subject.crm.check().server_now - identity.server_now >= 99 * SECOND

    def test_a_poll_of_nothing_still_tells_the_time(self, subject: Subject) -> None:
        """At least one page comes, even an empty one, with the server's clock."""
        future = subject.crm.check().server_now + 3600 * SECOND
        pages = list(subject.crm.changes(future))
        assert pages
        assert records(pages) == {}
        assert abs(pages[0].server_now - subject.crm.check().server_now) <= 5 * SECOND

    def test_a_poll_finds_what_changed_at_or_after_the_time(self, subject: Subject) -> None:
        """The bound is inclusive: a record with exactly this stamp is found, an older one is not."""
        old = subject.add("old")
        subject.world.advance(10)
        new = subject.add("new")
        stamp = subject.crm.get([new])[new].stamp
        found = records(subject.crm.changes(stamp))
        assert new in found
        assert old not in found

    def test_an_edit_is_a_change(self, subject: Subject) -> None:
        """An edited record has a new stamp, the old creation time and the new value."""
        record_id = subject.add("before")
        before = subject.crm.get([record_id])[record_id]
        subject.world.advance(10)
        subject.world.edit(record_id, {subject.text: "after"})
        found = records(subject.crm.changes(before.stamp + SECOND))
        assert found[record_id].native[subject.text] == "after"
        assert found[record_id].stamp > before.stamp
        assert found[record_id].created == before.created

    def test_changes_come_oldest_first(self, subject: Subject) -> None:
        """A record that was edited last comes last, whenever it was created."""
        ids = [subject.add(str(number)) for number in range(4)]
        subject.world.advance(5)
        subject.world.edit(ids[0], {subject.text: "again"})
        since = subject.crm.get(ids)[ids[1]].stamp - SECOND
        listed = [record for page in subject.crm.changes(since) for record in page.records]
        assert [record.stamp for record in listed] == sorted(record.stamp for record in listed)
        assert listed[-1].record_id == ids[0]

    def test_no_time_reads_everything(self, subject: Subject) -> None:
        """Without a time, every lead comes, over several pages."""
        expected = {subject.add(str(number)) for number in range(subject.several_pages)}
        pages = list(subject.crm.changes(None))
        assert len(pages) > 1
        assert expected <= set(records(pages))

    def test_people_write_while_pages_are_read(self, subject: Subject) -> None:
        """Whoever was there before and after a listing is in it, whatever came, changed or went in between."""
        ids = [subject.add(str(number)) for number in range(subject.several_pages)]
        subject.world.advance(5)
        removed = set()
        seen: dict[str, Record] = {}
        for number, page in enumerate(subject.crm.changes(None)):
            seen.update({record.record_id: record for record in page.records})
            for victim in ids[number * 3 : number * 3 + 3]:
                subject.world.remove(victim)
                removed.add(victim)
            subject.world.edit(ids[-1 - number], {subject.text: "edited"})
            subject.add("new")
        assert set(ids) - removed <= set(seen)

    def test_a_record_shows_every_field_it_has(self, subject: Subject) -> None:
        """A blank field is shown as "", never left out."""
        record_id = subject.add("")
        native = subject.crm.get([record_id])[record_id].native
        assert native[subject.text] == ""
        assert {name: native[name] for name in subject.complete} == dict(subject.complete)

    def test_a_missing_record_is_missing(self, subject: Subject) -> None:
        """`get` leaves out what the CRM does not have, and gives the rest."""
        record_id = subject.add("here")
        assert set(subject.crm.get([record_id, subject.unknown_id])) == {record_id}
        assert subject.crm.get([]) == {}

    def test_a_deleted_record(self, subject: Subject) -> None:
        """It comes flagged where the CRM shows it, else it is missing; it is never shown as live."""
        record_id = subject.add("going")
        stamp = subject.crm.get([record_id])[record_id].stamp
        subject.world.advance(5)
        subject.world.remove(record_id)
        for found in (subject.crm.get([record_id]), records(subject.crm.changes(stamp))):
            if subject.shows_deleted:
                assert found[record_id].deleted
            else:
                assert record_id not in found
        assert record_id not in dict(subject.crm.ids())

    def test_a_record_is_found_by_its_counterpart_id(self, subject: Subject) -> None:
        """`find` gives the records that carry one of the ids, the bin included where there is one, and nothing else."""
        one, two = subject.counterparts
        subject.add("without")
        first = subject.world.add(subject.complete, counterpart_id=one)
        found = subject.crm.find([one, two])
        assert [(record.record_id, record.counterpart_id) for record in found] == [(first, one)]
        subject.world.remove(first)
        gone = subject.crm.find([one, two])
        assert all(record.deleted and record.record_id == first for record in gone)
        assert bool(gone) is subject.shows_deleted
        second = subject.world.add(subject.complete, counterpart_id=one)
        assert subject.crm.find([one, two])[0].record_id == second
        assert list(subject.crm.find([])) == []

    def test_ids_are_all_live_leads_with_their_stamps(self, subject: Subject) -> None:
        """The sweep's listing says the same as reading each record."""
        ids = [subject.add(str(number)) for number in range(3)]
        subject.world.advance(5)
        subject.world.edit(ids[1], {subject.text: "again"})
        listed = dict(subject.crm.ids())
        assert set(listed) == set(subject.world.leads())
        assert {record_id: listed[record_id] for record_id in ids} == {
            record_id: record.stamp for record_id, record in subject.crm.get(ids).items()
        }

    def test_the_schema_names_the_fields(self, subject: Subject) -> None:
        """`fields` knows every field the tests use, and that the text fields may be written."""
        schema = subject.crm.fields()
        assert {*subject.complete, *subject.refused, subject.text, subject.other_text} <= set(schema)
        assert schema[subject.text].updateable
        assert schema[subject.text].name == subject.text

    def test_a_lookup_table(self, subject: Subject) -> None:
        """A table maps ids to labels; one that does not exist is refused."""
        table = subject.crm.lookup(subject.lookup)
        assert table
        assert all(key and label for key, label in table.items())
        with pytest.raises(Refused):
            subject.crm.lookup("nosuchtable")

    # --- writing ----------------------------------------------------------------------------------------------

    def test_a_create_lands(self, subject: Subject) -> None:
        """The new record holds what was sent and the counterpart id, and the outcome names it."""
        one, _ = subject.counterparts
        write = subject.create({subject.text: "sent"}, counterpart_id=one, stamp=True)
        (outcome,) = subject.crm.write([write])
        assert (outcome.key, outcome.state, outcome.created) == (write.key, State.LANDED, True)
        stored = subject.world.leads()
        assert list(stored) == [outcome.record_id]
        assert stored[outcome.record_id][subject.text] == "sent"
        assert [record.record_id for record in subject.crm.find([one])] == [outcome.record_id]

    def test_a_create_whose_counterpart_id_is_taken(self, subject: Subject) -> None:
        """Where counterpart ids are unique no second record is made, and the outcome says so."""
        one, _ = subject.counterparts
        there = subject.world.add(subject.complete, counterpart_id=one)
        (outcome,) = subject.crm.write([subject.create({subject.text: "x"}, counterpart_id=one, stamp=True)])
        assert outcome.state is State.LANDED
        if subject.unique_counterpart:
            assert (outcome.record_id, outcome.created) == (there, False)
        else:
            assert outcome.record_id != there
            assert outcome.created

    def test_an_update_changes_only_what_it_carries(self, subject: Subject) -> None:
        """Other fields of the record stay, also when somebody edited them since."""
        record_id = subject.world.add({**subject.complete, subject.text: "a", subject.other_text: "b"})
        (outcome,) = subject.crm.write([subject.update(record_id, {subject.text: "sent"})])
        assert (outcome.state, outcome.record_id, outcome.created) == (State.LANDED, record_id, False)
        stored = subject.world.leads()[record_id]
        assert (stored[subject.text], stored[subject.other_text]) == ("sent", "b")

    def test_the_stored_record_comes_with_the_answer(self, subject: Subject) -> None:
        """Where a client says so, the outcome shows the same record that reading shows."""
        one, _ = subject.counterparts
        (created,) = subject.crm.write([subject.create({subject.text: "a"}, counterpart_id=one, stamp=True)])
        (updated,) = subject.crm.write([subject.update(created.record_id, {subject.text: "b"})])
        if subject.crm.answers_with_record:
            assert created.record is not None
            assert created.record.native[subject.text] == "a"
            assert updated.record == subject.crm.get([created.record_id])[created.record_id]
        else:
            assert created.record is None
            assert updated.record is None

    def test_a_blank_clears(self, subject: Subject) -> None:
        """Sending "" empties a field."""
        record_id = subject.add("something")
        (outcome,) = subject.crm.write([subject.update(record_id, {subject.text: ""})])
        assert outcome.state is State.LANDED
        assert subject.world.leads()[record_id][subject.text] == ""
        assert subject.crm.get([record_id])[record_id].native[subject.text] == ""

    @pytest.mark.parametrize("text", ["Zoë & Söhne + 100 % <b>=</b>", "陳大文", 'it\'s "quoted" \\n; #1?', "a=b&c=d"])
    def test_text_arrives_as_it_was_sent(self, subject: Subject, text: str) -> None:
        """Letters of any script and characters with a meaning on the way arrive and come back unchanged."""
        (outcome,) = subject.crm.write([subject.create({subject.text: text})])
        assert outcome.state is State.LANDED
        assert subject.world.leads()[outcome.record_id][subject.text] == text
        assert subject.crm.get([outcome.record_id])[outcome.record_id].native[subject.text] == text

    def test_an_update_of_a_deleted_record(self, subject: Subject) -> None:
        """It ends as gone; nothing is created instead."""
        record_id = subject.add("going")
        subject.world.remove(record_id)
        outcomes = subject.crm.write(
            [subject.update(record_id, {subject.text: "x"}), subject.update(subject.unknown_id, {subject.text: "x"})]
        )
        assert [outcome.state for outcome in outcomes] == [State.GONE, State.GONE]
        assert subject.world.leads() == {}

    def test_a_refused_write_changes_nothing(self, subject: Subject) -> None:
        """A refusal names the field, and not even the good values of that write are stored."""
        record_id = subject.add("before")
        good_and_bad = {subject.text: "after", **subject.refused}
        outcomes = subject.crm.write([subject.update(record_id, good_and_bad), subject.create(subject.refused)])
        for outcome in outcomes:
            assert outcome.state is State.REFUSED
            assert not outcome.whole
            assert [refusal.field for refusal in outcome.refusals] == list(subject.refused)
            assert all(refusal.message for refusal in outcome.refusals)
        stored = subject.world.leads()
        assert list(stored) == [record_id]
        assert stored[record_id][subject.text] == "before"

    def test_outcomes_come_in_the_order_of_the_batch(self, subject: Subject) -> None:
        """Good, bad and lost causes are answered one by one, each under its key."""
        record_id = subject.add("there")
        batch = [
            subject.create({subject.text: "one"}),
            subject.update(record_id, subject.refused),
            subject.update(subject.unknown_id, {subject.text: "x"}),
            subject.create({subject.text: "two"}),
        ]
        outcomes = subject.crm.write(batch)
        assert [outcome.key for outcome in outcomes] == [write.key for write in batch]
        assert [outcome.state for outcome in outcomes] == [State.LANDED, State.REFUSED, State.GONE, State.LANDED]
        stored = subject.world.leads()
        assert [stored[outcomes[place].record_id][subject.text] for place in (0, 3)] == ["one", "two"]
        assert list(subject.crm.write([])) == []

    def test_a_counterpart_id_alone(self, subject: Subject) -> None:
        """Where a client says so, a counterpart id may be written by a write without any rule."""
        one, _ = subject.counterparts
        record_id = subject.add("kept")
        native = {} if subject.crm.stamps_alone else {subject.text: "kept"}
        (outcome,) = subject.crm.write([subject.update(record_id, native, counterpart_id=one, stamp=True)])
        assert outcome.state is State.LANDED
        assert subject.crm.get([record_id])[record_id].counterpart_id == one
        assert subject.world.leads()[record_id][subject.text] == "kept"

    def test_no_stamp_leaves_the_counterpart_id_alone(self, subject: Subject) -> None:
        """A write that is not to stamp does not touch the stored counterpart id."""
        one, two = subject.counterparts
        record_id = subject.world.add(subject.complete, counterpart_id=one)
        subject.crm.write([subject.update(record_id, {subject.text: "x"}, counterpart_id=two)])
        assert subject.crm.get([record_id])[record_id].counterpart_id == one

    # --- when things go wrong ---------------------------------------------------------------------------------

    def test_a_lost_request_is_unknown(self, subject: Subject) -> None:
        """Nobody can tell whether it arrived: unknown, and it is not sent again."""
        subject.world.lose_request()
        (outcome,) = subject.crm.write([subject.create({subject.text: "lost"})])
        assert outcome.state is State.UNKNOWN
        assert subject.world.leads() == {}

    def test_a_lost_answer_is_unknown(self, subject: Subject) -> None:
        """The same outcome although the write was carried out, and it was carried out once."""
        record_id = subject.add("before")
        subject.world.lose_answer()
        (update,) = subject.crm.write([subject.update(record_id, {subject.text: "after"})])
        subject.world.lose_answer()
        (create,) = subject.crm.write([subject.create({subject.text: "new"})])
        assert (update.state, create.state) == (State.UNKNOWN, State.UNKNOWN)
        assert sorted(lead[subject.text] for lead in subject.world.leads().values()) == ["after", "new"]

    def test_a_delete_takes_this_record_away_and_no_other(self, subject: Subject) -> None:
        """It goes into the bin where there is one; deleting it again finds it gone."""
        assert subject.crm.has_bin is subject.shows_deleted
        going, staying = subject.add("going"), subject.add("staying")
        write = subject.delete(going)
        (outcome,) = subject.crm.write([write])
        assert (outcome.key, outcome.state, outcome.record_id) == (write.key, State.LANDED, going)
        assert list(subject.world.leads()) == [staying]
        found = subject.crm.get([going, staying])
        assert (found[going].deleted if subject.shows_deleted else going not in found) is True
        (again,) = subject.crm.write([subject.delete(going)])
        assert again.state is State.GONE
        (unknown,) = subject.crm.write([subject.delete(subject.unknown_id)])
        assert unknown.state is State.GONE
        assert list(subject.world.leads()) == [staying]

    def test_deletes_stand_in_a_batch_with_other_writes(self, subject: Subject) -> None:
        """Each ends by itself, in the order of the batch."""
        going, staying = subject.add("going"), subject.add("before")
        batch = [subject.delete(going), subject.update(staying, {subject.text: "after"}), subject.create()]
        outcomes = subject.crm.write(batch)
        assert [(each.key, each.state) for each in outcomes] == [(write.key, State.LANDED) for write in batch]
        stored = subject.world.leads()
        assert going not in stored
        assert stored[staying][subject.text] == "after"
        assert len(stored) == 2

    def test_a_delete_without_an_answer_is_unknown(self, subject: Subject) -> None:
        """Whether it was carried out, the record tells."""
        lost, gone = subject.add("lost"), subject.add("gone")
        subject.crm.check()
        subject.world.lose_request()
        (never,) = subject.crm.write([subject.delete(lost)])
        subject.world.lose_answer()
        (landed,) = subject.crm.write([subject.delete(gone)])
        assert (never.state, landed.state) == (State.UNKNOWN, State.UNKNOWN)
        assert list(subject.world.leads()) == [lost]

    def test_a_crm_that_is_away(self, subject: Subject) -> None:
        """Reads raise `RetryLater`; a write says later, and nothing was carried out."""
        record_id = subject.add("before")
        subject.crm.check()
        subject.world.away()
        with pytest.raises(RetryLater):
            list(subject.crm.changes(None))
        with pytest.raises(RetryLater):
            subject.crm.get([record_id])
        (outcome,) = subject.crm.write([subject.update(record_id, {subject.text: "after"})])
        assert outcome.state is State.LATER
        subject.world.back()
        assert subject.crm.get([record_id])[record_id].native[subject.text] == "before"

    def test_calls_are_counted(self, subject: Subject) -> None:
        """Every request counts, reading or writing."""
        subject.crm.check()
        before = subject.crm.calls
        list(subject.crm.changes(subject.crm.check().server_now))
        reading = subject.crm.calls
        assert reading > before
        subject.crm.write([subject.create()])
        assert subject.crm.calls > reading
