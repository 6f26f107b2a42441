"""A ledger that was lost is made anew from the ids on the records: no second lead, no lost edit, nothing written."""

from dataclasses import replace

import pytest

from connector import matches
from connector.core.model import SIDES, Link, LinkState, Side, StrangerState
from connector.core.rebuilt import Differences, Evidence
from connector.core.result import Kind, Scope, Status
from connector.cycle import backfill, preview, ready, sync
from connector.errors import Braked, Busy, Misconfigured, NotYet, RetryLater
from connector.rebuild import preview as preview_rebuild
from connector.rebuild import rebuild
from tests.cycle.lost import lose, rebuilt
from tests.cycle.people import (
    CROWD,
    OP,
    SF,
    Crash,
    Writes,
    cycle,
    edit,
    emails,
    enter,
    links,
    shows,
    started,
    strangers,
    whole,
)
from tests.simulation.world import World


def named(world: World, **names: str) -> str:
    """Somebody in Operate copies a lead, with the Salesforce id that it carries."""
    (counterpart,) = names.values()
    (name,) = names
    native = {"firstname": "Kim", "lastname": name, "leadname": f"{name} Ltd", "emailaddress": f"{name}@example.com"}
    return world.operate.person_creates(native, counterpart_id=counterpart)


def test_a_whole_life_goes_on_after_the_ledger_was_lost(world: World) -> None:
    """Edits of before, between and after arrive on the other side; those who were new meanwhile become leads once."""
    before = started(world, *CROWD[:6])
    edit(world, OP, before["ada"].ids[OP], city="York")
    cycle(world)
    edit(world, SF, before["bo"].ids[SF], city="Leeds")  # no cycle carries it over any more
    lose(world)
    enter(world, SF, "new")
    told = rebuilt(world)
    assert (told.both, told.one, told.alone[SF]) == (6, 0, 1)
    assert told.rules == {"city": Differences(filled=told.rules["city"].filled)}
    assert told.rules["city"].filled == {OP: 1}
    edit(world, SF, before["cy"].ids[SF], city="Hull")
    edit(world, OP, before["dora"].ids[OP], city="Bath")
    cycle(world)
    for name, city in (("ada", "York"), ("bo", "Leeds"), ("cy", "Hull"), ("dora", "Bath")):
        assert [shows(world, side, before[name].ids[side], "city") for side in SIDES] == [city, city]
    assert emails(world, OP) == sorted(f"{name}@example.com" for name in CROWD[:6])
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert emails(world, SF) == emails(world, OP) == sorted(f"{name}@example.com" for name in (*CROWD[:6], "new"))
    writes = Writes(world)
    assert cycle(world).status is Status.DONE
    assert writes.all == []


def test_a_preview_shows_it_and_changes_nothing(world: World) -> None:
    """The same figures as the rebuild, from a ledger that stays empty."""
    before = started(world, "ada", "bo")
    edit(world, SF, before["ada"].ids[SF], city="Leeds")
    edit(world, OP, before["ada"].ids[OP], city="York")
    lose(world)
    state, writes = whole(world), Writes(world)
    shown = preview_rebuild(world.pair)
    assert (whole(world), writes.all) == (state, [])
    assert not shown.applied
    done = rebuilt(world)
    assert (shown.both, shown.rules, shown.updates) == (done.both, done.rules, done.updates) == (2, done.rules, 1)
    assert done.rules["city"].won == {SF: 1}


def test_a_field_in_which_both_differ_is_decided_as_at_a_first_link_and_the_loser_is_kept(world: World) -> None:
    """The owner's value wins in the next cycle, not before; the other one stands in the history."""
    before = started(world, "ada")
    edit(world, SF, before["ada"].ids[SF], city="Leeds")
    edit(world, OP, before["ada"].ids[OP], city="York")
    lose(world)
    rebuilt(world)
    assert shows(world, OP, before["ada"].ids[OP], "city") == "York"
    cycle(world)
    assert shows(world, OP, before["ada"].ids[OP], "city") == "Leeds"
    lines = world.ledger.log.history(links(world)["ada"].link_id)
    assert [(line.side, line.rule, line.lost) for line in lines if line.kind == "conflict"] == [(OP, "city", "York")]


