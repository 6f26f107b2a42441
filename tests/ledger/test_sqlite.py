"""The SQLite file: who may open it, what it holds at rest, and what happens when the disk or the process fails."""

import hashlib
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from connector.errors import Busy, LedgerFailed, LedgerTooNew, OtherPair
from connector.ledger.migrate import migrations, newest
from connector.ledger.sqlite import APPLICATION_ID, SqliteLedger
from tests.ledger.samples import NOON, OP, SF, carriers, link, stranger

HOLDER = """
import sys
from connector.ledger.sqlite import SqliteLedger
ledger = SqliteLedger.open(sys.argv[1])
with ledger.cycle_lock():
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.read()
ledger.close()
"""
WRITER = """
import sys
from connector.ledger.sqlite import SqliteLedger
from tests.ledger.samples import link
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
ledger = SqliteLedger.open(sys.argv[1])
for n in range(40):
    ledger.links.save([link(f"00Q-{sys.argv[2]}-{n}", f"{sys.argv[2]}-{n}")])
ledger.close()
"""
DYING = """
import os, sys
from connector.ledger.sqlite import SqliteLedger
from tests.ledger.samples import link
ledger = SqliteLedger.open(sys.argv[1])
ledger.links.save([link("00Q1", "1")])
with ledger.transaction():
    ledger.links.save([link("00Q2", "2")])
    ledger.log.set_mark("half", "done")
    os.kill(os.getpid(), 9)
"""


def start(program: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own that runs the program."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def digest(path: Path) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def filled(path: Path) -> None:
    """A closed ledger with a bit of everything."""
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.links.save([link()])
        ledger.strangers.keep([stranger()])
        ledger.pin(SF, "00D000000000001")


# --- one cycle at a time


def test_two_processes_fight_for_the_cycle_lock(path: Path) -> None:
    """The second one is refused, and told which process has it, until the first one is through."""
    with start(HOLDER, path) as holder, closing(SqliteLedger.open(path)) as ledger:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy) as refused, ledger.cycle_lock():
            pass
        assert str(path) in str(refused.value)
        assert f"process {holder.pid}" in str(refused.value)
        ledger.log.set_mark("decision", "beside it")
        holder.communicate("")
        with ledger.cycle_lock():
            pass


