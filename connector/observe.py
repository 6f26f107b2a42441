"""From records to the ledger: fold what was read into links, keep strangers, find their counterparts.

Used by the poll, by every last look and by every read-back, so that one place decides what an observation means.
Writes to the ledger only; sends nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connector.core.fold import fold, forget_old
from connector.core.match import keys_of
from connector.core.model import SECOND, Link, LinkState, Micros, Record, Side, Stranger, StrangerState
from connector.core.result import Result
from connector.crm.port import Page
from connector.ledger.port import Happening
from connector.pair import Pair

CONVERTED = "converted"
LOOK_BACK = 10 * SECOND
"""A last look re-reads this much: a record becomes visible seconds after its stamp (Salesforce facts, 2.1)."""
FRESH = 600 * SECOND
"""A stranger that was shown longer ago is asked for again before it is judged or created on the other side."""
LATE_WRITES = 3
"""An unanswered write is remembered for this many holds, to recognise it when it lands late."""


class Observer:
    """Folds records of both sides into one ledger during one cycle."""

    def __init__(self, pair: Pair, cycle: int, result: Result) -> None:
        self._pair = pair
        self._ledger = pair.ledger
        self._cycle = cycle
        self._result = result
        self.newest: dict[Side, Micros] = {}
        self.clocks: dict[Side, Micros] = {}
        self._looked: dict[Side, Micros] = {}
        self._reread: dict[Side, set[str]] = {side: set() for side in Side}
        self._arrived: dict[tuple[Side, str], None] = {}
        self._shown: dict[Side, dict[str, Micros]] = {side: {} for side in Side}

    def page(self, side: Side, page: Page) -> None:
        """Fold one page of a listing in, in one transaction."""
        self.clocks.setdefault(side, page.server_now)
        self._looked.setdefault(side, page.server_now)
        self._result.sides[side].read += len(page.records)
        self.records(side, page.records)

    def arrived(self) -> list[tuple[Side, str]]:
        """Strangers that are new or different since this was asked last: they have to be judged."""
        arrived, self._arrived = list(self._arrived), {}
        return arrived

    def look(self, side: Side) -> None:
        """The last look: everything that changed on this side since it was read last, with no lag."""
        since = self._looked.get(side, 0) - LOOK_BACK
        clock = None
        for page in self._pair.crms[side].changes(since):
            clock = page.server_now if clock is None else clock
            self.records(side, page.records)
        if clock is not None:
            self._looked[side] = clock
        self.reread()

    def records(self, side: Side, records: Sequence[Record], *, answered: bool = False) -> None:
        """Fold records in: linked ones into their link, others among the strangers.

        `answered`: they are the answers to our own writes.
        """
        latest = {record.record_id: record for record in records}
        if not latest:
            return
        self.newest[side] = max(self.newest.get(side, 0), *(record.stamp for record in latest.values()))
        with self._ledger.transaction():
            links = self._ledger.links.by_record(side, list(latest))
            self._linked([(links[key], record) for key, record in latest.items() if key in links], answered=answered)
            rest = {key: record for key, record in latest.items() if key not in links}
            moved = self._ledger.links.by_record(side, list(rest)) if rest else {}  # winners of merges just seen
            self._linked([(link, rest.pop(key)) for key, link in moved.items()], answered=answered)
            self._strangers(side, list(rest.values()))

    def reread(self) -> None:
        """Read records that a merge moved a link to."""
        for side, ids in self._reread.items():
            if ids:
                wanted, self._reread[side] = sorted(ids), set()
                self.records(side, list(self._pair.crms[side].get(wanted).values()))

    def fresh(self, side: Side, record_ids: Sequence[str]) -> None:
        """Read these records as they are now; those that the CRM does not have any more end their link."""
        found = self._pair.crms[side].get(record_ids)
        self.records(side, list(found.values()))
        missing = [record_id for record_id in record_ids if record_id not in found]
        with self._ledger.transaction():
            for link in self._ledger.links.by_record(side, missing).values():
                self._end(link, side, f"deleted in {side}")
            self._forget(side, missing)
        self.reread()

    def confirm(self, side: Side, record_ids: Iterable[str]) -> None:
        """Read those of these strangers again that were not shown lately: a delete in Operate leaves no trace."""
        oldest = self._pair.clock() - FRESH
        shown = self._shown[side]
        if stale := [record_id for record_id in record_ids if shown.get(record_id, oldest) <= oldest]:
            self.fresh(side, stale)

    # linked records

    def _linked(self, pairs: Sequence[tuple[Link, Record]], *, answered: bool) -> None:
        changed: list[Link] = []
        keys: dict[Side, dict[str, dict[str, str]]] = {}
        for link, record in pairs:
            after = self._folded(link, record, answered=answered)
            if after != link:
                changed.append(after)
                side = record.side
                values = after.seen.get(side, {})
                if values != link.seen.get(side, {}):
                    keys.setdefault(side, {})[record.record_id] = dict(
                        keys_of(self._pair.mapping, values, record.counterpart_id)
                    )
            if record.deleted:
                self._ledger.keys.drop(record.side, [record.record_id])
        if changed:
            self._ledger.links.save(changed)
        for side, rows in keys.items():
            self._ledger.keys.put(side, rows)

    def _folded(self, link: Link, record: Record, *, answered: bool) -> Link:
        """The link after one record was read: edited, ended, or moved to the winner of a merge."""
        side = record.side
        if record.deleted:
            return self._merged(link, record) if record.merged_into else self._ended(link, side, f"deleted in {side}")
        if record.converted:
            return self._ended(link, side, CONVERTED)
        values = self._pair.mapping.read(side, record.native, self._pair.tables)
        if not self._pair.mapping.takes_part(side, values):
            return self._ended(link, side, outside(side))
        if link.state is LinkState.ENDED:
            if link.ended not in (f"deleted in {side}", outside(side)):
                return link
            self._note(link, "linked", side, why="undeleted" if link.ended != outside(side) else "in scope again")
            link = replace(link, state=LinkState.LIVE, ended="")
            self._reread[side.other].add(link.ids[side.other])
        now = self._pair.clock()
        link = forget_old(link, now - LATE_WRITES * self._pair.timing.hold)
        folded = fold(link, side, record.stamp, values, self._pair.mapping, self._pair.tables, now, answered=answered)
        for lost in folded.overwritten:
            self._note(link, "conflict", side, lost.rule, new=lost.value, lost=lost.lost, why="a late write of ours")
            self._result.conflicts += 1
        return _released(self._with_stamp(folded.link, record), side)

    def _with_stamp(self, link: Link, record: Record) -> Link:
        """Remember whether this side carries the other's id."""
        right = bool(record.counterpart_id) and record.counterpart_id == link.ids.get(record.side.other)
        if right == (record.side in link.stamped):
            return link
        stamped = link.stamped | {record.side} if right else link.stamped - {record.side}
        return replace(link, stamped=stamped)

    def _ended(self, link: Link, side: Side, why: str) -> Link:
        if link.state is LinkState.ENDED:
            return link
        self._result.ended += 1
        self._note(link, "ended", side, why=why)
        return replace(link, state=LinkState.ENDED, ended=why, held={}, sent={}, parked={})

    def _end(self, link: Link, side: Side, why: str) -> None:
        self._ledger.links.save([self._ended(link, side, why)])
        if record_id := link.ids.get(side):
            self._ledger.keys.drop(side, [record_id])

    def _merged(self, link: Link, record: Record) -> Link:
        """Salesforce deletes the losers of a merge and names the winner: the link follows it, if it is free."""
        winner, side = record.merged_into, record.side
        if self._ledger.links.by_record(side, [winner]):
            return self._ended(link, side, "merged")
        self._ledger.strangers.drop(side, [winner])
        self._reread[side].add(winner)
        self._note(link, "linked", side, why=f"merged into {winner}")
        return replace(link, ids={**link.ids, side: winner}, stamped=link.stamped - set(Side))

    def adopt(self, link: Link, record: Record) -> None:
        """An open create turned out to have landed: this is its record."""
        side = record.side
        self._ledger.intents.done([link.link_id])
        self._ledger.strangers.drop(side, [record.record_id])
        live = replace(
            link, state=LinkState.LIVE, ids={**link.ids, side: record.record_id}, born=side, held=_without(link, side)
        )
        (live,) = self._ledger.links.save([live])
        self._result.sides[side].created += 1
        self._note(live, "created", side, why="found after its answer was lost")
        self._linked([(live, record)], answered=True)

    # strangers

    def _strangers(self, side: Side, records: Iterable[Record]) -> None:
        records = self._without_adopted(side, records)
        self._forget(side, [record.record_id for record in records if record.deleted])
        there = [record for record in records if not record.deleted]
        self._shown[side] |= dict.fromkeys((record.record_id for record in there), self._pair.clock())
        known = self._ledger.strangers.get(side, [record.record_id for record in there])
        kept = []
        keys = {}
        for record in there:
            stranger = self._stranger(record)
            before = known.get(record.record_id)
            if before is not None and _same(before, stranger):
                continue
            if before is not None and before.state is StrangerState.LEFT_OUT and not apart(stranger):
                stranger = replace(stranger, state=before.state, reason=before.reason)
            kept.append(stranger)
            self._arrived[(side, stranger.record_id)] = None
            keys[record.record_id] = dict(keys_of(self._pair.mapping, stranger.values, stranger.counterpart_id))
        if kept:
            self._ledger.strangers.keep(kept)
            self._ledger.keys.put(side, keys)

    def _forget(self, side: Side, record_ids: Sequence[str]) -> None:
        """These strangers were deleted."""
        if record_ids:
            self._ledger.strangers.drop(side, record_ids)
            self._ledger.keys.drop(side, record_ids)

    def _without_adopted(self, side: Side, records: Iterable[Record]) -> list[Record]:
        """The records that are nobody's; one that names the source of an open create is that create."""
        rest = []
        records = list(records)
        named = [record.counterpart_id for record in records if record.counterpart_id and not record.deleted]
        links = self._ledger.links.by_record(side.other, named) if named else {}
        for record in records:
            link = links.get(record.counterpart_id)
            if link is not None and link.state is LinkState.OPEN and not record.deleted:
                self.adopt(link, record)
                links = {key: each for key, each in links.items() if each.link_id != link.link_id}
            else:
                rest.append(record)
        return rest

    def _stranger(self, record: Record) -> Stranger:
        values = self._pair.mapping.read(record.side, record.native, self._pair.tables)
        state, reason = StrangerState.WAITING, ""
        if record.converted:
            state, reason = StrangerState.APART, CONVERTED
        elif not self._pair.mapping.takes_part(record.side, values):
            state, reason = StrangerState.APART, outside(record.side)
        return Stranger(
            record.side,
            record.record_id,
            record.stamp,
            record.created or record.stamp,
            values,
            record.counterpart_id,
            state,
            reason,
        )

    def _note(
        self, link: Link, kind: str, side: Side, rule: str = "", *, new: str = "", lost: str = "", why: str = ""
    ) -> None:
        now = self._pair.clock()
        happening = Happening(self._cycle, now, link.link_id, kind, side, rule, new=new, lost=lost, why=why)
        self._ledger.log.note([happening])


def _released(link: Link, side: Side) -> Link:
    """The link without its hold on this side once every value under way was seen to have landed."""
    waiting = any(sent.unknown for values in link.sent.get(side, {}).values() for sent in values)
    if waiting or side not in link.held or link.sent.get(side) != {}:
        return link
    return replace(link, held=_without(link, side))


def _without(link: Link, side: Side) -> dict[Side, Micros]:
    """The link's holds without the one on this side."""
    return {each: until for each, until in link.held.items() if each is not side}


def _same(before: Stranger, now: Stranger) -> bool:
    """Whether a re-read stranger says nothing new; a decision about it then stands."""
    return before.values == now.values and before.counterpart_id == now.counterpart_id and apart(before) == apart(now)


def apart(stranger: Stranger) -> str:
    """Why the record itself takes no part ("" when it does)."""
    return stranger.reason if stranger.state is StrangerState.APART else ""


def outside(side: Side) -> str:
    """Why a record whose values the mapping's scope does not ask for takes no part, until they change."""
    return f"outside the scope in {side}"
