"""The book of links, over any store. Imports the core's model, the codec and the store's protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from connector.core.model import SIDES, Link, LinkState, Side, StrangerState
from connector.errors import LedgerFailed
from connector.ledger.codec import Packed, pack, unpack
from connector.ledger.port import Counts
from connector.ledger.store import Row, Store, among, reserve

_SELECT = """
SELECT link.id, link.state, link.ended, link.base, link.ahead, link.rest, salesforce.record_id, operate.record_id
FROM link
LEFT JOIN link_record AS salesforce ON salesforce.link_id = link.id AND salesforce.side = 'salesforce'
LEFT JOIN link_record AS operate ON operate.link_id = link.id AND operate.side = 'operate'
WHERE link.pair = :pair AND link.mapping = :mapping AND """
_PAGE = "link.id > :after ORDER BY link.id LIMIT :limit"

_GET = _SELECT + "link.id IN (:values)"
_OF_RECORDS = """link.id IN (
    SELECT link_id FROM link_record
    WHERE pair = :pair AND mapping = :mapping AND side = :side AND record_id IN (:values)
)"""
_BY_RECORD = _SELECT + _OF_RECORDS
_TO_DO = _SELECT + "link.to_do = 1 AND " + _PAGE
_PARKED = _SELECT + "link.parked > 0 AND " + _PAGE
_ALL = _SELECT + _PAGE

_INSERT = """
INSERT INTO link (id, pair, mapping, state, ended, base, ahead, rest, to_do, held, parked, ignored)
VALUES (:id, :pair, :mapping, :state, :ended, :base, :ahead, :rest, :to_do, :held, :parked, :ignored)"""
_UPDATE = """
UPDATE link SET state = :state, ended = :ended, base = :base, ahead = :ahead, rest = :rest,
    to_do = :to_do, held = :held, parked = :parked, ignored = :ignored
