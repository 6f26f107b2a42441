"""What changes in a person's life between two records."""

import math
from dataclasses import replace

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import often
from tests.benchmarks.holdout.groups import Crowd, Makers
from tests.benchmarks.holdout.model import Person
from tests.benchmarks.holdout.naming import family_name
from tests.benchmarks.holdout.places import city_in, home

CHANGES = ("married", "changed company", "moved office", "moved house")


def _within(rate: float, years: float) -> float:
    return 1 - math.exp(-rate * years)


def later(person: Person, years: float, crowd: Crowd, makers: Makers) -> tuple[Person, str]:
    """Return the person some years later, and the most remarkable change (nothing if there was none)."""
    rng, changes = makers.rng, set()
    if person.name.woman and often(rng, _within(rates.SURNAME_CHANGE, years)):
        person = _married(person, makers)
        changes.add("married")
    if person.firm is not None and person.firm.switchboards:
        if often(rng, _within(rates.JOB_CHANGE, years)):
            country = person.firm.sites[0].city.country
            person = crowd.employed(replace(person, role_mail=False), makers.town.firm(country))
            person = replace(person, other_firm=None, between=None)
            changes.add("changed company")
        elif person.site == 0 and person.firm and often(rng, _within(rates.FIRM_MOVE, years)):
            person = replace(person, firm=makers.town.moved(person.firm))
            changes.add("moved office")
    person = _new_contacts(person, years, makers)
    if often(rng, _within(rates.HOUSE_MOVE, years)):
        city = person.home.city if often(rng, 0.7) else city_in(rng, person.home.city.country)
        person = replace(person, home=home(rng, city), home_line=None)
        if person.firm is None:
            changes.add("moved house")
    return person, next((change for change in CHANGES if change in changes), "")


def _new_contacts(person: Person, years: float, makers: Makers) -> Person:
    rng, country = makers.rng, person.home.city.country
    if often(rng, _within(rates.NEW_MOBILE, years)):
        person = replace(person, mobile=makers.exchange.mobile(country))
    if often(rng, _within(rates.NEW_HOME_MAIL, years)):
        person = replace(person, home_mail=makers.post.private(person.name, country))
    if person.direct is not None and person.firm is not None and often(rng, _within(rates.NEW_DIRECT, years)):
        person = replace(person, direct=makers.exchange.landline(person.firm.sites[person.site].city))
    return person


def _married(person: Person, makers: Makers) -> Person:
    """Return a woman with another surname; some keep the old one before a hyphen, most get a new work address."""
    rng, name = makers.rng, person.name
    family = family_name(rng, name.origin, True)
    if often(rng, 0.15):
        name = replace(name, added=family, joint="-")
    else:
        name = replace(name, family=family, added="", joint=" ")
    person = replace(person, name=name)
    if person.firm is not None and often(rng, 0.65):
        person = replace(person, work_mail=makers.post.work(name, person.firm))
    if often(rng, 0.2):
        person = replace(person, home_mail=makers.post.private(name, person.home.city.country))
    return person
