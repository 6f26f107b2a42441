"""Enquiries of made-up people on both stand-ins: some in Salesforce, some in Operate, some in both.

Adds them as people would, by the stand-ins' own state. Imports only the sandbox.
"""

import random
from dataclasses import dataclass, replace

from connector.sandbox.operate import Operate
from connector.sandbox.people import Enquiry, generate, rewritten
from connector.sandbox.salesforce import Salesforce

AGENT = "Unnamed broker enquiry"
"""What a clerk types where Salesforce wants a name and the broker gave none."""


@dataclass(frozen=True)
class Population:
    """Record ids by where the enquiry is: pairs are (Salesforce id, Operate id) of the same person."""

    salesforce_only: tuple[str, ...]
    operate_only: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]


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
    """Enter `count` enquiries; the rest of the two shares is in Salesforce only.

    The same person on both sides is written as two people would write it: another form of the phone number or the
    e-mail, a gap on one side, now and then another town. `messy` adds near-duplicates and nearly empty enquiries.
    """
    rng = random.Random(f"populate {seed}")
    sources, industries = (_labels(operate, name) for name in ("leadsource", "industry"))
    people = generate(count, seed=seed, now=operate.clock.now(), messy=messy, sources=sources, industries=industries)
    locations = sorted(operate.others("location"))
    here: list[str] = []
    there: list[str] = []
    both: list[tuple[str, str]] = []
    for one in people:
        place = rng.random()
        if not one.last_name or not one.company or place < operate_only:
            there.append(_enter_in_operate(operate, one, rng.choice(locations)))
        elif place < operate_only + shared and one.email and not one.twin_of:
            first = _enter_in_salesforce(salesforce, one)
            both.append((first, _enter_in_operate(operate, _retold(one, rng), rng.choice(locations))))
        else:
            here.append(_enter_in_salesforce(salesforce, one))
    return Population(tuple(here), tuple(there), tuple(both))


def _labels(operate: Operate, name: str) -> tuple[str, ...]:
    """The labels of a look-up, as somebody would pick them."""
    return tuple(sorted({str(row[name]).strip() for row in operate.others(name).values() if row.get(name)}))


def _retold(one: Enquiry, rng: random.Random) -> Enquiry:
    """The same person as somebody else wrote it down."""
    again = one
    if rng.random() < 0.5 and one.phone:
        again = replace(again, phone=rewritten(one.phone, rng))
    if rng.random() < 0.3:
        again = replace(again, email=one.email.upper())
    if rng.random() < 0.4:
        again = rng.choice(
            (replace(again, mobile=""), replace(again, website=""), replace(again, notes=""), replace(again, people=""))
        )
    if rng.random() < 0.05 and one.town:
        again = replace(again, town=f"{one.town} (city centre)")
    return again


def _enter_in_salesforce(salesforce: Salesforce, one: Enquiry) -> str:
    custom = {field.name for field in salesforce.config.custom_fields}
    row: dict[str, object] = {
        "FirstName": one.first_name,
        "LastName": one.last_name or AGENT,
        "Company": one.company or AGENT,
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
    if one.people.isdigit() and "Operate_People__c" in custom:
        row["Operate_People__c"] = int(one.people)
    return salesforce.add({name: text for name, text in row.items() if text != ""}, created=one.created)


def _enter_in_operate(operate: Operate, one: Enquiry, location: str) -> str:
    lines = [*one.street.split("\n"), "", ""][:3]
    row = {
        "locationname": location,
        "leadname": one.company,
        "firstname": one.first_name,
        "lastname": one.last_name,
        "emailaddress": one.email,
        "phoneno": one.phone,
        "mobileno": one.mobile,
        "website": one.website,
        "addressline1": lines[0],
        "addressline2": lines[1],
        "addressline3": lines[2],
        "town": one.town,
        "county": one.county,
        "postcode": one.postcode[:10],
        "country": one.country,
        "leadsource": one.source,
        "industry": one.industry,
        "numberofpeople": one.people,
        "locationrequired": one.area,
        "otherneeds": one.notes,
    }
    return operate.add({name: text for name, text in row.items() if text}, created=one.created)
