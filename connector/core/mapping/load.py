"""From the text of a mapping file to a compiled mapping, or to every mistake in it at once.

Imports core and errors. compile.py makes the single rules; `against` (live.py) and `with_tables` (live_tables.py)
compare the result with what the two CRMs really have.
"""

import re
from collections.abc import Mapping as Map

from connector.core.mapping.compile import (
    CUSTOM,
    LOCATION,
    Compiled,
    compile_rule,
    documented,
    known_field,
    location_rule,
)
from connector.core.mapping.conditions import Conditions
from connector.core.mapping.document import Document, Path, parse, under
from connector.core.mapping.load_clashes import check_clashes
from connector.core.mapping.load_conditions import ConditionLoader, scope_fingerprint
from connector.core.mapping.load_examples import load_examples
from connector.core.mapping.load_lifecycle import lifecycle_fingerprint, load_lifecycle
from connector.core.mapping.load_match import check_match
from connector.core.mapping.lookups import Lookup
from connector.core.mapping.model import Mapping, Rule
from connector.core.mapping.schema import HeadText, RuleText, fit
from connector.core.mapping.text import nearest, quoted
from connector.core.mapping.transform import OneField, listed, lookups_of
from connector.core.mapping.transforms import NAMES
from connector.core.model import Side
from connector.errors import MappingError

RULE_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_USUAL = {Side.SALESFORCE: "Operate_Lead_Id__c", Side.OPERATE: "ud_salesforceid"}


def load(text: str, file: str, transforms: Map[str, type[OneField]] = NAMES) -> Mapping:
    """The mapping that this YAML text describes; `file` is its name in messages, `transforms` are those it may name.

    Raises `MappingError` with every finding, sorted by line.
    """
    document = parse(text, file)
    head = fit(HeadText, document.data, (), document)
    if head is None:
        raise MappingError(document.sorted_findings())
    _check_head(head, document)
    owner = head.owner or Side.SALESFORCE
    compiled: dict[str, Compiled] = {}
    texts: dict[str, RuleText] = {}
    given = under(document.data, "rules")
    for name, data in given.items():
        if not RULE_NAME.fullmatch(name):
            wish = f"rule name {quoted(name)} should be lower-case letters, digits and _, starting with a letter"
            document.wrong(("rules", name), wish, key=True)
        rule = fit(RuleText, data, ("rules", name), document)
        made = rule and compile_rule(name, rule, owner, head.default_location or "", document, transforms)
        if rule and made:
            compiled[name], texts[name] = made, rule
    rules = {name: made.rule for name, made in compiled.items()}
    _check_double(head, rules, document)
    if rules:
        _check_names(head, rules, given, document)
    _check_not_mapped(head, rules, document)
    conditions = ConditionLoader(rules, given, document)
    rules = conditions.routed(head, conditions.conditioned(texts))
    scope = conditions.scope(head)
    check_clashes(head, rules, scope, document)
    lifecycle = load_lifecycle(head, rules, scope, given, document)
    matching = check_match(head, rules, document)
    needs = (need for rule in rules.values() for need in (*lookups_of(rule), *listed(rule, Side.OPERATE)))
    lookups = tuple(dict.fromkeys(needs))
    examples = load_examples(head, rules, given, lookups, document)
    if document.findings:
        raise MappingError(document.sorted_findings())
    return Mapping(
        name=head.mapping,
        owner=owner,
        rules=rules,
        counterpart={side: name for side, name in _counterparts(head).items() if name},
        minimum=_minimum(head, rules, scope),
        match=head.match.rules(),
        matching=matching,
        lookups=lookups,
        default_location=head.default_location or "",
        scope=scope,
        scope_fingerprint=scope_fingerprint(scope),
        lifecycle=lifecycle,
        lifecycle_fingerprint=lifecycle_fingerprint(lifecycle),
        examples=examples,
        hints=tuple(document.hints),
        file=file,
        places={".".join(map(str, path)): document.place(path) for path in document.keys},
    )


def _minimum(head: HeadText, rules: Map[str, Rule], scope: Map[Side, Conditions]) -> tuple[str, ...]:
    """The fields of the first request, those of Operate's scope among them: without them it would stand outside."""
    asked = [rules[name] for name in scope.get(Side.OPERATE, {}) if name in rules]
    chosen = (field for rule in asked if rule.goes_into_create(Side.OPERATE) for field in rule.fields[Side.OPERATE])
    return tuple(dict.fromkeys((*head.minimum, *chosen)))


