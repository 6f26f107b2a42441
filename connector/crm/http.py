"""The only place that imports httpx: one long-lived client, shared by threads, that says what became of a request.

May import the errors and the bounds, and nothing else of ours. What an answer means is for its CRM's package; whether
a request left this machine, and how long to wait for a busy server, is decided here.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx

from connector.crm.bounds import CUT_OUT, LONGEST, WHOLE_ANSWER, to_cut_out
from connector.errors import Misconfigured, RetryLater, Unknown

Sleep = Callable[[float], None]
Seconds = Callable[[], float]
"""A clock that only runs forward, in seconds."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TRIES = 3
WAIT_AT_MOST = 30.0
"""Seconds that all tries of one request may wait together."""
FIRST_WAIT = 0.5
SECRETS = ("client_secret", "password", "refresh_token")
"""Form fields that are nobody's business."""
BUSY = 429
"""Refused before any work (RFC 6585, section 4), so that a write may be repeated too. A 503 is no such promise: a
gateway may say it after it passed the request on."""
AWAY = frozenset({BUSY, 500, 502, 503, 504})
"""Answers after which a read may be repeated."""


class NotSent(Exception):
    """Nothing left this machine: no name, no connection, no free place in the pool."""


class NoAnswer(Exception):
    """The request was sent, at least in part, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `path` below the base URL; `form` is sent form-encoded."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials that it carries."""
        token = self.headers.get("Authorization", "").partition(" ")[2]
        return to_cut_out((token, *((self.form or {}).get(name, "") for name in SECRETS)))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `retry_after` is the wait in seconds that the server asked for, None when it did not."""

    status: int
    text: str
    location: str = ""
    retry_after: float | None = None

    @property
    def fine(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON with numbers as text, as they were written. Raises ValueError."""
        try:
            return json.loads(self.text, parse_int=str, parse_float=str)
        except RecursionError as error:
            raise ValueError("JSON nested too deeply") from error


class Pacer:
    """Lets so many requests a second pass, evenly, whatever the number of threads."""

    def __init__(self, per_second: float, *, clock: Seconds, sleep: Sleep) -> None:
        if per_second <= 0:
            raise Misconfigured(f"{per_second:g} requests a second cannot be kept: it must be more than 0")
        self._gap = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait for the next free place."""
        with self._lock:
            now = self._clock()
            place = max(now, self._next)
            self._next = place + self._gap
        if place > now:
            self._sleep(place - now)


class Http:
    """One server. Safe to use from any thread; at most `in_flight` requests at a time. Close it in the end.

    `owner` is whose server it is, and `setting` where its address comes from, for messages.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        in_flight: int,
        pacer: Pacer,
        clock: Seconds,
        owner: str = "",
        setting: str = "",
    ) -> None:
        self.url = url.rstrip("/")
        self.host = _host(self.url)
        self.called = f"{owner} at {self.host}" if owner else self.host
        self._advice = f": check {setting} and the network" if setting else ""
        loopback = urlsplit(self.url).hostname in LOOPBACK
        self._pacer = pacer
        self._clock, self._longest = clock, WHOLE_ANSWER * timeout
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(in_flight)
        self._calls = 0
        self._client = httpx.Client(
            timeout=timeout,
            limits=httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight),
            trust_env=not loopback,  # a proxy of the network cannot reach this machine's own services
            headers={"Accept": "application/json"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # a session is a token and nothing else
        )

    @property
    def calls(self) -> int:
        """How many requests were made so far."""
        with self._lock:
            return self._calls

    def send(self, request: Request) -> Answer:
        """Send once, in its turn. Raises `NotSent` and `NoAnswer`.

        The place comes before the pace: whoever waited for a place would leave in a burst otherwise.
        """
        with self._places:
            self._pacer.wait()
            return self._send(request)

    def _send(self, request: Request) -> Answer:
        with self._lock:
            self._calls += 1
        until = self._clock() + self._longest
        try:
            with self._client.stream(
                request.method,
                self.url + request.path,
                params=dict(request.query) or None,
                data=None if request.form is None else dict(request.form),
                headers=dict(request.headers),
            ) as answer:
                text = self._text(answer, until)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise NotSent(f"{self.called} cannot be reached ({type(error).__name__}){self._advice}") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise NoAnswer(f"{self.called} did not answer {request.method} ({type(error).__name__})") from error
        for secret in request.secrets:  # careless servers repeat requests in their error pages
            text = text.replace(secret, CUT_OUT).replace(quote_plus(secret), CUT_OUT)
        return Answer(answer.status_code, text, answer.headers.get("Location", ""), _retry_after(answer))

    def _text(self, answer: httpx.Response, until: float) -> str:
        """The body as text. Raises `NoAnswer` for one that is too long, too slow, packed more than once, or no text."""
        body = bytearray()
        if "," in answer.headers.get("Content-Encoding", ""):
            raise NoAnswer(f"{self.called} answered with a body that is packed twice")
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LONGEST or self._clock() > until:
                raise NoAnswer(f"{self.called} answered with a body that is too long or takes too long")
        try:
            return body.decode(answer.encoding or "utf-8", "strict" if answer.is_success else "replace")
        except (UnicodeDecodeError, LookupError) as error:
            raise NoAnswer(f"{self.called} answered with a body that is no text") from error

    def close(self) -> None:
        """Close every connection."""
        self._client.close()


def patiently(send: Callable[[], Answer], *, repeat_lost: bool, sleep: Sleep, called: str) -> Answer:
    """Send up to `TRIES` times while the server is busy or not there, waiting as long as it asks for.

    `repeat_lost`: the request only reads, so it may be repeated after anything. Raises `RetryLater` when the tries
    or the waits are used up (nothing was carried out), and `Unknown` for a lost answer that must not be repeated.
    """
    budget = WAIT_AT_MOST
    for attempt in range(1, TRIES + 1):
        after = None
        try:
            answer = send()
        except NotSent as error:
            trouble = str(error)
        except NoAnswer as error:
            if not repeat_lost:
                raise Unknown(str(error)) from error
            trouble = str(error)
        else:
            if answer.status not in (AWAY if repeat_lost else {BUSY}):
                return answer
            trouble, after = f"{called} answered with status {answer.status}", answer.retry_after
        wait = FIRST_WAIT * 2 ** (attempt - 1) if after is None else after
        if attempt == TRIES or wait > budget:
            break
        budget -= wait
        sleep(wait)
    raise RetryLater(f"{trouble}; it is tried again in a later cycle", after=after)


def _host(url: str) -> str:
    """The host[:port] of a base URL. Raises `Misconfigured` for one that cannot be used safely."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
        raise Misconfigured(f"{url!r} is not the address of a server: it must look like https://host")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Misconfigured(f"{url!r} would send passwords in the clear: use https")
    return parts.netloc.lower()


def _retry_after(answer: httpx.Response) -> float | None:
    """The wait an answer asks for, in seconds, or None (RFC 9110, section 10.2.3: seconds or a date)."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    moment = _date(text)
    if moment is None:
        return None
    now = _date(answer.headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (moment - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
