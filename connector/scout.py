"""A scout runs ahead: who looks like the next strangers is found by a process of its own, while others are judged.

A backfill of a large population compares for minutes, and Python computes on one core at a time. What is found is what
an `Alike` finds, which does the work there as well as here. The second process only reads the ledger; where it cannot
be had, or ends early, this one does everything.
"""

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as Map
from contextlib import closing, contextmanager, redirect_stdout, suppress
from functools import partial
from typing import IO, Any, cast

from connector.alike import REMEMBERED, Alike, Likeness, best_first, without_collections
from connector.core.mapping.model import Mapping
from connector.core.match.score import Scorer
from connector.core.model import Side, Values
from connector.ledger.port import Ledger, RecordRef

MANY = 2_000
"""So many strangers are worth a second process, whose start takes half a second."""

WHOLLY = 0.6
"""The share of a chunk that the other process seeks on both sides. Of the rest it seeks the other side alone: their own
is left to this one, which has it in memory to look for rivals. So both have as much to do."""

Chunk = tuple[Side, Sequence[str]]
"""Strangers of one side who are judged in one go: their record ids."""
Found = dict[RecordRef, list[Likeness]]
Question = Callable[[Alike], Any]


class Helper:
    """The second process: it is asked one question at a time. One that is gone answers nothing."""

    def __init__(self, process: "subprocess.Popen[bytes] | None" = None, told: bytes = b"") -> None:
        """`told`: what it has to know before it can answer anything."""
        self.process, self._unsent = process, told
        self.is_asked = False

    @property
    def is_gone(self) -> bool:
        """Whether it never was there, or does not answer any more."""
        return self.process is None

    def ask(self, question: Question) -> None:
        """Send a question, after the answer to the one before was fetched."""
        if self.process is None:
            return
        questions = cast(IO[bytes], self.process.stdin)
        try:
            questions.write(self._unsent + pickle.dumps(question))
            questions.flush()
            self._unsent, self.is_asked = b"", True
        except OSError:
            self.process = None

    def answer(self) -> Any:
        """The answer, as soon as it is there; None where nothing was asked."""
        if self.process is None or not self.is_asked:
            return None
        self.is_asked = False
        try:
            return pickle.load(cast(IO[bytes], self.process.stdout))  # noqa: S301 - by our own process
        except (EOFError, OSError, pickle.UnpicklingError):
            self.process = None
            return None


class Scout:
    """Finds who looks like the strangers of some chunks, and who else looks like their partners."""

    def __init__(self, ledger: Ledger, mapping: Mapping, chunks: Sequence[Chunk], helper: Helper) -> None:
        self._alike = Alike(ledger, mapping, REMEMBERED if helper.is_gone else REMEMBERED // 2)
        self._chunks, self._helper = chunks, helper
        self._found: Found = {}
        self._left: tuple[Side, frozenset[str]]

    @property
    def is_alone(self) -> bool:
        """Whether nobody runs ahead, or nobody any more."""
        return self._helper.is_gone

    @property
    def scorer(self) -> Scorer:
        """What pairs are scored by."""
        return self._alike.scorer

    def chunks(self) -> Iterator[Chunk]:
        """One chunk after the other; while one is worked on, it is found who looks like those of the next."""
        for number, chunk in enumerate(self._chunks, start=1):
            if not self._helper.is_asked:
                self._seek(chunk)
            self._found, self._left = self._helper.answer() or {}, (chunk[0], frozenset(_parts(chunk)[1]))
            for following in self._chunks[number : number + 1]:
                self._seek(following)
            yield chunk

    def of(self, records: Map[RecordRef, Values]) -> Found:
        """For each of these records of the chunk, with its values, everybody who may be the same person, best first."""
        if not records.keys() <= self._found.keys():
            return self._alike.of(records)
        side, left = self._left
        beside = self._alike.of({named: values for named, values in records.items() if named[1] in left}, (side,))
        return {named: best_first([*self._found[named], *beside.get(named, ())]) for named in records}

    def rivals(self, wanted: Collection[RecordRef], side: Side) -> dict[RecordRef, dict[str, float]]:
        """For each of these records, the bits of everybody on `side` who looks like it."""
        return self._alike.rivals(wanted, side)

    def forget(self, side: Side, record_ids: Sequence[str]) -> None:
        """These records may hold something else by now: what was found does not count any more, for whomever."""
        self._alike.forget(side, record_ids)
        self._found = {}
        self._helper.answer()
        self._helper.ask(partial(Alike.forget, side=side, record_ids=record_ids))
        self._helper.answer()

    def _seek(self, chunk: Chunk) -> None:
        self._helper.ask(partial(_ahead, chunk=chunk))


def _parts(chunk: Chunk) -> tuple[Sequence[str], Sequence[str]]:
    """Those whom the other process seeks on both sides; and those whose own side is left to this one."""
    most = round(len(chunk[1]) * WHOLLY)
    return chunk[1][:most], chunk[1][most:]


def _ahead(alike: Alike, chunk: Chunk) -> Found:
    """What the other process finds for a chunk."""
    side, (wholly, across) = chunk[0], _parts(chunk)
    return alike.of_strangers(side, wholly) | alike.of_strangers(side, across, (side.other,))


@contextmanager
def scouting(ledger: Ledger, mapping: Mapping, chunks: Sequence[Chunk]) -> Iterator[Scout]:
    """A scout for these chunks; with a second process where that is worth it and possible."""
    many = sum(len(record_ids) for _, record_ids in chunks)
    reader = ledger.reader() if many >= MANY and _cores() > 1 else None
    if reader is None:
        yield Scout(ledger, mapping, chunks, Helper())
        return
    with second_process(reader, mapping) as helper:
        yield Scout(ledger, mapping, chunks, helper)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def second_process(reader: Callable[[], Ledger], mapping: Mapping) -> Iterator[Helper]:
    """It runs the same code as this one, and nobody sees what it prints."""
    program = f"import sys; sys.path[:] = {sys.path!r}; from connector.scout import main; main()"
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    try:
        told = pickle.dumps((reader, mapping))
        process = subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603
    except (OSError, pickle.PicklingError, AttributeError, TypeError):  # a company's own transform may not be sent
        yield Helper()
        return
    try:
        yield Helper(process, told)
    finally:
        process.kill()  # it only reads
        process.communicate()


def _serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer one question after the other, until there is nobody who asks."""
    reader, mapping = pickle.load(questions)  # noqa: S301 - by the process that started this one
    with closing(reader()) as ledger, without_collections(), suppress(EOFError):
        alike = Alike(ledger, mapping)
        while True:
            pickle.dump(pickle.load(questions)(alike), answers)  # noqa: S301
            answers.flush()


def main() -> None:
    """What the second process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the first process ends this one
    answers = sys.stdout.buffer
    with redirect_stdout(sys.stderr):  # whatever a company's own code may print is no answer
        _serve(sys.stdin.buffer, answers)
