"""The plan of a cycle as a whole: links with something to do, strangers that become new leads, what it adds up to.

The decisions themselves are made by `connector.core.plan`; the same functions serve the preview and the sending.
"""

import sys
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from connector.core.guard import Tally, guard_people, guard_plan
from connector.core.lifecycle import because
from connector.core.model import SIDES, Link, Parked, Side, Stranger, StrangerState, known_of, to_do
from connector.core.plan import LinkPlan, fits_there, plan_creation
from connector.core.result import Kind, LeadPreview, Mode, Preview, Result, Scope
from connector.observe import Observer
from connector.pair import Pair
from connector.rules import kept_different
from connector.sender import planned
from connector.strangers import ALL, NEW
from connector.unsettled import unsettled_creates

ENDED = "guard.ended"
"""The mark of how many links ended since a plan last passed the brakes."""
REPLACED = "guard.replaced"
"""The mark of how many linked records became somebody else since then."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a cycle is about to do. `sides` are those that were read whole: only they are written to.

    `rules` are those that are new, changed or gone since the last cycle; `farewells` are those of the `links` that have
    ended and whose partner is to be marked or deleted. `anew`: what a backfill that only linked left different is
    decided, too, link by link as each is written.
    """

    links: Sequence[int]
    strangers: Sequence[Stranger]
    sides: tuple[Side, ...]
    updates: int = 0
    deletes: int = 0
    clearings: int = 0
    remapped: int = 0
    rules: tuple[str, ...] = ()
    farewells: Collection[int] = ()
    anew: bool = False


def overview(
    pair: Pair,
    observer: Observer,
    cycle: int,
    scope: Scope | None,
    sides: tuple[Side, ...],
    rules: tuple[str, ...],
    *,
    shown: bool,
) -> Overview:
    """Everything there is to do after both sides were read, with the `rules` that changed since the last cycle.

    Leads that only agree are written down at once; `shown` (for a preview) keeps those that would be parked, too. A
    backfill decides differences that were kept, and writes nothing of that down before it sends.
    """
    full = scope is not None and scope.mode is Mode.FULL and len(sides) == len(SIDES)
    anew = full and kept_different(pair.ledger)
    links: list[int] = []
    farewells: set[int] = set()
    updates = deletes = clearings = remapped = 0
    for plan in _plans(pair, cycle, keep=not shown, anew=anew, sent=False):
        if _sends(pair, plan) or (shown and plan.news):
            links.append(plan.link.link_id)
            farewells |= {plan.link.link_id} if plan.link.ended else set()
        updates += bool(plan.changes)
        deletes += plan.deletes is not None
        clearings += any(change.old and not change.value for change in plan.changes)
        new = _new_here(plan.link, rules)
        remapped += bool(plan.changes) and all(change.rule in new for change in plan.changes)
    strangers: list[Stranger] = []
    if len(sides) == len(SIDES):  # a failed poll of one side forbids creates on the other
        strangers = _creations(pair, observer, scope)
    return Overview(links, strangers, sides, updates, deletes, clearings, remapped, rules, farewells, anew)


def agree(pair: Pair, cycle: int, sides: Sequence[Side], *, anew: bool) -> tuple[list[int], list[int]]:
    """Write down what sending has brought into step, and what it left parked; `anew` as in `Overview`.

    The links that are still ahead of these sides, and the ended ones whose partner there is to be marked or deleted.
    """
    ahead: list[int] = []
    ended: list[int] = []
    for plan in _plans(pair, cycle, keep=True, anew=anew, sent=True):
        if plan.deletes in sides or any(plan.towards(side) for side in sides):
            (ended if plan.link.ended else ahead).append(plan.link.link_id)
    return ahead, ended


