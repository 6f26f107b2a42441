"""The records of the tenant's other objects, and the labels of its look-ups. Imports the schema and the seed only."""

from collections.abc import Mapping

from connector.sandbox.operate import seed as seeds
from connector.sandbox.operate.objects import LOOK_UPS
from connector.sandbox.operate.schema import LEAD, Field, ObjectType, Row


class Tables:
    """Every object type with its rows, in the order of their ids; the rows of `lead` belong to the lead book."""

    def __init__(self, seed: int, counterpart_field: str | None) -> None:
        lead = LEAD if counterpart_field is None else LEAD.with_field(Field(counterpart_field))
        self.types: dict[str, ObjectType] = {kind.name: kind for kind in (lead, *LOOK_UPS)}
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in self.types}
        self.rows["campaign"] = self.rows["emailcampaign"]
        for name, fields in seeds.records(seed):
            self.add(name, fields)

    @property
    def lead(self) -> ObjectType:
        """The type of a lead in this tenant, its custom field included."""
        return self.types["lead"]

    def add(self, name: str, fields: Mapping[str, str | None]) -> str:
        """Store a record as it is given, its id included; a missing id is the next free one. Returns the id."""
        kind, rows = self.types[name], self.rows[name]
        unknown = fields.keys() - kind.by_name.keys()
        if unknown:
            raise ValueError(f"{name} has no field {', '.join(sorted(unknown))}")
        record_id = int(fields.get(kind.id_field) or max(rows, default=0) + 1)
        insert(rows, record_id, kind.blank_row() | dict(fields) | {kind.id_field: str(record_id)})
        return str(record_id)

    def labels(self, target: str) -> Mapping[str, str]:
        """The labels of a look-up by their record ids."""
        if target in seeds.FIXED_LISTS:
            return seeds.FIXED_LISTS[target]
        label_field = self.types[target].label_field
        return {str(record_id): row.get(label_field) or "" for record_id, row in self.rows[target].items()}

    def label(self, target: str, record_id: str) -> str | None:
        """The label of one record of a look-up, or None."""
        if target in seeds.FIXED_LISTS:
            return seeds.FIXED_LISTS[target].get(record_id)
        row = self.rows[target].get(int(record_id))
        return None if row is None else row.get(self.types[target].label_field)


def insert(rows: dict[int, Row], record_id: int, row: Row) -> None:
    """Store a row so that the rows stay in the order of their ids."""
    newest = next(reversed(rows), None)
    rows[record_id] = row
    if newest is not None and record_id < newest:
        ordered = sorted(rows.items())
        rows.clear()
        rows.update(ordered)
