"""The org's state and what happens inside it without HTTP: what people and processes do to leads.

Tests and the data generator use these methods; each takes the lock that the HTTP server holds for a request.
"""

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from connector.sandbox.http import Clock

from . import fields as lead_fields
from . import ids, saving
from .config import SalesforceConfig
from .errors import not_found, refused
from .people import People
from .saving import Caller
from .schema import Field, SObject
from .store import KeyOf, Row, Store, equality_key

BIN_DAYS = 15


class Org:
    """One org: leads, people, configuration and clock."""

    def __init__(self, *, clock: Clock, seed: int = 0, config: SalesforceConfig | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.config = config or SalesforceConfig()
        self.rng = random.Random(seed)
        self.people = People(seed, clock.now(), self.config.org_id, self.config.username)
        self.store = Store()
        self.lead_ids = ids.Sequence(ids.LEAD)
        self._late_seconds: float | None = None
        self.deletions_known_since = self.now() - timedelta(days=BIN_DAYS)
        self._build_schema()

    def reconfigure(self, **changes: Any) -> None:
        """Change the configuration of a running org, as an administrator does; describe tells of it."""
        with self._exclusive():
            self.config = replace(self.config, **changes)
            self._build_schema()

    def now(self) -> datetime:
        """The org's clock, in whole seconds like every stamp."""
        return self.clock.now().replace(microsecond=0)

    # What people and processes do

    def add(self, fields: Mapping[str, Any], *, created: datetime | None = None, by: str | None = None) -> str:
        """Let a person enter a lead, at `created` (aware) if given; returns the 18-character id."""
        with self._exclusive():
            stamp = created.replace(microsecond=0) if created else None
            return saving.create(self, fields, self._person(by), created=stamp)

    def edit(self, id_: str, fields: Mapping[str, Any], *, by: str | None = None) -> None:
        """Let a person change a lead."""
        with self._exclusive():
            saving.update(self, self.known(id_), fields, self._person(by))

    def remove(self, id_: str, *, by: str | None = None) -> None:
        """Let a person move a lead to the recycle bin."""
        with self._exclusive():
            self.delete(self.known(id_), self._person(by).user)

    def undelete(self, id_: str, *, by: str | None = None) -> None:
        """Let a person take a lead out of the recycle bin: it comes back under its id."""
        with self._exclusive():
            row = self.store.rows[self.known(id_)]
            for one in self.unique_fields:
                if self.store.find(one.name, row):
                    raise refused("DUPLICATE_VALUE", f"duplicate value found: {one.name}")
            self.store.deletions.pop(row["Id"], None)
            self._stamp(row, self._person(by).user, IsDeleted=False, MasterRecordId=None)

    def purge(self, id_: str) -> None:
        """Empty one lead out of the recycle bin (or remove a live one): it leaves no trace."""
        with self._exclusive():
            known = self.known(id_)
            deleted = self.store.deletions.pop(known, None)
            if deleted is not None:
                self.deletions_known_since = max(self.deletions_known_since, deleted + timedelta(seconds=1))
            self.store.purge(known)

    def convert(
        self,
        id_: str,
        *,
        account: str | None = None,
        contact: str | None = None,
        opportunity: str | None = None,
        by: str | None = None,
    ) -> None:
        """Let a person convert a lead; ids that are not given are made up, the opportunity stays without."""
        with self._exclusive():
            row = self.writable(self.known(id_))
            tail = row["Id"][3:15]
            self._stamp(
                row,
                self._person(by).user,
                IsConverted=True,
                Status=lead_fields.CONVERTED_STATUS,
                ConvertedDate=self.now().date(),
                ConvertedAccountId=account or ids.to18(f"001{tail}"),
                ConvertedContactId=contact or ids.to18(f"003{tail}"),
                ConvertedOpportunityId=opportunity,
            )

    def merge(self, winner: str, losers: list[str], *, by: str | None = None) -> None:
        """Let a person merge up to two leads into another: the losers go to the bin and name the winner."""
        with self._exclusive():
            if not 1 <= len(losers) <= 2:
                raise ValueError(f"a merge has one winner and one or two losers, not {len(losers)}")
            user = self._person(by).user
            kept = self.writable(self.known(winner))
            for loser in losers:
                self.delete(self.known(loser), user, master=kept["Id"])
            self._stamp(kept, user)

    def touch(self, id_: str, **changes: Any) -> None:
        """Let a system process change a lead: only SystemModstamp tells of it."""
        with self._exclusive():
            row = self.store.rows[self.known(id_)]
            self.commit({**row, **changes, "SystemModstamp": self.now()})

    def late_commit(self, seconds: float) -> None:
        """Let the next saved row keep its stamp of the save but become visible only so much later."""
        with self._exclusive():
            self._late_seconds = seconds

    def leads(self) -> dict[str, dict[str, Any]]:
        """The live, visible leads as they are stored, by id."""
        with self._exclusive():
            return {id_: dict(row) for id_, row in self.store.rows.items() if not row["IsDeleted"]}

    def add_user(self, name: str, email: str) -> str:
        """Add an active user; returns the id."""
        with self._exclusive():
            return self.people.add_user(name, email)

    def add_queue(self, name: str) -> str:
        """Add a queue; returns the id."""
        with self._exclusive():
            return self.people.add_queue(name)

    def deactivate_user(self, id_: str) -> None:
        """Let a user leave: leads can no longer be given to them."""
        with self._exclusive():
            self.people.deactivate(id_)

    @property
    def users(self) -> list[Mapping[str, Any]]:
        """The users; the first is the integration user."""
        with self._exclusive():
            return self.people.users

    # What the HTTP side and the save build on (called with the lock held)

    def settle(self) -> None:
        """Let late commits that are due become visible."""
        self.store.settle(self.clock.now())

    def known(self, id_: str) -> str:
        """The 18-character id of a row that exists, deleted or not. Raises `Refused` (NOT_FOUND)."""
        full = ids.normal(id_)
        if full is None or full not in self.store.rows:
            raise not_found()
        return full

    def writable(self, id_: str) -> Row:
        """The live row of an id for changing it. Raises `Refused`."""
        row = self._live(id_)
        if row["IsConverted"]:
            raise refused("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        return row

    def delete(self, id_: str, user: str, *, master: str | None = None) -> None:
        """Move a row to the recycle bin. Raises `Refused`."""
        row = self._live(id_)
        self._stamp(row, user, IsDeleted=True, MasterRecordId=master)
        self.store.deletions[id_] = self.now()

    def discard(self, id_: str, user: str) -> None:
        """Delete as the integration user. Raises `Refused`, also where it has no right to."""
        if not self.config.may_delete:
            raise refused("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", status=403)
        self.delete(id_, user)

    def commit(self, row: Row) -> None:
        """Store a finished row, late if that was asked for."""
        late, self._late_seconds = self._late_seconds, None
        visible_from = None if late is None else self.clock.now() + timedelta(seconds=late)
        self.store.put(row, visible_from=visible_from)

    def sobject(self, name: str) -> SObject | None:
        """An object as the integration user sees it, by a name in any case."""
        for one in self.sobjects.values():
            if one.name.casefold() == name.casefold():
                return one
        return None

    def _live(self, id_: str) -> Row:
        if self.store.pending(id_):
            raise refused("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        row = self.store.rows.get(id_)
        if row is None:
            raise not_found()
        if row["IsDeleted"]:
            raise refused("ENTITY_IS_DELETED", "entity is deleted", status=404)
        return row

    def _person(self, by: str | None) -> Caller:
        user = self.people.find(by) if by else str(self.people.users[1]["Id"])
        return Caller(user, allow_save=True, assign=False, whole=True)

    def _stamp(self, row: Row, user: str, **changes: Any) -> None:
        now = self.now()
        stamps = {"LastModifiedDate": now, "LastModifiedById": user, "SystemModstamp": now}
        self.commit({**row, **changes, **stamps})

    def _build_schema(self) -> None:
        self.lead = lead_fields.lead(self.config)
        self.unique_fields: list[Field] = [one for one in self.lead.fields.values() if one.unique]
        self.visible_lead = lead_fields.visible(self.lead, self.config)
        self.sobjects: dict[str, SObject] = {"Lead": self.visible_lead, **lead_fields.others()}
        self.people.set_record_types(self.config.record_types)
        self.schema_changed = self.now()
        keys: dict[str, KeyOf] = {
            one.name: equality_key([one.name], case_sensitive=one.case_sensitive)
            for one in self.lead.fields.values()
            if one.unique or one.external_id
        }
        keys |= {rule.name: equality_key(rule.fields) for rule in self.config.duplicate_rules}
        self.store.reindex(keys)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self.lock:
            self.settle()
            yield
