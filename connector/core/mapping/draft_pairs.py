"""Fields of both sides that look alike by name or label: suggestions for a person, never more.

Imports the standard library and core only.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from connector.core.mapping.text import fold

ALIKE = 0.8
"""From this likeness on (0 to 1) a pair is worth showing."""


class Named(Protocol):
    """A field with its name and label."""

    @property
    def name(self) -> str:
        """The native name."""
        ...

    @property
    def label(self) -> str:
        """What people call it."""
        ...


F = TypeVar("F", bound=Named)


def pairs(ours: Sequence[F], theirs: Sequence[F]) -> list[tuple[F, F]]:
    """Each field at most once, the most alike first; at least one of the two is a custom field."""
    scored = [
        (-alike, one.name, other.name, one, other)
        for one in ours
        for other in theirs
        if one.name.endswith("__c") or other.name.startswith("ud_")
        if (alike := _alike(one, other)) >= ALIKE
    ]
    taken: set[str] = set()
    found = []
    for _, one_name, other_name, one, other in sorted(scored, key=lambda row: row[:3]):
        if one_name not in taken and other_name not in taken:
            taken |= {one_name, other_name}
            found.append((one, other))
    return found


def _alike(one: Named, other: Named) -> float:
    return max(SequenceMatcher(None, a, b).ratio() for a in _words(one) for b in _words(other))


def _words(field: Named) -> set[str]:
    """Name and label without what every custom field has, and without blanks."""
    name = field.name.removesuffix("__c").removeprefix("ud_")
    return {word for text in (name, field.label) if (word := re.sub(r"[\W_]", "", fold(text)))}
