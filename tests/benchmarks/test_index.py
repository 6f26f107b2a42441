"""What the match index costs: filling it, finding a chunk of strangers, counting frequencies, and a scratch copy.

`CONNECTOR_BENCH_LEADS` sets the number of records (200,000 without it).
"""

import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import perf_counter

import pytest

from connector.core.model import SIDES, Side
from connector.ledger.sqlite import SqliteLedger

LEADS = int(os.environ.get("CONNECTOR_BENCH_LEADS", "200000"))
PAGE = 500
KINDS = ("counterpart", "email", "local", "domain", "phone", "name", "last", "company", "address", "postcode")
RARE = KINDS[:5]
MOST = 50
FILL_SECONDS = 60 * LEADS / 200_000
FIND_SECONDS = 0.3
ONE_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled ledger, and how long it took."""

    ledger: SqliteLedger
    seconds: float


def texts(number: int) -> Mapping[str, Sequence[str]]:
    """Twelve texts of a made-up lead: of some kinds nearly everybody's is rare, of others few are common."""
    chance = random.Random(number)
    found = {kind: [f"{kind} {number}"] for kind in RARE}
    found |= {kind: [f"{kind} {int(chance.paretovariate(0.5))}"] for kind in KINDS[len(RARE) :]}
    return {**found, "phone": [f"+44 {number}", f"+44 1{number}"], "name": [*found["name"], f"short {number % 5000}"]}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The index of all records, filled page by page as a backfill does."""
    path = tmp_path_factory.mktemp("index") / "connector.db"
    with closing(SqliteLedger.open(path)) as ledger:
        spent = 0.0
        for first in range(0, LEADS, PAGE):
            page = {f"00Q{number:012d}AAA": texts(number) for number in range(first, first + PAGE)}
            start = perf_counter()
            ledger.keys.put(SIDES[(first // PAGE) % 2], page)
            spent += perf_counter() - start
        yield Filled(ledger, spent)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure beside the test's dot."""

    def line(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{LEADS:,} records: {text} ")

    return line


def test_filling_the_index(filled: Filled, tell: Callable[[str], None]) -> None:
    """200,000 records of twelve texts in less than a minute, and less than 1 KB each."""
    ((pages,),) = filled.ledger.store.run("PRAGMA page_count")
    each = pages * 4096 / LEADS
    tell(f"filled in {filled.seconds:.1f} s, {each:.0f} bytes a record")
    assert filled.seconds < FILL_SECONDS
    assert each < 1000


def test_putting_records_that_did_not_change(filled: Filled, tell: Callable[[str], None]) -> None:
    """A page that is read again writes nothing."""
    page = {f"00Q{number:012d}AAA": texts(number) for number in range(PAGE)}
    start = perf_counter()
    filled.ledger.keys.put(Side.SALESFORCE, page)
    seconds = perf_counter() - start
    tell(f"{PAGE} unchanged records in {seconds * 1e3:.0f} ms")
    assert seconds < FIND_SECONDS


@pytest.mark.parametrize(("many", "bound"), [(PAGE, FIND_SECONDS), (1, ONE_SECONDS)], ids=["chunk", "one stranger"])
def test_finding_strangers(filled: Filled, tell: Callable[[str], None], many: int, bound: float) -> None:
    """Everybody who shares one of twelve texts with a chunk of strangers, or with one."""
    spent, found = [], 0
    for turn in range(11):
        strangers = [texts(random.Random(turn * PAGE + n).randrange(LEADS)) for n in range(many)]
        wanted = sorted({(kind, text) for each in strangers for kind in KINDS for text in each[kind]})
        start = perf_counter()
        found = len(filled.ledger.keys.find(wanted, MOST))
        spent.append(perf_counter() - start)
    median = sorted(spent)[len(spent) // 2]
    tell(f"{many} x 12 texts found in {median * 1e3:.1f} ms ({found} of them by somebody)")
    assert median < bound


def test_taking_a_scratch_copy(filled: Filled, tell: Callable[[str], None]) -> None:
    """What a preview pays before it begins: the whole file is copied."""
    start = perf_counter()
    with filled.ledger.scratch() as scratch:
        seconds = perf_counter() - start
        assert scratch.path is not None
        megabytes = scratch.path.stat().st_size / 1e6
    tell(f"copied {megabytes:.0f} MB in {seconds:.2f} s")


def test_freezing_frequencies(filled: Filled, tell: Callable[[str], None]) -> None:
    """Counting everything, and the shares of a chunk of strangers."""
    start = perf_counter()
    filled.ledger.keys.freeze(KINDS)
    seconds = perf_counter() - start
    wanted = [(kind, text) for number in range(PAGE) for kind, some in texts(number).items() for text in some]
    start = perf_counter()
    filled.ledger.keys.shares(wanted)
    asked = perf_counter() - start
    ((rows,),) = filled.ledger.store.run("SELECT COUNT(*) FROM match_frequency")
    tell(f"frozen in {seconds:.1f} s ({rows:,} texts), {PAGE} x 12 shares in {asked * 1e3:.0f} ms")
    assert asked < FIND_SECONDS
