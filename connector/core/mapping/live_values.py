"""Texts that a mapping file itself would write, compared with what the live fields take.

Imports core only; called by `against`. Fillers, constants and the rows of value tables are known before any lead is
read, so a text that a restricted picklist lacks, or that is too long, is found before it is parked lead by lead.
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from typing import Protocol, cast

from connector.core.mapping.choices import Choices
from connector.core.mapping.model import Rule, Unfit
from connector.core.mapping.text import nearest, quoted
from connector.core.mapping.values import Values, ValuesParams
from connector.core.model import Side


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


def check_texts(rule: Rule, schemas: Map[Side, Map[str, Taking]], places: Map[str, object], wrong: Wrong) -> list[str]:
    """Note every text of the rule that a live field does not take; what is only worth a word comes back as notices.

    The rule has its live sizes already.
    """
    notices: list[str] = []
    for side, schema in schemas.items():
        if rule.fillers.get(side) and rule.goes_into_create(side):
            _check_filler(rule, side, schema, places, wrong)
        if isinstance(rule.transform, Values) and not any(named is side for named, _ in rule.transform.lookups):
            notices += _check_rows(rule, side, schema, wrong)
    return notices


def _check_filler(rule: Rule, side: Side, schema: Map[str, Taking], places: Map[str, object], wrong: Wrong) -> None:
    path = f"rules.{rule.name}"
    given = (f"{path}.{key}.{side}" for key in ("required", "default"))
    key = next((each for each in given if each in places), f"{path}.transform.constant.value")
    try:
        native = rule.write(side, rule.fillers[side], {})
    except Unfit as unfit:
        if unfit.code != "unknown_label":
            wrong(key, unfit.text, ())
        return
    for name, text in native.items():
        for each in text.split(";") if isinstance(rule.transform, Choices) else [text]:
            if name in schema and (lacks := _lacks(name, each, schema[name], side)):
                wrong(key, *lacks)


def _check_rows(rule: Rule, side: Side, schema: Map[str, Taking], wrong: Wrong) -> Iterator[str]:
    """The first text of a row is written, so it has to be taken; of the others old leads may be the only ones."""
    name = next(iter(rule.fields.get(side, ())), "")
    found = schema.get(name)
    if found is None:
        return
    for at, row in enumerate(cast(ValuesParams, cast(Values, rule.transform).params).table):
        texts: tuple[str, ...] = getattr(row, side)
        key = f"rules.{rule.name}.transform.values.table.{at}.{side}"
        unknown = {text: lacks for text in texts if (lacks := _lacks(name, text, found, side))}
        if unknown and (len(unknown) == len(texts) or (texts[0] in unknown and rule.goes_into_create(side))):
            wrong(key, *next(iter(unknown.values())))
        else:
            yield from (f"rule {rule.name}: {lacks[0]}; only old leads may hold it" for lacks in unknown.values())
        if rule.goes_into_create(side) and 0 < found.length < len(texts[0]):
            wrong(key, f"{name} takes {found.length} characters, {quoted(texts[0])} has {len(texts[0])}", ())


def _lacks(name: str, text: str, field: Taking, side: Side) -> tuple[str, tuple[str, ...]] | None:
    """What is wrong with a text where a restricted picklist does not have it."""
    if not text or not field.values or text in field.values:
        return None
    close = nearest(text, field.values) or field.values[:5]
    return f"{name} in {side.capitalize()} is a picklist that does not have {quoted(text)}", close
