"""The group `connector parked`: what waits for a person."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from connector import parked
from connector.cli.output import answer, answer_json, settings
from connector.cli.reading import mapping_or_names, typed
from connector.core.mapping.model import Mapping
from connector.core.model import Micros
from connector.ledger.port import Ledger
from connector.report.words import ids_text, instant, leads, plain, sentence, side_name, value, when
from connector.wiring import open_ledger, wall_clock

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ItemId = Annotated[str, typer.Argument(metavar="ID", help="As `parked list` shows it: L12:email, L12 or operate:64.")]

parked_app = typer.Typer(no_args_is_help=True, help="What waits for a person: look at it, try it again, leave it.")


def add_to(app: typer.Typer) -> None:
    """Add this group."""
    app.add_typer(parked_app, name="parked")


@parked_app.command("list")
def list_(
    json: Json = False,
    everything: Annotated[bool, typer.Option("--all", help="Show what was left alone by decision too.")] = False,
) -> None:
    """List every value and lead that waits for a person, with the reason."""
    found = settings()
    mapping = mapping_or_names(found)
    with open_ledger(found, readonly=True, existing=True) as ledger:
        waiting = [item for item in parked.items(ledger) if everything or not item.ignored]
    if json:
        answer_json({"parked": [_item_json(item, mapping) for item in waiting]})
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
    with open_ledger(found, readonly=True, existing=True) as ledger:
        waiting = parked.find(ledger, typed(item_id))
    if json:
        answer_json({"parked": [_item_json(item, mapping) for item in waiting]})
        return
    for item in waiting:
        answer(Text.assemble((item.item_id, "bold"), f"  {plain(mapping.name_of(item.lead))}"))
        answer(Text(ids_text(item.ids), "dim"), Text(sentence(item.reason, 400), "yellow"))
        if item.side and (fields := _fields(item, mapping)):
            answer(Text(f"  {side_name(item.side)} field: {plain(', '.join(fields), 200)}"))
        for side, text in item.values.items():
            answer(Text(f"  {item.rule} in {side_name(side)}: {value(text, 300)}"))
        if item.candidates:
            answer(Text(f"  look at: {', '.join(plain(each) for each in item.candidates)}"))
        answer(Text(f"  what to do: {item.advice.terminal.replace(' ID', f' {plain(item.item_id)}')}"))
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
    with open_ledger(settings(), existing=True) as ledger:
        decided = act(ledger, typed(item_id), wall_clock())
    if json:
        answer_json({"decided": [item.item_id for item in decided]})
    else:
        answer(f"{', '.join(plain(item.item_id) for item in decided)}: {words}")


def _fields(item: parked.Item, mapping: Mapping) -> list[str]:
    """The native fields it is about: the one that the CRM named, or the rule's on the side that cannot take it."""
    if item.native or item.side is None or item.rule not in mapping.rules:
        return [item.native] if item.native else []
    return list(mapping.rules[item.rule].fields.get(item.side, ()))


def _item_json(item: parked.Item, mapping: Mapping) -> dict[str, object]:
    return {
        "id": item.item_id,
        "rule": item.rule,
        "code": item.code,
        "reason": item.reason,
        "side": str(item.side) if item.side else None,
        "fields": _fields(item, mapping),
        "told": item.told,
        "words": item.words,
        "advice": item.advice.terminal,
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
