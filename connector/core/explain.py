"""One lead passing the mapping, rule by rule: what was read, what would be written, what follows and why.

Pure. The decisions are those of a cycle (`plan_lead`, `plan_creation`); here they only get their words.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from enum import StrEnum

from connector.core import ends
from connector.core.lifecycle import plan_lead
from connector.core.mapping.conditions import unmet
from connector.core.mapping.model import Direction, Mapping, Rule, Tables, Unfit
from connector.core.mapping.transform import lookups_of
from connector.core.merge import Act, decide
from connector.core.model import SIDES, Link, LinkState, Micros, Native, Side, Sides, Stranger, StrangerState, Values
from connector.core.plan import Change, filler_change, fits_there, is_held, old_differences, plan_creation


class Verdict(StrEnum):
    """What follows for one rule of one lead."""

    WRITE = "write"
    PARKED = "parked"
    LATER = "later"
    """Nothing until the lead as a whole may be written again, or the tables of the CRMs can be read."""
    EQUAL = "equal"
    KEPT = "kept"
    """The sides differ and stay so."""
    ONE_WAY = "one_way"
    ON_CREATE = "on_create"
    ONLY_READ = "only_read"
    HIDDEN = "hidden_by_when"
    NOT_SHOWN = "not_shown"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class OnSide:
    """One side of one rule: the native texts (None: not at hand), the value, and what would be given to it."""

    native: Native | None = None
    value: str | None = None
    filler: bool = False
    """Whether the native text is one that we made up, so that it counts as blank."""
    given: Native | None = None
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One rule of one lead: both sides, what follows and why."""

    rule: Rule
    sides: Map[Side, OnSide]
    verdict: Verdict
    why: str = ""
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What is known besides the lead: the native texts of each side that was read, the tables, the time.

    `whole` tells whether the tables are there; without them an id cannot be looked up.
    """

    mapping: Mapping
    tables: Tables = field(default_factory=dict)
    natives: Map[Side, Native] = field(default_factory=dict)
    whole: bool = True
    now: Micros = 0
    cycle: int = 1


def explain_link(link: Link, given: Given) -> list[Told]:
    """Every rule of a linked lead."""
    plan = plan_lead(link, given.mapping, given.tables, given.now, given.cycle)
    changes = {change.rule: change for change in plan.changes}
    old = old_differences(link, given.mapping)
    told = []
    for rule in given.mapping.rules.values():
        sides = {side: _side(rule, side, link.seen, given) for side in SIDES}
        if (link.state is not LinkState.LIVE and rule.name not in changes) or is_held(link) or "" in link.parked:
            verdict, why = Verdict.LATER, "nothing is written to this lead as a whole"
        elif (decided := _without_tables(rule, link, given)) is not None:
            verdict, why = decided
        elif rule.name in changes:
            verdict, why = Verdict.WRITE, changes[rule.name].why
        elif rule.name in plan.link.parked:
            verdict, why = Verdict.PARKED, plan.link.parked[rule.name].text
        else:
            verdict, why = _nothing(rule, link.seen, given, old=rule.name in old)
        told.append(Told(rule, sides, verdict, why, changes.get(rule.name) if verdict is Verdict.WRITE else None))
    return told


def explain_stranger(stranger: Stranger, given: Given) -> list[Told]:
    """Every rule of a lead without a counterpart: what a new one on the other side would be given."""
    seen: Sides = {stranger.side: stranger.values}
    to = stranger.side.other
    plan = plan_creation(stranger, given.mapping, given.tables, given.now)
    changes = {change.rule: change for change in plan.changes}
    barred = why_not(stranger, given.mapping)
    told = []
    for rule in given.mapping.rules.values():
        sides = {side: _side(rule, side, seen, given) for side in SIDES}
        change = changes.get(rule.name)
        if barred and (change is not None or rule.name in plan.parked):
            verdict, why, change = Verdict.LATER, barred, None
        elif not given.whole and lookups_of(rule) and rule.goes_into_create(to) and stranger.values.get(rule.name):
            verdict, why, change = Verdict.LATER, "its id is looked up when the CRMs are there", None
        elif rule.name in plan.parked:
            verdict, why = Verdict.PARKED, plan.parked[rule.name].text
        elif change is not None:
            verdict, why = Verdict.WRITE, change.why
        else:
            verdict, why = _nothing_new(rule, stranger.values, to)
        told.append(Told(rule, sides, verdict, why, change))
    return told


def why_not(stranger: Stranger, mapping: Mapping) -> str:
    """Why no new lead is made of a record, whatever it holds ("": one may be)."""
    if stranger.state is StrangerState.APART:
        return stranger.reason
    if not mapping.takes_part(stranger.side, stranger.values):
        return ends.outside(stranger.side)
    there = stranger.side.other
    if not mapping.makes(there):
        return f"the mapping makes no new leads in {there}"
    return "" if fits_there(stranger, mapping) else f"a new lead would stand outside the scope in {there}"


def _side(rule: Rule, side: Side, seen: Sides, given: Given) -> OnSide:
    """What one side holds under a rule, and what the other side's value would become here."""
    value = seen.get(side, {}).get(rule.name)
    names = rule.fields.get(side, ())
    known = given.natives.get(side)
    native = None if known is None else {name: known[name] for name in names if name in known}
    filler = value == "" and any((native or {}).values()) and bool(_read(rule, side, native or {}, given))
    source = seen.get(side.other, {})
    written, unfit = None, ""
    if names and (rule.flows_to(side) or rule.goes_into_create(side)) and rule.name in source:
        written, unfit = _written(rule, side, source, given)
    return OnSide(native, value, filler, written, unfit)


