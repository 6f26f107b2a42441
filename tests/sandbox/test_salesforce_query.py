"""SOQL, pages and locators of the Salesforce stand-in."""

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.salesforce.soql import parse
from connector.sandbox.salesforce.values import stamp

from .salesforce_client import LEAD, Caller, codes


@pytest.fixture
def five() -> Caller:
    """Five leads, a minute apart, the third without a city."""
    caller = Caller()
    start = caller.clock.now() - timedelta(days=1)
    cities = ("Leeds", "York", None, "Hull", "york")
    for number, city in enumerate(cities, start=1):
        caller.org.add(
            {**LEAD, "LastName": f"L{number}", "City": city, "NumberOfEmployees": number * 10, "DoNotCall": number > 3},
            created=start + timedelta(minutes=number),
        )
    return caller


def leads(fields: str, where: str, order: str = "Id") -> str:
    """A query for leads."""
    return " ".join(("SELECT", fields, "FROM Lead WHERE", where, "ORDER BY", order))


def names(caller: Caller, where: str, order: str = "LastName") -> str:
    """The numbers of the leads that a condition finds."""
    rows = caller.rows(leads("LastName", where, order))
    return "".join(row["LastName"][1:] for row in rows)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("City = 'york'", "25"),
        ("City != 'York'", "134"),
        ("City = null", "3"),
        ("City = ''", "3"),
        ("City != null", "1245"),
        ("City <> null AND NumberOfEmployees > 20", "45"),
        ("City IN ('York', 'Hull')", "245"),
        ("City NOT IN ('York', 'Hull')", "13"),
        ("City LIKE 'y%'", "25"),
        ("City LIKE '_u%'", "4"),
        ("NOT City LIKE 'y%'", "134"),
        ("(NOT City = 'york') AND DoNotCall = true", "4"),
        ("NumberOfEmployees >= 20 AND NumberOfEmployees <= 40", "234"),
        ("NumberOfEmployees < 20 OR DoNotCall = TRUE", "145"),
        ("(City = 'Leeds' OR City = 'Hull') AND NumberOfEmployees = 10", "1"),
        ("Name = 'l2'", "2"),
        ("Owner.Type = 'User' and LastName > 'L3'", "45"),
        ("CreatedDate > 2020-01-01T00:00:00Z", "12345"),
        ("CreatedDate > 2020-01-01T00:00:00+00:00", "12345"),
        ("SystemModstamp < 2020-01-01T00:00:00.000Z", ""),
        ("ConvertedDate > 2020-01-01", ""),
        ("NumberOfEmployees > 25.5", "345"),
    ],
)
def test_conditions_find_what_salesforce_would_find(five: Caller, where: str, found: str) -> None:
    """Text without case; != and NOT IN hold for null; other comparisons do not."""
    assert names(five, where) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("City, LastName", "34125"),
        ("City NULLS LAST, LastName DESC", "41523"),
        ("City DESC, LastName", "32514"),
        ("City DESC NULLS LAST, LastName", "25143"),
        ("NumberOfEmployees DESC", "54321"),
        ("SystemModstamp, Id", "12345"),
        ("SystemModstamp DESC, Id DESC", "54321"),
    ],
)
def test_rows_come_in_the_order_asked_for(five: Caller, order: str, found: str) -> None:
    """Nulls first unless told otherwise, in either direction."""
    assert names(five, "LastName != null", order) == found


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT Id FORM Lead", "MALFORMED_QUERY"),
        ("SELECT FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE City = 'a", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE City = 'a\\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE City = 'a' AND City = 'b' OR City = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > 2026-13-01T00:00:00Z", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > 2026-01-01T00:00:00 00:00", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead LIMIT x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead; DROP", "MALFORMED_QUERY"),
        ("SELECT Nope FROM Lead", "INVALID_FIELD"),
        ("SELECT Id, Id FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Nope = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Lead ORDER BY Nope", "INVALID_FIELD"),
        ("SELECT Parent.Name FROM Lead", "INVALID_FIELD"),
        ("SELECT Owner.Nope FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Description = 'a'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead ORDER BY Description", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE SystemModstamp > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE City = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE NumberOfEmployees = '5'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE DoNotCall > true", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Lead WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM Lead OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_a_wrong_query_is_refused_with_its_code(five: Caller, soql: str, code: str) -> None:
    """400 with the vendor's code."""
    answer = five.query(soql)
    assert (answer.status, codes(answer)) == (400, [code])


def test_an_error_points_into_the_query(five: Caller) -> None:
    """The message has the place and the vendor's wording."""
    message = five.query("SELECT Id, Nope FROM Lead").body[0]["message"]
    assert "ERROR at Row:1:Column:12\nNo such column 'Nope' on entity 'Lead'." in message
    message = five.query("SELECT Id FROM Lead WHERE Description LIKE 'a%'").body[0]["message"]
    assert message.endswith("field 'Description' can not be filtered in a query call")
    assert five.query("SELECT Id FROM").body[0]["message"] == "unexpected token: '<EOF>'"


def test_relationships_come_as_nested_records(five: Caller) -> None:
    """Owner may be a user or a queue."""
    queue = five.org.add_queue("Inbound")
    five.org.add({**LEAD, "LastName": "L6", "OwnerId": queue})
    rows = five.rows(
        "SELECT Id, Owner.Name, Owner.Type, CreatedBy.Email FROM Lead WHERE LastName IN ('L5','L6') ORDER BY Id"
    )
    assert [row["Owner"]["Type"] for row in rows] == ["User", "Queue"]
    assert rows[1]["Owner"]["Name"] == "Inbound"
    assert rows[1]["Owner"]["attributes"]["url"].endswith(f"/sobjects/Group/{queue}")
    assert rows[0]["CreatedBy"]["Email"] == five.org.users[1]["Email"]


def test_the_other_objects_are_there(five: Caller) -> None:
    """Users, queues, lead statuses and the organization."""
    five.org.add_queue("Inbound")
    assert len(five.rows("SELECT Id, Name, Email, IsActive FROM User WHERE IsActive = true")) == 8
    assert five.rows("SELECT Name FROM Group WHERE Type = 'Queue'")[0]["Name"] == "Inbound"
    converted = five.rows("SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true")
    assert [row["MasterLabel"] for row in converted] == ["Closed - Converted"]
    assert five.ids("SELECT Id FROM Organization") == [five.org.config.org_id]
    user = five.org.users[0]["Id"]
    assert five.call("GET", f"sobjects/User/{user}").body["Name"] == "Operate Integration"


def test_limit_offset_and_count(five: Caller) -> None:
    """LIMIT and OFFSET cut the ordered rows; COUNT() has no rows."""
    rows = five.rows("SELECT LastName FROM Lead ORDER BY LastName LIMIT 2 OFFSET 1")
    assert [row["LastName"] for row in rows] == ["L2", "L3"]
    answer = five.query("SELECT COUNT() FROM Lead WHERE City != null").body
    assert answer == {"totalSize": 4, "done": True, "records": []}


def test_deleted_leads_show_only_in_query_all(five: Caller) -> None:
    """With IsDeleted, and found by it."""
    gone = five.ids("SELECT Id FROM Lead WHERE LastName = 'L2'")[0]
    five.org.remove(gone)
    assert gone not in five.ids("SELECT Id FROM Lead")
    assert five.ids("SELECT Id FROM Lead WHERE IsDeleted = true") == []
    assert five.rows(leads("Id, IsDeleted", f"Id = '{gone}'"), "queryAll")[0]["IsDeleted"]


def test_quotes_and_backslashes_in_values_are_escaped(five: Caller) -> None:
    """What was escaped is compared as it is."""
    five.org.add({**LEAD, "LastName": "O'Neil \\ Sons", "City": "100%_x"})
    assert len(five.ids(r"SELECT Id FROM Lead WHERE LastName = 'O\'Neil \\ Sons'")) == 1
    assert len(five.ids(r"SELECT Id FROM Lead WHERE City LIKE '100\%\_x'")) == 1
    assert five.ids(r"SELECT Id FROM Lead WHERE City LIKE '100\_%'") == []


def test_a_case_sensitive_key_is_compared_with_case(five: Caller) -> None:
    """Unlike every other text."""
    five.org.add({**LEAD, "Operate_Lead_Id__c": "a64"})
    assert five.ids("SELECT Id FROM Lead WHERE Operate_Lead_Id__c = 'A64'") == []
    assert len(five.ids("SELECT Id FROM Lead WHERE Operate_Lead_Id__c IN ('a64', 'b')")) == 1


def test_long_results_come_in_pages() -> None:
    """nextRecordsUrl leads to the rest; rows changed meanwhile do not shift the pages."""
    caller = Caller()
    made = [caller.org.add(LEAD) for _ in range(450)]
    first = caller.query("SELECT Id FROM Lead ORDER BY Id", Sforce_Query_Options="batchSize=200").body
    assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
    caller.org.remove(made[0])
    found, body = [row["Id"] for row in first["records"]], first
    while not body["done"]:
        path = body["nextRecordsUrl"].removeprefix("/services/data/v67.0/")
        body = caller.call("GET", path).body
        found += [row["Id"] for row in body["records"]]
    assert found == made
    assert "nextRecordsUrl" not in body


def test_a_page_has_at_least_200_and_at_most_2000_rows() -> None:
    """Other sizes are taken as the nearest possible."""
    caller = Caller()
    for _ in range(201):
        caller.org.add(LEAD)
    assert len(caller.query("SELECT Id FROM Lead", Sforce_Query_Options="batchSize=5").body["records"]) == 200
    assert caller.query("SELECT Id FROM Lead", Sforce_Query_Options="batchSize=9999").body["done"]
    caller.org.reconfigure(page_size=100)
    assert len(caller.query("SELECT Id FROM Lead").body["records"]) == 100


@pytest.mark.parametrize("how", ["expired", "two days", "unknown"])
def test_a_stale_locator_is_refused(how: str) -> None:
    """INVALID_QUERY_LOCATOR: start again from the cursor."""
    caller = Caller(SalesforceConfig(page_size=1))
    for _ in range(3):
        caller.org.add(LEAD)
    path = caller.query("SELECT Id FROM Lead").body["nextRecordsUrl"].removeprefix("/services/data/v67.0/")
    if how == "expired":
        caller.org.expire_locators()
    elif how == "two days":
        caller.clock.advance(2 * 86_400 + 1)
        caller.login()
    else:
        path = "query/01gNothing-1"
    answer = caller.call("GET", path)
    assert (answer.status, codes(answer)) == (400, ["INVALID_QUERY_LOCATOR"])


def test_a_very_long_address_is_refused(five: Caller) -> None:
    """414 with an HTML page above 16,384 bytes."""
    soql = leads("Id", f"LastName IN ({','.join([repr('x' * 80)] * 200)})")
    answer = five.query(soql)
    assert answer.status == 414
    assert answer.content_type == "text/html"


def test_columns_are_told_to_the_command_line(five: Caller) -> None:
    """columns=true answers with metadata instead of rows."""
    body = five.call("GET", "query?q=SELECT+Id,Owner.Name+FROM+Lead&columns=true").body
    assert [column["columnName"] for column in body["columnMetadata"]] == ["Id", "Owner.Name"]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_any_text_survives_escaping(text: str) -> None:
    """A literal escaped as the reference says is read as the text it stands for."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    where: Any = parse(leads("Id", f"LastName = '{escaped}'")).where
    assert where.value.value == text


def test_the_delta_query_is_fast_among_twenty_thousand_leads() -> None:
    """Few rows at the end of the stamp index cost milliseconds, not a scan."""
    caller = Caller()
    start = caller.clock.now().replace(microsecond=0) - timedelta(days=2)
    for number in range(20_000):
        caller.org.add(LEAD, created=start + timedelta(seconds=number))
    bound = stamp(start + timedelta(seconds=19_950)).replace(".000+0000", "Z")
    soql = leads("Id, LastName, Owner.Name", f"SystemModstamp >= {bound}", "SystemModstamp, Id")
    best = float("inf")
    for _ in range(10):
        began = time.perf_counter()
        assert len(caller.rows(soql)) == 50
        best = min(best, time.perf_counter() - began)
    assert best < 0.03
