"""The process dies at every single step of a run; whoever restarts it finds everything right in the end."""

from collections.abc import Callable
from contextlib import closing

import pytest

from connector.core.model import LinkState, Side
from connector.core.result import Scope
from connector.cycle import backfill, ready, sync
from connector.errors import RetryLater
from tests.cycle.people import NATIVE, OP, SF, Crash, cycle, edit, emails, enter, once, shows, started
from tests.simulation.world import MAPPING, World

PEOPLE = sorted(f"{name}@example.com" for name in ("ada", "bo", "cy", "dee", "elm"))


def _world(operate_counterpart: bool, hook: Callable[[], None]) -> World:
    """Leads on one side, on both, and with values to fill; `hook` is called at every half of a request."""
    world = World(operate_counterpart=operate_counterpart, on_io=lambda side, method, phase: hook())
    enter(world, SF, "ada", city="Ghent", notes="two desks")
    enter(world, SF, "bo")
    enter(world, OP, "bo", notes="rang")
    enter(world, OP, "cy", city="Hull")
    world.time.advance(100)
    return world


def _story(world: World, restart: Callable[[Callable[[], object]], object]) -> None:
    """A backfill, edits and new people on both sides, and a few cycles."""
    restart(lambda: backfill(world.pair, Scope()))
    known = {row.native["Email"]: record_id for record_id, row in world.salesforce.records().items()}
    edit(world, SF, known["ada@example.com"], city="Jena")
    there = {row.native["emailaddress"]: record_id for record_id, row in world.operate.records().items()}
    edit(world, OP, there["bo@example.com"], city="Bonn", notes="rang twice")
    enter(world, SF, "dee", notes="new")
    enter(world, OP, "elm", city="Ulm")
    for _ in range(8):
        world.time.advance(70)
        restart(lambda: sync(world.pair) if ready(world.ledger) else backfill(world.pair, Scope()))


def _steps(operate_counterpart: bool) -> int:
    count = 0

    def hook() -> None:
        nonlocal count
        count += 1

    with closing(_world(operate_counterpart, hook)) as world:
        _story(world, lambda run: run())
        _is_right(world)
    return count


def _die_at(step: int, operate_counterpart: bool, error: Exception) -> None:
    count = 0

    def hook() -> None:
        nonlocal count
        count += 1
        if count == step:
            raise error

    def restart(run: Callable[[], object]) -> None:
        try:
            run()
        except (Crash, RetryLater):
            world.time.advance(1)
            run()

    with closing(_world(operate_counterpart, hook)) as world:
        try:
            _story(world, restart)
            _is_right(world)
        except AssertionError as wrong:
            raise AssertionError(f"died at step {step}: {wrong}") from wrong


def _is_right(world: World) -> None:
    """Everybody once on both sides, in step, linked, nothing open."""
    assert emails(world, SF) == PEOPLE
    assert emails(world, OP) == PEOPLE
    assert len(world.ledger.links.all()) == len(PEOPLE)
    assert world.ledger.intents.open() == []
    for link in world.ledger.links.all():
        assert link.state is LinkState.LIVE
        assert not link.held
        for rule, fields in NATIVE.items():
            here, there = (world.crm(side).records()[link.ids[side]].native[fields[side]] for side in Side)
            assert here == there, f"{rule}: {here!r} and {there!r}"
    cities = {row.native["Email"]: row.native["City"] for row in world.salesforce.records().values()}
    assert (cities["ada@example.com"], cities["bo@example.com"]) == ("Jena", "Bonn")


@pytest.mark.parametrize("operate_counterpart", [True, False], ids=["with field", "without field"])
def test_a_process_that_dies_at_any_step_loses_and_doubles_nobody(operate_counterpart: bool) -> None:
    """Step by step through every half of every request of the whole story."""
    steps = _steps(operate_counterpart)
    assert steps > 60
    for step in range(1, steps + 1):
        _die_at(step, operate_counterpart, Crash())


@pytest.mark.parametrize("operate_counterpart", [True, False], ids=["with field", "without field"])
def test_a_crm_that_is_away_at_any_step_loses_and_doubles_nobody(operate_counterpart: bool) -> None:
    """The same with a CRM that says "later" instead of a death of the process.

    Only at the first half of a request: whoever has carried it out does not say "later".
    """
    for step in range(1, _steps(operate_counterpart) + 1, 2):
        _die_at(step, operate_counterpart, RetryLater("busy"))


def test_an_edit_after_a_long_standstill_is_kept() -> None:
    """Killed right after a write, started again much later: our own value is not taken for a person's edit."""
    with closing(World(mapping_text=MAPPING.replace("town, fit: cut", "town, conflict: operate"))) as world:
        ada = started(world, "ada")["ada"]
        edit(world, SF, ada.ids[SF], city="Web")
        world.on_io = once(OP, "write", "after", Crash())
        with pytest.raises(Crash):
            cycle(world)
        world.time.advance(40_000)
        edit(world, SF, ada.ids[SF], city="Phone")
        for _ in range(3):
            cycle(world)
        assert shows(world, SF, ada.ids[SF], "city") == shows(world, OP, ada.ids[OP], "city") == "Phone"