def guard(pair: Pair, plan: Overview, result: Result, *, backfill: bool) -> int:
    """How many leads more than planned may be updated in this cycle, should people edit them meanwhile.

    Raises `Braked` when the plan is suspiciously large; a `backfill` is only asked whether people are the same. What
    reading alone has changed already (links that ended, people that were replaced) counts until a plan passes.
    """
    log = pair.ledger.log
    ended = int(log.mark(ENDED) or 0) + result.ended
    replaced = int(log.mark(REPLACED) or 0) + result.replaced
    log.set_mark(ENDED, str(ended))
    log.set_mark(REPLACED, str(replaced))
    linked = pair.ledger.links.counts().live + ended
    room = sys.maxsize
    if backfill:
        guard_people(replaced, linked, pair.brakes)
    else:
        tally = Tally(
            creates=len(plan.strangers),
            updates=plan.updates,
            deletes=plan.deletes,
            clearings=plan.clearings,
            ends=ended,
            replaced=replaced,
            remapped=plan.remapped,
            rules=plan.rules,
        )
        room = guard_plan(tally, linked, pair.brakes)
    log.set_mark(ENDED, "0")
    log.set_mark(REPLACED, "0")
    return room


def carry_over(pair: Pair, ended: int, replaced: int) -> None:
    """Leave it to the next guard to ask about ends and replaced people that were seen after this one had asked."""
    log = pair.ledger.log
    for name, count in ((ENDED, ended), (REPLACED, replaced)):
        if count:
            log.set_mark(name, str(int(log.mark(name) or 0) + count))


def show(pair: Pair, plan: Overview, result: Result, *, backfill: bool) -> Preview:
    """The plan for people: every lead that would be linked, written, created, or that waits for a person."""
    leads: list[LeadPreview | None] = []
    stamped = dict.fromkeys(SIDES, 0)
    alone = [side for side, crm in pair.crms.items() if crm.stamps_alone and crm.stores_counterpart]
    for link in _some(pair, plan.links):
        its = planned(pair, link, result.cycle, anew=plan.anew)
        leads.append(_lead(pair, link, its, plan.rules))
        for side in alone:
            stamped[side] += side in its.stamps and not its.towards(side)
    for stranger in plan.strangers:
        leads.append(_creation(pair, stranger))
        stamped[stranger.side] += stranger.side in alone
    leads += _waiting(pair, {(each.side, each.record_id) for each in plan.strangers})
    read = {side: count.read for side, count in result.sides.items()}
    notices = (*result.problems, *pair.notices, *pair.mapping.notices)
    shown = tuple(lead for lead in leads if lead is not None)
    return Preview(shown, read, backfill, notices, result.linked, stamped, plan.rules, result.brake)


def _plans(pair: Pair, cycle: int, *, keep: bool, anew: bool, sent: bool) -> Iterator[LinkPlan]:
    """The plan of every lead with something to do; `keep`: one that needs no write is stored as agreed or parked.

    One whose difference was kept and is decided `anew` is stored only after everything was `sent`.
    """
    read, after = pair.ledger.links.all if anew else pair.ledger.links.to_do, 0
    while True:
        with pair.ledger.transaction():
            page = read(after)
            links = [link for link in page if to_do(link) or link.kept] if anew else page
            plans = [planned(pair, link, cycle, anew=anew) for link in links]
            if keep:
                pairs = zip(links, plans, strict=True)
                news = [(link, plan) for link, plan in pairs if plan.link != link and not _sends(pair, plan)]
                pair.ledger.links.save([plan.link for link, plan in news if sent or not (anew and link.kept)])
        if not page:
            return
        after = page[-1].link_id
        yield from plans


def _sends(pair: Pair, plan: LinkPlan) -> bool:
    return bool(plan.changes) or plan.deletes is not None or any(pair.crms[side].stamps_alone for side in plan.stamps)


def _creations(pair: Pair, observer: Observer, scope: Scope | None) -> list[Stranger]:
    """Strangers that are old enough and taken in; those that a backfill leaves out are remembered as such."""
    unsettled = unsettled_creates(pair)
    chosen: list[Stranger] = []
    decided: list[Stranger] = []
    for side in (each for each in SIDES if pair.mapping.makes(each.other)):
        oldest_wait = observer.clocks.get(side, 0) - pair.timing.create_after
        for stranger in _candidates(pair, side, scope):
            full = scope is not None and scope.limit is not None and len(chosen) >= scope.limit
            before = stranger
            if scope is not None and (full or not _taken_in(scope, stranger)):
                stranger = replace(stranger, state=StrangerState.LEFT_OUT, reason="left out of the backfill")
            elif scope is not None:
                stranger = replace(stranger, state=StrangerState.WAITING, reason="")
            if stranger != before:
                decided.append(stranger)
            if stranger.state is StrangerState.LEFT_OUT:
                continue
            if not fits_there(stranger, pair.mapping):
                continue
            if stranger.created <= oldest_wait and (side, stranger.record_id) not in unsettled:
                chosen.append(stranger)
    if decided:
        pair.ledger.strangers.keep(decided)
    return chosen


