"""`connector show`: what is known about one lead. Works beside a running cycle."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.cli.output import answer, answer_json, settings
from connector.core.mapping.model import Mapping
from connector.core.model import SIDES, Link, LinkState, Side, Stranger
from connector.crm.salesforce.values import is_lead_id, to18
from connector.errors import Misconfigured
from connector.ledger.port import Happening, Ledger
from connector.report.words import ids_text, instant, plain, side_name, value, when
from connector.wiring import open_ledger, read_mapping


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(show)


def show(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="A record id of either side, or a link such as L12.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what is known about one lead: both records, what differs, what is parked, and its history."""
    found = settings()
    mapping = read_mapping(found)
    with open_ledger(found, readonly=True) as ledger:
        links, strangers = _known(ledger, lead.strip())
        if not links and not strangers:
            raise Misconfigured(f"No lead {lead[:60]!r} is known: give a record id of either side, or a link as L12.")
        histories = {link.link_id: ledger.log.history(link.link_id) for link in links}
    if json:
        answer_json(
            {
                "links": [_link_json(link, histories[link.link_id]) for link in links],
                "strangers": [_stranger_json(stranger) for stranger in strangers],
            }
        )
        return
    for link in links:
        answer(*_link_text(link, mapping), _history(histories[link.link_id]))
    for stranger in strangers:
        answer(*_stranger_text(stranger, mapping))


def _known(ledger: Ledger, lead: str) -> tuple[list[Link], list[Stranger]]:
    """Links and strangers that an id may mean: a record id first, then a link's number."""
    names = {Side.SALESFORCE: to18(lead) if is_lead_id(lead) else lead, Side.OPERATE: lead}
    links: dict[int, Link] = {}
    strangers: list[Stranger] = []
    for side, record_id in names.items():
        links |= {link.link_id: link for link in ledger.links.by_record(side, [record_id]).values()}
        strangers += ledger.strangers.get(side, [record_id]).values()
    digits = lead.removeprefix("L").removeprefix("l")
    if not links and not strangers and digits.isascii() and digits.isdecimal() and len(digits) < 18:
        links = dict(ledger.links.get([int(digits)]))
    return list(links.values()), strangers


def _link_json(link: Link, history: Sequence[Happening]) -> dict[str, object]:
    return {
        "link": f"L{link.link_id}",
        "state": str(link.state),
        "ended": link.ended,
        "ids": {str(side): record_id for side, record_id in link.ids.items()},
        "changed": {str(side): instant(link.stamps.get(side, 0)) for side in SIDES},
        "made_by_connector": str(link.born) if link.born else None,
        "seen": {str(side): dict(link.seen.get(side, {})) for side in SIDES},
        "base": {str(side): dict(link.base.get(side, {})) for side in SIDES},
        "parked": {rule: {"code": each.code, "text": each.text} for rule, each in link.parked.items()},
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
        "candidates": list(stranger.candidates),
        "created": instant(stranger.created),
        "changed": instant(stranger.stamp),
        "values": dict(stranger.values),
    }


def _link_text(link: Link, mapping: Mapping) -> Iterator[RenderableType]:
    merged = {**link.seen.get(Side.OPERATE, {}), **link.seen.get(Side.SALESFORCE, {})}
    yield Text.assemble(
        (f"L{link.link_id}  ", "bold"),
        (plain(mapping.name_of(merged)), "bold"),
        f"  {ids_text(dict(link.ids))}",
    )
    ended = f": {link.ended}" if link.state is LinkState.ENDED else ""
    made = f" · made in {side_name(link.born)} by the connector" if link.born else ""
    yield Text(f"{link.state}{ended}{made}", "dim")
    for side, until in link.held.items():
        yield Text(f"held in {side_name(side)} until {when(until)}: an answer was lost", "yellow")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("rule", *(side_name(side) for side in SIDES), ""):
        table.add_column(name, overflow="fold")
    for rule in mapping.rules:
        shown = [link.seen.get(side, {}).get(rule) for side in SIDES]
        if any(shown) or rule in link.parked:
            cells = ["not shown" if text is None else value(text) for text in shown]
            table.add_row(rule, *(Text(cell) for cell in cells), Text(_note(link, rule), "yellow"))
    yield table
    if whole := link.parked.get(""):
        yield Text(f"parked as a whole: {plain(whole.text, 300)}", "yellow")


def _note(link: Link, rule: str) -> str:
    """What is special about one rule of a lead."""
    if rule in link.parked:
        each = link.parked[rule]
        return f"{'left alone' if each.ignored else 'parked'}: {plain(each.text, 200)}"
    ahead = [
        side_name(side)
        for side in SIDES
        if rule in link.seen.get(side, {}) and link.seen[side][rule] != link.base.get(side, {}).get(rule)
    ]
    return f"changed in {' and '.join(ahead)} since the last agreement" if ahead else ""


def _history(happenings: Sequence[Happening]) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("when", "what", "in", "rule", "from", "to", "given up", "why"):
        table.add_column(name, overflow="fold")
    for each in happenings:
        cells = (each.kind, side_name(each.side) if each.side else "", each.rule, each.old, each.new, each.lost)
        table.add_row(when(each.at), *(Text(plain(cell)) for cell in cells), Text(plain(each.why, 120)))
    return table


def _stranger_text(stranger: Stranger, mapping: Mapping) -> Iterator[RenderableType]:
    name = mapping.name_of(stranger.values)
    yield Text.assemble(
        (f"{side_name(stranger.side)} {plain(stranger.record_id)}  ", "bold"), (plain(name), "bold"), "  no counterpart"
    )
    yield Text(f"{stranger.state}{': ' if stranger.reason else ''}{plain(stranger.reason, 300)}", "yellow")
    if stranger.candidates:
        yield Text(f"look at: {', '.join(plain(each) for each in stranger.candidates)}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule")
    table.add_column(side_name(stranger.side), overflow="fold")
    for rule, text in stranger.values.items():
        if text:
            table.add_row(rule, Text(value(text)))
    yield table
