"""What the runbook says of the ledger: copied while it is written, put back, or lost."""

import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.core.model import LinkState, StrangerState
from connector.core.result import Mode, Scope, Status
from connector.cycle import backfill, sync
from connector.errors import NotYet
from connector.ledger.sqlite import SqliteLedger
from tests.cycle.people import OP, SF, cycle, edit, emails, enter, links, shows, started, strangers
from tests.simulation.world import World

SCRIPT = Path(__file__).parent.parent / "deploy/backup.py"


class Kept(World):
    """A world whose ledger is a file."""

    file: Path

    def use(self, file: Path) -> None:
        """A process starts with the ledger in this file."""
        self.ledger.close()
        self.file, self.ledger = file, SqliteLedger.open(file)
        self.pair = replace(self.pair, ledger=self.ledger)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Kept]:
    """Two empty CRMs, and a new ledger."""
    made = Kept()
    made.use(tmp_path / "connector.db")
    yield made
    made.close()


def _copied(source: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    """As in a container: the script comes by stdin."""
    words = [sys.executable, "-", str(source), str(target)]
    return subprocess.run(words, input=SCRIPT.read_text("utf-8"), capture_output=True, text=True, timeout=60)


def _restored(world: Kept, copy: Path) -> None:
    """As the runbook says: stop, put the copy in the ledger's place, remove what SQLite keeps beside it, start."""
    world.ledger.close()
    for end in ("-wal", "-shm"):
        Path(f"{world.file}{end}").unlink(missing_ok=True)
    shutil.copy(copy, world.file)
    world.use(world.file)


def test_a_copy_made_while_the_ledger_is_written_holds_what_was_committed(world: Kept, tmp_path: Path) -> None:
    """A transaction that is open is not in it; nobody else may read it; it opens as a ledger."""
    started(world, "ada", "bo")
    target = tmp_path / "backup.db"
    with world.ledger.transaction():
        world.ledger.log.set_mark("half", "done")
        done = _copied(world.file, target)
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("backup*")] == ["backup.db"]
    copy = SqliteLedger.open(target)
    try:
        assert copy.log.mark("half") == ""
        assert {link.link_id for link in copy.links.all()} == {link.link_id for link in world.ledger.links.all()}
    finally:
        copy.close()


def test_a_copy_overwrites_nothing_and_a_failure_leaves_none(world: Kept, tmp_path: Path) -> None:
    """A name that is taken, a file that is no ledger, and one that is not there."""
    taken, other, target = tmp_path / "taken.db", tmp_path / "other.db", tmp_path / "backup.db"
    taken.write_text("mine", encoding="utf-8")
    other.write_text("no database at all, but long enough to be looked at" * 9, encoding="utf-8")
    for source, wanted in ((world.file, taken), (other, target), (tmp_path / "missing.db", target)):
        done = _copied(source, wanted)
        assert done.returncode == 1
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr
    assert taken.read_text(encoding="utf-8") == "mine"
    assert not list(tmp_path.glob("backup*"))


def test_a_ledger_from_yesterday_ends_in_step_without_a_second_lead(world: Kept, tmp_path: Path) -> None:
    """What was linked, made and edited since is found again: in the CRMs, and by the ids that records carry."""
    before = started(world, "ada", "bo")
    assert _copied(world.file, tmp_path / "backup.db").returncode == 0
    enter(world, SF, "cy")
    enter(world, OP, "di")
    edit(world, SF, before["ada"].ids[SF], city="Leeds")
    for _ in range(3):
        cycle(world)
    assert len(emails(world, SF)) == len(emails(world, OP)) == 4
    _restored(world, tmp_path / "backup.db")
    edit(world, OP, before["bo"].ids[OP], city="York")
    for _ in range(3):
        found = cycle(world)
    assert found.status is Status.DONE
    assert emails(world, SF) == emails(world, OP) == [f"{name}@example.com" for name in ("ada", "bo", "cy", "di")]
    for name, rule, value in (("ada", "city", "Leeds"), ("bo", "city", "York")):
        link = links(world)[name]
        assert [shows(world, side, link.ids[side], rule) for side in (SF, OP)] == [value, value]
    assert {link.state for link in world.ledger.links.all()} == {LinkState.LIVE}


def test_without_its_ledger_nothing_is_written_until_a_backfill_and_that_makes_no_second_lead(
    world: Kept, tmp_path: Path
) -> None:
    """`--mode link` ties the records together again by the ids that they carry, and leaves every value alone."""
    before = started(world, "ada", "bo")
    edit(world, SF, before["ada"].ids[SF], city="Leeds")  # nobody has carried it over yet
    world.use(tmp_path / "new.db")
    world.time.advance(100)
    with pytest.raises(NotYet):
        sync(world.pair)
    result = backfill(world.pair, Scope(mode=Mode.LINK))
    assert result.linked == 2
    assert len(emails(world, SF)) == len(emails(world, OP)) == 2
    assert shows(world, OP, before["ada"].ids[OP], "city") == ""
    edit(world, OP, before["bo"].ids[OP], city="York")
    cycle(world)
    assert shows(world, SF, before["bo"].ids[SF], "city") == "York"
    assert len(emails(world, SF)) == len(emails(world, OP)) == 2


def test_without_its_ledger_a_lead_whose_partner_was_deleted_waits_for_a_person(world: Kept, tmp_path: Path) -> None:
    """Its id tells that it had one: it is not made anew, neither by the linking nor by the full backfill."""
    before = started(world, "ada", "bo")
    world.crm(OP).person_deletes(before["ada"].ids[OP])
    world.use(tmp_path / "new.db")
    for mode in (Mode.LINK, Mode.FULL):
        world.time.advance(100)
        backfill(world.pair, Scope(mode=mode))
    assert emails(world, OP) == ["bo@example.com"]
    assert emails(world, SF) == ["ada@example.com", "bo@example.com"]
    assert strangers(world, StrangerState.REVIEW) == ["ada"]
