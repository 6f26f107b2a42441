"""What people do around a cycle that dies, and what has to be true of it in the end, whenever it died.

Three acts: what was there before, what is to be carried over when the process dies, and what people do while it is
down. Every lead has a last name of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.core.model import Link, LinkState, Side, StrangerState
from connector.ledger.port import Ledger
from connector.sandbox.operate import Operate
from connector.sandbox.salesforce import Salesforce

SF, OP = Side.SALESFORCE, Side.OPERATE
NAMES: Mapping[Side, Mapping[str, str]] = {
    SF: {
        "name": "LastName",
        "first": "FirstName",
        "company": "Company",
        "email": "Email",
        "city": "City",
        "notes": "Description",
        "postcode": "PostalCode",
    },
    OP: {
        "name": "lastname",
        "first": "firstname",
        "company": "leadname",
        "email": "emailaddress",
        "city": "town",
        "notes": "otherneeds",
        "postcode": "postcode",
    },
}
TOO_LONG = "EC2A 4NE (rear)"
"""A postcode that Operate has no room for: its rule is parked, and the lead goes on without it."""
SEEN = frozenset({"Updsf", "Updop", "Bothed", "Gonesf", "Goneop", "Parked", "Outsf", "Outop", "Later", "Calm"})
"""Whoever is on both sides before."""
MADE = frozenset({"Newsf", "Newlong", "Newop", "Newcopy", "Copyop", "Twice"})
"""Whoever is new on one side (Twice: on both) when the process dies."""
DOUBTED = "Calm"
"""Whose double is entered in Salesforce: nobody is created for that one before a person has said who it is."""

Lead = dict[str, str]


@dataclass
class Offices:
    """Both CRMs as people use them, by the last names of leads."""

    salesforce: Salesforce
    operate: Operate

    def enter(self, side: Side, name: str, **values: str) -> None:
        """Somebody enters a new lead."""
        lead = {"name": name, "first": "Mia", "company": f"{name} Ltd", "email": f"mia@{name.lower()}.example"}
        row = {NAMES[side][key]: value for key, value in {**lead, **values}.items()}
        if side is SF:
            self.salesforce.add(row)
        else:
            self.operate.add({**row, "locationname": min(self.operate.others("location"), key=int)})

    def edit(self, side: Side, name: str, **values: str) -> bool:
        """Somebody edits a lead; False where there is none."""
        fields = {NAMES[side][key]: value for key, value in values.items()}
        for record_id in self.ids(side, name):
            (self.salesforce if side is SF else self.operate).edit(record_id, fields)
        return bool(self.ids(side, name))

    def remove(self, side: Side, name: str) -> None:
        """Somebody deletes a lead."""
        for record_id in self.ids(side, name):
            (self.salesforce if side is SF else self.operate).remove(record_id)

    def ids(self, side: Side, name: str) -> list[str]:
        """The record ids of everybody of this name."""
        return [record_id for record_id, row in self._rows(side).items() if row.get(NAMES[side]["name"]) == name]

    def leads(self, side: Side, name: str) -> list[Lead]:
        """What a side holds about everybody of this name."""
        rows = self._rows(side)
        return [
            {key: str(rows[record_id].get(field) or "") for key, field in NAMES[side].items()}
            for record_id in self.ids(side, name)
        ]

    def everybody(self, side: Side) -> list[str]:
        """All last names, sorted."""
        return sorted(str(row.get(NAMES[side]["name"])) for row in self._rows(side).values())

    def _rows(self, side: Side) -> Mapping[str, Mapping[str, object]]:
        return self.salesforce.leads() if side is SF else self.operate.leads()


def before(offices: Offices) -> None:
    """Everybody who is in both CRMs from the start."""
    for side in Side:
        for name in sorted(SEEN):
            offices.enter(side, name, city="Hull", notes="rang")


def work(offices: Offices, *, deletes: bool = False) -> None:
    """What the cycle that dies has to do: both ways, of every kind.

    `deletes`: the mapping deletes the partners of those who are gone, so nobody edits these.
    """
    offices.edit(SF, "Updsf", city="Ghent")
    offices.edit(OP, "Updop", city="Ulm", notes="rang twice")
    offices.edit(SF, "Bothed", notes="from Salesforce")
    offices.edit(OP, "Bothed", notes="from Operate", city="Bonn")
    if not deletes:
        offices.edit(SF, "Goneop", city="Ghent")
        offices.edit(OP, "Gonesf", city="Ghent")
    offices.remove(OP, "Goneop")
    offices.remove(SF, "Gonesf")
    offices.edit(SF, "Parked", postcode=TOO_LONG, city="Ghent")
    offices.edit(OP, "Outsf", city="Oslo")
    offices.edit(SF, "Outop", city="Sofia")
    strangers(offices)
    offices.enter(SF, DOUBTED)


def strangers(offices: Offices) -> None:
    """Whoever is on one side only, or on both and not linked yet."""
    offices.enter(SF, "Newsf", city="Ghent", notes="two desks")
    offices.enter(SF, "Newlong", postcode=TOO_LONG)
    offices.enter(SF, "Newcopy", city="Ghent")
    offices.enter(OP, "Newop", city="Ulm", notes="one desk")
    offices.enter(OP, "Copyop", city="Ulm")
    offices.enter(SF, "Twice", notes="two desks")
    offices.enter(OP, "Twice", city="Ulm")


def meanwhile(offices: Offices) -> frozenset[str]:
    """What people do while the process is down; whose copy they found and edited."""
    offices.edit(SF, "Outsf", city="Sofia")
    offices.edit(OP, "Outop", city="Oslo")
    offices.edit(OP, "Later", notes="rang later")
    offices.edit(SF, "Newsf", notes="three desks")
    copies = {"Newcopy": OP, "Copyop": SF}
    return frozenset(name for name, side in copies.items() if offices.edit(side, name, city="Oslo"))


def complaints(
    offices: Offices, ledger: Ledger, *, edited: frozenset[str], first: bool, deletes: bool = False
) -> Iterator[str]:
    """Everything that is wrong in the end, in words; `first`: the process died in the first backfill.

    `edited` are those whose copy was there and edited while the process was down. `deletes`: the mapping deletes the
    partner of a lead that was deleted.
    """
    lost = SEEN if first else SEEN - {"Gonesf", "Goneop"}
    doubted = () if first else (DOUBTED,)
    gone = {SF: () if first or deletes else ("Goneop",), OP: () if first or deletes else ("Gonesf",)}
    for side in Side:
        expected = sorted([*lost, *MADE, *gone[side], *(doubted if side is SF else ())])
        if (found := offices.everybody(side)) != expected:
            yield f"{side} holds {found}, and should hold {expected}"
    for name in sorted((lost | MADE) - set(doubted)):
        yield from _differences(offices, name)
    links = {link.link_id: link for link in ledger.links.all()}
    yield from _values(offices, ledger, links, edited, first=first)
    yield from _ledger(ledger, links, len(lost | MADE), doubted)
    if deletes and (untold := _untold(ledger, links)):
        yield f"the history does not tell who was deleted, or tells it more than once: {untold}"


def _differences(offices: Offices, name: str) -> Iterator[str]:
    pairs = zip(offices.leads(SF, name), offices.leads(OP, name), strict=False)
    for here, there in pairs:
        left_out = {"postcode"} if TOO_LONG in here.values() else set()
        for key in sorted(set(here) - left_out):
            if here[key] != there[key]:
                yield f"{name}: {key} is {here[key]!r} in Salesforce and {there[key]!r} in Operate"


def _values(
    offices: Offices, ledger: Ledger, links: Mapping[int, Link], edited: frozenset[str], *, first: bool
) -> Iterator[str]:
    """Every edit is the final value, or gave way to a later one or in a conflict that the history tells."""
    wanted = {("Newsf", "notes"): "three desks", ("Newsf", "city"): "Ghent", ("Newop", "city"): "Ulm"}
    wanted |= {("Twice", "notes"): "two desks", ("Twice", "city"): "Ulm", ("Outsf", "city"): "Sofia"}
    rivals = {}
    for name, copied in (("Copyop", "Ulm"), ("Newcopy", "Ghent")):
        if name in edited:
            rivals[name, "city"] = ("Oslo", copied)
        else:
            wanted[name, "city"] = copied
    if first:  # whoever is not linked yet has two values that differ, and the owner's is taken
        rivals |= {("Outop", "city"): ("Oslo", "Hull"), ("Later", "notes"): ("rang later", "rang")}
    else:
        rivals["Outop", "city"] = ("Oslo", "Sofia")
        wanted |= {("Updsf", "city"): "Ghent", ("Updop", "city"): "Ulm", ("Updop", "notes"): "rang twice"}
        wanted |= {("Bothed", "notes"): "from Salesforce", ("Bothed", "city"): "Bonn", ("Parked", "city"): "Ghent"}
        wanted["Later", "notes"] = "rang later"
        if not _told(offices, ledger, links, "Bothed", "from Operate"):
            yield "Bothed: the history does not tell what was lost"
    for (name, key), value in wanted.items():
        for lead in offices.leads(OP, name):
            if lead[key] != value:
                yield f"{name}: {key} is {lead[key]!r}, and somebody typed {value!r}"
    for (name, key), (last, other) in rivals.items():
        for lead in offices.leads(OP, name):
            if lead[key] != last and not (lead[key] == other and _told(offices, ledger, links, name, last)):
                yield f"{name}: {key} is {lead[key]!r}, and the edit {last!r} is lost"


def _told(offices: Offices, ledger: Ledger, links: Mapping[int, Link], name: str, lost: str) -> bool:
    ids = set(offices.ids(OP, name))
    found = [link.link_id for link in links.values() if link.ids.get(OP) in ids]
    return any(each.lost == lost for link_id in found for each in ledger.log.history(link_id))


def _untold(ledger: Ledger, links: Mapping[int, Link]) -> list[tuple[int, int]]:
    """The ended links whose partner the history does not say to be deleted just once, and how often it does."""
    ended = [link_id for link_id, link in links.items() if link.state is LinkState.ENDED]
    told = {each: [line.kind for line in ledger.log.history(each)].count("deleted") for each in ended}
    return [(link_id, count) for link_id, count in told.items() if count != 1]


def _ledger(ledger: Ledger, links: Mapping[int, Link], linked: int, doubted: tuple[str, ...]) -> Iterator[str]:
    """Nothing is open, held or forgotten."""
    states = [link.state for link in links.values()]
    if states.count(LinkState.LIVE) != linked:
        yield f"{states.count(LinkState.LIVE)} live links, and there should be {linked}"
    if LinkState.OPEN in states or ledger.intents.open():
        yield "a create was never settled"
    if any(link.held for link in links.values()):
        yield "a link is still held"
    counts = ledger.links.counts().strangers
    if counts.get(StrangerState.REVIEW, 0) != len(doubted) or counts.get(StrangerState.WAITING, 0):
        yield f"strangers are {dict(counts)}, and {len(doubted)} should wait for a person"
