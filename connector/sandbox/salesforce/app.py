"""The Salesforce stand-in as an app of the sandbox server: who is asking, for which version, within which limits.

Source: REST guide, "Versions", "Limit Info Header", "Status Codes and Error Responses"; App-limits, "API Request
Limits and Allocations" (a rolling 24 hours) and the 16,384 bytes of a URI.
"""

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connector.sandbox.http import Clock, Request, Response

from .call import Call, refusal
from .config import SalesforceConfig
from .errors import ApiError, api_error, not_found
from .oauth import Tokens
from .org import Org
from .routing import Routes

OLDEST, NEWEST = 41, 68
MAX_URI = 16_384
DAY = timedelta(hours=24)
_VERSION = re.compile(r"v(\d+)\.0")


class Salesforce(Org):
    """A Salesforce org that answers HTTP; its `lock` is held while it does.

    The methods it inherits are what people, administrators and processes do in the org (no HTTP).
    """

    def __init__(self, *, clock: Clock, seed: int = 0, config: SalesforceConfig | None = None) -> None:
        super().__init__(clock=clock, seed=seed, config=config)
        self._tokens = Tokens(self)
        self._routes = Routes()
        self._calls: deque[datetime] = deque()

    def revoke_tokens(self) -> None:
        """End every session: the next call is answered with INVALID_SESSION_ID."""
        with self.lock:
            self._tokens.revoke()

    def expire_locators(self) -> None:
        """Let every open query locator be stale."""
        with self.lock:
            self._routes.cursors.expire()

    def use_calls(self, count: int) -> None:
        """Let other integrations use up so many of the day's API calls."""
        with self.lock:
            self._calls.extend([self.clock.now()] * count)

    @property
    def calls_used(self) -> int:
        """The API calls of the last 24 hours."""
        with self.lock:
            oldest = self.clock.now() - DAY
            while self._calls and self._calls[0] <= oldest:
                self._calls.popleft()
            return len(self._calls)

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        with self.lock:
            self.settle()
            try:
                return self._answer(request)
            except ApiError as error:
                return refusal(error)

    def _answer(self, request: Request) -> Response:
        if len(request.raw_path) + _query_length(request.query) > MAX_URI:
            page = "<html><head><title>URI Too Long</title></head><body><h1>414 URI Too Long</h1></body></html>"
            return Response(414, page, content_type="text/html")
        match [part for part in request.raw_path.split("/") if part]:
            case ["services", "oauth2", what]:
                return self._tokens.handle(request, what)
            case ["services", "data"]:
                return Response(200, [_version(number) for number in range(OLDEST, NEWEST + 1)])
            case ["services", "data", version, *_]:
                return self._rest(request, version)
        raise not_found()

    def _rest(self, request: Request, version: str) -> Response:
        user = self._tokens.user_of(request)
        number = _VERSION.fullmatch(version)
        if number is None or int(number[1]) > NEWEST:
            raise not_found()
        if int(number[1]) < OLDEST:
            raise api_error(410, "UNSUPPORTED_API_VERSION", f"API version {version} has been retired")
        if self.calls_used >= self.config.daily_limit:
            raise api_error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self._calls.append(self.clock.now())
        answer = self._routes.dispatch(Call(self, request, version, user, len(self._calls)))
        usage = f"api-usage={len(self._calls)}/{self.config.daily_limit}"
        return replace(answer, headers={**answer.headers, "Sforce-Limit-Info": usage})


def _version(number: int) -> dict[str, Any]:
    """Three versions a year: v66.0 is Spring '26, v67.0 Summer '26, v68.0 Winter '27."""
    years, season = divmod(number - 66, 3)
    year = 26 + years + (season == 2)
    label = f"{('Spring', 'Summer', 'Winter')[season]} '{year}"
    return {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}


def _query_length(query: Mapping[str, str]) -> int:
    """The length of the query as it came, as far as the decoded one tells it."""
    return sum(len(name) + len(_encoded(value)) + 2 for name, value in query.items())


def _encoded(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9._~+-]", "%00", value.replace(" ", "+"))
