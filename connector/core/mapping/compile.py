"""One rule of the file made into a `Rule`, with every mistake in it noted.

Imports core only; called by `load` for each rule. What a rule may not do is decided here, from the two tables of
documented fields.
"""

import hashlib
import json
import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import Any

from connector.core.mapping import operate_fields, salesforce_fields
from connector.core.mapping.document import Document, Path
from connector.core.mapping.model import Conflict, Direction, Fit, Rule, Unfit
from connector.core.mapping.operate_fields import IDS, OPERATE_LEAD, OperateField
from connector.core.mapping.salesforce_fields import SALESFORCE_LEAD, SalesforceField
from connector.core.mapping.schema import RuleText, fit
from connector.core.mapping.text import nearest, quoted
from connector.core.mapping.transform import OneField, lookups_of
from connector.core.mapping.transforms import NAMES
from connector.core.mapping.values import Values
from connector.core.model import Side

CUSTOM = {Side.SALESFORCE: re.compile(r"[A-Za-z]\w*__c", re.ASCII), Side.OPERATE: re.compile(r"ud_[a-z0-9_]+")}
"""The form of a custom field's name (Salesforce: suffix __c; Operate reference, Lead: prefix ud_)."""
_DOCUMENTED: Map[Side, Map[str, SalesforceField | OperateField]] = {
    Side.SALESFORCE: SALESFORCE_LEAD,
    Side.OPERATE: OPERATE_LEAD,
}
_LOOK_UPS = {Side.SALESFORCE: salesforce_fields.LOOK_UPS, Side.OPERATE: operate_fields.LOOK_UPS}
LOCATION = "locationname"
"""Operate's field of the location, which every lead must have (reference, Leads: "All Leads require a Location")."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule and the transform it was made with."""

    rule: Rule
    transform: OneField


def is_location(fields: Map[Side, tuple[str, ...]]) -> bool:
    """Whether a rule over these fields is the one that fills Operate's location."""
    return fields.get(Side.OPERATE) == (LOCATION,)


def location_rule(rules: Map[str, Rule]) -> Rule | None:
    """The rule that fills Operate's location, where the mapping has one."""
    return next((rule for rule in rules.values() if is_location(rule.fields)), None)


def known_field(side: Side, name: str) -> bool:
    """Whether a field is documented for every org or tenant, or has the form of a custom one."""
    return name in _DOCUMENTED[side] or CUSTOM[side].fullmatch(name) is not None


def documented(side: Side) -> tuple[str, ...]:
    """The fields that the vendor documents for every org or tenant."""
    return tuple(_DOCUMENTED[side])


def read_only(side: Side, name: str) -> bool:
    """Whether the vendor documents a field as one that cannot be written."""
    documented = _DOCUMENTED[side].get(name)
    return documented is not None and documented.read_only


def compile_rule(
    name: str,
    text: RuleText,
    owner: Side,
    default_location: str,
    document: Document,
    transforms: Map[str, type[OneField]] = NAMES,
) -> Compiled | None:
    """The rule, or None when its fields or its transform cannot be made out; mistakes are noted in the document."""
    path = ("rules", name)
    fields = {
        side: names for side, names in ((Side.SALESFORCE, text.salesforce), (Side.OPERATE, text.operate)) if names
    }
    if not fields:
        if not ({"salesforce", "operate"} & document.children(path)):
            document.wrong(path, f"rule {name} names no field: it needs salesforce: and operate:", key=True)
        return None
    for side, names in fields.items():
        _check_fields(side, names, path, document)
    made = _transform(text.transform, fields, path, document, transforms)
    if made is None:
        return None
    transform_name, transform = made
    for side, names in fields.items():
        if len(names) > 1 and not transform.several:
            several = " or ".join(sorted(known for known, kind in transforms.items() if kind.several))
            reason = f"transform {transform_name} takes one field a side, not {len(names)}; use transform: {several}"
            document.wrong((*path, str(side)), reason)
    for side, reason in transform.misfits().items():
        document.wrong((*path, str(side)), reason)
    if text.fit is Fit.CUT and not transform.cuttable:
        reason = f"transform {transform_name} cannot be shortened: the beginning would say something else; fit: park"
        document.wrong((*path, "fit"), reason)
    fillers = _fillers(name, text, fields, transform, document)
    if default_location not in ("", "first") and is_location(fields):
        fillers.setdefault(Side.OPERATE, default_location)
    direction, only_to = _direction(text, fields, transform, path, document)
    conflict = text.conflict or Conflict(owner.value)
    rule = Rule(
        name=name,
        fields=fields,
        transform=transform,
        direction=direction,
        conflict=conflict,
        first_link=text.first_link or conflict,
        blank=text.blank,
        fit=text.fit,
        optional=text.optional,
        only_to=only_to,
        fillers=fillers,
        sizes={side: _sizes(side, names) for side, names in fields.items()},
        line=document.place(path, key=True)[0],
    )
    definition = [transform_name, transform.params.model_dump(mode="json")]
    if is_location(fields):
        definition.append(default_location)
    _check_targets(rule, bool(default_location), document)
    return Compiled(replace(rule, fingerprint=_fingerprint(rule, definition)), transform)


