"""What every transform is built from: its fields on each side, its parameters, and the simple one-field case.

Imports core only. A transform is made once per rule when a mapping is loaded.
"""

from collections.abc import Mapping as Map
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from connector.core.mapping.conditions import ANY
from connector.core.mapping.model import Rule, Tables, Unfit
from connector.core.mapping.operate_fields import LABELLED
from connector.core.mapping.text import clean, unsendable
from connector.core.model import Native, Side

FieldNames = Map[Side, tuple[str, ...]]
"""A rule's native fields per side; a side that has none is missing."""


class Params(BaseModel):
    """A transform's parameters as they stand in the mapping; a name that is not declared is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OneField:
    """A transform between one native field on each side; subclasses say how its text and the value differ.

    `several` allows more than one native field a side; `entries` means that a value may list several texts. `two_way`
    means that what it writes reads back as an equal value; without it, a rule needs a direction. `cuttable` means that
    the beginning of a text says less, but nothing else (`fit: cut`). `blankable` means that a field may be blank.
    `lookups` are the tables that are needed. `filler` is a value that the transform brings itself.
    """

    Parameters: ClassVar[type[Params]] = Params
    several: ClassVar[bool] = False
    two_way: ClassVar[bool] = True
    cuttable: ClassVar[bool] = False
    blankable: ClassVar[bool] = True
    entries: ClassVar[bool] = False
    lookups: tuple[tuple[Side, str], ...] = ()
    filler: str = ""

    def __init__(self, fields: FieldNames, params: Params) -> None:
        self.fields = {side: names for side, names in fields.items() if names}
        self.params = params
        self._one = {side: names[0] for side, names in self.fields.items()}

    def misfits(self) -> Map[Side, str]:
        """What is wrong with the number of fields, by side, in words for the person who wrote the rule."""
        return {}

    def on(self, fields: FieldNames) -> "OneField":
        """The same transform over other fields (an org may lack one)."""
        return type(self)(fields, self.params)

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The value; None when this side has no such field or did not show it."""
        name = self._one.get(side)
        text = native.get(name) if name is not None else None
        return None if text is None else self.value(side, text)

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """The native field; nothing on a side without one. Raises `Unfit`."""
        name = self._one.get(side)
        if name is None:
            return {}
        sendable(name, value)
        return {name: self.text(side, value)}

    def value(self, side: Side, text: str) -> str:
        """The value of a native text."""
        return clean(text)

    def text(self, side: Side, value: str) -> str:
        """The native text of a value; raises `Unfit`."""
        return clean(value)

    def normal(self, value: str) -> str:
        """The form in which two values are compared."""
        return clean(value)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The values that a word of a condition stands for; of `side` where the condition is about one.

        A word may end with `*`, for any ending. Raises `Unfit` for a word that no lead can show.
        """
        return (word,) if not word or word.endswith(ANY) else (word, self.normal(word))

    def filling(self, side: Side, text: str) -> str:
        """The value that a filler of the mapping file, written as the side shows it, stands for."""
        return text


def sendable(name: str, value: str) -> None:
    """Raise `Unfit` for a value that no CRM stores."""
    if unsendable(value):
        raise Unfit("unreadable", f"{name}: the value holds characters that cannot be stored (NUL)")


def listed(rule: Rule, side: Side) -> tuple[tuple[Side, str], ...]:
    """The list of Operate whose labels a filler of the rule has to be among, by the field's own name."""
    names = rule.fields.get(side, ()) if side is Side.OPERATE and rule.fillers.get(side) else ()
    return tuple((side, name) for name in names if name in LABELLED)


def lookups_of(rule: Rule) -> tuple[tuple[Side, str], ...]:
    """The look-up tables that a rule needs."""
    return rule.transform.lookups if isinstance(rule.transform, OneField) else ()
