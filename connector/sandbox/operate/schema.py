"""What a field and an object type are, and the fields of a lead.

Source: API reference, Lead: the sample of `GET Lead/64` (which fields an answer shows, and how an empty one looks),
the table of fields (kinds and sizes) and the body of "PUT (Full)" (fields that are written but not in the table).
A string whose size is not stated takes 255 characters; not documented, our choice. Imports nothing of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

Row = dict[str, str | None]

Kind = Literal["string", "email", "int", "boolean", "date", "id", "label", "image", "percent", "ratio"]

NO_EVENT_DATE = "2001-01-01T00:00:00+00:00"
NO_DATE = "1899-12-31T00:00:00+00:00"
NO_IMAGE = "/SPACECONTROL/v2/Controls/img/no_image.jpg"
NOWHERE = "0"


@dataclass(frozen=True)
class Field:
    """One field of an object type.

    An `id` field refers to a record of the look-up `target`; a `label` field holds that look-up's text itself.
    `blank` is what an empty one holds. `shown`: an answer always has it; otherwise only once it was written.
    """

    name: str
    kind: Kind = "string"
    size: int = 255
    target: str = ""
    blank: str | None = None
    read_only: bool = False
    shown: bool = True


@dataclass(frozen=True)
class ObjectType:
    """One endpoint. The key of its records is the name plus `s`, whatever grammar says (samples: `opportunitys`)."""

    name: str
    id_field: str
    label_field: str
    fields: tuple[Field, ...]

    @property
    def plural(self) -> str:
        """The key of the records in an answer and in a write."""
        return f"{self.name}s"

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    def blank_row(self) -> Row:
        """A record in which nothing was filled in."""
        return {field.name: field.blank for field in self.fields if field.shown}

    def with_field(self, field: Field) -> "ObjectType":
        """This type with a custom field."""
        return replace(self, fields=(*self.fields, field))


def _hidden(*fields: Field) -> tuple[Field, ...]:
    return tuple(replace(field, shown=False) for field in fields)


LEAD = ObjectType(
    name="lead",
    id_field="leadid",
    label_field="leadname",
    fields=(
        Field("addressline1"),
        Field("addressline2"),
        Field("addressline3"),
        Field("broker", "id", target="account", blank=NOWHERE),
        Field("agentcontact", "id", target="contact", blank=NOWHERE),
        Field("agentemail", "email"),
        Field("brokerfirstname", read_only=True),
        Field("brokerlastname", read_only=True),
        Field("agentreference"),
        Field("leadstatus", "int", blank="9"),
        Field("brokerupdated", "boolean", blank="false"),
        Field("budget"),
        Field("campaign_id", "id", target="emailcampaign", blank=NOWHERE),
        Field("clienttype", "id", target="clienttype", blank=NOWHERE),
        Field("leadname"),
        Field("leadconverted", "boolean", blank="false"),
        Field("leadconvertedby"),
        Field("leadconverteddate", "date", blank=NO_DATE),
        Field("country"),
        Field("county"),
        Field("createdby", read_only=True),
        Field("creationdate", "date", read_only=True),
        Field("daysopen", "int", blank="0", read_only=True),
        Field("deadlead", "boolean", blank="false", read_only=True),
        Field("deadreason", "id", target="deadleadreason"),
        Field("emailaddress", "email"),
        Field("enquirydate", "date"),
        Field("eventenddate", "date", blank=NO_EVENT_DATE),
        Field("eventstartdate", "date", blank=NO_EVENT_DATE),
        Field("eventname"),
        Field("firstname"),
        Field("industry", "label", target="industry"),
        Field("multidaybooking", "boolean", blank="false"),
        Field("lastname"),
        Field("leadsource", "label", target="leadsource"),
        Field("leadstatusid", "int", blank="1"),
        Field("leadtype", "id", target="leadtype"),
        Field("leaddadilead", "boolean", blank="false"),
        Field("leadid", "int", read_only=True),
        Field("locationname", "id", target="location"),
        Field("locationrequired"),
        Field("mobileno"),
        Field("numberofpeople"),
        Field("otherneeds", size=4000),
        Field("user_id", "id", target="user", blank=NOWHERE),
        Field("postcode", size=10),
        Field("qualityofspace"),
        Field("recordtype", "id", target="recordtype", blank="2", read_only=True),
        Field("region_id", "id", target="region", blank=NOWHERE),
        Field("secondeventenddate", "date", blank=NO_EVENT_DATE),
        Field("secondeventstartdate", "date", blank=NO_EVENT_DATE),
        Field("size"),
        Field("spacetype"),
        Field("noofduplicates", "int", blank="0", read_only=True),
        Field("phoneno"),
        Field("term"),
        Field("timing"),
        Field("town"),
        Field("updatedate", "date", read_only=True),
        Field("updatedby", read_only=True),
        Field("webtolead", "boolean", blank="false"),
        Field("website"),
        *_hidden(
            Field("deaddate", "date"),
            Field("faxno"),
            Field("floor"),
            Field("noofattendees", "int"),
            Field("startdate", "date"),
            Field("registeredaddresscountry"),
            Field("registeredaddresscounty"),
            Field("registeredaddressline1"),
            Field("registeredaddressline2"),
            Field("registeredaddressline3"),
            Field("registeredaddresspostcode", size=20),
            Field("registeredaddresstown"),
            Field("ud_iaminterestedin"),
            Field("ud_timeline"),
            Field("ud_tourrequested", "boolean", blank="false"),
        ),
    ),
)
