"""From what is known about one lead to what would be written: decisions, native fields, parked rules.

Pure. A plan is data: `preview` prints it, `apply` sends it, and both make it with the same function.
"""

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from connector.core.mapping.conditions import all_hold
from connector.core.mapping.model import Mapping, Rule, Tables, Unfit
from connector.core.merge import Act, Decision, decide
from connector.core.model import SIDES, Link, LinkState, Micros, Parked, Side, Stranger, Values
from connector.errors import Refusal

REFUSED = "refused"
"""The code of what a CRM itself has refused."""
WORDS = 500
"""So many characters are kept of what a CRM says."""
FLIP_GAP = 10
"""Values that come back after more cycles than this are no automation's."""
FLIPS = 3
"""So many times a value may come back before the rule is parked: an automation on one side fights us."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that would be written to a side: the value, its native fields, what stands there now and why.

    `lost` is the value that a conflict gives up; `filler` marks text that we invent because the side must not be
    blank. `remapped`: nobody edited anything, the mapping has changed (for a preview). `mark`: it is written because
    the lead's partner ended.
    """

    rule: str
    to: Side
    value: str
    native: Map[str, str]
    old: str
    why: str
    lost: str | None = None
    filler: str = ""
    remapped: bool = False
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Creation:
    """A stranger that would become a new record on the other side."""

    source: Stranger
    to: Side
    changes: tuple[Change, ...]
    parked: Map[str, Parked]


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """What would happen to one link: `link` carries the new bases and parked rules, `changes` the writes. `deletes` is
    the side on which its record would be deleted.

    `stamps` are the sides on which the counterpart id is still to be written. `news` are the rules parked just now.
    """

    link: Link
    changes: tuple[Change, ...] = ()
    stamps: frozenset[Side] = frozenset()
    news: tuple[str, ...] = ()
    deletes: Side | None = None

    def towards(self, side: Side) -> tuple[Change, ...]:
        """The changes on one side."""
        return tuple(change for change in self.changes if change.to is side)


def plan_link(
    link: Link, mapping: Mapping, tables: Tables, now: Micros, cycle: int, stampable: Iterable[Side] = SIDES
) -> LinkPlan:
    """Everything there is to do about one live link. A held link, or one parked as a whole, is left alone."""
    if link.state is not LinkState.LIVE or is_held(link) or is_parked_whole(link):
        return LinkPlan(link)
    work = _Work(link, mapping, tables, now, cycle)
    for rule in sorted(mapping.rules.values(), key=lambda each: bool(each.when)):  # what conditions ask for goes first
        decision = decide(rule, link, mapping.owner, tables, work.coming)
        if decision is None:
            work.parked.pop(rule.name, None)
        else:
            work.take(rule, decision)
    stamps = frozenset(side for side in stampable if side not in link.stamped)
    changes = {change.rule: change for change in work.changes}
    ordered = tuple(changes[name] for name in mapping.rules if name in changes)
    return LinkPlan(work.result(), ordered, stamps, tuple(work.news))


def plan_creation(stranger: Stranger, mapping: Mapping, tables: Tables, now: Micros) -> Creation:
    """What a new record on the other side would hold: every rule's value, or its filler where there is none."""
    to = stranger.side.other
    changes: list[Change] = []
    parked: dict[str, Parked] = {}
    for rule in mapping.rules.values():
        if not rule.goes_into_create(to) or not rule.fields.get(to) or not all_hold(rule.when, stranger.values):
            continue
        value = stranger.values.get(rule.name, "")
        try:
            change = _change(rule, to, value, stranger.values, "new lead", tables)
        except Unfit as unfit:
            parked[rule.name] = park(rule, unfit.code, unfit.text, (value,), now, to)
            change = filler_change(rule, to, stranger.values, tables)
        if change is not None and not any(change.native.values()) and rule.fills(to):
            change = filler_change(rule, to, stranger.values, tables)  # nothing of the value can be said there
        if change is not None and any(change.native.values()):
            changes.append(change)
    return Creation(stranger, to, tuple(changes), parked)


def fits_there(stranger: Stranger, mapping: Mapping) -> bool:
    """Whether the record that would be made of a stranger takes part on the other side, as the scope there says.

    Only what we write is known; the rest may be filled in by the CRM.
    """
    to, values = stranger.side.other, stranger.values
    for name, condition in mapping.scope.get(to, {}).items():
        rule = mapping.rules[name]
        written = rule.goes_into_create(to) and rule.fields.get(to) and all_hold(rule.when, values)
        if written and not condition.holds(values.get(name) or rule.filler(to, values)):
            return False
    return True


