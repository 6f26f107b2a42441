"""How leads end: deleted, merged, converted - and taken back. The partner stays and is never created anew."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from connector.core.model import SECOND, SIDES, LinkState, Side, StrangerState, Write
from connector.core.result import Scope
from connector.crm.memory_faults import Late, Lost
from connector.cycle import backfill
from connector.errors import Refusal, RetryLater
from connector.observe import FRESH
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
    once,
    shows,
    started,
    strangers,
)
from tests.simulation.world import MAPPING, Inline, P, T, World


@pytest.mark.parametrize("side", SIDES)
def test_a_deleted_lead_is_not_created_anew(world: World, side: Side) -> None:
    """Its partner may be edited as often as somebody likes, and even a backfill leaves it alone."""
    ada = started(world, "ada", "bo")["ada"]
    world.crm(side).person_deletes(ada.ids[side])
    edit(world, side.other, ada.ids[side.other], city="Ghent")
    cycle(world)
    edit(world, side.other, ada.ids[side.other], city="Hull")
    cycle(world)
    assert links(world)["ada"].state is LinkState.ENDED
    assert links(world)["ada"].ended == f"deleted in {side}"
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert emails(world, side) == ["bo@example.com"]
    assert emails(world, side.other) == ["ada@example.com", "bo@example.com"]


def test_nothing_is_deleted_on_the_other_side(world: World) -> None:
    """A delete here is never a delete there."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    writes = Writes(world)
    assert cycle(world).ended == 1
    assert writes.all == []
    assert ada.ids[OP] in world.operate.records()


def test_a_lead_taken_back_from_the_bin_is_in_step_again(world: World) -> None:
    """Undelete: the link lives, and what was edited meanwhile flows."""
    ada = started(world, "ada")["ada"]
    row = world.salesforce.records()[ada.ids[SF]]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    edit(world, OP, ada.ids[OP], city="Ghent")
    cycle(world)
    world.salesforce._rows.save(row)
    cycle(world)
    cycle(world)
    assert links(world)["ada"].state is LinkState.LIVE
    assert shows(world, SF, ada.ids[SF], "city") == "Ghent"
    edit(world, SF, ada.ids[SF], city="Hull")
    cycle(world)
    assert shows(world, OP, ada.ids[OP], "city") == "Hull"


def test_what_was_edited_long_ago_flows_to_a_lead_taken_back(world: World) -> None:
    """The edit lies before the overlap by now: the partner is read again when the link comes back to life."""
    known = started(world, "ada", "bo")
    ada, bo = known["ada"], known["bo"]
    row = world.salesforce.records()[ada.ids[SF]]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    edit(world, OP, ada.ids[OP], city="Ghent")
    for city in ("Hull", "Leeds", "York"):
        world.time.advance(4000)
        edit(world, OP, bo.ids[OP], city=city)
        cycle(world)
    world.salesforce._rows.save(replace(row, stamp=world.time()))
    cycle(world)
    assert shows(world, SF, ada.ids[SF], "city") == "Ghent"


def test_a_merge_moves_the_link_to_the_winner(world: World) -> None:
    """The loser's partner follows the winner, and the winner is stamped."""
    ada = started(world, "ada")["ada"]
    winner = enter(world, SF, "ada", city="Hull")
    world.time.advance(1)
    world.salesforce.person_merges(winner, ada.ids[SF])
    cycle(world)
    cycle(world)
    (link,) = world.ledger.links.all()
    assert (link.state, dict(link.ids)) == (LinkState.LIVE, {SF: winner, OP: ada.ids[OP]})
    assert world.salesforce.records()[winner].counterpart_id == ada.ids[OP]
    assert shows(world, OP, ada.ids[OP], "city") == "Hull"
    assert emails(world, OP) == ["ada@example.com"]
    assert cycle(world).writes == 0


