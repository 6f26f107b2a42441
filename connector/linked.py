"""What an observation means for linked records: edited, ended, back to life, moved by a merge, or our own create.

Used by the observer only. Writes to the ledger; sends and reads nothing: records that have to be read again are
remembered in `reread`.
"""

from collections.abc import Sequence
from dataclasses import replace

from connector.core import ends, lifecycle
from connector.core.fold import Overwritten, fold, forget_old
from connector.core.match.keys import keys_of
from connector.core.model import SECOND, UNREAD, Farewell, Link, LinkState, Micros, Record, Side, Values, without_hold
from connector.core.plan import without_outdated
from connector.core.result import Result
from connector.ledger.port import Happening, Ledger
from connector.pair import READ, THERE, UNAPPLIED, Pair

NEAR = 10 * SECOND
"""A delete and an edit so close to one another may have been in either order: two servers' clocks are compared."""
AHEAD = "ahead."
"""The marks of how far each side's clock is ahead of ours."""
LATE_WRITES = 3
"""An unanswered write is remembered for this many holds, to recognise it when it lands late."""


class LinkedRecords:
    """Folds records into their links during one cycle."""

    def __init__(self, pair: Pair, cycle: int, result: Result) -> None:
        self._pair, self._ledger, self._cycle, self._result = pair, pair.ledger, cycle, result
        self.reread: dict[Side, set[str]] = {side: set() for side in Side}
        """Record ids whose state matters now: winners of merges, partners of links that came back to life."""
        self.adopted: list[int] = []
        """Links of open creates whose record was found."""

    def fold(self, pairs: Sequence[tuple[Link, Record]], *, answered: bool) -> None:
        """Fold each record into its link; `answered`: they are the answers to our own writes."""
        changed: list[Link] = []
        read: list[tuple[Link, Record]] = []
        for link, record in pairs:
            after = without_outdated(self._folded(link, record, answered=answered), self._pair.mapping)
            if after != link:
                changed.append(after)
            if after != link or record.deleted or self._names_another(after, record):
                read.append((after, record))
        if changed:
            self._ledger.links.save(changed)
        self._index(read)

    def _names_another(self, link: Link, record: Record) -> bool:
        """Whether the record does not carry the id of its counterpart, so that the link cannot tell what it does."""
        stores = self._pair.crms[record.side].stores_counterpart
        return stores and record.counterpart_id != link.ids.get(record.side.other, "")

    def _index(self, read: Sequence[tuple[Link, Record]]) -> None:
        """Keep the match index current: who is deleted is nobody's counterpart, a partner of an ended link still is."""
        for side in Side:
            here = [(link, record) for link, record in read if record.side is side]
            texts = {
                record.record_id: keys_of(self._pair.mapping, link.seen.get(side, {}), record.counterpart_id)
                for link, record in here
                if not record.deleted
            }
            if texts:
                self._ledger.keys.put(side, texts)
            if gone := [record.record_id for _, record in here if record.deleted]:
                self._ledger.keys.drop(side, gone)

    def _folded(self, link: Link, record: Record, *, answered: bool) -> Link:
        """The link after one record was read: edited, ended, or moved to the winner of a merge."""
        side = record.side
        if record.deleted:
            merged = record.merged_into and not ends.gone(link)
            return self._merged(link, record) if merged else self._ended(link, side, ends.deleted(side), record.stamp)
        mapping, tables, native = self._pair.mapping, self._pair.tables, record.native
        values = mapping.values(side, native, tables)
        if record.converted:
            ended = self._ended(link, side, ends.CONVERTED, self._converted_since(link, record))
            return self._at_rest(ended, record, values)
        if not mapping.takes_part(side, mapping.applying(values)):
            return self._at_rest(self._ended(link, side, ends.outside(side)), record, values)
        if ends.revives(link, side):
            if lifecycle.is_deleted(link):
                return lifecycle.without_partner(self._at_rest(link, record, values), self._pair.clock())
            link = self._revived(link, side)
        if link.state is LinkState.ENDED:
            return self._at_rest(link, record, values)
        now = self._pair.clock()
        folded = fold(link, side, record.stamp, values, mapping, tables, now, native=native, answered=answered)
        self._tell(link, side, folded.overwritten)
        self._result.replaced += self._somebody_else(link, folded.link, side)
        after = forget_old(folded.link, side, now - LATE_WRITES * self._pair.timing.hold)
        link = lifecycle.landed_late(link, after, mapping, tables)
        return _released(self._with_stamp(link, record), side)

    def _tell(self, link: Link, side: Side, overwritten: Sequence[Overwritten]) -> None:
        """Write down what late writes of ours covered; a conflict's loser was written down before it was sent."""
        lines = self._ledger.log.history(link.link_id) if overwritten else ()
        told = {(line.rule, line.lost) for line in lines if line.kind == "conflict"}
        for lost in overwritten:
            if (lost.rule, lost.lost) not in told:
                self._note(
                    link, "conflict", side, lost.rule, new=lost.value, lost=lost.lost, why="a late write of ours"
                )
                self._result.conflicts += 1

    def _at_rest(self, link: Link, record: Record, values: Values) -> Link:
        """A link that takes no part remembers what its record holds, by which it is found, and knows our own writes.

        One of them may arrive after the end, and must be no edit when the link comes back to life.
        """
        mapping, tables, now = self._pair.mapping, self._pair.tables, self._pair.clock()
        folded = fold(link, record.side, record.stamp, values, mapping, tables, now, native=record.native)
        self._tell(link, record.side, folded.overwritten)
        seen = {**link.seen, record.side: folded.link.seen[record.side]}
        after = replace(link, stamps=folded.link.stamps, seen=seen, base=folded.link.base, sent=folded.link.sent)
        said = self._said(link, after, record.side)
        return lifecycle.by_us(link, said, as_made=record.stamp == record.created)

    def _said(self, link: Link, after: Link, side: Side) -> Link:
        """The link once marks whose answer was lost turned out to stand there."""
        told = lifecycle.said(link, after, self._pair.mapping, self._pair.tables)
        if told.farewell is not None and after.farewell is not None:
            for name in [each for each in after.farewell.left if each not in told.farewell.left]:
                old, new = link.seen.get(side, {}).get(name, ""), link.sent[side][name][-1].value
                self._note(
                    link, "marked", side, name, old=old, new=new, why=f"{lifecycle.because(link)}; the answer was lost"
                )
        return told

    def _somebody_else(self, before: Link, after: Link, side: Side) -> bool:
        """Whether a record has another last name *and* another e-mail address than when it was read last."""
        match = self._pair.mapping.match
        rules = [self._pair.mapping.rules[match[role]] for role in ("email", "last_name") if role in match]
        changed = []
        for rule in rules:
            old, new = before.seen.get(side, {}).get(rule.name, ""), after.seen.get(side, {}).get(rule.name, "")
            changed.append(bool(old and new) and not rule.same(old, new))
        return len(changed) > 1 and all(changed)

    def _revived(self, link: Link, side: Side) -> Link:
        """The record is back from the recycle bin, or in scope again: its partner is compared as that is now."""
        self._note(link, "linked", side, why="undeleted" if link.ended == ends.deleted(side) else "in scope again")
        link = lifecycle.revived(link)
        if link.state is LinkState.OPEN:
            return replace(link, ended="")
        self.reread[side.other].add(link.ids[side.other])
        return replace(link, state=LinkState.LIVE, ended="", stamps={**link.stamps, side.other: UNREAD})

    def _with_stamp(self, link: Link, record: Record) -> Link:
        """Remember whether this side carries the other's id."""
        right = bool(record.counterpart_id) and record.counterpart_id == link.ids.get(record.side.other)
        if right == (record.side in link.stamped):
            return link
        stamped = link.stamped | {record.side} if right else link.stamped - {record.side}
        return replace(link, stamped=stamped)

    def _ended(self, link: Link, side: Side, why: str, at: Micros | None = None) -> Link:
        """The link at its end; an open one waits for its create to be settled first.

        `at`: since when it may have ended, by the clock of its side. None: nobody tells.
        """
        if why == ends.deleted(side) and lifecycle.is_deleting(link, side):
            return self._deleted_by_us(link, side)
        if link.ended:
            return lifecycle.partner_ended(link, side)
        self._result.ended += 1
        self._note(link, "ended", side, why=why)
        unread = link.stamps.get(side) == UNREAD  # it went while the link rested, nobody knows when
        farewell = None if unread else self._owed(link, side, why, at)
        if link.state is LinkState.OPEN:
            return replace(link, ended=why, farewell=farewell)
        held = {to: until for to, until in link.held.items() if to is not side and farewell is not None}
        return replace(link, state=LinkState.ENDED, ended=why, held=held, parked={}, farewell=farewell)

    def _deleted_by_us(self, link: Link, side: Side) -> Link:
        """The record that was left is gone, and a delete of ours was under way to it: its answer was lost."""
        self._note(link, "deleted", side, why=f"{lifecycle.because(link)}; the answer was lost")
        self._result.sides[side].deleted += 1
        return lifecycle.deleted(link, self._pair.clock())

    def _owed(self, link: Link, side: Side, why: str, at: Micros | None) -> Farewell | None:
        """What the partner is still to be told: nothing before a cycle has read everything under these policies.

        Where nobody tells when the record ended, it may have been right after it was there for the last time; but for a
        partner that can be taken out of a bin again, that is when the end was found.
        """
        if at is None and not self._pair.crms[side.other].has_bin:
            at = self._last_there(link, side)
        touched = at is not None and self._touched_since(link, side.other, at - self._ahead(side))
        farewell = lifecycle.owed(self._pair.mapping, link, side, why, touched=touched)
        new = farewell is not None and self._ledger.log.mark(UNAPPLIED + lifecycle.LIFECYCLE)
        return None if new else farewell

    def _converted_since(self, link: Link, record: Record) -> Micros:
        """Since when a lead may have been converted, by the clock of its side: nobody tells when it was.

        Its stamp may be that of a later edit, so a listing that still showed it unconverted counts, if that is earlier.
        Never the other way round: a conversion may become visible long after its stamp, to listings begun meanwhile.
        """
        return min(record.stamp, self._last_unconverted(link, record.side))

    def _last_unconverted(self, link: Link, side: Side) -> Micros:
        """When a listing showed last that a lead was not converted: what was done right before may not be in it."""
        return max(link.stamps.get(side, 0), self._marked(READ, side) - self._pair.timing.lag)

    def _last_there(self, link: Link, side: Side) -> Micros:
        """When a record was last known to be there, by its own stamp or by the sweep that last found everybody."""
        return max(link.stamps.get(side, 0), self._marked(THERE, side))

    def _touched_since(self, link: Link, side: Side, at: Micros) -> bool:
        """Whether a record was changed after a time of our clock, or right before, also where no rule carries that."""
        return link.stamps.get(side, 0) - self._ahead(side) > at - NEAR

    def _ahead(self, side: Side) -> Micros:
        return ahead(self._ledger, side)

    def _marked(self, mark: str, side: Side) -> Micros:
        return _marked(self._ledger, mark, side)

    def end(self, link: Link, side: Side, why: str) -> None:
        """The record of this side is gone."""
        self._ledger.links.save([self._ended(link, side, why)])
        if record_id := link.ids.get(side):
            self._ledger.keys.drop(side, [record_id])

    def _merged(self, link: Link, record: Record) -> Link:
        """Salesforce deletes the losers of a merge and names the winner: the link follows it, if it is free."""
        winner, side = record.merged_into, record.side
        if self._ledger.links.by_record(side, [winner]):
            return self._ended(link, side, ends.MERGED, record.stamp)
        self._ledger.strangers.drop(side, [winner])
        self.reread[side].add(winner)
        self._note(link, "linked", side, why=f"merged into {winner}")
        moved = replace(link, ids={**link.ids, side: winner}, stamped=frozenset())
        self._ledger.links.save([moved])  # at once: a second loser of the same page must find the winner taken
        return moved

    def adopt(self, link: Link, record: Record) -> None:
        """An open create turned out to have landed: this is its record."""
        side = record.side
        self._ledger.intents.done([link.link_id])
        self._ledger.strangers.drop(side, [record.record_id])
        state = LinkState.ENDED if link.ended else LinkState.LIVE
        ids = {**link.ids, side: record.record_id}
        live = replace(without_hold(link, side), state=state, ids=ids, born=side)
        (live,) = self._ledger.links.save([live])
        self.adopted.append(live.link_id)
        self._result.sides[side].created += 1
        self._note(live, "created", side, why="found after its answer was lost")
        self.fold([(live, record)], answered=True)

    def _note(
        self,
        link: Link,
        kind: str,
        side: Side,
        rule: str = "",
        *,
        old: str = "",
        new: str = "",
        lost: str = "",
        why: str = "",
    ) -> None:
        now = self._pair.clock()
        happening = Happening(self._cycle, now, link.link_id, kind, side, rule, old=old, new=new, lost=lost, why=why)
        self._ledger.log.note([happening])


def ahead(ledger: Ledger, side: Side) -> Micros:
    """By how much the clock of a side is ahead of ours, as told last."""
    return _marked(ledger, AHEAD, side)


def _marked(ledger: Ledger, mark: str, side: Side) -> Micros:
    """A time, or a span of it, that is marked for each side."""
    return int(ledger.log.mark(mark + side) or 0)


def _released(link: Link, side: Side) -> Link:
    """The link without its hold on this side once every value under way was seen to have landed."""
    waiting = any(sent.unknown for values in link.sent.get(side, {}).values() for sent in values)
    if waiting or lifecycle.is_deleting(link) or side not in link.held or link.sent.get(side) != {}:
        return link
    return without_hold(link, side)
