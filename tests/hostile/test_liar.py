"""The stand-in that lies: it does what its answers leave open, and notices who takes them for a promise."""

import pytest

from connector.sandbox.http import Request, Response
from tests.hostile.liar import Liar, Twist, wire_twists

SALESFORCE, OPERATE = "/services/data/v67.0/composite/sobjects/Lead/Operate_Lead_Id__c", "/lead"


class Heard:
    """An app that carries everything out, and remembers it."""

    def __init__(self) -> None:
        self.done: list[Request] = []

    def handle(self, request: Request) -> Response:
        """Do it."""
        self.done.append(request)
        return Response(200, {})


def asked(method: str, path: str, body: bytes = b"{}") -> Request:
    """A request."""
    return Request(method, path, path, {}, {}, body)


def done(twist: Twist, method: str, path: str) -> bool:
    """Whether a request was carried out that was answered with this lie."""
    app = Heard()
    Liar(app, twist=twist).handle(asked(method, path))
    return bool(app.done)


@pytest.mark.parametrize(("method", "path"), [("PATCH", SALESFORCE), ("PUT", OPERATE), ("DELETE", OPERATE)])
def test_only_a_promise_keeps_a_write_from_being_carried_out(method: str, path: str) -> None:
    """A bare 503 is none, a 429 is; Salesforce's own words are one, from Salesforce."""
    assert done(Twist(0, "status 503 with HTML"), method, path)
    assert done(Twist(0, "status 503 with a Salesforce error"), method, path)
    assert done(Twist(0, "status 504 with nothing"), method, path)
    assert not done(Twist(0, "status 429 with nothing"), method, path)
    assert done(Twist(0, "status 503 with Salesforce's own excuse"), method, path) is (path == OPERATE)
    assert done(Twist(0, "success with Salesforce's own excuse"), method, path)


def test_what_an_answer_leaves_open_is_tried_both_ways() -> None:
    """The write of a 503 landed, or it did not."""
    found = [each.lost for each in wire_twists(0) if each.name == "status 503 with HTML"]
    assert sorted(found) == [False, True]
    assert not done(Twist(0, "status 503 with HTML", lost=True), "PUT", OPERATE)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("status 503 with HTML", True),
        ("status 500 with nothing", True),
        ("status 429 with nothing", False),
        ("status 503 with Salesforce's own excuse", False),
    ],
)
def test_a_client_that_repeats_a_write_of_an_unknown_end_is_told_of(name: str, found: bool) -> None:
    """Repeating what was not done is right, and so is another write."""

    def repeats(second: bytes) -> bool:
        liar = Liar(Heard(), twist=Twist(0, name))
        for body in (b"{}", second):
            liar.handle(asked("PATCH", SALESFORCE, body))
        return liar.repeated

    assert repeats(b"{}") is found
    assert repeats(b"[]") is False
