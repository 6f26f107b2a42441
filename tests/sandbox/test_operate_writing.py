"""Creates, updates and deletes through the API of the Operate stand-in, and what it refuses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.operate import OperateConfig
from connector.sandbox.operate.schema import LEAD
from tests.sandbox.operate_client import Client, message


def test_a_lead_is_created_with_the_minimum_and_filled_afterwards() -> None:
    """PUT creates, POST with the id changes the named fields only and moves the stamp."""
    client = Client()
    record_id = client.create(leadname="Example Lead")["leadid"]
    client.clock.advance(90)
    answer = client.write("POST", f"lead/{record_id}", {"leadid": record_id, "town": "Leeds"})
    stored = answer.body["response"]["leads"][0]
    assert (stored["leadname"], stored["town"], stored["locationname"]) == ("Example Lead", "Leeds", "4")
    lead = client.app.leads()[record_id]
    assert (lead["creationdate"], lead["updatedate"]) == ("2026-03-02T10:00:00+00:00", "2026-03-02T10:01:30+00:00")
    assert (lead["createdby"], lead["updatedby"]) == ("Integration User", "Integration User")


def test_the_same_put_twice_makes_two_leads() -> None:
    """There is no idempotency: a client that repeats a lost create makes a duplicate."""
    client = Client()
    assert [client.create(leadname="Twin")["leadid"] for _ in range(2)] == ["1", "2"]


def test_dates_are_written_one_way_and_answered_in_two_others() -> None:
    """dd/mm/yyyy in; no offset in the answer to the write; an offset in a GET."""
    client = Client()
    stored = client.create(enquirydate="05/03/2026 09:30", startdate="01/04/2026")
    assert (stored["enquirydate"], stored["startdate"]) == ("2026-03-05T09:30:00", "2026-04-01T00:00:00")
    lead = client.get("lead/1")["leads"][0]
    assert (lead["enquirydate"], lead["startdate"]) == ("2026-03-05T09:30:00+00:00", "2026-04-01T00:00:00+00:00")


def test_written_dates_are_read_in_the_tenants_zone() -> None:
    """The reference does not say which one; a summer evening in London is an hour earlier in UTC."""
    stored = Client(OperateConfig(write_timezone="Europe/London")).create(enquirydate="01/07/2026 18:00")
    assert stored["enquirydate"] == "2026-07-01T17:00:00"


def test_look_ups_are_written_by_id_or_by_label() -> None:
    """ "Item from list" means either; blanks at the ends of a label do not matter."""
    stored = Client().create(locationname="7th Avenue", leadtype="Hot Lead", user_id="27", deadreason="540")
    assert [stored[name] for name in ("locationname", "leadtype", "user_id")] == ["4", "568", "27"]
    assert (stored["deadreason"], stored["deadlead"]) == ("540", "true")


def test_derived_fields_follow_their_sources() -> None:
    """The broker's names come from the contact; a lead without a dead reason is not dead."""
    client = Client()
    stored = client.create(agentcontact="501", deadreason="540")
    assert (stored["brokerfirstname"], stored["brokerlastname"]) == ("Rosa", "Keller")
    cleared = client.write("POST", "lead/1", {"agentcontact": "", "deadreason": ""}).body["response"]["leads"][0]
    assert (cleared["brokerfirstname"], cleared["agentcontact"], cleared["deadlead"]) == (None, "0", "false")


