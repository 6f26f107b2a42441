"""Salesforce's error codes, and what each means for one write or for a whole request.

Pure; imports the port's words and the errors. Sources: REST guide, "Status Codes and Error Responses"; SOAP
guide, "Core Data Types Used in API Calls", StatusCode; REST guide, "Collections" (`statusCode` in place of
`errorCode`). Always the code decides, the HTTP status only where there is none.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.core.model import Micros
from connector.crm.port import Outcome, State
from connector.crm.salesforce.values import http_date, to18
from connector.errors import (
    ConnectorError,
    Misconfigured,
    Refusal,
    Refused,
    RetryLater,
    Unauthorised,
    Unknown,
    Unreadable,
)

DAILY_LIMIT_SECONDS = 900.0
"""The allocation is counted over the last 24 hours, so it comes back little by little."""
QUERY_TIMEOUT_SECONDS = 60.0

BUSY = frozenset({"UNABLE_TO_LOCK_ROW", "REQUEST_LIMIT_EXCEEDED", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG"})
"""Nothing was carried out, and the same will go through later."""
UNROUTED = frozenset({420, 429})
"""Nothing was carried out, whatever the body says. A 503 is no such promise: a gateway may say it after it passed the
request on; only Salesforce's own code in the body tells that it did not."""

WHOLE = frozenset(
    {
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "DUPLICATES_DETECTED",
        "DUPLICATE_VALUE",
        "ENTITY_IS_LOCKED",
        "INSUFFICIENT_ACCESS",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "INSUFFICIENT_ACCESS_OR_READONLY",
    }
)
"""The record as such is refused: leaving out a field would not help."""

DATA = frozenset(
    {
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "FIELD_INTEGRITY_EXCEPTION",
        "INACTIVE_OWNER_OR_USER",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_EMAIL_ADDRESS",
        "INVALID_FIELD",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "JSON_PARSER_ERROR",
        "MALFORMED_ID",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "OPERATION_WITH_INACTIVE_USER",
        "REQUIRED_FIELD_MISSING",
        "STRING_TOO_LONG",
    }
)
"""A value is refused: without it the rest may well be taken, even where the error does not name its field."""

GONE = frozenset({"ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY"})
"""On the row's own id: the record is deleted, or not to be seen."""

NESTED_LOCK = "UNABLE_TO_LOCK_ROW"

_LEAD_ID = re.compile(r"(?<![0-9A-Za-z])00Q[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?(?![0-9A-Za-z])")
_NAMED = (re.compile(r"[Nn]o such column '([A-Za-z]\w*)'"), re.compile(r"\bfields: ([A-Za-z]\w*(?:, ?[A-Za-z]\w*)*)"))


@dataclass(frozen=True, slots=True)
class Problem:
    """One item of an error answer. `ids` are the leads it names anywhere."""

    code: str
    message: str
    fields: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def refusals(self) -> tuple[Refusal, ...]:
        """One refusal for each field it names, or one that names none."""
        return tuple(Refusal(name, self.code, self.message) for name in self.fields or ("",))


def problems(content: object) -> tuple[Problem, ...]:
    """The problems an answer's body lists: an array of errors, or one error object; () for anything else."""
    items = content if isinstance(content, list) else [content]
    return tuple(_problem(item) for item in items if isinstance(item, dict) and _code(item))


def _code(item: Mapping[str, Any]) -> str:
    return str(item.get("errorCode") or item.get("statusCode") or item.get("error") or "")


def _problem(item: Mapping[str, Any]) -> Problem:
    message = str(item.get("message") or item.get("error_description") or "")
    listed = item.get("fields")
    fields = tuple(str(name) for name in listed) if isinstance(listed, list) else ()
    for pattern in _NAMED if not fields else ():
        found = pattern.search(message)
        fields = tuple(re.split(", ?", found[1])) if found else fields
    ids = tuple(dict.fromkeys(to18(found) for found in _LEAD_ID.findall(json.dumps(item, default=str))))
    return Problem(_code(item), message, fields, ids)


