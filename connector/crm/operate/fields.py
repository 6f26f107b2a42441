"""The fields of a lead and the look-ups it refers to, as the API reference lists them; data, and nothing else.

Source: API reference, Lead: the table of fields (types and sizes) and "PUT (Full)" (fields that are written but not
in the table, and by their absence those that are only read). A size that is not stated is 0: unknown. Custom fields
(`ud_…`) differ from tenant to tenant and are seen on its records.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.crm.port import Field

CUSTOM = "ud_"
REQUIRED = "locationname"
"""The reference's minimum of a create; a tenant may ask for more."""

_TEXTS = {
    255: "addressline1 addressline2 addressline3 agentemail agentreference country county eventname firstname lastname "
    "locationrequired numberofpeople qualityofspace registeredaddresscountry registeredaddresscounty "
    "registeredaddressline1 registeredaddressline2 registeredaddressline3 registeredaddresstown size term town",
    4000: "otherneeds",
    20: "registeredaddresspostcode",
    10: "postcode",
    0: "budget emailaddress faxno floor industry leadconvertedby leadname leadsource mobileno phoneno spacetype timing "
    "website",
}
_WRITTEN = {
    "int": "broker agentcontact campaign_id clienttype deadreason leadstatus leadstatusid leadtype locationname "
    "noofattendees region_id user_id",
    "boolean": "brokerupdated leadconverted leaddadilead multidaybooking webtolead",
    "date": "deaddate enquirydate eventenddate eventstartdate leadconverteddate secondeventenddate "
    "secondeventstartdate startdate",
}
_ONLY_READ = {
    "string": "brokerfirstname brokerlastname createdby updatedby",
    "int": "daysopen leadid noofduplicates recordtype",
    "boolean": "deadlead",
    "date": "creationdate updatedate",
}


def _lead_fields() -> Iterator[Field]:
    for length, names in _TEXTS.items():
        for name in names.split():
            yield Field(name, type="string", length=length)
    for kind, names in _WRITTEN.items():
        for name in names.split():
            yield Field(name, type=kind, required=name == REQUIRED)
    for kind, names in _ONLY_READ.items():
        for name in names.split():
            yield Field(name, type=kind, createable=False, updateable=False)


LEAD_FIELDS: Mapping[str, Field] = {field.name: field for field in sorted(_lead_fields(), key=lambda field: field.name)}
"""The documented fields by name."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Where a look-up table is read: the object, its id field and the field with its label."""

    object: str
    id_field: str
    label_field: str

    @property
    def plural(self) -> str:
        """The key of its records: the object's name and an s, without grammar (samples: `opportunitys`)."""
        return f"{self.object}s"


LOOK_UPS: Mapping[str, LookUp] = {
    "account": LookUp("account", "accountid", "clientname"),
    "campaign": LookUp("campaign", "campaignid", "campaignname"),
    "clienttype": LookUp("clienttype", "clienttypeid", "clienttypename"),
    "contact": LookUp("contact", "contactid", "emailaddress"),
    "deadleadreason": LookUp("deadleadreason", "deadleadreasonid", "deadleadreason"),
    "emailcampaign": LookUp("emailcampaign", "campaignid", "campaignname"),
    "industry": LookUp("industry", "industryid", "industry"),
    "leadsource": LookUp("leadsource", "leadsourceid", "leadsource"),
    "leadtype": LookUp("leadtype", "leadtypeid", "leadtypename"),
    "location": LookUp("location", "locationid", "locationname"),
    "lookupleadoverturnreasons": LookUp("lookupleadoverturnreasons", "leadoverturnreasonsid", "leadoverturnreason"),
    "lookupleadrejectionreasons": LookUp("lookupleadrejectionreasons", "leadrejectionreasonsid", "leadrejectionreason"),
    "region": LookUp("region", "regionid", "regionname"),
    "user": LookUp("user", "userid", "emailaddress"),
}
"""By name, in lower case. Campaign, Industry and User are referred to in the reference but have no chapter: their
columns are guessed from the lead's table ("campaignid from Email Campaign", "userid from User")."""
