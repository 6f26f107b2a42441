"""The name of a person in its comparable form. Imports the core's word lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

from connector.core.match.fold import is_placeholder, plain
from connector.core.match.nicknames import stands_for
from connector.core.match.words import DEGREES, GENERATIONS, NO_SURNAMES, PARTICLES, TITLES

_BLANKS = re.compile(r"[\s,]+")
_SEPARATORS = re.compile(r"[._\-]+")
_NO_LETTER = re.compile(r"[^a-z]")
_SHORTEST_IN_MAILBOX = 3
_WORDS = 3
_MOST = 4
_MONSIEUR = "m"
_NAMES_TOO = frozenset(["m", "father", "don", "ing", "pan"])
"""Titles that are names, or initials, where they stand alone: Don Smith is Donald."""


@dataclass(frozen=True, slots=True)
class Person:
    """Given name and surname without blanks, their words, and Junior or Senior ("" where nobody said).

    A title alone ("Mr") is no name; an initial is a given name of one letter. `also` are names that their mailbox
    may be called by and that stand in no field: it bears the name of before a wedding, or the one that was left out.
    """

    given: str = ""
    surname: str = ""
    given_words: tuple[str, ...] = ()
    surname_words: tuple[str, ...] = ()
    generation: str = ""
    also: tuple[str, ...] = ()


@lru_cache(maxsize=8_192)
def person(first: str, last: str) -> Person:
    """The comparable name of what stands in the fields for the given name and the surname."""
    given, generation = _without_ornaments(plain(first).split(), TITLES)
    surname, more = _without_ornaments(plain(last).split(), NO_SURNAMES if given else TITLES)
    if not given and len(surname) > 1 and surname[0] not in PARTICLES:
        first_words = _first_words(last, surname[0])
        if first_words < len(surname):  # the whole name stands in one field
            given, surname = surname[:first_words], surname[first_words:]
    elif not surname and len(given) > (first_words := _first_words(first, given[0]) if given else 1):
        given, surname = given[:first_words], given[first_words:]
    given = [word for word in given if len(word) > 1] or given[:1]  # Anna M. is Anna, J. Edgar is Edgar
    if len("".join(given)) == 1 and (_begins_with_m(first) or _begins_with_m(last)):
        given = []
    return Person("".join(given), "".join(surname), tuple(given), tuple(surname), more or generation)


def _begins_with_m(text: str) -> bool:
    """Whether a name begins with M. and an initial: M. J. may be Mary Jane or Monsieur Jean, so no letter tells."""
    words = [word for word in plain(text).split() if word == _MONSIEUR or word not in TITLES]
    return len(words) > 1 and words[0] == _MONSIEUR and len(words[1]) == 1


def named_by(mailbox: str, name: Person) -> Person:
    """The name with what its owner's mailbox adds: marie.dupont@ tells who M. Dupont is, and Marie with no surname.

    What it may say besides is kept apart (`also`): kwood@ of Ken Edwards tells of a Wood, elewis@ of Edmund of a Lewis.
    """
    if not mailbox:
        return name
    words = [_letters(word) for word in _SEPARATORS.split(mailbox)]
    letters = "".join(words)
    if len(name.given) <= 1 and name.surname:
        for given in (letters.removesuffix(name.surname), letters.removeprefix(name.surname)):
            if _SHORTEST_IN_MAILBOX <= len(given) < len(letters) and given.startswith(name.given):
                return replace(name, given=given, given_words=(given,))
    if len(name.given) > 1 and not name.surname:
        for surname in _beside(name.given, words):
            if _SHORTEST_IN_MAILBOX <= len(surname) < len(letters):
                return replace(name, surname=surname, surname_words=(surname,))
    also = _only_in_mailbox(words, name)
    return replace(name, also=also) if also else name


def _beside(given: str, words: list[str]) -> Iterator[str]:
    """What a mailbox of these words says besides a given name or a longer form of it: natalie.douglas@ of Nat."""
    pairs = list(permutations(words)) if len(words[1:]) == 1 else []
    yield from (other for word, other in pairs if word == given)
    yield from (other for word, other in pairs if _is_form(word, given) and not _is_form(other, given))
    if len(words) == 1 or not all(_is_form(word, given) for word in words):
        letters = "".join(words)
        yield from (letters.removeprefix(given), letters.removesuffix(given))


def _is_form(word: str, given: str) -> bool:
    return word.startswith(given) or stands_for(word, given)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)


def _only_in_mailbox(words: list[str], name: Person) -> tuple[str, ...]:
    """What a mailbox of these words may be called by besides the names in its owner's fields."""
    letters, given, surname = "".join(words), name.given, name.surname
    if given and surname and any(word in letters for word in _surnames(name)):
        return ()
    starts = (given if letters.startswith(given) else given[:1], surname)
    ends = (each if letters.endswith(each) else each[:1] for each in (given, surname))
    found = (*words[:_WORDS], *map(letters.removeprefix, starts), *map(letters.removesuffix, ends))
    own = [*_surnames(name), *(word for word in map(_letters, name.given_words) if len(word) > 1)]
    told = (text for text in found if len(text) >= _SHORTEST_IN_MAILBOX and not stands_for(text, given))
    return tuple(dict.fromkeys(text for text in told if not any(word in text for word in own)))[:_MOST]


def _surnames(name: Person) -> Iterator[str]:
    """The surname as a mailbox may spell it: the whole of it first, which is as a rule enough, then its words."""
    if len(whole := _letters(name.surname)) > 1:
        yield whole
    yield from (word for word in map(_letters, core_words(name.surname_words)) if len(word) > 1)


def _first_words(text: str, first: str) -> int:
    """How many words the name has that begins with this one: Jean-Paul two, and Smith-Jones is no given name."""
    names = (plain(part).split() for part in _BLANKS.split(text))
    return next((len(words) for words in names if words[:1] == [first]), 1)


def _without_ornaments(words: list[str], titles: frozenset[str]) -> tuple[list[str], str]:
    """The words of a name without these titles and without degrees, and the generation that stands at its end."""
    generation = ""
    while words and words[0] in titles and (len(words) > 1 or words[0] not in _NAMES_TOO):
        words = words[1:]
    while len(words) > 1 and (words[-1] in DEGREES or words[-1] in GENERATIONS):
        generation = GENERATIONS.get(words[-1], generation)
        words = words[:-1]
    return [] if is_placeholder(" ".join(words)) else words, generation


def core_words(words: tuple[str, ...]) -> frozenset[str]:
    """The words of a surname that carry it: without "van", "de" and the like."""
    return frozenset(word for word in words if word not in PARTICLES and len(word) > 1)
