"""PUT and POST: from the form of a request to the values to store.

Imports the schema, the values and the switches.
"""

import json
from collections.abc import Mapping
from typing import Any

from connector.sandbox.http import BadRequest, Request
from connector.sandbox.operate.config import OperateConfig
from connector.sandbox.operate.schema import ObjectType, Row
from connector.sandbox.operate.values import Reading, RefusedError, is_empty, stored

FORM = "application/x-www-form-urlencoded"


class WrongFormatError(ValueError):
    """The request is not `data={"<plural>":[{…}]}` as a form. Source: the page of common questions."""


def sent_records(request: Request, kind: ObjectType, config: OperateConfig) -> list[dict[str, Any]]:
    """The records in a request. Raises `WrongFormatError`, and `RefusedError` for too many of them."""
    try:
        document = json.loads(sent_form(request)["data"])
        records = document[kind.plural]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise WrongFormatError from error
    if not isinstance(records, list) or not records or not all(isinstance(record, dict) for record in records):
        raise WrongFormatError
    if len(records) > config.records_per_put:
        # Not documented: the array in the samples always holds one record.
        raise RefusedError(kind.plural, f"must hold no more than {config.records_per_put} at a time")
    return records


def sent_form(request: Request) -> dict[str, str]:
    """The form of a request. Raises `WrongFormatError`."""
    if not request.headers.get("content-type", "").lower().startswith(FORM):
        raise WrongFormatError
    try:
        return request.form()
    except BadRequest as error:
        raise WrongFormatError from error


def new_values(record: Mapping[str, Any], kind: ObjectType, reading: Reading, required: tuple[str, ...]) -> Row:
    """The values of a new lead. Raises `RefusedError` for the first field that cannot be stored."""
    values = changed_values(record, kind, reading, required)
    for name in required:
        if name not in values:
            raise RefusedError(name, "is required")
    return values


def changed_values(record: Mapping[str, Any], kind: ObjectType, reading: Reading, required: tuple[str, ...]) -> Row:
    """The values of an update: the fields it names, no others. Raises `RefusedError`.

    Source: API reference, Lead, "PUT (Minimum)" (required), "PUT (Full)" (what can be written) and the table (sizes).
    """
    values: Row = {}
    for name, value in record.items():
        field = kind.by_name.get(name)
        if name == "row_num" or name.startswith("output") or (field is not None and field.read_only):
            raise RefusedError(name[:60], "is read-only")
        if field is None:
            raise RefusedError(name[:60], f"is not a field of {kind.name}")
        values[name] = stored(field, value, reading)
        if name in required and is_empty(field, values[name]):
            raise RefusedError(name, "is required")
    return values


def update_id(path_id: str | None, record: Mapping[str, Any], kind: ObjectType, config: OperateConfig) -> str:
    """The id an update is for, from the place this tenant wants it in. Raises `RefusedError`.

    The place is not documented; switchable. The other place may repeat the id but not contradict it.
    """
    body_id = record.get(kind.id_field)
    if body_id is not None and not isinstance(body_id, str):
        raise RefusedError(kind.id_field, "must be a string")
    if path_id and body_id and path_id != body_id:
        raise RefusedError(kind.id_field, f"does not fit the address: {body_id[:20]} is not {path_id[:20]}")
    match config.id_place:
        case "path":
            found = path_id
        case "body":
            found = body_id
        case "either":
            found = path_id or body_id
    if not found:
        raise RefusedError(kind.id_field, "is required")
    return found
