"""The end of a cycle: cursors move, what the clients learnt is kept, and the figures are written down."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.model import SECOND, Micros, Side, StrangerState
from connector.core.result import Result, Status
from connector.ledger.notes import keep_notes
from connector.ledger.port import CycleRow
from connector.observe import Observer
from connector.pair import Pair, keep_requests

BEHIND = 86400 * SECOND
"""A cursor stays behind the newest stamp seen, in case a CRM stamps in another clock than it tells - but never more
than this, so that a quiet org does not read an old import again and again. Where nothing was seen, it goes no further
than this either."""


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
    return Started(number, kind, at, Result(cycle=number), calls, (pair.steady or pair.clock)())


def advance(pair: Pair, observer: Observer, sides: Sequence[Side]) -> None:
    """Move the cursors of the sides that were read whole, and keep what their clients learnt about the tenant."""
    with pair.ledger.transaction():
        for side in sides:
            before = int(pair.ledger.log.mark(f"cursor.{side}") or 0)
            newest = observer.newest.get(side, before)
            cursor = observer.clocks[side] - pair.timing.lag
            cursor = min(cursor, max(newest, cursor - BEHIND))
            pair.ledger.log.set_mark(f"cursor.{side}", str(max(cursor, before)))
        for side, crm in pair.crms.items():
            keep_notes(pair.ledger, side, crm.notes)


def finish(pair: Pair, started: Started, status: Status | None) -> Result:
    """Write down how a cycle ended; None: done, or done with leads that wait for a person."""
    result = started.result
    counts = pair.ledger.links.counts()
    result.parked = counts.parked_leads + counts.strangers.get(StrangerState.REVIEW, 0)
    result.held = counts.held
    result.seconds = ((pair.steady or pair.clock)() - started.steady) / SECOND
    for side, crm in pair.crms.items():
        result.sides[side].calls = crm.calls - started.calls[side]
    with pair.ledger.transaction():
        keep_requests(pair)
    if status is Status.STOPPED:
        spent = [crm.spent for crm in pair.crms.values() if crm.spent]
        result.problems = [*spent, *(told for told in result.problems if not any(why in told for why in spent))]
    result.status = status or (Status.PARKED if result.parked else Status.DONE)
    pair.ledger.log.end_cycle(
        CycleRow(
            started.number, started.kind, started.at, pair.clock(), str(result.status), json.dumps(result.as_json())
        )
    )
    return result
