"""Writes: from a batch to sObject Collections requests, and from their answers to outcomes in the batch's order.

Imports the calls, the values and the port's words. Sources: REST guide, "Create / Update / Upsert / Delete Records
Using sObject Collections", "Duplicate Rule Header", "Assignment Rule Header".
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from connector.core.model import Write
from connector.crm.port import Outcome, State
from connector.crm.salesforce.calls import Call, Caller
from connector.crm.salesforce.failures import problems, row_outcome
from connector.crm.salesforce.schema import Schema
from connector.crm.salesforce.values import Unfitting, to18, to_json
from connector.errors import Refusal, Refused, RetryLater, Stop, Unknown

LOCKED_TRIES = 3
"""So often a row is sent again that another transaction held ("REST guide, status codes: UNABLE_TO_LOCK_ROW")."""
LOCKED_WAIT = 1.0
"""Seconds before the first of these tries, twice as long before each further one."""
CALL_SIZE = 200
"""Records in one Collections request; Salesforce refuses more (EXCEEDED_ID_LIMIT)."""


class Kind(Enum):
    """The four ways to write, each with a request of its own."""

    UPSERT = "upsert"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Row:
    """One write as it is sent; `place` is where it stands in the batch.

    No two rows of one request may share a `once` other than "": Salesforce does not define which one wins.
    """

    place: int
    write: Write
    kind: Kind
    body: Mapping[str, Any]
    once: str
    references: bool

    @property
    def record_id(self) -> str:
        """The id of the record to update or delete, "" for a create."""
        return to18(self.write.record_id or "")


class Writer:
    """Sends batches. A create that carries a counterpart id is an upsert by the External ID, so it cannot double."""

    def __init__(self, caller: Caller, external_id: str, *, auto_assign: bool, allow_save: bool) -> None:
        self._caller, self._external_id = caller, external_id
        self._headers = {"Sforce-Duplicate-Rule-Header": f"allowSave={str(allow_save).lower()}"}
        if not auto_assign:
            self._headers["Sforce-Auto-Assign"] = "FALSE"

    def write(self, batch: Sequence[Write], schema: Schema) -> list[Outcome]:
        """Send each write once; the outcomes are in the batch's order.

        Once a request was lost or Salesforce is away, what was not sent yet is left for later. A `Stop` is raised
        only as long as nothing was sent: afterwards the outcomes matter more, and the next request raises it.
        """
        ends: dict[int, Outcome] = {}
        rows: list[Row] = []
        for place, write in enumerate(batch):
            refusals = _unfitting(write, schema)
            if refusals:
                ends[place] = Outcome(write.key, State.REFUSED, to18(write.record_id or ""), refusals=refusals)
            else:
                rows.append(_row(place, write, schema, self._external_id))
        self._deliver(deque(_requests(rows)), ends)
        for attempt in range(LOCKED_TRIES):
            locked = [row for row in rows if ends[row.place].state is State.LATER and ends[row.place].refusals]
            if not locked:
                break
            self._caller.sleep(LOCKED_WAIT * 2**attempt)
            self._deliver(deque(_requests(locked)), ends)
        return [ends[place] for place in range(len(batch))]

    def _deliver(self, requests: deque[list[Row]], ends: dict[int, Outcome]) -> None:
        sent = False
        while requests:
            rows = requests.popleft()
            try:
                answered = self._send(rows)
                sent = True
            except Refused as error:
                answered, again = _split(rows, error)
                requests.extendleft(reversed(again))
            except Unknown:
                answered = _alike(rows, State.UNKNOWN)
                answered |= _alike(_rest(requests), State.LATER)
            except RetryLater as error:
                answered = _alike(rows + _rest(requests), State.LATER, error.after)
            except Stop:
                if not sent:
                    raise
                answered = _alike(rows + _rest(requests), State.LATER)
            ends.update(answered)

    def _send(self, rows: Sequence[Row]) -> dict[int, Outcome]:
        """Send one request. Raises `Unknown` also for an answer that does not tell how each row ended."""
        call = self._call(rows)
        results = self._caller.send(call).data
        if not isinstance(results, list) or len(results) != len(rows):
            raise Unknown(f"Salesforce answered {call} without one result for each of {len(rows)} records")
        return {row.place: _outcome(row, result) for row, result in zip(rows, results, strict=True)}

    def _call(self, rows: Sequence[Row]) -> Call:
        """The request of rows of one kind."""
        kind = rows[0].kind
        path = "composite/sobjects" + (f"/Lead/{self._external_id}" if kind is Kind.UPSERT else "")
        if kind is Kind.DELETE:
            params = {"ids": ",".join(row.record_id for row in rows), "allOrNone": "false"}
            return Call("DELETE", path, params=params, writes=True)
        body = {"allOrNone": False, "records": [row.body for row in rows]}
        method = "POST" if kind is Kind.CREATE else "PATCH"
        return Call(method, path, json=body, headers=self._headers, writes=True)


def _unfitting(write: Write, schema: Schema) -> tuple[Refusal, ...]:
    """What Salesforce would refuse the whole request for, other records included: never sent."""
    found = []
    for native in write.rules.values():
        for name, text in native.items():
            if name not in schema.fields:
                words = f"No such column '{name}' on sobject of type Lead, or it is hidden from the integration user"
                found.append(Refusal(name, "INVALID_FIELD", words))
                continue
            try:
                to_json(text, schema.type_of(name))
            except Unfitting as error:
                found.append(Refusal(name, "INVALID_TYPE_ON_FIELD_IN_RECORD", f"{name}: the value {error}"))
    return tuple(found)


def _row(place: int, write: Write, schema: Schema, external_id: str) -> Row:
    if write.deletes:
        return Row(place, write, Kind.DELETE, {}, to18(write.record_id or ""), references=False)
    native = {name: text for fields in write.rules.values() for name, text in fields.items()}
    body: dict[str, Any] = {"attributes": {"type": "Lead"}}
    body |= {name: to_json(text, schema.type_of(name)) for name, text in native.items()}
    if write.stamp or (write.creates and write.counterpart_id):
        body[external_id] = write.counterpart_id or None
    references = any(schema.type_of(name) == "reference" for name in native)
    if write.record_id is not None:
        body["id"] = to18(write.record_id)
        return Row(place, write, Kind.UPDATE, body, body["id"], references)
    if write.counterpart_id:
        return Row(place, write, Kind.UPSERT, body, write.counterpart_id.casefold(), references)
    return Row(place, write, Kind.CREATE, body, "", references)


def _requests(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows in requests: one kind each, at most `CALL_SIZE`, the same record never twice but in order."""
    for kind in Kind:
        waves: dict[int, list[Row]] = defaultdict(list)
        times = Counter[str]()
        for row in rows:
            if row.kind is kind:
                waves[times[row.once]].append(row)
                times[row.once] += bool(row.once)
        for wave in waves.values():
            yield from (wave[start : start + CALL_SIZE] for start in range(0, len(wave), CALL_SIZE))


