"""What the tests of the core share: one rule by its text, and one lead by what its sides show."""

from dataclasses import replace

from connector.core.mapping.model import Mapping, Rule
from connector.core.model import SIDES, Link, Side, Values
from tests.core.mapping.frame import mapping_of, rule_of

SF, OP = Side.SALESFORCE, Side.OPERATE

Two = tuple[str | None, str | None]
"""A value per side, Salesforce first; None: not shown, or no base."""


def city(more: str = "") -> Rule:
    """A rule over City and a town of six characters with these options."""
    return replace(rule_of(f"{{salesforce: City, operate: town{more and ', '}{more}}}"), sizes={OP: {"town": 6}})


def one_rule(more: str = "") -> Mapping:
    """The mapping of only that rule; it is called `it`."""
    return mapping_of(f"it: {{salesforce: City, operate: town{more and ', '}{more}}}\n")


def tree(two: Two, rule: str = "it") -> dict[Side, Values]:
    """A tree of one rule per side."""
    return {side: {} if value is None else {rule: value} for side, value in zip(SIDES, two, strict=True)}


def lead(seen: Two, base: Two = (None, None), rule: str = "it") -> Link:
    """A live link of one rule."""
    return Link(
        link_id=1, ids={SF: "00Q1", OP: "1"}, seen=tree(seen, rule), base=tree(base, rule), stamped=frozenset(SIDES)
    )
