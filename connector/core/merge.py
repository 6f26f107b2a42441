"""Three-way merge of one rule of one lead: what each side shows, what it showed when the two last agreed, what follows.

Pure. `decide` is the decision table; each row says what happened in the world.
"""

from dataclasses import dataclass
from enum import StrEnum

from connector.core.mapping.conditions import all_hold
from connector.core.mapping.model import Blank, Conflict, Direction, Fit, Rule, Tables
from connector.core.model import SIDES, Link, Side, Sides


class Act(StrEnum):
    """What to do about one rule of one lead."""

    AGREE = "agree"
    """Both sides hold the same: that is the new base."""
    KEEP = "keep"
    """Leave the values as they are: each side's own value is its new base (only `to`'s, where given)."""
    CARRY = "carry"
    """Write `value` to side `to`."""
    REVIEW = "review"
    """A person has to decide."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one rule and why. `lost` is the value of side `to` that a conflict gives up."""

    rule: str
    act: Act
    to: Side | None = None
    value: str = ""
    why: str = ""
    lost: str | None = None


def decide(rule: Rule, link: Link, owner: Side, tables: Tables, coming: Sides | None = None) -> Decision | None:
    """The decision for one rule of a live link, or None when there is nothing to do.

    `coming` are values of other rules that are written to a side together with it: conditions are asked with them.
    """
    shown = [side for side in SIDES if rule.name in link.seen.get(side, {})]
    if len(shown) == len(SIDES):
        based = all(rule.name in link.base.get(side, {}) for side in SIDES)
        return _both_edited_or_one(rule, link, owner, tables) if based else _first_link(rule, link, owner, tables)
    return _one_way(rule, link, shown[0], coming or {}) if shown else None


def _one_way(rule: Rule, link: Link, side: Side, coming: Sides) -> Decision | None:
    """The other side does not show this rule: it never does, or the rule does not apply to its record now."""
    there = {**link.seen.get(side.other, {}), **coming.get(side.other, {})}
    if rule.when and rule.fields.get(side.other) and not all_hold(rule.when, there):
        return None  # what stands there is none of ours; the edit waits until the rule applies on both sides
    value = link.seen[side][rule.name]
    known = link.base.get(side, {}).get(rule.name)
    if known == value:
        return None
    cleared = not value and (known is None or rule.blank is Blank.KEEP)
    if not rule.fields.get(side.other) or not _carries(rule, link, side.other) or cleared:
        return Decision(rule.name, Act.KEEP, side)
    return _carry(rule, link, side.other, f"edited in {side}" if known is not None else "first link")


def _first_link(rule: Rule, link: Link, owner: Side, tables: Tables) -> Decision:
    """The two records were never compared under this rule: blanks are filled, differences are decided once."""
    one, other = (link.seen[side][rule.name] for side in SIDES)
    if rule.same(one, other):
        return Decision(rule.name, Act.AGREE)
    receiving = [side for side in SIDES if _carries(rule, link, side) and link.seen[side.other][rule.name]]
    blank = [side for side in receiving if not link.seen[side][rule.name]]
    if blank:
        return _carry(rule, link, blank[0], "blank there")
    if not receiving or not (one and other):
        return Decision(rule.name, Act.KEEP)
    for side in SIDES:
        if _is_cut(rule, side, link.seen, tables):  # the beginning of the other one must not replace it
            why = f"{side} holds a shortened copy"
            return Decision(rule.name, Act.KEEP if rule.fit is Fit.CUT else Act.REVIEW, why=why)
    if rule.direction is Direction.ON_CREATE:  # what a CRM fills in by itself on a record that we made
        return _carry(rule, link, receiving[0], "new lead")
    if len(receiving) == 1:
        return _conflict(rule, link, receiving[0].other, "first link: one-way rule")
    return _settle_conflict(rule, link, rule.first_link, owner, "first link")


