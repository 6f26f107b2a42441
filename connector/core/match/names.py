"""How well two names agree: slips, short forms, initials, names the wrong way round, and what a mailbox tells.

Imports the levels, the identity and the word lists.
"""

from functools import lru_cache

from connector.core.match.identity import Identity
from connector.core.match.levels import Level, figures, of_texts
from connector.core.match.nicknames import stands_for
from connector.core.match.persons import Person, core_words
from connector.core.match.sounds import sound

Named = Identity | Person
"""Whoever has names: a whole identity, or what is known of it already."""

_MISSING, _EXACT, _NEAR, _SIMILAR = Level.MISSING, Level.EXACT, Level.NEAR, Level.SIMILAR
_ALIAS, _INITIAL, _PART, _SWAPPED = Level.ALIAS, Level.INITIAL, Level.PART, Level.SWAPPED
_DIFFERENT, _IN_MAIL = Level.DIFFERENT, Level.IN_MAIL
_OTHER_NAME = frozenset({_DIFFERENT, _SIMILAR})
_NO_SURNAME = _OTHER_NAME | {_MISSING}
_SHORTEST_FORM = 3
_SHORTEST_SOUND = 3
_LONG = 6
_REMEMBERED = 16_384
"""So many pairs of names are kept in memory: whoever shares a firm or a street is compared over and over."""


def names_of(one: Named, other: Named) -> tuple[Level, Level]:
    """The levels of given name and surname; the wrong way round where that fits better."""
    given, surname = _given(one, other), _surname(one, other)
    if (given is _DIFFERENT or surname is _DIFFERENT) and (one.surname or other.surname):
        here, there = _crossed(one, other)
        if here and there:
            return _SWAPPED, _SWAPPED
        if (here or there) and given in (_DIFFERENT, _MISSING) and surname in (_DIFFERENT, _MISSING):
            rest = (one.surname, other.given) if here else (one.given, other.surname)
            form = _ALIAS if stands_for(*rest) else _DIFFERENT
            return (_INITIAL if _is_initial(*rest) else form, _SWAPPED)
    if one.also or other.also:
        if given is _MISSING and _is_in_mail(one, other, one.given, other.given):
            return _IN_MAIL, surname
        if surname in _NO_SURNAME and _is_in_mail(one, other, one.surname, other.surname):
            return given, _IN_MAIL
    return given, surname


def _crossed(one: Named, other: Named) -> tuple[bool, bool]:
    """Whether the given name of each is the other's surname."""
    return _same(one.given, other.surname), _same(one.surname, other.given)


def bear_other_names(one: Named, other: Named) -> bool:
    """Whether the given name or the surname of one is another name than that of the other.

    Of two who merely work at one firm, the given names differ as a rule; then the surnames need not be compared.
    """
    if _given(one, other) in _OTHER_NAME and True not in _crossed(one, other):
        return True
    return not _OTHER_NAME.isdisjoint(names_of(one, other))


def _is_in_mail(one: Named, other: Named, here: str, there: str) -> bool:
    """Whether the mailbox of one bears the name that stands in a field of the other, or nearly so."""
    return any(_is_one(here, each) for each in other.also) or any(_is_one(there, each) for each in one.also)


def _is_one(one: str, other: str) -> bool:
    """Whether two are one name, in a long one but for a slip."""
    return one == other or (min(len(one), len(other)) >= _LONG and _same(one, other))


def _same(one: str, other: str) -> bool:
    """Whether two are one name, or one with a slip; a slip leaves the first letter or the last as it is."""
    if one == other:
        return len(one) > 1
    if min(len(one), len(other)) < 2 or (one[0] != other[0] and one[-1] != other[-1]):
        return False
    return of_texts(one, other) is _NEAR and not _are_numbered(one, other)


def _are_numbered(one: str, other: str) -> bool:
    """Whether both have figures, and not the same: Test 1 and Test 2 are two, whatever else they have in common."""
    return not (one.isalpha() or other.isalpha()) and len({figures(one), figures(other)} - {""}) > 1


def _is_initial(one: str, other: str) -> bool:
    return one[:1] == other[:1] != "" and 1 in (len(one), len(other))


def _given(one: Named, other: Named) -> Level:
    if not one.given or not other.given:
        return _MISSING
    if one.given == other.given:
        return _EXACT
    one, other = (one, other) if one.given < other.given else (other, one)
    return _of_given(one.given, one.given_words[0], other.given, other.given_words[0])


@lru_cache(maxsize=_REMEMBERED)
def _of_given(one: str, first: str, other: str, other_first: str) -> Level:
    """The level of two given names that differ, each with its first word."""
    if _are_numbered(one, other):
        return _DIFFERENT
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if _is_initial(one, other) else _DIFFERENT
    if stands_for(one, other) or stands_for(first, other_first):
        return _ALIAS
    if min(len(one), len(other)) >= _SHORTEST_FORM and (one.startswith(other) or other.startswith(one)):
        return _PART  # Kath and Kathleen, but Paul and Paula as well
    level = of_texts(one, other)
    if first == other_first and level is not _NEAR and len(first) > 1:
        return _PART  # Jean and Jean-Paul, Mary and Mary Ann
    return level


def _surname(one: Named, other: Named) -> Level:
    if not one.surname or not other.surname:
        return _MISSING
    if one.surname == other.surname:
        return _EXACT
    one, other = (one, other) if one.surname < other.surname else (other, one)
    return _of_surnames(one.surname, one.surname_words, other.surname, other.surname_words)


@lru_cache(maxsize=_REMEMBERED)
def _of_surnames(one: str, words: tuple[str, ...], other: str, other_words: tuple[str, ...]) -> Level:
    """The level of two surnames that differ, each with its words."""
    if _are_numbered(one, other):
        return _DIFFERENT
    level = of_texts(one, other)
    if level is _NEAR:
        return level
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if _is_initial(one, other) else _DIFFERENT
    if len(words) > 1 or len(other_words) > 1:
        here, there = core_words(words), core_words(other_words)
        if here and there and (here <= there or there <= here):
            return _PART
    return _NEAR if len(sound(one)) >= _SHORTEST_SOUND and sound(one) == sound(other) else level
