"""How likely two records are one person, in bits, and why. Imports the comparison and the weights.

The bits of independent fields are added to a prior. Evidence that says the same thing counts once: a company's name,
domain and switchboard are carried by every colleague, and a postcode implies its city.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

from rapidfuzz.distance import OSA

from connector.core.match.blocks import MOST, full_name, house, is_lone
from connector.core.match.compare import compare, email_of, mobile_of
from connector.core.match.contacts import company_domain
from connector.core.match.counted import KIND_AT, TEXTS_AT
from connector.core.match.doubts import (
    ONE_OR_TWO,
    Doubts,
    Sight,
    are_relatives,
    doubts,
    is_half_a_name,
    is_numbered,
    same_firm,
)
from connector.core.match.fold import squeezed
from connector.core.match.identity import Identity
from connector.core.match.levels import FIELDS, Comparison, Level
from connector.core.match.names import names_of
from connector.core.match.nicknames import root
from connector.core.match.weights import Names, Weights, bits_of, probability_of

Shares = Callable[[str, str], float]
"""(kind, text) -> the share of indexed records that carry that text; 0 where nobody does, or it is not counted."""

GROUPS = {
    "names": ("given", "surname"),
    "contact": ("email", "mobile"),
    "where": ("mailbox", "phone", "company", "domain", "number", "street", "building", "city", "postcode", "state"),
}
"""The evidence of a score and its fields."""

_SEVERAL_BITS = log2(1.5)
"""A text that one and a half records a side carry belongs to several people (or to one who is entered twice)."""
_FEW_BITS = log2(3)
"""A name that up to three records a side carry is one that hardly anybody else bears."""
_COMMON = 3.0
"""A name that so many records a side carry is a name of its own, and no slip of the pen."""
_LARGEST_SHARE = 0.5
_PROVIDER, _PROVIDER_SHARE = 20.0, 0.005
"""A domain that more records a side carry, and a larger share of them, gives mailboxes to anybody."""
_EXACT = Level.EXACT
_NOT_QUITE = frozenset({Level.NEAR, Level.SIMILAR, Level.ALIAS, Level.PART, Level.IN_MAIL})
"""Levels of two values that are never worth more than if both had the commoner one."""
_MAY_BE = frozenset(set(Level) - {Level.MISSING, Level.SIMILAR, Level.DIFFERENT})
"""Levels of names that do not speak against a pair."""
_EQUAL = frozenset({Level.EXACT, Level.ALIAS, Level.SWAPPED})
"""Levels of names of which a person says that they are one."""
_SURNAME_OF_BOTH = frozenset({Level.EXACT, Level.PART, Level.SWAPPED, Level.IN_MAIL})
"""Levels of surnames that both bear as they are written, without a slip."""
_HERE = frozenset({Level.EXACT, Level.NEAR, Level.SWAPPED, Level.PART})
_NEIGHBOURS = (0, 0, 0, -1, -1, 0, 0, 1, 2)
"""What it adds to a slip in a name of so many letters: the longer it is, the fewer names are a letter away."""
_TWO_KINDS, _ONE_KIND = 0.6, -0.8
"""What it adds to two different e-mails that one is a company's and the other private, as most people have both."""
_OTHER_GENERATION, _NO_GENERATION = -6.0, -1.5
"""Bits of a Junior against a Senior, and against somebody who says neither: half of them leave it out now and then."""
_ALONE = log2(9)
"""What it is worth that nobody else looks like two: were they two people, each would have a counterpart of their own
two times in three, who would look alike as well; that neither has one happens once in nine."""
_NAMESAKES = log2(16)
"""By so many bits two of a rare name may fall short of a question and be asked about: that they are one is seldom, but
whoever sees both in two lists wonders why nobody asked."""
_HOUSE_NUMBERS = (0.05, 0.05, 0.012, 0.003)
"""How often a house number of so many characters is met: every street has a 5, few have a 1205."""


