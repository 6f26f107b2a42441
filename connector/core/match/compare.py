"""How well two identities agree, field by field. Imports rapidfuzz, the names and the levels."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from connector.core.match.contacts import subscriber
from connector.core.match.identity import Identity
from connector.core.match.levels import Comparison, Level, figures, of_equals, of_texts
from connector.core.match.names import names_of

_MISSING, _EXACT, _NEAR, _SIMILAR = Level.MISSING, Level.EXACT, Level.NEAR, Level.SIMILAR
_PART, _SWAPPED, _DIFFERENT = Level.PART, Level.SWAPPED, Level.DIFFERENT
_SHORTEST_PART = 4
_SHORTEST_NAME = 6
_SHORTEST_START = 9
_AREA = 3


def compare(one: Identity, other: Identity) -> Comparison:
    """The levels of two identities. It makes no difference which is which."""
    given, surname = names_of(one, other)
    street, building = _crossed(one.street, one.building, other.street, other.building)
    return Comparison(
        given,
        surname,
        email_of(one.email, other.email),
        mobile_of(one, other),
        of_equals(one.mailbox, other.mailbox),
        _phone(one, other),
        _company(one.company, other.company),
        _domain(one, other),
        _number(one.number, other.number),
        street,
        building,
        of_texts(one.city, other.city),
        _postcode(one.postcode, other.postcode),
        _state(one.state, other.state),
    )


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
        return _NEAR if of_texts(here_domain, there_domain) is _NEAR else _SIMILAR
    if here_domain != there_domain or min(len(here), len(there)) < 5:
        return _DIFFERENT
    if here[0] != there[0] or figures(here) != figures(there):
        return _DIFFERENT
    return _NEAR if OSA.distance(here, there, score_cutoff=1) <= 1 else _DIFFERENT


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
    level = of_texts(one.replace(" ", ""), other.replace(" ", ""))
    if level is _EXACT or level is _NEAR:
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


@lru_cache(maxsize=8_192)
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
    level = of_texts(one, other)
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
    return of_texts(one, other) if min(len(one), len(other)) > 4 else _DIFFERENT