def is_held(link: Link) -> bool:
    """Whether an unanswered request may still arrive: nothing is planned until it is known."""
    return bool(link.held)


def keep_differences(link: Link, mapping: Mapping) -> Link:
    """The link with each side's own value as its base: old differences stay, later edits flow (`--mode link`)."""
    one, other = (link.seen.get(side, {}) for side in SIDES)
    differ = [rule for name, rule in mapping.rules.items() if not rule.same(one.get(name, ""), other.get(name, ""))]
    kept = {rule.name: _fingerprint(rule.fingerprint, *_shown(link, rule.name)) for rule in differ}
    return replace(link, base={side: dict(link.seen.get(side, {})) for side in SIDES}, kept=kept)


def old_differences(link: Link, mapping: Mapping) -> set[str]:
    """The rules under which a link still shows a difference that a backfill has left as it was."""
    return {name for name, kept in link.kept.items() if kept == _now(link, name, mapping)}


def compared_anew(link: Link, mapping: Mapping) -> Link:
    """The link without a base where it still shows an old difference that was kept: that is decided by `first_link`."""
    anew = old_differences(link, mapping)
    base = {side: {name: text for name, text in tree.items() if name not in anew} for side, tree in link.base.items()}
    return replace(link, base=base, kept={})


def park(rule: Rule, code: str, text: str, values: Iterable[str], now: Micros, side: Side | None) -> Parked:
    """A parked rule: planned again only when one of these values or the rule's definition changes."""
    return Parked(code, text, _fingerprint(rule.fingerprint, *values), now, side=side)


def park_rule(link: Link, rule: Rule, code: str, text: str, now: Micros, side: Side | None = None) -> Link:
    """The link with one rule parked for the values it shows now; `side` cannot take it."""
    return replace(link, parked={**link.parked, rule.name: park(rule, code, text, _shown(link, rule.name), now, side)})


def park_lead(link: Link, code: str, text: str, now: Micros, side: Side | None = None) -> Link:
    """The link parked as a whole, until anything about it changes."""
    return replace(link, parked={**link.parked, "": Parked(code, text, _whole(link), now, side=side)})


def refused(parked: Parked, refusals: Sequence[Refusal]) -> Parked:
    """What is parked, with what the CRM itself said against it."""
    field = next((each.field for each in refusals if each.field), "")
    code = next((each.code for each in reversed(refusals) if each.code), "")
    words = "; ".join(dict.fromkeys(each.message for each in refusals if each.message))
    return replace(parked, field=field[:WORDS], told=code[:WORDS], words=words[:WORDS])


def rule_refused(link: Link, rule: Rule | None, text: str, now: Micros, side: Side, said: Sequence[Refusal]) -> Link:
    """The link with one rule (None: all of it) parked because this side refused it, in that CRM's own words."""
    link = (
        park_lead(link, REFUSED, text, now, side) if rule is None else park_rule(link, rule, REFUSED, text, now, side)
    )
    name = "" if rule is None else rule.name
    return replace(link, parked={**link.parked, name: refused(link.parked[name], said)})


def without_outdated(link: Link, mapping: Mapping) -> Link:
    """The link without parked rules whose values are others by now: they are planned again where need be.

    Nor is an old difference kept for a full backfill once either value was another one, whatever it is later.
    """
    parked = {name: each for name, each in link.parked.items() if each.fingerprint == _now(link, name, mapping)}
    kept = {name: text for name, text in link.kept.items() if text == _now(link, name, mapping)}
    same = (len(parked), len(kept)) == (len(link.parked), len(link.kept))
    return link if same else replace(link, parked=parked, kept=kept)


def _now(link: Link, name: str, mapping: Mapping) -> str:
    """The fingerprint that a parked rule (or, under "", a parked lead) would have now."""
    if not name:
        return _whole(link)
    rule = mapping.rules.get(name)
    return "" if rule is None else _fingerprint(rule.fingerprint, *_shown(link, name))


def _whole(link: Link) -> str:
    parts = [f"{side}\0{name}\0{value}" for side in SIDES for name, value in sorted(link.seen.get(side, {}).items())]
    return _fingerprint(*parts)


def is_parked_whole(link: Link) -> bool:
    """Whether the lead as a whole is parked, for the values that it shows now."""
    parked = link.parked.get("")
    return parked is not None and parked.fingerprint == _whole(link)


def is_parked(link: Link, rule: Rule) -> bool:
    """Whether a rule is parked for the values that it shows now."""
    parked = link.parked.get(rule.name)
    return parked is not None and parked.fingerprint == _fingerprint(rule.fingerprint, *_shown(link, rule.name))


