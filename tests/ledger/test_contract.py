"""What every ledger promises, whatever it is kept in (`connector.ledger.port`)."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.core.model import Farewell, Intent, Link, LinkState, Parked, StrangerState, to_do
from connector.errors import Busy, LedgerFailed, OtherPair
from connector.ledger.port import Counts, CycleRow, Happening, Ledger
from tests.ledger.conftest import Opener
from tests.ledger.samples import NOON, OP, SF, carriers, link, links, review, stranger

many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ADA = "ada@example.com"
PARKED = Parked("refused", "Operate refused it", "f1", NOON)


def leads(first: int, count: int) -> list[Link]:
    """Links in step with records of their own."""
    return [link(f"00Q{n:012d}AAA", str(n)) for n in range(first, first + count)]


# --- links


def test_a_saved_link_is_found_by_number_and_by_both_records(ledger: Ledger) -> None:
    """It comes back whole, with the number it was given."""
    (saved,) = ledger.links.save([link()])
    assert saved == replace(link(), link_id=saved.link_id)
    assert saved.link_id > 0
    assert ledger.links.get([saved.link_id]) == {saved.link_id: saved}
    assert ledger.links.by_record(SF, ["00Q000000000001AAA", "unknown"]) == {"00Q000000000001AAA": saved}
    assert ledger.links.by_record(OP, ["101"]) == {"101": saved}
    assert ledger.links.by_record(SF, ["101"]) == {}


@many
@given(original=links)
def test_any_link_comes_back_as_it_was_stored(ledger: Ledger, original: Link) -> None:
    """Through the ledger and back, and the to-do list is the core's own function."""
    with ledger.scratch() as scratch:
        (saved,) = scratch.links.save([original])
        assert scratch.links.get([saved.link_id])[saved.link_id] == replace(original, link_id=saved.link_id)
        assert list(scratch.links.to_do()) == ([saved] if to_do(saved) else [])


@many
@given(batch=st.lists(links, max_size=6))
def test_the_to_do_list_is_exactly_what_the_core_says(ledger: Ledger, batch: list[Link]) -> None:
    """For any links, first stored and then replaced by one another."""
    apart = [replace(each, ids=dict.fromkeys(each.ids, f"{n}")) for n, each in enumerate(batch)]
    with ledger.scratch() as scratch:
        saved = list(scratch.links.save(apart))
        assert list(scratch.links.to_do()) == [each for each in saved if to_do(each)]
        turned = [
            replace(other, link_id=each.link_id, ids=each.ids)
            for each, other in zip(saved, reversed(saved), strict=True)
        ]
        scratch.links.save(turned)
        assert list(scratch.links.to_do()) == [each for each in turned if to_do(each)]
        assert list(scratch.links.all()) == turned


def test_saving_replaces_and_keeps_the_order(ledger: Ledger) -> None:
    """New and known links in one call come back in the order given."""
    (first,) = ledger.links.save(leads(1, 1))
    edited = replace(first, held={OP: NOON})
    saved = ledger.links.save([*leads(2, 1), edited, *leads(3, 1)])
    assert saved[1] == edited
    assert [each.ids[OP] for each in saved] == ["2", "1", "3"]
    assert ledger.links.get([first.link_id]) == {first.link_id: edited}
    assert ledger.links.save([]) == []


def test_thousands_of_leads_are_looked_up_at_once(ledger: Ledger) -> None:
    """A list longer than one statement takes is no matter, and asking twice for one is neither."""
    saved = ledger.links.save(leads(1, 1203))
    ids = [each.ids[OP] for each in saved]
    assert list(ledger.links.by_record(OP, [*ids, *ids[:3]]).values()) == list(saved)
    assert len(ledger.links.get([each.link_id for each in saved])) == 1203


def test_pages_go_by_number(ledger: Ledger) -> None:
    """`after` and `limit` walk through everything once."""
    saved = list(ledger.links.save([replace(each, held={SF: NOON}, parked={"": PARKED}) for each in leads(1, 5)]))
    for page in (ledger.links.all, ledger.links.to_do, ledger.links.parked):
        assert [*page(limit=2), *page(saved[1].link_id, 2), *page(saved[3].link_id, 2)] == saved


