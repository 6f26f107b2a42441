"""An existing ledger of the first version: what it knows stays, and its match index is made anew by the next cycle."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connector.core.model import LinkState
from connector.ledger.migrate import migrations, newest
from connector.ledger.sqlite import APPLICATION_ID, SqliteLedger
from tests.ledger.samples import OP, SF, carriers, link, stranger

OLD_KEYS = [
    ("salesforce", "00Q1", "email", "a" * 32),
    ("salesforce", "00Q1", "person", "b" * 32),
    ("operate", "101", "email", "a" * 32),
    ("operate", "7", "email", "c" * 32),
]


def first_version(path: Path) -> None:
    """A ledger as version 1 left it: two links, of which one has ended, a stranger, and keys."""
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.links.save([link("00Q1", "101"), link("00Q2", "102", state=LinkState.ENDED, ended="converted")])
        ledger.strangers.keep([stranger("7")])
        ledger.log.set_mark("rule.email", "f1")
        ledger.log.set_mark("rule.(match)", "f2")
    with closing(sqlite3.connect(path)) as old:
        for table in ("match_record", "match_key", "match_frequency", "match_counted", "decision"):
            old.execute(f"DROP TABLE {table}")
        old.execute("DELETE FROM counter WHERE name = 'match_record'")
        for statement in migrations()[0].statements:
            if "match_key" in statement:
                old.execute(statement)
        old.executemany("INSERT INTO match_key (side, record_id, kind, hash) VALUES (?, ?, ?, ?)", OLD_KEYS)
        old.execute("PRAGMA user_version = 1")
        old.commit()


@pytest.mark.parametrize("readonly", [False, True])
def test_a_ledger_of_the_first_version_keeps_what_it_knows(path: Path, readonly: bool) -> None:
    """Links, strangers and fingerprints stay; who was in the index is, and the fingerprint of the index is gone."""
    first_version(path)
    with closing(SqliteLedger.open(path, readonly=readonly)) as ledger:
        assert [each.ids[OP] for each in ledger.links.all()] == ["101", "102"]
        assert ledger.strangers.get(OP, ["7"]) == {"7": stranger("7")}
        assert ledger.log.marks("rule.") == {"rule.email": "f1"}
        assert ledger.keys.known(SF, ["00Q1", "00Q2"]) == {"00Q1"}
        assert ledger.keys.known(OP, ["101", "102", "7"]) == {"101", "7"}
        assert carriers(ledger, "email", ["ada@example.com"]) == {}
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (1 if readonly else newest(),)
        assert file.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_records_get_fresh_numbers_after_the_migration(path: Path) -> None:
    """Old records and new ones are told apart."""
    first_version(path)
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.keys.put(SF, {"00Q1": {"email": ["ada@example.com"]}, "00Q9": {"email": ["ada@example.com"]}})
        ledger.keys.put(OP, {"7": {"email": ["grace@example.com"]}})
        assert carriers(ledger, "email", ["ada@example.com"]) == {"ada@example.com": [(SF, "00Q1"), (SF, "00Q9")]}
        assert carriers(ledger, "email", ["grace@example.com"]) == {"grace@example.com": [(OP, "7")]}


def test_the_first_version_without_any_record(path: Path) -> None:
    """A ledger that was made and never used."""
    first_version(path)
    with closing(sqlite3.connect(path)) as old:
        old.execute("DELETE FROM match_key")
        old.commit()
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.keys.put(SF, {"00Q1": {"email": ["ada@example.com"]}})
        assert ledger.keys.known(SF, ["00Q1"]) == {"00Q1"}
