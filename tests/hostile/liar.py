"""A stand-in whose answers are true until one of them is made wrong, and what every client has to do about it."""

import re
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from connector.core.model import Record
from connector.crm.port import Crm, Identity, Outcome, Page
from connector.errors import ConnectorError
from connector.sandbox.http import App, Request, Response
from tests.hostile.json_twists import CANARY, TWISTS, Place, fits, places, twisted
from tests.hostile.wire_twists import TWISTS as WIRE
from tests.hostile.wire_twists import retouched

EXCUSE = "Salesforce's own excuse"
"""The body that is a promise of Salesforce, whatever the status."""
OPEN = re.compile(r"\b(5\d\d|408)\b")
"""Statuses that leave open whether anything was done."""
MOST_REQUESTS = 150
"""More requests in one call are a hang; then the line is dropped, so that it ends and can be told."""


@dataclass(frozen=True)
class Twist:
    """One answer of a call made wrong: which one, how, and at which place of its JSON (None: the HTTP answer).

    `lost`: the request never reached the app, although the answer does not promise it.
    """

    number: int
    name: str
    place: Place | None = None
    lost: bool = False

    def __str__(self) -> str:
        where = "" if self.place is None else f" at {'/'.join(map(str, self.place)) or 'the root'}"
        return f"answer {self.number}: {self.name}{where}{', and nothing was done' if self.lost else ''}"

    def promises(self, request: Request) -> bool:
        """Whether it says that nothing was carried out: whoever says so of a write has not done it.

        A 503 and its like say so only in Salesforce's own words; a gateway says them of what it passed on, too.
        """
        if self.place is not None:
            return False
        if OPEN.search(self.name):
            ours = request.path.startswith("/services/data/")
            return ours and self.name.endswith(f" with {EXCUSE}")
        return re.search(r"\b4\d\d\b", self.name) is not None

    def leaves_unknown(self, request: Request) -> bool:
        """Whether nobody can tell by it what became of a write."""
        told = self.place is None and OPEN.search(self.name) is not None
        return told and writes(request) and not self.promises(request)

    def apply(self, request: Request, response: Response, elsewhere: str) -> Response:
        """The wrong answer in place of the true one."""
        if self.place is None:
            return WIRE[self.name](request, response, elsewhere)
        if response.raw is not None or not isinstance(response.body, dict | list):
            return response
        try:
            body = twisted(response.body, self.place, self.name)
        except (LookupError, TypeError):  # the place is not in this answer
            return response
        return retouched(response, body)


@dataclass
class Liar:
    """Passes requests on to an app and lies in one answer.

    `tokens` are the newest that the app gave out.
    """

    app: App
    elsewhere: str = ""
    twist: Twist | None = None
    requests: list[Request] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    tokens: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    unknown: Request | None = None
    """The write whose answer left unknown what became of it."""
    repeated: bool = False
    """Whether it was sent again within the call."""

    def handle(self, request: Request) -> Response:
        """Answer as the app does, or not."""
        self.requests.append(request)
        if len(self.requests) > MOST_REQUESTS:
            return Response(raw=[])
        number = len(self.requests) - 1
        twist = self.twist if self.twist is not None and self.twist.number == number else None
        spares = twist is not None and (twist.lost or twist.promises(request)) and request.method != "GET"
        if self.unknown is not None and _same(request, self.unknown):
            self.repeated = True
        if twist is not None and twist.leaves_unknown(request):
            self.unknown = request
        response = Response(200, {}) if spares else self.app.handle(request)
        self.answers.append(response)
        if "oauth2" in request.path and isinstance(response.body, dict):
            self.tokens += [
                str(response.body[name]) for name in ("access_token", "refresh_token") if name in response.body
            ]
        return response if twist is None else twist.apply(request, response, self.elsewhere)

    def start(self, twist: Twist | None) -> None:
        """Forget what was asked, and lie like this from now on."""
        self.twist, self.unknown, self.repeated = twist, None, False
        self.requests.clear()
        self.answers.clear()


