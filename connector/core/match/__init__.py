"""Finding the counterpart of a record without a link. Pure: the index is looked up by the caller."""

from connector.core.match.keys import COUNTERPART, EMAIL, NAMELESS, PERSON, keys_of
from connector.core.match.pairing import Candidate, Verdict, judge

__all__ = ["COUNTERPART", "EMAIL", "NAMELESS", "PERSON", "Candidate", "Verdict", "judge", "keys_of"]
