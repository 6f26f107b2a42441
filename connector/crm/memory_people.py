"""What people do in the in-memory CRM: enter, edit, delete, undelete, merge and convert leads.

May import the port, the model and the errors; used by `memory` only.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from connector.core.model import Micros, Native, Record, Side
from connector.crm.memory_rows import Rows


@dataclass(frozen=True, slots=True)
class _Slow:
    """Something that was done already and becomes visible `at` a time, with the stamp of when it was done."""

    at: Micros
    commit: Callable[[], object]


class People:
    """The part of `MemoryCrm` that is no request. A deed that its CRM does not allow raises KeyError or ValueError."""

    side: Side

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._slow: list[_Slow] = []

    def person_creates(self, native: Native, *, counterpart_id: str = "") -> str:
        """Somebody enters a lead; its record id."""
        self._land()
        return self._rows.create({**self._rows.blank(), **self._rows.typed(native)}, counterpart_id).record_id

    def person_creates_slowly(self, native: Native, visible_at: Micros) -> None:
        """Somebody enters a lead in a long transaction: it is stamped now and can be read only later."""
        self._land()
        stored = {**self._rows.blank(), **self._rows.typed(native)}
        self._slow.append(_Slow(visible_at, partial(self._rows.create, stored, "", at=self._rows.now())))

    def person_edits(self, record_id: str, native: Native, *, counterpart_id: str | None = None) -> None:
        """Somebody edits a live lead; raises KeyError when there is none, or when Salesforce has converted it."""
        self._land()
        row = self._editable(record_id)
        counterpart_id = row.counterpart_id if counterpart_id is None else counterpart_id
        self._rows.save(replace(row, native={**row.native, **self._rows.typed(native)}, counterpart_id=counterpart_id))

    def person_edits_slowly(self, record_id: str, native: Native, visible_at: Micros) -> None:
        """Somebody edits a live lead in a long transaction: it is stamped now and can be read only later."""
        self._land()
        self._editable(record_id)
        self._slow.append(_Slow(visible_at, partial(self._edit, record_id, self._rows.typed(native), self._rows.now())))

    def person_deletes(self, record_id: str) -> None:
        """Somebody deletes a live lead: into the bin (Salesforce) or without a trace (Operate)."""
        self._land()
        row = self._rows.live(record_id)
        if self.side is Side.SALESFORCE:
            self._rows.save(replace(row, deleted=True))
        else:
            self._rows.remove(record_id)

    def person_undeletes(self, record_id: str) -> None:
        """Somebody takes a lead out of the bin (Salesforce); raises KeyError where it is not in it.

        The loser of a merge stays there, and so does one whose unique counterpart id another lead carries by now.
        """
        self._land()
        row = self._rows.by_id[record_id]
        if not row.deleted or row.merged_into or self._rows.holder(row.counterpart_id):
            raise KeyError(record_id)
        self._rows.save(replace(row, deleted=False))

    def person_merges(self, winner: str, loser: str) -> None:
        """Somebody merges two live leads (Salesforce): the loser is deleted and names the winner."""
        if self.side is not Side.SALESFORCE:
            raise ValueError("only Salesforce merges leads")
        self._land()
        kept, lost = self._editable(winner), self._editable(loser)
        self._rows.save(kept)
        self._rows.save(replace(lost, deleted=True, merged_into=winner))

    def person_converts(self, record_id: str) -> None:
        """Somebody converts a live lead."""
        self._land()
        self._rows.save(replace(self._rows.live(record_id), converted=True))

    def records(self) -> dict[str, Record]:
        """Every live record as it is now; not a request."""
        self._land()
        return {record_id: row for record_id, row in self._rows.by_id.items() if not row.deleted}

    def _land(self) -> None:
        """Bring the table up to now."""
        self._commit()

    def _commit(self) -> None:
        """Show what was done in long transactions that have ended by now."""
        now = self._rows.clock()
        due = sorted((slow for slow in self._slow if slow.at <= now), key=lambda slow: slow.at)
        for slow in due:
            self._slow.remove(slow)
            slow.commit()

    def _edit(self, record_id: str, native: Native, at: Micros) -> None:
        """The end of a long transaction; a lead that was deleted or converted meanwhile stays as it is."""
        row = self._rows.by_id.get(record_id)
        if row is not None and not row.deleted and not (row.converted and self.side is Side.SALESFORCE):
            self._rows.save(replace(row, native={**row.native, **native}), at=at)

    def _editable(self, record_id: str) -> Record:
        """A live row that a person may change; raises KeyError for any other one."""
        row = self._rows.live(record_id)
        if row.converted and self.side is Side.SALESFORCE:
            raise KeyError(record_id)
        return row
