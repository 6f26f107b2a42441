"""What an answer of either CRM may be at most, and what is cut out of it. Imports nothing."""

from collections.abc import Iterable
from typing import AnyStr

LONGEST = 100_000_000
"""Bytes of one answer, unpacked; 2,000 leads with long texts are a tenth of it."""
WHOLE_ANSWER = 10
"""So many time-outs a whole answer may take, however often a piece of it comes."""
CUT_OUT = "(cut out)"
"""What stands in place of a credential that a careless server repeats."""
_SHORTEST_SECRET = 6
"""Cutting shorter ones out of an answer would spoil it."""


def to_cut_out(secrets: Iterable[AnyStr]) -> tuple[AnyStr, ...]:
    """Those of these credentials that are long enough to be cut out of an answer."""
    return tuple(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)
