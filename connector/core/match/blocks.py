"""The texts under which a record can be found by those who may be the same person.

The ledger keeps them as keyed hashes, counts them, and answers with the records that carry one. A text that too many
carry answers nothing; therefore every common value has narrower companions, which combine it with another one.
Imports the identity.
"""

from collections.abc import Mapping as Map
from functools import lru_cache

from connector.core.match.contacts import subscriber
from connector.core.match.fold import squeezed
from connector.core.match.identity import Identity
from connector.core.match.nicknames import root
from connector.core.match.persons import core_words
from connector.core.match.sounds import sound

NARROW = 100
WIDE = 25

MOST: Map[str, int] = {
    **dict.fromkeys(("email", "phone", "name"), NARROW),
    **dict.fromkeys(("house", "surname_area", "given_area", "sound"), WIDE),
    **dict.fromkeys(("domain", "company", "surname", "street", "postcode"), WIDE),
}
"""The kinds to look up, and how many records of the other side may carry a text before it answers nothing.

What singles out a handful of people in any population may be carried by more of them than what thousands share in a
large one: those answer only while they are rare.
"""

PERSONAL = frozenset(("email", "phone"))
"""Kinds whose texts are a person's own often enough to make two records worth comparing, whatever their names."""

SEVERAL = ""
"""Stands for the kind where two records share texts of more than one."""

COUNTED = ("given", "city")
"""Kinds that are never looked up: they are stored for their frequency alone."""

_AREA = 3
_STREET_BEGINS = 5
_BEGINS = 3


def blocks(who: Identity) -> dict[str, tuple[str, ...]]:
    """Kind -> texts of one record; a kind that says nothing is left out. Eighteen texts or so, at most thirty-three."""
    given, surname = _names(who)
    areas = _said(who.postcode[:_AREA], who.city, squeezed(who.company))
    firms = _said(*map(_first_of, who.domains))
    found = weighed(who) | {
        "sound": _sounds(who, given, surname),
        "surname_area": _each(sound(surname), (*areas, *firms)) if surname else (),
        "given_area": _each(sound(given), areas) if given else (),
    }
    return {kind: texts for kind, texts in found.items() if texts}


def weighed(who: Identity) -> dict[str, tuple[str, ...]]:
    """Kind -> texts of which a score asks how common they are; none of a kind that says nothing."""
    given, surname = _names(who)
    return {
        "email": _said(who.email, who.mailbox),
        "phone": _said(*sorted({subscriber(who.phone), subscriber(who.mobile)})),
        "name": _said(full_name(who)) if given and surname else (),
        "house": (house(who), joined(who.number, who.city)) if who.number else (),
        "surname": _said(who.surname),
        "given": _said(given),
        "company": _said(squeezed(who.company)),
        "domain": who.domains,
        "street": _said(who.street),
        "postcode": _said(who.postcode),
        "city": _said(who.city),
    }


def _names(who: Identity) -> tuple[str, str]:
    """One form of the given name, and the words that carry the surname; an initial is no given name."""
    return root(who.given) if len(who.given) > 1 else "", core(who.surname_words, who.surname)


def is_lone(kind: str) -> bool:
    """Whether two records that share texts of this kind, and of no other, share nothing that is a person's own."""
    return kind != SEVERAL and kind not in PERSONAL


def full_name(who: Identity) -> str:
    """Given name and surname in no order, whatever form the given name has: the text of kind "name".

    Either may stand in the other's field, so that both are read alike.
    """
    given, surname = core(who.given_words, who.given), core(who.surname_words, who.surname)
    return joined(*sorted((root(given), root(surname))))


def _sounds(who: Identity, given: str, surname: str) -> tuple[str, ...]:
    """How the name sounds: whole, with the first word of each name or the last of the surname alone, as some leave one
    out, and with what the mailbox says. Besides, how the surname begins: most slips come later.
    """
    carrying = core_words(who.surname_words) if len(who.surname_words) > 1 else frozenset()
    words = [word for word in who.surname_words if word in carrying]
    givens = dict.fromkeys((given, *map(root, who.given_words[:1]))) if given else {}
    surnames = [surname, *words[:1], *words[-1:]] if surname else []
    pairs = [(one, root(other)) for one in givens for other in surnames]
    if known := given or surname:
        pairs += [(known, root(each)) for each in who.also]
    begins = [joined(given, surname[:_BEGINS])] if given and len(surname) > _BEGINS else []
    return tuple(dict.fromkeys([*(joined(*sorted(map(sound, pair))) for pair in pairs), *begins]))


def _first_of(domain: str) -> str:
    """How a domain begins, as a rule like the company that owns it: bluebrewing-group.com of Blue Brewing Ltd."""
    return domain.partition(".")[0].partition("-")[0]


def house(who: Identity) -> str:
    """The house: its number and how its street begins, so that most slips leave it as it is."""
    return joined(who.number, who.street[:_STREET_BEGINS])


def core(words: tuple[str, ...], name: str) -> str:
    """The words that carry a name, in no order; the whole of it where none does."""
    return (_carrying(words) or name) if len(words) > 1 else name


@lru_cache(maxsize=8_192)
def _carrying(words: tuple[str, ...]) -> str:
    return "".join(sorted(core_words(words)))


def joined(*parts: str) -> str:
    """Several values as one text."""
    return "\x1f".join(parts)


def _each(name: str, areas: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(joined(name, area) for area in dict.fromkeys(areas))


def _said(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
