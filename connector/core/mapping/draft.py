"""A first mapping file, written from the live fields of both CRMs, for a person to go through.

Imports core only; the fields and the locations are given. What is certain becomes rules, what is likely becomes
suggestions in comments, and the rest is listed, so that nothing is forgotten. Names and labels come from the CRMs, so
they are quoted or made harmless.
"""

import json
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Protocol

from connector.core.mapping.compile import CUSTOM, LOCATION, known_field
from connector.core.mapping.draft_pairs import pairs
from connector.core.mapping.live import LiveField
from connector.core.mapping.live_tables import first_location
from connector.core.mapping.text import clean
from connector.core.model import SIDES, Side

OWN_KEY = "Operate_Lead_Id__c"
UNDECIDED = "not decided yet"
MOST = 8
"""So many names are listed in one comment."""
_WIDTH = 116


class Described(LiveField, Protocol):
    """What is needed to know of one live field."""

    @property
    def label(self) -> str:
        """What people call it."""
        ...

    @property
    def type(self) -> str:
        """Its type as the CRM names it."""
        ...

    @property
    def external_id(self) -> bool:
        """Whether records can be found by it."""
        ...


Fields = Map[str, Described]


@dataclass(frozen=True, slots=True)
class _Usual:
    """A rule that fits nearly every org: its fields, and what stands after them."""

    name: str
    salesforce: tuple[str, ...]
    operate: tuple[str, ...]
    rest: str = ""


_USUAL = (
    _Usual("first_name", ("FirstName",), ("firstname",)),
    _Usual("last_name", ("LastName",), ("lastname",), "required: {salesforce: Unknown}"),
    _Usual("email", ("Email",), ("emailaddress",), "transform: email"),
    _Usual("phone", ("Phone",), ("phoneno",), "transform: {phone: {region: GB}}"),
    _Usual("mobile", ("MobilePhone",), ("mobileno",), "transform: {phone: {region: GB}}"),
    _Usual("fax", ("Fax",), ("faxno",), "transform: {phone: {region: GB}}"),
    _Usual(
        "company",
        ("Company",),
        ("leadname",),
        "required: {salesforce: Unknown company, operate: Unknown company}",
    ),
    _Usual("website", ("Website",), ("website",)),
    _Usual("street", ("Street",), ("addressline1", "addressline2", "addressline3"), "transform: lines"),
    _Usual("city", ("City",), ("town",)),
    _Usual("state", ("State",), ("county",)),
    _Usual("postcode", ("PostalCode",), ("postcode",)),
    _Usual("country", ("CountryCode",), ("country",), "transform: {country: {salesforce: code}}"),
    _Usual("country", ("Country",), ("country",)),
    _Usual("lead_source", ("LeadSource",), ("leadsource",), "transform: label, conflict: operate"),
    _Usual("industry", ("Industry",), ("industry",), "transform: label, conflict: operate"),
    _Usual("notes", ("Description",), ("otherneeds",)),
    _Usual("people", ("Operate_People__c",), ("numberofpeople",), "transform: number"),
    _Usual("location", ("Operate_Location__c",), (LOCATION,), "transform: location"),
    _Usual("location", (), (LOCATION,), "transform: location"),
    _Usual("owner", ("OwnerId",), ("user_id",), "transform: user, direction: on_create"),
    _Usual(
        "enquiry_date",
        ("CreatedDate",),
        ("enquirydate",),
        "transform: instant, direction: on_create, to: operate",
    ),
)
_ROLES = (
    *("email", "first_name", "last_name", "company", "phone", "mobile"),
    *("street", "city", "state", "postcode", "website"),
)


def draft(fields: Map[Side, Fields], locations: Map[str, str], counterpart: str = "") -> str:
    """The text of the file. `counterpart` is Operate's field of our id where the settings name one."""
    return "\n".join(_Draft(fields, locations, counterpart).lines()) + "\n"


