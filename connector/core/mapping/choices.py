"""The transform of fields that hold several choices at once.

Imports core only. Salesforce joins the entries of a multi-select picklist by ";" (Object Reference, field type
multipicklist), Operate shows them as a comma list (reference, Lead: ud_iaminterestedin in the GET sample).
"""

import string
from typing import Annotated, ClassVar, cast

from pydantic import AfterValidator, Field

from connector.core.mapping.model import Unfit
from connector.core.mapping.text import clean, entries_of, once, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.model import Side

_SEPARATORS = frozenset(string.punctuation) - frozenset("\\<=>")
"""A backslash marks a ";" inside an entry; <, = and > become one letter with some accents that may follow (NFC)."""


def _separator(text: str) -> str:
    if text.strip() not in _SEPARATORS:
        raise ValueError('should be one sign that no entry contains, such as ";", "," or "|"')
    return text.strip()


class ChoicesParams(Params):
    """What stands between two entries on each side."""

    salesforce: Annotated[str, AfterValidator(_separator)] = Field(
        default=";", description="The sign between two entries in Salesforce."
    )
    operate: Annotated[str, AfterValidator(_separator)] = Field(
        default=",", description="The sign between two entries in Operate."
    )


class Choices(OneField):
    """Several choices in one field: "A;B" in Salesforce, "A, B" in Operate; the order does not count.

    The value is "A;B", in the order read, without blank and repeated entries. A ";" inside an entry (Operate may
    have one) is marked with a backslash, and so is a backslash.
    """

    Parameters: ClassVar[type[Params]] = ChoicesParams
    entries: ClassVar[bool] = True

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        given = cast(ChoicesParams, params)
        self._separators = {Side.SALESFORCE: given.salesforce, Side.OPERATE: given.operate}

    def value(self, side: Side, text: str) -> str:
        """The entries, joined by ";"."""
        return _joined(once(clean(text).split(self._separators[side])))

    def text(self, side: Side, value: str) -> str:
        """The entries, joined the way the side does it; raises `Unfit` for one that contains its separator."""
        separator, entries = self._separators[side], entries_of(value)
        wrong = next((entry for entry in entries if separator in entry), None)
        if wrong is not None:
            reason = f"{quoted(wrong)} contains {quoted(separator)}, which separates the entries of {self._one[side]}"
            raise Unfit("unreadable", f"{reason}: it would be taken for two")
        return (f"{separator} " if side is Side.OPERATE else separator).join(entries)

    def filling(self, side: Side, text: str) -> str:
        """The entries, separated as the side does it or by ";"."""
        return self.value(side, text) if self._separators[side] in text else text

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """One entry; raises `Unfit` for several, of which no single one is equal to all."""
        if any(separator in word for separator in self._separators.values()):
            raise Unfit("unreadable", f"{quoted(word)} names several choices; list each by itself: [A, B]")
        return super().meant(word, side)

    def normal(self, value: str) -> str:
        """The entries in alphabetical order."""
        return _joined(sorted(entries_of(value)))


def _joined(entries: list[str]) -> str:
    return ";".join(entry.replace("\\", "\\\\").replace(";", "\\;") for entry in entries)
