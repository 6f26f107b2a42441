"""Texts that a mapping file itself would write, compared with what the live fields take.

Imports core and errors; called by `against`. Fillers, constants and the rows of value tables are known before any
lead is read, so a text that a restricted picklist lacks, or that is too long, is found before it is parked lead by
lead.
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from typing import Protocol, cast

from connector.core.mapping.choices import Choices
from connector.core.mapping.conditions import Condition
from connector.core.mapping.model import Mapping, Rule, Unfit
from connector.core.mapping.text import fold, nearest, quoted
from connector.core.mapping.transforms import Label, Text
from connector.core.mapping.values import Values, ValuesParams
from connector.core.model import Side
from connector.errors import Finding


class Taking(Protocol):
    """What a live field takes; `values` are those of a restricted picklist (empty: anything)."""

    @property
    def length(self) -> int:
        """Characters it holds, 0 for unlimited or unknown."""
        ...

    @property
    def values(self) -> tuple[str, ...]:
        """The values that may be chosen."""
        ...


Wrong = Callable[[str, str, tuple[str, ...]], None]
"""Notes a mistake: the key of the file, what is wrong, the nearest right names."""


def check_texts(mapping: Mapping, rule: Rule, schemas: Map[Side, Map[str, Taking]], wrong: Wrong) -> list[str]:
    """Note every text of the rule that a live field does not take; what is only worth a word comes back as notices.

    The rule has its live sizes already.
    """
    notices: list[str] = []
    for side, schema in schemas.items():
        if rule.fillers.get(side) and rule.goes_into_create(side):
            _check_filler(rule, side, schema, filler_key(mapping, rule, side), wrong)
        if isinstance(rule.transform, Values) and not any(named is side for named, _ in rule.transform.lookups):
            notices += _check_rows(rule, side, schema, wrong)
    return notices


def check_conditions(mapping: Mapping, rules: Map[str, Rule], schemas: Map[Side, Map[str, Taking]]) -> Iterator[str]:
    """Notices about words of `scope` and `when` that no restricted picklist has; only old leads may hold them."""
    for side, conditions in mapping.scope.items():
        for name in conditions.keys() & rules.keys():
            words = _unknown_words(rules[name], (side,), conditions[name], schemas)
            yield from (f"scope of {side.capitalize()}: {name} has no value {quoted(word)} to choose" for word in words)
    for rule in rules.values():
        for name in rule.when.keys() & rules.keys():
            words = _unknown_words(rules[name], tuple(rules[name].fields), rule.when[name], schemas)
            yield from (f"rule {rule.name}, when: {name} has no value {quoted(word)} to choose" for word in words)


def _unknown_words(
    rule: Rule, sides: tuple[Side, ...], condition: Condition, schemas: Map[Side, Map[str, Taking]]
) -> list[str]:
    """The whole words that none of these sides lets anybody choose; empty where a side takes any text."""
    if not isinstance(rule.transform, Text | Label | Choices):
        return []
    known: set[str] = set()
    for side in sides:
        fields = [schemas.get(side, {}).get(name) for name in rule.fields.get(side, ())]
        if not fields or any(field is None or not field.values for field in fields):
            return []
        known |= {fold(text) for field in fields if field is not None for text in field.values}
    return sorted(word for word in condition.words if word and word not in known)


def finding_at(mapping: Mapping, key: str, text: str, close: tuple[str, ...] = ()) -> Finding:
    """A mistake at a key of the file, or at the nearest key above it."""
    while key and key not in mapping.places:
        key = key.rpartition(".")[0]
    line, column = mapping.places.get(key, (1, 1))
    return Finding(mapping.file, line, column, f"{text}.", close)


def filler_key(mapping: Mapping, rule: Rule, side: Side) -> str:
    """The key of the file under which the filler of a side stands."""
    given = (f"rules.{rule.name}.{key}.{side}" for key in ("required", "default"))
    return next((each for each in given if each in mapping.places), f"rules.{rule.name}.transform.constant.value")


def _check_filler(rule: Rule, side: Side, schema: Map[str, Taking], key: str, wrong: Wrong) -> None:
    native, unfit = written(rule, side, rule.fillers[side])
    if unfit:
        wrong(key, unfit, ())
    for name, text in native.items():
        for each in text.split(";") if isinstance(rule.transform, Choices) else [text]:
            if name in schema and (lacks := lacks_value(name, each, schema[name], side)):
                wrong(key, *lacks)


def written(rule: Rule, side: Side, value: str) -> tuple[Map[str, str], str]:
    """The native fields of a value, or what is wrong with it; neither where only a look-up table could say."""
    try:
        return rule.write(side, value, {}), ""
    except Unfit as unfit:
        return {}, "" if unfit.code == "unknown_label" else unfit.text


def _check_rows(rule: Rule, side: Side, schema: Map[str, Taking], wrong: Wrong) -> Iterator[str]:
    """The first text of a row is written, so it has to be taken; of the others old leads may be the only ones."""
    name = next(iter(rule.fields.get(side, ())), "")
    found = schema.get(name)
    if found is None:
        return
    for at, row in enumerate(cast(ValuesParams, cast(Values, rule.transform).params).table):
        texts: tuple[str, ...] = getattr(row, side)
        key = f"rules.{rule.name}.transform.values.table.{at}.{side}"
        unknown = {text: lacks for text in texts if (lacks := lacks_value(name, text, found, side))}
        if unknown and (len(unknown) == len(texts) or (texts[0] in unknown and rule.goes_into_create(side))):
            wrong(key, *next(iter(unknown.values())))
        else:
            yield from (f"rule {rule.name}: {lacks[0]}; only old leads may hold it" for lacks in unknown.values())
        if rule.goes_into_create(side) and 0 < found.length < len(texts[0]):
            wrong(key, f"{name} takes {found.length} characters, {quoted(texts[0])} has {len(texts[0])}", ())


def lacks_value(name: str, text: str, field: Taking, side: Side) -> tuple[str, tuple[str, ...]] | None:
    """What is wrong with a text where a restricted picklist does not have it."""
    if not text or not field.values or text in field.values:
        return None
    close = nearest(text, field.values) or field.values[:5]
    return f"{name} in {side.capitalize()} is a picklist that does not have {quoted(text)}", close
