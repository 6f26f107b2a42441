"""Small words: values made safe to print, times, counts. Imports the model only."""

import unicodedata
from datetime import UTC, datetime

from connector.core.model import SECOND, Micros, Side

BLANK = "(blank)"
LIMIT = 60
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories of characters that steer a terminal or turn the reading direction, and of line ends."""


def plain(text: str, limit: int = LIMIT) -> str:
    """A text from outside on one line: control characters shown as an escape, at most `limit` characters of it."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(_shown(letter) for letter in cut)


def _shown(letter: str) -> str:
    if letter == "\n":
        return "⏎"
    return f"\\x{ord(letter):02x}" if unicodedata.category(letter) in _HIDDEN else letter


def value(text: str, limit: int = LIMIT) -> str:
    """A value of a lead, with a word for nothing."""
    return plain(text, limit) if text else BLANK


def when(moment: Micros) -> str:
    """A time for people, in UTC; a dash for none."""
    if not moment:
        return "–"
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def instant(moment: Micros) -> str | None:
    """A time for machines (ISO 8601, UTC), None for none."""
    if not moment:
        return None
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def leads(count: int) -> str:
    """How many leads, in words."""
    return f"{count:,} lead" if count == 1 else f"{count:,} leads"


def side_name(side: Side) -> str:
    """What a side is called."""
    return side.capitalize()


def ids_text(ids: dict[Side, str]) -> str:
    """The record ids of a lead on one line."""
    return " · ".join(f"{side_name(side)} {plain(record_id, 40)}" for side, record_id in ids.items() if record_id)
