"""What the connector keeps between cycles: observations, not work.

A ledger is six small books and a transaction around them. Values are whole trees here; how they are packed is
the adapter's business. Every method raises `LedgerFailed` when the store cannot be read or written. A book is
used from one thread at a time: the cycle's.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from connector.core.model import SIDES, Intent, Link, Micros, Side, Stranger, StrangerState

RecordRef = tuple[Side, str]
"""A record: its side and its id."""
RecordPair = frozenset[RecordRef]
"""Two records, in no order."""
Text = tuple[str, str]
"""A text of the match index: its kind, and the text itself."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history: who changed which rule of which lead when, and why.

    `kind` is one of created, updated, marked, deleted, linked, stamped, conflict, parked, unparked, ended, learned,
    decided.
    For a conflict `lost` is the losing value and `side` the side that lost it. `rule` "" means the lead as a whole.
    """

    cycle: int
    at: Micros
    link_id: int
    kind: str
    side: Side | None = None
    rule: str = ""
    old: str = ""
    new: str = ""
    lost: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One cycle as the ledger remembers it; `report` is the JSON text of its result ("" while it runs)."""

    number: int
    kind: str
    started: Micros
    ended: Micros = 0
    status: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many leads are where."""

    live: int = 0
    ended: int = 0
    open: int = 0
    to_do: int = 0
    held: int = 0
    parked_leads: int = 0
    parked_rules: int = 0
    strangers: Mapping[StrangerState, int] = field(default_factory=dict)


class Links(Protocol):
    """The links. A record id belongs to at most one link per side, whoever writes: a second one raises
    `LedgerFailed` and nothing of that transaction is kept.
    """

    def by_record(self, side: Side, record_ids: Sequence[str]) -> Mapping[str, Link]:
        """The links of these records (any state), by record id; unknown ids are left out."""
        ...

    def get(self, link_ids: Sequence[int]) -> Mapping[int, Link]:
        """The links with these numbers, by number."""
        ...

    def save(self, links: Sequence[Link]) -> Sequence[Link]:
        """Insert (link_id 0) or replace; returns them with their numbers, in the same order."""
        ...

    def drop(self, link_id: int) -> None:
        """Forget an open link whose create is known not to have landed."""
        ...

    def undo(self, link_id: int) -> None:
        """Forget a link of any state, because a person said that its records do not belong together."""
        ...

    def to_do(self, after: int = 0, limit: int = 1000) -> Sequence[Link]:
        """Live and ended links that need a look (see `connector.core.model.to_do`), by number, above `after`."""
        ...

    def all(self, after: int = 0, limit: int = 1000) -> Sequence[Link]:
        """Every link of any state, by number, above `after`."""
        ...

    def parked(self, after: int = 0, limit: int = 1000) -> Sequence[Link]:
        """Links with something parked, by number, above `after`."""
        ...

    def counts(self) -> Counts:
        """How many leads are where (strangers included)."""
        ...


class Strangers(Protocol):
    """Records without a link."""

    def keep(self, strangers: Sequence[Stranger]) -> None:
        """Insert or replace by side and record id."""
        ...

    def drop(self, side: Side, record_ids: Sequence[str]) -> None:
        """Remove: they were linked or are gone."""
        ...

    def get(self, side: Side, record_ids: Sequence[str]) -> Mapping[str, Stranger]:
        """The strangers with these record ids."""
        ...

    def inside(self, state: StrangerState, side: Side | None = None) -> Iterator[Stranger]:
        """Strangers in a state, oldest creation first, then by side and record id."""
        ...


class Keys(Protocol):
    """The match index: every record's texts to be found by, and how common they are.

    Texts are stored as keyed hashes only; the key is random per ledger. The table of frequencies moves when it is
    frozen anew and at no other time, so that the same two records weigh the same in between.
    """

    def put(self, side: Side, keys: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Replace the texts of records: record id -> kind -> texts.

        "" is not stored, a text given twice is stored once, and what comes after 128 texts of a record is left out.
        """
        ...

    def find(
        self, texts: Iterable[Text], most: int = 0, sides: Collection[Side] = SIDES
    ) -> Mapping[Text, Sequence[RecordRef]]:
        """The records of these sides that carry one of these texts: text -> records, sorted.

        A text that no record carries is left out. Where more than `most` records of a side carry one (0: no limit),
        none of that side is found by it: it tells nobody apart. That costs no more than reading `most` records.
        """
        ...

    def known(self, side: Side, record_ids: Sequence[str]) -> Set[str]:
        """Those of these records that are in the index, with or without texts."""
        ...

    def drop(self, side: Side, record_ids: Sequence[str]) -> None:
        """Remove records that are gone, with their texts."""
        ...

    def freeze(self, kinds: Sequence[str]) -> None:
        """Count anew how many records carry each text of these kinds; what was counted before is forgotten."""
        ...

    def frozen(self) -> Mapping[Side, int]:
        """How many records of each side were counted (0: never, or there were none)."""
        ...

    def shares(self, texts: Sequence[Text]) -> Mapping[Text, float]:
        """Which part of the counted records of both sides carried a text: (kind, text) -> above 0, at most 1.

        A text that was not counted, or that at most two records carried, counts as carried by two.
        """
        ...