class _Draft:
    def __init__(self, fields: Map[Side, Fields], locations: Map[str, str], counterpart: str) -> None:
        self._fields, self._locations = fields, locations
        keys = [name for name, each in fields[Side.SALESFORCE].items() if each.external_id]
        self._keys = sorted(keys, key=lambda name: (name != OWN_KEY, "operate" not in name.lower(), name))
        ours = [name for name in sorted(fields[Side.OPERATE]) if name.startswith("ud_") and "salesforce" in name]
        self._counterpart = counterpart or next(iter(ours), "")
        self._used: dict[Side, set[str]] = {Side.SALESFORCE: set(self._keys), Side.OPERATE: {*ours, self._counterpart}}
        self._names: set[str] = set()

    def lines(self) -> Iterator[str]:
        """The whole file, line by line."""
        yield from _wrapped("A first mapping, made by `connector mapping init` from the live fields of both CRMs.")
        yield from _wrapped(
            "Go through it: try the suggestions, decide about what is not mapped, then run `connector mapping check "
            "FILE --live`. mappings/README.md explains every word with a small example."
        )
        yield from ("", "mapping: lead", "", "# Whose value wins when both sides changed it between two cycles.")
        yield from ("owner: salesforce", "")
        rules = list(self._rules())
        yield from self._head()
        yield from ("", "rules:", *rules, *self._demanded())
        suggested = pairs(self._free(Side.SALESFORCE), self._free(Side.OPERATE))
        yield from self._suggestions(suggested)
        for one, other in suggested:
            self._used[Side.SALESFORCE].add(one.name)
            self._used[Side.OPERATE].add(other.name)
        yield from self._custom()
        yield from self._not_mapped()

    def _head(self) -> Iterator[str]:
        yield "# Where each record keeps the id of its counterpart."
        if len(self._keys) > 1:
            yield from _wrapped(f"Other External ID fields of Salesforce: {_some(self._keys[1:])}.")
        if not self._keys:
            yield from _wrapped(
                f"Salesforce shows no field that is marked External ID and Unique: create {OWN_KEY} (text, 64 "
                "characters) and give the connector's user access to it."
            )
        if not self._counterpart:
            yield from _wrapped(
                "Operate shows no ud_ field for the Salesforce id. Ask for one, for example ud_salesforceid, and name "
                "it here."
            )
        own = next(iter(self._keys), OWN_KEY)
        yield from ("counterpart:", f"  salesforce: {own}", f"  operate: {self._counterpart}".rstrip(), "")
        label = first_location(self._locations)
        others = [clean(each) for each in self._locations.values() if clean(each) != label]
        yield "# The location of a new Operate lead for which Salesforce names none."
        if others:
            yield from _wrapped(f"The others: {_some(others)}.")
        if not label:
            yield "# Operate shows no locations: give the rule location a table of yours."
        yield f"default_location: {_scalar(label) if label else 'first'}"
        yield from ("", "# What the first request for a new Operate lead carries; add what your administrator demands.")
        yield from ("minimum: [locationname, leadname]", "", "# The rules by which a person is recognised.", "match:")
        yield from (f"  {role}: {role}" for role in _ROLES if role in self._names)

    def _rules(self) -> Iterator[str]:
        """The usual rules that both sides have the fields for."""
        for usual in _USUAL:
            if usual.name in self._names:
                continue
            names = {Side.SALESFORCE: usual.salesforce, Side.OPERATE: usual.operate}
            live = {side: [self._fields[side].get(name) for name in names[side]] for side in SIDES}
            if not all(all(found) for found in live.values()):
                continue
            rest = usual.rest
            for side, found in live.items():
                fixed = [each.name for each in found if each and not (each.createable and each.updateable)]
                if fixed and "direction:" not in rest and f"{side}:" not in rest:
                    rest = ", ".join(filter(None, (rest, f"direction: to_{side.other}")))
            mandatory = [
                side.capitalize() for side, found in live.items() if any(each and each.required for each in found)
            ]
            if mandatory:
                yield f"  # Mandatory in {' and '.join(mandatory)}."
            yield f"  {usual.name}: {{{_rule(names, rest)}}}"
            self._names.add(usual.name)
            for side in SIDES:
                self._used[side] |= set(names[side])

    def _demanded(self) -> Iterator[str]:
        """Fields of Salesforce that every new lead must carry and no rule fills."""
        for each in self._free(Side.SALESFORCE):
            if not each.required:
                continue
            text = each.values[0] if each.values else "To be completed"
            yield from ("", f"  # Salesforce demands {each.name} ({_told(each)}) on every new lead.")
            if each.type in {"string", "textarea", "picklist"}:
                yield "  # New leads from Operate get this text until you map it: choose a better one."
                filler = _scalar(text[: each.length or None])
                rule = f"{{salesforce: {each.name}, default: {{salesforce: {filler}}}}}"
                yield f"  {self._name(each.name)}: {rule}"
                self._used[Side.SALESFORCE].add(each.name)
            else:
                yield f"  # Write a rule for {each.name}: without one, no lead of Operate can be made there."

    def _suggestions(self, suggested: Sequence[tuple[Described, Described]]) -> Iterator[str]:
        if suggested:
            yield from (
                "",
                "  # --- Suggestions: fields whose names or labels are alike. Take away the # of what is right.",
            )
        for one, other in suggested:
            names = {Side.SALESFORCE: (one.name,), Side.OPERATE: (other.name,)}
            yield f"  # {self._name(one.name)}: {{{_rule(names, _TRANSFORMS.get(one.type, ''))}}}  # {_told(one)}"

    def _custom(self) -> Iterator[str]:
        """Custom fields that are left, with what they are."""
        for side in SIDES:
            left = [each for each in self._free(side) if CUSTOM[side].fullmatch(each.name)]
            if left:
                yield from ("", f"# Custom fields of {side.capitalize()} that no rule has:")
                yield from (f"#   {each.name}: {_told(each)}" for each in left)

    def _not_mapped(self) -> Iterator[str]:
        """Documented fields that could be written and that no rule has."""
        left = {
            side: [e.name for e in self._free(side) if known_field(side, e.name) and not CUSTOM[side].fullmatch(e.name)]
            for side in SIDES
        }
        if any(left.values()):
            yield from ("", "# Fields that are left out. Write down why, or take one out of here and give it a rule.")
            yield "not_mapped:"
        for side, names in left.items():
            if names:
                yield f"  {side}:"
                yield from (f"    {name}: {UNDECIDED}" for name in names)

    def _free(self, side: Side) -> list[Described]:
        """The fields that could be written and that no rule has yet, by name."""
        found = sorted(self._fields[side].items())
        return [
            each for name, each in found if each.createable and _NAME.fullmatch(name) and name not in self._used[side]
        ]

    def _name(self, field: str) -> str:
        """A name for the rule of a field, which nobody has yet."""
        plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field.removesuffix("__c")).lower())
        name = re.sub("^[^a-z]+", "", plain).strip("_")[:50] or "field"
        free = next(each for n in range(1, 10_000) if (each := name if n == 1 else f"{name}_{n}") not in self._names)
        self._names.add(free)
        return free


