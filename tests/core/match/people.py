"""What the tests of the matcher share: made-up people, and a scorer over made-up frequencies."""

from collections.abc import Mapping

from hypothesis import strategies as st

from connector.core.match.frequencies import Frequencies
from connector.core.match.identity import Identity, identity
from connector.core.match.score import Scorer
from connector.core.match.weights import Weights

ADA: Mapping[str, str] = {
    "first_name": "Ada",
    "last_name": "Thornbury",
    "email": "ada.thornbury@acme.example",
    "mobile": "+44 7700 900171",
    "phone": "+44 20 7946 0171",
    "company": "Acme Instruments Ltd",
    "street": "Rose House\n112 Carfax Road",
    "city": "Leeds",
    "postcode": "LS1 4AP",
    "website": "https://www.acme.example",
}
"""Somebody who said everything."""


def person_like(**changed: str) -> Identity:
    """Ada, but for these roles; "" leaves one out."""
    return identity({**ADA, **changed})


def only(**said: str) -> Identity:
    """Somebody who said only this."""
    return identity(said)


def scorer(
    records: int = 4000, weights: Weights | None = None, carried: Mapping[tuple[str, str], int] | None = None
) -> Scorer:
    """A scorer among so many records on each side; `carried` tells how many of both carry a text, the others none."""
    weights = weights or Weights()
    known = carried or {}

    def shares(kind: str, text: str) -> float:
        return known.get((kind, text), 0) / (2 * records)

    frequencies = Frequencies(weights, 2 * records, records, shares)
    return Scorer(weights, frequencies.size, frequencies.share, frequencies.carriers)


_FEW: Mapping[str, tuple[str, ...]] = {
    "first_name": ("Ada", "ada", "Adah", "Bob", "Robert", "R.", "Jean-Paul", "Jean", "Mr", "Thornbury", "Unknown"),
    "last_name": ("Thornbury", "Thornburry", "Smith", "Smith-Jones", "Smith Jr", "van Dyke", "Dyke", "Ada", "S."),
    "email": (
        *("ada@acme.example", "ada.thornbury@acme.example", "ada.thornbery@acme.example", "info@acme.example"),
        *("ada.thornbury@other.example", "bob@gmail.com", "n/a"),
    ),
    "mobile": ("+44 7700 900171", "+44 7700 900711", "+44 20 7946 0171"),
    "phone": ("+44 20 7946 0171", "+44 7700 900171", "020 7946 0171"),
    "company": ("Acme Instruments Ltd", "Acme", "Acme Instrument", "Zenith", "acmeinstruments"),
    "street": (
        "112 Carfax Road",
        "Rose House\n112 Carfax Rd",
        "Carfax Road\nRose House",
        "121 Carfax Road",
        "5 Low Lane",
    ),
    "city": ("Leeds", "Leds", "York", "leeds"),
    "state": ("Yorkshire", "YS", "Yorkshre"),
    "postcode": ("LS1 4AP", "LS1 4PA", "LS1 5AA", "YO1"),
    "website": ("acme.example", "www.zenith.example", "acmeinstruments.example"),
}


def _maybe(texts: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(("", *texts))


identities = st.fixed_dictionaries({role: _maybe(texts) for role, texts in _FEW.items()}).map(identity)
"""People who resemble each other in every way that is told apart."""
