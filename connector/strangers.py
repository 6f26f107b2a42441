"""Strangers: pair them with their counterpart, send them to review, or let them become new leads - late, not early.

Reads and writes the ledger; sends nothing. The verdict itself is pure (`connector.core.match`).
"""

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import permutations
from typing import NamedTuple

from connector.alike import COUNTED_AT, Alike, without_collections
from connector.core.match.keys import COUNTERPART, KINDS
from connector.core.match.pairing import CERTAIN, NOBODY, Answer, Candidate, Verdict, is_sure, judge
from connector.core.match.score import Score
from connector.core.model import SECOND, SIDES, Link, LinkState, Micros, Side, Stranger, StrangerState
from connector.core.plan import keep_differences
from connector.core.result import Mode, Result
from connector.errors import RetryLater
from connector.ledger.port import Happening, RecordRef
from connector.linked import ahead
from connector.observe import Observer, apart
from connector.pair import KEPT, Pair, Progress, never, silent
from connector.unsettled import UNLINKED, unsettled_creates

CHUNK = 500
NEW = (StrangerState.WAITING,)
ALL = UNLINKED
"""A backfill judges those again that an earlier one left out."""
NOBODY_MADE: Map[int, Stranger] = {}
WEEK = 7 * 86400 * SECOND


def match(
    pair: Pair,
    observer: Observer,
    cycle: int,
    result: Result,
    mode: Mode = Mode.FULL,
    states: Sequence[StrangerState] = NEW,
    among: Collection[RecordRef] | None = None,
    made: Map[int, Stranger] = NOBODY_MADE,
    anew: bool = False,
    progress: Progress = silent,
    stop: Callable[[], bool] = never,
) -> bool:
    """Judge strangers: link them, send them to review, or leave them waiting to become new leads; False if stopped.

    Only when both sides were read to the end, so that nobody is judged by half an index. `among` limits it to these
    records (side, record id); None judges everybody in one of the `states`. `made` are the strangers, by link, that
    this cycle has made new leads of: its plan made new ones of others beside them, and that stays so. `anew`: a full
    backfill brings old differences into step; until one has, two of before whom a person calls the same keep theirs.
    """
    if stop():
        return False
    _count_anew(pair, everybody=among is None, backfill=states is ALL)
    if mode is Mode.LINK:
        pair.ledger.log.set_mark(KEPT, str(pair.clock()))
    run = _Pass(pair, cycle, result, mode, states, Alike(pair.ledger, pair.mapping), made, 0 if anew else _kept(pair))
    unsettled = unsettled_creates(pair)
    waiting = {side: _to_judge(pair, side, states, among, unsettled) for side in SIDES}
    done, total = 0, sum(map(len, waiting.values()))
    with without_collections():
        for side, record_ids in waiting.items():
            for first in range(0, len(record_ids), CHUNK):
                if stop():
                    return False
                progress("matching", done + first, total)
                _match_some(run, observer, side, record_ids[first : first + CHUNK])
            done += len(record_ids)
    return True


def _kept(pair: Pair) -> Micros:
    """The time of the backfill that only linked, whose old differences stay; 0: there is none."""
    mark = pair.ledger.log.mark(KEPT)
    return pair.clock() if mark == "yes" else int(mark or 0)


def _match_some(run: "_Pass", observer: Observer, side: Side, record_ids: Sequence[str]) -> None:
    """Judge these, after whoever would have to go to review, or become a partner, was read anew.

    Reading and deciding are one transaction, so that nothing that a person decides meanwhile is overrun. Nobody becomes
    a partner who was not shown in this cycle: the record may be gone, which Operate does not tell.
    """
    with run.pair.ledger.transaction():
        work = _Match(run, side, record_ids)
        unsure = work.unsure(observer)
        if not unsure:
            work.run(observer)
            return
    with suppress(RetryLater):  # not to be asked now: the reviews stand, and nobody is linked
        for each, ids in unsure.items():
            run.alike.forget(each, ids)  # first: what is read before a failure is kept
            observer.fresh(each, ids)
    with run.pair.ledger.transaction():
        _Match(run, side, record_ids).run(observer)