_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_TRANSFORMS = {
    "boolean": "transform: boolean",
    "date": "transform: date",
    "datetime": "transform: instant",
    "double": "transform: number",
    "int": "transform: number",
    "currency": "transform: money",
    "multipicklist": "transform: choices",
    "phone": "transform: {phone: {region: GB}}",
    "email": "transform: email",
    "picklist": "transform: label",
}


def _rule(names: Map[Side, tuple[str, ...]], rest: str) -> str:
    shown = {side: each[0] if len(each) == 1 else f"[{', '.join(each)}]" for side, each in names.items() if each}
    sides = [f"{side}: {text}" for side, text in shown.items()]
    return ", ".join((*sides, *filter(None, (rest,))))


def _told(field: Described) -> str:
    """What a field is: type, length, label, choices."""
    parts = [_harmless(field.type), f"{field.length} characters" if field.length else ""]
    parts.append(f'"{_harmless(field.label)}"' if field.label else "")
    parts.append(f"one of {_some(field.values)}" if field.values else "")
    return ", ".join(filter(None, parts))


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(_harmless(name) for name in names[:MOST])
    return f"{shown} and {len(names) - MOST} more" if len(names) > MOST else shown


def _harmless(text: str) -> str:
    """A text from a CRM inside a comment."""
    return "".join(letter if letter.isprintable() else "?" for letter in clean(text))[:60]


def _scalar(text: str) -> str:
    """A text from a CRM as a value of YAML."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _wrapped(text: str) -> Iterator[str]:
    """A comment over as many lines as it needs."""
    line = "#"
    for word in text.split():
        if len(line) + len(word) >= _WIDTH:
            yield line
            line = "#"
        line += f" {word}"
    yield line
