"""Everything that really happened in both CRMs, and what of it the connector was shown: what the invariants judge."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connector.core.model import SECOND, SIDES, Micros, Record, Side, Write
from tests.simulation.rules import FIELDS

Place = tuple[Side, str, str]
"""A side, a record id and a rule ("": the record as such)."""
AT_ONCE = 2 * SECOND
"""What is stamped longer ago than this when it appears was committed slowly."""
OVERLAP = 200 * SECOND
"""What is stamped longer ago than this is shown by no poll any more, only by a sweep."""


@dataclass(eq=False, slots=True)
class Batch:
    """Some writes that the connector gave to a client at once, the `number`th event of the history.

    `looked` is when the last reading of that side began before, `polled` when the first one of the cycle did;
    `looks` and `nth` count readings begun and batches sent on that side in this cycle.
    """

    number: int
    side: Side
    cycle: int
    looked: int
    polled: int
    looks: int
    nth: int


@dataclass(eq=False, slots=True)
class Change:
    """One value that was stored, the `number`th event of the history.

    `batch`: who wrote it (None: a person). `slow`: it was done before it could be read, and `late`: so long before
    that only a sweep can show it. `shown`: when the connector
    was given it first. `replaced`: what stood there before. `clears`: it took away a value that the ledger knew.
    """

    number: int
    place: Place
    value: str
    batch: Batch | None = None
    slow: bool = False
    shown: int | None = None
    replaced: "Change | None" = None
    known: bool = False
    late: bool = False

    @property
    def typed(self) -> bool:
        """Whether a person did it."""
        return self.batch is None

    def shown_before(self, number: int) -> bool:
        """Whether the connector knew it before an event."""
        return self.shown is not None and self.shown <= number

    def too_close_to(self, batch: Batch) -> bool:
        """Whether nobody could have known it when a batch was sent: it came after the last look (promise 3).

        What was committed slowly may lie before what a look reads again; the poll of the next cycle shows it, or a
        sweep.
        """
        if self.late:
            return not self.shown_before(batch.number)
        return not self.shown_before(batch.number) and self.number > (batch.polled if self.slow else batch.looked)


@dataclass(frozen=True, slots=True)
class Ended:
    """A record that was deleted, merged into another one or converted: the `number`th event, in this cycle.

    `came`: when it had come to be there, or back. `write`: what we sent, where we deleted it ourselves.
    """

    number: int
    cycle: int
    side: Side
    record_id: str
    how: str
    came: Change | None = None
    write: Write | None = None


@dataclass(eq=False, slots=True)
class Made:
    """A record that came into being: whose it is, and the create that made it (None: a person entered it).

    `rivals` are the live records of the same person on the same side at that moment that say so by their e-mail
    address: when they came there, or back.
    """

    side: Side
    record_id: str
    person: str
    born: Change
    source_id: str = ""
    rivals: tuple[Change, ...] = ()
    vanished: bool = False
    """Whether it was deleted without a trace before the ledger had it."""


class Journal:
    """The history of both CRMs. `clocks` are theirs; `knows` says whether the ledger has a value (or record) by now."""

    def __init__(self, clocks: Mapping[Side, Callable[[], Micros]], knows: Callable[[Place, str], bool]) -> None:
        self.changes: list[Change] = []
        self.overwritten: list[tuple[Change, Change]] = []
        """What people typed, and the value of ours that took its place."""
        self.made: dict[tuple[Side, str], Made] = {}
        self.batches: list[Batch] = []
        self.writes: dict[int, tuple[Write, Batch]] = {}
        """Everything that was sent, by the identity of the write."""
        self.standing: dict[Place, Change] = {}
        self.ended: list[Ended] = []
        self.winners: set[tuple[Side, str]] = set()
        """Records into which others were merged."""
        self.number = 0
        self._clocks, self._knows = clocks, knows
        self.cycle = 0
        self._begun: list[int] = []
        self._live: dict[tuple[Side, str], Change] = {}
        self._versions: dict[int, tuple[Record, tuple[Change, ...]]] = {}
        self._reads: dict[Side, list[int]] = {side: [0] for side in SIDES}
        self._sent = dict.fromkeys(SIDES, 0)

    def begin_cycle(self, number: int) -> None:
        """A cycle begins."""
        self.cycle = number
        self._begun.append(self.number)
        self._reads = {side: [reads[-1]] for side, reads in self._reads.items()}
        self._sent = dict.fromkeys(SIDES, 0)

    # what the CRMs tell

    def saved(self, side: Side, before: Record | None, after: Record | None, write: Write | None) -> None:
        """A row was written or deleted."""
        self._end(side, before, after, write)
        if after is None:
            self._forget(side, before.record_id if before is not None else "")
            return
        batch = self.writes[id(write)][1] if write is not None else None
        slow = batch is None and after.stamp + AT_ONCE < self._clocks[side]()
        late = slow and after.stamp + OVERLAP < self._clocks[side]()
        if before is None:
            self._enter(side, after, write, batch, slow=slow, late=late)
        if after.merged_into:
            self.winners.add((side, after.merged_into))
        came = self._presence(side, before, after)
        for rule, fields in FIELDS.items():
            if after.native[fields[side]] != (before.native[fields[side]] if before is not None else ""):
                self._change((side, after.record_id, rule), after.native[fields[side]], batch, slow=slow, late=late)
        places = ((side, after.record_id, rule) for rule in FIELDS)
        standing = tuple(self.standing[place] for place in places if place in self.standing)
        self._versions[id(after)] = (after, (self.made[side, after.record_id].born, *came, *standing))

    def _end(self, side: Side, before: Record | None, after: Record | None, write: Write | None) -> None:
        """Whether a record has just ended."""
        if before is None:
            return
        how = ""
        if after is None or (after.deleted and not before.deleted):
            how = "merged" if after is not None and after.merged_into else "deleted"
        elif after.converted and not before.converted:
            how = "converted"
        if how:
            came = self._live.get((side, before.record_id))
            self.ended.append(Ended(self._next(), self.cycle, side, before.record_id, how, came, write))

    def _presence(self, side: Side, before: Record | None, after: Record) -> tuple[Change, ...]:
        """When a record came to be there, or back from the bin; nothing while it is deleted."""
        key = side, after.record_id
        if after.deleted:
            self._live.pop(key, None)
            return ()
        if before is None:
            self._live[key] = self.made[key].born
        elif before.deleted:
            self._live[key] = Change(self._next(), (*key, ""), "")
        return (self._live[key],)

    def _forget(self, side: Side, record_id: str) -> None:
        self._live.pop((side, record_id), None)
        self.made[side, record_id].vanished = not self._knows((side, record_id, ""), "")

    def _change(self, place: Place, value: str, batch: Batch | None, *, slow: bool, late: bool) -> None:
        before = self.standing.get(place)
        known = before is not None and self._knows(place, before.value)
        change = Change(self._next(), place, value, batch, slow, None, before, known, late)
        self.changes.append(change)
        self.standing[place] = change
        if batch is not None and before is not None and before.typed:
            self.overwritten.append((before, change))

    def _enter(
        self, side: Side, record: Record, write: Write | None, batch: Batch | None, *, slow: bool, late: bool
    ) -> None:
        """A new record: its e-mail address tells whose it is, or the record it was made from."""
        source_id = write.counterpart_id if write is not None else ""
        typed = record.native[FIELDS["email"][side]].lower()
        person = self.made[side.other, source_id].person if write is not None else typed
        born = Change(self._next(), (side, record.record_id, ""), "", batch, slow, late=late)
        rivals = tuple(
            came
            for key, came in self._live.items()
            if key[0] is side and self.made[key].person == person and self.standing.get((*key, "email"))
        )
        self.made[side, record.record_id] = Made(side, record.record_id, person, born, source_id, rivals)

    # what the connector does

    def reads(self, side: Side) -> None:
        """A listing of changes begins."""
        self._reads[side].append(self._next())

    def shows(self, records: Sequence[Record]) -> None:
        """The connector was given these records."""
        number = self._next()
        for record in records:
            for change in self._versions.get(id(record), (record, ()))[1]:
                if change.shown is None:
                    change.shown = number

    def was_shown(self, record: Record) -> bool:
        """Whether the connector was given everything that people typed into a record."""
        return all(change.shown is not None for change in self._versions[id(record)][1] if change.typed)

    def sends(self, side: Side, writes: Sequence[Write]) -> None:
        """The connector sends a batch."""
        first, *reads = self._reads[side]
        self._sent[side] += 1
        polled = reads[0] if reads else first
        batch = Batch(self._next(), side, self.cycle, self._reads[side][-1], polled, len(reads), self._sent[side])
        self.batches.append(batch)
        self.writes.update((id(write), (write, batch)) for write in writes)

    # what people ask

    def typed(self, side: Side, rule: str) -> list[Change]:
        """What people typed under a rule on a side."""
        return [change for change in self.changes if change.typed and change.place[::2] == (side, rule)]

    def cycle_of(self, number: int) -> int:
        """The cycle of an event, counted from 1."""
        return bisect_left(self._begun, number)

    def held(self, side: Side, record_id: str, rule: str) -> list[str]:
        """Every value that a record ever held under a rule."""
        return [change.value for change in self.changes if change.place == (side, record_id, rule)]

    def _next(self) -> int:
        self.number += 1
        return self.number
