"""A second process that finds who looks like the next strangers: real processes, and a ledger in a file."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from connector.alike import Alike, Likeness
from connector.core.mapping.model import Mapping, Transform
from connector.core.match.keys import KINDS, keys_of
from connector.core.model import SIDES, Side, Stranger, StrangerState, Values
from connector.ledger.port import Ledger, RecordRef
from connector.ledger.sqlite import MEMORY, SqliteLedger
from connector.sandbox.crowd import crowd
from connector.scout import MANY, Chunk, Helper, Scout, scouting, second_process
from tests.benchmarks.population import MAPPING

SF, OP = SIDES
NOW = 1_764_072_000_000_000
CHUNK = 40
LEADS = 100
ENDS_EARLY = 30
"""Seconds after which something that should have ended by itself has not."""

Found = dict[RecordRef, list[Likeness]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """A crowd of strangers in a ledger file, counted."""
    with closing(SqliteLedger.open(tmp_path / "crowd & co.db")) as opened:
        people = crowd(LEADS, seed=5, twice=0.05)
        for side, leads in zip(SIDES, (people.left, people.right), strict=True):
            keep(opened, side, leads)
        opened.keys.freeze(KINDS)
        yield opened


def keep(ledger: Ledger, side: Side, leads: Map[str, Values]) -> None:
    """These are strangers now, and in the index."""
    ledger.strangers.keep([Stranger(side, key, NOW, NOW, values) for key, values in leads.items()])
    ledger.keys.put(side, {key: keys_of(MAPPING, values) for key, values in leads.items()})


def chunks_of(ledger: Ledger) -> list[Chunk]:
    """Everybody, a few at a time."""
    found: list[Chunk] = []
    for side in SIDES:
        ids = [each.record_id for each in ledger.strangers.inside(StrangerState.WAITING, side)]
        found += [(side, ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK)]
    return found


def asked(scout: Scout, ledger: Ledger, chunk: Chunk) -> Found:
    """What a scout tells about a chunk."""
    side, ids = chunk
    strangers = ledger.strangers.get(side, ids)
    return scout.of({(side, key): each.values for key, each in strangers.items()})


def told(scout: Scout, ledger: Ledger) -> Found:
    """What a scout tells about everybody."""
    found: Found = {}
    for chunk in scout.chunks():
        found |= asked(scout, ledger, chunk)
    return found


def found_alone(ledger: Ledger) -> Found:
    """What one process finds."""
    alike = Alike(ledger, MAPPING)
    found: Found = {}
    for side, ids in chunks_of(ledger):
        found |= alike.of_strangers(side, ids)
    return found


@contextmanager
def helped(ledger: SqliteLedger, mapping: Mapping = MAPPING) -> Iterator[Helper]:
    """A second process for a ledger."""
    reader = ledger.reader()
    assert reader is not None
    with second_process(reader, mapping) as helper:
        yield helper


def test_two_processes_find_what_one_finds(ledger: SqliteLedger) -> None:
    """To the last bit, and the second one is there to the end."""
    with helped(ledger) as helper:
        assert not helper.is_gone
        found = told(Scout(ledger, MAPPING, chunks_of(ledger), helper), ledger)
        assert not helper.is_gone
    assert sum(map(len, found.values())) > LEADS
    assert found == found_alone(ledger)


def test_the_second_process_answers_and_not_the_first(ledger: SqliteLedger) -> None:
    """What it found is told as it is: by the values that were committed when it was asked."""
    chunks = chunks_of(ledger)
    with helped(ledger) as helper:
        scout = Scout(ledger, MAPPING, chunks, helper)
        walk = scout.chunks()
        side, ids = next(walk)
        stranger = ledger.strangers.get(side, ids)[ids[0]]
        assert scout.of({(side, ids[0]): {"last_name": "Nobody"}}) == Alike(ledger, MAPPING).of(
            {(side, ids[0]): stranger.values}
        )


def test_a_second_process_that_is_killed_is_not_missed(ledger: SqliteLedger) -> None:
    """The first one goes on alone, whether the other ends while it works or before it is asked."""
    for chunks_before in (0, 1, 2):
        with helped(ledger) as helper:
            found: Found = {}
            for number, chunk in enumerate((scout := Scout(ledger, MAPPING, chunks_of(ledger), helper)).chunks()):
                if number == chunks_before:
                    assert helper.process is not None
                    os.kill(helper.process.pid, signal.SIGKILL)
                found |= asked(scout, ledger, chunk)
            assert helper.is_gone
        assert found == found_alone(ledger)


@pytest.mark.parametrize("does", ["pass", "print('hello')", "import sys; sys.stdin.buffer.read(1); sys.exit(1)"])
def test_a_process_that_does_something_else_is_not_believed(ledger: SqliteLedger, does: str) -> None:
    """One that ends at once, talks, or fails over the first question: this one does everything."""
    command = [sys.executable, "-c", does]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        helper = Helper(process, pickle.dumps("nothing"))
        assert told(Scout(ledger, MAPPING, chunks_of(ledger), helper), ledger) == found_alone(ledger)
        assert helper.is_gone
        process.kill()
        process.communicate()


def test_what_was_read_anew_is_sought_anew(ledger: SqliteLedger) -> None:
    """Also by the second process, which had begun with the next chunk when the record was read again."""
    chunks = chunks_of(ledger)
    with helped(ledger) as helper:
        scout = Scout(ledger, MAPPING, chunks, helper)
        found: Found = {}
        for number, chunk in enumerate(scout.chunks()):
            if number == 1:
                before = asked(scout, ledger, chunk)
                (one, twin) = next((named, each[0].record) for named, each in before.items() if each)
                become_somebody_else(ledger, twin)
                scout.forget(twin[0], [twin[1]])
                assert twin not in [each.record for each in asked(scout, ledger, chunk)[one]]
            if number >= 1:
                found |= asked(scout, ledger, chunk)
        assert not helper.is_gone
    alone = found_alone(ledger)
    assert found == {named: alone[named] for named in found}


def become_somebody_else(ledger: Ledger, record: RecordRef) -> None:
    """A record turns out to hold another person."""
    side, record_id = record
    values = {"first_name": "Zebedee", "last_name": "Quillfeather", "email": "zq@quillfeather.example"}
    keep(ledger, side, {record_id: values})


def test_a_few_strangers_and_a_ledger_in_memory_need_no_second_process(ledger: SqliteLedger) -> None:
    """A cycle meets a handful; and what is in memory nobody else can read."""
    with scouting(ledger, MAPPING, chunks_of(ledger)) as few:
        assert few.is_alone
    many: Sequence[Chunk] = [(SF, [str(number) for number in range(MANY)])]
    with closing(SqliteLedger.open(MEMORY)) as memory, scouting(memory, MAPPING, many) as nowhere:
        assert memory.reader() is None
        assert nowhere.is_alone


def test_a_mapping_that_cannot_be_sent_needs_none(ledger: SqliteLedger) -> None:
    """A company's own transform may hold what only its process has: it is matched as before, by one."""
    rule = replace(next(iter(MAPPING.rules.values())), transform=cast(Transform, lambda text: text))
    with helped(ledger, replace(MAPPING, rules={rule.name: rule})) as helper:
        assert helper.is_gone


