"""Coming in by the company's own login: OpenID Connect, the authorization code flow with PKCE.

Sources: OpenID Connect Core 1.0, sections 3.1 (the flow), 3.1.3.7 (what is checked of an ID token) and 5.3 (userinfo);
OpenID Connect Discovery 1.0, section 4.3; RFC 7636 (PKCE); RFC 9207 (who answers). Nothing of a token is kept: what
stays is a session of ours with a name and a role.
"""

import secrets
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry

from connector.console.door import NotIn, Role, Ticket, User
from connector.core.model import SECOND, Micros
from connector.forms import is_loopback
from connector.pause import named

SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures of a key that only the company's login has; with the others, who can check can also forge."""
TIMEOUT = 10.0
LEEWAY = 120
"""Seconds by which the two clocks may differ."""
FRESH = 3600 * SECOND
"""So long the addresses and keys of the login are believed."""
ANEW = 60 * SECOND
"""An unknown key may make us ask for the keys again, but not more often than this."""
AGAIN = 5 * SECOND
"""So long a login that did not answer is not asked again: whoever waits for it keeps a thread of the job busy."""
AT_ONCE = 8
"""So many may wait for the company's login; a login that hangs must not take the threads of everybody else's pages."""
AWAY = (
    "The company's login does not answer as it should. Try again in a minute; if that is no help, tell whoever runs it."
)
LIES = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What the libraries raise over an answer that is not what it should be."""
KNOWN = frozenset(
    {
        *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"),
        *("invalid_scope", "access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable"),
        *("interaction_required", "login_required", "account_selection_required", "consent_required"),
    }
)
"""Errors with a name (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect Core 1.0, 3.1.2.6); any other text is not repeated."""


@dataclass(frozen=True, slots=True)
class Company:
    """Where the company's login is, what we are to it, and who gets which role.

    `role_claim` holds one text or several; who has one of `operators` may decide, one of `viewers` may look. A dot
    leads into a claim ("realm_access.roles"), into that of the name, too. An e-mail address gives a role only where
    the login has verified it.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    home: str
    """Our own address, such as https://leads.acme.example: the answer is sent there and nowhere else."""
    scopes: str
    name_claim: str
    role_claim: str
    operators: frozenset[str]
    viewers: frozenset[str]