def test_a_counterpart_id_is_added_when_the_create_landed(ledger: Ledger) -> None:
    """An open link knows one record; once live it is found by the other one too."""
    (opened,) = ledger.links.save([link(state=LinkState.OPEN, ids={SF: "00Q1"})])
    assert ledger.links.to_do() == []
    ledger.links.save([replace(opened, state=LinkState.LIVE, ids={SF: "00Q1", OP: "9"})])
    assert ledger.links.by_record(OP, ["9"])["9"].link_id == opened.link_id


def test_links_without_a_record_on_a_side_do_not_collide(ledger: Ledger) -> None:
    """No record yet, said as "" or not at all, is not the same record."""
    first, second = ledger.links.save([link("00Q1", "", ids={SF: "00Q1", OP: ""}), link("00Q2", "")])
    assert first.link_id != second.link_id
    assert ledger.links.by_record(OP, [""]) == {}


def test_a_second_link_for_a_record_is_refused(ledger: Ledger) -> None:
    """Whoever writes it: the error names side, record and the link that has it; nothing of the call is kept."""
    (first,) = ledger.links.save(leads(1, 1))
    with pytest.raises(LedgerFailed, match=rf"Operate record '1' is already linked \(link {first.link_id}\)"):
        ledger.links.save([*leads(2, 1), link("00Q-other", "1")])
    assert list(ledger.links.all()) == [first]


def test_two_links_for_one_record_in_one_call_are_refused(ledger: Ledger) -> None:
    """The same within a batch."""
    with pytest.raises(LedgerFailed, match="already linked"):
        ledger.links.save([link("00Q1", "1"), link("00Q1", "2")])
    assert ledger.links.all() == []


def test_a_link_cannot_be_moved_onto_a_linked_record(ledger: Ledger) -> None:
    """Replacing is refused like inserting, and both links stay as they were."""
    first, second = ledger.links.save(leads(1, 2))
    with pytest.raises(LedgerFailed, match="already linked"):
        ledger.links.save([replace(second, ids=first.ids)])
    assert list(ledger.links.all()) == [first, second]


def test_a_second_link_spoils_the_whole_transaction(ledger: Ledger) -> None:
    """Also when the caller swallowed the error: half a transaction is never kept."""

    def careless() -> None:
        with ledger.transaction():
            ledger.log.set_mark("before", "1")
            try:
                ledger.links.save([link("00Q-other", "1")])
            except LedgerFailed:
                ledger.log.set_mark("after", "1")

    ledger.links.save(leads(1, 1))
    with pytest.raises(LedgerFailed, match="failed earlier"):
        careless()
    assert ledger.log.marks("") == {}


def test_an_ended_link_still_owns_its_records(ledger: Ledger) -> None:
    """The partner of a deleted lead is no stranger: it is found, and cannot be linked again."""
    (saved,) = ledger.links.save([link("00Q1", "1", state=LinkState.ENDED, ended="deleted")])
    assert ledger.links.by_record(OP, ["1"]) == {"1": saved}
    with pytest.raises(LedgerFailed, match="already linked"):
        ledger.links.save([link("00Q2", "1")])


def test_two_links_may_swap_their_records(ledger: Ledger) -> None:
    """In one call, because each record has one link before and after."""
    first, second = ledger.links.save(leads(1, 2))
    ledger.links.save([replace(first, ids=second.ids), replace(second, ids=first.ids)])
    assert ledger.links.by_record(OP, ["1"])["1"].link_id == second.link_id
    assert ledger.links.by_record(OP, ["2"])["2"].link_id == first.link_id


def test_replacing_a_link_that_is_not_there_is_refused(ledger: Ledger) -> None:
    """A number comes from the ledger or not at all."""
    with pytest.raises(LedgerFailed, match="no link 77"):
        ledger.links.save([*leads(1, 1), link("00Q9", "9", link_id=77)])
    assert ledger.links.all() == []