def test_a_killed_process_frees_the_lock(path: Path) -> None:
    """Nobody has to remove a lock file by hand."""
    with start(HOLDER, path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.communicate()
    with closing(SqliteLedger.open(path)) as ledger, ledger.cycle_lock():
        pass


def test_another_thread_is_another_cycle(path: Path) -> None:
    """A ledger object may move between threads; its lock is refused to a second one all the same."""
    outcome = SimpleNamespace(error=None)

    def second(ledger: SqliteLedger) -> None:
        try:
            with ledger.cycle_lock():
                pass
        except Busy as error:
            outcome.error = error

    with closing(SqliteLedger.open(path)) as ledger, ledger.cycle_lock():
        thread = threading.Thread(target=second, args=[ledger])
        thread.start()
        thread.join()
    assert isinstance(outcome.error, Busy)


def test_two_names_of_one_file_are_one_ledger(path: Path, tmp_path: Path) -> None:
    """A symbolic link does not lead around the lock."""
    alias = tmp_path / "alias.db"
    alias.symlink_to(path)
    with closing(SqliteLedger.open(path)) as ledger, closing(SqliteLedger.open(alias)) as same:
        with ledger.cycle_lock(), pytest.raises(Busy), same.cycle_lock():
            pass
        assert same.path == ledger.path


def test_an_unusable_lock_file_is_explained(path: Path) -> None:
    """What, where, and what to do."""
    path.with_name(path.name + ".lock").mkdir()
    with (
        closing(SqliteLedger.open(path)) as ledger,
        pytest.raises(LedgerFailed, match=r"\.lock cannot be used"),
        ledger.cycle_lock(),
    ):
        pass


# --- crashes and several writers


def test_processes_create_and_fill_one_ledger_at_once(path: Path) -> None:
    """Several start on a file that is not there yet; everything of everybody is kept."""
    processes = [start(WRITER, path, name) for name in "abc"]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    with closing(SqliteLedger.open(path)) as ledger:
        assert ledger.links.counts().live == 120
        assert [each.link_id for each in ledger.links.all()] == list(range(1, 121))


def test_a_process_killed_inside_a_transaction_leaves_nothing_of_it(path: Path) -> None:
    """What was kept before is there; the half is not."""
    with start(DYING, path) as dying:
        dying.communicate()
    assert dying.returncode == -9
    with closing(SqliteLedger.open(path)) as ledger:
        assert [each.ids[OP] for each in ledger.links.all()] == ["1"]
        assert ledger.log.mark("half") == ""


def test_a_closed_ledger_keeps_nothing_of_an_open_transaction(path: Path) -> None:
    """Closing in the middle is a crash in the middle."""

    def stopped() -> None:
        ledger = SqliteLedger.open(path)
        with ledger.transaction():
            ledger.links.save([link()])
            ledger.close()

    with pytest.raises(LedgerFailed, match="closed"):
        stopped()
    with closing(SqliteLedger.open(path)) as again:
        assert again.links.all() == []


def test_closing_twice_is_no_failure(path: Path) -> None:
    """Whoever tidies up need not know whether somebody did so before; using it afterwards is an error."""
    ledger = SqliteLedger.open(path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerFailed, match="closed"):
        ledger.links.all()


def test_a_full_disk_is_named_and_keeps_nothing(path: Path) -> None:
    """The whole transaction is taken back; with room again, it goes on."""
    leads = [link(f"00Q{n}", str(n)) for n in range(2000)]

    def too_much(ledger: SqliteLedger) -> None:
        with ledger.transaction():
            ledger.log.set_mark("cursor", "5")
            ledger.links.save(leads)

    with closing(SqliteLedger.open(path)) as ledger:
        ((pages,),) = ledger.store.run("PRAGMA page_count")
        ledger.store.run(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LedgerFailed) as full:
            too_much(ledger)
        assert str(path) in str(full.value)
        assert "free disk space" in str(full.value)
        assert ledger.log.mark("cursor") == ""
        assert ledger.links.all() == []
        ledger.store.run("PRAGMA max_page_count = 100000")
        too_much(ledger)
        assert ledger.links.counts().live == 2000
        assert ledger.store.run("PRAGMA integrity_check") == [("ok",)]


def test_a_writer_that_does_not_let_go_is_named(path: Path) -> None:
    """Another process writes for too long: the error says so and nothing is kept."""
    with closing(SqliteLedger.open(path)) as one, closing(SqliteLedger.open(path)) as other:
        other.store.run("PRAGMA busy_timeout = 10")
        with one.transaction():
            with pytest.raises(LedgerFailed, match="another process has been writing"):
                other.log.set_mark("x", "1")
            one.log.set_mark("x", "2")
        assert other.log.mark("x") == "2"


# --- what may be opened


def test_a_ledger_of_a_newer_version_is_left_alone(path: Path) -> None:
    """Both versions are named, for writing and for reading; the file stays as it was."""
    filled(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {newest() + 1}")
    before = digest(path)
    for readonly in (False, True):
        with pytest.raises(LedgerTooNew, match=rf"version {newest() + 1}.* up to {newest()}: install"):
            SqliteLedger.open(path, readonly=readonly)
    assert digest(path) == before


@pytest.mark.parametrize("readonly", [False, True])
def test_a_file_that_is_no_database_is_left_alone(path: Path, readonly: bool) -> None:
    """The error names the path and what to do."""
    path.write_text("Dear diary, " * 1000)
    before = digest(path)
    with pytest.raises(LedgerFailed, match="no SQLite file; correct CONNECTOR_LEDGER") as failed:
        SqliteLedger.open(path, readonly=readonly)
    assert str(path) in str(failed.value)
    assert digest(path) == before


@pytest.mark.parametrize("readonly", [False, True])
def test_a_database_of_another_program_is_left_alone(path: Path, readonly: bool) -> None:
    """Nobody's address book becomes a ledger."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE address (name TEXT)")
        connection.commit()
    before = digest(path)
    with pytest.raises(LedgerFailed, match="another program"):
        SqliteLedger.open(path, readonly=readonly)
    assert digest(path) == before


def test_a_damaged_ledger_is_named(path: Path) -> None:
    """Bytes in the middle were overwritten: the error is the ledger's, with its path."""
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.links.save([link(f"00Q{n}", str(n)) for n in range(500)])
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))
    with pytest.raises(LedgerFailed, match=r"damaged|malformed") as failed, closing(SqliteLedger.open(path)) as ledger:
        ledger.links.all()
    assert str(path) in str(failed.value)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    """It is not created by surprise; the error says what to do."""
    with pytest.raises(LedgerFailed, match=r"create its folder.*"):
        SqliteLedger.open(tmp_path / "missing" / "connector.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_ledger(path: Path) -> None:
    """As a mounted volume or `touch` leaves it."""
    path.touch()
    filled(path)
    with closing(SqliteLedger.open(path)) as ledger:
        assert ledger.links.counts().live == 1


def test_every_migration_is_applied_once_and_recorded(path: Path) -> None:
    """Numbered without gaps; opening again changes nothing, and the file says whose it is."""
    assert [migration.number for migration in migrations()] == list(range(1, newest() + 1))
    filled(path)
    before = digest(path)
    with closing(SqliteLedger.open(path)) as ledger:
        assert ledger.store.run("PRAGMA user_version") == [(newest(),)]
        assert ledger.store.run("PRAGMA application_id") == [(APPLICATION_ID,)]
        assert {
            "link",
            "link_record",
            "stranger",
            "match_key",
            "decision",
            "intent",
            "mark",
            "history",
            "cycle",
        } <= set(ledger.store.database.table_names())
    assert digest(path) == before


# --- reading only


def test_reading_before_the_first_cycle_creates_nothing(path: Path) -> None:
    """`status` works without a ledger, and `preview` can work on a scratch copy of that nothing."""
    with closing(SqliteLedger.open(path, readonly=True)) as ledger:
        assert ledger.links.all() == []
        ledger.pin(SF, "00D000000000001")
        assert ledger.log.marks("") == {}
        with ledger.scratch() as scratch:
            scratch.links.save([link()])
            assert scratch.links.counts().live == 1
    assert list(path.parent.iterdir()) == []


def test_reading_only_never_writes(path: Path) -> None:
    """Every write is refused, a cycle too; a pin is compared only."""
    filled(path)
    before = digest(path)
    with closing(SqliteLedger.open(path, readonly=True)) as ledger:
        assert ledger.links.counts().live == 1
        with pytest.raises(LedgerFailed, match="read only"):
            ledger.log.set_mark("x", "1")
        with pytest.raises(LedgerFailed, match="reading only"), ledger.cycle_lock():
            pass
        ledger.pin(OP, "https://demo.example.com")
        with pytest.raises(OtherPair):
            ledger.pin(SF, "00D000000000002")
        assert ledger.log.marks("system.") == {"system.salesforce": "00D000000000001"}
    assert digest(path) == before


@pytest.mark.parametrize("missing", [True, False])
def test_an_empty_or_missing_ledger_refuses_writes_when_reading_only(path: Path, missing: bool) -> None:
    """A write must not vanish in a copy in memory."""
    if not missing:
        path.touch()
    with (
        closing(SqliteLedger.open(path, readonly=True)) as ledger,
        pytest.raises(LedgerFailed, match="read only"),
    ):
        ledger.log.set_mark("x", "1")
    assert path.exists() != missing


def test_reading_works_beside_an_open_write_transaction(path: Path) -> None:
    """`status` neither waits nor fails while a cycle writes, and sees what is kept."""
    filled(path)
    with closing(SqliteLedger.open(path)) as cycle, cycle.cycle_lock(), cycle.transaction():
        cycle.links.save([link("00Q2", "2")])
        with closing(SqliteLedger.open(path, readonly=True)) as status:
            status.store.run("PRAGMA busy_timeout = 0")
            assert status.links.counts().live == 1
            with status.scratch() as scratch:
                assert scratch.links.counts().live == 1


# --- the bytes


@pytest.mark.parametrize("readonly", [False, True])
def test_work_on_a_scratch_copy_leaves_every_byte_of_the_file(path: Path, readonly: bool) -> None:
    """The copy is deleted; the ledger's file is the same."""
    filled(path)
    before = digest(path)
    with closing(SqliteLedger.open(path, readonly=readonly)) as ledger:
        with ledger.scratch() as scratch:
            copy = scratch.path
            scratch.links.save([link(f"00Q{n}", f"new-{n}") for n in range(300)])
            scratch.log.begin_cycle("sync", NOON)
            assert copy is not None
            assert copy.exists()
        assert not copy.exists()
        assert not copy.parent.exists()
        assert digest(path) == before
    assert digest(path) == before


def test_a_scratch_copy_holds_what_is_not_in_the_main_file_yet(path: Path) -> None:
    """Recent writes live beside the main file for a while; the copy has them."""
    with closing(SqliteLedger.open(path)) as ledger:
        before = digest(path)
        ledger.links.save([link()])
        with ledger.scratch() as scratch:
            assert scratch.links.counts().live == 1
        assert digest(path) == before


def test_at_rest_the_main_file_holds_everything(path: Path) -> None:
    """After closing it can be copied alone; only the empty lock file may stay beside it."""
    with closing(SqliteLedger.open(path)) as ledger, ledger.cycle_lock():
        ledger.links.save([link()])
    assert {each.name for each in path.parent.iterdir()} == {path.name, path.name + ".lock"}
    with closing(SqliteLedger.open(path, readonly=True)) as ledger:
        assert ledger.links.counts().live == 1


def test_closing_beside_a_reader_does_not_wait(path: Path) -> None:
    """A reader in the middle of a look keeps its state; closing is quick and loses nothing."""
    filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM link").fetchall()
        with closing(SqliteLedger.open(path)) as ledger:
            ledger.links.save([link("00Q2", "2")])
        assert reader.execute("SELECT COUNT(*) FROM link").fetchall() == [(1,)]
    with closing(SqliteLedger.open(path)) as ledger:
        assert ledger.links.counts().live == 2


def test_match_keys_are_never_in_the_file(path: Path) -> None:
    """Neither the texts nor a plain hash of them: every ledger has a key of its own."""
    texts = {"email": "ada.lovelace@example.com", "phone": "+442079460123"}
    stored = []
    for each in (path, path.with_name("other.db")):
        with closing(SqliteLedger.open(each)) as ledger:
            ledger.keys.put(SF, {"00Q1": {kind: [text] for kind, text in texts.items()}})
            assert carriers(ledger, "phone", ["+442079460123"])
            stored.append({row[0] for row in ledger.store.query("SELECT hash FROM match_key")})
        content = each.read_bytes()
        for kind, text in texts.items():
            assert text.encode() not in content
            for plain in (text, kind + text, f"{kind}\0{text}"):
                assert hashlib.sha256(plain.encode()).digest()[:6] not in content
    assert stored[0].isdisjoint(stored[1])
    assert all(isinstance(each, int) for each in stored[0])


def test_records_read_again_unchanged_write_nothing(path: Path) -> None:
    """A poll delivers the same record many times; only a text that changed is written."""
    texts = {f"00Q{n}": {"email": [f"{n}@example.com"], "phone": ["+4420", f"+44{n}"]} for n in range(50)}
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.keys.put(SF, texts)
        connection = ledger.store.database.conn
        before = connection.total_changes
        ledger.keys.put(SF, texts)
        assert connection.total_changes == before
        ledger.keys.put(SF, {**texts, "00Q7": {**texts["00Q7"], "email": ["seven@example.com"]}})
        assert connection.total_changes == before + 2


def test_the_match_index_answers_from_one_index(path: Path) -> None:
    """Who carries a text, whether too many do, and counting a kind read no table of texts."""
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.keys.put(SF, {"00Q1": {"email": ["ada@example.com"]}})
        seen: list[str] = []
        ledger.store.database.conn.set_trace_callback(seen.append)
        carriers(ledger, "email", ["ada@example.com", "bo@example.com"], most=3)
        ledger.keys.freeze(["email"])
        ledger.store.database.conn.set_trace_callback(None)
        wanted = [sql for sql in seen if "match_key" in sql]
        plans = [" / ".join(row[3] for row in ledger.store.run(f"EXPLAIN QUERY PLAN {sql}")) for sql in wanted]
    covering = "USING COVERING INDEX match_key_hash "
    assert [plan.count(f"{covering}(hash=?)") for plan in plans] == [2, 0]
    assert [plan.count(f"{covering}(hash>? AND hash<?)") for plan in plans] == [0, 1]
    assert "SEARCH match_record USING INTEGER PRIMARY KEY" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
    assert not any("SCAN match_key" in plan for plan in plans)


def test_a_lost_key_is_an_error_not_an_empty_answer(path: Path) -> None:
    """Without its key the index would find nobody, and duplicates would follow."""
    filled(path)
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.store.change("DELETE FROM secret WHERE pair = :pair", [{}])
        with pytest.raises(LedgerFailed, match="lost the key"):
            carriers(ledger, "email", ["ada@example.com"])


def test_only_its_owner_may_read_a_ledger(path: Path) -> None:
    """It holds people's data: no rights for others, on the main file and those beside it."""
    with closing(SqliteLedger.open(path)) as ledger, ledger.cycle_lock():
        ledger.links.save([link()])
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) & 0o077 == 0, each


