"""What people do while the connector works: deeds as data, so that a history can be cut down and told in words."""

from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from connector.core.model import SECOND, Record, Side
from tests.simulation.journal import Journal
from tests.simulation.rules import FIELDS, GONE, KINDS, LIFECYCLE, MARKED, policy_of, text_of
from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a lead is about; nobody else has that e-mail address."""

    email: str
    last_name: str
    company: str

    def native(self, side: Side) -> dict[str, str]:
        """What somebody types who enters that person."""
        values = {"first_name": "Kim", "last_name": self.last_name, "company": self.company, "email": self.email}
        return {FIELDS[rule][side]: value for rule, value in values.items()}


@dataclass(frozen=True, slots=True)
class Epoch:
    """From which cycle on a policy stood in the mapping."""

    cycle: int
    policy: int


@dataclass
class Town:
    """Where people and the connector meet: both CRMs, what happened so far, and what was agreed upon meanwhile."""

    world: World
    journal: Journal
    kinds: dict[str, int] = field(default_factory=dict)
    """The rules of the mapping that say something else than at the beginning."""
    remapped: set[str] = field(default_factory=set)
    """The rules that were ever changed."""
    epochs: list[Epoch] = field(default_factory=list)
    """The policies that the mapping held, one after the other."""
    locked: set[tuple[Side, str]] = field(default_factory=set)
    """Records that are refused as such, whatever is written to them."""
    backfill: bool = False
    """Whether somebody asked for a backfill."""

    def records(self, email: str, side: Side) -> list[Record]:
        """The live records of a person, oldest first."""
        made = self.journal.made
        rows = self.world.crm(side).records()
        return [rows[key] for key in rows if made[side, key].person == email]

    def settle_late_rows(self) -> None:
        """Let both CRMs carry out what is due."""
        for side in Side:
            self.world.crm(side).records()


class Deed(Protocol):
    """Something that somebody does at a moment of the history."""

    def do(self, town: Town) -> None:
        """Do it, where that is possible by now."""
        ...


@dataclass(frozen=True, slots=True)
class Enter:
    """Somebody enters a person, on a side where nobody has entered it yet (unless `again`)."""

    person: Person
    side: Side
    values: Map[str, str] = field(default_factory=dict)
    slow: int = 0

    def do(self, town: Town) -> None:
        """Do it."""
        crm = town.world.crm(self.side)
        native = {
            **self.person.native(self.side),
            **{FIELDS[rule][self.side]: value for rule, value in self.values.items()},
        }
        if self.slow:
            crm.person_creates_slowly(native, town.world.clock(self.side)() + self.slow * SECOND)
        else:
            crm.person_creates(native)

    def __str__(self) -> str:
        typed = "".join(f", {rule} {value!r}" for rule, value in self.values.items())
        who = f"{self.person.last_name} <{self.person.email}>"
        return f"somebody enters {who} in {self.side}{typed}{_slowly(self.slow)}"


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody types a value into one field of a person's record."""

    email: str
    side: Side
    rule: str
    value: str
    slow: int = 0

    def do(self, town: Town) -> None:
        """Do it."""
        crm = town.world.crm(self.side)
        native = {FIELDS[self.rule][self.side]: self.value}
        for row in town.records(self.email, self.side)[-1:]:
            with suppress(KeyError):  # converted
                if self.slow:
                    at = town.world.clock(self.side)() + self.slow * SECOND
                    crm.person_edits_slowly(row.record_id, native, at)
                else:
                    crm.person_edits(row.record_id, native)

    def __str__(self) -> str:
        what = f"types {self.value!r} as" if self.value else "clears"
        return f"somebody {what} the {self.rule} of {self.email} in {self.side}{_slowly(self.slow)}"


