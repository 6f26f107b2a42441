"""A mapping compared with the fields that the two CRMs really have, at start-up and for `check`.

Imports core and errors only: the schemas are given. The tables behind look-ups come after it (live_tables.py).
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import Protocol

from connector.core.mapping.compile import digest, is_location
from connector.core.mapping.live_lifecycle import carried as carried_lifecycle
from connector.core.mapping.live_lifecycle import check_marks
from connector.core.mapping.live_values import check_conditions, check_texts, finding_at
from connector.core.mapping.load_clashes import blind_sides
from connector.core.mapping.model import Direction, Mapping, Rule
from connector.core.mapping.operate_fields import OPERATE_LEAD
from connector.core.mapping.text import nearest, quoted
from connector.core.mapping.transform import OneField, listed, lookups_of
from connector.core.mapping.transforms import NAMES
from connector.core.model import Side
from connector.errors import Finding


class LiveField(Protocol):
    """What is needed to know of one field of a live schema; `length` 0 means unlimited or unknown."""

    @property
    def name(self) -> str:
        """The native name."""
        ...

    @property
    def type(self) -> str:
        """What kind of field it is, in the CRM's own word."""
        ...

    @property
    def length(self) -> int:
        """Characters it holds."""
        ...

    @property
    def createable(self) -> bool:
        """Whether a new record may carry it."""
        ...

    @property
    def updateable(self) -> bool:
        """Whether an existing record may be given it."""
        ...

    @property
    def required(self) -> bool:
        """Whether a new record must carry it."""
        ...

    @property
    def values(self) -> tuple[str, ...]:
        """What a restricted picklist takes (empty: anything)."""
        ...


Schema = Map[str, LiveField]
"""The live fields of one side by native name."""


@dataclass(slots=True)
class _Notes:
    """What was found so far."""

    mapping: Mapping
    findings: list[Finding] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def wrong(self, key: str, text: str, close: tuple[str, ...] = ()) -> None:
        """Note a mistake at a key of the file, or at the nearest key above it."""
        self.findings.append(finding_at(self.mapping, key, text, close))


def against(mapping: Mapping, fields: Map[Side, Schema]) -> tuple[Mapping, tuple[Finding, ...]]:
    """The mapping as these orgs can carry it, and every mistake that only the live fields show.

    A rule that is `optional` and has no field there is left out, with a notice; it keeps its other side where it
    has something to fill in there. Field sizes become the live ones. A side that is missing from `fields`, or
    whose schema is empty, is not checked.
    """
    schemas = {side: schema for side, schema in fields.items() if schema}
    notes = _Notes(mapping)
    rules = {}
    for name, rule in mapping.rules.items():
        kept = _present(rule, schemas, notes)
        if kept is not None:
            rules[name] = _sized(kept, schemas)
            _check_rights(kept, schemas, notes)
            _check_types(kept, schemas.get(Side.SALESFORCE, {}), notes)
            notes.notices += check_texts(mapping, rules[name], schemas, notes.wrong)
    _leave_out_dependants(rules, notes)
    for side, conditions in mapping.scope.items():
        for name in conditions.keys() - rules.keys():
            text = f"the scope of {side.capitalize()} is chosen by rule {name}, which is left out: no lead would fit"
            notes.wrong(f"scope.{side}.{name}", text)
    notes.notices += check_conditions(mapping, rules, schemas)
    notes.notices += [
        f"{name} no longer helps to recognise people: its rule {rule} is left out"
        for name, rule in mapping.match.items()
        if rule not in rules
    ]
    policies = carried_lifecycle(mapping, rules, notes.notices)
    check_marks(replace(mapping, rules=rules), policies, schemas, notes.wrong)
    _check_required(mapping, rules, schemas, notes)
    _check_minimum(mapping, rules, notes)
    _check_counterparts(mapping, schemas, notes)
    carried = replace(
        mapping,
        rules=rules,
        lifecycle=policies,
        match={who: name for who, name in mapping.match.items() if name in rules},
        lookups=tuple(
            need
            for need in mapping.lookups
            if any(need in (*lookups_of(rule), *listed(rule, Side.OPERATE)) for rule in rules.values())
        ),
        notices=(*mapping.notices, *notes.notices),
    )
    return carried, tuple(sorted(notes.findings, key=lambda finding: (finding.line, finding.column, finding.text)))


