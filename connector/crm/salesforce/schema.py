"""The live schema of Lead, as describe shows it to the integration user.

Imports the port's words and the errors. Sources: REST guide, "sObject Describe"; Object Reference, "API Field
Properties"; Help "Field-Level Security": a field that the user may not see is absent from describe.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.crm.port import Field
from connector.errors import Misconfigured, Unreadable


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of Lead, and those of them that are unique External IDs."""

    fields: Mapping[str, Field]
    keys: frozenset[str]

    def type_of(self, name: str) -> str:
        """The describe type of a field that exists."""
        return self.fields[name].type


def schema_of(describe: object) -> Schema:
    """Read the answer of describe. Raises `Unreadable`."""
    try:
        rows = describe["fields"]  # type: ignore[index]
        fields = {row["name"]: _field(row) for row in rows}
        keys = frozenset(row["name"] for row in rows if row["externalId"] and row["unique"])
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"Salesforce described Lead in no documented shape ({type(error).__name__})") from error
    return Schema(fields, keys)


def _field(row: Mapping[str, Any]) -> Field:
    active = tuple(value["value"] for value in row["picklistValues"] if value["active"])
    return Field(
        name=row["name"],
        label=row["label"],
        type=row["type"],
        length=row["length"],
        createable=row["createable"],
        updateable=row["updateable"],
        required=row["createable"] and not row["nillable"] and not row["defaultedOnCreate"],
        values=active if row["restrictedPicklist"] else (),
        external_id=row["externalId"] and row["unique"],
    )


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
