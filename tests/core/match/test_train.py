"""Weights from a tenant's own leads: deterministic, ordered, and the defaults where too little is known."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.match.levels import FIELDS, Comparison, Level
from connector.core.match.train import crowd, train
from connector.core.match.weights import DEFAULTS, Weights, plain_of, weights_of
from tests.core.match.people import only

START = Weights()
CHAINS = (
    (Level.EXACT, Level.NEAR, Level.SIMILAR, Level.DIFFERENT),
    (Level.EXACT, Level.ALIAS, Level.INITIAL, Level.DIFFERENT),
    (Level.EXACT, Level.PART, Level.DIFFERENT),
    (Level.EXACT, Level.SWAPPED, Level.DIFFERENT),
    (Level.EXACT, Level.IN_MAIL, Level.DIFFERENT),
)


def pattern(default: Level = Level.MISSING, **levels: Level) -> Comparison:
    """The comparison with these levels."""
    return Comparison(**{name: levels.get(name, default) for name in FIELDS})


SAME = pattern(given=Level.EXACT, surname=Level.EXACT, email=Level.EXACT, city=Level.EXACT)
TYPO = pattern(given=Level.EXACT, surname=Level.NEAR, email=Level.EXACT, city=Level.EXACT)
MOVED = pattern(given=Level.EXACT, surname=Level.EXACT, email=Level.EXACT, city=Level.DIFFERENT)
TWO = pattern(given=Level.DIFFERENT, surname=Level.DIFFERENT, email=Level.DIFFERENT, city=Level.DIFFERENT)
TOWN = pattern(given=Level.DIFFERENT, surname=Level.DIFFERENT, email=Level.DIFFERENT, city=Level.EXACT)

CANDIDATES = {SAME: 900, TYPO: 100, MOVED: 500, TWO: 3000, TOWN: 1000}
CHANCE = {TWO: 9000, TOWN: 1000}

_patterns = st.builds(
    Comparison, *[st.sampled_from([Level.MISSING, *DEFAULTS[name]]) for name in FIELDS]
)  # fmt: skip
counts = st.dictionaries(_patterns, st.integers(1, 5000), max_size=12)


def test_true_pairs_are_told_from_the_others() -> None:
    """Their number is nearly right, and what was missing in all of them keeps its odds."""
    found = train(CANDIDATES, CHANCE, 5000, START)
    assert found.matches == pytest.approx(1500, rel=0.05)
    assert "company" in found.kept
    assert not {"given", "surname", "email", "city"} & set(found.kept)


def test_what_the_leads_say_is_learnt() -> None:
    """A third of these people moved, and a tenth of everybody lives in one town."""
    city = train(CANDIDATES, CHANCE, 5000, START).weights.fields["city"]
    assert city[Level.DIFFERENT][0] == pytest.approx(1 / 3, abs=0.03)
    assert city[Level.EXACT][1] == pytest.approx(0.1, abs=0.01)
    assert START.fields["city"] == DEFAULTS["city"]


def test_only_the_odds_are_learnt() -> None:
    """How sure a link has to be is a decision."""
    start = Weights(link=0.9, review=0.2, crowd=7.0)
    found = train(CANDIDATES, CHANCE, 5000, start).weights
    assert (found.link, found.review, found.crowd, found.names) == (0.9, 0.2, 7.0, start.names)


FEW = {
    "no pairs at all": ({}, {}),
    "a handful of pairs": ({SAME: 150, TWO: 900}, CHANCE),
    "nothing by chance": (CANDIDATES, {}),
    "only other people": ({TWO: 9000}, CHANCE),
}


@pytest.mark.parametrize(("candidates", "chance"), FEW.values(), ids=FEW)
def test_with_too_little_data_the_defaults_stay(
    candidates: dict[Comparison, int], chance: dict[Comparison, int]
) -> None:
    """Every field keeps its odds, and says so."""
    found = train(candidates, chance, 5000, START)
    assert found.weights == START
    assert found.kept == FIELDS


@settings(max_examples=40)
@given(counts, counts, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_same_counts_give_the_same_weights(
    candidates: dict[Comparison, int], chance: dict[Comparison, int], size: int, shuffler: object
) -> None:
    """In whatever order the pairs were counted, but for the last digits."""
    one = train(candidates, chance, size, START)
    assert train(candidates, chance, size, START) == one
    back = train(dict(reversed(candidates.items())), dict(reversed(chance.items())), size, START)
    assert back.kept == one.kept
    for name in FIELDS:
        for level, odds in one.weights.fields[name].items():
            assert back.weights.fields[name][level] == pytest.approx(odds, rel=1e-3)


@settings(max_examples=60)
@given(counts, counts, st.integers(0, 10**6))
def test_a_worse_level_is_never_worth_more(
    candidates: dict[Comparison, int], chance: dict[Comparison, int], size: int
) -> None:
    """Whatever the leads say, and the weights can be written to a file and read back."""
    weights = train(candidates, chance, size, START).weights
    table = weights.table()
    for name in FIELDS:
        for chain in CHAINS:
            bits = [table[name][level] for level in chain if level in DEFAULTS[name]]
            assert all(better >= worse - 1e-9 for better, worse in pairwise(bits)), (name, bits)
        assert table[name][Level.DIFFERENT] <= 1e-9
    assert weights_of(plain_of(weights)) == weights


HOUSE = {"street": "112 Carfax Road", "city": "Leeds"}

CROWDS = {
    "nobody": ([], 1.0),
    "somebody alone": ([only(first_name="Ada", last_name="Thornbury", **HOUSE)], 1.0),
    "two at one address": (
        [only(first_name=name, last_name="Thornbury", **HOUSE) for name in ("Ada", "Bob")],
        1.0,
    ),
    "four at one company": (
        [only(first_name=name, last_name="Smith", company="Acme") for name in ("Ada", "Bob", "Cleo", "Dan")],
        3.0,
    ),
    "one person twice at one company": (
        [only(first_name=name, last_name="Smith", company="Acme") for name in ("Robert", "Bob", "Ada")],
        1.0,
    ),
    "nobody says where": ([only(first_name="Ada", last_name="Thornbury")] * 4, 0.25),
}


@pytest.mark.parametrize(("people", "expected"), CROWDS.values(), ids=CROWDS)
def test_how_many_share_a_place(people: list[object], expected: float) -> None:
    """Others of another name, on average."""
    assert crowd(people) == expected  # type: ignore[arg-type]
