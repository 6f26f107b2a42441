"""What a hostile server sends the Salesforce client beneath the JSON: each is a typed error, and nothing leaks."""

from collections.abc import Iterator

import pytest

from connector.crm.port import State
from connector.errors import ConnectorError, Misconfigured, RetryLater, Unreadable
from connector.sandbox.http import Request, Response
from tests.crm.salesforce_world import CREDENTIALS, SalesforceWorld, create, salesforce_world
from tests.hostile.wire_twists import bomb, whole

TOKEN_PATH = "oauth2"


@pytest.fixture
def world() -> Iterator[SalesforceWorld]:
    """An org with one lead."""
    with salesforce_world() as made:
        made.add({"LastName": "Marlow", "Company": "Harbour Light Ltd"})
        yield made


def answers(world: SalesforceWorld, path: str, response: Response) -> None:
    """Answer requests to this path like this from now on, and all others truly."""
    world.heard.retouch = lambda request, true: response if path in request.path else true


@pytest.mark.parametrize("path", [TOKEN_PATH, "/query", "describe"])
def test_a_redirection_to_an_address_that_is_none(world: SalesforceWorld, path: str) -> None:
    """Nobody follows it, so nobody has to understand it."""
    answers(world, path, Response(303, "", {"Location": "http://[bad"}))
    crm = world.client()
    with pytest.raises(Misconfigured):
        list(crm.changes(0)) if path == "/query" else crm.check()


@pytest.mark.parametrize(
    "head",
    [
        f"Sforce-Limit-Info: api-usage={'9' * 5000}/{'9' * 5000}",
        "Sforce-Limit-Info: api-usage=\xb2/\xb3",
        "Set-Cookie: ;;;===\x01",
        "Sforce-Limit-Info: api-usage=-1/x",
    ],
)
def test_a_header_that_says_nonsense_is_left_alone(world: SalesforceWorld, head: str) -> None:
    """How many requests are left is good to know, not needed."""
    world.heard.retouch = lambda request, true: whole(true.encoded(), head=[head])
    crm = world.client()
    crm.check()
    assert crm.usage is None


@pytest.mark.parametrize("date", ["", "soon", "Thu, 26 Nov 2026 10:00:00 +9999999999999999999"])
def test_without_a_clock_nothing_is_read(world: SalesforceWorld, date: str) -> None:
    """Changes are read by the server's clock: an answer without one is none."""
    world.heard.retouch = lambda request, true: whole(true.encoded(), head=[f"Date: {date}"])
    with pytest.raises(Unreadable, match="Date"):
        list(world.client().changes(0))


@pytest.mark.parametrize("body", [b"-5\r\n{}\r\n0\r\n\r\n", b"zz\r\n{}\r\n0\r\n\r\n"])
@pytest.mark.parametrize("path", [TOKEN_PATH, "/query"])
def test_chunks_of_impossible_sizes_are_no_answer(world: SalesforceWorld, path: str, body: bytes) -> None:
    """The answer is lost, so that the read is for later."""
    answers(world, path, whole(body, head=["Transfer-Encoding: chunked"]))
    with pytest.raises(RetryLater):
        list(world.client().changes(0))


def test_an_instance_that_is_no_address(world: SalesforceWorld) -> None:
    """The token reply has to name where the token is good; a number or a list is no place."""
    odd: tuple[object, ...] = (5, 1.5, ["https://acme.my.salesforce.com"], {}, None, "http://[bad", "")
    for instance in odd:
        body = {"access_token": "x", "instance_url": instance, "id": "https://x/id/00DSb0000000001/005Sb0000000001"}
        answers(world, TOKEN_PATH, Response(200, body))
        with pytest.raises((Unreadable, Misconfigured)):
            world.client().check()


def test_an_answer_that_drips_comes_to_an_end(world: SalesforceWorld) -> None:
    """However often a byte comes, after ten time-outs the answer is given up."""

    def drip() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        while True:
            world.clock.advance(4)  # less than the time-out of a piece
            yield b" "

    world.heard.retouch = lambda request, true: Response(raw=drip()) if "/query" in request.path else true
    with pytest.raises(RetryLater):
        list(world.client(timeout=5).changes(0))


def test_a_small_answer_that_unpacks_into_a_huge_one(world: SalesforceWorld) -> None:
    """It is read no further than any true answer is long."""
    answers(world, "/query", whole(bomb(), head=["Content-Encoding: gzip"]))
    with pytest.raises(RetryLater):
        list(world.client().changes(0))


@pytest.mark.parametrize("status", [102, 103])
def test_an_interim_answer_is_never_taken_for_the_next_one(world: SalesforceWorld, status: int) -> None:
    """After it the connection is given up: the final answer on its way belongs to no later request."""
    interim = f"HTTP/1.1 {status} Wait\r\n\r\n".encode()

    def retouch(request: Request, true: Response) -> Response:
        return Response(raw=[interim, *(whole(true.encoded()).raw or ())]) if "/query" in request.path else true

    crm = world.client()
    crm.check()
    world.heard.retouch = retouch
    with pytest.raises(RetryLater):
        list(crm.changes(0))
    world.heard.retouch = lambda request, true: true
    assert crm.check().system == world.org.config.org_id


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
@pytest.mark.parametrize("path", [TOKEN_PATH, "/composite"])
def test_a_server_that_repeats_the_request_gives_no_credential_away(
    world: SalesforceWorld, path: str, status: int
) -> None:
    """Tokens and secrets are cut out of whatever comes back, before anybody can quote it."""
    carried: list[str] = []

    def retouch(request: Request, true: Response) -> Response:
        if path not in request.path:
            return true
        carried.append(request.headers["authorization"].split()[-1])
        heard = f"{request.headers} {CREDENTIALS.client_secret} {request.body.decode()}"
        error = {"errorCode": "INVALID_FIELD", "message": heard, "fields": [heard]}
        return Response(status, [error] if path != TOKEN_PATH else {"error": heard, "error_description": heard})

    world.heard.retouch = retouch
    crm = world.client()
    told = []
    try:
        told += [repr(each) for each in crm.write([create(1, {})])]
    except ConnectorError as error:
        told += [str(error), repr(vars(error))]
    assert told
    assert carried
    assert not any(secret in text for text in told for secret in carried)
    assert path != TOKEN_PATH or not any(CREDENTIALS.client_secret in text for text in told)


def test_a_cookie_is_neither_kept_nor_sent(world: SalesforceWorld) -> None:
    """A session is a token and nothing else."""
    world.heard.retouch = lambda request, true: Response(true.status, true.body, {"Set-Cookie": "a=1; Path=/"})
    crm = world.client()
    crm.check()
    assert crm.write([create(1, {})])[0].state is State.LANDED
    assert not any("cookie" in request.headers for request in world.heard.requests)
