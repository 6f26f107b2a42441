"""The `lifecycle` of a mapping file, compiled: what becomes of the partner of a lead that ended on one side.

Imports core only; called by `load` when all rules are known, because a mark is written under a rule.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from connector.core.mapping.compile import digest, filler_misfit, read_only
from connector.core.mapping.conditions import Conditions
from connector.core.mapping.document import Document, Path
from connector.core.mapping.model import Rule
from connector.core.mapping.policies import End, Policies, Policy
from connector.core.mapping.schema import HeadText, fit
from connector.core.mapping.text import nearest, quoted
from connector.core.mapping.transform import OneField
from connector.core.model import Side

KEEP = "keep"
DELETE = "delete"
WORDS = (KEEP, DELETE)
"""What a policy may be, besides a mark."""


class MarkText(BaseModel):
    """Values that are written once on the partner."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mark: dict[str, str] = Field(
        default_factory=dict, description="Rules, and what each is to hold, as the partner's side shows it."
    )


class SalesforceEndsText(BaseModel):
    """What becomes of the Operate lead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    converted: Any = Field(default=KEEP, description="The lead was converted in Salesforce.")
    deleted: Any = Field(default=KEEP, description="The lead was deleted in Salesforce.")
    merged: Any = Field(
        default=KEEP,
        description="The lead was merged in Salesforce into one that has an Operate lead of its own; otherwise the "
        "link follows the merge.",
    )


class OperateEndsText(BaseModel):
    """What becomes of the Salesforce lead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    converted: Any = Field(default=KEEP, description="The lead became an account in Operate.")
    deleted: Any = Field(default=KEEP, description="The lead was deleted in Operate.")


ENDS: Map[Side, type[BaseModel]] = {Side.SALESFORCE: SalesforceEndsText, Side.OPERATE: OperateEndsText}
"""The ends that are noticed on each side."""


def load_lifecycle(
    head: HeadText, rules: Map[str, Rule], scope: Map[Side, Conditions], given: Map[str, object], document: Document
) -> Policies:
    """The policies that do something, by side and end; mistakes are noted in the document."""
    loader = _Loader(rules, scope, frozenset(head.match.rules().values()), given, document)
    found: dict[Side, dict[End, Policy]] = {}
    for side, data in head.lifecycle.items():
        text = fit(ENDS[side], data, ("lifecycle", str(side)), document)
        for name in ENDS[side].model_fields if text is not None else ():
            policy = loader.policy(side, End(name), getattr(text, name))
            if policy is not None:
                found.setdefault(side, {})[End(name)] = policy
    return found


def lifecycle_fingerprint(policies: Policies) -> str:
    """A hash over what all policies mean ("" without one)."""
    known = [policy.fingerprint for ends in policies.values() for policy in ends.values()]
    return digest(" ".join(sorted(known))) if known else ""


@dataclass(frozen=True, slots=True)
class _Loader:
    """Compiles policies against the rules of one file; `given` are all of them, those with mistakes included."""

    rules: Map[str, Rule]
    scope: Map[Side, Conditions]
    telling: frozenset[str]
    given: Map[str, object]
    document: Document

    def policy(self, side: Side, end: End, data: object) -> Policy | None:
        """What becomes of the partner; None where it is kept."""
        path: Path = ("lifecycle", str(side), str(end))
        if isinstance(data, str):
            if data not in WORDS:
                words = (*WORDS, "mark: {rule: text}")
                self.document.wrong(path, f"{end} takes {', '.join(words)}, not {quoted(data)}", nearest(data, words))
            return Policy(deletes=True, fingerprint=digest(f"{side} {end} {data}")) if data == DELETE else None
        text = fit(MarkText, data, path, self.document)
        if text is None:
            return None
        if not text.mark and self.document.children(path) <= {"mark"} and not self.document.children((*path, "mark")):
            self.document.wrong((*path, "mark"), "a mark names at least one rule and its text")
        marks = {}
        for name, wanted in text.mark.items():
            value = self._mark(side.other, name, wanted, (*path, "mark", name))
            if value is not None:
                marks[name] = value
        meant = [f"{side} {end}", *(f"{name} {self.rules[name].fingerprint} {marks[name]}" for name in sorted(marks))]
        return Policy(marks, fingerprint=digest("\n".join(meant))) if marks else None

    def _mark(self, to: Side, name: str, text: str, place: Path) -> str | None:
        """The value that one rule is to hold on the partner's side."""
        rule = self.rules.get(name)
        if rule is None:
            if name not in self.given:
                self.document.wrong(place, f"there is no rule {quoted(name)}", nearest(name, self.given), key=True)
            return None
        if wrong := self._unfit(rule, to):
            self.document.wrong(place, wrong, key=True)
            return None
        value = rule.transform.filling(to, text) if isinstance(rule.transform, OneField) else text
        condition = self.scope.get(to, {}).get(name)
        if not rule.says(value):
            self.document.wrong(place, f"a blank text marks nothing: {name} needs another one")
        elif wrong := filler_misfit(rule, to, value):
            self.document.wrong(place, wrong)
        elif condition is not None and not condition.holds(value):
            there = to.capitalize()
            self.document.wrong(
                place, f"a lead marked so stands outside the scope of {there}, and never takes part again"
            )
        return value

    def _unfit(self, rule: Rule, to: Side) -> str:
        """Why nothing can be marked under a rule ("" when it can)."""
        name, there, fields = rule.name, to.capitalize(), rule.fields.get(to, ())
        if len(fields) != 1:
            what = f"{len(fields)} fields" if fields else "no field"
            return f"a mark is written to one field, and rule {name} has {what} in {there}"
        if read_only(to, fields[0]):
            return f"{fields[0]} is read-only in {there}"
        if rule.when:
            return f"rule {name} does not apply to every lead (when:), so nothing can be marked by it"
        if name in self.telling:
            return f"rule {name} says who somebody is (match:), so nothing can be marked by it"
        return ""