def _both_edited_or_one(rule: Rule, link: Link, owner: Side, tables: Tables) -> Decision | None:
    edited = [side for side in SIDES if link.seen[side][rule.name] != link.base[side][rule.name]]
    if not edited:
        return None
    if rule.same(*(link.seen[side][rule.name] for side in SIDES)):
        return Decision(rule.name, Act.AGREE)
    sending = [side for side in edited if rule.flows_to(side.other)]
    if not sending:  # an edit on the receiving side of a one-way rule stays until the sending side changes
        return Decision(rule.name, Act.KEEP, edited[0] if len(edited) == 1 else None)
    if len(sending) == len(SIDES):
        return _double_edit(rule, link, owner)
    side = sending[0]
    if not link.seen[side][rule.name] and rule.blank is Blank.KEEP:  # a clearing is neither carried over nor refilled
        return Decision(rule.name, Act.KEEP, side if len(edited) == 1 else None)
    if len(edited) == len(SIDES):
        return _conflict(rule, link, side, "one-way rule")
    if _is_cut(rule, side, link.base, tables):
        return Decision(rule.name, Act.REVIEW, side, why=f"the shortened copy in {side} was edited")
    return _carry(rule, link, side.other, f"edited in {side}")


def _double_edit(rule: Rule, link: Link, owner: Side) -> Decision:
    cleared = [side for side in SIDES if not link.seen[side][rule.name]]
    if cleared and rule.blank is Blank.KEEP:  # the edit of the other side is newer than nothing at all
        return _carry(rule, link, cleared[0], f"edited in {cleared[0].other}, cleared in {cleared[0]}", lost="")
    return _settle_conflict(rule, link, rule.conflict, owner, "edited on both sides")


def _settle_conflict(rule: Rule, link: Link, policy: Conflict, owner: Side, what: str) -> Decision:
    if policy is Conflict.REVIEW:
        return Decision(rule.name, Act.REVIEW, why=what)
    winner = _winner(rule, link, policy, owner)
    return _conflict(rule, link, winner, f"{what}: {_named(policy, winner)}")


def _winner(rule: Rule, link: Link, policy: Conflict, owner: Side) -> Side:
    if policy is Conflict.NEWEST and len({link.stamps.get(side, 0) for side in SIDES}) > 1:
        return max(SIDES, key=lambda side: link.stamps.get(side, 0))
    if policy is Conflict.FILLED:
        filled = [side for side in SIDES if rule.says(link.seen[side][rule.name])]
        return filled[0] if len(filled) == 1 else owner
    return Side(policy) if policy in {Conflict.SALESFORCE, Conflict.OPERATE} else owner


def _named(policy: Conflict, winner: Side) -> str:
    if policy in {Conflict.NEWEST, Conflict.FILLED}:
        return f"{policy} value wins"
    return f"{winner} owns it"


def _conflict(rule: Rule, link: Link, winner: Side, why: str) -> Decision:
    return _carry(rule, link, winner.other, why, lost=link.seen[winner.other][rule.name])


def _carry(rule: Rule, link: Link, to: Side, why: str, lost: str | None = None) -> Decision:
    return Decision(rule.name, Act.CARRY, to, link.seen[to.other][rule.name], why, lost)


def _carries(rule: Rule, link: Link, to: Side) -> bool:
    """Whether a side that has no base yet receives the rule: a record that we made takes `on_create` rules too."""
    if rule.direction is Direction.ON_CREATE:
        return link.born is to and rule.goes_into_create(to)
    return rule.flows_to(to)


def _is_cut(rule: Rule, side: Side, tree: Sides, tables: Tables) -> bool:
    """Whether this side holds a shortened copy of the other's value, so that carrying it over would lose the rest."""
    copy, original = tree[side][rule.name], tree[side.other][rule.name]
    return bool(copy) and not rule.same(copy, original) and rule.is_form_of(side, original, copy, tables)