def test_a_merge_of_two_linked_leads_ends_one_of_them(world: World) -> None:
    """The winner keeps its own partner; the loser's partner stays and is not created anew."""
    known = started(world, "ada", "bo")
    world.salesforce.person_merges(known["bo"].ids[SF], known["ada"].ids[SF])
    cycle(world)
    cycle(world)
    states = {name: (link.state, link.ended) for name, link in links(world).items()}
    assert states == {"ada": (LinkState.ENDED, "merged"), "bo": (LinkState.LIVE, "")}
    assert len(emails(world, SF)) == 1
    assert len(emails(world, OP)) == 2


def test_a_converted_lead_is_left_alone(world: World) -> None:
    """Salesforce refuses edits of converted leads; its partner is kept and not created anew."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_converts(ada.ids[SF])
    writes = Writes(world)
    cycle(world)
    edit(world, OP, ada.ids[OP], city="Ghent")
    cycle(world)
    assert links(world)["ada"].ended == "converted"
    assert writes.all == []
    assert emails(world, SF) == ["ada@example.com"]


def test_converted_leads_from_before_the_backfill_are_partners_still(world: World) -> None:
    """An old converted lead is not created in Operate, and its old partner there is not created in Salesforce."""
    for name in ("ada", "bo"):
        world.salesforce.person_converts(enter(world, SF, name))
    enter(world, OP, "ada")
    world.time.advance(100)
    writes = Writes(world)
    backfill(world.pair, Scope())
    cycle(world)
    assert writes.all == []
    assert emails(world, OP) == ["ada@example.com"]


def test_a_stranger_deleted_before_it_was_created_is_forgotten(world: World) -> None:
    """Entered in Salesforce and deleted within a minute: nothing is made of it in Operate."""
    started(world)
    ada = enter(world, SF, "ada")
    cycle(world, 1)
    world.salesforce.person_deletes(ada)
    cycle(world)
    assert emails(world, OP) == []


@pytest.mark.parametrize("side", SIDES)
def test_a_new_lead_deleted_while_it_waits_is_not_created(world: World, side: Side) -> None:
    """A delete in Operate leaves no trace: a stranger that the poll does not show is asked for by its id."""
    started(world)
    ada = enter(world, side, "ada")
    cycle(world, 1)
    world.crm(side).person_deletes(ada)
    writes = Writes(world)
    cycle(world)
    assert writes.all == []
    assert world.ledger.strangers.get(side, [ada]) == {}


@pytest.mark.parametrize("side", SIDES)
def test_a_new_lead_deleted_during_a_long_run_is_not_created(world: World, side: Side) -> None:
    """Sending takes longer than what was read stays fresh: the sources still waiting are read again."""
    started(world)
    ids = {enter(world, side, CROWD[number]) for number in range(12)}
    writes = Writes(world)

    def slow(method: str, phase: str) -> None:
        if (method, phase) == ("write", "after") and world.crm(side).records().keys() >= ids:
            world.time.advance(FRESH // SECOND + 1)
            for record_id in ids - {write.counterpart_id for write in writes.all}:
                world.crm(side).person_deletes(record_id)

    world.crm(side.other).batch_size = 5
    world.crm(side.other).on_io = slow
    cycle(world)
    assert len(emails(world, side.other)) == 5


def test_two_linked_leads_merged_into_one_lead_it_once(world: World) -> None:
    """The first loser's link follows the winner, the second one ends; the next cycle is quiet."""
    known = started(world, "ada", "bo")
    winner = enter(world, SF, "neu")
    for name in ("ada", "bo"):
        world.salesforce.person_merges(winner, known[name].ids[SF])
    cycle(world)
    assert sorted(link.state for link in world.ledger.links.all()) == [LinkState.ENDED, LinkState.LIVE]
    assert cycle(world).writes == 0


