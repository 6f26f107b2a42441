"""What recipients heard, over a start on a ledger that cannot even be opened."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from connector.alerts import MARK, Message
from connector.core.model import SECOND
from connector.errors import LedgerFailed
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.troubles import Kind, Trouble
from connector.vitals import Board
from connector.watch import Watch
from connector.wiring import wall_clock
from tests.hosted.stage import LIMITS
from tests.hosted.test_watch import silent


class Paper:
    """A note in memory."""

    def __init__(self) -> None:
        self.text = ""

    def read(self) -> str:
        """What is on it."""
        return self.text

    def write(self, text: str) -> bool:
        """There is always room."""
        self.text = text
        return True


def parked(count: int, cycle: int) -> Board:
    """A job that works, and so many leads that wait for a person."""
    now = wall_clock()
    board = Board(now)
    board.change(turns=1, cycle=cycle, parked=count, success=now, backfilled=True, reached=True)
    return board


def ended() -> Board:
    """A job that has ended before it could do anything."""
    now = wall_clock()
    board = Board(now)
    board.change(blind=True, trouble=Trouble(Kind.STOPPED, "the disk is full", now + SECOND))
    return board


@pytest.mark.parametrize("noted", [True, False])
def test_what_was_told_before_is_known_after_a_start_on_a_ledger_that_cannot_be_opened(*, noted: bool) -> None:
    """One alert about parked leads, a start that fails on the ledger, a start that works: nobody is told twice."""
    received: list[str] = []
    broken = [False]
    note = Paper()

    def send(message: Message) -> bool:
        received.append(message.title)
        return True

    with closing(SqliteLedger.open(":memory:")) as ledger:
        opened = [0]

        @contextmanager
        def reading() -> Iterator[Ledger]:
            if broken[0]:
                raise LedgerFailed("the disk is full")
            yield ledger

        @contextmanager
        def writing() -> Iterator[Ledger]:
            opened[0] += 1
            if broken[0] and noted:
                raise LedgerFailed("the disk is full")
            yield ledger  # not noted: there is room again a moment later

        def watch(board: Board) -> Watch:
            return Watch(
                board, reading, {"a": send}, LIMITS, say=silent, clock=wall_clock, keep_ledger=writing, note=note
            )

        watch(parked(LIMITS.parked + 5, cycle=3)).look()
        assert received == [received[0]]
        broken[0] = True
        watch(ended()).look()
        broken[0] = False
        watch(parked(LIMITS.parked + 5, cycle=4)).look()
        waits = [title for title in received if "wait" in title]
        assert len(waits) == 1, (received, ledger.log.marks(MARK))


def test_an_alert_that_is_over_is_told_as_over_after_such_a_start() -> None:
    """The parked leads were decided meanwhile: somebody who was told of them reads that."""
    received: list[str] = []
    broken = [False]
    note = Paper()

    def send(message: Message) -> bool:
        received.append(message.title + message.body)
        return True

    with closing(SqliteLedger.open(":memory:")) as ledger:

        @contextmanager
        def opening() -> Iterator[Ledger]:
            if broken[0]:
                raise LedgerFailed("the disk is full")
            yield ledger

        def watch(board: Board) -> Watch:
            return Watch(
                board, opening, {"a": send}, LIMITS, say=silent, clock=wall_clock, keep_ledger=opening, note=note
            )

        watch(parked(LIMITS.parked + 5, cycle=3)).look()
        broken[0] = True
        watch(ended()).look()
        broken[0] = False
        watch(parked(0, cycle=4)).look()
        assert any("Fewer leads wait" in each for each in received), received
