"""Nudges over real HTTP: who is believed, what is answered, and what is read of a message."""

import hashlib
import hmac
import http.client
import socket
from urllib.parse import urlsplit

import pytest

from connector.core.model import Side
from connector.vitals import Board
from connector.web.body import LARGEST
from connector.web.nudges import outbound_message
from tests.hosted.conftest import OLDER, SECRET, Served, serving

SOAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>00D000000000001AAA</OrganizationId>
   <ActionId>04k000000000001AAA</ActionId>
   <SessionId xsi:nil="true"/>
   <Notification>
    <Id>04l000000000001AAA</Id>
    <sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
     <sf:Id>00Q000000000001AAA</sf:Id>
    </sObject>
   </Notification>
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>"""
BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    + SOAP.partition(b"?>")[2].replace(b"04k000000000001AAA", b"&c;")
)
OUTSIDE = SOAP.replace(b"?>", b'?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', 1)


def signature(body: bytes, secret: str = SECRET) -> str:
    """What a sender that can sign sends along."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"leadid": 64}'),
        ("application/x-www-form-urlencoded", b"leadid=64"),
        ("", b""),
        ("application/json", b"{not json"),
    ],
)
def test_who_knows_the_secret_is_believed_whatever_the_message_says(
    web: Served, side: Side, kind: str, body: bytes
) -> None:
    """By a header, a bearer token, the path or a signature; also the older of two secrets."""
    ways: list[tuple[str, dict[str, str]]] = [
        ("", {"X_Nudge_Secret": SECRET}),
        ("", {"Authorization": f"Bearer {OLDER}"}),
        (f"/{SECRET}", {}),
        ("", {"X_Nudge_Signature": f"sha256={signature(body)}"}),
        ("", {"X_Nudge_Signature": signature(body, OLDER).upper()}),
    ]
    for path, headers in ways:
        answer = web.ask("POST", f"/nudge/{side}{path}", body, Content_Type=kind, **headers)
        assert (answer.status, answer.text) == (200, '{"ok":true}')
    assert web.nudged == [side] * len(ways)


def test_whoever_does_not_know_it_gets_the_answer_of_a_path_that_does_not_exist(web: Served) -> None:
    """The same status, headers and text, and nothing is done; whether anything is there is not told."""
    nowhere = web.ask("POST", "/nothing/here", b"x")
    assert nowhere.status == 404
    body = b'{"leadid": 64}'
    wrong: list[tuple[str, dict[str, str]]] = [
        ("", {}),
        ("/", {}),
        ("/wrong", {}),
        (f"/{SECRET}x", {}),
        (f"/{SECRET}/x", {}),
        ("/%ff%fe", {}),
        ("", {"X_Nudge_Secret": ""}),
        ("", {"X_Nudge_Secret": SECRET[:-1]}),
        ("", {"X_Nudge_Secret": SECRET + " " + OLDER}),
        ("", {"X_Nudge_Secret": "\xfc\xe9"}),
        ("", {"Authorization": f"Basic {SECRET}"}),
        ("", {"X_Nudge_Signature": ""}),
        ("", {"X_Nudge_Signature": signature(body + b" ")}),
        ("", {"X_Nudge_Signature": signature(body, "another-secret-000000")}),
        ("", {"X_Nudge_Signature": SECRET}),
    ]
    for side in Side:
        for path, headers in wrong:
            assert web.ask("POST", f"/nudge/{side}{path}", body, **headers) == nowhere, (path, headers)
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        assert web.ask(method, f"/nudge/operate/{SECRET}").status == 404
    assert web.ask("POST", f"/nudge/hubspot/{SECRET}", body) == nowhere
    assert web.nudged == []
    matching = [path for path, _ in wrong if path.strip("/").count("/") == 0 and path != "/"]
    assert web.board.vitals.strange_nudges == len(Side) * len(matching)


def test_without_a_secret_in_the_settings_no_nudge_is_taken() -> None:
    """An empty secret is nobody's."""
    with serving(Board(0), secrets=()) as web:
        for headers in ({}, {"X_Nudge_Secret": ""}, {"X_Nudge_Signature": signature(b"", "")}):
            assert web.ask("POST", "/nudge/operate", b"", **headers).status == 404
        assert web.nudged == []


def test_an_outbound_message_of_salesforce_is_acknowledged(web: Served) -> None:
    """As its WSDL asks, or Salesforce would send it again for a day; Operate's XML needs no such answer."""
    answer = web.ask(
        "POST", f"/nudge/salesforce/{SECRET}", SOAP, Content_Type="text/xml; charset=UTF-8", SOAPAction='""'
    )
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert "<Ack>true</Ack>" in answer.text
    assert 'xmlns="http://soap.sforce.com/2005/09/outbound"' in answer.text
    assert (
        web.ask("POST", f"/nudge/operate/{SECRET}", b"<lead><id>64</id></lead>", Content_Type="text/xml").status == 200
    )
    assert web.nudged == [Side.SALESFORCE, Side.OPERATE]


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        OUTSIDE,
        b"<lead/>",
        b"<" * 1000,
        b"<a>" * 10_000,
        SOAP[:200],
        SOAP.replace(b"soap.sforce.com/2005", b"soap.example.com/2005"),
        SOAP.replace(b"UTF-8", b"UTF-77"),
        b'<?xml version="1.0"?><x>\xff</x>',
    ],
)
def test_xml_that_is_no_outbound_message_is_refused_and_does_nothing(web: Served, body: bytes) -> None:
    """No entity is expanded, nothing is fetched, nothing is acknowledged."""
    answer = web.ask("POST", f"/nudge/salesforce/{SECRET}", body, Content_Type="text/xml")
    assert (answer.status, answer.text) == (400, "")
    assert web.nudged == []


def test_a_message_is_read_as_far_as_the_tag_that_says_what_it_is() -> None:
    """What comes behind may be broken or cut off; a header before the body is passed over."""
    head = SOAP.partition(b"<OrganizationId>")[0]
    assert outbound_message(head + b"<broken")
    assert outbound_message(SOAP.replace(b"<soapenv:Body>", b"<soapenv:Header><a/></soapenv:Header><soapenv:Body>"))


def test_a_large_message_is_not_read_to_its_end(web: Served) -> None:
    """64 kB and no more, whether its length is told beforehand or not; to strangers it is a path that is not there."""
    assert web.ask("POST", "/nudge/operate", b"x" * LARGEST, X_Nudge_Secret=SECRET).status == 200
    large = b"x" * (LARGEST + 1)
    assert web.ask("POST", "/nudge/operate", large, X_Nudge_Secret=SECRET).status == 413
    assert web.ask("POST", "/nudge/operate", large, X_Nudge_Signature=signature(large)).status == 404
    assert web.nudged == [Side.OPERATE]


def test_a_stranger_is_answered_before_his_message_arrived(web: Served) -> None:
    """Nobody's message is waited for who does not say that he knows the secret."""
    where = urlsplit(web.address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as line:
        line.sendall(b"POST /nudge/operate HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\nabc")
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert answer.status == 404
