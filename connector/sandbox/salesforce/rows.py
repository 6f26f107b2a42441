"""One record at a time: describe, read, create, update, upsert, delete.

Source: REST guide, "sObject Basic Information", "sObject Describe", "sObject Rows", "sObject Rows by External
ID", "Conditional Request Headers". If-(Un)Modified-Since compares LastModifiedDate, by the second.
"""

from collections.abc import Mapping
from typing import Any

from connector.sandbox.http import Response

from . import ids, saving, values
from .call import Call, http_date
from .errors import ApiError, Problem, api_error, not_found, refused
from .schema import Field, SObject
from .select import attributes
from .store import Row

RETURNS_BODY_SINCE = 46


def listing(call: Call) -> Response:
    """All sObjects."""
    objects = [one.summary(call.base) for one in call.org.sobjects.values()]
    return Response(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})


def basic(call: Call, name: str) -> Response:
    """An sObject in short."""
    sobject = call.sobject(name)
    return Response(200, {"objectDescribe": sobject.summary(call.base), "recentItems": []})


def describe(call: Call, name: str) -> Response:
    """An sObject with all fields; 304 where nothing changed since the caller looked."""
    sobject = call.sobject(name)
    headers = {"Last-Modified": http_date(call.org.schema_changed)}
    since = call.header_time("if-modified-since")
    if since is not None and call.org.schema_changed <= since:
        return Response(304, None, headers)
    return Response(200, sobject.describe(call.base), headers)


def read(call: Call, name: str, id_: str) -> Response:
    """A row by id, all fields or those of `fields=`."""
    sobject = call.sobject(name)
    return _read(call, sobject, _row(call, sobject, id_))


def read_by(call: Call, name: str, field: str, value: str) -> Response:
    """A row by External ID."""
    sobject = call.lead(name)
    found = holders(call, external_id(call, field), value)
    if len(found) > 1:
        return _several(call, found)
    if not found:
        raise not_found()
    return _read(call, sobject, call.org.store.rows[found[0]])


def _read(call: Call, sobject: SObject, row: Row) -> Response:
    modified = row["LastModifiedDate"]
    headers = {"Last-Modified": http_date(modified)}
    since = call.header_time("if-modified-since")
    if since is not None and modified <= since:
        return Response(304, None, headers)
    _check_unmodified(call, row)
    names = call.request.query.get("fields")
    wanted = chosen_fields(sobject, names.split(",") if names else None)
    return Response(200, shown(sobject, row, wanted, call.base), headers)


def create(call: Call, name: str) -> Response:
    """A new row from the JSON body."""
    call.lead(name)
    fields = without_attributes(call.json())
    id_ = saving.create(call.org, _no_id(fields), call.caller)
    return Response(201, {"id": id_, "success": True, "errors": []})


def update(call: Call, name: str, id_: str) -> Response:
    """Change a row by id; only the fields in the body."""
    call.lead(name)
    fields = _no_id(without_attributes(call.json()))
    known = ids.normal(id_)
    row = call.org.store.rows.get(known) if known else None
    if known is None or (row is None and not call.org.store.pending(known)):
        raise not_found()
    if row is not None:
        _check_unmodified(call, row)
    saving.update(call.org, known, fields, call.caller)
    return Response(204)


def delete(call: Call, name: str, id_: str) -> Response:
    """Move a row to the recycle bin."""
    call.lead(name)
    call.org.discard(call.org.known(id_), call.user)
    return Response(204)


def upsert(call: Call, name: str, field: str, value: str) -> Response:
    """Update the row with that External ID, or create it (not with updateOnly=true)."""
    call.lead(name)
    if field.casefold() == "id":
        return update(call, name, value)
    key = external_id(call, field)
    fields = without_attributes(call.json())
    if any(given.casefold() == key.name.casefold() for given in fields):
        message = f"The {key.name} field should not be specified in the sobject data."
        raise api_error(400, "INVALID_FIELD", message)
    found = holders(call, key, value)
    if len(found) > 1:
        return _several(call, found)
    if found:
        _check_unmodified(call, call.org.store.rows[found[0]])
        saving.update(call.org, found[0], _no_id(fields), call.caller)
        if int(call.version[1:].split(".")[0]) < RETURNS_BODY_SINCE:
            return Response(204)
        return Response(200, {"id": found[0], "success": True, "errors": [], "created": False})
    if call.flag("updateOnly"):
        raise not_found()
    id_ = saving.create(call.org, {**_no_id(fields), key.name: value}, call.caller)
    return Response(201, {"id": id_, "success": True, "errors": [], "created": True})


def delete_by(call: Call, name: str, field: str, value: str) -> Response:
    """Delete a row by External ID."""
    call.lead(name)
    found = holders(call, external_id(call, field), value)
    if len(found) > 1:
        return _several(call, found)
    if not found:
        raise not_found()
    call.org.discard(found[0], call.user)
    return Response(204)


def chosen_fields(sobject: SObject, names: list[str] | None) -> list[Field]:
    """The fields of these names, all of them for None. Raises `ApiError`."""
    if names is None:
        return list(sobject.fields.values())
    chosen = []
    for name in names:
        field = sobject.find(name.strip())
        if field is None:
            message = f"No such column '{name.strip()}' on sobject of type {sobject.name}"
            raise api_error(400, "INVALID_FIELD", message)
        chosen.append(field)
    return chosen


def shown(sobject: SObject, row: Row, fields: list[Field], base: str) -> dict[str, Any]:
    """A row as JSON; the Id is always with it."""
    answer: dict[str, Any] = {"attributes": attributes(sobject.name, row["Id"], base), "Id": row["Id"]}
    for field in fields:
        if field.computed and sobject.name == "Lead":
            answer[field.name] = values.full_name(row) if field.name == "Name" else values.address(row)
        else:
            answer[field.name] = values.shown(row.get(field.name))
    return answer


def without_attributes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record in a body."""
    return {name: value for name, value in fields.items() if name != "attributes"}


def external_id(call: Call, name: str) -> Field:
    """An External ID field by name. Raises `ApiError`."""
    field = call.org.visible_lead.find(name)
    if field is None or not field.external_id:
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise ApiError(404, Problem("NOT_FOUND", message))
    return field


def holders(call: Call, field: Field, value: Any) -> list[str]:
    """The live rows with that value in an External ID field."""
    return call.org.store.find(field.name, {field.name: values.cleaned(field, value)})


def _row(call: Call, sobject: SObject, id_: str) -> Row:
    known = ids.normal(id_)
    if sobject.name == "Lead":
        row = call.org.store.rows.get(known or "")
        if row is None or row["IsDeleted"]:
            raise not_found()
        return row
    for other in call.org.people.table(sobject.name):
        if other["Id"] == known:
            return other
    raise not_found()


def _check_unmodified(call: Call, row: Row) -> None:
    since = call.header_time("if-unmodified-since", strict=call.request.method == "PATCH")
    if since is not None and row["LastModifiedDate"] > since:
        raise api_error(412, "PRECONDITION_FAILED", "the record was modified after the given date")


def _no_id(fields: dict[str, Any]) -> dict[str, Any]:
    for name in fields:
        if name.casefold() == "id":
            raise refused("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    return fields


def _several(call: Call, found: list[str]) -> Response:
    return Response(300, [f"{call.base}/sobjects/Lead/{id_}" for id_ in found])
