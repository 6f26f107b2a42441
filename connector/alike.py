"""Who looks like a record: looked up in the match index, compared and scored.

Reads the ledger only, never a CRM; what follows from a likeness is decided by `connector.core.match.pairing`.
"""

import gc
from collections.abc import Collection, Iterable, Iterator, Set
from collections.abc import Mapping as Map
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from connector.core.mapping.model import Mapping
from connector.core.match.blocks import MOST, SEVERAL, blocks, weighed
from connector.core.match.compare import compare
from connector.core.match.frequencies import Frequencies
from connector.core.match.identity import Identity, identity_of, name_of
from connector.core.match.levels import Comparison
from connector.core.match.names import bear_other_names
from connector.core.match.persons import Person
from connector.core.match.score import Score, Scorer
from connector.core.match.weights import weights_of
from connector.core.model import SIDES, Side, Values
from connector.ledger.keys import FEW
from connector.ledger.port import Ledger, RecordRef, Text

COUNTED_AT = "match.counted"
"""The mark of when it was counted how common values are."""
REMEMBERED = 250_000
"""So many identities are kept in memory at once, about half a kilobyte each: a backfill meets everybody many times."""
CROWD = 50
"""Where so many are sought at once, most of those who are near to one of them are compared with another: reading their
names first, which is a third of the work, would come on top."""
SHARES = 16_384
"""So many shares that were worked out are kept in memory."""


