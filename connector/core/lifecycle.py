"""What becomes of a lead whose partner has ended, as the mapping's `lifecycle` says.

Pure. What is owed stands on the link from the moment it ends (`Farewell`), so only ends that are found under a policy
count; what is left of it follows from what the partner shows and from what was sent, like any other write.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connector.core import ends
from connector.core.fold import filler_form, filler_place
from connector.core.mapping.model import Mapping, Rule, Tables, Unfit
from connector.core.mapping.policies import Policy
from connector.core.mapping.text import quoted
from connector.core.model import SIDES, Farewell, Link, LinkState, Micros, Side
from connector.core.plan import Change, LinkPlan, is_held, is_parked, is_parked_whole, park_rule, plan_link

LIFECYCLE = "(lifecycle)"
"""Stands among the rules' fingerprints: after a change of the policies, both sides are read in full."""


def told(mapping: Mapping) -> Iterator[str]:
    """Every policy that does something, in words."""
    for side, policies in mapping.lifecycle.items():
        for end, policy in policies.items():
            there = side.other.capitalize()
            yield f"when a lead is {end} in {side.capitalize()}, its partner in {there} {_deed(policy)}"


def _deed(policy: Policy) -> str:
    marks = ", ".join(f"{name} {quoted(value)}" for name, value in policy.marks.items())
    return f"is marked once: {marks}"


def owed(mapping: Mapping, side: Side, why: str) -> Farewell | None:
    """What the mapping says about the partner of a record that ends so; None: it is kept as it is."""
    end = ends.kind(side, why)
    policy = mapping.policy(side, end) if end is not None else None
    return None if policy is None else Farewell(side, policy.fingerprint, policy.marks)


def partner_ended(link: Link, side: Side) -> Link:
    """The link after its record on this side ended, too, or left the scope: nothing is said to that one any more."""
    farewell = link.farewell
    if farewell is None or farewell.side is side or not farewell.left:
        return link
    return replace(link, farewell=replace(farewell, left={}), held={}, parked={})


def revived(link: Link) -> Link:
    """The link whose record is back. Marks that may still arrive are remembered, to be known as ours."""
    return _without_said(replace(link, parked={})) if link.farewell is not None else link


def landed_late(before: Link, link: Link, mapping: Mapping, tables: Tables) -> Link:
    """A live link after its record was read, which may show a mark of before it came back."""
    return link if link.farewell is None else _without_said(said(before, link, mapping, tables))


def _without_said(link: Link) -> Link:
    """The link without its farewell, once no mark of it can be under way any more."""
    if link.farewell is None or any(_under_way(link, name, value) for name, value in link.farewell.left.items()):
        return link
    return replace(link, farewell=None)


def _under_way(link: Link, name: str, value: str) -> bool:
    sent = link.sent.get(link.farewell.side.other, {}).get(name, ()) if link.farewell is not None else ()
    return any(each.unknown and each.value == value for each in sent)


def plan_lead(
    link: Link, mapping: Mapping, tables: Tables, now: Micros, cycle: int, stampable: Iterable[Side] = SIDES
) -> LinkPlan:
    """Everything there is to do about one link, whether it lives or has ended."""
    if link.state is LinkState.ENDED:
        return _plan_farewell(link, mapping, tables, now)
    return plan_link(link, mapping, tables, now, cycle, stampable)


def _plan_farewell(link: Link, mapping: Mapping, tables: Tables, now: Micros) -> LinkPlan:
    """The marks that are still to be written to the partner of a link that ended."""
    farewell = link.farewell
    if farewell is None or not farewell.left or is_held(link) or is_parked_whole(link):
        return LinkPlan(link)
    to = farewell.side.other
    if not _in_force(mapping, farewell):  # the mapping says something else by now
        return LinkPlan(partner_ended(link, to))
    changes: list[Change] = []
    left, news = {}, []
    for name, rule in mapping.rules.items():
        value = farewell.left.get(name)
        if value is None or rule.same(link.seen.get(to, {}).get(name, ""), value):
            continue
        left[name] = value
        if is_parked(link, rule):
            continue
        try:
            changes.append(_mark(link, to, rule, value, tables))
        except Unfit as unfit:
            link = park_rule(link, rule, unfit.code, unfit.text, now)
            news.append(name)
    return LinkPlan(replace(link, farewell=replace(farewell, left=left)), tuple(changes), news=tuple(news))


def _in_force(mapping: Mapping, farewell: Farewell) -> bool:
    policies = mapping.lifecycle.get(farewell.side, {}).values()
    return any(policy.fingerprint == farewell.policy for policy in policies)


def _mark(link: Link, to: Side, rule: Rule, value: str, tables: Tables) -> Change:
    """The write of one mark; raises `Unfit` where it cannot be said there."""
    native = rule.write(to, value, tables)
    if not any(native.values()):
        raise Unfit("unknown_label", f"{to.capitalize()} does not know {quoted(value)}")
    shown = link.seen.get(to, {}).get(rule.name, "")
    lost = shown if shown and shown != link.base.get(to, {}).get(rule.name) else None
    return Change(rule.name, to, value, native, shown, because(link), lost, mark=True)


def because(link: Link) -> str:
    """Why the partner of an ended link is told anything."""
    if link.farewell is None:
        return link.ended
    side = link.farewell.side
    return f"it was {ends.kind(side, link.ended) or link.ended} in {side.capitalize()}"


def said(before: Link, link: Link, mapping: Mapping, tables: Tables) -> Link:
    """The link after marks were seen to have landed; `before` is the link when they were under way."""
    farewell = link.farewell
    if farewell is None:
        return link
    to, left = farewell.side.other, dict(farewell.left)
    for name, value in farewell.left.items():
        rule = mapping.rules.get(name)
        if rule is not None and _landed(before, link, to, rule, value):
            link = _as_filler(link, to, rule, value, tables)
            del left[name]
    return replace(link, farewell=replace(farewell, left=left))


def _as_filler(link: Link, to: Side, rule: Rule, value: str, tables: Tables) -> Link:
    """The link knowing a mark for what it is: no value of anybody. A lead that comes back finds its partner blank."""
    name = rule.name
    seen, base = ({side: dict(tree.get(side, {})) for side in SIDES} for tree in (link.seen, link.base))
    seen[to][name] = base[to][name] = ""
    if name in base[to.other]:
        base[to.other][name] = ""
    sent = {each: values for each, values in link.sent.get(to, {}).items() if each != name}
    form = filler_form(rule.write(to, value, tables))
    fillers = {**link.fillers.get(to, {}), filler_place(rule, to): form}
    return replace(link, seen=seen, base=base, sent={**link.sent, to: sent}, fillers={**link.fillers, to: fillers})


def _landed(before: Link, link: Link, to: Side, rule: Rule, value: str) -> bool:
    """Whether the mark that was sent last has become what the partner is known to have held."""
    sent, now = (each.sent.get(to, {}).get(rule.name, ()) for each in (before, link))
    if not sent or not sent[-1].unknown or not rule.same(sent[-1].value, value):
        return False
    return not (now and now[-1].unknown) and rule.same(link.base.get(to, {}).get(rule.name, ""), value)
