"""Examples of a mapping file tried out: the given lead is read, a new record is planned from it, both are compared.

Pure. The planning is that of a cycle, so an example shows what `sync` would do.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from connector.core.explain import why_not
from connector.core.mapping.compile import location_rule
from connector.core.mapping.conditions import all_hold
from connector.core.mapping.live_tables import first_location
from connector.core.mapping.lookups import Lookup
from connector.core.mapping.model import Example, Mapping, Tables
from connector.core.model import Side, Stranger, Values
from connector.core.plan import Creation, plan_creation


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the example says; `why` explains what was found, where it can be explained."""

    what: str
    expected: str
    found: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """How one example went."""

    example: Example
    differences: tuple[Difference, ...] = ()


def try_example(mapping: Mapping, example: Example) -> Trial:
    """What differs from the example. Fields that the example does not give are blank."""
    mapping = _located(mapping, example.tables)
    native = {**dict.fromkeys(mapping.fields(example.side), ""), **example.given}
    values = mapping.read(example.side, native, example.tables)
    stranger = Stranger(example.side, "", 0, 0, values)
    plan = plan_creation(stranger, mapping, example.tables, 0)
    barred = why_not(stranger, mapping)
    differences = [*_values(example, values), *_parked(example, plan), *_native(example, mapping, values, plan, barred)]
    return Trial(example, tuple(differences))


def _located(mapping: Mapping, tables: Tables) -> Mapping:
    """The mapping whose default location `first` is the first one of the example's own table."""
    rule = location_rule(mapping.rules)
    if mapping.default_location != "first" or rule is None or not isinstance(rule.transform, Lookup):
        return mapping
    filler = first_location(rule.transform.labels(tables))
    rule = replace(rule, fillers={**rule.fillers, Side.OPERATE: filler}) if filler else rule
    return replace(mapping, rules={**mapping.rules, rule.name: rule})


def _values(example: Example, values: Values) -> Iterator[Difference]:
    for name, expected in example.values.items():
        found = values.get(name)
        if found is None:
            yield Difference(f"value of {name}", expected, "", "it is not read, or the rule does not apply here")
        elif found != expected:
            yield Difference(f"value of {name}", expected, found)


def _parked(example: Example, plan: Creation) -> Iterator[Difference]:
    for name in example.parked:
        if name not in plan.parked:
            yield Difference(f"rule {name}", "parked", "not parked")


def _native(example: Example, mapping: Mapping, values: Values, plan: Creation, barred: str) -> Iterator[Difference]:
    """What a new record on the other side would be given; nothing where the lead takes no part."""
    found = {name: text for change in plan.changes for name, text in change.native.items()} if not barred else {}
    for name, expected in example.becomes.items():
        if found.get(name, "") != expected:
            why = "" if name in found else _silence(mapping, example.side.other, name, values, plan, barred)
            yield Difference(f"{example.side.other} {name}", expected, found.get(name, ""), why)


def _silence(mapping: Mapping, side: Side, field: str, values: Values, plan: Creation, barred: str) -> str:
    """Why nothing would be written to a field."""
    if barred:
        return f"no lead is made of it: {barred}"
    rules: Map[str, bool] = {
        name: all_hold(rule.when, values)
        for name, rule in mapping.rules.items()
        if field in rule.fields.get(side, ()) and rule.goes_into_create(side)
    }
    parked = next((plan.parked[name].text for name in rules if name in plan.parked), "")
    if parked:
        return f"parked: {parked}"
    idle = next((name for name, applies in rules.items() if not applies), "")
    return f"rule {idle} does not apply (when:)" if idle else "nothing would be written"
