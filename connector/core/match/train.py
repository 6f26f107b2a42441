"""Weights from a tenant's own leads, without knowing who is who. Imports the comparison and the weights.

Expectation and maximisation over *patterns*: how often each combination of levels is seen among candidate pairs, and
among pairs taken by chance. The latter are two people nearly always, so they tell u by counting; m and the share of
true pairs among the candidates are estimated in turns (Winkler 1988). Deterministic: the same counts, the same weights.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, log

from connector.core.match.blocks import full_name, house
from connector.core.match.identity import Identity
from connector.core.match.levels import FIELDS, Comparison, Level
from connector.core.match.weights import Odds, Weights

Patterns = Mapping[Comparison, int]
"""How many pairs compare like this."""

_Shares = Mapping[str, Mapping[Level, float]]

_FEWEST = 200
"""Expected true pairs that speak of a field, below which it keeps its odds."""
_PSEUDO = 20.0
"""The start counts like so many pairs, so that a level nobody saw keeps a chance and few pairs move little."""
_ROUNDS = 100
_STILL = 1e-6
_LEAST_SHARED = 0.05
_LEAST, _MOST = 1e-6, 0.9999
_CHAINS = (
    (Level.EXACT, Level.NEAR, Level.SIMILAR),
    (Level.EXACT, Level.ALIAS, Level.INITIAL),
    (Level.EXACT, Level.PART),
    (Level.EXACT, Level.SWAPPED),
    (Level.EXACT, Level.IN_MAIL),
)
"""Levels from better to worse: a worse one is never worth more."""


@dataclass(frozen=True, slots=True)
class Training:
    """New weights; how many candidate pairs are expected to be true, after how many rounds; fields that kept theirs."""

    weights: Weights
    matches: float
    rounds: int
    kept: tuple[str, ...]


def train(candidates: Patterns, chance: Patterns, size: int, start: Weights) -> Training:
    """The weights that explain the candidate pairs best. `size` is the number of records of the larger side.

    What there is too little data for stays as in `start`, and no worse level ever outweighs a better one.
    """
    pairs = max(sum(candidates.values()), 1)
    same = {name: {level: m for level, (m, _) in odds.items()} for name, odds in start.fields.items()}
    other = {name: {level: u for level, (_, u) in odds.items()} for name, odds in start.fields.items()}
    true = _posteriors(candidates, same, other, start.shared / max(size, 2))
    share, rounds = _expected(candidates, true) / pairs, 0
    for rounds in range(1, _ROUNDS + 1):  # noqa: B007 # told to the caller
        fitted = _shares(candidates, true, same)
        false = _shares(candidates, {pattern: 1 - p for pattern, p in true.items()}, other)
        true = _posteriors(candidates, fitted, false, share)
        before, share = share, _expected(candidates, true) / pairs
        if abs(share - before) < _STILL:
            break
    fitted, by_chance = _shares(candidates, true, same), _shares(chance, dict.fromkeys(chance, 1.0), other)
    fields, kept = dict(start.fields), []
    for at, name in enumerate(FIELDS):
        spoken = sum(count * true[each] for each, count in candidates.items() if each[at] is not Level.MISSING)
        if spoken < _FEWEST or not chance:
            kept.append(name)
        else:
            fields[name] = _in_order({level: (m, by_chance[name][level]) for level, m in fitted[name].items()})
    shared = start.shared
    if len(kept) < len(FIELDS):
        shared = min(max(share * pairs / max(size, 1), _LEAST_SHARED), 1 - _LEAST_SHARED)
    return Training(replace(start, fields=fields, shared=shared), share * pairs, rounds, tuple(kept))


def crowd(people: Iterable[Identity]) -> float:
    """How many others of one side share a lead's house or company on average, at least one in all.

    Who carries the same full name there counts as the same person, entered twice.
    """
    names: dict[str, set[str]] = {}
    places = []
    for who in people:
        here = [house(who) + who.city if who.number and who.street else "", who.company]
        places.append(here)
        for place in filter(None, here):
            names.setdefault(place, set()).add(full_name(who))
    others = sum(max((len(names[place]) - 1 for place in here if place), default=0) for here in places)
    return max(others, 1) / max(len(places), 1)


def _expected(patterns: Patterns, true: Mapping[Comparison, float]) -> float:
    return sum(count * true[pattern] for pattern, count in patterns.items())


def _shares(patterns: Patterns, weight: Mapping[Comparison, float], start: _Shares) -> _Shares:
    """Field -> the share of each level among the pairs that speak of it, each pair counting by its weight."""
    found = {}
    for at, name in enumerate(FIELDS):
        counts = {level: _PSEUDO * share for level, share in start[name].items()}
        for pattern, count in patterns.items():
            if pattern[at] in counts:
                counts[pattern[at]] += count * weight[pattern]
        total = sum(counts.values())
        found[name] = {level: min(max(count / total, _LEAST), _MOST) for level, count in counts.items()}
    return found


def _posteriors(patterns: Patterns, same: _Shares, other: _Shares, share: float) -> dict[Comparison, float]:
    """How likely a pair of each pattern is one person, where this share of all pairs is."""
    prior = log(share / (1 - share)) if 0 < share < 1 else log(_LEAST)
    worth = [{level: log(same[name][level] / other[name][level]) for level in same[name]} for name in FIELDS]
    found = {}
    for pattern in patterns:
        total = prior + sum(row.get(level, 0.0) for row, level in zip(worth, pattern, strict=True))
        found[pattern] = 1 / (1 + exp(-max(min(total, 500.0), -500.0)))
    return found


def _in_order(odds: Odds) -> Odds:
    """The odds with no worse level worth more than a better one, and none of the different ones speaking for a pair.

    Where the data say otherwise, the worse level is taken to be as common among two people as makes both equal.
    """
    found = dict(odds)
    for chain in _CHAINS:
        levels = [level for level in (*chain, Level.DIFFERENT) if level in found]
        for better, worse in pairwise(levels):
            most = found[better][0] / found[better][1]
            m, u = found[worse]
            if m / u > most:
                u = min(m / most, _MOST)
                found[worse] = (min(m, most * u), u)
    m, u = found[Level.DIFFERENT]
    found[Level.DIFFERENT] = (m, max(m, u))
    return found
