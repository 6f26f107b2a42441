"""What the books need of a database: read, change, a transaction. SQLite and PostgreSQL each bring one.

The statements of the books are written once in the SQL that both speak, with named parameters. Every statement may
use `:pair` and `:mapping`; the store fills them in.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

Row = tuple[Any, ...]
Params = Mapping[str, str | int]
T = TypeVar("T")

CHUNK = 500
"""Values in one list of a statement: SQLite takes at least 999 parameters (its limits, "Maximum Number Of Host
Parameters")."""


class Store(Protocol):
    """One database, scoped to one pair and mapping. Every method raises `LedgerFailed`."""

    @property
    def name(self) -> str:
        """What a person calls this ledger: a path or an address without its password."""
        ...

    def query(self, sql: str, params: Params | None = None) -> list[Row]:
        """All rows of a SELECT."""
        ...

    def change(self, sql: str, rows: Sequence[Params]) -> int:
        """Run one statement for each set of parameters, in one transaction; the number of rows touched."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """See `connector.ledger.port.Ledger.transaction`."""
        ...


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in parts of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def among(
    store: Store, sql: str, values: Sequence[str] | Sequence[int], params: Params | None = None, *, rows: bool = False
) -> list[Row]:
    """All rows of a SELECT in which `(:values)` stands for a list of any length.

    `rows`: it stands behind VALUES, where each value is a row of its own.
    """
    found: list[Row] = []
    separator = "), (" if rows else ", "
    unique: list[str | int] = list(dict.fromkeys(values))
    for part in chunks(unique):
        numbered = {f"value{number}": value for number, value in enumerate(part)}
        places = separator.join(f":{name}" for name in numbered)
        found += store.query(sql.replace("(:values)", f"({places})"), {**(params or {}), **numbered})
    return found


def reserve(store: Store, counter: str, many: int) -> int:
    """The first of `many` fresh numbers. Numbers are never used twice, also not after a row was deleted."""
    with store.transaction():
        store.change(
            "INSERT INTO counter (name, last) VALUES (:name, :many) "
            "ON CONFLICT (name) DO UPDATE SET last = counter.last + excluded.last",
            [{"name": counter, "many": many}],
        )
        ((last,),) = store.query("SELECT last FROM counter WHERE name = :name", {"name": counter})
    return int(last) - many + 1
