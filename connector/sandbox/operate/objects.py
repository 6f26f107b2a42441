"""The object types a lead refers to, as far as an answer shows them.

Source: API reference, the sample and table of each object. User, Industry and Email Campaign are referred to there
but have no chapter: their fields are not documented; our choice. Of the fields the page "Syncing Operate to Connect"
names, only `connectcalllogger` and `accountsid` are in the reference; the other names are our choice.
Imports the schema only.
"""

from collections.abc import Mapping
from dataclasses import replace

from connector.sandbox.operate.schema import NO_DATE, NO_IMAGE, NOWHERE, Field, Kind, ObjectType

_STAMPS = "creationdate updatedate"
_AUTHORS = "createdby updatedby"


def _type(
    name: str,
    id_field: str,
    label_field: str,
    *,
    strings: str = "",
    ints: str = "",
    booleans: str = "",
    dates: str = "",
    images: str = "",
    others: tuple[Field, ...] = (),
    refers: Mapping[str, str] | None = None,
    hidden: str = "",
) -> ObjectType:
    """An object type from lists of names; `refers`: look-up field to look-up; `hidden`: shown once written."""

    def fields(names: str, kind: Kind, blank: str | None = None) -> list[Field]:
        return [Field(field, kind, blank=blank) for field in names.split()]

    found = [
        *fields(label_field if label_field not in strings.split() else "", "string"),
        *fields(id_field, "int"),
        *fields(strings, "string"),
        *fields(ints, "int", "0"),
        *fields(booleans, "boolean", "false"),
        *fields(f"{dates} {_STAMPS}", "date"),
        *fields(images, "image", NO_IMAGE),
        *others,
        *(Field(field, "id", target=target, blank=NOWHERE) for field, target in (refers or {}).items()),
    ]
    hidden_names = hidden.split()
    return ObjectType(name, id_field, label_field, tuple(replace(f, shown=f.name not in hidden_names) for f in found))


LOCATION = _type(
    "location",
    "locationid",
    "locationname",
    strings=f"achsortcode achaccountname achaccountno achbankaddress achbankname address1 addressline2 addressline3 "
    f"accountno bankaddress bankname country county email fulladdress iban invoiceprefix locationuuid contactemail "
    f"contactmobile contactname contacttelephone map onlinealias postcode singlelineaddress sortcode swiftcode "
    f"telephone town wifiname wifipassword connectsiteid {_AUTHORS}",
    ints="activepromoters activerooms inactiverooms",
    booleans="connectcalllogger discontinued enableapprovals published separateaccommadation usesitebankdetails",
    dates="officehoursstart officehoursend",
    images="officeimageurl officeimage2url officeimage3url officeimage4url officeimage5url hostimageurl",
    others=(Field("approvalpercent", "ratio", blank="0"),),
    refers={"brand": "brand", "currency": "currency", "recordtype": "recordtype", "timezone": "timezone"},
    hidden="connectsiteid",
)
ACCOUNT = _type(
    "account",
    "accountid",
    "clientname",
    strings=f"balance brokerfirstname brokerlastname fulladdress leaddadiid registeredaddresssingleline "
    f"registeredfulladdress singlelineaddress accountsid accountcode connectaccountsid emailaddress firstname "
    f"lastname phoneno mobileno website addressline1 addressline2 addressline3 town county country postcode "
    f"{_AUTHORS}",
    ints="hasactivelicence onlinebill",
    booleans="chargevat emailinvoice includebfwd showcalldetails includeitemisedbill includestatement isexternal "
    "isresidential isvirtual leaddadiagent onaccount printinvoice sendtoconnect",
    dates="enddate startdate",
    images="companylogourl",
    others=(
        Field("earliesttransactiondateallowed", "date", blank=NO_DATE),
        Field("overridediscount", "percent", blank="0"),
    ),
    refers={
        "accounttype_id": "accounttype",
        "broker": "account",
        "agentcontact": "contact",
        "campaign_id": "emailcampaign",
        "clienttype": "clienttype",
        "location": "location",
        "meetingpackageid": "meetingpackage",
        "organization": "organization",
        "user_id": "user",
        "recordtype": "recordtype",
    },
    hidden="accountsid accountcode connectaccountsid sendtoconnect emailaddress firstname lastname phoneno mobileno "
    "website addressline1 addressline2 addressline3 town county country postcode",
)
CONTACT = _type(
    "contact",
    "contactid",
    "fullname",
    strings=f"emailaddress firstname lastname privatephoneno password remaininghours phoneno title {_AUTHORS}",
    ints="hasactivelicence numberbeingfollowed numberoffollowers portalaccesslevel",
    booleans="checkedin communityprofileactive optout invitedfromportal newsletter companyprofileactive "
    "receiveshoutoutemails receivestatusupdateemails",
    images="companylogourl contactimageurl",
    others=(Field("profilepercentcomplete", "percent", blank="0"),),
    refers={
        "address_id": "account",
        "clienttype": "clienttype",
        "leadname": "account",
        "locationname": "location",
    },
)
CLIENT_TYPE = _type(
    "clienttype",
    "clienttypeid",
    "clienttypename",
    strings=f"clienttypeandorganization connectclienttype {_AUTHORS}",
    booleans="chargeexternalrates webrescreditcard residentialclassification useinvoiceprefix virtualclassification",
    refers={"organization": "organization"},
    hidden="connectclienttype",
)
USER = _type(
    "user",
    "userid",
    "fullname",
    strings=f"firstname lastname emailaddress username {_AUTHORS}",
    booleans="isactive",
    refers={"locationname": "location"},
)
REGION = _type("region", "regionid", "regionname", strings=_AUTHORS)
ACCOUNT_TYPE = _type("accounttype", "accounttypeid", "accounttypename", strings=_AUTHORS)
EMAIL_CAMPAIGN = _type("emailcampaign", "campaignid", "campaignname", strings=_AUTHORS)
INDUSTRY = _type("industry", "industryid", "industry")
LEAD_SOURCE = _type("leadsource", "leadsourceid", "leadsource")
LEAD_TYPE = _type("leadtype", "leadtypeid", "leadtypename")
DEAD_LEAD_REASON = _type("deadleadreason", "deadleadreasonid", "deadleadreason")
REJECTION_REASON = _type("lookupleadrejectionreasons", "leadrejectionreasonsid", "leadrejectionreason")
OVERTURN_REASON = _type("lookupleadoverturnreasons", "leadoverturnreasonsid", "leadoverturnreason")

LOOK_UPS = (
    LOCATION,
    ACCOUNT,
    CONTACT,
    CLIENT_TYPE,
    USER,
    REGION,
    ACCOUNT_TYPE,
    EMAIL_CAMPAIGN,
    # Which of the two names the endpoint has is not documented: both are served.
    replace(EMAIL_CAMPAIGN, name="campaign"),
    INDUSTRY,
    LEAD_SOURCE,
    LEAD_TYPE,
    DEAD_LEAD_REASON,
    REJECTION_REASON,
    OVERTURN_REASON,
)
