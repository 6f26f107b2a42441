"""What a cycle did and what a preview shows: plain data for people, JSON and tests."""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from enum import StrEnum

from connector.core.model import SIDES, Micros, Side
from connector.core.plan import Change


class Status(StrEnum):
    """How a cycle ended."""

    DONE = "done"
    PARKED = "parked"
    """Done, and leads are parked or in review."""
    BRAKED = "braked"
    """A brake stopped it before its first write."""
    STOPPED = "stopped"
    """Ended early (signal, a CRM away); the next cycle goes on."""
    FAILED = "failed"


WHOLE = frozenset({Status.DONE, Status.PARKED})
"""How a successful cycle ends."""


@dataclass(slots=True)
class SideCount:
    """What happened on one side, in leads; `calls` counts HTTP requests.

    `swept` were compared with the ledger as a whole; by their ids, `missed` turned out to be new or changed
    unnoticed, and `gone` are links that ended. `whole`: the side was read to the end.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    calls: int = 0
    swept: int = 0
    missed: int = 0
    gone: int = 0
    whole: bool = False


@dataclass(slots=True)
class Result:
    """One cycle's figures. `parked` counts leads that wait for a person, `held` those that wait out an unknown write.

    `left` counts leads that changed while the cycle sent all of its plan, and wait for the next one.
    `ended` counts links that ended in this cycle, `replaced` linked records that became another
    person; `problems` are sentences about what went wrong, for people. `hides`: a side answers, and its listing leaves
    out who is there. `brake`: so many leads have to be let through for what a preview shows, 0: no brake is in its way.
    `again`: what a backfill leaves is taken up by another one, and by no cycle.
    """

    cycle: int = 0
    status: Status = Status.DONE
    sides: Map[Side, SideCount] = field(default_factory=lambda: {side: SideCount() for side in SIDES})
    linked: int = 0
    conflicts: int = 0
    parked: int = 0
    held: int = 0
    left: int = 0
    ended: int = 0
    replaced: int = 0
    brake: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    hides: bool = False
    again: bool = False

    @property
    def rest(self) -> str:
        """What takes up whatever this cycle has left."""
        return "the same backfill, applied again (`connector backfill --apply`)," if self.again else "the next cycle"

    @property
    def writes(self) -> int:
        """Records created or updated on both sides."""
        return sum(count.created + count.updated + count.deleted for count in self.sides.values())

    def as_json(self) -> dict[str, object]:
        """The object that `sync --json` prints."""
        sides = {
            str(side): {
                "read": count.read,
                "created": count.created,
                "updated": count.updated,
                "deleted": count.deleted,
                "calls": count.calls,
                "swept": count.swept,
                "missed": count.missed,
                "gone": count.gone,
            }
            for side, count in self.sides.items()
        }
        return {
            "cycle": self.cycle,
            "status": str(self.status),
            **sides,
            "linked": self.linked,
            "conflicts": self.conflicts,
            "parked": self.parked,
            "held": self.held,
            "seconds": round(self.seconds, 3),
        }


class Kind(StrEnum):
    """What a preview shows about one lead."""

    CREATE = "create"
    UPDATE = "update"
    LINK = "link"
    MARK = "mark"
    """Its partner ended, and the mapping says what is written then."""
    DELETE = "delete"
    """Its partner ended, and the mapping says that it is deleted then."""
    PARKED = "parked"
    REVIEW = "review"
    WAITING = "waiting"
    """Too young, or not part of this backfill."""


@dataclass(frozen=True, slots=True)
class LeadPreview:
    """What would happen to one lead. `ids` are its known record ids; `name` is what a salesperson calls it.

    For a create `side` is where the new record would be made, for a delete where the record goes.
    `reason` explains a review, a park, a wait or a delete.
    `remapped`: all of it comes from a change of the mapping, nothing from an edit.
    """

    kind: Kind
    name: str
    ids: Map[Side, str]
    side: Side | None = None
    changes: tuple[Change, ...] = ()
    reason: str = ""
    remapped: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan of a cycle (or of a backfill), shown only.

    `linked` leads find their counterpart; `stamped` counts, per side, records that only receive its id. `rules` are
    those that are new, changed or gone since the last cycle, `(scope)` and `(match)` among them. `brake`: see `Result`.
    """

    leads: tuple[LeadPreview, ...]
    read: Map[Side, int]
    backfill: bool = False
    notices: tuple[str, ...] = ()
    linked: int = 0
    stamped: Map[Side, int] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    brake: int = 0

    def count(self, kind: Kind, side: Side | None = None) -> int:
        """How many leads of a kind (on one side)."""
        return sum(1 for lead in self.leads if lead.kind is kind and side in (None, lead.side))

    @property
    def edits(self) -> tuple[LeadPreview, ...]:
        """What would happen without a change of the mapping: what people did."""
        return tuple(
            replace(lead, changes=tuple(change for change in lead.changes if not change.remapped))
            for lead in self.leads
            if not lead.remapped
        )

    @property
    def remaps(self) -> tuple[LeadPreview, ...]:
        """What would happen only because the mapping changed."""
        found = []
        for lead in self.leads:
            changes = tuple(change for change in lead.changes if change.remapped)
            if lead.remapped or changes:
                found.append(replace(lead, changes=changes, reason=lead.reason if lead.remapped else ""))
        return tuple(found)

    @property
    def changes_anything(self) -> bool:
        """Whether applying it would write to a CRM or link a lead."""
        writes = any(lead.kind in {Kind.CREATE, Kind.UPDATE, Kind.LINK, Kind.MARK, Kind.DELETE} for lead in self.leads)
        return writes or bool(self.linked) or any(self.stamped.values())


class Mode(StrEnum):
    """What a backfill does with leads that are on both sides."""

    FULL = "full"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a backfill takes in: creations since/until (by creation time), towards which sides, at most how many."""

    mode: Mode = Mode.FULL
    since: Micros | None = None
    until: Micros | None = None
    towards: frozenset[Side] = frozenset(SIDES)
    limit: int | None = None
