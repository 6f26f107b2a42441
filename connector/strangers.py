"""Strangers: pair them with their counterpart, send them to review, or let them become new leads - late, not early.

Reads and writes the ledger; sends nothing. The verdict itself is pure (`connector.core.match`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from connector.core.fold import holds_create
from connector.core.match import COUNTERPART, EMAIL, NAMELESS, PERSON, Candidate, judge, keys_of
from connector.core.match.pairing import Answer, Verdict
from connector.core.model import SIDES, Link, LinkState, Side, Stranger, StrangerState
from connector.core.plan import keep_differences
from connector.core.result import Mode, Result
from connector.errors import RetryLater
from connector.ledger.port import Happening
from connector.observe import Observer, apart
from connector.pair import CLOCKS, Pair

CHUNK = 500
NEW = (StrangerState.WAITING,)
ALL = (StrangerState.WAITING, StrangerState.LEFT_OUT)
"""A backfill judges those again that an earlier one left out."""


def match(
    pair: Pair,
    observer: Observer,
    cycle: int,
    result: Result,
    mode: Mode = Mode.FULL,
    states: Sequence[StrangerState] = NEW,
    among: Collection[tuple[Side, str]] | None = None,
) -> None:
    """Judge strangers: link them, send them to review, or leave them waiting to become new leads.

    Only when both sides were read to the end, so that nobody is judged by half an index. `among` limits it to these
    records (side, record id); None judges everybody in one of the `states`.
    """
    for side in SIDES:
        for chunk in _chunks(_to_judge(pair, side, states, among)):
            work = _Match(pair, cycle, result, mode, side, chunk, states)
            if doubtful := work.candidates_of_reviews():
                with suppress(RetryLater):  # not to be asked now: the reviews stand
                    for each, ids in doubtful.items():
                        observer.confirm(each, ids)
                work = _Match(pair, cycle, result, mode, side, chunk, states)
            with pair.ledger.transaction():
                work.run()


def _to_judge(
    pair: Pair, side: Side, states: Sequence[StrangerState], among: Collection[tuple[Side, str]] | None
) -> list[Stranger]:
    if among is None:
        found = [stranger for state in states for stranger in pair.ledger.strangers.inside(state, side)]
    else:
        ids = [record_id for each, record_id in among if each is side]
        found = list(pair.ledger.strangers.get(side, ids).values()) if ids else []
    unsettled = unsettled_creates(pair)
    return [each for each in found if each.state in states and (each.side, each.record_id) not in unsettled]


def unsettled_creates(pair: Pair) -> frozenset[tuple[Side, str]]:
    """Strangers that may be what one of our open creates made: they are nobody's until it is settled.

    Only where a side has no field for the counterpart id; elsewhere such a record says whose it is.
    """
    found: set[tuple[Side, str]] = set()
    for side, crm in pair.crms.items():
        if crm.stores_counterpart:
            continue
        intents = [intent for intent in pair.ledger.intents.open() if intent.side is side]
        if intents:
            oldest = min(intent.at for intent in intents) - CLOCKS
            links = pair.ledger.links.get([intent.link_id for intent in intents]).values()
            found |= {
                (side, stranger.record_id)
                for state in ALL
                for stranger in pair.ledger.strangers.inside(state, side)
                if stranger.created >= oldest
                and any(holds_create(link, side, stranger.values, pair.mapping, pair.tables) for link in links)
            }
    return frozenset(found)


class _Match:
    """One chunk of strangers of one side, with everybody who looks like them."""

    def __init__(
        self,
        pair: Pair,
        cycle: int,
        result: Result,
        mode: Mode,
        side: Side,
        strangers: Sequence[Stranger],
        states: Sequence[StrangerState],
    ) -> None:
        self._pair, self._cycle, self._result, self._mode, self._states = pair, cycle, result, mode, states
        self._side = side
        now = pair.ledger.strangers.get(side, [stranger.record_id for stranger in strangers])
        self._strangers = [each for each in now.values() if each.state in states]  # an earlier chunk may have linked it
        self._keys = {s.record_id: keys_of(pair.mapping, s.values, s.counterpart_id) for s in self._strangers}
        self._found = {kind: self._find(kind) for kind in (PERSON, EMAIL, NAMELESS)}
        self._naming = pair.ledger.keys.find(COUNTERPART, [s.record_id for s in self._strangers])
        self._load_candidates()
        self._taken: set[tuple[Side, str]] = set()

    def _find(self, kind: str) -> Map[str, Sequence[tuple[Side, str]]]:
        source = PERSON if kind == PERSON else EMAIL
        texts = sorted({keys[source] for keys in self._keys.values() if source in keys})
        return self._pair.ledger.keys.find(kind, texts) if texts else {}

    def _load_candidates(self) -> None:
        ids: dict[Side, set[str]] = {side: set() for side in SIDES}
        for found in (*self._found.values(), self._naming):
            for records in found.values():
                for side, record_id in records:
                    ids[side].add(record_id)
        ids[self._side.other] |= {s.counterpart_id for s in self._strangers if s.counterpart_id}
        self._links = {side: self._pair.ledger.links.by_record(side, sorted(ids[side])) for side in SIDES}
        self._others = {side: self._pair.ledger.strangers.get(side, sorted(ids[side])) for side in SIDES}

    def candidates_of_reviews(self) -> dict[Side, list[str]]:
        """The records because of which somebody would have to decide: one may be gone, which Operate does not tell."""
        found: dict[Side, list[str]] = {}
        for stranger in self._strangers:
            for candidate in self._judged(stranger).candidates:
                side, _, record_id = candidate.partition(":")
                if record_id:
                    found.setdefault(Side(side), []).append(record_id)
        return found

    def _judged(self, stranger: Stranger) -> Verdict:
        return judge(stranger, self._pointed(stranger), self._alike(stranger))

    def run(self) -> None:
        """Judge the strangers one after the other."""
        for stranger in self._strangers:
            if (stranger.side, stranger.record_id) in self._taken:
                continue
            verdict = self._judged(stranger)
            if verdict.answer is Answer.PAIR:
                self._pair_up(stranger, self._others[stranger.side.other][verdict.partner])
            elif verdict.answer is Answer.REVIEW:
                self._review(stranger, verdict.reason, verdict.candidates)

    def _pointed(self, stranger: Stranger) -> list[Candidate]:
        records = list(self._naming.get(stranger.record_id, ()))
        if stranger.counterpart_id:
            records.append((stranger.side.other, stranger.counterpart_id))
        across = [(side, record_id) for side, record_id in dict.fromkeys(records) if side is not stranger.side]
        return self._candidates(stranger, across, COUNTERPART)

    def _alike(self, stranger: Stranger) -> list[Candidate]:
        keys = self._keys[stranger.record_id]
        person = self._candidates(stranger, self._found[PERSON].get(keys.get(PERSON, ""), ()), PERSON)
        kind = EMAIL if NAMELESS in keys else NAMELESS
        vague = self._candidates(stranger, self._found[kind].get(keys.get(EMAIL, ""), ()), kind)
        known = {(c.side, c.record_id) for c in person}
        return person + [c for c in vague if (c.side, c.record_id) not in known]

    def _candidates(self, stranger: Stranger, records: Iterable[tuple[Side, str]], evidence: str) -> list[Candidate]:
        found = []
        for side, record_id in records:
            if (side, record_id) == (stranger.side, stranger.record_id):
                continue
            link = self._links[side].get(record_id)
            other = self._others[side].get(record_id)
            if (side, record_id) in self._taken:
                found.append(Candidate(side, record_id, evidence, linked=-1))
            elif link is not None:
                found.append(Candidate(side, record_id, evidence, linked=link.link_id))
            elif other is not None:
                ignored = other.state is StrangerState.IGNORED
                found.append(
                    Candidate(side, record_id, evidence, 0, other.counterpart_id, other.created, ignored=ignored)
                )
        return found

    def _pair_up(self, stranger: Stranger, partner: Stranger) -> None:
        both = {stranger.side: stranger, partner.side: partner}
        link = Link(
            ids={side: s.record_id for side, s in both.items()},
            stamps={side: s.stamp for side, s in both.items()},
            seen={side: dict(s.values) for side, s in both.items()},
            stamped=frozenset(side for side, s in both.items() if s.counterpart_id == both[side.other].record_id),
        )
        if self._mode is Mode.LINK:
            link = keep_differences(link)
        if why := apart(stranger) or apart(partner):
            link = replace(link, state=LinkState.ENDED, ended=why)
        (link,) = self._pair.ledger.links.save([link])
        for side, each in both.items():
            self._pair.ledger.strangers.drop(side, [each.record_id])
            self._taken.add((side, each.record_id))
        if link.state is LinkState.LIVE:
            self._result.linked += 1
        now = self._pair.clock()
        self._pair.ledger.log.note([Happening(self._cycle, now, link.link_id, "linked", why=_evidence(both))])

    def _review(self, stranger: Stranger, reason: str, candidates: Sequence[str]) -> None:
        parked = replace(stranger, state=StrangerState.REVIEW, reason=reason, candidates=tuple(candidates))
        self._pair.ledger.strangers.keep([parked])


def _evidence(both: Map[Side, Stranger]) -> str:
    named = any(stranger.counterpart_id for stranger in both.values())
    return "counterpart id" if named else "same e-mail and name"


def _chunks(strangers: Iterable[Stranger]) -> Iterator[list[Stranger]]:
    rest = iter(strangers)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
