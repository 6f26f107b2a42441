"""What a sweep costs: `connector sync` as a process of its own, over HTTP, on stand-ins with many leads on both sides.

`CONNECTOR_BENCH_SWEPT` sets the links (20,000 without it; the bounds are for 200,000). The links are put into the
ledger by hand, as a backfill leaves them but for the match index, which a sweep does not ask. One lead in a thousand
was deleted in Operate, and two in a thousand were changed without a poll that could have shown it.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.core.model import SECOND, SIDES, Link, Record, Side
from connector.ledger.walk import portions
from connector.pair import Pair
from connector.sandbox.serve import Sandbox, serving
from connector.settings import load
from connector.wiring import open_ledger, open_pair
from tests.cli.conftest import PACE, Connector, connector, place, write_env

__all__ = ["connector", "place"]

LINKS = int(os.environ.get("CONNECTOR_BENCH_SWEPT", "20000"))
RARE = 1000
"""One lead in so many is deleted, or changed unseen."""
LATE = {1: Side.SALESFORCE, 2: Side.OPERATE}
"""Where a lead was changed unseen, by what is left of its number."""
ROOT = Path(__file__).parents[2]
MEMORY = 300
"""MB, for 200,000 links."""
SECONDS = 300
"""Of work, for a sweep by ids of 200,000 links a side; less, in proportion, for fewer."""
STARTS = 15
"""Seconds of work for a cycle with nothing to do, the start of the process included."""
COMMAND = """
import sys
from pathlib import Path
from connector.cli import run
from tests.benchmarks.memory import peak
code = run(sys.argv[2:])
Path(sys.argv[1]).write_text(str(peak()))
sys.exit(code)
"""


@dataclass(frozen=True)
class Cost:
    """One run of `connector sync`: seconds by the clock and of work, MB at most, and what it told of both sides."""

    seconds: float
    work: float
    peak: float
    sides: dict[str, dict[str, int]]

    def __str__(self) -> str:
        calls = ", ".join(f"{side.capitalize()} {self.sides[side]['calls']:,}" for side in SIDES)
        return f"{self.seconds:.1f} s ({self.work:.1f} s of work), {self.peak:.0f} MB at most, requests: {calls}"


def enter(sandbox: Sandbox) -> None:
    """People entered so many leads days ago, one each second, and the connector linked them."""
    begin = datetime.now(UTC) - timedelta(days=2, seconds=LINKS)
    first = max(int(key) for key in sandbox.operate.leads()) + 1
    for number in range(LINKS):
        created = begin + timedelta(seconds=number)
        who = {"first": f"Kim{number}", "last": f"Last{number}", "firm": f"Firm {number} Ltd", "town": "Hull"}
        mail = f"k{number}@firm{number % 977}.example"
        here = sandbox.salesforce.add(
            {
                "FirstName": who["first"],
                "LastName": who["last"],
                "Company": who["firm"],
                "City": who["town"],
                "Email": mail,
                "Operate_Lead_Id__c": str(first + number),
            },
            created=created,
        )
        there = sandbox.operate.add(
            {
                "firstname": who["first"],
                "lastname": who["last"],
                "leadname": who["firm"],
                "town": who["town"],
                "emailaddress": mail,
                "locationname": "1",
                sandbox.settings["OPERATE_COUNTERPART_FIELD"]: here,
            },
            created=created,
        )
        assert there == str(first + number)


def link(pair: Pair) -> int:
    """Link everybody who names somebody and has no link; of some, an older state is remembered."""
    made = 0
    for portion in portions(_pairs(pair), 500):
        known = pair.ledger.links.by_record(Side.SALESFORCE, [here.record_id for here, _ in portion])
        new = [each for each in portion if each[0].record_id not in known]
        pair.ledger.links.save([_link(pair, *each) for each in new])
        made += len(new)
    return made


def _pairs(pair: Pair) -> Iterator[tuple[Record, Record]]:
    """Both records of everybody: both sides list in the order of creation."""
    waiting: dict[str, Record] = {}
    there = (record for page in pair.crms[Side.OPERATE].changes(None) for record in page.records)
    for page in pair.crms[Side.SALESFORCE].changes(None):
        for here in page.records:
            while here.counterpart_id and here.counterpart_id not in waiting:
                record = next(there)
                waiting[record.record_id] = record
            if here.counterpart_id:
                yield here, waiting.pop(here.counterpart_id)


def _link(pair: Pair, here: Record, there: Record) -> Link:
    records = {Side.SALESFORCE: here, Side.OPERATE: there}
    stamps = {side: record.stamp for side, record in records.items()}
    seen = {side: dict(pair.mapping.values(side, record.native, pair.tables)) for side, record in records.items()}
    late = LATE.get(int(there.record_id) % RARE)
    if late is not None:
        stamps[late] -= 3600 * SECOND
        seen = {side: {**values, "city": "York"} for side, values in seen.items()}
    ids = {side: record.record_id for side, record in records.items()}
    return Link(ids=ids, stamps=stamps, seen=seen, base=seen, stamped=frozenset(SIDES))


def sync(place: Path) -> Cost:
    """One cycle by a process of its own."""
    begun = time.monotonic()
    out, most = place / "told.json", place / "most"
    child = os.fork()
    if not child:
        target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(target, 1)
        os.chdir(place)
        environ = {name: text for name, text in os.environ.items() if not name.startswith("CONNECTOR_")}
        environ["PYTHONPATH"] = str(ROOT)
        os.execve(sys.executable, [sys.executable, "-c", COMMAND, str(most), "sync", "--json"], environ)  # noqa: S606
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - begun
    text = out.read_text(encoding="utf-8")
    assert os.waitstatus_to_exitcode(status) in (0, 4), text
    return Cost(seconds, usage.ru_utime + usage.ru_stime, float(most.read_text()), json.loads(text))


def due(place: Path, sandbox: Sandbox, depth: str) -> None:
    """Both sides are to be swept so in the next cycle."""
    with open_ledger(load({**sandbox.settings, **PACE}, place)) as ledger:
        for side in SIDES:
            ledger.log.set_mark(f"swept.{depth}.{side}", "0")


def told(name: str, cost: Cost) -> Cost:
    """Say what something cost."""
    print(f"{name}: {cost}", flush=True)  # noqa: T201
    return cost


def test_a_sweep_is_bounded_in_memory_and_requests(place: Path, connector: Connector) -> None:
    """By ids and stamps, and by every value; it finds whoever is gone and whatever no poll has shown."""
    with serving(count=30, messy=False) as sandbox:
        write_env(place, sandbox.settings)
        assert connector("backfill", "--apply").code in (0, 4)
        begun = time.monotonic()
        enter(sandbox)
        with open_pair(load({**sandbox.settings, **PACE}, place)) as pair:
            assert link(pair) == LINKS
        print(f"\n{LINKS:,} links a side, made in {time.monotonic() - begun:.0f} s", flush=True)  # noqa: T201
        quiet = told("no sweep", sync(place))
        known = [int(row["Operate_Lead_Id__c"] or 0) for row in sandbox.salesforce.leads().values()][-LINKS:]
        gone = [str(number) for number in known if number % RARE == 0]
        late = sum(number % RARE in LATE for number in known)
        for key in gone:
            sandbox.operate.remove(key)
        due(place, sandbox, "ids")
        ids = told("ids and stamps", sync(place))
        assert ids.sides["operate"]["gone"] == len(gone)
        assert ids.sides["salesforce"]["missed"] + ids.sides["operate"]["missed"] == late
        due(place, sandbox, "values")
        values = told("every value", sync(place))
    assert max(quiet.peak, ids.peak, values.peak) <= MEMORY
    assert ids.work <= STARTS + SECONDS * LINKS / 200_000
