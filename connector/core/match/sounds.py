"""Roughly how a name sounds. Imports the standard library only."""

import re
from functools import lru_cache

_VOWELS = re.compile(r"(?<!^)[aeiouywh]+")
_SOUNDS = (
    *(("sch", "s"), ("tch", "s"), ("ph", "f"), ("gh", "g"), ("ck", "k"), ("sh", "s"), ("ch", "k"), ("th", "t")),
    *(("dg", "j"), ("kn", "n"), ("wr", "r"), ("mb", "m"), ("cz", "s"), ("sz", "s"), ("ts", "s"), ("x", "ks")),
)
_LETTERS = str.maketrans("cqzvdbgp", "kksftpkp")


@lru_cache(maxsize=8_192)
def sound(name: str) -> str:
    """Roughly how a name sounds: its consonants in classes, so that most slips of the pen leave it as it is."""
    for letters, one in _SOUNDS:
        name = name.replace(letters, one)
    name = _VOWELS.sub("", name).translate(_LETTERS)
    return "".join(letter for at, letter in enumerate(name) if not at or letter != name[at - 1])
