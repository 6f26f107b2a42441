"""The embedded ledger: one SQLite file, opened, migrated, locked and copied. Imports the books and their store.

WAL, so that reading commands work beside a cycle.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from connector.core.model import Side
from connector.errors import LedgerFailed, LedgerTooNew, Misconfigured
from connector.ledger.books import IntentBook, LogBook, StrangerBook, pin
from connector.ledger.decisions import DecisionBook
from connector.ledger.hashes import make_secret
from connector.ledger.keys import KeyBook
from connector.ledger.links import LinkBook
from connector.ledger.lock import busy, file_lock
from connector.ledger.migrate import migrations, newest
from connector.ledger.port import Decisions, Intents, Keys, Links, Log, Strangers
from connector.ledger.sqlite_store import TIMEOUT_SECONDS, LedgerBusy, SqliteStore, connect, explained

MEMORY = ":memory:"
WAL_PAUSE_SECONDS = 0.05
WAL_PAGES = 16_384
"""So much waits in the -wal file (64 MB) before it is moved to the main one: a backfill touches the pages of the match
index all over, and again and again; with SQLite's own 1,000 it takes a third longer.
"""
_HASTY = "PRAGMA synchronous = OFF"
"""For copies: what a power cut leaves of them is of no use to anybody."""
APPLICATION_ID = 0x6F704C67
"""Marks a SQLite file as a ledger ("opLg"; SQLite file format, 1.3.17 "Application ID")."""


class SqliteLedger:
    """See `connector.ledger.port.Ledger`."""

    def __init__(self, store: SqliteStore, path: Path | None, *, readonly: bool, named: Path | None = None) -> None:
        self.store = store
        self.path = path
        self.readonly = readonly
        self.links: Links = LinkBook(store)
        self.strangers: Strangers = StrangerBook(store)
        self.keys: Keys = KeyBook(store)
        self.decisions: Decisions = DecisionBook(store)
        self.intents: Intents = IntentBook(store)
        self.log: Log = LogBook(store)
        self._in_cycle = False
        self._named = named
        self._file = _identity(named) if named is not None else None

    @classmethod
    def open(cls, path: Path | str, *, readonly: bool = False, existing: bool = False) -> "SqliteLedger":
        """Open a ledger file, or ":memory:"; a missing file is created (its folder is not).

        `readonly` neither creates nor changes a file; a ledger that is missing or of an older version is then shown
        as a copy in memory. `existing`: one that is missing raises `Misconfigured`. Raises `LedgerTooNew` and
        `LedgerFailed`.
        """
        if path == MEMORY:
            return _ready(cls(SqliteStore(connect(MEMORY), MEMORY), None, readonly=readonly))
        file = Path(path).resolve()
        if file.is_dir():
            raise LedgerFailed(
                f"The ledger {file} is a folder: set CONNECTOR_LEDGER to a file in it, such as sqlite:///{file}/connector.db"
            )
        if existing and not _exists(file):
            raise Misconfigured(
                f"There is no ledger {file}: check CONNECTOR_LEDGER and the working directory. A first "
                "backfill makes it (`connector backfill` shows it); a lost one is made anew by `connector ledger "
                "rebuild`."
            )
        if not readonly:
            store = _create(file, existing=existing)
            return _ready(cls(store, file, readonly=False, named=Path(path).absolute()))
        if not _exists(file):
            return cls.open(MEMORY, readonly=True)
        store = SqliteStore(connect(_readonly_uri(file)), str(file))
        with _closed_on_failure(store):
            current = _version(store) == newest()
        if current:
            return _ready(cls(store, file, readonly=True))
        with closing(store):
            return _ready(cls(_copy(store, MEMORY), None, readonly=True))

    def expect_there(self) -> None:
        """Raises `LedgerFailed` where the file was moved, deleted or replaced since it was opened.

        SQLite goes on in a file that nobody finds any more.
        """
        if self._named is None or (now := _identity(self._named)) == self._file:
            return
        what = "is another file now" if now else "was moved or deleted"
        raise LedgerFailed(
            f"The ledger {self._named} {what}, while it was in use: it is not used any more. Put the right one there "
            "with nothing running, and start again; a lost one is made anew by `connector ledger rebuild`."
        )

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside are kept together or not at all; may be nested (the outermost counts)."""
        return self.store.transaction()

    @contextmanager
    def cycle_lock(self) -> Iterator[None]:
        """Held while a cycle runs; raises `Busy` when another process, thread or ledger object holds it."""
        if self.readonly:
            raise LedgerFailed(f"The ledger {self.store.name} was opened for reading only: a cycle has to write.")
        self.expect_there()
        if self.path is not None:
            with file_lock(self.path):
                yield
            return
        if self._in_cycle:
            raise busy(MEMORY)
        self._in_cycle = True
        try:
            yield
        finally:
            self._in_cycle = False

    @contextmanager
    def scratch(self) -> Iterator["SqliteLedger"]:
        """A writable copy of what is committed, in a folder of its own that is deleted afterwards."""
        with TemporaryDirectory(prefix="connector-", ignore_cleanup_errors=True) as folder:
            copy = Path(folder).resolve() / "scratch.db"
            if self.path is None:
                store = _copy(self.store, str(copy))
            else:
                with closing(SqliteStore(connect(_readonly_uri(self.path)), str(self.path))) as source:
                    store = _copy(source, str(copy))
            with closing(_ready(SqliteLedger(store, copy, readonly=False))) as ledger:
                store.run(_HASTY)
                yield ledger

    def pin(self, side: Side, system: str) -> None:
        """Remember which org or host this ledger belongs to; raises `OtherPair` when it is another one."""
        pin(self.store, side, system, compare_only=self.readonly)

    def close(self) -> None:
        """Give back the file; afterwards the main file holds everything, unless somebody else is reading it."""
        if self.path is not None and not self.readonly:
            # Not finished is no failure: what is in the -wal file is safe, and the next one carries on.
            with suppress(LedgerFailed):
                self.store.run("PRAGMA busy_timeout = 0")
                self.store.run("PRAGMA wal_checkpoint(TRUNCATE)")
        self.store.close()


