"""The conditions of a mapping file, compiled: `when` of a rule, `scope` of a side, `locations` for new leads.

Imports core only; called by `load` when all rules are known, because a condition may speak of any of them.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from connector.core.mapping.compile import digest, is_location, location_rule
from connector.core.mapping.conditions import ANY, Condition, Conditions, condition
from connector.core.mapping.document import Document, Path
from connector.core.mapping.model import Route, Rule, Unfit
from connector.core.mapping.schema import ConditionText, HeadText, RouteText, RuleText, fit
from connector.core.mapping.text import nearest, quoted
from connector.core.mapping.transform import OneField
from connector.core.model import Side


@dataclass(frozen=True, slots=True)
class ConditionLoader:
    """Compiles conditions against the rules of one file; mistakes are noted in the document.

    `given` are the names of all rules of the file, those with mistakes included.
    """

    rules: Map[str, Rule]
    given: Map[str, object]
    document: Document

    def conditioned(self, texts: Map[str, RuleText]) -> dict[str, Rule]:
        """The rules, each with its `when`."""
        found = {}
        for name, rule in self.rules.items():
            when = self._conditions(texts[name].when, ("rules", name, "when"))
            found[name] = _refined(rule, when, rule.routes) if when else rule
        return found

    def scope(self, head: HeadText) -> dict[Side, Conditions]:
        """Which records of each side take part."""
        found: dict[Side, Conditions] = {}
        for side, when in head.scope.items():
            found[side] = self._conditions(when, ("scope", str(side)), side)
            for name in found[side]:
                if name in self.rules and side not in self.rules[name].fields:
                    text = f"rule {name} has no field in {side.capitalize()}, so nothing can be chosen by it there"
                    self.document.wrong(("scope", str(side), name), text, key=True)
        return found

    def routed(self, head: HeadText, rules: dict[str, Rule]) -> dict[str, Rule]:
        """The rules, with `locations` at the one that fills Operate's location."""
        if not head.locations:
            return rules
        routes: list[Route] = []
        for at, data in enumerate(head.locations):
            path: Path = ("locations", at)
            text = fit(RouteText, data, path, self.document)
            if text is None:
                continue
            if not text.location.strip():
                self.document.wrong((*path, "location"), "a location needs its name")
            route = Route(self._conditions(text.when, (*path, "when"), Side.SALESFORCE), text.location.strip())
            self._check_route(route, path)
            if len(route.when) < len(text.when):
                continue  # a mistake in it is told already
            if earlier := next((each.location for each in routes if _covers(each.when, route.when)), ""):
                reason = f"the line of {quoted(earlier)} above fits these leads already, so this one never counts"
                self.document.wrong((*path, "when"), reason, key=True)
            routes.append(route)
        location = location_rule(rules)
        if location is None:
            if "location" not in self.given or "location" in rules:
                self.document.wrong(
                    ("locations",), "locations needs a rule that writes locationname in Operate", key=True
                )
            return rules
        return {**rules, location.name: _refined(location, location.when, tuple(routes))}

    def _check_route(self, route: Route, path: Path) -> None:
        """What a line asks for is known of a lead of Salesforce, for which alone a location is chosen."""
        if not route.when and not self.document.children((*path, "when")):
            reason = "this line fits every lead, so the lines below it never count; use default_location"
            self.document.wrong((*path, "when"), reason, key=True)
        for name in route.when:
            rule, place = self.rules[name], (*path, "when", name)
            if is_location(rule.fields):
                text = f"{name} is blank wherever these lines count, so no lead is chosen by it"
                self.document.wrong(place, text, key=True)
            elif Side.SALESFORCE not in rule.fields:
                text = f"rule {name} has no field in Salesforce, so no new lead is chosen by it"
                self.document.wrong(place, text, key=True)

    def _conditions(self, texts: Map[str, ConditionText], path: Path, side: Side | None = None) -> dict[str, Condition]:
        found = {}
        for name, text in texts.items():
            if name not in self.given:
                self.document.wrong(
                    (*path, name), f"there is no rule {quoted(name)}", nearest(name, self.given), key=True
                )
            elif bool(text.texts) == bool(text.others):
                if self.document.children((*path, name)) <= {"is", "not"}:
                    reason = f"{name} takes texts, or not: with texts; one of the two"
                    self.document.wrong((*path, name), reason, key=True)
            elif name in self.rules:
                words = text.texts or text.others
                if inner := next((word for word in words if ANY in word[:-1]), None):
                    reason = f"{quoted(inner)}: * stands for any ending, so only at the end"
                    self.document.wrong((*path, name), reason, key=True)
                meant = self._meant(self.rules[name], words, side, (*path, name))
                found[name] = condition(meant, negated=bool(text.others), entries=_lists(self.rules[name]))
        return found

    def _meant(self, rule: Rule, words: tuple[str, ...], side: Side | None, place: Path) -> tuple[str, ...]:
        """The values that these words stand for ("United Kingdom" may be GB there)."""
        if not isinstance(rule.transform, OneField):
            return words
        meant: list[str] = []
        for word in words:
            try:
                meant += rule.transform.meant(word, side)
            except Unfit as unfit:
                self.document.wrong(place, unfit.text, key=True)
        return tuple(dict.fromkeys(meant))


def _covers(wide: Conditions, narrow: Conditions) -> bool:
    """Whether every lead that fits `narrow` is known to fit `wide`: each of its conditions stands there, or less."""
    return bool(wide) and all(name in narrow and _wider(each, narrow[name]) for name, each in wide.items())


def _wider(wide: Condition, narrow: Condition) -> bool:
    if wide == narrow:
        return True
    if wide.negated or narrow.negated:
        return False
    return all(map(wide.holds, narrow.words)) and all(start.startswith(wide.starts) for start in narrow.starts)


def _lists(rule: Rule) -> bool:
    return isinstance(rule.transform, OneField) and rule.transform.entries


def _refined(rule: Rule, when: Conditions, routes: tuple[Route, ...]) -> Rule:
    """The rule with its conditions, which are part of what it means."""
    meant = [rule.fingerprint, _told(when), *(f"{_told(route.when)} {route.location}" for route in routes)]
    return replace(rule, when=when, routes=routes, fingerprint=digest("\n".join(meant)))


def _told(when: Conditions) -> str:
    return repr(
        [(name, each.negated, each.entries, sorted(each.words), each.starts) for name, each in sorted(when.items())]
    )


def scope_fingerprint(scope: Map[Side, Conditions]) -> str:
    """A hash over what the scope means ("" without one)."""
    return (
        digest(repr([(str(side), _told(when)) for side, when in sorted(scope.items())])) if any(scope.values()) else ""
    )