def _counterparts(head: HeadText) -> dict[Side, str]:
    return {Side.SALESFORCE: head.counterpart.salesforce, Side.OPERATE: head.counterpart.operate or ""}


def _check_head(head: HeadText, document: Document) -> None:
    for key in ("mapping", "owner", "rules"):
        if (key,) not in document.keys:
            document.wrong((), f"the key {key} is missing")
    if isinstance(document.data, dict) and document.data.get("rules") == {}:
        document.wrong(("rules",), "there should be at least one rule", key=True)
    if head.mapping and not RULE_NAME.fullmatch(head.mapping):
        document.wrong(("mapping",), "mapping should be a short name in lower-case letters, such as lead")
    for side, name in _counterparts(head).items():
        if (name or side is Side.SALESFORCE) and not CUSTOM[side].fullmatch(name):
            text = f"the counterpart field of {side.capitalize()} should be a custom one, such as {_USUAL[side]}"
            document.wrong(("counterpart", str(side)), text)


def _check_double(head: HeadText, rules: Map[str, Rule], document: Document) -> None:
    """No native field may be written by two rules, nor by a rule and the counterpart id; case does not count."""
    writers: dict[tuple[Side, str], str] = {}
    for name, rule in rules.items():
        for side, fields in rule.fields.items():
            if not rule.goes_into_create(side):
                continue
            for field in fields:
                other = writers.setdefault((side, field.lower()), name)
                if other != name:
                    text = f"{field} is already written by rule {other}; two rules cannot write one field"
                    document.wrong(("rules", name, str(side)), text)
    for side in Side:
        counterpart = _counterparts(head)[side]
        writer = writers.get((side, counterpart.lower()))
        if writer:
            text = f"{counterpart} is written by rule {writer}; the counterpart id needs a field of its own"
            document.wrong(("counterpart", str(side)), text)


def _check_not_mapped(head: HeadText, rules: Map[str, Rule], document: Document) -> None:
    """`not_mapped` names fields that exist and that no rule has, each with a reason."""
    for side, reasons in head.not_mapped.items():
        mapped = {field: rule.name for rule in rules.values() for field in rule.fields.get(side, ())}
        for field, reason in reasons.items():
            place: Path = ("not_mapped", str(side), field)
            if not known_field(side, field):
                text = f"{side.capitalize()} has no lead field {quoted(field)}"
                document.wrong(place, text, nearest(field, documented(side)), key=True)
            elif field in mapped:
                document.wrong(
                    place, f"{field} is mapped by rule {mapped[field]}; take it out of one of the two", key=True
                )
            if not reason.strip():
                document.wrong(place, f"{field} needs the reason why it is not mapped")


def _check_names(head: HeadText, rules: Map[str, Rule], given: Map[str, object], document: Document) -> None:
    """`minimum`, `match` and `default_location` speak of rules that exist."""
    unsure = {field for name in given if name not in rules for field in _operate_fields(given[name])}
    mapped = unsure | {
        field
        for rule in rules.values()
        if rule.goes_into_create(Side.OPERATE)
        for field in rule.fields.get(Side.OPERATE, ())
    }
    for at, field in enumerate(head.minimum):
        place: Path = ("minimum", at) if ("minimum", at) in document.values else ("minimum",)
        if not known_field(Side.OPERATE, field):
            document.wrong(place, f"Operate has no lead field {quoted(field)}", nearest(field, mapped))
        elif field not in mapped:
            text = f"minimum names {field}, but no rule writes it into a new Operate lead"
            document.wrong(place, text, nearest(field, mapped))
    for who, name in head.match.rules().items():
        if name not in given:
            document.wrong(("match", who), f"there is no rule {quoted(name)}", nearest(name, given))
    if head.default_location is not None and LOCATION not in unsure:
        _check_location(rules, document)


def _check_location(rules: Map[str, Rule], document: Document) -> None:
    location = location_rule(rules)
    if location is None or not location.goes_into_create(Side.OPERATE):
        document.wrong(("default_location",), f"default_location needs a rule that writes {LOCATION} in Operate")
    elif not isinstance(location.transform, Lookup):
        text = f"rule {location.name} needs transform: location, because there is a default_location"
        document.wrong(("rules", location.name), text, key=True)


def _operate_fields(rule: object) -> list[str]:
    """What a rule with mistakes seems to write in Operate."""
    named = rule.get("operate") if isinstance(rule, dict) else None
    return [name for name in (named if isinstance(named, list) else [named]) if isinstance(name, str)]
