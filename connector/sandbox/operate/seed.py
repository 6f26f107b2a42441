"""What the tenant holds before the first lead: buildings, staff and pick lists. All of it is made up.

The records the reference shows keep the ids they have there (7th Avenue is 4, Anthony Smith 27, "Hot Lead " 568).
Imports the standard library only.
"""

import random
import uuid
from collections.abc import Iterator, Mapping

FIRST_DAY = "2009-08-13T15:22:45+00:00"

# Referred to by the samples, never asked for themselves.
FIXED_LISTS: Mapping[str, Mapping[str, str]] = {
    "organization": {"1": "essensys Ltd"},
    "currency": {"1": "Pounds Sterling", "2": "US Dollars", "3": "Euro"},
    "timezone": {"35": "(UTC) Dublin, Edinburgh, Lisbon, London", "13": "(UTC-05:00) Eastern Time (US & Canada)"},
    "recordtype": {"1": "Account", "2": "Lead", "9": "Location", "83": "Opportunity"},
    "brand": {},
    "meetingpackage": {},
}

_LOCATIONS = {
    1: ("Aldgate Tower", "London", "United Kingdom"),
    2: ("Harbour Exchange", "London", "United Kingdom"),
    3: ("King Street", "Manchester", "United Kingdom"),
    4: ("7th Avenue", "New York", "United States"),
    5: ("Madison Square", "New York", "United States"),
    6: ("Queen's Wharf", "Bristol", "United Kingdom"),
    7: ("Custom House Quay", "Dublin", "Ireland"),
    8: ("Rue de la Loi", "Brussels", "Belgium"),
    9: ("Waverley Gate ", "Edinburgh", "United Kingdom"),
    10: ("The Foundry", "Leeds", "United Kingdom"),
}
_USERS = {
    1: ("Administrator", ""),
    12: ("Paul", "Smith"),
    27: ("Anthony", "Smith"),
    28: ("Josephine", "Smith"),
    31: ("Zoë", "Ångström"),
    32: ("Siobhán", "O'Brien"),
    33: ("Marek", "Dvořák"),
    34: ("Amara", "Okafor"),
}
_BROKERS = {401: "Desk Hunters Ltd", 402: "Harper & Lane Brokers", 403: "Office Finders GmbH"}

_LISTS: Mapping[str, tuple[str, str, Mapping[int, str]]] = {
    "leadsource": (
        "leadsourceid",
        "leadsource",
        {590: "Walk in", 591: "Website", 592: "Broker", 593: "Telephone", 594: "Referral ", 596: "Email Campaign"},
    ),
    "leadtype": (
        "leadtypeid",
        "leadtypename",
        {566: "Cold Lead", 567: "Warm Lead ", 568: "Hot Lead ", 569: "Virtual Office"},
    ),
    "deadleadreason": (
        "deadleadreasonid",
        "deadleadreason",
        {538: "Too Expensive", 539: "No Response", 540: "Window Shopper ", 541: "Went to Competitor"},
    ),
    "lookupleadrejectionreasons": (
        "leadrejectionreasonsid",
        "leadrejectionreason",
        {559: "Duplicate", 560: "No Availability"},
    ),
    "lookupleadoverturnreasons": (
        "leadoverturnreasonsid",
        "leadoverturnreason",
        {558: "Overturn", 561: "Broker Registered First"},
    ),
    "industry": (
        "industryid",
        "industry",
        {
            1: "Accounting",
            2: "Banking",
            3: "Consulting",
            4: "Education",
            5: "Legal",
            6: "Media & Marketing",
            7: "Technology",
            8: "Property ",
        },
    ),
    "region": ("regionid", "regionname", {1: "Region 51", 2: "North", 3: "Central London"}),
    "emailcampaign": ("campaignid", "campaignname", {1: "Spring Offer", 2: "New Building Launch"}),
    "accounttype": (
        "accounttypeid",
        "accounttypename",
        {-1: "Customer", -2: "Prospect", -3: "Broker", -6: "Converted Lead"},
    ),
}


