"""Why a likely pair is not linked without a person. Imports the comparison.

However high the score, these situations go to review: families, colleagues, father and son, shared mailboxes.
"""

from dataclasses import dataclass

from connector.core.match.compare import Comparison, Level
from connector.core.match.contacts import company_domain
from connector.core.match.identity import Identity
from connector.core.match.nicknames import are_two

_SAME_GIVEN = frozenset({Level.EXACT, Level.NEAR, Level.ALIAS, Level.PART, Level.SWAPPED})
_ALMOST = frozenset({Level.ALIAS, Level.NEAR, Level.PART})
ONE_OR_TWO = frozenset({Level.NEAR, Level.PART})
"""Levels of two names that are one with a slip or cut short, or else two."""
_FORMS = frozenset({Level.ALIAS, Level.PART})
_ONE_NAME = frozenset({Level.EXACT, Level.ALIAS})
_NOT_EQUAL = frozenset({Level.NEAR, Level.SIMILAR, Level.DIFFERENT})
_SAME_SURNAME = frozenset({Level.EXACT, Level.NEAR, Level.PART, Level.SWAPPED})


@dataclass(frozen=True, slots=True)
class Sight:
    """What the conditions look at, besides the two identities.

    `own_email` and `own_mobile`: it agrees, and one person alone carries it. `firm_mail`: such an e-mail, of a company.
    `firm`: the company or its domain agrees. `elsewhere`: anything but the names agrees. `somewhere`: more than a town
    does, namely the firm, a telephone number, a building, or two of street, house number and postcode. `home`: house
    number and street agree. `several`: more people than one bear the whole name. `two_kinds`: one e-mail is of a
    company, the other a private one. `two_names`: given names or surnames are a letter apart, and both are names that
    others have.
    """

    levels: Comparison
    own_email: bool = False
    own_mobile: bool = False
    firm_mail: bool = False
    firm: bool = False
    elsewhere: bool = False
    somewhere: bool = False
    home: bool = False
    several: bool = False
    two_kinds: bool = False
    two_names: bool = False


def doubts(one: Identity, other: Identity, sight: Sight, *, names: bool = True) -> tuple[str, ...]:
    """The conditions that an automatic link fails, in words; `names` tells whether names have to agree."""
    levels = sight.levels
    personal = sight.own_email or sight.own_mobile
    two = are_two(one.given, other.given)
    found = _names(levels, sight, personal, two=two) if names else []
    if one.generation != other.generation:
        found.append("one of them is called Junior, Senior or the like")
    if levels.email is Level.DIFFERENT and not (sight.own_mobile or sight.firm):
        found.append("their own e-mails differ, and the rest may belong to a family")
    if levels.mobile is Level.DIFFERENT and not sight.own_email and not sight.firm:
        found.append("their own mobiles differ, and the rest may belong to a family")
    if levels.email in _NOT_EQUAL and levels.mobile is Level.DIFFERENT:
        found.append("their own e-mail and mobile both differ")
    if levels.company is Level.DIFFERENT and not (personal or levels.domain is Level.PART):
        found.append("they are of different companies, and no e-mail or mobile of their own agrees")
    if levels.given in _ALMOST and levels.email in _NOT_EQUAL and (two or not sight.two_kinds):
        found.append("their names and their e-mails differ alike")
    if levels.email is Level.DIFFERENT and _colleagues(one.email, other.email):
        found.append("each has a mailbox of their own at one company")
    if not personal and not sight.somewhere:
        found.append("nothing but the name and perhaps the town agrees")
    elif names and not personal and _may_be_two(one, other, sight):
        found.append("colleagues may bear this name, and nothing of their own agrees")
    return tuple(found)


def _may_be_two(one: Identity, other: Identity, sight: Sight) -> bool:
    """Whether two people of one firm or house may bear these names.

    Several bear the name, it is two forms of one, or a slip would be in the first letter, where few are made.
    """
    forms = sight.levels.given in _FORMS or (
        sight.levels.surname is Level.NEAR and one.surname[:1] != other.surname[:1]
    )
    return (sight.several and not sight.home) or (forms and (sight.firm or not sight.home))


def _colleagues(one: str, other: str) -> bool:
    """Whether two different addresses belong to one company's domain."""
    domain = company_domain(one)
    return bool(domain) and domain == company_domain(other)


def _names(levels: Comparison, sight: Sight, personal: bool, *, two: bool) -> list[str]:
    given, surname = levels.given, levels.surname
    if given is Level.MISSING or surname is Level.MISSING:
        agree = given in _SAME_GIVEN or surname in _SAME_SURNAME
        own = sight.own_email and (sight.firm_mail or sight.own_mobile or given in _SAME_GIVEN)
        line = sight.own_mobile and sight.firm and given in _SAME_GIVEN
        return [] if agree and (own or line) else ["one of them has no full name"]
    found = []
    if given is Level.INITIAL or surname is Level.INITIAL:
        if not personal:
            found.append("of one name only the initial agrees")
    elif given not in _SAME_GIVEN or (given in ONE_OR_TWO and two):
        found.append("their given names differ")
    elif sight.two_names and not personal:
        found.append("their names are a letter apart, and both are common")
    married = sight.own_email and given in _ONE_NAME and (sight.elsewhere or sight.own_mobile)
    if surname is not Level.INITIAL and surname not in _SAME_SURNAME and not married:
        found.append("their surnames differ")
    return found
