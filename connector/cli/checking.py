"""`connector check`: settings, logins, rights, mapping and ledger, each with what to do. Reads only."""

from collections.abc import Iterator
from collections.abc import Mapping as Map
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from connector.cli.consoling import company_login
from connector.cli.output import answer, answer_json, progress
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, SIDES, Side
from connector.crm.port import Crm
from connector.crm.salesforce.client import SalesforceCrm
from connector.cycle import ready
from connector.errors import ConnectorError, MappingError, RetryLater
from connector.looks import Seen, fitted, look
from connector.report.words import leads, sentence, side_name
from connector.settings import Settings, load
from connector.wiring import open_crms, open_ledger, read_mapping, wall_clock

SKEW = 120 * SECOND
"""So far this machine's clock may be from a CRM's before it is worth a word."""
USED = 0.8
WRONG, AWAY = 2, 6
"""Exit codes."""


class State(StrEnum):
    """How one thing looks."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


STYLES = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was checked."""

    name: str
    state: State
    text: str
    passes: bool = False
    """It failed, and may be right again by itself: a CRM is away."""


@dataclass(slots=True)
class Findings:
    """What was found so far."""

    steps: list[Step] = field(default_factory=list)

    def ok(self, name: str, text: str) -> None:
        """Something is right."""
        self.steps.append(Step(name, State.OK, text))

    def warn(self, name: str, text: str) -> None:
        """Something works, but could be better."""
        self.steps.append(Step(name, State.WARN, text))

    def fail(self, name: str, error: ConnectorError | str) -> None:
        """Something has to change before leads can be kept in step."""
        found = error.findings if isinstance(error, MappingError) else (error,)
        away = isinstance(error, RetryLater)
        self.steps += [Step(name, State.FAIL, str(each), away) for each in found]

    @property
    def failed(self) -> bool:
        """Whether anything has to change."""
        return any(step.state is State.FAIL for step in self.steps)

    @property
    def only_away(self) -> bool:
        """Whether everything that failed may pass by itself."""
        return self.failed and all(step.passes for step in self.steps if step.state is State.FAIL)


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(check)


