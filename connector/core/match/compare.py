"""How well two identities agree, field by field. Imports rapidfuzz and the identity.

A level says in words what was seen; what it is worth is decided elsewhere (`weights`, `score`).
"""

from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from connector.core.match.contacts import subscriber
from connector.core.match.identity import Identity
from connector.core.match.nicknames import stands_for
from connector.core.match.persons import Person, core_words
from connector.core.match.sounds import sound


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


Named = Identity | Person
"""Whoever has names: a whole identity, or what is known of it already."""

_MISSING, _EXACT, _NEAR, _SIMILAR = Level.MISSING, Level.EXACT, Level.NEAR, Level.SIMILAR
_ALIAS, _INITIAL, _PART, _SWAPPED, _DIFFERENT = (
    *(Level.ALIAS, Level.INITIAL, Level.PART, Level.SWAPPED),
    Level.DIFFERENT,
)
_OTHER_NAME = frozenset({_DIFFERENT, _SIMILAR})
_ALIKE = 0.88
"""Jaro-Winkler similarity from which two names are much alike (Winkler 1990 uses 0.88 as well)."""
_SHORTEST_PART = 4
_SHORTEST_NAME = 6
_SHORTEST_START = 9
_SHORTEST_FORM = 3
_SHORTEST_SOUND = 3
_AREA = 3
_LONG = 10
"""Letters from which two slips are as likely as one in a short name."""
_MOST_SLIPS = 2
_SHORT = 3
"""So few letters are compared one by one."""


def compare(one: Identity, other: Identity) -> Comparison:
    """The levels of two identities. It makes no difference which is which."""
    given, surname = names_of(one, other)
    street, building = _crossed(one.street, one.building, other.street, other.building)
    return Comparison(
        given,
        surname,
        email_of(one.email, other.email),
        mobile_of(one, other),
        _equal(one.mailbox, other.mailbox),
        _phone(one, other),
        _company(one.company, other.company),
        _domain(one, other),
        _number(one.number, other.number),
        street,
        building,
        _text(one.city, other.city),
        _postcode(one.postcode, other.postcode),
        _state(one.state, other.state),
    )


@lru_cache(maxsize=65_536)
def _near(one: str, other: str) -> Level:
    """Exact, near, similar or different; one letter may be off, in a long text two."""
    shorter, longer = sorted((len(one), len(other)))
    most = 1 if shorter < _LONG else 2
    if longer == _SHORT and _of_three(one, other):
        return _NEAR
    if longer > _SHORT and longer - shorter <= most and OSA.distance(one, other, score_cutoff=most) <= most:
        return _NEAR
    if JaroWinkler.similarity(one, other, score_cutoff=_ALIKE) >= _ALIKE:
        return _SIMILAR
    return _DIFFERENT


def _of_three(one: str, other: str) -> bool:
    """Whether a letter of three is missing or stands elsewhere: Amy, Ay and Aym; of another one, Tim is Tom."""
    shortest = min(len(one), len(other))
    return sorted(one) == sorted(other) or (shortest == 2 and OSA.distance(one, other, score_cutoff=1) <= 1)


def _text(one: str, other: str) -> Level:
    if not one or not other:
        return _MISSING
    if one == other:
        return _EXACT
    return _near(one, other) if one < other else _near(other, one)


def _equal(one: str, other: str) -> Level:
    if not one or not other:
        return _MISSING
    return _EXACT if one == other else _DIFFERENT


# names


def names_of(one: Named, other: Named) -> tuple[Level, Level]:
    """The levels of given name and surname; the wrong way round where that fits better."""
    given, surname = _given(one, other), _surname(one, other)
    if (given is _DIFFERENT or surname is _DIFFERENT) and (one.surname or other.surname):
        here, there = _same(one.given, other.surname), _same(one.surname, other.given)
        if here and there:
            return _SWAPPED, _SWAPPED
        if (here or there) and given in (_DIFFERENT, _MISSING) and surname in (_DIFFERENT, _MISSING):
            rest = (one.surname, other.given) if here else (one.given, other.surname)
            return (_INITIAL if _is_initial(*rest) else _DIFFERENT, _SWAPPED)
    return given, surname


def bear_other_names(one: Named, other: Named) -> bool:
    """Whether the given name or the surname of one is another name than that of the other."""
    return not _OTHER_NAME.isdisjoint(names_of(one, other))


