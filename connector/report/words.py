"""Small words: values made safe to print, times, counts. Imports the model only."""

import re
import unicodedata
from datetime import UTC, datetime

from connector.core.model import SECOND, Micros, Side

BLANK = "(blank)"
LIMIT = 60
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories of characters that steer a terminal or turn the reading direction, and of line ends."""
_HARMLESS = frozenset("\u00ad\u200c\u200d\u2060\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Format characters that only join or part letters (Persian and Indic names, emoji), or are letters to the eye."""
_LIKE_AN_ESCAPE = re.compile(r"\\(?=[xuU\\])")
_BRAND = re.compile(
    r"(?P<quoted>'[^']*')|(?P<before>^|[:;,] |\(|\b(?:in|on|for|of|the|no) )"
    r"(?P<side>salesforce|operate)\b(?![./@:-]?\w)"
)


def plain(text: str, limit: int = LIMIT) -> str:
    r"""A text from outside on one line, at most `limit` characters of it.

    Characters that steer are shown as an escape (\x1b, \u202e); what only looks like one gets a second backslash.
    """
    return _escaped(_LIKE_AN_ESCAPE.sub(r"\\\\", _cut(text, limit)))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _escaped(text: str) -> str:
    return "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if letter == "\n":
        return "⏎"
    if letter in _HARMLESS or unicodedata.category(letter) not in _HIDDEN:
        return letter
    number = ord(letter)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def sentence(text: str, limit: int = 300) -> str:
    """A sentence of ours, or a reason, safe to print: the core knows sides, a reader knows Salesforce and Operate.

    What it quotes was escaped where it was quoted.
    """
    said = _BRAND.sub(lambda found: found["quoted"] or found["before"] + found["side"].capitalize(), text)
    return _escaped(_cut(said, limit))


def value(text: str, limit: int = LIMIT) -> str:
    """A value of a lead, with a word for nothing."""
    return plain(text, limit) if text else BLANK


def when(moment: Micros) -> str:
    """A time for people, in UTC; a dash for none."""
    if not moment:
        return "–"
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def minute(moment: Micros) -> str:
    """A time for a narrow column, in UTC, which its heading says; a dash for none."""
    return datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%d %H:%M") if moment else "–"


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


def elapsed(duration: Micros) -> str:
    """How long something took, in its two largest units."""
    left = max(0, duration) // SECOND
    parts: list[str] = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count or (size == 1 and not parts):
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])
