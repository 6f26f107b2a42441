"""Drawing of names by origin."""

from dataclasses import replace

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import Rng, Skewed, often, one_of
from tests.benchmarks.holdout.family import BACK, CLOSE_GIVEN, FAMILY, FRONT
from tests.benchmarks.holdout.given import MEN, WOMEN
from tests.benchmarks.holdout.model import Name
from tests.benchmarks.holdout.short import SHORT_FORMS, listed

_FIRST_GIVEN = {"british": 0.028, "american": 0.026, "asian": 0.07, "arabic": 0.09, "chinese": 0.05, "spanish": 0.05}
# The most frequent surname's share; Begum, Kaur and the like stand in the lists as everybody else does.
_FIRST_FAMILY = {
    "british": 0.0165,
    "irish": 0.022,
    "american": 0.016,
    "german": 0.022,
    "dutch": 0.028,
    "french": 0.020,
    "spanish": 0.036,
    "polish": 0.024,
    "asian": 0.065,
    "arabic": 0.05,
    "nigerian": 0.045,
    "chinese": 0.075,
}
RARE_BRITISH = 0.28
"""Share of British surnames that are put together of two parts, so that Smith has 0.72 * 1.65 % = 1.2 %."""

_MEN = {origin: Skewed(listed(text), _FIRST_GIVEN.get(origin, 0.035)) for origin, text in MEN.items()}
_WOMEN = {origin: Skewed(listed(text), _FIRST_GIVEN.get(origin, 0.035) * 0.75) for origin, text in WOMEN.items()}
_FAMILY = {origin: Skewed(listed(text), _FIRST_FAMILY[origin]) for origin, text in FAMILY.items()}
_FRONT, _BACK = FRONT.split(), BACK.split()
_CLOSE = {origin: [pair.split(",") for pair in text.split()] for origin, text in CLOSE_GIVEN.items()}
_WOMEN_NAMES = {word for text in WOMEN.values() for word in text.split()}


def given_name(rng: Rng, origin: str, woman: bool) -> str:
    """Return a given name by its frequency."""
    return (_WOMEN if woman else _MEN)[origin].draw(rng)


def family_name(rng: Rng, origin: str, woman: bool) -> str:
    """Return a surname by its frequency, in its feminine form where the language has one."""
    if origin == "british" and often(rng, RARE_BRITISH):
        return rng.choice(_FRONT) + rng.choice(_BACK)
    name = _FAMILY[origin].draw(rng)
    return for_sex(name, origin, woman)


def for_sex(name: str, origin: str, woman: bool) -> str:
    """Return a surname in the form for a man or a woman."""
    if origin == "polish" and woman and name.endswith(("ski", "cki", "dzki")):
        return name[:-1] + "a"
    if origin == "polish" and not woman and name.endswith(("ska", "cka", "dzka")):
        return name[:-1] + "i"
    if origin == "asian" and (name, woman) in (("Begum", False), ("Bibi", False), ("Kaur", False)):
        return "Singh" if name == "Kaur" else "Miah"
    return name


def called(rng: Rng, given: str) -> str:
    """Return what somebody of this given name is called in daily life."""
    forms = SHORT_FORMS.get(given)
    if not forms or not often(rng, rates.GOES_BY_SHORT):
        return given
    return forms[0] if often(rng, 0.7) else rng.choice(forms)


def new_name(rng: Rng, origin: str) -> Name:
    """Return the name of a new person."""
    woman = often(rng, rates.WOMAN)
    given = given_name(rng, origin, woman)
    name = Name(origin, woman, given, called(rng, given), family_name(rng, origin, woman))
    if origin == "spanish":
        name = replace(name, added=family_name(rng, origin, woman))
    elif origin in ("british", "irish", "german", "american", "dutch", "french") and often(rng, rates.DOUBLE_SURNAME):
        name = replace(name, added=family_name(rng, origin, woman), joint=one_of(rng, {"-": 0.8, " ": 0.2}))
    return replace(name, middle=given_name(rng, origin, woman)) if often(rng, 0.6) else name


def relative(rng: Rng, name: Name, how: str) -> Name:
    """Return the name of somebody's sibling, twin, child, heir (a son of the same name) or wife or husband."""
    if how == "heir":
        return replace(name, calls=called(rng, name.given))
    woman = not name.woman if how == "couple" else often(rng, 0.5)
    given = given_name(rng, name.origin, woman)
    while given == name.given:
        given = given_name(rng, name.origin, woman)
    if how == "couple" and often(rng, rates.OTHER_SURNAME_COUPLE):
        return replace(new_name(rng, name.origin), woman=woman, given=given, calls=called(rng, given))
    family = for_sex(name.family, name.origin, woman)
    return replace(name, woman=woman, given=given, calls=called(rng, given), family=family, middle="")


def twins(rng: Rng, name: Name) -> tuple[Name, Name]:
    """Return two names that differ in a letter or two."""
    pair = rng.choice(_CLOSE.get(name.origin, _CLOSE[""]))
    one, other = (
        replace(
            name,
            woman=given in _WOMEN_NAMES,
            given=given,
            calls=given,
            family=for_sex(name.family, name.origin, given in _WOMEN_NAMES),
            middle="",
        )
        for given in pair
    )
    return one, other
