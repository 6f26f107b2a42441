"""Finding out what became of requests whose answer was lost: open creates, and records on hold. Never sends."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from connector.core.fold import holds_create, last_sent
from connector.core.model import Intent, Link, LinkState, Micros, Record, Side, Stranger, StrangerState, without_hold
from connector.core.result import Result
from connector.errors import RetryLater
from connector.ledger.walk import pages
from connector.observe import Observer
from connector.pair import CLOCKS, Pair

LOOKUPS = 2
"""So many empty look-ups after the hold are believed: an empty search right after a timeout proves nothing."""


def settle(pair: Pair, observer: Observer, result: Result) -> None:
    """Settle open creates, then release records whose hold is over. A side that is away is left for later."""
    settle_creates(pair, observer, result)
    for side in Side:
        try:
            _release(pair, observer, side)
        except RetryLater as problem:
            result.problems.append(f"{side.capitalize()} could not be asked about open writes: {problem}")


def settle_creates(pair: Pair, observer: Observer, result: Result) -> bool:
    """Look for what open creates made; whether anything was found. Asks nothing where no create is open."""
    found = False
    for side in Side:
        try:
            found = _settle_creates(pair, observer, side) or found
        except RetryLater as problem:
            result.problems.append(f"{side.capitalize()} could not be asked about open creates: {problem}")
    return found


def _settle_creates(pair: Pair, observer: Observer, side: Side) -> bool:
    intents = {intent.link_id: intent for intent in pair.ledger.intents.open() if intent.side is side}
    if not intents:
        return False
    links = pair.ledger.links.get(list(intents))
    found, doubtful = _found(pair, observer, side, intents, links)
    with pair.ledger.transaction():
        for link_id, intent in intents.items():
            link = links.get(link_id)
            if link is None or link.state is not LinkState.OPEN:
                pair.ledger.intents.done([link_id])
            elif link_id in found:
                observer.adopt(link, found[link_id])
            elif pair.clock() >= intent.hold_until:
                if link_id in doubtful:
                    _undecided(pair, observer, link, intent, doubtful[link_id])
                else:
                    _not_there(pair, link, intent)
    return bool(found)


Found = tuple[dict[int, Record], dict[int, list[Record]]]
"""The record that a create made, by link; and, where that is not clear, those that may be it."""


def _found(pair: Pair, observer: Observer, side: Side, intents: Map[int, Intent], links: Map[int, Link]) -> Found:
    crm = pair.crms[side]
    if not crm.stores_counterpart:
        return _by_values(pair, observer, side, intents, links)
    by_source = {intent.source_id: link_id for link_id, intent in intents.items()}
    found = reversed(crm.find(list(by_source)))  # a live record goes before one in the bin, which was made as well
    return {by_source[r.counterpart_id]: r for r in found if r.counterpart_id in by_source}, {}


def _by_values(pair: Pair, observer: Observer, side: Side, intents: Map[int, Intent], links: Map[int, Link]) -> Found:
    """Where records carry no counterpart id, a create is known by what it sent and when."""
    oldest = min(intent.at for intent in intents.values()) - CLOCKS
    records = [record for page in pair.crms[side].changes(oldest) for record in page.records]
    linked = pair.ledger.links.by_record(side, [record.record_id for record in records])
    observer.records(side, [record for record in records if record.record_id in linked])  # what was shown is known
    free = {r.record_id: r for r in records if r.created >= oldest and r.record_id not in linked and not r.deleted}
    values = {key: pair.mapping.read(side, record.native, pair.tables) for key, record in free.items()}
    found: dict[int, Record] = {}
    doubtful: dict[int, list[Record]] = {}
    for link_id in sorted(links, key=lambda each: intents[each].at):
        alike = [key for key in free if holds_create(links[link_id], side, values[key], pair.mapping, pair.tables)]
        twins = [each for each in links if each not in found and _sent_alike(links[each], links[link_id], side)]
        if len(alike) > len(twins):
            doubtful[link_id] = [free[key] for key in sorted(alike)]
        elif alike:  # creates that sent the same: whichever record is whose, they are equal
            found[link_id] = free.pop(min(alike, key=lambda key: (free[key].created, key)))
    return found, doubtful


def _sent_alike(one: Link, other: Link, side: Side) -> bool:
    return one.fillers.get(side) == other.fillers.get(side) and last_sent(one, side) == last_sent(other, side)


def _not_there(pair: Pair, link: Link, intent: Intent) -> None:
    """Looked up in vain after the hold: the second time it is believed, and the source is a stranger again."""
    if intent.empty_lookups + 1 < LOOKUPS:
        pair.ledger.intents.put([replace(intent, empty_lookups=intent.empty_lookups + 1)])
        return
    pair.ledger.intents.done([link.link_id])
    pair.ledger.links.drop(link.link_id)
    if not link.ended:
        pair.ledger.strangers.keep([stranger_of(link, intent.side.other)])


def _undecided(pair: Pair, observer: Observer, link: Link, intent: Intent, alike: Sequence[Record]) -> None:
    """Several records may be what a create made: a person decides, and nothing is sent again meanwhile."""
    side = intent.side
    pair.ledger.intents.done([link.link_id])
    pair.ledger.links.drop(link.link_id)
    if link.ended:
        return
    source = stranger_of(link, side.other)
    reason = f"its create in {side.capitalize()} got no answer, and more than one lead there may be it"
    candidates = tuple(f"{side}:{record.record_id}" for record in alike)
    observer.records(side, alike)
    found = pair.ledger.strangers.get(side, [record.record_id for record in alike]).values()
    told = f"may have been made for {side.other.capitalize()} {source.record_id}, whose create got no answer"
    back = f"{side.other}:{source.record_id}"
    pair.ledger.strangers.keep(
        [
            _asked_about(source, reason, candidates),
            *(_asked_about(each, told, (back,)) for each in found),
        ]
    )


def _asked_about(stranger: Stranger, reason: str, candidates: tuple[str, ...]) -> Stranger:
    return replace(stranger, state=StrangerState.REVIEW, reason=reason, candidates=candidates, refused=None)


def stranger_of(link: Link, side: Side) -> Stranger:
    """The source of an open create as a stranger again."""
    stamp = link.stamps.get(side, 0)
    return Stranger(side, link.ids[side], stamp, stamp, dict(link.seen.get(side, {})))


def _release(pair: Pair, observer: Observer, side: Side) -> None:
    """Read the records whose hold is over: no request of ours can still arrive, so what they show is the truth."""
    now = pair.clock()
    over = _held_until(pair, side, now)
    if not over:
        return
    observer.fresh(side, [link.ids[side] for link in over])
    links = pair.ledger.links.get([link.link_id for link in over])
    with pair.ledger.transaction():
        over = [link for link in links.values() if link.held.get(side, now + 1) <= now]
        pair.ledger.links.save([without_hold(link, side) for link in over])


def _held_until(pair: Pair, side: Side, now: Micros) -> Sequence[Link]:
    waiting = chain.from_iterable(pages(pair.ledger.links.to_do))
    return [link for link in waiting if link.held.get(side, now + 1) <= now]
