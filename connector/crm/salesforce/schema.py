"""The live schema of Lead, as describe shows it to the integration user.

Imports the port's words and the errors. Sources: REST guide, "sObject Describe"; Object Reference, "API Field
Properties"; Help "Field-Level Security": a field that the user may not see is absent from describe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.crm.port import Field
from connector.errors import Misconfigured, Unreadable

FLAGS = ("createable", "updateable", "nillable", "defaultedOnCreate", "restrictedPicklist", "externalId", "unique")


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of Lead, and those of them that are unique External IDs; whether our user may delete leads (None:
    not told).
    """

    fields: Mapping[str, Field]
    keys: frozenset[str]
    deletable: bool | None = None

    def type_of(self, name: str) -> str:
        """The describe type of a field that exists."""
        return self.fields[name].type


def schema_of(describe: object) -> Schema:
    """Read the answer of describe. Raises `Unreadable`."""
    try:
        rows = describe["fields"]  # type: ignore[index]
        fields = {row["name"]: _field(row) for row in rows}
        keys = frozenset(name for name, field in fields.items() if field.external_id)
        deletable = describe.get("deletable")  # type: ignore[attr-defined]
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"Salesforce described Lead in no documented shape ({type(error).__name__})") from error
    return Schema(fields, keys, deletable if isinstance(deletable, bool) else None)


def _field(row: Mapping[str, Any]) -> Field:
    active = tuple(_text(value["value"]) for value in row["picklistValues"] if value["active"])
    flags = {name: row[name] is True for name in FLAGS}
    return Field(
        name=_text(row["name"]),
        label=_text(row["label"]),
        type=_text(row["type"]),
        length=_size(row["length"]),
        createable=flags["createable"],
        updateable=flags["updateable"],
        required=flags["createable"] and not flags["nillable"] and not flags["defaultedOnCreate"],
        values=active if flags["restrictedPicklist"] else (),
        external_id=flags["externalId"] and flags["unique"],
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _size(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**31:
        raise TypeError(type(value).__name__)
    return value


def expect_external_id(schema: Schema, name: str) -> None:
    """Raise `Misconfigured` unless the External ID field is there, unique and writable."""
    field = schema.fields.get(name)
    if field is None:
        raise Misconfigured(
            f"Salesforce shows no field Lead.{name}: deploy the metadata of deploy/salesforce and assign its "
            "permission set to the integration user"
        )
    if name not in schema.keys:
        raise Misconfigured(f"Lead.{name} must be marked as External ID and unique; deploy deploy/salesforce")
    if not (field.createable and field.updateable):
        raise Misconfigured(f"Lead.{name} cannot be written: assign the permission set of deploy/salesforce")
