"""What a hostile server sends the Operate client: each is a typed error or left out, everything ends, nothing leaks."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from connector.core.model import Side, Write
from connector.crm.operate import OperateCrm
from connector.crm.operate.envelope import Envelope
from connector.crm.operate.paging import read_all
from connector.crm.port import State
from connector.errors import ConnectorError, Misconfigured, RetryLater, Unreadable
from connector.sandbox.http import Request, Response
from tests.crm.contract import records
from tests.crm.operate_world import COMPLETE, CREDENTIALS, OperateWorld, operate_world
from tests.hostile.wire_twists import bomb, whole

TOKEN_PATH = "/oauth2/token"
Retouch = Callable[[Request, Response], Response]


@dataclass
class Retouched:
    """A tenant whose answers are changed on their way."""

    world: OperateWorld
    retouch: Retouch

    def handle(self, request: Request) -> Response:
        """Answer as the tenant does, apart from what is retouched."""
        return self.retouch(request, self.world.app.handle(request))


@pytest.fixture
def world() -> Iterator[OperateWorld]:
    """A tenant with two leads."""
    with operate_world() as made:
        for _ in range(2):
            made.add({**COMPLETE, "lastname": "Marlow"})
        yield made


@pytest.fixture
def crm(world: OperateWorld) -> Iterator[OperateCrm]:
    """A client of it."""
    with world.client() as made:
        yield made


def retouched(world: OperateWorld, retouch: Retouch) -> None:
    """Change the answers from now on."""
    world.server.app = Retouched(world, retouch)


def answers(world: OperateWorld, path: str, response: Response) -> None:
    """Answer requests to this path like this, and all others truly."""
    retouched(world, lambda request, true: response if path in request.path else true)


def each_lead(world: OperateWorld, **values: Any) -> None:
    """Set these fields of every lead that is shown."""

    def retouch(request: Request, true: Response) -> Response:
        body = json.loads(true.encoded())
        for row in body.get("response", {}).get("leads") or []:
            row |= values
        return Response(true.status, body)

    retouched(world, retouch)


# --- beneath the JSON -------------------------------------------------------------------------------------------


def test_a_redirection_to_an_address_that_is_none(world: OperateWorld, crm: OperateCrm) -> None:
    """Nobody follows it, and the message names the setting."""
    answers(world, "/lead", Response(303, "", {"Location": "http://[bad"}))
    with pytest.raises(Misconfigured, match="OPERATE_URL"):
        list(crm.changes(0))


@pytest.mark.parametrize(
    "token", ["tökén", "a\nX-Evil: 1", "a\0b", "\ud800", "", "x" * 100_000, ["x"], {"a": 1}, True, None]
)
def test_a_token_that_cannot_be_sent(world: OperateWorld, crm: OperateCrm, token: Any) -> None:
    """It would end as a traceback, or as a header of somebody else's choice."""
    answers(world, TOKEN_PATH, Response(200, {"access_token": token, "refresh_token": token, "expires_in": 120}))
    with pytest.raises(Unreadable):
        crm.check()


@pytest.mark.parametrize("refresh", ["tökén", "\ud800", {"a": 1}, None])
def test_a_refresh_token_that_cannot_be_sent(world: OperateWorld, crm: OperateCrm, refresh: Any) -> None:
    """Then the password logs in again."""

    def retouch(request: Request, true: Response) -> Response:
        body = {**json.loads(true.encoded()), "refresh_token": refresh, "expires_in": 0}
        return Response(true.status, body) if request.path == TOKEN_PATH else true

    retouched(world, retouch)
    assert crm.check().system
    assert all("grant_type=password" in entry.body for entry in world.server.journal.calls(path=TOKEN_PATH))


def test_an_answer_that_drips_comes_to_an_end(world: OperateWorld) -> None:
    """However often a byte comes, after ten time-outs the answer is given up."""
    now = [0.0]

    def drip() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
        while True:
            now[0] += 4  # less than the time-out of a piece
            yield b" "

    retouched(world, lambda request, true: Response(raw=drip()) if "/lead" in request.path else true)
    with (
        OperateCrm(world.server.url, CREDENTIALS, timeout=5, sleep=world.waits.append, clock=lambda: now[0]) as crm,
        pytest.raises(RetryLater),
    ):
        list(crm.changes(0))


@pytest.mark.parametrize("codings", ["gzip", "gzip, gzip"])
def test_a_small_answer_that_unpacks_into_a_huge_one(world: OperateWorld, crm: OperateCrm, codings: str) -> None:
    """It is read no further than any true answer is long; packed twice it is not unpacked at all."""
    answers(world, "/lead", whole(bomb(), head=[f"Content-Encoding: {codings}"]))
    with pytest.raises(RetryLater):
        list(crm.changes(0))


@pytest.mark.parametrize("charset", ["klingon", "zlib", "rot13", "utf-8"])
def test_a_body_that_is_no_text(world: OperateWorld, crm: OperateCrm, charset: str) -> None:
    """Broken letters never become a lead's values: the answer counts as lost, unless it is text after all."""

    def retouch(request: Request, true: Response) -> Response:
        body = true.encoded().replace(b"Marlow", b"Marl\xff\xfe" if charset == "utf-8" else b"Marlow")
        head = [f"Content-Type: application/json; charset={charset}"]
        return whole(body, head=head) if "/lead" in request.path else true

    retouched(world, retouch)
    try:
        found = records(crm.changes(0))
    except RetryLater:
        return
    assert {record.native["lastname"] for record in found.values()} == {"Marlow"}


