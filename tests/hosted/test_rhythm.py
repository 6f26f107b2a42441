"""When the hosted job polls next, by a clock that tests move."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model import SECOND, Micros
from connector.rhythm import BURST, JITTER, LONGEST, Rhythm

MINUTE = 60 * SECOND


def rhythm(interval: Micros = MINUTE, per_minute: int = 30, draw: Callable[[], float] = lambda: 0.5) -> Rhythm:
    """A rhythm that begins at zero, without chance."""
    return Rhythm(interval, per_minute, 0, draw)


def turn(job: Rhythm, at: Micros, lasts: Micros = SECOND // 5, failures: int = 0, after: Micros = 0) -> None:
    """One turn."""
    job.begin(at)
    job.end(at + lasts, failures, after)


def test_a_turn_is_due_an_interval_after_the_last_one_began() -> None:
    """At once at the start; a turn that took longer than the interval is followed by the next one, once."""
    job = rhythm()
    assert job.due == 0
    turn(job, 0)
    assert job.due == MINUTE
    turn(job, MINUTE, lasts=5 * MINUTE)
    assert job.due == 6 * MINUTE


def test_a_machine_that_slept_catches_up_with_one_turn() -> None:
    """Eight hours late is one turn, and then the interval again."""
    job = rhythm()
    turn(job, 0)
    turn(job, 8 * 60 * MINUTE)
    assert job.due == 8 * 60 * MINUTE + MINUTE


@pytest.mark.parametrize("chance", [0.0, 0.25, 1.0])
def test_intervals_differ_by_chance(chance: float) -> None:
    """A tenth of the interval, around it, so that many jobs do not stay in step."""
    job = rhythm(draw=lambda: chance)
    turn(job, 0)
    assert job.due == MINUTE + int(MINUTE * JITTER * (chance - 0.5))


def test_waits_grow_while_something_is_away_up_to_five_minutes_and_shrink_at_once() -> None:
    """1, 2, 4, 5, 5 minutes; the first success brings the interval back."""
    job, at, waits = rhythm(), 0, []
    for failures in range(1, 7):
        turn(job, at, failures=failures)
        waits.append((job.due - at) // MINUTE)
        at = job.due
    assert waits == [1, 2, 4, 5, 5, 5]
    turn(job, at)
    assert job.due == at + MINUTE


def test_a_long_interval_does_not_grow() -> None:
    """Who polls every hour does so also while something is away."""
    job = rhythm(interval=60 * MINUTE)
    turn(job, 0, failures=9)
    assert job.due == 60 * MINUTE


def test_who_asks_to_be_left_alone_is() -> None:
    """A Retry-After of ten minutes is obeyed, whatever nudges say."""
    job = rhythm()
    turn(job, 0, failures=1, after=10 * MINUTE)
    assert job.due >= 10 * MINUTE
    assert not job.nudge(MINUTE)


def test_a_nudge_polls_at_once_and_many_are_one() -> None:
    """Only the first one moves anything."""
    job = rhythm()
    turn(job, 0)
    assert job.nudge(20 * SECOND)
    assert job.due == 20 * SECOND
    assert not any(job.nudge(20 * SECOND + number) for number in range(1000))


def test_a_nudge_during_a_turn_is_followed_by_one_more() -> None:
    """What was changed after that side was read would wait for the interval otherwise."""
    job = rhythm()
    job.begin(0)
    for number in range(1000):
        assert not job.nudge(number)
    job.end(3 * SECOND)
    assert job.due == 3 * SECOND
    turn(job, job.due)
    assert job.due == 3 * SECOND + MINUTE


def test_a_nudge_while_a_crm_is_away_does_not_knock_more_often() -> None:
    """A flood of nudges does not undo the wait; with a very long interval, it is the longest wait that counts."""
    job = rhythm()
    turn(job, 0, failures=4)
    assert job.due == LONGEST
    assert not job.nudge(SECOND)
    slow = rhythm(interval=60 * MINUTE)
    turn(slow, 0, failures=1)
    assert slow.nudge(MINUTE)
    assert slow.due == LONGEST


def test_a_clock_that_is_set_back_does_not_stop_the_job() -> None:
    """Nothing is waited for longer than an interval, by the new clock; a nudge still polls at once."""
    job = rhythm()
    turn(job, 10 * 60 * MINUTE)
    assert job.woke(MINUTE)
    assert job.due == 2 * MINUTE
    assert job.nudge(MINUTE + SECOND)
    assert job.due == MINUTE + SECOND
    job.begin(job.due)
    assert not job.woke(2 * MINUTE)


def polls(job: Rhythm, nudges: list[Micros], lasts: Micros) -> list[Micros]:
    """When turns begin that these nudges cause, after a first one at zero."""
    turn(job, 0)
    begun: list[Micros] = []
    nudges = sorted(nudges)
    while nudges or job.due < nudges_end(begun) + MINUTE:
        if nudges and nudges[0] < job.due:
            job.nudge(nudges.pop(0))
            continue
        at = job.due
        if not nudges and begun and at - begun[-1] >= MINUTE // 2:
            break
        job.begin(at)
        begun.append(at)
        while nudges and nudges[0] < at + lasts:
            job.nudge(nudges.pop(0))
        job.end(at + lasts)
    return begun


def nudges_end(begun: list[Micros]) -> Micros:
    """The last turn so far."""
    return begun[-1] if begun else 0


@given(st.lists(st.integers(10 * SECOND, 11 * SECOND - 1), min_size=1, max_size=200), st.integers(1000, 2 * SECOND))
def test_any_number_of_nudges_in_a_second_is_at_most_two_polls(nudges: list[Micros], lasts: Micros) -> None:
    """And at least one that begins after the last of them."""
    begun = polls(rhythm(), list(nudges), lasts)
    assert 1 <= len(begun) <= 2
    assert begun[-1] >= max(nudges)


def test_a_storm_of_nudges_is_rationed_by_the_minute() -> None:
    """After a burst of ten, thirty a minute: the API budget of the day survives a mass import."""
    storm = [10 * SECOND + number * SECOND // 10 for number in range(10 * 60 * 10)]
    begun = polls(rhythm(interval=60 * MINUTE), storm, SECOND // 5)
    assert 10 * 30 <= len(begun) <= 10 * 30 + BURST + 1
    early = [at for at in begun if at < 20 * SECOND]
    assert len(early) >= BURST
