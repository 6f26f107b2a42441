"""Bulk API 2.0: jobs that load CSV, and jobs that answer a query with CSV.

Source: Bulk API 2.0 guide, "Create a Job", "Upload Job Data", "Upload Complete", "Get Information About a
Job", "Get Job Successful/Failed/Unprocessed Record Results", "Get Results for a Query Job", "Valid CSV Record
Rows" (an empty cell leaves the field, #N/A clears it). A job is worked on when its status is asked for the
n-th time after the upload (`SalesforceConfig.bulk_polls`).
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from connector.sandbox.http import Response

from . import ids, saving, values
from .call import Call, Handler
from .errors import ApiError, Refused, api_error, not_found, refused
from .rows import external_id, holders
from .saving import Caller
from .select import Selection
from .soql import parse

MAX_BYTES = 150 * 1024 * 1024
DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "TAB": "\t", "PIPE": "|", "CARET": "^", "BACKQUOTE": "`"}
ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
OPERATIONS = {"insert", "update", "upsert", "delete"}
QUERIES = {"query", "queryAll"}
Line = dict[str, str]


@dataclass
class Job:
    """One job; `lines` are what was uploaded, or what the query found."""

    info: dict[str, Any]
    state: str = "Open"
    polls: int = 0
    columns: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    done: list[Line] = field(default_factory=list)
    failed: list[Line] = field(default_factory=list)
    error: str | None = None

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""
        return DELIMITERS[self.info["columnDelimiter"]]

    @property
    def line_end(self) -> str:
        """What stands between two lines."""
        return ENDINGS[self.info["lineEnding"]]

    def shown(self) -> dict[str, Any]:
        """The job's information."""
        processed = len(self.done) + len(self.failed)
        if self.info["operation"] in QUERIES:
            processed = len(self.lines) if self.state == "JobComplete" else 0
        counts: dict[str, Any] = {"numberRecordsProcessed": processed, "numberRecordsFailed": len(self.failed)}
        if self.error is not None:
            counts["errorMessage"] = self.error
        return {**self.info, "state": self.state, "retries": 0, **counts}

    def csv(self, columns: list[str], lines: list[Line]) -> Response:
        """Lines as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.line_end, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows([line.get(column, "") for column in columns] for line in lines)
        return Response(200, out.getvalue(), content_type="text/csv")


class Bulk:
    """The jobs of one org."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._ids = ids.Sequence("750")

    def methods(self, kind: str, parts: list[str]) -> Mapping[str, Handler]:
        """The handlers of a path below jobs/ingest or jobs/query."""
        match kind, parts:
            case _, []:
                return {"GET": partial(self._list, kind=kind), "POST": partial(self._create, kind=kind)}
            case _, [id_]:
                job = self._job(kind, id_)
                return {
                    "GET": partial(_status, job=job),
                    "PATCH": partial(_set_state, job=job),
                    "DELETE": partial(self._delete, id_=id_),
                }
            case "ingest", [id_, "batches"]:
                return {"PUT": partial(_upload, job=self._job(kind, id_))}
            case "ingest", [id_, "successfulResults" | "failedResults" | "unprocessedrecords" as which]:
                return {"GET": partial(_ingest_results, job=self._job(kind, id_), which=which)}
            case "query", [id_, "results"]:
                return {"GET": partial(_query_results, job=self._job(kind, id_))}
        raise not_found()

    def _job(self, kind: str, id_: str) -> Job:
        job = self._jobs.get(ids.normal(id_) or "")
        if job is None or (job.info["operation"] in QUERIES) != (kind == "query"):
            raise not_found()
        return job

    def _list(self, call: Call, kind: str) -> Response:
        jobs = [job for job in self._jobs.values() if (job.info["operation"] in QUERIES) == (kind == "query")]
        return Response(200, {"done": True, "records": [job.shown() for job in jobs], "nextRecordsUrl": None})

    def _create(self, call: Call, kind: str) -> Response:
        asked = call.json()
        operation = str(asked.get("operation"))
        if operation not in (OPERATIONS if kind == "ingest" else QUERIES):
            raise _invalid(f"operation {operation!r} is not possible here")
        delimiter, ending = str(asked.get("columnDelimiter", "COMMA")), str(asked.get("lineEnding", "LF"))
        if delimiter not in DELIMITERS or ending not in ENDINGS:
            raise _invalid("unknown columnDelimiter or lineEnding")
        id_ = self._ids.next()
        info = {
            "id": id_,
            "operation": operation,
            "object": asked.get("object", "Lead"),
            "createdById": call.user,
            "createdDate": values.stamp(call.org.now()),
            "systemModstamp": values.stamp(call.org.now()),
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(call.version[1:]),
            "jobType": "V2Ingest" if kind == "ingest" else "V2Query",
            "lineEnding": ending,
            "columnDelimiter": delimiter,
        }
        job = Job(info)
        if kind == "ingest":
            _prepare_ingest(call, job, asked)
        else:
            _prepare_query(call, job, str(asked.get("query", "")))
        self._jobs[id_] = job
        return Response(200, job.shown())

    def _delete(self, call: Call, id_: str) -> Response:
        del self._jobs[ids.normal(id_) or ""]
        return Response(204)


