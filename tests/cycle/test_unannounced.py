"""What people do between a poll and a write: nobody is linked to a record that is gone, or ended without a plan."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from connector.core.model import SECOND, Link, Side, StrangerState
from connector.core.result import Mode, Scope
from connector.cycle import backfill, sync
from connector.errors import Braked, RetryLater
from tests.cycle.people import CROWD, OP, SF, cycle, edit, emails, enter, links, shows, started, strangers
from tests.simulation.world import MAPPING, World

BLOCK = "lifecycle:\n  salesforce: {deleted: delete}\n  operate: {deleted: delete}\n"
DELETING = MAPPING.replace("rules:\n", f"{BLOCK}rules:\n")
MARKING = MAPPING.replace("rules:\n", "lifecycle:\n  salesforce: {deleted: {mark: {notes: GONE}}}\nrules:\n")
DAY = 90_000


def weeks(world: World) -> None:
    """Cycles soon after one another, and some with a sweep."""
    for seconds in (700, 700, 700, DAY, DAY):
        cycle(world, seconds)


def once_shown(world: World, deed: Callable[[], None]) -> None:
    """Somebody does it right after Operate was listed for the first time from now on."""
    done: list[int] = []

    def between(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "changes", "after") and not done:
            done.append(1)
            deed()

    world.on_io = between


def tight(world: World) -> World:
    """The same with brakes that let two leads pass."""
    world.pair = replace(world.pair, brakes=replace(world.pair.brakes, floor=2, share=0.1))
    return world


# ghosts: a delete in Operate leaves no trace


@pytest.mark.parametrize("text", [MAPPING, DELETING], ids=["kept", "deleted"])
def test_somebody_entered_anew_is_not_linked_to_whom_a_backfill_left_out_and_who_is_gone(text: str) -> None:
    """They are made in Operate, whatever a policy says about ends there."""
    world = World(mapping_text=text)
    enter(world, OP, "ada")
    enter(world, SF, "bo")
    world.time.advance(100)
    backfill(world.pair, Scope(since=world.time() + 10 * SECOND))
    cycle(world, 1000)
    assert strangers(world, StrangerState.LEFT_OUT) == ["ada", "bo"]
    (ghost,) = world.operate.records()
    world.operate.person_deletes(ghost)
    enter(world, SF, "ada")
    weeks(world)
    assert "ada@example.com" in emails(world, SF)
    assert emails(world, OP) == ["ada@example.com"]


@pytest.mark.parametrize("text", [MAPPING, DELETING], ids=["kept", "deleted"])
def test_somebody_is_not_linked_to_a_record_outside_the_scope_that_is_gone(text: str) -> None:
    """It would be a link at rest for good."""
    world = World(mapping_text=text.replace("rules:\n", "scope: {operate: {city: {not: Ghent}}}\nrules:\n"))
    started(world, "zoe")
    outside = enter(world, OP, "ada", city="Ghent")
    cycle(world)
    world.operate.person_deletes(outside)
    enter(world, SF, "ada")
    weeks(world)
    assert emails(world, OP) == emails(world, SF)


def test_an_id_that_somebody_typed_links_to_nobody_who_is_gone(world: World) -> None:
    """Whoever was left out and deleted is no partner, also by their id."""
    enter(world, OP, "ada")
    enter(world, SF, "bo")
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    cycle(world, 1000)
    (ghost,) = world.operate.records()
    world.operate.person_deletes(ghost)
    here = enter(world, SF, "ada", email="other@example.com", company="Other")
    world.salesforce.person_edits(here, {}, counterpart_id=ghost)
    cycle(world, 700)
    assert "ada" not in links(world)


# ends that no plan had


def twelve_edited(world: World) -> dict[str, Link]:
    """Twelve links of which each has an edit to carry, and one has another in the other direction."""
    known = started(world, *CROWD[:12])
    for link in known.values():
        edit(world, SF, link.ids[SF], city="Hull")
    edit(world, OP, known["ada"].ids[OP], notes="x")
    world.time.advance(70)
    return known


def all_gone(world: World, known: dict[str, Link]) -> Callable[[], None]:
    """Somebody deletes all of them in Salesforce."""

    def delete() -> None:
        for link in known.values():
            world.salesforce.person_deletes(link.ids[SF])

    return delete


@pytest.mark.parametrize("everything", [False, True], ids=["sync", "backfill"])
def test_nobody_is_deleted_whose_end_no_plan_had(everything: bool) -> None:
    """A mass delete while a cycle writes is left to the next one, which shows it and has brakes."""
    world = tight(World(mapping_text=DELETING))
    once_shown(world, all_gone(world, twelve_edited(world)))
    result = backfill(world.pair, Scope()) if everything else sync(world.pair, allow_changes=13)
    assert len(emails(world, OP)) == 12
    assert result.left


def test_nobody_is_marked_whose_end_no_plan_had() -> None:
    """The next cycle plans it."""
    world = World(mapping_text=MARKING)
    ada = started(world, "ada", "bo")["ada"]
    edit(world, SF, ada.ids[SF], city="Hull")
    edit(world, OP, ada.ids[OP], notes="x")
    world.time.advance(70)
    once_shown(world, lambda: world.salesforce.person_deletes(ada.ids[SF]))
    sync(world.pair)
    assert shows(world, OP, ada.ids[OP], "notes") == "x"
    world.on_io = lambda *_: None
    cycle(world)
    assert shows(world, OP, ada.ids[OP], "notes") == "GONE"


@pytest.mark.parametrize("while_writing", [False, True])
def test_a_mass_of_ends_is_braked_whenever_it_is_seen(world: World, while_writing: bool) -> None:
    """Seen by a poll it stops that cycle, seen by a last look the next one."""
    known = started(world, *CROWD[:12])
    tight(world)
    edit(world, OP, known["ada"].ids[OP], notes="x")
    world.time.advance(70)
    if while_writing:
        once_shown(world, all_gone(world, known))
        sync(world.pair)
        world.on_io = lambda *_: None
    else:
        all_gone(world, known)()
    with pytest.raises(Braked):
        cycle(world)


def test_a_lead_that_is_back_before_its_partner_is_deleted_keeps_it() -> None:
    """Deleted by mistake, read by a poll, and taken out of the bin while earlier batches are written."""
    world = World(mapping_text=DELETING)
    *others, last = sorted(started(world, *CROWD[:12]).values(), key=lambda each: each.link_id)
    world.salesforce.person_deletes(last.ids[SF])
    for link in others:
        edit(world, SF, link.ids[SF], city="Hull")
    undone: list[int] = []

    def undo(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "write", "before") and not undone:
            undone.append(1)
            world.salesforce.person_undeletes(last.ids[SF])

    world.on_io = undo
    cycle(world)
    assert undone
    assert last.ids[OP] in world.operate.records()


@pytest.mark.parametrize("away", [False, True])
def test_a_lead_whose_partner_went_while_it_rested_is_not_deleted_for_it(away: bool) -> None:
    """Also where the partner could not be asked for when the lead came back: the ledger knows that nobody has."""
    world = World(mapping_text=DELETING.replace("rules:\n", "scope: {salesforce: {city: {is: Ghent}}}\nrules:\n"))
    enter(world, SF, "ada", city="Ghent")
    enter(world, SF, "bo", city="Ghent")
    world.time.advance(100)
    backfill(world.pair, Scope())
    cycle(world)
    ada = links(world)["ada"]
    edit(world, SF, ada.ids[SF], city="Hull")
    cycle(world)
    assert links(world)["ada"].ended
    world.operate.person_deletes(ada.ids[OP])
    cycle(world, 700)
    edit(world, SF, ada.ids[SF], city="Ghent")

    def no_answer(side: Side, method: str, phase: str) -> None:
        if away and side is OP and method == "get":
            raise RetryLater("away")

    world.on_io = no_answer
    cycle(world)
    world.on_io = lambda *_: None
    weeks(world)
    assert "ada@example.com" in emails(world, SF)
