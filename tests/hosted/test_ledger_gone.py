"""The ledger file is moved, deleted or replaced while the hosted job runs, or was never there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from connector.alerts import Message
from connector.errors import LedgerFailed
from connector.ledger.sqlite import SqliteLedger
from connector.logs import Fact
from connector.service import Job, Tempo
from connector.troubles import Kind
from connector.vitals import unready
from connector.watch import Watch
from connector.wiring import open_ledger, open_pair, wall_clock
from tests.hosted.console import Consoled, consoled
from tests.hosted.stage import LIMITS


@contextmanager
def _running(it: Consoled, alerts: list[Message]) -> Iterator[tuple[Job, Watch]]:
    """The job and its watch as `run` puts them together, after one turn."""

    def send(message: Message) -> bool:
        alerts.append(message)
        return True

    def say(text: str, /, event: str = "job", **facts: Fact) -> None:
        """Into the log, which nobody reads here."""

    opens = partial(open_pair, it.settings, existing=True), partial(open_ledger, it.settings)
    job = Job(*opens, Tempo(60), say=say, stop=Event())
    kept = partial(open_ledger, it.settings, existing=True)
    watch = Watch(job.board, kept, {"": send}, LIMITS, say=say, clock=wall_clock)
    job.turn()
    watch.look()
    try:
        yield job, watch
    finally:
        job.close()


def _move(file: Path) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.rename(each.with_name(f"gone-{each.name}"))


def _delete(file: Path) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


def _replace(file: Path) -> None:
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    copy.replace(file)


@pytest.mark.parametrize("act", [_move, _delete, _replace])
def test_a_ledger_that_is_not_the_one_any_more_ends_the_job_and_is_told(
    tmp_path: Path, act: Callable[[Path], None]
) -> None:
    """Somebody puts a copy back, or clears a folder: nothing goes on in a file that nobody sees."""
    alerts: list[Message] = []
    with consoled(tmp_path, guarded=False) as it:
        it.backfill()
        with _running(it, alerts) as (job, watch):
            assert job.board.vitals.success
            act(tmp_path / "connector.db")
            job.turn()
            watch.look()
            vitals = job.board.vitals
        assert isinstance(job.failure, LedgerFailed)
        assert vitals.trouble is not None
        assert vitals.trouble.kind is Kind.STOPPED
        assert "while it was in use" in vitals.trouble.text
        assert unready(vitals, wall_clock(), LIMITS.stale)
        assert [message.bad for message in alerts] == [True]
        assert "ledger" in alerts[0].body
        assert (tmp_path / "connector.db").exists() is (act is _replace)


def test_the_console_makes_no_ledger_in_place_of_one_that_is_gone(tmp_path: Path) -> None:
    """It says what is wrong, on every page, and what can be done."""
    with consoled(tmp_path, guarded=False) as it:
        it.backfill()
        browser = it.browser()
        browser.get("/console")
        _move(tmp_path / "connector.db")
        answer = browser.submit("/console", "/console/pause")
        assert answer.status == 409
        assert "There is no ledger" in answer.text
        assert "There is no ledger" in browser.get("/console").text
        assert "There is no ledger" in browser.get("/console/parked").text
        assert it.errands.preview("Ann", None)
        it.quiet()
        assert it.errands.current is not None
        assert "There is no ledger" in it.errands.current.told
        assert not list(tmp_path.glob("connector.db*"))


def test_a_name_that_leads_to_another_ledger_is_noticed(tmp_path: Path) -> None:
    """A link to a folder is changed, although the old file is still where it was."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (tmp_path / "data").symlink_to(old)
    SqliteLedger.open(new / "a.db").close()
    ledger = SqliteLedger.open(tmp_path / "data" / "a.db")
    ledger.expect_there()
    (tmp_path / "data").unlink()
    (tmp_path / "data").symlink_to(new)
    with pytest.raises(LedgerFailed, match="is another file now"), ledger.cycle_lock():
        pass
    ledger.close()
