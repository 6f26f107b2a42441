"""GET: which records an answer holds, and how they look in it.

Imports the schema, the tables, the filter language and the switches.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.sandbox.operate.config import OperateConfig
from connector.sandbox.operate.schema import NO_DATE, NOWHERE, Field, ObjectType, Row
from connector.sandbox.operate.tables import Tables
from connector.sandbox.operate.values import days_between, zone
from connector.sandbox.operate.where import MalformedError, parse

_LIST = re.compile(r"\[\s*(\w+(?:\s*,\s*\w+)*)\s*\]")
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Page:
    """Part of the matching records, oldest first, with the number of the first and the size of the whole."""

    rows: list[Row]
    first: int
    total: int


def select(query: Mapping[str, str], kind: ObjectType, rows: Iterable[Row], config: OperateConfig) -> Page:
    """The records a query asks for. Raises `MalformedError`.

    Source: API reference, Queries; Booking Conflict (`startrecord`, `endrecord`: from 1, both included, oldest first).
    The most records of an answer, and what comes without paging, is not documented: the first `page_limit`.
    """
    if "where" in query:
        holds = parse(
            query["where"],
            kind,
            zone=zone(config.filter_timezone),
            like=config.where_like,
            either=config.where_or,
        )
        matching = [row for row in rows if holds(row)]
    else:
        matching = list(rows)
    start = _position(query, "startrecord", 1)
    end = _position(query, "endrecord", start + config.page_limit - 1)
    end = min(end, start + config.page_limit - 1)
    return Page(matching[start - 1 : end], start, len(matching))


def asked_fields(query: Mapping[str, str], kind: ObjectType, config: OperateConfig) -> frozenset[str] | None:
    """The names in `fields=[a,b]`, or None for all. Raises `MalformedError`.

    Source: API reference, Fields. What an unknown name does is not documented; switchable.
    """
    if "fields" not in query:
        return None
    found = _LIST.fullmatch(query["fields"].strip())
    if found is None:
        raise MalformedError(f"fields must look like [field1,field2], not {query['fields'][:40]!r}")
    names = {name.strip().lower() for name in found.group(1).split(",")}
    unknown = sorted(names - kind.by_name.keys())
    if unknown and config.unknown_fields == "refused":
        raise MalformedError(f"{kind.name} has no field {unknown[0][:40]}")
    return frozenset(names - set(unknown))


@dataclass(frozen=True)
class Dress:
    """How the records of one answer look: `offset`: dates with one, as in GET; `now` counts the days open."""

    kind: ObjectType
    tables: Tables
    now: datetime
    names: frozenset[str] | None = None
    offset: bool = True
    twinless: tuple[str, ...] = ()

    def record(self, row: Row, number: int | None = None) -> Row:
        """A record with the twins of its fields; `number` is its `row_num`, which only a GET has.

        Source: the samples. Look-ups show the id in the field and the label in the twin, or no twin where they
        point nowhere; images have a twin by another name; rates show a per cent sign in the twin.
        """
        shown: Row = {} if number is None else {"row_num": str(number)}
        for field in self.kind.fields:
            if field.name not in row if self.names is None else field.name not in self.names:
                continue
            value = self._value(field, row)
            shown[field.name] = value
            if field.kind == "id" and (value == NOWHERE or field.name in self.twinless):
                continue
            prefix = "output_" if field.kind == "image" else "outputvalue_"
            shown[f"{prefix}{field.name}"] = self._display(field, value)
        return shown

    def _value(self, field: Field, row: Row) -> str | None:
        value = row.get(field.name)
        if field.name == "daysopen":
            converted = row.get("leadconverteddate")
            ended = converted if converted != NO_DATE else row.get("deaddate")
            return str(days_between(row.get("creationdate"), ended or self.now))
        if field.kind == "date" and value and not self.offset:
            return value.removesuffix("+00:00")
        return value

    def _display(self, field: Field, value: str | None) -> str | None:
        if not value:
            return value
        match field.kind:
            case "id":
                return self.tables.label(field.target, value)
            case "percent":
                return f"{value}%"
            case "ratio":
                return f"{float(value) * 100:g}%"
        return value


def _position(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise MalformedError(f"{name} must be a number from 1, not {text[:40]!r}")
    return int(text)
