"""Running SOQL over the org: names to columns, WHERE to one function, ORDER BY, and rows to JSON.

Source: SOQL and SOSL Reference, "Comparison Operators", "fieldExpression Syntax", "ORDER BY", "Relationship
Queries"; messages as seen in public issue threads. Text is compared without case, except in case-sensitive
External IDs; a condition that is not equality never holds for null; `!=` and NOT IN hold for null.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any

from . import ids, values
from .errors import api_error
from .fields import OWNER_FIELDS
from .org import Org
from .schema import NUMBER_TYPES, TEXT_TYPES, Field, SObject
from .soql import Among, Compare, Condition, Junction, LiteralKind, Name, Not, Query, Value, complaint
from .store import Row

Test = Callable[[Row], bool]
_COMPUTED: dict[str, Callable[[Row], Any]] = {"Name": values.full_name, "Address": values.address}
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True)
class Column:
    """A field a query names: how to get it from a row, and where it goes in the answer."""

    field: Field
    path: tuple[str, ...]
    get: Callable[[Row], Any]


class Selection:
    """A query bound to the org. Raises `ApiError` where it names what is not there."""

    def __init__(self, org: Org, query: Query, *, binned: bool = False) -> None:
        self.org, self.query, self.binned = org, query, binned
        found = org.sobject(".".join(query.entity.path))
        if found is None:
            message = (
                f"sObject type '{'.'.join(query.entity.path)}' is not supported. If you are attempting to use a "
                "custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or "
                "the describe call for the appropriate names."
            )
            raise complaint(query.text, query.entity.at, message, "INVALID_TYPE")
        self.sobject: SObject = found
        self.columns = [self._column(name) for name in query.fields]
        paths = [column.path for column in self.columns]
        for path in paths:
            if paths.count(path) > 1:
                raise api_error(400, "INVALID_FIELD", f"duplicate field selected: {'.'.join(path)}")
        self._orders = [(self._sortable(order.name), order) for order in query.order]
        self._test = self._condition(query.where) if query.where else None

    def rows(self) -> list[Row]:
        """The rows that match, in order."""
        candidates, by_stamp = self._candidates()
        found = [row for row in candidates if self._test is None or self._test(row)]
        if not (by_stamp and self._by_stamp_wanted()):
            self._sort(found)
        end = None if self.query.limit is None else self.query.offset + self.query.limit
        return found[self.query.offset : end]

    def shown(self, row: Row, base: str) -> dict[str, Any]:
        """A row as the answer shows it."""
        answer: dict[str, Any] = {"attributes": attributes(self.sobject.name, row["Id"], base)}
        for column in self.columns:
            *parents, last = column.path
            holder: dict[str, Any] | None = answer
            for parent in parents:
                holder = self._related(row, parent, answer, base)
            if holder is not None:
                holder[last] = values.shown(column.get(row))
        return answer

    def _related(self, row: Row, parent: str, answer: dict[str, Any], base: str) -> dict[str, Any] | None:
        if parent not in answer:
            field = self.sobject.relationship(parent)
            other = self.org.people.rows.get(row.get(field.name) or "") if field else None
            if other is None or field is None:
                answer[parent] = None
            else:
                kind = "Name" if len(field.refers_to) > 1 else "User"
                url = attributes("User" if other["Type"] == "User" else "Group", other["Id"], base)["url"]
                answer[parent] = {"attributes": {"type": kind, "url": url}}
        holder: dict[str, Any] | None = answer[parent]
        return holder

    def _candidates(self) -> tuple[Iterable[Row], bool]:
        """All rows, or those an index names for a bound on Id or SystemModstamp; and: are they by stamp?"""
        if self.sobject.name != "Lead":
            return self.org.people.table(self.sobject.name), False
        lower: datetime | None = None
        upper: datetime | None = None
        for one in _conjuncts(self.query.where):
            match one:
                case Among(name, wanted, False) if _is(name, "Id"):
                    return self._by_id(wanted), False
                case Compare(name, "=", value) if _is(name, "Id"):
                    return self._by_id((value,)), False
                case Compare(name, op, Value("datetime", moment)) if _is(name, "SystemModstamp"):
                    if op in {">", ">=", "="}:
                        lower = max(lower or moment, moment)
                    if op in {"<", "<=", "="}:
                        upper = min(upper or moment, moment)
        return self.org.store.stamped(lower, upper, binned=self.binned), True

    def _by_id(self, wanted: tuple[Value, ...]) -> Iterable[Row]:
        full = dict.fromkeys(id_ for value in wanted if (id_ := ids.normal(value.value)))
        return self.org.store.among(full, binned=self.binned)

    def _by_stamp_wanted(self) -> bool:
        wanted = [(column.path, order.descending) for column, order in self._orders]
        return wanted in ([], [(("SystemModstamp",), False)], [(("SystemModstamp",), False), (("Id",), False)])

    def _sort(self, found: list[Row]) -> None:
        for column, order in reversed(self._orders):
            folds = column.field.type in TEXT_TYPES
            # Sorted in reverse, what shall come last needs the lowest rank.
            null_rank = 1 if order.nulls_last != order.descending else -1

            def key(
                row: Row, get: Callable[[Row], Any] = column.get, folds: bool = folds, rank: int = null_rank
            ) -> Any:
                value = get(row)
                if value is None:
                    return (rank, 0)
                return (0, value.casefold() if folds else value)

            found.sort(key=key, reverse=order.descending)

    def _column(self, name: Name) -> Column:
        *parents, last = name.path
        if not parents:
            field = self.sobject.find(last)
            if field is None:
                raise self._no_column(name, last, self.sobject.name)
            return Column(field, (field.name,), _getter(field))
        reference = self.sobject.relationship(parents[0]) if len(parents) == 1 else None
        if reference is None or not ({"User", "Group"} & set(reference.refers_to)):
            message = (
                f"Didn't understand relationship '{parents[0]}' in field path. If you are attempting to use a "
                "custom relationship, be sure to append the '__r' after the custom relationship name. Please "
                "reference your WSDL or the describe call for the appropriate names."
            )
            raise complaint(self.query.text, name.at, message, "INVALID_FIELD")
        field = next((one for key, one in OWNER_FIELDS.items() if key.casefold() == last.casefold()), None)
        if field is None or (field.name == "Type" and len(reference.refers_to) == 1):
            raise self._no_column(name, last, "Name" if len(reference.refers_to) > 1 else "User")
        people, key, name_of = self.org.people, reference.name, field.name

        def get(row: Row) -> Any:
            return people.rows.get(row.get(key) or "", {}).get(name_of)

        return Column(field, (str(reference.relationship), field.name), get)

    def _no_column(self, name: Name, last: str, entity: str) -> Exception:
        message = (
            f"No such column '{last}' on entity '{entity}'. If you are attempting to use a custom field, be sure "
            "to append the '__c' after the custom field name. Please reference your WSDL or the describe call for "
            "the appropriate names."
        )
        return complaint(self.query.text, name.at, message, "INVALID_FIELD")

    def _sortable(self, name: Name) -> Column:
        column = self._column(name)
        if not column.field.filterable:
            message = f"field '{column.field.name}' can not be sorted in a query call"
            raise complaint(self.query.text, name.at, message, "INVALID_FIELD")
        return column

    def _condition(self, condition: Condition) -> Test:
        match condition:
            case Junction("and", conditions):
                tests = [self._condition(one) for one in conditions]
                return lambda row: all(test(row) for test in tests)
            case Junction(_, conditions):
                tests = [self._condition(one) for one in conditions]
                return lambda row: any(test(row) for test in tests)
            case Not(inner):
                test = self._condition(inner)
                return lambda row: not test(row)
            case Among(name, wanted, negated):
                return self._among(name, wanted, negated)
            case Compare():
                return self._compare(condition)

    def _among(self, name: Name, wanted: tuple[Value, ...], negated: bool) -> Test:
        column = self._filterable(name, wanted)
        fold = _folding(column.field)
        accepted = {fold(_literal(column.field, value)) for value in wanted}
        get = column.get
        if negated:
            return lambda row: fold(get(row)) not in accepted
        return lambda row: fold(get(row)) in accepted

    def _compare(self, condition: Compare) -> Test:
        column = self._filterable(condition.name, (condition.value,))
        get, fold = column.get, _folding(column.field)
        wanted = fold(_literal(column.field, condition.value))
        if condition.op == "=":
            return lambda row: bool(fold(get(row)) == wanted)
        if condition.op == "!=":
            return lambda row: bool(fold(get(row)) != wanted)
        if condition.op == "like":
            if column.field.type not in TEXT_TYPES or condition.value.kind != "string":
                message = f"invalid operator on {column.field.type} field"
                raise complaint(self.query.text, condition.name.at, message, "INVALID_QUERY_FILTER_OPERATOR")
            pattern = _like(condition.value.value)
            return lambda row: pattern.fullmatch(get(row) or "") is not None
        if column.field.type == "boolean":
            raise complaint(
                self.query.text,
                condition.name.at,
                "invalid operator on boolean field",
                "INVALID_QUERY_FILTER_OPERATOR",
            )
        ordered = _ORDERED[condition.op]

        def test(row: Row) -> bool:
            value = get(row)
            return value is not None and wanted is not None and ordered(fold(value), wanted)

        return test

    def _filterable(self, name: Name, wanted: tuple[Value, ...]) -> Column:
        column = self._column(name)
        if not column.field.filterable:
            message = f"field '{column.field.name}' can not be filtered in a query call"
            raise complaint(self.query.text, name.at, message, "INVALID_FIELD")
        for value in wanted:
            if value.kind not in (_kind(column.field), "null"):
                raise complaint(self.query.text, name.at, _mismatch(column.field), "INVALID_FIELD")
            if column.field.type in {"id", "reference"} and value.value and not ids.normal(value.value):
                message = f"invalid ID field: {value.value}"
                raise complaint(self.query.text, name.at, message, "INVALID_QUERY_FILTER_OPERATOR")
        return column


def attributes(kind: str, id_: str, base: str) -> dict[str, str]:
    """The `attributes` of a record in an answer."""
    return {"type": kind, "url": f"{base}/sobjects/{kind}/{id_}"}


def _is(name: Name, field: str) -> bool:
    return len(name.path) == 1 and name.path[0].casefold() == field.casefold()


def _conjuncts(condition: Condition | None) -> Iterator[Condition]:
    if isinstance(condition, Junction) and condition.op == "and":
        for one in condition.conditions:
            yield from _conjuncts(one)
    elif condition is not None:
        yield condition


def _getter(field: Field) -> Callable[[Row], Any]:
    if field.computed:
        return _COMPUTED[field.name]
    name = field.name
    return lambda row: row.get(name)


def _folding(field: Field) -> Callable[[Any], Any]:
    if field.type in TEXT_TYPES and not field.case_sensitive:
        return lambda value: value.casefold() if isinstance(value, str) else value
    return lambda value: value


def _kind(field: Field) -> LiteralKind:
    if field.type in NUMBER_TYPES:
        return "number"
    match field.type:
        case "datetime":
            return "datetime"
        case "date":
            return "date"
        case "boolean":
            return "boolean"
    return "string"


def _mismatch(field: Field) -> str:
    kind = {"datetime": "dateTime", "number": "double", "string": "string"}.get(_kind(field), _kind(field))
    quotes = "should be" if kind == "string" else "should not be"
    return f"value of filter criterion for field '{field.name}' must be of type {kind} and {quotes} enclosed in quotes"


def _literal(field: Field, value: Value) -> Any:
    if value.kind == "string":
        if field.type in {"id", "reference"}:
            return ids.normal(value.value)
        text = value.value.replace("\\_", "_").replace("\\%", "%")
        return text or None
    return value.value


def _like(text: str) -> re.Pattern[str]:
    """`%` any text, `_` one character, both escaped by a backslash; without case."""
    pattern = ""
    for part in re.findall(r"\\[_%]|.", text, flags=re.DOTALL):
        pattern += {"%": ".*", "_": "."}.get(part, re.escape(part.removeprefix("\\") if len(part) == 2 else part))
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
