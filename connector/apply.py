"""Sending a plan, batch by batch: last look, replan, remember what is sent, send, learn from the outcome.

One thread per side sends; the cycle's own thread alone touches the ledger. Before a batch leaves, one transaction
stores every value that is on its way and holds its records, so that a crash at any point leaves "unknown", never a
wrong belief. Work is not queued anywhere else: what did not land is planned again.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from connector.core.model import SIDES, Side, Stranger, Write
from connector.core.result import Mode, Result
from connector.crm.port import Outcome
from connector.errors import RetryLater
from connector.observe import Observer
from connector.outcomes import Outcomes
from connector.overview import agree, carry_over
from connector.pair import Pair, Progress
from connector.sender import Sender
from connector.settle import settle_creates

ROUNDS = 3
"""So many times at most a cycle takes up what people edited while it wrote; each time that is less."""


def apply(
    pair: Pair,
    observer: Observer,
    result: Result,
    cycle: int,
    links: Iterable[int],
    strangers: Iterable[Stranger],
    *,
    sides: Sequence[Side] = SIDES,
    farewells: Collection[int] = (),
    mode: Mode = Mode.FULL,
    anew: bool = False,
    room: int = 0,
    stop: Callable[[], bool],
    progress: Progress,
) -> bool:
    """Bring these links into step and create these strangers on the other side; True when all of it was sent.

    Only `sides` are written to, and of links that have ended only those among `farewells`. `stop` is asked before each
    batch: what was sent is then still learned from. What people edit while we write is seen by the last looks: up to
    `room` links more are taken up for it, and `result.left` counts those that are not, where both sides were read.
    `anew`: differences that were kept are decided; of a link that was not begun, nothing is known to later cycles.
    """
    matching = mode if len(sides) == len(SIDES) else None
    senders = {side: Sender(pair, observer, result, cycle, side, matching, farewells, anew=anew) for side in sides}
    outcomes = Outcomes(pair, observer, result, cycle, senders)
    for stranger in strangers:
        if stranger.side.other in senders:
            senders[stranger.side.other].add_stranger(stranger)
    run = _Run(pair, observer, result, senders, outcomes, stop, progress)
    guarded = (result.ended, result.replaced)
    try:
        finished = run.to_the_end(links)
        ahead, ended = agree(pair, cycle, sides, anew=anew and finished)
        for _ in range(ROUNDS):
            if not finished or not ahead or len(ahead) > room:
                break
            room -= len(ahead)
            finished = run.to_the_end(ahead)
            ahead, ended = agree(pair, cycle, sides, anew=anew and finished)
    finally:
        carry_over(pair, result.ended - guarded[0], result.replaced - guarded[1])
    if finished and len(sides) == len(SIDES) and (ahead or ended):  # nobody is marked or deleted who was in no plan
        result.left = len(ahead) + len(ended)
        result.problems.append(f"leads that changed while this cycle wrote: {result.left}; {result.rest} takes them up")
    return finished


def _everywhere(senders: dict[Side, Sender], link_id: int) -> None:
    for sender in senders.values():
        sender.add_link(link_id)


class _Run:
    """The loop around both senders: one batch under way per side."""

    def __init__(
        self,
        pair: Pair,
        observer: Observer,
        result: Result,
        senders: dict[Side, Sender],
        outcomes: Outcomes,
        stop: Callable[[], bool],
        progress: Progress,
    ) -> None:
        self._pair, self._workers, self._observer, self._result = pair, pair.workers, observer, result
        self._senders, self._outcomes, self._stop, self._progress = senders, outcomes, stop, progress
        self._flying: dict[Future[Sequence[Outcome]], tuple[Sender, Sequence[Write]]] = {}
        self._total = 0

    def to_the_end(self, links: Iterable[int]) -> bool:
        """Bring these links into step with all that follows from it; True when nothing of the queues is left."""
        finished = self._queued(links)
        if settle_creates(self._pair, self._observer, self._result):  # their answers were lost, or named no record
            finished = self._queued(())
        if left := self._outcomes.read_back():
            finished = self._queued(left)
            self._outcomes.read_back()
        return finished

    def _queued(self, links: Iterable[int]) -> bool:
        """Send until nothing is left, a side is away, or we are asked to stop; True when nothing is left."""
        for link_id in links:
            _everywhere(self._senders, link_id)
        self._total = sum(len(sender) for sender in self._senders.values())
        with self._workers() as pool:
            try:
                while self._launch(pool) or self._flying:
                    self._land()
            finally:
                self._drain()
        return not any(len(sender) or sender.away for sender in self._senders.values())

    def _launch(self, pool: Executor) -> bool:
        """Start a batch on every idle side; True when a queue got shorter without anything to send."""
        again = False
        for link_id in self._observer.adopted():
            _everywhere(self._senders, link_id)
        for side, sender in self._senders.items():
            if self._busy(sender) or sender.away or not len(sender) or self._stop():
                continue
            alone = not any(len(each) or self._busy(each) for other, each in self._senders.items() if other is not side)
            before = len(sender)
            try:
                batch = sender.prepare(patient=not alone, elsewhere=self._keys_under_way())
            except RetryLater as error:
                sender.go_away(str(error))
                continue
            if batch:
                self._flying[pool.submit(sender.crm.write, batch)] = (sender, batch)
            else:
                again = again or len(sender) < before
            left = sum(len(each) for each in self._senders.values())
            self._progress("writing", max(self._total - left, 0), self._total)
        return again

    def _land(self) -> None:
        if not self._flying:
            return
        done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        for future in [each for each in self._flying if each in done]:  # in the order of sending: runs are alike
            sender, batch = self._flying.pop(future)
            self._outcomes.take(sender, batch, future.result())

    def _drain(self) -> None:
        """After an error on one side, still learn from what the other side answers."""
        while self._flying:
            future, (sender, batch) = self._flying.popitem()
            wait([future])
            if future.exception() is None:
                self._outcomes.take(sender, batch, future.result())

    def _busy(self, sender: Sender) -> bool:
        return any(each is sender for each, _ in self._flying.values())

    def _keys_under_way(self) -> frozenset[int]:
        return frozenset(write.key for _, batch in self._flying.values() for write in batch)