_Near = dict[RecordRef, str]
"""Records that share texts with one, and the kind of these texts; `SEVERAL` where they share more than one kind."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """One record that looks like another, and how much."""

    record: RecordRef
    score: Score


class Alike:
    """Finds who looks like a record, with the weights of a mapping and the frozen frequencies of a ledger.

    It remembers identities, so it serves one pass over the ledger; `forget` what was read anew meanwhile.
    """

    def __init__(self, ledger: Ledger, mapping: Mapping) -> None:
        self._ledger, self._mapping = ledger, mapping
        weights, counted = weights_of(mapping.matching), ledger.keys.frozen().values()
        frequencies = Frequencies(weights, sum(counted), max(counted, default=0), self._share)
        self.scorer = Scorer(weights, frequencies.size, lru_cache(SHARES)(frequencies.share), frequencies.carriers)
        self._lone = frozenset(filter(self.scorer.is_lone, MOST))
        self._identities: dict[RecordRef, Identity] = {}
        self._names: dict[RecordRef, Person] = {}
        self._uncounted: set[RecordRef] = set()  # of those whose identity is remembered
        self._few = FEW / max(FEW, sum(counted))
        self._shares: dict[Text, float] = {}  # of texts that more than a few carry

    def of(self, records: Map[RecordRef, Values], sides: Collection[Side] = SIDES) -> dict[RecordRef, list[Likeness]]:
        """For each of these records (with its values), everybody on `sides` who may be the same person, best first."""
        self._make_room()
        who = {named: identity_of(self._mapping, values) for named, values in records.items()}
        self._remember(who)
        return self._scored(who, self._near(who, sides))

    def rivals(self, wanted: Collection[RecordRef], side: Side) -> dict[RecordRef, Map[str, float]]:
        """For each of these records, the bits of everybody on `side` who looks like it."""
        self._make_room()
        self._load(wanted)
        who = {named: self._identities[named] for named in wanted if named in self._identities}
        return {
            named: {each.record[1]: each.score.total for each in found}
            for named, found in self._scored(who, self._near(who, (side,))).items()
        }

    def patterns(self, records: Map[RecordRef, Values], side: Side) -> Iterator[Comparison]:
        """How these records compare with everybody on `side` who shares a text with them."""
        self._make_room()
        who = {named: identity_of(self._mapping, values) for named, values in records.items()}
        near = self._near(who, (side,))
        self._load(other for others in near.values() for other in others)
        for named, others in near.items():
            yield from (compare(who[named], self._identities[each]) for each in others if each in self._identities)

    def score(self, one: RecordRef, other: RecordRef) -> Score | None:
        """How alike two records are, whatever found them; None where the ledger has not both."""
        self._load((one, other))
        here, there = self._identities.get(one), self._identities.get(other)
        if here is None or there is None:
            return None
        self._count({one, other})
        return self.scorer.score(here, there)

    def forget(self, side: Side, record_ids: Iterable[str]) -> None:
        """These records may hold something else by now."""
        for record_id in record_ids:
            self._identities.pop((side, record_id), None)
            self._names.pop((side, record_id), None)
            self._uncounted.discard((side, record_id))

    def _near(self, who: Map[RecordRef, Identity], sides: Collection[Side]) -> dict[RecordRef, _Near]:
        """The records that share a text with each of these, apart from itself."""
        near: dict[RecordRef, _Near] = {named: {} for named in who}
        for most, carried in _carried(who).items():
            for (kind, text), records in self._ledger.keys.find(carried, most, sides).items():
                for named in carried[kind, text]:
                    found = near[named]
                    for record in records:
                        found[record] = kind if found.get(record, kind) == kind else SEVERAL
        for named, others in near.items():
            others.pop(named, None)
        return near

    def _scored(self, who: Map[RecordRef, Identity], near: Map[RecordRef, _Near]) -> dict[RecordRef, list[Likeness]]:
        """Those of the near ones about whom a person would be asked, best first."""
        lone = {other for found in near.values() for other, kind in found.items() if kind in self._lone}
        if len(near) < CROWD:
            self._load_names(lone)
        else:
            self._load(lone)
        rest = {
            named: [
                other for other, kind in found.items() if not (kind in self._lone and self._is_other(who[named], other))
            ]
            for named, found in near.items()
        }
        self._load(other for found in rest.values() for other in found)
        hopeful = {
            named: {
                other: there
                for other in others
                if (there := self._identities.get(other)) and not self.scorer.is_hopeless(who[named], there)
            }
            for named, others in rest.items()
        }
        compared = {named for named, found in hopeful.items() if found}
        self._count(compared.union(*hopeful.values()))
        return {named: self._ranked(who[named], found) for named, found in hopeful.items()}

    def _is_other(self, who: Identity, other: RecordRef) -> bool:
        """Whether a record bears other names: sharing one street or firm, it is not worth comparing."""
        name = self._identities.get(other) or self._names.get(other)
        return name is not None and bear_other_names(who, name)

    def _ranked(self, who: Identity, others: Map[RecordRef, Identity]) -> list[Likeness]:
        scored = [Likeness(record, self.scorer.score(who, there)) for record, there in others.items()]
        likely = [each for each in scored if self.scorer.is_worth_asking(each.score)]
        return sorted(likely, key=lambda each: (-each.score.total, each.record))

    def _load(self, wanted: Iterable[RecordRef]) -> None:
        """Make sure that the identities of these records are known; one that the ledger has not is left out."""
        missing = [named for named in dict.fromkeys(wanted) if named not in self._identities]
        self._remember({named: identity_of(self._mapping, each) for named, each in self._values(missing)})

    def _remember(self, people: Map[RecordRef, Identity]) -> None:
        self._identities |= people
        self._uncounted |= people.keys()

    def _load_names(self, wanted: Iterable[RecordRef]) -> None:
        """Make sure that at least the names of these records are known."""
        missing = [named for named in wanted if named not in self._identities and named not in self._names]
        self._names |= {named: name_of(self._mapping, each) for named, each in self._values(missing)}

    def _values(self, records: Collection[RecordRef]) -> Iterator[tuple[RecordRef, Values]]:
        """The values of these strangers and linked records, as far as the ledger has them."""
        for side in SIDES:
            if ids := [record_id for each, record_id in records if each is side]:
                strangers = self._ledger.strangers.get(side, ids)
                yield from (((side, key), each.values) for key, each in strangers.items())
                rest = [record_id for record_id in ids if record_id not in strangers]
                links = self._ledger.links.by_record(side, rest)
                yield from (((side, key), each.seen.get(side, {})) for key, each in links.items())

    def _make_room(self) -> None:
        if len(self._identities) > REMEMBERED:
            self._identities.clear()
            self._names.clear()
            self._uncounted.clear()

    def _count(self, people: Set[RecordRef]) -> None:
        """Look up in one go how common the texts of these people are; before that, none of them may be scored."""
        new = self._uncounted & people
        told = ((kind, some) for each in new for kind, some in weighed(self._identities[each]).items())
        texts = {(kind, text) for kind, some in told for text in some}
        found = self._ledger.keys.shares(sorted(texts - self._shares.keys()))
        self._shares.update((each, share) for each, share in found.items() if share > self._few)
        self._uncounted -= new

    def _share(self, kind: str, text: str) -> float:
        return self._shares.get((kind, text), self._few)


def _carried(who: Map[RecordRef, Identity]) -> dict[int, dict[Text, list[RecordRef]]]:
    """The texts to look these up by, and who of them carries each, by how many others may carry it."""
    found: dict[int, dict[Text, list[RecordRef]]] = {most: {} for most in MOST.values()}
    for named, identity in who.items():
        told = ((kind, text) for kind, texts in blocks(identity).items() if kind in MOST for text in texts)
        for kind, text in told:
            found[MOST[kind]].setdefault((kind, text), []).append(named)
    return found


@contextmanager
def without_collections() -> Iterator[None]:
    """Without the search for reference cycles: matching makes none, and the search walks through everybody in memory.

    It took two fifths of the time of matching 100,000 leads a side.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
