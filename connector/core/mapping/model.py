"""A compiled mapping: rules that read native fields into values and write values into native fields.

Built by `load`; used by the cycle. Nothing here knows YAML.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from connector.core.mapping.conditions import Conditions, all_hold
from connector.core.mapping.policies import End, Policies, Policy
from connector.core.mapping.text import quoted
from connector.core.model import Native, Side, Values

Tables = Map[str, Map[str, str]]
"""Look-up tables by name ("operate.location", "salesforce.User"): id -> label (users: e-mail)."""


class Direction(StrEnum):
    """Which way a rule's edits flow."""

    BOTH = "both"
    TO_OPERATE = "to_operate"
    TO_SALESFORCE = "to_salesforce"
    ON_CREATE = "on_create"
    NONE = "none"
    """Only read: for `when`, `scope`, `locations` and `match`."""


class Conflict(StrEnum):
    """Which value wins when both sides changed the same rule to different values."""

    SALESFORCE = "salesforce"
    OPERATE = "operate"
    NEWEST = "newest"
    FILLED = "filled"
    REVIEW = "review"


class Blank(StrEnum):
    """What happens when a person clears a value."""

    KEEP = "keep"
    CLEAR = "clear"


class Fit(StrEnum):
    """What happens to a value that is longer than the other side's field."""

    PARK = "park"
    CUT = "cut"


class Unfit(Exception):
    """A value cannot be written to a side. `code` is too_long, unknown_label or unreadable; `text` is for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Transform(Protocol):
    """How one rule's native fields and its value turn into each other. Pure; sizes are given, never looked up."""

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The value, or None when the side did not show all that is needed."""
        ...

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """The native fields; raises `Unfit`."""
        ...

    def normal(self, value: str) -> str:
        """The form in which two values are compared (e-mail: lower case)."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """A location for new leads whose values fit `when`."""

    when: Conditions
    location: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the mapping.

    `sizes` are the known lengths of native fields per side (0 or missing: unlimited). `fillers` are values for a
    side that must not be blank there (`required`, `default`): written when there is nothing better, never an edit,
    never flowing back; `routes` are fillers of Operate's location that depend on the lead and go before them.
    `when` names the conditions on the same record under which the rule applies at all. `only_to` narrows
    `on_create` to one side. `fingerprint` covers the definition.
    """

    name: str
    fields: Map[Side, tuple[str, ...]]
    transform: Transform
    direction: Direction = Direction.BOTH
    conflict: Conflict = Conflict.SALESFORCE
    first_link: Conflict = Conflict.SALESFORCE
    blank: Blank = Blank.KEEP
    fit: Fit = Fit.PARK
    optional: bool = False
    only_to: Side | None = None
    fillers: Map[Side, str] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    when: Conditions = field(default_factory=dict)
    sizes: Map[Side, Map[str, int]] = field(default_factory=dict)
    fingerprint: str = ""
    line: int = 0

    def flows_to(self, side: Side) -> bool:
        """Whether edits of the other side are carried to this one."""
        if self.direction is Direction.BOTH:
            return True
        return self.direction is (Direction.TO_OPERATE if side is Side.OPERATE else Direction.TO_SALESFORCE)

    def goes_into_create(self, side: Side) -> bool:
        """Whether a new record on this side receives the rule's value."""
        if self.direction is Direction.ON_CREATE:
            return self.only_to in (None, side)
        return self.flows_to(side)

    def fills(self, side: Side) -> bool:
        """Whether there is something to write where this side would be blank."""
        return bool(self.fillers.get(side)) or (side is Side.OPERATE and bool(self.routes))

    def filler(self, side: Side, values: Values) -> str:
        """What is written where this side would be blank, given all values of the lead ("": nothing)."""
        routes = self.routes if side is Side.OPERATE else ()
        routed = next((route.location for route in routes if all_hold(route.when, values)), "")
        return routed or self.fillers.get(side, "")

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The value this record holds, "" for blank, None when it was not shown."""
        return self.transform.read(side, native, tables)

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """The native fields that hold this value on a side; cut where `fit: cut` allows it.

        Raises `Unfit` for a value that is too long (`fit: park`), has no label there, or cannot be expressed.
        """
        native = self.transform.write(side, value, tables)
        cut = False
        for name, text in native.items():
            size = self.sizes.get(side, {}).get(name, 0)
            if size and len(text) > size:
                if self.fit is Fit.PARK:
                    raise Unfit("too_long", f"{name} takes {size} characters, the value has {len(text)}")
                native[name] = text[:size].rstrip()
                cut = True
        if cut and not self.transform.read(side, native, tables):
            raise Unfit("too_long", f"{' + '.join(native)}: what is left of {quoted(value)} after cutting is nothing")
        return native

    def same(self, one: str, other: str) -> bool:
        """Whether two values are equal after the rule's own normaliser."""
        return one == other or self.transform.normal(one) == self.transform.normal(other)

    def says(self, value: str) -> bool:
        """Whether a value says more than nothing: it is not blank, nor a box that nobody ticked."""
        return bool(value) and not self.same(value, "")

    def is_form_of(self, side: Side, sent: str, stored: str, tables: Tables) -> bool:
        """Whether `stored` is a recognisable form of what was sent: equal after the normaliser, or cut at exactly
        a field's known size; never blank for a value that was not.
        """
        if self.same(sent, stored):
            return True
        if not stored or not sent:
            return False
        try:
            native = self.transform.write(side, sent, tables)
        except Unfit:
            return False
        sizes = self.sizes.get(side, {})
        cut = {name: text[: sizes.get(name) or None] for name, text in native.items()}
        if cut == native:
            return False
        back = self.transform.read(side, cut, tables)
        return back is not None and self.same(back, stored)


