"""The name of a company in its comparable form. Imports the core's word lists."""

import re
from functools import lru_cache

from connector.core.match.fold import is_placeholder, plain
from connector.core.match.words import LEGAL_FORMS, LEGAL_STARTS

_LETTERS = re.compile(r"\b(\w) (?=\w\b)")


@lru_cache(maxsize=8_192)
def company(text: str) -> str:
    """A company's name without its legal form, with "and" for & and +; "" for a placeholder.

    A name that consists of such words only is left whole.
    """
    words = _LETTERS.sub(r"\1", plain(text.replace("&", " and ").replace("+", " and "))).split()
    left = words
    while len(left) > 1 and left[0] in LEGAL_STARTS:
        left = left[1:]
    while len(left) > 1 and (left[-1] in LEGAL_FORMS or left[-1] == "and") and not is_placeholder(" ".join(left)):
        left = left[:-1]  # "No company Ltd" is nobody, not "No"
    name = " ".join(left)
    return "" if is_placeholder(name) else name
