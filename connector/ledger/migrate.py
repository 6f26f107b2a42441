"""The numbered schema files of the ledger, read from the package.

Imports nothing of ours: an adapter applies the statements in its own transaction and records the number.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: its number (1, 2, 3 …), its file's name and its statements in order."""

    number: int
    name: str
    statements: tuple[str, ...]


@cache
def migrations() -> tuple[Migration, ...]:
    """Every migration by number; the last number is the version this connector knows."""
    folder = resources.files("connector.ledger").joinpath("migrations")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(
        Migration(int(file.name.split("_")[0]), file.name, tuple(_statements(file.read_text(encoding="utf-8"))))
        for file in files
    )


def newest() -> int:
    """The version of a ledger after every migration."""
    return migrations()[-1].number


def _statements(script: str) -> Iterator[str]:
    # One by one, because a driver's own "run this script" ends the transaction that the step has to be part of.
    statement = ""
    for line in script.splitlines():
        if line.startswith("--") or not line.strip():
            continue
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
