"""Postal addresses in their comparable form. Imports the core's word lists."""

import re
from dataclasses import dataclass
from functools import lru_cache

from connector.core.match.fold import plain
from connector.core.match.words import FIRST_STREET_WORDS, STREET_ENDS, STREET_WORDS, UNITS

_NUMBER = re.compile(r"\d+[a-z]?")
_RANGE = re.compile(r"\b(\d+)([a-z]?)\s*[-–]\s*(\d+)[a-z]?\b", re.IGNORECASE)
_DIRECTIONS = frozenset(["n", "s", "e", "w", "north", "south", "east", "west", "ne", "nw", "se", "sw"])
_SHORTEST_STEM = 2
_ZIP_PLUS = re.compile(r"\d{9}")


@dataclass(frozen=True, slots=True)
class Address:
    """House number, street, what else stands in the lines (a building's name), and the unit inside the building."""

    number: str = ""
    street: str = ""
    building: str = ""
    unit: str = ""


@lru_cache(maxsize=8_192)
def address(text: str) -> Address:
    """The parts of the lines of an address.

    The street is the line with the house number, else the last line; the number stands first or last in it. Of several
    houses (12-14) it is the first.
    """
    unit, lines = "", []
    for line in text.replace(",", "\n").splitlines():
        words, found = _without_unit(_spelled_out(plain(_RANGE.sub(_first, line)).split()))
        unit = unit or found
        if words:
            lines.append(words)
    numbered = next((at for at, words in enumerate(lines) if _number_at(words) is not None), len(lines) - 1)
    if not lines:
        return Address(unit=unit)
    words = lines.pop(numbered)
    place = _number_at(words)
    number = "" if place is None else words[place]
    street = words if place is None else words[:place] + words[place + 1 :]
    if not street and lines:  # the number stands on a line of its own
        street = lines.pop(min(numbered, len(lines) - 1))
    return Address(number, " ".join(street), " ".join(word for line in lines for word in line), unit)


def _first(houses: re.Match[str]) -> str:
    first, letter, last = houses.groups()
    return f"{first}{letter}" if int(first) <= int(last) else houses[0]


def _spelled_out(words: list[str]) -> list[str]:
    """Short forms in full: rd, ave; "st" is a street at the end and a saint before a name (St Albans Road)."""
    full = []
    for at, word in enumerate(words):
        if word == "st":
            full.append("saint" if words[at + 1 :] and words[at + 1] not in _DIRECTIONS else "street")
        else:
            known = STREET_WORDS if at else FIRST_STREET_WORDS
            full.append(known.get(word, word))
    return [_end_in_full(word) for word in full]


def _end_in_full(word: str) -> str:
    """One long word with its end in full: Ringstr. is Ringstrasse."""
    end = next((end for end in STREET_ENDS if word.endswith(end) and len(word) - len(end) > _SHORTEST_STEM), "")
    return word.removesuffix(end) + STREET_ENDS[end] if end else word


def _without_unit(words: list[str]) -> tuple[list[str], str]:
    """The words without "flat 3", and the 3."""
    for at, word in enumerate(words[:-1]):
        after = words[at + 1]
        if (word, after) == ("po", "box"):
            return words[:at] + words[at + 3 :], " ".join(words[at + 2 : at + 3])
        if word in UNITS and (len(after) <= 2 or after[:1].isdigit()):
            return words[:at] + words[at + 2 :], after
    return words, ""


def _number_at(words: list[str]) -> int | None:
    for at in (0, len(words) - 1):
        if _NUMBER.fullmatch(words[at]):
            return at
    return None


@lru_cache(maxsize=8_192)
def postcode(text: str) -> str:
    """A postcode without blanks and hyphens; of a ZIP+4 the first five digits."""
    code = plain(text).replace(" ", "")
    return code[:5] if _ZIP_PLUS.fullmatch(code) else code
