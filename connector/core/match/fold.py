"""The plain form of a text: lower case, no accents, no punctuation. Imports the standard library and word lists."""

import re
import unicodedata
from functools import lru_cache

from connector.core.match.words import PLACEHOLDERS

_LATIN = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        **dict.fromkeys("'’‘`´ʼ.", ""),
    }
)
"""Letters that a normal form does not take apart; apostrophes and dots join what they separate."""
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=8_192)
def plain(text: str) -> str:
    """The words of a text, lower case without accents, one blank between them; "" for a placeholder."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    words = _NOT_WORD.sub(" ", text.lower().translate(_LATIN)).strip()
    return "" if is_placeholder(words) else words


def is_placeholder(words: str) -> bool:
    """Whether words in their plain form say nothing: "unknown", "test test"."""
    return words in PLACEHOLDERS or all(word in PLACEHOLDERS for word in words.split())


def squeezed(text: str) -> str:
    """The text without its blanks: "jean paul" and "jeanpaul" are one name."""
    return text.replace(" ", "")