@dataclass(frozen=True, slots=True)
class Score:
    """The bits of a pair: `total` is the sum of the prior and the three kinds of evidence (`GROUPS`).

    `bits` is what each field is worth by itself (`FIELDS`); evidence that says the same thing counts once, so that a
    kind may be worth less than its fields. `doubts` are the conditions that an automatic link fails, in words, and
    `beside_others` those that it fails only where somebody else looks alike; they are looked for only where the total
    is high enough for one. `seen`: whoever else is like the two is among the candidates. `relatives`: nobody need be
    asked whether these are one. `namesakes`: they bear a rare name, and fall a little short of a question.
    """

    total: float
    prior: float
    names: float
    contact: float
    where: float
    levels: Comparison
    bits: tuple[float, ...]
    doubts: tuple[str, ...] = ()
    beside_others: tuple[str, ...] = ()
    seen: bool = False
    relatives: bool = False
    namesakes: bool = False

    @property
    def probability(self) -> float:
        """How likely the two are one person."""
        return probability_of(self.total)

    @property
    def rests_on_names(self) -> bool:
        """Whether the two bear one name, and nothing else speaks for them."""
        return {self.levels.given, self.levels.surname} <= _EQUAL and max(self.bits[_EMAIL:]) <= 0

    def is_sure(self, bits: float, *, alone: bool = False) -> bool:
        """Whether so many bits are reached, and no condition speaks against a link.

        `alone`: nobody else is like it, which is evidence by itself where anybody would have been seen.
        """
        needed = bits - _ALONE if alone and self.seen else bits
        return self.total >= needed and not self.doubts and (alone or not self.beside_others)


