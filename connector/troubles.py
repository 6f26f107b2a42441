"""What can keep the hosted job from its work: what each is called, what it means, and what to do.

Pure. Imports advice and the model only.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from connector.advice import Advice
from connector.core.model import SIDES, Micros

SOMEBODY = "A CRM"
_NAMED = re.compile(r"(?:^|[;:] )(salesforce|operate)\b(?![./@-]?\w)", re.IGNORECASE)
"""Which CRM a message is about: it begins with the name, or a part of it does."""


class Kind(StrEnum):
    """What keeps the job from its work."""

    OUTAGE = "outage"
    """A CRM is away."""
    REFUSED = "refused"
    """A CRM answers, and refuses to be read, or answers what nobody can read, or hides who is there."""
    BRAKE = "brake"
    BACKFILL = "backfill"
    """No first backfill yet."""
    BUDGET = "budget"
    """No API requests are left."""
    MAPPING = "mapping"
    """The mapping file cannot be used; the mapping from before stays in force."""
    OTHER_MAPPING = "other_mapping"
    """Another process uses another mapping on the ledger."""
    BUSY = "busy"
    """Another cycle runs on the ledger."""
    STOPPED = "stopped"
    """Somebody has to mend something; the job has ended."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a trouble is called, what that means ("": nothing more), what its end is called, and what to do."""

    title: str
    means: str
    over: str
    advice: Advice

    @property
    def whole(self) -> str:
        """Its name, and what it means."""
        return f"{self.title}; {self.means}" if self.means else self.title

    @property
    def reason(self) -> str:
        """Its name within a sentence."""
        return self.title[:1].lower() + self.title[1:]

    @property
    def ended(self) -> str:
        """Its end within a sentence."""
        return self.over[:1].lower() + self.over[1:]


CALLED = {
    Kind.OUTAGE: Called(
        "A CRM cannot be reached",
        "",
        "Both CRMs can be reached again",
        Advice(
            "Nothing is lost: it is tried again by itself. If it lasts, look at the status pages of Salesforce and "
            "essensys and at the network; `connector check` names what fails.",
            "Nothing is lost: it is tried again by itself. If it lasts, look at the status pages of Salesforce and "
            "essensys.",
        ),
    ),
    Kind.REFUSED: Called(
        "A CRM refuses to be read",
        "no lead is kept in step",
        "Both CRMs can be read again",
        Advice(
            "Run `connector check`: it names what is missing. Mostly a permission, a field, the connector's user or "
            "what it may see was changed in that CRM; once its administrator has given it back, the job goes on.",
            "Tell the administrator of that CRM, and whoever runs the connector, what is written here: mostly a "
            "permission, a field or the connector's user was changed.",
        ),
    ),
    Kind.BRAKE: Called(
        "A brake has stopped the plan",
        "nothing was written",
        "The brake is released",
        Advice(
            "Look at `connector preview`. If it is right, `connector sync --allow-changes N` lets N leads through "
            "once; if not, mend the mapping or the leads.",
            "Make a preview. If it is right, let it through there; if not, correct the leads or the mapping.",
        ),
    ),
    Kind.BACKFILL: Called(
        "Waiting for the first backfill",
        "nothing is written before",
        "The first backfill is done",
        Advice(
            "Look at `connector backfill`, then run the command that it ends with.",
            "Make a preview, look at it, and start the backfill there.",
        ),
    ),
    Kind.BUDGET: Called(
        "The API requests of the day are used up",
        "",
        "There are API requests left again",
        Advice(
            "It goes on by itself. If it happens again, find out which integration uses them (Salesforce: Setup, API "
            "usage), or raise SALESFORCE_ORG_CALLS_PERCENT.",
            "It goes on by itself. If it happens again, find out which integration uses them (Salesforce: Setup, API "
            "usage).",
        ),
    ),
    Kind.STOPPED: Called(
        "The connector has ended",
        "somebody has to mend something",
        "The connector runs again",
        Advice(
            "Mend what is named, run `connector check`, then start `connector run` again.",
            "Tell whoever runs the connector what is written here.",
        ),
    ),
    Kind.MAPPING: Called(
        "The mapping file cannot be used",
        "the mapping from before stays in force",
        "The mapping file can be used again",
        Advice(
            "Leads are kept in step as before. Mend the file, look with `connector mapping check --live`; it is taken "
            "up by itself. Do not restart the job before: it would not start.",
            "Leads are kept in step as before. Tell whoever runs the connector: the mapping file has to be mended.",
        ),
    ),
    Kind.OTHER_MAPPING: Called(
        "Another process uses another mapping",
        "nothing is written",
        "The mapping is the same again",
        Advice(
            "Give every process that uses this ledger the same CONNECTOR_MAPPING. If the job's mapping is the right "
            "one, restart the job.",
            "Tell whoever runs the connector what is written here.",
        ),
    ),
    Kind.BUSY: Called(
        "Another cycle is running on the same ledger", "this one waits for it", "", Advice("Nothing has to be done.")
    ),
}
UNSUCCESSFUL = Called(
    "No cycle was successful for",
    "",
    "A cycle was successful again",
    Advice(
        "Look at the log and at `connector status`; if the job does not go on, restart it: nothing is lost.",
        "Look at the last cycles below, and tell whoever runs the connector.",
    ),
)
"""That nothing went well, whatever the trouble; how long follows."""
REASONS = frozenset({Kind.OUTAGE, Kind.REFUSED, Kind.BRAKE, Kind.BUDGET, Kind.OTHER_MAPPING, Kind.STOPPED})
"""Troubles that are a reason by themselves; another cycle on the ledger is one only when it takes too long."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps the job from its work since when, in words; `which` brake, and how many `leads` would have to pass.

    `here` is the same in the words of the console, "" where they do not differ.
    """

    kind: Kind
    text: str
    since: Micros
    which: str = ""
    leads: int = 0
    here: str = ""

    @property
    def whole(self) -> str:
        """What it is called, and what that means; a CRM by its name where the text says which one it is."""
        called = CALLED[self.kind].whole
        found = {name.lower() for name in _NAMED.findall(self.text)}
        named = [side.capitalize() for side in SIDES if side in found]
        if len(named) == 1 or self.kind is Kind.OUTAGE:
            return called.replace(SOMEBODY, " and ".join(named) or SOMEBODY, 1)
        return called
