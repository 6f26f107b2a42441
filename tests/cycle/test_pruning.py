"""Cycles of long ago: those that did nothing are forgotten, a few at a time."""

from collections.abc import Iterator

import pytest

from connector.advance import CHUNK, KEPT, prune
from connector.core.model import SECOND, Side
from connector.errors import RetryLater
from connector.ledger.port import CycleRow
from tests.cycle.people import SF, cycle, edit, started
from tests.simulation.world import World

DAY = 86400
PATIENT = KEPT // SECOND + DAY


@pytest.fixture
def world() -> Iterator[World]:
    """Two people, and a first backfill that is done."""
    world = World()
    started(world, "ada", "bo")
    yield world
    world.close()


def _numbers(world: World) -> list[int]:
    return sorted(row.number for row in world.ledger.log.cycles(10_000))


def test_cycles_that_did_nothing_are_forgotten_after_a_month_and_others_are_not(world: World) -> None:
    """The backfill, the one that carried an edit over, and whatever is younger."""
    (backfilled,) = _numbers(world)
    for _ in range(3):
        cycle(world)
    edit(world, SF, next(iter(world.salesforce.records())), city="Rome")
    did = cycle(world)
    assert did.writes
    for _ in range(3):
        cycle(world)
    assert len(_numbers(world)) == 8
    world.time.advance(PATIENT)
    last = cycle(world)
    assert _numbers(world) == [backfilled, did.cycle, last.cycle]
    world.time.advance(DAY)
    young = cycle(world)
    assert _numbers(world) == [backfilled, did.cycle, last.cycle, young.cycle]


def test_the_last_whole_cycle_is_remembered_through_an_outage_of_months(world: World) -> None:
    """It says since when nothing was whole; the failed ones after it are forgotten."""
    whole = cycle(world)

    def fail(side: Side, method: str, phase: str) -> None:
        raise RetryLater(f"{side} does not answer")

    world.on_io = fail
    for _ in range(3):
        world.time.advance(PATIENT)
        last = cycle(world)
    assert whole.cycle in _numbers(world)
    assert len(_numbers(world)) == 3  # the backfill, the whole one, the last one
    assert last.cycle in _numbers(world)


def test_years_of_cycles_are_forgotten_in_parts(world: World) -> None:
    """None of the first cycles after an upgrade takes long for it."""
    log, now = world.ledger.log, world.time()
    for _ in range(2 * CHUNK):
        number = log.begin_cycle("sync", now)
        log.end_cycle(CycleRow(number, "sync", now, now, "stopped", "{}"))
    later = now + KEPT + SECOND
    counts = []
    for _ in range(4):
        prune(world.ledger, later)
        counts.append(len(_numbers(world)))
    assert counts == [CHUNK + 2, 2, 1, 1]


def test_what_killed_cycles_left_stays(world: World) -> None:
    """Nobody knows what they did."""
    number = world.ledger.log.begin_cycle("sync", world.time())
    world.time.advance(PATIENT)
    cycle(world)
    assert number in _numbers(world)
