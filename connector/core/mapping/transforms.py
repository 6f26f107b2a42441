"""The named transforms of plain text: text, label, email, phone, boolean, constant – and all names.

Imports core, pydantic and phonenumbers. Each class is one name a mapping may use; `NAMES` lists them all.
Reading never fails: text that a transform cannot read stays as it is, and writing it where it does not fit says so.
"""

import re
from collections.abc import Mapping as Map
from functools import lru_cache
from typing import Annotated, Literal, cast

import phonenumbers
from pydantic import AfterValidator, Field

from connector.core.mapping.amounts import Money, Number
from connector.core.mapping.choices import Choices
from connector.core.mapping.conditions import ANY
from connector.core.mapping.dates import Date, Instant
from connector.core.mapping.lookups import Location, Lookup, User
from connector.core.mapping.model import Unfit
from connector.core.mapping.parts import Lines, Name, Parts
from connector.core.mapping.regions import Country, State
from connector.core.mapping.text import clean, fold, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.mapping.values import Values
from connector.core.model import Side


class Text(OneField):
    """Text as people typed it: trimmed, NFC, line ends as LF."""

    cuttable = True


class Label(OneField):
    """The label of a picklist, equal only when it is the same letter by letter."""


class Email(OneField):
    """An e-mail address; upper and lower case are equal, because Salesforce stores it in lower case."""

    def normal(self, value: str) -> str:
        """Lower case."""
        return fold(value)


def _known_region(region: str) -> str:
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("should be a country code of two capital letters, such as GB or US")
    return region


_PhoneForm = Literal["international", "national"]


class PhoneParams(Params):
    """`region` is the country that numbers without + belong to; the other two are the form written on each side."""

    region: Annotated[str, AfterValidator(_known_region)] = Field(
        default="GB", description="The country of numbers without a +.", examples=["GB", "US", "IE"]
    )
    salesforce: _PhoneForm = Field(default="international", description="The form written in Salesforce.")
    operate: _PhoneForm = Field(default="international", description="The form written in Operate.")


_ONE_NUMBER = re.compile(r"[+\d\s().\-]{5,40}(?:(?:ext\.?|x|#)\s*\d{1,7})?", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=16_384)
def _international(text: str, region: str) -> str:
    """E.164 (an extension follows as " x12"); the trimmed text where it is not one valid number.

    Only a text that is nothing but one number is read, so that "020 … or 077… (evenings)" loses nothing.
    """
    text = clean(text)
    if not _ONE_NUMBER.fullmatch(text):
        return text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{e164} x{number.extension}" if number.extension else e164


@lru_cache(maxsize=16_384)
def _national(text: str, region: str) -> str:
    """The form people of the region dial, where it is a number of theirs and that form is read as the same number."""
    international = _international(text, region)
    try:
        number = phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        return international
    if phonenumbers.region_code_for_number(number) != region:
        return international
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return national if _international(national, region) == international else international


class Phone(OneField):
    """A telephone number: the international form where it is a valid number, else the text.

    Two ways to type one number are equal, so nothing is rewritten only for its form (ITU-T E.164).
    """

    Parameters = PhoneParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        given = cast(PhoneParams, params)
        self._region = given.region
        self._written = {
            side: _national if form == "national" else _international
            for side, form in ((Side.SALESFORCE, given.salesforce), (Side.OPERATE, given.operate))
        }

    def value(self, side: Side, text: str) -> str:
        """The international form."""
        return _international(text, self._region)

    def text(self, side: Side, value: str) -> str:
        """The form of the side: international, or national for a number of the region."""
        return self._written[side](value, self._region)

    def normal(self, value: str) -> str:
        """The international form."""
        return _international(value, self._region)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The international form; raises `Unfit` for a beginning in the local one."""
        if word.endswith(ANY) and re.match(r"[\d(]", word):
            raise Unfit("unreadable", f"numbers are compared in the international form: begin {quoted(word)} with +")
        return super().meant(word, side)


_TRUE = frozenset({"true", "yes", "y", "1", "on"})
_FALSE = frozenset({"", "false", "no", "n", "0", "off"})


class Boolean(OneField):
    """A tick box: "true" or "false". A blank is not ticked, for a Salesforce checkbox is never null.

    Writes true/false to Salesforce and True/False to Operate (reference, Lead: PUT sample).
    """

    blankable = False

    def value(self, side: Side, text: str) -> str:
        """true, false, or the text where it is neither."""
        return _ticked(text)

    def text(self, side: Side, value: str) -> str:
        """The word the side uses; raises `Unfit` for anything else."""
        word = _ticked(value)
        if word not in ("true", "false"):
            raise Unfit("unreadable", f"{quoted(word)} is neither true nor false, and {self._one[side]} is a tick box")
        return word if side is Side.SALESFORCE else word.capitalize()

    def normal(self, value: str) -> str:
        """true, false, or the text where it is neither."""
        return _ticked(value)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """true or false; raises `Unfit` for anything else."""
        if word.endswith(ANY) or _ticked(word) not in ("true", "false"):
            raise Unfit("unreadable", f"a tick box is true or false, never {quoted(word)}")
        return (_ticked(word),)


def _ticked(text: str) -> str:
    word = fold(text)
    if word in _TRUE:
        return "true"
    return "false" if word in _FALSE else clean(text)


class ConstantParams(Params):
    """`value` is the text to write."""

    value: str = Field(description="The text that new records receive.")


class Constant(OneField):
    """A fixed text that new records of one side receive; it never flows back."""

    Parameters = ConstantParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self.filler = clean(cast(ConstantParams, params).value)


NAMES: Map[str, type[OneField]] = {
    "text": Text,
    "email": Email,
    "phone": Phone,
    "lines": Lines,
    "name": Name,
    "parts": Parts,
    "choices": Choices,
    "number": Number,
    "money": Money,
    "boolean": Boolean,
    "instant": Instant,
    "date": Date,
    "country": Country,
    "state": State,
    "label": Label,
    "location": Location,
    "lookup": Lookup,
    "values": Values,
    "user": User,
    "constant": Constant,
}
"""Every transform a mapping may name."""