def _ready(ledger: SqliteLedger) -> SqliteLedger:
    """Bring a connection into shape: identity first, so that a file of somebody else is never touched."""
    store, file = ledger.store, ledger.path
    with _closed_on_failure(store):
        version = _version(store)
        store.run("PRAGMA foreign_keys = ON")
        if file is None or not ledger.readonly:
            if file is not None:
                _use_wal(store)
            # An intent must survive a power cut, too: a lost one would be a second lead (1.4 ms a transaction).
            store.run("PRAGMA synchronous = FULL")
            store.run(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
            if version < newest():
                _migrate(store)
            make_secret(store)
        if ledger.readonly:
            store.run("PRAGMA query_only = ON")
    return ledger


def _version(store: SqliteStore) -> int:
    """The version of a ledger, 0 for an empty database; raises `LedgerTooNew`, `LedgerFailed` for anything else."""
    # One look at all three: another process may be creating the ledger right now.
    with store.snapshot(), explained(store.name):
        ((application,),) = store.run("PRAGMA application_id")
        ((version,),) = store.run("PRAGMA user_version")
        tables = store.database.table_names()
    if application != APPLICATION_ID and (application or version or tables):
        raise LedgerFailed(
            f"{store.name} is a SQLite database of another program, no ledger: "
            "set CONNECTOR_LEDGER to a file of its own."
        )
    if version > newest():
        raise LedgerTooNew(
            f"The ledger {store.name} has version {version}, this connector knows versions up to {newest()}: "
            "install the newer connector again, or restore a backup of the ledger from before its upgrade."
        )
    return int(version)


def _migrate(store: SqliteStore) -> None:
    for migration in migrations():
        with store.transaction():
            # Asked again inside: another process may have been faster.
            if _version(store) >= migration.number:
                continue
            for statement in migration.statements:
                store.run(statement)
            store.run(f"PRAGMA application_id = {APPLICATION_ID}")
            store.run(f"PRAGMA user_version = {migration.number}")


def _readonly_uri(file: Path) -> str:
    return f"{file.as_uri()}?mode=ro"


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError as error:
        raise LedgerFailed(
            f"The ledger {file} cannot be looked for ({error.strerror}): check the path and this user's rights on it."
        ) from error


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file a name leads to; None for none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _create(file: Path, *, existing: bool) -> SqliteStore:
    """A connection to the file, which is made where it is missing (not where it has to be `existing`)."""
    fresh = not existing and not _exists(file)
    store = SqliteStore(connect(f"{file.as_uri()}?mode=rw" if existing else str(file)), str(file))
    with _closed_on_failure(store):
        _version(store)
        if fresh:
            # It will hold people's data; SQLite gives its side files the same rights. By path, because closing a
            # descriptor of our own would drop the locks that another connection of this process holds on the file.
            # A disk without such rights (a mounted share) is its owner's choice.
            with suppress(OSError):
                file.chmod(0o600)
    return store


def _use_wal(store: SqliteStore) -> None:
    """Switch to WAL; this needs the file alone for a moment, and SQLite does not wait for that by itself."""
    for _ in range(int(TIMEOUT_SECONDS / WAL_PAUSE_SECONDS)):
        with suppress(LedgerBusy):
            if store.run("PRAGMA journal_mode") != [("wal",)]:
                store.run("PRAGMA journal_mode = WAL")
            return
        time.sleep(WAL_PAUSE_SECONDS)
    store.run("PRAGMA journal_mode = WAL")


def _copy(source: SqliteStore, target: str) -> SqliteStore:
    """Everything that is committed, copied by SQLite's backup API (one consistent state, also beside a writer)."""
    copy = SqliteStore(connect(target), target)
    with _closed_on_failure(copy), explained(source.name):
        copy.run(_HASTY)
        source.database.conn.backup(copy.database.conn)
    return copy


@contextmanager
def _closed_on_failure(store: SqliteStore) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise
