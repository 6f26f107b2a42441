"""The books of strangers, intents and the log, over any store.

Imports the core's model, the codec and the store's protocol.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connector.core.model import Intent, Micros, Side, Stranger, StrangerState
from connector.errors import OtherPair
from connector.ledger.codec import dump, load, pack_parked, unpack_parked
from connector.ledger.port import CycleRow, Happening
from connector.ledger.store import Params, Row, Store, among, reserve

_STRANGER = """
SELECT side, record_id, stamp, created, seen, counterpart_id, state, review FROM stranger
WHERE pair = :pair AND mapping = :mapping"""
_HISTORY = """
SELECT id, cycle, at, link_id, kind, side, rule, detail FROM history
WHERE pair = :pair AND mapping = :mapping"""
_PAGE = 500
_SYSTEM = {Side.SALESFORCE: "Salesforce org", Side.OPERATE: "Operate host"}


class StrangerBook:
    """See `connector.ledger.port.Strangers`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, strangers: Sequence[Stranger]) -> None:
        """Insert or replace by side and record id."""
        self._store.change(
            """
            INSERT INTO stranger
                (pair, mapping, side, record_id, stamp, created, counterpart_id, state, seen, review)
            VALUES (:pair, :mapping, :side, :record_id, :stamp, :created, :counterpart_id, :state, :seen, :review)
            ON CONFLICT (pair, mapping, side, record_id) DO UPDATE SET
                stamp = excluded.stamp, created = excluded.created, counterpart_id = excluded.counterpart_id,
                state = excluded.state, seen = excluded.seen, review = excluded.review""",
            [_stranger_columns(stranger) for stranger in strangers],
        )

    def drop(self, side: Side, record_ids: Sequence[str]) -> None:
        """Remove: they were linked or are gone."""
        self._store.change(
            "DELETE FROM stranger"
            " WHERE pair = :pair AND mapping = :mapping AND side = :side AND record_id = :record_id",
            [{"side": side.value, "record_id": record_id} for record_id in record_ids],
        )

    def get(self, side: Side, record_ids: Sequence[str]) -> Mapping[str, Stranger]:
        """The strangers with these record ids."""
        sql = _STRANGER + " AND side = :side AND record_id IN (:values)"
        rows = among(self._store, sql, record_ids, {"side": side.value})
        return {stranger.record_id: stranger for stranger in map(_stranger, rows)}

    def inside(self, state: StrangerState, side: Side | None = None) -> Iterator[Stranger]:
        """Strangers in a state, oldest creation first, then by side and record id.

        Read in pages by that order, so that strangers may be kept and dropped while going through them.
        """
        sql = _STRANGER + (
            " AND state = :state AND (:side = '' OR side = :side)"
            " AND (created, side, record_id) > (:created, :last_side, :last_id)"
            " ORDER BY created, side, record_id LIMIT :limit"
        )
        last: Params = {"created": -(2**63), "last_side": "", "last_id": ""}
        scope: Params = {"state": state.value, "side": side.value if side else "", "limit": _PAGE}
        while page := [_stranger(row) for row in self._store.query(sql, {**scope, **last})]:
            yield from page
            last = {"created": page[-1].created, "last_side": page[-1].side.value, "last_id": page[-1].record_id}


