"""The named transforms of plain text: text, email, phone, lines, number, boolean, label, constant – and all names.

Imports core, pydantic and phonenumbers. Each class is one name a mapping may use; `NAMES` lists them all.
Reading never fails: text that a transform cannot read stays as it is, and writing it where it does not fit says so.
"""

import re
from collections.abc import Mapping as Map
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, cast

import phonenumbers
from pydantic import AfterValidator

from connector.core.mapping.dates import Date, Instant
from connector.core.mapping.lookups import Location, Lookup, User
from connector.core.mapping.model import Tables, Unfit
from connector.core.mapping.text import clean, fold, quoted, unsendable
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.mapping.values import Values
from connector.core.model import Native, Side


class Text(OneField):
    """Text as people typed it: trimmed, NFC, line ends as LF."""


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


class PhoneParams(Params):
    """`region` is the country that numbers without + belong to."""

    region: Annotated[str, AfterValidator(_known_region)] = "GB"


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


class Phone(OneField):
    """A telephone number: the international form where it is a valid number, else the text.

    Two ways to type one number are equal, so nothing is rewritten only for its form (ITU-T E.164).
    """

    Parameters = PhoneParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._region = cast(PhoneParams, params).region

    def value(self, side: Side, text: str) -> str:
        """The international form."""
        return _international(text, self._region)

    def text(self, side: Side, value: str) -> str:
        """The international form."""
        return _international(value, self._region)

    def normal(self, value: str) -> str:
        """The international form."""
        return _international(value, self._region)


class Lines(OneField):
    """Lines of an address: one text area on one side, several fields on the other.

    The value is the lines joined by LF, blank ones left out. Where a side has fewer fields than there are lines,
    the rest goes into the last one, joined by ", "; both forms are equal.
    """

    several = True

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._width = min((len(names) for names in self.fields.values() if len(names) > 1), default=0)

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The lines; None unless every field was shown."""
        names = self.fields.get(side)
        texts = [native[name] for name in names or () if name in native]
        if names is None or len(texts) < len(names):
            return None
        return "\n".join(_lines("\n".join(texts)))

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """One line a field, blank fields included, so that an old line never stays behind."""
        names = self.fields.get(side, ())
        if unsendable(value):
            raise Unfit("unreadable", f"{' + '.join(names)}: the value holds characters that cannot be stored (NUL)")
        if len(names) == 1:
            return {names[0]: "\n".join(_lines(value))}
        lines = _folded(_lines(value), len(names))
        return {name: lines[at] if at < len(lines) else "" for at, name in enumerate(names)}

    def normal(self, value: str) -> str:
        """The lines as the side with the fewest fields can hold them."""
        lines = _lines(value)
        return "\n".join(_folded(lines, self._width) if self._width else lines)


def _lines(text: str) -> list[str]:
    return [line for line in map(clean, clean(text).split("\n")) if line]


def _folded(lines: list[str], width: int) -> list[str]:
    """At most `width` lines: the rest joined into the last."""
    return lines if len(lines) <= width else [*lines[: width - 1], ", ".join(lines[width - 1 :])]


_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,30})(?:\.\d{1,30})?", re.ASCII)


class Number(OneField):
    """A number without useless zeros: "25" for "25.0", "025" and "1,000" for 1000; other text stays as it is.

    Operate's numberofpeople is free text (reference, Lead: string 255), so "10-15 desks" is no mistake there;
    Salesforce number fields take numbers only.
    """

    def value(self, side: Side, text: str) -> str:
        """The plain number, or the text."""
        return _plain_number(text)

    def text(self, side: Side, value: str) -> str:
        """The plain number; raises `Unfit` for other text towards Salesforce."""
        number = _plain_number(value)
        if side is Side.SALESFORCE and number and not _DECIMAL.fullmatch(number):
            raise Unfit("unreadable", f"{quoted(number)} is not a number, and {self._one[side]} takes only numbers")
        return number

    def normal(self, value: str) -> str:
        """The plain number, or the text."""
        return _plain_number(value)


def _plain_number(text: str) -> str:
    text = clean(text)
    if not _DECIMAL.fullmatch(text):
        return text
    plain = format(Decimal(text.replace(",", "")), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


_TRUE = frozenset({"true", "yes", "y", "1", "on"})
_FALSE = frozenset({"", "false", "no", "n", "0", "off"})


class Boolean(OneField):
    """A tick box: "true" or "false". A blank is not ticked, for a Salesforce checkbox is never null.

    Writes true/false to Salesforce and True/False to Operate (reference, Lead: PUT sample).
    """

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


def _ticked(text: str) -> str:
    word = fold(text)
    if word in _TRUE:
        return "true"
    return "false" if word in _FALSE else clean(text)


class ConstantParams(Params):
    """`value` is the text to write."""

    value: str


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
    "number": Number,
    "boolean": Boolean,
    "instant": Instant,
    "date": Date,
    "label": Label,
    "location": Location,
    "lookup": Lookup,
    "values": Values,
    "user": User,
    "constant": Constant,
}
"""Every transform a mapping may name."""
