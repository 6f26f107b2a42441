"""Finding out what became of requests whose answer was lost: open creates, and records on hold. Never sends."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import replace

from connector.core.model import SECOND, Intent, Link, LinkState, Micros, Record, Side, Stranger
from connector.core.result import Result
from connector.errors import RetryLater
from connector.observe import Observer
from connector.pair import Pair

LOOKUPS = 2
"""So many empty look-ups after the hold are believed: an empty search right after a timeout proves nothing."""
CLOCKS = 600 * SECOND
"""So far our clock and a CRM's may be apart when the records made since an intent are searched."""


def settle(pair: Pair, observer: Observer, result: Result) -> None:
    """Settle open creates, then release records whose hold is over. A side that is away is left for later."""
    settle_creates(pair, observer, result)
    for side in Side:
        try:
            _release(pair, observer, side)
        except RetryLater as problem:
            result.problems.append(f"{side} could not be asked about open writes: {problem}")


def settle_creates(pair: Pair, observer: Observer, result: Result) -> list[int]:
    """Look for what open creates made; the links that were found. Asks nothing where no create is open."""
    found: list[int] = []
    for side in Side:
        try:
            found += _settle_creates(pair, observer, side)
        except RetryLater as problem:
            result.problems.append(f"{side} could not be asked about open creates: {problem}")
    return found


def _settle_creates(pair: Pair, observer: Observer, side: Side) -> Iterable[int]:
    intents = {intent.link_id: intent for intent in pair.ledger.intents.open() if intent.side is side}
    if not intents:
        return ()
    links = pair.ledger.links.get(list(intents))
    found = _found(pair, side, intents, links)
    with pair.ledger.transaction():
        for link_id, intent in intents.items():
            link = links.get(link_id)
            if link is None or link.state is not LinkState.OPEN:
                pair.ledger.intents.done([link_id])
            elif link_id in found:
                observer.adopt(link, found[link_id])
            elif pair.clock() >= intent.hold_until:
                _not_there(pair, link, intent)
    return found


def _found(pair: Pair, side: Side, intents: Map[int, Intent], links: Map[int, Link]) -> dict[int, Record]:
    """The records that these creates made, by link."""
    crm = pair.crms[side]
    if crm.stores_counterpart:
        by_source = {intent.source_id: link_id for link_id, intent in intents.items()}
        records = crm.find(list(by_source))
        return {by_source[r.counterpart_id]: r for r in records if r.counterpart_id in by_source}
    oldest = min(intent.at for intent in intents.values())
    records = [r for page in crm.changes(oldest - CLOCKS) for r in page.records if r.created >= oldest - CLOCKS]
    linked = pair.ledger.links.by_record(side, [record.record_id for record in records])
    free = [record for record in records if record.record_id not in linked]
    found: dict[int, Record] = {}
    for link_id, link in links.items():
        like = [record for record in free if _made_of(pair, link, record)]
        if len({record.record_id for record in like}) == 1:
            found[link_id] = like[0]
            free = [record for record in free if record.record_id != like[0].record_id]
    return found


def _made_of(pair: Pair, link: Link, record: Record) -> bool:
    """Whether a record holds everything that a create sent."""
    side = record.side
    values = pair.mapping.read(side, record.native, pair.tables)
    sent = {name: each[-1].value for name, each in link.sent.get(side, {}).items() if each}
    wanted = {**link.fillers.get(side, {}), **sent}
    return bool(wanted) and all(
        pair.mapping.rules[name].is_form_of(side, value, values.get(name, ""), pair.tables)
        for name, value in wanted.items()
        if name in pair.mapping.rules
    )


def _not_there(pair: Pair, link: Link, intent: Intent) -> None:
    """Looked up in vain after the hold: the second time it is believed, and the source is a stranger again."""
    if intent.empty_lookups + 1 < LOOKUPS:
        pair.ledger.intents.put([replace(intent, empty_lookups=intent.empty_lookups + 1)])
        return
    pair.ledger.intents.done([link.link_id])
    pair.ledger.links.drop(link.link_id)
    pair.ledger.strangers.keep([stranger_of(link, intent.side.other)])


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
        pair.ledger.links.save(
            [
                replace(link, held={each: until for each, until in link.held.items() if each is not side})
                for link in links.values()
                if link.held.get(side, now + 1) <= now
            ]
        )


def _held_until(pair: Pair, side: Side, now: Micros) -> Sequence[Link]:
    over: list[Link] = []
    after = 0
    while links := pair.ledger.links.to_do(after):
        over += [link for link in links if link.held.get(side, now + 1) <= now]
        after = links[-1].link_id
    return over
