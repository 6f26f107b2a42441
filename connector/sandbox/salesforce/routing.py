"""Which handler answers which path below /services/data/vNN.N/.

Source: REST guide, "Reference" (resources) and "Status Codes and Error Responses" (404, 405).
"""

from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

from connector.sandbox.http import Response

from . import collections, composite, replication, rows
from .bulk import Bulk
from .call import Call, Handler, refusal
from .errors import ApiError, Problem, not_found
from .query import Cursors

Methods = Mapping[str, Handler]


class Routes:
    """The REST resources of one org."""

    def __init__(self) -> None:
        self.cursors = Cursors()
        self.bulk = Bulk()

    def dispatch(self, call: Call) -> Response:
        """Answer a call; an error becomes its answer."""
        # Splitting comes before decoding: an External ID may hold a slash. Doubled slashes are accepted.
        parts = [unquote(part) for part in call.request.raw_path.split("/") if part][3:]
        try:
            methods = self._methods(parts)
            if call.request.method not in methods:
                message = f"HTTP Method '{call.request.method}' not allowed. Allowed are {','.join(sorted(methods))}"
                allow = {"Allow": ", ".join(sorted(methods))}
                raise ApiError(405, Problem("METHOD_NOT_ALLOWED", message), headers=allow)
            return methods[call.request.method](call)
        except ApiError as error:
            return refusal(error)

    def _methods(self, parts: list[str]) -> Methods:
        match parts:
            case []:
                return {"GET": _resources}
            case ["limits"]:
                return {"GET": _limits}
            case ["query" | "queryAll" as what]:
                return {"GET": partial(self.cursors.query, binned=what == "queryAll")}
            case ["query" | "queryAll", locator]:
                return {"GET": partial(self.cursors.more, locator=locator)}
            case ["sobjects", *rest]:
                return _sobjects(rest)
            case ["composite"]:
                return {"POST": partial(composite.composite, dispatch=self.dispatch)}
            case ["composite", "sobjects", *rest]:
                return _collections(rest)
            case ["jobs", "ingest" | "query" as kind, *rest]:
                return self.bulk.methods(kind, rest)
        raise not_found()


def _limits(call: Call) -> Response:
    """Source: REST guide, "Limits"."""
    most = call.org.config.daily_limit
    bulk = {"Max": 10_000, "Remaining": 10_000}
    body = {"DailyApiRequests": {"Max": most, "Remaining": max(0, most - call.used)}}
    return Response(200, {**body, "DailyBulkV2QueryJobs": bulk, "DailyBulkApiBatches": bulk})


def _resources(call: Call) -> Response:
    names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects")
    return Response(200, {name: f"{call.base}/{name}" for name in names})


def _sobjects(parts: list[str]) -> Methods:
    match parts:
        case []:
            return {"GET": rows.listing}
        case [name]:
            return {"GET": partial(rows.basic, name=name), "POST": partial(rows.create, name=name)}
        case [name, "describe"]:
            return {"GET": partial(rows.describe, name=name)}
        case [name, "updated"]:
            return {"GET": partial(replication.updated, name=name)}
        case [name, "deleted"]:
            return {"GET": partial(replication.deleted, name=name)}
        case [name, id_]:
            return {
                "GET": partial(rows.read, name=name, id_=id_),
                "PATCH": partial(rows.update, name=name, id_=id_),
                "DELETE": partial(rows.delete, name=name, id_=id_),
            }
        case [name, field, value]:
            return {
                "GET": partial(rows.read_by, name=name, field=field, value=value),
                "PATCH": partial(rows.upsert, name=name, field=field, value=value),
                "DELETE": partial(rows.delete_by, name=name, field=field, value=value),
            }
    raise not_found()


def _collections(parts: list[str]) -> Methods:
    match parts:
        case []:
            return {"POST": collections.create, "PATCH": collections.update, "DELETE": collections.delete}
        case [name]:
            return {
                "POST": partial(collections.retrieve, name=name),
                "GET": partial(collections.retrieve_short, name=name),
            }
        case [name, field]:
            return {"PATCH": partial(collections.upsert, name=name, field=field)}
    raise not_found()