@dataclass(frozen=True)
class Call:
    """Something that is asked of a client, by name."""

    name: str
    run: Callable[[Crm], object]


def twists(answers: Sequence[Response]) -> Iterator[Twist]:
    """Every way to make one of these answers wrong."""
    for number, response in enumerate(answers):
        yield from wire_twists(number)
        if isinstance(response.body, dict | list):
            for place in places(response.body):
                yield from (Twist(number, name, place) for name in TWISTS if fits(response.body, place, name))


def wire_twists(number: int) -> Iterator[Twist]:
    """Every way to make an HTTP answer wrong; where it leaves open whether anything was done, both."""
    for name in WIRE:
        yield Twist(number, name)
        if OPEN.search(name):
            yield Twist(number, name, lost=True)


def writes(request: Request) -> bool:
    """Whether a request changes a lead: not a login, a search or a retrieve by POST."""
    if request.method == "GET" or "oauth2" in request.path:
        return False
    reads = request.method == "POST" and request.path.endswith(("/composite", "/composite/sobjects/Lead"))
    return not reads


def _same(request: Request, other: Request) -> bool:
    return (request.method, request.raw_path, request.body) == (other.method, other.raw_path, other.body)


def some(every: Sequence[Twist], count: int, seed: int) -> list[Twist]:
    """A seeded share of the twists, each name about as often; 0 means all."""
    if not count or count >= len(every):
        return list(every)
    shuffled = Random(seed).sample(list(every), len(every))
    seen: dict[str, int] = {}
    ranked: list[tuple[int, int, Twist]] = []
    for twist in shuffled:
        seen[twist.name] = seen.get(twist.name, 0) + 1
        ranked.append((seen[twist.name], len(ranked), twist))
    return [twist for _, _, twist in sorted(ranked)[:count]]


def complaint(call: Call, crm: Crm, liar: Liar, secrets: Sequence[str]) -> str:
    """What is wrong with how a call ended over a lying stand-in ("" is fine)."""
    try:
        told = _texts(call.run(crm))
    except ConnectorError as error:
        told = _of_error(error)
        if CANARY in str(error) or any(name in str(error) for name in PEOPLE):
            return f"a lead's value is told: {error}"
    except BaseException as error:  # noqa: BLE001 - this is what the trial looks for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno}: {str(error)[:80]!r}"
    if len(liar.requests) > MOST_REQUESTS:
        return f"more than {MOST_REQUESTS} requests"
    if liar.repeated:
        return "a write was sent again, although nobody can know what became of it"
    leaked = [secret for secret in (*secrets, *liar.tokens) if any(secret in text for text in told)]
    return f"a credential is told: {told}" if leaked else ""


PEOPLE = ("Marlowe-8264", "harbour-5519")
"""Parts of the values of the leads in the stand-ins, which no message may show."""


def _of_error(error: ConnectorError) -> list[str]:
    return [str(error), repr(error), repr(vars(error))]


def _texts(result: Any) -> list[str]:
    """What a result tells that ends up in reports; it is also looked at closely enough to show a wrong type."""
    if isinstance(result, Outcome):
        assert isinstance(result.record_id, str)
        assert all(isinstance(part, str) for each in result.refusals for part in (each.field, each.code, each.message))
        return [repr(result.refusals)]
    if isinstance(result, Page):
        assert isinstance(result.server_now, int)
        return _texts(list(result.records))
    if isinstance(result, Record):
        assert result.record_id
        assert isinstance(result.stamp, int)
        assert isinstance(result.created, int)
        assert all(isinstance(text, str) for text in (result.counterpart_id, result.merged_into))
        assert all(isinstance(name, str) and isinstance(text, str) for name, text in result.native.items())
        return []
    if isinstance(result, Identity):
        return [repr(result)]
    if isinstance(result, dict):
        return [text for each in result.items() for text in _texts(list(each))]
    return [text for each in result for text in _texts(each)] if isinstance(result, list | tuple) else []
