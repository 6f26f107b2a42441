"""Everybody in the ledger looked at: duplicates within one side, and the weights that the tenant's own leads teach.

Reads the ledger only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from random import Random

from connector.alike import Alike
from connector.core import ends
from connector.core.mapping.model import Mapping
from connector.core.match.compare import compare
from connector.core.match.identity import Identity, identity_of
from connector.core.match.levels import Comparison
from connector.core.match.score import Score
from connector.core.match.train import Training, train
from connector.core.model import SIDES, Link, Side, StrangerState, Values
from connector.ledger.port import Ledger, RecordRef
from connector.ledger.walk import pages, portions
from connector.matches import looked_up

CHUNK = 500
SAMPLE = 4000
"""So many records of a side are paired by chance, to learn how often two people agree on a field."""


@dataclass(frozen=True, slots=True)
class Twins:
    """Two records of one side that are the same person, as far as they tell."""

    side: Side
    one: RecordRef
    other: RecordRef
    names: tuple[str, str]
    score: Score


def duplicates(ledger: Ledger, mapping: Mapping) -> Iterator[Twins]:
    """Records of one side that are the same person, each pair once; those that were rejected are left out.

    After a merge, the partners of winner and loser are two leads of one person on the other side.
    """
    alike = Alike(ledger, mapping)
    for side in SIDES:
        for chunk in portions(_everybody(ledger, side), CHUNK):
            records = {(side, record_id): values for record_id, values in chunk}
            apart = {pair for pair, decision in ledger.decisions.about(list(records)).items() if not decision.same}
            for named, likenesses in alike.of(records, (side,)).items():
                for each in likenesses:
                    sure = each.score.is_sure(alike.scorer.link_bits)
                    if sure and named[1] < each.record[1] and frozenset({named, each.record}) not in apart:
                        names = mapping.name_of(records[named]), mapping.name_of(looked_up(ledger, each.record).values)
                        yield Twins(side, named, each.record, names, each.score)


def learn(ledger: Ledger, mapping: Mapping, seed: int = 0) -> Training:
    """Weights from the tenant's own leads: from who may be whom, and from people paired by chance."""
    alike, rng = Alike(ledger, mapping), Random(seed)  # noqa: S311 # a sample, no secret
    candidates: Counter[Comparison] = Counter()
    sample: dict[Side, list[Identity]] = {side: [] for side in SIDES}
    for side in SIDES:
        seen = 0
        for chunk in portions(_everybody(ledger, side), CHUNK):
            for _, values in chunk:
                seen += 1
                at = len(sample[side]) if len(sample[side]) < SAMPLE else rng.randrange(seen)
                if at < SAMPLE:
                    sample[side][at : at + 1] = [identity_of(mapping, values)]
            if side is SIDES[0]:
                candidates.update(alike.patterns({(side, key): values for key, values in chunk}, side.other))
    for people in sample.values():
        rng.shuffle(people)
    chance = Counter(compare(one, other) for one, other in zip(*sample.values(), strict=False))
    training = train(candidates, chance, max(ledger.keys.frozen().values(), default=0), alike.scorer.weights)
    weights = training.weights  # a lead that is new later has a counterpart less often than those of a first backfill
    return replace(training, weights=replace(weights, shared=min(weights.shared, alike.scorer.weights.shared)))


def _left_of_merge(ledger: Ledger, link: Link, side: Side) -> bool:
    """Whether this record is the partner of one that was merged away: who is gone is in no index."""
    return link.ended == ends.MERGED and bool(ledger.keys.known(side, [link.ids[side]]))


def _everybody(ledger: Ledger, side: Side) -> Iterator[tuple[str, Values]]:
    """Every record of a side that is there, linked or not: its id and its values."""
    for link in chain.from_iterable(pages(ledger.links.all)):
        if side in link.ids and (not link.ended or _left_of_merge(ledger, link, side)):
            yield link.ids[side], link.seen.get(side, {})
    for state in StrangerState:
        for stranger in ledger.strangers.inside(state, side):
            yield stranger.record_id, stranger.values
