"""What waits for a person: parked rules of links and strangers in review; looked at, tried again or left alone.

Works on the ledger alone, in short transactions, beside a running cycle. Imports core and the ledger's port.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from connector.advice import Advice
from connector.core.lifecycle import consented
from connector.core.model import SIDES, Link, Micros, Parked, Side, Stranger, StrangerState, known_of
from connector.core.result import Preview
from connector.errors import Misconfigured
from connector.ledger.port import Happening, Ledger, RecordRef
from connector.ledger.walk import pages
from connector.pause import by_whom

LEFT_ALONE = "left alone by decision"
UNKNOWN_LABEL = "unknown_label"
STRANGERS = (StrangerState.REVIEW, StrangerState.IGNORED)
REVIEW = "review"
ADVICE = {
    REVIEW: Advice(
        "compare both sides and correct one of them, then `connector parked retry ID`",
        "compare both sides and correct one of them, then press Try again",
    ),
    "flips": Advice(
        "find the automation that changes it back, then `connector parked retry ID`",
        "find the automation that changes it back, then press Try again",
    ),
    "too_long": Advice(
        "shorten it, or let the rule cut it (`fit: cut`)",
        "shorten it, or ask whoever runs the connector to let this field be cut",
    ),
    UNKNOWN_LABEL: Advice(
        "add the label in that CRM, or a row to the rule's table in the mapping",
        "add the label in that CRM, or ask whoever runs the connector to add it to the mapping",
    ),
    "unreadable": Advice("correct the value in the CRM where it stands"),
    "edited": Advice(
        "look at both records; `connector parked retry ID` deletes it all the same, `ignore` keeps it",
        "look at both records; Try again deletes it all the same, Leave it keeps it",
    ),
    "no_partner": Advice(
        "to make it anew there, `connector matches unlink ID`, then `connector parked retry SIDE:RECORD`",
        "to make it anew there, open the lead and unlink it, then press Try again at what is left alone",
    ),
    "refused": Advice(
        "correct what the CRM complains of (a value, its rules, rights), then `connector parked retry ID`",
        "correct what the CRM complains of (a value, its rules, rights), then press Try again",
    ),
}
"""Code of a parked rule -> what a person can do."""
ABOUT_TWO = Advice(
    "say whether they are the same: `connector matches list`", "say on the page Matches whether they are the same"
)
_VENDORS_CODE = re.compile(r"\[([A-Z][A-Z0-9_]+)\]")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits. `item_id` names it on the command line: `L12:email`, `L12` or `operate:64`.

    `rule` "" means the lead as a whole. `values` are what each side shows for the rule, as far as it was seen. `side`
    cannot or will not take it; `native` (field), `told` (code) and `words` are what its CRM said.
    """

    item_id: str
    rule: str
    code: str
    reason: str
    ids: dict[Side, str]
    at: Micros = 0
    ignored: bool = False
    values: dict[Side, str] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    lead: dict[str, str] = field(default_factory=dict)
    side: Side | None = None
    native: str = ""
    told: str = ""
    words: str = ""

    @property
    def about_two(self) -> bool:
        """Whether it waits because somebody may be the same lead."""
        return bool(record_ref(self.item_id) and (self.candidates or self.code == REVIEW))

    @property
    def advice(self) -> Advice:
        """What a person can do."""
        return ABOUT_TWO if self.about_two else ADVICE.get(self.code, ADVICE["refused"])


@dataclass(frozen=True, slots=True)
class Cause:
    """Everything that waits for one reason: the same rule, our code, and the CRM's own (`told`, "" for none).

    `waiting` counts values and leads, `example` is one of them, `advice` what a person can do.
    """

    code: str
    rule: str
    told: str
    waiting: int
    example: Item
    advice: Advice


def causes(ledger: Ledger) -> list[Cause]:
    """What waits for a person, by cause, the most frequent first; what was left alone by decision is left out."""
    examples: dict[tuple[str, str, str], Item] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    for item in items(ledger):
        if not item.ignored:
            key = (item.code, item.rule, item.told)
            examples.setdefault(key, item)
            counts[key] += 1
    grouped = [Cause(*key, counts[key], example, example.advice) for key, example in examples.items()]
    return sorted(grouped, key=lambda each: (-each.waiting, each.code, each.rule, each.told))


def items(ledger: Ledger) -> Iterator[Item]:
    """Everything that waits, what was left alone included: links by number, then strangers."""
    for link in chain.from_iterable(pages(ledger.links.parked)):
        yield from _of_link(link)
    for state in STRANGERS:
        for stranger in ledger.strangers.inside(state):
            if state is StrangerState.REVIEW or stranger.reason == LEFT_ALONE:
                yield _of_stranger(stranger)


def besides(ledger: Ledger, plan: Preview) -> int:
    """How many leads are parked already, besides those that a preview shows with what would become of them."""
    shown = {(side, record_id): lead for lead in plan.leads for side, record_id in lead.ids.items()}
    count = 0
    for link in chain.from_iterable(pages(ledger.links.parked)):
        waiting = {rule for rule, each in link.parked.items() if not each.ignored}
        lead = next((shown[each] for each in link.ids.items() if each in shown), None)
        told = lead is not None and (lead.reason or waiting <= {change.rule for change in lead.changes})
        count += bool(waiting) and not told
    return count


