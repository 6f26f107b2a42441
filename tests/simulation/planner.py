"""The planner alone, hundreds of times faster than whole cycles: three random trees, plan, assume that it worked.

What is planned is carried out in a shuffled order, and planned again until nothing is left to do.
`python -m tests.simulation.planner --cases 1000000 --jobs 2`
"""

import argparse
import sys
import time
from collections.abc import Mapping as Map
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from random import Random

from connector.core.fold import filler_form, filler_place, fold
from connector.core.mapping.load import load
from connector.core.mapping.model import Blank, Direction, Mapping, Rule
from connector.core.model import SIDES, Link, Sent, Side, Stranger
from connector.core.plan import Change, plan_creation, plan_link, with_trail
from connector.crm.port import Field
from tests.simulation.violation import Violation
from tests.simulation.world import sizes

MAPPINGS = 400
RULES = 4
SHORT = 6
ROUNDS = 4
"""A lead is in step after so many rounds at most: one to write, one for what was cut or filled, one to see it."""
VALUES = ("", "", "ash", "birch", "cedar", "dogwood tree", "dogwoo", "elm")
NEW_BASE = 0.15
CHUNK = 20_000
OPTIONS = (
    ("direction: both", "direction: both", "direction: to_operate", "direction: to_salesforce", "direction: on_create"),
    tuple(f"conflict: {word}" for word in ("salesforce", "operate", "newest", "filled", "review")),
    tuple(f"first_link: {word}" for word in ("salesforce", "operate", "newest", "filled", "review")),
    ("blank: keep", "blank: clear"),
    ("fit: park", "fit: cut"),
)
HEAD = "mapping: lead\nowner: {owner}\nminimum: [ud_0]\nrules:\n"
SCHEMA: Map[Side, Map[str, Field]] = {
    Side.SALESFORCE: {f"S{n}__c": Field(f"S{n}__c") for n in range(RULES)},
    Side.OPERATE: {f"ud_{n}": Field(f"ud_{n}", length=SHORT if n % 2 else 0) for n in range(RULES)},
}


@lru_cache(maxsize=MAPPINGS)
def mapping_of(number: int) -> Mapping:
    """One of many mappings, each rule with other options."""
    random = Random(f"mapping {number}")
    lines = [HEAD.format(owner=random.choice(SIDES))]
    for rule in range(RULES):
        said = _options(random, both=not rule)  # one has to reach Operate
        if random.random() < 0.2 and "direction: to_operate" not in said:
            said.append("required: {salesforce: Unknown}")
        lines.append(f"  r{rule}: {{salesforce: S{rule}__c, operate: ud_{rule}, {', '.join(said)}}}\n")
    return sizes(load("".join(lines), "lead.yaml"), SCHEMA)


def _options(random: Random, *, both: bool) -> list[str]:
    """What one rule says: who wins matters only where it flows both ways."""
    direction, *rest = (random.choice(choices) for choices in OPTIONS)
    both = both or direction == OPTIONS[0][0]
    return [
        OPTIONS[0][0] if both else direction,
        *(said for said in rest if both or said.partition(":")[0] in ("fit", "blank")),
    ]


@dataclass
class Lead:
    """What both records hold, what the ledger knows, and everything that was written so far."""

    mapping: Mapping
    native: dict[Side, dict[str, str]]
    link: Link
    written: list[Change] = field(default_factory=list)

    def settle(self, random: Random) -> None:
        """Plan and carry out until nothing is left to do. Raises `Violation` where that does not end."""
        for cycle in range(1, ROUNDS + 1):
            plan = plan_link(self.link, self.mapping, {}, cycle, cycle, ())
            self.link = with_trail(plan.link, plan.changes, cycle)
            if not plan.changes:
                return
            for change in random.sample(plan.changes, len(plan.changes)):
                self.land(change, cycle)
        raise Violation("I8 fixed point", f"still writing {[change.rule for change in self.written]}")

    def land(self, change: Change, now: int) -> None:
        """One change is written, and its answer shows what was stored."""
        side, rule = change.to, self.mapping.rules[change.rule]
        sent = {**self.link.sent.get(side, {}), change.rule: (Sent(change.value, change.value, now),)}
        fillers = dict(self.link.fillers.get(side, {}))
        if change.filler:
            fillers[filler_place(rule, side)] = filler_form(change.native)
        link = replace(self.link, sent={**self.link.sent, side: sent}, fillers={**self.link.fillers, side: fillers})
        self.native[side].update(change.native)
        values = self.mapping.values(side, self.native[side], {})
        stamp = link.stamps.get(side, 0) + 1
        native = self.native[side]
        self.link = fold(link, side, stamp, values, self.mapping, {}, now, native=native, answered=True).link
        self.written.append(change)

    def value(self, rule: Rule, side: Side) -> str:
        """What a record holds; what we invented says nothing."""
        value = rule.read(side, self.native[side], {}) or ""
        return "" if self.link.fillers.get(side, {}).get(filler_place(rule, side)) == value else value