def _same(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > _MOST_SLIPS or len(one) < 2:
        return False
    return one == other or _text(one, other) is _NEAR


def _is_initial(one: str, other: str) -> bool:
    return one[:1] == other[:1] != "" and 1 in (len(one), len(other))


def _given(one: Named, other: Named) -> Level:
    here, there = one.given, other.given
    if not here or not there:
        return _MISSING
    if here == there:
        return _EXACT
    if len(here) == 1 or len(there) == 1:
        return _INITIAL if _is_initial(here, there) else _DIFFERENT
    first, other_first = one.given_words[0], other.given_words[0]
    if stands_for(here, there) or stands_for(first, other_first):
        return _ALIAS
    if min(len(here), len(there)) >= _SHORTEST_FORM and (here.startswith(there) or there.startswith(here)):
        return _PART  # Kath and Kathleen, but Paul and Paula as well
    level = _text(here, there)
    if first == other_first and level is not _NEAR and len(first) > 1:
        return _PART  # Jean and Jean-Paul, Mary and Mary Ann
    return level


def _surname(one: Named, other: Named) -> Level:
    level = _text(one.surname, other.surname)
    if level is _MISSING or level is _EXACT or level is _NEAR:
        return level
    if len(one.surname) == 1 or len(other.surname) == 1:
        return _INITIAL if _is_initial(one.surname, other.surname) else _DIFFERENT
    if len(one.surname_words) > 1 or len(other.surname_words) > 1:
        here, there = core_words(one.surname_words), core_words(other.surname_words)
        if here and there and (here <= there or there <= here):
            return _PART
    return _NEAR if len(sound(one.surname)) >= _SHORTEST_SOUND and sound(one.surname) == sound(other.surname) else level


# contacts


def email_of(one: str, other: str) -> Level:
    """Near: one letter apart, but not the first, and no digit. Similar: the same name with another provider."""
    if not one or not other:
        return _MISSING
    if one == other:
        return _EXACT
    here, _, here_domain = one.partition("@")
    there, _, there_domain = other.partition("@")
    if here == there and len(here) >= 5:
        return _NEAR if _text(here_domain, there_domain) is _NEAR else _SIMILAR
    if here_domain != there_domain or min(len(here), len(there)) < 5:
        return _DIFFERENT
    if here[0] != there[0] or _figures(here) != _figures(there):
        return _DIFFERENT
    return _NEAR if OSA.distance(here, there, score_cutoff=1) <= 1 else _DIFFERENT


def _figures(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def mobile_of(one: Identity, other: Identity) -> Level:
    """A mobile number counts whichever field it stands in on the other side."""
    if one.mobile and other.mobile:
        level = _digits(one.mobile, other.mobile)
        if level is not _DIFFERENT:
            return level
    for here, there in ((one.mobile, other.phone), (other.mobile, one.phone)):
        if here and there and _digits(here, there) is _EXACT:
            return _EXACT
    return _DIFFERENT if one.mobile and other.mobile else _MISSING


def _phone(one: Identity, other: Identity) -> Level:
    return _digits(one.phone, other.phone) if one.phone and other.phone else _MISSING


def _digits(one: str, other: str) -> Level:
    """Near: one digit off, or two the wrong way round, before the last two (a switchboard's lines differ there)."""
    if subscriber(one) == subscriber(other):
        return _EXACT
    if one[-2:] == other[-2:] and OSA.distance(one, other, score_cutoff=1) <= 1:
        return _NEAR
    return _DIFFERENT


# the firm and the place


def _company(one: str, other: str) -> Level:
    if not one or not other:
        return _MISSING
    if one == other:
        return _EXACT
    level = _near(*sorted((one.replace(" ", ""), other.replace(" ", ""))))
    if one.replace(" ", "") == other.replace(" ", ""):
        return _EXACT
    if level is _NEAR:
        return level
    here, there = one.split(), other.split()
    shorter, longer = sorted((here, there), key=len)
    if here[0] == there[0] and set(shorter) <= set(longer) and len(shorter[0]) >= _SHORTEST_PART:
        return _PART
    return level


def _domain(one: Identity, other: Identity) -> Level:
    """Part: no domain in common, but that of one spells the company of the other."""
    here, there = one.domains, other.domains
    if here and there and (here == there or not set(here).isdisjoint(there)):
        return _EXACT
    if (here and _spells(here, other.company)) or (there and _spells(there, one.company)):
        return _PART
    return _DIFFERENT if here and there else _MISSING


@lru_cache(maxsize=65_536)
def _spells(domains: tuple[str, ...], company: str) -> bool:
    """Whether a company's name begins like one of the domains, or the other way round; two words of it are enough."""
    words = company.split()
    name, start = "".join(words), "".join(words[:2])
    labels = [domain.partition(".")[0].replace("-", "") for domain in domains] if len(name) >= _SHORTEST_NAME else []
    return any(
        (len(label) >= _SHORTEST_NAME and (name.startswith(label) or label.startswith(name)))
        or (len(start) >= _SHORTEST_START and label.startswith(start))
        for label in labels
    )


def _number(one: str, other: str) -> Level:
    """Near: the same digits in another order, one digit more or less, or one off in three and more."""
    if not one or not other:
        return _MISSING
    if one == other:
        return _EXACT
    if len(one) == len(other) == 2:
        return _NEAR if one == other[::-1] else _DIFFERENT
    if min(len(one), len(other)) >= 2 and OSA.distance(one, other, score_cutoff=1) <= 1:
        return _NEAR
    return _DIFFERENT


def _crossed(street: str, building: str, other_street: str, other_building: str) -> tuple[Level, Level]:
    """The levels of street and building; the lines of an address often change places."""
    straight = _line(street, other_street), _line(building, other_building)
    if straight[0] is not _DIFFERENT and straight[0] is not _MISSING:
        return straight
    crossed = _line(street, other_building), _line(building, other_street)
    agreeing = [level for level in crossed if level is _EXACT or level is _NEAR]
    if len(agreeing) == 2:
        return _SWAPPED, _SWAPPED
    if agreeing and straight[1] in (_MISSING, _DIFFERENT):
        return _SWAPPED, _MISSING
    return straight


def _line(one: str, other: str) -> Level:
    level = _text(one, other)
    if level is _DIFFERENT or level is _SIMILAR:
        shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
        if len(shorter) >= 2 * _SHORTEST_PART and shorter in longer:
            return _PART
    return level


def _postcode(one: str, other: str) -> Level:
    """Near: one character off or two the wrong way round. Part: the same area."""
    if not one or not other:
        return _MISSING
    if one == other:
        return _EXACT
    if len(one) == len(other) and OSA.distance(one, other, score_cutoff=1) <= 1:
        return _NEAR
    return _PART if one[:_AREA] == other[:_AREA] else _DIFFERENT


def _state(one: str, other: str) -> Level:
    """Short forms are compared as they are: two letters have no slips that could be told from another state."""
    if not one or not other:
        return _MISSING
    if one == other:
        return _EXACT
    return _near(*sorted((one, other))) if min(len(one), len(other)) > 4 else _DIFFERENT
