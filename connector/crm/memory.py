"""A strict CRM in memory, for simulations of the core: it stores, refuses, cuts and loses like the real ones.

What people do in it is in `memory_people`. May import the port, the model and the errors. There is no network: what
may go wrong between two machines is thrown by a hook that is called before and after every request, and the hook is
also where people edit in between.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from connector.core.model import Micros, Native, Record, Side, Write
from connector.crm.budget import Budget
from connector.crm.memory_faults import Late, Lost
from connector.crm.memory_people import People
from connector.crm.memory_rows import OnSave, Rows, age, unheard
from connector.crm.port import Field, Identity, Outcome, Page, State
from connector.errors import Refusal, Refused, RetryLater

OnIo = Callable[[str, str], None]
"""Called with the port's method and "before" or "after" around every request."""

Refuses = Callable[[Write], Sequence[Refusal]]
"""Says why a write is refused; nothing: it is not."""

ALWAYS = frozenset({"check", "fields", "lookup"})
"""What is asked although the budget of requests is spent."""
SALESFORCE_BATCH = 200
"""Rows a call ("REST guide, sObject Collections")."""


_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class _Late:
    at: Micros
    writes: tuple[Write, ...]


def _nothing(method: str, phase: str) -> None:
    """The hook of a network on which nothing happens."""


def _accepts(write: Write) -> Sequence[Refusal]:
    """The rule of a CRM that refuses nothing."""
    return ()