WHERE id = :id AND pair = :pair AND mapping = :mapping"""

_COUNTS = """
SELECT state, COUNT(*), SUM(to_do), SUM(held), SUM(CASE WHEN parked > ignored THEN 1 ELSE 0 END), SUM(parked - ignored)
FROM link WHERE pair = :pair AND mapping = :mapping GROUP BY state"""

RecordKey = tuple[int, Side]
"""One side of one link."""


class LinkBook:
    """See `connector.ledger.port.Links`. A record id of "" means that this side has no record yet."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def by_record(self, side: Side, record_ids: Sequence[str]) -> Mapping[str, Link]:
        """The links of these records (any state), by record id; unknown ids are left out."""
        links = map(_link, among(self._store, _BY_RECORD, record_ids, {"side": side.value}))
        return {link.ids[side]: link for link in links}

    def get(self, link_ids: Sequence[int]) -> Mapping[int, Link]:
        """The links with these numbers, by number."""
        return {link.link_id: link for link in map(_link, among(self._store, _GET, link_ids))}

    def save(self, links: Sequence[Link]) -> Sequence[Link]:
        """Insert (link_id 0) or replace; returns them with their numbers, in the same order.

        Raises `LedgerFailed` for a number the ledger does not know, and for a record that is already linked.
        """
        if not links:
            return []
        with self._store.transaction():
            saved = self._numbered(links)
            fresh = {link.link_id for link, before in zip(saved, links, strict=True) if not before.link_id}
            self._store.change(_INSERT, [_columns(link) for link in saved if link.link_id in fresh])
            self._replace([link for link in saved if link.link_id not in fresh])
            self._save_records({link.link_id: link for link in saved}, fresh)
        return saved

    def drop(self, link_id: int) -> None:
        """Forget an open link whose create is known not to have landed; a live or ended one raises `LedgerFailed`."""
        with self._store.transaction():
            link = self.get([link_id]).get(link_id)
            if link is None:
                return
            if link.state is not LinkState.OPEN:
                raise LedgerFailed(f"Link {link_id} is {link.state}: only an open link may be dropped.")
            self.undo(link_id)

    def undo(self, link_id: int) -> None:
        """Forget a link of any state, because a person said that its records do not belong together."""
        self._store.change("DELETE FROM link WHERE id = :id AND pair = :pair AND mapping = :mapping", [{"id": link_id}])

    def to_do(self, after: int = 0, limit: int = 1000) -> Sequence[Link]:
        """Live and ended links that need a look (see `connector.core.model.to_do`), by number, above `after`."""
        return self._page(_TO_DO, after, limit)

    def all(self, after: int = 0, limit: int = 1000) -> Sequence[Link]:
        """Every link of any state, by number, above `after`."""
        return self._page(_ALL, after, limit)

    def parked(self, after: int = 0, limit: int = 1000) -> Sequence[Link]:
        """Links with something parked (ignored or not), by number, above `after`."""
        return self._page(_PARKED, after, limit)

    def counts(self) -> Counts:
        """How many leads are where (strangers included); what a person decided to ignore is not counted as parked."""
        states = {row[0]: [int(each) for each in row[1:]] for row in self._store.query(_COUNTS)}
        none = [0] * 5
        live, opened, ended = (states.get(state, none) for state in (LinkState.LIVE, LinkState.OPEN, LinkState.ENDED))
        strangers = self._store.query(
            "SELECT state, COUNT(*) FROM stranger WHERE pair = :pair AND mapping = :mapping GROUP BY state"
        )
        return Counts(
            live=live[0],
            ended=ended[0],
            open=opened[0],
            to_do=live[1] + ended[1],
            held=live[2] + opened[2] + ended[2],
            parked_leads=live[3] + opened[3] + ended[3],
            parked_rules=live[4] + opened[4] + ended[4],
            strangers={StrangerState(state): int(many) for state, many in strangers},
        )

    def _page(self, sql: str, after: int, limit: int) -> Sequence[Link]:
        return [_link(row) for row in self._store.query(sql, {"after": after, "limit": limit})]

    def _numbered(self, links: Sequence[Link]) -> list[Link]:
        fresh = sum(1 for link in links if not link.link_id)
        number = reserve(self._store, "link", fresh) if fresh else 0
        saved = []
        for link in links:
            if link.link_id:
                saved.append(link)
            else:
                saved.append(replace(link, link_id=number))
                number += 1
        return saved

    def _replace(self, links: Sequence[Link]) -> None:
        touched = self._store.change(_UPDATE, [_columns(link) for link in links])
        if touched != len(links):
            known = self.get([link.link_id for link in links])
            missing = sorted({link.link_id for link in links} - known.keys())
            raise LedgerFailed(f"The ledger {self._store.name} has no link {missing[0]} to replace; nothing was kept.")

    def _save_records(self, links: Mapping[int, Link], fresh: set[int]) -> None:
        """Store the record ids that changed: old ones go first, so that two links may swap in one call."""
        wanted = {(n, side): link.ids[side] for n, link in links.items() for side in SIDES if link.ids.get(side)}
        stored = self._stored_records([number for number in links if number not in fresh])
        gone = [key for key, record_id in stored.items() if wanted.get(key) != record_id]
        new = {key: record_id for key, record_id in wanted.items() if stored.get(key) != record_id}
        self._store.change(
            "DELETE FROM link_record WHERE link_id = :link_id AND side = :side",
            [{"link_id": number, "side": side.value} for number, side in gone],
        )
        self._refuse_second_links(new)
        self._store.change(
            "INSERT INTO link_record (pair, mapping, side, record_id, link_id) "
            "VALUES (:pair, :mapping, :side, :record_id, :link_id)",
            [{"side": side.value, "record_id": record, "link_id": number} for (number, side), record in new.items()],
        )

    def _stored_records(self, link_ids: Sequence[int]) -> dict[RecordKey, str]:
        rows = among(
            self._store, "SELECT link_id, side, record_id FROM link_record WHERE link_id IN (:values)", link_ids
        )
        return {(link_id, Side(side)): record_id for link_id, side, record_id in rows}

    def _refuse_second_links(self, new: Mapping[RecordKey, str]) -> None:
        """The unique key would refuse it as well, but could not say which record and which link."""
        for side in SIDES:
            owners: dict[str, int] = {}
            record_ids = [record_id for (_, each), record_id in new.items() if each is side]
            for link in self.by_record(side, record_ids).values():
                owners[link.ids[side]] = link.link_id
            for (number, each), record_id in new.items():
                if each is side and owners.setdefault(record_id, number) != number:
                    raise LedgerFailed(
                        f"The {side.capitalize()} record {record_id[:80]!r} is already linked "
                        f"(link {owners[record_id]}); a record belongs to one link at most, nothing was kept."
                    )


def _columns(link: Link) -> dict[str, str | int]:
    return {"id": link.link_id, **asdict(pack(link))}


def _link(row: Row) -> Link:
    link_id, state, ended, base, ahead, rest, *records = row
    ids = {side: record_id for side, record_id in zip(SIDES, records, strict=True) if record_id is not None}
    return unpack(link_id, Packed(state, ended, base, ahead, rest), ids)