def records(seed: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Every record of the tenant as (object type, filled fields); the same seed gives the same ones."""
    chance = random.Random(seed)
    for name, (id_field, label_field, labels) in _LISTS.items():
        for record_id, label in labels.items():
            yield name, _signed({id_field: str(record_id), label_field: label})
    yield from _client_types()
    for record_id, (label, town, country) in _LOCATIONS.items():
        yield "location", _location(record_id, label, town, country, chance)
    for record_id, (first, last) in _USERS.items():
        yield "user", _user(record_id, first, last, chance)
    yield from _brokers(chance)


def _signed(row: dict[str, str]) -> dict[str, str]:
    return {"creationdate": FIRST_DAY, "updatedate": FIRST_DAY, **row}


def _client_types() -> Iterator[tuple[str, dict[str, str]]]:
    kinds = {1: ("Residential", "Residential"), 2: ("Club Member", ""), 3: ("Virtual", "Virtual")}
    for record_id, (label, connect) in kinds.items():
        row = {
            "clienttypeid": str(record_id),
            "clienttypename": label,
            "clienttypeandorganization": f"essensys Ltd - {label}",
            "organization": "1",
            "residentialclassification": str(label == "Residential").lower(),
            "virtualclassification": str(label == "Virtual").lower(),
            "createdby": "Administrator",
            "updatedby": "Administrator",
        }
        yield "clienttype", _signed(row | ({"connectclienttype": connect} if connect else {}))


def _location(record_id: int, label: str, town: str, country: str, chance: random.Random) -> dict[str, str]:
    american = country == "United States"
    row = {
        "locationid": str(record_id),
        "locationname": label,
        "locationuuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "town": town,
        "country": country,
        "fulladdress": f"{town}<br />{country}",
        "singlelineaddress": f"{town} {country}",
        "telephone": f"+1 212 555 01{chance.randrange(100):02}" if american else _london_number(chance),
        "map": "0,0",
        "currency": "2" if american else "1",
        "timezone": "13" if american else "35",
        "recordtype": "9",
        "published": "true",
        "activerooms": str(chance.randrange(2, 30)),
        "invoiceprefix": "".join(word[0] for word in label.split()) + "-",
        "createdby": "Administrator",
        "updatedby": "Josephine Smith",
    }
    if record_id % 4:  # some buildings are not ready for Connect: its report has something to find
        row |= {"connectsiteid": str(1000 + record_id), "connectcalllogger": "true"}
    return _signed(row)


def _user(record_id: int, first: str, last: str, chance: random.Random) -> dict[str, str]:
    mailbox = f"user{record_id}@operate.example"
    row = {
        "userid": str(record_id),
        "fullname": f"{first} {last}".strip(),
        "firstname": first,
        "lastname": last,
        "emailaddress": mailbox,
        "username": mailbox,
        "isactive": "true",
        "locationname": str(chance.choice(list(_LOCATIONS))),
        "createdby": "Administrator",
        "updatedby": "Administrator",
    }
    return _signed(row)


def _brokers(chance: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
    people = ("Rosa Keller", "Imran Qureshi", "Ingrid Solheim")
    for (account_id, company), person in zip(_BROKERS.items(), people, strict=True):
        signed = {"createdby": "Paul Smith", "updatedby": "Paul Smith", "clienttype": "1"}
        account = {
            "accountid": str(account_id),
            "clientname": company,
            "accounttype_id": "-3",
            "organization": "1",
            "recordtype": "1",
            "balance": "0.0000",
            "leaddadiid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        }
        yield "account", _signed(account | signed)
        first, last = person.split()
        contact = {
            "contactid": str(account_id + 100),
            "fullname": person,
            "firstname": first,
            "lastname": last,
            "emailaddress": f"{first.lower()}@broker{account_id}.example",
            "phoneno": _london_number(chance),
            "address_id": str(account_id),
            "leadname": str(account_id),
            "locationname": "1",
        }
        yield "contact", _signed(contact | signed)


def _london_number(chance: random.Random) -> str:
    # 020 7946 0xxx is reserved for fiction.
    return f"020 7946 0{chance.randrange(1000):03}"
