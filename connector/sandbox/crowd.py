"""A crowd of made-up people on two sides, and who is who: to measure how well people are recognised.

Colleagues share a firm, families a home and a telephone, clients a broker's address; fathers and sons share even the
name. Each side writes a person down in its own way: short forms, slips, other spellings, old numbers, gaps. How often
is set by `Errors` (lowered after early drafts of the matcher failed), and differs from person to person.

Nobody here exists: domains end in .example (RFC 2606), telephone numbers have a 0 where no number has one.
Imports the sandbox only.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from .crowd_names import (
    Locale,
)
from .crowd_people import Firm, Maker, Place, Someone
from .people import latin

LEFT, RIGHT = "L", "R"
"""How the record ids of either side begin."""
Lead = dict[str, str]
"""Role -> text: email, first_name, last_name, company, phone, mobile, street, city, postcode, website."""


@dataclass(frozen=True)
class Errors:
    """How often one side strays from what is right, for a person of middling care; a pair has two sides.

    One lead in a hundred has a slip in each word, one in two hundred only an initial, one in twenty another address.
    """

    short_form: float = 0.04
    initial: float = 0.006
    slip: float = 0.012
    no_name: float = 0.006
    swapped: float = 0.003
    other_surname: float = 0.002
    decorated: float = 0.03
    plain_letters: float = 0.3
    other_email: float = 0.05
    tagged: float = 0.04
    team_email: float = 0.01
    no_email: float = 0.05
    other_phone: float = 0.08
    no_phone: float = 0.15
    wrong_field: float = 0.05
    other_firm: float = 0.015
    respelt_firm: float = 0.3
    no_firm: float = 0.05
    no_street: float = 0.3
    moved: float = 0.025
    respelt_street: float = 0.3
    gap: float = 0.1


@dataclass(frozen=True)
class Crowd:
    """The leads of both sides by record id, the true pairs, and the person and kind behind each record.

    A person who is entered twice on one side is in several pairs.
    """

    left: dict[str, Lead]
    right: dict[str, Lead]
    pairs: frozenset[tuple[str, str]]
    persons: dict[str, int]
    kinds: dict[int, str] = field(default_factory=dict)


def crowd(count: int, *, seed: int = 0, both: float = 0.6, twice: float = 0.002, errors: Errors | None = None) -> Crowd:
    """About `count` leads a side; the share `both` of people is on both sides, `twice` is entered twice on one."""
    left: dict[str, Lead] = {}
    right: dict[str, Lead] = {}
    persons: dict[str, int] = {}
    kinds: dict[int, str] = {}
    for someone, records in enquiries(seed=seed, both=both, twice=twice, errors=errors):
        if len(left) >= count and len(right) >= count:
            break
        kinds[someone.number] = someone.kind
        for record, lead in records.items():
            (left if record.startswith(LEFT) else right)[record] = lead
            persons[record] = someone.number
    there: dict[int, list[str]] = {}
    for record in right:
        there.setdefault(persons[record], []).append(record)
    pairs = frozenset((record, other) for record in left for other in there.get(persons[record], ()))
    return Crowd(left, right, pairs, persons, kinds)


def enquiries(
    *, seed: int = 0, both: float = 0.6, twice: float = 0.002, errors: Errors | None = None
) -> Iterator[tuple[Someone, dict[str, Lead]]]:
    """The people of a crowd without end, each with its leads by record id; nobody is kept in memory."""
    rng = random.Random(seed)
    maker = Maker(rng)
    scribe = _Scribe(rng, errors or Errors(), maker)
    for someone in maker.people():
        here = rng.random()
        sides = (LEFT, RIGHT) if here < both else (LEFT,) if here < (1 + both) / 2 else (RIGHT,)
        records: dict[str, Lead] = {}
        for side in sides:
            for copy in range(2 if rng.random() < twice else 1):
                records[f"{side}{someone.number}{'-2' if copy else ''}"] = scribe.lead(someone)
        yield someone, records


class _Scribe:
    """Writes a person down as one side has them."""

    def __init__(self, rng: random.Random, errors: Errors, maker: Maker) -> None:
        self._rng, self._errors, self._maker = rng, errors, maker
        self._care = 1.0

    def lead(self, someone: Someone) -> Lead:
        """One record of a person; "" is what was not written down."""
        self._care = someone.care
        given, surname = self._name(someone)
        email, phone, mobile = self._contacts(someone)
        lead = {"first_name": given, "last_name": surname, "email": email, "phone": phone, "mobile": mobile}
        firm = someone.firm
        if firm and self._chance(self._errors.other_firm):
            firm = self._maker.firm(someone.locale)
        if firm and not self._chance(self._errors.no_firm):
            lead["company"] = self._respelt(firm)
            lead["website"] = "" if self._rng.random() < 0.6 else f"https://www.{firm.domain}/"
        place = self._maker.place(someone.locale) if self._chance(self._errors.moved) else someone.home
        lead |= self._where(place, someone.locale)
        return {role: text for role, text in lead.items() if text}

    def _name(self, someone: Someone) -> tuple[str, str]:
        errors, rng, given, surname = self._errors, self._rng, someone.given, someone.surname
        if someone.short_forms and self._chance(errors.short_form):
            given = rng.choice(someone.short_forms)
        elif self._chance(errors.initial):
            given = given[:1] + rng.choice((".", ""))
        if self._chance(errors.other_surname):
            surname = rng.choice(someone.locale.surnames)
        given, surname = self._slip(given), self._slip(surname)
        if self._chance(errors.decorated):
            given = rng.choice(
                (f"{rng.choice(someone.locale.titles)} {given}", f"{given} {rng.choice('ABCDEGJLMRS')}.")
            )
        if self._chance(errors.plain_letters / 2):
            surname = rng.choice((surname.upper(), surname.lower(), _without_accents(surname)))
            given = rng.choice((given, given.lower(), _without_accents(given)))
        if someone.generation and rng.random() < 0.8:
            surname = f"{surname} {someone.generation}"
        if self._chance(errors.no_name):
            return ("", surname) if rng.random() < 0.7 else (given, "")
        return (surname, given) if self._chance(errors.swapped) else (given, surname)

    def _contacts(self, someone: Someone) -> tuple[str, str, str]:
        errors, rng = self._errors, self._rng
        email, phone, mobile = someone.email, someone.phone, someone.mobile
        if someone.broker and rng.random() < 0.9:
            email, phone = someone.broker
            mobile = ""
        elif self._chance(errors.other_email):
            email = someone.private
        elif someone.firm and self._chance(errors.team_email):
            email = someone.firm.mailbox
        if self._chance(errors.tagged):
            email = email.replace("@", rng.choice(("+tour@", "+office@", "+london@")))
        if self._chance(errors.slip / 2):
            email = self._slipped(email.split("@")[0]) + "@" + email.split("@")[1]
        email = "" if self._chance(errors.no_email) else rng.choice((email, email, email.upper(), email.title()))
        if self._chance(errors.other_phone):
            phone = self._maker.digits(someone.locale.area)
        if mobile and self._chance(errors.other_phone / 2):
            mobile = self._maker.digits(someone.locale.mobile)
        if self._chance(errors.no_phone):
            phone = ""
        if mobile and self._chance(errors.wrong_field):
            phone, mobile = mobile, ""
        return email, phone, "" if self._chance(errors.gap) else mobile

    def _respelt(self, firm: Firm) -> str:
        rng, name, legal = self._rng, firm.name, firm.legal[0]
        if self._chance(self._errors.respelt_firm):
            legal = rng.choice(firm.legal)
            words = name.split()
            name = rng.choice(
                (
                    name,
                    name.replace("&", "and").replace(" and ", " & "),
                    f"The {name}",
                    name.upper(),
                    " ".join(words[:2]),
                )
            )
        return f"{self._slip(name)} {legal}".strip()

    def _where(self, place: Place, locale: Locale) -> Lead:
        rng = self._rng
        if rng.random() < self._errors.no_street:
            return {} if rng.random() < 0.5 else {"city": place.town}
        form = rng.choice(place.forms) if self._chance(self._errors.respelt_street) else place.forms[0]
        words = (
            (form, place.street)
            if locale.street_forms[0][0] in ("rue", "Calle", "ul.", "Via")
            else (place.street, form)
        )
        street = self._slip(locale.joiner.join(words))
        line = f"{place.number} {street}" if locale.number_first else f"{street} {place.number}"
        lines = [line]
        if place.building and not self._chance(3 * self._errors.gap):
            lines.insert(rng.choice((0, 0, 1)), place.building)
        if rng.random() < 0.1:
            lines.insert(
                0,
                rng.choice(
                    (f"Floor {rng.randrange(1, 12)}", f"Unit {rng.choice('ABCD')}", f"Suite {rng.randrange(1, 99)}")
                ),
            )
        postcode = place.postcode.replace(" ", "").lower() if self._chance(self._errors.gap) else place.postcode
        return {
            "street": rng.choice(("\n", "\n", ", ")).join(lines),
            "city": "" if self._chance(self._errors.gap) else self._slip(place.town),
            "postcode": "" if self._chance(self._errors.gap) else self._slip(postcode),
        }

    def _slip(self, text: str) -> str:
        return self._slipped(text) if self._chance(self._errors.slip) else text

    def _slipped(self, text: str) -> str:
        """One slip: a letter doubled, left out, exchanged with its neighbour, or hit beside the right key."""
        rng = self._rng
        if len(text) < 3:
            return text
        at = rng.randrange(1, len(text) - 1)
        return rng.choice(
            (
                text[:at] + text[at] + text[at:],
                text[:at] + text[at + 1 :],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + rng.choice("aeioulnrst") + text[at + 1 :],
            )
        )

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share * self._care


def _without_accents(text: str) -> str:
    """The name as a form without accents takes it."""
    return " ".join(latin(word).replace("-", " ").title() for word in text.split())
