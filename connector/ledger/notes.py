"""What the client of a side learnt about its CRM, kept for the next process. Imports the port of the ledger."""

from collections.abc import Mapping

from connector.core.model import Side
from connector.ledger.port import Ledger


def keep_notes(ledger: Ledger, side: Side, notes: Mapping[str, str]) -> None:
    """Store these; others stay as they are."""
    for name, text in notes.items():
        ledger.log.set_mark(f"{_prefix(side)}{name}", text)


def kept_notes(ledger: Ledger, side: Side) -> dict[str, str]:
    """Everything that was stored of a side."""
    prefix = _prefix(side)
    return {name.removeprefix(prefix): text for name, text in ledger.log.marks(prefix).items()}


def _prefix(side: Side) -> str:
    return f"notes.{side}."