def _split(rows: list[Row], error: Refused) -> tuple[dict[int, Outcome], list[list[Row]]]:
    """After a request was refused as a whole: the rows to blame, and requests for the others.

    Nothing of it was carried out. A field that the error names is to blame where a row has it; where it names
    none but the JSON was at fault, the halves are tried, so that one record does not hold up the rest.
    """
    named = {refusal.field for refusal in error.refusals if refusal.field}
    guilty = [row for row in rows if named & row.body.keys()]
    if guilty:
        innocent = [row for row in rows if not named & row.body.keys()]
        return _refused(guilty, error), [innocent] if innocent else []
    if len(rows) > 1 and any(refusal.code == "JSON_PARSER_ERROR" for refusal in error.refusals):
        middle = len(rows) // 2
        return {}, [rows[:middle], rows[middle:]]
    return _refused(rows, error), []


def _refused(rows: Sequence[Row], error: Refused) -> dict[int, Outcome]:
    return {row.place: Outcome(row.write.key, State.REFUSED, row.record_id, refusals=error.refusals) for row in rows}


def _alike(rows: Sequence[Row], state: State, after: float | None = None) -> dict[int, Outcome]:
    """The same end for all rows of a request."""
    return {row.place: Outcome(row.write.key, state, row.record_id, after=after) for row in rows}


def _rest(requests: deque[list[Row]]) -> list[Row]:
    """Take out what was not sent yet."""
    rows = [row for request in requests for row in request]
    requests.clear()
    return rows


def _outcome(row: Row, result: object) -> Outcome:
    """How one row ended, by its result."""
    key = row.write.key
    if not isinstance(result, dict) or not isinstance(result.get("success"), bool):
        return Outcome(key, State.UNKNOWN, row.record_id)
    if not result["success"]:
        return row_outcome(key, row.record_id, problems(result.get("errors")), references=row.references)
    record_id = row.record_id or to18(str(result.get("id") or ""))
    if not record_id:
        return Outcome(key, State.UNKNOWN)
    created = row.kind is Kind.CREATE or (row.kind is Kind.UPSERT and result.get("created") is True)
    return Outcome(key, State.LANDED, record_id, created=created)
