"""What people decided about two records, over any store: that they are the same lead, or that they are not.

Imports the core's model, the port and the store's protocol.
"""

from collections.abc import Mapping, Sequence

from connector.core.model import Micros, Side
from connector.ledger.port import MatchDecision, RecordPair, RecordRef
from connector.ledger.store import Store, among


class DecisionBook:
    """See `connector.ledger.port.Decisions`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, pairs: Sequence[RecordPair], at: Micros, *, same: bool = False) -> None:
        """Remember what was decided about these pairs; one about which the same is known keeps its time."""
        self._store.change(
            """
            INSERT INTO decision (pair, mapping, side, record_id, other_side, other_id, same, at)
            VALUES (:pair, :mapping, :side, :record_id, :other_side, :other_id, :same, :at)
            ON CONFLICT (pair, mapping, side, record_id, other_side, other_id) DO UPDATE SET
                same = excluded.same, at = excluded.at WHERE decision.same <> excluded.same""",
            [{**_columns(pair), "same": int(same), "at": at} for pair in pairs],
        )

    def drop(self, pairs: Sequence[RecordPair]) -> None:
        """Take decisions back."""
        self._store.change(
            "DELETE FROM decision WHERE pair = :pair AND mapping = :mapping AND side = :side"
            " AND record_id = :record_id AND other_side = :other_side AND other_id = :other_id",
            [_columns(pair) for pair in pairs],
        )

    def about(self, records: Sequence[RecordRef]) -> Mapping[RecordPair, MatchDecision]:
        """What was decided about these records and any others."""
        found: dict[RecordPair, MatchDecision] = {}
        for side in Side:
            record_ids = [record_id for each, record_id in dict.fromkeys(records) if each is side]
            for sql in _ABOUT:
                for whose, record_id, other_side, other_id, same, at in among(
                    self._store, sql, record_ids, {"side": side.value}
                ):
                    pair = frozenset({(Side(whose), record_id), (Side(other_side), other_id)})
                    found[pair] = MatchDecision(bool(same), at)
        return found


_ABOUT = tuple(
    f"SELECT side, record_id, other_side, other_id, same, at FROM decision"  # noqa: S608 # fixed column names
    f" WHERE pair = :pair AND mapping = :mapping AND {side} = :side AND {record_id} IN (:values)"
    for side, record_id in (("side", "record_id"), ("other_side", "other_id"))
)


def _columns(pair: RecordPair) -> dict[str, str | int]:
    """One row for a pair, whichever way round it is said; raises `ValueError` where it is not two records."""
    (side, record_id), (other_side, other_id) = sorted(pair)
    return {"side": side.value, "record_id": record_id, "other_side": other_side.value, "other_id": other_id}