def _known(side: Side, name: str, schema: Schema) -> bool:
    """Operate has no describe call and hides fields from samples, so a documented field counts as there."""
    return name in schema or (side is Side.OPERATE and name in OPERATE_LEAD)


def _present(rule: Rule, schemas: Map[Side, Schema], notes: _Notes) -> Rule | None:
    """The rule over the sides that have its fields; None when it is left out."""
    fields = dict(rule.fields)
    for side, schema in schemas.items():
        missing = [name for name in rule.fields.get(side, ()) if not _known(side, name, schema)]
        if missing and rule.optional:
            del fields[side]
            text = f"rule {rule.name} is left out: {side.capitalize()} has no field {', '.join(missing)}"
            notes.notices.append(text)
            continue
        for name in missing:
            text = f"{side.capitalize()} has no lead field {quoted(name)}, or it is hidden from the connector's user"
            notes.wrong(f"rules.{rule.name}.{side}", text, nearest(name, schema))
    if fields == rule.fields:
        return rule
    filled = next((side for side in fields if rule.fills(side) or _fills_location(rule, notes.mapping)), None)
    if filled is None:
        return None
    notes.notices[-1] += f"; new leads in {filled.capitalize()} still get the default"
    return _one_sided(rule, filled)


def _leave_out_dependants(rules: dict[str, Rule], notes: _Notes) -> None:
    """A rule whose condition cannot be asked any more is left out, too, where it is optional; else it is a mistake."""
    while found := next(((rule, name) for rule in rules.values() for name in _lost(rule, rules)), None):
        rule, name = found
        if rule.optional:
            notes.notices.append(f"rule {rule.name} is left out: its condition asks for {name}, which is left out")
            del rules[rule.name]
            continue
        text = f"{rule.name} depends on {name}, which is left out; make this rule optional, too, or take when: out"
        notes.wrong(f"rules.{rule.name}.when.{name}", text)
        rules[rule.name] = replace(rule, when={})
    for rule in rules.values():
        for at, route in enumerate(rule.routes):
            for name in route.when:
                if name not in rules or Side.SALESFORCE not in rules[name].fields:
                    text = f"this line asks for {name}, which is left out, so it means something else; take it out"
                    notes.wrong(f"locations.{at}.when.{name}", text)


def _lost(rule: Rule, rules: Map[str, Rule]) -> list[str]:
    return [name for name in rule.when if blind_sides(rule, rules.get(name))]


def _fills_location(rule: Rule, mapping: Mapping) -> bool:
    return bool(mapping.default_location) and is_location(rule.fields)


def _one_sided(rule: Rule, side: Side) -> Rule:
    """The rule with its field on one side only: nothing is carried, the filler is still written there.

    Its fingerprint changes, so that the rule starts without a base when the other side gets its field one day.
    """
    fields = {side: rule.fields[side]}
    create_only = rule.direction is Direction.ON_CREATE
    towards = Direction.TO_OPERATE if side is Side.OPERATE else Direction.TO_SALESFORCE
    return replace(
        rule,
        fields=fields,
        transform=rule.transform.on(fields) if isinstance(rule.transform, OneField) else rule.transform,
        direction=Direction.ON_CREATE if create_only else towards,
        only_to=side if create_only else None,
        fillers={side: filler for side, filler in rule.fillers.items() if side in fields},
        fingerprint=digest(f"{rule.fingerprint} in {side} only"),
    )