def test_a_dropped_link_frees_its_record_but_not_its_number(ledger: Ledger) -> None:
    """The create is known not to have landed: its intent goes with it, its history stays its own."""
    (opened,) = ledger.links.save([link(state=LinkState.OPEN, ids={SF: "00Q1"})])
    ledger.intents.put([Intent(opened.link_id, OP, "00Q1", NOON, NOON)])
    ledger.log.note([Happening(1, NOON, opened.link_id, "created")])
    ledger.links.drop(opened.link_id)
    assert ledger.links.all() == []
    assert ledger.intents.open() == []
    (again,) = ledger.links.save([link(state=LinkState.OPEN, ids={SF: "00Q1"})])
    assert again.link_id > opened.link_id
    assert ledger.log.history(again.link_id) == []
    assert len(ledger.log.history(opened.link_id)) == 1


def test_only_an_open_link_can_be_dropped(ledger: Ledger) -> None:
    """A live link is never forgotten by mistake; a link that is gone already is no error."""
    (saved,) = ledger.links.save(leads(1, 1))
    with pytest.raises(LedgerFailed, match="is live"):
        ledger.links.drop(saved.link_id)
    ledger.links.drop(saved.link_id + 1)
    assert list(ledger.links.all()) == [saved]


def test_what_a_crm_said_when_it_refused_a_create_is_kept(ledger: Ledger) -> None:
    """Beside the reason: who refused, which field, its code and its words."""
    refused = replace(PARKED, side=OP, field="leadname", told="", words="leadname is required")
    ledger.strangers.keep([review("00Q7", side=SF, reason=refused.text, refused=refused)])
    (kept,) = ledger.strangers.get(SF, ["00Q7"]).values()
    assert kept.refused == refused


def test_what_somebody_was_who_takes_no_part_is_kept(ledger: Ledger) -> None:
    """A state and its reason: both are needed once the record takes part again."""
    apart = stranger("7", state=StrangerState.APART, reason="converted", left=(StrangerState.IGNORED, "by decision"))
    ledger.strangers.keep([apart])
    assert ledger.strangers.get(OP, ["7"]) == {"7": apart}


def test_parked_leads_are_listed_until_they_end(ledger: Ledger) -> None:
    """Open and live ones, also what somebody chose to ignore."""
    ignored = replace(PARKED, ignored=True)
    parked, chosen, _ended, _fine = ledger.links.save(
        [
            link("00Q1", "1", parked={"phone": PARKED, "note": ignored}),
            link("00Q2", "", state=LinkState.OPEN, parked={"": ignored}),
            link("00Q3", "3", state=LinkState.ENDED, parked={"": PARKED}),
            link("00Q4", "4"),
        ]
    )
    assert list(ledger.links.parked()) == [parked, chosen]


def test_counts_say_how_many_leads_are_where(ledger: Ledger) -> None:
    """Each lead in its state; ended ones are neither held nor parked, ignored rules wait for nobody."""
    assert ledger.links.counts() == Counts()
    ignored = replace(PARKED, ignored=True)
    ledger.links.save(
        [
            *leads(1, 3),
            link("00Q4", "4", held={OP: NOON}),
            link("00Q5", "5", parked={"phone": PARKED, "note": PARKED, "email": ignored}),
            link("00Q6", "6", parked={"": ignored}),
            link("00Q7", "7", state=LinkState.ENDED, held={OP: NOON}, parked={"": PARKED}),
            link("00Q8", "", state=LinkState.OPEN),
        ]
    )
    ledger.strangers.keep([stranger("1"), stranger("1", SF), review("2")])
    assert ledger.links.counts() == Counts(
        live=6,
        ended=1,
        open=1,
        to_do=1,
        held=1,
        parked_leads=1,
        parked_rules=2,
        strangers={StrangerState.WAITING: 2, StrangerState.REVIEW: 1},
    )


# --- strangers


def test_a_stranger_is_kept_replaced_and_dropped(ledger: Ledger) -> None:
    """By side and record id: the same id on the other side is somebody else."""
    ledger.strangers.keep([stranger("1"), stranger("1", SF)])
    later = review("1", stamp=NOON + 5, reason="two candidates", candidates=("00Q1", "00Q2"), counterpart_id="00Q3")
    ledger.strangers.keep([later])
    assert ledger.strangers.get(OP, ["1", "2"]) == {"1": later}
    ledger.strangers.drop(OP, ["1", "2"])
    assert ledger.strangers.get(OP, ["1"]) == {}
    assert ledger.strangers.get(SF, ["1"]) == {"1": stranger("1", SF)}


