"""Access tokens of Operate, renewed once for all threads.

Source: API reference, Authentication: a form-encoded password grant with scope `hubapi`; a token lives 120 seconds.
The refresh grant is not documented in detail, so it falls back to the password grant.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.crm.http import Answer, Http, Request, Seconds, Sleep, patiently
from connector.errors import Misconfigured, Unreadable

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - an address
LIFETIME = 120.0
LONGEST = 8_000
"""Letters of a token: a longer one fits into no header."""
MARGIN = 0.25
"""The last part of a token's life in which it is renewed rather than used."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the app and the user of the connector are called in Operate; secrets are never shown."""

    client_id: str
    client_secret: str = field(repr=False)
    username: str
    password: str = field(repr=False)


class Tokens:
    """The one token in use. Safe to use from any thread."""

    def __init__(self, http: Http, credentials: Credentials, *, clock: Seconds, sleep: Sleep) -> None:
        self._http = http
        self._credentials = credentials
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._token = ""
        self._refresh = ""
        self._renew_at = 0.0

    def current(self) -> str:
        """A token that is good for some time. Raises `Misconfigured`, `RetryLater` and `Unreadable`."""
        with self._lock:
            if not self._token or self._clock() >= self._renew_at:
                self._log_in()
            return self._token

    def instead_of(self, refused: str) -> str:
        """A token other than the refused one; whichever thread comes first fetches it. Raises as `current`."""
        with self._lock:
            if self._token == refused:
                self._log_in()
            return self._token

    def _log_in(self) -> None:
        """Fetch a token with the refresh token, if there is one and it is taken, else with the password."""
        refresh, self._token, self._refresh = self._refresh, "", ""
        credentials = self._credentials
        app = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
        if refresh:
            answer = self._ask({"grant_type": "refresh_token", **app, "refresh_token": refresh})
            if answer.fine:
                self._keep(answer)
                return
        person = {"username": credentials.username, "password": credentials.password}
        answer = self._ask({"grant_type": "password", **app, "scope": "hubapi", **person})
        if 300 <= answer.status < 500:
            raise Misconfigured(
                f"Operate at {self._http.host} refused the login (status {answer.status}): check OPERATE_URL, "
                "OPERATE_CLIENT_ID, OPERATE_CLIENT_SECRET, OPERATE_USERNAME and OPERATE_PASSWORD"
            )
        self._keep(answer)

    def _ask(self, form: Mapping[str, str]) -> Answer:
        request = Request("POST", TOKEN_PATH, form=form)
        return patiently(
            lambda: self._http.send(request), repeat_lost=True, sleep=self._sleep, called=self._http.called
        )

    def _keep(self, answer: Answer) -> None:
        asked = self._clock()
        content = _content(answer)
        token = content.get("access_token")
        if not answer.fine or not _sendable(token):
            raise Unreadable(f"Operate at {self._http.host} answered the login with something other than a token")
        self._token = str(token)
        refresh = content.get("refresh_token")
        self._refresh = str(refresh) if _sendable(refresh) else ""
        self._renew_at = asked + _lifetime(content) * (1 - MARGIN)


def _sendable(token: object) -> bool:
    """Whether this can be sent as a token: some text of plain letters."""
    return isinstance(token, str) and token != "" and token.isascii() and token.isprintable() and len(token) <= LONGEST


def _content(answer: Answer) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _lifetime(content: Mapping[str, Any]) -> float:
    try:
        return max(0.0, float(content.get("expires_in", LIFETIME)))
    except (TypeError, ValueError):
        return LIFETIME
