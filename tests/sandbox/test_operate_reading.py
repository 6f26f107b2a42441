"""Queries of the Operate stand-in: filters, pages, chosen fields, and a read of nothing."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.operate import OperateConfig
from tests.sandbox.operate_client import Client, message


def three(config: OperateConfig | None = None) -> Client:
    """A tenant with three leads, one a minute: Ada at 10:00, Bob at 10:01, Cy (no e-mail) at 10:02."""
    client = Client(config)
    for name in ("Ada", "Bob", "Cy"):
        email = {} if name == "Cy" else {"emailaddress": f"{name}@example.com"}
        client.app.add({"firstname": name, "locationname": "4" if name == "Ada" else "10", **email})
        client.clock.advance(60)
    client.token = str(client.login().body["access_token"])
    return client


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("[updatedate]>='2026-03-02T10:01:00'", ["2", "3"]),
        ("[updatedate]>'2026-03-02T10:01:00'", ["3"]),
        ("[updatedate]<='2026-03-02T10:01:00'", ["1", "2"]),
        ("[updatedate]<'2026-03-02 10:01'", ["1"]),
        ("[updatedate]='2026-03-02T10:01:00+00:00'", ["2"]),
        ("[updatedate]<>'2026-03-02T10:01:00Z'", ["1", "3"]),
        ("[updatedate]>='2026-03-02T11:01:00+01:00'", ["2", "3"]),
        ("[creationdate]>='2026'", ["1", "2", "3"]),
        ("[creationdate]>='2026-03'", ["1", "2", "3"]),
        ("[creationdate]>='2026-03-02'", ["1", "2", "3"]),
        ("[creationdate]>='2026-03-03'", []),
        ("[leadid]>='2'AND[leadid]<='2'", ["2"]),
        ("[leadid] >= '2' and [locationname] = '10'", ["2", "3"]),
        ("[locationname]='4'", ["1"]),
        ("[emailaddress]='BOB@EXAMPLE.COM '", ["2"]),
        ("[emailaddress]=''", ["3"]),
        ("[emailaddress]<>''", ["1", "2"]),
        ("[leadtype]='568'", []),
        ("[deadreason]<>'540'", ["1", "2", "3"]),
    ],
)
def test_a_filter_finds_what_it_says(where: str, found: list[str]) -> None:
    """All operators, dates short and long, numbers as numbers, texts without regard to case, blanks as blanks."""
    assert three().ids(where=where) == found


@pytest.mark.parametrize(
    "where",
    [
        "",
        "updatedate>='2026'",
        "[updatedate]>=2026",
        "[updatedate]>='yesterday'",
        "[updatedate]>='2026-02-30'",
        "[updatedate]>='2026-03-02T10:00:00 00:00'",
        "[leadid]='x'",
        "[nosuchfield]='x'",
        "[daysopen]='1'",
        "[lastname]='O'Brien'",
        "[lastname]='O''Brien'",
        "[lastname]='a'[firstname]='b'",
        "[lastname]='a'AND",
        "[lastname]='a'XOR[firstname]='b'",
        "[lastname]LIKE'a%'",
        "[lastname]='a'OR[firstname]='b'",
        "[lastname]~'a'",
    ],
)
def test_a_malformed_filter_is_refused(where: str) -> None:
    """Among them an unescaped plus sign before an offset, a quote inside a value, LIKE and OR."""
    answer = Client().ask("GET", "/api/1.0/lead", {"where": where})
    assert answer.status == 400
    assert "where" in message(answer) or "[" in message(answer)


def test_like_and_or_work_where_the_tenant_has_them() -> None:
    """Not documented, so off by default; AND binds tighter than OR."""
    client = three(OperateConfig(where_like=True, where_or=True))
    assert client.ids(where="[firstname]LIKE'_o%'") == ["2"]
    assert client.ids(where="[firstname]='Cy'OR[firstname]='Ada'AND[locationname]='10'") == ["3"]


def test_a_filter_without_an_offset_is_read_in_the_tenants_zone() -> None:
    """Where the tenant thinks in New York, '05:01' means 10:01 UTC; an offset is obeyed."""
    client = three(OperateConfig(filter_timezone="America/New_York"))
    assert client.ids(where="[updatedate]>='2026-03-02T05:01:00'") == ["2", "3"]
    assert client.ids(where="[updatedate]>='2026-03-02T10:01:00+00:00'") == ["2", "3"]


def test_pages_are_counted_from_one_and_include_both_ends() -> None:
    """Oldest first; the count is that of all matches; row numbers go on; the last page is short."""
    client = three()
    first = client.get("lead", startrecord="1", endrecord="2")
    second = client.get("lead", startrecord="2", endrecord="4")
    assert [lead["leadid"] for lead in first["leads"]] == ["1", "2"]
    assert [(lead["leadid"], lead["row_num"]) for lead in second["leads"]] == [("2", "2"), ("3", "3")]
    assert first["totalCount"] == second["totalCount"] == "3"
    assert client.ids(startrecord="4", endrecord="9") == []
    assert client.ids(startrecord="2", where="[leadid]>='2'") == ["3"]


def test_an_answer_never_holds_more_than_the_limit() -> None:
    """Neither without paging nor with a page asked too long."""
    client = three(OperateConfig(page_limit=2))
    assert client.ids() == client.ids(startrecord="1", endrecord="1000") == ["1", "2"]
    assert client.get("lead")["totalCount"] == "3"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5"])
def test_a_page_that_is_no_number_is_refused(number: str) -> None:
    """Pages start at 1."""
    assert "startrecord" in message(Client().ask("GET", "/api/1.0/lead", {"startrecord": number}))


def test_pages_shift_when_a_lead_is_deleted_between_them() -> None:
    """As with any offset: whoever pages on by number misses one."""
    client = three()
    assert client.ids(startrecord="1", endrecord="2") == ["1", "2"]
    client.app.remove("1")
    assert client.ids(startrecord="3", endrecord="4") == []


def test_chosen_fields_bring_their_twins_and_the_row_number() -> None:
    """A look-up shows id and label; a field never written is shown when it is asked for; order does not matter."""
    lead = three().get("lead/1", fields="[locationname,user_id,faxno]")["leads"][0]
    assert lead == {
        "row_num": "1",
        "locationname": "4",
        "outputvalue_locationname": "7th Avenue",
        "user_id": "0",
        "faxno": None,
        "outputvalue_faxno": None,
    }


def test_an_unknown_chosen_field_is_refused_or_left_out() -> None:
    """Not documented: both readings can be switched on."""
    strict, lenient = three(), three(OperateConfig(unknown_fields="omitted"))
    query = {"fields": "[leadid,ud_unknown]"}
    assert "ud_unknown" in message(strict.ask("GET", "/api/1.0/lead", query))
    assert list(lenient.get("lead/1", **query)["leads"][0]) == ["row_num", "leadid", "outputvalue_leadid"]
    for malformed in ("leadid", "[]", "[leadid,]"):
        assert strict.ask("GET", "/api/1.0/lead", {"fields": malformed}).status == 400


@pytest.mark.parametrize(("face", "answer"), [("missing", {}), ("null", {"leads": None}), ("list", {"leads": []})])
def test_a_read_of_nothing_has_three_faces(face: str, answer: dict[str, object]) -> None:
    """The key is missing, null or an empty list; an unknown id is a read of nothing too."""
    client = Client(OperateConfig(empty_as=face))  # type: ignore[arg-type] # the parameters are its values
    for path in ("lead", "lead/999", "lead/x"):
        response = client.get(path)
        assert {key: value for key, value in response.items() if key == "leads"} == answer
        assert (response["status"], response["totalCount"]) == ("OK", "0")


def test_look_ups_that_point_somewhere_show_their_labels_where_the_tenant_shows_them() -> None:
    """By default five look-ups of a lead never have a twin; labels keep trailing blanks; sources hold the label."""
    fields = {"broker": "401", "leadtype": "568", "user_id": "27", "leadsource": "Referral", "clienttype": "3"}
    client = Client()
    lead = client.create(**fields)
    assert (lead["outputvalue_leadtype"], lead["outputvalue_user_id"]) == ("Hot Lead ", "Anthony Smith")
    assert (lead["leadsource"], lead["outputvalue_leadsource"]) == ("Referral ", "Referral ")
    assert (lead["broker"], "outputvalue_broker" in lead, "outputvalue_clienttype" in lead) == ("401", False, False)
    lead = Client(OperateConfig(twinless=())).create(**fields)
    assert (lead["outputvalue_broker"], lead["outputvalue_clienttype"]) == ("Desk Hunters Ltd", "Virtual")


def test_an_empty_lead_shows_every_face_of_emptiness() -> None:
    """Null, "0" without a twin, the event sentinel, the other sentinel, and no key at all."""
    client = Client()
    client.app.add({})
    lead = client.get("lead/1")["leads"][0]
    assert (lead["firstname"], lead["broker"], lead["locationname"]) == (None, "0", None)
    assert (lead["eventstartdate"], lead["leadconverteddate"][:10]) == ("2001-01-01T00:00:00+00:00", "1899-12-31")
    assert "faxno" not in lead
    assert lead["outputvalue_leadname"] is None


def test_days_open_are_counted_by_the_clock() -> None:
    """From creation to now, or to the conversion; never stored."""
    client = Client()
    record_id = client.app.add({"leadname": "Coalition"})
    client.clock.advance(3 * 86_400)
    client.token = str(client.login().body["access_token"])
    assert client.get(f"lead/{record_id}")["leads"][0]["daysopen"] == "3"
    client.app.convert(record_id)
    client.clock.advance(86_400)
    client.token = str(client.login().body["access_token"])
    assert client.get(f"lead/{record_id}")["leads"][0]["daysopen"] == "3"


@given(
    st.lists(st.integers(0, 300), max_size=20),
    st.integers(0, 300),
    st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
)
def test_a_filter_on_stamps_agrees_with_the_stamps(ages: list[int], bound: int, sign: str) -> None:
    """For any leads and any bound: exactly the leads whose stamp compares so are found, oldest first."""
    client = Client()
    start = client.clock.now()
    for age in ages:
        client.app.add({"leadname": str(age)}, created=start + timedelta(seconds=age))
    moment = (start + timedelta(seconds=bound)).isoformat()
    compare = {"=": int.__eq__, "<>": int.__ne__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
    expected = [str(number) for number, age in enumerate(ages, 1) if compare[sign](age, bound)]
    assert client.ids(where=f"[updatedate]{sign}'{moment}'") == expected


@given(st.sampled_from(["where", "fields", "startrecord", "endrecord"]), st.text() | st.text("[]'=<>AND19-x, "))
def test_no_query_breaks_the_tenant(name: str, text: str) -> None:
    """Whatever is asked, the answer is records or a refusal, and it can be sent."""
    answer = three().ask("GET", "/api/1.0/lead", {name: text})
    assert answer.status in (200, 400)
    assert answer.encoded()


def test_a_poll_over_many_leads_takes_milliseconds() -> None:
    """20,000 leads, three of them changed: the poll must not be what a benchmark measures."""
    client = Client()
    for number in range(20_000):
        client.app.add({"leadname": f"Company {number}", "locationname": "4"})
    client.clock.advance(60)
    for record_id in ("7", "700", "17000"):
        client.app.edit(record_id, {"town": "Leeds"})
    started = time.perf_counter()
    found = client.ids(where="[updatedate]>='2026-03-02T10:00:30'")
    assert time.perf_counter() - started < 0.1
    assert found == ["7", "700", "17000"]
