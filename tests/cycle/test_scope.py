"""Which leads take part: `scope` of the mapping, in whole cycles."""

import re

import pytest

from connector.core.model import SECOND, SIDES, LinkState, Side, StrangerState
from connector.core.result import Scope
from connector.cycle import backfill
from connector.parked import ignore, items
from tests.cycle.people import (
    CROWD,
    OP,
    SF,
    Writes,
    cycle,
    edit,
    emails,
    enter,
    links,
    shows,
    started,
    strangers,
    with_mapping,
)
from tests.simulation.world import MAPPING, World

SCOPE = "scope: {salesforce: {city: {not: Junk}}, operate: {city: {not: Junk}}}"


def with_scope(world: World, scope: str = SCOPE) -> None:
    """The mapping of the world with a scope."""
    with_mapping(world, MAPPING.replace("minimum:", f"{scope}\nminimum:"))


@pytest.mark.parametrize("side", SIDES)
def test_a_new_lead_outside_the_scope_is_not_created(world: World, side: Side) -> None:
    """Nor counted as waiting for anybody; once its values fit, it is like any new lead."""
    with_scope(world)
    started(world)
    ada = enter(world, side, "ada", city="Junk")
    writes = Writes(world)
    result = cycle(world)
    assert (writes.all, result.parked) == ([], 0)
    assert strangers(world, StrangerState.APART) == ["ada"]
    edit(world, side, ada, city="Hull")
    cycle(world)
    cycle(world)
    assert emails(world, side.other) == ["ada@example.com"]


def test_a_side_into_which_nothing_is_carried_gets_no_new_leads(world: World) -> None:
    """A one-way mapping makes no empty leads on the sending side; those of the other side wait for nobody."""
    rules = re.sub(", required: {.*?}", "", MAPPING.partition("rules:")[2])
    head = MAPPING.partition("rules:")[0]
    with_mapping(world, f"{head}rules:" + rules.replace("}\n", ", direction: to_operate}\n"))
    started(world, "bo")
    enter(world, OP, "ada")
    enter(world, SF, "eve")
    writes = Writes(world)
    for _ in range(3):
        cycle(world)
    assert [write for write in writes.to(SF) if write.creates] == []
    assert emails(world, SF) == ["bo@example.com", "eve@example.com"]
    assert emails(world, OP) == ["ada@example.com", "bo@example.com", "eve@example.com"]


@pytest.mark.parametrize("side", SIDES)
def test_a_lead_whose_counterpart_is_outside_is_not_doubled(world: World, side: Side) -> None:
    """The same person stands outside on the other side: linked at rest, and in step once that record comes in."""
    with_scope(world)
    started(world)
    outside = enter(world, side, "ada", city="Junk")
    cycle(world)
    inside = enter(world, side.other, "ada")
    writes = Writes(world)
    cycle(world)
    cycle(world)
    assert writes.all == []
    assert links(world)["ada"].state is LinkState.ENDED
    edit(world, side, outside, city="Hull")
    cycle(world)
    assert links(world)["ada"].state is LinkState.LIVE
    assert shows(world, side.other, inside, "city") == "Hull"
    assert emails(world, side) == emails(world, side.other) == ["ada@example.com"]


@pytest.mark.parametrize("side", SIDES)
def test_a_linked_lead_that_leaves_the_scope_rests(world: World, side: Side) -> None:
    """Neither side is written; when it comes back, what was edited meanwhile flows."""
    with_scope(world)
    known = started(world, "ada", "bo")
    ada = known["ada"].ids
    edit(world, side, ada[side], city="Junk")
    cycle(world)
    writes = Writes(world)
    edit(world, side.other, ada[side.other], notes="call back")
    for city in ("Hull", "Leeds", "York"):
        edit(world, side.other, known["bo"].ids[side.other], city=city)
        cycle(world, 4000)
    assert {write.key for write in writes.all} == {known["bo"].link_id}
    edit(world, side, ada[side], city="Ghent")
    cycle(world)
    assert shows(world, side, ada[side], "notes") == "call back"
    assert shows(world, side.other, ada[side.other], "city") == "Ghent"


def test_a_changed_scope_judges_everybody_anew(world: World) -> None:
    """Those whom it takes in now are created, those whom it leaves out rest."""
    with_scope(world)
    ada = started(world, "ada")["ada"]
    enter(world, SF, "bo", city="Junk")
    edit(world, SF, ada.ids[SF], city="Hull")
    cycle(world)
    with_scope(world, "scope: {salesforce: {city: {not: Hull}}}")
    cycle(world)
    cycle(world)
    assert links(world)["ada"].state is LinkState.ENDED
    assert emails(world, OP) == ["ada@example.com", "bo@example.com"]
    with_mapping(world, MAPPING)
    cycle(world)
    assert links(world)["ada"].state is LinkState.LIVE


def test_who_was_left_stays_so_when_the_scope_goes_and_comes(world: World) -> None:
    """Left out of the backfill, or alone by a person: nobody edited them, so no sync makes anything of them."""
    for name in CROWD[:3]:
        enter(world, OP, name, city="Junk")
    world.time.advance(100)
    backfill(world.pair, Scope(since=world.time() + 10 * SECOND))
    for _ in range(2):
        enter(world, SF, "zoe", city="Junk")
    cycle(world)
    for item in list(items(world.ledger)):
        ignore(world.ledger, item.item_id, world.time())
    people = [emails(world, side) for side in SIDES]
    alone = strangers(world, StrangerState.IGNORED)
    assert alone
    assert strangers(world, StrangerState.LEFT_OUT) == list(CROWD[:3])
    with_scope(world)
    cycle(world)
    assert strangers(world, StrangerState.APART) == sorted([*CROWD[:3], *alone])
    with_mapping(world, MAPPING)
    for _ in range(2):
        cycle(world)
    assert [emails(world, side) for side in SIDES] == people
    assert strangers(world, StrangerState.IGNORED) == alone
    assert strangers(world, StrangerState.LEFT_OUT) == list(CROWD[:3])


@pytest.mark.parametrize("again", [False, True])
def test_who_was_left_out_and_enters_the_scope_waits_for_a_backfill(world: World, again: bool) -> None:
    """Unless one took everybody in meanwhile: then it is a new lead like any other."""
    ada = enter(world, OP, "ada", city="Hull")
    world.time.advance(100)
    backfill(world.pair, Scope(since=world.time() + 10 * SECOND))
    with_scope(world)
    edit(world, OP, ada, city="Junk")
    cycle(world)
    assert strangers(world, StrangerState.APART) == ["ada"]
    if again:
        backfill(world.pair, Scope())
    edit(world, OP, ada, city="Ghent")
    for _ in range(2):
        cycle(world)
    assert emails(world, SF) == (["ada@example.com"] if again else [])
    assert strangers(world, StrangerState.LEFT_OUT) == ([] if again else ["ada"])
