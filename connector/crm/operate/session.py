"""Requests to one tenant of Operate: with a good token, and as patient as their kind allows.

May import the login and the HTTP layer. What an answer holds is read in `envelope`.
"""

from collections.abc import Mapping
from dataclasses import replace

from connector.crm.http import Answer, Http, Request, Sleep, patiently
from connector.crm.operate.login import Tokens
from connector.errors import Misconfigured

API = "/api/1.0"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
"""API reference, HTTP Methods."""


class Session:
    """A logged-in line to the API. Safe to use from any thread."""

    def __init__(self, http: Http, tokens: Tokens, *, sleep: Sleep) -> None:
        self._http = http
        self._tokens = tokens
        self._sleep = sleep

    @property
    def host(self) -> str:
        """The host[:port] of the tenant."""
        return self._http.host

    def read(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """GET below the API's root, repeated while the CRM is away. Raises `RetryLater` and `Misconfigured`."""
        return self._send(Request("GET", API + path, query or {}), repeat_lost=True)

    def write(self, method: str, path: str, data: str) -> Answer:
        """Send `data` once; repeated only where nothing was carried out (no connection, a refused token, 429).

        Raises `RetryLater` (nothing was carried out), `Unknown` (no answer) and `Misconfigured`.
        """
        request = Request(method, API + path, form={"data": data}, headers={"Content-Type": FORM})
        return self._send(request, repeat_lost=False)

    def delete(self, path: str, item_id: str) -> Answer:
        """Delete an item once ("API reference, HTTP Methods, DELETE": `itemid` as a form). Raises as `write`."""
        request = Request("DELETE", API + path, form={"itemid": item_id}, headers={"Content-Type": FORM})
        return self._send(request, repeat_lost=False)

    def log_in(self) -> None:
        """Make sure of a good token. Raises as `Tokens.current`."""
        self._tokens.current()

    def _send(self, request: Request, *, repeat_lost: bool) -> Answer:
        """A token that was refused is renewed once and the request replayed."""
        token = self._tokens.current()
        answer = self._send_with(token, request, repeat_lost=repeat_lost)
        if answer.status == 401:
            token = self._tokens.instead_of(token)
            answer = self._send_with(token, request, repeat_lost=repeat_lost)
        if answer.status == 401:
            raise Misconfigured(
                f"Operate at {self.host} refuses a token that it has just issued: check the rights of the user in "
                "OPERATE_USERNAME and the scope of the app in OPERATE_CLIENT_ID"
            )
        return answer

    def _send_with(self, token: str, request: Request, *, repeat_lost: bool) -> Answer:
        bearing = replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
        return patiently(
            lambda: self._http.send(bearing), repeat_lost=repeat_lost, sleep=self._sleep, called=self._http.called
        )
