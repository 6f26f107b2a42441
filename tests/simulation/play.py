"""Playing a history: cycles in trouble on one ledger, restarts after every death, then peace until nothing moves."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random

from connector.core.guard import Brakes
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, SIDES, LinkState, Record, Side, Write
from connector.core.result import Preview, Result, Scope
from connector.crm.memory import ALWAYS
from connector.cycle import backfill, preview, ready, sync
from connector.errors import Braked, Refusal, Stop
from connector.pair import READ, THERE, Timing
from tests.simulation.allowance import PLENTY, THRIFTY, Allowance
from tests.simulation.faults import COMMIT, Crashed, Fault, Short, Signal, Spent, Thin
from tests.simulation.journal import OVERLAP, Journal, Place
from tests.simulation.people import Epoch, Town
from tests.simulation.rules import LIFECYCLE, SIMULATED, text_of
from tests.simulation.schedule import BARRED, IDS_EVERY, REFUSED, VALUES_EVERY, Schedule
from tests.simulation.violation import Violation
from tests.simulation.watched import Watched
from tests.simulation.world import World

LAG = 60 * SECOND
HOLD = 180 * SECOND
"""Longer than the latest write is under way, with the batch that it belongs to."""
PEACE = 16
"""So many cycles at most until nothing moves any more."""
TABLES = ("link", "link_record", "stranger", "intent", "history")
TIGHT = Brakes(floor=2, few=2)
REST = 100
ENDLESS = 2000
"""A cycle with more halves of requests than this would never end."""


@dataclass
class Cycle:
    """One cycle of a history, and how it ended: with a result, or with an error."""

    number: int
    kind: str
    allowed: int
    """So many leads were let through by somebody who had read why the cycle before was braked."""
    live: int
    """Live links before it."""
    mapping: Mapping
    links: frozenset[int] = frozenset()
    """The links that were settled before it, ended ones included."""
    previewed: Preview | None = None
    disturbed: bool = False
    """Whether the preview before it changed the ledger."""
    result: Result | None = None
    error: Exception | None = None
    short: set[Side] = field(default_factory=set)
    """The sides whose full listing showed nobody."""
    stopped: bool = False
    """Whether somebody asked it to stop."""
    spent: bool = False
    """Whether the budget of requests to Salesforce was spent when it began, and until it ended."""
    refused: set[tuple[Side, str]] = field(default_factory=set)
    """Sides that refused something, with the record that the write spoke for."""


class Play:
    """One history while it is played. `check` is called after every cycle and after every preview."""

    def __init__(self, schedule: Schedule, check: "Callable[[Play, Cycle], None]") -> None:
        setting = schedule.setting
        self.schedule, self.setting, self._check = schedule, setting, check
        kinds = {LIFECYCLE: setting.policy}
        timing = Timing(overlap=OVERLAP, lag=LAG, hold=HOLD, create_after=5 * SECOND)
        if setting.swept:
            timing = replace(timing, ids_every=IDS_EVERY * SECOND, values_every=VALUES_EVERY * SECOND)
        self.world = World(
            operate_counterpart=setting.operate_counterpart,
            cuts=setting.cuts,
            names_fields=setting.names_fields,
            mumbles=setting.mumbles,
            page_size=setting.page_size,
            skews={side: ahead * SECOND for side, ahead in zip(SIDES, setting.ahead, strict=True)},
            schema=SIMULATED,
            mapping_text=text_of(kinds),
            timing=timing,
            brakes=TIGHT if setting.tight else Brakes(),
            on_io=self._io,
            on_save={side: partial(self._saved, side) for side in SIDES},
        )
        self.journal = Journal({side: self.world.clock(side) for side in SIDES}, self._knows)
        self.town = Town(self.world, self.journal, kinds, epochs=[Epoch(0, setting.policy)])
        self.cycles: list[Cycle] = []
        self._pace = Random(f"pace {schedule.seed}")
        self._events = deque(schedule.events)
        self._step = self._halves = 0
        self._looming: list[Fault] = []
        self._troubled, self._dead = True, False
        self.allowance = Allowance(self.world.salesforce, self.world.time, THRIFTY if setting.thrifty else PLENTY)
        self._now = Cycle(0, "", 0, 0, self.world.pair.mapping)
        crms = {
            side: Watched(self.world.crm(side), self.journal, self._short, self._was_short, self._thin)
            for side in SIDES
        }
        self.world.pair = replace(self.world.pair, crms=crms)
        for side in SIDES:
            self.world.crm(side).refuses, self.world.crm(side).blocks = self._refuses, self._blocks

    def run(self) -> None:
        """The whole history; afterwards nobody does anything any more, and nothing moves."""
        with self.world.ledger.store.database.tracer(self._traced):
            for _ in range(self.schedule.cycles):
                self._cycle()
            self._troubled = False
            self._events.clear()
            self._looming.clear()
            if self.setting.swept:
                self.world.time.advance(VALUES_EVERY)
            quiet = 0
            for _ in range(PEACE):
                self.rest()
                quiet = quiet + 1 if self._moved_nothing() else 0
                if quiet > HOLD // (REST * SECOND) + 1:
                    return

    def rest(self) -> None:
        """Time passes, and a cycle runs."""
        self.world.time.advance(REST)
        self._cycle()

    def contents(self) -> list[object]:
        """All that the ledger knows about leads, row by row: no times of reading, requests, cycles and keyed hashes."""
        rows = [self.world.ledger.store.query(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES]  # noqa: S608
        marks = self.world.ledger.log.marks("")
        passing = ("ahead.", "cursor.", "swept.", "notes.", READ, THERE)
        return [*rows, {name: text for name, text in marks.items() if not name.startswith(passing)}]

    def close(self) -> None:
        """Give the ledger back."""
        self.world.close()

    # a cycle

    def _cycle(self) -> None:
        number = len(self.cycles) + 1
        self._step = self._halves = 0
        self.town.locked.clear()
        self._looming = [fault for fault in self._looming if isinstance(fault, Short | Thin)]
        self.journal.begin_cycle(number)
        self._due(number)
        self.allowance.begin_cycle(peace=not self._troubled)
        braked = self.cycles[-1].error if self.cycles else None
        allowed = int(braked.facts["leads"]) if isinstance(braked, Braked) else 0
        kind = "backfill" if self.town.backfill or not ready(self.world.ledger) else "sync"
        live = self.world.ledger.links.counts().live
        links = frozenset(each.link_id for each in self.world.ledger.links.all() if each.state is not LinkState.OPEN)
        cycle = self._now = Cycle(number, kind, allowed, live, self.world.pair.mapping, links)
        if self.setting.shown and not self._troubled:
            self._preview(cycle)
        spent = self.allowance.spent
        try:
            cycle.result = self._run(cycle)
            self.town.backfill = False
        except (Crashed, Stop, Braked) as error:
            cycle.error = error
        cycle.spent = spent and self.allowance.spent
        if self._dead:
            self.allowance.die(self.world.ledger)
        self._dead = False
        self._step = 10**6
        self._due(number)
        self.town.settle_late_rows()
        self.cycles.append(cycle)
        self._check(self, cycle)

    def _preview(self, cycle: Cycle) -> None:
        before = self.contents()
        cycle.previewed = preview(self.world.pair, scope=Scope() if cycle.kind == "backfill" else None)
        cycle.disturbed = self.contents() != before

    def _run(self, cycle: Cycle) -> Result:
        if cycle.kind == "backfill":
            return backfill(self.world.pair, Scope(), stop=self._stops, allow_changes=cycle.allowed)
        return sync(self.world.pair, stop=self._stops, allow_changes=cycle.allowed)

    def _moved_nothing(self) -> bool:
        result = self.cycles[-1].result
        open_creates = self.world.ledger.intents.open()
        return result is not None and not (result.writes or result.linked or result.held or open_creates)

    def _stops(self) -> bool:
        self._now.stopped = self._now.stopped or any(isinstance(fault, Signal) for fault in self._looming)
        return self._now.stopped

    # what happens in between

    def _io(self, side: Side, method: str, phase: str) -> None:
        """One half of a request: people are quick, networks are bad."""
        if self._dead:
            raise Crashed
        if side is Side.SALESFORCE and phase == "before" and method not in ALWAYS:
            self.allowance.leaves()
        self._halves += 1
        if self._halves > ENDLESS:
            raise Violation("I8 falls quiet", "a cycle did not end")
        if not self._troubled:
            return
        self._step += 1
        self._due(len(self.cycles) + 1)
        self.world.time.advance(self._pace.choice((0, 0.2, 1, 3)))
        self._strike(side, method, phase)

    def _traced(self, sql: str, params: object) -> None:
        """What the ledger does: whoever is dead keeps nothing."""
        if sql.startswith("COMMIT") and self._troubled:
            self._strike(None, COMMIT, "before")
        if self._dead and sql.startswith(("BEGIN", "COMMIT")):
            raise Crashed

    def _due(self, cycle: int) -> None:
        """Let happen what is due by now."""
        while self._events and (self._events[0].cycle, self._events[0].step) <= (cycle, self._step):
            what = self._events.popleft().what
            if isinstance(what, Spent):
                self.allowance.use_up(what.seconds)
            elif isinstance(what, Fault):
                self._looming.append(what)
            else:
                what.do(self.town)

    def _strike(self, side: Side | None, method: str, phase: str) -> None:
        """The first fault that waits for such a request."""
        for fault in self._looming:
            if fault.befalls(side, method, phase):
                self._looming.remove(fault)
                self._dead = isinstance(error := fault.error(self.world.clock(side)() if side else 0), Crashed)
                raise error

    def _short(self, side: Side) -> bool:
        """Whether a full listing of this side is to show nobody: only where leads are known, so that it is noticed."""
        live = self.world.ledger.links.counts().live
        return Short(side) in self._looming and live > 0 and not self._now.allowed

    def _was_short(self, side: Side) -> None:
        self._looming.remove(Short(side))
        self._now.short.add(side)

    def _thin(self, side: Side) -> bool:
        """Whether the sweep's listing of this side is to leave out somebody, once."""
        found = Thin(side) in self._looming
        if found:
            self._looming.remove(Thin(side))
        return found

    # both CRMs

    def _saved(self, side: Side, before: Record | None, after: Record | None, write: Write | None) -> None:
        self.journal.saved(side, before, after, write)

    def _knows(self, place: Place, value: str) -> bool:
        """Whether the ledger has seen a value (or, with rule "", a link of that record)."""
        side, record_id, rule = place
        link = self.world.ledger.links.by_record(side, [record_id]).get(record_id)
        return link is not None and (not rule or link.seen.get(side, {}).get(rule) == value)

    def _blocks(self, write: Write) -> Sequence[Refusal]:
        """Why a record is refused as such."""
        locked = (write.side, write.record_id) in self.town.locked
        barred = write.creates and any(BARRED in text for native in write.rules.values() for text in native.values())
        return self._told(
            write, [Refusal("", "LOCKED_OR_BARRED", "this record is refused")] if locked or barred else []
        )

    def _refuses(self, write: Write) -> Sequence[Refusal]:
        """Which values are refused."""
        natives = [item for native in write.rules.values() for item in native.items()]
        bad = [name for name, text in natives if REFUSED in text]
        return self._told(write, [Refusal(name, "VALIDATION", f"{name}: not that word") for name in bad])

    def _told(self, write: Write, refusals: list[Refusal]) -> list[Refusal]:
        if refusals:
            self._now.refused.add((write.side, write.counterpart_id))
        return refusals
