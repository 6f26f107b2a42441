"""Which strangers may be what a create of ours made, whose answer was lost. Reads the ledger only."""

from connector.core.fold import holds_create
from connector.core.model import StrangerState
from connector.ledger.port import RecordRef
from connector.pair import CLOCKS, Pair

UNLINKED = (StrangerState.WAITING, StrangerState.LEFT_OUT)
"""The states of those about whom nothing was decided."""


def unsettled_creates(pair: Pair) -> frozenset[RecordRef]:
    """Strangers that may be what one of our open creates made: they are nobody's until it is settled.

    Only where a side has no field for the counterpart id; elsewhere such a record says whose it is.
    """
    found: set[RecordRef] = set()
    for side, crm in pair.crms.items():
        if crm.stores_counterpart:
            continue
        intents = [intent for intent in pair.ledger.intents.open() if intent.side is side]
        if intents:
            oldest = min(intent.at for intent in intents) - CLOCKS
            links = pair.ledger.links.get([intent.link_id for intent in intents]).values()
            found |= {
                (side, stranger.record_id)
                for state in UNLINKED
                for stranger in pair.ledger.strangers.inside(state, side)
                if stranger.created >= oldest
                and any(holds_create(link, side, stranger.values, pair.mapping, pair.tables) for link in links)
            }
    return frozenset(found)