def test_an_ended_link_follows_no_merge(world: World) -> None:
    """Its partner is gone; the winner is a lead of its own and is made in Operate."""
    known = started(world, "ada", "bo")
    world.operate.person_deletes(known["ada"].ids[OP])
    edit(world, SF, known["ada"].ids[SF], city="Ghent")
    cycle(world)
    assert links(world)["ada"].state is LinkState.ENDED
    winner = enter(world, SF, "neu")
    world.salesforce.person_merges(winner, known["ada"].ids[SF])
    cycle(world)
    cycle(world)
    assert "neu@example.com" in emails(world, OP)


@pytest.mark.parametrize("landed", [True, False])
def test_a_source_that_comes_and_goes_while_its_create_is_open(world: World, landed: bool) -> None:
    """Deleted and taken back before we know what became of the create: one lead on each side in the end."""
    started(world, "zoe")
    ada = enter(world, SF, "ada")
    world.time.advance(70)

    def hook(side: Side, method: str, phase: str) -> None:
        if side is OP and method == "write" and phase == ("after" if landed else "before"):
            raise Lost
        if side is OP and method == "find" and phase == "before":
            raise RetryLater("away")

    world.on_io = hook
    cycle(world, 0)
    row = world.salesforce.records()[ada]
    world.salesforce.person_deletes(ada)
    cycle(world, 10)
    world.on_io = lambda *_: None
    world.salesforce._rows.save(replace(row, stamp=world.time()))
    for _ in range(5):
        cycle(world)
    assert emails(world, OP) == emails(world, SF) == ["ada@example.com", "zoe@example.com"]
    assert {link.state for link in world.ledger.links.all()} == {LinkState.LIVE}


def test_a_create_whose_source_was_deleted_is_not_made_again(world: World) -> None:
    """The request never arrived and the source is gone: nothing is left to do, on either side."""
    started(world, "zoe")
    ada = enter(world, SF, "ada")
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    world.salesforce.person_deletes(ada)
    for _ in range(5):
        cycle(world)
    assert emails(world, OP) == emails(world, SF) == ["zoe@example.com"]
    assert world.ledger.intents.open() == []


def test_a_full_listing_shows_no_deletes_and_yet_they_are_noticed(world: World) -> None:
    """A linked lead was deleted before the overlap of a relisting: it is asked for by its id."""
    known = started(world, "ada", "bo")
    world.salesforce.person_deletes(known["ada"].ids[SF])
    world.time.advance(40_000)
    world.ledger.log.set_mark("listed.salesforce", "")
    cycle(world)
    assert links(world)["ada"].ended == "deleted in salesforce"


