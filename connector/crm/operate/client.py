"""The client of one tenant of Operate, behind the port.

May import this package, the port and the model. Everything is synchronous; a few threads read and write at a time.
"""

import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, tzinfo
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.core.model import Micros, Record, Side, Write
from connector.crm.http import Answer, Http, Pacer, Seconds, Sleep
from connector.crm.operate.envelope import (
    RECORD_ID,
    DateForm,
    Envelope,
    Row,
    lead,
    open_envelope,
    read_envelope,
    stamp,
)
from connector.crm.operate.fields import CUSTOM, LEAD_FIELDS, LOOK_UPS, LookUp
from connector.crm.operate.habits import Habits
from connector.crm.operate.lists import Lists
from connector.crm.operate.login import Credentials, Tokens
from connector.crm.operate.paging import PAGE_SIZE, read_all
from connector.crm.operate.session import Session
from connector.crm.operate.writing import PATH, Unusable, Writer
from connector.crm.port import Field, Identity, Outcome, Page, State
from connector.errors import Misconfigured, Refused, RetryLater, Unreadable

SAMPLE = 20
"""So many of the newest leads are looked at for custom fields."""
_LEAD = LookUp("lead", "leadid", "leadname")


class OperateCrm:
    """Operate as a `Crm`. One long-lived object, safe for the port's use from one thread; close it in the end.

    `counterpart_field` is the custom field for the other side's id ("": the tenant has none). `timezone` is the
    tenant's: that of filters and of dates in answers without an offset (not documented). `requests_per_second` and
    `in_flight` bound the load (the vendor names no limit). `timeout` is in seconds. `clock` runs forward in seconds.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        counterpart_field: str = "",
        update_verb: str = "POST",
        requests_per_second: float = 5,
        in_flight: int = 2,
        timezone: str = "UTC",
        timeout: float = 30,
        sleep: Sleep = time.sleep,
        clock: Seconds = time.monotonic,
        notes: MutableMapping[str, str] | None = None,
    ) -> None:
        self.side: Side = Side.OPERATE
        self.answers_with_record: bool = True
        self.stamps_alone: bool = False
        self.has_bin: bool = False
        self.stores_counterpart = bool(counterpart_field)
        self.batch_size = max(1, round(requests_per_second))
        self.notes: MutableMapping[str, str] = {} if notes is None else notes
        self._counterpart_field = counterpart_field
        self._user = credentials.username
        self._zone = _zone(timezone)
        self._habits = Habits(self.notes, self._zone)
        pacer = Pacer(requests_per_second, clock=clock, sleep=sleep)
        self._http = Http(
            url,
            timeout=timeout,
            in_flight=in_flight,
            pacer=pacer,
            clock=clock,
            owner="Operate",
            setting="OPERATE_URL",
        )
        tokens = Tokens(self._http, credentials, clock=clock, sleep=sleep)
        self._session = Session(self._http, tokens, sleep=sleep)
        lists = Lists(self.notes, self.lookup)
        self._writer = Writer(self._session, counterpart_field, update_verb, self._answered, self._look, lists)
        self._pool = ThreadPoolExecutor(in_flight, thread_name_prefix="operate")

    @property
    def calls(self) -> int:
        """HTTP requests sent so far, logins included."""
        return self._http.calls

    @property
    def spent(self) -> str:
        """Nothing is known of a daily limit in Operate."""
        return ""

    def close(self) -> None:
        """End the threads and close every connection."""
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- reading ----------------------------------------------------------------------------------------------

    def check(self) -> Identity:
        """Log in and read the oldest and the newest lead: two cheap pages, which also show whether new leads have
        an `updatedate`. A third shows that filters find the newest lead by its own date.

        Raises `Misconfigured` where they don't: edits would be missed.
        """
        first = self._page(_LEAD, 1, 1)
        if first.total is not None and first.total > 1:
            first = self._page(_LEAD, first.total, first.total)
        newest = [self._record(row) for row in first.rows][-1:]
        for record in newest:
            self._try_filter(record)
        return Identity(self.side, self._http.host, self._user, first.server_now)

    def changes(self, since: Micros | None) -> Iterator[Page]:
        """Leads changed at or after `since`, oldest change first; None reads every lead, in the tenant's order.

        Every page carries the server's clock at the *first* request: what changes while pages are read is told by a
        later call. Deleted leads leave no trace. One request when nothing changed, two where leads are born
        without an `updatedate` (see `notes`).
        """
        if since is None:
            yield from self._everything()
            return
        found: dict[str, Record] = {}
        server_now = 0
        for name in self._habits.dates():
            for page in self._all(_LEAD, where=self._habits.since(name, since)):
                server_now = server_now or page.server_now
                found.update((record.record_id, record) for record in map(self._record, page.rows))
        records = sorted(found.values(), key=_age)
        for start in range(0, max(1, len(records)), PAGE_SIZE):
            yield Page(tuple(records[start : start + PAGE_SIZE]), server_now)

    def get(self, record_ids: Sequence[str]) -> Mapping[str, Record]:
        """These leads as they are now, each asked for by its id, so that absence is certain.

        An id that is no whole number cannot exist and is not asked for.
        """
        ids = [record_id for record_id in dict.fromkeys(record_ids) if RECORD_ID.fullmatch(record_id)]
        found = zip(ids, self._pool.map(self._look, ids), strict=True)
        return {record_id: record for record_id, record in found if record is not None}

    def find(self, counterpart_ids: Sequence[str]) -> Sequence[Record]:
        """The leads that carry one of these counterpart ids, oldest first.

        Raises `Refused` for an id with anything but letters and digits: how a quote is escaped in a filter is not
        documented, so none is ever sent.
        """
        if not self._counterpart_field:
            raise Misconfigured("Operate has no field for counterpart ids: set OPERATE_COUNTERPART_FIELD")
        ids = list(dict.fromkeys(counterpart_ids))
        for counterpart_id in ids:
            if not (counterpart_id.isascii() and counterpart_id.isalnum()):
                raise Refused(f"{counterpart_id[:40]!r} is no id: it cannot be looked up in Operate")
        return [record for records in self._pool.map(self._carriers, ids) for record in records]

    def ids(self) -> Iterator[tuple[str, Micros]]:
        """Every lead's id and stamp."""
        for page in self._all(_LEAD, fields="[leadid,updatedate,creationdate]"):
            for row in page.rows:
                record = self._record(row)
                yield record.record_id, record.stamp

    def fields(self) -> Mapping[str, Field]:
        """The documented fields of a lead and the custom ones that this tenant's newest leads show."""
        first = self._page(_LEAD, 1, 1)
        total = first.total if first.total and self._habits.whole_total else SAMPLE
        newest = self._page(_LEAD, max(1, total - SAMPLE + 1), total)
        for row in newest.rows:
            self._record(row)  # the habits of the tenant show on its newest leads
        custom = sorted({name for row in newest.rows for name in row if name.startswith(CUSTOM)})
        return {**LEAD_FIELDS, **{name: Field(name) for name in custom}}

    def lookup(self, name: str) -> Mapping[str, str]:
        """A look-up table, id -> label as the tenant wrote it; records without a label are left out.

        Users and contacts have their e-mail address as label. Raises `Refused` for an unknown table and where the
        tenant does not serve it.
        """
        table = LOOK_UPS.get(name.lower())
        if table is None:
            raise Refused(f"Operate has no look-up table {name[:40]!r}; known are {', '.join(LOOK_UPS)}")
        rows = (row for page in self._all(table) for row in page.rows)
        return {row[table.id_field]: row[table.label_field] for row in rows if row.get(table.label_field)}

    # --- writing ----------------------------------------------------------------------------------------------

    def write(self, batch: Sequence[Write]) -> Sequence[Outcome]:
        """Send each write once, a few at a time, and say how each ended, in the order of the batch.

        Raises `Misconfigured` only when no write of the batch could be sent for want of a login, or when an update
        was carried out on another lead than it named.
        """
        ends = list(self._pool.map(self._attempt, batch))
        failures = [end for end in ends if isinstance(end, Misconfigured)]
        unusable = [failure for failure in failures if isinstance(failure, Unusable)]
        if unusable or (failures and len(failures) == len(ends)):
            raise (unusable or failures)[0]
        return [
            Outcome(write.key, State.LATER, write.record_id or "") if isinstance(end, Misconfigured) else end
            for write, end in zip(batch, ends, strict=True)
        ]

    # --- parts ------------------------------------------------------------------------------------------------

    def _attempt(self, write: Write) -> Outcome | Misconfigured:
        """The end of one write; a failure is handed back, so that the ends of the others are not lost."""
        try:
            return self._writer.write(write)
        except Misconfigured as error:
            return error

    def _everything(self) -> Iterator[Page]:
        server_now = 0
        for page in self._all(_LEAD):
            server_now = server_now or page.server_now
            yield Page(tuple(sorted(map(self._record, page.rows), key=_age)), server_now)

    def _try_filter(self, newest: Record) -> None:
        """Find out which form of dates filters take, and that they are understood in the tenant's time zone."""
        name = "updatedate" if stamp(newest.native.get("updatedate", ""), self._zone) else "creationdate"
        if not newest.stamp:
            return
        for form in DateForm:
            try:
                pages = list(self._all(_LEAD, where=self._habits.since(name, newest.stamp, form)))
            except Refused:
                continue
            self._habits.takes(form)
            found = {row.get("leadid") for page in pages for row in page.rows}
            if newest.record_id in found or self._moved(newest):
                return
            shown = newest.native.get(name, "")
            raise Misconfigured(
                f"Operate at {self._http.host} does not find lead {newest.record_id} by its own {name} ({shown}): its "
                "filters work in another time zone, and edits would be missed. Set OPERATE_TIMEZONE to the tenant's."
            )
        raise Misconfigured(
            f"Operate at {self._http.host} refuses to filter leads by {name} in every known form, so changes cannot be "
            "read: ask essensys how this tenant filters by date"
        )

    def _moved(self, lead: Record) -> bool:
        """Whether a lead was edited or deleted since it was read."""
        now = self._look(lead.record_id)
        return now is None or now.stamp != lead.stamp

    def _all(self, table: LookUp, **query: str) -> Iterator[Envelope]:
        return read_all(
            lambda start, end: self._page(table, start, end, **query),
            table.id_field,
            whole_total=lambda: self._habits.whole_total,
            unpaged=lambda: self._habits.unpaged,
        )

    def _page(self, table: LookUp, start: int, end: int, **query: str) -> Envelope:
        query |= {"startrecord": str(start), "endrecord": str(end)}
        page = self._open(self._session.read(f"/{table.object}", query), table)
        self._habits.saw_page(page, end - start + 1)
        return page

    def _open(self, answer: Answer, table: LookUp) -> Envelope:
        """The envelope of a read. That leads cannot be read at all is for somebody to change."""
        try:
            return read_envelope(answer, table.plural, host=self._http.host)
        except Refused as error:
            if table is _LEAD and error.status in (403, 404, 405):
                raise Misconfigured(f"{error}; check OPERATE_URL and the rights of OPERATE_USERNAME") from error
            raise

    def _carriers(self, counterpart_id: str) -> list[Record]:
        where = f"[{self._counterpart_field}]='{counterpart_id}'"
        records = [self._record(row) for page in self._all(_LEAD, where=where) for row in page.rows]
        # The filter may ignore the case of letters (not documented); ids do not.
        return [record for record in records if record.counterpart_id == counterpart_id]

    def _look(self, record_id: str) -> Record | None:
        """One lead, or None where the tenant has none of that id.

        What it answers for an unknown id is not documented, and one 404 or empty answer may be somebody else's (a
        gateway, a node that starts): anything but records is asked for again as a listing.
        """
        with suppress(RetryLater):  # an error of the server may be its answer for an unknown id, too
            answer = self._session.read(f"{PATH}/{record_id}")
            opened = open_envelope(answer, _LEAD.plural)
            if isinstance(opened, Envelope) and opened.rows:
                record = self._record(opened.rows[0])
                if record.record_id != record_id:
                    raise Unreadable(f"Operate answered lead {record_id} with lead {record.record_id}")
                return record
        found = [row for page in self._all(_LEAD, where=f"[leadid]='{record_id}'") for row in page.rows]
        return next((self._record(row) for row in found if row.get("leadid") == record_id), None)

    def _record(self, row: Mapping[str, str]) -> Record:
        """A lead that was read."""
        record = self._plain(row)
        self._habits.saw_lead(row, record)
        return record

    def _answered(self, row: Row) -> Record:
        """A lead in the answer to a write, which may show less than a read."""
        return self._record(row) if "updatedate" in row else self._plain(row)

    def _plain(self, row: Row) -> Record:
        return lead(row, zone=self._zone, counterpart_field=self._counterpart_field)


def _age(record: Record) -> tuple[Micros, int, str]:
    return record.stamp, len(record.record_id), record.record_id


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Misconfigured(f"OPERATE_TIMEZONE: {name!r} is not a time zone such as Europe/London") from error
