"""What differs from org to org: the switches of the Salesforce stand-in. Frozen data, no behaviour."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .ids import to18

Record = Mapping[str, Any]


@dataclass(frozen=True)
class CustomField:
    """A custom field of Lead as an administrator makes it; `length` counts for text, digits for numbers."""

    name: str
    label: str
    type: Literal["Text", "TextArea", "LongText", "Email", "Number", "Checkbox", "Date", "DateTime", "Picklist"] = (
        "Text"
    )
    length: int = 255
    precision: int = 18
    scale: int = 0
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class DuplicateRule:
    """Leads with equal (case-insensitive), non-blank values in all `fields` are duplicates.

    `alert` lets a save pass that says allowSave=true, `block` never does. It acts on creates and on updates
    that change one of the fields.
    """

    name: str = "Standard_Lead_Duplicate_Rule"
    fields: tuple[str, ...] = ("Email", "LastName")
    mode: Literal["alert", "block"] = "alert"
    message: str = "Use one of these records?"


@dataclass(frozen=True)
class ValidationRule:
    """Refuses a save when `broken` says so of the record to be; without `field` the error is the page's."""

    broken: Callable[[Record], bool]
    message: str
    field: str | None = None


@dataclass(frozen=True)
class Automation:
    """Like a flow after a save: `change` sees the saved record and returns the fields to set (or none)."""

    change: Callable[[Record], Record]


DEFAULT_FIELDS = (
    CustomField("Operate_Lead_Id__c", "Operate Lead Id", length=64, external_id=True, unique=True, case_sensitive=True),
    CustomField("Operate_Location__c", "Operate Location"),
    CustomField("Operate_People__c", "Operate People", type="Number", precision=6),
    CustomField("Operate_Attendees__c", "Operate Attendees", type="Number", precision=6),
    CustomField("Operate_Broker__c", "Operate Broker"),
    CustomField("Operate_Broker_Agent__c", "Operate Broker Agent"),
    CustomField("Operate_Broker_Contact__c", "Operate Broker Contact"),
    CustomField("Operate_Broker_Email__c", "Operate Broker Email", type="Email", length=80),
    CustomField("Operate_Broker_Reference__c", "Operate Broker Reference"),
    CustomField("Operate_Broker_Status__c", "Operate Broker Status", length=40),
    CustomField("Operate_Budget__c", "Operate Budget"),
    CustomField("Operate_Campaign__c", "Operate Campaign"),
    CustomField("Operate_Client_Type__c", "Operate Client Type"),
    CustomField("Operate_Dead__c", "Operate Dead", type="Checkbox"),
    CustomField("Operate_Dead_Date__c", "Operate Dead Date", type="DateTime"),
    CustomField("Operate_Dead_Reason__c", "Operate Dead Reason"),
    CustomField("Operate_Event_End__c", "Operate Event End", type="DateTime"),
    CustomField("Operate_Event_Name__c", "Operate Event Name"),
    CustomField("Operate_Event_Start__c", "Operate Event Start", type="DateTime"),
    CustomField("Operate_Floor__c", "Operate Floor"),
    CustomField("Operate_Lead_Type__c", "Operate Lead Type"),
    CustomField("Operate_Location_Wanted__c", "Operate Location Wanted"),
    CustomField("Operate_Multi_Day__c", "Operate Multi-Day Booking", type="Checkbox"),
    CustomField("Operate_Region__c", "Operate Region"),
    CustomField("Operate_Registered_City__c", "Operate Registered City"),
    CustomField("Operate_Registered_Country__c", "Operate Registered Country"),
    CustomField("Operate_Registered_Postcode__c", "Operate Registered Postcode", length=20),
    CustomField("Operate_Registered_State__c", "Operate Registered State"),
    CustomField("Operate_Registered_Street__c", "Operate Registered Street", type="TextArea"),
    CustomField("Operate_Second_Event_End__c", "Operate Second Event End", type="DateTime"),
    CustomField("Operate_Second_Event_Start__c", "Operate Second Event Start", type="DateTime"),
    CustomField("Operate_Size__c", "Operate Size"),
    CustomField("Operate_Space_Quality__c", "Operate Space Quality"),
    CustomField("Operate_Space_Type__c", "Operate Space Type"),
    CustomField("Operate_Start_Date__c", "Operate Start Date", type="Date"),
    CustomField("Operate_Status_Number__c", "Operate Status Number", length=20),
    CustomField("Operate_Term__c", "Operate Term"),
    CustomField("Operate_Timing__c", "Operate Timing"),
)


@dataclass(frozen=True)
class SalesforceConfig:
    """One org. `plain_org` leaves of the custom fields only those that are External IDs.

    `username` and `public_key` (PEM) open the JWT bearer flow; without them only client credentials work, and
    with `run_as` off not even those. `hidden_fields` are invisible to the integration user, `read_only_fields`
    cannot be written by it, and `may_delete` is its right to delete leads; `required_fields` are mandatory besides
    the standard ones, `restricted_picklists` refuse unknown values. `record_types` are developer names, the default
    one first. `assignment_rule_owner` is a user's or queue's name, or an id.
    """

    client_id: str = "sandbox-client-id"
    client_secret: str = "sandbox-client-secret"
    username: str | None = None
    public_key: str | None = None
    run_as: bool = True
    org_id: str = to18("00DSb0000000001")
    session_seconds: int = 7200
    custom_fields: tuple[CustomField, ...] = DEFAULT_FIELDS
    plain_org: bool = False
    record_types: tuple[str, ...] = ()
    state_country_picklists: bool = False
    duplicate_rules: tuple[DuplicateRule, ...] = ()
    validation_rules: tuple[ValidationRule, ...] = ()
    automations: tuple[Automation, ...] = ()
    required_fields: tuple[str, ...] = ()
    restricted_picklists: tuple[str, ...] = ()
    hidden_fields: tuple[str, ...] = ()
    read_only_fields: tuple[str, ...] = ()
    may_delete: bool = True
    assignment_rule_owner: str | None = None
    daily_limit: int = 100_000
    page_size: int = 2000
    bulk_polls: int = 1

    @property
    def fields(self) -> tuple[CustomField, ...]:
        """The custom fields this org really has."""
        if self.plain_org:
            return tuple(field for field in self.custom_fields if field.external_id)
        return self.custom_fields
