"""`query`, `queryAll` and the pages that follow.

Source: REST guide, "Query", "Query More Results", "QueryAll", "Query Options Header"; App-limits, "API Query
Cursor Limits" (a locator lives two days).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.sandbox.http import Response

from .call import Call
from .errors import api_error
from .ids import ALPHABET
from .select import Selection
from .soql import parse
from .store import Row

LOCATOR_LIFE = timedelta(days=2)
MIN_PAGE, MAX_PAGE = 200, 2000


@dataclass(frozen=True)
class _Open:
    selection: Selection
    rows: Sequence[Row]
    page: int
    opened: datetime


class Cursors:
    """The open query results, by locator."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._numbers = itertools.count(1)

    def expire(self) -> None:
        """Let every locator be stale from now on."""
        self._open.clear()

    def query(self, call: Call, *, binned: bool) -> Response:
        """Answer `query` or `queryAll` with its first page."""
        text = call.request.query.get("q")
        if text is None:
            raise api_error(400, "MALFORMED_QUERY", "SOQL statement is missing: the parameter 'q' is required")
        selection = Selection(call.org, parse(text), binned=binned)
        rows = selection.rows()
        if call.flag("columns"):
            return Response(200, _columns(selection))
        if not selection.columns:
            return Response(200, {"totalSize": len(rows), "done": True, "records": []})
        opened = _Open(selection, rows, _page_size(call), call.org.clock.now())
        name = ""
        if len(rows) > opened.page:
            number, digits = next(self._numbers), ""
            for _ in range(9):
                number, rest = divmod(number, 62)
                digits = ALPHABET[rest] + digits
            name = f"01gSb0{digits}AAA"
            self._open[name] = opened
        return self._page(call, name, opened, 0)

    def more(self, call: Call, locator: str) -> Response:
        """Answer a later page."""
        name, _, start = locator.rpartition("-")
        opened = self._open.get(name)
        stale = opened is None or call.org.clock.now() - opened.opened > LOCATOR_LIFE
        if opened is None or stale or not start.isdecimal() or int(start) > len(opened.rows):
            raise api_error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(call, name, opened, int(start))

    def _page(self, call: Call, name: str, opened: _Open, start: int) -> Response:
        end = start + opened.page
        body: dict[str, Any] = {"totalSize": len(opened.rows), "done": end >= len(opened.rows)}
        if not body["done"]:
            body["nextRecordsUrl"] = f"{call.base}/query/{name}-{end}"
        body["records"] = [opened.selection.shown(row, call.base) for row in opened.rows[start:end]]
        return Response(200, body)


def _page_size(call: Call) -> int:
    """`Sforce-Query-Options: batchSize=N`, from 200 to 2,000; the org's own limit bounds it from above."""
    most = min(call.org.config.page_size, MAX_PAGE)
    for option in call.request.headers.get("sforce-query-options", "").split(","):
        name, _, number = option.partition("=")
        if name.strip().casefold() == "batchsize" and number.strip().isdecimal():
            return min(most, max(MIN_PAGE, int(number)))
    return most


def _columns(selection: Selection) -> dict[str, Any]:
    """What `columns=true` answers instead of rows; Salesforce's own command line asks for it."""
    metadata: list[dict[str, Any]] = [
        {
            "aggregate": False,
            "apexType": None,
            "booleanType": column.field.type == "boolean",
            "columnName": ".".join(column.path),
            "custom": column.field.custom,
            "displayName": ".".join(column.path),
            "foreignKeyName": None,
            "insertable": column.field.createable,
            "joinColumns": [],
            "numberType": column.field.type in {"int", "double", "currency"},
            "textType": column.field.type == "string",
            "updatable": column.field.updateable,
        }
        for column in selection.columns
    ]
    return {
        "columnMetadata": metadata,
        "entityName": selection.sobject.name,
        "groupBy": False,
        "idSelected": ("Id",) in [column.path for column in selection.columns],
        "keyPrefix": selection.sobject.prefix,
    }