def test_a_source_converted_while_its_create_is_under_way_rests(world: World) -> None:
    """Operate was looked at before the answer of Salesforce was taken: the link has ended, and stays quiet."""
    ada = started(world, "ada")["ada"]
    bo = enter(world, OP, "bo")
    edit(world, OP, ada.ids[OP], city="Hull")  # so that Operate has something to look at, too

    def convert(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (SF, "write", "before") and not world.operate.records()[bo].converted:
            world.operate.person_converts(bo)

    world.on_io = convert
    cycle(world)
    assert links(world)["bo"].state is LinkState.ENDED
    world.salesforce.person_deletes(links(world)["bo"].ids[SF])
    edit(world, OP, bo, city="Jena")
    cycle(world)
    assert cycle(world).writes == 0


@pytest.mark.parametrize("seconds", [70, 40_000])
def test_a_new_lead_deleted_before_its_create_was_settled_is_not_made_again(world: World, seconds: float) -> None:
    """The process died before it stored the answer, and somebody deleted the new lead: it is found in the bin."""
    started(world, "ada")
    enter(world, OP, "bo")
    world.on_io = once(SF, "write", "after", Crash())
    with pytest.raises(Crash):
        cycle(world)
    (made,) = (key for key, row in world.salesforce.records().items() if row.native["LastName"] == "bo")
    world.salesforce.person_deletes(made)
    for _ in range(4):
        cycle(world, seconds)
    assert emails(world, SF) == ["ada@example.com"]
    assert links(world)["bo"].ended == "deleted in salesforce"


def test_what_we_wrote_before_a_lead_was_deleted_is_no_edit_when_it_comes_back(world: World) -> None:
    """The answer was lost, the lead went to the bin and came back: what it holds came from here, and is older."""
    ada = started(world, "ada")["ada"]
    edit(world, OP, ada.ids[OP], city="Ghent")
    world.on_io = once(SF, "write", "after", Lost())
    cycle(world)
    world.salesforce.person_deletes(ada.ids[SF])
    edit(world, OP, ada.ids[OP], city="Hull")
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    for _ in range(3):
        cycle(world)
    assert shows(world, SF, ada.ids[SF], "city") == shows(world, OP, ada.ids[OP], "city") == "Hull"


def test_what_a_late_write_covers_is_told_although_the_link_has_ended(world: World) -> None:
    """Our write arrives after somebody typed there and the partner was deleted: the history names what it covered."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    world.on_io = once(OP, "write", "before", Late(world.time() + 140 * SECOND))
    cycle(world)
    edit(world, OP, ada.ids[OP], city="Hull")
    cycle(world, 20)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world, 20)
    cycle(world)
    (link,) = world.ledger.links.all()
    told = [line.lost for line in world.ledger.log.history(link.link_id) if line.kind == "conflict"]
    assert (shows(world, OP, ada.ids[OP], "city"), told) == ("Ghent", ["Hull"])


def test_whoever_waits_for_a_person_and_was_deleted_is_not_linked(world: World) -> None:
    """A full listing shows no deletes: those whom it does not show are asked for by id, whatever state they are in."""
    started(world, "ada")
    bo = enter(world, SF, "bo")
    enter(world, OP, "cy", last_name="bo")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == ["bo", "bo"]
    world.salesforce.person_deletes(bo)
    enter(world, OP, "bo")
    world.time.advance(40_000)
    backfill(world.pair, Scope())
    assert all(link.ended == "" for link in world.ledger.links.all())


class Slow(Inline):
    """The first of these requests ends only when a later one begins: the other side is looked at meanwhile."""

    def __init__(self, request: Callable[..., Any], meanwhile: Callable[[], None]) -> None:
        self._request, self._meanwhile = request, [meanwhile]
        self._slow: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it now, but for the slow one."""
        if fn == self._request and self._meanwhile:
            self._meanwhile.pop()()
            future: Future[T] = Future()
            self._slow.append((future, lambda: fn(*args, **kwargs)))
            return future
        for waiting, work in self._slow:
            waiting.set_result(work())
        self._slow.clear()
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("end", ["deleted", "converted", "edited out of the scope"])
def test_a_source_that_ended_while_its_create_was_refused_is_not_created(end: str) -> None:
    """Operate refuses the first try, and meanwhile Salesforce has told of the end: no second try makes the lead."""
    world = World(mapping_text=MAPPING.replace("rules:\n", "scope: {salesforce: {city: {not: Ghent}}}\nrules:\n"))
    started(world, "bo")
    ada = enter(world, SF, "ada", city="Hull")
    enter(world, OP, "cy")
    enter(world, OP, "dora")
    tries: list[Write] = []

    def refuses(write: Write) -> list[Refusal]:
        tries.extend([write] if write.creates else [])
        return [Refusal("leadname", "INVALID", "no such name")] if write.creates and len(tries) == 1 else []

    def ends() -> None:
        if end == "deleted":
            world.salesforce.person_deletes(ada)
        elif end == "converted":
            world.salesforce.person_converts(ada)
        else:
            edit(world, SF, ada, city="Ghent")

    world.operate.refuses, world.salesforce.batch_size = refuses, 1
    slow = Slow(world.operate.write, ends)
    world.pair = replace(world.pair, workers=lambda: slow)
    cycle(world)
    cycle(world)
    assert len(tries) == 1
    assert emails(world, OP) == ["bo@example.com", "cy@example.com", "dora@example.com"]
    assert strangers(world, StrangerState.APART) == ([] if end == "deleted" else ["ada"])
    assert "ada" not in links(world)
    world.close()
