"""What a field and an object are, and how `describe` tells them.

Source: Object Reference, "API Field Properties"; REST guide, "sObject Describe".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import geography

TEXT_TYPES = frozenset({"string", "textarea", "email", "phone", "url", "picklist"})
NUMBER_TYPES = frozenset({"int", "double", "currency"})


@dataclass(frozen=True)
class Field:
    """One field with what decides how it is described, written, filtered and stored."""

    name: str
    label: str
    type: str
    length: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    default: Any = None
    values: tuple[str, ...] = ()
    restricted: bool = False
    custom: bool = False
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    precision: int = 0
    scale: int = 0
    refers_to: tuple[str, ...] = ()
    compound: str | None = None
    computed: bool = False

    @property
    def relationship(self) -> str | None:
        """The name a query reaches the referred record by: OwnerId -> Owner."""
        return self.name.removesuffix("Id") if self.refers_to else None

    @property
    def required(self) -> bool:
        """Whether a create must name it."""
        return self.createable and not self.nillable and self.default is None and self.name != "OwnerId"

    def describe(self) -> dict[str, Any]:
        """The field's entry in an sObject describe."""
        return {
            "aggregatable": self.filterable,
            "autoNumber": False,
            "byteLength": self.length * 3 if self.type in TEXT_TYPES else self.length,
            "calculated": False,
            "caseSensitive": self.case_sensitive,
            "compoundFieldName": self.compound,
            "controllerName": "CountryCode" if self.name == "StateCode" else None,
            "createable": self.createable,
            "custom": self.custom,
            "defaultValue": self.default,
            "defaultedOnCreate": self.default is not None or self.name == "OwnerId" or self._system,
            "dependentPicklist": self.name == "StateCode",
            "digits": self.precision if self.type == "int" else 0,
            "externalId": self.external_id,
            "filterable": self.filterable,
            "groupable": self.filterable and self.type not in {"double", "currency", "datetime"},
            "idLookup": self.type == "id" or self.external_id or self.type == "email",
            "label": self.label,
            "length": self.length,
            "name": self.name,
            "nameField": self.name == "Name",
            "nillable": self.nillable,
            "permissionable": self.nillable and not self._system and not self.computed,
            "picklistValues": self._picklist_values(),
            "polymorphicForeignKey": len(self.refers_to) > 1,
            "precision": self.precision if self.type != "int" else 0,
            "queryByDistance": False,
            "referenceTo": list(self.refers_to),
            "relationshipName": self.relationship,
            "restrictedPicklist": self.restricted,
            "scale": self.scale,
            "soapType": SOAP_TYPES.get(self.type, "xsd:string"),
            "sortable": self.filterable,
            "type": self.type,
            "unique": self.unique,
            "updateable": self.updateable,
        }

    @property
    def _system(self) -> bool:
        return not self.createable and self.type in {"id", "datetime", "boolean"}

    def _picklist_values(self) -> list[dict[str, Any]]:
        if self.name == "StateCode":
            countries = list(geography.COUNTRIES)
            return [
                _picklist_value(code, label=name, valid_for=_bit(countries.index(country)))
                for code, name, country in geography.state_codes()
            ]
        if self.name == "CountryCode":
            return [_picklist_value(code, label=name) for code, name in geography.COUNTRIES.items()]
        return [_picklist_value(value, default=value == self.default) for value in self.values]


SOAP_TYPES: Mapping[str, str] = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}


def _bit(index: int) -> str:
    """`validFor`: base64 of a bit set of the controlling value (Object Reference, "Dependent Picklists")."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    text = "A" * (index // 6) + letters[1 << (5 - index % 6)]
    return text + "A" * (-len(text) % 4)


def _picklist_value(
    value: str, *, label: str | None = None, default: bool = False, valid_for: str | None = None
) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": default,
        "label": value if label is None else label,
        "validFor": valid_for,
        "value": value,
    }


@dataclass(frozen=True)
class SObject:
    """An object type: its fields by name."""

    name: str
    prefix: str
    fields: Mapping[str, Field]
    writable: bool = False
    deletable: bool = False
    by_folded: Mapping[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_folded", {name.casefold(): one for name, one in self.fields.items()})

    def find(self, name: str) -> Field | None:
        """The field of that name; Salesforce does not mind its case."""
        return self.by_folded.get(name.casefold())

    def relationship(self, name: str) -> Field | None:
        """The reference field that a relationship name stands for."""
        for one in self.fields.values():
            if one.relationship is not None and one.relationship.casefold() == name.casefold():
                return one
        return None

    def summary(self, base: str) -> dict[str, Any]:
        """The object's entry in the list of sObjects; `base` is the versioned path."""
        urls = {"sobject": f"{base}/sobjects/{self.name}", "describe": f"{base}/sobjects/{self.name}/describe"}
        return {
            "createable": self.writable,
            "custom": False,
            "deletable": self.deletable,
            "keyPrefix": self.prefix,
            "label": self.name,
            "labelPlural": f"{self.name}s",
            "layoutable": True,
            "mergeable": self.writable,
            "name": self.name,
            "queryable": True,
            "replicateable": True,
            "retrieveable": True,
            "searchable": True,
            "undeletable": self.writable,
            "updateable": self.writable,
            "urls": {**urls, "rowTemplate": f"{base}/sobjects/{self.name}/{{ID}}"},
        }

    def describe(self, base: str) -> dict[str, Any]:
        """The sObject describe."""
        fields = [one.describe() for one in self.fields.values()]
        return {**self.summary(base), "childRelationships": [], "recordTypeInfos": [], "fields": fields}