def _prepare_ingest(call: Call, job: Job, asked: dict[str, Any]) -> None:
    call.lead(str(asked.get("object")))
    if job.info["operation"] == "upsert":
        if not asked.get("externalIdFieldName"):
            raise _invalid("externalIdFieldName is required for upsert")
        key = asked["externalIdFieldName"]
        job.info["externalIdFieldName"] = key if key == "Id" else external_id(call, key).name
    job.info["contentUrl"] = f"{call.base.removeprefix('/')}/jobs/ingest/{job.info['id']}/batches"


def _prepare_query(call: Call, job: Job, text: str) -> None:
    selection = Selection(call.org, parse(text), binned=job.info["operation"] == "queryAll")
    if not selection.columns:
        raise api_error(400, "API_ERROR", "COUNT() is not supported by Bulk API 2.0")
    if any(column.field.type == "address" for column in selection.columns):
        raise api_error(400, "FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query")
    job.columns = [".".join(column.path) for column in selection.columns]
    for row in selection.rows():
        cells = [_cell(column.get(row)) for column in selection.columns]
        job.lines.append(dict(zip(job.columns, cells, strict=True)))
    job.state = "UploadComplete"


def _cell(value: Any) -> str:
    value = values.shown(value)
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _status(call: Call, job: Job) -> Response:
    if job.state in {"UploadComplete", "InProgress"}:
        job.polls += 1
        job.state = "InProgress"
        if job.polls >= call.org.config.bulk_polls:
            _work(call, job)
    return Response(200, job.shown())


def _set_state(call: Call, job: Job) -> Response:
    match job.state, call.json().get("state"):
        case "Open", "UploadComplete":
            job.state = "UploadComplete"
        case "Open" | "UploadComplete" | "InProgress", "Aborted":
            job.state = "Aborted"
        case was, wanted:
            message = f"Job in state {was} cannot become {wanted}"
            raise api_error(400, "INVALIDJOBSTATE", message)
    return Response(200, job.shown())


def _upload(call: Call, job: Job) -> Response:
    """One upload a job; the text is read as the job said it would be written."""
    if job.state != "Open" or job.lines or job.error:
        raise api_error(400, "INVALIDJOBSTATE", "data was uploaded already, or the job is closed")
    if len(call.request.body) > MAX_BYTES:
        raise api_error(400, "INVALIDBATCH", "Maximum file size exceeded")
    text = call.request.body.decode("utf-8", errors="replace")
    if job.info["lineEnding"] == "CRLF" and "\r\n" not in text:
        job.error = "LineEnding is invalid on user data. Current LineEnding setting is CRLF"
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=job.delimiter))
    job.columns = rows[0] if rows else []
    for row in rows[1:]:
        if len(row) != len(job.columns):
            job.error = "InvalidBatch : The number of columns in a row does not match the header"
        else:
            job.lines.append(dict(zip(job.columns, row, strict=True)))
    return Response(201)


