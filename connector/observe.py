"""From records to the ledger: fold what was read into links, keep strangers, find their counterparts.

Used by the poll, by every last look and by every read-back, so that one place decides what an observation means.
Writes to the ledger only; sends nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connector.core import ends
from connector.core.guard import guard_listing, would_stop
from connector.core.match.keys import keys_of
from connector.core.model import SECOND, Link, LinkState, Micros, Record, Side, Stranger, StrangerState
from connector.core.result import Result
from connector.crm.port import Page
from connector.errors import Braked, Unreadable
from connector.ledger.walk import pages
from connector.linked import AHEAD, LinkedRecords
from connector.pair import Pair, keep_requests

LOOK_BACK = 10 * SECOND
"""A last look re-reads this much: a record becomes visible seconds after its stamp (Salesforce facts, 2.1)."""
APART = 86400 * SECOND
"""Further ahead of our clock no CRM's is believed; a cursor would move past edits that are still to come."""
FRESH = 600 * SECOND
"""A stranger that was shown longer ago is asked for again before it is judged or created on the other side."""


class Observer:
    """Folds records of both sides into one ledger during one cycle; `shown`: that of a preview."""

    def __init__(self, pair: Pair, cycle: int, result: Result, *, shown: bool = False) -> None:
        self._pair = pair
        self._preview = shown
        self._ledger = pair.ledger
        self._result = result
        self.newest: dict[Side, Micros] = {}
        self.clocks: dict[Side, Micros] = {}
        self._looked: dict[Side, Micros] = {}
        self._linked = LinkedRecords(pair, cycle, result)
        self._arrived: dict[tuple[Side, str], None] = {}
        self._shown: dict[Side, dict[str, Micros]] = {side: {} for side in Side}
        self._listed: dict[Side, set[str]] = {side: set() for side in Side}

    def page(self, side: Side, page: Page, at: Micros) -> None:
        """Fold one page of a listing in, in one transaction; `at`: when it was answered, by our clock."""
        _believe(page, side, self._pair.clock())
        if side not in self.clocks:
            self.clocks[side] = page.server_now
            self._ledger.log.set_mark(AHEAD + side, str(page.server_now - at))
        self._looked.setdefault(side, page.server_now)
        self._result.sides[side].read += len(page.records)
        self._listed[side].update(record.record_id for record in page.records)
        self.records(side, page.records)

    def believes(self, side: Side, listed: int, known: int) -> bool:
        """Whether a full listing passes its brake, given how many linked leads were known before.

        Raises `Braked` where it does not; in a preview that is a problem, and the rest is shown without this listing.
        """
        try:
            guard_listing(side, listed, known, self._pair.brakes)
        except Braked as brake:
            if not self._preview:
                raise
            would_stop(brake, self._result)
            return False
        return True

    def arrived(self) -> list[tuple[Side, str]]:
        """Strangers that are new or different since this was asked last: they have to be judged."""
        arrived, self._arrived = list(self._arrived), {}
        return arrived

    def adopted(self) -> list[int]:
        """Links of open creates whose record was found since this was asked last: they may go on."""
        adopted, self._linked.adopted = self._linked.adopted, []
        return adopted

    def look(self, side: Side) -> None:
        """The last look: everything that changed on this side since it was read last, with no lag."""
        since = self._looked.get(side, 0) - LOOK_BACK
        clock = None
        for page in self._pair.crms[side].changes(since):
            _believe(page, side, self._pair.clock())
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
        here = (record.record_id for record in latest.values() if not record.deleted)
        self._shown[side] |= dict.fromkeys(here, self._pair.clock())
        self.newest[side] = max(self.newest.get(side, 0), *(record.stamp for record in latest.values()))
        with self._ledger.transaction():
            keep_requests(self._pair)
            links = self._ledger.links.by_record(side, list(latest))
            self._linked.fold(
                [(links[key], record) for key, record in latest.items() if key in links], answered=answered
            )
            rest = {key: record for key, record in latest.items() if key not in links}
            moved = self._ledger.links.by_record(side, list(rest)) if rest else {}  # winners of merges just seen
            self._linked.fold([(link, rest.pop(key)) for key, link in moved.items()], answered=answered)
            self._strangers(side, list(rest.values()))

    def reread(self) -> None:
        """Read what the records folded in so far have made matter: winners of merges, partners of revived links."""
        for side, ids in self._linked.reread.items():
            if ids:
                wanted = sorted(ids)
                found = self._pair.crms[side].get(wanted)
                ids.clear()
                self.records(side, list(found.values()))
                gone = [record_id for record_id in wanted if record_id not in found]
                for link in self._ledger.links.by_record(side, gone).values():
                    if link.state is LinkState.LIVE:
                        self._linked.end(link, side, ends.deleted(side))

    def fresh(self, side: Side, record_ids: Sequence[str]) -> list[str]:
        """Read these records as they are now; those that the CRM does not have any more end their link.

        Those of them that are there, unchanged since this side was first read in this cycle.
        """
        found = self._pair.crms[side].get(record_ids)
        self.records(side, list(found.values()))
        missing = [record_id for record_id in record_ids if record_id not in found]
        with self._ledger.transaction():
            for link in self._ledger.links.by_record(side, missing).values():
                self._linked.end(link, side, ends.deleted(side))
            self._forget(side, missing)
        self.reread()
        begun = self.clocks.get(side, 0)
        return [key for key, record in found.items() if not record.deleted and record.stamp < begun]

    def confirm(self, side: Side, record_ids: Iterable[str]) -> None:
        """Read those of these strangers again that were not shown lately: a delete in Operate leaves no trace."""
        if stale := self.stale(side, record_ids):
            self.fresh(side, stale)

    def has_seen(self, side: Side, record_id: str) -> bool:
        """Whether this record was shown in this cycle."""
        return record_id in self._shown[side]

    def stale(self, side: Side, record_ids: Iterable[str]) -> list[str]:
        """Those of these records that were not shown lately."""
        oldest = self._pair.clock() - FRESH
        shown = self._shown[side]
        return [record_id for record_id in record_ids if shown.get(record_id, oldest) <= oldest]

    def listed(self, side: Side) -> int:
        """How many records this side's listing has shown in this cycle."""
        return len(self._listed[side])

    def confirm_strangers(self, side: Side, states: Iterable[StrangerState]) -> list[str]:
        """After a listing: read those strangers again that it did not show; those that are there, as in `fresh`.

        Who was read by id before counts, too: that tells of the record, and nothing of the listing.
        """
        known = (each.record_id for state in states for each in self._ledger.strangers.inside(state, side))
        missed = [record_id for record_id in known if record_id not in self._listed[side]]
        return self.fresh(side, missed) if missed else []

    def confirm_links(self, side: Side) -> list[str]:
        """After a full listing: the same with linked records; they may be deleted."""
        there: list[str] = []
        for links in pages(self._ledger.links.all):
            ids = [link.ids.get(side, "") for link in links if link.state is LinkState.LIVE]
            if missed := [record_id for record_id in ids if record_id and record_id not in self._listed[side]]:
                there += self.fresh(side, missed)
        return there

    def took_everybody_in(self) -> None:
        """A backfill left nobody out: whoever takes no part now is a new lead once it does."""
        for stranger in self._ledger.strangers.inside(StrangerState.APART):
            if stranger.left is not None and stranger.left[0] is StrangerState.LEFT_OUT:
                self._ledger.strangers.keep([replace(stranger, left=None)])

    def adopt(self, link: Link, record: Record) -> None:
        """An open create turned out to have landed: this is its record."""
        self._linked.adopt(link, record)

    # strangers

    def _strangers(self, side: Side, records: Iterable[Record]) -> None:
        records = self._without_adopted(side, records)
        self._forget(side, [record.record_id for record in records if record.deleted])
        there = [record for record in records if not record.deleted]
        known = self._ledger.strangers.get(side, [record.record_id for record in there])
        kept = []
        keys = {}
        for record in there:
            stranger = self._stranger(record)
            before = known.get(record.record_id)
            if before is not None and _same(before, stranger):
                now = replace(before, stamp=stranger.stamp, values=stranger.values)
                if now != before:
                    kept.append(now)
                if now.values != before.values:
                    keys[record.record_id] = keys_of(self._pair.mapping, now.values, now.counterpart_id)
                continue
            if before is not None:
                stranger = _as_left(before, stranger)
            kept.append(stranger)
            self._arrived[(side, stranger.record_id)] = None
            keys[record.record_id] = keys_of(self._pair.mapping, stranger.values, stranger.counterpart_id)
        if kept:
            self._ledger.strangers.keep(kept)
            self._ledger.keys.put(side, keys)

    def _forget(self, side: Side, record_ids: Sequence[str]) -> None:
        """These strangers were deleted."""
        if record_ids:
            self._ledger.strangers.drop(side, record_ids)
            self._ledger.keys.drop(side, record_ids)

    def _without_adopted(self, side: Side, records: Iterable[Record]) -> list[Record]:
        """The records that are nobody's; one that names the source of an open create is that create, deleted or not."""
        rest = []
        records = list(records)
        named = [record.counterpart_id for record in records if record.counterpart_id]
        links = self._ledger.links.by_record(side.other, named) if named else {}
        for record in records:
            link = links.get(record.counterpart_id)
            if link is not None and link.state is LinkState.OPEN:
                self._linked.adopt(link, record)
                links = {key: each for key, each in links.items() if each.link_id != link.link_id}
            else:
                rest.append(record)
        return rest

    def _stranger(self, record: Record) -> Stranger:
        values = self._pair.mapping.read(record.side, record.native, self._pair.tables)
        state, reason = StrangerState.WAITING, ""
        if record.converted:
            state, reason = StrangerState.APART, ends.CONVERTED
        elif not self._pair.mapping.takes_part(record.side, values):
            state, reason = StrangerState.APART, ends.outside(record.side)
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


