"""The documented samples of the Operate API, reproduced key by key, and who may ask."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector.sandbox.http import Request
from connector.sandbox.operate import OperateConfig
from connector.sandbox.operate.objects import LOOK_UPS
from connector.sandbox.operate.schema import LEAD
from tests.sandbox.operate_client import Client, message, sample

PLAIN = OperateConfig(counterpart_field=None)


def stored_form(record: Mapping[str, Any], *, without: tuple[str, ...] = ()) -> dict[str, str | None]:
    """A sample's record as the tenant stores it: no twins, no row number."""
    return {
        name: value
        for name, value in record.items()
        if name != "row_num" and not name.startswith("output") and name not in without
    }


def test_the_documented_lead_is_answered_key_by_key() -> None:
    """Lead 64 of the reference: every key, value, twin and missing twin, in the documented order."""
    client = Client(PLAIN)
    expected = sample("lead")["response"]
    client.app.add(stored_form(expected["leads"][0]))
    answer = client.get("Lead/64")
    assert answer["leads"] == expected["leads"]
    assert list(answer["leads"][0]) == list(expected["leads"][0])
    assert (list(answer), answer["totalCount"]) == (list(expected), "1")


@pytest.mark.parametrize(("name", "record_id"), [("account", "572467"), ("location", "1"), ("contact", "230")])
def test_the_documented_records_around_a_lead_are_answered_key_by_key(name: str, record_id: str) -> None:
    """Account, Location and Contact of the reference: every key, value, twin and missing twin."""
    client = Client(PLAIN)
    expected = sample(name)["response"][f"{name}s"][0]
    if name == "contact":
        client.app.add_other("account", {"accountid": "389075", "clientname": "M"})
    client.app.add_other(name, stored_form(expected))
    assert client.get(f"{name}/{record_id}")[f"{name}s"] == [expected]


@pytest.mark.parametrize(
    ("name", "record_id"),
    [
        ("deadleadreason", "540"),
        ("lookupleadoverturnreasons", "558"),
        ("lookupleadrejectionreasons", "559"),
        ("leadsource", "596"),
        ("leadtype", "568"),
        ("clienttype", "1"),
        ("accounttype", "-6"),
        ("region", "1"),
    ],
)
def test_the_documented_look_ups_are_answered_key_by_key(name: str, record_id: str) -> None:
    """Each look-up of the reference has its keys, its odd id field and its odd plural; labels keep their blanks."""
    client = Client()
    expected = sample(name)["response"]
    documented = expected[f"{name}s"][0]
    seeded = client.get(f"{name}/{record_id}")[f"{name}s"][0]
    label = next(kind.label_field for kind in LOOK_UPS if kind.name == name)
    assert seeded[label] == documented[label]
    client.app.add_other(name, stored_form(documented))
    assert client.get(f"{name}/{record_id}")[f"{name}s"] == [documented]


def test_the_envelope_is_the_documented_one() -> None:
    """`datetimeutc` is the server's clock as dd/mm/yyyy; each answer has an id of its own."""
    client = Client()
    answer, other = client.get("lead"), client.get("lead")
    assert answer["datetimeutc"] == "02/03/2026 10:00:00"
    assert (answer["status"], answer["providername"], answer["totalCount"]) == ("OK", "Operate API", "0")
    assert answer["id"] != other["id"]


def test_the_answer_to_a_put_looks_like_the_documented_one() -> None:
    """The stored record with its id; no row number, no count, dates without an offset."""
    client = Client()
    documented = sample("put_answer")["response"]
    answer = client.write("PUT", "lead", {"locationname": "4"}).body["response"]
    assert [key for key in answer if key != "leads"] == [key for key in documented if key != "deviceimports"]
    lead = answer["leads"][0]
    assert (lead["leadid"], lead["creationdate"]) == ("1", "2026-03-02T10:00:00")
    assert lead["outputvalue_updatedate"] == "2026-03-02T10:00:00"
    assert "row_num" not in lead


def test_the_answer_to_a_delete_looks_like_the_documented_one() -> None:
    """An envelope without records."""
    client = Client()
    answer = client.delete(client.create()["leadid"]).body["response"]
    assert list(answer) == list(sample("delete_answer")["response"])
    assert answer["status"] == "OK"


def test_a_token_looks_like_the_documented_one() -> None:
    """The keys, the type, the scope and the two minutes of the reference."""
    documented, answer = sample("token"), Client().login().body
    assert list(answer) == list(documented)
    for name in ("token_type", "expires_in", "scope"):
        assert answer[name] == documented[name]


def test_every_field_of_the_documented_full_body_can_be_written() -> None:
    """No name in "PUT (Full)" is unknown or read-only; the fields outside the GET sample are shown once written."""
    client = Client(PLAIN)
    kinds = LEAD.by_name
    examples = {"int": "3", "boolean": "True", "date": "22/10/2013 12:23", "email": "darren@example.com"}
    lists = {"broker": "401", "agentcontact": "501", "deadreason": "Window Shopper", "leadtype": "568"}
    lists |= {"campaign_id": "Spring Offer", "region_id": "North", "user_id": "Anthony Smith", "clienttype": "Virtual"}
    lists |= {"industry": "Accounting", "leadsource": "Walk in", "locationname": "7th Avenue"}
    for name in sample("lead_put_full")["leads"][0]:
        value = lists.get(name) or examples.get(kinds[name].kind, "text")
        stored = client.create(**{name: value})
        assert stored[name] not in (None, "", "0"), name


