"""Small helpers for text that came from a CRM or from a person: cleaning, comparing, quoting, near names.

Imports the standard library only; every transform builds on it.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable

_BETWEEN = re.compile(r"((?:\\.|[^;\\])+|\\\Z)", re.DOTALL)
_NEVER_SENT = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text as it is compared: NFC, line ends as LF, trimmed; NUL and broken surrogates dropped.

    Salesforce trims on save and answers CRLF or LF in text areas (Object Reference, textarea), so neither may count.
    """
    if text.isascii():
        if "\r" in text or "\x00" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        return text.strip()
    text = _NEVER_SENT.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


def unsendable(text: str) -> bool:
    """Whether a text holds what no CRM stores: NUL or half a surrogate pair."""
    return _NEVER_SENT.search(text) is not None


def fold(text: str) -> str:
    """The form in which upper and lower case are equal (Unicode standard, definition D145)."""
    text = clean(text)
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())


def once(entries: Iterable[str]) -> list[str]:
    """The entries, cleaned, without blank and repeated ones."""
    return list(dict.fromkeys(entry for entry in map(clean, entries) if entry))


def entries_of(value: str) -> list[str]:
    """The entries of a value such as "A;B"; a backslash marks a ";" or a backslash inside an entry."""
    value = clean(value)
    if "\\" not in value:
        return once(value.split(";"))
    return once(re.sub(r"\\(.)", r"\1", entry, flags=re.DOTALL) for entry in _BETWEEN.findall(value))


def quoted(text: str, limit: int = 60) -> str:
    """A text from outside for a message: in quotes, escaped and at most `limit` characters of it."""
    return repr(text if len(text) <= limit else text[:limit] + "…")


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The known names that look most like this one, best first; upper and lower case count as equal."""
    by_fold: dict[str, str] = {}
    for right in known:
        by_fold.setdefault(fold(right), right)
    return tuple(by_fold[hit] for hit in difflib.get_close_matches(fold(name), by_fold, count, 0.6))
