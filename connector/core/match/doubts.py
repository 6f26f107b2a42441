"""Why a likely pair is not linked without a person. Imports rapidfuzz and the comparison.

However high the score, these situations go to review: families, colleagues, father and son, shared mailboxes. Some of
them are feared only where somebody else looks alike, too: two colleagues of one name seldom stay unseen.
"""

from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import OSA

from connector.core.match.contacts import company_domain
from connector.core.match.identity import Identity
from connector.core.match.levels import Comparison, Level
from connector.core.match.nicknames import are_two

_SAME_GIVEN = frozenset({Level.EXACT, Level.NEAR, Level.ALIAS, Level.PART, Level.SWAPPED})
_MAY_BE_GIVEN = _SAME_GIVEN | {Level.INITIAL}
_ALMOST = frozenset({Level.ALIAS, Level.NEAR, Level.PART})
ONE_OR_TWO = frozenset({Level.NEAR, Level.PART})
"""Levels of two names that are one with a slip or cut short, or else two."""
_FORMS = frozenset({Level.ALIAS, Level.PART})
_ONE_NAME = frozenset({Level.EXACT, Level.ALIAS})
_NOT_EQUAL = frozenset({Level.NEAR, Level.SIMILAR, Level.DIFFERENT})
_ONE_SURNAME = frozenset({Level.EXACT, Level.NEAR, Level.PART})
_SAME_SURNAME = _ONE_SURNAME | {Level.SWAPPED}


@dataclass(frozen=True, slots=True)
class Sight:
    """What the conditions look at, besides the two identities.

    `own_email`, `own_mobile` and `own_phone`: it agrees, and one person alone carries it. `firm_mail`: such an e-mail,
    of a company. `firm`: the company or its domain agrees, and bears another name than the person (`same_firm`).
    `elsewhere`: anything but the names agrees. `somewhere`: more than a town does, namely the firm, a telephone number,
    a building, or two of street, house number and postcode. `home`: house number and street agree. `several`: more
    people than one bear the whole name. `seen`: whoever else bears it is among the candidates. `two_kinds`: one e-mail
    is of a company, the other a private one. `numbered`: a company's mailbox is a name with a number (`is_numbered`).
    `two_names`: given names or surnames are a letter apart, and both are names that others have.
    """

    levels: Comparison
    own_email: bool = False
    own_mobile: bool = False
    own_phone: bool = False
    firm_mail: bool = False
    firm: bool = False
    elsewhere: bool = False
    somewhere: bool = False
    home: bool = False
    several: bool = False
    seen: bool = False
    two_kinds: bool = False
    numbered: bool = False
    two_names: bool = False

    @property
    def personal(self) -> bool:
        """Whether something of their own agrees."""
        return self.own_email or self.own_mobile


class Doubts(NamedTuple):
    """The conditions that an automatic link fails, in words: those that always hold, and those that hold only where
    somebody else looks like the two as well."""

    always: tuple[str, ...] = ()
    beside_others: tuple[str, ...] = ()


class _Doubt(NamedTuple):
    """One condition; `beside` tells that it is feared only where somebody else looks like the two."""

    why: str
    beside: bool = False


def doubts(one: Identity, other: Identity, sight: Sight, *, names: bool = True) -> Doubts:
    """The conditions that an automatic link fails; `names` tells whether names have to agree."""
    found = [*_contacts(one, other, sight), *_place(one, other, sight, names=names)]
    if names:
        found = [*_names(one, other, sight), *found]
    return Doubts(
        tuple(each.why for each in found if not (each.beside and sight.seen)),
        tuple(each.why for each in found if each.beside and sight.seen),
    )


def is_half_a_name(one: Identity, other: Identity, levels: Comparison) -> bool:
    """Whether one of them lacks a name, in whose place a mailbox may tell one."""
    names = (levels.given, levels.surname)
    told = (one.given, other.given, one.surname, other.surname)
    return Level.MISSING in names or (Level.IN_MAIL in names and not all(told))


def are_relatives(one: Identity, other: Identity, levels: Comparison) -> bool:
    """Whether two share a surname, and nothing else that is a person's own: relatives or colleagues, not worth asking.

    Surnames change, given names do not. Theirs differ from the first letter on, so that none is a form or a slip of
    the other one; each has a mailbox of their own name, or the mobiles differ; no mailbox is called after the other.
    """
    if levels.given is not Level.DIFFERENT or levels.surname not in _ONE_SURNAME:
        return False
    mails = levels.email is Level.DIFFERENT and _bears_own_name(one) and _bears_own_name(other)
    if Level.EXACT in (levels.email, levels.mobile) or not (mails or levels.mobile is Level.DIFFERENT):
        return False
    initials = [{word[:1] for word in (who.given, *who.given_words)} for who in (one, other)]
    return initials[0].isdisjoint(initials[1]) and not (_is_mailbox_of(one, other) or _is_mailbox_of(other, one))