@dataclass(frozen=True, slots=True)
class Example:
    """A lead of one side as the mapping file gives it, and what it should become.

    `given` are native texts of `side`, `becomes` those of the other side that a new record there would be given;
    `values` and `parked` speak of rules. `tables` are look-up tables for this example alone.
    """

    name: str
    side: Side
    given: Native
    becomes: Native = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    parked: tuple[str, ...] = ()
    tables: Tables = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping: its head and its rules, in the order of the file.

    `match` names the rules that identify a person: email, first_name, last_name, company, phone. `minimum` are the
    native Operate fields of the first PUT. `lookups` are the tables the rules need. `notices` tell what was left out,
    `hints` what is right and may surprise. `scope` names the conditions under which a record of a side takes part.
    `lifecycle` says what becomes of a record whose partner ends. `default_location` is "first", a label or ""
    (`with_tables` turns it into the location rule's filler); `file` and `places` (dotted key -> line and column) are
    for messages only.
    """

    name: str
    owner: Side
    rules: Map[str, Rule]
    counterpart: Map[Side, str] = field(default_factory=dict)
    minimum: tuple[str, ...] = ()
    match: Map[str, str] = field(default_factory=dict)
    matching: Map[str, object] = field(default_factory=dict)
    lookups: tuple[tuple[Side, str], ...] = ()
    notices: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    default_location: str = ""
    scope: Map[Side, Conditions] = field(default_factory=dict)
    scope_fingerprint: str = ""
    lifecycle: Policies = field(default_factory=dict)
    lifecycle_fingerprint: str = ""
    examples: tuple[Example, ...] = ()
    file: str = ""
    places: Map[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    def read(self, side: Side, native: Native, tables: Tables) -> dict[str, str]:
        """The value of every rule that applies to one record and that was shown."""
        return self.applying(self.values(side, native, tables))

    def values(self, side: Side, native: Native, tables: Tables) -> dict[str, str]:
        """Every rule's value of one record, whether it applies or not; a rule that was not shown is missing."""
        values = {}
        for name, rule in self.rules.items():
            value = rule.read(side, native, tables)
            if value is not None:
                values[name] = value
        return values

    def applying(self, values: dict[str, str]) -> dict[str, str]:
        """The values of the rules that apply to a record with these values."""
        idle = [name for name in values if (when := self.rules[name].when) and not all_hold(when, values)]
        return {name: value for name, value in values.items() if name not in idle} if idle else values

    def makes(self, side: Side) -> bool:
        """Whether new records are made on this side: only where something that tells who it is is carried there."""
        telling = [self.rules[name] for name in self.match.values() if name in self.rules] or self.rules.values()
        return any(rule.goes_into_create(side) and len(rule.fields) == len(Side) for rule in telling)

    def takes_part(self, side: Side, values: Values) -> bool:
        """Whether a record with these values is in the scope of its side."""
        return all_hold(self.scope.get(side, {}), values)

    def policy(self, side: Side, end: End) -> Policy | None:
        """What becomes of the partner of a record that ends so on this side; None: it is kept as it is."""
        return self.lifecycle.get(side, {}).get(end)

    def fields(self, side: Side) -> tuple[str, ...]:
        """Every native field of one side, once, in the order of the file."""
        return tuple(dict.fromkeys(name for rule in self.rules.values() for name in rule.fields.get(side, ())))

    def name_of(self, values: Map[str, str]) -> str:
        """What a salesperson calls a lead: the person and the company, else the e-mail."""
        said = {role: values.get(rule, "") for role, rule in self.match.items()}
        person = " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
        return ", ".join(filter(None, (person, said.get("company")))) or said.get("email") or "(no name)"

    def minimum_rules(self, side: Side) -> frozenset[str]:
        """The rules that must go into a create on this side: those of the Operate minimum, and those with a filler."""
        wanted = set(self.minimum) if side is Side.OPERATE else set()
        return frozenset(
            name
            for name, rule in self.rules.items()
            if rule.goes_into_create(side)
            and rule.fields.get(side)
            and (rule.fills(side) or wanted & set(rule.fields[side]))
        )

    def rule_of_field(self, side: Side, field_name: str) -> str:
        """The rule that writes a native field ("" when none does)."""
        for name, rule in self.rules.items():
            if field_name.lower() in (each.lower() for each in rule.fields.get(side, ())):
                return name
        return ""
