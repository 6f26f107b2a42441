"""sObject Collections: up to 200 records written, or 2,000 read, in one call.

Source: REST guide, "Create/Update/Upsert/Delete Records Using sObject Collections", "Get Records Using sObject
Collections". Results stand in the order of the request. A field of the wrong JSON type is taken to fail its
record only (the guide does not say).
"""

from collections.abc import Callable, Sequence
from typing import Any

from connector.sandbox.http import Response

from . import ids, saving
from .call import Call
from .errors import Problem, Refused, api_error, refused
from .rows import chosen_fields, external_id, holders, shown, without_attributes

MAX_WRITES = 200
MAX_READS = 2000
Result = dict[str, Any]


def create(call: Call) -> Response:
    """Insert records."""

    def one(record: dict[str, Any]) -> Result:
        fields = without_attributes(record)
        if any(name.casefold() == "id" for name in fields):
            raise refused("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", "Id")
        return _success(saving.create(call.org, fields, call.caller))

    return _write(call, _records(call), one)


def update(call: Call) -> Response:
    """Update records by the `id` in each; the same id twice in a request fails both times."""
    records = _records(call)
    given = [ids.normal(_id(record)) for record in records]

    def one(record: dict[str, Any]) -> Result:
        id_ = ids.normal(_id(record))
        if _id(record) is None:
            raise refused("MISSING_ARGUMENT", "Id not specified in an update call", "Id")
        if id_ is None or not id_.startswith(ids.LEAD):
            raise refused("MALFORMED_ID", f"Lead ID: id value of incorrect type: {_id(record)}", "Id")
        if given.count(id_) > 1:
            raise refused("DUPLICATE_VALUE", f"duplicate id in list: {id_}", "Id")
        fields = {name: value for name, value in without_attributes(record).items() if name.casefold() != "id"}
        saving.update(call.org, _existing(call, id_), fields, call.caller)
        return _success(id_)

    return _write(call, records, one)


def upsert(call: Call, name: str, field: str) -> Response:
    """Update or insert records by the External ID in each."""
    call.lead(name)
    key = external_id(call, field)
    records = _records(call)

    def value_of(record: dict[str, Any]) -> Any:
        return next((value for given, value in record.items() if given.casefold() == key.name.casefold()), None)

    given = [value_of(record) for record in records]

    def one(record: dict[str, Any]) -> Result:
        value = value_of(record)
        if value in (None, ""):
            raise refused("MISSING_ARGUMENT", f"{key.name} not specified", key.name)
        if _id(record) is not None:
            raise refused("INVALID_FIELD", "cannot specify Id in an upsert call with an External ID", "Id")
        if given.count(value) > 1:
            raise refused("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", key.name)
        found = holders(call, key, value)
        if len(found) > 1:
            message = f"{key.name}: more than one record found for external id field: {', '.join(found)}"
            raise refused("DUPLICATE_EXTERNAL_ID", message, key.name)
        fields = without_attributes(record)
        if found:
            saving.update(call.org, found[0], fields, call.caller)
            return {**_success(found[0]), "created": False}
        return {**_success(saving.create(call.org, fields, call.caller)), "created": True}

    return _write(call, records, one, failed={"created": False})


def delete(call: Call) -> Response:
    """Delete the records named in `ids=`."""
    wanted = [id_ for id_ in call.request.query.get("ids", "").split(",") if id_]
    _limit(len(wanted), MAX_WRITES)

    def one(id_: str) -> Result:
        known = ids.normal(id_)
        if known is None or not known.startswith(ids.LEAD):
            raise refused("MALFORMED_ID", f"bad id {id_}")
        call.org.discard(_existing(call, known), call.user)
        return _success(known)

    return _run(call, wanted, one, all_or_none=call.flag("allOrNone"), failed={})


def retrieve(call: Call, name: str) -> Response:
    """Read records by id, `null` where there is none."""
    body = call.json()
    return _retrieve(call, name, _list(body, "ids"), _list(body, "fields"))


def retrieve_short(call: Call, name: str) -> Response:
    """The same with everything in the query."""
    query = call.request.query
    return _retrieve(call, name, query.get("ids", "").split(","), query.get("fields", "").split(","))


def _retrieve(call: Call, name: str, wanted: list[Any], names: list[Any]) -> Response:
    sobject = call.lead(name)
    _limit(len(wanted), MAX_READS)
    fields = chosen_fields(sobject, [str(one) for one in names])
    answer: list[dict[str, Any] | None] = []
    for id_ in wanted:
        known = ids.normal(id_)
        if known is None:
            raise api_error(400, "MALFORMED_ID", f"malformed id {id_}")
        row = call.org.store.rows.get(known)
        gone = row is None or row["IsDeleted"]
        answer.append(None if row is None or gone else shown(sobject, row, fields, call.base))
    return Response(200, answer)


def _write(
    call: Call,
    records: list[dict[str, Any]],
    one: Callable[[dict[str, Any]], Result],
    failed: Result | None = None,
) -> Response:
    return _run(call, records, one, all_or_none=call.json().get("allOrNone", False) is True, failed=failed or {})


def _run(
    call: Call, items: Sequence[Any], one: Callable[[Any], Result], *, all_or_none: bool, failed: Result
) -> Response:
    results: list[Result] = []
    with call.org.store.transaction() as roll_back:
        for item in items:
            try:
                results.append(one(item))
            except Refused as refusal:
                errors = [problem.as_result_error() for problem in refusal.problems]
                results.append({"success": False, "errors": errors, **failed})
        if all_or_none and not all(result["success"] for result in results):
            roll_back()
            results = [_rolled_back(failed) if result["success"] else result for result in results]
    return Response(200, results)


def _rolled_back(failed: Result) -> Result:
    message = "Record rolled back because not all records were valid and the request was using AllOrNone header"
    problem = Problem("ALL_OR_NONE_OPERATION_ROLLED_BACK", message)
    return {"success": False, "errors": [problem.as_result_error()], **failed}


def _success(id_: str) -> Result:
    return {"id": id_, "success": True, "errors": []}


def _records(call: Call) -> list[dict[str, Any]]:
    records = _list(call.json(), "records")
    _limit(len(records), MAX_WRITES)
    for record in records:
        if not isinstance(record, dict):
            raise api_error(400, "JSON_PARSER_ERROR", "each of the records must be a JSON object")
        attributes = record.get("attributes")
        kind = attributes.get("type") if isinstance(attributes, dict) else None
        if kind is None:
            raise api_error(400, "INVALID_INPUT", "Each record must have attributes with a type")
        call.lead(str(kind))
    return records


def _list(body: dict[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    if not isinstance(found, list) or not found:
        raise api_error(400, "MISSING_ARGUMENT", f"'{name}' must be a list with something in it")
    return found


def _limit(count: int, most: int) -> None:
    if count > most:
        message = f"record limit reached. cannot submit more than {most} records into this call"
        raise api_error(400, "EXCEEDED_ID_LIMIT", message)


def _id(record: dict[str, Any]) -> Any:
    return next((value for name, value in record.items() if name.casefold() == "id"), None)


def _existing(call: Call, id_: str) -> str:
    if id_ not in call.org.store.rows and not call.org.store.pending(id_):
        raise refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    return id_
