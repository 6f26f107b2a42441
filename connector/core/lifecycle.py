"""What becomes of a lead whose partner has ended, as the mapping's `lifecycle` says.

Pure. What is owed stands on the link from the moment it ends (`Farewell`), so only ends that are found under a policy
count; what is left of it follows from what the partner shows and from what was sent, like any other write.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connector.core import ends
from connector.core.mapping.model import Mapping, Tables, Unfit
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
    return None if policy is None else Farewell(side, policy.fingerprint, tuple(policy.marks))


def partner_ended(link: Link, side: Side) -> Link:
    """The link after its record on this side ended, too, or left the scope: nothing is said to that one any more."""
    farewell = link.farewell
    if farewell is None or farewell.side is side or not farewell.left:
        return link
    return replace(link, farewell=replace(farewell, left=()), held={}, parked={})


def revived(link: Link) -> Link:
    """The link without a farewell: its record is back. A mark that landed is a base by now, so the lead's own value
    counts as edited since then and is carried where its rule flows.
    """
    return link if link.farewell is None else replace(link, farewell=None, parked={})


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
    policy = _in_force(mapping, farewell)
    if policy is None:  # the mapping says something else by now
        return LinkPlan(partner_ended(link, to))
    changes: list[Change] = []
    left, news = [], []
    for name in farewell.left:
        change = _mark(link, to, name, policy, mapping, tables)
        if isinstance(change, Unfit):
            link = park_rule(link, mapping.rules[name], change.code, change.text, now)
            news.append(name)
        elif change is not None:
            changes.append(change)
        elif not is_parked(link, mapping.rules.get(name)):
            continue
        left.append(name)
    return LinkPlan(replace(link, farewell=replace(farewell, left=tuple(left))), tuple(changes), news=tuple(news))


def _in_force(mapping: Mapping, farewell: Farewell) -> Policy | None:
    policies = mapping.lifecycle.get(farewell.side, {}).values()
    return next((policy for policy in policies if policy.fingerprint == farewell.policy), None)


def _mark(link: Link, to: Side, name: str, policy: Policy, mapping: Mapping, tables: Tables) -> Change | Unfit | None:
    """The write of one mark, or why it cannot be said there; None where it stands there, is parked, or is left out."""
    rule, value = mapping.rules.get(name), policy.marks.get(name)
    shown = link.seen.get(to, {}).get(name, "")
    if rule is None or value is None or rule.same(shown, value) or is_parked(link, rule):
        return None
    try:
        native = rule.write(to, value, tables)
    except Unfit as unfit:
        return unfit
    if not any(native.values()):
        return Unfit("unknown_label", f"{to.capitalize()} does not know {quoted(value)}")
    lost = shown if shown and shown != link.base.get(to, {}).get(name) else None
    return Change(name, to, value, native, shown, because(link), lost, mark=True)


def because(link: Link) -> str:
    """Why the partner of an ended link is told anything."""
    if link.farewell is None:
        return link.ended
    side = link.farewell.side
    return f"it was {ends.kind(side, link.ended) or link.ended} in {side.capitalize()}"


def said(before: Link, link: Link, mapping: Mapping) -> Link:
    """The link after marks were seen to have landed; `before` is the link when they were under way."""
    farewell = link.farewell
    policy = _in_force(mapping, farewell) if farewell is not None else None
    if farewell is None or policy is None:
        return link
    to = farewell.side.other
    left = tuple(name for name in farewell.left if not _landed(before, link, to, name, policy, mapping))
    return link if left == farewell.left else replace(link, farewell=replace(farewell, left=left))


def _landed(before: Link, link: Link, to: Side, name: str, policy: Policy, mapping: Mapping) -> bool:
    """Whether the mark that was sent last has become what the partner is known to have held."""
    rule, value = mapping.rules.get(name), policy.marks.get(name)
    sent, now = (each.sent.get(to, {}).get(name, ()) for each in (before, link))
    if rule is None or value is None or not sent or not sent[-1].unknown or not rule.same(sent[-1].value, value):
        return False
    return not (now and now[-1].unknown) and rule.same(link.base.get(to, {}).get(name, ""), value)
