"""The group `connector ledger`: a lost ledger is made anew."""

from typing import Annotated

import typer

from connector import rebuild
from connector.cli.cycles import CODES, Allow
from connector.cli.next import command, if_braked
from connector.cli.output import answer, answer_json, lines, progress, settings, stopping
from connector.core.rebuilt import Rebuilt
from connector.core.result import Status
from connector.report.rebuilt import rebuilt_json, rebuilt_text
from connector.wiring import open_pair

ledger_app = typer.Typer(no_args_is_help=True, help="The memory of the connector: make a lost one anew.")


def add_to(app: typer.Typer) -> None:
    """Add this group."""
    app.add_typer(ledger_app, name="ledger")


@ledger_app.command("rebuild")
def rebuild_(
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this, only show what would be done.")] = False,
    hold: Annotated[
        bool, typer.Option("--hold", help="Fields that differ wait for a person; without this, first_link decides.")
    ] = False,
    allow_changes: Allow = 0,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a lost ledger anew from the ids that records carry: shows it, and does it with --apply. Writes to no CRM."""
    with stopping() as stop, progress() as bar, open_pair(settings(), readonly=not apply) as pair:
        if apply:
            told = rebuild.rebuild(pair, hold=hold, stop=stop.is_set, progress=bar, allow_changes=allow_changes)
        else:
            told = rebuild.preview(pair, hold=hold, stop=stop.is_set, progress=bar, allow_changes=allow_changes)
    if json:
        answer_json(rebuilt_json(told))
    else:
        answer(*rebuilt_text(told))
        lines(f"\n{_next_step(told, allow_changes)}")
    raise typer.Exit(CODES[told.result.status])


def _next_step(told: Rebuilt, allow: int) -> str:
    if told.result.status is Status.STOPPED:
        return "Stopped early: run the same command again, it goes on from here."
    if not told.applied:
        does = command(
            "ledger rebuild", hold=told.held, allow_changes=max(allow, told.result.brake) or None, apply=True
        )
        choice = "." if told.held else "; --hold lets a person decide what differs."
        return f"Nothing was written. {if_braked(told.result.brake)}`{does}` does it{choice}"
    steps = ["The ledger is made anew; no CRM was written to. `connector preview` shows what the next cycle does."]
    if told.asked.total():
        steps.append("`connector matches list` shows who waits for a person.")
    if told.alone.total():
        steps.append("`connector backfill`, then with --apply, takes in the leads without an id.")
    return " ".join(steps)
