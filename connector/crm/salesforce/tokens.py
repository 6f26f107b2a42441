"""Logging in: client credentials or JWT bearer, one login at a time for all threads.

Imports the wire, PyJWT and the errors. Sources: Help "OAuth 2.0 Client Credentials Flow for Server-to-Server
Integration" and "OAuth 2.0 JWT Bearer Flow"; REST guide, "Authorization Through External Client Apps". There is
no refresh token in either flow: a token is used until it is refused, then another one is asked for.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from requests.auth import HTTPBasicAuth

from connector.crm.salesforce.failures import brief, retry_after
from connector.crm.salesforce.values import to18
from connector.crm.salesforce.wire import Origin, Wire, certificate_refused
from connector.errors import ConnectorError, Misconfigured, RetryLater, Unreadable

PATH = "/services/oauth2/token"
ASSERTION_SECONDS = 170
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

HINTS = (
    ("no client credentials user enabled", "choose a Run As user in the app's policies"),
    ("hasn't approved this consumer", "pre-authorise the user: assign the app's permission set"),
    ("audience", "SALESFORCE_URL must be the My Domain URL of the org that has the app"),
    ("app_not_found", "install the External Client App in this org, and use its My Domain URL"),
    ("invalid_client", "check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"),
    ("assertion", "check SALESFORCE_CLIENT_ID, SALESFORCE_USERNAME and that the app has the key's certificate"),
    ("unsupported_grant_type", "enable the client credentials flow (or JWT bearer flow) in the app's settings"),
)
PASSING = ("login rate exceeded", "retry your request", "unknown_error", "server_error", "temporarily_unavailable")


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """The client credentials flow: the app's key and secret; it acts as the app's Run As user."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """The JWT bearer flow: the app's key, the user to act as and the RSA key whose certificate the app has."""

    client_id: str
    username: str
    private_key_pem: str = field(repr=False)


Credentials = ClientCredentials | JwtBearer


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, the origin to use it at, and whose it is (18-character ids)."""

    value: str = field(repr=False)
    instance: Origin
    org_id: str
    user_id: str


class Tokens:
    """Hands out one token to all threads; `clock` tells the seconds since 1970."""

    def __init__(self, origin: Origin, credentials: Credentials, wire: Wire, clock: Callable[[], float]) -> None:
        self._origin, self._credentials, self._wire, self._clock = origin, credentials, wire, clock
        self._lock = threading.Lock()
        self._token: Token | None = None

    def current(self) -> Token:
        """The token in use; logs in when there is none. Raises as `renew`."""
        return self.renew(None)

    def renew(self, refused: Token | None) -> Token:
        """Another token than the refused one: a new one, or the one a different thread has got meanwhile.

        Raises `Misconfigured` (login refused), `RetryLater` and `Unreadable`.
        """
        with self._lock:
            if self._token is None or self._token is refused:
                self._token = None
                self._token = self._log_in()
            return self._token

    def _log_in(self) -> Token:
        form, auth = self._form()
        with self._wire.lock:
            try:
                response = self._wire.session.post(f"{self._origin}{PATH}", data=form, auth=auth, allow_redirects=False)
            except requests.RequestException as error:
                if certificate_refused(error):
                    raise Misconfigured(
                        f"Salesforce at {self._origin}: its certificate is not to be trusted; check SALESFORCE_URL, "
                        f"and the certificates that this machine trusts ({brief(str(error), 200)})"
                    ) from error
                raise RetryLater(
                    f"Salesforce at {self._origin} did not answer the login ({type(error).__name__}): check "
                    "SALESFORCE_URL and the network; it is tried again in a later cycle"
                ) from error
        body = _json(response)
        if response.status_code == 200:
            return self._token_of(body)
        raise self._refused(response, body)

    def _form(self) -> tuple[dict[str, str], HTTPBasicAuth | None]:
        mine = self._credentials
        if isinstance(mine, ClientCredentials):
            return {"grant_type": "client_credentials"}, HTTPBasicAuth(
                mine.client_id.encode(), mine.client_secret.encode()
            )
        claims = {
            "iss": mine.client_id,
            "sub": mine.username,
            "aud": str(self._origin),
            "exp": int(self._clock()) + ASSERTION_SECONDS,
        }
        try:
            assertion = jwt.encode(claims, mine.private_key_pem, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Misconfigured(
                "SALESFORCE_PRIVATE_KEY_FILE: not an RSA private key in PEM form without a passphrase"
            ) from error
        return {"grant_type": JWT_GRANT, "assertion": assertion}, None

    def _token_of(self, body: Any) -> Token:
        """The token of the reply; the `id` URL ends in /id/<org id>/<user id>."""
        try:
            value, instance, identity = body["access_token"], body["instance_url"], body["id"]
            org_id, user_id = urlsplit(identity).path.split("/")[-2:]
            if not (value.isascii() and value.isprintable() and org_id.startswith("00D") and isinstance(instance, str)):
                raise ValueError(org_id)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Unreadable(
                f"{self._origin}{PATH}: not the token reply of a Salesforce org; check SALESFORCE_URL"
            ) from error
        origin = Origin.of(instance, "instance_url of the token reply")
        self._wire.allow(origin)
        return Token(value, origin, to18(org_id), to18(user_id))

    def _refused(self, response: requests.Response, body: Any) -> ConnectorError:
        status = response.status_code
        code = str(body.get("error", "")) if isinstance(body, dict) else ""
        words = str(body.get("error_description", "")) if isinstance(body, dict) else ""
        told = f"{code}: {words}".lower()
        if status >= 500 or status in (408, 420, 429) or any(text in told for text in PASSING):
            wait = retry_after(response.headers, self._clock())
            return RetryLater(
                f"Salesforce at {self._origin} cannot log anybody in now (HTTP {status} {brief(code)}); "
                "it is tried again in a later cycle",
                after=wait,
            )
        hint = next((hint for text, hint in HINTS if text in told), "check SALESFORCE_URL and the credentials")
        answer = f"{brief(code)} {brief(words)}" if code else f"HTTP {status} without a reason"
        return Misconfigured(f"Salesforce at {self._origin} refused the login ({answer}); {hint}")


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
