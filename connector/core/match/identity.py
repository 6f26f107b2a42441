"""What of a lead tells who it is, in comparable form. Imports the core's mapping model and the normalisers."""

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from connector.core.mapping.model import Mapping
from connector.core.match.addresses import address, postcode
from connector.core.match.contacts import company_domain, digits, is_mobile, is_shared, mailbox, web_domain
from connector.core.match.firms import company
from connector.core.match.fold import plain, squeezed
from connector.core.match.persons import Person, named_by, person
from connector.core.model import Values

ROLES = (
    *("email", "first_name", "last_name", "company", "phone", "mobile"),
    *("street", "city", "state", "postcode", "website"),
)
"""What a rule may say about a person, in the head of the mapping."""
NAMES = ("first_name", "last_name", "email")
"""Those that tell a name."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a lead is, as far as it says so; "" is what nobody said.

    `email` is a person's own address, `mailbox` one that a team reads. Names, street, building and city are without
    blanks, so that a missing or a misplaced one makes no difference; the `_words` keep them. `also` are names that
    `email` bears and no field. Equal texts are one object (`sys.intern`), as are the words of most names: a whole
    population is held in memory.
    """

    given: str = ""
    surname: str = ""
    given_words: tuple[str, ...] = ()
    surname_words: tuple[str, ...] = ()
    generation: str = ""
    also: tuple[str, ...] = ()
    email: str = ""
    mailbox: str = ""
    phone: str = ""
    mobile: str = ""
    company: str = ""
    domains: tuple[str, ...] = ()
    number: str = ""
    street: str = ""
    building: str = ""
    unit: str = ""
    city: str = ""
    postcode: str = ""
    state: str = ""


def identity_of(mapping: Mapping, values: Values) -> Identity:
    """The identity of one record by the roles of the mapping; what we or a form invented does not count."""
    return identity(_said(mapping, values, mapping.match))


def name_of(mapping: Mapping, values: Values) -> Person:
    """The names of an identity, for a part of the work."""
    said = _said(mapping, values, [role for role in NAMES if role in mapping.match])
    return _name(said, _own(mailbox(said.get("email", ""))))


def _said(mapping: Mapping, values: Values, roles: Iterable[str]) -> dict[str, str]:
    texts = ((role, mapping.match[role], values.get(mapping.match[role], "")) for role in roles)
    return {role: text for role, name, text in texts if text and not _invented(mapping, name, text)}


def _own(mail: str) -> str:
    """An address that is one person's; "" for one that a team reads."""
    return "" if is_shared(mail) else mail


def _name(said: Map[str, str], own: str) -> Person:
    return named_by(own.partition("@")[0], person(said.get("first_name", ""), said.get("last_name", "")))


def identity(said: Map[str, str]) -> Identity:
    """The identity behind these texts: role -> text, any of them may be missing."""
    where = address(said.get("street", ""))
    mail = mailbox(said.get("email", ""))
    own = _own(mail)
    name = _name(said, own)
    phone, mobile = _numbers(said.get("phone", ""), said.get("mobile", ""))
    return Identity(
        given=intern(name.given),
        surname=intern(name.surname),
        given_words=_interned(name.given_words),
        surname_words=_interned(name.surname_words),
        generation=name.generation,
        also=name.also,
        email=intern(own),
        mailbox="" if own else intern(mail),
        phone=intern(digits(phone)),
        mobile=intern(digits(mobile)),
        company=intern(company(said.get("company", ""))),
        domains=_domains(mail, said.get("website", "")),
        number=intern(where.number),
        street=intern(squeezed(where.street)),
        building=intern(squeezed(where.building)),
        unit=intern(where.unit),
        city=intern(squeezed(plain(said.get("city", "")))),
        postcode=intern(postcode(said.get("postcode", ""))),
        state=intern(squeezed(plain(said.get("state", "")))),
    )


@lru_cache(maxsize=16_384)
def _interned(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, words))


@lru_cache(maxsize=8_192)
def _domains(mail: str, website: str) -> tuple[str, ...]:
    return tuple(map(intern, sorted({company_domain(mail), web_domain(website)} - {""})))


def _numbers(phone: str, mobile: str) -> tuple[str, str]:
    """The two numbers, a single one where it belongs: a mobile is one person's, whichever field it was typed into."""
    if not mobile and is_mobile(phone) is True:
        return "", phone
    if not phone and is_mobile(mobile) is False:
        return mobile, ""
    return phone, mobile


def _invented(mapping: Mapping, name: str, value: str) -> bool:
    rule = mapping.rules.get(name)
    if rule is None or not rule.fillers:
        return False
    return any(value == filler or plain(value) == plain(filler) != "" for filler in rule.fillers.values())
