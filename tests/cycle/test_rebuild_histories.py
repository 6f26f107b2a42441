"""Whatever people did before, while and after the ledger was lost: both sides end in step."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from connector.core.model import SIDES, Link, Side
from connector.core.result import Scope
from connector.cycle import backfill
from tests.cycle.lost import lose, rebuilt
from tests.cycle.people import CROWD, OP, SF, cycle, edit, emails, enter, shows, started
from tests.simulation.world import World

PEOPLE = CROWD[:5]
Deed = tuple[str, Side, str, str]
DEEDS = st.lists(
    st.one_of(
        st.tuples(
            st.just("edit"), st.sampled_from(SIDES), st.sampled_from(PEOPLE), st.sampled_from(["York", "Hull", "Ely"])
        ),
        st.tuples(st.just("cycle"), st.just(SF), st.just(""), st.just("")),
        st.tuples(st.just("new"), st.sampled_from(SIDES), st.sampled_from(CROWD[5:]), st.just("")),
    ),
    max_size=8,
)


TO_AND_FRO: list[Deed] = [
    deed
    for city in ("York", "Hull", "York", "Hull", "York")
    for deed in (("edit", SF, PEOPLE[0], city), ("cycle", SF, "", ""))
]
"""Somebody cannot decide between two cities, and a cycle carries each of them."""


def _live(world: World, before: dict[str, Link], deeds: list[Deed], typed: set[tuple[str, str]]) -> None:
    """People do these things; what they typed is remembered."""
    for what, side, name, city in deeds:
        world.time.advance(7)
        if what == "cycle":
            cycle(world)
        elif what == "edit":
            edit(world, side, before[name].ids[side], city=city)
            typed.add((name, city))
        elif f"{name}@example.com" not in emails(world, SF) + emails(world, OP):
            enter(world, side, name)


@settings(max_examples=60, deadline=None)
@example(([], [], [], TO_AND_FRO), False)
@given(st.tuples(DEEDS, DEEDS, DEEDS, DEEDS), st.booleans())
def test_whatever_was_going_on_when_the_ledger_was_lost_both_sides_end_in_step(
    history: tuple[list[Deed], list[Deed], list[Deed], list[Deed]], operate_counterpart: bool
) -> None:
    """Nobody is there twice; what ends up on both sides was typed by somebody, and no value that differed is lost.

    But where somebody typed over it there. A city that went to and fro waits for a person, and says so.
    """
    world = World(operate_counterpart=operate_counterpart)
    first, between, meanwhile, after = history
    typed: set[tuple[str, str]] = {(name, "") for name in PEOPLE}
    before = started(world, *PEOPLE)
    _live(world, before, first, typed)
    lose(world)
    _live(world, before, [deed for deed in between if deed[0] != "cycle"], typed)
    differing = {
        name: cities
        for name, link in before.items()
        if len(set((cities := {side: shows(world, side, link.ids[side], "city") for side in SIDES}).values()) - {""})
        > 1
    }
    typed_over = {(side, name) for what, side, name, _ in meanwhile if what == "edit"}
    rebuilt(world)
    _live(world, before, meanwhile, typed)
    cycle(world)
    history_lines = [line for link in world.ledger.links.all() for line in world.ledger.log.history(link.link_id)]
    told = {line.lost for line in history_lines if line.kind == "conflict"} | {line.old for line in history_lines}
    for name, cities in differing.items():
        shown = shows(world, SF, before[name].ids[SF], "city")
        standing = {city for side, city in cities.items() if (side, name) not in typed_over}
        assert standing - {shown, ""} <= told
    world.time.advance(100)
    backfill(world.pair, Scope())
    _live(world, before, after, typed)
    for _ in range(3):
        cycle(world)
    assert emails(world, SF) == emails(world, OP)
    assert len(emails(world, SF)) == len(set(emails(world, SF)))
    for name, link in before.items():
        here, there = (shows(world, side, link.ids[side], "city") for side in SIDES)
        assert {(name, here), (name, there)} <= typed
        if here != there:
            (linked,) = (each for each in world.ledger.links.all() if each.ids == link.ids)
            assert linked.parked["city"].code == "flips"
    world.close()
