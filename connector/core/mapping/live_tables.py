"""A mapping fitted to the tables behind its look-ups: the labels that a tenant really has.

Imports core and errors only: the tables are given, at start-up and again with every cycle.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import replace

from connector.core.mapping.compile import is_location, location_rule
from connector.core.mapping.live_lifecycle import unknown_marks
from connector.core.mapping.live_values import filler_key, finding_at
from connector.core.mapping.lookups import Lookup
from connector.core.mapping.model import Mapping, Rule, Tables, Unfit
from connector.core.mapping.text import clean, fold, nearest, quoted
from connector.core.mapping.transform import listed, lookups_of
from connector.core.model import Side
from connector.errors import Finding, MappingError


def with_tables(mapping: Mapping, tables: Tables) -> Mapping:
    """The mapping with its default location, and those of `locations`, as the labels that this tenant has.

    "first" is the location with the smallest id whose label nobody else carries. Raises `MappingError` for labels
    that the tenant does not have, and when it has no location at all.
    """
    findings = [*_unknown_fillers(mapping, tables), *_unknown_scope(mapping, tables)]
    marks = unknown_marks(mapping, lambda side, rule, value: _lacks(side, rule, value, tables))
    findings += [finding_at(mapping, key, wrong) for key, wrong in marks]
    rule = location_rule(mapping.rules)
    if rule is not None and isinstance(rule.transform, Lookup) and (mapping.default_location or rule.routes):
        labels = rule.transform.labels(tables)
        rule = _routed(mapping, rule, labels, findings)
        if mapping.default_location:
            rule = replace(rule, fillers={**rule.fillers, Side.OPERATE: _default_label(mapping, labels, findings)})
        mapping = replace(mapping, rules={**mapping.rules, rule.name: rule})
    if findings:
        raise MappingError(findings)
    return mapping


def _shown(side: Side, rule: Rule, tables: Tables) -> Map[str, str]:
    """The live table behind a rule on one side: id -> label; empty where there is none or it is not shown."""
    found = [tables.get(f"{side}.{name}", {}) for named, name in lookups_of(rule) if named is side]
    return found[0] if found else {}


def _unknown_fillers(mapping: Mapping, tables: Tables) -> Iterator[Finding]:
    """Fillers of look-ups that the CRM does not have, which nobody would ever be given."""
    for rule in mapping.rules.values():
        for side, filler in rule.fillers.items():
            if (mapping.default_location and is_location(rule.fields)) or not (
                wrong := _lacks(side, rule, filler, tables)
            ):
                continue
            yield finding_at(mapping, filler_key(mapping, rule, side), wrong)


def _lacks(side: Side, rule: Rule, filler: str, tables: Tables) -> str:
    """What is wrong with a filler, given the live table behind its field; "" where nothing is, or none is shown."""
    if _shown(side, rule, tables):
        try:
            native = rule.write(side, filler, tables)
        except Unfit as unfit:
            return unfit.text
        return "" if any(native.values()) else f"{side.capitalize()} knows nobody as {quoted(filler)}"
    for _, name in listed(rule, side):
        labels = [clean(label) for label in tables.get(f"{side}.{name}", {}).values()]
        if labels and fold(filler) not in map(fold, labels):
            close = f"; nearest: {', '.join(map(quoted, found))}" if (found := nearest(filler, labels)) else ""
            return f"{side.capitalize()} has no {name} named {quoted(filler)}{close}"
    return ""


def _unknown_scope(mapping: Mapping, tables: Tables) -> Iterator[Finding]:
    """A scope that names only labels that the CRM does not have: no lead would fit."""
    for side, conditions in mapping.scope.items():
        for name, condition in conditions.items():
            rule = mapping.rules.get(name)
            labels = _shown(side, rule, tables) if rule is not None and isinstance(rule.transform, Lookup) else {}
            if labels and not condition.negated and not any(map(condition.holds, ("", *labels.values()))):
                text = f"{side.capitalize()} has none of these for {name}, so no lead would take part"
                yield finding_at(mapping, f"scope.{side}.{name}", text, tuple(map(clean, labels.values()))[:5])


def _routed(mapping: Mapping, rule: Rule, labels: Map[str, str], findings: list[Finding]) -> Rule:
    """The location rule whose routes carry the tenant's own labels."""
    routes = [replace(route, location=_same(route.location, labels)) for route in rule.routes]
    findings += [
        finding_at(
            mapping,
            f"locations.{at}.location",
            f"Operate has no location {quoted(given.location)}, or more than one of that name",
            nearest(given.location, map(clean, labels.values())),
        )
        for at, (given, route) in enumerate(zip(rule.routes, routes, strict=True))
        if not route.location
    ]
    return replace(rule, routes=tuple(routes))


def _default_label(mapping: Mapping, labels: Map[str, str], findings: list[Finding]) -> str:
    label = first_location(labels) if mapping.default_location == "first" else _same(mapping.default_location, labels)
    if not label:
        text = f"Operate has no location {quoted(mapping.default_location)}, or more than one of that name"
        if not any(map(clean, labels.values())):
            text = "Operate shows no locations, so there is no default; give the location rule a table"
        close = nearest(mapping.default_location, map(clean, labels.values()))
        findings.append(finding_at(mapping, "default_location", text, close))
    return label


def first_location(labels: Map[str, str]) -> str:
    """The label that `default_location: first` means ("": there is none): the smallest id whose label is alone."""
    folded = [fold(label) for label in labels.values()]
    alone = [number for number, label in labels.items() if clean(label) and folded.count(fold(label)) == 1]
    smallest = min(alone, key=lambda number: (not number.isdecimal(), len(number), number), default=None)
    return "" if smallest is None else clean(labels[smallest])


def _same(wanted: str, labels: Map[str, str]) -> str:
    """The label as the tenant writes it, or "" when it is not there exactly once."""
    alike = [clean(label) for label in labels.values() if fold(label) == fold(wanted)]
    return alike[0] if len(alike) == 1 else ""
