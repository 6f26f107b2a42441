"""Logging in to Salesforce, renewing a token, and where requests may go.

The first part of the tests names defects of simple-salesforce 1.12.10 and shows that this client has none of them.
"""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from connector.core.model import SECOND, Side
from connector.crm.port import State
from connector.crm.salesforce import ClientCredentials, JwtBearer, SalesforceCrm
from connector.errors import Misconfigured, RetryLater, Unreadable
from connector.sandbox.http import Fault, Request, Response, Server
from connector.sandbox.salesforce import SalesforceConfig
from tests.crm.salesforce_world import COMPLETE, CREDENTIALS, SalesforceWorld, create, salesforce_world, update

USERNAME = "integration@salesforce.example"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """A private key as a file holds it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def world() -> Iterator[SalesforceWorld]:
    """An org whose assignment rule gives every lead to a queue, unless a request says otherwise."""
    with salesforce_world() as made:
        made.org.add_queue("Inbound")
        made.org.reconfigure(assignment_rule_owner="Inbound")
        yield made


# --- the defects ------------------------------------------------------------------------------------------------


def test_headers_are_kept_when_a_request_is_repeated_after_a_401(world: SalesforceWorld) -> None:
    """Defect 1: the repeated write carries every header, so no assignment rule runs."""
    crm = world.client()
    crm.check()
    world.org.revoke_tokens()
    (outcome,) = crm.write([create(1, {"Title": "x"}, "701")])
    assert outcome.state is State.LANDED
    first, second = world.heard.of("PATCH", "/composite/sobjects/Lead/")
    assert first.headers["authorization"] != second.headers["authorization"]
    assert {**first.headers, "authorization": ""} == {**second.headers, "authorization": ""}
    assert second.headers["sforce-auto-assign"] == "FALSE"
    assert second.headers["sforce-duplicate-rule-header"] == "allowSave=false"
    assert world.leads()[outcome.record_id]["OwnerId"] == world.org.users[0]["Id"]


def test_a_token_that_is_refused_for_good_is_renewed_once(world: SalesforceWorld) -> None:
    """Defect 2: two requests and two logins, then a `Misconfigured`; never a loop that locks the user out."""
    world.server.fault(Fault("status", path="/services/data", status=401, times=0))
    crm = world.client()
    with pytest.raises(Misconfigured, match="401"):
        crm.check()
    assert world.logins() == 2
    assert len(world.server.journal.calls("GET", "/describe$")) == 2


def test_a_write_with_a_token_that_is_refused_for_good(world: SalesforceWorld) -> None:
    """The same for writes: nothing is carried out."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault("status", path="/composite", status=401, times=0))
    with pytest.raises(Misconfigured):
        crm.write([create(1, {})])
    assert world.logins() == 2
    assert world.leads() == {}


def test_an_org_that_moves_is_followed(world: SalesforceWorld) -> None:
    """Defect 3: after a renewal every request goes to the host that the new token names, and nowhere else."""
    crm = world.client()
    crm.check()
    with Server(world.heard, clock=world.clock) as moved:

        def retouch(request: Request, response: Response) -> Response:
            if "oauth2" in request.path:
                return Response(200, {**response.body, "instance_url": moved.url})
            return response

        world.heard.retouch = retouch
        world.org.revoke_tokens()
        record_id = world.add(COMPLETE)
        assert set(crm.get([record_id])) == {record_id}
        world.server.reset_journal()
        assert list(crm.changes(None))
        assert world.server.journal == []
        assert len(moved.journal) == 2
        crm.close()


@pytest.mark.parametrize("kind", ["html", "status"])
def test_a_401_without_json_is_a_401(world: SalesforceWorld, kind: Any) -> None:
    """Defect 4: an edge server's page is understood; the token is renewed and the request repeated."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault(kind, path="/query", status=401))
    assert list(crm.changes(None))
    assert world.logins() == 2


def test_silence_ends_after_the_timeout(world: SalesforceWorld) -> None:
    """Defect 5: logging in, describing, querying and writing all give up."""
    crm = world.client(timeout=0.2)
    world.server.fault(Fault("hang", path="/token", seconds=30, times=3))
    with pytest.raises(RetryLater):
        crm.check()
    crm.check()
    world.server.fault(Fault("hang", path="/describe|/query", seconds=30, times=6))
    with pytest.raises(RetryLater):
        crm.check()
    with pytest.raises(RetryLater):
        list(crm.changes(None))
    world.server.fault(Fault("hang", path="/composite", seconds=30))
    (outcome,) = crm.write([create(1, {})])
    assert outcome.state is State.UNKNOWN


def test_short_retries_are_ours(world: SalesforceWorld) -> None:
    """Defect 6: a busy server is asked three times, waiting as it says; a gateway's 429 counts the same."""
    crm = world.client()
    crm.check()
    world.server.fault(Fault("status", path="/query", status=503, retry_after="7"))
    world.server.fault(Fault("status", path="/query", status=429))
    assert list(crm.changes(None))
    assert world.waits == [7, 2]