def _count_anew(pair: Pair, *, everybody: bool, backfill: bool) -> None:
    """Count how common values are: at first, with every backfill, and once a week. In between scores stand still."""
    now, counted = pair.clock(), int(pair.ledger.log.mark(COUNTED_AT) or 0)
    if not counted or (everybody and (backfill or now - counted >= WEEK)):
        with pair.ledger.transaction():
            pair.ledger.keys.freeze(KINDS)
            pair.ledger.log.set_mark(COUNTED_AT, str(now))


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass over the strangers works with. `kept`: differences of before stay, where a person decides."""

    pair: Pair
    cycle: int
    result: Result
    mode: Mode
    states: Sequence[StrangerState]
    alike: Alike
    made: Map[int, Stranger]
    kept: Micros

    @property
    def sure(self) -> float:
        """The bits that a link without a person needs."""
        return self.alike.scorer.link_bits


def _to_judge(
    pair: Pair,
    side: Side,
    states: Sequence[StrangerState],
    among: Collection[RecordRef] | None,
    unsettled: Collection[RecordRef],
) -> list[str]:
    """The record ids of those to judge: a large side is never held in memory as a whole."""
    if among is None:
        found = [stranger.record_id for state in states for stranger in pair.ledger.strangers.inside(state, side)]
    else:
        found = [record_id for each, record_id in among if each is side]
    return [record_id for record_id in found if (side, record_id) not in unsettled]


class _Rival(NamedTuple):
    """Somebody else who looks like a partner; `rejected` tells that a person said that they are two."""

    bits: float
    rejected: bool = False


class _Match:
    """One chunk of strangers of one side, with everybody who may be the same person."""

    def __init__(self, pass_: _Pass, side: Side, record_ids: Sequence[str]) -> None:
        self._pass, self._pair, self._side = pass_, pass_.pair, side
        now = self._pair.ledger.strangers.get(side, record_ids)
        self._strangers = [each for each in now.values() if each.state in pass_.states]  # some were linked meanwhile
        naming = self._pair.ledger.keys.find([(COUNTERPART, each.record_id) for each in self._strangers])
        self._naming = {record_id: records for (_, record_id), records in naming.items()}
        self._decided = self._decisions()
        likenesses = pass_.alike.of({(side, each.record_id): each.values for each in self._strangers})
        self._likenesses = {record_id: found for (_, record_id), found in likenesses.items()}
        self._taken: set[RecordRef] = set()
        self._paired: list[tuple[Link, str]] = []
        self._asked: list[Stranger] = []
        self._rivals: dict[RecordRef, dict[str, _Rival]] = {}
        self._load_candidates()
        self._rivals = self._look_for_rivals()

    def _decisions(self) -> dict[str, dict[RecordRef, bool]]:
        """What people decided: record id of a stranger -> other record -> whether they are the same lead."""
        found: dict[str, dict[RecordRef, bool]] = {}
        for pair, decision in self._pair.ledger.decisions.about(
            [(self._side, s.record_id) for s in self._strangers]
        ).items():
            for one, other in permutations(pair):
                if one[0] is self._side:
                    found.setdefault(one[1], {})[other] = decision.same
        return found

    def _load_candidates(self) -> None:
        ids: dict[Side, set[str]] = {side: set() for side in SIDES}
        named = (record for records in self._naming.values() for record in records)
        decided = (record for records in self._decided.values() for record in records)
        for side, record_id in (*named, *decided):
            ids[side].add(record_id)
        for found in self._likenesses.values():
            for each in found:
                ids[each.record[0]].add(each.record[1])
        ids[self._side.other] |= {each.counterpart_id for each in self._strangers if each.counterpart_id}
        self._links = {side: self._pair.ledger.links.by_record(side, sorted(ids[side])) for side in SIDES}
        self._others = {side: self._pair.ledger.strangers.get(side, sorted(ids[side])) for side in SIDES}

    def _look_for_rivals(self) -> dict[RecordRef, dict[str, _Rival]]:
        """For the best partner of each stranger, who of its side looks like it: strangers, and who was told apart."""
        wanted: set[RecordRef] = set()
        for stranger in self._strangers:
            free = [each for each in self._alike(stranger) if not (each.linked or each.rejected)]
            across = [each for each in free if each.side is not self._side]
            if across and is_sure(across[0], self._pass.sure, alone=True):
                wanted.add((across[0].side, across[0].record_id))
        found = {
            named: {rival: _Rival(bits) for rival, bits in each.items()}
            for named, each in self._pass.alike.rivals(wanted, self._side).items()
        }
        for pair, decision in self._pair.ledger.decisions.about(list(wanted)).items():
            for named, (side, rival) in permutations(pair):
                if named in found and side is self._side:
                    known = found[named].get(rival, _Rival(NOBODY))
                    found[named][rival] = _Rival(CERTAIN) if decision.same else known._replace(rejected=True)
        unlinked = self._pair.ledger.strangers.get(
            self._side, sorted({rival for each in found.values() for rival in each})
        )
        return {
            named: {rival: its for rival, its in rivals.items() if its.rejected or rival in unlinked}
            for named, rivals in found.items()
        }

    def unsure(self, observer: Observer) -> dict[Side, list[str]]:
        """The records to read before anybody is judged: one may be gone, which Operate does not tell.

        Those because of which somebody would have to decide and that were not shown lately, and those that would become
        a partner and were not shown in this cycle.
        """
        found: set[RecordRef] = set()
        for stranger in self._strangers:
            verdict, there = self._judged(stranger), stranger.side.other
            if verdict.answer is Answer.PAIR and not observer.has_seen(there, verdict.partner):
                found.add((there, verdict.partner))
            named = (candidate.partition(":") for candidate in verdict.candidates)
            found |= {(Side(side), record_id) for side, _, record_id in named if record_id}
        wanted = {side: sorted(record_id for each, record_id in found if each is side) for side in SIDES}
        return {side: stale for side, ids in wanted.items() if (stale := observer.stale(side, ids))}

    def _judged(self, stranger: Stranger) -> Verdict:
        decided = self._decided.get(stranger.record_id, {})
        if not decided.get((stranger.side.other, stranger.counterpart_id), True):
            stranger = replace(stranger, counterpart_id="")  # a person said that it names somebody else
        verdict = judge(stranger, self._pointed(stranger), self._alike(stranger), self._pass.sure)
        naming = [each for each in self._naming.get(stranger.record_id, ()) if not decided.get(each, True)]
        if verdict.answer is Answer.NEW and naming:  # a create by that id would write over somebody else's record
            reason = "another lead still carries its id, though a person said that they are two: clear that field"
            return Verdict(Answer.REVIEW, reason=reason, candidates=tuple(f"{side}:{key}" for side, key in naming))
        return verdict

    def run(self, observer: Observer) -> None:
        """Judge the strangers one after the other."""
        for stranger in self._strangers:
            if (stranger.side, stranger.record_id) in self._taken:
                continue
            verdict = self._judged(stranger)
            if verdict.answer is Answer.PAIR:
                if not observer.has_seen(stranger.side.other, verdict.partner):
                    continue
                self._pair_up(stranger, self._others[stranger.side.other][verdict.partner], verdict.reason)
            elif verdict.answer is Answer.REVIEW:
                self._review(stranger, verdict.reason, verdict.candidates)
        self._keep()

    def _pointed(self, stranger: Stranger) -> list[Candidate]:
        records = list(self._naming.get(stranger.record_id, ()))
        if stranger.counterpart_id:
            records.append((stranger.side.other, stranger.counterpart_id))
        across = [record for record in dict.fromkeys(records) if record[0] is not stranger.side]
        apart = self._decided.get(stranger.record_id, {})
        return [found for each in across if apart.get(each, True) and (found := self._candidate(stranger, each))]

    def _alike(self, stranger: Stranger) -> list[Candidate]:
        """Everybody who looks like a stranger, best first, and whoever was accepted."""
        decided = self._decided.get(stranger.record_id, {})
        found = {
            each.record: self._candidate(stranger, each.record, each.score)
            for each in self._likenesses.get(stranger.record_id, ())
        }
        for record, same in decided.items():
            known = found.get(record) or (self._candidate(stranger, record) if same else None)
            found[record] = replace(known, accepted=same, rejected=not same) if known is not None else None
        return [self._beside_rivals(stranger, each) for each in found.values() if each is not None]

    def _beside_rivals(self, stranger: Stranger, candidate: Candidate) -> Candidate:
        rivals = self._rivals.get((candidate.side, candidate.record_id), {})
        others = [each for record_id, each in rivals.items() if record_id != stranger.record_id]
        if not others:
            return candidate
        free = (each.bits for each in others if not each.rejected)
        return replace(candidate, rival=max(free, default=NOBODY), namesake=max(each.bits for each in others))

    def _candidate(self, stranger: Stranger, record: RecordRef, score: Score | None = None) -> Candidate | None:
        """A record as a candidate; None where the ledger has it no more."""
        side, record_id = record
        if record == (stranger.side, stranger.record_id):
            return None
        link, other = self._links[side].get(record_id), self._others[side].get(record_id)
        source = self._pass.made.get(link.link_id) if link is not None and score is not None else None
        if source is not None and source.side is stranger.side:
            link, other = None, source if side is source.side else None
        if record in self._taken or link is not None:
            return Candidate(side, record_id, score, linked=link.link_id if link is not None else -1)
        if other is None:
            return None
        ignored = other.state is StrangerState.IGNORED
        named = other.counterpart_id
        return Candidate(side, record_id, score, counterpart_id=named, created=other.created, ignored=ignored)

    def _pair_up(self, stranger: Stranger, partner: Stranger, why: str) -> None:
        both = {stranger.side: stranger, partner.side: partner}
        link = Link(
            ids={side: s.record_id for side, s in both.items()},
            stamps={side: s.stamp for side, s in both.items()},
            seen={side: dict(s.values) for side, s in both.items()},
            stamped=frozenset(side for side, s in both.items() if s.counterpart_id == both[side.other].record_id),
        )
        accepted = self._decided.get(stranger.record_id, {}).get((partner.side, partner.record_id), False)
        if self._pass.mode is Mode.LINK or (accepted and self._are_of_before(stranger, partner)):
            link = keep_differences(link, self._pair.mapping)
        if rests := apart(stranger) or apart(partner):
            link = replace(link, state=LinkState.ENDED, ended=rests)
        self._taken |= set(link.ids.items())
        self._paired.append((link, why))

    def _are_of_before(self, *strangers: Stranger) -> bool:
        """Whether these were all there at the backfill that only linked; each side stamps by its own clock."""
        ledger = self._pair.ledger
        return all(each.created - ahead(ledger, each.side) < self._pass.kept for each in strangers)

    def _review(self, stranger: Stranger, reason: str, candidates: Sequence[str]) -> None:
        asked = replace(stranger, state=StrangerState.REVIEW, reason=reason, candidates=tuple(candidates), refused=None)
        self._asked.append(asked)

    def _keep(self) -> None:
        """Write down who was paired, and about whom a person is asked."""
        ledger, now = self._pair.ledger, self._pair.clock()
        links = ledger.links.save([link for link, _ in self._paired])
        for side in SIDES:
            ledger.strangers.drop(side, [link.ids[side] for link in links])
        ledger.strangers.keep(self._asked)
        self._pass.result.linked += sum(link.state is LinkState.LIVE for link in links)
        told = zip(links, self._paired, strict=True)
        ledger.log.note([Happening(self._pass.cycle, now, link.link_id, "linked", why=why) for link, (_, why) in told])
