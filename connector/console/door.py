"""Who may come in: names and passwords, sessions in memory, and tokens that no other site can know.

A session is a random token in a cookie; it ends with the process, after `IDLE` without a request, and after `LONGEST`.
Whoever came in without a session has a token, too: it stands for nobody, and only ties a form to a browser.
"""

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import BoundedSemaphore, Lock
from typing import Protocol, Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connector.core.model import SECOND, Micros
from connector.pause import named
from connector.report.words import elapsed

IDLE = 2 * 3600 * SECOND
LONGEST = 12 * 3600 * SECOND
MOST = 200
"""Sessions at once; the oldest goes first."""
TRIES, ALL_TRIES, WINDOW = 10, 100, 60 * SECOND
"""After so many wrong passwords of a client in so much time none of its is tried for a while; after so many of all, one
is enough for that. So guessing is slow, from many places too, and keeps nobody out who was not wrong lately."""
CLIENTS = 1000
"""So many clients with wrong passwords are remembered; the oldest goes first."""
AT_ONCE = 8
"""So many logins at once, waiting ones included: each takes memory and time, and pages need threads, too. One after the
other, they are through in a second or two."""
V = TypeVar("V")


class Role(StrEnum):
    """What somebody may do."""

    VIEWER = "viewer"
    """Look at everything."""
    OPERATOR = "operator"
    """Decide, too."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody at the console, by the name that they gave."""

    name: str
    role: Role

    @property
    def decides(self) -> bool:
        """Whether they may do more than look."""
        return self.role is Role.OPERATOR


LOCAL = User("somebody at this machine", Role.OPERATOR)
"""Everybody, where there is no login."""


class TooManyTries(Exception):
    """Too many wrong passwords lately: after so many `seconds` one is tried again. `told` is for whoever waits."""

    def __init__(self, seconds: int, why: str = "Too many wrong passwords") -> None:
        super().__init__(why)
        self.seconds, self.told = seconds, f"{why}: try again in {elapsed(seconds * SECOND)}."


class TooManyAtOnce(TooManyTries):
    """Too many logins in this moment, whoever they are of."""

    def __init__(self) -> None:
        super().__init__(1, "Many people log in at this moment")