def _candidates(pair: Pair, side: Side, scope: Scope | None) -> list[Stranger]:
    """Who may become a new lead: a backfill asks again about those that an earlier one left out. Oldest first."""
    states = NEW if scope is None else ALL
    found = [stranger for state in states for stranger in pair.ledger.strangers.inside(state, side)]
    return sorted(found, key=lambda each: (each.created, each.record_id)) if scope is not None else found


def _taken_in(scope: Scope, stranger: Stranger) -> bool:
    return (
        scope.mode is Mode.FULL
        and stranger.side.other in scope.towards
        and (scope.since is None or stranger.created >= scope.since)
        and (scope.until is None or stranger.created < scope.until)
    )


# words


def _some(pair: Pair, link_ids: Sequence[int]) -> Iterator[Link]:
    for start in range(0, len(link_ids), 500):
        yield from pair.ledger.links.get(link_ids[start : start + 500]).values()


def _lead(pair: Pair, link: Link, plan: LinkPlan, rules: Sequence[str]) -> LeadPreview | None:
    values = known_of(link)
    parked = {name: plan.link.parked[name] for name in plan.news}
    reason = _parked_words(parked)
    first = not any(link.base.get(side) for side in SIDES)
    if plan.deletes is not None:
        kind, reason = Kind.DELETE, because(link)
    elif plan.link.ended:
        kind = Kind.MARK if plan.changes else Kind.PARKED
    elif plan.changes:
        kind = Kind.LINK if first else Kind.UPDATE
    elif parked:
        kind = Kind.PARKED
    elif first or plan.stamps:
        kind = Kind.LINK
    else:
        return None  # only its base moves: nothing that a person would call a change
    new = _new_here(link, rules)
    changes = tuple(replace(change, remapped=True) if change.rule in new else change for change in plan.changes)
    remapped = kind is not Kind.LINK and all(name in new for name in (*(change.rule for change in changes), *plan.news))
    return LeadPreview(kind, pair.mapping.name_of(values), dict(link.ids), plan.deletes, changes, reason, remapped)


def _new_here(link: Link, rules: Sequence[str]) -> frozenset[str]:
    """Those of the new and changed rules that have no base here, where others have one: they are nobody's edit."""
    if not any(link.base.get(side) for side in SIDES):
        return frozenset()
    return frozenset(name for name in rules if not any(name in link.base.get(side, {}) for side in SIDES))


def _creation(pair: Pair, stranger: Stranger) -> LeadPreview:
    creation = plan_creation(stranger, pair.mapping, pair.tables, pair.clock())
    reason = _parked_words(creation.parked)
    name = pair.mapping.name_of(stranger.values)
    return LeadPreview(Kind.CREATE, name, {stranger.side: stranger.record_id}, creation.to, creation.changes, reason)


def _parked_words(parked: Map[str, Parked]) -> str:
    return "; ".join(f"{name}: {each.text}" if name else each.text for name, each in parked.items())


def _waiting(pair: Pair, chosen: set[tuple[Side, str]]) -> Iterator[LeadPreview]:
    for state, kind in (
        (StrangerState.REVIEW, Kind.REVIEW),
        (StrangerState.WAITING, Kind.WAITING),
        (StrangerState.LEFT_OUT, Kind.WAITING),
    ):
        for stranger in pair.ledger.strangers.inside(state):
            if (stranger.side, stranger.record_id) not in chosen:
                reason = stranger.reason or "new: it is created when it has been there for a moment"
                ids = {stranger.side: stranger.record_id}
                yield LeadPreview(kind, pair.mapping.name_of(stranger.values), ids, stranger.side, (), reason)
