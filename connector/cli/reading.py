"""What the reading commands share: an argument that can be looked for, and a mapping also where its file is broken."""

from connector.cli.output import story
from connector.core.mapping.model import Mapping
from connector.core.model import Side
from connector.errors import MappingError, Misconfigured
from connector.report.words import plain
from connector.settings import Settings
from connector.wiring import read_mapping

ROLES = ("first_name", "last_name", "company", "email")


def typed(text: str) -> str:
    """An argument as it was typed, without blanks around it. Raises `Misconfigured` where it is no text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        shown = plain(text)
        raise Misconfigured(f"{shown} is no text in this terminal's encoding: type it again, or use an id.") from None
    return text.strip()


def mapping_or_names(found: Settings) -> Mapping:
    """The mapping; where it cannot be read, one without rules: what the ledger holds is shown under its own names."""
    try:
        return read_mapping(found)
    except (MappingError, Misconfigured) as error:
        first = str(error.findings[0]) if isinstance(error, MappingError) else str(error)
        story(
            f"warning: the mapping cannot be used, so rules and values are shown as the ledger holds them: {first}",
            "yellow",
        )
        return only_names()


def only_names() -> Mapping:
    """A mapping without rules, for what the ledger holds."""
    return Mapping("", Side.SALESFORCE, {}, match={role: role for role in ROLES})
