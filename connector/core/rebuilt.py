"""What a rebuilt ledger believes: who belongs to whom by the ids that records carry, and where two records agree.

Pure. Nobody is linked by a likeness here, and an id that another one contradicts links nobody. Two records are compared
as they would be at a first link: a field in which they differ gets no base, so that the next cycle decides it by the
mapping's own words, and its loser stands in the history.
"""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from enum import StrEnum

from connector.core.fold import filler_form, filler_place, is_filler
from connector.core.mapping.model import Mapping, Rule, Tables, Unfit
from connector.core.model import SIDES, Link, LinkState, Micros, Side, Stranger, Values
from connector.core.plan import LinkPlan, is_parked, park_rule, plan_link
from connector.core.result import Result

HELD = "the two differed when the ledger was rebuilt"
"""Why a field waits for a person where somebody asked for that."""


class Evidence(StrEnum):
    """What the ids say about a record."""

    BOTH = "both"
    """It and its counterpart carry each other's id."""
    ONE = "one"
    """One of the two carries the other's id, and no id speaks against it."""
    NONE = "none"
    """It carries no id, and nobody carries its own."""
    NOBODY = "nobody"
    """It carries the id of a record that does not exist."""
    SEVERAL = "several"
    """More than one record carries the same id."""
    TAKEN = "taken"
    """Its counterpart belongs to another one by both ids."""
    CONTRADICTION = "contradiction"
    """It carries one id, and its counterpart that of somebody else."""


LINKS = frozenset({Evidence.BOTH, Evidence.ONE})


@dataclass(frozen=True, slots=True)
class Known:
    """A record and the ids around it: the one it `names`, and the records of the other side that name it.

    `taken`: it belongs to somebody, or a person decided to leave it alone.
    """

    record_id: str
    names: str = ""
    named_by: frozenset[str] = frozenset()
    taken: bool = False


def by_ids(record: Known, others: Map[str, Known]) -> tuple[Evidence, tuple[str, ...]]:
    """What the ids say about a record, and the records they speak of.

    `others` are those of the other side that it names, or that name it. A pair that agrees by both ids is one, whoever
    else names either: a lead that was copied along with its id is the one that is asked about.
    """
    named, me = others.get(record.names), record.record_id
    if named is not None and named.names == me and not named.taken:
        return Evidence.BOTH, (named.record_id,)
    if not others:
        return (Evidence.NOBODY, (record.names,)) if record.names else (Evidence.NONE, ())
    ids = tuple(sorted(others))
    if any(each.taken for each in others.values()):
        return Evidence.TAKEN, ids
    if len(others) > 1:
        return Evidence.SEVERAL, ids
    (partner,) = others.values()
    if record.names not in ("", partner.record_id) or partner.names not in ("", me):
        return Evidence.CONTRADICTION, ids
    return (Evidence.SEVERAL if partner.named_by - {me} else Evidence.ONE), ids


def why(evidence: Evidence, side: Side, named: str) -> str:
    """The reason of a review, for a record of this side that carries the id `named`."""
    there = side.other
    return {
        Evidence.NOBODY: f"it names {there} record {named}, which does not exist",
        Evidence.SEVERAL: f"its id, or that of its counterpart in {there}, is on more than one lead",
        Evidence.TAKEN: f"its {there} counterpart is linked to another lead by both ids",
    }.get(evidence, "the two counterpart ids contradict each other")


def linked(one: Stranger, other: Stranger, rests: str, mapping: Mapping, tables: Tables, now: Micros) -> Link:
    """The link of two records, with the bases that they show; `rests`: why it takes no part ("": it does)."""
    both = {one.side: one, other.side: other}
    values = {side: dict(each.values) for side, each in both.items()}
    seen, fillers = {}, {}
    for side in SIDES:
        fillers[side] = dict(_fillers(side, values, mapping, tables))
        blank = [name for name, rule in mapping.rules.items() if filler_place(rule, side) in fillers[side]]
        seen[side] = values[side] | {name: "" for name in blank if name in values[side]}
    link = Link(
        ids={side: each.record_id for side, each in both.items()},
        stamps={side: each.stamp for side, each in both.items()},
        seen=seen,
        fillers={side: found for side, found in fillers.items() if found},
        stamped=frozenset(side for side, each in both.items() if each.counterpart_id == both[side.other].record_id),
    )
    if rests:
        return replace(link, state=LinkState.ENDED, ended=rests)
    return plan_link(link, mapping, tables, now, 0, ()).link


