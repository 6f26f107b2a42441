"""Record ids: 15 case-sensitive characters, and the 18-character form whose last three restore the case.

Source: Object Reference, "Field Types", "ID Field Type"; the key prefixes are those of the standard objects.
"""

import itertools
import re
import secrets
import string
from collections.abc import Iterable

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
CHECKSUM = string.ascii_uppercase + "012345"
LEAD, USER, GROUP, ORGANIZATION, RECORD_TYPE = "00Q", "005", "00G", "00D", "012"
_SHAPE = re.compile(r"[0-9A-Za-z]{15}([0-9A-Za-z]{3})?")


def to18(short: str) -> str:
    """Append to a 15-character id the three characters that tell which of its letters are capitals."""
    suffix = ""
    for start in range(0, 15, 5):
        bits = sum(1 << place for place, letter in enumerate(short[start : start + 5]) if letter.isupper())
        suffix += CHECKSUM[bits]
    return short + suffix


def normal(text: object) -> str | None:
    """The 18-character form of an id given with 15 or 18 characters; None where it is no id."""
    if not isinstance(text, str) or not _SHAPE.fullmatch(text):
        return None
    full = to18(text[:15])
    return full if len(text) == 15 or full == text else None


def another_org() -> str:
    """The id of an org that was never there before."""
    return to18(f"{ORGANIZATION}Sb" + "".join(secrets.choice(ALPHABET) for _ in range(10)))


def record_types(names: Iterable[str]) -> dict[str, str]:
    """The developer name of each record type of Lead by its id."""
    sequence = Sequence(RECORD_TYPE)
    return {sequence.next(): name for name in names}


class Sequence:
    """Hands out ids of one key prefix, ascending."""

    def __init__(self, prefix: str, start: int = 1000) -> None:
        self._prefix = prefix
        self._numbers = itertools.count(start)

    def next(self) -> str:
        """The next id, with 18 characters."""
        number, digits = next(self._numbers), ""
        for _ in range(9):
            number, rest = divmod(number, 62)
            digits = ALPHABET[rest] + digits
        return to18(f"{self._prefix}Sb0{digits}")
