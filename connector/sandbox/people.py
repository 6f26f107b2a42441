"""Made-up people who look for flexible workspace: realistic, messy, and the same again for the same seed.

Nobody here exists: mail goes to the domains reserved for examples (RFC 2606), telephone numbers are fictional.
Imports the standard library and the sandbox's own words.
"""

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connector.sandbox import names
from connector.sandbox.names import Country

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SPAN = timedelta(days=548)
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Other")
INDUSTRIES = ("Banking", "Consulting", "Education", "Technology")
NEAR_DUPLICATES = 0.015
NEARLY_EMPTY = 0.015

# What a normal form does not take apart.
_LATIN = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "ı": "i", "'": "", "’": "", " ": "", ".": ""}
)


@dataclass(frozen=True)
class Enquiry:
    """One enquiry as it came in; "" is what nobody said.

    `number` counts enquiries from 1; `twin_of` is the number of the earlier enquiry that this one nearly repeats (0:
    none). `street` has one to three lines. `people` is a number or, when messy, a range. `area` is all the broker of a
    nearly empty enquiry said about the place. `created` is aware and in whole seconds.
    """

    number: int
    created: datetime
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    website: str = ""
    street: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    source: str = ""
    industry: str = ""
    people: str = ""
    notes: str = ""
    area: str = ""
    twin_of: int = 0


def generate(
    count: int,
    *,
    seed: int = 0,
    now: datetime = NOW,
    messy: bool = True,
    sources: Sequence[str] = SOURCES,
    industries: Sequence[str] = INDUSTRIES,
) -> list[Enquiry]:
    """Enquiries of the eighteen months before `now`, oldest first.

    All have different e-mails and telephone numbers, and no two share last name and company. `messy` adds what a
    person has to look at: near-duplicates, nearly empty enquiries and ranges for the number of people. `sources` and
    `industries` are the labels to choose from.
    """
    rng = random.Random(seed)
    twins = max(1, round(count * NEAR_DUPLICATES)) if messy and count >= 20 else 0
    writer = _Writer(rng, now, messy, sources, industries)
    originals = [writer.enquiry(number) for number in range(1, count - twins + 1)]
    followed = [one for one in originals if one.email and one.last_name and one.company]
    chosen = rng.sample(followed, min(twins, len(followed)))
    repeats = [writer.twin(one, len(originals) + place) for place, one in enumerate(chosen, start=1)]
    return sorted([*originals, *repeats], key=lambda one: (one.created, one.number))


def rewritten(phone: str, rng: random.Random) -> str:
    """An international number ("+44 20 7946 0123") as somebody else writes it; other forms stay as they are."""
    plain = re.fullmatch(r"\+(\d+) ([\d ]+)", phone)
    if plain is None:
        return phone
    country = next(one for one in names.COUNTRIES if one.code == plain[1])
    return _written(country, plain[2], rng)


def latin(name: str) -> str:
    """The name as it stands in an e-mail address: lower-case letters of the alphabet, digits and hyphens."""
    folded = unicodedata.normalize("NFKD", name.translate(_LATIN)).encode("ascii", "ignore").decode()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in folded.lower()).split())


def _written(country: Country, national: str, rng: random.Random) -> str:
    forms = [
        f"+{country.code} {national}",
        f"+{country.code}{national.replace(' ', '')}",
        f"00{country.code} {national}",
        f"+{country.code} {national.replace(' ', '.')}",
        f"+{country.code} {national} ext 12",
    ]
    if country.trunk:
        forms.append(f"+{country.code} ({country.trunk}){national}")
    if country is names.BRITAIN:
        home = f"0{national}"
        area = home.split(" ")[0]
        forms += [
            home,
            home.replace(" ", ""),
            home.replace(" ", "."),
            home.replace(" ", "-"),
            home.replace(area, f"({area})", 1),
        ]
    if country is names.UNITED_STATES:
        code, rest = national.split(" ", 1)
        forms += [f"({code}) {rest.replace(' ', '-')}", national.replace(" ", ".")]
    return rng.choice(forms)


