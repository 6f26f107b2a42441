"""What the recipients of alerts have heard, over restarts: a mark of the ledger for each alert.

While the ledger cannot be written, which is an alert by itself, what changed stands in a note beside it ("": it is no
alert any more), and goes into the ledger with the next change that does.
"""

import json
from collections.abc import Mapping as Map
from typing import Protocol

from connector.alerts import MARK
from connector.bench import OpenLedger
from connector.errors import ConnectorError


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
        self._kept: dict[str, str] = {}
        self._late = _noted(note.read())

    def load(self) -> dict[str, str] | None:
        """Everything that was heard; None where that cannot be known now."""
        try:
            with self._read_ledger() as ledger:
                marks = {name.removeprefix(MARK): text for name, text in ledger.log.marks(MARK).items()}
        except ConnectorError:  # it may be what there is to tell
            if not self._late:
                return None
            marks = {}
        self._kept = {name: text for name, text in (marks | self._late).items() if text}
        return dict(self._kept)

    def save(self, texts: Map[str, str]) -> bool:
        """Keep all of this, and nothing else that is known of; False where it could be kept nowhere."""
        names = self._kept.keys() | texts.keys()
        self._late |= {name: texts.get(name, "") for name in names if self._kept.get(name) != texts.get(name)}
        self._kept = dict(texts)
        try:
            with self._write_ledger() as ledger, ledger.transaction():
                for name, text in self._late.items():
                    ledger.log.set_mark(MARK + name, text)
        except ConnectorError:
            return self._note.write(json.dumps(self._late))
        self._late = {}
        return not self._note.read() or self._note.write("")


def _noted(text: str) -> dict[str, str]:
    """The note as it was written; nothing where there is none, or where it was damaged."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(each) for name, each in found.items()} if isinstance(found, dict) else {}