def _check_fields(side: Side, names: tuple[str, ...], path: Path, document: Document) -> None:
    for at, name in enumerate(names):
        place = (*path, str(side), at) if (*path, str(side), at) in document.values else (*path, str(side))
        if names.index(name) != at:
            document.wrong(place, f"{quoted(name)} stands here twice")
        if not known_field(side, name):
            custom = "end in __c" if side is Side.SALESFORCE else "start with ud_"
            text = f"{side.capitalize()} has no lead field {quoted(name)} (custom fields {custom})"
            document.wrong(place, text, nearest(name, _DOCUMENTED[side]))


def _transform(
    given: object,
    fields: Map[Side, tuple[str, ...]],
    path: Path,
    document: Document,
    transforms: Map[str, type[OneField]],
) -> tuple[str, OneField] | None:
    place: Path = (*path, "transform")
    params: Any = {}
    if isinstance(given, dict) and len(given) == 1:
        ((given, params),) = given.items()
        place = (*place, str(given))
        params = {} if params is None else params
    if not isinstance(given, str):
        document.wrong(place, "transform should be a name, or one name with its parameters")
        return None
    kind = transforms.get(given)
    if kind is None:
        known = nearest(given, transforms) or tuple(transforms)
        document.wrong(place, f"there is no transform {quoted(given)}", known, key=place[-1] == given)
        return None
    place = (*path, "transform", given)
    checked = fit(kind.Parameters, params, place, document)
    if checked is None:
        return None
    made = kind(fields, checked)
    for side, name in made.lookups:
        if name not in _LOOK_UPS[side]:
            text = f"{side.capitalize()} has no look-up list {quoted(name)} for leads"
            document.wrong((*place, str(side)), text, nearest(name, _LOOK_UPS[side]) or tuple(sorted(_LOOK_UPS[side])))
    return given, made


def _fillers(
    name: str, text: RuleText, fields: Map[Side, tuple[str, ...]], transform: OneField, document: Document
) -> dict[Side, str]:
    """What `required`, `default` and the transform `constant` give to a side that would be blank."""
    path = ("rules", name)
    fillers: dict[Side, str] = {}
    for key, given in (("required", text.required), ("default", text.default)):
        for side, filler in given.items():
            place = (*path, key, str(side))
            if side not in fields:
                document.wrong(place, f"rule {name} has no field on the side {side}, so nothing can be filled there")
            elif side in fillers:
                document.wrong(place, f"required and default both fill {side}; keep one", key=True)
            elif len(fields[side]) > 1:
                text_ = f"{key} fills one field, and rule {name} has {len(fields[side])} in {side.capitalize()}"
                document.wrong(place, text_)
            elif not transform.normal(filler):
                document.wrong(place, "a blank text fills nothing; give a text or leave it out")
            fillers.setdefault(side, transform.filling(side, filler))
    if transform.filler:
        if len(fields) > 1:
            document.wrong((*path, "transform"), "transform constant writes one side; name the field of that side only")
        elif fillers:
            document.wrong(
                (*path, "transform"), "transform constant brings its own text; leave required and default out"
            )
        fillers = dict.fromkeys(fields, transform.filler)
    return fillers


