"""What keyboards and hurry do to text: slips, accents, capitals."""

import unicodedata

from tests.benchmarks.holdout.draw import Rng, one_of

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "ı": "i", "’": "'"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def plain(text: str, german: bool = False) -> str:
    """Leave accents out; in the German way ü becomes ue."""
    if german:
        text = text.translate(_GERMAN)
    parts = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def _neighbour(letter: str, rng: Rng) -> str:
    for row in _ROWS:
        place = row.find(letter.lower())
        if place >= 0:
            return rng.choice(row[max(place - 1, 0) : place] + row[place + 1 : place + 2])
    return letter


def slip(text: str, rng: Rng) -> str:
    """Return a text with one typing slip; the first letter is seldom hit."""
    places = [place for place, mark in enumerate(text) if mark.isalpha() and (place or rng.random() < 0.15)]
    if len(places) < 3:
        return text
    place = rng.choice(places)
    before, here, after = text[:place], text[place], text[place + 1 :]
    how = one_of(rng, {"swap": 0.24, "omit": 0.30, "double": 0.14, "neighbour": 0.24, "insert": 0.08})
    if how == "swap" and after and place:
        return before + after[0].lower() + here + after[1:]
    if how == "omit":
        return before + after
    if how == "double":
        return before + here + here.lower() + after
    if how == "insert":
        return before + here + _neighbour(here, rng) + after
    other = _neighbour(here, rng)
    return before + (other.upper() if here.isupper() else other) + after