@dataclass(frozen=True, slots=True)
class Delete:
    """Somebody deletes a person's record."""

    email: str
    side: Side

    def do(self, town: Town) -> None:
        """Do it."""
        for row in town.records(self.email, self.side)[-1:]:
            town.world.crm(self.side).person_deletes(row.record_id)

    def __str__(self) -> str:
        return f"somebody deletes {self.email} in {self.side}"


@dataclass(frozen=True, slots=True)
class Undelete:
    """Somebody takes a person's records out of Salesforce's bin."""

    email: str

    def do(self, town: Town) -> None:
        """Do it."""
        town.settle_late_rows()
        for (side, record_id), made in list(town.journal.made.items()):
            if made.person == self.email and side is Side.SALESFORCE:
                with suppress(KeyError):
                    town.world.salesforce.person_undeletes(record_id)

    def __str__(self) -> str:
        return f"somebody takes {self.email} out of the bin of salesforce"


@dataclass(frozen=True, slots=True)
class Convert:
    """Somebody converts a person's record."""

    email: str
    side: Side

    def do(self, town: Town) -> None:
        """Do it."""
        for row in town.records(self.email, self.side)[-1:]:
            town.world.crm(self.side).person_converts(row.record_id)

    def __str__(self) -> str:
        return f"somebody converts {self.email} in {self.side}"


@dataclass(frozen=True, slots=True)
class Merge:
    """Somebody merges two records of one person in Salesforce; `older` is kept, or the younger one."""

    email: str
    older: bool

    def do(self, town: Town) -> None:
        """Do it."""
        rows = [row.record_id for row in town.records(self.email, Side.SALESFORCE) if not row.converted]
        if len(rows) > 1:
            kept, lost = rows[:2] if self.older else rows[1::-1]
            town.world.salesforce.person_merges(kept, lost)

    def __str__(self) -> str:
        return f"somebody merges the two records of {self.email} in salesforce, keeping the {_age(self.older)} one"


@dataclass(frozen=True, slots=True)
class Lock:
    """A record is refused as such for the rest of the cycle: somebody has it in an approval process."""

    email: str
    side: Side

    def do(self, town: Town) -> None:
        """Do it."""
        town.locked |= {(self.side, row.record_id) for row in town.records(self.email, self.side)}

    def __str__(self) -> str:
        return f"the record of {self.email} in {self.side} is locked for a while"


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing happens for some seconds."""

    seconds: float

    def do(self, town: Town) -> None:
        """Do it."""
        town.world.time.advance(self.seconds)

    def __str__(self) -> str:
        return f"{self.seconds:g} seconds pass"


@dataclass(frozen=True, slots=True)
class Remap:
    """Somebody lets a rule of the mapping say something else, or takes it out. Between two cycles only."""

    rule: str
    kind: int

    def do(self, town: Town) -> None:
        """Do it."""
        if town.kinds.get(self.rule, 0) != self.kind:
            town.kinds[self.rule] = self.kind
            town.remapped |= {self.rule} - {LIFECYCLE}
            if self.rule in (LIFECYCLE, MARKED):  # a policy means something else when its rule does
                town.epochs.append(Epoch(town.journal.cycle, policy_of(town.kinds)))
            town.world.remap(text_of(town.kinds))

    def __str__(self) -> str:
        if self.rule == LIFECYCLE:
            return f"policy {self.kind} says now what becomes of leads whose partner ends"
        what = "is taken out" if self.kind == GONE else f"says {KINDS[self.rule][self.kind] or 'nothing special'!r} now"
        return f"rule {self.rule} of the mapping {what}"


@dataclass(frozen=True, slots=True)
class AskBackfill:
    """Somebody runs `backfill --apply` instead of the next cycle."""

    def do(self, town: Town) -> None:
        """Do it."""
        town.backfill = True

    def __str__(self) -> str:
        return "somebody asks for another backfill"


def _slowly(seconds: int) -> str:
    return f" (a long transaction: it can be read {seconds} seconds later)" if seconds else ""


def _age(older: bool) -> str:
    return "older" if older else "younger"
