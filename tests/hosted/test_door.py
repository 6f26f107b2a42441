"""Guessing is slow and keeps nobody else out; a flood of logins takes no more than a few threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from connector.console.door import ALL_TRIES, AT_ONCE, CLIENTS, TRIES, WINDOW, Door, Role, TooManyTries, hash_of
from tests.hosted.console import PASSWORD, Clock, consoled, token_of

NO_HASH = {Role.OPERATOR: "nobody's"}


@pytest.fixture
def clock() -> Clock:
    """A clock that a test moves."""
    return Clock()


def guess(door: Door, client: str, times: int) -> None:
    """Somebody is wrong so often."""
    for number in range(times):
        assert door.enter("Ann", f"guess number {number}", client) is None


def test_whoever_guesses_keeps_nobody_else_out(tmp_path: Path) -> None:
    """Behind a proxy people are told apart by what it says of them, also where it passes on what they made up."""
    with consoled(tmp_path) as it:
        browser = it.browser()
        form = {"token": token_of(browser.get("/console/login").text), "name": "Ann", "password": "a guess of mine"}
        statuses = [browser.post("/console/login", form, X_Forwarded_For="10.0.0.9").status for _ in range(TRIES + 1)]
        assert statuses == [403] * TRIES + [429]
        assert browser.post("/console/login", form, X_Forwarded_For="10.0.0.1, 10.0.0.9").status == 429
        assert browser.post("/console/login", form | {"password": PASSWORD}).status == 303


def test_guessing_from_many_places_is_slow_too(clock: Clock) -> None:
    """A limit for all of them together, until the minute is over."""
    door = Door(NO_HASH, clock)
    for number in range(ALL_TRIES // TRIES):
        guess(door, f"10.0.0.{number}", TRIES)
    with pytest.raises(TooManyTries):
        door.enter("Ann", "one more", "10.0.1.1")
    clock.ahead = WINDOW
    guess(door, "10.0.1.1", 1)


def test_only_so_many_clients_are_remembered(clock: Clock) -> None:
    """The oldest goes first: memory is bounded, whoever knocks."""
    door = Door(NO_HASH, clock)
    for number in range(CLIENTS + 50):
        clock.ahead += WINDOW
        guess(door, str(number), 1)
    assert len(door._wrong_by) == CLIENTS


def test_a_flood_of_logins_is_answered_at_once(clock: Clock) -> None:
    """A few are tried, the others are told to wait; afterwards there is room again."""
    door, begin = Door({Role.VIEWER: hash_of(PASSWORD)}, clock), Barrier(8 * AT_ONCE)

    def knock(number: int) -> str:
        begin.wait(30)
        try:
            return "in" if door.enter("Ann", PASSWORD, str(number)) else "out"
        except TooManyTries:
            return "told to wait"

    with ThreadPoolExecutor(8 * AT_ONCE) as pool:
        answers = list(pool.map(knock, range(8 * AT_ONCE)))
    assert set(answers) == {"in", "told to wait"}
    assert answers.count("in") >= AT_ONCE
    assert door.enter("Ann", PASSWORD, "later")
