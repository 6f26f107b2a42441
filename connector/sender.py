"""One side's queue: which leads still wait for it, and the next batch, planned afresh right before it is sent."""

from collections import deque
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from itertools import islice

from connector.core.fold import filler_form, filler_place
from connector.core.lifecycle import asked, plan_lead, says_to
from connector.core.model import Intent, Link, LinkState, Sent, Side, Stranger, StrangerState, Write
from connector.core.plan import Change, LinkPlan, compared_anew, filler_change, fits_there, plan_creation, with_trail
from connector.core.result import Mode, Result
from connector.ledger.port import Happening
from connector.observe import Observer
from connector.pair import Pair, keep_requests
from connector.strangers import match
from connector.unsettled import unsettled_creates

READ_AHEAD = 200
"""So many waiting sources are asked for at once, where a long run has not read them for a while."""


@dataclass(slots=True)
class Attempt:
    """How the create of one stranger is tried: rules that joined the minimum, rules left out, all at once."""

    joined: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    everything: bool = False
    bare: bool = False


class Sender:
    """The leads that wait for one side. Touches the ledger and looks at its side; does not write to it.

    `mode` None: the other side was not read to the end, so new strangers are not matched. `farewells` are the ended
    links whose partners are marked or deleted by the plan; nobody has seen or counted what others would be owed.
    `anew`: a difference that was kept is decided, and stored as such with the first write of its link.
    """

    def __init__(
        self,
        pair: Pair,
        observer: Observer,
        result: Result,
        cycle: int,
        side: Side,
        mode: Mode | None,
        farewells: Collection[int],
        *,
        anew: bool = False,
    ) -> None:
        self._mode, self._farewells, self._anew = mode, farewells, anew
        self._confirmed: Collection[int] = ()
        self.pair, self.observer, self.side = pair, observer, side
        self.crm = pair.crms[side]
        self.away = False
        self.parts: dict[int, list[frozenset[str]]] = {}
        """Links whose refused increment is halved: the parts still to be tried, the next one last."""
        self.attempts: dict[str, Attempt] = {}
        self.changes: dict[int, tuple[Change, ...]] = {}
        """What is under way, by link, for the history."""
        self.sources: dict[int, Stranger] = {}
        """The strangers of the creates that were prepared, to put them back when a create did not happen."""
        self._noted: set[tuple[int, str, str]] = set()
        self._result, self._cycle = result, cycle
        self._strangers: deque[str] = deque()
        self._first: dict[int, None] = {}
        self._links: dict[int, None] = {}
        self._late: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._strangers) + len(self._first) + len(self._links) + len(self._late)

    def add_link(self, link_id: int, *, first: bool = False) -> None:
        """Queue a link; `first`: an increment or a repetition goes before everything else."""
        if first:
            self._links.pop(link_id, None)
            self._first[link_id] = None
        elif link_id not in self._first:
            self._links[link_id] = None

    def add_stamp(self, link_id: int) -> None:
        """Queue a link that only needs its counterpart id: these are collected into full batches."""
        self._late[link_id] = None

    def add_stranger(self, stranger: Stranger, *, first: bool = False) -> None:
        """Queue a stranger of the other side, to be created here."""
        (self._strangers.appendleft if first else self._strangers.append)(stranger.record_id)

    def go_away(self, why: str) -> None:
        """Send nothing more to this side in this cycle."""
        if not self.away:
            self.away = True
            self._result.problems.append(why)

    def prepare(self, *, patient: bool, elsewhere: frozenset[int]) -> list[Write]:
        """The next batch, stored in the ledger as under way; empty when nothing of the queue needs a write now.

        `patient`: the other side still works, so stamps wait until a batch is full. Links in `elsewhere` are under
        way to the other side and stay in the queue. Raises `RetryLater` when the last look fails.
        """
        others = len(self) - len(self._late)
        if len(self._late) >= self.crm.batch_size or (not patient and not others):
            self._links |= self._late
            self._late.clear()
        elif not others:
            return []
        self.observer.look(self.side)
        self.observer.confirm(self.side.other, list(islice(self._strangers, READ_AHEAD)))
        self._confirm_ends()
        if self._mode is not None:
            due = [(self.side.other, record_id) for record_id in islice(self._strangers, self.crm.batch_size)]
            arrived = [*self.observer.arrived(), *due]
            look = (self.pair, self.observer, self._cycle, self._result, self._mode)
            match(*look, among=arrived, made=self.sources, anew=self._anew)
        with self.pair.ledger.transaction():
            keep_requests(self.pair)
            return self._fill(elsewhere)

    def _fill(self, elsewhere: frozenset[int]) -> list[Write]:
        batch: list[Write] = []
        for link_id in [each for each in (*self._first, *self._links) if each not in elsewhere]:
            if len(batch) == self.crm.batch_size:
                break
            self._first.pop(link_id, None)
            self._links.pop(link_id, None)
            if (write := self._update(link_id)) is not None:
                batch.append(write)
        unsettled = unsettled_creates(self.pair) if self._strangers else frozenset()
        while self._strangers and len(batch) < self.crm.batch_size:
            if (write := self._creation(self._strangers.popleft(), unsettled)) is not None:
                batch.append(write)
        return batch

    def _confirm_ends(self) -> None:
        """Read the ended records anew because of which partners here are to be marked or deleted: they may be back."""
        queued = (each for each in (*self._first, *self._links) if each in self._farewells) if self._farewells else ()
        links = self.pair.ledger.links.get(list(islice(queued, self.crm.batch_size)))
        if ids := [link.ids[self.side.other] for link in links.values() if says_to(link, self.side)]:
            self.observer.fresh(self.side.other, ids)
        self._confirmed = links.keys()

    # updates

    def plan(self, link: Link) -> LinkPlan:
        """What there is to do about a link now."""
        return planned(self.pair, link, self._cycle, anew=self._anew)

    def _update(self, link_id: int) -> Write | None:
        link = self.pair.ledger.links.get([link_id]).get(link_id)
        if link is None or (link.state is LinkState.ENDED and link_id not in self._farewells):
            return None
        if link.state is LinkState.ENDED and link_id not in self._confirmed:
            self._links[link_id] = None
            return None
        plan = self.plan(link)
        if plan.deletes is self.side:
            self.pair.ledger.links.save([asked(self._under_way(plan.link, ()))])
            return Write(link_id, self.side, link.ids[self.side], "", stamp=False, rules={}, deletes=True)
        changes = self._part(link_id, plan.towards(self.side))
        stamp = self.side in plan.stamps
        if not changes and not (stamp and self.crm.stamps_alone):
            if plan.link != link and not (self._anew and link.kept):
                self.pair.ledger.links.save([plan.link])
            return None
        self.pair.ledger.links.save([self._under_way(with_trail(plan.link, changes, self._cycle), changes)])
        self.changes[link_id] = tuple(changes)
        self._note_losers(link_id, changes)
        natives = {change.rule: change.native for change in changes}
        other = link.ids[self.side.other]
        return Write(link_id, self.side, link.ids[self.side], other, stamp, natives)

    def _note_losers(self, link_id: int, changes: Iterable[Change]) -> None:
        """The values that conflicts give up, written down before they are written over."""
        now = self.pair.clock()
        losers = [
            each for each in changes if each.lost is not None and (link_id, each.rule, each.lost) not in self._noted
        ]
        self._noted |= {(link_id, each.rule, each.lost or "") for each in losers}
        self._result.conflicts += len(losers)
        self.pair.ledger.log.note(
            [
                Happening(
                    self._cycle,
                    now,
                    link_id,
                    "conflict",
                    self.side,
                    change.rule,
                    old=change.old,
                    new=change.value,
                    lost=change.lost or "",
                    why=change.why,
                )
                for change in losers
            ]
        )

    def _part(self, link_id: int, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes of the part that is tried next; a part with nothing left in it is done."""
        parts = self.parts.get(link_id, [])
        while parts:
            chosen = tuple(change for change in changes if change.rule in parts[-1])
            if chosen:
                return chosen
            parts.pop()
        self.parts.pop(link_id, None)
        return changes

    def _under_way(self, link: Link, changes: Iterable[Change]) -> Link:
        """The link with everything that is sent now, held until its answer is known."""
        side, now = self.side, self.pair.clock()
        sent = dict(link.sent.get(side, {}))
        fillers = dict(link.fillers.get(side, {}))
        for change in changes:
            if change.filler:
                fillers[filler_place(self.pair.mapping.rules[change.rule], side)] = filler_form(change.native)
            if not (change.filler and link.state is LinkState.OPEN):  # an invented value never becomes a base
                sent[change.rule] = (*sent.get(change.rule, ()), Sent(change.value, change.value, now, unknown=True))
        return replace(
            link,
            sent={**link.sent, side: sent},
            fillers={**link.fillers, side: fillers},
            held={**link.held, side: now + self.pair.timing.hold},
        )

    # creates

    def _creation(self, record_id: str, unsettled: frozenset[tuple[Side, str]]) -> Write | None:
        source = self.side.other
        stranger = self.pair.ledger.strangers.get(source, [record_id]).get(record_id)
        if stranger is None or stranger.state is not StrangerState.WAITING or (source, record_id) in unsettled:
            return None  # linked, deleted or in review since it was planned, or an open create made it
        if not fits_there(stranger, self.pair.mapping):
            return None  # edited since then
        now = self.pair.clock()
        creation = plan_creation(stranger, self.pair.mapping, self.pair.tables, now)
        changes = self._chosen({change.rule: change for change in creation.changes}, stranger)
        link = Link(
            state=LinkState.OPEN,
            ids={source: record_id},
            stamps={source: stranger.stamp},
            seen={source: dict(stranger.values)},
        )
        (link,) = self.pair.ledger.links.save([self._under_way(link, changes)])
        self.sources[link.link_id] = stranger
        hold = now + self.pair.timing.hold
        self.pair.ledger.intents.put([Intent(link.link_id, self.side, record_id, now, hold)])
        self.pair.ledger.strangers.drop(source, [record_id])
        self.changes[link.link_id] = tuple(changes)
        natives = {change.rule: change.native for change in changes}
        return Write(link.link_id, self.side, None, record_id, self.crm.stores_counterpart, natives)

    def _chosen(self, changes: Map[str, Change], stranger: Stranger) -> list[Change]:
        """The changes of this create: Operate the minimum first, Salesforce everything at once."""
        attempt = self.attempts.get(stranger.record_id, Attempt())
        wanted = set(changes)
        if (self.pair.mapping.minimum and self.side is Side.OPERATE and not attempt.everything) or attempt.bare:
            wanted = {*self.pair.mapping.minimum_rules(self.side), *attempt.joined}
        chosen = []
        for name, change in changes.items():
            if name in wanted and name not in attempt.without:
                chosen.append(change)
            elif name in wanted and (filler := self._filler(name, stranger)) is not None:
                chosen.append(filler)
        return chosen

    def _filler(self, name: str, stranger: Stranger) -> Change | None:
        """What is written instead of a value that this side refuses, where the rule has a filler for it."""
        return filler_change(self.pair.mapping.rules[name], self.side, stranger.values, self.pair.tables)


def planned(pair: Pair, link: Link, cycle: int, *, anew: bool) -> LinkPlan:
    """What there is to do about a link now; `anew`: a difference that was kept is decided."""
    link = compared_anew(link, pair.mapping) if anew else link
    return plan_lead(link, pair.mapping, pair.tables, pair.clock(), cycle, stampable(pair))


def stampable(pair: Pair) -> tuple[Side, ...]:
    """The sides whose records can carry the other's id."""
    return tuple(side for side, crm in pair.crms.items() if crm.stores_counterpart)
