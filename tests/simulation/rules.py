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


def text_of(chosen: Map[str, int]) -> str:
    """The mapping file in which these rules say something else than at the beginning."""
    lines = []
    for rule, kinds in KINDS.items():
        kind = chosen.get(rule, 0)
        if kind != GONE:
            fields = f"salesforce: {FIELDS[rule][Side.SALESFORCE]}, operate: {FIELDS[rule][Side.OPERATE]}"
            lines.append(f"  {rule}: {{{fields}{', ' * bool(kinds[kind])}{kinds[kind]}}}\n")
    return HEAD + "".join(lines)