def test_the_use_of_the_allocation_is_known_after_every_kind_of_request(world: SalesforceWorld) -> None:
    """Defect 7: reads and writes alike tell how many of the day's requests are used."""
    crm = world.client()
    assert crm.usage is None
    crm.check()
    assert crm.usage == (1, 100_000)
    crm.write([create(1, {})])
    assert crm.usage == (2, 100_000)


# Defect 8 (one exception class for 304, 412, 414, 429 and 5xx) is held by the table in test_salesforce_failures.py.


# --- logging in -------------------------------------------------------------------------------------------------


def test_check_names_the_org_and_the_user(world: SalesforceWorld) -> None:
    """The org's id with 18 characters, the integration user's id, and the server's clock."""
    identity = world.client().check()
    assert identity.side is Side.SALESFORCE
    assert identity.system == world.org.config.org_id
    assert identity.user == world.org.users[0]["Id"]
    assert abs(identity.server_now / SECOND - world.clock.now().timestamp()) < 5


def test_one_login_serves_many_requests_and_is_counted(world: SalesforceWorld) -> None:
    """A token is used until it is refused; `calls` counts every request, that for the token too."""
    crm = world.client()
    crm.check()
    list(crm.changes(None))
    crm.lookup("User")
    assert world.logins() == 1
    assert crm.calls == len(world.server.journal) == 4


def test_threads_share_one_login_and_one_renewal(world: SalesforceWorld) -> None:
    """Eight threads with an expired token ask for one new token between them."""
    crm = world.client()
    crm.check()
    world.org.revoke_tokens()
    found: list[int] = []

    def read() -> None:
        found.append(len(list(crm.changes(None))))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8
    assert world.logins() == 2


def test_a_jwt_logs_in() -> None:
    """The JWT bearer flow with a key of one's own, for the My Domain, living three minutes at most."""
    with salesforce_world(SalesforceConfig(username=USERNAME, public_key=PUBLIC.decode())) as world:
        credentials = JwtBearer("sandbox-client-id", USERNAME, pem(KEY))
        assert world.client(credentials=credentials).check().system == world.org.config.org_id
        world.org.revoke_tokens()
        assert list(world.client(credentials=credentials).changes(None))


@pytest.mark.parametrize(
    ("credentials", "hint"),
    [
        (JwtBearer("sandbox-client-id", USERNAME, pem(OTHER_KEY)), "certificate"),
        (JwtBearer("sandbox-client-id", "nobody@salesforce.example", pem(KEY)), "pre-authorise"),
        (JwtBearer("another-client", USERNAME, pem(KEY)), "SALESFORCE_CLIENT_ID"),
        (JwtBearer("sandbox-client-id", USERNAME, "not a key"), "SALESFORCE_PRIVATE_KEY_FILE"),
        (JwtBearer("sandbox-client-id", USERNAME, pem(ec.generate_private_key(ec.SECP256R1()))), "PRIVATE_KEY_FILE"),
        (ClientCredentials("sandbox-client-id", "wrong-secret"), "SALESFORCE_CLIENT_SECRET"),
        (ClientCredentials("wrong-id", "sandbox-client-secret"), "SALESFORCE_CLIENT_ID"),
    ],
)
def test_wrong_credentials_are_a_matter_of_configuration(credentials: Any, hint: str) -> None:
    """One login, no retry; the message says what to look at and shows no secret."""
    with salesforce_world(SalesforceConfig(username=USERNAME, public_key=PUBLIC.decode())) as world:
        with pytest.raises(Misconfigured, match=hint) as caught:
            world.client(credentials=credentials).check()
        assert world.logins() <= 1
        for secret in ("wrong-secret", "sandbox-client-secret", "PRIVATE KEY-"):
            assert secret not in str(caught.value)
            assert secret not in repr(credentials)


