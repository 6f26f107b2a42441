"""What becomes of a lead whose partner has ended, as the mapping's `lifecycle` says.

Pure. What is owed stands on the link from the moment it ends (`Farewell`), so only ends that are found under a policy
count; what is left of it follows from what the partner shows and from what was sent, like any other write.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connector.core import ends
from connector.core.fold import filler_form, filler_place, is_unlearnt
from connector.core.mapping.compile import digest
from connector.core.mapping.model import Mapping, Rule, Tables, Unfit
from connector.core.mapping.policies import Policy
from connector.core.mapping.text import quoted
from connector.core.model import SIDES, Farewell, Link, LinkState, Micros, Side
from connector.core.plan import Change, LinkPlan, is_held, is_parked, is_parked_whole, park_lead, park_rule, plan_link

DELETE = {"": "delete"}
"""What is left to say to a partner that is to be deleted."""
LIFECYCLE = "(lifecycle)"
"""Stands among the rules' fingerprints: after a change of the policies, both sides are read in full."""


def still(link: Link) -> str:
    """What is still to be said to the partner of an ended link ("": nothing)."""
    if link.state is not LinkState.ENDED or link.farewell is None or not link.farewell.left:
        return ""
    deed = "DELETED" if "" in link.farewell.left else "marked"
    return f"its lead in {link.farewell.side.other.capitalize()} is still to be {deed}: {because(link)}"


def says_to(link: Link, side: Side) -> bool:
    """Whether an ended link has something left to say to its record of this side."""
    return bool(still(link)) and link.farewell is not None and link.farewell.side is not side


def told(mapping: Mapping) -> Iterator[str]:
    """Every policy that does something, in words."""
    for side, policies in mapping.lifecycle.items():
        for end, policy in policies.items():
            there = side.other.capitalize()
            yield f"when a lead is {end} in {side.capitalize()}, its partner in {there} {_deed(policy)}"


def _deed(policy: Policy) -> str:
    if policy.deletes:
        return "is DELETED"
    marks = ", ".join(f"{name} {quoted(value)}" for name, value in policy.marks.items())
    return f"is marked once: {marks}"


def owed(mapping: Mapping, link: Link, side: Side, why: str, *, touched: bool) -> Farewell | None:
    """What the mapping says about the partner of a record that ends so; None: it is kept as it is.

    `touched`: the partner may have been changed after that end. Like what reached nobody, and a partner that we are
    still making, that is not deleted unread.
    """
    end, to = ends.kind(side, why), side.other
    policy = mapping.policy(side, end) if end is not None else None
    if policy is None:
        return None
    farewell = Farewell(side, policy.fingerprint, DELETE if policy.deletes else policy.marks)
    known = link.state is not LinkState.OPEN and _carried(link, to)
    return _as_it_is(farewell, link) if known and not touched else farewell


def partner_ended(link: Link, side: Side) -> Link:
    """The link after its record on this side ended, too, or left the scope: nothing is said to that one any more."""
    farewell = link.farewell
    if farewell is None:
        return link
    if farewell.side is side:
        return replace(link, parked={}) if link.parked and is_deleted(link) else link
    return replace(link, farewell=replace(farewell, left={}), held={}, parked={}) if farewell.left else link


def is_deleting(link: Link, side: Side | None = None) -> bool:
    """Whether a delete of ours may still arrive at the record that is left (of this side)."""
    farewell = link.farewell
    if farewell is None or farewell.side is side:
        return False
    return farewell.asked and "" in farewell.left and farewell.side.other in link.held


def is_deleted(link: Link) -> bool:
    """Whether we have deleted the record that was left of an ended link."""
    return link.farewell is not None and link.farewell.asked and not link.farewell.left


def is_gone(link: Link, side: Side) -> bool:
    """Whether we have deleted the record of this side."""
    return is_deleted(link) and link.farewell is not None and link.farewell.side is not side


def without_partner(link: Link, now: Micros) -> Link:
    """An ended link whose record is back, and whose partner we have deleted: a person decides, nothing is made anew."""
    if "" in link.parked or link.farewell is None:
        return link
    to = link.farewell.side.other
    text = f"it is back, and its lead in {to.capitalize()} was deleted by the mapping's lifecycle"
    return park_lead(link, "no_partner", text, now, to)


def consented(link: Link) -> Link:
    """The link once somebody has looked at what was edited on a record that is to be deleted."""
    farewell = link.farewell
    if farewell is None or not farewell.left:
        return link
    return replace(link, farewell=_as_it_is(farewell, link))


