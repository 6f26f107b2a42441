"""One connection to a SQLite file, as the books use it. Imports sqlite-utils, sqlite3 and the errors.

Every write is in a `BEGIN IMMEDIATE` of our own, because a deferred transaction fails with "database is locked" among
several writers, in spite of any timeout.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlite_utils import Database

from connector.errors import LedgerFailed
from connector.ledger.store import Params, Row

PAIR, MAPPING = "default", "lead"
TIMEOUT_SECONDS = 30

_ADVICE = (
    ("SQLITE_FULL", "free disk space (or lift the file's size limit) and run it again; nothing half done was kept"),
    ("SQLITE_BUSY", f"another process has been writing for over {TIMEOUT_SECONDS} s; wait for it or stop it"),
    ("SQLITE_LOCKED", f"another process has been writing for over {TIMEOUT_SECONDS} s; wait for it or stop it"),
    ("SQLITE_READONLY", "give this user the right to write the file and its folder (status, show: read only)"),
    ("SQLITE_CANTOPEN", "check the path, create its folder, and give this user the right to write there"),
    ("SQLITE_NOTADB", "it is no SQLite file; correct CONNECTOR_LEDGER, or restore the ledger from a backup"),
    ("SQLITE_CORRUPT", "it is damaged; restore it from a backup"),
    ("SQLITE_IOERR", "check the disk and its free space, and keep the ledger on a local disk"),
)


class LedgerBusy(LedgerFailed):
    """Another process has been writing for longer than the time-out."""


class SqliteStore:
    """See `connector.ledger.store.Store`. `database` is open for inspection."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.database = Database(connection, recursive_triggers=False, execute_plugins=False)
        self._connection = connection
        self._name = name
        self._inside = False
        self._spoilt = False

    @property
    def name(self) -> str:
        """The path of the file, or ":memory:"."""
        return self._name

    def query(self, sql: str, params: Params | None = None) -> list[Row]:
        """All rows of a statement."""
        with explained(self._name):
            return self.database.execute(sql, {"pair": PAIR, "mapping": MAPPING, **(params or {})}).fetchall()

    def change(self, sql: str, rows: Sequence[Params]) -> int:
        """Run one statement for each set of parameters, in one transaction; the number of rows touched."""
        if not rows:
            return 0
        with self.transaction(), explained(self._name):
            scoped = [{"pair": PAIR, "mapping": MAPPING, **row} for row in rows]
            return self._connection.executemany(sql, scoped).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. A failure inside a nested one spoils the outermost, also when somebody caught it."""
        if self._inside:
            try:
                yield
            except BaseException:
                self._spoilt = True
                raise
            return
        self._inside, self._spoilt = True, False
        try:
            self.run("BEGIN IMMEDIATE")
            yield
            if self._spoilt:
                raise LedgerFailed(
                    f"A step inside a transaction of the ledger {self._name} failed earlier; nothing of it was kept."
                )
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._inside = False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Every statement inside reads the same state; inside a transaction, that one's."""
        if self._inside:
            yield
            return
        self.run("BEGIN")
        try:
            yield
        finally:
            self._roll_back()

    def run(self, sql: str) -> list[Row]:
        """A statement about the database itself, without parameters."""
        with explained(self._name):
            return self.database.execute(sql).fetchall()

    def close(self) -> None:
        """Give back the connection; what an open transaction did is not kept."""
        self._roll_back()
        with explained(self._name):
            self._connection.close()

    def _roll_back(self) -> None:
        # The error that led here says more, and closing ends the transaction too.
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def connect(target: str) -> sqlite3.Connection:
    """A connection without transactions of its own; it may move between threads, one at a time."""
    with explained(target):
        return sqlite3.connect(
            target,
            timeout=TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            uri=target.startswith("file:"),
        )


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn every failure of SQLite, or of a text or number it cannot take, into `LedgerFailed`."""
    try:
        yield
    except (sqlite3.Error, UnicodeEncodeError, OverflowError) as error:
        busy = getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")
        raise (LedgerBusy if busy else LedgerFailed)(_explain(name, error)) from error


def _explain(name: str, error: Exception) -> str:
    code = getattr(error, "sqlite_errorname", "") or ""
    advice = next((text for start, text in _ADVICE if code.startswith(start)), "")
    if isinstance(error, UnicodeEncodeError):
        what = "a text with half a character"
    else:
        what = f"{error}{f' [{code}]' if code else ''}"
    return f"The ledger {name} cannot be read or written ({what}): {advice or 'report this with the message'}."
