"""The population: two sides of records, and which of them are of one person."""

import random
from dataclasses import dataclass

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import often
from tests.benchmarks.holdout.evidence import evidence, suffix
from tests.benchmarks.holdout.firms import Town
from tests.benchmarks.holdout.groups import Crowd, Makers
from tests.benchmarks.holdout.life import later
from tests.benchmarks.holdout.mail import Post
from tests.benchmarks.holdout.model import Person
from tests.benchmarks.holdout.phones import Exchange
from tests.benchmarks.holdout.write import Record, copied, record

ORDINARY = ("alone", "colleague", "freelancer", "broker", "shared mailbox")
"""Kinds that give way to what happened between two records."""


@dataclass(frozen=True)
class Population:
    """Two sides of leads with the truth about them."""

    left: dict[str, dict[str, str]]
    right: dict[str, dict[str, str]]
    pairs: frozenset[tuple[str, str]]
    """All pairs of a left and a right record of one person."""
    persons: dict[str, int]
    """The person of each record."""
    kinds: dict[int, str]
    """What is particular about each person; namesakes and bare ones cannot be told by any evidence."""


def population(count: int, seed: int) -> Population:
    """Return about this many leads a side, the same for the same seed."""
    rng = random.Random(seed)
    exchange = Exchange(rng)
    makers = Makers(rng, exchange, Post(rng), Town(rng, exchange, count))
    crowd = Crowd(makers, count)
    crowd.fill(round(count / (rates.BOTH_SIDES + rates.LEFT_ONLY)))
    sheets = _Sheets(crowd, makers)
    for person in crowd.people:
        sheets.enter(person)
    return sheets.finished()


class _Sheets:
    """The records of both sides while they are being entered."""

    def __init__(self, crowd: Crowd, makers: Makers) -> None:
        self._crowd = crowd
        self._makers = makers
        self._rng = makers.rng
        self._kinds = dict(crowd.kinds)
        self._records: list[tuple[str, int, Record]] = []

    def enter(self, person: Person) -> None:
        """Enter the records of one person."""
        rng, number = self._rng, person.number
        where = rng.random()
        if where >= rates.BOTH_SIDES:
            side = "L" if where < rates.BOTH_SIDES + rates.LEFT_ONLY else "R"
            first = record(person, _channels(side), rng)
            self._put(side, number, first)
            if often(rng, rates.TWICE):
                self._put(side, number, record(person, _channels(side), rng))
            return
        sides = ["L", "R"]
        rng.shuffle(sides)
        before, after = sides
        first = record(person, _channels(before), rng)
        self._put(before, number, first)
        changed = person
        if often(rng, rates.SAME_ENQUIRY):
            self._put(after, number, copied(first, rng))
        else:
            changed = self._grown(person)
            self._put(after, number, record(changed, _channels(after), rng))
        if often(rng, rates.TWICE):
            side = rng.choice("LR")
            self._put(side, number, record(rng.choice([person, changed]), _channels(side), rng))

    def _grown(self, person: Person) -> Person:
        """Return a person at the time of her second record."""
        if often(self._rng, rates.NO_GAP / (1 - rates.SAME_ENQUIRY)):
            return person
        years = self._rng.expovariate(1 / rates.GAP_YEARS)
        changed, kind = later(person, years, self._crowd, self._makers)
        if kind and self._kinds[person.number] in ORDINARY:
            self._kinds[person.number] = kind
        return changed

    def _put(self, side: str, number: int, found: Record) -> None:
        self._records.append((side, number, found))

    def finished(self) -> Population:
        """Return the population, its records in random order."""
        self._rng.shuffle(self._records)
        sides: dict[str, dict[str, Record]] = {"L": {}, "R": {}}
        persons: dict[str, int] = {}
        of: dict[int, dict[str, list[str]]] = {}
        for side, number, found in self._records:
            name = f"{side}{len(sides[side]) + 1:06}"
            sides[side][name] = found
            persons[name] = number
            of.setdefault(number, {"L": [], "R": []})[side].append(name)
        pairs = [(left, right) for both in of.values() for left in both["L"] for right in both["R"]]
        both_sides = sides["L"] | sides["R"]
        _mark(self._kinds, of, both_sides, self._crowd.namesakes)
        return Population(sides["L"], sides["R"], frozenset(pairs), persons, self._kinds)


def _channels(side: str) -> dict[str, float]:
    return rates.LEFT_CHANNELS if side == "L" else rates.RIGHT_CHANNELS


def _mark(
    kinds: dict[int, str], of: dict[int, dict[str, list[str]]], records: dict[str, Record], same: list[tuple[int, int]]
) -> None:
    """Mark persons whom no evidence joins or tells apart."""
    for number, both in of.items():
        if both["L"] and both["R"]:
            left, right = ({mark for name in both[side] for mark in evidence(records[name])} for side in "LR")
            if not left & right:
                kinds[number] = "bare"
    for one, two in same:
        if all(one_side in of for one_side in (one, two)) and not (
            _own(one, two, of, records) and _own(two, one, of, records)
        ):
            kinds[one] = kinds[two] = "namesakes"


def _own(one: int, two: int, of: dict[int, dict[str, list[str]]], records: dict[str, Record]) -> bool:
    """Tell whether something on both sides of one namesake's records stands in none of the other's."""

    def seen(number: int, side: str) -> set[str]:
        texts: set[str] = set()
        for name in of[number][side]:
            texts |= evidence(records[name]) | suffix(records[name])
        return texts

    left, right = seen(one, "L"), seen(one, "R")
    return not (left and right) or bool(left & right - seen(two, "L") - seen(two, "R"))