def row_outcome(key: int, record_id: str, found: tuple[Problem, ...], *, references: bool) -> Outcome:
    """How a write ended whose row lists these problems.

    `record_id` is "" for a create; `references` tells whether the row itself sets a look-up field, to which an
    INVALID_CROSS_REFERENCE_KEY without a field name may refer as well. A row that was locked says so in `refusals`.
    """
    if any(_busy(problem) for problem in found):
        locked = tuple(refusal for problem in found if _locked(problem) for refusal in problem.refusals())
        return Outcome(key, State.LATER, record_id, refusals=locked)
    if record_id and any(_own_id(problem, references) for problem in found):
        return Outcome(key, State.GONE, record_id)
    refusals = tuple(refusal for problem in found for refusal in problem.refusals())
    whole = not found or any(
        problem.code in WHOLE or (problem.code not in DATA and not problem.fields) for problem in found
    )
    matches = tuple(dict.fromkeys(match for problem in found for match in problem.ids if match != record_id))
    return Outcome(key, State.REFUSED, record_id, refusals=refusals, whole=whole, matches=matches)


def _busy(problem: Problem) -> bool:
    return problem.code in BUSY or _locked(problem)


def _locked(problem: Problem) -> bool:
    """Whether another transaction holds the row: it passes within seconds."""
    return problem.code == NESTED_LOCK or (problem.code in WHOLE and NESTED_LOCK in problem.message)


def _own_id(problem: Problem, references: bool) -> bool:
    if problem.code not in GONE or set(problem.fields) - {"Id", "id"}:
        return False
    return problem.code != "INVALID_CROSS_REFERENCE_KEY" or not references


def call_failure(
    what: str, status: int, content: object, headers: Mapping[str, str], now: float, *, writes: bool
) -> ConnectorError:
    """What an answer with an error status means for the whole request `what`; `now` in seconds since 1970.

    The error's text names code and field but repeats none of Salesforce's words, which may hold a lead's values;
    those are in `refusals`.
    """
    found = problems(content)
    codes = {problem.code for problem in found}
    named = ", ".join(sorted(brief(code) for code in codes)) or "no reason given"
    told = f"Salesforce answered {what} with HTTP {status} ({named})"
    if status == 401 or "INVALID_SESSION_ID" in codes:
        return Unauthorised(told)
    wait = retry_after(headers, now)
    busy = _busy_failure(told, status, found, wait)
    if busy is not None:
        return busy
    if status >= 500 or status == 408:
        # A gateway may have passed the request on before it gave up.
        return Unknown(told) if writes else RetryLater(told, after=wait if status == 503 else None)
    if 300 <= status < 400:
        return Misconfigured(f"{told}: a redirection; SALESFORCE_URL must be the org's My Domain URL")
    if status in (403, 404, 410, 414, 431) or "INVALID_TYPE" in codes:
        return Misconfigured(f"{told}; {_right(status, codes)}")
    if not found and not writes:
        return Unreadable(f"{told}: the body is not Salesforce's; is there a proxy in between?")
    fields = sorted({name for problem in found for name in problem.fields})
    about = f"; it names {', '.join(brief(name) for name in fields)}" if fields else ""
    refusals = tuple(refusal for problem in found for refusal in problem.refusals())
    return Refused(told + about, refusals=refusals or (Refusal("", f"HTTP_{status}", ""),), status=status)


def _busy_failure(told: str, status: int, found: tuple[Problem, ...], wait: float | None) -> RetryLater | None:
    """The requests of which nothing was carried out because Salesforce is busy or away."""
    for problem in found:
        if problem.code == "REQUEST_LIMIT_EXCEEDED" and "concurrent" not in problem.message.lower():
            return RetryLater(f"{told}: the org's daily API requests are used up", after=DAILY_LIMIT_SECONDS)
        if problem.code == "QUERY_TIMEOUT":
            return RetryLater(f"{told}: the query took too long", after=QUERY_TIMEOUT_SECONDS)
        if problem.code in BUSY:
            return RetryLater(told, after=wait)
    return RetryLater(told, after=wait) if status in UNROUTED else None


def _right(status: int, codes: set[str]) -> str:
    if status == 410:
        return "this API version is retired: set SALESFORCE_API_VERSION to a newer one"
    if status in (414, 431):
        return "the request line is too long: map fewer fields"
    if status == 404:
        return "check SALESFORCE_API_VERSION, and that the integration user may see the sObject"
    if codes & {"API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"}:
        return "the API is switched off: use an edition with API access and grant 'API Enabled' to the user"
    return "give the integration user the permission set (Lead: read, create, edit, view all)"


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds a `Retry-After` header asks for, given as seconds or as a date; None without a usable one."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    try:
        when: Micros = http_date(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, when / 1_000_000 - now)


def brief(text: str, length: int = 160) -> str:
    """A vendor's text, printable and bounded, fit for a message."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return clean if len(clean) <= length else clean[: length - 1] + "…"
