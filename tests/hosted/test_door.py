"""Guessing is slow and keeps nobody else out; a flood of logins takes no more than a few threads."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
from argon2.exceptions import VerificationError

from connector.console.clients import client_of
from connector.console.door import (
    ALL_TRIES,
    AT_ONCE,
    CLIENTS,
    TRIES,
    WINDOW,
    Door,
    Role,
    TooManyAtOnce,
    TooManyTries,
    hash_of,
)
from connector.core.model import SECOND
from tests.hosted.console import HASHES, PASSWORD, VIEWERS, Browser, Clock, consoled, token_of

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
    with consoled(tmp_path, proxies=["127.0.0.1"]) as it:
        browser = it.browser()
        form = {"token": token_of(browser.get("/console/login").text), "name": "Ann", "password": "a guess of mine"}
        statuses = [browser.post("/console/login", form, X_Forwarded_For="10.0.0.9").status for _ in range(TRIES + 1)]
        assert statuses == [403] * TRIES + [429]
        assert browser.post("/console/login", form, X_Forwarded_For="10.0.0.1, 10.0.0.9").status == 429
        assert browser.post("/console/login", form | {"password": PASSWORD}).status == 303


def test_one_machine_that_makes_up_addresses_keeps_nobody_else_out(tmp_path: Path) -> None:
    """No proxy was named: what a request says of its origin is what the guesser writes, and nobody believes it."""
    with consoled(tmp_path) as it:
        it.door._hashes = dict(NO_HASH)  # so that guesses take no time
        guesser, honest = it.browser("127.0.0.1"), it.browser("127.0.0.2")
        form = {"token": token_of(guesser.get("/console/login").text), "name": "Eve", "password": "a guess of mine"}
        statuses = [
            guesser.post("/console/login", form, X_Forwarded_For=f"10.0.{number}.1").status
            for number in range(ALL_TRIES)
        ]
        assert statuses == [403] * TRIES + [429] * (ALL_TRIES - TRIES)
        it.door._hashes = dict(HASHES)
        assert honest.login(PASSWORD).status == 303
        assert [fact["text"] for fact in it.said if "CONNECTOR_CONSOLE_PROXIES" in str(fact["text"])] != []
        assert len([fact for fact in it.said if fact["event"] == "warning"]) == 1


def test_a_proxy_that_adds_a_header_line_of_its_own_tells_clients_apart(tmp_path: Path) -> None:
    """HAProxy's `option forwardfor` adds a line and leaves what the guesser sent: only the last line is the proxy's."""
    with consoled(tmp_path, proxies=["127.0.0.1"]) as it:
        it.door._hashes = dict(NO_HASH)
        browser = it.browser()
        form = {"token": token_of(browser.get("/console/login").text), "name": "Eve", "password": "a guess of mine"}
        statuses = [_through_haproxy(browser, form, f"10.0.0.{number}", "192.0.2.66") for number in range(TRIES + 1)]
        assert statuses == [403] * TRIES + [429]
        assert _through_haproxy(browser, form, "192.0.2.66", "192.0.2.67") == 403
        assert not [fact for fact in it.said if fact["event"] == "warning"]


def _through_haproxy(browser: Browser, form: dict[str, str], made_up: str, added: str) -> int:
    where = urlsplit(browser.address)
    body = urlencode(form).encode()
    with closing(http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)) as line:
        line.putrequest("POST", "/console/login")
        for name, text in (
            ("Origin", browser.address),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(body))),
            ("Cookie", "; ".join(f"{name}={text}" for name, text in browser.cookies.items())),
            ("X-Forwarded-For", made_up),
            ("X-Forwarded-For", added),
        ):
            line.putheader(name, text)
        line.endheaders(body)
        return line.getresponse().status


@pytest.mark.parametrize(
    ("peer", "lines", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["10.9.9.9"], "192.0.2.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["made up, 192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["made up", "192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["made up, 192.0.2.1, 10.244.3.7"], "192.0.2.1"),
        ("10.244.3.7", ["192.0.2.1", "10.244.0.1"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1, 10.245.0.1"], "10.245.0.1"),
        ("127.0.0.1", ["10.244.3.7"], "10.244.3.7"),
        ("::ffff:127.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1:50123"], "192.0.2.1"),
        ("127.0.0.1", ["[2001:db8::7]:50123, "], "2001:db8::/64"),
        ("2001:db8::1:2:3:4", [], "2001:db8::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        ("127.0.0.1", ["unknown"], "unknown"),
        ("127.0.0.1", ["x" * 500], "x" * 50),
        ("", ["192.0.2.1"], ""),
    ],
)
def test_a_client_is_whoever_our_own_proxies_heard(peer: str, lines: list[str], client: str) -> None:
    """The last address in all lines that is none of a proxy of ours; before it stands what anybody may make up."""
    assert client_of(peer, lines, ["127.0.0.1/32", "10.244.0.0/16"]) == client


def test_guessing_from_many_places_is_slow_and_keeps_nobody_out_who_was_not_wrong(clock: Clock) -> None:
    """Once all together were wrong so often, one wrong password is all that each of them has in a minute."""
    door = Door({Role.VIEWER: HASHES[Role.VIEWER]}, clock)
    door._hasher = Quick()  # type: ignore[assignment]  # so that guesses take no time
    for number in range(ALL_TRIES):
        guess(door, f"10.0.0.{number}", 1)
    for number in range(ALL_TRIES):
        with pytest.raises(TooManyTries):
            door.enter("Ann", "one more", f"10.0.0.{number}")
    guess(door, "10.0.1.1", 1)
    with pytest.raises(TooManyTries):
        door.enter("Ann", "one more", "10.0.1.1")
    assert door.enter("Bo", VIEWERS, "10.0.2.2")
    clock.ahead = WINDOW
    guess(door, "10.0.1.1", TRIES)


class Quick:
    """Knows a password without any effort."""

    def verify(self, known: str, password: str) -> bool:
        """As argon2 does it."""
        if password != VIEWERS:
            raise VerificationError
        return True


def test_whoever_has_to_wait_is_told_how_long(tmp_path: Path) -> None:
    """In words, and in the header that machines read; a crowd is another reason, and a shorter one."""
    clock = Clock()
    with consoled(tmp_path, clock=clock) as it:
        it.door._hashes = dict(NO_HASH)
        browser = it.browser()
        for _ in range(TRIES):
            assert browser.login("a guess of mine").status == 403
        clock.ahead = 20 * SECOND
        late = browser.login()
        assert late.status == 429
        assert 30 <= int(late.headers["retry-after"]) <= 40
        assert f"Too many wrong passwords: try again in {late.headers['retry-after']} s." in late.text
        clock.ahead = WINDOW
        for _ in range(AT_ONCE):
            it.door._few.acquire()
        crowd = browser.login()
        assert (crowd.status, crowd.headers["retry-after"]) == (429, "1")
        assert "Many people log in at this moment: try again in 1 s." in crowd.text


def test_whoever_was_wrong_too_often_takes_no_place_that_others_need(clock: Clock) -> None:
    """A flood of one machine is answered before it stands in the line; whoever stands there gets in."""
    door = Door(NO_HASH, clock)
    guess(door, "10.0.0.1", TRIES)
    for _ in range(AT_ONCE):
        door._few.acquire()
    with pytest.raises(TooManyTries) as flood:
        door.enter("Eve", "one more", "10.0.0.1")
    assert not isinstance(flood.value, TooManyAtOnce)
    with pytest.raises(TooManyAtOnce):
        door.enter("Ann", PASSWORD, "10.0.0.2")


def test_eight_people_who_log_in_in_one_moment_come_in(clock: Clock) -> None:
    """They are let in one after the other, and nobody is sent away for it."""
    door, begin = Door({Role.VIEWER: hash_of(PASSWORD)}, clock), Barrier(AT_ONCE)

    def knock(number: int) -> bool:
        begin.wait(30)
        return door.enter("Ann", PASSWORD, str(number)) is not None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert all(pool.map(knock, range(AT_ONCE)))


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
