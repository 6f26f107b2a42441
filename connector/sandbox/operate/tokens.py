"""OAuth tokens that live for two minutes. Imports the sandbox's server messages and the switches only."""

import secrets
from datetime import datetime, timedelta

from connector.sandbox.http import BadRequest, Request, Response
from connector.sandbox.operate.config import OperateConfig

ACCESS_SECONDS = 120
REFRESH_SECONDS = 1_200
SCOPE = "hubapi"


class Tokens:
    """Issues and checks bearer tokens.

    Source: API reference, Authentication (password grant, form-encoded, scope `hubapi`, `expires_in` 120). The
    refresh grant, its lifetime and that a refresh token serves once are not documented; our choice.
    """

    def __init__(self, config: OperateConfig) -> None:
        self._config = config
        self._access: dict[str, datetime] = {}
        self._refresh: dict[str, datetime] = {}

    def grant(self, request: Request, now: datetime) -> Response:
        """Answer `POST /oauth2/token`."""
        if request.method != "POST":
            return Response(405, {"error": "invalid_request"}, {"Allow": "POST"})
        try:
            form = request.form()
        except BadRequest:
            return Response(400, {"error": "invalid_request"})
        config = self._config
        if (form.get("client_id"), form.get("client_secret")) != (config.client_id, config.client_secret):
            return Response(401, {"error": "invalid_client"})
        match form.get("grant_type"):
            case "password":
                if form.get("scope") != SCOPE:
                    return Response(400, {"error": "invalid_scope"})
                if (form.get("username"), form.get("password")) != (config.username, config.password):
                    return Response(400, {"error": "invalid_grant"})
                return self._issue(now)
            case "refresh_token" if config.refresh_grant:
                expiry = self._refresh.pop(form.get("refresh_token", ""), None)
                if expiry is None or expiry <= now:
                    return Response(400, {"error": "invalid_grant"})
                return self._issue(now)
        return Response(400, {"error": "unsupported_grant_type"})

    def allows(self, authorization: str, now: datetime) -> bool:
        """Whether this `Authorization` header holds a token that is still good."""
        scheme, _, token = authorization.partition(" ")
        expiry = self._access.get(token)
        return scheme.lower() == "bearer" and expiry is not None and now < expiry

    def revoke(self) -> None:
        """Make every token useless, refresh tokens too, as an administrator can."""
        self._access.clear()
        self._refresh.clear()

    def _issue(self, now: datetime) -> Response:
        self._access = {token: expiry for token, expiry in self._access.items() if expiry > now}
        access, refresh = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        self._access[access] = now + timedelta(seconds=ACCESS_SECONDS)
        self._refresh[refresh] = now + timedelta(seconds=REFRESH_SECONDS)
        answer = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "refresh_token": refresh,
            "scope": SCOPE,
        }
        return Response(200, answer, {"Cache-Control": "no-store"})
