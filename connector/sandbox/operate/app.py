"""The stand-in itself: routes, envelopes, and what a test or a generator can do to the tenant behind its back.

Imports the other modules of this package and the sandbox's server messages.
"""

import threading
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connector.sandbox.http import Clock, Request, Response
from connector.sandbox.operate.config import OperateConfig
from connector.sandbox.operate.leads import LeadBook
from connector.sandbox.operate.reading import Dress, asked_fields, select
from connector.sandbox.operate.schema import ObjectType, Row
from connector.sandbox.operate.tables import Tables
from connector.sandbox.operate.tokens import Tokens
from connector.sandbox.operate.values import INTEGER, Reading, RefusedError, envelope_time, zone
from connector.sandbox.operate.where import MalformedError
from connector.sandbox.operate.writing import (
    WrongFormatError,
    changed_values,
    new_values,
    sent_form,
    sent_records,
    update_id,
)

API = "/api/1.0/"
TOKEN = "/oauth2/token"
WRONG_FORMAT = "Wrong input parameters, request should be in format "
NOT_SAVED = "The record could not be saved."


class Operate:
    """One tenant of Operate as an `App`; its methods beside `handle` act on the tenant without HTTP."""

    def __init__(self, *, clock: Clock, seed: int = 0, config: OperateConfig | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.config = config or OperateConfig()
        self._tokens = Tokens(self.config)
        self._tables = Tables(seed, self.config.counterpart_field)
        self._leads = LeadBook(clock, self.config, self._tables)
        self._reading = Reading(
            self._tables,
            zone(self.config.write_timezone),
            self.config.lowercase_email,
            self.config.cut_long_values,
        )

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        now = self._leads.advance()
        if request.path == TOKEN:
            return self._tokens.grant(request, now)
        if not request.path.startswith(API):
            return Response(404, {"error": "not_found"})
        if not self._tokens.allows(request.headers.get("authorization", ""), now):
            return Response(401, {"error": "invalid_token"}, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        name, _, record_id = request.path.removeprefix(API).strip("/").partition("/")
        kind = self._tables.types.get(name.lower())
        if kind is None or (kind.name == "user" and not self.config.users_endpoint):
            return self._error(f"There is no object {name[:60]!r}", now, status=404)
        try:
            return self._route(request, kind, record_id, now)
        except WrongFormatError:
            example = f'data={{"{kind.plural}":[{{"{kind.label_field}":"Example"}}]}}'
            return self._error(WRONG_FORMAT + example, now)
        except RefusedError as error:
            return self._error(str(error) if self.config.name_fields_in_errors else NOT_SAVED, now)
        except MalformedError as error:
            return self._error(str(error), now)

    def add(self, lead: Mapping[str, str | None], *, created: datetime | None = None, by: str = "Web To Lead") -> str:
        """A lead comes in past the API, valid or nearly empty; stored forms are taken as they are. Returns its id."""
        with self.lock:
            self._leads.advance()
            return self._leads.create(self._leads.trusted(lead), by=by, created=created)

    def edit(self, record_id: str, fields: Mapping[str, str | None], *, by: str = "Anthony Smith") -> None:
        """A person changes a lead on the screen. Raises KeyError for an unknown lead."""
        with self.lock:
            self._leads.advance()
            self._leads.change(record_id, self._leads.trusted(fields), by=by)

    def remove(self, record_id: str) -> None:
        """A person deletes a lead; no query will tell. Raises KeyError for an unknown lead."""
        with self.lock:
            self._leads.advance()
            self._leads.remove(record_id)

    def convert(self, record_id: str, *, by: str = "Administrator") -> str:
        """A person converts a lead. Returns the id of the account; raises KeyError for an unknown lead."""
        with self.lock:
            self._leads.advance()
            return self._leads.convert(record_id, by=by)

    def leads(self) -> dict[str, Row]:
        """A copy of what is stored, by record id; not yet visible leads included."""
        with self.lock:
            self._leads.advance()
            return self._leads.everything()

    def add_other(self, name: str, fields: Mapping[str, str | None]) -> str:
        """Store a record of another object (a location, an account …) as given. Returns its id."""
        with self.lock:
            return self._tables.add(name, fields)

    def others(self, name: str) -> dict[str, Row]:
        """A copy of the records of another object, by record id."""
        with self.lock:
            return {str(record_id): dict(row) for record_id, row in self._tables.rows[name].items()}

    def late_commit(self, seconds: float) -> None:
        """The next create or edit is stamped at once and seen by queries only so many seconds later."""
        with self.lock:
            self._leads.hold_back(seconds)

    def revoke_tokens(self) -> None:
        """Make all tokens useless before their time."""
        with self.lock:
            self._tokens.revoke()

    def _route(self, request: Request, kind: ObjectType, record_id: str, now: datetime) -> Response:
        if request.method == "GET":
            return self._read(request, kind, record_id, now)
        if kind.name != "lead":
            return self._error(f"{kind.name} is only read in this sandbox", now, status=405)
        match request.method:
            case "PUT" | "POST":
                return self._write(request, kind, record_id, now)
            case "DELETE":
                return self._delete(request, now)
        return self._error(f"{request.method} is not supported", now, status=405)

    def _read(self, request: Request, kind: ObjectType, record_id: str, now: datetime) -> Response:
        names = asked_fields(request.query, kind, self.config)
        rows = self._tables.rows[kind.name]
        if record_id:
            found = rows.get(int(record_id)) if INTEGER.fullmatch(record_id) else None
            page = select({}, kind, [] if found is None else [found], self.config)
        else:
            page = select(request.query, kind, rows.values(), self.config)
        twinless = self.config.twinless if kind.name == "lead" else ()
        dress = Dress(kind, self._tables, now, names=names, twinless=twinless)
        records = [dress.record(row, number) for number, row in enumerate(page.rows, page.first)]
        answer: dict[str, Any] = {kind.plural: records, "totalCount": str(page.total)}
        if not records:
            # A read of nothing is not documented; switchable.
            match self.config.empty_as:
                case "missing":
                    del answer[kind.plural]
                case "null":
                    answer[kind.plural] = None
        return self._envelope(answer, now)

    def _write(self, request: Request, kind: ObjectType, path_id: str, now: datetime) -> Response:
        """Create by PUT, update by POST.

        Source: API reference, HTTP Methods (PUT creates); the page of common questions ("Often POST is used to create
        a new entity, but it is used to update an entity"). That several records are taken all or none is not
        documented; our choice.
        """
        records = sent_records(request, kind, self.config)
        required = self.config.required
        update = request.method == self.config.update_verb and (
            request.method == "POST" or bool(path_id) or kind.id_field in records[0]
        )
        if update:
            changes = []
            for record in records:
                record_id = update_id(path_id, record, kind, self.config)
                fields = {name: value for name, value in record.items() if name != kind.id_field}
                if self._leads.current(record_id) is None:
                    raise RefusedError(kind.id_field, f"{record_id[:20]!r} does not exist")
                changes.append((record_id, changed_values(fields, kind, self._reading, required)))
            for record_id, values in changes:
                self._leads.change(record_id, values, by=self.config.signature)
            return self._stored(kind, [record_id for record_id, _ in changes])
        if request.method == "POST":
            return self._error("POST is not supported", now, status=405)
        if path_id:
            raise RefusedError(kind.id_field, "is read-only")
        created = [new_values(record, kind, self._reading, required) for record in records]
        return self._stored(kind, [self._leads.create(values, by=self.config.signature) for values in created])

    def _stored(self, kind: ObjectType, record_ids: list[str]) -> Response:
        # API reference, Device Import, "PUT Response": no `row_num`, no `totalCount`, dates without an offset.
        now = self.clock.now()  # read again: an answer is never older than what it shows
        dress = Dress(kind, self._tables, now, offset=False, twinless=self.config.twinless)
        rows = [self._leads.current(record_id) for record_id in record_ids]
        return self._envelope({kind.plural: [dress.record(row) for row in rows if row is not None]}, now)

    def _delete(self, request: Request, now: datetime) -> Response:
        # API reference, HTTP Methods, DELETE: `itemid` as a form; Area: the answer holds no records.
        record_id = sent_form(request).get("itemid", "")
        if self._leads.current(record_id) is None:
            raise RefusedError("itemid", f"{record_id[:20]!r} does not exist")
        self._leads.remove(record_id)
        return self._envelope({}, now)

    def _envelope(self, content: Mapping[str, Any], now: datetime, *, status: str = "OK", code: int = 200) -> Response:
        head = {
            "id": str(uuid.uuid4()),
            "status": status,
            "providername": "Operate API",
            "datetimeutc": envelope_time(now),
        }
        return Response(code, {"response": head | dict(content)})

    def _error(self, message: str, now: datetime, *, status: int | None = None) -> Response:
        # Neither the status nor the shape of an error is documented; switchable.
        code = status or (400 if self.config.errors_as == "http" else 200)
        return self._envelope({"message": message}, now, status="Error", code=code)
