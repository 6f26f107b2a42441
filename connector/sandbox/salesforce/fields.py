"""The fields of Lead, and of the few objects around it, as one org has them.

Source: Field Reference, "Lead"; Object Reference, "Lead", "LeadStatus", "User" and "Group". Lengths are counted
in characters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from . import ids
from .config import CustomField, SalesforceConfig
from .schema import TEXT_TYPES, Field, SObject

CONVERTED_STATUS = "Closed - Converted"
STATUSES = ("Open - Not Contacted", "Working - Contacted", CONVERTED_STATUS, "Closed - Not Converted")
SALUTATIONS = ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx.")
SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other")
_INDUSTRY_LIST = (
    "Agriculture,Banking,Communications,Construction,Consulting,Education,Electronics,Energy,Engineering,"
    "Finance,Government,Healthcare,Hospitality,Insurance,Media,Not For Profit,Retail,Technology,"
    "Transportation,Other"
)
INDUSTRIES = tuple(_INDUSTRY_LIST.split(","))


def _index(fields: Iterable[Field]) -> dict[str, Field]:
    return {one.name: one for one in fields}


def _read_only(name: str, label: str, type_: str, **more: Any) -> Field:
    return Field(name, label, type_, createable=False, updateable=False, **more)


def _system_fields(prefix_label: str) -> list[Field]:
    user = {"length": 18, "nillable": False, "refers_to": ("User",)}
    return [
        _read_only("Id", prefix_label, "id", length=18, nillable=False),
        _read_only("CreatedDate", "Created Date", "datetime", nillable=False),
        _read_only("CreatedById", "Created By ID", "reference", **user),
        _read_only("LastModifiedDate", "Last Modified Date", "datetime", nillable=False),
        _read_only("LastModifiedById", "Last Modified By ID", "reference", **user),
        _read_only("SystemModstamp", "System Modstamp", "datetime", nillable=False),
    ]


def _reference(name: str, label: str, *targets: str) -> Field:
    return _read_only(name, label, "reference", length=18, refers_to=targets)


def _standard_lead_fields() -> list[Field]:
    return [
        *_system_fields("Lead ID"),
        _read_only("IsDeleted", "Deleted", "boolean", nillable=False),
        _reference("MasterRecordId", "Master Record ID", "Lead"),
        Field("LastName", "Last Name", "string", 80, nillable=False, compound="Name"),
        Field("FirstName", "First Name", "string", 40, compound="Name"),
        Field("Salutation", "Salutation", "picklist", 40, values=SALUTATIONS, compound="Name"),
        _read_only("Name", "Full Name", "string", length=121, nillable=False, computed=True),
        Field("Title", "Title", "string", 128),
        Field("Company", "Company", "string", 255, nillable=False),
        Field("Street", "Street", "textarea", 255, compound="Address"),
        Field("City", "City", "string", 40, compound="Address"),
        Field("State", "State/Province", "string", 80, compound="Address"),
        Field("PostalCode", "Zip/Postal Code", "string", 20, compound="Address"),
        Field("Country", "Country", "string", 80, compound="Address"),
        _read_only("Address", "Address", "address", filterable=False, computed=True),
        Field("Phone", "Phone", "phone", 40),
        Field("MobilePhone", "Mobile Phone", "phone", 40),
        Field("Fax", "Fax", "phone", 40),
        Field("Email", "Email", "email", 80),
        Field("Website", "Website", "url", 255),
        Field("Description", "Description", "textarea", 32000, filterable=False),
        Field("LeadSource", "Lead Source", "picklist", 255, values=SOURCES),
        Field("Status", "Status", "picklist", 255, nillable=False, default=STATUSES[0], values=STATUSES),
        Field("Industry", "Industry", "picklist", 255, values=INDUSTRIES),
        Field("Rating", "Rating", "picklist", 255, values=("Hot", "Warm", "Cold")),
        Field("AnnualRevenue", "Annual Revenue", "currency", precision=18),
        Field("NumberOfEmployees", "Employees", "int", precision=8),
        Field("OwnerId", "Owner ID", "reference", 18, nillable=False, refers_to=("Group", "User")),
        Field("HasOptedOutOfEmail", "Email Opt Out", "boolean", nillable=False, default=False),
        Field("HasOptedOutOfFax", "Fax Opt Out", "boolean", nillable=False, default=False),
        Field("DoNotCall", "Do Not Call", "boolean", nillable=False, default=False),
        Field("IsUnreadByOwner", "Unread By Owner", "boolean", nillable=False, default=True),
        _read_only("IsConverted", "Converted", "boolean", nillable=False),
        _read_only("ConvertedDate", "Converted Date", "date"),
        _reference("ConvertedAccountId", "Converted Account ID", "Account"),
        _reference("ConvertedContactId", "Converted Contact ID", "Contact"),
        _reference("ConvertedOpportunityId", "Converted Opportunity ID", "Opportunity"),
        _read_only("LastActivityDate", "Last Activity", "date"),
        _read_only("EmailBouncedReason", "Email Bounced Reason", "string", length=255),
        _read_only("EmailBouncedDate", "Email Bounced Date", "datetime"),
    ]


_CUSTOM_TYPES: Mapping[str, str] = {
    "Text": "string",
    "TextArea": "textarea",
    "LongText": "textarea",
    "Email": "email",
    "Number": "double",
    "Checkbox": "boolean",
    "Date": "date",
    "DateTime": "datetime",
    "Picklist": "picklist",
}


def _custom(made: CustomField) -> Field:
    kind = _CUSTOM_TYPES[made.type]
    return Field(
        made.name,
        made.label,
        kind,
        made.length if kind in TEXT_TYPES else 0,
        nillable=kind != "boolean",
        default=False if kind == "boolean" else None,
        filterable=made.type != "LongText",
        values=made.values,
        custom=True,
        external_id=made.external_id,
        unique=made.unique,
        case_sensitive=made.case_sensitive,
        precision=made.precision if kind == "double" else 0,
        scale=made.scale,
    )


def lead(config: SalesforceConfig) -> SObject:
    """Lead as that org has it, all fields included."""
    fields = _standard_lead_fields()
    if config.state_country_picklists:
        for name, label, after in (
            ("StateCode", "State/Province Code", "State"),
            ("CountryCode", "Country Code", "Country"),
        ):
            place = next(i for i, one in enumerate(fields) if one.name == after)
            code = Field(name, label, "picklist", 10, restricted=True, compound="Address")
            fields.insert(place + 1, code)
    if config.record_types:
        default = next(iter(ids.record_types(config.record_types)))
        fields.append(
            Field("RecordTypeId", "Record Type ID", "reference", 18, default=default, refers_to=("RecordType",))
        )
    fields += [_custom(made) for made in config.fields]
    known = {one.name for one in fields}
    named = {*config.required_fields, *config.restricted_picklists, *config.hidden_fields, *config.read_only_fields}
    if named - known:
        raise ValueError(f"the configuration names fields that this Lead has not: {sorted(named - known)}")
    return SObject("Lead", ids.LEAD, _index(_configured(one, config) for one in fields), writable=True)


def _configured(one: Field, config: SalesforceConfig) -> Field:
    if one.name in config.required_fields:
        one = replace(one, nillable=False)
    if one.name in config.restricted_picklists:
        one = replace(one, restricted=True)
    return one


def visible(whole: SObject, config: SalesforceConfig) -> SObject:
    """The object as the rights of the integration user show it."""
    shown = (one for one in whole.fields.values() if one.name not in config.hidden_fields)
    limited = (
        replace(one, createable=False, updateable=False) if one.name in config.read_only_fields else one
        for one in shown
    )
    return SObject(whole.name, whole.prefix, _index(limited), whole.writable, deletable=config.may_delete)


def others() -> dict[str, SObject]:
    """The read-only objects around Lead."""
    text = [("Username", 80), ("Email", 128), ("FirstName", 40), ("LastName", 80), ("Name", 121), ("Alias", 8)]
    user = [_read_only(name, name, "string", length=length) for name, length in text]
    group = [_read_only(name, name, "string", length=80) for name in ("Name", "DeveloperName", "Type", "Email")]
    status = [_read_only(name, name, "string", length=255) for name in ("MasterLabel", "ApiName")]
    organization = [
        _read_only(name, name, "string", length=80)
        for name in ("Name", "InstanceName", "OrganizationType", "TimeZoneSidKey", "LanguageLocaleKey")
    ]

    def flags(*names: str) -> list[Field]:
        return [_read_only(name, name, "boolean", nillable=False) for name in names]

    kind = [_read_only(name, name, "string", length=80) for name in ("Name", "DeveloperName", "SobjectType")]
    sort = _read_only("SortOrder", "Sort Order", "int")
    made = (
        SObject("User", ids.USER, _index([*_system_fields("User ID"), *user, *flags("IsActive")])),
        SObject("Group", ids.GROUP, _index([*_system_fields("Group ID"), *group])),
        SObject(
            "RecordType",
            ids.RECORD_TYPE,
            _index([*_system_fields("Record Type ID"), *kind, *flags("IsActive")]),
        ),
        SObject(
            "LeadStatus",
            "01J",
            _index([*_system_fields("Status ID"), *status, sort, *flags("IsDefault", "IsConverted")]),
        ),
        SObject(
            "Organization",
            ids.ORGANIZATION,
            _index([*_system_fields("Organization ID"), *organization, *flags("IsSandbox")]),
        ),
    )
    return {one.name: one for one in made}


OWNER_FIELDS = _index(
    [
        _read_only("Id", "Owner ID", "id", length=18),
        *(
            _read_only(name, name, "string", length=121)
            for name in ("Name", "Type", "Email", "Username", "Alias", "FirstName", "LastName")
        ),
        _read_only("IsActive", "Active", "boolean"),
    ]
)
