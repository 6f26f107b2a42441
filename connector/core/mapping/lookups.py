"""Transforms between ids and the words people know: lookup, location, user.

Imports core only. The tables come from the CRMs (`Crm.lookup`) under the names "operate.location" and the like; a
static `table` in the mapping comes first, for a tenant that does not show a table.
"""

from collections.abc import Mapping as Map
from typing import ClassVar, cast

from pydantic import Field, model_validator

from connector.core.mapping.conditions import ANY
from connector.core.mapping.model import Tables, Unfit
from connector.core.mapping.operate_fields import LOOK_UPS as OPERATE
from connector.core.mapping.salesforce_fields import LOOK_UPS as SALESFORCE
from connector.core.mapping.text import clean, fold, nearest, quoted, unsendable
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.model import Native, Side

_NO_ID = ("", "0")
"""How Operate shows a look-up that is not set (reference, Lead: broker "0")."""


class TableParams(Params):
    """`table` gives Operate's id for a label (or, for users, for an e-mail address or a Salesforce id)."""

    table: dict[str, str] = Field(
        default_factory=dict,
        description="Operate's id for a label (for users: for an e-mail address or a Salesforce id).",
    )


class LookupParams(TableParams):
    """`operate` names the look-up object whose labels are meant, for example leadtype; `salesforce` likewise, for
    example RecordType.
    """

    operate: str = Field(
        default="", description="The look-up list in Operate, by its name in the API.", examples=sorted(OPERATE)
    )
    salesforce: str = Field(
        default="", description="The list in Salesforce whose ids the field keeps.", examples=sorted(SALESFORCE)
    )

    @model_validator(mode="after")
    def _one_to_one(self) -> "LookupParams":
        for texts in (list(map(fold, self.table)), list(self.table.values())):
            twice = next((text for text in texts if texts.count(text) > 1), None)
            if twice is not None:
                raise ValueError(f"{quoted(twice)} stands in the table twice, so a value could not be told back")
        if none := next((label for label, number in self.table.items() if number in _NO_ID), None):
            raise ValueError(f"the id of {quoted(none)} is how Operate shows that nothing is chosen")
        return self

    @model_validator(mode="after")
    def _has_labels(self) -> "LookupParams":
        if not self.operate and not self.salesforce and not self.table:
            raise ValueError("needs operate: (the name of Operate's look-up) or a table:")
        return self


class Labels:
    """The labels that stand for one side's ids: from that CRM's own table, and from a static one that comes first.

    Where a side keeps no ids, a text is its own label.
    """

    def __init__(self, side: Side, name: str, static: Map[str, str]) -> None:
        self._side, self._name = side, name
        self._known = {clean(label): number for label, number in static.items()}
        self._static = {number: label for label, number in reversed(self._known.items())}
        self.has_ids = bool(name or static)

    def all(self, tables: Tables) -> dict[str, str]:
        """Id -> label."""
        return {**tables.get(f"{self._side}.{self._name}", {}), **self._static}

    def label(self, text: str, twin: str | None, tables: Tables) -> str | None:
        """The label of an id; `twin` is what the record itself shows for it; None when nobody knows it."""
        if not self.has_ids or text in _NO_ID:
            return "" if self.has_ids else text
        label = self._static.get(text) or tables.get(f"{self._side}.{self._name}", {}).get(text)
        label = label if label is not None else twin
        if label is None and fold(text) in map(fold, self.all(tables).values()):
            label = text  # a tenant that shows labels where others show ids
        return None if label is None else clean(label)

    def number(self, label: str, tables: Tables) -> str:
        """The id of a label; raises `Unfit` for one that this side does not have, or has twice."""
        if not self.has_ids or not label:
            return label
        if label in self._known:
            return self._known[label]
        theirs = [(clean(known), number) for number, known in tables.get(f"{self._side}.{self._name}", {}).items()]
        known = [*self._known.items(), *theirs]
        exact = {number for name, number in theirs if name == label}
        alike = exact or {number for name, number in known if fold(name) == fold(label)}
        if len(alike) == 1:
            return alike.pop()
        what = f"{self._side.capitalize()} has {'more than one' if alike else 'no'} {self._name or 'entry'}"
        close = nearest(label, (name for name, _ in known)) if not alike else ()
        hint = f"; nearest: {', '.join(quoted(name) for name in close)}" if close else ""
        raise Unfit("unknown_label", f"{what} named {quoted(label)}{hint}")


