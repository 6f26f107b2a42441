"""The simulator itself: it notices what is broken on purpose, cuts a history down, and tells it in words."""

import pytest

from connector.core.model import Side
from tests.simulation.broken import MUTATIONS, Mutation
from tests.simulation.faults import Crash, Lost
from tests.simulation.mutations import caught
from tests.simulation.people import Edit, Enter, Person, Wait
from tests.simulation.planner import check_all
from tests.simulation.run import judged
from tests.simulation.schedule import Event, Schedule, Setting, plan
from tests.simulation.shrink import shrunk

CASES = 4000


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[each.name for each in MUTATIONS])
def test_a_broken_promise_is_noticed(mutation: Mutation) -> None:
    """One of the checks that are made for it fails within a few histories."""
    assert caught(mutation) is not None


def test_the_planner_ends_in_step_whatever_people_did() -> None:
    """Three random trees, everything that is planned carried out in any order: equal, or different by name."""
    assert check_all(1, CASES) == []


def test_a_seed_is_a_history() -> None:
    """The same seed makes the same events, another one makes others."""
    assert plan(7) == plan(7)
    assert plan(7).events != plan(8).events


def test_a_failing_history_is_cut_down_to_what_it_needs() -> None:
    """Two events out of many, in one cycle and a plain setting, when only those two matter."""
    schedule = plan(11)
    needed = (schedule.events[3], schedule.events[-2])

    def fails(shorter: Schedule) -> bool:
        return all(event in shorter.events for event in needed)

    short = shrunk(schedule, fails)
    assert (short.events, short.cycles, short.setting) == (needed, 1, Setting())


def test_a_history_is_told_in_words() -> None:
    """Who did what where and when, and what went wrong."""
    ada = Person("ada@example.com", "Lovelace", "Ada Ltd")
    events = (
        Event(1, 0, Enter(ada, Side.OPERATE, {"city": "Hull"})),
        Event(1, 3, Lost("after")),
        Event(2, 0, Wait(70)),
        Event(2, 5, Edit(ada.email, Side.SALESFORCE, "notes", "")),
        Event(2, 9, Crash("after")),
    )
    told = str(Schedule(5, Setting(cuts=True), 2, events))
    assert told.splitlines() == [
        "seed 5, 2 cycles with trouble; setting: cuts=True",
        "  cycle 1, before: somebody enters Lovelace <ada@example.com> in operate, city 'Hull'",
        "  cycle 1, step 3: the answer to the next request is lost",
        "  cycle 2, before: 70 seconds pass",
        "  cycle 2, step 5: somebody clears the notes of ada@example.com in salesforce",
        "  cycle 2, step 9: the process dies after the next write",
    ]
    assert judged(Schedule(5, Setting(cuts=True), 2, events)) is None