def _bears_own_name(who: Identity) -> bool:
    """Whether somebody's mailbox has a word of their name: gerald.hepcombe@ of Andrew Coates is somebody else's."""
    local = who.email.partition("@")[0]
    names = (who.given, who.surname, *who.given_words, *who.surname_words)
    return any(name in local for name in names if len(name) > 1)


def _is_mailbox_of(there: Identity, who: Identity) -> bool:
    """Whether somebody's mailbox may be called after another person: tony.zhou@, or tzhou@."""
    local = there.email.partition("@")[0]
    return who.given in local or local.startswith(who.given[:1] + who.surname)


def is_numbered(who: Identity) -> bool:
    """Whether a mailbox is its owner's surname and a number, as the second of a name gets at a firm: c.traore2@."""
    local = who.email.partition("@")[0]
    letters = "".join(letter for letter in local if letter.isalpha())
    return local[-1:].isdigit() and len(who.surname) > 1 and who.surname in letters


def same_firm(one: Identity, other: Identity, *, company: bool, domain: bool) -> bool:
    """Whether they are of one firm that has a name of its own; `company` and `domain` tell which of them agrees.

    A company called after its owner (Usman Shah, kowalska.example) says the name once more, and nothing else.
    """
    own = _own_names(one) | _own_names(other)
    words = set(one.company.split()) & set(other.company.split())
    whole = {one.company.replace(" ", ""), other.company.replace(" ", "")}
    owners = (bool(words) and words <= own) or not own.isdisjoint(whole)
    if company and not owners:
        return True
    shared = set(one.domains) & set(other.domains) or {*one.domains, *other.domains}
    labels = {each.partition(".")[0].replace("-", "") for each in shared}
    return domain and not (labels & own if shared else owners)


def _own_names(who: Identity) -> set[str]:
    """The words and other short texts that are nothing but somebody's name."""
    given, surname = who.given, who.surname
    texts = {given, surname, given + surname, surname + given, given[:1] + surname if surname else ""}
    return {*texts, *who.given_words, *who.surname_words} - {""}


# the names


def _names(one: Identity, other: Identity, sight: Sight) -> list[_Doubt]:
    given, surname = sight.levels.given, sight.levels.surname
    if is_half_a_name(one, other, sight.levels):
        return _half_a_name(sight)
    found = []
    initial = given is Level.INITIAL or surname is Level.INITIAL
    if initial:
        found += _initial(one, other, sight)
    if given not in _MAY_BE_GIVEN or (given in ONE_OR_TWO and are_two(one.given, other.given)):
        found.append(_Doubt("their given names differ", beside=_is_misspelt(one, other, sight)))
    elif sight.two_names and not (initial or sight.personal):
        found.append(_Doubt("their names are a letter apart, and both are common"))
    married = sight.own_email and given in _ONE_NAME and (sight.elsewhere or sight.own_mobile)
    if surname is not Level.INITIAL and surname not in _SAME_SURNAME and not married:
        found.append(_Doubt("their surnames differ", beside=sight.personal and given in _ONE_NAME))
    return found


def _is_misspelt(one: Identity, other: Identity, sight: Sight) -> bool:
    """Whether given names that differ are two spellings: a company's mailbox is one person's, unlike a family's.

    Two slips, or one in a short form, leave the first letter and the surname as they are.
    """
    plain = sight.levels.given is not Level.INITIAL and one.given[:1] == other.given[:1]
    alike = plain and not are_two(one.given, other.given)
    return alike and sight.own_email and sight.firm_mail and sight.levels.surname in _SAME_SURNAME


def _half_a_name(sight: Sight) -> list[_Doubt]:
    """One of them lacks a name: their own e-mail or mobile at one firm makes up for it where nobody else is about."""
    given = sight.levels.given
    agree = given in _SAME_GIVEN or sight.levels.surname in _SAME_SURNAME
    own = sight.own_email and (sight.firm_mail or sight.own_mobile or given in _SAME_GIVEN)
    line = sight.own_mobile and sight.firm and given in _SAME_GIVEN
    if agree and (own or line):
        return []
    return [_Doubt("one of them has no full name", beside=agree and sight.personal and sight.firm)]


