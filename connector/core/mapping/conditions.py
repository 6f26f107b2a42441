"""Conditions on the values of a lead: when a rule applies, which leads take part, where a new lead goes.

Imports core only. There is no expression language: a condition lists texts, and all conditions of a list must hold.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass

from connector.core.mapping.text import entries_of, fold
from connector.core.model import Values

ANY = "*"
"""At the end of a word: whatever follows. Alone: anything but a blank."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Which texts of one rule are meant; upper and lower case are equal.

    `words` are whole texts ("" is a blank), `starts` beginnings; `negated` means: none of them. `entries`: the rule's
    value lists several texts, and one of them is enough.
    """

    words: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()
    negated: bool = False
    entries: bool = False

    def holds(self, text: str) -> bool:
        """Whether this text is meant."""
        texts = (entries_of(text) or [""]) if self.entries else [text]
        return any(map(self._fits, texts)) is not self.negated

    def _fits(self, text: str) -> bool:
        folded = fold(text)
        return folded in self.words or bool(folded and self.starts and folded.startswith(self.starts))


Conditions = Map[str, Condition]
"""Rule name -> condition."""


def all_hold(conditions: Conditions, values: Values) -> bool:
    """Whether every condition holds for the values of a lead; a value that was not shown counts as blank."""
    return not any(unmet(conditions, values))


def unmet(conditions: Conditions, values: Values) -> Iterator[str]:
    """The rules whose condition does not hold for the values of a lead."""
    return (name for name, condition in conditions.items() if not condition.holds(values.get(name, "")))


def condition(words: tuple[str, ...], *, negated: bool, entries: bool = False) -> Condition:
    """The condition that these words of a mapping file describe."""
    starts = tuple(fold(word[: -len(ANY)]) for word in words if word.endswith(ANY))
    whole = frozenset(fold(word) for word in words if not word.endswith(ANY))
    return Condition(whole, starts, negated, entries)
