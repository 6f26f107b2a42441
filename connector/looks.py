"""What both sides show at the start, and a mapping that fits it. Imports the core, the port of a CRM and the errors."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from concurrent.futures import wait
from dataclasses import dataclass, field

from connector.core.mapping.live import against
from connector.core.mapping.live_tables import with_tables
from connector.core.mapping.model import Mapping, Tables
from connector.core.model import SIDES, Side
from connector.crm.port import Crm, Field, Identity
from connector.errors import ConnectorError, MappingError, Misconfigured, Refused, RetryLater, Unreadable
from connector.pair import threads

SLOW = 10.0
"""Seconds without an answer until somebody is told whom we wait for."""
Slow = Callable[[Sequence[Side]], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one side showed at the start: who it is, its lead fields and its look-up tables; `hidden` tables it did
    not show, and why.
    """

    identity: Identity
    fields: Map[str, Field]
    tables: Tables
    hidden: Map[str, ConnectorError] = field(default_factory=dict)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was not shown, in words."""
        side = self.identity.side.capitalize()
        return tuple(f"{side} does not show its table {name}: {why}" for name, why in self.hidden.items())


def look(crm: Crm, mapping: Mapping) -> Seen:
    """Log in to one side and read what the mapping has to be compared with."""
    identity = crm.check()
    tables, hidden = tables_of(crm, mapping)
    return Seen(identity, crm.fields(), tables, hidden)


def tables_of(crm: Crm, mapping: Mapping) -> tuple[Tables, dict[str, ConnectorError]]:
    """The look-up tables that the mapping needs of one side, and why others are not shown."""
    tables: dict[str, Map[str, str]] = {}
    hidden: dict[str, ConnectorError] = {}
    for side, name in mapping.lookups:
        if side is not crm.side:
            continue
        try:
            tables[f"{side}.{name}"] = crm.lookup(name)
        except (Refused, Unreadable, RetryLater) as refusal:
            hidden[name] = refusal
    return tables, hidden


def fitted(mapping: Mapping, seen: Map[Side, Seen]) -> Mapping:
    """The mapping as these two CRMs can carry it. Raises `MappingError` with everything they lack.

    Where the locations are not shown, the mapping is not to blame: raises `Misconfigured` for want of rights, and
    what befell the request otherwise.
    """
    carried, findings = against(mapping, {side: each.fields for side, each in seen.items()})
    hidden = {name: why for each in seen.values() for name, why in each.hidden.items()}.get("location")
    try:
        carried = with_tables(carried, merged_tables(seen))
    except MappingError as error:
        if isinstance(hidden, Refused):
            raise Misconfigured(f"The default location cannot be looked up. {hidden} {error}") from error
        if hidden is not None:
            raise hidden from error
        findings = (*findings, *error.findings)
    if findings:
        raise MappingError(sorted(findings, key=lambda finding: (finding.line, finding.column, finding.text)))
    return carried


def merged_tables(seen: Map[Side, Seen]) -> Tables:
    """The look-up tables of both sides under one roof."""
    return {name: table for each in seen.values() for name, table in each.tables.items()}


def patient(sides: Sequence[Side]) -> None:
    """Nobody is told who keeps us waiting."""


def both(crms: Map[Side, Crm], mapping: Mapping, slow: Slow = patient, after: float = SLOW) -> dict[Side, Seen]:
    """Look at both sides at once; `slow` is told once who has not answered for so many seconds."""
    with threads() as pool:
        looks = {side: pool.submit(look, crms[side], mapping) for side in SIDES}
        late = wait(looks.values(), after).not_done
        if late:
            slow([side for side, look in looks.items() if look in late])
        return {side: future.result() for side, future in looks.items()}
