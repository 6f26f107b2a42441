"""The Salesforce side of the port `Crm`: leads of one org, over REST.

Imports the modules beside it, which hold the details: `wire` and `tokens` (connection, login), `calls` (one
request), `queries` (SOQL), `schema` (describe), `writing` (Collections), `failures` (error codes), `values`.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

from connector.core.model import Micros, Record, Side, Write
from connector.crm.budget import Budget, Shares
from connector.crm.port import Field, Identity, Outcome, Page, State
from connector.crm.salesforce.calls import Call, Caller
from connector.crm.salesforce.queries import IN_LIST, Row, Rows, among, chunks, ordered_pages, pages, select
from connector.crm.salesforce.schema import Schema, expect_external_id, schema_of
from connector.crm.salesforce.tokens import Credentials
from connector.crm.salesforce.values import encodable, is_lead_id, to18, to_micros, to_text
from connector.crm.salesforce.wire import Origin
from connector.crm.salesforce.writing import CALL_SIZE, Writer
from connector.errors import Misconfigured, Refused, RetryLater, Unreadable

T = TypeVar("T")

ALWAYS = ("Id", "SystemModstamp", "CreatedDate", "IsConverted", "IsDeleted", "MasterRecordId")
"""Fields that every user who may read leads is shown."""
RETRIEVE_SIZE = 2000
EVERYTHING = Shares(everybody=10**6, own=10**6)
"""No budget."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}", re.ASCII)
_VERSION = re.compile(r"[0-9]{2,3}\.0", re.ASCII)


