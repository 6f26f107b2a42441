"""The lead rows with their indexes, transactions and late commits. No rules, no HTTP, no locks of its own.

A stored row is never changed in place: a save puts a new mapping, so that whoever holds the old one (a query
locator, a rollback) holds what was there.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
Key = tuple[str, ...]
KeyOf = Callable[[Row], Key | None]


class Index:
    """Which live rows have a key; a row whose key is None is not in it."""

    def __init__(self, key_of: KeyOf) -> None:
        self.key_of = key_of
        self._ids: dict[Key, set[str]] = {}

    def add(self, row: Row) -> None:
        """Take a row in."""
        key = self.key_of(row)
        if key is not None:
            self._ids.setdefault(key, set()).add(row["Id"])

    def discard(self, row: Row) -> None:
        """Take a row out."""
        key = self.key_of(row)
        if key is not None and key in self._ids:
            self._ids[key].discard(row["Id"])
            if not self._ids[key]:
                del self._ids[key]

    def find(self, key: Key | None) -> list[str]:
        """The ids of the rows with that key, in order."""
        return sorted(self._ids.get(key, ())) if key is not None else []


@dataclass(frozen=True)
class _Late:
    """A saved row that nobody sees before `due`."""

    due: datetime
    row: Row


class Store:
    """All lead rows, those in the recycle bin too, by id."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.deletions: dict[str, datetime] = {}
        self._stamps: list[tuple[datetime, str]] = []
        self._indexes: dict[str, Index] = {}
        self._late: list[_Late] = []
        self._undo: list[Callable[[], None]] | None = None

    def reindex(self, keys: Mapping[str, KeyOf]) -> None:
        """Keep an index of the live rows for each name."""
        self._indexes = {name: Index(key_of) for name, key_of in keys.items()}
        for row in (*self.rows.values(), *(late.row for late in self._late)):
            self._index(row)

    def find(self, index: str, row: Row) -> list[str]:
        """The ids of the live rows that have the same key as this one, itself excepted."""
        found = self._indexes[index].find(self._indexes[index].key_of(row))
        return [id_ for id_ in found if id_ != row.get("Id")]

    def pending(self, id_: str) -> bool:
        """Whether a transaction on this row is not committed yet: the row is locked."""
        return any(late.row["Id"] == id_ for late in self._late)

    def put(self, row: Row, *, visible_from: datetime | None = None) -> None:
        """Save a row, for everyone to see at once or only from some moment on."""
        if visible_from is None:
            id_, old = row["Id"], self.rows.get(row["Id"])
            self._swap(id_, row)
            self._remember(lambda: self._swap(id_, old))
            return
        late = _Late(visible_from, row)
        self._late.append(late)
        self._index(row)
        self._remember(lambda: self._forget(late))

    def purge(self, id_: str) -> None:
        """Remove a row without a trace."""
        self._swap(id_, None)

    def settle(self, now: datetime) -> None:
        """Commit the late rows that are due."""
        for late in [late for late in self._late if late.due <= now]:
            self._forget(late)
            self._swap(late.row["Id"], late.row)

    def earliest_pending(self) -> datetime | None:
        """The stamp of the oldest row that is saved and not visible yet."""
        return min((late.row["SystemModstamp"] for late in self._late), default=None)

    def stamped(self, lower: datetime | None, upper: datetime | None, *, binned: bool = False) -> Iterator[Row]:
        """The visible rows with lower <= SystemModstamp <= upper by stamp and id; deleted ones if `binned`."""
        start = 0 if lower is None else bisect_left(self._stamps, (lower, ""))
        end = len(self._stamps) if upper is None else bisect_left(self._stamps, (upper, "~"))
        for _, id_ in self._stamps[start:end]:
            row = self.rows[id_]
            if binned or not row["IsDeleted"]:
                yield row

    def among(self, wanted: Iterable[str], *, binned: bool = False) -> Iterator[Row]:
        """The visible rows of these ids."""
        for id_ in wanted:
            row = self.rows.get(id_)
            if row is not None and (binned or not row["IsDeleted"]):
                yield row

    @contextmanager
    def transaction(self) -> Iterator[Callable[[], None]]:
        """Everything put inside can be taken back by the function handed out; transactions may nest."""
        outer, self._undo = self._undo, []
        undo = self._undo

        def roll_back() -> None:
            while undo:
                undo.pop()()

        try:
            yield roll_back
        finally:
            self._undo = outer
            if outer is not None:
                outer.extend(undo)

    def _remember(self, undo: Callable[[], None]) -> None:
        if self._undo is not None:
            self._undo.append(undo)

    def _swap(self, id_: str, row: Row | None) -> None:
        old = self.rows.get(id_)
        if old is not None:
            del self._stamps[bisect_left(self._stamps, (old["SystemModstamp"], id_))]
            self._unindex(old)
        if row is None:
            self.rows.pop(id_, None)
            return
        self.rows[id_] = row
        insort(self._stamps, (row["SystemModstamp"], id_))
        self._index(row)

    def _forget(self, late: _Late) -> None:
        self._late.remove(late)
        self._unindex(late.row)
        old = self.rows.get(late.row["Id"])
        if old is not None:
            self._index(old)

    def _index(self, row: Row) -> None:
        if not row["IsDeleted"]:
            for index in self._indexes.values():
                index.add(row)

    def _unindex(self, row: Row) -> None:
        for index in self._indexes.values():
            index.discard(row)


def equality_key(fields: Sequence[str], *, case_sensitive: bool = False) -> KeyOf:
    """Keys of rows that hold equal, non-blank values in all these fields."""

    def key_of(row: Row) -> Key | None:
        values = [row.get(name) for name in fields]
        if any(value is None for value in values):
            return None
        return tuple(str(value) if case_sensitive else str(value).casefold() for value in values)

    return key_of
