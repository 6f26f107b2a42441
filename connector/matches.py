"""Leads that may be the same person: looked at side by side, accepted or rejected; links undone; duplicates told.

A decision is a short transaction in the ledger, beside a running cycle, and the next cycle acts on it. Only undoing a
link asks both CRMs, and no cycle runs meanwhile. Imports core, the ports and the look-up of who is alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from connector.advice import Advice
from connector.alike import Alike
from connector.core.mapping.model import Mapping
from connector.core.match.keys import keys_of
from connector.core.match.score import Score
from connector.core.model import SIDES, Link, LinkState, Micros, Side, Stranger, StrangerState, Values, Write
from connector.crm.port import State
from connector.errors import Misconfigured, RetryLater
from connector.ledger.port import Happening, Ledger, RecordRef
from connector.pair import Pair
from connector.parked import LEFT_ALONE, link_number, record_ref
from connector.pause import by_whom


@dataclass(frozen=True, slots=True)
class Compared:
    """A candidate beside a stranger: its values, its link (0: none), how alike the two are, what was decided.

    `gone`: the ledger has it no more.
    """

    record: RecordRef
    values: Values = field(default_factory=dict)
    link_id: int = 0
    score: Score | None = None
    decided: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A stranger that waits for a person, and those who may be the same lead."""

    stranger: Stranger
    candidates: Sequence[Compared]

    @property
    def review_id(self) -> str:
        """Its name on the command line: `operate:503`."""
        return f"{self.stranger.side}:{self.stranger.record_id}"


def reviews(ledger: Ledger, mapping: Mapping, waiting: Iterable[Stranger] | None = None) -> Iterator[Review]:
    """Everybody who waits because of somebody alike, oldest first; or those who are given."""
    alike = Alike(ledger, mapping)
    for stranger in queue(ledger) if waiting is None else waiting:
        yield _review(ledger, alike, stranger)


def once(waiting: Iterable[Stranger]) -> Iterator[Stranger]:
    """Those of the queue that ask something new: two who wait because of each other are one question."""
    asked: set[frozenset[RecordRef]] = set()
    for stranger in waiting:
        if new := {frozenset({_ref(stranger), each}) for each in map(record_ref, stranger.candidates) if each} - asked:
            asked |= new
            yield stranger


def waiting_with(ledger: Ledger, stranger: Stranger) -> list[Stranger]:
    """The strangers that wait because of this one and of nobody else."""
    names = filter(None, map(record_ref, stranger.candidates))
    found = [ledger.strangers.get(side, [one]).get(one) for side, one in names]
    waits = [each for each in found if each is not None and each.state is StrangerState.REVIEW]
    return [each for each in waits if {record_ref(named) for named in each.candidates} == {_ref(stranger)}]


def queue(ledger: Ledger) -> Iterator[Stranger]:
    """Everybody who waits because of somebody alike, oldest first, without looking at the others."""
    inside = ledger.strangers.inside(StrangerState.REVIEW)
    return (stranger for stranger in inside if any(map(record_ref, stranger.candidates)))


def find(ledger: Ledger, mapping: Mapping, review_id: str) -> Review:
    """One stranger that waits, by its id. Raises `Misconfigured` for anything else."""
    return _review(ledger, Alike(ledger, mapping), _stranger(ledger, review_id))


def accept(ledger: Ledger, review_id: str, candidate_id: str, now: Micros, by: str = "") -> RecordRef:
    """The two are one lead: the next cycle links them, and `first_link` decides where they differ.

    After a backfill that only linked, they keep what differs until a full one.

    Without a candidate, the only one of the other side is meant. Raises `Misconfigured` where it cannot be.
    """
    with ledger.transaction():
        stranger = _stranger(ledger, review_id)
        chosen = _chosen(stranger, candidate_id, accept=True)
        side, record_id = chosen
        if link := ledger.links.by_record(side, [record_id]).get(record_id):
            raise Misconfigured(
                f"{side}:{record_id} is linked already (L{link.link_id}). If {review_id} is a duplicate, merge or "
                f"delete it in {stranger.side.capitalize()};",
                advice=Advice(
                    f"if L{link.link_id} is wrong, run `connector matches unlink L{link.link_id}` first; if they are "
                    "two people, reject it.",
                    f"if L{link.link_id} is wrong, open it and unlink it first; if they are two people, say so.",
                ),
            )
        if not ledger.strangers.get(side, [record_id]):
            raise Misconfigured(
                f"{side}:{record_id} is not known any more;",
                advice=Advice(f"run `connector parked retry {review_id}`.", "let it be matched again."),
            )
        ledger.decisions.put([frozenset({_ref(stranger), chosen})], now, same=True)
        _judge_again(
            ledger, [_ref(stranger), chosen], now, f"accepted as one lead with {side}:{record_id}{by_whom(by)}"
        )
    return chosen


