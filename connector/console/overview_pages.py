"""The overview: how the job is, its last cycles, and the three things that can be done at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from connector import matches
from connector import pause as pausing
from connector.console import charts
from connector.console.desk import ROOT, Visit
from connector.console.plan_pages import rest_of
from connector.console.state import state
from connector.core.model import SIDES, StrangerState
from connector.cycle import ready
from connector.errors import ConnectorError
from connector.ledger.port import CycleRow, Ledger
from connector.report.words import plain, sentence
from connector.sweep import swept

CYCLES, DRAWN, DECISIONS = 10, 60, 8
LOOKS = 30
"""So often the page loads itself while somebody waits for a cycle."""
LOOKED_BACK = 500
"""So many lines of the history are looked through for what people decided."""


def overview(visit: Visit) -> Response:
    """How it is, in one sentence; then figures."""
    host = visit.desk.host
    vitals = host.board.vitals
    content: dict[str, object] = {
        "reviews": 0,
        "parked": 0,
        "reached": {},
        "compared": 0,
        "figures": None,
        "rows": [],
        "decisions": [],
        "budget": None,
        "lag": None,
        "throughput": None,
        "unread": "",
        "rest": None,
        "wish": None,
    }
    try:
        with visit.open() as ledger:
            content |= _kept(visit, ledger)
            vitals = replace(vitals, paused=pausing.paused(ledger))  # the worker sees it at its next turn only
    except ConnectorError as error:
        content["unread"] = sentence(str(error), 400)
    told = state(vitals, host.clock(), host.limits.stale)
    return visit.page("overview.html", vitals=vitals, state=told, **content)


def _kept(visit: Visit, ledger: Ledger) -> dict[str, object]:
    """What the ledger adds to it."""
    cycles = ledger.log.cycles(DRAWN)
    counts = ledger.links.counts()
    waiting = list(matches.queue(ledger))
    refused = counts.strangers.get(StrangerState.REVIEW, 0) - len(waiting)
    happened = ledger.log.happened(max(0, ledger.log.last_line() - LOOKED_BACK))
    decided = [each for _, each in happened if each.kind == "decided"]
    return {
        "figures": counts,
        "rest": rest_of(ledger, counts),
        "reviews": sum(1 for _ in matches.once(waiting)),
        "parked": counts.parked_leads + refused,
        "wish": _wish(visit, cycles),
        "rows": [_row(each) for each in cycles[:CYCLES]],
        "decisions": decided[: -DECISIONS - 1 : -1],
        "budget": visit.desk.requests_left(ledger),
        "lag": charts.lag(cycles),
        "throughput": charts.throughput(cycles),
        "reached": {side: int(ledger.log.mark(f"cursor.{side}") or 0) for side in SIDES},
        "compared": min(depths["ids"] for depths in swept(ledger).values()),
    }


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of somebody's wish for a cycle: the one that ended since, or where to look again ("": no more)."""

    ended: CycleRow | None = None
    again: str = ""
    still: str = ""


def _wish(visit: Visit, cycles: Sequence[CycleRow]) -> Wish | None:
    since, looks = (visit.query.get(name, "") for name in ("since", "look"))
    if not (since.isascii() and since.isdecimal() and len(since) < 18):
        return None
    ended = next((row for row in reversed(cycles) if row.number > int(since) and row.ended), None)
    if ended is not None:
        return Wish(ended)
    look = int(looks) if looks.isascii() and looks.isdecimal() and len(looks) < 4 else 0
    again = f"{ROOT}?since={since}&look={look + 1}" if look < LOOKS else ""
    return Wish(None, again, f"{ROOT}?since={since}&look={LOOKS}")


def _row(row: CycleRow) -> dict[str, object]:
    """One cycle as cells; a report that another version wrote may lack something."""
    report = json.loads(row.report) if row.report else {}
    told: dict[str, object] = {
        name: sum(report.get(str(side), {}).get(name, 0) for side in SIDES) for name in ("read", "created", "updated")
    }
    return told | {"row": row, "parked": report.get("parked", ""), "seconds": report.get("seconds")}


def pause(visit: Visit) -> Response:
    """Let the job rest."""
    with visit.open(writing=True) as ledger:
        done = pausing.pause(ledger, visit.desk.host.clock(), visit.user.name)
        if done:
            visit.desk.decided(visit.user, "paused", ledger)
    visit.desk.wake()
    return visit.then("", "Paused: what is under way ends first." if done else "It is paused already.")


def resume(visit: Visit) -> Response:
    """Let it go on, at once."""
    with visit.open(writing=True) as ledger:
        done = pausing.resume(ledger)
        if done:
            visit.desk.decided(visit.user, "resumed", ledger)
    visit.desk.wake()
    return visit.then("", "It goes on." if done else "It was not paused.")


def sync_now(visit: Visit) -> Response:
    """Ask for a cycle now; where none can come of it, say so."""
    with visit.open(writing=True) as ledger:
        if (rest := pausing.paused(ledger)) is not None:
            return visit.then("", f"It is paused{plain(rest.who, 90)}: nothing is read until somebody presses Resume.")
        if not ready(ledger):
            return visit.then("", "Nothing is read before the first backfill: make a preview, and start it there.")
        visit.desk.decided(visit.user, "sync now", ledger)
        last = next((row.number for row in ledger.log.cycles(1)), 0)
    visit.desk.wake()
    return visit.then(f"?since={last}")
