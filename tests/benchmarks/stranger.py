"""A ledger file with a whole side indexed and a few strangers of the other one, each judged against all of them.

`python -m tests.benchmarks.stranger fill FILE LEADS` and `ask FILE` print their figures as one line of JSON. A file
that is filled can be asked again, and a filling that was interrupted goes on. No lead is held in memory but the page
at hand, and of everybody before only the mailboxes and numbers that are taken.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from connector.alike import COUNTED_AT, Alike
from connector.core.match.keys import KINDS, keys_of
from connector.core.model import SIDES, Stranger, StrangerState, Values
from connector.core.result import Result
from connector.ledger.sqlite import SqliteLedger
from connector.ledger.walk import portions
from connector.pair import Pair
from connector.sandbox.crowd import LEFT, enquiries
from connector.strangers import match
from tests.benchmarks.memory import peak
from tests.benchmarks.population import MAPPING, NOW, PAGE, JustShown, pair_on

ASKED = 500
SEED = 2026
STRANGE, INDEXED = SIDES
Figures = Mapping[str, Any]


class _Undone(Exception):
    """Ends a transaction of which nothing is to be kept."""


def run(what: str, *arguments: object) -> Figures:
    """Do it in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.stranger", what, *map(str, arguments)]
    found: Figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _fill(file: Path, leads: int) -> Figures:
    """So many leads of one side, indexed page by page as a backfill does; the strangers come last."""
    strangers: dict[str, Values] = {}
    clock = cpu = 0.0
    filled = 0
    with closing(SqliteLedger.open(file)) as ledger:
        for page in portions(_one_side(leads, strangers), PAGE):
            if len(ledger.keys.known(INDEXED, [record for record, _ in page])) == len(page):
                continue
            began, start = process_time(), perf_counter()
            _keep(ledger, [Stranger(INDEXED, record, NOW, NOW, values) for record, values in page])
            cpu, clock, filled = cpu + process_time() - began, clock + perf_counter() - start, filled + len(page)
        _keep(ledger, [Stranger(STRANGE, record, NOW, NOW, values) for record, values in strangers.items()])
        counted = perf_counter()
        with ledger.transaction():
            ledger.keys.freeze(KINDS)
            ledger.log.set_mark(COUNTED_AT, str(NOW))
        counted = perf_counter() - counted
    memory = peak()
    size = file.stat().st_size / 1e6
    return {"filled": filled, "clock": clock, "cpu": cpu, "counted": counted, "megabytes": size, "memory": memory}


def _one_side(leads: int, strangers: dict[str, Values]) -> Iterator[tuple[str, Values]]:
    """The leads of one side of a crowd; a sample of the other side's is put into `strangers`."""
    chance, seen, left = random.Random(SEED), 0, leads
    sampled: list[tuple[str, Values]] = []
    for _, records in enquiries(seed=SEED):
        for record, lead in records.items():
            if not record.startswith(LEFT):
                yield record, lead
                left -= 1
                continue
            seen += 1
            at = len(sampled) if len(sampled) < ASKED else chance.randrange(seen)
            if at < ASKED:
                sampled[at : at + 1] = [(record, lead)]
        if left <= 0:
            break
    strangers.update(sampled)


def _keep(ledger: SqliteLedger, page: Sequence[Stranger]) -> None:
    with ledger.transaction():
        ledger.strangers.keep(page)
        ledger.keys.put(page[0].side, {each.record_id: keys_of(MAPPING, each.values) for each in page})


def _ask(file: Path) -> Figures:
    """Each stranger with nothing in memory: from the disk, again from the system's cache, and the whole judgement."""
    _forget(file)
    with closing(SqliteLedger.open(file)) as ledger:
        ids = sorted(each.record_id for each in ledger.strangers.inside(StrangerState.WAITING, STRANGE))
        strangers = ledger.strangers.get(STRANGE, ids)
        pair = pair_on(ledger)

        def candidates(record_id: str) -> None:
            Alike(ledger, MAPPING).of({(STRANGE, record_id): strangers[record_id].values})

        return {
            "asked": len(ids),
            "cold": _times(candidates, ids),
            "warm": _times(candidates, ids),
            "judged": _times(lambda record_id: _judge(pair, record_id), ids),
        }


def _judge(pair: Pair, record_id: str) -> None:
    """One stranger judged as in a cycle, with what is written; nothing of it is kept."""
    result = Result()
    with suppress(_Undone), pair.ledger.transaction():
        match(pair, JustShown(pair, 1, result), 1, result, among=[(STRANGE, record_id)])
        raise _Undone


def _times(work: Callable[[str], None], ids: Sequence[str]) -> Figures:
    """Median, 95th part of a hundred and the most, in milliseconds: by the clock, and of this process alone."""
    clock, cpu = [], []
    for record_id in ids:
        began, start = process_time(), perf_counter()
        work(record_id)
        clock.append((perf_counter() - start) * 1e3)
        cpu.append((process_time() - began) * 1e3)
    return {"clock": _spread(clock), "cpu": _spread(cpu)}


def _spread(times: Sequence[float]) -> Figures:
    return {"median": median(times), "p95": quantiles(times, n=20)[-1], "most": max(times)}


def _forget(file: Path) -> None:
    """Have the system drop what it holds of a file, where it can be told so (Linux)."""
    if hasattr(os, "posix_fadvise"):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())
            os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    path = Path(sys.argv[2])
    sys.stdout.write(json.dumps(_fill(path, int(sys.argv[3])) if sys.argv[1] == "fill" else _ask(path)))