class MemoryCrm(People):
    """One CRM with one table of leads; implements the port `Crm`.

    Salesforce-like on that side (upsert by External ID, unique counterpart ids, a recycle bin that is shown, one
    request for a whole batch, values trimmed), Operate-like on the other (a request per write, deletes without a
    trace, the stored record in the answer). Stamps have a resolution of one second.

    `fields` is the schema: a record shows exactly these; sizes, required fields and allowed values are enforced.
    Values of a field in `cuts` are cut at their size instead of refused; those in `lowercase` are stored so.
    `names_fields` off: refusals do not say which field is wrong. `refuses` names rules that are refused,
    `blocks` leads that are refused as such. `mumbles`: its answers to writes say nothing.

    `on_save` hears of every row that is written or deleted. `on_io` may edit records, throw `Lost`, `Late` or
    `RetryLater`, or any other exception, which passes through like a crash of our process. Programming errors of the
    caller raise ValueError: a batch that is too large, two writes to one record in a batch, a write for the other side.
    """

    stamps_alone: bool
    has_bin: bool

    def __init__(
        self,
        side: Side,
        *,
        clock: Callable[[], Micros],
        fields: Mapping[str, Field],
        tables: Mapping[str, Mapping[str, str]] | None = None,
        cuts: frozenset[str] = frozenset(),
        lowercase: frozenset[str] = frozenset(),
        names_fields: bool = True,
        counterpart_field: bool = True,
        answers_with_record: bool | None = None,
        batch_size: int | None = None,
        page_size: int = 100,
        refuses: Refuses = _accepts,
        blocks: Refuses = _accepts,
        mumbles: bool = False,
        on_io: OnIo = _nothing,
        on_save: OnSave = unheard,
    ) -> None:
        operate = side is Side.OPERATE
        self.side = side
        self.stamps_alone = self.has_bin = not operate
        self.stores_counterpart = counterpart_field
        self.answers_with_record = operate if answers_with_record is None else answers_with_record
        self.batch_size = batch_size or (5 if operate else SALESFORCE_BATCH)
        self.notes: MutableMapping[str, str] = {}
        self.calls = 0
        self.budget: Budget | None = None
        self.on_io = on_io
        self.refuses = refuses
        self.blocks = blocks
        self.mumbles = mumbles
        self._clock = clock
        self._tables = tables or {}
        self._names_fields = names_fields
        self._page_size = page_size
        super().__init__(Rows(side, clock=clock, fields=fields, cuts=cuts, lowercase=lowercase, on_save=on_save))
        self._late: list[_Late] = []

    # --- the port ---------------------------------------------------------------------------------------------

    @property
    def spent(self) -> str:
        """Why the budget allows no request now; there is none but where somebody gives it one."""
        return self.budget.spent if self.budget is not None else ""

    def check(self) -> Identity:
        """Say which system this is."""
        self._ask("check")
        may_delete = True if self.side is Side.SALESFORCE else None
        return Identity(self.side, f"memory-{self.side}", "connector", self._rows.now(), may_delete)

    def changes(self, since: Micros | None) -> Iterator[Page]:
        """Records changed at or after `since` as they are when their page is read, oldest change first.

        None reads the live ones. What changes after the first request is told by a later call: `server_now` is of
        the first request.
        """
        found: list[str] | None = None
        server_now = 0
        start = 0
        while found is None or start < len(found):
            self._request("changes", "before")
            if found is None:
                server_now = self._rows.now()
                rows = self._rows.oldest_first()
                found = [r.record_id for r in rows if (not r.deleted if since is None else r.stamp >= since)]
            ids = found[start : start + self._page_size]
            shown = [self._rows.by_id[record_id] for record_id in ids if record_id in self._rows.by_id]
            self._request("changes", "after")
            yield Page(tuple(sorted(shown, key=age)), server_now)
            start += self._page_size

    def get(self, record_ids: Sequence[str]) -> Mapping[str, Record]:
        """These records as they are now; one request for all (Salesforce) or for each (Operate)."""
        found = {}
        for ids in _parts(list(dict.fromkeys(record_ids)), self._per_request(2000)):
            self._request("get", "before")
            found.update({record_id: self._rows.by_id[record_id] for record_id in ids if record_id in self._rows.by_id})
            self._request("get", "after")
        return found

    def find(self, counterpart_ids: Sequence[str]) -> Sequence[Record]:
        """The records that carry one of these counterpart ids, live ones first, then those in the bin."""
        if not self.stores_counterpart:
            raise ValueError(f"{self.side} has no field for counterpart ids, so none can be looked up")
        found: list[Record] = []
        for ids in _parts(list(dict.fromkeys(counterpart_ids)), self._per_request(SALESFORCE_BATCH)):
            self._request("find", "before")
            found += [row for row in self._rows.oldest_first() if row.counterpart_id in ids]
            self._request("find", "after")
        return sorted(found, key=lambda row: row.deleted)

    def write(self, batch: Sequence[Write]) -> Sequence[Outcome]:
        """Carry out a batch, one request for all (Salesforce) or for each write (Operate)."""
        self._inspect(batch)
        outcomes: list[Outcome] = []
        for writes in _parts(batch, self._per_request(SALESFORCE_BATCH)):
            outcomes += self._send(writes)
        return outcomes

    def ids(self) -> Iterator[tuple[str, Micros]]:
        """Every live record's id and stamp, all in one request."""
        self._request("ids", "before")
        rows = [(row.record_id, row.stamp) for row in self._rows.by_id.values() if not row.deleted]
        self._request("ids", "after")
        yield from rows

    def fields(self) -> Mapping[str, Field]:
        """The schema this CRM was made with."""
        self._ask("fields")
        return dict(self._rows.fields)

    def lookup(self, name: str) -> Mapping[str, str]:
        """A look-up table this CRM was made with. Raises `Refused` for another one."""
        self._ask("lookup")
        if name not in self._tables:
            raise Refused(f"{self.side} has no look-up table {name!r}", status=404)
        return dict(self._tables[name])

    # --- requests ---------------------------------------------------------------------------------------------

    def _ask(self, method: str) -> None:
        """A request that reads nothing of the records."""
        self._request(method, "before")
        self._request(method, "after")

    def _request(self, method: str, phase: str) -> None:
        """One half of a reading request; none but those that are always allowed is sent where the budget is spent."""
        if phase == "before":
            if self.budget is not None and method not in ALWAYS:
                self.budget.expect_left()
            self._count()
        try:
            self.on_io(method, phase)
        except (Lost, Late) as error:
            raise RetryLater(f"{self.side} did not answer {method}") from error
        self._land()

    def _send(self, writes: Sequence[Write]) -> list[Outcome]:
        """One writing request and its answer; none is sent where the budget is spent."""
        try:
            if self.budget is not None:
                self.budget.expect_left()
            self._count()
            self.on_io("write", "before")
        except RetryLater as error:
            return [_outcome(write, State.LATER, after=error.after) for write in writes]
        except Lost:
            return [_outcome(write, State.UNKNOWN) for write in writes]
        except Late as error:
            self._late.append(_Late(error.at, tuple(writes)))
            return [_outcome(write, State.UNKNOWN) for write in writes]
        self._land()
        outcomes = [self._told(write, self._carry_out(write)) for write in writes]
        try:
            self.on_io("write", "after")
        except Lost:
            return [_outcome(write, State.UNKNOWN) for write in writes]
        return outcomes

    def _count(self) -> None:
        self.calls += 1
        if self.budget is not None:
            self.budget.sent()

    def _told(self, write: Write, outcome: Outcome) -> Outcome:
        """The outcome as it is heard: from a CRM that mumbles, neither a yes nor a no."""
        if not self.mumbles or outcome.state is State.GONE:
            return outcome
        if write.creates and outcome.state is State.LANDED:
            return _outcome(write, State.UNKNOWN)
        return replace(_outcome(write, State.UNCLEAR), refusals=(Refusal("", "", "(a page about nothing)"),))

    def _land(self) -> None:
        """Carry out the late requests whose time has come, and show what was committed late."""
        due = sorted((late for late in self._late if late.at <= self._clock()), key=lambda late: late.at)
        for late in due:
            self._late.remove(late)
            for write in late.writes:
                self._carry_out(write, at=late.at)
        self._commit()

    def under_way(self) -> int:
        """How many lost requests are still going to be carried out."""
        self._land()
        return len(self._late)

    def _inspect(self, batch: Sequence[Write]) -> None:
        """Refuse what no caller may do."""
        aims = [
            write.record_id or f"create {write.counterpart_id}" for write in batch if write.record_id or write.stamp
        ]
        if len(batch) > self.batch_size:
            raise ValueError(f"{len(batch)} writes in a batch, {self.side} takes {self.batch_size}")
        if len(set(aims)) < len(aims):
            raise ValueError(f"two writes to one record in a batch for {self.side}")
        if any(write.deletes and (write.creates or write.rules or write.stamp) for write in batch):
            raise ValueError(f"a delete that writes something was given to {self.side}")
        if any(write.side is not self.side for write in batch):
            raise ValueError(f"a write for the other side was given to {self.side}")

    def _per_request(self, most: int) -> int:
        return most if self.side is Side.SALESFORCE else 1

    # --- the store --------------------------------------------------------------------------------------------

    def _carry_out(self, write: Write, *, at: Micros | None = None) -> Outcome:
        """Create or update one row, or say why not."""
        row = self._target(write)
        if write.record_id is not None and (row is None or row.deleted):
            return _outcome(write, State.GONE)
        if write.deletes and row is not None:
            return self._delete(write, row, at=at)
        native = {name: text for fields in write.rules.values() for name, text in fields.items()}
        refused = self._refused(write, row, native)
        if refused is not None:
            return refused
        stored = {**(row.native if row else self._rows.blank()), **self._rows.typed(native)}
        counterpart_id = row.counterpart_id if row else ""
        if write.stamp and self.stores_counterpart:
            counterpart_id = write.counterpart_id
        if row is None:
            after = self._rows.create(stored, counterpart_id, at=at, write=write)
        else:
            after = self._rows.save(replace(row, native=stored, counterpart_id=counterpart_id), at=at, write=write)
        return Outcome(
            write.key,
            State.LANDED,
            record_id=after.record_id,
            record=after if self.answers_with_record else None,
            created=row is None,
        )

    def _delete(self, write: Write, row: Record, *, at: Micros | None) -> Outcome:
        """Delete one row: into the bin (Salesforce) or without a trace (Operate)."""
        if blocked := tuple(self.blocks(write)):
            return replace(_outcome(write, State.REFUSED), refusals=blocked, whole=True)
        if self.side is Side.SALESFORCE:
            self._rows.save(replace(row, deleted=True), at=at, write=write)
        else:
            self._rows.remove(row.record_id, write=write)
        return _outcome(write, State.LANDED)

    def _target(self, write: Write) -> Record | None:
        """The row a write means; a create in Salesforce is an upsert by the counterpart id."""
        if write.record_id is not None:
            return self._rows.by_id.get(write.record_id)
        upserts = self.side is Side.SALESFORCE and self.stores_counterpart and write.stamp
        return self._rows.holder(write.counterpart_id) if upserts else None

    def _refused(self, write: Write, row: Record | None, native: Native) -> Outcome | None:
        """The refusal of a write, or None."""
        blocked = tuple(self.blocks(write))
        if row is not None and row.converted and self.side is Side.SALESFORCE:
            blocked += (Refusal("", "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead"),)
        if blocked:
            return replace(_outcome(write, State.REFUSED), refusals=blocked, whole=True)
        holder = self._rows.holder(write.counterpart_id) if write.stamp and self.side is Side.SALESFORCE else None
        if holder is not None and row is not None and holder.record_id != row.record_id and self.stores_counterpart:
            text = f"duplicate value found on record with id: {holder.record_id}"
            refusals = (Refusal("", "DUPLICATE_VALUE", text),)
            return replace(_outcome(write, State.REFUSED), refusals=refusals, whole=True, matches=(holder.record_id,))
        faults: tuple[Refusal, ...] = (*self._rows.faults(native, creates=row is None), *self.refuses(write))
        if faults and not self._names_fields:
            faults = (Refusal("", "", "the record could not be saved"),)
        return replace(_outcome(write, State.REFUSED), refusals=faults) if faults else None


def _outcome(write: Write, state: State, *, after: float | None = None) -> Outcome:
    return Outcome(write.key, state, record_id=write.record_id or "", after=after)


def _parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
