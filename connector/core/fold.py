"""Folding an observation into a link: what a side was seen to hold, and what that teaches about our own writes.

What a side really stored is learned from its value, not from who touched it: a value that is a recognisable form of
what was sent becomes that side's base, and the source's base becomes the value it was sent from. Anything else is
somebody's edit.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from connector.core.mapping.model import Mapping, Rule, Tables, Unfit
from connector.core.model import SECOND, SIDES, Link, Micros, Native, Sent, Side, Values

STALE = 10 * SECOND
"""A read this soon after a write, with the stamp of before it, may be older than the write (Salesforce reads trail
their writes by 1-3 s: Salesforce facts, 8, estuary/connectors#2678)."""


@dataclass(frozen=True, slots=True)
class Overwritten:
    """A person's value that a late request of ours wrote over."""

    rule: str
    lost: str
    value: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A link after an observation, and what a late write of ours cost."""

    link: Link
    overwritten: tuple[Overwritten, ...] = ()


def fold(
    link: Link,
    side: Side,
    stamp: Micros,
    values: Values,
    mapping: Mapping,
    tables: Tables,
    now: Micros,
    *,
    native: Native | None = None,
    answered: bool = False,
) -> Folded:
    """What the link knows after one record was read on `side`.

    `values` are those of every rule, whether it applies to the record or not; `native` is what they were read from.
    `now` is our clock, for the age of what was sent; `answered` means that the record is the answer to our write,
    so it cannot be older than it.
    """
    stale = stamp <= link.stamps.get(side, 0) and not answered
    work = _Work(link, side, tables)
    known = ((name, mapping.rules[name], value) for name, value in values.items() if name in mapping.rules)
    shown = {name: work.without_filler(rule, value, native or {}) for name, rule, value in known}
    applying = mapping.applying(shown)
    for name, value in applying.items():
        work.see(mapping.rules[name], value, now, stale=stale)
    work.hide(shown.keys() - applying.keys())
    return Folded(work.link(max(stamp, link.stamps.get(side, 0))), tuple(work.overwritten))


def landed(link: Link, side: Side, rules: Iterable[str], mapping: Mapping) -> Link:
    """The link after a write was answered without the stored record.

    What was sent is certain now and counts as seen; its stored form is learned when the record is read next. A value
    that took the place of a filler is nobody's invention, also where it is the same text.
    """
    fillers = dict(link.fillers.get(side, {}))
    sent = dict(link.sent.get(side, {}))
    seen = {each: dict(link.seen.get(each, {})) for each in SIDES}
    base = {each: dict(link.base.get(each, {})) for each in SIDES}
    for name in rules:
        if values := sent.get(name):
            sent[name] = (*values[:-1], replace(values[-1], unknown=False))
            seen[side][name] = base[side][name] = values[-1].value
            base[side.other][name] = values[-1].source
            if values[-1].value and name in mapping.rules:
                fillers.pop(filler_place(mapping.rules[name], side), None)
    return replace(link, sent={**link.sent, side: sent}, seen=seen, base=base, fillers={**link.fillers, side: fillers})


def overtaken(link: Link, side: Side, rules: Iterable[str]) -> Link:
    """The link after a write landed and something else stands there already: that is an edit upon it."""
    sent = dict(link.sent.get(side, {}))
    base = {each: dict(link.base.get(each, {})) for each in SIDES}
    for name in rules:
        if values := sent.pop(name, ()):
            base[side][name], base[side.other][name] = values[-1].value, values[-1].source
    return replace(link, sent={**link.sent, side: sent}, base=base)


def taken_back(link: Link, side: Side, rules: Collection[str]) -> Link:
    """The link after a write was refused or never left: its sent values never existed."""
    sent = {name: (values[:-1] if name in rules else values) for name, values in link.sent.get(side, {}).items()}
    return replace(link, sent={**link.sent, side: {name: values for name, values in sent.items() if values}})


def forget_old(link: Link, side: Side, before: Micros) -> Link:
    """The link without what was sent to this side before a time: a request that old cannot arrive any more.

    To be called after the record was folded in, so that what did arrive is recognised first.
    """
    rules = link.sent.get(side, {})
    if all(value.at >= before for values in rules.values() for value in values):
        return link
    kept = {name: tuple(value for value in values if value.at >= before) for name, values in rules.items()}
    return replace(link, sent={**link.sent, side: {name: values for name, values in kept.items() if values}})


def is_unlearnt(before: Link, link: Link, side: Side, rule: str) -> bool:
    """Whether what was sent last is still unknown after the record was read; older ones may be, and do not count."""
    sent, now = (each.sent.get(side, {}).get(rule, ()) for each in (before, link))
    return bool(sent) and now.count(sent[-1]) == sent.count(sent[-1])


def last_sent(link: Link, side: Side) -> dict[str, str]:
    """The value of each rule that was sent to a side last."""
    return {name: each[-1].value for name, each in link.sent.get(side, {}).items() if each}


def holds_create(link: Link, side: Side, values: Values, mapping: Mapping, tables: Tables) -> bool:
    """Whether a record with these values holds everything that an open create sent to its side."""
    sent = last_sent(link, side)
    written = link.fillers.get(side, {})
    fillers = {
        name: written[place] for name, rule in mapping.rules.items() if (place := filler_place(rule, side)) in written
    }
    return bool(sent or fillers) and (
        all(
            mapping.rules[name].is_form_of(side, value, values.get(name, ""), tables)
            for name, value in sent.items()
            if name in mapping.rules
        )
        and all(
            is_filler(mapping.rules[name], side, text, values.get(name, ""), tables) for name, text in fillers.items()
        )
    )


def filler_form(native: Native) -> str:
    """What is remembered of a filler that was written: its native text, for a label may be renamed meanwhile."""
    return "\n".join(text for _, text in sorted(native.items()))


def filler_place(rule: Rule, side: Side) -> str:
    """Where a filler stands: the native fields, so that it is known again when somebody renames the rule."""
    return " + ".join(rule.fields.get(side, ()))


def is_filler(rule: Rule, side: Side, filler: str, value: str, tables: Tables) -> bool:
    """Whether a value of this side is the filler that we wrote (`filler_form`), and nobody's."""
    try:
        return bool(value) and rule.same(filler_form(rule.write(side, value, tables)), filler)
    except Unfit:
        return False


class _Work:
    """The trees of one link while an observation is folded in."""

    def __init__(self, link: Link, side: Side, tables: Tables) -> None:
        self._link = link
        self._tables = tables
        self._side = side
        self._seen = dict(link.seen.get(side, {}))
        self._base = {each: dict(link.base.get(each, {})) for each in SIDES}
        self._sent = dict(link.sent.get(side, {}))
        self._fillers = dict(link.fillers.get(side, {}))
        self.overwritten: list[Overwritten] = []

    def without_filler(self, rule: Rule, value: str, native: Native) -> str:
        """Blank where the record still holds what we invented for it."""
        place = filler_place(rule, self._side)
        filler = self._fillers.get(place)
        if filler is None:
            return value
        stored = {name: native[name] for name in rule.fields.get(self._side, ()) if name in native}
        invented = filler_form(stored) == filler or is_filler(rule, self._side, filler, value, self._tables)
        if invented and not self._sent_as_real(rule, value):
            return ""
        if value:
            del self._fillers[place]
        return value

    def _sent_as_real(self, rule: Rule, value: str) -> bool:
        """Whether somebody's own value, which we carried here, is the very text that was invented before."""
        sent = self._sent.get(rule.name, ())
        return any(each.value and rule.is_form_of(self._side, each.value, value, self._tables) for each in sent)

    def hide(self, rules: Iterable[str]) -> None:
        """These rules do not apply to the record now: what it holds there is none of ours, until they apply again."""
        for name in rules:
            self._seen.pop(name, None)

    def see(self, rule: Rule, value: str, now: Micros, *, stale: bool) -> None:
        """One value of one rule."""
        name, sent = rule.name, self._sent.get(rule.name, ())
        echo = next((s for s in reversed(sent) if rule.is_form_of(self._side, s.value, value, self._tables)), None)
        if echo is not None:
            self._learn(rule, echo, value)
        elif sent and not sent[-1].unknown:
            if stale and now - sent[-1].at < STALE:
                return
            self._base[self._side][name] = sent[-1].value
            self._base[self._side.other][name] = sent[-1].source
            self._drop(name, sent[-1])
        self._seen[name] = value

    def _learn(self, rule: Rule, echo: Sent, value: str) -> None:
        """The side holds a form of what we sent: a new base for both."""
        name = rule.name
        before, base = self._seen.get(name), self._base[self._side].get(name)
        edited = before is not None and before != base and bool(before or base)  # a blank without a base is nobody's
        if echo.unknown and before is not None and edited and not rule.same(before, value):
            self.overwritten.append(Overwritten(name, before, value))
        self._base[self._side][name] = value
        self._base[self._side.other][name] = echo.source
        self._drop(name, echo)

    def _drop(self, name: str, echo: Sent) -> None:
        """Forget this sent value and answered ones before it; an older unanswered one may still arrive."""
        values = self._sent.get(name, ())
        position = values.index(echo)
        rest = tuple(s for s in values[:position] if s.unknown) + values[position + 1 :]
        if rest:
            self._sent[name] = rest
        else:
            self._sent.pop(name, None)

    def link(self, stamp: Micros) -> Link:
        """The link with everything folded in."""
        link, side = self._link, self._side
        return replace(
            link,
            seen={**link.seen, side: self._seen},
            base=self._base,
            sent={**link.sent, side: self._sent},
            fillers={**link.fillers, side: self._fillers},
            stamps={**link.stamps, side: stamp},
        )
