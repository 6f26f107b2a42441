"""Fills both stand-ins with the same made-up people: some only here, some only there, some on both sides.

Labels and buildings are those the two stand-ins know. Imports the sandbox only.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from . import names
from .operate import Operate
from .people import INDUSTRIES, Enquiry, generate, rewritten
from .salesforce import Salesforce
from .salesforce.geography import COUNTRIES


@dataclass(frozen=True)
class Population:
    """What was added: record ids per group, and the enquiry behind each record id.

    `shared` pairs the Salesforce id with the Operate id of the same enquiry. `lookalikes` are the records of
    enquiries that nearly repeat another one.
    """

    shared: tuple[tuple[str, str], ...]
    salesforce_only: tuple[str, ...]
    operate_only: tuple[str, ...]
    lookalikes: tuple[str, ...]
    enquiries: Mapping[str, Enquiry]


def populate(
    salesforce: Salesforce,
    operate: Operate,
    *,
    count: int = 500,
    seed: int = 0,
    shared: float = 0.4,
    operate_only: float = 0.3,
    messy: bool = True,
) -> Population:
    """Add `count` people's enquiries; those who are neither shared nor only in Operate are only in Salesforce.

    Both records of a shared person carry the same e-mail (but for its case) and last name, while other fields
    are written differently or missing on one side. Without `messy` nobody nearly repeats another one.
    """
    rng = random.Random(seed + 1)
    desk = _Desk(salesforce, operate, rng, random.Random(seed + 2))
    people = generate(
        count,
        seed=seed,
        now=salesforce.clock.now(),
        messy=messy,
        sources=_labels(operate, "leadsource", "leadsource"),
        industries=_known_to_both(_labels(operate, "industry", "industry")),
    )
    groups = _groups(people, rng, round(count * shared), round(count * operate_only))
    pairs, in_salesforce, in_operate = [], [], []
    enquiries: dict[str, Enquiry] = {}
    for one in people:
        ids = desk.take(one, groups[one.number])
        enquiries |= dict.fromkeys(ids.values(), one)
        match ids:
            case {"salesforce": here, "operate": there}:
                pairs.append((here, there))
            case {"salesforce": here}:
                in_salesforce.append(here)
            case {"operate": there}:
                in_operate.append(there)
    lookalikes = tuple(record_id for record_id, one in enquiries.items() if one.twin_of)
    return Population(tuple(pairs), tuple(in_salesforce), tuple(in_operate), lookalikes, enquiries)


def _labels(operate: Operate, name: str, field: str) -> list[str]:
    """The labels of a look-up without the blanks that some have behind them."""
    return [(row[field] or "").strip() for row in operate.others(name).values()]


def _known_to_both(industries: Sequence[str]) -> list[str]:
    return [label for label in industries if label in INDUSTRIES] or list(industries)


def _groups(people: Sequence[Enquiry], rng: random.Random, shared: int, operate_only: int) -> dict[int, str]:
    """Which group each enquiry belongs to.

    Salesforce demands a name and a company, so what lacks one is rather found in Operate; and only somebody with an
    e-mail is recognised on both sides without doubt.
    """
    order = rng.sample(people, len(people))
    order.sort(key=lambda one: bool(one.last_name and one.company))
    only_operate, rest = order[:operate_only], order[operate_only:]
    rest.sort(key=lambda one: not (one.email and one.last_name and one.company))
    both = {one.number for one in rest[:shared]}
    groups = {one.number: "both" if one.number in both else "salesforce" for one in rest}
    return groups | {one.number: "operate" for one in only_operate}


class _Desk:
    """Enters enquiries as the people of either side would."""

    def __init__(self, salesforce: Salesforce, operate: Operate, rng: random.Random, wishes: random.Random) -> None:
        self._salesforce, self._operate, self._rng, self._wishes = salesforce, operate, rng, wishes
        self._latest = salesforce.clock.now() - timedelta(minutes=10)
        self._staff = [str(user["Id"]) for user in salesforce.users[1:]]
        self._custom = {field.name for field in salesforce.config.fields}
        self._buildings = {id_: (row["locationname"] or "").strip() for id_, row in operate.others("location").items()}
        self._users = [(id_, row["fullname"] or "") for id_, row in operate.others("user").items() if row["lastname"]]
        self._lists = {name: list(operate.others(name)) for name in ("leadtype", "region", "emailcampaign", "contact")}

    def take(self, one: Enquiry, group: str) -> dict[str, str]:
        """Enter the enquiry on its side or sides; returns the record ids by side."""
        building = self._rng.choice(list(self._buildings))
        if group == "salesforce":
            return {"salesforce": self._enter_salesforce(one, building, one.created)}
        if group == "operate":
            return {"operate": self._enter_operate(one, building, one.created)}
        here, there = self._two_versions(one)
        later = min(self._latest, one.created + timedelta(seconds=self._rng.randrange(120, 3 * 86_400)))
        return {
            "operate": self._enter_operate(there, building, one.created),
            "salesforce": self._enter_salesforce(here, building, max(later, one.created)),
        }

    def _two_versions(self, one: Enquiry) -> tuple[Enquiry, Enquiry]:
        """The same person as two clerks noted them: here and there."""
        rng = self._rng
        here = there = one
        if rng.random() < 0.3:
            there = replace(there, email=one.email.title())
        if rng.random() < 0.5:
            there = replace(there, phone=rewritten(one.phone, rng))
        for fields in (("phone",), ("mobile",), ("street", "town", "county", "postcode"), ("notes",), ("website",)):
            blank = dict.fromkeys(fields, "")
            match rng.randrange(10):
                case 0 | 1:
                    here = replace(here, **blank)  # type: ignore[arg-type] # all of these are text
                case 2:
                    there = replace(there, **blank)  # type: ignore[arg-type] # all of these are text
        if rng.random() < 0.08:
            there = replace(there, company=one.company.replace("Ltd", "Limited"))
        return here, there

    def _enter_salesforce(self, one: Enquiry, building: str, created: datetime) -> str:
        name = f"{one.first_name} {one.last_name}".strip()
        fields: dict[str, Any] = {
            "FirstName": one.first_name,
            "LastName": one.last_name or "Unknown",
            "Company": one.company or name or "Unknown company",
            "Email": one.email,
            "Phone": one.phone,
            "MobilePhone": one.mobile,
            "Website": one.website,
            "Street": one.street,
            "City": one.town,
            "State": one.county,
            "PostalCode": one.postcode,
            "Country": one.country,
            "LeadSource": one.source,
            "Industry": one.industry,
            "Description": one.notes,
        }
        if self._salesforce.config.state_country_picklists:
            # Only some countries come with states, and the spelling must be theirs: what is not sure is left out.
            fields |= {"State": "", "Country": one.country if one.country in COUNTRIES.values() else ""}
        if "LeadSource" in self._salesforce.config.restricted_picklists:
            fields["LeadSource"] = ""
        if "Operate_Location__c" in self._custom and self._rng.random() < 0.7:
            fields["Operate_Location__c"] = self._buildings[building]
        if "Operate_People__c" in self._custom and one.people.isdecimal():
            fields["Operate_People__c"] = int(one.people)
        if "Operate_Budget__c" in self._custom and self._wishes.random() < 0.3:
            fields["Operate_Budget__c"] = self._wishes.choice(names.BUDGETS)
        given = {field: value for field, value in fields.items() if value != ""}
        return self._salesforce.add(given, created=created, by=self._rng.choice(self._staff))

    def _wish(self, one: Enquiry, created: datetime) -> dict[str, str]:
        """What some say about the space they want, or about an event, and which broker brought the others."""
        rng = self._wishes
        wish: dict[str, str] = {}
        if rng.random() < 0.4:
            wish |= {
                "budget": rng.choice(names.BUDGETS),
                "size": rng.choice(names.SIZES),
                "term": rng.choice(names.TERMS),
                "timing": rng.choice(names.TIMINGS),
                "leadtype": rng.choice(self._lists["leadtype"]),
                "region_id": rng.choice(self._lists["region"]),
            }
        if rng.random() < 0.1:
            begin = created.replace(hour=9, minute=30, second=0) + timedelta(days=rng.randrange(20, 90))
            end = begin + timedelta(hours=rng.choice((4, 8, 30)))
            wish |= {"eventname": rng.choice(names.EVENTS), "noofattendees": str(rng.randrange(10, 200))}
            wish |= {"eventstartdate": begin.isoformat(), "eventenddate": end.isoformat()}
            wish |= {"multidaybooking": str(end.date() > begin.date()).lower()}
        if one.area or one.source == "Broker":
            contact = rng.choice(self._lists["contact"])
            broker = self._operate.others("contact")[contact]
            wish |= {"broker": broker["address_id"] or "", "agentcontact": contact}
            wish |= {"agentemail": broker["emailaddress"] or "", "leadstatus": rng.choice(("0", "0", "2", "3"))}
        elif rng.random() < 0.1:
            wish |= {"campaign_id": rng.choice(self._lists["emailcampaign"])}
        if rng.random() < 0.05:
            wish |= {"deadreason": rng.choice(list(self._operate.others("deadleadreason")))}
            wish |= {"deaddate": (created + timedelta(days=3)).isoformat()}
        return wish

    def _enter_operate(self, one: Enquiry, building: str, created: datetime) -> str:
        lines = one.street.split("\n")
        owner, name = self._rng.choice(self._users)
        by_itself = bool(one.area) or self._rng.random() < 0.6
        fields = {
            "locationname": building,
            "leadname": one.company,
            "firstname": one.first_name,
            "lastname": one.last_name,
            "emailaddress": one.email,
            "phoneno": one.phone,
            "mobileno": one.mobile,
            "website": one.website,
            **{f"addressline{number}": line for number, line in enumerate(lines, start=1)},
            "town": one.town,
            "county": one.county,
            "postcode": one.postcode,
            "country": one.country,
            "leadsource": one.source,
            "industry": one.industry,
            "numberofpeople": one.people,
            "otherneeds": one.notes,
            **self._wish(one, created),
            "locationrequired": one.area,
            "leaddadilead": "true" if one.area else "",
            "webtolead": "true" if by_itself and not one.area else "",
            "user_id": owner,
        }
        author = "LeadDADI" if one.area else "Web To Lead" if by_itself else name
        given = {field: value for field, value in fields.items() if value}
        return self._operate.add(given, created=created, by=author)
