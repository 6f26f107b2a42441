"""The texts under which a record can be found again: its counterpart id, and the blocks of who it is.

The ledger stores them as keyed hashes. Values that we invented are blank here already, so they never match anybody.
"""

from collections.abc import Mapping as Map

from connector.core.mapping.model import Mapping
from connector.core.match.blocks import COUNTED, MOST, blocks
from connector.core.match.identity import identity_of
from connector.core.model import Values

COUNTERPART = "counterpart"
"""The other side's id, stored on the record: evidence, stronger than any name."""
KINDS = (*MOST, *COUNTED)
"""The kinds of texts whose frequency says how much agreement is worth."""
VERSION = 7
"""Of the texts: a ledger whose index was made with another one makes it anew."""


def keys_of(mapping: Mapping, values: Values, counterpart_id: str = "") -> Map[str, tuple[str, ...]]:
    """Kind -> texts of one record; a kind that says nothing is left out."""
    found = blocks(identity_of(mapping, values))
    return {**found, COUNTERPART: (counterpart_id,)} if counterpart_id else found
