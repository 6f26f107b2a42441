"""Alerts that really leave: through apprise to an HTTP endpoint, which may be slow, away, or no address at all."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

import pytest

from connector.alerts import MARK, Message
from connector.core.model import SECOND
from connector.errors import LedgerFailed, Misconfigured
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.troubles import Kind, Trouble
from connector.vitals import Board
from connector.watch import Send, Watch, senders
from connector.wiring import wall_clock
from tests.hosted.conftest import empty_ledger
from tests.hosted.endpoint import endpoint
from tests.hosted.stage import LIMITS

MESSAGE = Message("Lead connector: a title", "What to do: <nothing> & *more*", bad=True)


def silent(text: str, /, event: str = "job", **facts: object) -> None:
    """Nobody listens."""


def test_a_message_arrives_as_it_is() -> None:
    """Title, text and whether something is wrong; every address gets it."""
    with endpoint() as one, endpoint() as other:
        for send in senders([one.address, other.address]).values():
            assert send(MESSAGE)
            assert send(Message("well", "again", bad=False))
    for here in (one, other):
        first, second = here.received
        assert (first["title"], first["message"], first["type"]) == (MESSAGE.title, MESSAGE.body, "failure")
        assert second["type"] == "success"


def test_an_address_that_says_no_or_is_not_there_counts_as_undelivered() -> None:
    """So that it is tried again."""
    with endpoint() as here:
        here.status = 503
        (send,) = senders([here.address]).values()
        assert not send(MESSAGE)
        here.status = 200
        assert send(MESSAGE)
    assert not send(MESSAGE)


def test_without_an_address_nobody_is_told() -> None:
    """Nothing waits to be delivered, and the log does not say that something was."""
    said: list[str] = []

    def say(text: str, /, event: str = "job", **facts: object) -> None:
        said.append(text)

    board = Board(wall_clock())
    board.change(turns=1, trouble=Trouble(Kind.BRAKE, "too much", wall_clock(), "updates"))
    watch = Watch(board, empty_ledger, senders([]), LIMITS, say=say, clock=wall_clock)
    watch.look()
    assert said == []
    assert board.vitals.unsent_alerts == 0


@pytest.mark.parametrize("address", ["nonsense", "foo://hush-secret", "slack://hush-secret", "://"])
def test_an_address_that_nobody_understands_is_told_by_its_number(address: str) -> None:
    """It may hold a secret, so that it is not repeated."""
    with endpoint() as here, pytest.raises(Misconfigured, match=r"CONNECTOR_ALERT_URLS: the 2\. address") as caught:
        senders([here.address, address])
    assert "hush" not in str(caught.value)


def test_the_thread_of_the_watch_tells_a_trouble_and_its_end() -> None:
    """Within a few seconds, and once each."""
    board = Board(wall_clock())
    board.change(turns=1, success=wall_clock())
    with endpoint() as here:
        watch = Watch(board, empty_ledger, senders([here.address]), LIMITS, say=silent, clock=wall_clock)
        watch.start()
        board.change(trouble=Trouble(Kind.BRAKE, "too much", wall_clock(), "updates"))
        here.until(1)
        board.change(trouble=None)
        here.until(2)
        watch.close()
    assert [each["type"] for each in here.received] == ["failure", "success"]


def test_the_last_word_of_a_job_that_ends_is_sent() -> None:
    """What happened right before the end is looked at once more."""
    board = Board(wall_clock())
    with endpoint() as here:
        watch = Watch(board, empty_ledger, senders([here.address]), LIMITS, say=silent, clock=wall_clock)
        watch.start()
        board.change(turns=1, trouble=Trouble(Kind.STOPPED, "a wrong password", wall_clock()))
        watch.close()
    assert "a wrong password" in here.received[0]["message"]


def test_an_endpoint_that_hangs_does_not_hold_up_the_end() -> None:
    """The job ends in time; the alert waits for the next start."""
    board = Board(wall_clock())
    board.change(turns=1, trouble=Trouble(Kind.BRAKE, "too much", wall_clock(), "updates"))
    with endpoint() as here:
        here.hangs = 3
        watch = Watch(board, empty_ledger, senders([here.address]), LIMITS, say=silent, clock=wall_clock)
        watch.start()
        time.sleep(1.2)
        begun = time.monotonic()
        watch.close(0.5)
        assert time.monotonic() - begun < 1.5


def test_a_machine_that_slept_is_nobody_to_blame_for() -> None:
    """Eight hours without a cycle are no alert when nobody looked either; what is due then is due at once."""
    times, woken = [wall_clock()], [0]

    def woke() -> None:
        woken[0] += 1

    board = Board(times[0])
    board.change(turns=1, backfilled=True, success=times[0], due=times[0] + 60 * SECOND)
    sent: list[Message] = []
    watch = Watch(
        board,
        empty_ledger,
        {"them": lambda message: not sent.append(message)},  # type: ignore[func-returns-value]
        LIMITS,
        say=silent,
        clock=lambda: times[0],
        woke=woke,
    )
    watch.look()
    times[0] += 8 * 3600 * SECOND
    watch.look()
    assert (sent, woken[0]) == ([], 1)
    for _ in range(LIMITS.stale // SECOND // 20):
        times[0] += 20 * SECOND
        watch.look()
    assert [message.title for message in sent] == ["Lead connector: No cycle was successful for 10 min"]
    assert woken[0] == 1


def test_a_ledger_that_is_lost_is_alerted_all_the_same() -> None:
    """It may be what there is to tell; what cannot be kept is said once, not every second."""

    @contextmanager
    def lost() -> Iterator[Ledger]:
        raise LedgerFailed("disk full")
        yield

    said: list[str] = []

    def say(text: str, /, event: str = "job", **facts: object) -> None:
        said.append(text)

    board = Board(wall_clock())
    board.change(turns=1, trouble=Trouble(Kind.STOPPED, "disk full", wall_clock()))
    with endpoint() as here:
        watch = Watch(board, lost, senders([here.address]), LIMITS, say=say, clock=wall_clock)
        for _ in range(5):
            watch.look()
    assert [each["type"] for each in here.received] == ["failure"]
    assert len(said) <= 3


def test_an_address_that_is_dead_repeats_nothing_to_the_others() -> None:
    """Who was told is told no more, over a restart, until it is over; who was not told is not told of the end."""
    times, board = [wall_clock()], Board(wall_clock())
    board.change(turns=1, success=times[0], trouble=Trouble(Kind.BRAKE, "too much", times[0], "updates"))
    with closing(SqliteLedger.open(":memory:")) as ledger, endpoint() as good, endpoint() as dead:
        dead.status = 503
        sends = senders([dead.address, good.address])

        def start() -> Watch:
            return Watch(board, lambda: nullcontext(ledger), sends, LIMITS, say=silent, clock=lambda: times[0])

        def look(watch: Watch) -> None:
            for _ in range(3):
                times[0] += 20 * SECOND
                watch.look()

        look(watch := start())
        look(watch := start())
        assert [each["type"] for each in good.received] == ["failure"]
        assert board.vitals.unsent_alerts
        board.change(trouble=None, success=times[0])
        tried = len(dead.received)
        dead.status = 200
        look(watch)
        assert [each["type"] for each in good.received] == ["failure", "success"]
        assert len(dead.received) == tried
        assert not board.vitals.unsent_alerts
        assert not ledger.log.marks(MARK)


def test_an_address_that_comes_back_or_is_new_is_told_what_is_wrong_now() -> None:
    """And of the end, which one that has gone meanwhile does not hold up."""
    times, board = [wall_clock()], Board(wall_clock())
    board.change(turns=1, success=times[0], trouble=Trouble(Kind.BRAKE, "too much", times[0], "updates"))
    got: dict[str, list[bool]] = {"one": [], "two": [], "three": []}

    def taking(who: str) -> Send:
        return lambda message: not got[who].append(message.bad)  # type: ignore[func-returns-value]

    with closing(SqliteLedger.open(":memory:")) as ledger:
        for names in (["one", "two"], ["two", "three"]):
            sends = {who: taking(who) for who in names}
            watch = Watch(board, lambda: nullcontext(ledger), sends, LIMITS, say=silent, clock=lambda: times[0])
            watch.look()
        board.change(trouble=None, success=times[0])
        watch.look()
        assert got == {"one": [True], "two": [True, False], "three": [True, False]}
        assert not ledger.log.marks(MARK)
