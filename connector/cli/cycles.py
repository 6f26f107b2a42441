"""The commands that read and write leads: preview, sync and backfill."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from connector import cycle, parked
from connector.cli.next import TOWARDS, Direction, after_preview, backfill_command
from connector.cli.output import answer, answer_json, lines, progress, settings, stopping, story
from connector.core.model import SECOND, Micros
from connector.core.result import Mode, Preview, Result, Scope, Status
from connector.errors import Misconfigured
from connector.report.outcome import result_text
from connector.report.page import preview_page
from connector.report.preview import preview_json, preview_text
from connector.report.words import sentence
from connector.wiring import open_pair, wall_clock

CODES = {Status.DONE: 0, Status.PARKED: 4, Status.BRAKED: 5, Status.STOPPED: 6, Status.FAILED: 1}
HAS_CHANGES = 3
DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Allow = Annotated[
    int,
    typer.Option(
        "--allow-changes", min=0, metavar="N", help="Let up to N leads through once although a brake would stop it."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Show every lead, not only the first 20.")]
Page = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write the preview as one HTML page to this file.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (preview, backfill, sync):
        app.command()(command)


def preview(
    json: Json = False,
    html: Page = None,
    everything: All = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 3 where something would change.")] = False,
) -> None:
    """Show what the next sync (or the first backfill) would do; changes nothing."""
    plan, already = _planned(None)
    _show(plan, already, json=json, html=html, everything=everything)
    if exit_code and plan.changes_anything:
        raise typer.Exit(HAS_CHANGES)


def backfill(
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this, only show what would be done.")] = False,
    mode: Annotated[
        Mode, typer.Option(metavar="MODE", help="full: link, fill blanks, create. link: only link.")
    ] = Mode.FULL,
    since: Annotated[
        datetime | None,
        typer.Option(formats=DATES, metavar="DATE", help="Create only leads made since this date (UTC)."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=DATES, metavar="DATE", help="Create only leads made before this date (UTC)."),
    ] = None,
    direction: Annotated[
        Direction, typer.Option(metavar="WAY", help="Where new leads may be made: both, to_operate or to_salesforce.")
    ] = Direction.BOTH,
    limit: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Create at most so many leads; the backfill is then not complete."),
    ] = None,
    allow_changes: Allow = 0,
    json: Json = False,
    html: Page = None,
    everything: All = False,
) -> None:
    """Match all leads of both sides for the first time: shows it, and does it with --apply."""
    scope = Scope(mode, _micros(since), _micros(until), TOWARDS[direction], limit)
    if not apply:
        _show(
            *_planned(scope, allow_changes),
            json=json,
            html=html,
            everything=everything,
            scope=scope,
            allow=allow_changes,
        )
        return
    if html is not None:
        raise Misconfigured("--html belongs to a preview: leave --apply out.")
    with stopping() as stop, progress() as bar, open_pair(settings()) as pair:
        result = cycle.backfill(pair, scope, stop=stop.is_set, progress=bar, allow_changes=allow_changes)
    if result.status is Status.STOPPED:
        again = backfill_command(scope, allow_changes=allow_changes or None, apply=True)
        story(f"The backfill is not complete: `{again}` goes on from here.", "yellow")
    elif limit is not None:
        rest = backfill_command(replace(scope, limit=None))
        story(f"A limited backfill is not complete: look at `{rest}`, and run it with --apply before `sync`.", "yellow")
    _end(result, json=json)


def sync(
    json: Json = False,
    allow_changes: Allow = 0,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Compare every lead of both sides now, not only what changed.")
    ] = False,
) -> None:
    """Run one cycle: read what changed on both sides and bring them into step."""
    with stopping() as stop, progress() as bar, open_pair(settings()) as pair:
        result = cycle.sync(pair, stop=stop.is_set, progress=bar, allow_changes=allow_changes, everything=sweep)
    _end(result, json=json)


def _planned(scope: Scope | None, allow: int = 0) -> tuple[Preview, int]:
    """The plan, and how many leads that it does not show are parked already."""
    with progress() as bar, open_pair(settings(), readonly=True) as pair:
        plan = cycle.preview(pair, scope=scope, progress=bar, allow_changes=allow)
        return plan, parked.besides(pair.ledger, plan)


def _show(
    plan: Preview,
    already: int,
    *,
    json: bool,
    html: Path | None,
    everything: bool,
    scope: Scope | None = None,
    allow: int = 0,
) -> None:
    if html is not None:
        _write(html, preview_page(plan, wall_clock(), already))
        story(f"The preview is in {html}. It holds personal data of leads.")
    if json:
        answer_json(preview_json(plan, already))
        return
    answer(preview_text(plan, already, everything=everything))
    lines(f"\nNothing was written. {after_preview(plan, scope or Scope(), allow)}")


def _write(file: Path, text: str) -> None:
    try:
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{file} cannot be written ({error.strerror}).") from None


def _end(result: Result, *, json: bool) -> None:
    if json:
        answer_json(result.as_json())
        for problem in result.problems:
            story(f"problem: {sentence(problem, 400)}", "red")
    else:
        answer(result_text(result))
    raise typer.Exit(CODES[result.status])


def _micros(moment: datetime | None) -> Micros | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp()) * SECOND
