"""What the connector asks of a CRM, and what it may rely on.

Implemented by `salesforce`, `operate` and the in-memory fake; one contract test-suite runs against all of them.
Every method may raise `RetryLater` (busy or away, after the client's own short retries), `Refused`,
`Misconfigured` (login or rights) and `Unreadable`. Only `write` can leave something unknown, and it says so per
write instead of raising.
"""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from connector.core.model import Micros, Record, Side, Write
from connector.errors import Refusal


@dataclass(frozen=True, slots=True)
class Identity:
    """Which system this is: the org id of Salesforce, the host of Operate. `server_now` is its own clock.

    `may_delete` is whether our user may delete leads; None where the CRM does not tell without a try.
    """

    side: Side
    system: str
    user: str
    server_now: Micros
    may_delete: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, oldest change first, and the server's clock when the listing was begun: the same on every page of
    it, so that what changes while pages are read lies after it.
    """

    records: tuple[Record, ...]
    server_now: Micros


class State(StrEnum):
    """How a write ended."""

    LANDED = "landed"
    """Carried out."""
    REFUSED = "refused"
    """Nothing of it was carried out; `refusals` says why."""
    GONE = "gone"
    """The record to update or delete does not exist any more (or is not visible to us)."""
    UNCLEAR = "unclear"
    """Answered, so it cannot arrive any more, but the answer does not say what became of it: look at the record.
    `refusals` holds the words."""
    UNKNOWN = "unknown"
    """Sent, answer lost: it may land until the hold has passed."""
    LATER = "later"
    """Not carried out, the CRM is busy or away; `after` seconds if it said so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one write.

    `record` is the stored record where the CRM's answer shows it (Operate), else None: read it back.
    `created` is whether a create made a new record (False: the External ID was already there).
    `whole` means that the record as such was refused (duplicate rule, lock, converted, rights): leaving out a
    rule would not help. `matches` are record ids that the CRM named as duplicates.
    """

    key: int
    state: State
    record_id: str = ""
    record: Record | None = None
    created: bool = False
    refusals: tuple[Refusal, ...] = ()
    whole: bool = False
    matches: tuple[str, ...] = ()
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One native field of the live schema. `length` 0 means unlimited or unknown."""

    name: str
    label: str = ""
    type: str = "string"
    length: int = 0
    createable: bool = True
    updateable: bool = True
    required: bool = False
    values: tuple[str, ...] = ()
    """Allowed values of a restricted picklist; empty: free."""
    external_id: bool = False
    """Whether records can be found by it, each by a value of its own (Salesforce: External ID and Unique)."""


class Crm(Protocol):
    """One CRM: read changes, read records, write a batch.

    `batch_size` is how many writes one `write` call should carry (Salesforce 200; Operate about one second of
    requests). `answers_with_record` says whether a landed write brings the stored record along.
    `notes` is what the client learnt about this tenant (text to text); the caller fills it from the ledger
    before the first call and stores it after a cycle.
    """

    side: Side
    batch_size: int
    answers_with_record: bool
    stamps_alone: bool
    """Whether a counterpart id may be written by a call of its own (Salesforce yes, Operate only along)."""
    stores_counterpart: bool
    """Whether records of this side have a field for the other side's id."""
    has_bin: bool
    """Whether a record that is deleted there can be taken back for a while."""
    notes: MutableMapping[str, str]

    @property
    def calls(self) -> int:
        """HTTP requests sent so far by this object."""
        ...

    @property
    def spent(self) -> str:
        """Why the budget of requests allows none now, in words; "" while it does. Reads raise `RetryLater` meanwhile,
        and writes come to "later".
        """
        ...

    def check(self) -> Identity:
        """Log in and say which system this is. Reads only."""
        ...

    def changes(self, since: Micros | None) -> Iterator[Page]:
        """Records changed at or after `since` (no upper bound), oldest change first; None reads every live record, in
        any order.

        With `since`, deleted and merged records come along where the CRM shows them (Salesforce). At least one page is
        yielded, even an empty one, so that the server's clock is always known. A record may come twice; none is
        left out, also when records change while pages are read. A listing that is shorter than the CRM's own
        count, or that repeats itself, raises `Unreadable`.
        """
        ...

    def get(self, record_ids: Sequence[str]) -> Mapping[str, Record]:
        """The records of these ids as they are now; a deleted or merged one with its flags; a missing key means
        that the CRM does not have it. Absence is certain: the CRM was asked for that id.
        """
        ...

    def find(self, counterpart_ids: Sequence[str]) -> Sequence[Record]:
        """The records that carry one of these counterpart ids, live ones first, then those in a recycle bin.

        Only where `stores_counterpart`.
        """
        ...

    def write(self, batch: Sequence[Write]) -> Sequence[Outcome]:
        """Send each write once and say how each ended, in the order of the batch. A delete puts a record into the
        recycle bin where there is one.

        One attempt: a refused write is not repeated with less (the caller isolates the rule), and a request
        whose answer was lost is not repeated at all. Where nothing was carried out (no connection, no token, 429) the
        client may retry by itself. Does not raise for what befell a single write.
        """
        ...

    def ids(self) -> Iterator[tuple[str, Micros]]:
        """Every live record's id and stamp (for the sweep)."""
        ...

    def fields(self) -> Mapping[str, Field]:
        """The live schema of the lead: native field name -> field."""
        ...

    def lookup(self, name: str) -> Mapping[str, str]:
        """A look-up table, id -> label (users: id -> e-mail). Raises `Refused` where this CRM has no such table."""
        ...