class Scorer:
    """Scores pairs with fixed weights among a fixed number of people.

    `size` is the number of records of the larger side: of so many, one at most is the counterpart. `shares` tells
    how common a value is, `carriers` how many records a side really carry it. All stay the same for one run, so that
    a pair has one score however it was found.
    """

    def __init__(self, weights: Weights, size: int, shares: Shares, carriers: Shares) -> None:
        self.weights = weights
        self.link_bits = bits_of(weights.link)
        self.review_bits = bits_of(weights.review)
        self._size = max(size, 2)
        self._shares = shares
        self._carriers = carriers
        table = weights.table()
        self._rows = tuple(table[name] for name in FIELDS)
        self._m = tuple(log2(weights.fields[name][_EXACT][0]) for name in FIELDS)
        self._everybody = log2(self._size)
        self._most_several = self._everybody - _SEVERAL_BITS
        self._prior = bits_of(weights.shared) - self._everybody
        self._swapped = log2(weights.fields["given"][Level.SWAPPED][0])
        self._most_where = self._everybody - log2(weights.crowd)
        self._least_where = bits_of(weights.moved)
        self._owned = -log2(weights.owned)
        self._names = weights.names is Names.AGREE

    def is_lone(self, kind: str) -> bool:
        """Whether records that share texts of this kind only are worth comparing under equal names alone.

        Not where names are one piece of evidence among others: there a house may be all that two forms agree in.
        """
        return self._names and is_lone(kind)

    def is_worth_asking(self, score: Score) -> bool:
        """Whether a person would be asked about two: from `review` on, about two of a rare name from lower odds on."""
        return score.total >= self.review_bits - (_NAMESAKES if score.namesakes else 0.0)

    def is_hopeless(self, one: Identity, other: Identity) -> bool:
        """Whether their names and contacts differ so much that no firm or address makes them worth asking about."""
        given, surname = names_of(one, other)
        if given in _MAY_BE or surname in _MAY_BE:
            return False
        email, mobile = email_of(one.email, other.email), mobile_of(one, other)
        if email is _EXACT or mobile is _EXACT:
            return False
        contact = max(self._rows[_EMAIL][email], 0.0) + max(self._rows[_MOBILE][mobile], 0.0)
        names = self._rows[_GIVEN][given] + self._rows[_SURNAME][surname]
        return self._prior + names + contact + self._most_where < self.review_bits

    def score(self, one: Identity, other: Identity) -> Score:
        """The score of two identities. It makes no difference which is which."""
        levels = compare(one, other)
        bits = [row[level] for row, level in zip(self._rows, levels, strict=True)]
        several = self._weigh_values(one, other, levels, bits)
        email, mobile = bits[_EMAIL], bits[_MOBILE]
        team = (email if _EMAIL in several else 0.0, mobile if _MOBILE in several else 0.0)
        names, home = bits[_GIVEN] + bits[_SURNAME], bits[_NUMBER] + bits[_STREET]
        if levels.given is _EXACT and levels.surname is _EXACT:
            names = self._together(self._rarity_of_name(one, other), names)
        if levels.number is _EXACT and levels.street is _EXACT:
            home = self._together(self._rarity("house", house(one)), home)
        if one.generation != other.generation:
            names += _OTHER_GENERATION if one.generation and other.generation else _NO_GENERATION
        contact = email + mobile - sum(team)
        firm = max(_once(*team, *bits[_FIRM]), self._least_where)
        place = max(home + bits[_BUILDING] + _once(*bits[_AREA]), self._least_where)
        where = max(min(_once(firm, place), self._most_where), self._least_where)
        total = self._prior + names + contact + where
        found, seen = Doubts(), False
        if total >= self.link_bits - _ALONE:
            sight = self._sight(one, other, levels, bits, several, elsewhere=firm > 0 or place > 0)
            found, seen = doubts(one, other, sight, names=self._names), sight.seen
        line = levels.phone is _EXACT and _PHONE not in several
        relatives = self._names and not line and are_relatives(one, other, levels)
        namesakes = total < self.review_bits <= total + _NAMESAKES and self._are_namesakes(one, other, levels)
        return Score(total, self._prior, names, contact, where, levels, tuple(bits), *found, seen, relatives, namesakes)

    def _are_namesakes(self, one: Identity, other: Identity, levels: Comparison) -> bool:
        """Whether the two bear one name, and hardly anybody else does."""
        one_name = levels.given in _MAY_BE and levels.surname in _SURNAME_OF_BOTH
        return one_name and self._rarity_of_name(one, other) > self._everybody - _FEW_BITS

    def _sight(
        self,
        one: Identity,
        other: Identity,
        levels: Comparison,
        bits: Sequence[float],
        several: Sequence[int],
        *,
        elsewhere: bool,
    ) -> Sight:
        """What the conditions look at. `several` are the fields whose value several people carry."""
        own_email = levels.email is _EXACT and _EMAIL not in several
        team = _EMAIL in several
        domain = bits[_DOMAIN] > 0 and not team and self._of_firm(one, other)
        firm = same_firm(one, other, company=bits[_COMPANY] > 0, domain=domain)
        house_agrees = sum(levels[at] in _HERE for at in (_NUMBER, _STREET, _POSTCODE))
        return Sight(
            levels,
            own_email=own_email,
            own_mobile=levels.mobile is _EXACT and _MOBILE not in several,
            firm_mail=own_email and self._of_company(one.email),
            own_phone=levels.phone is _EXACT and bits[_PHONE] > 0 and _PHONE not in several,
            firm=firm,
            elsewhere=elsewhere,
            somewhere=firm or team or max(bits[_DESK]) > 0 or house_agrees > 1 or levels.building in _HERE,
            home=levels.number is _EXACT and bits[_STREET] > 0,
            several=self._rarity_of_name(one, other) <= self._most_several,
            seen=self._is_seen(one, other, levels),
            two_kinds=self._two_kinds(one, other),
            numbered=any(is_numbered(who) and self._of_company(who.email) for who in (one, other)),
            two_names=(levels.given in ONE_OR_TWO and self._common("given", root(one.given), root(other.given)))
            or (levels.surname is Level.NEAR and self._common("surname", one.surname, other.surname)),
        )

    def _weigh_values(self, one: Identity, other: Identity, levels: Comparison, bits: list[float]) -> tuple[int, ...]:
        """Put in what agreement on these very values is worth; the fields whose value several people carry."""
        several = []
        for at, here, there in ((_GIVEN, one.given, other.given), (_SURNAME, one.surname, other.surname)):
            if levels[at] is Level.NEAR and OSA.distance(here, there, score_cutoff=1) == 1:
                bits[at] += _NEIGHBOURS[min(len(here), len(there), len(_NEIGHBOURS) - 1)]
        for at, text in TEXTS_AT:
            if levels[at] is _EXACT:
                rarity = self._rarity(KIND_AT[at], text(one, other))
                bits[at] = self._m[at] + rarity
                if rarity <= self._most_several:
                    several.append(at)
                elif at in (_EMAIL, _MOBILE):
                    bits[at] += self._owned
            elif bits[at] > 0 and levels[at] in _NOT_QUITE and at != _DOMAIN:
                rarity = min(self._rarity(KIND_AT[at], text(who, who)) for who in (one, other))
                bits[at] = max(min(bits[at], self._m[at] + rarity), 0.0)
        if levels.email not in (Level.DIFFERENT, Level.MISSING):  # the mailbox that tells the name counts by itself
            for at, told in ((_GIVEN, one.given and other.given), (_SURNAME, one.surname and other.surname)):
                if levels[at] is Level.IN_MAIL:
                    bits[at] = self._rows[at][Level.DIFFERENT] if told else 0.0
        if levels.email is Level.DIFFERENT:
            bits[_EMAIL] += _TWO_KINDS if self._two_kinds(one, other) else _ONE_KIND
        if levels.given is Level.SWAPPED:
            given, surname = min(self._names_of(one), self._names_of(other), key=sum)
            bits[_GIVEN], bits[_SURNAME] = self._swapped + given, surname
        if levels.domain is Level.DIFFERENT and any(all(map(self._provider, who.domains)) for who in (one, other)):
            bits[_DOMAIN] = 0.0
        if levels.number is _EXACT:
            bits[_NUMBER] = self._m[_NUMBER] - log2(_HOUSE_NUMBERS[min(len(one.number), len(_HOUSE_NUMBERS)) - 1])
        return tuple(several)

    def _rarity(self, kind: str, text: str) -> float:
        """The bits that a value gives by being rare: never more than one record among all, never less than one in two.

        A share below one record comes from a value that is counted later; the pair itself carries it.
        """
        return -log2(min(max(self._shares(kind, text), 1 / self._size), _LARGEST_SHARE))

    def _rarity_of_name(self, one: Identity, other: Identity) -> float:
        """The bits that their whole name gives; one name has several texts (Jo Ann and Joann, van Dijk and Vandijk)."""
        return min(self._rarity("name", full_name(who)) for who in (one, other))

    def _together(self, rarity: float, bits: float) -> float:
        """What two fields are worth that agree both; no more than the whole, where several people carry the whole."""
        return min(bits, rarity) if rarity <= self._most_several else bits

    def _names_of(self, who: Identity) -> tuple[float, float]:
        """What it gives that somebody bears these two names."""
        return self._rarity("given", root(who.given)), self._rarity("surname", who.surname)

    def _provider(self, domain: str) -> bool:
        """Whether a domain gives mailboxes to anybody: no company sends that many leads."""
        return self._shares("domain", domain) > max(_PROVIDER / self._size, _PROVIDER_SHARE)

    def _two_kinds(self, one: Identity, other: Identity) -> bool:
        return self._of_company(one.email) != self._of_company(other.email)

    def _of_company(self, email: str) -> bool:
        domain = company_domain(email)
        return bool(domain) and not self._provider(domain)

    def _of_firm(self, one: Identity, other: Identity) -> bool:
        """Whether the domain that they have in common, if any, is a company's."""
        shared = set(one.domains) & set(other.domains)
        return not shared or not all(map(self._provider, shared))

    def _is_seen(self, one: Identity, other: Identity, levels: Comparison) -> bool:
        """Whether others like the two are candidates, too: so few carry name or firm that the index answers for it."""
        if levels.given is Level.INITIAL or is_half_a_name(one, other, levels):
            agreeing = (("surname", one.surname, levels.surname), ("company", squeezed(one.company), levels.company))
            return any(level is _EXACT and self._answers(kind, text) for kind, text, level in agreeing)
        return all(self._answers("name", full_name(who)) for who in (one, other))

    def _answers(self, kind: str, text: str) -> bool:
        """Whether neither side has more carriers of a text than the index answers with."""
        return 2 * self._carriers(kind, text) <= MOST[kind]

    def _common(self, kind: str, *names: str) -> bool:
        """Whether each of these is a name of several people, and no slip of the pen."""
        return all(self._carriers(kind, name) >= _COMMON for name in names)


def _once(*bits: float) -> float:
    """Evidence that says the same thing: the strongest for and the strongest against, each once."""
    return max(0.0, *bits) + min(0.0, *bits)


_GIVEN, _SURNAME, _EMAIL, _MOBILE = (FIELDS.index(name) for name in ("given", "surname", "email", "mobile"))
_POSTCODE = FIELDS.index("postcode")
_COMPANY, _DOMAIN = FIELDS.index("company"), FIELDS.index("domain")
_NUMBER, _STREET, _BUILDING = (FIELDS.index(name) for name in ("number", "street", "building"))
_PHONE = FIELDS.index("phone")
_DESK = slice(FIELDS.index("mailbox"), _PHONE + 1)
_FIRM = slice(FIELDS.index("mailbox"), FIELDS.index("domain") + 1)
_AREA = slice(FIELDS.index("city"), FIELDS.index("state") + 1)
