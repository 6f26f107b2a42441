"""Why a link rests or has ended, in the words that the history and the screens show.

Pure. A link of a record that was deleted or left the scope comes back to life with the record; others do not. What
becomes of the partner is in `lifecycle`.
"""

from connector.core.mapping.policies import End
from connector.core.model import Link, LinkState, Side

CONVERTED = "converted"
MERGED = "merged"


def deleted(side: Side) -> str:
    """The record was deleted on this side."""
    return f"deleted in {side}"


def outside(side: Side) -> str:
    """The record's values are not what the mapping's scope asks for."""
    return f"outside the scope in {side}"


def kind(side: Side, why: str) -> End | None:
    """How a record of this side ended, in the words of a mapping; None: it only takes no part."""
    return {CONVERTED: End.CONVERTED, MERGED: End.MERGED, deleted(side): End.DELETED}.get(why)


def revives(link: Link, side: Side) -> bool:
    """Whether a link lives again when its record of this side is there and takes part."""
    return bool(link.ended) and link.ended in (deleted(side), outside(side))


def gone(link: Link) -> bool:
    """Whether a link has ended for good reason other than the scope, so that it follows no merge."""
    return link.state is LinkState.ENDED and link.ended not in [outside(side) for side in Side]
