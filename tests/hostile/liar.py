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

MOST_REQUESTS = 150
"""More requests in one call are a hang; then the line is dropped, so that it ends and can be told."""


@dataclass(frozen=True)
class Twist:
    """One answer of a call made wrong: which one, how, and at which place of its JSON (None: the HTTP answer)."""

    number: int
    name: str
    place: Place | None = None

    def __str__(self) -> str:
        where = "" if self.place is None else f" at {'/'.join(map(str, self.place)) or 'the root'}"
        return f"answer {self.number}: {self.name}{where}"

    @property
    def refuses(self) -> bool:
        """Whether its status says that nothing was carried out: a server that says so of a write has not done it."""
        return self.place is None and re.search(r"\b(4\d\d|503)\b", self.name) is not None

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

    def handle(self, request: Request) -> Response:
        """Answer as the app does, or not."""
        self.requests.append(request)
        if len(self.requests) > MOST_REQUESTS:
            return Response(raw=[])
        number = len(self.requests) - 1
        twist = self.twist if self.twist is not None and self.twist.number == number else None
        spares = twist is not None and twist.refuses and request.method != "GET"
        response = Response(200, {}) if spares else self.app.handle(request)
        self.answers.append(response)
        if "oauth2" in request.path and isinstance(response.body, dict):
            self.tokens += [
                str(response.body[name]) for name in ("access_token", "refresh_token") if name in response.body
            ]
        return response if twist is None else twist.apply(request, response, self.elsewhere)

    def start(self, twist: Twist | None) -> None:
        """Forget what was asked, and lie like this from now on."""
        self.twist = twist
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
        for name in WIRE:
            yield Twist(number, name)
        if isinstance(response.body, dict | list):
            for place in places(response.body):
                yield from (Twist(number, name, place) for name in TWISTS if fits(response.body, place, name))


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