def test_object_names_are_read_in_any_case() -> None:
    """`Lead`, `LEAD` and a slash at the end name the same endpoint."""
    client = Client()
    client.create()
    assert client.get("LEAD")["leads"][0]["leadid"] == client.get("Lead/")["leads"][0]["leadid"] == "1"


def test_an_unknown_object_is_not_found() -> None:
    """So is the user object in a tenant that has not opened it, which the reference leaves open."""
    client = Client(OperateConfig(users_endpoint=False))
    assert client.ask("GET", "/api/1.0/unicorn").status == 404
    assert client.ask("GET", "/api/1.0/user").status == 404
    assert client.ask("GET", "/elsewhere").status == 404
    assert Client().get("user/27")["users"][0]["fullname"] == "Anthony Smith"


def test_all_look_ups_of_a_lead_can_be_listed() -> None:
    """Locations and pick lists hold realistic records; filters and pages work on them too."""
    client = Client()
    names = ("location", "user", "industry", "clienttype", "region", "campaign", "emailcampaign", "leadsource")
    for name in (*names, "leadtype", "deadleadreason", "account", "contact"):
        assert int(client.get(name)["totalCount"]) >= 2, name
    found = client.get("location", where="[locationname]='7th Avenue'", fields="[locationid,town]")
    assert found["locations"] == [
        {
            "row_num": "1",
            "locationid": "4",
            "outputvalue_locationid": "4",
            "town": "New York",
            "outputvalue_town": "New York",
        }
    ]
    assert client.ask("PUT", "/api/1.0/location").status == 405


def test_a_request_without_a_good_token_is_refused() -> None:
    """No header, a made-up token and another scheme all answer 401 with a challenge."""
    client = Client()
    for header in ("", "Bearer made-up", f"Basic {client.token}"):
        answer = client.app.handle(Request("GET", "/api/1.0/lead", "", {}, {"authorization": header}, b""))
        assert answer.status == 401
        assert "WWW-Authenticate" in answer.headers


def test_a_token_dies_after_two_minutes() -> None:
    """120 seconds, to the second; the refresh token gives a new pair and serves once."""
    client = Client()
    refresh = client.login().body["refresh_token"]
    client.clock.advance(119)
    assert client.ask("GET", "/api/1.0/lead").status == 200
    client.clock.advance(1)
    assert client.ask("GET", "/api/1.0/lead").status == 401
    renewed = client.login(grant_type="refresh_token", refresh_token=refresh)
    client.token = renewed.body["access_token"]
    assert client.ask("GET", "/api/1.0/lead").status == 200
    assert client.login(grant_type="refresh_token", refresh_token=refresh).body == {"error": "invalid_grant"}


def test_revoked_tokens_stop_working_at_once() -> None:
    """An administrator can end a token before its time; the password still works."""
    client = Client()
    refresh = client.login().body["refresh_token"]
    client.app.revoke_tokens()
    assert client.ask("GET", "/api/1.0/lead").status == 401
    assert client.login(grant_type="refresh_token", refresh_token=refresh).status == 400
    assert client.login().status == 200


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"password": "wrong"}, 400, "invalid_grant"),
        ({"scope": "other"}, 400, "invalid_scope"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
    ],
)
def test_wrong_credentials_are_told_apart(change: dict[str, str], status: int, error: str) -> None:
    """Each refusal of a login names its reason."""
    answer = Client().login(**change)
    assert (answer.status, answer.body) == (status, {"error": error})


def test_a_tenant_without_the_refresh_grant_refuses_it() -> None:
    """The reference shows a refresh token but not its use: a client must be able to do without."""
    client = Client(OperateConfig(refresh_grant=False))
    refresh = client.login().body["refresh_token"]
    answer = client.login(grant_type="refresh_token", refresh_token=refresh)
    assert answer.body == {"error": "unsupported_grant_type"}
    assert client.app.handle(Request("GET", "/oauth2/token", "", {}, {}, b"")).status == 405
    assert client.app.handle(Request("POST", "/oauth2/token", "", {}, {}, b"x")).status == 400


def test_a_wrong_format_is_answered_as_documented() -> None:
    """The text of the common questions, in whatever way the form is wrong."""
    client = Client()
    documented = "Wrong input parameters, request should be in format data="
    bodies = (b"", b"data=", b"data=%7B", b'data={"lead":[{}]}', b'data={"leads":[]}', b'data={"leads":["x"]}')
    for body in (*bodies, b'data={"leads":{}}', b"data=[]", b"\xff"):
        assert message(client.ask("PUT", "/api/1.0/lead", body=body)).startswith(documented), body
    body = b'{"leads":[{"locationname":"4"}]}'
    answer = client.ask("PUT", "/api/1.0/lead", body=body, content_type="application/json")
    assert message(answer).startswith(documented)
    assert (answer.status, client.ids()) == (400, [])
