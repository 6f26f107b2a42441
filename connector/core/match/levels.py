"""How two values of one field relate, in words. Imports rapidfuzz.

A level says what was seen; what it is worth is decided elsewhere (`weights`, `score`).
"""

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler


class Level(IntEnum):
    """How two values of one field relate."""

    MISSING = 0
    """At least one side says nothing."""
    EXACT = 1
    NEAR = 2
    """A slip of the pen: a letter or two."""
    SIMILAR = 3
    """Much alike, but more than a slip."""
    ALIAS = 4
    """Forms of one given name: Bob and Robert."""
    INITIAL = 5
    """One is the first letter of the other."""
    PART = 6
    """One is a part of the other: Smith and Smith-Jones, W1A and W1B."""
    SWAPPED = 7
    """The value stands in the neighbouring field: given name and surname the wrong way round."""
    DIFFERENT = 8
    IN_MAIL = 9
    """A name that only the mailbox of the other bears: its owner left it out, or had it before a wedding."""


class Comparison(NamedTuple):
    """The level of each field; `FIELDS` in the same order."""

    given: Level
    surname: Level
    email: Level
    mobile: Level
    mailbox: Level
    phone: Level
    company: Level
    domain: Level
    number: Level
    street: Level
    building: Level
    city: Level
    postcode: Level
    state: Level


FIELDS = Comparison._fields

_ALIKE = 0.88
"""Jaro-Winkler similarity from which two names are much alike (Winkler 1990 uses 0.88 as well)."""
_LONG = 10
"""Letters from which two slips are as likely as one in a short name."""
_SHORT = 3
"""So few letters are compared one by one."""


def of_equals(one: str, other: str) -> Level:
    """Exact or different; missing where one says nothing."""
    if not one or not other:
        return Level.MISSING
    return Level.EXACT if one == other else Level.DIFFERENT


def of_texts(one: str, other: str) -> Level:
    """Exact, near, similar or different; missing where one says nothing."""
    if not one or not other:
        return Level.MISSING
    if one == other:
        return Level.EXACT
    return _near(one, other) if one < other else _near(other, one)


@lru_cache(maxsize=16_384)
def _near(one: str, other: str) -> Level:
    """Exact, near, similar or different; one letter may be off, in a long text two."""
    shorter, longer = sorted((len(one), len(other)))
    most = 1 if shorter < _LONG else 2
    if longer == _SHORT and _of_three(one, other):
        return Level.NEAR
    if longer > _SHORT and longer - shorter <= most and OSA.distance(one, other, score_cutoff=most) <= most:
        return Level.NEAR
    if JaroWinkler.similarity(one, other, score_cutoff=_ALIKE) >= _ALIKE:
        return Level.SIMILAR
    return Level.DIFFERENT


def _of_three(one: str, other: str) -> bool:
    """Whether a letter of three is missing or stands elsewhere: Amy, Ay and Aym; of another one, Tim is Tom."""
    shortest = min(len(one), len(other))
    return sorted(one) == sorted(other) or (shortest == 2 and OSA.distance(one, other, score_cutoff=1) <= 1)


def figures(text: str) -> str:
    """The digits of a text; where they differ, it is no slip."""
    return "".join(letter for letter in text if letter.isdigit())
