"""The one composition root: settings and a mapping become a ready pair. Everything it opens is closed at the end.

May import every layer below it; the faces above ask it for what they need and build no client themselves.
"""

import time
from collections.abc import Iterator
from collections.abc import Mapping as Map
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from connector.core.mapping.draft import OWN_KEY
from connector.core.mapping.live_tables import with_tables
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, Micros, Side
from connector.crm.budget import Budget, Shares
from connector.crm.operate.client import OperateCrm
from connector.crm.operate.login import Credentials
from connector.crm.port import Crm, Field
from connector.crm.salesforce.client import SalesforceCrm
from connector.crm.salesforce.tokens import ClientCredentials, JwtBearer
from connector.errors import (
    Finding,
    MappingError,
    Misconfigured,
    Outdated,
    Refused,
    Spent,
    Unreadable,
)
from connector.ledger.aside import Aside
from connector.ledger.lock import job_file_lock
from connector.ledger.notes import kept_notes
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.looks import Slow, both, fitted, merged_tables, patient, tables_of
from connector.pair import Pair, Timing, threads
from connector.plugins import transforms
from connector.rules import taken
from connector.settings import Settings

DEFAULT_MAPPING = Path("mappings/lead.yaml")
WITHOUT_COUNTERPART = ("email", "last_name")
"""Roles of the rules that join the Operate minimum where Operate has no field for our id: a create whose answer was
lost is then recognised by them (architecture, "Before anything is sent")."""


PLAINER = {
    "'\\t' that cannot start any token": "there is a tab here; use spaces in its place",
    "found another document": "a second document begins here (---); keep one mapping in a file",
}
"""What the YAML parser says of two frequent mistakes, and what to do about them."""


def wall_clock() -> Micros:
    """The time of this machine, in microseconds UTC."""
    return time.time_ns() // 1000


def steady_clock() -> Micros:
    """Microseconds since this machine was started, sleep included: nobody sets this clock."""
    return (
        time.clock_gettime_ns(time.CLOCK_BOOTTIME if hasattr(time, "CLOCK_BOOTTIME") else time.CLOCK_MONOTONIC) // 1000
    )


def read_mapping(settings: Settings, file: Path | None = None) -> Mapping:
    """The mapping as its file says it, with the Operate counterpart field of the settings.

    `file` goes before CONNECTOR_MAPPING; without both it is mappings/lead.yaml of the working directory, or the
    copy that came with the connector. Raises `MappingError`, and `Misconfigured` where there is no such file.
    """
    source = file or _source(settings)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        advice = "check CONNECTOR_MAPPING" if file is None else "give the path of a mapping file"
        raise Misconfigured(f"The mapping {source} cannot be read ({reason}); {advice}.") from None
    try:
        mapping = load(text, str(source), transforms())
    except MappingError as error:
        raise MappingError([_plainer(finding) for finding in error.findings]) from None
    if settings.operate_counterpart_field:
        counterpart = {**mapping.counterpart, Side.OPERATE: settings.operate_counterpart_field}
        mapping = replace(mapping, counterpart=counterpart)
    return mapping if mapping.counterpart.get(Side.OPERATE) else _recognisable(mapping)


def mapping_sign(settings: Settings) -> str:
    """What tells one content of the mapping file from another; "" where it cannot be read."""
    try:
        return sha256(_source(settings).read_bytes()).hexdigest()
    except OSError:
        return ""


def _source(settings: Settings) -> Path | Traversable:
    return settings.connector_mapping or _default_mapping()


def _plainer(finding: Finding) -> Finding:
    """A finding about the file as YAML in words for somebody who never read a parser's."""
    for sign, words in PLAINER.items():
        if sign in finding.text:
            return replace(finding, text=f"this is not valid YAML: {words}.")
    return finding


def _default_mapping() -> Path | Traversable:
    if DEFAULT_MAPPING.is_file():
        return DEFAULT_MAPPING
    packaged = files("connector") / "_mappings" / "lead.yaml"
    return packaged if packaged.is_file() else Path(__file__).parent.parent / DEFAULT_MAPPING


def _recognisable(mapping: Mapping) -> Mapping:
    """The mapping whose Operate minimum tells one person from another."""
    names = [mapping.match[role] for role in WITHOUT_COUNTERPART if role in mapping.match]
    extra = [name for rule in names for name in mapping.rules[rule].fields.get(Side.OPERATE, ())]
    return replace(mapping, minimum=tuple(dict.fromkeys([*mapping.minimum, *extra])))


@contextmanager
def open_ledger(settings: Settings, *, readonly: bool = False, existing: bool = False) -> Iterator[Ledger]:
    """The ledger of the settings; `readonly` neither makes nor changes a file, `existing` refuses to make one."""
    with closing(SqliteLedger.open(settings.ledger_path, readonly=readonly, existing=existing)) as ledger:
        yield ledger


def job_lock(settings: Settings) -> AbstractContextManager[None]:
    """Held while the hosted job runs; raises `Busy` when another one does on the same ledger."""
    return job_file_lock(settings.ledger_path.resolve())


def ledger_note(settings: Settings) -> Aside:
    """A note beside the ledger for what the hosted job has to remember, made while there is room for it."""
    note = Aside(settings.ledger_path.resolve())
    note.prepare()
    return note


@contextmanager
def open_crms(settings: Settings, mapping: Mapping) -> Iterator[dict[Side, Crm]]:
    """The clients of both CRMs; nothing is sent yet. Raises `Misconfigured` with every setting that is missing."""
    settings.expect_crms()
    with closing(_salesforce(settings, mapping)) as salesforce, closing(_operate(settings, mapping)) as operate:
        yield {Side.SALESFORCE: salesforce, Side.OPERATE: operate}


