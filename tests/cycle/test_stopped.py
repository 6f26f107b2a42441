"""Somebody asks to stop: what was begun is known, and the next time goes on."""

from collections.abc import Callable
from functools import partial

import pytest

from connector.core.model import SIDES
from connector.core.result import Mode, Result, Scope, Status
from connector.cycle import backfill, sync
from connector.errors import RetryLater
from connector.rules import kept_different
from connector.strangers import CHUNK
from tests.cycle.people import CROWD, OP, SF, Writes, cities, cycle, emails, enter, links, once, started
from tests.simulation.world import World


class Told(list[str]):
    """What the progress told, one after the other."""

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """This is being done."""
        self.append(what)


def test_a_stop_while_reading_ends_the_cycle_without_a_write(world: World) -> None:
    """Pages that never end do not hold anybody up."""
    world.salesforce._page_size = 2
    started(world, *CROWD[:6])
    for number in range(3):
        enter(world, SF, f"q{number}")
    world.time.advance(100)
    writes, pages = Writes(world), []

    def stop() -> bool:
        pages.append(1)
        return len(pages) > 2

    assert sync(world.pair, stop=stop).status is Status.STOPPED
    assert writes.all == []
    assert sync(world.pair).sides[OP].created == 3


@pytest.mark.parametrize("first", [True, False])
def test_a_stop_while_people_are_matched_ends_it_before_a_write(first: bool) -> None:
    """Nobody who was not judged yet becomes a new lead; the next time goes on, and nobody is doubled."""
    world = World(page_size=2 * CHUNK)
    if not first:
        started(world)
    both = [f"q{number}" for number in range(CHUNK + 20)]
    for name in both:
        for side in SIDES:
            enter(world, side, name)
    world.time.advance(100)
    writes, told = Writes(world), Told()
    run: Callable[..., Result] = partial(backfill, world.pair, Scope()) if first else partial(sync, world.pair)
    result = run(stop=lambda: told.count("matching") == 1, progress=told)
    assert (result.status, result.linked, writes.all) == (Status.STOPPED, CHUNK, [])
    assert run().status is Status.DONE
    assert len(links(world)) == len(both)
    assert sorted(emails(world, SF)) == sorted(emails(world, OP)) == sorted(f"{name}@example.com" for name in both)
    world.close()


@pytest.mark.parametrize("ends", ["stopped while reading", "stopped while matching", "failed while reading"])
def test_who_was_not_decided_about_is_taken_in_by_another_backfill(world: World, ends: str) -> None:
    """After a backfill by age, no cycle takes in the older ones: it is told that the same backfill does."""
    for name in CROWD[:3]:
        enter(world, SF, name)
    world.time.advance(100)
    backfill(world.pair, Scope(since=world.time()))
    world.time.advance(100)
    if ends == "failed while reading":
        world.on_io = once(OP, "changes", "before", RetryLater("away"))
    told = Told()
    pages = 2 if ends == "stopped while matching" else 1
    stopped = backfill(world.pair, Scope(), stop=lambda: told.count("reading") >= pages, progress=told)
    assert (stopped.status, stopped.again) == (Status.STOPPED, True)
    assert cycle(world).writes == 0
    assert emails(world, OP) == []
    backfill(world.pair, Scope())
    assert emails(world, OP) == emails(world, SF)


def test_who_stops_a_backfill_that_only_links_before_anybody_was_linked_changes_nothing(world: World) -> None:
    """No differences are kept of people whom a person links later."""
    started(world, CROWD[0])
    for side in SIDES:
        enter(world, side, CROWD[1], city=str(side))
    world.time.advance(100)
    told = Told()
    stopped = backfill(world.pair, Scope(mode=Mode.LINK), stop=lambda: told.count("reading") >= 2, progress=told)
    assert (stopped.status, stopped.linked) == (Status.STOPPED, 0)
    assert not kept_different(world.ledger)


def test_a_backfill_that_is_stopped_goes_on_where_it_was(world: World) -> None:
    """A signal between two batches: what was sent is known, the rest follows, nobody is doubled."""
    for number in range(12):
        enter(world, SF, CROWD[number])
    world.time.advance(100)
    asked = iter([False] * 5)
    result = backfill(world.pair, Scope(), stop=lambda: next(asked, True))
    assert result.status is Status.STOPPED
    assert 0 < len(emails(world, OP)) < 12
    backfill(world.pair, Scope())
    assert emails(world, OP) == emails(world, SF)
    assert len(links(world)) == 12


@pytest.mark.parametrize("asked", range(12))
def test_a_full_backfill_is_stopped_after_one_that_only_linked(world: World, asked: int) -> None:
    """What it did not begin stays different, and no cycle carries it on; the next full backfill does."""
    for name in CROWD[:12]:
        enter(world, SF, name, city="Ghent")
        enter(world, OP, name, city="Hull")
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    world.time.advance(100)
    asks = iter([False] * asked)
    stopped = backfill(world.pair, Scope(), stop=lambda: next(asks, True))
    done = cities(world)
    assert done.count("Ghent") == stopped.sides[OP].updated
    assert cycle(world).writes == 0
    assert cities(world) == done
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert cities(world) == ["Ghent"] * 12
