"""The book of decisions that two records are not the same lead, over any store.

Imports the core's model, the port and the store's protocol.
"""

from collections.abc import Mapping, Sequence

from connector.core.model import Micros, Side
from connector.ledger.port import RecordPair, RecordRef
from connector.ledger.store import Store, among


class DecisionBook:
    """See `connector.ledger.port.Decisions`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, pairs: Sequence[RecordPair], at: Micros) -> None:
        """Remember that these are two leads each; a pair that is known keeps its time."""
        self._store.change(
            """
            INSERT INTO decision (pair, mapping, side, record_id, other_side, other_id, at)
            VALUES (:pair, :mapping, :side, :record_id, :other_side, :other_id, :at)
            ON CONFLICT (pair, mapping, side, record_id, other_side, other_id) DO NOTHING""",
            [{**_columns(pair), "at": at} for pair in pairs],
        )

    def drop(self, pairs: Sequence[RecordPair]) -> None:
        """Take decisions back."""
        self._store.change(
            "DELETE FROM decision WHERE pair = :pair AND mapping = :mapping AND side = :side"
            " AND record_id = :record_id AND other_side = :other_side AND other_id = :other_id",
            [_columns(pair) for pair in pairs],
        )

    def among(self, records: Sequence[RecordRef]) -> Mapping[RecordPair, Micros]:
        """The decisions about two of these records, each with its time."""
        wanted = set(records)
        sql = (
            "SELECT side, record_id, other_side, other_id, at FROM decision"
            " WHERE pair = :pair AND mapping = :mapping AND side = :side AND record_id IN (:values)"
        )
        found: dict[RecordPair, Micros] = {}
        for side in Side:
            record_ids = [record_id for each, record_id in wanted if each is side]
            for whose, record_id, other_side, other_id, at in among(self._store, sql, record_ids, {"side": side.value}):
                pair = frozenset({(Side(whose), record_id), (Side(other_side), other_id)})
                if pair <= wanted:
                    found[pair] = at
        return found


def _columns(pair: RecordPair) -> dict[str, str | int]:
    """One row for a pair, whichever way round it is said; raises `ValueError` where it is not two records."""
    (side, record_id), (other_side, other_id) = sorted(pair)
    return {"side": side.value, "record_id": record_id, "other_side": other_side.value, "other_id": other_id}
