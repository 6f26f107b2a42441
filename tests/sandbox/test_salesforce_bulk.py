"""Bulk API 2.0 of the Salesforce stand-in."""

import csv
import io
from typing import Any

import pytest

from connector.sandbox.http import Response
from connector.sandbox.salesforce import DuplicateRule, SalesforceConfig

from .salesforce_client import LEAD, Caller, codes


def start(caller: Caller, text: str, **job: Any) -> str:
    """Make an ingest job, upload the text and close it."""
    answer = caller.call("POST", "jobs/ingest", {"object": "Lead", "contentType": "CSV", "operation": "insert", **job})
    assert (answer.status, answer.body["state"]) == (200, "Open")
    id_ = str(answer.body["id"])
    assert caller.call("PUT", f"jobs/ingest/{id_}/batches", text.encode()).status == 201
    assert caller.call("PATCH", f"jobs/ingest/{id_}", {"state": "UploadComplete"}).body["state"] == "UploadComplete"
    return id_


def lines(answer: Response) -> list[dict[str, str]]:
    """The lines of a CSV answer."""
    assert answer.content_type == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.body)))


def test_an_insert_job_tells_good_and_bad_lines() -> None:
    """After a poll it is complete, with the lines sorted into their results."""
    caller = Caller()
    text = "LastName,Company,DoNotCall,NumberOfEmployees,Email\nOne,A,true,5,one@example.com\nTwo,B,,,nope\n"
    id_ = start(caller, text)
    early = caller.call("GET", f"jobs/ingest/{id_}/successfulResults")
    assert codes(early) == ["INVALIDJOBSTATE"]
    info = caller.call("GET", f"jobs/ingest/{id_}").body
    assert (info["state"], info["numberRecordsProcessed"], info["numberRecordsFailed"]) == ("JobComplete", 2, 1)
    good = lines(caller.call("GET", f"jobs/ingest/{id_}/successfulResults"))
    bad = lines(caller.call("GET", f"jobs/ingest/{id_}/failedResults"))
    row = caller.read(good[0]["sf__Id"])
    assert (good[0]["sf__Created"], row["DoNotCall"], row["NumberOfEmployees"]) == ("true", True, 5)
    assert bad[0]["sf__Error"].startswith("INVALID_EMAIL_ADDRESS:")
    assert bad[0]["LastName"] == "Two"
    assert lines(caller.call("GET", f"jobs/ingest/{id_}/unprocessedrecords")) == []


def test_an_upsert_job_leaves_empty_cells_and_clears_with_na() -> None:
    """Empty: unchanged. #N/A: null. `sf__Created` tells which lines were new."""
    caller = Caller()
    id_ = caller.create(Operate_Lead_Id__c="1", City="Leeds", Title="CEO")
    text = "Operate_Lead_Id__c,LastName,Company,City,Title\n1,,,,#N/A\n2,Two,B,York,\n"
    job = start(caller, text, operation="upsert", externalIdFieldName="Operate_Lead_Id__c")
    caller.call("GET", f"jobs/ingest/{job}")
    good = lines(caller.call("GET", f"jobs/ingest/{job}/successfulResults"))
    assert [line["sf__Created"] for line in good] == ["false", "true"]
    row = caller.read(id_)
    assert (row["City"], row["Title"]) == ("Leeds", None)


def test_update_and_delete_jobs_go_by_id() -> None:
    """An unknown id fails its line."""
    caller = Caller()
    id_ = caller.create()
    job = start(caller, f"Id,City\n{id_},York\n00QSb00000ZZZZZ,Hull\n", operation="update")
    assert caller.call("GET", f"jobs/ingest/{job}").body["numberRecordsFailed"] == 1
    assert caller.read(id_)["City"] == "York"
    job = start(caller, f"Id\n{id_}\n", operation="delete")
    caller.call("GET", f"jobs/ingest/{job}")
    assert caller.org.leads() == {}


def test_a_job_may_take_several_polls() -> None:
    """InProgress until then."""
    caller = Caller(SalesforceConfig(bulk_polls=3))
    job = start(caller, "LastName,Company\nOne,A\n")
    states = [caller.call("GET", f"jobs/ingest/{job}").body["state"] for _ in range(3)]
    assert states == ["InProgress", "InProgress", "JobComplete"]


