"""A ledger that is lost, and made anew."""

from dataclasses import replace

from connector.core.rebuilt import Rebuilt
from connector.core.result import Status
from connector.ledger.sqlite import SqliteLedger
from connector.rebuild import rebuild
from tests.cycle.people import Writes
from tests.simulation.world import World


def lose(world: World) -> None:
    """The disk is gone; the next process makes a new ledger."""
    world.ledger.close()
    world.ledger = SqliteLedger.open(":memory:")
    world.pair = replace(world.pair, ledger=world.ledger)
    world.time.advance(1000)


def rebuilt(world: World, *, hold: bool = False) -> Rebuilt:
    """Somebody rebuilds the ledger, and it ends as it should: nothing was written."""
    writes = Writes(world)
    told = rebuild(world.pair, hold=hold)
    assert writes.all == []
    assert told.result.status in {Status.DONE, Status.PARKED}
    return told