def test_fields_that_differ_can_wait_for_a_person(world: World) -> None:
    """With `hold`, neither a blank is filled nor a value given up; the lead is in step otherwise."""
    before = started(world, "ada", "bo")
    edit(world, SF, before["ada"].ids[SF], city="Leeds", notes="call")
    edit(world, OP, before["ada"].ids[OP], city="York")
    lose(world)
    told = rebuilt(world, hold=True)
    assert told.updates == 0
    assert {name: each.asked for name, each in told.rules.items()} == {"city": 1, "notes": 1}
    writes = Writes(world)
    assert cycle(world).status is Status.PARKED
    assert writes.all == []
    edit(world, OP, before["ada"].ids[OP], first_name="Kimberly")
    edit(world, OP, before["ada"].ids[OP], city="Leeds")
    cycle(world)
    assert shows(world, SF, before["ada"].ids[SF], "first_name") == "Kimberly"
    assert set(links(world)["ada"].parked) == {"notes"}


def test_an_edit_that_is_made_while_it_reads_is_seen_by_the_next_cycle(world: World) -> None:
    """The cursors are from before the reading began, also where a side takes long."""
    before = started(world, "ada", "bo")
    lose(world)
    done: list[str] = []

    def people(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "changes", "after") and not done:
            done.append(before["ada"].ids[SF])
            world.time.advance(7200)
            edit(world, SF, done[0], city="Leeds")
            edit(world, OP, before["bo"].ids[OP], city="York")

    world.on_io = people
    rebuilt(world)
    cycle(world)
    cycle(world)
    for name, city in (("ada", "Leeds"), ("bo", "York")):
        assert [shows(world, side, before[name].ids[side], "city") for side in SIDES] == [city, city]


@pytest.mark.parametrize("operate_counterpart", [True, False])
def test_where_only_one_side_carries_ids_they_are_enough(operate_counterpart: bool) -> None:
    """A tenant without a field for the Salesforce id: everybody is linked by the id in Salesforce."""
    world = World(operate_counterpart=operate_counterpart)
    started(world, *CROWD[:4])
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.one) == ((4, 0) if operate_counterpart else (0, 4))
    assert cycle(world).writes == 0
    assert len(emails(world, SF)) == len(emails(world, OP)) == 4
    world.close()


# what the ids say


def test_a_lead_that_was_copied_with_its_id_is_asked_about_and_the_pair_stays_one(world: World) -> None:
    """Both ends of the old pair say the same; the copy is the odd one."""
    before = started(world, "ada")
    copy = named(world, copy=before["ada"].ids[SF])
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.asked) == (1, {Evidence.TAKEN: 1})
    assert told.examples == [(OP, copy, Evidence.TAKEN, (before["ada"].ids[SF],))]
    assert strangers(world, StrangerState.REVIEW) == ["copy"]
    cycle(world)
    assert len(emails(world, SF)) == 1


def test_two_leads_with_the_same_id_are_both_asked_about(world: World) -> None:
    """Nobody says which of them it was: neither is linked, by whatever end one begins."""
    ada = enter(world, SF, "ada")
    named(world, one=ada)
    named(world, two=ada)
    world.time.advance(100)
    told = rebuilt(world)
    assert (told.links, told.asked) == (0, {Evidence.SEVERAL: 3})
    assert strangers(world, StrangerState.REVIEW) == ["ada", "one", "two"]
    cycle(world)
    assert (len(emails(world, SF)), len(emails(world, OP))) == (1, 2)


def test_a_chain_of_ids_links_nobody(world: World) -> None:
    """A names B, but B names C: all three wait for a person."""
    a, c = enter(world, SF, "a"), enter(world, SF, "c")
    b = named(world, b=c)
    world.salesforce.person_edits(a, {}, counterpart_id=b)
    world.time.advance(100)
    told = rebuilt(world)
    assert told.links == 0
    assert told.asked == {Evidence.CONTRADICTION: 1, Evidence.SEVERAL: 2}
    assert list(world.ledger.links.all()) == []
    assert strangers(world, StrangerState.REVIEW) == ["a", "b", "c"]


