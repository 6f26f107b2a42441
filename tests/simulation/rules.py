"""The mapping of the simulation: one rule of each kind, and how somebody changes one of them meanwhile."""

from collections.abc import Mapping as Map

from connector.core.model import Side
from connector.crm.port import Field
from tests.simulation.world import HEAD, SCHEMA

FIELDS: Map[str, Map[Side, str]] = {
    "first_name": {Side.SALESFORCE: "FirstName", Side.OPERATE: "firstname"},
    "last_name": {Side.SALESFORCE: "LastName", Side.OPERATE: "lastname"},
    "company": {Side.SALESFORCE: "Company", Side.OPERATE: "leadname"},
    "email": {Side.SALESFORCE: "Email", Side.OPERATE: "emailaddress"},
    "city": {Side.SALESFORCE: "City", Side.OPERATE: "town"},
    "notes": {Side.SALESFORCE: "Description", Side.OPERATE: "otherneeds"},
    "budget": {Side.SALESFORCE: "Budget__c", Side.OPERATE: "budget"},
    "floor": {Side.SALESFORCE: "Floor__c", Side.OPERATE: "floor"},
    "timing": {Side.SALESFORCE: "Timing__c", Side.OPERATE: "timing"},
    "term": {Side.SALESFORCE: "Term__c", Side.OPERATE: "term"},
    "space": {Side.SALESFORCE: "Space__c", Side.OPERATE: "spacetype"},
}
"""The native field of every rule."""

KINDS: Map[str, tuple[str, ...]] = {
    "city": ("fit: cut", "fit: cut, conflict: operate", ""),
    "notes": ("blank: clear", "conflict: operate", "blank: clear, conflict: filled"),
    "budget": ("conflict: operate", "conflict: salesforce", "conflict: newest", ""),
    "floor": ("direction: to_operate", "", "direction: to_operate, blank: clear"),
    "timing": ("conflict: review", "conflict: operate, blank: clear"),
    "term": ("direction: to_salesforce, blank: clear", "blank: clear"),
    "space": ("", "first_link: operate"),
}
"""What each rule may say; the first one is where every history begins. An empty text: the rule's defaults."""

LIFECYCLE = "(lifecycle)"
"""Stands among the rules for what becomes of leads whose partner ended."""
MARKED = "space"
"""The rule under which they are marked; people type there, too."""
POLICIES: tuple[Map[Side, tuple[str, ...]], ...] = (
    {},
    {Side.SALESFORCE: ("converted", "deleted", "merged"), Side.OPERATE: ("converted", "deleted")},
    {Side.SALESFORCE: ("converted", "merged")},
    {Side.SALESFORCE: ("deleted",), Side.OPERATE: ("deleted",)},
    {Side.SALESFORCE: ("converted",)},
    {},
)
"""The ends of each side after which the partner is marked; the first one is where most histories begin."""
DELETES: Map[int, tuple[tuple[Side, str], ...]] = {
    4: ((Side.SALESFORCE, "deleted"), (Side.SALESFORCE, "merged")),
    5: ((Side.SALESFORCE, "deleted"), (Side.OPERATE, "deleted")),
}
"""The ends after which it is deleted, by policy."""

GONE = -1
"""Instead of the number of a kind: the rule is not in the mapping."""

_MORE = (
    ("Budget__c", "Floor__c", "Timing__c", "Term__c", "Space__c"),
    ("budget", "floor", "timing", "term", "spacetype"),
)
SIMULATED: Map[Side, Map[str, Field]] = {
    side: {**SCHEMA[side], **{name: Field(name, length=100) for name in more}}
    for side, more in zip(Side, _MORE, strict=True)
}
"""The fields of both CRMs."""


def mark_of(policy: int, side: Side, how: str) -> str:
    """What is written to the partner of a record that ends so on this side ("": nothing)."""
    return f"({policy} {side} {how})" if how in POLICIES[policy].get(side, ()) else ""


def marks_of(side: Side) -> dict[str, tuple[int, str]]:
    """Every mark for partners of records of this side, with its policy and the end."""
    known = [(policy, how) for policy, all_ends in enumerate(POLICIES) for how in all_ends.get(side, ())]
    return {mark_of(policy, side, how): (policy, how) for policy, how in known}


def policy_of(chosen: Map[str, int]) -> int:
    """The policy that stands in the mapping: none without the rule that it names."""
    return 0 if chosen.get(MARKED, 0) == GONE else chosen.get(LIFECYCLE, 0)


def _lifecycle(policy: int) -> str:
    said: dict[Side, list[str]] = {}
    for side, hows in POLICIES[policy].items():
        said[side] = [f"{how}: {{mark: {{{MARKED}: {mark_of(policy, side, how)}}}}}" for how in hows]
    for side, how in DELETES.get(policy, ()):
        said.setdefault(side, []).append(f"{how}: delete")
    lines = [f"  {side}: {{{', '.join(each)}}}\n" for side, each in said.items()]
    return "".join(["lifecycle:\n", *lines]) if lines else ""


def text_of(chosen: Map[str, int]) -> str:
    """The mapping file in which these rules say something else than at the beginning."""
    lines = []
    for rule, kinds in KINDS.items():
        kind = chosen.get(rule, 0)
        if kind != GONE:
            fields = f"salesforce: {FIELDS[rule][Side.SALESFORCE]}, operate: {FIELDS[rule][Side.OPERATE]}"
            lines.append(f"  {rule}: {{{fields}{', ' * bool(kinds[kind])}{kinds[kind]}}}\n")
    return HEAD.replace("rules:\n", f"{_lifecycle(policy_of(chosen))}rules:\n") + "".join(lines)
