"""The sweep: a side as a whole against the ledger, for what its listing of changes never tells.

Deletes in Operate leave no trace, and what is committed longer ago than the overlap is listed nowhere. So ids and
stamps are compared daily, and weekly every mapped value: the poll then reads the side in full (`unread`).
"""

from collections.abc import Callable, Collection, Iterator
from itertools import chain

from connector.core import ends
from connector.core.model import SECOND, SIDES, Micros, Side, StrangerState
from connector.core.result import Result
from connector.errors import RetryLater, Unreadable
from connector.ledger.port import Ledger
from connector.ledger.walk import pages, portions
from connector.observe import Observer
from connector.pair import THERE, Pair, Timing, keep_requests

DEPTHS = ("ids", "values")
LISTED = 20_000
"""After so many ids it is written down how many requests they took."""
HALF_A_DAY = 43_200 * SECOND
"""So much younger than its age a comparison of values may be where the clock asks: a sweep takes time, days differ."""
PORTION = 500
"""So many records are read again at once; whoever asks to stop waits no longer than for these."""


def unread(pair: Pair) -> tuple[Side, ...]:
    """The sides of which every value has to be read again."""
    return tuple(side for side in SIDES if _due(pair, side, "values"))


def sweep(
    pair: Pair,
    observer: Observer,
    result: Result,
    sides: tuple[Side, ...],
    *,
    everything: Collection[Side],
    stop: Callable[[], bool],
) -> tuple[Side, ...]:
    """Compare ids and stamps of those `sides` where that is due, after they were polled; the sides, or none if stopped.

    Of `everything` the poll has read all there is. What cannot be read is told as a problem and swept in the next
    cycle. Raises `Braked` for a listing that has shrunk; a preview goes on without it.
    """
    for side in sides:
        if side in everything:
            result.sides[side].swept = result.sides[side].read
            _mark(pair, observer, side, "ids", "values")
        elif _due(pair, side, "ids"):
            try:
                if not _ids(pair, observer, result, side, stop):
                    return ()
            except (RetryLater, Unreadable) as problem:
                result.problems.append(f"{side} could not be swept, the next cycle tries again: {problem}")
            else:
                _mark(pair, observer, side, "ids")
    return sides


def swept(ledger: Ledger) -> dict[Side, dict[str, Micros]]:
    """When each side was compared last, by ids and by values (0: never)."""
    return {side: {depth: _last(ledger, side, depth) for depth in DEPTHS} for side in SIDES}


def comes(ledger: Ledger, timing: Timing) -> Micros:
    """When the next comparison is due by its age."""
    every = {"ids": timing.ids_every, "values": timing.values_every}
    return min(last + every[depth] for each in swept(ledger).values() for depth, last in each.items())


def _due(pair: Pair, side: Side, depth: str) -> bool:
    """Whether a comparison is due: by its age, or, where the clock asks, once since the last time it did."""
    timing, last = pair.timing, _last(pair.ledger, side, depth)
    every = timing.ids_every if depth == "ids" else timing.values_every
    if timing.asked is None:
        return pair.clock() - last >= every
    if last >= timing.asked:
        return False
    return depth == "ids" or timing.asked - last >= every - HALF_A_DAY


def _last(ledger: Ledger, side: Side, depth: str) -> Micros:
    return int(ledger.log.mark(f"swept.{depth}.{side}") or 0)


def _mark(pair: Pair, observer: Observer, side: Side, *depths: str) -> None:
    """Write down that a side was compared; its poll was begun before anybody was looked for."""
    pair.ledger.log.set_mark(THERE + side, str(observer.clocks[side]))
    for depth in depths:
        pair.ledger.log.set_mark(f"swept.{depth}.{side}", str(pair.clock()))


def _ids(pair: Pair, observer: Observer, result: Result, side: Side, stop: Callable[[], bool]) -> bool:
    """Read again what one side lists and the ledger does not know so, or does not list any more; False if stopped.

    Whoever is missing from the listing is asked for by id: that alone is believed. Only ids and stamps of one side
    are in memory, and nothing has to be remembered in between: a second run finds less to do.
    """
    listed: dict[str, Micros] = {}
    for part in portions(pair.crms[side].ids(), LISTED):
        listed.update(part)
        with pair.ledger.transaction():
            keep_requests(pair)
    if not observer.believes(side, len(listed), pair.ledger.links.counts().live):
        return True
    count, ended = result.sides[side], result.ended
    count.swept = len(listed)
    for changed, ids in ((False, _missing(pair, side, listed)), (True, _changed(pair, side, listed))):
        for portion in portions(ids, PORTION):
            if stop():
                return False
            observer.fresh(side, portion)
            count.missed += len(portion) if changed else 0
    count.gone += result.ended - ended
    return True


def _missing(pair: Pair, side: Side, listed: Collection[str]) -> Iterator[str]:
    """Who is known to be there, and is not listed."""
    for link in chain.from_iterable(pages(pair.ledger.links.all)):
        record_id = link.ids.get(side, "")
        if record_id and not link.ended and record_id not in listed:
            yield record_id
    for state in StrangerState:
        known = [each.record_id for each in pair.ledger.strangers.inside(state, side)]
        yield from (record_id for record_id in known if record_id not in listed)


def _changed(pair: Pair, side: Side, listed: dict[str, Micros]) -> Iterator[str]:
    """Who is listed and new, changed since the ledger saw it last, or back. Takes everybody out of `listed`."""
    for link in chain.from_iterable(pages(pair.ledger.links.all)):
        stamp = listed.pop(link.ids.get(side, ""), 0)
        if stamp > link.stamps.get(side, 0) or (stamp and link.ended == ends.deleted(side)):
            yield link.ids[side]
    for ids in portions(listed, PORTION):
        known = pair.ledger.strangers.get(side, ids)
        yield from (each for each in ids if each not in known or listed[each] > known[each].stamp)
