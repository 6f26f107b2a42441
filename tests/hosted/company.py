"""A company's login for tests: an OpenID provider over HTTP on this machine, as strict as a real one.

It takes one client with its secret, one redirect address, PKCE (S256) and each code once; what it says of the person,
and how it signs, is set by a test.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT, SECRET = "connector-console", "a secret of 40+ characters, 100% made/up & more: ü or less"
PEOPLE: dict[str, Any] = {"sub": "u-17", "name": "Ann Example", "groups": ["Sales Ops", "Everybody"]}

Sign = Callable[[dict[str, Any], rsa.RSAPrivateKey], str]


def by_rs256(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """As it should be."""
    return jwt.encode(claims, key, "RS256", {"kid": "k1"})


def unsigned(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """A token that anybody could have written."""
    return jwt.encode(claims, "", "none", {"kid": "k1"})


def by_public_key(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """A token "signed" with what everybody knows: the public key as if it were a shared secret."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [json.dumps({"alg": "HS256", "kid": "k1"}).encode(), json.dumps(claims).encode()]
    text = ".".join(_url64(part) for part in parts)
    return f"{text}.{_url64(hmac.digest(public, text.encode(), 'sha256'))}"


def by_somebody_else(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """Another key under the same name."""
    return by_rs256(claims, rsa.generate_private_key(65537, 2048))


def _url64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Provider:
    """What a test sets, and what happened. `claims` are laid over those of the token, None takes one away."""

    home: str = "http://127.0.0.1:1"
    """Where the console is: the one address that it sends people back to."""
    back: str = "/console/login/company/back"
    person: dict[str, Any] = field(default_factory=lambda: dict(PEOPLE))
    userinfo: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Sign = by_rs256
    says: dict[str, Any] = field(default_factory=dict)
    """What it says of itself, laid over the truth."""
    away: bool = False
    other_keys: list[dict[str, Any]] = field(default_factory=list)
    """Keys that stand before its own."""
    answers: tuple[int, Any] | None = None
    """What it answers in place of tokens."""
    hangs: threading.Event | None = None
    """It answers nobody who asks for its addresses before that."""
    asked: list[str] = field(default_factory=list)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    kid: str = "k1"
    issuer: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        """The document of OpenID Connect Discovery."""
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        told = {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        info = {"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.userinfo else {}
        return {"issuer": self.issuer, **told, **info, **self.says}

    def keys(self) -> dict[str, Any]:
        """Its public key."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [*self.other_keys, {**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: Mapping[str, str]) -> str:
        """Let the person in at once; the address to send the browser to."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"] == self.home + self.back
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"nonce": query["nonce"], "challenge": query["code_challenge"]}
        return f"{self.home}{self.back}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def token(self, form: Mapping[str, str], login: tuple[str, str]) -> tuple[int, Any]:
        """Change a code for tokens."""
        if self.answers is not None:
            return self.answers
        if login != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        known = self.codes.pop(form.get("code", ""), None)
        proof = _url64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        right = form.get("grant_type") == "authorization_code" and form.get("redirect_uri") == self.home + self.back
        if known is None or not right or proof != known["challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": known["nonce"]}
        claims = {name: value for name, value in {**claims, **self.person, **self.claims}.items() if value is not None}
        return 200, {"access_token": "an access token", "token_type": "Bearer", "id_token": self.sign(claims, self.key)}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        provider, where = self.provider, urlsplit(self.path)
        provider.asked.append(where.path)
        if provider.away:
            self._send(503, {})
        elif where.path == "/.well-known/openid-configuration":
            if provider.hangs is not None:
                provider.hangs.wait(30)
            self._send(200, provider.discovery())
        elif where.path == "/keys":
            self._send(200, provider.keys())
        elif where.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorize(dict(parse_qsl(where.query))))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif where.path == "/userinfo" and self.headers["Authorization"] == "Bearer an access token":
            self._send(200, provider.userinfo)
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        self.provider.asked.append(self.path)
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        kind, _, text = self.headers.get("Authorization", "").partition(" ")
        login = ("", "")
        if self.provider.says.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            login = (form.get("client_id", ""), form.get("client_secret", ""))
        elif kind == "Basic":
            name, _, secret = base64.b64decode(text).decode().partition(":")
            login = (unquote_plus(name), unquote_plus(secret))  # both are encoded as in a form (RFC 6749, 2.3.1)
        status, told = self.provider.token(form, login)
        self._send(503 if self.provider.away else status, told)

    def _send(self, status: int, told: Any) -> None:
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.provider.issuer}/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def provided(host: str = "127.0.0.1") -> Iterator[Provider]:
    """Serve one on a free port of this machine; `host` is how it calls itself."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