def test_an_empty_string_clears_a_field() -> None:
    """A text becomes empty, everything else what an unfilled field holds."""
    client = Client()
    client.create(town="Leeds", numberofpeople="5", eventstartdate="01/01/2027", webtolead="True", industry="Legal")
    blank = dict.fromkeys(("town", "eventstartdate", "webtolead", "industry"), "") | {"numberofpeople": None}
    client.write("POST", "lead/1", blank)
    lead = client.app.leads()["1"]
    assert [lead[name] for name in ("town", "webtolead", "industry", "numberofpeople")] == ["", "false", None, None]
    assert lead["eventstartdate"] == "2001-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"locationname": ""}, "locationname"),
        ({"locationname": "Nowhere House"}, "locationname"),
        ({"postcode": "12345678901"}, "postcode"),
        ({"town": "x" * 256}, "town"),
        ({"leadname": "x" * 256}, "leadname"),
        ({"otherneeds": "x" * 4001}, "otherneeds"),
        ({"registeredaddresspostcode": "x" * 21}, "registeredaddresspostcode"),
        ({"emailaddress": "not an address"}, "emailaddress"),
        ({"emailaddress": "a@b"}, "emailaddress"),
        ({"agentemail": "a@@b.example"}, "agentemail"),
        ({"enquirydate": "2026-03-05T09:30:00"}, "enquirydate"),
        ({"enquirydate": "31/02/2026"}, "enquirydate"),
        ({"enquirydate": "5/3/2026"}, "enquirydate"),
        ({"leadstatus": "open"}, "leadstatus"),
        ({"noofattendees": "1.5"}, "noofattendees"),
        ({"webtolead": "yes"}, "webtolead"),
        ({"leadsource": "Carrier Pigeon"}, "leadsource"),
        ({"industry": "accounting"}, "industry"),
        ({"user_id": "999"}, "user_id"),
        ({"ud_unknown": "x"}, "ud_unknown"),
        ({"company": "x"}, "company"),
        ({"leadid": "5"}, "leadid"),
        ({"updatedate": "01/01/2026"}, "updatedate"),
        ({"createdby": "Me"}, "createdby"),
        ({"deadlead": "true"}, "deadlead"),
        ({"brokerfirstname": "Rosa"}, "brokerfirstname"),
        ({"outputvalue_town": "Leeds"}, "outputvalue_town"),
        ({"row_num": "1"}, "row_num"),
        ({"numberofpeople": 5}, "numberofpeople"),
        ({"webtolead": True}, "webtolead"),
        ({"town": ["Leeds"]}, "town"),
    ],
)
def test_a_field_that_cannot_be_stored_is_named(fields: dict[str, Any], name: str) -> None:
    """Nothing is stored, and the message begins with the offending field."""
    client = Client()
    answer = client.write("PUT", "lead", {"locationname": "4"} | fields)
    assert (answer.status, message(answer).split()[0]) == (400, name)
    assert client.app.leads() == {}


def test_values_at_their_full_size_are_stored() -> None:
    """The limits themselves are allowed, in characters, not bytes; numbers may carry commas as in the sample."""
    stored = Client().create(postcode="ÄÖÜ4567890", otherneeds="é" * 4000, town="x" * 255, noofattendees="1,2345")
    assert (len(stored["otherneeds"]), stored["postcode"], stored["noofattendees"]) == (4000, "ÄÖÜ4567890", "12345")


def test_hostile_text_is_stored_as_it_is() -> None:
    """Quotes, markup, signs of the form encoding and other scripts come back unchanged."""
    text = 'O\'Brien & Søn <b>+5%</b> ="x" \\ 株式会社 😀'
    assert Client().create(leadname=text)["leadname"] == text


def test_a_refusal_may_name_no_field() -> None:
    """Then the client has to find the offender itself."""
    client = Client(OperateConfig(name_fields_in_errors=False))
    assert message(client.write("PUT", "lead", {"town": "Leeds"})) == "The record could not be saved."


def test_a_refusal_may_come_with_a_success_status() -> None:
    """HTTP 200 and a `status` other than OK."""
    answer = Client(OperateConfig(errors_as="status")).write("PUT", "lead", {"town": "Leeds"})
    assert (answer.status, message(answer)) == (200, "locationname is required")


def test_a_tenant_can_make_more_fields_mandatory() -> None:
    """They are named one at a time on a create, and an update cannot clear them."""
    client = Client(OperateConfig(required=("locationname", "leadname", "industry", "user_id")))
    fields = {"locationname": "4", "leadname": "Example"}
    assert message(client.write("PUT", "lead", fields)) == "industry is required"
    fields |= {"industry": "Legal", "user_id": "0"}
    assert message(client.write("PUT", "lead", fields)) == "user_id is required"
    assert client.write("PUT", "lead", fields | {"user_id": "27"}).status == 200
    assert message(client.write("POST", "lead/1", {"industry": ""})) == "industry is required"
    assert client.write("POST", "lead/1", {"town": "Leeds"}).status == 200


def test_the_counterpart_field_is_the_tenants_custom_field() -> None:
    """Shown even when empty, written and found; in a tenant without it, refused."""
    client = Client()
    assert client.create()["ud_salesforceid"] is None
    client.write("POST", "lead/1", {"ud_salesforceid": "00Q5e00000ABCdEEAX"})
    assert client.ids(where="[ud_salesforceid]='00Q5e00000ABCdEEAX'") == ["1"]
    plain = Client(OperateConfig(counterpart_field=None))
    assert "ud_salesforceid" not in plain.create()
    answer = plain.write("POST", "lead/1", {"ud_salesforceid": "x"})
    assert message(answer) == "ud_salesforceid is not a field of lead"


