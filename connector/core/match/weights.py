"""What each level of agreement is worth, and how sure a link has to be. Imports the levels.

Fellegi and Sunter: a level that is seen among records of one person with probability m, and among records of two people
with probability u, is worth log2(m/u) bits. The defaults are reasoned from how people fill in forms, as the words
beside the numbers say; some were moved while the matcher was measured on made-up crowds. `train` estimates them anew
from a tenant's own leads.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import log2
from typing import Any

from connector.core.match.levels import FIELDS, Level

E, N, S = Level.EXACT, Level.NEAR, Level.SIMILAR
A, I, P = Level.ALIAS, Level.INITIAL, Level.PART  # noqa: E741 # one letter each, so that the tables line up
W, D, M = Level.SWAPPED, Level.DIFFERENT, Level.IN_MAIL

Odds = Map[Level, tuple[float, float]]
"""Level -> (m, u)."""

DEFAULTS: Map[str, Odds] = {
    # One person in twenty uses a short form, one in fifteen entries has a slip, one in thirty has only an initial; two
    # random people share a given name once in 200, and an initial once in 13.
    "given": {
        E: (0.80, 0.005),
        N: (0.05, 0.004),
        S: (0.02, 0.02),
        A: (0.05, 0.002),
        I: (0.03, 0.0025),
        P: (0.02, 0.002),
        W: (0.01, 0.0005),
        M: (0.01, 0.0003),
        D: (0.02, 0.96),
    },
    # Surnames change with marriage, for 2 % of leads within the life of a CRM; a third of them keep the mailbox.
    "surname": {
        E: (0.86, 0.001),
        N: (0.06, 0.002),
        S: (0.01, 0.01),
        I: (0.01, 0.0008),
        P: (0.02, 0.001),
        W: (0.01, 0.0005),
        M: (0.007, 0.0001),
        D: (0.023, 0.98),
    },
    # People own two addresses and more, and write from either. A mailbox a letter off, or of the same name with another
    # provider, says little more than the name of the person does.
    "email": {E: (0.70, 0.0001), N: (0.04, 0.005), S: (0.06, 0.03), D: (0.20, 0.965)},
    "mobile": {E: (0.80, 0.0001), N: (0.03, 0.0001), D: (0.17, 0.999)},
    # The firm: its mailbox, switchboard, name and domain say the same thing. People have a direct line besides.
    "mailbox": {E: (0.70, 0.001), D: (0.30, 0.999)},
    "phone": {E: (0.57, 0.001), N: (0.03, 0.0001), D: (0.40, 0.999)},
    "company": {E: (0.75, 0.001), N: (0.06, 0.001), S: (0.03, 0.01), P: (0.07, 0.004), D: (0.09, 0.98)},
    "domain": {E: (0.75, 0.001), P: (0.10, 0.001), D: (0.15, 0.998)},
    # The place: one office or home of several, written in many ways.
    "number": {E: (0.85, 0.01), N: (0.06, 0.02), D: (0.09, 0.97)},
    "street": {
        E: (0.78, 0.001),
        N: (0.09, 0.001),
        S: (0.02, 0.02),
        P: (0.03, 0.002),
        W: (0.02, 0.0005),
        D: (0.06, 0.97),
    },
    "building": {
        E: (0.65, 0.002),
        N: (0.10, 0.001),
        S: (0.02, 0.02),
        P: (0.08, 0.003),
        W: (0.03, 0.0005),
        D: (0.12, 0.97),
    },
    "city": {E: (0.84, 0.01), N: (0.06, 0.003), S: (0.02, 0.02), D: (0.08, 0.97)},
    "postcode": {E: (0.84, 0.001), N: (0.06, 0.01), P: (0.03, 0.02), D: (0.07, 0.97)},
    "state": {E: (0.90, 0.15), N: (0.03, 0.005), S: (0.01, 0.02), D: (0.06, 0.83)},
}
"""The (m, u) of every level; for exact agreement u is only used where the value's own frequency is not known."""