def _read(rule: Rule, side: Side, native: Native, given: Given) -> str:
    return rule.read(side, {**given.natives.get(side, {}), **native}, given.tables) or ""


def _written(rule: Rule, side: Side, source: Values, given: Given) -> tuple[Native | None, str]:
    value = source[rule.name]
    try:
        if not value and rule.fills(side):
            change = filler_change(rule, side, source, given.tables)
            return (change.native if change is not None else None), ""
        return rule.write(side, value, given.tables), ""
    except Unfit as unfit:
        if unfit.code == "unknown_label" and not given.whole:
            return None, "its id is looked up when the CRMs are there"
        return None, unfit.text


def _without_tables(rule: Rule, link: Link, given: Given) -> tuple[Verdict, str] | None:
    """A write whose id cannot be looked up now; None where the tables do not matter."""
    if given.whole or not lookups_of(rule):
        return None
    decision = decide(rule, link, given.mapping.owner, given.tables)
    if decision is None or decision.act is not Act.CARRY or decision.to is None:
        return None
    return Verdict.LATER, f"{decision.why}: its id in {decision.to.capitalize()} is looked up when the CRMs are there"


def _nothing(rule: Rule, seen: Sides, given: Given, *, old: bool) -> tuple[Verdict, str]:
    """Why nothing follows for a rule of a linked lead; `old`: what differs there was so before it was linked."""
    shown = [side for side in SIDES if rule.name in seen.get(side, {})]
    if hidden := _hidden(rule, seen):
        return Verdict.HIDDEN, hidden
    if not shown:
        return Verdict.NOT_SHOWN, "neither side shows it"
    if rule.direction is Direction.NONE:
        return Verdict.ONLY_READ, "for when, scope, locations and match"
    if len(shown) < len(SIDES):
        return _one_side(rule, shown[0], given)
    one, other = (seen[side][rule.name] for side in SIDES)
    if rule.same(one, other):
        return (Verdict.EQUAL, "both sides hold the same") if one or other else (Verdict.BLANK, "blank on both sides")
    if rule.direction is Direction.ON_CREATE:
        return Verdict.ON_CREATE, "only a new lead is given it; each side keeps its own"
    if old:
        return Verdict.KEPT, "left as it was by a backfill that only linked"
    if rule.direction is not Direction.BOTH:
        to = next(side for side in SIDES if rule.flows_to(side))
        return Verdict.ONE_WAY, f"what {to.capitalize()} holds stays until {to.other.capitalize()} changes"
    return Verdict.KEPT, "neither was edited since the two last agreed to differ (a clearing, or a shortened copy)"


def _one_side(rule: Rule, side: Side, given: Given) -> tuple[Verdict, str]:
    other = side.other.capitalize()
    if not rule.fields.get(side.other):
        return Verdict.ONLY_READ if not rule.fills(side) else Verdict.ONE_WAY, f"the rule has no field in {other}"
    return Verdict.NOT_SHOWN, f"{other} does not show it, and nothing new is to be carried there"


def _hidden(rule: Rule, seen: Sides) -> str:
    """The condition that keeps the rule away from this lead."""
    if not rule.when:
        return ""
    sides = [side for side in SIDES if rule.fields.get(side) and seen.get(side) and rule.name not in seen[side]]
    for side in sides:
        if wrong := ", ".join(unmet(rule.when, seen[side])):
            return f"it does not apply to this lead in {side.capitalize()}: {wrong} does not fit (when:)"
    return ""


def _nothing_new(rule: Rule, values: Values, to: Side) -> tuple[Verdict, str]:
    """Why a new lead on the other side is not given anything under a rule."""
    if wrong := ", ".join(unmet(rule.when, values)):
        return Verdict.HIDDEN, f"it does not apply to this lead: {wrong} does not fit (when:)"
    if rule.direction is Direction.NONE:
        return Verdict.ONLY_READ, "for when, scope, locations and match"
    if not rule.fields.get(to):
        return Verdict.ONLY_READ, f"the rule has no field in {to.capitalize()}"
    if not rule.goes_into_create(to):
        return Verdict.ONE_WAY, f"a new lead in {to.capitalize()} is not given it"
    if rule.name not in values:
        return Verdict.NOT_SHOWN, f"{to.other.capitalize()} does not show it"
    if values[rule.name]:
        return Verdict.KEPT, f"nothing of this value can be said in {to.capitalize()}; it is left to the CRM"
    return Verdict.BLANK, "there is nothing to write"