def _as_it_is(farewell: Farewell, link: Link) -> Farewell:
    """The farewell to a partner as it was last seen."""
    to = farewell.side.other
    return replace(farewell, stamp=link.stamps.get(to, 0), seen=_print(link, to))


def _print(link: Link, to: Side) -> str:
    return digest(repr(sorted(link.seen.get(to, {}).items())))


def _carried(link: Link, to: Side) -> bool:
    """Whether everything that was seen there is what the sides agreed upon, or blank."""
    base = link.base.get(to, {})
    return all(base.get(name, "") == value for name, value in link.seen.get(to, {}).items())


def by_us(before: Link, link: Link, *, as_made: bool) -> Link:
    """The link after its partner was read: where it only shows what we wrote ourselves, nobody has edited it.

    `as_made`: nothing was changed on that record since it was made; that counts where it was read for the first time.
    """
    farewell = link.farewell
    if farewell is None or not farewell.left:
        return link
    to = farewell.side.other
    ours = before.sent.get(to, {}) != link.sent.get(to, {}) and _carried(link, to)
    untouched = _untouched(before, farewell) if to in before.stamps else as_made
    return consented(link) if ours and untouched else link


def _untouched(link: Link, farewell: Farewell) -> bool:
    """Whether nobody has touched the partner, by its stamp and by its values: a late commit changes these alone."""
    to = farewell.side.other
    return link.stamps.get(to, 0) <= farewell.stamp and _print(link, to) == farewell.seen


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
    if not name:
        return is_deleting(link)
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
    if not in_force(mapping, farewell):  # the mapping says something else by now
        return LinkPlan(partner_ended(link, to))
    if "" in farewell.left:
        return _plan_delete(link, to, farewell, now)
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
            link = park_rule(link, rule, unfit.code, unfit.text, now, to)
            news.append(name)
    return LinkPlan(replace(link, farewell=replace(farewell, left=left)), tuple(changes), news=tuple(news))


def _plan_delete(link: Link, to: Side, farewell: Farewell, now: Micros) -> LinkPlan:
    """The delete of a partner; one that somebody has edited since is left to a person."""
    if _untouched(link, farewell):
        return LinkPlan(link, deletes=to)
    there = to.capitalize()
    text = f"{because(link)}, and somebody edited it in {there} since: not deleted"
    if _carried(link, to) and farewell.seen in ("", _print(link, to)):  # by its stamp alone, which may be our write's
        text = f"{because(link)}, and it was changed in {there} right before or since, maybe by somebody: not deleted"
    return LinkPlan(park_lead(link, "edited", text, now, to), news=("",))


def asked(link: Link) -> Link:
    """The link with its delete under way."""
    return link if link.farewell is None else replace(link, farewell=replace(link.farewell, asked=True))


def not_deleted(link: Link) -> Link:
    """The link after its delete was refused or never left."""
    if link.farewell is None:
        return link
    farewell = None if link.state is LinkState.LIVE else replace(link.farewell, asked=False)
    return replace(link, farewell=farewell)


def deleted(link: Link, now: Micros) -> Link:
    """The link after its delete landed; where the lead came back while it was under way, a person decides."""
    if link.farewell is None:
        return link
    after = replace(link, farewell=replace(link.farewell, left={}), held={}, parked={})
    if link.state is not LinkState.LIVE:
        return after
    to = link.farewell.side.other
    return without_partner(replace(after, state=LinkState.ENDED, ended=ends.deleted(to)), now)


def in_force(mapping: Mapping, farewell: Farewell) -> bool:
    """Whether the mapping still says what it said when the end was found."""
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
    return f"it was {ends.kind(side, link.ended) or 'gone'} in {side.capitalize()}"


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
    sent = dict(link.sent.get(to, {}))
    others = tuple(each for each in sent.pop(name, ()) if each.unknown and each.value != value)
    sent |= {name: others} if others else {}
    form = filler_form(rule.write(to, value, tables))
    fillers = {**link.fillers.get(to, {}), filler_place(rule, to): form}
    return replace(link, seen=seen, base=base, sent={**link.sent, to: sent}, fillers={**link.fillers, to: fillers})


def _landed(before: Link, link: Link, to: Side, rule: Rule, value: str) -> bool:
    """Whether the mark that was sent last has become what the partner is known to have held."""
    sent = before.sent.get(to, {}).get(rule.name, ())
    if not sent or not sent[-1].unknown or not rule.same(sent[-1].value, value):
        return False
    learnt = not is_unlearnt(before, link, to, rule.name)
    return learnt and rule.same(link.base.get(to, {}).get(rule.name, ""), value)
