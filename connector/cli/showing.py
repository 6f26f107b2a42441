"""`connector show`: what is known about one lead. Works beside a running cycle."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from itertools import islice
from typing import Annotated

import typer
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connector import search
from connector.cli.output import answer, answer_json, settings
from connector.cli.reading import mapping_or_names, typed
from connector.core.mapping.model import Mapping
from connector.core.model import SIDES, Intent, Link, LinkState, Parked, Side, Stranger, Values, known_of
from connector.errors import Misconfigured
from connector.ledger.port import Happening
from connector.report.noted import note
from connector.report.owed import Owed, owed, owed_to_stranger
from connector.report.words import ids_text, instant, leads, minute, plain, sentence, side_name, value
from connector.wiring import open_ledger

LISTED = 20
"""So many leads are listed when a name means several."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(show)


def show(
    lead: Annotated[
        str,
        typer.Argument(
            metavar="LEAD", help="A record id of either side, a link such as L12, an e-mail address, or a name."
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what is known about one lead: both records, what differs, what is still owed, and its history."""
    words = typed(lead)
    settled = settings()
    mapping = mapping_or_names(settled)
    with open_ledger(settled, readonly=True, existing=True) as ledger:
        found = search.find(ledger, words, mapping)
        if not found:
            raise Misconfigured(
                f"No lead '{plain(words)}' is known: give a record id of either side, a link such as L12, a whole "
                "e-mail address, or a part of the name or the company, as the last cycle saw it."
            )
        histories = {link.link_id: ledger.log.history(link.link_id) for link in found.links}
        intents = {intent.link_id: intent for intent in ledger.intents.open()}
    if json:
        answer_json(
            {
                "links": [
                    _link_json(link, histories[link.link_id], owed(link, mapping, intents.get(link.link_id)))
                    for link in found.links
                ],
                "strangers": [_stranger_json(stranger) for stranger in found.strangers],
            }
        )
        return
    if len(found) > 1:
        answer(_list(found, mapping))
        return
    for link in found.links:
        answer(*_link_text(link, mapping, intents.get(link.link_id)), *history_text(histories[link.link_id]))
    for stranger in found.strangers:
        answer(*_stranger_text(stranger, mapping))


def _list(found: search.Found, mapping: Mapping) -> RenderableType:
    """Several leads, each with the id that shows it alone."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("lead", overflow="fold")
    for side in SIDES:
        table.add_column(side_name(side), no_wrap=True)
    for lead_id, values, ids in islice(_named(found), LISTED):
        records = (Text(plain(ids.get(side, ""))) for side in SIDES)
        table.add_row(Text(plain(lead_id)), Text(plain(mapping.name_of(values))), *records)
    more = f" ({LISTED} are shown: give more of the name)" if len(found) > LISTED else ""
    return Group(table, Text(f"{leads(len(found))} found{more}; `connector show ID` shows one of them."))


def _named(found: search.Found) -> Iterator[tuple[str, Values, Map[Side, str]]]:
    """The id that shows each lead alone, its values, and its record ids."""
    for link in found.links:
        yield f"L{link.link_id}", known_of(link), link.ids
    for one in found.strangers:
        yield f"{one.side}:{one.record_id}", one.values, {one.side: one.record_id}


def _parked_json(parked: Parked) -> dict[str, object]:
    return {
        "code": parked.code,
        "text": parked.text,
        "side": str(parked.side) if parked.side else None,
        "field": parked.field,
        "told": parked.told,
        "words": parked.words,
    }


def _owed_json(each: Owed) -> dict[str, object]:
    side = str(each.side) if each.side else None
    return {"kind": str(each.kind), "rule": each.rule, "side": side, "text": each.text}


def _link_json(link: Link, history: Sequence[Happening], debts: Sequence[Owed]) -> dict[str, object]:
    return {
        "link": f"L{link.link_id}",
        "state": str(link.state),
        "ended": link.ended,
        "ids": {str(side): record_id for side, record_id in link.ids.items()},
        "changed": {str(side): instant(link.stamps.get(side, 0)) for side in SIDES},
        "made_by_connector": str(link.born) if link.born else None,
        "seen": {str(side): dict(link.seen.get(side, {})) for side in SIDES},
        "base": {str(side): dict(link.base.get(side, {})) for side in SIDES},
        "owed": [_owed_json(each) for each in debts],
        "parked": {rule: _parked_json(each) for rule, each in link.parked.items()},
        "held_until": {str(side): instant(until) for side, until in link.held.items()},
        "history": [
            {
                "cycle": each.cycle,
                "at": instant(each.at),
                "kind": each.kind,
                "side": str(each.side) if each.side else None,
                "rule": each.rule,
                "old": each.old,
                "new": each.new,
                "lost": each.lost,
                "why": each.why,
            }
            for each in history
        ],
    }


def _stranger_json(stranger: Stranger) -> dict[str, object]:
    return {
        "side": str(stranger.side),
        "record_id": stranger.record_id,
        "state": str(stranger.state),
        "reason": stranger.reason,
        "owed": [_owed_json(each) for each in owed_to_stranger(stranger)],
        "candidates": list(stranger.candidates),
        "created": instant(stranger.created),
        "changed": instant(stranger.stamp),
        "values": dict(stranger.values),
    }


def _link_text(link: Link, mapping: Mapping, intent: Intent | None) -> Iterator[RenderableType]:
    yield Text.assemble(
        (f"L{link.link_id}  ", "bold"),
        (plain(mapping.name_of(known_of(link))), "bold"),
        f"  {ids_text(dict(link.ids))}",
    )
    ended = f": {sentence(link.ended)}" if link.state is LinkState.ENDED else ""
    made = f" · made in {side_name(link.born)} by the connector" if link.born else ""
    debts = owed(link, mapping, intent)
    yield Text(f"{link.state}{ended}{made}{'' if debts else ' · nothing is owed'}", "dim")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    for side in SIDES:
        table.add_column(side_name(side), overflow="fold")
    notes: list[Text] = []
    known = mapping.rules or dict.fromkeys(name for tree in link.seen.values() for name in tree)
    for name in dict.fromkeys([*known, *filter(None, link.parked)]):
        shown = [link.seen.get(side, {}).get(name) for side in SIDES]
        if any(shown) or name in link.parked:
            cells = ["not shown" if text is None else value(text) for text in shown]
            table.add_row(name, *(Text(cell) for cell in cells))
            if all(each.rule != name for each in debts) and (told := note(link, name, mapping)):
                notes.append(Text(f"{plain(name)}: {told}", "dim"))
    yield table
    yield from notes
    yield from _owed_text(debts)


def _owed_text(debts: Sequence[Owed]) -> Iterator[RenderableType]:
    """What is owed, a line for each."""
    if debts:
        yield Text("\nStill owed", "bold")
        yield from (Text(each.text, "yellow") for each in debts)


def history_text(happenings: Sequence[Happening]) -> Iterator[RenderableType]:
    """What happened to a lead: a line for each time, with what changed and why below it."""
    if not happenings:
        return
    yield Text("\nHistory (times in UTC)", "bold")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in happenings:
        where = f" in {side_name(each.side)}" if each.side else ""
        told = [f"{each.kind}{where}{': ' if each.rule else ''}{plain(each.rule)}"]
        if each.old or each.new:
            told.append(f"{value(each.old)} → {value(each.new)}")
        if each.lost:
            told.append(f"given up: {value(each.lost)}")
        if each.why:
            told.append(sentence(each.why, 200))
        table.add_row(minute(each.at), Text("\n".join(told)))
    yield table


def _stranger_text(stranger: Stranger, mapping: Mapping) -> Iterator[RenderableType]:
    name = mapping.name_of(stranger.values)
    yield Text.assemble(
        (f"{side_name(stranger.side)} {plain(stranger.record_id)}  ", "bold"), (plain(name), "bold"), "  no counterpart"
    )
    yield Text(f"{stranger.state}{': ' if stranger.reason else ''}{sentence(stranger.reason)}", "yellow")
    if stranger.candidates:
        yield Text(f"look at: {', '.join(plain(each) for each in stranger.candidates)}")
    yield from _owed_text(owed_to_stranger(stranger))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column(side_name(stranger.side), overflow="fold")
    for rule, text in stranger.values.items():
        if text:
            table.add_row(rule, Text(value(text)))
    yield table