def test_an_aborted_job_leaves_its_lines_unprocessed() -> None:
    """And cannot go on."""
    caller = Caller(SalesforceConfig(bulk_polls=3))
    job = start(caller, "LastName,Company\nOne,A\n")
    assert caller.call("PATCH", f"jobs/ingest/{job}", {"state": "Aborted"}).body["state"] == "Aborted"
    assert codes(caller.call("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})) == ["INVALIDJOBSTATE"]
    assert lines(caller.call("GET", f"jobs/ingest/{job}/unprocessedrecords"))[0]["LastName"] == "One"
    assert caller.org.leads() == {}


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("Nope,Company\nOne,A\n", {}),
        ("LastName,Company\nOne\n", {}),
        ("LastName,Company\nOne,A\n", {"lineEnding": "CRLF"}),
    ],
)
def test_a_file_that_does_not_fit_fails_the_job(text: str, job: dict[str, str]) -> None:
    """Unknown column, ragged line, other line ends than announced."""
    caller = Caller()
    info = caller.call("GET", f"jobs/ingest/{start(caller, text, **job)}").body
    assert info["state"] == "Failed"
    assert info["errorMessage"]
    assert caller.org.leads() == {}


def test_a_job_written_with_other_signs_is_read() -> None:
    """Semicolons and CRLF, quoted line breaks."""
    caller = Caller()
    text = 'LastName;Company;Street\r\nOne;"A; B";"1 High St\nFloor 2"\r\n'
    job = start(caller, text, columnDelimiter="SEMICOLON", lineEnding="CRLF")
    assert caller.call("GET", f"jobs/ingest/{job}").body["numberRecordsFailed"] == 0
    row = next(iter(caller.org.leads().values()))
    assert (row["Company"], row["Street"]) == ("A; B", "1 High St\r\nFloor 2")


def test_bulk_has_no_way_around_an_alert_rule() -> None:
    """There is no header to allow the save."""
    caller = Caller(SalesforceConfig(duplicate_rules=(DuplicateRule(),)))
    caller.create(Email="ada@example.com")
    job = start(caller, "LastName,Company,Email\nMarlow,A,ada@example.com\n")
    assert caller.call("GET", f"jobs/ingest/{job}").body["numberRecordsFailed"] == 1


def test_a_query_job_answers_in_pages_of_csv() -> None:
    """Sforce-Locator leads on and ends with `null`."""
    caller = Caller()
    for number in range(5):
        caller.org.add({**LEAD, "LastName": f"L{number}", "DoNotCall": number == 0})
    job = caller.call(
        "POST", "jobs/query", {"operation": "query", "query": "SELECT LastName, DoNotCall, City FROM Lead ORDER BY Id"}
    ).body["id"]
    assert codes(caller.call("GET", f"jobs/query/{job}/results")) == ["INVALIDJOBSTATE"]
    assert caller.call("GET", f"jobs/query/{job}").body["state"] == "JobComplete"
    first = caller.call("GET", f"jobs/query/{job}/results?maxRecords=3")
    assert (first.headers["Sforce-Locator"], first.headers["Sforce-NumberOfRecords"]) == ("3", "3")
    rest = caller.call("GET", f"jobs/query/{job}/results?maxRecords=3&locator=3")
    assert rest.headers["Sforce-Locator"] == "null"
    found = lines(first) + lines(rest)
    assert [line["LastName"] for line in found] == ["L0", "L1", "L2", "L3", "L4"]
    assert found[0] == {"LastName": "L0", "DoNotCall": "true", "City": ""}


@pytest.mark.parametrize(
    ("kind", "job"),
    [
        ("ingest", {"operation": "query", "object": "Lead"}),
        ("ingest", {"operation": "upsert", "object": "Lead"}),
        ("ingest", {"operation": "insert", "object": "Lead", "columnDelimiter": "DOT"}),
        ("query", {"operation": "query", "query": "SELECT COUNT() FROM Lead"}),
        ("query", {"operation": "query", "query": "SELECT Address FROM Lead"}),
        ("query", {"operation": "query", "query": "nonsense"}),
    ],
)
def test_an_impossible_job_is_refused(kind: str, job: dict[str, str]) -> None:
    """400 when it is made."""
    assert Caller().call("POST", f"jobs/{kind}", job).status == 400


def test_jobs_are_listed_and_deleted() -> None:
    """An unknown one is 404."""
    caller = Caller()
    job = start(caller, "LastName,Company\nOne,A\n")
    assert [one["id"] for one in caller.call("GET", "jobs/ingest").body["records"]] == [job]
    assert caller.call("DELETE", f"jobs/ingest/{job}").status == 204
    assert caller.call("GET", f"jobs/ingest/{job}").status == 404
    assert caller.call("GET", f"jobs/query/{job}").status == 404
