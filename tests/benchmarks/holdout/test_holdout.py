"""The hold-out population is what SETTINGS.md says: repeatable, at its rates, and of nobody real."""

import random
import re
from collections import Counter

import pytest

from tests.benchmarks.holdout import Population, population, rates
from tests.benchmarks.holdout.mail import MISTYPED, PROVIDERS
from tests.benchmarks.holdout.phones import Exchange, made_up, written
from tests.benchmarks.holdout.places import city_in

ROLES = {
    "email",
    "first_name",
    "last_name",
    "company",
    "phone",
    "mobile",
    "street",
    "city",
    "state",
    "postcode",
    "website",
}
COUNT = 3000


@pytest.fixture(scope="module")
def people() -> Population:
    """A population of a moderate size."""
    return population(COUNT, 7)


def records(people: Population) -> list[dict[str, str]]:
    """Return the records of both sides."""
    return [*people.left.values(), *people.right.values()]


def test_the_same_seed_makes_the_same_population() -> None:
    """Everything is drawn from one seeded source."""
    assert population(300, 11) == population(300, 11)
    assert population(300, 11) != population(300, 12)


def test_ids_say_their_side_and_every_record_has_a_person(people: Population) -> None:
    """Left ids start with L, right ones with R, and pairs join records of one person."""
    assert all(name.startswith("L") for name in people.left)
    assert all(name.startswith("R") for name in people.right)
    assert people.persons.keys() == people.left.keys() | people.right.keys()
    assert set(people.persons.values()) == set(people.kinds)
    told = {(a, b) for a, b in people.pairs if people.persons[a] == people.persons[b]}
    assert told == people.pairs


def test_all_true_pairs_are_told(people: Population) -> None:
    """A person with two records on one side is in several pairs."""
    left, right = (Counter(people.persons[name] for name in side) for side in (people.left, people.right))
    assert len(people.pairs) == sum(number * right[person] for person, number in left.items())


def test_records_hold_known_roles_and_no_empty_text(people: Population) -> None:
    """A role nobody filled in is left out."""
    for found in records(people):
        assert found.keys() <= ROLES
        assert all(text.strip() for text in found.values())


def test_sides_are_as_large_as_asked_and_overlap_as_stated(people: Population) -> None:
    """Three in five persons are on both sides, one in five only on one of them."""
    left, right = ({people.persons[name] for name in side} for side in (people.left, people.right))
    total = len(left | right)
    assert len(people.left) == pytest.approx(COUNT, rel=0.05)
    assert len(people.right) == pytest.approx(COUNT, rel=0.05)
    assert len(left & right) / total == pytest.approx(rates.BOTH_SIDES, abs=0.03)
    assert len(left - right) / total == pytest.approx(rates.LEFT_ONLY, abs=0.03)
    twice = len(people.persons) - len(left) - len(right)
    assert twice / total == pytest.approx(rates.TWICE, abs=0.003)


def test_special_people_are_there_at_their_rates(people: Population) -> None:
    """Kinds come out near the rates they were drawn at."""
    shares = {kind: number / len(people.kinds) for kind, number in Counter(people.kinds.values()).items()}
    assert shares["family"] + shares["twins"] == pytest.approx(rates.FAMILY, abs=0.015)
    assert shares["broker"] == pytest.approx(rates.BROKERED, abs=0.02)
    assert shares["assisted"] == pytest.approx(rates.ASSISTED, abs=0.01)
    assert shares["founder of two"] == pytest.approx(rates.FOUNDER, abs=0.007)
    assert shares["bare"] < 0.06
    assert {"changed company", "moved office", "relatives in one firm", "shared mailbox"} <= shares.keys()


def test_names_are_skewed_as_in_life(people: Population) -> None:
    """The most frequent surname is borne by about one in a hundred."""
    surnames = Counter(found.get("last_name", "").lower() for found in records(people))
    del surnames[""]
    assert 0.005 < surnames.most_common(1)[0][1] / surnames.total() < 0.02
    assert len(surnames) > 900


def test_no_address_is_at_a_domain_of_somebody(people: Population) -> None:
    """Domains end in .example, are a provider's, or have an ending that does not exist."""
    allowed = {domain for country in PROVIDERS.values() for domain in country}
    allowed |= {domain for slips in MISTYPED.values() for domain in slips}
    for found in records(people):
        domain = found.get("email", "@x.example").lower().split("@")[1]
        assert domain in allowed or domain.endswith(".example"), domain
        assert re.search(r"\.example(/|$)", found.get("website", "x.example"))


def test_mailboxes_at_providers_are_plainly_made_up(people: Population) -> None:
    """Each has a number in it (a slip never takes it away)."""
    for found in records(people):
        local, domain = found.get("email", "@x.example").lower().split("@")
        if not domain.endswith(".example"):
            assert len(re.findall(r"\d", local)) >= 2, local


def test_no_telephone_is_anybodys(people: Population) -> None:
    """Every number lies in a range that is fictional or not given out."""
    for found in records(people):
        for role in ("phone", "mobile"):
            assert made_up(found.get(role, "-")), found[role]


def test_a_real_looking_number_is_told_from_a_made_up_one() -> None:
    """The check of numbers would notice one outside the ranges."""
    assert not made_up("020 7123 4567")
    assert not made_up("+44 7911 123456")
    assert not made_up("(212) 736-5000")


def test_numbers_are_never_handed_out_twice() -> None:
    """Strangers share no number by chance."""
    rng = random.Random(1)
    exchange = Exchange(rng)
    numbers = [exchange.landline(city_in(rng, country)) for country in ("GB", "US", "FR") for _ in range(500)]
    assert len(set(numbers)) == len(numbers)
    assert all(made_up(written(number, rng, abroad)) for number in numbers for abroad in (True, False))
