"""A lost ledger is made anew from the ids that the records of both CRMs carry. Writes to neither of them.

read      both sides as a whole, every value                               I/O
look up   ids that are on no record that was read: deleted? merged?        I/O
link      by the ids alone; what contradicts itself waits for a person
compare   where two records agree, that is their base; where not, the next cycle decides as at a first link
advance   cursors from before the reading began

Killed at any point, the same call goes on: what is linked stays linked, everything else is read and judged anew.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from connector.advance import advance, begin, finish
from connector.core import ends, rebuilt
from connector.core.model import SIDES, Link, Record, Side, Stranger, StrangerState
from connector.core.rebuilt import LINKS, Evidence, Rebuilt, why
from connector.core.result import Result, Status
from connector.cycle import BACKFILLED
from connector.errors import Braked, Misconfigured, RetryLater, Stop
from connector.ledger.port import Happening, Ledger
from connector.ledger.walk import pages, portions
from connector.naming import JUDGED, Around, Gone
from connector.observe import Observer, apart
from connector.pair import Pair, Progress, allowing, never, silent
from connector.poll import poll
from connector.rules import applied, take_rules
from connector.sweep import sweep

REBUILD = "rebuild"
"""The kind of its line among the cycles."""
PORTION = 500
MERGES = 10
"""So many merges in a row are followed."""
EXAMPLES = 20
ALONE = "carried no counterpart id when the ledger was rebuilt"


class _Stopped(Exception):
    """Somebody asked to stop, or a side could not be read to the end."""


def rebuild(
    pair: Pair,
    *,
    hold: bool = False,
    stop: Callable[[], bool] = never,
    progress: Progress = silent,
    allow_changes: int = 0,
    portion: int = PORTION,
) -> Rebuilt:
    """Make the ledger anew. `hold`: fields in which leads differ wait for a person instead of the mapping's words.

    So many leads are linked in one transaction as `portion` says.

    Raises `Misconfigured` for a ledger that is in use, `Braked` where most of the ids lead nowhere, `Busy`, and `Stop`.
    """
    pair = allowing(pair, allow_changes)
    with pair.ledger.cycle_lock():
        _expect_new(pair.ledger)
        started = begin(pair, REBUILD)
        told = Rebuilt(started.result, applied=True, held=hold)
        observer = Observer(pair, started.number, started.result)
        try:
            sides = _Rebuild(pair, observer, told, stop, progress, portion).run()
            advance(pair, observer, sides)
        except Braked as brake:
            started.result.problems.append(str(brake))
            finish(pair, started, Status.BRAKED)
            raise
        except Stop as problem:
            started.result.problems.append(str(problem))
            finish(pair, started, Status.FAILED)
            raise
        except (_Stopped, RetryLater) as problem:
            started.result.problems += [str(problem)] if str(problem) else []
            finish(pair, started, Status.STOPPED)
            return told
        applied(pair.ledger)
        pair.ledger.log.set_mark(BACKFILLED, str(pair.clock()))
        finish(pair, started, None)
        return told


def preview(
    pair: Pair,
    *,
    hold: bool = False,
    progress: Progress = silent,
    stop: Callable[[], bool] = never,
    allow_changes: int = 0,
) -> Rebuilt:
    """What `rebuild` would do. Changes no state anywhere; raises `Misconfigured` for a ledger that is in use."""
    pair = allowing(pair, allow_changes)
    _expect_new(pair.ledger)
    with pair.ledger.scratch() as ledger:
        scratch, result = replace(pair, ledger=ledger), Result()
        told = Rebuilt(result, applied=False, held=hold)
        try:
            _Rebuild(scratch, Observer(scratch, 0, result, shown=True), told, stop, progress, PORTION).run()
        except (_Stopped, RetryLater) as problem:
            result.problems += [str(problem)] if str(problem) else []
            result.status = Status.STOPPED
        return told


def _expect_new(ledger: Ledger) -> None:
    """Raise `Misconfigured` for a ledger that knows leads from anything but a rebuild."""
    counts = ledger.links.counts()
    known = counts.live + counts.ended + counts.open
    rows = ledger.log.cycles(1)
    if not known or (rows and rows[0].kind == REBUILD):
        return
    raise Misconfigured(
        f"This ledger knows {known:,} links, so it is not lost: a rebuild would forget what it knows of them. If its "
        "leads look wrong, see `connector sync --sweep`. If it really is to be made anew, stop the connector, move the "
        "file away with its -wal and -shm (or set CONNECTOR_LEDGER to a new one), and come again."
    )


class _Rebuild:
    """One pass. `told` is filled with what it finds."""

    def __init__(
        self,
        pair: Pair,
        observer: Observer,
        told: Rebuilt,
        stop: Callable[[], bool],
        progress: Progress,
        portion: int,
    ) -> None:
        self._pair, self._ledger, self._observer, self._told = pair, pair.ledger, observer, told
        self._stop, self._progress, self._portion = stop, progress, portion
        self._gone = Gone()

    def run(self) -> tuple[Side, ...]:
        """All of it; the sides, for the cursors."""
        pair, result = self._pair, self._told.result
        take_rules(pair)
        sides = poll(pair, self._observer, result, everything=SIDES, progress=self._progress, stop=self._stop)
        if len(sides) < len(SIDES):
            raise _Stopped
        for side in SIDES:
            if self._believes(side):
                self._look_up(side)
        for side in SIDES:
            self._link_all(side)
        self._follow()
        self._compare()
        return sweep(pair, self._observer, result, sides, everything=SIDES, stop=never)

    # look up

    def _believes(self, side: Side) -> bool:
        """Whether most of the records of this side that the other one names were listed; raises `Braked`."""
        named = found = 0
        for chunk in self._naming(side):
            ids = {each.counterpart_id for each in chunk}
            named += len(ids)
            found += len(ids) - len(self._unknown(side, ids))
        if self._told.result.sides[side].read and named - found <= self._pair.brakes.few:
            return True
        return self._observer.believes(side, found, named)

    def _look_up(self, side: Side) -> None:
        """Ask one side for the records that the other one names, and that were not listed."""
        done = 0
        for chunk in self._naming(side):
            self._halt("looking up", done)
            missing = self._unknown(side, {each.counterpart_id for each in chunk})
            found = self._fates(side, sorted(missing)) if missing else {}
            for each in chunk:
                record = found.get(each.counterpart_id)
                if record is not None and record.deleted:
                    self._gone.deleted[(each.side, each.record_id)] = record
                elif record is not None and record.record_id != each.counterpart_id:
                    self._gone.moved[(each.side, each.record_id)] = record.record_id
            done += len(chunk)

    def _naming(self, side: Side) -> Iterator[list[Stranger]]:
        """The strangers of the other side that name somebody here."""
        for state in JUDGED:
            strangers = self._ledger.strangers.inside(state, side.other)
            yield from portions((each for each in strangers if each.counterpart_id), self._portion)

    def _unknown(self, side: Side, ids: set[str]) -> set[str]:
        wanted = sorted(ids)
        known = self._ledger.strangers.get(side, wanted).keys() | self._ledger.links.by_record(side, wanted).keys()
        return ids - known

    def _fates(self, side: Side, ids: Sequence[str]) -> dict[str, Record]:
        """What these records are now; one that was merged is whoever has won in the end."""
        crm = self._pair.crms[side]
        found = dict(crm.get(ids))
        for _ in range(MERGES):
            onward = {key: each.merged_into for key, each in found.items() if each.deleted and each.merged_into}
            if not onward:
                break
            winners = crm.get(sorted(set(onward.values())))
            found |= {key: winners[winner] for key, winner in onward.items() if winner in winners}
            if not winners:
                break
        # some were made, or came back, after the listing
        self._observer.records(side, [record for record in found.values() if not record.deleted])
        return found

    # link

    def _link_all(self, side: Side) -> None:
        """Judge everybody of one side: linked by the ids, or waiting for a person, or without any id."""
        ids = [each.record_id for state in JUDGED for each in self._ledger.strangers.inside(state, side)]
        for first in range(0, len(ids), self._portion):
            self._halt("linking", first, len(ids))
            with self._ledger.transaction():
                self._link_some(side, ids[first : first + self._portion])

    def _link_some(self, side: Side, record_ids: Sequence[str]) -> None:
        around = Around(self._ledger, side, record_ids, self._gone)
        for stranger in around.strangers:
            if around.is_taken(stranger):
                continue
            evidence, ids = around.judged(stranger)
            if evidence in LINKS:
                partner = around.others[ids[0]]
                self._link(stranger, partner, evidence)
                around.taken |= {(each.side, each.record_id) for each in (stranger, partner)}
            else:
                self._leave(stranger, evidence, ids)

    def _link(self, stranger: Stranger, partner: Stranger, evidence: Evidence) -> None:
        pair = self._pair
        rests = apart(stranger) or apart(partner)
        link = rebuilt.linked(stranger, partner, rests, pair.mapping, pair.tables, pair.clock())
        self._keep(link, f"rebuilt: {'both ids' if evidence is Evidence.BOTH else 'the id of one side'}")

    def _keep(self, link: Link, why: str) -> None:
        (link,) = self._ledger.links.save([link])
        for side, record_id in link.ids.items():
            self._ledger.strangers.drop(side, [record_id])
        self._ledger.log.note([Happening(self._told.result.cycle, self._pair.clock(), link.link_id, "linked", why=why)])

    def _leave(self, stranger: Stranger, evidence: Evidence, ids: Sequence[str]) -> None:
        """No link: a person is asked, or, where there is no id at all, a backfill."""
        if stranger.state is StrangerState.APART:
            return
        side = stranger.side
        if evidence is Evidence.NONE:
            self._told.alone[side] += 1
            left = replace(stranger, state=StrangerState.LEFT_OUT, reason=ALONE, candidates=(), refused=None)
        else:
            self._told.asked[evidence] += 1
            if len(self._told.examples) < EXAMPLES:
                self._told.examples.append((side, stranger.record_id, evidence, tuple(ids)))
            named = tuple(ids) if evidence is Evidence.NOBODY else tuple(f"{side.other}:{each}" for each in ids)
            reason = why(evidence, side, stranger.counterpart_id)
            left = replace(stranger, state=StrangerState.REVIEW, reason=reason, candidates=named, refused=None)
        if left != stranger:
            self._ledger.strangers.keep([left])

    # what is gone

    def _follow(self) -> None:
        """Link what a merge has moved, and let rest what is left of a pair whose other record is gone."""
        moved = Counter(self._gone.moved.values())
        for (side, record_id), winner in self._gone.moved.items():
            with self._ledger.transaction():
                if stranger := self._still(side, record_id):
                    self._follow_merge(stranger, winner, alone=moved[winner] == 1)
        for (side, record_id), record in self._gone.deleted.items():
            with self._ledger.transaction():
                if stranger := self._still(side, record_id):
                    self._follow_delete(stranger, record)

    def _still(self, side: Side, record_id: str) -> Stranger | None:
        """The stranger, where it is still one and nobody decided about it."""
        (found,) = Around(self._ledger, side, [record_id], Gone()).strangers or (None,)
        return found

    def _follow_merge(self, stranger: Stranger, winner: str, *, alone: bool) -> None:
        side, loser = stranger.side, stranger.counterpart_id
        there = Around(self._ledger, side.other, [winner], self._gone)
        if self._ledger.links.by_record(side.other, [winner]) and not self._is_linked(side.other, loser):
            self._keep(rebuilt.ended(stranger, loser, ends.MERGED), "rebuilt: merged")
        elif there.strangers and alone and there.judged(there.strangers[0])[0] is Evidence.NONE:
            self._link(stranger, there.strangers[0], Evidence.ONE)
        else:
            self._leave(stranger, Evidence.CONTRADICTION, (winner,))

    def _follow_delete(self, stranger: Stranger, record: Record) -> None:
        side, named = stranger.side, stranger.counterpart_id
        other = record.counterpart_id if record.record_id == named else ""
        naming = Around(self._ledger, side, [stranger.record_id], Gone()).naming(stranger.record_id)
        if naming or other not in ("", stranger.record_id) or self._is_linked(side.other, named):
            self._leave(stranger, Evidence.CONTRADICTION, (*sorted(naming), named))
        else:
            self._keep(rebuilt.ended(stranger, named, ends.deleted(side.other)), "rebuilt: its counterpart is deleted")

    def _is_linked(self, side: Side, record_id: str) -> bool:
        return bool(self._ledger.links.by_record(side, [record_id]))

    # compare

    def _compare(self) -> None:
        """Count where the linked records differ, over all of them, so that a second start tells the same."""
        pair, done = self._pair, 0
        for links in pages(self._ledger.links.all):
            self._halt("comparing", done)
            after = [rebuilt.counted(self._told, link, pair.mapping, pair.tables, pair.clock()) for link in links]
            changed = [now for now, before in zip(after, links, strict=True) if now != before]
            with self._ledger.transaction():
                self._ledger.links.save(changed)
            done += len(links)
        self._told.limit = max(pair.brakes.floor, int(pair.brakes.share * self._told.links))

    def _halt(self, what: str, done: int, total: int | None = None) -> None:
        if self._stop():
            raise _Stopped
        self._progress(what, done, total)