def _salesforce(settings: Settings, mapping: Mapping) -> SalesforceCrm:
    key, secret = settings.salesforce_private_key, settings.salesforce_client_secret
    credentials = (
        JwtBearer(settings.salesforce_client_id, settings.salesforce_username, key.get_secret_value())
        if settings.uses_private_key
        else ClientCredentials(settings.salesforce_client_id, secret.get_secret_value())
    )
    external_id = mapping.counterpart.get(Side.SALESFORCE, "")
    if not external_id:
        raise Misconfigured("The mapping names no counterpart field of Salesforce (counterpart: salesforce:).")
    return SalesforceCrm(
        settings.salesforce_url or "",
        credentials,
        fields=mapping.fields(Side.SALESFORCE),
        external_id=external_id,
        api_version=settings.salesforce_api_version,
        timeout=settings.connector_timeout_seconds,
        shares=shares(settings),
    )


def shares(settings: Settings) -> Shares:
    """How much of the org's daily API requests the settings let be used."""
    return Shares(settings.salesforce_org_calls_percent, settings.salesforce_own_calls_percent)


def budget_of(settings: Settings, ledger: Ledger) -> Budget:
    """What the ledger knows of Salesforce's API requests, without asking there."""
    return Budget(kept_notes(ledger, Side.SALESFORCE), time.time, shares(settings))


def _operate(settings: Settings, mapping: Mapping) -> OperateCrm:
    credentials = Credentials(
        settings.operate_client_id,
        settings.operate_client_secret.get_secret_value(),
        settings.operate_username,
        settings.operate_password.get_secret_value(),
    )
    return OperateCrm(
        settings.operate_url or "",
        credentials,
        counterpart_field=mapping.counterpart.get(Side.OPERATE, ""),
        update_verb=settings.operate_update_verb,
        requests_per_second=settings.operate_requests_per_second,
        in_flight=settings.operate_in_flight,
        timezone=settings.operate_timezone,
        timeout=settings.connector_timeout_seconds,
    )


@contextmanager
def open_pair(
    settings: Settings, *, readonly: bool = False, existing: bool = False, slow: Slow = patient
) -> Iterator[Pair]:
    """A pair that is ready for cycles: both CRMs logged in to, the mapping fitted, the ledger theirs.

    `readonly` is for previews: the ledger is not changed; `existing`: none is made. Raises `Misconfigured`,
    `MappingError`, `OtherPair`,
    `LedgerTooNew`, `LedgerFailed`, `RetryLater` while a CRM is away or the budget of API requests is spent, and
    `Outdated` where the mapping file changed meanwhile.
    """
    sign = mapping_sign(settings)
    mapping = read_mapping(settings)
    with open_crms(settings, mapping) as crms, open_ledger(settings, readonly=readonly, existing=existing) as ledger:
        known = taken(ledger)
        if mapping_sign(settings) != sign:  # somebody may have read the newer one, and have run a cycle with it
            raise Outdated("The mapping file was changed while it was read: run it again.")
        for side, crm in crms.items():
            crm.notes.update(kept_notes(ledger, side))
            if crm.spent:  # known from the process before: a job that starts every minute asks for nothing either
                raise Spent(crm.spent)
        seen = both(crms, mapping, slow)
        for side, each in seen.items():
            ledger.pin(side, each.identity.system)
        yield Pair(
            mapping=fitted(mapping, seen),
            tables=merged_tables(seen),
            crms=crms,
            ledger=ledger,
            clock=wall_clock,
            timing=timing(settings),
            notices=tuple(notice for each in seen.values() for notice in each.notices),
            taken=known,
            steady=steady_clock,
        )


def live_fields(settings: Settings) -> tuple[Map[Side, Map[str, Field]], Map[str, str]]:
    """The lead fields of both sides and Operate's locations, for somebody who has no mapping yet.

    A tenant that does not show its locations has none here.
    """
    counterpart = {Side.SALESFORCE: OWN_KEY, Side.OPERATE: settings.operate_counterpart_field or ""}
    with open_crms(settings, Mapping("lead", Side.SALESFORCE, {}, counterpart=counterpart)) as crms:
        with threads() as pool:
            found = {side: pool.submit(crm.fields) for side, crm in crms.items()}
            fields = {side: future.result() for side, future in found.items()}
        try:
            return fields, crms[Side.OPERATE].lookup("location")
        except (Refused, Unreadable):
            return fields, {}


def timing(settings: Settings) -> Timing:
    """The waits of the settings, in microseconds."""
    return Timing(
        overlap=settings.connector_overlap_seconds * SECOND,
        lag=settings.connector_lag_seconds * SECOND,
        hold=settings.connector_hold_seconds * SECOND,
        create_after=settings.connector_create_after_seconds * SECOND,
        ids_every=settings.connector_sweep_ids_hours * 3600 * SECOND,
        values_every=settings.connector_sweep_values_days * 86400 * SECOND,
    )


def refreshed(pair: Pair) -> Pair:
    """The pair with look-up tables as they are now; a table that is refused this time stays as it was.

    Raises `MappingError` when a location that the mapping names is gone.
    """
    tables = dict(pair.tables)
    for crm in pair.crms.values():
        tables.update(tables_of(crm, pair.mapping)[0])
    return replace(pair, tables=tables, mapping=with_tables(pair.mapping, tables))
