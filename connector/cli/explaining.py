"""`connector mapping explain`: one lead passing the mapping, rule by rule. Reads only, live where it can."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from connector import search
from connector.cli.mapping import mapping_app
from connector.cli.output import answer, answer_json, progress, settings
from connector.core import ends, lifecycle
from connector.core.explain import Given, explain_link, explain_stranger, why_not
from connector.core.fold import fold
from connector.core.model import SIDES, Link, LinkState, Native, Record, Side, Stranger, known_of
from connector.core.plan import without_outdated
from connector.crm.port import Crm
from connector.crm.salesforce.values import is_lead_id, to18
from connector.errors import ConnectorError, MappingError, Misconfigured, OtherPair
from connector.ledger.port import Ledger
from connector.looks import both, fitted, merged_tables
from connector.report.explained import Explained
from connector.report.words import side_name
from connector.rules import with_rules
from connector.settings import Settings
from connector.wiring import open_crms, open_ledger, read_mapping, wall_clock


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read: the records that were asked for, and the mapping and tables to read them with.

    `why` tells why the CRMs were not asked ("": they were).
    """

    given: Given
    records: Map[Side, Map[str, Record]]
    why: str = ""


SEVERAL = 3
"""More leads than this are not explained at once."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    mapping_app.command("explain")(explain)


def explain(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="A record id of either side, or a link such as L12.")],
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the CRMs: use what was last seen.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show one lead passing the mapping, field by field: what is read, what would be written, and why."""
    found, lead = settings(), lead.strip()
    mapping = read_mapping(found)
    with open_ledger(found, readonly=True) as ledger, progress() as bar:
        bar("reading", 0, None)
        hits = search.find(ledger, lead, mapping)
        if len(hits) > SEVERAL:
            raise Misconfigured(f"{len(hits)} leads are meant: `connector show` lists them with their ids.")
        links, strangers = hits.links, hits.strangers
        cycle = max((row.number for row in ledger.log.cycles(1)), default=0) + 1
        given = Given(mapping, now=wall_clock(), cycle=cycle, whole=False)
        reading = Reading(given, {}, "--offline") if offline else _reading(found, given, lead, links, strangers, ledger)
        links = [with_rules(link, ledger, reading.given.mapping) for link in links]
    if not links and not strangers:
        strangers = _unknown(reading)
    if not links and not strangers:
        away = f" ({reading.why})" if reading.why else ""
        raise Misconfigured(f"No lead {lead[:60]!r} is known{away}: give a record id of either side, or a link as L12.")
    told = [_link(link, reading) for link in links] + [_stranger(stranger, reading) for stranger in strangers]
    if json:
        answer_json({"leads": [each.as_json() for each in told]})
        return
    for each in told:
        answer(*each.text())


def _reading(
    found: Settings, given: Given, lead: str, links: Sequence[Link], strangers: Sequence[Stranger], ledger: Ledger
) -> Reading:
    """Read the records of the lead live; where that cannot be, say why."""
    ids = {side: [link.ids[side] for link in links if link.ids.get(side)] for side in SIDES}
    for stranger in strangers:
        ids[stranger.side].append(stranger.record_id)
    if not links and not strangers:
        ids = _asked(lead)
    try:
        with open_crms(found, given.mapping) as crms:
            seen = both(crms, given.mapping)
            for side, each in seen.items():
                ledger.pin(side, each.identity.system)
            mapping = fitted(given.mapping, seen)
            records = {side: _records(crms[side], ids[side]) for side in SIDES}
    except (MappingError, OtherPair):
        raise
    except ConnectorError as error:
        return Reading(given, {}, str(error))
    return Reading(replace(given, mapping=mapping, tables=merged_tables(seen), whole=True), records)


def _asked(lead: str) -> dict[Side, list[str]]:
    """The record ids that a text may be, for a lead that no cycle has seen yet."""
    return {
        Side.SALESFORCE: [to18(lead)] if is_lead_id(lead) else [],
        Side.OPERATE: [lead] if lead.isascii() and lead.isdecimal() and len(lead) < 18 else [],
    }


def _records(crm: Crm, ids: Sequence[str]) -> Map[str, Record]:
    return crm.get(ids) if ids else {}


def _unknown(reading: Reading) -> list[Stranger]:
    """The lead as a stranger, where a CRM has it and no cycle has seen it yet."""
    return [
        Stranger(side, record.record_id, record.stamp, record.created, {}, record.counterpart_id)
        for side, records in reading.records.items()
        for record in records.values()
        if not record.deleted
    ]


def _link(link: Link, reading: Reading) -> Explained:
    """A linked lead as the next cycle would find it."""
    given, notes, natives = reading.given, [], dict[Side, Native]()
    for side in SIDES:
        record = reading.records.get(side, {}).get(link.ids.get(side, ""))
        if record is None:
            if not reading.why and link.ids.get(side):
                notes.append(f"{side_name(side)} does not have the record any more")
            continue
        natives[side] = record.native
        notes += _fate(record)
        values = given.mapping.values(side, record.native, given.tables)
        if not given.mapping.takes_part(side, given.mapping.applying(values)) and not link.ended:
            link = replace(link, state=LinkState.ENDED, ended=ends.outside(side))
        if link.state is LinkState.LIVE:
            link = fold(
                link, side, record.stamp, values, given.mapping, given.tables, given.now, native=record.native
            ).link
    link = without_outdated(link, given.mapping)
    if link.state is not LinkState.LIVE:
        notes.append(f"the link is {link.state}{f' ({link.ended})' if link.ended else ''}: nothing flows")
    notes += filter(None, [lifecycle.still(link)])
    notes += [f"an answer of {side_name(side)} was lost, so nothing is sent for a while" for side in link.held]
    if "" in link.parked:
        notes.append(f"the lead is parked as a whole: {link.parked[''].text}")
    told = explain_link(link, replace(given, natives=natives))
    policies = list(lifecycle.told(given.mapping))
    return Explained(
        given.mapping.name_of(known_of(link)),
        link.ids,
        told,
        notes,
        list(natives),
        reading.why,
        policies,
        given.mapping.owner,
    )


def _stranger(stranger: Stranger, reading: Reading) -> Explained:
    """A lead without a counterpart: what a new one would be given."""
    given, natives = reading.given, dict[Side, Native]()
    there, notes = side_name(stranger.side.other), []
    record = reading.records.get(stranger.side, {}).get(stranger.record_id)
    if record is not None:
        natives = {stranger.side: record.native}
        notes += _fate(record)
        values = given.mapping.read(stranger.side, record.native, given.tables)
        stranger = replace(stranger, values=values)
    elif not reading.why:
        notes.append(f"{side_name(stranger.side)} does not have the record any more")
    barred = why_not(stranger, given.mapping)
    what = f"and none is made: {barred}" if barred else "yet: this is what a new lead would be given"
    notes.insert(0, f"it has no counterpart in {there} {what}")
    if stranger.reason and stranger.reason != barred:
        notes.insert(1, stranger.reason)
    told = explain_stranger(stranger, replace(given, natives=natives))
    name = given.mapping.name_of(stranger.values)
    return Explained(
        name, {stranger.side: stranger.record_id}, told, notes, list(natives), reading.why, owner=given.mapping.owner
    )


def _fate(record: Record) -> list[str]:
    ends = [word for word, true in (("deleted", record.deleted), ("converted", record.converted)) if true]
    return [f"{side_name(record.side)} says that the record was {word}" for word in ends]