def test_a_synced_lead_is_one_small_row(path: Path) -> None:
    """200,000 leads have to fit: a lead of twenty rules costs about as much as its values, once."""
    values = {f"rule_{n}": f"value {n} of this lead" for n in range(20)}
    plain = sum(len(name) + len(value) for name, value in values.items())
    tree = {SF: values, OP: values}
    with closing(SqliteLedger.open(path)) as ledger:
        ledger.links.save([link(f"00Q{n:012d}AAA", f"{10_000 + n}", seen=tree, base=tree) for n in range(3000)])
    assert path.stat().st_size / 3000 < 2.5 * plain


def test_the_to_do_list_of_many_leads_is_an_index(path: Path) -> None:
    """Looking for work never reads leads that are in step, nor do paging and counting sort them."""
    with closing(SqliteLedger.open(path)) as ledger:
        seen: list[str] = []
        ledger.store.database.conn.set_trace_callback(seen.append)
        ledger.links.to_do()
        ledger.links.all()
        ledger.links.parked()
        ledger.links.counts()
        ledger.store.database.conn.set_trace_callback(None)
        plans = [" / ".join(row[3] for row in ledger.store.run(f"EXPLAIN QUERY PLAN {sql}")) for sql in seen]
    assert "SEARCH link USING INDEX link_to_do" in plans[0]
    assert "SEARCH link USING INTEGER PRIMARY KEY" in plans[1]
    assert "SEARCH link USING INDEX link_parked" in plans[2]
    assert "COVERING INDEX link_counts" in plans[3]
    assert not any("TEMP B-TREE" in plan for plan in plans)
