"""The token endpoint and the tokens it gave out.

Source: REST guide, "Authorization Through External Client Apps or Connected Apps"; Help, "OAuth 2.0 Client
Credentials Flow", "OAuth 2.0 JWT Bearer Flow", "Access Tokens". A token has no stated end: it lives as long as
the session policy says since it was last used.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from connector.sandbox.http import BadRequest, Request, Response

from .errors import api_error
from .org import Org

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
JWT_LIFE = timedelta(minutes=5)
_AUDIENCE = re.compile(r"https://((login|test)|[a-z0-9-]+(\.sandbox)?\.my)\.salesforce\.com/?")


class _Denied(Exception):
    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.response = Response(400, {"error": error, "error_description": description})


class Tokens:
    """Gives out access tokens and knows which still hold."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._live: dict[str, datetime] = {}

    def revoke(self) -> None:
        """End every session."""
        self._live.clear()

    def user_of(self, request: Request) -> str:
        """The user a request's bearer token stands for. Raises `ApiError` (401)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        now = self._org.clock.now()
        last = self._live.get(token) if scheme.casefold() in {"bearer", "oauth"} else None
        if last is None or now - last > timedelta(seconds=self._org.config.session_seconds):
            self._live.pop(token, None)
            raise api_error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self._live[token] = now
        return self._org.people.integration_user

    def handle(self, request: Request, what: str) -> Response:
        """Answer a path below /services/oauth2/."""
        match request.method, what:
            case "POST", "token":
                return self._token(request)
            case "GET" | "POST", "userinfo":
                return self._userinfo(request)
            case "POST", "revoke":
                self._live.pop(_form(request).get("token", ""), None)
                return Response(200)
            case _, "token" | "userinfo" | "revoke":
                raise api_error(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed.")
        raise api_error(404, "NOT_FOUND", "The requested resource does not exist")

    def _token(self, request: Request) -> Response:
        try:
            form = _form(request)
            match form.get("grant_type"):
                case "client_credentials":
                    self._check_client(request, form)
                case grant if grant == JWT_GRANT:
                    self._check_assertion(request, form.get("assertion", ""))
                case _:
                    raise _Denied("unsupported_grant_type", "grant type not supported")
        except _Denied as denied:
            return denied.response
        except BadRequest:
            return _Denied("invalid_request", "the body must be form-encoded").response
        return Response(200, self._grant(request))

    def _grant(self, request: Request) -> dict[str, str]:
        org = self._org
        token = f"{org.config.org_id[:15]}!AQ{org.rng.getrandbits(320):080x}"
        self._live[token] = org.clock.now()
        origin = f"http://{request.headers.get('host', '127.0.0.1')}"
        return {
            "access_token": token,
            "signature": base64.b64encode(org.rng.randbytes(32)).decode(),
            "scope": "api",
            "instance_url": origin,
            "id": f"{origin}/id/{org.config.org_id}/{org.people.integration_user}",
            "token_type": "Bearer",
            "issued_at": str(int(org.clock.now().timestamp() * 1000)),
        }

    def _check_client(self, request: Request, form: Mapping[str, str]) -> None:
        config = self._org.config
        key, secret = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        if key != config.client_id:
            raise _Denied("invalid_client_id", "client identifier invalid")
        if secret != config.client_secret:
            raise _Denied("invalid_client", "invalid client credentials")
        if not config.run_as:
            raise _Denied("invalid_grant", "no client credentials user enabled")

    def _check_assertion(self, request: Request, assertion: str) -> None:
        """Verify signature, issuer, subject, audience and a short life (by the org's clock)."""
        config = self._org.config
        try:
            unverified: Any = jwt.decode(assertion, options={"verify_signature": False})
        except jwt.InvalidTokenError as error:
            raise _Denied("invalid_grant", "invalid assertion") from error
        if unverified.get("iss") != config.client_id:
            raise _Denied("invalid_client_id", "client identifier invalid")
        options: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims = jwt.decode(assertion, config.public_key or "", algorithms=["RS256"], options=options)
        except (jwt.InvalidTokenError, jwt.InvalidKeyError, ValueError) as error:
            raise _Denied("invalid_grant", "invalid assertion") from error
        if config.username is None or claims.get("sub") != config.username:
            raise _Denied("invalid_grant", "user hasn't approved this consumer")
        audience = str(claims.get("aud")).rstrip("/")
        if not _AUDIENCE.fullmatch(audience) and audience != f"http://{request.headers.get('host')}":
            raise _Denied("invalid_grant", "audience is invalid")
        # Public clients send the end of its life as a number or as text; both are taken.
        now, expires = self._org.clock.now().timestamp(), str(claims.get("exp")).partition(".")[0]
        if not expires.isdecimal() or not now < int(expires) <= now + JWT_LIFE.total_seconds():
            raise _Denied("invalid_grant", "expired authorization code")

    def _userinfo(self, request: Request) -> Response:
        user = self._org.people.rows[self.user_of(request)]
        return Response(
            200,
            {
                "sub": f"http://{request.headers.get('host')}/id/{self._org.config.org_id}/{user['Id']}",
                "user_id": user["Id"],
                "organization_id": self._org.config.org_id,
                "preferred_username": user["Username"],
                "name": user["Name"],
                "email": user["Email"],
                "active": user["IsActive"],
                "user_type": "STANDARD",
            },
        )


def _form(request: Request) -> dict[str, str]:
    return {**request.query, **request.form()}


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return key, secret
