"""A ledger that cannot be written, and a supervisor that starts the job again and again: one alert, and its end."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from connector.heard import Heard
from connector.ledger.aside import ROOM, Aside
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import connector, place, sandbox
from tests.cli.test_hosting import ENDS_WELL, hosted, linked, ready
from tests.hosted.conftest import empty_ledger
from tests.hosted.endpoint import Endpoint, endpoint

__all__ = ["connector", "place", "ready", "sandbox"]
STARTS = 3
FAILED = 1


def titles(here: Endpoint) -> list[str]:
    """What was told."""
    return [each["title"] for each in here.received]


def start_again(place: Path, here: Endpoint, *, largest_file: int = 0) -> None:
    """As systemd does, until somebody mends it."""
    for _ in range(STARTS):
        with hosted(place, largest_file, CONNECTOR_ALERT_URLS=here.address) as job:
            assert job.process.wait(30) == FAILED


def test_a_full_disk_is_one_alert_however_often_the_job_is_started(ready: Sandbox, place: Path) -> None:
    """Neither the ledger nor its log can grow; once there is room again, the end is told, and no edit is lost."""
    here_id, there_id = linked(ready)
    with endpoint() as here:
        with hosted(place, CONNECTOR_ALERT_URLS=here.address, CONNECTOR_INTERVAL_SECONDS="1") as job:
            job.until("cycle")
            assert job.end() == 0
        ready.salesforce.edit(here_id, {"LastName": "Fullard"})
        start_again(place, here, largest_file=ROOM)
        assert titles(here) == ["Lead connector: The connector has ended; somebody has to mend something"]
        with hosted(place, CONNECTOR_ALERT_URLS=here.address, CONNECTOR_INTERVAL_SECONDS="1") as job:
            job.until("cycle", 2)
            here.until(2)
            assert job.end() in ENDS_WELL
        assert titles(here)[1:] == ["Lead connector: The connector runs again"]
        assert ready.operate.leads()[there_id]["lastname"] == "Fullard"
        with hosted(place, CONNECTOR_ALERT_URLS=here.address, CONNECTOR_INTERVAL_SECONDS="1") as job:
            job.until("cycle", 2)
        assert len(here.received) == 2


def test_a_damaged_ledger_is_one_alert_however_often_the_job_is_started(ready: Sandbox, place: Path) -> None:
    """Once a copy is put back, the end is told."""
    ledger, copy = place / "connector.db", place / "copy.db"
    with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    for each in place.glob("connector.db-*"):
        each.unlink()
    ledger.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    with endpoint() as here:
        start_again(place, here)
        assert titles(here) == ["Lead connector: The connector has ended; somebody has to mend something"]
        copy.replace(ledger)
        with hosted(place, CONNECTOR_ALERT_URLS=here.address, CONNECTOR_INTERVAL_SECONDS="1") as job:
            job.until("cycle", 2)
            here.until(2)
            assert job.end() in ENDS_WELL
        assert titles(here)[1:] == ["Lead connector: The connector runs again"]


def test_a_note_beside_the_ledger_has_its_room_before_it_is_needed(tmp_path: Path) -> None:
    """It is overwritten where it stands, so that a disk without room takes it; nobody else may read it."""
    note = Aside(tmp_path / "connector.db")
    assert note.read() == ""
    note.prepare()
    (file,) = tmp_path.iterdir()
    before = file.stat()
    assert note.write('{"a": "é"}')
    assert note.read() == '{"a": "é"}'
    note.prepare()
    assert note.read() == '{"a": "é"}'
    assert (file.stat().st_size, file.stat().st_ino) == (before.st_size, before.st_ino) == (ROOM, before.st_ino)
    assert file.stat().st_mode & 0o077 == 0
    assert not note.write("x" * (ROOM + 1))
    assert note.write("")
    assert note.read() == ""


@pytest.mark.parametrize("content", [b"", b"\xff" * 10, b"[1]", b'{"a": '])
def test_a_damaged_note_is_none(tmp_path: Path, content: bytes) -> None:
    """Whatever stands there, the ledger is asked."""
    (tmp_path / "connector.db.aside").write_bytes(content)
    heard = Heard(empty_ledger, empty_ledger, Aside(tmp_path / "connector.db"))
    assert heard.load() == {}
