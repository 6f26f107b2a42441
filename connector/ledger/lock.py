"""The locks that let one cycle, and one hosted job, run at a time on a ledger file. Imports the errors only.

The operating system holds it: it is gone with its process, however that ends. The file stays, only the lock on it
counts.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from connector.errors import Busy, LedgerFailed


def file_lock(ledger: Path) -> AbstractContextManager[None]:
    """Hold `<ledger>.lock`; raises `Busy` when another process, thread or ledger object holds it."""
    return _held(ledger.with_name(ledger.name + ".lock"), lambda holder: busy(str(ledger), holder))


def job_file_lock(ledger: Path) -> AbstractContextManager[None]:
    """Hold `<ledger>.run.lock`, the hosted job's; raises `Busy` when another hosted job holds it."""
    return _held(ledger.with_name(ledger.name + ".run.lock"), lambda holder: _hosted(str(ledger), holder))


@contextmanager
def _held(path: Path, taken: Callable[[str], Busy]) -> Iterator[None]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        _take(path, descriptor, taken)
        yield
    finally:
        # Closing alone would leave the lock with a child process that was forked meanwhile.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def busy(ledger: str, holder: str = "") -> Busy:
    """The error for a ledger on which a cycle is running."""
    who = f" (process {holder})" if holder else ""
    return Busy(
        f"Another cycle is running on the ledger {ledger}{who}: wait until it ends or stop it; "
        "status, show and preview work beside it."
    )


def _hosted(ledger: str, holder: str) -> Busy:
    who = f" (process {holder})" if holder else ""
    return Busy(
        f"`connector run` is running on the ledger {ledger} already{who}: one is enough; stop it before you start "
        "another."
    )


def _take(path: Path, descriptor: int, taken: Callable[[str], Busy]) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        raise taken(holder if holder.isdigit() else "") from None
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> LedgerFailed:
    return LedgerFailed(
        f"The lock file {path} cannot be used ({error.strerror}): give this user the right to write there, "
        "and keep the ledger on a local disk with free space."
    )
