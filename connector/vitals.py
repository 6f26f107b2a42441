"""What the hosted job shows of itself: a picture that its worker replaces as a whole and any thread may look at.

Pure but for the lock around the picture. Imports the model and results only.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, fields, replace
from threading import Lock

from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, SIDES, Micros, Side
from connector.core.result import Result, SideCount, Status
from connector.pause import Paused
from connector.troubles import CALLED, REASONS, UNSUCCESSFUL, Kind, Trouble

HUNG = 1800 * SECOND
"""A worker that gave no sign of life for so long turns no more; a cycle gives one with every page and batch."""
STEPS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""Upper ends, in seconds, of the steps that durations of cycles are counted by."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long cycles took: how many fell into each of the `STEPS` (the last: longer), and the sum in seconds."""

    counts: tuple[int, ...] = (0,) * (len(STEPS) + 1)
    total: float = 0.0

    def plus(self, seconds: float) -> "Durations":
        """One more."""
        at = next((place for place, most in enumerate(STEPS) if seconds <= most), len(STEPS))
        counts = tuple(count + (place == at) for place, count in enumerate(self.counts))
        return Durations(counts, self.total + seconds)


@dataclass(frozen=True, slots=True)
class Totals:
    """What was done since the job was started."""

    sides: Map[Side, SideCount] = field(default_factory=lambda: {side: SideCount() for side in SIDES})
    cycles: Map[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    linked: int = 0
    conflicts: int = 0
    ended: int = 0
    durations: Durations = field(default_factory=Durations)

    def plus(self, result: Result) -> "Totals":
        """One cycle more."""
        sides = {side: _sum(self.sides[side], result.sides[side]) for side in SIDES}
        cycles = {status: count + (status is result.status) for status, count in self.cycles.items()}
        return Totals(
            sides,
            cycles,
            self.linked + result.linked,
            self.conflicts + result.conflicts,
            self.ended + result.ended,
            self.durations.plus(result.seconds),
        )


def _sum(one: SideCount, other: SideCount) -> SideCount:
    return SideCount(*(getattr(one, each.name) + getattr(other, each.name) for each in fields(SideCount)))


@dataclass(frozen=True, slots=True)
class Vitals:
    """The job at one moment.

    `beat` is the worker's last sign of life, `turns` counts those that are over, `due` says when its next one is due
    (0: it is in one), `success` is the end of the last successful cycle (before this start, too), and `counts_from`
    since when freshness counts. `read` is when the last cycle began that read a side to its end. `sweep_due` is when
    everybody is compared next (0: not known yet). `mapping` is the one in force, `flaw` why its file, as it is now, is
    not: the job works all the same. `blind`: no whole cycle was made since the start, or since something kept the job
    from its work, so that whatever was wrong by then may be wrong still.
    """

    started: Micros
    beat: Micros
    counts_from: Micros
    due: Micros = 0
    turns: int = 0
    sweep_due: Micros = 0
    reached: bool = False
    backfilled: bool = False
    blind: bool = False
    paused: Paused | None = None
    trouble: Trouble | None = None
    flaw: Trouble | None = None
    mapping: Mapping | None = None
    success: Micros = 0
    cycle: int = 0
    parked: int = 0
    held: int = 0
    read: dict[Side, Micros] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    nudges: Map[Side, int] = field(default_factory=lambda: dict.fromkeys(SIDES, 0))
    strange_nudges: int = 0
    wishes: int = 0
    unsent_alerts: int = 0


class Board:
    """Where the picture hangs."""

    def __init__(self, now: Micros) -> None:
        self._lock = Lock()
        self._vitals = Vitals(started=now, beat=now, counts_from=now)

    @property
    def vitals(self) -> Vitals:
        """The picture as it is now; it does not change any more."""
        return self._vitals

    def change(self, **changes: object) -> None:
        """Hang up another one, in which this is different."""
        with self._lock:
            self._vitals = replace(self._vitals, **changes)  # type: ignore[arg-type]  # checked by the constructor

    def clock_set(self, now: Micros) -> None:
        """The clock jumped: freshness counts from now, and no time is later."""
        with self._lock:
            self._vitals = corrected(replace(self._vitals, counts_from=now), now)

    def count(self, result: Result, now: Micros) -> None:
        """Add the figures of a cycle that has just ended."""
        began = now - int(result.seconds * SECOND)
        with self._lock:
            old = self._vitals
            read = {side: began for side in SIDES if result.sides[side].whole}
            self._vitals = replace(
                old,
                totals=old.totals.plus(result),
                read=old.read | read,
                cycle=result.cycle,
                parked=result.parked,
                held=result.held,
            )

    def nudged(self, side: Side) -> None:
        """Count a nudge."""
        with self._lock:
            old = self._vitals
            self._vitals = replace(old, nudges={**old.nudges, side: old.nudges[side] + 1})

    def wished(self) -> None:
        """Count somebody who wanted a cycle now."""
        with self._lock:
            self._vitals = replace(self._vitals, wishes=self._vitals.wishes + 1)

    def strange(self) -> None:
        """Count somebody who would nudge and does not know the secret."""
        with self._lock:
            self._vitals = replace(self._vitals, strange_nudges=self._vitals.strange_nudges + 1)


def alive(vitals: Vitals, now: Micros) -> bool:
    """Whether the worker turns: it gave a sign of life, or its next turn is not long due."""
    return now - max(_passed(vitals, vitals.beat, now), vitals.due) < HUNG


def _passed(vitals: Vitals, at: Micros, now: Micros) -> Micros:
    """A time; where it has not come yet, the clock was ahead then: it says nothing, and what counts is what counted."""
    return at if at <= now else min(vitals.counts_from, now)


def corrected(vitals: Vitals, now: Micros) -> Vitals:
    """The picture after the clock was set: a time that has not come yet counts as now, so that it ages from here on.

    When the next turn is due is not among them; the timer is set anew.
    """
    trouble, flaw = (
        replace(each, since=min(each.since, now)) if each is not None else None
        for each in (vitals.trouble, vitals.flaw)
    )
    return replace(
        vitals,
        started=min(vitals.started, now),
        beat=min(vitals.beat, now),
        counts_from=min(vitals.counts_from, now),
        success=min(vitals.success, now),
        read={side: min(at, now) for side, at in vitals.read.items()},
        trouble=trouble,
        flaw=flaw,
    )


def stale(vitals: Vitals, now: Micros, limit: Micros) -> bool:
    """Whether no cycle was successful for `limit`, although the job had as much time."""
    return vitals.paused is None and unsuccessful(vitals, now) >= limit


def unsuccessful(vitals: Vitals, now: Micros) -> Micros:
    """How long no cycle was successful although the job could have made one."""
    return now - max(_passed(vitals, vitals.success, now), min(vitals.counts_from, now))


def unready(vitals: Vitals, now: Micros, limit: Micros) -> list[str]:
    """Why the job does not keep leads in step, in words; nothing where it does.

    A pause is somebody's wish and no reason: what was so before stays so. It shows as `paused` beside this.
    """
    reasons = []
    if not alive(vitals, now):
        reasons.append("the worker does not turn any more")
    if not vitals.backfilled:
        reasons.append(CALLED[Kind.BACKFILL].reason)
    elif not vitals.success and vitals.paused is None:
        reasons.append("no cycle was successful yet")
    if vitals.trouble is not None and vitals.trouble.kind in REASONS:
        reasons.append(CALLED[vitals.trouble.kind].reason)
    elif not vitals.reached and vitals.paused is None:
        reasons.append("the CRMs were not reached yet")
    if vitals.backfilled and stale(vitals, now, limit):
        reasons.append(f"{UNSUCCESSFUL.reason} too long")
    return reasons