class SalesforceCrm:
    """Leads of one Salesforce org.

    `url` is the org's My Domain; `external_id` the custom field that holds Operate's lead id; `fields` the native
    Lead fields to read. `timeout`, `sleep` and `clock` are in seconds (`clock` since 1970). `auto_assign` lets
    assignment rules change the owner, `allow_save` overrides duplicate rules in alert mode. Raises `Misconfigured`
    where one of these cannot be right. `shares` is how much of the org's daily API requests may be used: once
    that is spent, what a cycle asks for raises `RetryLater` unsent; the schema and look-up tables are a few requests,
    and always asked for. May be used from several threads; requests are sent one at a time.
    """

    side = Side.SALESFORCE
    batch_size = CALL_SIZE
    answers_with_record = False
    stamps_alone = True
    stores_counterpart = True
    has_bin = True

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        fields: Sequence[str],
        external_id: str = "Operate_Lead_Id__c",
        api_version: str = "67.0",
        timeout: float = 30.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        notes: MutableMapping[str, str] | None = None,
        auto_assign: bool = False,
        allow_save: bool = False,
        shares: Shares = EVERYTHING,
    ) -> None:
        if not _VERSION.fullmatch(api_version):
            raise Misconfigured(f"SALESFORCE_API_VERSION: give it as 67.0, not as {api_version!r:.20}")
        for name in (external_id, *fields):
            if not _NAME.fullmatch(name):
                raise Misconfigured(f"{name!r:.80} cannot be the name of a Salesforce field")
        self.notes: MutableMapping[str, str] = {} if notes is None else notes
        self._fields = tuple(dict.fromkeys(fields))
        self._external_id = external_id
        self._caller = Caller(
            Origin.of(url, "SALESFORCE_URL"),
            credentials,
            api_version=api_version,
            timeout=timeout,
            sleep=sleep,
            clock=clock,
        )
        self._budget = self._caller.wire.budget = Budget(self.notes, clock, shares)
        self._writer = Writer(self._caller, external_id, auto_assign=auto_assign, allow_save=allow_save)
        self._schema: Schema | None = None

    @property
    def calls(self) -> int:
        """HTTP requests sent so far, logins included."""
        return self._caller.wire.calls

    @property
    def usage(self) -> tuple[int, int] | None:
        """How many of the org's API requests of the last 24 hours are used, and how many there are."""
        return self._caller.wire.usage

    @property
    def spent(self) -> str:
        """Why the budget of API requests allows none now."""
        with self._caller.wire.lock:
            return self._budget.spent

    def close(self) -> None:
        """Close the connections."""
        self._caller.wire.session.close()

    def check(self) -> Identity:
        """Log in, look at the schema and say which org this is.

        Raises `Misconfigured` also where the External ID field is missing or cannot be used.
        """
        schema, server_now = self._describe()
        expect_external_id(schema, self._external_id)
        token = self._caller.tokens.current()
        return Identity(self.side, token.org_id, token.user_id, server_now, schema.deletable)

    def changes(self, since: Micros | None) -> Iterator[Page]:
        """Leads changed since a moment, oldest change first, deleted and merged ones too.

        None reads all live ones. One request where nothing changed (Salesforce pages by 2,000).
        """
        listing = self._readable(lambda: _begun(self._ordered(self._columns(), since, deleted=since is not None)))
        for page in listing:
            yield Page(tuple(self._record(row) for row in page.rows), page.server_now)

    def ids(self) -> Iterator[tuple[str, Micros]]:
        """Every live lead's id and stamp."""
        for page in self._ordered(("Id", "SystemModstamp"), None, deleted=False):
            yield from ((_id(row), _stamp(row)) for row in page.rows)

    def get(self, record_ids: Sequence[str]) -> Mapping[str, Record]:
        """These leads as they are now, under the ids they were asked by (15 or 18 characters)."""
        wanted = {asked: to18(asked) for asked in record_ids if is_lead_id(asked)}
        ids = list(dict.fromkeys(wanted.values()))
        found: dict[str, Record] = {}
        for chunk in chunks(ids, RETRIEVE_SIZE):
            found |= self._by_id(self._readable(partial(self._retrieve, chunk)))
        for chunk in chunks([record_id for record_id in ids if record_id not in found], IN_LIST):
            found |= self._by_id(self._readable(partial(self._among, "Id", chunk)))
        if not found.keys() <= set(ids):
            raise Unreadable("Salesforce showed leads that were not asked for: absence of the others is not believed")
        return {asked: found[record_id] for asked, record_id in wanted.items() if record_id in found}

    def find(self, counterpart_ids: Sequence[str]) -> Sequence[Record]:
        """The leads that carry one of these Operate lead ids, live ones first: a deleted one tells that it was made."""
        wanted = [each for each in dict.fromkeys(counterpart_ids) if each and encodable(each)]
        found: list[Record] = []
        for chunk in chunks(wanted, IN_LIST):
            rows = self._readable(partial(self._among, self._external_id, chunk))
            found += (self._record(row) for row in rows)
        return sorted((record for record in found if record.counterpart_id in wanted), key=lambda each: each.deleted)

    def write(self, batch: Sequence[Write]) -> Sequence[Outcome]:
        """Send creates and updates by sObject Collections, 200 to a request."""
        try:
            schema = self._known()
            named = {name for write in batch for native in write.rules.values() for name in native}
            if not named <= schema.fields.keys():
                schema, _ = self._describe()  # a field may have been made, or shown to us, since
        except RetryLater as error:
            return [Outcome(write.key, State.LATER, write.record_id or "", after=error.after) for write in batch]
        return self._writer.write(batch, schema)

    def fields(self) -> Mapping[str, Field]:
        """The fields of Lead that the integration user is shown; read once, and again by `check`."""
        return self._known().fields

    def lookup(self, name: str) -> Mapping[str, str]:
        """`User`: each active user's id and e-mail address in lower case. `RecordType`: the id of each active record
        type of Lead and its developer name. Nothing else is looked up.
        """
        if name == "User":
            rows = self._table("User", "Email", "IsActive = true")
            return {_id(row): to_text(row.get("Email")).lower() for row in rows}
        if name == "RecordType":
            rows = self._table("RecordType", "DeveloperName", "SobjectType = 'Lead'", "IsActive = true")
            return {_id(row): to_text(row.get("DeveloperName")) for row in rows}
        raise Refused(f"Salesforce has no look-up table {name!r:.80} for leads; there are User and RecordType")

    def _table(self, sobject: str, label: str, *conditions: str) -> list[Row]:
        """Ids and labels of an sObject that an integration user need not have the right to see."""
        try:
            statement = select(("Id", label), sobject, *conditions)
            return [row for page in pages(self._caller, statement, always=True) for row in page.rows]
        except Misconfigured as error:
            raise Refused(f"Salesforce does not show its table {sobject}: {error}") from error

    def _ordered(self, columns: Sequence[str], since: Micros | None, *, deleted: bool) -> Iterator[Rows]:
        return ordered_pages(self._caller, columns, since, _stamp, deleted=deleted)

    def _among(self, field: str, texts: Sequence[str]) -> list[Row]:
        """The leads whose field has one of these texts, deleted ones too."""
        statement = select(self._columns(), "Lead", among(field, texts))
        return [row for page in pages(self._caller, statement, deleted=True) for row in page.rows]

    def _retrieve(self, ids: Sequence[str]) -> list[Row]:
        """The leads of these ids by Collections retrieve, which answers null for one that it does not show."""
        body = {"ids": list(ids), "fields": list(self._columns())}
        rows = self._caller.send(Call("POST", "composite/sobjects/Lead", json=body)).data
        if not isinstance(rows, list) or len(rows) != len(ids):
            raise Unreadable(f"Salesforce answered a retrieve of {len(ids)} leads without one row for each")
        return [row for row in rows if isinstance(row, dict)]

    def _columns(self) -> tuple[str, ...]:
        """What to read: all fields until the schema is known, then those that the integration user is shown."""
        wanted = tuple(dict.fromkeys((*ALWAYS, self._external_id, *self._fields)))
        if self._schema is None:
            return wanted
        return tuple(name for name in wanted if name in self._schema.fields or name in ALWAYS)

    def _readable(self, read: Callable[[], T]) -> T:
        """Read; when a field turns out to be hidden before the schema was known, read once more without it.

        Raises `Misconfigured` for one that was there before: without it, it would look as if nobody edited it.
        """
        try:
            return read()
        except Refused as error:
            before, known = self._columns(), self._schema is not None
            if not any(refusal.code == "INVALID_FIELD" for refusal in error.refusals):
                raise
            schema, _ = self._describe()
            expect_external_id(schema, self._external_id)
            lost = [name for name in before if name not in self._columns()]
            if not lost:
                raise
            if known:
                raise Misconfigured(
                    f"Salesforce does not show {', '.join(lost)} of leads any more: deleted, or hidden from the "
                    "integration user. Give it back, or take its rule out of the mapping; `connector check` says which."
                ) from error
        return read()

    def _known(self) -> Schema:
        return self._schema or self._describe()[0]

    def _describe(self) -> tuple[Schema, Micros]:
        """Read the schema anew, and the server's clock."""
        answer = self._caller.send(Call("GET", "sobjects/Lead/describe", always=True))
        self._schema = schema_of(answer.data)
        return self._schema, answer.server_now

    def _by_id(self, rows: Sequence[Row]) -> dict[str, Record]:
        return {record.record_id: record for record in map(self._record, rows)}

    def _record(self, row: Row) -> Record:
        """A row as the port's record; a field that was not shown is missing in `native`."""
        record_id = _id(row)
        if not is_lead_id(record_id):
            raise Unreadable("Salesforce showed a lead whose Id is none of a lead")
        return Record(
            side=self.side,
            record_id=record_id,
            stamp=_stamp(row),
            created=to_micros(row.get("CreatedDate") or ""),
            native={name: to_text(row[name]) for name in self._fields if name in row},
            counterpart_id=to_text(row.get(self._external_id)),
            deleted=row.get("IsDeleted") is True,
            converted=row.get("IsConverted") is True,
            merged_into=to18(to_text(row.get("MasterRecordId"))),
        )


def _begun(rows: Iterator[Rows]) -> Iterator[Rows]:
    """The same pages, the first of them read already, so that a refusal of the query shows now."""
    return chain((next(rows),), rows)


def _id(row: Row) -> str:
    record_id = row.get("Id")
    if not isinstance(record_id, str) or len(to18(record_id)) != 18:
        raise Unreadable("Salesforce showed a record without its Id")
    return to18(record_id)


def _stamp(row: Row) -> Micros:
    return to_micros(row.get("SystemModstamp") or "")
