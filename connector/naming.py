"""Who carries whose id: strangers of one side with everybody whom they name, and who names them. Reads the ledger."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.core.match.keys import COUNTERPART
from connector.core.model import Record, Side, Stranger, StrangerState
from connector.core.rebuilt import Evidence, Known, by_ids
from connector.ledger.port import Ledger, RecordRef

JUDGED = (StrangerState.WAITING, StrangerState.LEFT_OUT, StrangerState.APART, StrangerState.REVIEW)
"""Strangers about whom nobody has decided anything."""


@dataclass(slots=True)
class Gone:
    """What became of records that are named and were not listed: `moved` by a merge to a winner, or `deleted`."""

    moved: dict[RecordRef, str] = field(default_factory=dict)
    deleted: dict[RecordRef, Record] = field(default_factory=dict)


class Around:
    """Some strangers of one side, with everybody whom they name and who names them."""

    def __init__(self, ledger: Ledger, side: Side, record_ids: Sequence[str], gone: Gone) -> None:
        self._side, self._gone = side, gone
        found = ledger.strangers.get(side, record_ids).values()
        decided = {ref for pair in ledger.decisions.about([(side, each) for each in record_ids]) for ref in pair}
        self.strangers = [
            each
            for each in found
            if each.state in JUDGED and (side, each.record_id) not in decided and not self._is_gone(each)
        ]
        ids = [each.record_id for each in self.strangers]
        self._named_by = _namers(ledger, side.other, ids)
        partners = {each for names in self._named_by.values() for each in names}
        partners |= {self._names(each) for each in self.strangers} - {""}
        self.others = dict(ledger.strangers.get(side.other, sorted(partners)))
        self._linked = ledger.links.by_record(side.other, sorted(partners)).keys()
        self._rivals = _namers(ledger, side, sorted(partners))
        self.taken: set[RecordRef] = set()

    def _is_gone(self, stranger: Stranger) -> bool:
        ref = (stranger.side, stranger.record_id)
        return ref in self._gone.moved or ref in self._gone.deleted

    def is_taken(self, stranger: Stranger) -> bool:
        """Whether it was linked a moment ago."""
        return (stranger.side, stranger.record_id) in self.taken

    def naming(self, record_id: str) -> frozenset[str]:
        """The records of the other side that name this one."""
        return self._named_by.get(record_id, frozenset())

    def judged(self, stranger: Stranger) -> tuple[Evidence, tuple[str, ...]]:
        """What the ids say about one of them."""
        names, by = self._names(stranger), self.naming(stranger.record_id)
        others = {each: known for each in sorted({names, *by} - {""}) if (known := self._known(each))}
        return by_ids(Known(stranger.record_id, names, by), others)

    def _known(self, record_id: str) -> Known | None:
        other, side = self.others.get(record_id), self._side.other
        if record_id in self._linked or (side, record_id) in self.taken:
            return Known(record_id, taken=True)
        if other is None:
            return None
        by = self._rivals.get(record_id, frozenset())
        return Known(record_id, self._names(other), by, taken=other.state is StrangerState.IGNORED)

    def _names(self, stranger: Stranger) -> str:
        """Whom it names, after merges."""
        return self._gone.moved.get((stranger.side, stranger.record_id), stranger.counterpart_id)


def _namers(ledger: Ledger, side: Side, named: Sequence[str]) -> Map[str, frozenset[str]]:
    """The strangers of one side that carry these ids, by the id: the index proposes, the record tells."""
    proposed = ledger.keys.find([(COUNTERPART, text) for text in named], sides=(side,))
    there = ledger.strangers.get(side, sorted({record_id for records in proposed.values() for _, record_id in records}))
    return {
        text: frozenset(key for _, key in records if key in there and there[key].counterpart_id == text)
        for (_, text), records in proposed.items()
    }