@pytest.mark.parametrize(
    ("place", "path", "body", "accepted"),
    [
        ("either", "lead/1", {}, True),
        ("either", "lead", {"leadid": "1"}, True),
        ("either", "lead/1", {"leadid": "1"}, True),
        ("either", "lead/1", {"leadid": "2"}, False),
        ("either", "lead", {}, False),
        ("path", "lead/1", {"leadid": "1"}, True),
        ("path", "lead", {"leadid": "1"}, False),
        ("body", "lead/1", {"leadid": "1"}, True),
        ("body", "lead/1", {}, False),
        ("either", "lead/7", {}, False),
        ("either", "lead/x", {}, False),
        ("either", "lead", {"leadid": 1}, False),
    ],
)
def test_the_id_of_an_update_stands_where_the_tenant_wants_it(
    place: Any, path: str, body: dict[str, Any], accepted: bool
) -> None:
    """Path, body or either; twice is fine, a contradiction or an unknown id is not."""
    client = Client(OperateConfig(id_place=place))
    client.create()
    client.create()
    answer = client.write("POST", path, {"town": "Leeds", **body})
    assert (answer.status == 200) is accepted
    assert [lead["town"] for lead in client.app.leads().values()] == (["Leeds", None] if accepted else [None, None])


def test_a_put_with_an_id_updates_only_where_put_is_the_verb_for_it() -> None:
    """Elsewhere it is refused, never a second lead; and then POST is not there at all."""
    post, put = Client(), Client(OperateConfig(update_verb="PUT"))
    for client in (post, put):
        client.create()
    assert message(post.write("PUT", "lead/1", {"locationname": "4"})) == "leadid is read-only"
    assert post.write("PUT", "lead", {"leadid": "1", "locationname": "4"}).status == 400
    assert put.write("PUT", "lead", {"leadid": "1", "town": "Leeds"}).status == 200
    assert put.write("PUT", "lead/1", {"county": "Kent"}).status == 200
    assert put.write("POST", "lead/1", {"town": "Hull"}).status == 405
    assert (put.app.leads()["1"]["town"], len(put.app.leads()), len(post.app.leads())) == ("Leeds", 1, 1)


def test_several_records_in_one_call_are_taken_only_where_the_tenant_can() -> None:
    """One by default; elsewhere all or none, answered in their order."""
    records = [{"locationname": "4", "leadname": name} for name in ("A", "B")]
    single, many = Client(), Client(OperateConfig(records_per_put=2))
    assert message(single.write("PUT", "lead", *records)).startswith("leads must hold no more than 1")
    answer = many.write("PUT", "lead", *records)
    assert [lead["leadname"] for lead in answer.body["response"]["leads"]] == ["A", "B"]
    assert many.write("PUT", "lead", records[0], {"leadname": "no location"}).status == 400
    assert many.write("POST", "lead", {"leadid": "1", "town": "x"}, {"leadid": "2", "town": "y"}).status == 200
    assert [lead["town"] for lead in many.app.leads().values()] == ["x", "y"]


def test_a_lossy_tenant_changes_what_it_stores() -> None:
    """Long values are cut instead of refused, e-mail addresses put in lower case; the answer tells."""
    client = Client(OperateConfig(cut_long_values=True, lowercase_email=True))
    stored = client.create(postcode="SW1A 1AA London", emailaddress="Ada@Example.COM")
    assert (stored["postcode"], stored["emailaddress"]) == ("SW1A 1AA L", "ada@example.com")


def test_a_deleted_lead_is_gone_without_a_trace() -> None:
    """`itemid` as a form; no query shows it any more; a second delete and an unknown id are refused."""
    client = Client()
    for _ in range(2):
        client.create()
    assert client.delete("1").status == 200
    assert client.ids() == ["2"]
    assert "itemid" in message(client.delete("1"))
    assert client.ask("DELETE", "/api/1.0/lead/2").status == 400
    assert message(client.ask("DELETE", "/api/1.0/lead", content_type="text/plain")).startswith("Wrong input")
    assert client.create()["leadid"] == "3"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["4", "01/01/2027", "0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(list(LEAD.by_name)) | st.text(), _VALUES, max_size=4), st.binary())
def test_no_body_breaks_the_tenant(fields: dict[str, Any], noise: bytes) -> None:
    """Whatever is sent is stored or refused as a whole, and everything stored can be read and queried again."""
    client = Client()
    answers = [
        client.write("PUT", "lead", {"locationname": "4"} | fields),
        client.write("POST", "lead/1", fields),
        client.ask("PUT", "/api/1.0/lead", body=noise),
        client.ask("DELETE", "/api/1.0/lead", body=b"itemid=" + noise),
    ]
    assert {answer.status for answer in answers} <= {200, 400}
    assert all(answer.encoded() for answer in answers)
    assert client.ids(where="[updatedate]>='2017'AND[leadid]>'0'AND[town]<>'x'") == list(client.app.leads())
    assert client.ask("GET", "/api/1.0/lead/" + "9" * 5_000).status == 200


def test_other_verbs_are_not_spoken() -> None:
    """PATCH is answered with 405, and nothing changes."""
    assert Client().ask("PATCH", "/api/1.0/lead/1").status == 405
