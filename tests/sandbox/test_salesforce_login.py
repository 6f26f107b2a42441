"""Logging in to the Salesforce stand-in, versions, limits, paths."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.sandbox.http import Response
from connector.sandbox.salesforce import SalesforceConfig

from .salesforce_client import Caller, codes

TOKEN = "/services/oauth2/token"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
JWT_ORG = SalesforceConfig(username="integration@salesforce.example", public_key=PUBLIC.decode())


def post(caller: Caller, form: Mapping[str, str], **headers: str) -> Response:
    """Send a form to the token endpoint."""
    return caller.raw("POST", TOKEN, body=urlencode(form).encode(), headers=headers)


def assertion(caller: Caller, key: str = PEM, **changes: Any) -> dict[str, str]:
    """A JWT bearer form with claims that are right, unless changed."""
    claims = {
        "iss": "sandbox-client-id",
        "sub": "integration@salesforce.example",
        "aud": "https://acme.my.salesforce.com",
        "exp": int(caller.clock.now().timestamp()) + 170,
        **changes,
    }
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return {"grant_type": grant, "assertion": jwt.encode(claims, key, algorithm="RS256")}


def test_client_credentials_are_taken_from_basic_authentication_or_the_form() -> None:
    """Either way the answer names the org and the user, and has no expiry."""
    caller = Caller()
    basic = base64.b64encode(b"sandbox-client-id:sandbox-client-secret").decode()
    answer = post(caller, {"grant_type": "client_credentials"}, Authorization=f"Basic {basic}")
    assert answer.status == 200
    assert answer.body["instance_url"] == "http://127.0.0.1:8080"
    user = caller.org.users[0]["Id"]
    assert answer.body["id"].endswith(f"/id/{caller.org.config.org_id}/{user}")
    assert "expires_in" not in answer.body
    assert len(caller.org.config.org_id) == 18


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "somebody"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_are_refused_with_an_oauth_error(change: Mapping[str, str], error: str) -> None:
    """Token errors are objects with `error`, not the REST array."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client-id",
        "client_secret": "sandbox-client-secret",
    }
    answer = post(Caller(), {**form, **change})
    assert answer.status == 400
    assert answer.body["error"] == error


def test_without_a_run_as_user_client_credentials_do_not_work() -> None:
    """An app whose Run As user is not set says so."""
    caller = Caller()
    caller.org.reconfigure(run_as=False)
    form = {
        "grant_type": "client_credentials",
        "client_id": "sandbox-client-id",
        "client_secret": "sandbox-client-secret",
    }
    answer = post(caller, form)
    assert answer.body["error_description"] == "no client credentials user enabled"


def test_a_jwt_signed_with_the_right_key_gets_a_token() -> None:
    """The JWT bearer flow needs no shared secret."""
    caller = Caller(JWT_ORG)
    assert post(caller, assertion(caller)).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "other"},
        {"sub": "someone@salesforce.example"},
        {"aud": "https://evil.example"},
        {"exp": 1},
        {"exp": 99999999999},
    ],
)
def test_a_jwt_with_a_wrong_claim_is_refused(change: dict[str, Any]) -> None:
    """Issuer, subject, audience and a short life are all checked."""
    caller = Caller(JWT_ORG)
    assert post(caller, assertion(caller, **change)).status == 400


def test_a_jwt_signed_with_another_key_is_refused() -> None:
    """The signature is really verified."""
    caller = Caller(JWT_ORG)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    answer = post(caller, assertion(caller, other.decode()))
    assert (answer.status, answer.body["error"]) == (400, "invalid_grant")


def test_a_revoked_or_idle_session_is_over() -> None:
    """Both end with 401 INVALID_SESSION_ID; a session in use lives on."""
    caller = Caller()
    for _ in range(3):
        caller.clock.advance(7000)
        assert caller.call("GET", "limits").status == 200
    caller.clock.advance(7300)
    answer = caller.call("GET", "limits")
    assert (answer.status, codes(answer)) == (401, ["INVALID_SESSION_ID"])
    caller.login()
    caller.org.revoke_tokens()
    assert caller.call("GET", "limits").status == 401


def test_userinfo_tells_who_is_logged_in() -> None:
    """The integration user and the org."""
    caller = Caller()
    answer = caller.raw("GET", "/services/oauth2/userinfo", headers={"Authorization": f"Bearer {caller.token}"})
    assert answer.body["organization_id"] == caller.org.config.org_id
    assert answer.body["user_id"] == caller.org.users[0]["Id"]


def test_versions_are_listed_without_a_login() -> None:
    """Newest last, with the season each came in."""
    versions = Caller().raw("GET", "/services/data").body
    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"} in versions


@pytest.mark.parametrize(("version", "status"), [("v67.0", 200), ("v30.0", 410), ("v99.0", 404), ("67.0", 404)])
def test_a_retired_or_unknown_version_is_refused(version: str, status: int) -> None:
    """410 for retired ones, 404 for ones that never were."""
    caller = Caller()
    headers = {"Authorization": f"Bearer {caller.token}"}
    assert caller.raw("GET", f"/services/data/{version}/limits", headers=headers).status == status


def test_a_doubled_slash_is_accepted() -> None:
    """Salesforce's own command line sends one."""
    caller = Caller()
    headers = {"Authorization": f"Bearer {caller.token}"}
    assert caller.raw("GET", "//services/data/v67.0/sobjects", headers=headers).status == 200


def test_every_answer_tells_how_many_calls_are_used() -> None:
    """The header counts this call, errors included; /limits says the same."""
    caller = Caller(SalesforceConfig(daily_limit=5000))
    assert caller.call("GET", "sobjects/Lead/describe").headers["Sforce-Limit-Info"] == "api-usage=1/5000"
    assert caller.call("GET", "nowhere").headers["Sforce-Limit-Info"] == "api-usage=2/5000"
    assert caller.call("GET", "limits").body["DailyApiRequests"] == {"Max": 5000, "Remaining": 4997}


def test_a_used_up_day_is_refused_until_calls_are_a_day_old() -> None:
    """403 REQUEST_LIMIT_EXCEEDED, over a rolling 24 hours."""
    caller = Caller(SalesforceConfig(daily_limit=100))
    caller.org.use_calls(100)
    answer = caller.call("GET", "limits")
    assert (answer.status, codes(answer)) == (403, ["REQUEST_LIMIT_EXCEEDED"])
    caller.clock.advance(86_401)
    caller.login()
    assert caller.call("GET", "limits").status == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "nowhere", 404, "NOT_FOUND"),
        ("GET", "sobjects/Nothing/describe", 404, "NOT_FOUND"),
        ("PUT", "sobjects/Lead", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "limits", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "sobjects/User", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_a_wrong_path_or_method_is_refused(method: str, path: str, status: int, code: str) -> None:
    """404 and 405 with the usual array."""
    answer = Caller().call(method, path, {"Name": "x"})
    assert (answer.status, codes(answer)) == (status, [code])