def reject(ledger: Ledger, review_id: str, candidate_id: str, now: Micros, by: str = "") -> list[RecordRef]:
    """They are two leads, and will never be proposed again.

    Without a candidate, it is a duplicate of none that is linked; where none of them is linked, it is none of them.
    """
    with ledger.transaction():
        stranger = _stranger(ledger, review_id)
        known = list(filter(None, map(record_ref, stranger.candidates)))
        rejected = [_chosen(stranger, candidate_id, accept=False)] if candidate_id else _linked(ledger, known) or known
        if not rejected:
            raise Misconfigured(f"{review_id} waits for another reason: {stranger.reason}.")
        ledger.decisions.put([frozenset({_ref(stranger), each}) for each in rejected], now)
        _judge_again(ledger, [_ref(stranger), *rejected], now, f"rejected as one lead{by_whom(by)}")
    return rejected


def _linked(ledger: Ledger, records: Iterable[RecordRef]) -> list[RecordRef]:
    return [(side, record_id) for side, record_id in records if ledger.links.by_record(side, [record_id])]


def take_back(ledger: Ledger, one: str, other: str, now: Micros, by: str = "") -> None:
    """What was decided about two records counts no more: where they are strangers, they are matched again.

    Raises `Misconfigured` where nothing was decided, or where they are linked to each other by now.
    """
    with ledger.transaction():
        named = [record for record in map(record_ref, (one.strip(), other.strip())) if record is not None]
        if len(set(named)) != len(SIDES) or frozenset(named) not in ledger.decisions.about(named):
            raise Misconfigured(f"Nothing was decided about {one[:60]!r} and {other[:60]!r}.")
        side, record_id = named[0]
        link = ledger.links.by_record(side, [record_id]).get(record_id)
        if link is not None and frozenset(link.ids.items()) == frozenset(named):
            raise Misconfigured(f"They are linked by now (L{link.link_id}): unlink them instead.")
        ledger.decisions.drop([frozenset(named)])
        _judge_again(ledger, named, now, f"what was decided about it and {other.strip()} is taken back{by_whom(by)}")


def unlink(pair: Pair, link_id: str, by: str = "") -> Link:
    """Undo a link: nothing is deleted, the two are left alone, and are never linked by themselves again.

    Each other's ids are taken off both records first, so that nobody finds one by the other; a lead that was
    converted in Salesforce keeps its own. Raises `Busy` while a cycle runs, `RetryLater` where a CRM does not take that
    now, and `Misconfigured` where there is no such link.
    """
    ledger, now = pair.ledger, pair.clock()
    number = link_number(link_id.strip()) or 0
    with ledger.cycle_lock():
        link = ledger.links.get([number]).get(number) if number else None
        if link is None or link.state is LinkState.OPEN or len(link.ids) < len(SIDES):
            raise Misconfigured(
                f"There is no link {link_id[:20]!r};",
                advice=Advice("`connector show LEAD` tells its number.", "look for the lead to see how it is now."),
            )
        if link.held:
            raise Misconfigured(f"An answer about {link_id} was lost and may still come: try again in some minutes.")
        for side in SIDES:
            _take_stamp_off(pair, side, link)
        found = {side: _left_alone(pair, side, link.ids[side]) for side in SIDES}
        with ledger.transaction():
            ledger.links.undo(number)
            for side, each in found.items():
                if each is None:
                    ledger.keys.drop(side, [link.ids[side]])
                    continue
                ledger.strangers.keep([each])
                ledger.keys.put(each.side, {each.record_id: keys_of(pair.mapping, each.values, each.counterpart_id)})
            ledger.decisions.put([frozenset((side, link.ids[side]) for side in SIDES)], now)
            ledger.log.note([Happening(0, now, number, "ended", why=f"unlinked by decision{by_whom(by)}")])
    return link


