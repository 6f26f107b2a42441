"""When the hosted job compares everybody: a line of a crontab, daylight saving, sleep, pauses and outages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.core.model import SECOND, SIDES, Micros, Side
from connector.crontab import Crontab
from connector.pause import pause, resume
from connector.rhythm import LONGEST, SPREAD, Rhythm
from connector.service import Tempo
from connector.sweep import swept
from tests.cycle.people import CROWD, OP, SF, started
from tests.hosted.stage import INTERVAL, Stage
from tests.simulation.world import World

MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND
NIGHT = "30 2 * * *"


def at(text: str, zone: str = "UTC") -> Micros:
    """A time as somebody there says it."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND


def times(expression: str, zone: str, start: str, end: str) -> list[str]:
    """Every time between two moments (UTC), in UTC."""
    crontab, found, moment = Crontab(expression, zone), [], at(start)
    while (moment := crontab.next(moment)) <= at(end):
        found.append(datetime.fromtimestamp(moment // SECOND, UTC).strftime("%d %H:%M"))
    return found


# the line


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("at night", "five fields"),
        ("30 2 * *", "five fields"),
        ("30 2 * * * *", "five fields"),
        ("30 2 * * ;", "five fields"),
        ("61 2 * * *", "no line of a crontab"),
        ("30 24 * * *", "no line of a crontab"),
        ("* * * * *", "once an hour is the most"),
        ("*/5 2 * * *", "once an hour is the most"),
        ("30 2 1 * 0", "not both"),
        ("30 2 31 2 *", "never comes"),
        ("30 2 * * 8", "no day of the week"),
        ("30 2 * * noon", "no day of the week"),
        ("30 2 * * fri-mon", "run backwards"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused_with_what_is_wrong(expression: str, wrong: str) -> None:
    """In words that tell what to write instead."""
    with pytest.raises(ValueError, match=wrong):
        Crontab(expression)


@pytest.mark.parametrize(
    ("days", "names"),
    [
        ("0", {"Sun"}),
        ("7", {"Sun"}),
        ("1", {"Mon"}),
        ("6", {"Sat"}),
        ("1-5", {"Mon", "Tue", "Wed", "Thu", "Fri"}),
        ("5-7", {"Fri", "Sat", "Sun"}),
        ("mon,WED", {"Mon", "Wed"}),
        ("*/3", {"Sun", "Wed", "Sat"}),
        ("0-6/2", {"Sun", "Tue", "Thu", "Sat"}),
        ("fri-sun", {"Fri", "Sat", "Sun"}),
    ],
)
def test_days_of_the_week_are_those_of_cron(days: str, names: set[str]) -> None:
    """0 and 7 are Sunday, although the trigger below counts from Monday."""
    crontab, moment, found = Crontab(f"30 2 * * {days}"), at("2026-03-01T12:00"), set()
    for _ in range(14):
        moment = crontab.next(moment)
        found.add(datetime.fromtimestamp(moment // SECOND, UTC).strftime("%a"))
    assert found == names


def test_a_time_that_spring_leaves_out_comes_an_hour_later() -> None:
    """London, 29 March 2026: there is no 1:30; the sweep of that night is not missing."""
    found = times("30 1 * * *", "Europe/London", "2026-03-27T12:00", "2026-03-31T12:00")
    assert found == ["28 01:30", "29 01:30", "30 00:30", "31 00:30"]


def test_an_hour_that_comes_twice_counts_once() -> None:
    """London, 25 October 2026: 1:30 is at 0:30 UTC and once more at 1:30 UTC."""
    found = times("30 1 * * *", "Europe/London", "2026-10-23T12:00", "2026-10-27T12:00")
    assert found == ["24 00:30", "25 00:30", "26 01:30", "27 01:30"]
    crontab = Crontab("30 1 * * *", "Europe/London")
    assert crontab.last(at("2026-10-25T01:45")) == at("2026-10-25T00:30")


@given(
    st.sampled_from([NIGHT, "0 3 * * 0", "15 */6 * * *", "0 0 1 * *", "30 1 * * 1-5"]),
    st.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00")),
)
@example("0 0 1 * *", "Australia/Lord_Howe", 1_822_490_999_000_000)
def test_the_last_and_the_next_time_are_neighbours(expression: str, zone: str, now: Micros) -> None:
    """Nothing lies between them, whatever the clocks of that place do."""
    crontab = Crontab(expression, zone)
    last, following = crontab.last(now), crontab.next(now)
    assert last <= now < following
    assert crontab.next(last) == following
    assert crontab.last(following) == following


def test_a_rare_day_is_found_far_back() -> None:
    """A 29th of February comes every four years."""
    assert Crontab("0 3 29 2 *").last(at("2027-12-01T00:00")) == at("2024-02-29T03:00")


# the rhythm


def test_a_turn_is_due_at_the_time_of_a_sweep_although_the_interval_is_long() -> None:
    """And a little later by chance; afterwards the interval goes on."""
    now = at("2026-03-01T02:00")
    job = Rhythm(12 * HOUR, 30, now, lambda: 0.5, Crontab(NIGHT))
    job.begin(now)
    job.end(now)
    assert job.due == at("2026-03-01T02:30") + SPREAD // 2
    assert job.asked(job.due - 1) == at("2026-02-28T02:30")
    assert job.asked(job.due) == at("2026-03-01T02:30")
    job.begin(job.due)
    job.end(job.due + SECOND)
    assert job.due == at("2026-03-01T14:30") + SPREAD // 2


def test_the_time_of_a_sweep_does_not_knock_at_a_crm_that_is_away() -> None:
    """The longer wait stands; the sweep is made up for afterwards."""
    now = at("2026-03-01T02:29")
    job = Rhythm(MINUTE, 30, now, lambda: 0.5, Crontab(NIGHT))
    job.begin(now)
    job.end(now, failures=8)
    assert job.due == now + LONGEST
    job.begin(job.due)
    assert job.asked(job.due) == at("2026-03-01T02:30")


# the job


class Timed(Stage):
    """A job that sweeps at half past two in London."""

    tempo = Tempo(INTERVAL, sweeps=Crontab(NIGHT, "Europe/London"))


@pytest.fixture
def stage() -> Iterator[Stage]:
    """It begins at noon, after a first backfill."""
    world = World()
    world.time.now = at("2026-03-27T12:00")
    started(world, *CROWD[:3])
    yield Timed(world)
    world.close()


def swept_in(stage: Stage, hours: float, *, step: int = 1) -> list[tuple[str, Side, str]]:
    """When sides were compared during the next hours, and how deep; every `step`th turn is taken."""
    found, end = [], stage.world.time() + int(hours * HOUR)
    before = swept(stage.world.ledger)
    while stage.world.time() < end:
        stage.turn()
        stage.world.time.advance(60 * (step - 1))
        after = swept(stage.world.ledger)
        for side in SIDES:
            for depth, last in after[side].items():
                if last != before[side][depth]:
                    moment = datetime.fromtimestamp(last // SECOND, ZoneInfo("Europe/London"))
                    found.append((moment.strftime("%d %H"), side, depth))
        before = after
    return found


def test_everybody_is_compared_each_night_once_and_by_value_each_week(stage: Stage) -> None:
    """Through the night in which the clocks go forward; not by age, which would be at noon."""
    found = swept_in(stage, 8 * 24, step=10)
    nights = [f"{day:02} 02" for day in (28, 29, 30, 31, 1, 2, 3, 4)]
    ids = [(when, side) for when, side, depth in found if depth == "ids"]
    assert ids == [(night, side) for night in nights for side in SIDES]
    values = [when for when, _, depth in found if depth == "values"]
    assert values == ["03 02", "03 02"]


def test_a_night_that_was_slept_through_is_made_up_for_once(stage: Stage) -> None:
    """Three nights asleep are one sweep, in the first cycle afterwards."""
    stage.turn()
    stage.world.time.now += 3 * DAY
    assert [(side, depth) for _, side, depth in swept_in(stage, 1)] == [(side, "ids") for side in SIDES]
    assert swept_in(stage, 10) == []


def test_a_night_of_a_pause_or_an_outage_is_made_up_for_once(stage: Stage) -> None:
    """And only the side that was away is compared later."""
    stage.turn()
    pause(stage.world.ledger, stage.world.time(), "Robin")
    assert swept_in(stage, 20, step=10) == []
    resume(stage.world.ledger)
    assert len(swept_in(stage, 1)) == len(SIDES)
    stage.away = {OP}
    assert [side for _, side, _ in swept_in(stage, 24, step=10)] == [SF]
    stage.away = set()
    assert [side for _, side, _ in swept_in(stage, 1)] == [OP]


def test_a_restart_compares_nobody_twice(stage: Stage) -> None:
    """What was compared stands in the ledger."""
    swept_in(stage, 20, step=10)
    stage.start()
    assert swept_in(stage, 2) == []


def test_the_board_says_when_everybody_is_compared_next(stage: Stage) -> None:
    """By the clock, or by age where no time is given."""
    stage.turn()
    assert stage.vitals.sweep_due == at("2026-03-28T02:30", "Europe/London") + SPREAD // 2
    aged = Stage(stage.world)
    aged.turn()
    first = min(depths["ids"] for depths in swept(stage.world.ledger).values())
    assert aged.vitals.sweep_due == first + int(timedelta(days=1).total_seconds()) * SECOND