def _believe(page: Page, side: Side, now: Micros) -> None:
    """Raise `Unreadable` for a clock that is far ahead of ours: what is read by it would skip what comes until then."""
    if page.server_now - now > APART:
        raise Unreadable(
            f"{side.capitalize()} tells a clock that is {(page.server_now - now) / SECOND / 3600:,.0f} hours ahead of "
            "this machine's: nothing is read by it. Set the clock that is wrong, or look what stands in between"
        )


def _same(before: Stranger, now: Stranger) -> bool:
    """Whether a re-read stranger says nothing new; a decision about it then stands.

    Of one that was left alone only an edit is new: no value of a rule that it was not read by.
    """
    if before.state is StrangerState.IGNORED:
        return _unedited(before, now) and not apart(now)
    return before.values == now.values and before.counterpart_id == now.counterpart_id and apart(before) == apart(now)


def _unedited(before: Stranger, now: Stranger) -> bool:
    """Whether it names the same counterpart, and every rule that both were read by shows the same value."""
    same = all(before.values.get(name, value) == value for name, value in now.values.items())
    return same and before.counterpart_id == now.counterpart_id


def _as_left(before: Stranger, now: Stranger) -> Stranger:
    """A stranger as it was left: out of the backfill until another one, or alone until it is edited.

    One that takes no part for a while is so again afterwards.
    """
    left = before.left
    if before.state in (StrangerState.LEFT_OUT, StrangerState.IGNORED):
        left = before.state, before.reason
    if left is None or (left[0] is StrangerState.IGNORED and not _unedited(before, now)):
        return now
    return replace(now, left=left) if apart(now) else replace(now, state=left[0], reason=left[1])


def apart(stranger: Stranger) -> str:
    """Why the record itself takes no part ("" when it does)."""
    return stranger.reason if stranger.state is StrangerState.APART else ""
