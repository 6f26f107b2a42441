"""Two whole sides of strangers in a ledger file, in processes of their own, so that each one's memory can be told.

`python -m tests.benchmarks.population fill|one|match FILE [LEADS]` prints its figures as one line of JSON.
"""

import json
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from connector.alike import Alike
from connector.core.match.keys import KINDS, keys_of
from connector.core.model import SECOND, SIDES, Micros, Side, Stranger, StrangerState
from connector.core.result import Result
from connector.crm.memory import MemoryCrm
from connector.ledger.sqlite import SqliteLedger
from connector.observe import Observer
from connector.pair import Pair
from connector.sandbox.crowd import crowd
from connector.strangers import match
from tests.benchmarks.memory import peak
from tests.core.mapping.frame import default_mapping

NOW: Micros = 1_760_000_000 * SECOND
PAGE = 500
ASKED = 200
ROLES = (
    *("first_name", "last_name", "email", "phone", "mobile", "company", "website"),
    *("street", "city", "postcode"),
)
MAPPING = replace(default_mapping(), match={role: role for role in ROLES})


class JustShown(Observer):
    """An observer after a backfill has read everything: no record has to be read again."""

    def has_seen(self, side: Side, record_id: str) -> bool:
        """Everybody was shown."""
        return True

    def stale(self, side: Side, record_ids: Iterable[str]) -> list[str]:
        """Everything was shown a moment ago."""
        return []


def run(what: str, file: Path, leads: int) -> Mapping[str, Any]:
    """Do it in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.population", what, str(file), str(leads)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def pair_on(ledger: SqliteLedger) -> Pair:
    """A pair over a ledger, with two CRMs that nobody asks."""
    crms = {side: MemoryCrm(side, clock=_now, fields={}) for side in SIDES}
    return Pair(MAPPING, {}, crms, ledger, _now)


def _now() -> Micros:
    return NOW


def _fill(file: Path, leads: int) -> Mapping[str, Any]:
    """A crowd as strangers, indexed page by page as a backfill does."""
    people = crowd(leads, seed=leads)
    pair = pair_on(SqliteLedger.open(file))
    start = perf_counter()
    with closing(pair.ledger) as ledger:
        for side, records in zip(SIDES, (people.left, people.right), strict=True):
            ids = list(records)
            for first in range(0, len(ids), PAGE):
                page = {record_id: records[record_id] for record_id in ids[first : first + PAGE]}
                with ledger.transaction():
                    ledger.strangers.keep([Stranger(side, key, NOW, NOW, values) for key, values in page.items()])
                    ledger.keys.put(side, {key: keys_of(MAPPING, values) for key, values in page.items()})
    persons = {people.persons[one] for one, _ in people.pairs}
    return {"seconds": perf_counter() - start, "persons": len(persons)}


def _one(file: Path, leads: int) -> Mapping[str, Any]:
    """One stranger after the other, each with nothing in memory: its candidates found, compared and scored."""
    pair = pair_on(SqliteLedger.open(file))
    with closing(pair.ledger) as ledger:
        start = perf_counter()
        with ledger.transaction():
            ledger.keys.freeze(KINDS)
        counted = perf_counter() - start
        strangers = list(ledger.strangers.inside(StrangerState.WAITING))
        spent = []
        for stranger in random.Random(0).sample(strangers, ASKED):
            start = perf_counter()
            Alike(ledger, MAPPING).of({(stranger.side, stranger.record_id): stranger.values})
            spent.append(perf_counter() - start)
    return {"counted": counted, "median": median(spent), "worst": max(spent), "leads": len(strangers)}


def _match(file: Path, leads: int) -> Mapping[str, Any]:
    """Everybody judged, as a backfill does."""
    pair, result = pair_on(SqliteLedger.open(file)), Result()
    start = perf_counter()
    with closing(pair.ledger) as ledger:
        match(pair, JustShown(pair, 1, result), 1, result)
        seconds = perf_counter() - start
        megabytes = peak()
        linked, wrong, persons, after = 0, 0, set(), 0
        while links := ledger.links.all(after):
            linked += len(links)
            found = [_person(link.ids) for link in links]
            wrong += found.count("")
            persons |= set(found) - {""}
            after = links[-1].link_id
        review = sum(1 for _ in ledger.strangers.inside(StrangerState.REVIEW))
    return {
        "seconds": seconds,
        "megabytes": megabytes,
        "linked": linked,
        "wrong": wrong,
        "persons": len(persons),
        "review": review,
    }


def _person(ids: Mapping[Side, str]) -> str:
    """The number in two record ids where it is the same one: a crowd numbers its people."""
    one, other = (ids[side][1:].partition("-")[0] for side in SIDES)
    return one if one == other else ""


if __name__ == "__main__":
    todo = {"fill": _fill, "one": _one, "match": _match}[sys.argv[1]]
    sys.stdout.write(json.dumps(todo(Path(sys.argv[2]), int(sys.argv[3]))))
