"""What is special about one rule of a linked lead, in words: parked, ahead, or different for good."""

from connector.core.mapping.model import Direction, Mapping, Rule
from connector.core.model import SIDES, Link
from connector.report.words import sentence, side_name

ONE_WAY = {
    Direction.ON_CREATE: "carried into new leads only; later edits stay on their side",
    Direction.TO_OPERATE: "carried to Operate only; what is edited there stays there",
    Direction.TO_SALESFORCE: "carried to Salesforce only; what is edited there stays there",
    Direction.NONE: "only read, never carried",
}
"""Why the two sides of a rule may differ for good."""


def note(link: Link, name: str, mapping: Mapping) -> str:
    """What is special about one rule of a lead."""
    if name in link.parked:
        each = link.parked[name]
        return f"{'left alone' if each.ignored else 'parked'}: {sentence(each.text, 200)}"
    ahead = [
        side_name(side)
        for side in SIDES
        if name in link.seen.get(side, {}) and link.seen[side][name] != link.base.get(side, {}).get(name)
    ]
    if ahead:
        return f"changed in {' and '.join(ahead)} since the last agreement"
    return _difference(link, name, mapping.rules.get(name))


def _difference(link: Link, name: str, rule: Rule | None) -> str:
    """Why two values of a rule may go on to differ, "" where they do not."""
    shown = [link.seen[side][name] for side in SIDES if name in link.seen.get(side, {})]
    if rule is None or len(shown) < len(SIDES) or rule.same(*shown):
        return ""
    if rule.direction in ONE_WAY:
        return ONE_WAY[rule.direction]
    return "a cleared value is not carried over" if not all(shown) else "an older difference: the next edit decides"