def _shown(link: Link, name: str) -> tuple[str, ...]:
    return tuple(link.seen.get(side, {}).get(name, "\0") for side in SIDES)


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _change(
    rule: Rule, to: Side, value: str, lead: Values, why: str, tables: Tables, old: str = "", lost: str | None = None
) -> Change | None:
    """The write of one value of this lead, or of the filler where it is blank and the side must not be."""
    if not value and rule.fills(to):
        filler = filler_change(rule, to, lead, tables, old)
        return filler if filler is None or lost is None else replace(filler, why=why, lost=lost)
    return Change(rule.name, to, value, rule.write(to, value, tables), old, why, lost)


def filler_change(rule: Rule, to: Side, lead: Values, tables: Tables, old: str = "") -> Change | None:
    """What is written where there is nothing better, given all values of the lead; None where there is no filler."""
    filler = rule.filler(to, lead)
    if not filler:
        return None
    try:
        return Change(rule.name, to, "", rule.write(to, filler, tables), old, "must not be blank", filler=filler)
    except Unfit:
        return None


class _Work:
    """One link while its rules are decided."""

    def __init__(self, link: Link, mapping: Mapping, tables: Tables, now: Micros, cycle: int) -> None:
        self._link, self._mapping, self._tables, self._now, self._cycle = link, mapping, tables, now, cycle
        self._base = {side: dict(link.base.get(side, {})) for side in SIDES}
        self.parked = {name: parked for name, parked in link.parked.items() if name and name in mapping.rules}
        self.changes: list[Change] = []
        self.coming: dict[Side, dict[str, str]] = {side: {} for side in SIDES}
        self.news: list[str] = []

    def take(self, rule: Rule, decision: Decision) -> None:
        """Carry out one decision on paper."""
        if decision.act in {Act.AGREE, Act.KEEP}:
            self._agree(rule, SIDES if decision.to is None else (decision.to,))
            self.parked.pop(rule.name, None)
            return
        if is_parked(self._link, rule):
            return
        self.parked.pop(rule.name, None)
        if decision.act is Act.REVIEW or decision.to is None:
            self._park(rule, "review", decision.why)
        elif self._flips(rule, decision):
            self._park(
                rule,
                "flips",
                f"the value keeps changing back on {decision.to.other}: an automation there?",
                decision.to.other,
            )
        else:
            self._carry(rule, decision, decision.to)

    def _carry(self, rule: Rule, decision: Decision, to: Side) -> None:
        old = self._link.seen.get(to, {}).get(rule.name, "")
        try:
            lead = self._link.seen.get(to.other, {})
            change = _change(rule, to, decision.value, lead, decision.why, self._tables, old, decision.lost)
        except Unfit as unfit:
            self._park(rule, unfit.code, unfit.text, to)
            return
        if change is None or not change.native:  # nothing of this value can be said on that side: left to the CRM
            self._agree(rule, SIDES)
            return
        self.changes.append(change)
        self.coming[to][rule.name] = change.value

    def _agree(self, rule: Rule, sides: Iterable[Side]) -> None:
        """What these sides show is their base from now on."""
        for side in sides:
            if rule.name in self._link.seen.get(side, {}):
                self._base[side][rule.name] = self._link.seen[side][rule.name]

    def _park(self, rule: Rule, code: str, text: str, side: Side | None = None) -> None:
        self.parked[rule.name] = park(rule, code, text, _shown(self._link, rule.name), self._now, side)
        self.news.append(rule.name)

    def _flips(self, rule: Rule, decision: Decision) -> bool:
        """Whether this value has come back for the third cycle in a row."""
        trail = self._link.trail.get(rule.name, ())
        values = [value for _, _, value in trail] + [decision.value]
        if len(values) <= FLIPS + 1 or self._cycle - trail[-1][0] > FLIP_GAP:
            return False
        recent = values[-(FLIPS + 2) :]
        return all(recent[i] == recent[i + 2] for i in range(len(recent) - 2)) and recent[0] != recent[1]

    def result(self) -> Link:
        """The link with its new bases and parked rules."""
        return replace(self._link, base=self._base, parked=self.parked)


def with_trail(link: Link, changes: Iterable[Change], cycle: int) -> Link:
    """The link remembering what is carried now, to notice a rule that flips."""
    trail = dict(link.trail)
    for change in changes:
        trail[change.rule] = (*trail.get(change.rule, ())[-FLIPS - 1 :], (cycle, change.to, change.value))
    return replace(link, trail=trail)
