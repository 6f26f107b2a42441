"""Transforms of countries and their states: names in one CRM, codes in the other, however people typed them.

Imports core and pycountry (ISO 3166), whose lists are read when the first value is. The value is the code, so two
names of one country are equal; a text that is no known name stays as it is.
"""

import re
import unicodedata
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar, Literal, cast

import pycountry
from pydantic import AfterValidator, Field, model_validator

from connector.core.mapping.conditions import ANY
from connector.core.mapping.model import Unfit
from connector.core.mapping.region_names import (
    COUNTRY_IN_SALESFORCE,
    EVERYDAY_COUNTRY,
    OTHER_COUNTRY_NAMES,
    OTHER_STATE_NAMES,
    STATE_IN_SALESFORCE,
)
from connector.core.mapping.text import clean, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.model import Side

_SIGNS = str.maketrans({".": "", "'": "", "’": "", ",": " ", "-": " ", "(": " ", ")": " ", "&": " and "})


def _key(text: str) -> str:
    """The form in which names are looked up: without case, accents, points, commas, hyphens and a leading "the"."""
    letters = unicodedata.normalize("NFD", clean(text).casefold().translate(_SIGNS))
    words = "".join(letter for letter in letters if not unicodedata.combining(letter)).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a set of regions: the code for every name in its looked-up form, the names per side."""

    codes: Map[str, str]
    names: Map[Side, Map[str, str]]

    def code(self, text: str) -> str:
        """The code that a text stands for, or ""."""
        return self.codes.get(_key(text), "")


@lru_cache(maxsize=1)
def _countries() -> _Known:
    iso = {country.alpha_2: country for country in pycountry.countries}
    formal = {code: country.name for code, country in iso.items()}
    common = {code: getattr(country, "common_name", country.name) for code, country in iso.items()}
    names = {
        Side.SALESFORCE: {**formal, **COUNTRY_IN_SALESFORCE},
        Side.OPERATE: {**common, **EVERYDAY_COUNTRY},
    }
    codes: dict[str, str] = {}
    for code in names[Side.OPERATE]:
        country = iso.get(code)
        official = (country.alpha_3, country.name, getattr(country, "official_name", code)) if country else ()
        written = (names[side][code] for side in Side)
        for name in (code, *written, *official, *OTHER_COUNTRY_NAMES.get(code, ())):
            codes.setdefault(_key(name), code)
    return _Known(codes, names)


@lru_cache(maxsize=16)
def _states(countries: tuple[str, ...]) -> _Known:
    """The states of these countries. What two of them share belongs to the first; names come before codes."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for country in countries:
        own = {state.code: state.name for state in pycountry.subdivisions if state.code.startswith(f"{country}-")}
        for code, name in sorted(own.items()):
            names[code], *others = _spellings(name)
            others += [STATE_IN_SALESFORCE.get(code, ""), *OTHER_STATE_NAMES.get(code, ())]
            for spelling in (code, names[code], *filter(None, others)):
                codes.setdefault(_key(spelling), code)
        for code in sorted(own):
            codes.setdefault(_key(_bare(code)), code)
    salesforces = {code: STATE_IN_SALESFORCE.get(code, name) for code, name in names.items()}
    return _Known(codes, {Side.SALESFORCE: salesforces, Side.OPERATE: names})


def _spellings(name: str) -> list[str]:
    """The names in ISO's text: "A Coruña [La Coruña]", "Cardiff [Caerdydd GB-CRD]"."""
    return [re.sub(r"\s[A-Z]{2}-\w+$", "", each.strip(" ]")) for each in name.split("[")]


def _bare(code: str) -> str:
    """The code of a state without its country."""
    return code.partition("-")[2]


@lru_cache(maxsize=64)
def _known(countries: tuple[str, ...], own: tuple[tuple[str, str], ...]) -> _Known:
    """The states of these countries (all countries where there is none), with a mapping's own names."""
    known = _states(countries) if countries else _countries()
    codes = {**known.codes, **{_key(name): code for code, name in own}}
    for code, _ in own:
        codes.setdefault(_key(code), code)
        codes.setdefault(_key(_bare(code)), code)
    return _Known(codes, {side: {**names, **dict(own)} for side, names in known.names.items()})


@lru_cache(maxsize=16_384)
def _code(text: str, countries: tuple[str, ...], own: tuple[tuple[str, str], ...]) -> str:
    return _known(countries, own).code(text)