class NotIn(Exception):
    """Somebody was not let in: `text` is for them, `reason` for whoever looks after the job; neither has a value.

    `status` is 403 where it is about them, and 503 where it is about the login.
    """

    def __init__(self, text: str, reason: str, status: int = 403) -> None:
        super().__init__(text)
        self.text, self.reason, self.status = text, reason, status


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a browser takes along to the company's login and back, so that it is given nobody else's answer."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Self:
        """A ticket of one login."""
        return cls(fresh(), fresh(), fresh())

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The ticket as a browser brings it back."""
        parts = text.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    def __str__(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"


class Elsewhere(Protocol):
    """A login that is not ours. Both methods raise `NotIn`."""

    home: str
    """The address of the console to which it sends people back."""

    def address(self, ticket: Ticket) -> str:
        """Where a browser has to go to log in."""
        ...

    def user(self, ticket: Ticket, answer: Map[str, str]) -> User:
        """Who came back with this answer."""
        ...


@dataclass(frozen=True, slots=True)
class _Session:
    user: User
    since: Micros
    used: Micros


class Door:
    """Names, passwords and sessions. For any thread. Without `hashes` and a login elsewhere, everybody is `LOCAL`.

    `clock` only has to go forward: one that somebody may set would keep everybody out, or a session in. `proxies` are
    the addresses and networks of those that stand before it.
    """

    def __init__(
        self,
        hashes: Map[Role, str],
        clock: Callable[[], Micros],
        elsewhere: Elsewhere | None = None,
        proxies: Sequence[str] = (),
    ) -> None:
        self._hashes, self._clock, self.elsewhere, self.proxies = dict(hashes), clock, elsewhere, tuple(proxies)
        self._key = secrets.token_bytes(32)
        self._lock, self._one, self._few = Lock(), Lock(), BoundedSemaphore(AT_ONCE)
        self._sessions: dict[str, _Session] = {}
        self._told: dict[str, str] = {}
        self._wrong: deque[Micros] = deque(maxlen=ALL_TRIES)
        self._wrong_by: dict[str, deque[Micros]] = {}
        self._wonders = True
        self._hasher = PasswordHasher()

    @property
    def guarded(self) -> bool:
        """Whether there is a login."""
        return self.takes_passwords or self.elsewhere is not None

    @property
    def takes_passwords(self) -> bool:
        """Whether there is a password."""
        return bool(self._hashes)

    @property
    def is_https(self) -> bool:
        """Whether the console is known to be reached by https alone."""
        return self.elsewhere is not None and self.elsewhere.home.startswith("https://")

    def user(self, token: str) -> User | None:
        """Who that is; None for nobody. Somebody who is seen stays."""
        if not self.guarded:
            return LOCAL
        now = self._clock()
        with self._lock:
            session = self._sessions.get(token)
            if session is None:
                return None
            if now - session.used > IDLE or now - session.since > LONGEST:
                del self._sessions[token]
                return None
            self._sessions[token] = replace(session, used=now)
            return session.user

    def enter(self, name: str, password: str, client: str) -> str | None:
        """The token of a new session; None for a wrong password. Raises `TooManyTries`.

        `client`: from where, as far as known. One password is tried at a time.
        """
        self._expect_patience(client)  # before it takes a place that somebody else could have
        if not self._few.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            with self._one:
                self._expect_patience(client)
                return self._entered(name, password, client)
        finally:
            self._few.release()

    def _entered(self, name: str, password: str, client: str) -> str | None:
        role = next((role for role, known in self._hashes.items() if self._fits(known, password)), None)
        if role is not None:
            return self.admit(User(named(name), role))
        now = self._clock()
        with self._lock:
            tried = self._wrong_by.pop(client, deque(maxlen=TRIES))
            _make_room(self._wrong_by, CLIENTS)
            self._wrong_by[client] = tried
            tried.append(now)
            self._wrong.append(now)
        return None

    def _expect_patience(self, client: str) -> None:
        """Raise `TooManyTries` where this client was wrong too often lately."""
        now = self._clock()
        with self._lock:
            of_all = [at for at in self._wrong if now - at < WINDOW]
            lately = [at for at in self._wrong_by.get(client, ()) if now - at < WINDOW]
        most = TRIES if len(of_all) < ALL_TRIES else 1
        if len(lately) >= most:
            raise TooManyTries(-(-(lately[-most] + WINDOW - now) // SECOND))

    def wonders(self) -> bool:
        """Whether it is to be said that a proxy was not named to us; once is enough."""
        with self._lock:
            before, self._wonders = self._wonders, False
        return before

    def admit(self, user: User) -> str:
        """The token of a new session."""
        token, now = fresh(), self._clock()
        with self._lock:
            _make_room(self._sessions, MOST)
            self._sessions[token] = _Session(user, now, now)
        return token

    def _fits(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False

    def leave(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(token, None)
            self._told.pop(token, None)

    def form_token(self, token: str) -> str:
        """What a form of this browser has to bring along."""
        return hmac.new(self._key, token.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def is_ours(self, token: str, offered: str) -> bool:
        """Whether a form was made for this browser."""
        wanted = self.form_token(token).encode()
        return bool(token) and hmac.compare_digest(wanted, offered.encode("utf-8", "replace"))

    def tell(self, token: str, text: str) -> None:
        """What the next page of this browser says first."""
        with self._lock:
            _make_room(self._told, MOST)
            self._told[token] = text

    def told(self, token: str) -> str:
        """What is to be said first, once."""
        with self._lock:
            return self._told.pop(token, "")


def _make_room(known: dict[str, V], most: int) -> None:
    """Let the oldest go until one more is within `most`."""
    while len(known) >= most:
        del known[next(iter(known))]


def fresh() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(32)


def hash_of(password: str) -> str:
    """What the settings hold in place of a password."""
    return PasswordHasher().hash(password)
