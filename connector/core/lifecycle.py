"""What becomes of a lead whose partner has ended, as the mapping's `lifecycle` says.

Pure.
"""

from collections.abc import Iterator

from connector.core.mapping.model import Mapping
from connector.core.mapping.policies import Policy
from connector.core.mapping.text import quoted


def told(mapping: Mapping) -> Iterator[str]:
    """Every policy that does something, in words."""
    for side, ends in mapping.lifecycle.items():
        for end, policy in ends.items():
            there = side.other.capitalize()
            yield f"when a lead is {end} in {side.capitalize()}, its partner in {there} {_deed(policy)}"


def _deed(policy: Policy) -> str:
    marks = ", ".join(f"{name} {quoted(value)}" for name, value in policy.marks.items())
    return f"is marked once: {marks}"