def ended(left: Stranger, gone: str, why: str) -> Link:
    """The link of a record that is there and of one that is gone: it rests, as it did before the ledger was lost."""
    return Link(
        state=LinkState.ENDED,
        ended=why,
        ids={left.side: left.record_id, left.side.other: gone},
        stamps={left.side: left.stamp},
        seen={left.side: dict(left.values)},
        stamped=frozenset({left.side} if left.counterpart_id == gone else ()),
    )


def _fillers(side: Side, values: Map[Side, Values], mapping: Mapping, tables: Tables) -> Iterator[tuple[str, str]]:
    """What this side holds only because it must not be blank, as far as that can be told from the text."""
    for name, rule in mapping.rules.items():
        here, there = values[side].get(name, ""), values[side.other].get(name)
        if not here or there is None or not rule.fills(side) or rule.same(here, there):
            continue
        form = _filler(rule, side, values[side.other], tables)
        if form and is_filler(rule, side, form, here, tables):
            yield filler_place(rule, side), form


def _filler(rule: Rule, side: Side, lead: Values, tables: Tables) -> str:
    filler = rule.filler(side, lead)
    try:
        return filler_form(rule.write(side, filler, tables)) if filler else ""
    except Unfit:
        return ""


@dataclass(slots=True)
class Differences:
    """One rule over all links: in how many leads the two sides differ, and what the next cycle does about that.

    It fills a blank (`filled`, by the side that receives), lets a side win (`won`), writes what that side never shows
    (`unseen`), leaves them as they are (`left`), or asks a person (`asked`).
    """

    filled: Counter[Side] = field(default_factory=Counter)
    won: Counter[Side] = field(default_factory=Counter)
    unseen: Counter[Side] = field(default_factory=Counter)
    left: int = 0
    asked: int = 0

    @property
    def leads(self) -> int:
        """In how many leads the two differ."""
        return self.filled.total() + self.won.total() + self.unseen.total() + self.left + self.asked


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild found. `applied`: it stands in the ledger now; otherwise it is only shown.

    `both` and `one` are live links by the ids that stand behind them, `ended` those at rest by the reason, `asked` the
    records that wait for a person by what their ids say, `examples` some of them with the records they speak of, and
    `alone` the records without any id. `rules` are those in which leads differ; the next cycle would update `updates`
    leads because of them, and is stopped by a brake above `limit`.
    """

    result: Result
    applied: bool
    held: bool
    both: int = 0
    one: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    asked: Counter[Evidence] = field(default_factory=Counter)
    examples: list[tuple[Side, str, Evidence, tuple[str, ...]]] = field(default_factory=list)
    alone: Counter[Side] = field(default_factory=Counter)
    rules: dict[str, Differences] = field(default_factory=dict)
    updates: int = 0
    limit: int = 0

    @property
    def links(self) -> int:
        """How many leads are linked and kept in step."""
        return self.both + self.one


def counted(rebuilt: Rebuilt, link: Link, mapping: Mapping, tables: Tables, now: Micros) -> Link:
    """Add one link to the figures; the link, in which fields that differ wait for a person where that was asked for."""
    if link.state is LinkState.ENDED:
        rebuilt.ended[link.ended] += 1
        return link
    if link.stamped == frozenset(SIDES):
        rebuilt.both += 1
    else:
        rebuilt.one += 1
    plan = plan_link(link, mapping, tables, now, 0, ())
    new = [change.rule for change in plan.changes if not _based(link, change.rule)]
    if rebuilt.held:
        for name in new:
            link = park_rule(link, mapping.rules[name], "review", HELD, now)
        plan = plan_link(link, mapping, tables, now, 0, ())
    _count(rebuilt.rules, plan, mapping)
    rebuilt.updates += bool(plan.changes)
    return plan.link


def _count(rules: dict[str, Differences], plan: LinkPlan, mapping: Mapping) -> None:
    link = plan.link
    for change in plan.changes:
        if _based(link, change.rule):
            continue  # edited since an earlier start of this rebuild
        found = rules.setdefault(change.rule, Differences())
        if change.rule not in link.seen.get(change.to, {}):
            found.unseen[change.to] += 1
        elif change.lost is not None:
            found.won[change.to.other] += 1
        else:
            found.filled[change.to] += 1
    for name, rule in mapping.rules.items():
        if is_parked(link, rule):
            rules.setdefault(name, Differences()).asked += 1
        elif _based(link, name) and not rule.same(*(link.seen[side].get(name, "") for side in SIDES)):
            rules.setdefault(name, Differences()).left += 1


def _based(link: Link, name: str) -> bool:
    return all(name in link.base.get(side, {}) for side in SIDES)