def test_an_app_without_a_run_as_user() -> None:
    """The message says what to set in the app."""
    with salesforce_world(SalesforceConfig(run_as=False)) as world, pytest.raises(Misconfigured, match="Run As"):
        world.client().check()


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"error": "invalid_grant", "error_description": "login rate exceeded"}, RetryLater),
        (400, {"error": "unknown_error", "error_description": "retry your request"}, RetryLater),
        (503, "<html>", RetryLater),
        (404, "<html>", Misconfigured),
        (200, "<html>", Unreadable),
        (200, {"access_token": "x"}, Unreadable),
        (
            200,
            {"access_token": "x", "instance_url": "http://127.0.0.1:1", "id": "http://127.0.0.1:1/id/a/b"},
            Unreadable,
        ),
    ],
)
def test_odd_answers_to_a_login(world: SalesforceWorld, status: int, error: Any, kind: type[Exception]) -> None:
    """What passes is tried again later, what does not is told at once."""
    world.heard.retouch = lambda request, response: Response(status, error)
    with pytest.raises(kind):
        world.client().check()


def test_a_token_for_an_insecure_host_is_not_used(world: SalesforceWorld) -> None:
    """A reply that names a plain http host elsewhere would send the token and the leads in the clear."""
    world.heard.retouch = lambda request, response: Response(
        200, {**response.body, "instance_url": "http://crm.example"}
    )
    with pytest.raises(Misconfigured, match="plain http"):
        world.client().check()


def test_a_redirection_is_not_followed(world: SalesforceWorld) -> None:
    """Neither token nor leads go where an answer points to."""
    crm = world.client()
    crm.check()
    world.heard.retouch = lambda request, response: Response(302, "", {"Location": "https://elsewhere.example/"})
    with pytest.raises(Misconfigured, match="redirection"):
        list(crm.changes(None))
    with pytest.raises(Misconfigured):
        crm.write([create(1, {})])


def test_a_write_that_cannot_log_in_is_for_later(world: SalesforceWorld) -> None:
    """No token, nothing sent."""
    crm = world.client()
    crm.check()
    world.org.revoke_tokens()
    world.server.fault(Fault("lost_before", path="/token", times=0))
    (outcome,) = crm.write([update(1, world.add(COMPLETE), {"Title": "x"})])
    assert outcome.state is State.LATER


# --- where requests may go --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://acme.my.salesforce.com", "plain http"),
        ("http://192.0.2.7:8080", "plain http"),
        ("https://login.salesforce.com", "My Domain"),
        ("https://acme.lightning.force.com", "My Domain"),
        ("https://acme.my.salesforce.com/services", "scheme and host"),
        ("https://user:pass@acme.my.salesforce.com", "scheme and host"),
        ("ftp://acme.my.salesforce.com", "scheme and host"),
        ("https://acme.my.salesforce.com:port", "scheme and host"),
        ("", "scheme and host"),
    ],
)
def test_a_url_that_is_not_an_org(url: str, hint: str) -> None:
    """It is refused before anything is sent, naming the setting."""
    with pytest.raises(Misconfigured, match=hint) as caught:
        SalesforceCrm(url, CREDENTIALS, fields=())
    assert "SALESFORCE_URL" in str(caught.value)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["acme.my.salesforce.com", "https://acme--x.sandbox.my.salesforce.com/", "http://[::1]:1"]
)
def test_a_url_that_is_an_org(url: str) -> None:
    """A bare host means https; plain http is fine on this machine."""
    SalesforceCrm(url, CREDENTIALS, fields=()).close()


@pytest.mark.parametrize("settings", [{"api_version": "v67"}, {"fields": ("Title, Secret",)}, {"external_id": ""}])
def test_settings_that_cannot_be_right(settings: dict[str, Any]) -> None:
    """An API version of another form, or a name that is no field's, is refused before anything is sent."""
    with pytest.raises(Misconfigured):
        SalesforceCrm("https://acme.my.salesforce.com", CREDENTIALS, **{"fields": (), **settings})


def test_nobody_listens(world: SalesforceWorld) -> None:
    """No connection is not a login failure: later, and not counted as a request."""
    crm = world.client()
    world.server.stop()
    with pytest.raises(RetryLater):
        crm.check()
    assert crm.calls == 0
