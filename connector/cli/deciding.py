"""The groups `connector parked` (what waits for a person) and `connector mapping` (the file, looked at offline)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from connector import parked
from connector.cli.output import answer, answer_json, lines, settings, story
from connector.cli.reading import mapping_or_names, typed
from connector.core.mapping.model import Mapping
from connector.core.model import SIDES, Micros
from connector.errors import Finding, MappingError
from connector.ledger.port import Ledger
from connector.report.words import ids_text, instant, leads, plain, sentence, side_name, value, when
from connector.wiring import open_ledger, read_mapping, wall_clock

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ItemId = Annotated[str, typer.Argument(metavar="ID", help="As `parked list` shows it: L12:email, L12 or operate:64.")]

parked_app = typer.Typer(no_args_is_help=True, help="What waits for a person: look at it, try it again, leave it.")
mapping_app = typer.Typer(no_args_is_help=True, help="The mapping file, without asking a CRM.")


def add_to(app: typer.Typer) -> None:
    """Add these groups."""
    app.add_typer(parked_app, name="parked")
    app.add_typer(mapping_app, name="mapping")


@parked_app.command("list")
def list_(
    json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help="Show what was left alone by decision too.")] = False,
) -> None:
    """List every value and lead that waits for a person, with the reason."""
    found = settings()
    mapping = mapping_or_names(found)
    with open_ledger(found, readonly=True) as ledger:
        waiting = [item for item in parked.items(ledger) if everything or not item.ignored]
    if json:
        answer_json({"parked": [_item_json(item) for item in waiting]})
        return
    if not waiting:
        answer("Nothing is parked.")
        return
    answer(_table(waiting, mapping))
    answer(
        "`connector parked show ID` tells more; correct the value in a CRM, or use `parked retry` or `parked ignore`."
    )


@parked_app.command("show")
def show_(item_id: ItemId, json: Json = False) -> None:
    """Show one parked lead or value: its reason, and what both sides hold."""
    found = settings()
    mapping = mapping_or_names(found)
    with open_ledger(found, readonly=True) as ledger:
        waiting = parked.find(ledger, typed(item_id))
    if json:
        answer_json({"parked": [_item_json(item) for item in waiting]})
        return
    for item in waiting:
        answer(Text.assemble((item.item_id, "bold"), f"  {plain(mapping.name_of(item.lead))}"))
        answer(Text(ids_text(item.ids), "dim"), Text(sentence(item.reason, 400), "yellow"))
        for side, text in item.values.items():
            answer(Text(f"  {item.rule} in {side_name(side)}: {value(text, 300)}"))
        if item.candidates:
            answer(Text(f"  look at: {', '.join(plain(each) for each in item.candidates)}"))
        answer(Text(f"  since {when(item.at)}{'; left alone by decision' if item.ignored else ''}", "dim"))


@parked_app.command("retry")
def retry_(item_id: ItemId, json: Json = False) -> None:
    """Let the next cycle try it again (a lead in review is matched again)."""
    _decide(parked.retry, item_id, "The next cycle tries it again.", json=json)


@parked_app.command("ignore")
def ignore_(item_id: ItemId, json: Json = False) -> None:
    """Leave it alone until its values change."""
    _decide(parked.ignore, item_id, "It is left alone until its values change.", json=json)


def _decide(act: Callable[[Ledger, str, Micros], list[parked.Item]], item_id: str, words: str, *, json: bool) -> None:
    with open_ledger(settings()) as ledger:
        decided = act(ledger, typed(item_id), wall_clock())
    if json:
        answer_json({"decided": [item.item_id for item in decided]})
    else:
        answer(f"{', '.join(plain(item.item_id) for item in decided)}: {words}")


def _item_json(item: parked.Item) -> dict[str, object]:
    return {
        "id": item.item_id,
        "rule": item.rule,
        "code": item.code,
        "reason": item.reason,
        "ids": {str(side): record_id for side, record_id in item.ids.items()},
        "at": instant(item.at),
        "ignored": item.ignored,
        "values": {str(side): text for side, text in item.values.items()},
        "candidates": list(item.candidates),
        "lead": item.lead,
    }


def _table(waiting: Sequence[parked.Item], mapping: Mapping) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{leads(_count(waiting))} to look at")
    table.add_column("id", no_wrap=True)
    for name in ("lead", "reason"):
        table.add_column(name, overflow="fold")
    for item in waiting:
        reason = f"{item.reason}{' (left alone)' if item.ignored else ''}"
        lead = plain(mapping.name_of(item.lead), 40)
        table.add_row(Text(plain(item.item_id)), Text(lead), Text(sentence(reason, 200)))
    return table


def _count(waiting: Sequence[parked.Item]) -> int:
    return len({item.item_id.partition(":")[0] if item.item_id.startswith("L") else item.item_id for item in waiting})


@mapping_app.command("check")
def check_(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Default: the mapping of the settings.")] = None,
    json: Json = False,
) -> None:
    """Check a mapping file for mistakes, without asking a CRM."""
    try:
        mapping = read_mapping(settings(), file)
    except MappingError as error:
        if json:
            answer_json({"ok": False, "findings": [finding_json(finding) for finding in error.findings]})
        else:
            lines(*(plain(str(finding), 600) for finding in error.findings))
        story(f"{len(error.findings)} mistake{'s' if len(error.findings) > 1 else ''} found.", "red")
        raise typer.Exit(2) from None
    if json:
        answer_json({"ok": True, "file": mapping.file, "rules": len(mapping.rules), "findings": []})
        return
    lookups = ", ".join(f"{side_name(side)} {name}" for side, name in mapping.lookups) or "none"
    fields = ", ".join(f"{len(mapping.fields(side))} fields of {side_name(side)}" for side in SIDES)
    lines(f"{mapping.file}: no mistakes")
    answer(f"{len(mapping.rules)} rules over {fields}; tables looked up: {lookups}.")
    answer("`connector check` compares it with the live fields of both CRMs.")


def finding_json(finding: Finding) -> dict[str, object]:
    """One mistake in a file as JSON."""
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "text": finding.text,
        "nearest": list(finding.nearest),
    }
