"""The filter language: `[field]op'value'AND[field]op'value'`.

Source: API reference, Queries; AND, `=`, `>=` and `<=` are documented by example, everything else is not. A quote
inside a value cannot be escaped (not documented): it ends the value, and the rest is refused. Texts compare without
regard to case and to trailing blanks, as the usual collation of such a server does (not documented; our choice).
Imports the schema and the values only.
"""

import operator
import re
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from connector.sandbox.operate.schema import Field, ObjectType, Row
from connector.sandbox.operate.values import INTEGER, filter_stamp

Condition = Callable[[Row], bool]

_TERM = re.compile(r"\s*\[(\w+)\]\s*(>=|<=|<>|=|>|<|LIKE)\s*'([^']*)'\s*", re.IGNORECASE)
_JOINT = re.compile(r"(AND|OR)(?=\s*\[)", re.IGNORECASE)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class MalformedError(ValueError):
    """The filter cannot be read; the message says where."""


def parse(text: str, kind: ObjectType, *, zone: tzinfo, like: bool = False, either: bool = False) -> Condition:
    """Read a filter over records of a type; `like` and `either` allow LIKE and OR. Raises `MalformedError`.

    `zone` is how a date without an offset is read. AND binds tighter than OR.
    """
    groups: list[list[Condition]] = [[]]
    position = 0
    while True:
        term = _TERM.match(text, position)
        if term is None:
            raise MalformedError(f"Incorrect syntax in where near {text[position : position + 40]!r}")
        name, sign, value = term.group(1).lower(), term.group(2).upper(), term.group(3)
        field = kind.by_name.get(name)
        if field is None or name == "daysopen":
            raise MalformedError(f"[{name[:40]}] cannot be used in where")
        if sign == "LIKE" and not like:
            raise MalformedError("LIKE is not supported in where")
        groups[-1].append(_condition(field, sign, value, zone))
        position = term.end()
        if position == len(text):
            return _joined(groups)
        joint = _JOINT.match(text, position)
        if joint is None:
            raise MalformedError(f"Incorrect syntax in where near {text[position : position + 40]!r}")
        if joint.group(1).upper() == "OR":
            if not either:
                raise MalformedError("OR is not supported in where")
            groups.append([])
        position = joint.end()


def _joined(groups: list[list[Condition]]) -> Condition:
    if len(groups) == 1:
        conditions = groups[0]
        return conditions[0] if len(conditions) == 1 else lambda row: all(holds(row) for holds in conditions)
    return lambda row: any(all(holds(row) for holds in group) for group in groups)


def _condition(field: Field, sign: str, value: str, zone: tzinfo) -> Condition:
    if sign == "LIKE":
        return _like(field, value)
    if field.kind == "date" and value:
        moment = filter_stamp(value, zone)
        if moment is None:
            raise MalformedError(f"[{field.name}]: {value[:40]!r} is not a date")
        return _ordered(field.name, sign, moment)
    if field.kind in ("int", "id") and value:
        return _numeric(field.name, sign, value)
    return _textual(field.name, sign, value)


def _ordered(name: str, sign: str, moment: str) -> Condition:
    # Stored stamps all have one form and one offset: they compare as texts, which is fast.
    compare = _COMPARE[sign]
    unequal = sign == "<>"

    def holds(row: Row) -> bool:
        held = row.get(name)
        return compare(held, moment) if held else unequal

    return holds


def _numeric(name: str, sign: str, value: str) -> Condition:
    if not INTEGER.fullmatch(value):
        raise MalformedError(f"[{name}]: {value[:40]!r} is not a whole number")
    number = int(value)
    compare = _COMPARE[sign]
    unequal = sign == "<>"

    def holds(row: Row) -> bool:
        held = row.get(name)
        return compare(int(held), number) if held else unequal

    return holds


def _textual(name: str, sign: str, value: str) -> Condition:
    compare, wanted = _COMPARE[sign], _folded(value)
    return lambda row: compare(_folded(row.get(name)), wanted)


def _like(field: Field, value: str) -> Condition:
    pattern = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in _folded(value))
    regex = re.compile(pattern, re.DOTALL)
    return lambda row: regex.fullmatch(_folded(row.get(field.name))) is not None


def _folded(text: str | None) -> str:
    return (text or "").rstrip(" ").casefold()
