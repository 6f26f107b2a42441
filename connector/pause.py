"""Pausing the hosted job: a mark in the ledger, so that it outlives a restart. Imports the port of the ledger."""

from dataclasses import dataclass

from connector.core.model import Micros
from connector.ledger.port import Ledger

MARK = "job.paused"
LONGEST = 80
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Since when the hosted job rests, and who said so ("" where nobody gave a name)."""

    since: Micros
    by: str = ""

    @property
    def who(self) -> str:
        """The part of a sentence that says who."""
        return f" by {self.by}" if self.by else ""


def pause(ledger: Ledger, at: Micros, by: str = "") -> bool:
    """Let the hosted job rest after the cycle that is under way; False where it rests already."""
    with ledger.transaction():
        if paused(ledger) is not None:
            return False
        ledger.log.set_mark(MARK, f"{at} {named(by)}")
    return True


def named(by: str) -> str:
    """A name as it is kept: on one line, and not too long."""
    return " ".join(by.split())[:LONGEST]


def by_whom(by: str) -> str:
    """The end of a sentence of the history; nothing where nobody gave a name."""
    return f", by {named(by)}" if by else ""


def resume(ledger: Ledger) -> bool:
    """Let the hosted job go on; False where it was not paused."""
    with ledger.transaction():
        found = paused(ledger) is not None
        ledger.log.set_mark(MARK, "")
    return found


def paused(ledger: Ledger) -> Paused | None:
    """Since when the hosted job is paused, or None."""
    since, _, by = ledger.log.mark(MARK).partition(" ")
    return Paused(int(since), by) if since.isdecimal() else None