def test_a_contradiction_is_ended_by_a_persons_decision(world: World) -> None:
    """`matches accept` links what the rebuild would not."""
    a, c = enter(world, SF, "a"), enter(world, SF, "c")
    b = named(world, b=c)
    world.salesforce.person_edits(a, {}, counterpart_id=b)
    world.time.advance(100)
    rebuilt(world)
    matches.accept(world.ledger, f"salesforce:{c}", f"operate:{b}", world.time())
    cycle(world)
    assert [link.ids for link in world.ledger.links.all()] == [{SF: c, OP: b}]


def test_an_id_that_leads_nowhere_waits_for_a_person_and_is_never_made_anew(world: World) -> None:
    """Its counterpart was deleted in Operate, which leaves no trace, or never was."""
    before = started(world, "ada", "bo")
    world.operate.person_deletes(before["ada"].ids[OP])
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.asked) == (1, {Evidence.NOBODY: 1})
    assert strangers(world, StrangerState.REVIEW) == ["ada"]
    for _ in range(2):
        cycle(world)
    backfill(world.pair, Scope())
    assert emails(world, OP) == ["bo@example.com"]


def test_the_partner_of_a_lead_in_the_bin_rests_until_it_is_taken_out_again(world: World) -> None:
    """As before the ledger was lost: nobody is asked, nothing is made anew, and the link comes back to life."""
    before = started(world, "ada", "bo")
    world.salesforce.person_deletes(before["ada"].ids[SF])
    cycle(world)
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.ended, told.asked) == (1, {"deleted in salesforce": 1}, {})
    cycle(world)
    assert emails(world, SF) == ["bo@example.com"]
    world.salesforce.person_undeletes(before["ada"].ids[SF])
    cycle(world)
    edit(world, OP, before["ada"].ids[OP], city="York")
    cycle(world)
    assert shows(world, SF, before["ada"].ids[SF], "city") == "York"
    assert links(world)["ada"].state is LinkState.LIVE


def test_a_link_follows_a_merge_to_the_winner(world: World) -> None:
    """Operate's lead names the loser; the winner carries no id of anybody."""
    before = started(world, "ada")
    winner, last = enter(world, SF, "winner"), enter(world, SF, "last")
    world.salesforce.person_merges(winner, before["ada"].ids[SF])
    world.salesforce.person_merges(last, winner)
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.one, told.asked) == (0, 1, {})
    assert [link.ids for link in world.ledger.links.all()] == [{SF: last, OP: before["ada"].ids[OP]}]
    assert world.ledger.links.all()[0].stamped == frozenset()


def test_a_lead_whose_partner_was_merged_into_a_linked_one_rests(world: World) -> None:
    """The winner keeps its own counterpart; the loser's is no stranger and makes no third lead."""
    before = started(world, "ada", "bo")
    world.salesforce.person_merges(before["bo"].ids[SF], before["ada"].ids[SF])
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.ended, told.asked) == (1, {"merged": 1}, {})
    cycle(world)
    backfill(world.pair, Scope())
    assert emails(world, SF) == ["bo@example.com"]
    assert emails(world, OP) == ["ada@example.com", "bo@example.com"]


def test_two_whose_partners_were_merged_into_one_that_carries_no_id_are_asked_about(world: World) -> None:
    """Only one of them can be its counterpart, and nobody says which."""
    before = started(world, "ada", "bo")
    winner = enter(world, SF, "winner")
    for name in ("ada", "bo"):
        world.salesforce.person_merges(winner, before[name].ids[SF])
    lose(world)
    told = rebuilt(world)
    assert (told.links, told.asked) == (0, {Evidence.CONTRADICTION: 2})