@pytest.mark.parametrize("status", [200, 400, 403, 500])
@pytest.mark.parametrize("path", [TOKEN_PATH, "/lead"])
def test_a_server_that_repeats_the_request_gives_no_credential_away(
    world: OperateWorld, crm: OperateCrm, path: str, status: int
) -> None:
    """Tokens, secrets and passwords are cut out of whatever comes back, in both forms, before anybody can quote it."""
    tokens: list[str] = []

    def retouch(request: Request, true: Response) -> Response:
        if path not in request.path:
            return true
        tokens.append(request.headers.get("authorization", "Bearer none-at-all").split()[-1])
        heard = f"{request.headers} {request.body.decode()}"
        return Response(status, {"response": {"status": "Error", "message": heard}, "error": heard})

    retouched(world, retouch)
    told = []
    for ask in (lambda: list(crm.changes(0)), lambda: crm.write([Write(1, Side.OPERATE, None, "", False, {"a": {}})])):
        try:
            told.append(repr(ask()))
        except ConnectorError as error:
            told += [str(error), repr(vars(error))]
    secrets = (*tokens, CREDENTIALS.client_secret, CREDENTIALS.password)
    assert told
    assert not any(secret in text for text in told for secret in secrets)


def test_a_cookie_is_neither_kept_nor_sent(world: OperateWorld, crm: OperateCrm) -> None:
    """A session is a token and nothing else."""
    heard: list[Request] = []

    def retouch(request: Request, true: Response) -> Response:
        heard.append(request)
        return Response(true.status, true.body, {"Set-Cookie": "a=1; Path=/"})

    retouched(world, retouch)
    crm.check()
    assert len(heard) > 2
    assert not any("cookie" in request.headers for request in heard)


# --- in the JSON ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["updatedate", "creationdate"])
@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2026-99-99T99:99:99", "Marlow"]
)
def test_a_time_that_no_lead_can_have(world: OperateWorld, crm: OperateCrm, name: str, time: str) -> None:
    """A cursor made of it would skip or repeat everything; the message does not quote it, it may be anything."""
    each_lead(world, **{name: time})
    for ask in (lambda: crm.check(), lambda: list(crm.changes(0))):
        with pytest.raises(Unreadable) as caught:
            ask()
        assert "Marlow" not in str(caught.value)


@pytest.mark.parametrize("time", ["2026-99-99T99:99:99", "0001-01-01T00:00:00", "Marlow"])
def test_another_date_that_is_none_is_only_a_text(world: OperateWorld, crm: OperateCrm, time: str) -> None:
    """The rule that carries it says what is wrong with it; the lead as such can be read."""
    each_lead(world, enquirydate=time)
    assert {record.native["enquirydate"][:10] for record in records(crm.changes(0)).values()} == {time[:10]}


@pytest.mark.parametrize("value", [["Marlow"], {"last": "Marlow"}, [[[[]]]]])
def test_a_field_that_is_no_value_is_not_shown(world: OperateWorld, crm: OperateCrm, value: Any) -> None:
    """Each value is text or null; a list in its place is no edit that could be carried over."""
    each_lead(world, lastname=value)
    assert all("lastname" not in record.native for record in records(crm.changes(0)).values())


@pytest.mark.parametrize("leadid", ["1' OR '1'='1", "../account/1", "\ud800", "-1", "1.5", "x", "9" * 40])
def test_a_record_that_is_no_lead(world: OperateWorld, crm: OperateCrm, leadid: str) -> None:
    """An id that is no number never gets into the ledger, an address or a filter of either CRM."""
    each_lead(world, leadid=leadid)
    for since in (0, None):
        with pytest.raises(Unreadable):
            list(crm.changes(since))


def test_another_lead_than_the_one_asked_for(world: OperateWorld, crm: OperateCrm) -> None:
    """Neither is it taken for that one, nor is that one taken for gone."""
    each_lead(world, leadid="987654")
    with pytest.raises(Unreadable, match="987654"):
        crm.get([min(world.leads())])


@dataclass
class Pages:
    """Made-up pages of ids, with or without a count."""

    ids: Callable[[int], list[int]]
    total: int | None = None
    asked: int = 0

    def __call__(self, start: int, end: int) -> Envelope:
        """The next page."""
        self.asked += 1
        return Envelope(tuple({"leadid": str(number)} for number in self.ids(self.asked)), self.total, 1)


@pytest.mark.parametrize("total", [None, 10**11])
def test_pages_that_bring_nobody_new_come_to_an_end(total: int | None) -> None:
    """Two pages in turn, or one in ever another order: it takes no more requests than there are records."""
    for ids in (lambda at: [1, 2] if at % 2 else [1, 3], lambda at: [1, 2, 3, 4][:: 1 if at % 2 else -1]):
        pages = Pages(ids, total)
        with pytest.raises(Unreadable):
            list(read_all(pages, "leadid"))
        assert pages.asked < 30


def test_pages_that_bring_ever_new_records_come_to_an_end() -> None:
    """No tenant has more than so many; the connector does not read for ever."""
    number = count(2)
    pages = Pages(lambda at: [1, 2] if at == 1 else [at, next(number) + 1])
    with pytest.raises(Unreadable, match="end"):
        list(read_all(pages, "leadid", most=1000))


def test_a_write_that_is_answered_with_another_type(world: OperateWorld, crm: OperateCrm) -> None:
    """Whatever the answer is, a create that may have landed is looked up, not repeated."""
    odd: tuple[Any, ...] = ([], "x", 7, None, {"response": []}, {"response": {"status": ["OK"]}})
    for body in odd:
        answers(world, "/lead", Response(200, json.dumps(body)))
        (outcome,) = crm.write([Write(1, Side.OPERATE, None, "", False, {"minimum": dict(COMPLETE)})])
        assert outcome.state in {State.UNKNOWN, State.UNCLEAR, State.REFUSED}, body
