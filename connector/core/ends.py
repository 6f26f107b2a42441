"""Why a link rests or has ended, in the words that the history and the screens show.

Pure. A link of a record that was deleted or left the scope comes back to life with the record; others do not.
"""

from connector.core.model import Link, LinkState, Side

CONVERTED = "converted"
MERGED = "merged"


def deleted(side: Side) -> str:
    """The record was deleted on this side."""
    return f"deleted in {side}"


def outside(side: Side) -> str:
    """The record's values are not what the mapping's scope asks for."""
    return f"outside the scope in {side}"


def revives(link: Link, side: Side) -> bool:
    """Whether a link lives again when its record of this side is there and takes part."""
    return bool(link.ended) and link.ended in (deleted(side), outside(side))


def gone(link: Link) -> bool:
    """Whether a link has ended for good reason other than the scope, so that it follows no merge."""
    return link.state is LinkState.ENDED and link.ended not in [outside(side) for side in Side]
