"""What the recipients of alerts have heard, over restarts: a mark of the ledger for each alert.

While the ledger cannot be written, which is an alert by itself, all of it stands in a note beside the ledger. That note
wins until it is in the ledger, because it is the newer of the two.
"""

import json
from collections.abc import Mapping as Map
from typing import Protocol

from connector.alerts import MARK
from connector.bench import OpenLedger
from connector.errors import ConnectorError
from connector.ledger.port import Ledger


class Note(Protocol):
    """A text that outlasts the process, "" where there is none (`connector.ledger.aside`)."""

    def read(self) -> str:
        """What was written last."""

    def write(self, text: str) -> bool:
        """Replace it; False where that cannot be."""


class Nowhere:
    """No note: a restart finds nothing but the ledger."""

    def read(self) -> str:
        """Nothing."""
        return ""

    def write(self, text: str) -> bool:
        """Only nothing can be kept."""
        return not text


class Heard:
    """Reads and writes what was heard: the name of an alert and a text for each. Opens the ledger for a moment.

    `write_ledger` is how it is opened to be written, which may make one.
    """

    def __init__(self, read_ledger: OpenLedger, write_ledger: OpenLedger, note: Note) -> None:
        self._read_ledger, self._write_ledger, self._note = read_ledger, write_ledger, note

    def load(self) -> dict[str, str] | None:
        """Everything that was heard; None where that cannot be known now."""
        noted = _noted(self._note.read())
        if noted is not None:
            return noted
        try:
            with self._read_ledger() as ledger:
                return _marked(ledger)
        except ConnectorError:  # it may be what there is to tell
            return None

    def save(self, texts: Map[str, str]) -> bool:
        """Keep all of this, and nothing else; False where it could be kept nowhere."""
        try:
            with self._write_ledger() as ledger, ledger.transaction():
                before = _marked(ledger)
                for name in before.keys() | texts.keys():
                    if before.get(name) != texts.get(name):
                        ledger.log.set_mark(MARK + name, texts.get(name, ""))
        except ConnectorError:
            return self._note.write(json.dumps(dict(texts)))
        return not self._note.read() or self._note.write("")


def _marked(ledger: Ledger) -> dict[str, str]:
    return {name.removeprefix(MARK): text for name, text in ledger.log.marks(MARK).items()}


def _noted(text: str) -> dict[str, str] | None:
    """The note as it was written; None where there is none, or where it was damaged."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return {str(name): str(each) for name, each in found.items()}