Form = Literal["name", "code"]


class RegionParams(Params):
    """The form written on each side, and names (code to name) to write and read besides the known ones."""

    salesforce: Form = Field(default="name", description="What is written in Salesforce: the name or the code.")
    operate: Form = Field(default="name", description="What is written in Operate: the name or the code.")
    names: dict[str, str] = Field(
        default_factory=dict, description="Other names, on both sides: code to name, such as US: USA."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> "RegionParams":
        names = [_key(name) for name in self.names.values()]
        if not all(names) or len(set(names)) < len(names):
            raise ValueError("names needs a name of its own for every code")
        return self


class _Region(OneField):
    """A region by its code; `what` is the word for it in messages."""

    what: ClassVar[str]

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        given = cast(RegionParams, params)
        self._forms = {Side.SALESFORCE: given.salesforce, Side.OPERATE: given.operate}
        self._countries: tuple[str, ...] = ()
        self._own = tuple(sorted((code, clean(name)) for code, name in given.names.items()))

    def value(self, side: Side, text: str) -> str:
        """The code, or the text."""
        return _code(text, self._countries, self._own) or clean(text)

    def text(self, side: Side, value: str) -> str:
        """The name or the code; raises `Unfit` for what is not known and for what another region would be read from."""
        code, form, field = _code(value, self._countries, self._own), self._forms[side], self._one[side]
        if not code:
            if clean(value) and form == "code":
                reason = f"{quoted(clean(value))} is no known {self.what}, and {field} takes only codes"
                raise Unfit("unreadable", reason)
            return clean(value)
        names = _known(self._countries, self._own).names[side]
        written = names[code] if form == "name" else _bare(code) or code
        taken = _code(written, self._countries, self._own)
        if taken != code:
            raise Unfit(
                "unreadable", f"{field}: {quoted(written)} ({code}) would be taken for {names[taken]} ({taken})"
            )
        return written

    def normal(self, value: str) -> str:
        """The code, or the text."""
        return _code(value, self._countries, self._own) or clean(value)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The code; raises `Unfit` for a beginning, because a known name is compared by its code."""
        if word.endswith(ANY) and word != ANY:
            raise Unfit("unreadable", f"{quoted(word)}: a {self.what} is compared by its code, so name each in full")
        return super().meant(word, side)


class CountryParams(RegionParams):
    """`names` may also add a country that ISO 3166 does not have, under one of the codes it leaves to users."""

    @model_validator(mode="after")
    def _codes_exist(self) -> "CountryParams":
        known = _countries().code if self.names else str
        for code, name in self.names.items():
            if known(code) != code and not re.fullmatch("A{2}|Q[M-Z]|X[A-Z]|Z{2}", code):
                use = f"; use {known(code)}" if known(code) else ""
                raise ValueError(f"names: {quoted(code)} is no country code{use}")
            if known(name) not in ("", code):
                raise ValueError(f"names: {quoted(name)} is a name of {known(name)}, so it cannot stand for {code}")
        return self


class Country(_Region):
    """A country: "GB" for "United Kingdom", "UK", "GBR" and "England"; other text stays as it is."""

    Parameters: ClassVar[type[Params]] = CountryParams
    what = "country"


def _country_codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    wrong = next((code for code in codes if pycountry.countries.get(alpha_2=code) is None or code != code.upper()), "")
    if wrong or not codes or len(set(codes)) < len(codes):
        reason = f"; {quoted(wrong)} is none" if wrong else ""
        raise ValueError(f"should be a list of different country codes, such as [US, CA]{reason}")
    return codes


class StateParams(RegionParams):
    """`countries` are the countries whose states are meant; what two of them share belongs to the first."""

    countries: Annotated[tuple[str, ...], AfterValidator(_country_codes)] = Field(
        description="The countries whose states are meant, by code, such as [US, CA]."
    )

    @model_validator(mode="after")
    def _codes_belong(self) -> "StateParams":
        for code in self.names:
            if code.partition("-")[0] not in self.countries or not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code):
                raise ValueError(f"names: {quoted(code)} should be a code such as {self.countries[0]}-XY")
        return self


class State(_Region):
    """A state, province or county: "US-CA" for "California", "CA" and "us-ca"; other text stays as it is."""

    Parameters: ClassVar[type[Params]] = StateParams
    what = "state"

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._countries = cast(StateParams, params).countries