class IntentBook:
    """See `connector.ledger.port.Intents`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, intents: Sequence[Intent]) -> None:
        """Insert or replace by link; raises `LedgerFailed` where the ledger has no such link."""
        self._store.change(
            """
            INSERT INTO intent (pair, mapping, link_id, side, source_id, at, hold_until, empty_lookups)
            VALUES (:pair, :mapping, :link_id, :side, :source_id, :at, :hold_until, :empty_lookups)
            ON CONFLICT (link_id) DO UPDATE SET
                side = excluded.side, source_id = excluded.source_id, at = excluded.at,
                hold_until = excluded.hold_until, empty_lookups = excluded.empty_lookups""",
            [
                {
                    "link_id": intent.link_id,
                    "side": intent.side.value,
                    "source_id": intent.source_id,
                    "at": intent.at,
                    "hold_until": intent.hold_until,
                    "empty_lookups": intent.empty_lookups,
                }
                for intent in intents
            ],
        )

    def done(self, link_ids: Sequence[int]) -> None:
        """Remove: the create landed, was refused, or is known not to have landed."""
        self._store.change(
            "DELETE FROM intent WHERE link_id = :link_id AND pair = :pair AND mapping = :mapping",
            [{"link_id": link_id} for link_id in link_ids],
        )

    def open(self) -> Sequence[Intent]:
        """All open intents, oldest first."""
        rows = self._store.query(
            "SELECT link_id, side, source_id, at, hold_until, empty_lookups FROM intent"
            " WHERE pair = :pair AND mapping = :mapping ORDER BY at, link_id"
        )
        return [Intent(link_id, Side(side), *rest) for link_id, side, *rest in rows]


class LogBook:
    """See `connector.ledger.port.Log`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mark(self, name: str) -> str:
        """The text stored under a name, "" when there is none."""
        rows = self._store.query(
            "SELECT text FROM mark WHERE pair = :pair AND mapping = :mapping AND name = :name", {"name": name}
        )
        return str(rows[0][0]) if rows else ""

    def set_mark(self, name: str, text: str) -> None:
        """Store a text under a name ("" removes it)."""
        if text:
            sql = (
                "INSERT INTO mark (pair, mapping, name, text) VALUES (:pair, :mapping, :name, :text) "
                "ON CONFLICT (pair, mapping, name) DO UPDATE SET text = excluded.text"
            )
        else:
            sql = "DELETE FROM mark WHERE pair = :pair AND mapping = :mapping AND name = :name"
        self._store.change(sql, [{"name": name, "text": text}])

    def marks(self, prefix: str) -> Mapping[str, str]:
        """Every mark whose name starts so."""
        rows = self._store.query(
            "SELECT name, text FROM mark WHERE pair = :pair AND mapping = :mapping"
            " AND substr(name, 1, :many) = :prefix ORDER BY name",
            {"many": len(prefix), "prefix": prefix},
        )
        return dict(rows)

    def note(self, happenings: Sequence[Happening]) -> None:
        """Append to the history."""
        if not happenings:
            return
        with self._store.transaction():
            first = reserve(self._store, "history", len(happenings))
            self._store.change(
                """
                INSERT INTO history (id, pair, mapping, link_id, cycle, at, kind, side, rule, detail)
                VALUES (:id, :pair, :mapping, :link_id, :cycle, :at, :kind, :side, :rule, :detail)""",
                [_happening_columns(number, happening) for number, happening in enumerate(happenings, first)],
            )

    def history(self, link_id: int) -> Sequence[Happening]:
        """The history of one lead, oldest first."""
        rows = self._store.query(f"{_HISTORY} AND link_id = :link_id ORDER BY id", {"link_id": link_id})
        return [_happening(row) for _, *row in rows]

    def happened(self, after: int, limit: int = 1000) -> Sequence[tuple[int, Happening]]:
        """The history of all leads from behind a line, oldest first, with the numbers of the lines."""
        sql = f"{_HISTORY} AND id > :after ORDER BY id LIMIT :limit"
        return [(number, _happening(row)) for number, *row in self._store.query(sql, {"after": after, "limit": limit})]

    def last_line(self) -> int:
        """The number of the newest line of the history, 0 for none."""
        ((last,),) = self._store.query("SELECT max(id) FROM history")
        return int(last or 0)

    def begin_cycle(self, kind: str, at: Micros) -> int:
        """Number of a new cycle (kinds: sync, backfill, rebuild)."""
        with self._store.transaction():
            number = reserve(self._store, "cycle", 1)
            self.end_cycle(CycleRow(number, kind, at))
        return number

    def end_cycle(self, row: CycleRow) -> None:
        """Store how a cycle ended."""
        self._store.change(
            """
            INSERT INTO cycle (number, pair, mapping, kind, started, ended, status, report)
            VALUES (:number, :pair, :mapping, :kind, :started, :ended, :status, :report)
            ON CONFLICT (number) DO UPDATE SET
                kind = excluded.kind, started = excluded.started, ended = excluded.ended,
                status = excluded.status, report = excluded.report""",
            [
                {
                    "number": row.number,
                    "kind": row.kind,
                    "started": row.started,
                    "ended": row.ended,
                    "status": row.status,
                    "report": row.report,
                }
            ],
        )

    def cycles(self, limit: int = 20) -> Sequence[CycleRow]:
        """The newest cycles first."""
        rows = self._store.query(
            "SELECT number, kind, started, ended, status, report FROM cycle"
            " WHERE pair = :pair AND mapping = :mapping ORDER BY number DESC LIMIT :limit",
            {"limit": limit},
        )
        return [CycleRow(*row) for row in rows]

    def old_cycles(self, after: int, before: Micros, limit: int) -> Sequence[CycleRow]:
        """Of the next cycles with numbers above `after`, those that began before a time, oldest first."""
        rows = self._store.query(
            "SELECT number, kind, started, ended, status, report FROM"
            " (SELECT * FROM cycle WHERE pair = :pair AND mapping = :mapping AND number > :after"
            " ORDER BY number LIMIT :limit) AS next WHERE started < :before ORDER BY number",
            {"after": after, "before": before, "limit": limit},
        )
        return [CycleRow(*row) for row in rows]

    def drop_cycles(self, numbers: Sequence[int]) -> None:
        """Forget these cycles; their numbers are not used again."""
        self._store.change(
            "DELETE FROM cycle WHERE pair = :pair AND mapping = :mapping AND number = :number",
            [{"number": number} for number in numbers],
        )

    def last_end(self, statuses: Sequence[str]) -> Micros:
        """When the last cycle ended that ended so, however long ago; 0 for none."""
        rows = among(
            self._store,
            "SELECT ended FROM cycle WHERE pair = :pair AND mapping = :mapping"
            " AND status IN (:values) ORDER BY number DESC LIMIT 1",
            statuses,
        )
        return int(rows[0][0]) if rows else 0


