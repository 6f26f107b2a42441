"""The standard fields of Salesforce's Lead: name, length, read-only. Custom fields end in `__c` and are not listed.

Source: Object Reference for Salesforce, "Lead" (fields); lengths are Unicode characters. An org may hide or add
some; its own describe call overrides this table once the connector is connected (`against`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SalesforceField:
    """One standard field; `size` is in characters, 0 where it is no text."""

    name: str
    size: int = 0
    read_only: bool = False


_TEXT = {
    "City": 40,
    "Company": 255,
    "CompanyDunsNumber": 9,
    "Country": 80,
    "CountryCode": 10,
    "Description": 32_000,
    "Division": 255,
    "Email": 80,
    "Fax": 40,
    "FirstName": 40,
    "GenderIdentity": 255,
    "GeocodeAccuracy": 40,
    "Industry": 255,
    "Jigsaw": 20,
    "LastName": 80,
    "LeadSource": 255,
    "MiddleName": 40,
    "MobilePhone": 40,
    "Phone": 40,
    "PostalCode": 20,
    "Pronouns": 255,
    "Rating": 255,
    "Salutation": 40,
    "State": 80,
    "StateCode": 10,
    "Status": 255,
    "Street": 255,
    "Suffix": 40,
    "Title": 128,
    "Website": 255,
}
_OTHER = """AnnualRevenue CampaignId CurrencyIsoCode DandbCompanyId DoNotCall HasOptedOutOfEmail HasOptedOutOfFax
IndividualId IsUnreadByOwner Latitude Longitude NumberOfEmployees OwnerId PartnerAccountId RecordTypeId"""
_READ_ONLY = """Address ConvertedAccountId ConvertedContactId ConvertedDate ConvertedOpportunityId CreatedById
CreatedDate EmailBouncedDate EmailBouncedReason FirstCallDateTime FirstEmailDateTime Id IsConverted IsDeleted
LastActivityDate LastModifiedById LastModifiedDate LastReferencedDate LastTransferDate LastViewedDate MasterRecordId
Name PhotoUrl SystemModstamp"""

LOOK_UPS = frozenset({"RecordType", "User"})
"""sObjects whose ids a lead keeps and that have a label of their own ("User", "RecordType": Object Reference)."""

_ALL = (
    *(SalesforceField(name, size) for name, size in _TEXT.items()),
    *(SalesforceField(name) for name in _OTHER.split()),
    *(SalesforceField(name, read_only=True) for name in _READ_ONLY.split()),
)

SALESFORCE_LEAD = {field.name: field for field in sorted(_ALL, key=lambda field: field.name)}
"""Every standard field of a lead by its name."""
