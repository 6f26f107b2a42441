"""What is right line by line and wrong together: rules that fight, and conditions that would hide edits.

Imports core only; called by `load` when every rule is known.
"""

from collections.abc import Mapping as Map

from connector.core.mapping.compile import is_location
from connector.core.mapping.document import Document
from connector.core.mapping.model import Rule
from connector.core.mapping.schema import HeadText
from connector.core.model import SIDES, Side


def check_clashes(head: HeadText, rules: Map[str, Rule], document: Document) -> None:
    """Note every clash in the document."""
    for rule in rules.values():
        _check_when(rule, rules, document)
        _check_needed(head, rule, document)
    _check_circles(rules, document)
    location = next((rule for rule in rules.values() if is_location(rule.fields)), None)
    if location is not None and head.default_location and ("rules", location.name, "default") in document.keys:
        text = f"default_location fills {location.name} already; keep one of the two"
        document.wrong(("rules", location.name, "default"), text, key=True)


def _check_when(rule: Rule, rules: Map[str, Rule], document: Document) -> None:
    """A condition can be read wherever the rule is sent from, and does not depend on the rule itself."""
    for name in rule.when:
        place = ("rules", rule.name, "when", name)
        asked = rules.get(name)
        blind = [side for side in SIDES if _sends(rule, side) and asked is not None and side not in asked.fields]
        if name == rule.name:
            text = f"{name} hides its own edits: a value that does not fit would never be told; use a value table"
            document.wrong(place, text, key=True)
        elif blind:
            text = (
                f"rule {name} has no field in {blind[0].capitalize()}, so edits of {rule.name} there would never be "
                "seen; give it one, or make this rule one-way"
            )
            document.wrong(place, text, key=True)


def _sends(rule: Rule, side: Side) -> bool:
    """Whether values of this side are carried to the other one."""
    return bool(rule.fields.get(side)) and bool(rule.fields.get(side.other)) and rule.goes_into_create(side.other)


def _check_needed(head: HeadText, rule: Rule, document: Document) -> None:
    """What every new lead must carry does not depend on a condition."""
    if not rule.when:
        return
    if ("rules", rule.name, "required") in document.keys:
        text = f"{rule.name} is required, so it needs a value for every lead: leave when: or required: out"
        document.wrong(("rules", rule.name, "required"), text, key=True)
    needed = [field for field in rule.fields.get(Side.OPERATE, ()) if field in head.minimum]
    if needed:
        text = f"minimum names {needed[0]}, so {rule.name} is needed for every new lead: leave when: out"
        document.wrong(("rules", rule.name, "when"), text, key=True)


def _check_circles(rules: Map[str, Rule], document: Document) -> None:
    """No two one-way rules carry the same fields against each other: a double edit would go round and round."""
    for rule in rules.values():
        for other in rules.values():
            if rule.line < other.line and _against(rule, other):
                text = f"{other.name} carries back what {rule.name} carries there; use one rule with direction: both"
                document.wrong(("rules", other.name), text, key=True)


def _against(rule: Rule, other: Rule) -> bool:
    return any(
        rule.flows_to(side)
        and not rule.flows_to(side.other)
        and other.flows_to(side.other)
        and all(set(rule.fields.get(each, ())) & set(other.fields.get(each, ())) for each in SIDES)
        for side in SIDES
    )