def test_a_converted_lead_rests_again(world: World) -> None:
    """Its partner is no stranger, and nothing is written to either."""
    before = started(world, "ada", "bo")
    world.salesforce.person_converts(before["ada"].ids[SF])
    lose(world)
    told = rebuilt(world)
    assert (told.both, told.ended) == (1, {"converted": 1})
    edit(world, OP, before["ada"].ids[OP], city="York")
    assert cycle(world).writes == 0


def test_a_text_that_only_filled_a_blank_is_nobodys_value_again(world: World) -> None:
    """ "Unknown" in a required field is a filler, as before: it does not flow over, and gives way to a name."""
    here = world.operate.person_creates({"leadname": "Acme", "emailaddress": "x@example.com"})
    world.time.advance(100)
    backfill(world.pair, Scope())
    (link,) = world.ledger.links.all()
    assert shows(world, SF, link.ids[SF], "last_name") == "Unknown"
    lose(world)
    told = rebuilt(world)
    assert told.rules == {}
    assert cycle(world).writes == 0
    edit(world, OP, here, last_name="Lovelace")
    cycle(world)
    assert shows(world, SF, link.ids[SF], "last_name") == "Lovelace"


def test_who_carries_no_id_becomes_no_lead_before_a_backfill(world: World) -> None:
    """A backfill may have left thousands out on purpose, which nobody remembers: nothing floods by accident."""
    started(world, "ada")
    for name in CROWD[1:5]:
        enter(world, SF, name)
    lose(world)
    told = rebuilt(world)
    assert told.alone == {SF: 4}
    for _ in range(2):
        assert cycle(world).writes == 0
    shown = preview(world.pair, scope=Scope())
    assert shown.count(Kind.CREATE, OP) == 4


# safe


def test_a_ledger_that_is_in_use_is_not_rebuilt(world: World) -> None:
    """Neither after a backfill, nor once a cycle has run on a rebuilt one."""
    started(world, "ada")
    for act in (rebuild, preview_rebuild):
        with pytest.raises(Misconfigured, match="knows 1 links, so it is not lost"):
            act(world.pair)
    lose(world)
    rebuilt(world)
    rebuilt(world)
    cycle(world)
    with pytest.raises(Misconfigured, match="not lost"):
        rebuild(world.pair)


def _known(world: World) -> object:
    """What a cycle goes by."""
    found = links(world).values()
    return [(link.link_id, link.ids, link.state, link.stamped, link.seen, link.base, link.parked) for link in found]


def test_a_second_time_finds_the_same(world: World) -> None:
    """And links nothing twice."""
    before = started(world, *CROWD[:5])
    named(world, copy=before["ada"].ids[SF])
    edit(world, SF, before["bo"].ids[SF], city="Leeds")
    world.operate.person_deletes(before["cy"].ids[OP])
    lose(world)
    one = rebuilt(world)
    known = _known(world)
    world.time.advance(100)
    two = rebuilt(world)
    assert (one.both, one.asked, one.rules, one.alone) == (two.both, two.asked, two.rules, two.alone)
    assert _known(world) == known


def test_where_most_ids_lead_nowhere_it_stops(world: World) -> None:
    """Lost rights show nobody; that would send everybody to a person."""
    before = started(world, *CROWD)
    lose(world)
    for link in before.values():
        world.operate.person_deletes(link.ids[OP])
    asked = world.operate.calls
    with pytest.raises(Braked, match="Check the rights"):
        rebuild(world.pair)
    assert world.operate.calls - asked < len(CROWD)
    assert not ready(world.ledger)
    assert any("a brake would stop this" in told for told in preview_rebuild(world.pair).result.problems)
    assert rebuild(world.pair, allow_changes=len(CROWD)).asked == {Evidence.NOBODY: len(CROWD)}


def test_more_changes_than_a_brake_lets_pass_are_announced_and_stopped(world: World) -> None:
    """The first cycle is guarded as one after a backfill is."""
    world.pair = replace(world.pair, brakes=replace(world.pair.brakes, floor=3))
    before = started(world, *CROWD[:10])
    for link in list(before.values())[:4]:
        edit(world, SF, link.ids[SF], city="Leeds")
    lose(world)
    told = rebuilt(world)
    assert (told.updates, told.limit) == (4, 3)
    with pytest.raises(Braked):
        cycle(world)
    sync(world.pair, allow_changes=4)
    assert shows(world, OP, before["ada"].ids[OP], "city") == "Leeds"