def _take_stamp_off(pair: Pair, side: Side, link: Link) -> None:
    crm = pair.crms[side]
    if not crm.stores_counterpart:
        return
    (outcome,) = crm.write([Write(link.link_id, side, link.ids[side], "", stamp=True, rules={})])
    if outcome.state is State.REFUSED and _is_converted(pair, side, link.ids[side]):
        return  # nobody can edit it any more, so that it keeps the id for good
    if outcome.state not in (State.LANDED, State.GONE):
        told = "; ".join(refusal.message for refusal in outcome.refusals) or str(outcome.state)
        raise RetryLater(
            f"{side.capitalize()} did not take the other's id off record {link.ids[side]} ({told}): nothing was undone."
        )


def _is_converted(pair: Pair, side: Side, record_id: str) -> bool:
    record = pair.crms[side].get([record_id]).get(record_id)
    return record is not None and record.converted


def _review(ledger: Ledger, alike: Alike, stranger: Stranger) -> Review:
    decided = ledger.decisions.about([_ref(stranger)])
    found = []
    for record in filter(None, map(record_ref, stranger.candidates)):
        decision = decided.get(frozenset({_ref(stranger), record}))
        word = "" if decision is None else "accepted" if decision.same else "rejected"
        score = alike.score(_ref(stranger), record)
        found.append(replace(looked_up(ledger, record), score=score, decided=word))
    return Review(stranger, found)


def looked_up(ledger: Ledger, record: RecordRef) -> Compared:
    """A record as the ledger has it: a stranger, a part of a link, or gone."""
    side, record_id = record
    stranger = ledger.strangers.get(side, [record_id]).get(record_id)
    link = ledger.links.by_record(side, [record_id]).get(record_id)
    if link is None:
        return Compared(record, stranger.values if stranger is not None else {}, gone=stranger is None)
    return Compared(record, link.seen.get(side, {}) if stranger is None else stranger.values, link.link_id)


def _stranger(ledger: Ledger, review_id: str) -> Stranger:
    record = record_ref(review_id.strip())
    found = ledger.strangers.get(record[0], [record[1]]).get(record[1]) if record else None
    if found is None or found.state is not StrangerState.REVIEW:
        raise Misconfigured(
            f"Nobody waits under {review_id[:60]!r};",
            advice=Advice("`connector matches list` shows the ids.", "somebody may have decided it already."),
        )
    return found


def _chosen(stranger: Stranger, candidate_id: str, *, accept: bool) -> RecordRef:
    """The candidate that is meant; raises `Misconfigured` where that is not one."""
    known = list(filter(None, map(record_ref, stranger.candidates)))
    if accept:
        known = [record for record in known if record[0] is not stranger.side]
    wanted = record_ref(candidate_id.strip()) if candidate_id else None
    found = [record for record in known if wanted in (None, record)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{side}:{record_id}" for side, record_id in known) or "nobody"
    what = f"{candidate_id[:60]!r} is none of its candidates" if candidate_id else "it has not exactly one candidate"
    where = f" in {stranger.side.other.capitalize()}" if accept else ""
    raise Misconfigured(f"{what}{where}: {listed}. Name one of them.")


def _judge_again(ledger: Ledger, records: Sequence[RecordRef], now: Micros, why: str) -> None:
    """Let the next cycle judge these strangers anew, where they wait for a person or were left alone."""
    for side, record_id in records:
        found = ledger.strangers.get(side, [record_id]).get(record_id)
        if found is not None and found.state in (StrangerState.REVIEW, StrangerState.IGNORED):
            ledger.strangers.keep([replace(found, state=StrangerState.WAITING, reason="", candidates=())])
    (side, record_id), *_ = records
    ledger.log.note([Happening(0, now, 0, "decided", side, why=f"{side}:{record_id}: {why}")])


def _left_alone(pair: Pair, side: Side, record_id: str) -> Stranger | None:
    """A record as it is now, so that no edit from before this decision undoes it; None where it is gone."""
    record = pair.crms[side].get([record_id]).get(record_id)
    if record is None or record.deleted:
        return None
    values, created = pair.mapping.read(side, record.native, pair.tables), record.created or record.stamp
    named = record.counterpart_id
    return Stranger(side, record_id, record.stamp, created, values, named, StrangerState.IGNORED, LEFT_ALONE)


def _ref(stranger: Stranger) -> RecordRef:
    return stranger.side, stranger.record_id
