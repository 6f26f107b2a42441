"""The table of the in-memory CRM: its schema, its rows, and how it stores values.

May import the port, the model and the errors; used by `memory` only.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from connector.core.model import SECOND, Micros, Native, Record, Side, Write
from connector.crm.port import Field
from connector.errors import Refusal

OnSave = Callable[[Record | None, Record | None, Write | None], None]
"""Called with a row as it was (None: new) and as it is (None: gone), and our request that did it (None: a person)."""


def unheard(before: Record | None, after: Record | None, write: Write | None) -> None:
    """Nobody wants to hear of it."""


class Rows:
    """Leads by id with stamps of whole seconds; `fields`, `cuts` and `lowercase` as `MemoryCrm` says."""

    def __init__(
        self,
        side: Side,
        *,
        clock: Callable[[], Micros],
        fields: Mapping[str, Field],
        cuts: frozenset[str],
        lowercase: frozenset[str],
        on_save: OnSave = unheard,
    ) -> None:
        self.fields = dict(fields)
        self.by_id: dict[str, Record] = {}
        self._side = side
        self.clock = clock
        self._cuts = cuts
        self._lowercase = lowercase
        self._on_save = on_save
        self._count = 0

    def holder(self, counterpart_id: str) -> Record | None:
        """The live row that carries a counterpart id."""
        live = (row for row in self.by_id.values() if not row.deleted)
        return next((row for row in live if counterpart_id and row.counterpart_id == counterpart_id), None)

    def faults(self, native: Native, *, creates: bool) -> Iterator[Refusal]:
        """What is wrong with the values of a write."""
        for name, text in native.items():
            field = self.fields.get(name)
            if field is None or not (field.createable if creates else field.updateable):
                yield Refusal(name, "INVALID_FIELD", f"{name} cannot be written")
            elif field.required and not self.typed({name: text})[name]:
                yield Refusal(name, "REQUIRED_FIELD_MISSING", f"{name} is required")
            elif field.length and len(text) > field.length and name not in self._cuts:
                yield Refusal(name, "STRING_TOO_LONG", f"{name}: data value too large (max length={field.length})")
            elif field.values and text and text not in field.values:
                yield Refusal(name, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"{name}: bad value")
        for name, field in self.fields.items():
            if creates and field.required and name not in native:
                yield Refusal(name, "REQUIRED_FIELD_MISSING", f"{name} is required")

    def typed(self, native: Native) -> dict[str, str]:
        """These values as this CRM stores them. Raises KeyError for a field that it does not have."""
        stored = {}
        for name, text in native.items():
            field = self.fields[name]
            text = text.strip() if self._side is Side.SALESFORCE else text
            text = text[: field.length] if name in self._cuts and field.length else text
            stored[name] = text.lower() if name in self._lowercase else text
        return stored

    def blank(self) -> dict[str, str]:
        """A lead in which nothing was filled in."""
        return dict.fromkeys(self.fields, "")

    def create(
        self, native: Native, counterpart_id: str, *, at: Micros | None = None, write: Write | None = None
    ) -> Record:
        """A new row, made now or `at` a time."""
        self._count += 1
        record_id = f"00Q{self._count:015d}" if self._side is Side.SALESFORCE else str(self._count)
        now = self.now(at)
        return self.save(Record(self._side, record_id, now, now, native, counterpart_id), at=at, write=write)

    def save(self, record: Record, *, at: Micros | None = None, write: Write | None = None) -> Record:
        """Save a row; its stamp never goes back."""
        stored = replace(record, stamp=max(record.stamp, self.now(at)))
        before, self.by_id[stored.record_id] = self.by_id.get(stored.record_id), stored
        self._on_save(before, stored, write)
        return stored

    def remove(self, record_id: str, *, write: Write | None = None) -> None:
        """Delete a row without a trace."""
        self._on_save(self.by_id.pop(record_id), None, write)

    def live(self, record_id: str) -> Record:
        """A row that is not deleted. Raises KeyError."""
        row = self.by_id[record_id]
        if row.deleted:
            raise KeyError(record_id)
        return row

    def oldest_first(self) -> list[Record]:
        """Every row, deleted ones too, oldest change first."""
        return sorted(self.by_id.values(), key=age)

    def now(self, at: Micros | None = None) -> Micros:
        """A time with the resolution of the CRM's stamps."""
        moment = self.clock() if at is None else at
        return moment - moment % SECOND


def age(record: Record) -> tuple[Micros, int, str]:
    """The order of a listing: by stamp, then by id."""
    return record.stamp, len(record.record_id), record.record_id
