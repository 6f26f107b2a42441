"""The end of a cycle: cursors move, what the clients learnt is kept, and the figures are written down."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.model import SECOND, SIDES, Micros, Side, StrangerState
from connector.core.result import WHOLE, Result, Status
from connector.ledger.notes import keep_notes
from connector.ledger.port import CycleRow, Ledger
from connector.observe import Observer
from connector.pair import READ, Pair, keep_requests

BEHIND = 86400 * SECOND
"""A cursor stays behind the newest stamp seen, in case a CRM stamps in another clock than it tells - but never more
than this, so that a quiet org does not read an old import again and again. Where nothing was seen, it goes no further
than this either."""

KEPT = 30 * 86400 * SECOND
"""So long every cycle is remembered; afterwards those that did something."""
CHUNK = 100
"""So many old cycles are looked at after each new one."""
PRUNED = "cycles.pruned"
"""The mark of the last cycle that was looked at."""
DEEDS = ("created", "updated", "deleted", "missed", "gone")
"""Figures of a side that tell that something was done there, or found."""


@dataclass(frozen=True, slots=True)
class Started:
    """A cycle that has begun: its number, kind and start (also by a steady clock), and the requests before it."""

    number: int
    kind: str
    at: Micros
    result: Result
    calls: dict[Side, int]
    steady: Micros


def begin(pair: Pair, kind: str) -> Started:
    """Write down that a cycle begins."""
    at = pair.clock()
    number = pair.ledger.log.begin_cycle(kind, at)
    calls = {side: crm.calls for side, crm in pair.crms.items()}
    return Started(number, kind, at, Result(cycle=number), calls, pair.steadily())


def advance(pair: Pair, observer: Observer, sides: Sequence[Side]) -> None:
    """Move the cursors of the sides that were read whole, and keep what their clients learnt about the tenant."""
    with pair.ledger.transaction():
        for side in sides:
            before = int(pair.ledger.log.mark(f"cursor.{side}") or 0)
            newest = observer.newest.get(side, before)
            cursor = observer.clocks[side] - pair.timing.lag
            cursor = min(cursor, max(newest, cursor - BEHIND))
            pair.ledger.log.set_mark(f"cursor.{side}", str(max(cursor, before)))
            pair.ledger.log.set_mark(READ + side, str(observer.clocks[side]))
        for side, crm in pair.crms.items():
            keep_notes(pair.ledger, side, crm.notes)


def finish(pair: Pair, started: Started, status: Status | None) -> Result:
    """Write down how a cycle ended; None: done, or done with leads that wait for a person."""
    result = started.result
    counts = pair.ledger.links.counts()
    result.parked = counts.parked_leads + counts.strangers.get(StrangerState.REVIEW, 0)
    result.held = counts.held
    result.seconds = (pair.steadily() - started.steady) / SECOND
    for side, crm in pair.crms.items():
        result.sides[side].calls = crm.calls - started.calls[side]
    with pair.ledger.transaction():
        keep_requests(pair)
    if status is Status.STOPPED:
        spent = [crm.spent for crm in pair.crms.values() if crm.spent]
        result.problems = [*spent, *(told for told in result.problems if not any(why in told for why in spent))]
    result.status = status or (Status.PARKED if result.parked else Status.DONE)
    at = pair.clock()
    pair.ledger.log.end_cycle(
        CycleRow(started.number, started.kind, started.at, at, str(result.status), json.dumps(result.as_json()))
    )
    prune(pair.ledger, at)
    return result


def prune(ledger: Ledger, now: Micros) -> None:
    """Forget cycles of long ago that did nothing, a few at a time; whoever runs one a minute has half a million a year.

    What a cycle did stays told by its row and by the history. The last whole one stays, too: it says since when.
    """
    done = int(ledger.log.mark(PRUNED) or 0)
    rows = ledger.log.old_cycles(done, now - KEPT, CHUNK)
    if not rows:
        return
    last = ledger.log.last_end(sorted(WHOLE))
    with ledger.transaction():
        ledger.log.drop_cycles([row.number for row in rows if _did_nothing(row) and row.ended != last])
        ledger.log.set_mark(PRUNED, str(rows[-1].number))


def _did_nothing(row: CycleRow) -> bool:
    """Whether a cycle wrote, linked, decided and ended nothing; one without a report was killed, and stays."""
    if row.kind != "sync" or not row.report:
        return False
    report = json.loads(row.report)
    sides = [report.get(str(side), {}) for side in SIDES]
    did = [side.get(name, 0) for side in sides for name in DEEDS] + [
        report.get("linked", 0),
        report.get("conflicts", 0),
    ]
    return not any(did)
