"""Reading both sides at once, page by page, on two threads; the ledger is fed by the cycle's own thread."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, wait
from queue import Queue
from threading import Event

from connector.core.guard import hiding, is_believable
from connector.core.model import SIDES, Micros, Side, StrangerState
from connector.core.result import Result
from connector.crm.port import Page
from connector.errors import ConnectorError, RetryLater
from connector.ledger.port import Ledger
from connector.observe import Observer
from connector.pair import Pair, Progress

PAGES_AHEAD = 8
"""So many pages may wait in memory until the ledger has taken them."""


def poll(
    pair: Pair,
    observer: Observer,
    result: Result,
    *,
    everything: Collection[Side],
    progress: Progress,
    stop: Callable[[], bool],
) -> tuple[Side, ...]:
    """Fold every changed record (of the sides in `everything`: every record) into the ledger; the sides read whole.

    A side that is away is left out and told as a problem, and in a preview one whose listing has shrunk; any other
    error is raised. `stop` is asked between pages: none is read whole then.
    """
    since = {side: None if side in everything or not listed(pair.ledger, side) else _from(pair, side) for side in SIDES}
    linked = pair.ledger.links.counts().live
    answers: Queue[_Answer] = Queue(PAGES_AHEAD)
    cancelled = Event()
    whole: list[Side] = []
    with pair.workers() as pool:
        readers = [pool.submit(_read, pair, side, since[side], answers, cancelled) for side in SIDES]
        try:
            for side, page, at in _pages(answers, whole, result):
                if stop():
                    return ()
                observer.page(side, page, at)
                progress("reading", sum(count.read for count in result.sides.values()), None)
        finally:
            cancelled.set()
            _drain(answers, readers)
    shrunken = [
        side for side in whole if since[side] is None and not observer.believes(side, observer.listed(side), linked)
    ]
    whole = [side for side in whole if side not in shrunken]
    sure = [side for side in whole if _confirmed(pair, observer, result, side, listing=since[side] is None)]
    for side in sure:
        pair.ledger.log.set_mark(f"listed.{side}", "yes")
        result.sides[side].whole = True
    return tuple(side for side in SIDES if side in sure)


def listed(ledger: Ledger, side: Side) -> bool:
    """Whether this side was once read to the end."""
    return bool(ledger.log.mark(f"listed.{side}"))


def _confirmed(pair: Pair, observer: Observer, result: Result, side: Side, *, listing: bool) -> bool:
    """Whether everybody whom this side did not show was asked for by id: absence is believed only then.

    A full listing shows no deletes, and Operate tells of none at all. One that hides who is there is no whole one.
    """
    hidden: list[str] = []
    try:
        if listing:
            hidden += observer.confirm_links(side)
        observer.reread()
        hidden += observer.confirm_strangers(side, StrangerState if listing else (StrangerState.WAITING,))
    except RetryLater as problem:
        result.problems.append(f"{side} could not be read: {problem}")
        return False
    listed = observer.listed(side)
    if listing and not is_believable(listed, len(hidden)):
        result.hides = True
        result.problems.append(hiding(side, listed, hidden))
        return False
    return True


_Answer = tuple[Side, Page | ConnectorError | Exception | None, Micros]
"""What a side answered, and when that was, by our clock."""


def _from(pair: Pair, side: Side) -> Micros:
    return int(pair.ledger.log.mark(f"cursor.{side}") or 0) - pair.timing.overlap


def _pages(answers: "Queue[_Answer]", whole: list[Side], result: Result) -> Iterator[tuple[Side, Page, Micros]]:
    open_sides = set(SIDES)
    while open_sides:
        side, answer, at = answers.get()
        if isinstance(answer, Page):
            yield side, answer, at
            continue
        open_sides.discard(side)
        if answer is None:
            whole.append(side)
        elif isinstance(answer, RetryLater):
            result.problems.append(f"{side} could not be read: {answer}")
        else:
            raise answer


def _read(pair: Pair, side: Side, since: Micros | None, answers: "Queue[_Answer]", cancelled: Event) -> None:
    """Read one side and hand over its pages; None is the end, an exception the reason why there is no end."""
    try:
        for page in pair.crms[side].changes(since):
            if cancelled.is_set():
                return
            answers.put((side, page, pair.clock()))
        answers.put((side, None, pair.clock()))
    except Exception as error:  # noqa: BLE001 - handed over to the cycle's thread, which raises it
        answers.put((side, error, pair.clock()))


def _drain(answers: "Queue[_Answer]", readers: Sequence[Future[None]]) -> None:
    """Throw away what readers still hand over, so that they can end."""
    while not all(reader.done() for reader in readers):
        while not answers.empty():
            answers.get()
        wait(readers, timeout=0.05)
