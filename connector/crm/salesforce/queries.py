"""SOQL: building statements and reading their pages.

Imports the calls and simple-salesforce's quoting. Sources: REST guide, "Query", "QueryAll", "Query Options Header"
and "Composite"; App limits, "SOQL and SOSL Limits" and "API Query Cursor Limits"; SOQL guide, "Quoted String
Escape Sequences".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from simple_salesforce.format import format_soql

from connector.core.model import Micros
from connector.crm.salesforce.calls import Answer, Call, Caller
from connector.crm.salesforce.failures import call_failure
from connector.crm.salesforce.values import to_literal
from connector.errors import ConnectorError, Refused, RetryLater, Unauthorised, Unreadable

ORDER = "ORDER BY SystemModstamp ASC, Id ASC"
PAGE_HEADER = {"Sforce-Query-Options": "batchSize=2000"}
LONGEST_URL_QUERY = 12_000
"""Bytes of an encoded statement that still goes into a URL: 16,384 are allowed for all of it, headers included."""
IN_LIST = 300
"""How many ids or counterpart ids one statement asks for."""
RESTARTS = 3

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a query, and the server's clock when the query was started."""

    rows: tuple[Row, ...]
    server_now: Micros


def select(fields: Sequence[str], sobject: str, *conditions: str, order: str = "") -> str:
    """A statement of its parts; the conditions are joined by AND."""
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(fields)} FROM {sobject}{where}{' ' if order else ''}{order}"  # noqa: S608 - checked names, quoted values


def among(field: str, texts: Sequence[str]) -> str:
    """The condition that a field has one of these texts, quoted."""
    return str(format_soql(f"{field} IN {{}}", list(texts)))


def changed_since(moment: Micros) -> str:
    """The condition that a row changed at or after a moment."""
    return f"SystemModstamp >= {to_literal(moment)}"


def chunks(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The texts in pieces of at most `size`."""
    return (texts[start : start + size] for start in range(0, len(texts), size))


def pages(caller: Caller, soql: str, *, deleted: bool = False, always: bool = False) -> Iterator[Rows]:
    """All pages of a statement, at least one; `deleted` asks for deleted rows too (queryAll), `always` as in `Call`.

    Raises `Unreadable` when the pages end before or after as many rows as Salesforce counted, or go in circles,
    and `LocatorLost` when Salesforce has forgotten the query.
    """
    answer = _first(caller, soql, "queryAll" if deleted else "query", always=always)
    started = answer.server_now
    total, count, seen = _total(answer), 0, set[str]()
    while True:
        rows, following = _page(answer)
        count += len(rows)
        if count > total or (not following and count < total):
            raise Unreadable(f"Salesforce counted {total} rows for a query and showed {count}")
        yield Rows(rows, started)
        if not following:
            return
        marks = {following, str(rows[0].get("Id"))} if rows else set[str]()
        if not marks or marks & seen:
            raise Unreadable("Salesforce shows the same page of a query again and again, or one without rows")
        seen |= marks
        answer = _more(caller, following, always=always)


def ordered_pages(
    caller: Caller, fields: Sequence[str], since: Micros | None, stamp_of: Callable[[Row], Micros], *, deleted: bool
) -> Iterator[Rows]:
    """Leads changed since a moment (None: all), oldest change first.

    When Salesforce forgets the query half-way it is begun again at the last row that was shown, so a row may come
    twice. `server_now` stays that of the first page: what changed later may be missing from this listing.
    """
    started: Micros | None = None
    for attempt in range(RESTARTS + 1):
        conditions = () if since is None else (changed_since(since),)
        try:
            for page in pages(caller, select(fields, "Lead", *conditions, order=ORDER), deleted=deleted):
                started = page.server_now if started is None else started
                yield Rows(page.rows, started)
                since = stamp_of(page.rows[-1]) if page.rows else since
            return
        except LocatorLost:
            if attempt == RESTARTS:
                raise


class LocatorLost(RetryLater):
    """Salesforce has forgotten a query between two of its pages (INVALID_QUERY_LOCATOR)."""


def _first(caller: Caller, soql: str, resource: str, *, always: bool) -> Answer:
    """The first page; a statement too long for a URL travels in the body of a Composite request."""
    encoded = quote(soql, safe="")
    if len(encoded) <= LONGEST_URL_QUERY:
        return caller.send(Call("GET", resource, {"q": soql}, headers=PAGE_HEADER, always=always))
    part = {"method": "GET", "referenceId": "rows", "url": f"/services/data/v{caller.version}/{resource}?q={encoded}"}
    answer = caller.send(Call("POST", "composite", json={"compositeRequest": [part]}, always=always))
    try:
        inner = answer.data["compositeResponse"][0]
        status, body = inner["httpStatusCode"], inner["body"]
        if type(status) is not int or not 100 <= status <= 999:
            raise TypeError("no HTTP status")
    except (KeyError, IndexError, TypeError) as error:
        raise Unreadable(f"Salesforce answered a Composite {resource} in no documented shape") from error
    if status >= 300:
        raise _settled(call_failure(f"a Composite {resource}", status, body, {}, 0.0, writes=False))
    return Answer(body, answer.server_now)


def _settled(error: ConnectorError) -> ConnectorError:
    """A part that is refused as unauthorised will not be repeated: the request around it was authorised."""
    return RetryLater(str(error)) if isinstance(error, Unauthorised) else error


def _more(caller: Caller, path: str, *, always: bool) -> Answer:
    try:
        return caller.send(Call("GET", path, headers=PAGE_HEADER, always=always))
    except Refused as error:
        if any(refusal.code == "INVALID_QUERY_LOCATOR" for refusal in error.refusals):
            raise LocatorLost(str(error)) from error
        raise


def _total(answer: Answer) -> int:
    total = answer.data.get("totalSize") if isinstance(answer.data, dict) else None
    if type(total) is not int:
        raise Unreadable("Salesforce answered a query without its totalSize")
    return total


def _page(answer: Answer) -> tuple[tuple[Row, ...], str]:
    """The rows of a page and the path of the next one ("" after the last)."""
    data = answer.data
    rows = data.get("records") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("Salesforce answered a query without its records")
    ids = [str(row.get("Id")) for row in rows]
    if len(set(ids)) < len(ids):
        raise Unreadable("Salesforce showed the same record twice on one page of a query")
    if data.get("done") is True:
        return tuple(rows), ""
    following = data.get("nextRecordsUrl")
    if not isinstance(following, str) or not following.startswith("/services/data/"):
        raise Unreadable("Salesforce answered a query that is not done without its nextRecordsUrl")
    return tuple(rows), following
