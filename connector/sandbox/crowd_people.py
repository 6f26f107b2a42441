"""The people of a crowd, as they really are: families, colleagues, clients of a broker, fathers and sons.

Nobody here exists: domains end in .example (RFC 2606), telephone numbers have a 0 where no number has one.
Imports the sandbox only.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from .crowd_names import (
    BUILDINGS,
    FIRM_FIRST,
    FIRM_SECOND,
    FIRM_THIRD,
    LOCALES,
    SHARED_MAILBOXES,
    WEBMAIL,
    Locale,
)
from .people import latin

SIZES = (1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20, 40)
"""How many leads a firm has."""


@dataclass(frozen=True)
class Place:
    """A house: number and street (with its forms), a building's name, town and postcode."""

    number: str
    street: str
    forms: tuple[str, ...]
    building: str
    town: str
    postcode: str


@dataclass(frozen=True)
class Firm:
    """A company with its spellings, its domain, switchboard, team mailbox and office."""

    name: str
    legal: tuple[str, ...]
    domain: str
    phone: str
    mailbox: str
    office: Place


@dataclass
class Someone:
    """A person. `care` multiplies the errors: below 1 for careful ones. `broker`: whose contacts an enquiry carries."""

    number: int
    kind: str
    locale: Locale
    given: str
    short_forms: tuple[str, ...]
    surname: str
    generation: str
    firm: Firm | None
    home: Place
    phone: str
    mobile: str
    email: str
    private: str
    care: float
    broker: tuple[str, str] | None = None


class Maker:
    """Makes people: firms with colleagues, families, loners, and clients of brokers."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._count = 0
        self._taken: set[str] = set()
        self._brokers: list[tuple[str, str]] = []

    def people(self) -> Iterator[Someone]:
        """People without end."""
        while True:
            locale = self.rng.choices(LOCALES, [one.share for one in LOCALES])[0]
            kind = self.rng.choices(("firm", "family", "loner", "client"), (58, 10, 20, 12))[0]
            if kind == "firm":
                firm = self.firm(locale)
                yield from (self.someone("firm", locale, firm) for _ in range(self.rng.choice(SIZES)))
            elif kind == "family":
                yield from self._family(locale)
            elif kind == "loner":
                yield self.someone("loner", locale, None)
            else:
                client = self.someone("client", locale, self.firm(locale) if self.rng.random() < 0.7 else None)
                client.broker = self._broker() if self.rng.random() < 0.6 else None
                yield client

    def _family(self, locale: Locale) -> Iterator[Someone]:
        """Two to four people of one surname at one address with one telephone; some sons bear the father's name."""
        rng = self.rng
        first = self.someone("family", locale, None)
        members = [first]
        for _ in range(rng.choice((1, 1, 2, 3))):
            another = self.someone("family", locale, None, surname=first.surname)
            while another.given in {member.given for member in members}:
                another = self.someone("family", locale, None, surname=first.surname)
            another.home, another.phone = first.home, first.phone
            if rng.random() < 0.2:
                another.mobile = first.mobile
            if rng.random() < 0.2:
                another.private = another.email = first.private
            members.append(another)
        if rng.random() < 0.1:
            members[1].given, members[1].short_forms = first.given, first.short_forms
            first.generation, members[1].generation = "Sr", "Jr"
        yield from members

    def someone(self, kind: str, locale: Locale, firm: Firm | None, surname: str = "") -> Someone:
        """A new person, with a mailbox and numbers of their own."""
        rng = self.rng
        self._count += 1
        given, *short = rng.choice(locale.men if rng.random() < 0.5 else locale.women).split(":")
        surname = surname or self._surname(locale)
        private = self._address(given, surname, rng.choice(WEBMAIL))
        return Someone(
            *(self._count, kind, locale, given, tuple(short), surname, "", firm),
            home=firm.office if firm else self.place(locale),
            phone=firm.phone if firm and rng.random() < 0.6 else self.digits(locale.area),
            mobile=self.digits(locale.mobile) if rng.random() < 0.5 else "",
            email=self._address(given, surname, firm.domain) if firm else private,
            private=private,
            care=rng.choice((0.3, 0.6, 1.0, 1.0, 1.5, 2.5)),
        )

    def firm(self, locale: Locale) -> Firm:
        """A new company."""
        rng = self.rng
        words = (rng.choice(FIRM_FIRST), rng.choice(FIRM_SECOND), rng.choice(FIRM_THIRD))
        if rng.random() < 0.25:
            words = (self._surname(locale), *words[1:])
        name = " ".join(word for word in words if word)
        domain = f"{latin(''.join(words[:2]))}{rng.choice(('', '', '-group', '-online'))}.example"
        phone = self.digits(locale.area)
        return Firm(
            name,
            rng.choice(locale.legal),
            domain,
            phone,
            f"{rng.choice(SHARED_MAILBOXES)}@{domain}",
            self.place(locale),
        )

    def place(self, locale: Locale) -> Place:
        """A house somewhere in one of the locale's towns."""
        rng = self.rng
        forms = rng.choice(locale.street_forms)
        town, pattern = rng.choice(locale.towns).split("|")
        postcode = "".join(self._character(letter) for letter in pattern)
        building = rng.choice(BUILDINGS) if rng.random() < 0.3 else ""
        number = str(rng.randrange(1, rng.choice((12, 60, 120, 400))))
        return Place(number, rng.choice(locale.streets), forms, building, town, postcode)

    def digits(self, start: str) -> str:
        """A number nobody else has."""
        while True:
            number = f"{start}0{self.rng.randrange(10**7):07}"
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _surname(self, locale: Locale) -> str:
        """A listed surname, the more often the earlier it is listed, or a composed one."""
        rng = self.rng
        if rng.random() < 0.45:
            at = int(len(locale.surnames) * rng.random() ** 2)
            return locale.surnames[at]
        composed = rng.choice(locale.begins) + rng.choice(locale.ends)
        return f"{composed}-{rng.choice(locale.surnames)}" if rng.random() < 0.03 else composed

    def _address(self, given: str, surname: str, domain: str) -> str:
        rng = self.rng
        first, last = latin(given), latin(surname)
        local = rng.choice((f"{first}.{last}", f"{first[:1]}{last}", f"{first}", f"{first}{last[:1]}", f"{last}"))
        address, count = f"{local}@{domain}", 1
        while address in self._taken:
            count += rng.randrange(1, 60)
            address = f"{local}{count}@{domain}"
        self._taken.add(address)
        return address

    def _broker(self) -> tuple[str, str]:
        """A broker's address and number: mostly one who already sent clients."""
        rng = self.rng
        if not self._brokers or rng.random() < 0.05:
            locale = LOCALES[0]
            given, surname = rng.choice(locale.women).split(":")[0], self._surname(locale)
            self._brokers.append((self._address(given, surname, "brokers.example"), self.digits(locale.area)))
        return rng.choice(self._brokers)

    def _character(self, letter: str) -> str:
        if letter == "#":
            return str(self.rng.randrange(10))
        return self.rng.choice("ABDEFGHJLNPQRSTUWXYZ") if letter == "@" else letter
