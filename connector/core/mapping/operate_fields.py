"""Operate's Lead fields as its API reference documents them: name, type, size, read-only.

Source: essensys Operate API reference, chapter "Lead" (field table, PUT sample). Operate has no describe call, so
this table stands in for one. A tenant's own fields start with `ud_` and are not listed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperateField:
    """One documented field; `size` is in characters, 0 where the reference names none."""

    name: str
    type: str = "string"
    size: int = 0
    read_only: bool = False


_TEXT_255 = """addressline1 addressline2 addressline3 agentreference country county eventname firstname lastname
leadconvertedby locationrequired numberofpeople qualityofspace registeredaddresscountry registeredaddresscounty
registeredaddressline1 registeredaddressline2 registeredaddressline3 registeredaddresstown size term town agentemail"""
_TEXT = """budget emailaddress faxno floor industry leadname leadsource mobileno noofattendees phoneno spacetype timing
website"""
_INT = """agentcontact broker campaign_id clienttype deadreason leadstatus leadstatusid leadtype locationname recordtype
region_id user_id"""
_BOOLEAN = "brokerupdated leadconverted leaddadilead multidaybooking webtolead"
_DATE = """deaddate enquirydate eventenddate eventstartdate leadconverteddate secondeventenddate secondeventstartdate
startdate"""
_READ_ONLY = {
    "brokerfirstname": "string",
    "brokerlastname": "string",
    "createdby": "string",
    "creationdate": "date",
    "daysopen": "int",
    "deadlead": "boolean",
    "leadid": "int",
    "noofduplicates": "int",
    "row_num": "int",
    "updatedate": "date",
    "updatedby": "string",
}

_LOOK_UPS = """account campaign clienttype contact deadleadreason emailcampaign industry leadsource leadtype location
lookupleadoverturnreasons lookupleadrejectionreasons region user"""
LOOK_UPS = frozenset(_LOOK_UPS.split())
"""Operate's objects that a lead refers to (reference, chapters of the same names)."""

LABELLED = frozenset({"industry", "leadsource"})
"""Fields that keep a label of the object of the same name, not its id (reference, Lead: "must be an item")."""
IDS = {
    "agentcontact": "contact",
    "broker": "account",
    "campaign_id": "campaign",
    "clienttype": "clienttype",
    "deadreason": "deadleadreason",
    "leadtype": "leadtype",
    "locationname": "location",
    "region_id": "region",
    "user_id": "user",
}
"""Fields that keep an id of these objects."""

_ALL = (
    *(OperateField(name, size=255) for name in _TEXT_255.split()),
    *(OperateField(name) for name in _TEXT.split()),
    OperateField("otherneeds", size=4000),
    OperateField("postcode", size=10),
    OperateField("registeredaddresspostcode", size=20),
    *(OperateField(name, "int") for name in _INT.split()),
    *(OperateField(name, "boolean") for name in _BOOLEAN.split()),
    *(OperateField(name, "date") for name in _DATE.split()),
    *(OperateField(name, kind, read_only=True) for name, kind in _READ_ONLY.items()),
)

OPERATE_LEAD = {field.name: field for field in sorted(_ALL, key=lambda field: field.name)}
"""Every documented field of a lead by its name."""
