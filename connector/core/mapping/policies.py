"""What becomes of a lead's partner when the lead itself ends on one side: kept, marked, or deleted.

Imports core only. A policy is part of a mapping; `connector.core.lifecycle` says what follows from it for one link.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from enum import StrEnum

from connector.core.model import Side


class End(StrEnum):
    """How a record may end on its side."""

    CONVERTED = "converted"
    DELETED = "deleted"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done to the partner: `marks` are values by rule, written once; or it `deletes` it.

    `fingerprint` covers what the policy means, the rules that it names included.
    """

    marks: Map[str, str] = field(default_factory=dict)
    deletes: bool = False
    fingerprint: str = ""


Policies = Map[Side, Map[End, Policy]]
"""The side on which a record ends -> how -> what becomes of its partner; what is missing keeps it."""
