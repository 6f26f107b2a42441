"""One request to Salesforce, whatever befalls it: the token, one renewal, short retries, and a classed error.

The only user of simple-salesforce, in its direct mode: the library builds URLs, headers and JSON; logging in,
renewing, timeouts and retries are ours, since the library loses the caller's headers when it repeats a request
after a 401, may repeat it without end, keeps the old host, and has no timeouts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connector.core.model import Micros
from connector.crm.salesforce.failures import call_failure
from connector.crm.salesforce.tokens import Credentials, Token, Tokens
from connector.crm.salesforce.values import http_date
from connector.crm.salesforce.wire import Origin, Wire, certificate_refused, unreadable, was_sent
from connector.errors import ConnectorError, Misconfigured, RetryLater, Unauthorised, Unknown, Unreadable

TRIES = 3
LONGEST_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `path` below /services/data/vNN.N/, or a whole path that Salesforce handed out (`nextRecordsUrl`).

    `writes` marks one that changes something: once sent, it is never repeated. `always`: one of a few, which are sent
    although the budget of API requests is spent.
    """

    method: str
    path: str
    params: dict[str, str] | None = None
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False
    always: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON of an answer (None: empty), and the server's clock when it was made."""

    data: Any
    server_now: Micros


class Caller:
    """Sends calls, from any thread, one at a time."""

    def __init__(
        self,
        origin: Origin,
        credentials: Credentials,
        *,
        api_version: str,
        timeout: float,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self.wire = Wire(timeout, clock)
        self.wire.allow(origin)
        self.version = api_version
        self.tokens = Tokens(origin, credentials, self.wire, clock)
        self.sleep, self._clock = sleep, clock
        self._library: tuple[Token, Salesforce] | None = None

    def send(self, call: Call) -> Answer:
        """Send one call and return its answer.

        Raises `RetryLater` after a few short waits, and unsent where the budget is spent; `Unknown` for a call that
        writes and whose answer was lost; `Refused`, `Misconfigured` (also: the token was refused twice) and
        `Unreadable`.
        """
        if not call.always:
            with self.wire.lock:
                self.wire.expect_left()
        renewed = False
        tries = 1
        while True:
            try:
                token = self.tokens.current()
                return self._once(call, token)
            except Unauthorised as error:
                if renewed:
                    raise Misconfigured(
                        f"{error}, and a new token as well: check the app's policies (IP ranges, session level)"
                    ) from error
                self.tokens.renew(token)
                renewed = True
            except RetryLater as error:
                wait = 2.0 ** (tries - 1) if error.after is None else error.after
                if tries == TRIES or wait > LONGEST_WAIT:
                    raise
                tries += 1
                self.sleep(wait)

    def _once(self, call: Call, token: Token) -> Answer:
        """Send the whole call with every header, once."""
        with self.wire.lock:
            try:
                data = self._request(call, token)
            except SalesforceError as error:
                headers = self.wire.headers
                raise call_failure(
                    str(call), error.status, error.content, headers, self._clock(), writes=call.writes
                ) from error
            except requests.RequestException as error:
                raise _lost(call, error) from error
            except (ValueError, TypeError, RecursionError) as error:
                raise _nonsense(call, type(error).__name__) from error
            return Answer(data, self._server_now(call))

    def _request(self, call: Call, token: Token) -> Any:
        if self._library is None or self._library[0] is not token:
            library = Salesforce(
                session_id=token.value,
                instance=token.instance.netloc,
                version=self.version,
                session=self.wire.session,
                object_pairs_hook=dict,
                parse_float=Decimal,
            )
            self._library = (token, library)
        salesforce = self._library[1]
        headers = dict(call.headers)
        if call.path.startswith("/"):
            return salesforce.query_more(call.path, identifier_is_url=True, headers=headers, allow_redirects=False)
        body = {} if call.json is None else {"json": call.json}
        return salesforce.restful(call.path, call.params, call.method, headers=headers, allow_redirects=False, **body)

    def _server_now(self, call: Call) -> Micros:
        try:
            return http_date(self.wire.headers.get("Date", ""))
        except (TypeError, ValueError) as error:
            raise _nonsense(call, "no Date header, which is the clock that changes are read by") from error


def _lost(call: Call, error: requests.RequestException) -> ConnectorError:
    """What it means that a request brought no answer."""
    if unreadable(error):
        return _nonsense(call, "the body is no JSON")
    told = f"Salesforce: no answer to {call} ({type(error).__name__})"
    if certificate_refused(error):
        return Misconfigured(
            f"{told}: the server's certificate is not to be trusted; check SALESFORCE_URL, and the certificates that "
            "this machine trusts"
        )
    if call.writes and was_sent(error):
        return Unknown(told)
    return RetryLater(f"{told}; it is tried again in a later cycle")


def _nonsense(call: Call, why: str) -> ConnectorError:
    told = (
        f"Salesforce answered {call} with success, but unreadably ({why}): check that no proxy in between changes "
        "answers, then try again; if it stays so, report this message"
    )
    return Unknown(told) if call.writes else Unreadable(told)
