"""The transform values: a table of texts that mean the same, many on one side to one on the other.

Imports core only. The value is the first Salesforce text of the row, so that changing between two texts of one row
is no change for the other side, and nothing bounces.
"""

from collections.abc import Mapping as Map
from enum import StrEnum
from typing import ClassVar, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from connector.core.mapping.conditions import ANY
from connector.core.mapping.lookups import Labels
from connector.core.mapping.model import Tables, Unfit
from connector.core.mapping.schema import Names
from connector.core.mapping.text import clean, fold, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.model import Native, Side


class Others(StrEnum):
    """What happens to a text that stands in no row."""

    PARK = "park"
    """The rule is parked for this lead."""
    KEEP = "keep"
    """The other side keeps what it has."""
    COPY = "copy"
    """It is written as it is."""


class Row(BaseModel):
    """Names that mean the same; the first one of a side is the one that is written there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    salesforce: Names = Field(description="The text in Salesforce, or several; the first is the one written.")
    operate: Names = Field(description="The text in Operate, or several; the first is the one written.")

    @model_validator(mode="after")
    def _filled(self) -> "Row":
        if not all(map(clean, (*self.salesforce, *self.operate))) or not self.salesforce or not self.operate:
            raise ValueError("a row needs at least one text on each side")
        return self


_WORDS = "park: set aside. keep: the other side keeps its own. copy: written as it is."


class OthersParams(Params):
    """The policy for texts that stand in no row, per direction."""

    to_operate: Others = Field(
        default=Others.PARK, description=f"For texts of Salesforce that stand in no row. {_WORDS}"
    )
    to_salesforce: Others = Field(
        default=Others.PARK, description=f"For texts of Operate that stand in no row. {_WORDS}"
    )


class ValuesParams(Params):
    """`table` lists the rows. `operate` and `salesforce` name the look-up object whose labels stand in the table,
    where the field itself keeps ids.
    """

    table: list[Row] = Field(min_length=1, description="The rows: texts that mean the same on both sides.")
    operate: str = Field(default="", description="The look-up list in Operate, where the field keeps ids.")
    salesforce: str = Field(default="", description="The list in Salesforce, where the field keeps ids.")
    others: OthersParams = Field(
        default=OthersParams(), description="What happens to a text that stands in no row, for each direction."
    )

    @model_validator(mode="after")
    def _once(self) -> "ValuesParams":
        for side in Side:
            texts = [fold(text) for row in self.table for text in getattr(row, side)]
            twice = next((text for text in texts if texts.count(text) > 1), None)
            if twice is not None:
                raise ValueError(f"{quoted(twice)} stands in the table twice for {side}")
        return self


class Values(OneField):
    """Names of one side that mean texts of the other; a row is one value."""

    Parameters: ClassVar[type[Params]] = ValuesParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        given = cast(ValuesParams, params)
        names = {side: str(getattr(given, side)) for side in Side}
        self._labels = {side: Labels(side, name, {}) for side, name in names.items()}
        self.lookups = tuple((side, name) for side, name in names.items() if name)
        self._value = {side: _by_text(given.table, side) for side in Side}
        self._texts = {side: {clean(row.salesforce[0]): getattr(row, side)[0] for row in given.table} for side in Side}
        self._others = {Side.OPERATE: given.others.to_operate, Side.SALESFORCE: given.others.to_salesforce}

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The first Salesforce text of the row; a text without a row stands for itself."""
        text = super().read(side, native, tables)
        if text is None:
            return None
        label = self._labels[side].label(text, native.get(f"outputvalue_{self._one[side]}"), tables)
        if not label:
            return label
        value = self._value[side].get(fold(label))
        if value is None:
            return f"{label} ({side})" if label in self._texts[side] else label
        return value

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """The row's first text on that side; raises `Unfit` for a text without a row, or leaves the side as it is."""
        native = super().write(side, value, tables)
        known = self._texts[side].get(clean(value))
        if not value or known is not None:
            return {name: self._labels[side].number(known or "", tables) for name in native}
        if self._others[side] is Others.KEEP:
            return {}
        text = clean(value).removesuffix(f" ({side.other})")
        if self._others[side] is Others.PARK:
            raise Unfit("unknown_label", f"the table has no {side.other} value {quoted(text)}; add a row for it")
        if fold(text) in self._value[side]:
            means = f"there {quoted(text)} means {quoted(self._value[side][fold(text)])}"
            raise Unfit("unknown_label", f"the table has no {side.other} value {quoted(text)}, and {means}; add a row")
        return {name: self._labels[side].number(text, tables) for name in native}

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The rows that have this text, on the side that is asked for or on any; a text without a row as it is."""
        own = (self._value[side],) if side is not None else tuple(self._value.values())
        if not word.endswith(ANY) or word == ANY:
            return next(((known[fold(word)],) for known in own if fold(word) in known), (word,))
        start = fold(word.removesuffix(ANY))
        return (word, *(value for known in own for text, value in known.items() if text.startswith(start)))

    def filling(self, side: Side, text: str) -> str:
        """The row that has this text on the side."""
        return self._value[side].get(fold(text), text)


def _by_text(table: list[Row], side: Side) -> Map[str, str]:
    return {fold(text): clean(row.salesforce[0]) for row in table for text in getattr(row, side)}