def _initial(one: Identity, other: Identity, sight: Sight) -> list[_Doubt]:
    """One of them says an initial only: a colleague or a relative may have the same."""
    if not sight.personal:
        desk = sight.firm and sight.levels.email is not Level.NEAR  # marie@ and maria@ of M. O'Neill: two, or a slip
        return [_Doubt("of one name only the initial agrees", beside=desk)]
    full = max(one.given, other.given, key=len)
    whose = sight.firm_mail or sight.own_mobile or sight.levels.given is not Level.INITIAL
    if whose or full in one.email.partition("@")[0]:
        return []
    return [_Doubt("of one name only the initial agrees, and a family may share the mailbox")]


# e-mails and mobiles


def _contacts(one: Identity, other: Identity, sight: Sight) -> list[_Doubt]:
    levels, two = sight.levels, are_two(one.given, other.given)
    found = []
    if one.generation != other.generation:
        found.append(_Doubt("one of them is called Junior, Senior or the like"))
    if levels.email is Level.DIFFERENT and not (sight.own_mobile or sight.firm):
        found.append(_Doubt("their own e-mails differ, and the rest may belong to a family"))
    if levels.mobile is Level.DIFFERENT and not sight.own_email and not sight.firm:
        found.append(_Doubt("their own mobiles differ, and the rest may belong to a family"))
    if levels.email in _NOT_EQUAL and levels.mobile is Level.DIFFERENT:
        one_desk = levels.email is Level.NEAR or sight.own_phone or (sight.two_kinds and not sight.several)
        found.append(_Doubt("their own e-mail and mobile both differ", beside=sight.firm and one_desk))
    if levels.given in _ALMOST and levels.email in _NOT_EQUAL and (two or not sight.two_kinds):
        found.append(_Doubt("their names and their e-mails differ alike", beside=sight.firm and not two))
    if _colleagues(one, other, levels.email):
        found.append(_Doubt("each has a mailbox of their own at one company", beside=sight.own_mobile))
    if sight.numbered and not sight.personal:
        found.append(_Doubt("the number in a mailbox tells of another one of that name at the firm"))
    return found


def _colleagues(one: Identity, other: Identity, email: Level) -> bool:
    """Whether two addresses of one company are two people's.

    They differ, or one has the surname's initial besides, as the second Linda of an office gets: linda@ and lindav@.
    """
    domain = company_domain(one.email)
    if not domain or domain != company_domain(other.email):
        return False
    shorter, longer = sorted((each.email.partition("@")[0] for each in (one, other)), key=len)
    initials = {words[:1] for each in (one, other) for words in (each.surname, *each.surname_words)}
    return email is Level.DIFFERENT or (longer[:-1] == shorter and longer[-1:] in initials)


# the firm and the place


def _place(one: Identity, other: Identity, sight: Sight, *, names: bool) -> list[_Doubt]:
    levels, found = sight.levels, []
    if levels.company is Level.DIFFERENT and not (sight.personal or levels.domain is Level.PART):
        why = "they are of different companies, and no e-mail or mobile of their own agrees"
        found.append(_Doubt(why, beside=sight.firm or sight.own_phone or (sight.home and not sight.several)))
    if not sight.personal and not sight.somewhere:
        found.append(_Doubt("nothing but the name and perhaps the town agrees"))
    elif names and not sight.personal:
        found += _namesakes(one, other, sight)
    return found


def _namesakes(one: Identity, other: Identity, sight: Sight) -> list[_Doubt]:
    """Two people of one firm or house may bear these names: several do, or it is two forms of one.

    A slip in the first letter counts as another form: few are made there. Robert of a house is its Bob, but Mark and
    Marc, a letter apart, may be brothers. Forms of a name that several bear are asked about always.
    """
    levels = sight.levels
    slip = levels.surname is Level.NEAR and one.surname[:1] != other.surname[:1]
    forms = levels.given in _FORMS or levels.surname is Level.PART or slip
    why = _Doubt("colleagues or relatives may bear this name, and nothing of their own agrees", beside=True)
    if forms:
        brothers = slip or OSA.distance(one.given, other.given, score_cutoff=1) == 1
        return [why._replace(beside=not sight.several and (sight.firm or not brothers))]
    return [why] if sight.several and not sight.home else []