def _numbers(patterns: Sequence[str], rng: random.Random) -> Iterator[str]:
    """Every number that fits one of the patterns, once each, in no order."""
    left = []
    for pattern in patterns:
        digits = pattern.count("#")
        for value in range(10**digits):
            written = iter(f"{value:0{digits}}")
            left.append("".join(next(written) if letter == "#" else letter for letter in pattern))
    rng.shuffle(left)
    yield from left


class _Writer:
    """Writes one enquiry after the other and remembers what is taken."""

    def __init__(
        self, rng: random.Random, now: datetime, messy: bool, sources: Sequence[str], industries: Sequence[str]
    ) -> None:
        self._rng, self._now, self._messy = rng, now.replace(microsecond=0), messy
        self._sources, self._industries = sources, industries
        self._emails: set[str] = set()
        self._persons: set[tuple[str, str]] = set()
        self._landlines = {one.name: _numbers(one.landlines, rng) for one in names.COUNTRIES}
        self._mobiles = {one.name: _numbers(one.mobiles, rng) for one in names.COUNTRIES}
        self._shares = [one.share for one in names.COUNTRIES]

    def enquiry(self, number: int) -> Enquiry:
        """A new person's enquiry."""
        rng = self._rng
        created = self._now - timedelta(seconds=rng.randrange(3600, int(SPAN.total_seconds())))
        if self._messy and self._chance(NEARLY_EMPTY):
            return self._nearly_empty(number, created)
        country = rng.choices(names.COUNTRIES, self._shares)[0]
        first, last, company = self._person(country)
        slug = latin("".join(company.split()[:2]))
        domain = f"{slug}.example" if company else rng.choice(("example.com", "example.org"))
        town, county, postcode = rng.choice(country.towns)
        street = self._gap(0.3, self._street(country))
        people = str(rng.choice((1, 1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 25, 40, 120)))
        return Enquiry(
            number=number,
            created=created,
            first_name=_shown(first),
            last_name=_shown(last),
            company=company,
            email=self._gap(0.06, self._email(first, last, domain)),
            phone=self._gap(0.15, self._number(self._landlines, country)),
            mobile=self._gap(0.55, self._number(self._mobiles, country)),
            website=self._website(slug),
            street=street,
            town=town if street else "",
            county=county if street else "",
            postcode=self._postcode(postcode) if street else "",
            country=country.name,
            source=rng.choice(self._sources) if self._sources else "",
            industry=self._gap(0.4, rng.choice(self._industries)) if self._industries else "",
            people=self._gap(0.2, self._range(people)),
            notes=self._gap(0.45, rng.choice(names.NOTES)).format(
                people=people, town=town, weekday=rng.choice(names.WEEKDAYS)
            ),
        )

    def twin(self, one: Enquiry, number: int) -> Enquiry:
        """The same person once more, a little different; or somebody else behind the same e-mail."""
        rng = self._rng
        later = timedelta(seconds=rng.randrange(60, max(61, int((self._now - one.created).total_seconds()) - 600)))
        again = replace(one, number=number, twin_of=one.number, created=one.created + later, notes="")
        country = next(country for country in names.COUNTRIES if country.name == one.country)
        match rng.randrange(5):
            case 0:
                nickname = names.NICKNAMES.get(one.first_name, one.first_name[:1] + ".")
                return replace(again, first_name=nickname, email=one.email.upper(), phone=rewritten(one.phone, rng))
            case 1:
                return replace(again, last_name=_misspelt(one.last_name, rng), phone=rewritten(one.phone, rng))
            case 2:
                married = _shown(rng.choice([name for name in country.last_names if _shown(name) != one.last_name]))
                return replace(again, last_name=married, email=one.email.swapcase())
            case 3:
                private = self._email(one.first_name, one.last_name, "example.com")
                return replace(again, email=private, company=f"{one.company.split(' ')[0]} Holdings")
            case _:
                first, last, _ = self._person(country)
                return replace(again, first_name=_shown(first), last_name=_shown(last), phone="", mobile="")

    def _nearly_empty(self, number: int, created: datetime) -> Enquiry:
        """What a broker's feed makes of an enquiry it could not read."""
        rng = self._rng
        notes = self._gap(0.5, rng.choice(names.NOTES)).format(people="some", town="town", weekday="Friday")
        people = self._gap(0.5, self._range(str(rng.randrange(1, 30))))
        return Enquiry(number, created, area=rng.choice(names.AREAS), people=people, notes=notes)

    def _person(self, country: Country) -> tuple[str, str, str]:
        """First name, last name (with their Latin spelling) and company, not both of the latter met before."""
        rng = self._rng
        while True:
            first, last = rng.choice(country.first_names), rng.choice(country.last_names)
            parts = (rng.choice(names.COMPANY_FIRST), rng.choice(names.COMPANY_SECOND), rng.choice(country.suffixes))
            company = self._gap(0.04, " ".join(part for part in parts if part))
            key = (last, company) if company else (last, f"{first} of {country.name}")
            if key not in self._persons:
                self._persons.add(key)
                return self._gap(0.01, first), last, company

    def _email(self, first: str, last: str, domain: str) -> str:
        rng = self._rng
        given, family = latin(_spelt(first)), latin(_spelt(last))
        mailbox = rng.choice((f"{given}.{family}", f"{given[:1]}{family}", f"{given}_{family}", family)).strip("._")
        if not mailbox or self._chance(0.04):
            mailbox = rng.choice(names.SHARED_MAILBOXES)
        address, count = f"{mailbox}@{domain}", 1
        while address in self._emails:
            count += 1
            address = f"{mailbox}{count}@{domain}"
        self._emails.add(address)
        return address.title() if self._chance(0.05) else address

    def _website(self, slug: str) -> str:
        form = self._rng.choice(("www.{}.example", "https://{}.example", "http://www.{}.example/"))
        return self._gap(0.6, form.format(slug)) if slug else ""

    def _number(self, numbers: dict[str, Iterator[str]], country: Country) -> str:
        """A number nobody has yet, "" when the fictional ones are used up."""
        national = next(numbers[country.name], "")
        if not national:
            return ""
        return f"+{country.code} {national}" if self._chance(0.4) else _written(country, national, self._rng)

    def _street(self, country: Country) -> str:
        rng = self._rng
        road, house = rng.choice(country.streets), rng.randrange(1, 200)
        lines = [f"{house} {road}" if country.number_first else f"{road} {house}"]
        if self._chance(0.4):
            lines.insert(0, rng.choice(names.BUILDINGS))
        if self._chance(0.2):
            lines.insert(0, f"Floor {rng.randrange(1, 30)}, Unit {rng.choice('ABCDEF')}")
        return "\n".join(lines)

    def _postcode(self, pattern: str) -> str:
        return self._gap(0.1, "".join(self._character(letter) for letter in pattern))

    def _character(self, pattern: str) -> str:
        if pattern == "#":
            return str(self._rng.randrange(1, 10))
        return self._rng.choice("ABDEFGHJLNPQRSTUWXYZ") if pattern == "@" else pattern

    def _range(self, people: str) -> str:
        if self._messy and self._chance(0.03):
            return self._rng.choice((f"{people}-{int(people) + 5}", f"approx. {people}", f"{people} desks"))
        return people

    def _gap(self, chance: float, value: str) -> str:
        return "" if self._chance(chance) else value

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share


def _shown(name: str) -> str:
    return name.split("=")[0]


def _spelt(name: str) -> str:
    return name.split("=")[-1]


def _misspelt(name: str, rng: random.Random) -> str:
    """Two neighbouring letters the other way round, or one left out."""
    places = [place for place in range(1, len(name) - 1) if name[place : place + 2].islower()]
    if not places:
        return name + name[-1]
    place = rng.choice(places)
    swapped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return swapped if swapped != name else name[:place] + name[place + 1 :]