@pytest.mark.parametrize("side", SIDES)
def test_a_side_that_is_away_stops_it_and_it_goes_on_later(world: World, side: Side) -> None:
    """Nobody is judged by half of the leads, and no cycle runs before it is complete."""
    started(world, *CROWD[:4])
    lose(world)

    def away(at: Side, method: str, phase: str) -> None:
        if at is side and phase == "before":
            raise RetryLater(f"{side} does not answer")

    world.on_io = away
    assert rebuild(world.pair).result.status is Status.STOPPED
    assert list(world.ledger.links.all()) == []
    with pytest.raises(NotYet):
        sync(world.pair)
    world.on_io = lambda at, method, phase: None
    assert rebuilt(world).both == 4


def test_beside_a_running_cycle_it_waits(world: World) -> None:
    """One at a time per ledger."""
    with world.ledger.cycle_lock(), pytest.raises(Busy):
        rebuild(world.pair)


def _steps(world: World, portion: int) -> int:
    """How many times a rebuild tells of its progress."""
    told: list[str] = []
    rebuild(world.pair, progress=lambda what, done, total: told.append(what), portion=portion)
    assert {"reading", "looking up", "linking", "comparing"} <= set(told)
    return len(told)


def _tangled() -> tuple[World, dict[str, Link]]:
    """A lost ledger, and one of everything that a rebuild has to sort out."""
    world = World(page_size=5)
    before = started(world, *CROWD[:10])
    named(world, copy=before["ada"].ids[SF])
    world.salesforce.person_deletes(before["bo"].ids[SF])
    world.operate.person_deletes(before["cy"].ids[OP])
    world.salesforce.person_merges(before["dora"].ids[SF], before["egon"].ids[SF])
    world.salesforce.person_converts(before["fay"].ids[SF])
    edit(world, SF, before["gil"].ids[SF], city="Leeds")
    lose(world)
    return world, before


@pytest.mark.parametrize("portion", [2, 500])
def test_killed_at_any_point_it_goes_on_when_it_is_started_again(portion: int) -> None:
    """At every page, every look-up and every transaction: the end is the same, nobody is linked twice."""
    world, _ = _tangled()
    steps = _steps(world, portion)
    wanted = {name: (link.ids, link.state, link.ended) for name, link in links(world).items()}
    asked = strangers(world, StrangerState.REVIEW)
    world.close()
    for step in range(steps):
        world, before = _tangled()
        left = [step]

        def die(what: str, done: int, total: int | None, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Crash

        with pytest.raises(Crash):
            rebuild(world.pair, progress=die, portion=portion)
        edit(world, OP, before["hanna"].ids[OP], city="York")
        world.time.advance(500)
        told = rebuilt(world)
        assert {name: (link.ids, link.state, link.ended) for name, link in links(world).items()} == wanted
        assert strangers(world, StrangerState.REVIEW) == asked
        assert told.asked == {Evidence.TAKEN: 1, Evidence.NOBODY: 1}
        cycle(world)
        cycle(world)
        for name, city in (("gil", "Leeds"), ("hanna", "York")):
            assert [shows(world, side, before[name].ids[side], "city") for side in SIDES] == [city, city]
        assert len(emails(world, OP)) == 10
        world.close()


@pytest.mark.parametrize("calls", range(0, 40, 3))
def test_somebody_who_asks_to_stop_is_heard(world: World, calls: int) -> None:
    """It ends early and says so; the same command goes on."""
    started(world, *CROWD[:4])
    lose(world)
    left = [calls]

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    told = rebuild(world.pair, stop=stop)
    assert told.result.status is (Status.STOPPED if left[0] < 0 else Status.DONE)
    assert ready(world.ledger) is (told.result.status is Status.DONE)
    assert rebuilt(world).both == 4