def test_strangers_come_oldest_first(ledger: Ledger) -> None:
    """Then by side and by record id as text, in one state, of one side where asked."""
    kept = [stranger("9", OP, 5), stranger("10", OP, 5), stranger("10", SF, 5), stranger("1", SF, 4), review("3")]
    ledger.strangers.keep(kept)
    waiting = [(each.created, each.side, each.record_id) for each in ledger.strangers.inside(StrangerState.WAITING)]
    assert waiting == [(4, SF, "1"), (5, OP, "10"), (5, OP, "9"), (5, SF, "10")]
    assert [each.record_id for each in ledger.strangers.inside(StrangerState.WAITING, SF)] == ["1", "10"]
    assert list(ledger.strangers.inside(StrangerState.IGNORED)) == []


def test_strangers_may_be_dropped_while_walking_through_them(ledger: Ledger) -> None:
    """Every one of more than a page is met once, whatever happens to those already met."""
    ledger.strangers.keep([stranger(str(n), created=n % 7) for n in range(1200)])
    met = []
    for each in ledger.strangers.inside(StrangerState.WAITING):
        met.append(each.record_id)
        ledger.strangers.drop(OP, [each.record_id])
    assert sorted(met, key=int) == [str(n) for n in range(1200)]
    assert ledger.links.counts().strangers == {}


# --- intents


def test_intents_are_open_until_done(ledger: Ledger) -> None:
    """Oldest first; putting one again replaces it."""
    first, second = (each.link_id for each in ledger.links.save(leads(1, 2)))
    late, early = Intent(first, OP, "00Q1", NOON + 9, NOON + 99), Intent(second, SF, "2", NOON, NOON + 90)
    ledger.intents.put([late, early])
    assert ledger.intents.open() == [early, late]
    looked = replace(early, empty_lookups=1)
    ledger.intents.put([looked])
    assert ledger.intents.open() == [looked, late]
    ledger.intents.done([first, 12345])
    assert ledger.intents.open() == [looked]


def test_an_intent_needs_its_link(ledger: Ledger) -> None:
    """A create without a link could never be settled."""
    with pytest.raises(LedgerFailed):
        ledger.intents.put([Intent(5, OP, "00Q1", NOON, NOON)])


# --- marks, history, cycles


def test_marks_are_texts_under_names(ledger: Ledger) -> None:
    """Set, replaced, removed by ""; a prefix is taken literally."""
    ledger.log.set_mark("cursor.operate", "5")
    ledger.log.set_mark("cursor.operate", "6")
    ledger.log.set_mark("cursor_x", "7")
    ledger.log.set_mark("Cursor.y", "8")
    assert ledger.log.mark("cursor.operate") == "6"
    assert ledger.log.mark("unknown") == ""
    assert ledger.log.marks("cursor.") == {"cursor.operate": "6"}
    assert ledger.log.marks("%") == {}
    ledger.log.set_mark("cursor.operate", "")
    assert ledger.log.marks("cursor") == {"cursor_x": "7"}


def test_history_is_appended_in_order(ledger: Ledger) -> None:
    """Of one lead, oldest first, also within the same instant, with every word of it."""
    conflict = Happening(3, NOON, 1, "conflict", OP, "email", "a", "b", "c", "owner salesforce, \ud83d")
    ledger.log.note([Happening(1, NOON, 1, "linked"), Happening(1, NOON, 2, "linked")])
    ledger.log.note([conflict, Happening(3, NOON, 1, "updated", SF, "phone", new="+44 20 7946 0000")])
    ledger.log.note([])
    assert [each.kind for each in ledger.log.history(1)] == ["linked", "conflict", "updated"]
    assert ledger.log.history(1)[1] == conflict
    assert ledger.log.history(99) == []