def find(ledger: Ledger, item_id: str) -> list[Item]:
    """What an id means: one rule, every parked rule of a link, or a stranger. Raises `Misconfigured` for none."""
    if record := record_ref(item_id):
        side, record_id = record
        stranger = ledger.strangers.get(side, [record_id]).get(record_id)
        found = [_of_stranger(stranger)] if stranger is not None and stranger.state in STRANGERS else []
    else:
        number, rule = _link_id(item_id)
        link = ledger.links.get([number]).get(number)
        found = [item for item in _of_link(link) if rule in (None, item.rule)] if link is not None else []
    if not found:
        raise Misconfigured(
            f"Nothing is parked under {item_id[:60]!r};",
            advice=Advice("`connector parked list` shows the ids.", "somebody may have decided it already."),
        )
    return found


def retry(ledger: Ledger, item_id: str, now: Micros, by: str = "") -> list[Item]:
    """Let the next cycle try again; returns what was freed. `by` is who decided it, for the history."""

    def freed(link: Link, rules: set[str]) -> Link:
        link = consented(link) if "" in rules else link
        parked = {name: each for name, each in link.parked.items() if name not in rules}
        trail = {name: each for name, each in link.trail.items() if name not in rules}  # it may come and go once more
        return replace(link, parked=parked, trail=trail)

    def waiting(stranger: Stranger) -> Stranger:
        return replace(stranger, state=StrangerState.WAITING, reason="", candidates=())

    return _decide(ledger, item_id, now, f"to be tried again{by_whom(by)}", freed, waiting)


def ignore(ledger: Ledger, item_id: str, now: Micros, by: str = "") -> list[Item]:
    """Leave it alone until its values change; returns what was left alone."""

    def ignored(link: Link, rules: set[str]) -> Link:
        parked = {name: replace(each, ignored=each.ignored or name in rules) for name, each in link.parked.items()}
        return replace(link, parked=parked)

    def left(stranger: Stranger) -> Stranger:
        return replace(stranger, state=StrangerState.IGNORED, reason=LEFT_ALONE)

    return _decide(ledger, item_id, now, f"{LEFT_ALONE}{by_whom(by)}", ignored, left)


def retry_unknown_labels(ledger: Ledger) -> int:
    """After a look-up table changed: try rules again whose label was not known; how many there were."""
    freed = after = 0
    while True:
        with ledger.transaction():
            links = ledger.links.parked(after)
            if not links:
                return freed
            for link in links:
                kept = {name: each for name, each in link.parked.items() if each.code != UNKNOWN_LABEL}
                if len(kept) < len(link.parked):
                    ledger.links.save([replace(link, parked=kept)])
                    freed += len(link.parked) - len(kept)
            after = links[-1].link_id


def _decide(
    ledger: Ledger,
    item_id: str,
    now: Micros,
    why: str,
    of_link: Callable[[Link, set[str]], Link],
    of_stranger: Callable[[Stranger], Stranger],
) -> list[Item]:
    with ledger.transaction():
        found = find(ledger, item_id)
        if record := record_ref(item_id):
            side, record_id = record
            ledger.strangers.keep([of_stranger(ledger.strangers.get(side, [record_id])[record_id])])
            ledger.log.note([Happening(0, now, 0, "decided", side, why=f"{side}:{record_id}: {why}")])
            return found
        number, _ = _link_id(item_id)
        rules = {item.rule for item in found}
        ledger.links.save([of_link(ledger.links.get([number])[number], rules)])
        ledger.log.note([Happening(0, now, number, "decided", rule=rule, why=why) for rule in sorted(rules)])
        return found


def _of_link(link: Link) -> Iterator[Item]:
    shown = {side: dict(link.seen.get(side, {})) for side in SIDES}
    lead = known_of(link)
    for rule, parked in sorted(link.parked.items()):
        values = {side: tree[rule] for side, tree in shown.items() if rule in tree}
        yield _parked_item(link, rule, parked, values, lead)


def _parked_item(link: Link, rule: str, parked: Parked, values: dict[Side, str], lead: dict[str, str]) -> Item:
    item_id = f"L{link.link_id}:{rule}" if rule else f"L{link.link_id}"
    item = Item(item_id, rule, parked.code, parked.text, dict(link.ids), parked.at, parked.ignored, values, lead=lead)
    return _said(item, parked)


def _said(item: Item, parked: Parked) -> Item:
    """With what the CRM said; older ledgers have its code in the reason only."""
    told = parked.told or next(reversed(_VENDORS_CODE.findall(parked.text)), "")
    return replace(item, side=parked.side, native=parked.field, told=told, words=parked.words)


def _of_stranger(stranger: Stranger) -> Item:
    refused = stranger.refused
    item = Item(
        f"{stranger.side}:{stranger.record_id}",
        "",
        refused.code if refused else REVIEW,
        stranger.reason,
        {stranger.side: stranger.record_id},
        stranger.stamp,
        stranger.state is StrangerState.IGNORED,
        candidates=stranger.candidates,
        lead=dict(stranger.values),
    )
    return _said(item, refused or Parked(REVIEW, stranger.reason, "", 0))


def record_ref(text: str) -> RecordRef | None:
    """The record that `operate:64` names; None for a text of another form."""
    name, colon, record_id = text.partition(":")
    side = next((side for side in SIDES if colon and side == name.lower()), None)
    return (side, record_id) if side is not None else None


def link_number(text: str) -> int | None:
    """The number of the link that `L12` or `12` names; None for a text of another form."""
    digits = text.removeprefix("L").removeprefix("l")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else None


def _link_id(item_id: str) -> tuple[int, str | None]:
    """Number and rule of a link's id; the rule is None where all are meant."""
    name, colon, rule = item_id.partition(":")
    number = link_number(name)
    if number is None:
        raise Misconfigured(f"{item_id[:60]!r} is no id of something parked; they look like L12:email or operate:64.")
    return number, rule if colon else None