def _direction(
    text: RuleText, fields: Map[Side, tuple[str, ...]], transform: OneField, path: Path, document: Document
) -> tuple[Direction, Side | None]:
    """The direction, narrowed where the rule has a field on one side only."""
    given = text.direction or (Direction.ON_CREATE if transform.filler else Direction.BOTH)
    if text.to and given is not Direction.ON_CREATE:
        document.wrong((*path, "to"), "to: goes with direction: on_create only; use direction: to_operate and the like")
    elif text.to and text.to not in fields:
        document.wrong((*path, "to"), f"the rule has no field on the side {text.to}")
    if not transform.two_way and given is Direction.BOTH and len(fields) > 1:
        reason = "this transform works one way only; give a direction: to_operate, to_salesforce or on_create"
        document.wrong((*path, "transform"), reason)
    if transform.filler and given is not Direction.ON_CREATE:
        document.wrong((*path, "direction"), "transform constant is written once: its direction is on_create")
    if len(fields) > 1:
        return given, text.to
    (only,) = fields
    if given is Direction.ON_CREATE:
        return given, only
    if given is Direction.NONE:
        return given, None
    towards = Direction.TO_OPERATE if only is Side.OPERATE else Direction.TO_SALESFORCE
    if given not in (Direction.BOTH, towards):
        document.wrong((*path, "direction"), f"the rule has no field on that side; it has one in {only} only")
    return towards, None


def _sizes(side: Side, names: tuple[str, ...]) -> dict[str, int]:
    sizes = {name: _DOCUMENTED[side][name].size for name in names if name in _DOCUMENTED[side]}
    return {name: size for name, size in sizes.items() if size}


def _check_targets(rule: Rule, fills_location: bool, document: Document) -> None:
    """What a rule writes can be written, and a rule with one side only has something to write."""
    path = ("rules", rule.name)
    for side, names in rule.fields.items():
        place = (*path, str(side))
        fixed = [name for name in names if read_only(side, name)]
        if rule.goes_into_create(side) and fixed:
            away = "to: " if rule.direction is Direction.ON_CREATE else "direction: to_"
            text = f"{', '.join(fixed)} is read-only in {side.capitalize()}; use {away}{side.other}"
            document.wrong(place, text)
    keys = document.children(path)
    misspelt = {"salesforce", "operate"} <= keys or not keys <= set(RuleText.model_fields)
    misspelt = misspelt or any(document.children((*path, key)) for key in ("required", "default"))
    if (
        len(rule.fields) == 1
        and not misspelt
        and not rule.fillers
        and rule.direction is not Direction.NONE
        and not (fills_location and is_location(rule.fields))
    ):
        (only,) = rule.fields
        text = (
            f"rule {rule.name} has a field in {only} only: add {only.other}:, a default for {only}, or direction: none"
        )
        document.wrong(path, text, key=True)
    for side, filler in rule.fillers.items():
        key = next((key for key in ("required", "default") if (*path, key, str(side)) in document.keys), "")
        if side in rule.fields and key and not rule.goes_into_create(side):
            document.wrong((*path, key, str(side)), f"the rule never writes to {side}, so nothing is filled there")
        if wrong := filler_misfit(rule, side, filler):
            document.wrong((*path, key, str(side)) if key else (*path, "transform"), wrong)


_FORMS = {
    "int": re.compile(r"\d+"),
    "boolean": re.compile("true|false", re.IGNORECASE),
    "date": re.compile(r".*\d{4}.*"),
}


def filler_misfit(rule: Rule, side: Side, filler: str) -> str:
    """What is wrong with the native text of a filler, as far as that can be told without the CRM."""
    try:
        native = rule.write(side, filler, {})
    except Unfit as unfit:
        if lookups_of(rule) and unfit.code == "unknown_label":
            return ""
        if isinstance(rule.transform, Values) and unfit.code == "unknown_label":
            return f"the table has no {side} text {quoted(filler)}; add a row for it"
        return unfit.text
    for name, text in native.items():
        field = OPERATE_LEAD.get(name) if side is Side.OPERATE else None
        if field is not None and field.type in _FORMS and text and not _FORMS[field.type].fullmatch(text):
            what = f"an id of {IDS[name]}: use transform lookup" if name in IDS else f"of type {field.type}"
            return f"{name} in Operate is {what}, so {quoted(text)} does not fit"
    return ""


def _fingerprint(rule: Rule, transform: list[Any]) -> str:
    """A hash over what the rule means: not over comments, places or the order of keys."""
    definition = {
        "fields": {str(side): names for side, names in rule.fields.items()},
        "direction": [rule.direction, rule.only_to],
        "conflict": [rule.conflict, rule.first_link],
        "blank": rule.blank,
        "fit": rule.fit,
        "transform": transform,
        "fillers": {str(side): filler for side, filler in rule.fillers.items()},
    }
    return digest(json.dumps(definition, sort_keys=True))


def digest(definition: str) -> str:
    """The fingerprint of a definition: 16 hexadecimal digits."""
    return hashlib.sha256(definition.encode("utf-8", "replace")).hexdigest()[:16]