def test_history_of_all_leads_is_read_on_from_a_line(ledger: Ledger) -> None:
    """Each line once, in order, in portions; at the end there is nothing more."""
    assert ledger.log.last_line() == 0
    ledger.log.note([Happening(1, NOON, link, "linked") for link in (1, 2, 3)])
    ledger.log.note([Happening(2, NOON + 5, 1, "updated", SF, "phone", new="x")])
    first = ledger.log.happened(0, 3)
    assert [each.link_id for _, each in first] == [1, 2, 3]
    ((number, last),) = ledger.log.happened(first[-1][0])
    assert (last.cycle, last.rule, last.new) == (2, "phone", "x")
    assert number == ledger.log.last_line()
    assert ledger.log.happened(number) == []


def test_cycles_are_numbered_and_listed_newest_first(ledger: Ledger) -> None:
    """A running cycle is listed too, with nothing at its end."""
    first = ledger.log.begin_cycle("backfill", NOON)
    second = ledger.log.begin_cycle("sync", NOON + 5)
    assert second > first
    done = CycleRow(first, "backfill", NOON, NOON + 4, "done", '{"linked": 3}')
    ledger.log.end_cycle(done)
    assert ledger.log.cycles() == [CycleRow(second, "sync", NOON + 5), done]
    assert ledger.log.cycles(limit=1) == [CycleRow(second, "sync", NOON + 5)]
    assert ledger.log.last_end([done.status, "another"]) == done.ended
    assert ledger.log.last_end(["another"]) == 0
    assert ledger.log.old_cycles(0, NOON + 5, 9) == [done]
    assert ledger.log.old_cycles(first, NOON + 9, 9) == [CycleRow(second, "sync", NOON + 5)]
    assert ledger.log.old_cycles(0, NOON + 9, 1) == [done]
    ledger.log.drop_cycles([second])
    assert ledger.log.cycles() == [done]
    assert ledger.log.begin_cycle("sync", NOON + 6) > second


# --- the ledger as a whole


def test_a_transaction_is_kept_whole_or_not_at_all(ledger: Ledger) -> None:
    """Whatever breaks it off: every book is as before, and the next transaction works."""

    def broken_off() -> None:
        with ledger.transaction():
            (saved,) = ledger.links.save(leads(1, 1))
            ledger.strangers.keep([stranger()])
            ledger.keys.put(SF, {"00Q1": {"email": [ADA]}})
            ledger.intents.put([Intent(saved.link_id, OP, "00Q1", NOON, NOON)])
            ledger.log.note([Happening(1, NOON, saved.link_id, "linked")])
            assert ledger.links.counts().live == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert ledger.links.counts() == Counts()
    assert carriers(ledger, "email", [ADA]) == {}
    assert ledger.intents.open() == []
    with ledger.transaction():
        ledger.log.set_mark("next", "works")
    assert ledger.log.mark("next") == "works"


