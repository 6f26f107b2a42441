"""What is right line by line and wrong together: rules that fight, and conditions that would hide edits.

Imports core only; called by `load` when every rule is known.
"""

from collections.abc import Mapping as Map

from connector.core.mapping.compile import location_rule
from connector.core.mapping.conditions import Conditions
from connector.core.mapping.document import Document
from connector.core.mapping.model import Blank, Direction, Rule
from connector.core.mapping.operate_fields import IDS
from connector.core.mapping.schema import HeadText
from connector.core.mapping.text import quoted
from connector.core.mapping.transform import OneField
from connector.core.mapping.transforms import Label, Text
from connector.core.model import SIDES, Side


def check_clashes(head: HeadText, rules: Map[str, Rule], scope: Map[Side, Conditions], document: Document) -> None:
    """Note every clash in the document."""
    for rule in rules.values():
        _check_when(rule, rules, document)
        _check_needed(head, rule, document)
        _check_idle_keys(rule, document)
        _check_ids(rule, document)
    _check_scope(head, scope, rules, document)
    _check_circles(rules, document)
    location = location_rule(rules)
    if location is not None and head.default_location and ("rules", location.name, "default") in document.keys:
        text = f"default_location fills {location.name} already; keep one of the two"
        document.wrong(("rules", location.name, "default"), text, key=True)


def _check_when(rule: Rule, rules: Map[str, Rule], document: Document) -> None:
    """A condition can be read wherever the rule is sent from, and does not depend on the rule itself."""
    for name in rule.when:
        place = ("rules", rule.name, "when", name)
        asked = rules.get(name)
        blind = blind_sides(rule, asked) if asked is not None else []
        if name == rule.name:
            text = f"{name} hides its own edits: a value that does not fit would never be told; use a value table"
            document.wrong(place, text, key=True)
        elif blind:
            text = (
                f"rule {name} has no field in {blind[0].capitalize()}, so edits of {rule.name} there would never be "
                "seen; give it one, or make this rule one-way"
            )
            document.wrong(place, text, key=True)


def blind_sides(rule: Rule, asked: Rule | None) -> list[Side]:
    """The sides from which a rule is sent and on which the rule of its condition cannot be read."""
    return [side for side in SIDES if _sends(rule, side) and (asked is None or side not in asked.fields)]


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
    """One-way rules do not carry values round in a circle: two edits would chase each other for ever."""
    follow = {name: _followers(rule, rules) for name, rule in rules.items()}
    told: set[frozenset[str]] = set()
    for name in rules:
        circle = _way_back(name, follow)
        if circle and frozenset(circle) not in told:
            told.add(frozenset(circle))
            *others, last = sorted(circle, key=lambda each: rules[each].line)
            text = f"{last} carries back what {', '.join(others)} carry there; use one rule with direction: both"
            document.wrong(("rules", last), text.replace("carry", "carries" if len(others) == 1 else "carry"), key=True)


def _followers(rule: Rule, rules: Map[str, Rule]) -> list[str]:
    """The other one-way rules that carry on what this one-way rule writes."""
    to = next((side for side in SIDES if rule.flows_to(side) and not rule.flows_to(side.other)), None)
    if to is None or len(rule.fields) < len(SIDES):
        return []
    return [
        name
        for name, other in rules.items()
        if other.flows_to(to.other)
        and not other.flows_to(to)
        and set(other.fields.get(to, ())) & set(rule.fields[to])
        and other.fields.get(to.other)
    ]


def _way_back(start: str, follow: Map[str, list[str]]) -> tuple[str, ...]:
    """The rules of a circle from this rule to itself; () when there is none."""
    ways: list[tuple[str, ...]] = [(name,) for name in follow[start]]
    been = {start}
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        if way[-1] not in been:
            been.add(way[-1])
            ways += [(*way, name) for name in follow[way[-1]]]
    return ()


def _check_idle_keys(rule: Rule, document: Document) -> None:
    """A key that can never count would be a promise that nobody keeps."""
    path = ("rules", rule.name)
    for key in ("conflict", "first_link"):
        if rule.direction is not Direction.BOTH and (*path, key) in document.keys:
            text = f"rule {rule.name} does not flow both ways, so {key} never decides anything; leave it out"
            document.wrong((*path, key), text, key=True)
    blankable = not isinstance(rule.transform, OneField) or rule.transform.blankable
    for key in ("required", "default"):
        for side in rule.fillers:
            if not blankable and len(rule.fields) > 1 and (*path, key, str(side)) in document.keys:
                text = f"a tick box is never blank, so this would never be written: leave {key} out"
                document.wrong((*path, key, str(side)), text)
            elif rule.blank is Blank.CLEAR and rule.flows_to(side) and (*path, key, str(side)) in document.keys:
                there, here = side.other.capitalize(), side.capitalize()
                text = f"a clearing of {rule.name} in {there} gives {here} {quoted(rule.fillers[side])}, not a blank"
                document.hint((*path, key), text)


def _check_ids(rule: Rule, document: Document) -> None:
    """Where Operate keeps ids, people would see numbers in Salesforce."""
    (name,) = rule.fields.get(Side.OPERATE, ("",))[:1]
    if name in IDS and type(rule.transform) in (Text, Label) and len(rule.fields) > 1:
        how = {"location": "location", "user": "user"}.get(IDS[name], f"{{lookup: {{operate: {IDS[name]}}}}}")
        text = f"{name} keeps an id in Operate, so people see a number in Salesforce; for its name use transform: {how}"
        document.hint(("rules", rule.name), text)


def _check_scope(head: HeadText, scope: Map[Side, Conditions], rules: Map[str, Rule], document: Document) -> None:
    """A new lead can stand in the scope; who may take one out of it is worth a word."""
    counterparts = (head.counterpart.salesforce, head.counterpart.operate)
    for side, conditions in scope.items():
        for name, condition in conditions.items():
            rule = rules.get(name)
            if rule is None:
                continue
            there = side.capitalize()
            written = rule.goes_into_create(side) or rule.fields.get(side, ("",))[0] in counterparts
            makes = any(each.goes_into_create(side) and len(each.fields) == len(SIDES) for each in rules.values())
            if side in rule.fields and makes and not written and not condition.holds(""):
                text = (
                    f"no rule writes {name} into a new lead in {there}, so one that is made there takes part only if "
                    f"{there} itself fills it in so"
                )
                document.hint(("scope", str(side), name), text)
            if rule.flows_to(side) and rule.fields.get(side.other):
                other = side.other.capitalize()
                text = f"{name} is edited in {other}, too: such an edit can take a lead out of the scope of {there}"
                document.hint(("scope", str(side), name), text)