def check(json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Check settings, logins, rights, the mapping and the ledger; reads only."""
    findings = Findings()
    with progress() as bar:
        bar("checking", 0, None)
        _examine(findings)
    if json:
        steps = [{"check": step.name, "state": str(step.state), "text": step.text} for step in findings.steps]
        answer_json({"ok": not findings.failed, "checks": steps})
    else:
        answer(_table(findings))
        answer(_verdict(findings))
    if findings.failed:
        raise typer.Exit(AWAY if findings.only_away else WRONG)


def _verdict(findings: Findings) -> str:
    if findings.only_away:
        return "What does not answer now may come back by itself: check again in a few minutes."
    return "Something has to change first." if findings.failed else "Ready."


def _table(findings: Findings) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    table.add_column("check", no_wrap=True)
    table.add_column("what was found, and what to do", overflow="fold")
    for step in findings.steps:
        table.add_row(Text(step.state, STYLES[step.state]), step.name, Text(sentence(step.text, 600)))
    return table


def _examine(findings: Findings) -> None:
    try:
        settings = load()
    except ConnectorError as error:
        findings.fail("settings", error)
        return
    for warning in settings.warnings:
        findings.warn("settings", warning)
    try:
        mapping: Mapping | None = read_mapping(settings)
    except ConnectorError as error:
        findings.fail("mapping", error)
        mapping = None
    seen: dict[Side, Seen] = {}
    with ExitStack() as stack:
        try:
            settings.expect_console()
            settings.expect_crms()
            crms = stack.enter_context(open_crms(settings, mapping)) if mapping is not None else {}
        except ConnectorError as error:
            findings.fail("settings", error)
        else:
            findings.ok("settings", "complete")
            _console(settings, findings)
            if mapping is not None:
                seen = _sides(crms, mapping, findings)
    _ledger(settings, seen, findings)


def _console(settings: Settings, findings: Findings) -> None:
    """Whether people can come in by the company's login. It is no CRM: leads are kept in step without it."""
    try:
        login = company_login(settings)
    except ConnectorError as error:
        findings.fail("console", error)
        return
    if login is None:
        return
    problem = login.problem()
    if problem:
        findings.warn("console", f"nobody comes in by the company's login at CONNECTOR_OIDC_ISSUER: {problem}")
    else:
        findings.ok("console", f"the company's login answers; it has to send people back to {login.back}")


def _sides(crms: Map[Side, Crm], mapping: Mapping, findings: Findings) -> dict[Side, Seen]:
    seen: dict[Side, Seen] = {}
    for side, crm in crms.items():
        try:
            seen[side] = look(crm, mapping)
            _side(crm, seen[side], findings)
        except ConnectorError as error:
            findings.fail(side_name(side), error)
    if len(seen) == len(SIDES):
        _mapping(mapping, seen, findings)
    if not mapping.counterpart.get(Side.OPERATE):
        findings.warn(
            "Operate",
            "No OPERATE_COUNTERPART_FIELD. Ask for a custom text field on leads (ud_…) for the Salesforce id: a "
            "create whose answer was lost is then settled exactly, and a lost ledger can be rebuilt.",
        )
    return seen


def _side(crm: Crm, seen: Seen, findings: Findings) -> None:
    name = side_name(crm.side)
    findings.ok(name, f"logged in to {seen.identity.system} as {seen.identity.user}, {len(seen.fields)} lead fields")
    skew = abs(seen.identity.server_now - wall_clock())
    if skew > SKEW:
        findings.warn(name, f"its clock and this machine's are {skew // SECOND} s apart: set this machine's clock")
    for table, rows in seen.tables.items():
        findings.ok(name, f"table {table.partition('.')[2]}: {len(rows):,} entries")
    for notice in seen.notices:
        findings.warn(name, notice)
    usage = crm.usage if isinstance(crm, SalesforceCrm) else None
    if usage is not None:
        used, most = usage
        note = findings.warn if most and used > USED * most else findings.ok
        note(name, f"{used:,} of {most:,} API requests used in the last 24 hours")


def _mapping(mapping: Mapping, seen: Map[Side, Seen], findings: Findings) -> None:
    try:
        carried = fitted(mapping, seen)
    except ConnectorError as error:
        findings.fail("mapping", error)
        return
    findings.ok("mapping", f"{len(carried.rules)} rules fit both sides; {carried.owner.capitalize()} wins double edits")
    for notice in carried.notices:
        findings.warn("mapping", notice)
    for text in _one_way(carried):
        findings.warn("mapping", text)
    for to in _deletes(carried):
        _right_to_delete(seen[to], findings)


def _deletes(mapping: Mapping) -> list[Side]:
    """The sides on which the mapping's lifecycle deletes leads."""
    return [side.other for side in SIDES if any(each.deletes for each in mapping.lifecycle.get(side, {}).values())]


def _right_to_delete(seen: Seen, findings: Findings) -> None:
    """Whether what the lifecycle asks for can be done there, as far as that CRM tells."""
    side, may = seen.identity.side, seen.identity.may_delete
    name = side_name(side)
    asks = f"The mapping's lifecycle deletes leads in {name}"
    if may is None:
        findings.warn(name, f"{asks}; it does not tell whether this user may. What it refuses will be parked.")
    elif not may:
        findings.fail(
            name,
            f"{asks}, and this user may not: assign it the permission set Operate Sync Delete of deploy/salesforce, or "
            "take `delete` out of the lifecycle",
        )
    else:
        others = "; those of other owners need Modify All on Lead besides, which is not told"
        findings.ok(name, f"this user may delete leads, as the lifecycle asks{others}")


def _one_way(mapping: Mapping) -> Iterator[str]:
    """Rules that could flow both ways and have no field on one side."""
    for rule in mapping.rules.values():
        for side in SIDES:
            if rule.flows_to(side) and not rule.fields.get(side):
                yield f"rule {rule.name} has no field in {side_name(side)}: nothing is carried there"


def _ledger(settings: Settings, seen: Map[Side, Seen], findings: Findings) -> None:
    path = settings.ledger_path
    if not path.parent.is_dir():
        findings.fail("ledger", f"There is no folder {path.parent}; make it, or change CONNECTOR_LEDGER.")
        return
    try:
        with open_ledger(settings, readonly=True) as ledger:
            for side, each in seen.items():
                ledger.pin(side, each.identity.system)
            counts = ledger.links.counts()
            first = ready(ledger)
    except ConnectorError as error:
        findings.fail("ledger", error)
        return
    if first:
        findings.ok("ledger", f"{path}: {leads(counts.live)} linked, {counts.parked_leads:,} parked")
    else:
        findings.warn("ledger", f"{path}: no backfill yet. Look at `connector backfill`, then add --apply.")
