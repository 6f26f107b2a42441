"""A record as somebody fills it in for a person."""

import re

from tests.benchmarks.holdout import mail, rates
from tests.benchmarks.holdout.draw import Rng, often, one_of
from tests.benchmarks.holdout.model import Person
from tests.benchmarks.holdout.write_contact import email, phone_fields
from tests.benchmarks.holdout.write_name import Hand, name_fields
from tests.benchmarks.holdout.write_place import company, own_company, place_fields, website

Record = dict[str, str]

_PLACEHOLDERS = {
    "last_name": ("-", ".", "n/a", "unknown", "test", "x", "Lead", "N/A"),
    "first_name": ("-", "n/a", "unknown", "Test", "Sir/Madam", "x"),
    "phone": ("0000000000", "00000000000", "1111111111", "n/a", "-", "000", "unknown"),
    "email": mail.PLACEHOLDERS,
    "company": ("n/a", "-", "None", "unknown", "TBC", "N/A", "test"),
    "city": ("n/a", "-", "unknown", "UK"),
}
_PLACEHOLDER_FIELDS = {
    "last_name": 0.22,
    "first_name": 0.08,
    "phone": 0.30,
    "email": 0.17,
    "company": 0.18,
    "city": 0.05,
}


def hand_for(person: Person, channels: dict[str, float], rng: Rng) -> Hand:
    """Return the hand that fills in a record on one side."""
    channel = rates.CHANNELS[one_of(rng, channels)]
    case = one_of(rng, {"lower": channel.lower, "upper": channel.upper, "": 1 - channel.lower - channel.upper})
    return Hand(channel, person.care, accents=not often(rng, channel.plain), case=case)


def record(person: Person, channels: dict[str, float], rng: Rng) -> Record:
    """Return a new record of a person on the side that has these channels."""
    hand = hand_for(person, channels, rng)
    at_other = person.other_firm is not None and often(rng, 0.5)
    by_between = person.between is not None and often(rng, rates.BY_GO_BETWEEN)
    found = name_fields(person.name, person.number, hand, rng)
    found["email"] = email(person, at_other, by_between, hand, rng)
    found.update(phone_fields(person, at_other, by_between, hand, rng))
    found.update(_about_firm(person, at_other, hand, rng))
    if often(rng, rates.PLACEHOLDER):
        field = one_of(rng, _PLACEHOLDER_FIELDS)
        found[field] = rng.choice(_PLACEHOLDERS[field])
    return {role: text for role, text in found.items() if text}


def _about_firm(person: Person, at_other: bool, hand: Hand, rng: Rng) -> Record:
    firm = person.other_firm if at_other else person.firm
    if firm is None:
        return {"company": own_company(person.name, rng), **place_fields(person.home, hand, rng)}
    found = {}
    if often(rng, hand.channel.company):
        found["company"] = company(firm, hand, rng)
    if often(rng, hand.channel.website):
        found["website"] = website(firm, rng)
    return {**found, **place_fields(firm.sites[0 if at_other else person.site], hand, rng)}


def copied(original: Record, rng: Rng) -> Record:
    """Return a record that was taken over from another system: gaps and other notations, the same words."""
    found: Record = {}
    for role, text in original.items():
        if role not in ("email", "first_name", "last_name") and often(rng, 0.12):
            continue
        if role in ("phone", "mobile") and often(rng, 0.45):
            text = re.sub(r"(?<=\d)[ .-](?=\d)", "", text)
        if role == "street" and often(rng, 0.4):
            text = text.replace("\n", ", ")
        if role in ("first_name", "last_name") and text.islower() and often(rng, 0.5):
            text = text.title()
        if role == "email" and often(rng, 0.3):
            text = text.lower()
        found[role] = text
    return found
