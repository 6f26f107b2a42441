"""The leads of the tenant, who wrote them when, and what happens to them by itself.

Imports the schema, the tables, the values and the switches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.sandbox.http import Clock
from connector.sandbox.operate.config import OperateConfig, Workflow
from connector.sandbox.operate.schema import NOWHERE, Row
from connector.sandbox.operate.tables import Tables, insert
from connector.sandbox.operate.values import INTEGER, Reading, stamp, stored

CONVERTED_LEAD = "-6"  # API reference, Account Type
CONVERTED_STATUS = {"leadconverted": "true", "leadstatusid": "2", "leadstatus": "0"}  # sample of Lead/64


@dataclass(frozen=True)
class _Due:
    """A workflow that will change a lead at a time."""

    at: datetime
    record_id: int
    workflow: Workflow


class LeadBook:
    """Leads by id, oldest first. Stamps have whole seconds; what is due happens when `advance` is called."""

    def __init__(self, clock: Clock, config: OperateConfig, tables: Tables) -> None:
        self._clock, self._config, self._tables = clock, config, tables
        self.kind = tables.lead
        self.rows = tables.rows["lead"]
        self._next_id = 1
        self._due: list[_Due] = []
        self._late: float = 0.0
        self._uncommitted: dict[int, tuple[datetime, Row]] = {}

    def advance(self) -> datetime:
        """Let happen what is due by now: workflows, and late transactions becoming visible. Returns the time."""
        now = self._clock.now()
        for record_id, (visible_at, _) in list(self._uncommitted.items()):
            if visible_at <= now:
                self._commit(record_id)
        while self._due and self._due[0].at <= now:
            self._run(self._due.pop(0))
        return now

    def everything(self) -> dict[str, Row]:
        """Every lead as it is stored, those not yet visible included."""
        rows = self.rows | {record_id: row for record_id, (_, row) in self._uncommitted.items()}
        return {str(record_id): dict(row) for record_id, row in sorted(rows.items())}

    def current(self, record_id: str) -> Row | None:
        """One lead as its next writer finds it."""
        if not INTEGER.fullmatch(record_id):
            return None
        number = int(record_id)
        return self._uncommitted[number][1] if number in self._uncommitted else self.rows.get(number)

    def hold_back(self, seconds: float) -> None:
        """Let the next create or change be stamped at once but become visible only so many seconds later."""
        self._late = seconds

    def create(self, values: Row, *, by: str, created: datetime | None = None) -> str:
        """Store a new lead; `values` may hold an id and stamps of its own. Returns the id."""
        now = self._clock.now()
        born = stamp(created or now)
        updated = self._config.updatedate_on_create
        signature: Row = {
            "createdby": by,
            "creationdate": born,
            "updatedate": born if updated else None,
            "updatedby": by if updated else None,
            "enquirydate": born,
        }
        row = self.kind.blank_row() | signature | values
        if owner := self._config.auto_assign.get(row["locationname"] or ""):
            row["user_id"] = owner
        record_id = int(row["leadid"] or self._next_id)
        row["leadid"] = str(record_id)
        self._next_id = max(self._next_id, record_id + 1)
        self._derive(row, values)
        self._schedule(record_id, row, "create", self._store(record_id, row, now))
        return str(record_id)

    def change(self, record_id: str, values: Row, *, by: str) -> None:
        """Store new values of some fields. Raises KeyError for an unknown lead."""
        before = self.current(record_id)
        if before is None:
            raise KeyError(record_id)
        now, number = self._clock.now(), int(record_id)
        # Whoever writes next has waited for the transaction before.
        self._commit(number)
        row = before | {"updatedate": stamp(now), "updatedby": by} | values
        self._derive(row, values)
        self._schedule(number, row, "update", self._store(number, row, now))

    def remove(self, record_id: str) -> None:
        """Delete a lead without a trace. Raises KeyError for an unknown one."""
        self._commit(int(record_id))
        del self.rows[int(record_id)]

    def convert(self, record_id: str, *, by: str) -> str:
        """Make a lead an account; the lead stays and is marked. Returns the account's id.

        Source: help page "Converting a Lead"; the marks are those of the sample Lead/64.
        """
        row = self.current(record_id)
        if row is None:
            raise KeyError(record_id)
        now = stamp(self._clock.now())
        person = f"{row['firstname'] or ''} {row['lastname'] or ''}".strip()
        account = {
            "clientname": row["leadname"] or person,
            "accounttype_id": CONVERTED_LEAD,
            "location": row["locationname"] or NOWHERE,
            "organization": "1",
            "recordtype": "1",
            "balance": "0.0000",
            "startdate": now,
            **dict.fromkeys(("creationdate", "updatedate"), now),
            **dict.fromkeys(("createdby", "updatedby"), by),
            **{name: row[name] for name in ("clienttype", "user_id", "broker", "agentcontact", "campaign_id")},
            **{name: row[name] for name in ("firstname", "lastname", "emailaddress", "phoneno", "mobileno")},
        }
        account_id = self._tables.add("account", account)
        # Page "Syncing Operate to Connect": every account has an Accounts ID as standard.
        self._tables.rows["account"][int(account_id)]["accountsid"] = f"ACC-{account_id}"
        marks = CONVERTED_STATUS | {"leadconvertedby": by, "leadconverteddate": now}
        self.change(record_id, dict(marks), by=by)
        return account_id

    def trusted(self, fields: Mapping[str, str | None]) -> Row:
        """Values from the tenant's own screens in their stored form. Raises ValueError for an unknown field."""
        unknown = fields.keys() - self.kind.by_name.keys()
        if unknown:
            raise ValueError(f"lead has no field {', '.join(sorted(unknown))}")
        reading = Reading(self._tables, trusted=True)
        return {name: stored(self.kind.by_name[name], value, reading) for name, value in fields.items()}

    def _derive(self, row: Row, values: Row) -> None:
        # `deadlead`, `brokerfirstname` and `brokerlastname` are in the table but not in PUT (Full): they follow.
        if "deadreason" in values:
            row["deadlead"] = "true" if row["deadreason"] else "false"
        if "agentcontact" in values:
            contact = self._tables.rows["contact"].get(int(row["agentcontact"] or NOWHERE), {})
            row["brokerfirstname"], row["brokerlastname"] = contact.get("firstname"), contact.get("lastname")

    def _store(self, record_id: int, row: Row, now: datetime) -> datetime:
        """Store a row, now or held back; returns when it can be seen."""
        if not self._late:
            insert(self.rows, record_id, row)
            return now
        visible_at = now + timedelta(seconds=self._late)
        self._uncommitted[record_id] = (visible_at, row)
        self._late = 0.0
        return visible_at

    def _commit(self, record_id: int) -> None:
        _, row = self._uncommitted.pop(record_id, (None, None))
        if row is not None:
            insert(self.rows, record_id, row)

    def _schedule(self, record_id: int, row: Row, event: str, seen: datetime) -> None:
        for workflow in self._config.workflows:
            if workflow.on in (event, "both") and all(row.get(name) == value for name, value in workflow.when.items()):
                self._due.append(_Due(seen + timedelta(seconds=workflow.after), record_id, workflow))
        self._due.sort(key=lambda due: due.at)

    def _run(self, due: _Due) -> None:
        row = self.rows.get(due.record_id)
        if row is None:
            return  # deleted meanwhile
        wanted = {
            name: value(row.get(name)) if callable(value) else value for name, value in due.workflow.change.items()
        }
        values = self.trusted(wanted)
        if any(row.get(name) != value for name, value in values.items()):
            changed = row | {"updatedate": stamp(due.at), "updatedby": "Workflow"} | values
            self._derive(changed, values)
            self.rows[due.record_id] = changed