class CompanyLogin:
    """The company's login. For any thread. Raises `NotIn` with a text for whoever wanted to come in."""

    def __init__(self, company: Company, back: str, clock: Callable[[], Micros]) -> None:
        self.home, self.back = company.home, company.home + back
        self._company, self._clock = company, clock
        self._lock, self._places = Lock(), BoundedSemaphore(AT_ONCE)
        self._found: dict[str, Any] = {}
        self._found_at: Micros = 0
        self._away_until: Micros = 0
        self._keys: KeySet | None = None
        self._keys_at: Micros = 0

    def address(self, ticket: Ticket) -> str:
        """Where a browser has to go to log in."""
        with self._place(), self._session() as session:
            address, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=ticket.state,
                nonce=ticket.nonce,
                code_verifier=ticket.verifier,
            )
        return str(address)

    def user(self, ticket: Ticket, answer: Map[str, str]) -> User:
        """Who came back with this answer."""
        with self._place():
            return self._user(ticket, answer)

    def problem(self) -> str:
        """What keeps people from coming in, as far as it can be told before somebody tries; "" for nothing."""
        try:
            for name in ("authorization_endpoint", "token_endpoint"):
                self._endpoint(name)
            return "" if self._key_set() else "it shows no key that can be read"
        except NotIn as refused:
            return refused.reason

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise NotIn("Others are logging in at this moment. Try again in a minute.", "too many at once", 503)
        try:
            yield
        finally:
            self._places.release()

    def _user(self, ticket: Ticket, answer: Map[str, str]) -> User:
        found = self._metadata()
        issuer, named_always = found["issuer"], found.get("authorization_response_iss_parameter_supported") is True
        if not secrets.compare_digest(answer.get("state", "").encode(), ticket.state.encode()):
            raise NotIn("This login was begun in another window, or too long ago. Begin it again.", "another state")
        if answer.get("iss", "" if named_always else issuer) != issuer:
            raise NotIn("The answer came from another login than the company's. Begin it again.", "another issuer")
        if "error" in answer or not answer.get("code"):
            reason = _reason("it said no", answer.get("error"))
            raise NotIn("The company's login did not let you in. Begin again, or ask whoever runs it.", reason)
        tokens = self._tokens(answer["code"], ticket.verifier)
        claims = self._claims(tokens, issuer, ticket.nonce)
        if self._values(claims) is None or not any(_at(claims, self._company.name_claim)):
            claims = {**self._userinfo(tokens, claims["sub"]), **claims}
        return User(self._name(claims), self._role(claims))

    def _session(self) -> OAuth2Session:
        company = self._company
        return OAuth2Session(
            company.client_id,
            company.client_secret or None,
            token_endpoint_auth_method=self._authentication(),
            scope=company.scopes,
            redirect_uri=self.back,
            code_challenge_method="S256",
        )

    def _authentication(self) -> str:
        """How we prove who we are: with the secret in a header, unless the login takes it in the form only."""
        if not self._company.client_secret:
            return "none"
        known = self._metadata().get("token_endpoint_auth_methods_supported")
        takes = known if isinstance(known, list) else []
        form_only = "client_secret_post" in takes and "client_secret_basic" not in takes
        return "client_secret_post" if form_only else "client_secret_basic"

    def _tokens(self, code: str, verifier: str) -> Map[str, Any]:
        us, secret = quote_plus(self._company.client_id), quote_plus(self._company.client_secret)
        try:
            with self._session() as session:
                tokens: Map[str, Any] = session.fetch_token(
                    self._endpoint("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    # authlib leaves both as they are; they have to be encoded as in a form (RFC 6749, 2.3.1)
                    auth=(us, secret) if self._authentication() == "client_secret_basic" else None,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            reason = _reason("no token", error.error)
            raise NotIn("The company's login did not let you in. Begin again.", reason) from None
        except (requests.RequestException, *LIES) as error:
            raise NotIn(AWAY, f"no token: {type(error).__name__}", 503) from None
        return tokens

    def _claims(self, tokens: Map[str, Any], issuer: str, nonce: str) -> dict[str, Any]:
        """What the ID token says, once its signature, issuer, audience, times and nonce are what they must be."""
        text, us = tokens.get("id_token"), self._company.client_id
        wanted: Any = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": us},
            "sub": {"essential": True},
        }
        given = {"nonce": nonce, "client_id": us, "access_token": tokens.get("access_token")}
        try:
            token = self._decoded(str(text))
            claims = CodeIDToken(token.claims, token.header, wanted, given)
            claims.validate(self._clock() // SECOND, LEEWAY)
        except LIES as error:
            reason = f"the ID token is not to be believed: {type(error).__name__}"
            raise NotIn("The company's login answered something that cannot be believed.", reason) from None
        return dict(claims)

    def _decoded(self, text: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(SIGNED), strict_check_header=False)
        try:
            return jwt.decode(text, self._key_set(), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(text, self._key_set(anew=True), registry=registry)

    def _key_set(self, *, anew: bool = False) -> KeySet:
        with self._lock:
            kept, at = self._keys, self._keys_at
        age = self._clock() - at
        if kept is None or age > FRESH or (anew and age > ANEW):
            kept = _keys(_json(self._endpoint("jwks_uri")))
            with self._lock:
                self._keys, self._keys_at = kept, self._clock()
        return kept

    def _userinfo(self, tokens: Map[str, Any], subject: str) -> dict[str, Any]:
        """What the login says besides, where its ID token has no roles; nothing that is said of somebody else."""
        if not self._metadata().get("userinfo_endpoint") or not tokens.get("access_token"):
            return {}
        found = _json(self._endpoint("userinfo_endpoint"), str(tokens["access_token"]))
        return found if found.get("sub") == subject else {}

    def _name(self, claims: Map[str, Any]) -> str:
        """By the claim of the settings; else what nobody chooses for themselves."""
        for name in (*_at(claims, self._company.name_claim), claims["sub"]):
            if isinstance(name, str) and named(name):
                return named(name)
        raise NotIn("The company's login does not say who you are.", "no name")

    def _role(self, claims: Map[str, Any]) -> Role:
        has = self._values(claims) or frozenset()
        if has & self._company.operators:
            return Role.OPERATOR
        if has & self._company.viewers:
            return Role.VIEWER
        raise NotIn(
            "You are known, but have no role here. Ask whoever runs the connector to give you one: it follows from "
            f"what the company's login says of you as {self._company.role_claim!r}.",
            "no role",
        )

    def _values(self, claims: Map[str, Any]) -> frozenset[str] | None:
        """What the claim that roles follow from holds; None where there is none."""
        claim = self._company.role_claim
        if claim == "email" and claims.get("email_verified") is not True:
            return frozenset() if "email" in claims else None
        for found in _at(claims, claim):
            texts = found if isinstance(found, list) else [found]
            return frozenset(text for text in texts if isinstance(text, str))
        return None

    def _metadata(self) -> dict[str, Any]:
        """What the login says of itself."""
        with self._lock:
            if self._found and self._clock() - self._found_at <= FRESH:
                return self._found
            if self._clock() < self._away_until:
                raise NotIn(AWAY, "it did not answer a moment ago", 503)
        try:
            found = _json(f"{self._company.issuer}/.well-known/openid-configuration")
        except NotIn:
            with self._lock:
                self._away_until = self._clock() + AGAIN
            raise
        if str(found.get("issuer", "")).rstrip("/") != self._company.issuer:
            raise NotIn(AWAY, "it calls itself by another name than CONNECTOR_OIDC_ISSUER", 503)
        with self._lock:
            self._found, self._found_at = found, self._clock()
        return found

    def _endpoint(self, name: str) -> str:
        address = self._metadata().get(name)
        try:
            parts = urlsplit(address if isinstance(address, str) else "")
            right = bool(parts.hostname) and parts.port != 0
        except ValueError:
            right = False
        if not right or (
            parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        ):
            raise NotIn(AWAY, f"its {name} is missing or not https", 503)
        return str(address)


def _at(claims: Map[str, Any], claim: str) -> Iterator[Any]:
    """The claim of that name; else, step by step, what its parts lead to."""
    if claim in claims:
        yield claims[claim]
        return
    found: Any = claims
    for part in claim.split("."):
        if not isinstance(found, dict) or part not in found:
            return
        found = found[part]
    yield found


def _keys(found: Map[str, Any]) -> KeySet:
    """The keys that we can read; one of another kind is passed over (RFC 7517, section 5)."""
    listed, keys = found.get("keys"), []
    for each in listed if isinstance(listed, list) else []:
        with suppress(*LIES):
            keys += KeySet([JWKRegistry.import_key(each)]).keys
    return KeySet(keys)


def _reason(what: str, error: object) -> str:
    """For the log: the error's name where it has one."""
    return f"{what}: {error}" if isinstance(error, str) and error in KNOWN else what


def _json(address: str, token: str = "") -> dict[str, Any]:
    """An object that the company's login serves; no redirect is followed."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        answer = requests.get(address, headers=headers, timeout=TIMEOUT, allow_redirects=False)
        found = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, *LIES) as error:
        raise NotIn(AWAY, f"no answer: {type(error).__name__}", 503) from None
    if not isinstance(found, dict):
        raise NotIn(AWAY, f"it answered {answer.status_code} and no object", 503)
    return found
