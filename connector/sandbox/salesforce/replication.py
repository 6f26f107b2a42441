"""Which leads changed or were deleted in a span of time.

Source: REST guide, "sObject Get Updated" and "sObject Get Deleted"; SOAP guide, "getUpdated()", "getDeleted()":
minutes, not seconds; 30 days of updates, 15 of deletions; `latestDateCovered` stays behind a transaction that
is still running.
"""

from datetime import UTC, datetime, timedelta

from connector.sandbox.http import Response

from .call import Call
from .errors import ApiError, api_error
from .org import BIN_DAYS
from .values import parse_datetime, stamp

UPDATED_DAYS = 30


def updated(call: Call, name: str) -> Response:
    """The ids of the live leads with a SystemModstamp in the span."""
    call.lead(name)
    start, end = _span(call, least=timedelta(), days=UPDATED_DAYS)
    found = [row["Id"] for row in call.org.store.stamped(start, end) if row["SystemModstamp"] < end]
    return Response(200, {"ids": found, "latestDateCovered": stamp(_covered(call, end))})


def deleted(call: Call, name: str) -> Response:
    """The leads moved to the recycle bin in the span and still there."""
    call.lead(name)
    start, end = _span(call, least=timedelta(minutes=1), days=BIN_DAYS)
    rows = call.org.store.rows
    found = [
        {"id": id_, "deletedDate": stamp(moment)}
        for id_, moment in call.org.store.deletions.items()
        if start <= moment < end and id_ in rows and rows[id_]["IsDeleted"]
    ]
    oldest = call.org.now() - timedelta(days=BIN_DAYS)
    return Response(
        200,
        {
            "deletedRecords": found,
            "earliestDateAvailable": stamp(max(oldest, call.org.deletions_known_since)),
            "latestDateCovered": stamp(_covered(call, end)),
        },
    )


def _span(call: Call, *, least: timedelta, days: int) -> tuple[datetime, datetime]:
    start, end = (_minute(call, name) for name in ("start", "end"))
    if end - start <= least:
        raise _invalid("startDate must be before endDate" + (" by more than one minute" if least else ""))
    if call.org.now() - start > timedelta(days=days, minutes=1):
        raise _invalid(f"startDate cannot be more than {days} days ago")
    return start, end


def _minute(call: Call, name: str) -> datetime:
    text = call.request.query.get(name, "")
    moment = parse_datetime(text)
    if moment is None:
        message = f"{name} must be a date and time such as 2026-01-02T03:04:05Z, not {text!r}"
        raise api_error(400, "INVALID_REPLICATION_DATE", message)
    return moment.replace(second=0, microsecond=0)


def _covered(call: Call, end: datetime) -> datetime:
    running = call.org.store.earliest_pending() or datetime.max.replace(tzinfo=UTC)
    return min(end, call.org.now(), running).replace(second=0)


def _invalid(message: str) -> ApiError:
    return api_error(400, "INVALID_REPLICATION_DATE", message)