class Names(StrEnum):
    """What names have to say before two records are linked without a person."""

    AGREE = "agree"
    """Given name and surname agree: families, colleagues, father and son are told apart by nothing else."""
    EVIDENCE = "evidence"
    """Names are evidence like any other: only for data in which nobody shares a home or an office."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The odds of each level, and what a decision needs.

    `link` is the probability from which a pair is linked, `review` that from which a person is asked. `shared` is the
    share of leads that have a counterpart at all. `crowd` is how many other leads an office or home holds: all that is
    known of a place narrows to that many people, never to one. `moved` is the share of people whose place and firm
    changed: all that differs there takes no more than that. `owned` is the share of personal e-mails and mobile
    numbers that a second person writes from as well.
    """

    fields: Map[str, Odds] = field(default_factory=lambda: DEFAULTS)
    link: float = 0.99
    review: float = 0.05
    shared: float = 0.5
    crowd: float = 2.0
    moved: float = 0.1
    owned: float = 0.02
    names: Names = Names.AGREE

    def table(self) -> dict[str, tuple[float, ...]]:
        """Field -> the bits of each level, by its number; a level without odds says nothing."""
        return {name: tuple(_bits(self.fields.get(name, {}).get(level)) for level in Level) for name in FIELDS}


NUMBERS: Map[str, float] = {"link": 1, "review": 1, "shared": 1, "crowd": 1e9, "moved": 1, "owned": 1}
"""The numbers besides the fields, each above 0, and what each is below."""


def bits_of(probability: float) -> float:
    """The bits (log2 of the odds) that make this probability."""
    return log2(probability / (1 - probability))


def probability_of(bits: float) -> float:
    """The probability that so many bits make."""
    return 1 / (1 + 2.0**-bits) if bits > -1000 else 0.0


def weights_of(plain: Map[str, object]) -> Weights:
    """The weights of a plain mapping; what it leaves out is as in the defaults. Raises `ValueError`."""
    known = {"fields", "names", *NUMBERS}
    if unknown := sorted(set(plain) - known):
        raise ValueError(f"{unknown[0]!r} is no weight: known are {', '.join(sorted(known))}")
    weights = Weights()
    if "fields" in plain:
        weights = replace(weights, fields={**DEFAULTS, **_fields(plain["fields"])})
    if "names" in plain:
        weights = replace(weights, names=_names(plain["names"]))
    numbers: Map[str, Any] = {
        name: _number(plain, name, getattr(weights, name), below) for name, below in NUMBERS.items()
    }
    return replace(weights, **numbers)


def plain_of(weights: Weights) -> dict[str, object]:
    """The weights as plain dicts, lists and numbers, for a file; `weights_of` reads them back."""
    fields = {
        name: {level.name.lower(): [m, u] for level, (m, u) in odds.items()} for name, odds in weights.fields.items()
    }
    numbers: dict[str, object] = {name: getattr(weights, name) for name in NUMBERS}
    return {**numbers, "names": weights.names.value, "fields": fields}


def _bits(odds: tuple[float, float] | None) -> float:
    return log2(odds[0] / odds[1]) if odds else 0.0


def _names(given: object) -> Names:
    if given not in list(Names):
        raise ValueError(f"names: {given!r} should be one of {', '.join(Names)}")
    return Names(str(given))


def _fields(given: object) -> dict[str, Odds]:
    if not isinstance(given, Map):
        raise ValueError("fields should name each field with its levels")
    found: dict[str, Odds] = {}
    for name, levels in given.items():
        if name not in DEFAULTS or not isinstance(levels, Map):
            raise ValueError(f"{name!r} is no field with levels: known are {', '.join(DEFAULTS)}")
        found[name] = {**DEFAULTS[name], **{_level(name, level): _odds(name, odds) for level, odds in levels.items()}}
    return found


def _level(name: str, level: object) -> Level:
    known = {each.name.lower(): each for each in DEFAULTS[name]}
    if level not in known:
        raise ValueError(f"{level!r} is no level of {name}: known are {', '.join(known)}")
    return known[str(level)]


def _odds(name: str, given: object) -> tuple[float, float]:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise ValueError(f"a level of {name} should have two probabilities: [m, u]")
    m, u = (_probability(name, each) for each in given)
    return m, u


def _probability(name: str, given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1:
        raise ValueError(f"{name}: {given!r} should be a probability between 0 and 1, without 0 and 1 themselves")
    return float(given)


def _number(plain: Map[str, object], name: str, default: float, below: float) -> float:
    given = plain.get(name, default)
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < below:
        raise ValueError(f"{name}: {given!r} should be a number between 0 and {below:g}")
    return float(given)
