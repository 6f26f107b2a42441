"""The clock of the machine was wrong, and is set right while the job runs: no alarm is silent for that."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.core.model import SECOND
from connector.cycle import sync
from connector.vitals import Vitals, alive, stale, unready
from connector.wiring import steady_clock
from tests.cycle.people import OP, SF, started
from tests.hosted.stage import LIMITS, Stage
from tests.simulation.world import World

HOUR = 3600 * SECOND
DAY = 24 * HOUR


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A job on a ledger whose first backfill is done; nothing was turned yet."""
    world = World()
    started(world, "ada", "bo")
    yield Stage(world)
    world.close()


def test_a_clock_that_was_ahead_does_not_silence_the_alarm() -> None:
    """The last sign of life and the last cycle are of a day that has not come: they prove nothing."""
    now = 1_000_000 * HOUR
    wrong = now + DAY
    vitals = Vitals(started=wrong, beat=wrong, counts_from=now, turns=1, reached=True, backfilled=True, success=wrong)
    assert alive(vitals, now + 60 * SECOND)
    assert not stale(vitals, now + 60 * SECOND, LIMITS.stale)
    later = now + 6 * HOUR
    assert not alive(vitals, later)
    assert stale(vitals, later, LIMITS.stale)
    assert "no cycle was successful for too long" in unready(vitals, later, LIMITS.stale)


def test_a_clock_that_is_set_back_under_the_job_ages_everything_from_there(stage: Stage) -> None:
    """What is shown is never of tomorrow; an outage that begins then is alerted in its time."""
    stage.turn(2)
    stage.world.time.now -= DAY
    now = stage.world.time()
    stage.watch.look()
    vitals = stage.vitals
    assert max(vitals.started, vitals.beat, vitals.success, vitals.counts_from, *vitals.read.values()) == now
    stage.away = {OP}
    stage.turn(30)
    assert stage.titles() == ["Operate cannot be reached"]


def test_a_last_cycle_of_tomorrow_in_the_ledger_counts_as_one_of_now(stage: Stage) -> None:
    """The process was started again after the clock was set right."""
    stage.turn()
    stage.world.time.now -= DAY
    stage.start()
    stage.away = {OP}
    stage.turn()
    assert 0 < stage.vitals.success <= stage.world.time()


def test_an_alert_that_was_not_delivered_is_tried_again_after_the_clock_was_set_back(stage: Stage) -> None:
    """The next try does not wait for the old time to come again."""
    stage.turn()
    stage.deaf, stage.away = True, {OP}
    stage.turn(10)
    assert stage.vitals.unsent_alerts
    stage.world.time.now -= DAY
    stage.watch.look()
    stage.deaf = False
    for _ in range(20):
        stage.world.time.advance(60)
        stage.watch.look()
    assert stage.titles() == ["Operate cannot be reached"]


def test_how_long_a_cycle_took_is_not_told_by_a_clock_that_somebody_sets(stage: Stage) -> None:
    """Somebody sets the time while it reads."""
    ticks = iter((5 * SECOND, 12 * SECOND))

    def jump(side: object, method: str, phase: str) -> None:
        if (side, method, phase) == (SF, "changes", "after"):
            stage.world.time.now -= HOUR

    stage.world.on_io = jump
    assert sync(replace(stage.world.pair, steady=lambda: next(ticks))).seconds == 7


def test_the_steady_clock_only_goes_forward() -> None:
    """It counts microseconds, and is not the wall's."""
    times = [steady_clock() for _ in range(1000)]
    assert times == sorted(times)
    assert times[-1] - times[0] < 60 * SECOND