class Lookup(OneField):
    """A side keeps an id where the other has its label; the value is the label, equal in upper and lower case."""

    Parameters: ClassVar[type[Params]] = LookupParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        names = self._names()
        static = {Side.OPERATE: cast(TableParams, params).table, Side.SALESFORCE: {}}
        self._labels = {side: Labels(side, names.get(side, ""), static[side]) for side in static}
        self.lookups = tuple((side, name) for side, name in names.items() if name)

    def _names(self) -> dict[Side, str]:
        params = cast(LookupParams, self.params)
        return {Side.OPERATE: params.operate, Side.SALESFORCE: params.salesforce}

    def labels(self, tables: Tables) -> dict[str, str]:
        """Operate's id -> label; the mapping's own table comes first."""
        return self._labels[Side.OPERATE].all(tables)

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The label; None when the id is in no table and its twin `outputvalue_…` was not shown either."""
        text = super().read(side, native, tables)
        if text is None:
            return None
        return self._labels[side].label(text, native.get(f"outputvalue_{self._one[side]}"), tables)

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """The label or its id; raises `Unfit` for a label that the side does not have, or has twice."""
        native = super().write(side, value, tables)
        return {name: self._labels[side].number(text, tables) for name, text in native.items()}

    def normal(self, value: str) -> str:
        """The label without regard to upper and lower case."""
        return fold(value)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The label, also where the word is an id of the mapping's own table."""
        table = cast(TableParams, self.params).table
        return (*super().meant(word, side), *(label for label, number in table.items() if number == word))


class Location(Lookup):
    """Operate's locationname: an id of Location there, the label of the location in Salesforce."""

    Parameters: ClassVar[type[Params]] = TableParams

    def _names(self) -> dict[Side, str]:
        return {Side.OPERATE: "location"}


def _person(text: str) -> str:
    """An e-mail address in lower case; an id as it is."""
    text = clean(text)
    return text.lower() if "@" in text else text


class User(OneField):
    """Who owns the lead: a user's id on each side; the value is the user's e-mail address in lower case.

    The value of a queue or of a user whom nobody knows is the id itself: somebody owns the lead, so it is not blank.
    Towards a side without that user nothing is written, and the CRM's own assignment decides. A queue can be named in
    `table` by its Salesforce id.
    """

    Parameters: ClassVar[type[Params]] = TableParams
    lookups = ((Side.SALESFORCE, "User"), (Side.OPERATE, "user"))

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._static = {_person(who): number for who, number in cast(TableParams, params).table.items()}

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The e-mail address; None when the owner was not shown."""
        number = super().read(side, native, tables)
        if number is None or number in _NO_ID:
            return number and ""
        email = _people(side, tables).get(number)
        if email:
            return _person(email)
        if side is Side.SALESFORCE:
            return number
        return next((who for who, known in self._static.items() if known == number), number)

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """The user's id; nothing at all where this side does not know the person."""
        name, who = self._one.get(side), _person(value)
        if name is None or not who or unsendable(who):
            return {}
        found = self._operate_id(who, tables) if side is Side.OPERATE else self._salesforce_id(who, tables)
        return {name: found} if found else {}

    def _operate_id(self, who: str, tables: Tables) -> str:
        names = (who, *_ids(Side.SALESFORCE, who, tables))
        static = next((self._static[name] for name in names if name in self._static), "")
        return static or _only(_ids(Side.OPERATE, who, tables))

    def _salesforce_id(self, who: str, tables: Tables) -> str:
        if "@" not in who:
            return who if who in self._static else ""
        number = self._static.get(who)
        named = [known for known, same in self._static.items() if same == number and "@" not in known]
        return _only(_ids(Side.SALESFORCE, who, tables)) or _only(named)

    def normal(self, value: str) -> str:
        """The e-mail address in lower case."""
        return _person(value)

    def meant(self, word: str, side: Side | None = None) -> tuple[str, ...]:
        """The e-mail address, or what the table names; raises `Unfit` for the name of a person."""
        if word and not word.endswith(ANY) and "@" not in word and _person(word) not in self._static:
            raise Unfit("unreadable", f"people are known by their e-mail address, not as {quoted(word)}")
        return super().meant(word, side)


def _people(side: Side, tables: Tables) -> Map[str, str]:
    return tables.get("operate.user" if side is Side.OPERATE else "salesforce.User", {})


def _ids(side: Side, email: str, tables: Tables) -> list[str]:
    return [number for number, known in _people(side, tables).items() if _person(known) == email]


def _only(ids: list[str]) -> str:
    """The one id, or "" where there is none or a choice."""
    return ids[0] if len(ids) == 1 else ""
