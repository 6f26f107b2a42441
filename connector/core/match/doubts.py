"""Why a likely pair is not linked without a person. Imports the comparison.

However high the score, these situations go to review: families, colleagues, father and son, shared mailboxes.
"""

from dataclasses import dataclass

from connector.core.match.compare import Comparison, Level
from connector.core.match.contacts import company_domain
from connector.core.match.identity import Identity
from connector.core.match.nicknames import are_two

_SAME_GIVEN = frozenset({Level.EXACT, Level.NEAR, Level.ALIAS, Level.PART, Level.SWAPPED})
_SHORT = frozenset({Level.ALIAS, Level.NEAR, Level.PART})
_SAME_SURNAME = frozenset({Level.EXACT, Level.NEAR, Level.PART, Level.SWAPPED})


@dataclass(frozen=True, slots=True)
class Sight:
    """What the conditions look at, besides the two identities.

    `own_email` and `own_mobile`: it agrees, and one person alone carries it. `firm`: the company or its
    domain agrees. `elsewhere`: anything but the names agrees.
    `home`: house number and street agree. `several`: more people than one bear the whole name.
    `two_names`: the given names are a letter apart, and both are names that others have.
    """

    levels: Comparison
    own_email: bool
    own_mobile: bool
    firm: bool
    elsewhere: bool
    home: bool
    several: bool
    two_names: bool


def doubts(one: Identity, other: Identity, sight: Sight, *, names: bool = True) -> tuple[str, ...]:
    """The conditions that an automatic link fails, in words; `names` tells whether names have to agree."""
    levels = sight.levels
    personal = sight.own_email or sight.own_mobile
    found = _names(levels, sight, personal, two=are_two(one.given, other.given)) if names else []
    if one.generation != other.generation:
        found.append("one of them is called Junior, Senior or the like")
    if levels.email is Level.DIFFERENT and not sight.own_mobile and not sight.firm:
        found.append("their own e-mails differ, and the rest may belong to a family")
    if levels.mobile is Level.DIFFERENT and not sight.own_email and not sight.firm:
        found.append("their own mobiles differ, and the rest may belong to a family")
    if levels.email is Level.DIFFERENT and levels.mobile is Level.DIFFERENT:
        found.append("their own e-mail and mobile both differ")
    if levels.company is Level.DIFFERENT and not personal:
        found.append("they are of different companies, and no e-mail or mobile of their own agrees")
    if levels.email is Level.DIFFERENT and _colleagues(one.email, other.email):
        found.append("each has a mailbox of their own at one company")
    if not personal and not sight.elsewhere:
        found.append("nothing but the name agrees")
    elif not personal and not sight.home and (sight.several or levels.given in _SHORT):
        found.append("colleagues may bear this name, and nothing of their own agrees")
    return tuple(found)


def _colleagues(one: str, other: str) -> bool:
    """Whether two different addresses belong to one company's domain."""
    domain = company_domain(one)
    return bool(domain) and domain == company_domain(other)


def _names(levels: Comparison, sight: Sight, personal: bool, *, two: bool) -> list[str]:
    given, surname = levels.given, levels.surname
    if given is Level.MISSING or surname is Level.MISSING:
        agree = given in _SAME_GIVEN or surname in _SAME_SURNAME
        both = sight.own_email and sight.own_mobile
        return [] if both and agree else ["one of them has no full name"]
    found = []
    if given is Level.INITIAL or surname is Level.INITIAL:
        if not personal:
            found.append("of one name only the initial agrees")
    elif given not in _SAME_GIVEN or (given is Level.NEAR and two):
        found.append("their given names differ")
    elif sight.two_names and not personal:
        found.append("their given names are a letter apart, and both are common")
    married = sight.own_email and given in _SAME_GIVEN and sight.elsewhere
    if surname is not Level.INITIAL and surname not in _SAME_SURNAME and not married:
        found.append("their surnames differ")
    return found
