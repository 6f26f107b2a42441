"""How a name comes to stand in a record."""

from dataclasses import dataclass

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import Rng, often
from tests.benchmarks.holdout.model import Name
from tests.benchmarks.holdout.rates import Channel
from tests.benchmarks.holdout.short import ENGLISH, SHORT_FORMS, SPELLINGS, TITLES_MEN, TITLES_WOMEN
from tests.benchmarks.holdout.slips import plain, slip

_ENGLISH = ENGLISH.split()


@dataclass(frozen=True)
class Hand:
    """The way a record came in, and how careless its writer is."""

    channel: Channel
    care: float
    accents: bool
    """Whether accents are kept."""
    case: str
    """lower, upper, or nothing for the usual capitals."""

    def errs(self, rng: Rng, rate: float) -> bool:
        """Tell whether something goes wrong that goes wrong at this rate in an average hand."""
        return often(rng, min(rate * self.care, 0.5))

    def finished(self, text: str, german: bool = False) -> str:
        """Return a text with the capitals and accents of this hand."""
        text = text if self.accents else plain(text, german)
        return {"lower": text.lower(), "upper": text.upper()}.get(self.case, text)


def _given(name: Name, hand: Hand, rng: Rng, number: int) -> str:
    forms = SHORT_FORMS.get(name.given, [])
    if name.origin == "chinese" and _has_english(number):
        return _ENGLISH[number % len(_ENGLISH)] if often(rng, rates.ENGLISH_NAME_USED) else name.given
    if often(rng, hand.channel.initial):
        return name.given[0] + rng.choice(["", ".", "."])
    given = name.calls
    if forms and often(rng, rates.OTHER_FORM):
        given = name.given if name.calls != name.given else rng.choice(forms)
    if name.middle and often(rng, rates.MIDDLE):
        given += " " + (name.middle if often(rng, 0.35) else name.middle[0] + rng.choice(["", "."]))
    return given


def _has_english(number: int) -> bool:
    return (number * 7919) % 100 < rates.ENGLISH_NAME * 100


def _family(name: Name, hand: Hand, rng: Rng) -> str:
    family = name.family
    if name.added:
        half = rates.HALF_SURNAME_SPANISH if name.origin == "spanish" else rates.HALF_SURNAME
        if not often(rng, half):
            joint = name.joint if often(rng, 0.85) else " "
            return f"{family}{joint}{name.added}"
        return name.added if name.origin != "spanish" and often(rng, 0.35) else family
    return _particles(family, name.origin, rng)


def _particles(family: str, origin: str, rng: Rng) -> str:
    """Write O', Mc, Al- and van der in one of their ways."""
    if origin == "dutch" and " " in family and often(rng, 0.22):
        *small, last = family.split(" ")
        short = {"van der": "v.d.", "van den": "v.d.", "van": "v.", "van de": "v.d."}.get(
            " ".join(small), " ".join(small)
        )
        return rng.choice(
            [f"{short} {last}", f"{family[0].upper()}{family[1:]}", last, "".join(family.split()).title()]
        )
    if "'" in family and often(rng, 0.30):
        return family.replace("'", rng.choice(["", "’", " ", "’"]))
    if family.startswith(("Al-", "El-")) and often(rng, 0.45):
        return rng.choice([family[:2] + " " + family[3:], family[:2] + family[3:].lower(), family[3:]])
    if family.startswith(("Mc", "Mac")) and family[3:4] and often(rng, 0.10):
        start = 3 if family.startswith("Mac") else 2
        return rng.choice([family[:start] + " " + family[start:], family[:start] + family[start:].lower()])
    return family


def _altered(word: str, origin: str, hand: Hand, rng: Rng) -> str:
    """Write a word as it was heard, romanised or mistyped."""
    others = SPELLINGS.get(word, [])
    heard = hand.channel.misheard + (rates.ROMANISED_OTHERWISE if origin in ("asian", "arabic") else 0)
    if others and often(rng, heard):
        word = rng.choice(others)
    return slip(word, rng) if hand.errs(rng, hand.channel.slip) else word


def _swap_rate(origin: str) -> float:
    if origin == "chinese":
        return rates.SWAPPED_CHINESE
    return rates.SWAPPED_ELSEWHERE if origin in ("asian", "arabic", "nigerian", "polish") else rates.SWAPPED


def name_fields(name: Name, number: int, hand: Hand, rng: Rng) -> dict[str, str]:
    """Return first_name and last_name as this hand writes them."""
    german = name.origin == "german" and often(rng, 0.5)
    first = hand.finished(_altered(_given(name, hand, rng, number), name.origin, hand, rng), german)
    last = hand.finished(_altered(_family(name, hand, rng), name.origin, hand, rng), german)
    if name.suffix and often(rng, rates.SUFFIX_WRITTEN):
        last += " " + name.suffix
    titled = often(rng, hand.channel.title)
    title = rng.choice((TITLES_WOMEN if name.woman else TITLES_MEN).split()) + " " if titled else ""
    if often(rng, hand.channel.unnamed):
        if often(rng, 0.55):
            return {"last_name": title + last}
        return {"first_name": first}
    if hand.errs(rng, rates.ONE_FIELD):
        whole = f"{title}{first} {last}"
        return {rng.choice(["first_name", "last_name", "last_name"]): whole}
    if hand.errs(rng, _swap_rate(name.origin)):
        return {"first_name": last, "last_name": first}
    return {"first_name": title + first, "last_name": last}
