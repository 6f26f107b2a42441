"""The plain form of a text, and what says nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.fold import plain, squeezed
from connector.core.match.words import PLACEHOLDERS

FORMS = {
    "case": ("ADA", "ada"),
    "accents": ("Núñez Čapek", "nunez capek"),
    "accents as marks of their own": ("Nu\u0301n\u0303ez", "nunez"),
    "letters that carry no accent": ("Straße Łukasz Søren Æro", "strasse lukasz soren aero"),
    "the Turkish capital": ("İstanbul", "istanbul"),
    "wide letters": ("Ａda", "ada"),
    "apostrophes join": ("O'Brien D’Arcy", "obrien darcy"),
    "dots join": ("A.C.M.E.", "acme"),
    "hyphens and slashes part": ("Smith-Jones/Meyer", "smith jones meyer"),
    "blanks of every kind": ("  Ada\u00a0\t Lovelace\n", "ada lovelace"),
    "another script": ("Юлия", "юлия"),
    "nothing but punctuation": (" -?- ", ""),
    "a placeholder inside a name stays": ("Test Valley", "test valley"),
}

NOTHING = ("Unknown", "n/a", "N.A.", "(unknown)", "[Not provided]", "TBC", "-", "???", "Ünknown", "test test", "xxx X")


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS)
def test_the_plain_form(text: str, expected: str) -> None:
    """What makes no difference between two texts is gone."""
    assert plain(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_a_placeholder_is_nothing(text: str) -> None:
    """People and forms write it where they know nothing."""
    assert plain(text) == ""


@pytest.mark.parametrize("words", sorted(PLACEHOLDERS))
def test_every_placeholder_is_listed_in_its_plain_form(words: str) -> None:
    """One that is not would never be found; in any case and with dots it is one still."""
    assert words == " ".join(words.split()) == words.lower()
    assert plain(words) == plain(f" {words.upper()}. ") == ""


@given(st.text())
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    """It has one blank between words and none around them."""
    once = plain(text)
    assert once == " ".join(once.split())
    assert plain(once) == once


@given(st.text())
def test_composed_or_taken_apart_a_text_is_the_same(text: str) -> None:
    """Systems store one accent in two ways."""
    assert plain(unicodedata.normalize("NFC", text)) == plain(unicodedata.normalize("NFD", text))


def test_a_squeezed_text_has_no_blanks() -> None:
    """Jean Paul and Jeanpaul are one name."""
    assert squeezed("jean paul") == "jeanpaul"
