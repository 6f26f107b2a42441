"""The match index, over any store: which records carry the same text, without keeping those texts.

Imports the core's model, the hashes and the store's protocol.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

from connector.core.model import SIDES, Side
from connector.ledger.hashes import Hashes, bit
from connector.ledger.port import RecordRef, Text
from connector.ledger.store import Params, Store, among, reserve

SLOTS = 128
"""Rows that are set aside for one record: row ids `number * SLOTS` to `number * SLOTS + SLOTS - 1` are its texts."""

FEW = 2
"""A text that no more records carry, one a side, has no row among the frequencies."""

_SIDE = {side.value: side for side in SIDES}

_CARRIERS = f"""
WITH wanted (hash) AS (VALUES (:values))
SELECT wanted.hash, match_record.side, match_record.record_id
FROM wanted
JOIN match_key ON match_key.hash = wanted.hash
JOIN match_record ON match_record.number = match_key.id / {SLOTS}
WHERE match_record.pair = :pair AND match_record.mapping = :mapping"""  # noqa: S608 - a number of ours
_FEW = """
AND (SELECT COUNT(*) FROM (
    SELECT 1 FROM match_key AS carried WHERE carried.hash = wanted.hash LIMIT :limit
) AS block) < :limit"""
_STORED = f"""
WITH wanted (number) AS (VALUES (:values))
SELECT match_key.id, match_key.hash
FROM wanted
JOIN match_key ON match_key.id BETWEEN wanted.number * {SLOTS} AND wanted.number * {SLOTS} + {SLOTS - 1}
"""  # noqa: S608 - numbers of ours
_COUNT = """
INSERT INTO match_frequency (pair, mapping, hash, many)
SELECT :pair, :mapping, hash - (hash & 1), COUNT(*) FROM match_key WHERE hash BETWEEN :first AND :last
GROUP BY hash - (hash & 1) HAVING COUNT(*) > :few
ON CONFLICT (pair, mapping, hash) DO NOTHING"""


class KeyBook:
    """See `connector.ledger.port.Keys`. Writes only what differs from what is stored."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hashes = Hashes(store)

    def put(self, side: Side, keys: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Replace the texts of records: record id -> kind -> texts ("" is not stored, nor more than `SLOTS`)."""
        with self._store.transaction():
            known = self._numbers(side, list(keys))
            stored = self._stored(known.values())
            numbers = known | self._enrol(side, [record_id for record_id in keys if record_id not in known])
            gone: list[Params] = []
            new: list[Params] = []
            for record_id, texts in keys.items():
                number = numbers[record_id]
                before, wanted = stored.get(number, {}), self._wanted(side, texts)
                gone += [{"id": before[value]} for value in before.keys() - wanted.keys()]
                kept = {before[value] for value in before.keys() & wanted.keys()}
                free = _free(number, kept)
                new += [{"id": next(free), "hash": value} for value in wanted if value not in before]
            self._store.change("DELETE FROM match_key WHERE id = :id", gone)
            self._store.change("INSERT INTO match_key (id, hash) VALUES (:id, :hash)", new)

    def find(
        self, texts: Iterable[Text], most: int = 0, sides: Collection[Side] = SIDES
    ) -> Mapping[Text, Sequence[RecordRef]]:
        """The records of these sides that carry one of these texts: text -> (side, record id), sorted.

        A text that no record carries is left out. Where more than `most` records of a side carry one (0: no limit),
        none of that side is found by it.
        """
        numbers = ((self._hashes.of(*text), text) for text in texts if text[1])
        by_hash = {number + bit(side): text for number, text in numbers for side in sides}
        sql, scope = (_CARRIERS + _FEW, {"limit": most + 1}) if most else (_CARRIERS, {})
        found: dict[Text, list[RecordRef]] = {}
        for number, whose, record_id in among(self._store, sql, list(by_hash), scope, rows=True):
            found.setdefault(by_hash[number], []).append((_SIDE[whose], record_id))
        return {text: sorted(records) for text, records in found.items()}

    def known(self, side: Side, record_ids: Sequence[str]) -> Set[str]:
        """Those of these records that are in the index, with or without texts."""
        return self._numbers(side, record_ids).keys()

    def drop(self, side: Side, record_ids: Sequence[str]) -> None:
        """Remove records that are gone, with their texts."""
        with self._store.transaction():
            numbers = list(self._numbers(side, record_ids).values())
            rows = [row_id for stored in self._stored(numbers).values() for row_id in stored.values()]
            self._store.change("DELETE FROM match_key WHERE id = :id", [{"id": row_id} for row_id in rows])
            self._store.change(
                "DELETE FROM match_record WHERE number = :number AND pair = :pair AND mapping = :mapping",
                [{"number": number} for number in numbers],
            )

    def freeze(self, kinds: Sequence[str]) -> None:
        """Count anew how many records carry each text of these kinds; what was counted before is forgotten."""
        with self._store.transaction():
            for table in ("match_frequency", "match_counted"):
                self._store.change(f"DELETE FROM {table} WHERE pair = :pair AND mapping = :mapping", [{}])  # noqa: S608
            self._store.change(
                "INSERT INTO match_counted (pair, mapping, side, many) SELECT pair, mapping, side, COUNT(*)"
                " FROM match_record WHERE pair = :pair AND mapping = :mapping GROUP BY pair, mapping, side",
                [{}],
            )
            self._store.change(
                _COUNT,
                [{"first": self._hashes.first(kind), "last": self._hashes.last(kind), "few": FEW} for kind in kinds],
            )

    def frozen(self) -> Mapping[Side, int]:
        """How many records of each side were counted (0: never, or there were none)."""
        rows = self._store.query("SELECT side, many FROM match_counted WHERE pair = :pair AND mapping = :mapping")
        return dict.fromkeys(SIDES, 0) | {Side(side): int(many) for side, many in rows}

    def shares(self, texts: Sequence[Text]) -> Mapping[Text, float]:
        """Which part of the counted records of both sides carried a text: (kind, text) -> above 0, at most 1."""
        counted = max(FEW, sum(self.frozen().values()))
        hashes = {self._hashes.of(*each): each for each in texts}
        sql = "SELECT hash, many FROM match_frequency WHERE pair = :pair AND mapping = :mapping AND hash IN (:values)"
        many: dict[int, int] = dict(among(self._store, sql, list(hashes)))
        return {each: many.get(number, FEW) / counted for number, each in hashes.items()}

    def _numbers(self, side: Side, record_ids: Sequence[str]) -> dict[str, int]:
        """The numbers of those records that have one."""
        sql = (
            "SELECT record_id, number FROM match_record"
            " WHERE pair = :pair AND mapping = :mapping AND side = :side AND record_id IN (:values)"
        )
        return dict(among(self._store, sql, record_ids, {"side": side.value}))

    def _enrol(self, side: Side, record_ids: Sequence[str]) -> dict[str, int]:
        """Numbers for records that have none."""
        if not record_ids:
            return {}
        numbers = dict(
            zip(record_ids, range(reserve(self._store, "match_record", len(record_ids)), 2**62), strict=False)
        )
        self._store.change(
            "INSERT INTO match_record (number, pair, mapping, side, record_id)"
            " VALUES (:number, :pair, :mapping, :side, :record_id)",
            [{"number": number, "side": side.value, "record_id": each} for each, number in numbers.items()],
        )
        return numbers

    def _stored(self, numbers: Iterable[int]) -> dict[int, dict[int, int]]:
        """What is stored: number of a record -> hash -> row id."""
        stored: dict[int, dict[int, int]] = {}
        for row_id, value in among(self._store, _STORED, list(numbers), rows=True):
            stored.setdefault(row_id // SLOTS, {})[value] = row_id
        return stored

    def _wanted(self, side: Side, texts: Mapping[str, Sequence[str]]) -> dict[int, None]:
        """The hashes of a record, each once, in the order of its texts."""
        mine = bit(side)
        found = {self._hashes.of(kind, text) + mine: None for kind, some in texts.items() for text in some if text}
        return found if len(found) <= SLOTS else dict(list(found.items())[:SLOTS])


def _free(number: int, taken: Set[int]) -> Iterator[int]:
    """The row ids of a record that none of its texts has."""
    first = number * SLOTS
    return (row_id for row_id in range(first, first + SLOTS) if row_id not in taken)