def test_an_inner_transaction_ends_with_the_outer_one(ledger: Ledger) -> None:
    """What the inner one wrote is gone when the outer one fails afterwards."""

    def broken_off() -> None:
        with ledger.transaction():
            with ledger.transaction(), ledger.transaction():
                ledger.log.set_mark("inner", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert ledger.log.mark("inner") == ""
    with ledger.transaction(), ledger.transaction():
        ledger.log.set_mark("inner", "2")
    assert ledger.log.mark("inner") == "2"


def test_nobody_sees_half_a_transaction(another: Opener) -> None:
    """A second connection reads the state before, without waiting, until it is kept."""
    writer, reader = another(), another()
    with writer.transaction():
        writer.links.save(leads(1, 3))
        assert reader.links.counts().live == 0
    assert reader.links.counts().live == 3


def test_two_writers_cannot_link_one_record_twice(another: Opener) -> None:
    """The second writer is told, although it had looked before the first one wrote."""
    one, other = another(), another()
    assert other.links.by_record(OP, ["1"]) == {}
    one.links.save(leads(1, 1))
    with pytest.raises(LedgerFailed, match="already linked"):
        other.links.save([link("00Q-other", "1")])


def test_one_cycle_at_a_time(ledger: Ledger) -> None:
    """A second one is refused with words that help; after the first one the lock is free, also after a failure."""
    with ledger.cycle_lock():
        with pytest.raises(Busy, match=r"Another cycle.* status, show and preview work beside it"), ledger.cycle_lock():
            pass
        ledger.log.set_mark("still", "writable")
    with pytest.raises(ZeroDivisionError), ledger.cycle_lock():
        raise ZeroDivisionError
    with ledger.cycle_lock():
        pass


def test_a_second_connection_cannot_start_a_cycle_but_can_decide(another: Opener) -> None:
    """Short transactions of a person's decisions run beside a cycle."""
    cycle, person = another(), another()
    with cycle.cycle_lock():
        with pytest.raises(Busy), person.cycle_lock():
            pass
        person.log.set_mark("decided", "1")
    assert cycle.log.mark("decided") == "1"


def test_a_scratch_copy_is_apart(ledger: Ledger) -> None:
    """It begins with everything, keys included; what happens in it stays in it."""
    (saved,) = ledger.links.save(leads(1, 1))
    ledger.keys.put(OP, {"1": {"email": [ADA]}})
    with ledger.scratch() as scratch:
        assert list(scratch.links.all()) == [saved]
        assert carriers(scratch, "email", [ADA]) == {ADA: [(OP, "1")]}
        scratch.links.save([replace(saved, held={OP: NOON}), *leads(2, 4)])
        with scratch.cycle_lock():
            scratch.log.set_mark("in", "scratch")
    assert list(ledger.links.all()) == [saved]
    assert ledger.log.mark("in") == ""


def test_a_scratch_copy_can_be_taken_beside_a_running_cycle(another: Opener) -> None:
    """Also in the middle of its transaction: the copy is the last state that was kept."""
    cycle, preview = another(), another()
    cycle.links.save(leads(1, 2))
    with cycle.cycle_lock(), cycle.transaction():
        cycle.links.save(leads(3, 1))
        with preview.scratch() as scratch:
            assert scratch.links.counts().live == 2
            scratch.links.save(leads(3, 1))


def test_a_ledger_belongs_to_one_pair(ledger: Ledger) -> None:
    """The same systems are welcome for ever, another one is refused with both names and the ways out."""
    ledger.pin(SF, "00D000000000001")
    ledger.pin(OP, "https://demo.example.com")
    ledger.pin(SF, "00D000000000001")
    with pytest.raises(OtherPair) as refused:
        ledger.pin(SF, "00D000000000002")
    for word in ("00D000000000001", "00D000000000002", "CONNECTOR_LEDGER", "SALESFORCE_URL"):
        assert word in str(refused.value)
    assert ledger.log.marks("system.") == {
        "system.salesforce": "00D000000000001",
        "system.operate": "https://demo.example.com",
    }


def test_an_id_with_half_a_character_is_refused_whole(ledger: Ledger) -> None:
    """No CRM has such ids; the ledger says so instead of storing half of a call."""
    with pytest.raises(LedgerFailed, match="half a character"):
        ledger.strangers.keep([stranger("1"), stranger("\ud83d")])
    assert ledger.links.counts().strangers == {}


def test_an_ended_link_with_something_to_say_is_to_do_and_may_be_held_and_parked(ledger: Ledger) -> None:
    """Once everything was said, it waits for nothing."""
    farewell = Farewell(SF, "policy", {"email": "gone@example.com"})
    (saved,) = ledger.links.save(
        [link(state=LinkState.ENDED, ended="deleted", farewell=farewell, held={OP: NOON}, parked={"email": PARKED})]
    )
    assert list(ledger.links.to_do()) == list(ledger.links.parked()) == [saved]
    counts = ledger.links.counts()
    assert (counts.ended, counts.to_do, counts.held, counts.parked_leads) == (1, 1, 1, 1)
    ledger.links.save([replace(saved, farewell=replace(farewell, left={}), parked={})])
    counts = ledger.links.counts()
    assert (list(ledger.links.to_do()), list(ledger.links.parked())) == ([], [])
    assert (counts.ended, counts.to_do, counts.held, counts.parked_leads) == (1, 0, 0, 0)