def check(seed: int) -> None:
    """One case. Raises `Violation`."""
    random = Random(seed)
    mapping = mapping_of(random.randrange(MAPPINGS))
    if random.random() < 0.15:
        _created(random, mapping)
        return
    first = _edited(random, mapping)
    again = Lead(mapping, {side: dict(native) for side, native in first.native.items()}, first.link)
    before = first.link
    first.settle(random)
    for rule in mapping.rules.values():
        _agrees(first, rule)
        _keeps_edits(first, rule, before)
        _writes_once(first, rule)
    if seed % 4 == 0:
        again.settle(Random(seed + 1))
        if (first.native, first.link.base, first.link.parked.keys()) != (
            again.native,
            again.link.base,
            again.link.parked.keys(),
        ):
            raise Violation("I9 order", "another order of writing ended differently")


def _edited(random: Random, mapping: Mapping) -> Lead:
    """Two records that once agreed, and what people made of them since."""
    native: dict[Side, dict[str, str]] = {side: {} for side in SIDES}
    base: dict[Side, dict[str, str]] = {side: {} for side in SIDES}
    for name, rule in mapping.rules.items():
        agreed = random.choice(VALUES)
        known = random.random() > NEW_BASE
        for side in SIDES:
            base_text = _stored(rule, side, agreed)
            text = base_text if random.random() < 0.55 else _stored(rule, side, random.choice(VALUES))
            native[side].update(dict.fromkeys(rule.fields[side], text))
            if known:
                base[side][name] = base_text
    seen = {side: mapping.values(side, native[side], {}) for side in SIDES}
    stamps = {side: random.randrange(3) for side in SIDES}
    return Lead(mapping, native, Link(1, ids=dict.fromkeys(SIDES, "1"), stamps=stamps, seen=seen, base=base))


def _stored(rule: Rule, side: Side, value: str) -> str:
    """A value as a side can hold it."""
    size = rule.sizes[side].get(rule.fields[side][0], 0)
    return value[: size or None].rstrip()


def _created(random: Random, mapping: Mapping) -> None:
    """A stranger becomes a new record on the other side, and the two are in step."""
    side = random.choice(SIDES)
    texts = {rule.fields[side][0]: _stored(rule, side, random.choice(VALUES)) for rule in mapping.rules.values()}
    values = mapping.values(side, texts, {})
    creation = plan_creation(Stranger(side, "1", 0, 0, values), mapping, {}, 0)
    there = {name: "" for rule in mapping.rules.values() for name in rule.fields[side.other]}
    link = Link(1, ids=dict.fromkeys(SIDES, "1"), seen={side: values}, born=side.other)
    lead = Lead(mapping, {side: texts, side.other: there}, link)
    for change in random.sample(creation.changes, len(creation.changes)):
        lead.land(change, 0)
    lead.settle(random)
    for rule in mapping.rules.values():
        _agrees(lead, rule)
        goes = rule.goes_into_create(side.other) and rule.name not in lead.link.parked
        if goes and values[rule.name] and not lead.value(rule, side.other):
            raise Violation("I7 both sides", f"{rule.name} {values[rule.name]!r} did not reach {side.other}")


def _agrees(lead: Lead, rule: Rule) -> None:
    """I1: equal, or different by name."""
    one, other = (lead.value(rule, side) for side in SIDES)
    if rule.same(one, other) or rule.is_form_of(Side.OPERATE, one, other, {}) or rule.name in lead.link.parked:
        return
    if rule.direction is not Direction.BOTH or (rule.blank is Blank.KEEP and "" in (one, other)):
        return
    raise Violation("I1 converges", f"{rule.name}: {one!r} and {other!r}")


def _keeps_edits(lead: Lead, rule: Rule, before: Link) -> None:
    """I3: what was typed stands where it was typed, or lost a conflict that names it."""
    for side in SIDES:
        typed, base = before.seen[side][rule.name], before.base[side].get(rule.name)
        if typed == base or lead.value(rule, side) == typed:
            continue
        lost = [change.lost for change in lead.written if change.rule == rule.name and change.to is side]
        if typed not in lost and not (base is None and not typed):
            raise Violation("I3 no lost edit", f"{rule.name} {typed!r} in {side}")


def _writes_once(lead: Lead, rule: Rule) -> None:
    """I6: no value comes back."""
    if sum(change.rule == rule.name for change in lead.written) > 1:
        raise Violation("I6 no echo", f"{rule.name} was written twice")


def check_all(first: int, last: int) -> list[str]:
    """What is wrong with some cases."""
    found = []
    for seed in range(first, last + 1):
        try:
            check(seed)
        except Violation as violation:
            found.append(f"case {seed}: {violation}")
    return found


def main() -> int:
    """Run many cases and tell what is wrong with them; 1 where anything is."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.planner")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    begun = time.monotonic()
    starts = range(1, asked.cases + 1, CHUNK)
    with ProcessPoolExecutor(asked.jobs) as pool:
        lots = list(pool.map(check_all, starts, (min(start + CHUNK - 1, asked.cases) for start in starts)))
    found = [text for lot in lots for text in lot]
    seconds = time.monotonic() - begun
    told = f"{asked.cases} cases, {len(found)} violations, {seconds:.0f} s on {asked.jobs} jobs"
    print("\n".join([*found[:20], told]), flush=True)  # noqa: T201
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