def test_ctrl_c_does_not_end_the_second_process(ledger: SqliteLedger) -> None:
    """It reaches both; when to end is the first one's business."""
    with helped(ledger) as helper:
        scout = Scout(ledger, MAPPING, chunks_of(ledger), helper)
        walk = scout.chunks()
        next(walk)
        assert helper.process is not None
        os.kill(helper.process.pid, signal.SIGINT)
        next(walk)
        next(walk)
        assert not helper.is_gone


def test_nothing_is_left_behind(ledger: SqliteLedger) -> None:
    """Neither after a failure, nor where the first process is killed: then the second one ends by itself."""
    processes = []

    def fail() -> None:
        with helped(ledger) as helper:
            processes.append(helper.process)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    (process,) = processes
    assert process is not None
    assert process.returncode is not None
    script = (
        "import sys, time; from tests.benchmarks.population import MAPPING; from connector.ledger.sqlite import *; "
        "from connector.scout import *; ledger = SqliteLedger.open(sys.argv[1], readonly=True)\n"
        "with second_process(ledger.reader(), MAPPING) as helper: print(helper.process.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(ledger.path)]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=known) as first:
        assert first.stdout is not None
        second = int(first.stdout.readline())
        first.kill()
    until = time.monotonic() + ENDS_EARLY
    while runs(second):
        assert time.monotonic() < until
        time.sleep(0.05)


def runs(process_id: int) -> bool:
    """Whether a process is there, and no mere entry in the table of processes."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