@dataclass(frozen=True, slots=True)
class MatchDecision:
    """What a person said about two records: that they are the `same` lead, or that they are two; and when."""

    same: bool
    at: Micros


class Decisions(Protocol):
    """What people decided about pairs of records, across the sides or within one.

    It outlives strangers and links; only a person takes it back.
    """

    def put(self, pairs: Sequence[RecordPair], at: Micros, *, same: bool = False) -> None:
        """Remember what was decided about these pairs; one about which the same is known keeps its time."""
        ...

    def drop(self, pairs: Sequence[RecordPair]) -> None:
        """Take decisions back."""
        ...

    def about(self, records: Sequence[RecordRef]) -> Mapping[RecordPair, MatchDecision]:
        """What was decided about these records and any others."""
        ...


class Intents(Protocol):
    """Creates that were stored before they were sent."""

    def put(self, intents: Sequence[Intent]) -> None:
        """Insert or replace by link."""
        ...

    def done(self, link_ids: Sequence[int]) -> None:
        """Remove: the create landed, was refused, or is known not to have landed."""
        ...

    def open(self) -> Sequence[Intent]:
        """All open intents, oldest first."""
        ...


class Log(Protocol):
    """Marks (cursors, flags, fingerprints, what a client learnt), history and cycles."""

    def mark(self, name: str) -> str:
        """The text stored under a name, "" when there is none."""
        ...

    def set_mark(self, name: str, text: str) -> None:
        """Store a text under a name ("" removes it)."""
        ...

    def marks(self, prefix: str) -> Mapping[str, str]:
        """Every mark whose name starts so."""
        ...

    def note(self, happenings: Sequence[Happening]) -> None:
        """Append to the history."""
        ...

    def history(self, link_id: int) -> Sequence[Happening]:
        """The history of one lead, oldest first."""
        ...

    def happened(self, after: int, limit: int = 1000) -> Sequence[tuple[int, Happening]]:
        """The history of all leads from behind a line, oldest first, with the numbers of the lines."""
        ...

    def last_line(self) -> int:
        """The number of the newest line of the history, 0 for none."""
        ...

    def begin_cycle(self, kind: str, at: Micros) -> int:
        """Number of a new cycle (kinds: sync, backfill, rebuild)."""
        ...

    def end_cycle(self, row: CycleRow) -> None:
        """Store how a cycle ended."""
        ...

    def cycles(self, limit: int = 20) -> Sequence[CycleRow]:
        """The newest cycles first."""
        ...

    def old_cycles(self, after: int, before: Micros, limit: int) -> Sequence[CycleRow]:
        """Of the next `limit` cycles with numbers above `after`, those that began before a time, oldest first."""
        ...

    def drop_cycles(self, numbers: Sequence[int]) -> None:
        """Forget these cycles; their numbers are not used again."""
        ...

    def last_end(self, statuses: Sequence[str]) -> Micros:
        """When the last cycle ended that ended so, however long ago; 0 for none."""
        ...


class Ledger(Protocol):
    """The six books of one pair, a transaction, a lock for cycles and a scratch copy for previews."""

    links: Links
    strangers: Strangers
    keys: Keys
    decisions: Decisions
    intents: Intents
    log: Log

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside are kept together or not at all; may be nested (the outermost counts).
        Writes outside any transaction are a transaction of their own.
        """
        ...

    def cycle_lock(self) -> AbstractContextManager[None]:
        """Held while a cycle runs; raises `Busy` when another process or thread holds it. Ends with its process."""
        ...

    def scratch(self) -> "AbstractContextManager[Ledger]":
        """A writable copy that is deleted afterwards; the ledger itself is not touched, not even its file."""
        ...

    def expect_there(self) -> None:
        """Raises `LedgerFailed` where what was opened is not what its name leads to any more."""
        ...

    def pin(self, side: Side, system: str) -> None:
        """Remember which org or host this ledger belongs to; raises `OtherPair` when it is another one."""
        ...

    def close(self) -> None:
        """Give back files and locks."""
        ...