def _check_rights(rule: Rule, schemas: Map[Side, Schema], notes: _Notes) -> None:
    """The connector's user may write what the rule writes."""
    for side, schema in schemas.items():
        live = [schema[name] for name in rule.fields.get(side, ()) if name in schema]
        denied = {
            "create": [found.name for found in live if rule.goes_into_create(side) and not found.createable],
            "update": [found.name for found in live if rule.flows_to(side) and not found.updateable],
        }
        for deed, names in denied.items():
            if names:
                text = (
                    f"the connector's user may not {deed} {', '.join(names)} in {side.capitalize()}: "
                    f"give it the right, or use direction: to_{side.other}"
                )
                notes.wrong(f"rules.{rule.name}.{side}", text)


_TYPES = {
    "boolean": ("boolean",),
    "date": ("date",),
    "datetime": ("instant",),
    "int": ("number", "money"),
    "double": ("number", "money"),
    "currency": ("money", "number"),
    "percent": ("number", "money"),
    "reference": ("user", "lookup"),
    "multipicklist": ("choices",),
}
"""The transforms that write a Salesforce field of a type that is not plain text (Object Reference, field types)."""
_ALWAYS = ("values", "constant")


def _check_types(rule: Rule, schema: Schema, notes: _Notes) -> None:
    """What a rule writes into Salesforce is what a field of that type takes."""
    name = next((name for name, kind in NAMES.items() if type(rule.transform) is kind), "")
    if not rule.goes_into_create(Side.SALESFORCE) or name in ("", *_ALWAYS):
        return
    for found in (schema[each] for each in rule.fields.get(Side.SALESFORCE, ()) if each in schema):
        if found.type in _TYPES and name not in _TYPES[found.type]:
            use = " or ".join(_TYPES[found.type])
            text = f"{found.name} is a field of type {found.type} in Salesforce; use transform: {use}"
            notes.wrong(f"rules.{rule.name}.transform", text)


def _check_required(mapping: Mapping, rules: Map[str, Rule], schemas: Map[Side, Schema], notes: _Notes) -> None:
    """Every field that a new record must carry is filled by a rule, where any rule makes new records at all."""
    for side, schema in schemas.items():
        if not replace(mapping, rules=rules).makes(side):
            continue
        written = {name for rule in rules.values() if rule.goes_into_create(side) for name in rule.fields.get(side, ())}
        written.add(mapping.counterpart.get(side, ""))
        for name, found in schema.items():
            if found.required and found.createable and name not in written:
                text = f"{side.capitalize()} demands {name} on every new lead, and no rule fills it"
                notes.wrong("rules", text)


def _check_minimum(mapping: Mapping, rules: Map[str, Rule], notes: _Notes) -> None:
    """What the first request to Operate must carry is still mapped after rules were left out."""
    mapped = {
        name
        for rule in rules.values()
        if rule.goes_into_create(Side.OPERATE)
        for name in rule.fields.get(Side.OPERATE, ())
    }
    for name in mapping.minimum:
        if name not in mapped:
            notes.wrong("minimum", f"minimum names {name}, and the rule that fills it is left out")


def _check_counterparts(mapping: Mapping, schemas: Map[Side, Schema], notes: _Notes) -> None:
    """Salesforce has the External ID field. Operate may hide an empty `ud_` field, so that is only a notice."""
    for side, name in mapping.counterpart.items():
        schema = schemas.get(side)
        if schema is None or name in schema:
            continue
        if side is Side.SALESFORCE:
            text = f"Salesforce has no External ID field {quoted(name)} on Lead; create it and give the user access"
            notes.wrong(f"counterpart.{side}", text, nearest(name, schema))
        else:
            notes.notices.append(f"Operate has not shown the counterpart field {name} yet")


def _sized(rule: Rule, schemas: Map[Side, Schema]) -> Rule:
    """The rule with live lengths; a documented one stays where the live schema names none."""
    sizes: dict[Side, Map[str, int]] = dict(rule.sizes)
    for side, schema in schemas.items():
        live = {name: schema[name].length for name in rule.fields.get(side, ()) if name in schema}
        sizes[side] = {**rule.sizes.get(side, {}), **{name: length for name, length in live.items() if length}}
    return replace(rule, sizes=sizes)