def _work(call: Call, job: Job) -> None:
    if job.info["operation"] in QUERIES:
        job.state = "JobComplete"
        return
    unknown = [name for name in job.columns if call.org.visible_lead.find(name) is None]
    if unknown:
        job.error = f"InvalidBatch : Field name not found : {unknown[0]}"
    if job.error is not None:
        job.state = "Failed"
        return
    # Bulk API has no header for duplicate rules: those in alert mode refuse as well.
    caller = Caller(call.user)
    for line in job.lines:
        try:
            id_, created = _load(call, job, line, caller)
            job.done.append({"sf__Id": id_, "sf__Created": str(created).lower(), **line})
        except Refused as refusal:
            problem = refusal.problems[0]
            error = f"{problem.code}:{problem.message}:{' '.join(problem.fields)} --"
            job.failed.append({"sf__Id": "", "sf__Error": error, **line})
    job.state = "JobComplete"


def _load(call: Call, job: Job, line: Line, caller: Caller) -> tuple[str, bool]:
    """Do the job's operation with one line; returns the id, and whether it was created."""
    operation = job.info["operation"]
    fields = _fields(call, line)
    key = job.info.get("externalIdFieldName", "Id")
    if operation == "insert":
        return saving.create(call.org, fields, caller), True
    if operation == "upsert" and key != "Id":
        value = fields.get(key)
        if value is None:
            raise refused("MISSING_ARGUMENT", f"{key} not specified", key)
        found = holders(call, external_id(call, key), value)
        if len(found) > 1:
            raise refused("DUPLICATE_EXTERNAL_ID", f"{key}: more than one record found", key)
        if not found:
            return saving.create(call.org, fields, caller), True
        saving.update(call.org, found[0], fields, caller)
        return found[0], False
    id_ = next((fields.pop(name) for name in list(fields) if name.casefold() == "id"), None)
    known = ids.normal(id_)
    if known is None:
        raise refused("MISSING_ARGUMENT" if id_ is None else "MALFORMED_ID", f"bad id {id_}", "Id")
    if known not in call.org.store.rows:
        raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if operation == "delete":
        call.org.discard(known, call.user)
    else:
        saving.update(call.org, known, fields, caller)
    return known, False


def _fields(call: Call, line: Line) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, text in line.items():
        found = call.org.visible_lead.find(name)
        if text and found is not None:
            fields[found.name] = None if text == "#N/A" else values.from_csv(found, text)
    return fields


def _ingest_results(call: Call, job: Job, which: str) -> Response:
    if job.state not in {"JobComplete", "Failed", "Aborted"}:
        raise api_error(400, "INVALIDJOBSTATE", f"the job is {job.state}: there are no results yet")
    match which:
        case "successfulResults":
            return job.csv(["sf__Id", "sf__Created", *job.columns], job.done)
        case "failedResults":
            return job.csv(["sf__Id", "sf__Error", *job.columns], job.failed)
    return job.csv(job.columns, job.lines[len(job.done) + len(job.failed) :])


def _query_results(call: Call, job: Job) -> Response:
    if job.state != "JobComplete":
        raise api_error(400, "INVALIDJOBSTATE", f"the job is {job.state}: there are no results yet")
    locator, most = call.request.query.get("locator", "0"), call.request.query.get("maxRecords", "50000")
    if not locator.isdecimal() or not most.isdecimal() or int(most) < 1:
        raise api_error(400, "INVALID_QUERY_LOCATOR", "invalid locator or maxRecords")
    start, end = int(locator), int(locator) + int(most)
    answer = job.csv(job.columns, job.lines[start:end])
    more = str(end) if end < len(job.lines) else "null"
    headers = {"Sforce-Locator": more, "Sforce-NumberOfRecords": str(len(job.lines[start:end]))}
    return Response(200, answer.body, headers, "text/csv")


def _invalid(message: str) -> ApiError:
    return api_error(400, "INVALIDJOB", f"InvalidJob : {message}")
