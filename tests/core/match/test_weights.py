"""What agreement is worth: read from a file, written to one, and counted."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.frequencies import OTHERS, Frequencies
from connector.core.match.levels import FIELDS, Level
from connector.core.match.weights import DEFAULTS, Names, Weights, bits_of, plain_of, probability_of, weights_of

MISTAKES = {
    "an unknown key": ({"lnk": 0.9}, "'lnk' is no weight: known are crowd, fields, link"),
    "a text for a number": ({"link": "high"}, "link: 'high' should be a number between 0 and 1"),
    "a switch for a number": ({"review": True}, "review: True should be a number"),
    "a certainty": ({"link": 1}, "link: 1 should be a number between 0 and 1"),
    "nobody in a crowd": ({"crowd": 0}, "crowd: 0 should be a number between 0 and"),
    "a share above one": ({"owned": 2}, "owned: 2 should be a number between 0 and 1"),
    "an unknown word": ({"names": "sometimes"}, "names: 'sometimes' should be one of agree, evidence"),
    "fields that are none": ({"fields": [1]}, "fields should name each field with its levels"),
    "an unknown field": ({"fields": {"shoe": {}}}, "'shoe' is no field with levels: known are given"),
    "a field without levels": ({"fields": {"given": 0.5}}, "'given' is no field with levels"),
    "a level that the field has not": ({"fields": {"mobile": {"alias": [0.1, 0.1]}}}, "'alias' is no level of mobile"),
    "an unknown level": ({"fields": {"given": {"exactly": [0.1, 0.1]}}}, "'exactly' is no level of given: known are"),
    "one probability": ({"fields": {"given": {"exact": [0.5]}}}, "a level of given should have two probabilities"),
    "no list": ({"fields": {"given": {"exact": "0.5, 0.1"}}}, "a level of given should have two probabilities"),
    "a certain level": ({"fields": {"city": {"exact": [1, 0.1]}}}, "city: 1 should be a probability between 0 and 1"),
    "not a number": ({"fields": {"city": {"exact": [float("nan"), 0.1]}}}, "city: nan should be a probability"),
}

chances = st.floats(1e-6, 0.9999)
tables = st.fixed_dictionaries(
    {name: st.fixed_dictionaries({level: st.tuples(chances, chances) for level in DEFAULTS[name]}) for name in FIELDS}
)
all_weights = st.builds(
    Weights, tables, chances, chances, chances, st.floats(0.1, 1e6), chances, chances, st.sampled_from(list(Names))
)


@pytest.mark.parametrize(("plain", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told(plain: dict[str, object], message: str) -> None:
    """The message says where it is, and what would be right."""
    with pytest.raises(ValueError, match=r"^\S") as mistake:
        weights_of(plain)
    assert message in str(mistake.value)


@given(all_weights)
def test_weights_are_read_as_they_were_written(weights: Weights) -> None:
    """Every one of them."""
    assert weights_of(plain_of(weights)) == weights


def test_what_is_left_out_is_as_in_the_defaults() -> None:
    """Also a level of a field of which another one is given."""
    assert weights_of({}) == Weights()
    assert weights_of({"fields": {}}) == Weights()
    found = weights_of({"fields": {"city": {"exact": [0.5, 0.25]}}, "names": "evidence", "crowd": 9})
    assert (found.names, found.crowd, found.link) == (Names.EVIDENCE, 9.0, Weights().link)
    assert found.fields["city"][Level.EXACT] == (0.5, 0.25)
    assert found.fields["city"][Level.NEAR] == DEFAULTS["city"][Level.NEAR]
    assert found.fields["given"] == DEFAULTS["given"]


@pytest.mark.parametrize("name", FIELDS)
def test_exact_agreement_is_worth_the_most(name: str) -> None:
    """Near agreement less, a difference speaks against the pair, and a missing value says nothing."""
    row = Weights().table()[name]
    present = DEFAULTS[name]
    assert row[Level.MISSING] == 0.0
    assert row[Level.DIFFERENT] < 0.0
    assert all(row[Level.EXACT] >= row[level] for level in present)
    assert all(row[level] > row[Level.DIFFERENT] for level in present if level is not Level.DIFFERENT)


@pytest.mark.parametrize("name", FIELDS)
def test_the_chances_of_a_field_make_about_one(name: str) -> None:
    """Each pair that speaks of a field has one level."""
    assert sum(m for m, _ in DEFAULTS[name].values()) == pytest.approx(1, abs=0.02)
    assert sum(u for _, u in DEFAULTS[name].values()) == pytest.approx(1, abs=0.05)


@given(st.floats(0.001, 0.999))
def test_bits_are_a_probability(probability: float) -> None:
    """There and back."""
    assert probability_of(bits_of(probability)) == pytest.approx(probability)


def test_bits_without_end_are_certain() -> None:
    """Nothing overflows."""
    assert probability_of(float("-inf")) == probability_of(-5000) == 0.0
    assert probability_of(5000) == 1.0
    assert bits_of(0.5) == 0.0


def counted(records: int, carriers: int) -> Frequencies:
    """So many records on each side, of which so many of both carry each text."""
    return Frequencies(Weights(), 2 * records, records, lambda kind, text: carriers / (2 * records) if records else 0.0)


def test_among_nobody_a_value_is_as_common_as_it_is_known_to_be() -> None:
    """The weights say it where nothing was counted."""
    assert counted(0, 0).share("given", "ada") == pytest.approx(DEFAULTS["given"][Level.EXACT][1])
    assert counted(0, 0).share("email", "ada@acme.example") == 0.0
    assert counted(0, 0).size == OTHERS


def test_among_many_what_was_counted_decides() -> None:
    """The other people hardly weigh."""
    assert counted(1_000_000, 20_000).share("given", "ada") == pytest.approx(0.01, rel=0.01)
    assert counted(50, 2).share("email", "ada@acme.example") == 2 / 2100


@given(st.integers(1, 10**6), st.sampled_from(["given", "company", "email", "name", "house"]), st.data())
def test_a_share_grows_with_its_carriers(records: int, kind: str, data: st.DataObject) -> None:
    """And is never more than everybody."""
    fewer = data.draw(st.integers(0, 2 * records))
    more = data.draw(st.integers(fewer, 2 * records))
    assert 0 <= counted(records, fewer).share(kind, "x") <= counted(records, more).share(kind, "x") <= 1


def test_the_table_holds_the_bits_of_the_odds() -> None:
    """A level without odds says nothing."""
    table = Weights().table()
    assert table["given"][Level.EXACT] == pytest.approx(log2(0.80 / 0.005))
    assert table["mobile"][Level.ALIAS] == 0.0
