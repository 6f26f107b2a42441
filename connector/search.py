"""Leads by whatever people call them: a record id, a link's number, an e-mail address or a name.

Reads the ledger alone, so it knows what the last cycle saw. Imports core and the ledger's port.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from connector.core.mapping.model import Mapping
from connector.core.model import SIDES, Link, Side, Stranger, StrangerState, Values
from connector.crm.salesforce.values import is_lead_id, to18
from connector.ledger.port import Ledger
from connector.ledger.walk import pages
from connector.parked import link_number

PERSON = ("first_name", "last_name", "company")


@dataclass(slots=True)
class Found:
    """Links and strangers that a word may mean."""

    links: list[Link] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.links) + len(self.strangers)


def find(ledger: Ledger, words: str, mapping: Mapping) -> Found:
    """What these words mean: ids go before link numbers, and those before an e-mail address or parts of a name."""
    found = _by_record(ledger, words)
    if not found and (number := link_number(words)):
        found.links = list(ledger.links.get([number]).values())
    return found or _by_person(ledger, words, mapping)


def _by_record(ledger: Ledger, words: str) -> Found:
    """By a record id: `503`, `operate:503`, or an id of Salesforce with 15 or 18 characters."""
    name, colon, rest = words.partition(":")
    named = [side for side in SIDES if colon and side == name.strip().lower()]
    record_id = rest.strip() if named else words
    links: dict[int, Link] = {}
    found = Found()
    for side in named or SIDES:
        known = to18(record_id) if side is Side.SALESFORCE and is_lead_id(record_id) else record_id
        links |= {link.link_id: link for link in ledger.links.by_record(side, [known]).values()}
        found.strangers += ledger.strangers.get(side, [known]).values()
    found.links = list(links.values())
    return found


def _by_person(ledger: Ledger, words: str, mapping: Mapping) -> Found:
    """By the e-mail address, or by words that all stand in the name or the company; the case does not count."""
    wanted = words.casefold().split()
    found = Found()
    if not wanted:
        return found
    for links in pages(ledger.links.all):
        found.links += [link for link in links if any(_means(tree, wanted, mapping) for tree in link.seen.values())]
    for stranger in _strangers(ledger):
        if _means(stranger.values, wanted, mapping):
            found.strangers.append(stranger)
    return found


def _strangers(ledger: Ledger) -> Iterator[Stranger]:
    for state in StrangerState:
        yield from ledger.strangers.inside(state)


def _means(values: Values, wanted: list[str], mapping: Mapping) -> bool:
    said = {role: values.get(rule, "").casefold() for role, rule in mapping.match.items()}
    if len(wanted) == 1 and "@" in wanted[0]:
        return said.get("email") == wanted[0]
    person = " ".join(said.get(role, "") for role in PERSON)
    return all(word in person for word in wanted)