def pin(store: Store, side: Side, system: str, *, compare_only: bool = False) -> None:
    """Remember which org or host a ledger belongs to; raises `OtherPair` when it is another one."""
    log, name = LogBook(store), f"system.{side.value}"
    known = log.mark(name)
    if known and known != system:
        raise OtherPair(
            f"The ledger {store.name} belongs to the {_SYSTEM[side]} {known[:120]!r}, but the settings lead to "
            f"{system[:120]!r}: correct the settings ({side.name}_URL and its login), or set CONNECTOR_LEDGER to a "
            "ledger of its own."
        )
    if not known and not compare_only:
        log.set_mark(name, system)


def _stranger_columns(stranger: Stranger) -> dict[str, str | int]:
    refused = pack_parked(stranger.refused) if stranger.refused else []
    left = [stranger.left[0].value, stranger.left[1]] if stranger.left else []
    review = {"reason": stranger.reason, "candidates": list(stranger.candidates), "refused": refused, "left": left}
    return {
        "side": stranger.side.value,
        "record_id": stranger.record_id,
        "stamp": stranger.stamp,
        "created": stranger.created,
        "counterpart_id": stranger.counterpart_id,
        "state": stranger.state.value,
        "seen": dump(dict(stranger.values)),
        "review": dump({name: value for name, value in review.items() if value}),
    }


def _stranger(row: Row) -> Stranger:
    side, record_id, stamp, created, seen, counterpart_id, state, review = row
    about = load(review)
    return Stranger(
        side=Side(side),
        record_id=record_id,
        stamp=stamp,
        created=created,
        values=load(seen),
        counterpart_id=counterpart_id,
        state=StrangerState(state),
        reason=about.get("reason", ""),
        candidates=tuple(about.get("candidates", ())),
        refused=unpack_parked(about["refused"]) if "refused" in about else None,
        left=(StrangerState(about["left"][0]), about["left"][1]) if "left" in about else None,
    )


def _happening(columns: Sequence[Any]) -> Happening:
    cycle, at, link_id, kind, side, rule, detail = columns
    return Happening(cycle, at, link_id, kind, Side(side) if side else None, rule, **load(detail))


def _happening_columns(number: int, happening: Happening) -> dict[str, str | int]:
    detail = {name: getattr(happening, name) for name in ("old", "new", "lost", "why")}
    return {
        "id": number,
        "link_id": happening.link_id,
        "cycle": happening.cycle,
        "at": happening.at,
        "kind": happening.kind,
        "side": happening.side.value if happening.side else "",
        "rule": happening.rule,
        "detail": dump({name: text for name, text in detail.items() if text}),
    }
