"""The `lifecycle` of a mapping compared with what the two CRMs really have: fields, rights, picklists, tables.

Imports core and errors; called by `against` and `with_tables`.
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import Protocol

from connector.core.mapping.live_values import Taking, Wrong, lacks_value, written
from connector.core.mapping.model import Mapping, Rule
from connector.core.mapping.policies import End, Policies, Policy
from connector.core.model import Side


class Updating(Taking, Protocol):
    """What a live field takes, and whether an existing record may be given it."""

    @property
    def updateable(self) -> bool:
        """Whether the connector's user may write it."""
        ...


def carried(mapping: Mapping, rules: Map[str, Rule], notices: list[str]) -> Policies:
    """The policies as the rules that are left can carry them; a mark of one that is left out is told."""
    found: dict[Side, dict[End, Policy]] = {}
    for side, end, policy in _all(mapping.lifecycle):
        to = side.other
        marks = {name: value for name, value in policy.marks.items() if name in rules and rules[name].fields.get(to)}
        notices += [
            f"lifecycle of {side.capitalize()}, {end}: {name} is left out, so nothing is marked by it"
            for name in policy.marks.keys() - marks.keys()
        ]
        if marks or policy.deletes:
            found.setdefault(side, {})[end] = replace(policy, marks=marks)
    return found


def check_marks(mapping: Mapping, policies: Policies, schemas: Map[Side, Map[str, Updating]], wrong: Wrong) -> None:
    """Note every mark that the live fields do not take. The rules of the mapping have their live sizes already."""
    for side, end, policy in _all(policies):
        schema = schemas.get(side.other, {})
        for name, value in policy.marks.items():
            key = _key(side, end, name)
            native, unfit = written(mapping.rules[name], side.other, value)
            if unfit:
                wrong(key, unfit, ())
            for field, text in native.items():
                if field in schema and not schema[field].updateable:
                    there = side.other.capitalize()
                    wrong(key, f"the connector's user may not update {field} in {there}: give it the right", ())
                elif field in schema and (lacks := lacks_value(field, text, schema[field], side.other)):
                    wrong(key, *lacks)


def unknown_marks(mapping: Mapping, lacks: Callable[[Side, Rule, str], str]) -> Iterator[tuple[str, str]]:
    """The marks that `lacks` finds something wrong with, by their key in the file."""
    for side, end, policy in _all(mapping.lifecycle):
        for name, value in policy.marks.items():
            if text := lacks(side.other, mapping.rules[name], value):
                yield _key(side, end, name), text


def _key(side: Side, end: End, rule: str) -> str:
    return f"lifecycle.{side}.{end}.mark.{rule}"


def _all(policies: Policies) -> Iterator[tuple[Side, End, Policy]]:
    for side, ends in policies.items():
        for end, policy in ends.items():
            yield side, end, policy
