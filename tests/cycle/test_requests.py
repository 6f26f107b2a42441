"""What becomes of the count of our own requests when a process is killed."""

import pytest

from connector.core.model import SECOND, Side
from connector.core.result import Scope
from connector.crm.budget import Budget, Shares
from connector.cycle import backfill, sync
from connector.ledger.notes import kept_notes
from tests.cycle.people import OP, SF, edit, enter, started
from tests.simulation.world import World

NAMES = [f"p{number}" for number in range(30)]


class Killed(Exception):
    """The process dies here."""


def _counted(world: World) -> int:
    """How many requests the next process would know of."""
    notes = kept_notes(world.ledger, SF)
    use = Budget(notes, lambda: world.time.now / SECOND, Shares()).use
    return use.own if use is not None else 0


def _with_budget(page_size: int = 100) -> World:
    world = World(page_size=page_size)
    crm = world.salesforce
    crm.budget = Budget(crm.notes, lambda: world.time.now / SECOND, Shares())
    crm.budget.told(0, 100_000)
    return world


def test_a_process_that_is_killed_while_it_reads_forgets_hardly_a_request() -> None:
    """Each page brings along how many requests have left, long before the cycle ends."""
    world = _with_budget(page_size=6)
    for name in NAMES:
        enter(world, SF, name)
    world.time.advance(100)

    def dies(side: Side, method: str, phase: str) -> None:
        if side is OP and method in ("get", "write"):
            raise Killed

    world.on_io = dies
    with pytest.raises(Killed):
        backfill(world.pair, Scope())
    assert world.salesforce.calls > 3
    assert world.salesforce.calls - _counted(world) <= 2


def test_a_process_that_is_killed_while_it_writes_forgets_hardly_a_request() -> None:
    """Each batch brings the count along, too."""
    world = _with_budget()
    known = started(world, *NAMES)
    for link in known.values():
        edit(world, OP, link.ids[OP], city="Ghent")
        edit(world, SF, link.ids[SF], notes="two desks")
    world.time.advance(70)
    before, left = world.salesforce.calls, 20

    def dies(side: Side, method: str, phase: str) -> None:
        nonlocal left
        left -= (side, method) == (OP, "write")
        if not left:
            raise Killed

    world.on_io = dies
    with pytest.raises(Killed):
        sync(world.pair)
    assert _counted(world) > before
    assert world.salesforce.calls - _counted(world) <= 2


def test_a_sweep_writes_its_requests_down_while_it_lists() -> None:
    """A listing of ids is many requests; a kill before the first lead is read again forgets none of them."""
    world = _with_budget()
    known = started(world, "ada", "bo")
    world.operate.person_deletes(known["ada"].ids[OP])
    world.time.advance(2 * 86_400)  # the requests of before count no more
    before = world.salesforce.calls

    def dies(side: Side, method: str, phase: str) -> None:
        if (side, method) == (OP, "ids"):
            raise Killed

    world.on_io = dies
    with pytest.raises(Killed):
        sync(world.pair)
    assert world.salesforce.calls - before == _counted(world) >= 2
