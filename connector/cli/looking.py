"""`connector status`: how many leads are where. Works beside a running cycle, and before any."""

import json as jsonlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector import parked
from connector.cli.output import answer, answer_json, settings
from connector.core.model import SIDES, Micros, Side, StrangerState
from connector.crm.budget import Budget
from connector.cycle import ready
from connector.errors import MappingError, Misconfigured
from connector.ledger.port import CycleRow, Ledger
from connector.pause import paused
from connector.report.words import instant, leads, minute, plain, sentence, side_name, when
from connector.settings import Settings
from connector.sweep import comes, swept
from connector.wiring import budget_of, open_ledger, read_mapping, timing, wall_clock

CYCLES = 5


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(status)


def status(json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Show how many leads are linked, waiting and parked, and how the last cycles went."""
    found = settings()
    with open_ledger(found, readonly=True) as ledger:
        sweeps, flaw = _Sweeps(ledger, found), _flaw(found)
        if json:
            answer_json(_status_json(ledger, str(found.ledger_path), budget_of(found, ledger), sweeps, flaw))
            return
        answer(_status_table(ledger, str(found.ledger_path), budget_of(found, ledger), sweeps, flaw))
        if causes := parked.causes(ledger):
            answer(_causes_table(causes))
        if cycles := ledger.log.cycles(CYCLES):
            answer(_cycles_table(cycles))
        if not ready(ledger):
            answer("No backfill was applied yet: look at `connector backfill`, then run it with --apply.")


def _flaw(found: Settings) -> str:
    """Why the mapping file cannot be used; "" while it can."""
    try:
        read_mapping(found)
    except (MappingError, Misconfigured) as problem:
        return sentence(str(problem), 300)
    return ""


def _status_json(ledger: Ledger, path: str, budget: Budget, sweeps: "_Sweeps", flaw: str) -> dict[str, object]:
    counts = ledger.links.counts()
    return {
        "ledger": path,
        "mapping_problem": flaw or None,
        "backfilled": ready(ledger),
        "paused": _paused_json(ledger),
        "systems": {str(side): ledger.log.mark(f"system.{side}") for side in SIDES},
        "read_up_to": {str(side): instant(int(ledger.log.mark(f"cursor.{side}") or 0)) for side in SIDES},
        "sweeps": sweeps.as_json(),
        "api_requests": _requests_json(budget),
        "linked": counts.live,
        "ended": counts.ended,
        "open_creates": counts.open,
        "to_do": counts.to_do,
        "held": counts.held,
        "parked_leads": counts.parked_leads,
        "parked_rules": counts.parked_rules,
        "causes": [_cause_json(cause) for cause in parked.causes(ledger)],
        "strangers": {str(state): counts.strangers.get(state, 0) for state in StrangerState},
        "cycles": [_cycle_json(row) for row in ledger.log.cycles(CYCLES)],
    }


class _Sweeps:
    """When every lead was compared last, by ids and by values, and when that comes next."""

    def __init__(self, ledger: Ledger, found: Settings) -> None:
        self._swept, self._times = swept(ledger), found.sweep_times
        now = wall_clock()
        if self._times is None:
            self._next = comes(ledger, timing(found)) if self._last("ids") else 0
        else:
            missed = self._last("ids") < self._times.last(now)
            self._next = now if missed else self._times.next(now)

    def _last(self, depth: str) -> Micros:
        """The side that was compared longer ago counts."""
        return min(each[depth] for each in self._swept.values())

    def text(self) -> str:
        """For people."""
        if not self._last("ids"):
            return "not yet"
        by = f", {self._times}, while the hosted job runs" if self._times is not None else ""
        return (
            f"ids {when(self._last('ids'))}, values {when(self._last('values'))}; the next time {when(self._next)}{by}"
        )

    def as_json(self) -> dict[str, object]:
        """For machines."""
        last = {str(side): {depth: instant(at) for depth, at in each.items()} for side, each in self._swept.items()}
        return {"last": last, "next": instant(self._next), "at": str(self._times) if self._times is not None else None}


def _cycle_json(row: CycleRow) -> dict[str, object]:
    return {
        "number": row.number,
        "kind": row.kind,
        "started": instant(row.started),
        "ended": instant(row.ended),
        "status": row.status or "running",
        "report": jsonlib.loads(row.report) if row.report else None,
    }


def _status_table(ledger: Ledger, path: str, budget: Budget, sweeps: "_Sweeps", flaw: str) -> Table:
    counts = ledger.links.counts()
    strangers = {state: f"{counts.strangers.get(state, 0):,}" for state in StrangerState}
    rows = [("ledger", path if Path(path).exists() else f"{path} (there is none yet)")]
    if flaw:
        rows.append(("mapping", f"cannot be used; a job that runs keeps the one before: {flaw}"))
    if rest := paused(ledger):
        rows.append(("paused", f"since {when(rest.since)}{plain(rest.who, 90)}: connector resume"))
    for side in SIDES:
        rows.append((side_name(side), _reached(ledger, side)))
    rows.append(("every lead compared", sweeps.text()))
    if told := _requests(budget):
        rows.append(("API requests", told))
    rows += [
        ("linked", leads(counts.live) + (f" ({counts.ended:,} more ended)" if counts.ended else "")),
        ("not in step", leads(counts.to_do)),
        ("held after a lost answer", leads(counts.held + counts.open)),
        (
            "parked",
            f"{leads(counts.parked_leads)}, {counts.parked_rules:,} value{'' if counts.parked_rules == 1 else 's'}",
        ),
        (
            "without counterpart",
            f"{strangers[StrangerState.WAITING]} waiting, {strangers[StrangerState.REVIEW]} need a decision",
        ),
        (
            "left out",
            f"{strangers[StrangerState.LEFT_OUT]} by the backfill, {strangers[StrangerState.IGNORED]} by decision, "
            f"{strangers[StrangerState.APART]} converted or outside the scope",
        ),
    ]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for label, text in rows:
        table.add_row(label, Text(plain(text, 300)))
    return table


def _causes_table(causes: Sequence[parked.Cause]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("waiting", justify="right", no_wrap=True)
    for name in ("why, for example", "what to do"):
        table.add_column(name, overflow="fold")
    for cause in causes:
        what = f"{cause.rule}: " if cause.rule else ""
        example = Text.assemble(
            plain(f"{what}{sentence(cause.example.reason, 160)} "), (f"({plain(cause.example.item_id)})", "dim")
        )
        table.add_row(f"{cause.waiting:,}", example, Text(cause.advice.terminal))
    return table


def _cause_json(cause: parked.Cause) -> dict[str, object]:
    return {
        "code": cause.code,
        "rule": cause.rule,
        "told": cause.told,
        "side": str(cause.example.side) if cause.example.side else None,
        "words": cause.example.words,
        "waiting": cause.waiting,
        "example": cause.example.item_id,
        "reason": cause.example.reason,
        "advice": cause.advice.terminal,
    }


def _requests(budget: Budget) -> str:
    """What is known of the org's daily API requests, and whether the connector waits for more of them."""
    use = budget.use
    if use is None:
        return ""
    told = f"{use.everybody:,} of {use.most:,} used in 24 hours, {use.own:,} by the connector"
    return f"{told} - waiting. {budget.spent}" if budget.spent else told


def _paused_json(ledger: Ledger) -> dict[str, object] | None:
    rest = paused(ledger)
    return None if rest is None else {"since": instant(rest.since), "by": rest.by}


def _requests_json(budget: Budget) -> dict[str, object] | None:
    use = budget.use
    if use is None:
        return None
    return {"used": use.everybody, "most": use.most, "own": use.own, "waiting": budget.spent or None}


def _reached(ledger: Ledger, side: Side) -> str:
    """Which org or host a side is, and how far it was read."""
    system, cursor = ledger.log.mark(f"system.{side}"), int(ledger.log.mark(f"cursor.{side}") or 0)
    read = f"read up to {minute(cursor)} UTC" if cursor else "not read yet"
    return f"{system}, {read}" if system else "not reached yet"


def _cycles_table(rows: Sequence[CycleRow]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("cycle", "started (UTC)", "status"):
        table.add_column(name, no_wrap=True)
    for name in ("made", "changed", "linked", "parked", "took"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        report = jsonlib.loads(row.report) if row.report else {}
        made, changed = (sum(report.get(side, {}).get(name, 0) for side in SIDES) for name in ("created", "updated"))
        figures = (made, changed, *(report.get(name, "") for name in ("linked", "parked")))
        seconds = report.get("seconds")
        took = "" if seconds is None else f"{seconds:.{int(seconds < 10)}f} s"
        cells = (f"{row.kind} {row.number}", minute(row.started), row.status or "running", *map(str, figures), took)
        table.add_row(*cells)
    return table
