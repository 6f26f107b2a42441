"""A small note beside a ledger file, for what has to outlast a restart when the ledger itself cannot be written.

The file takes its room while there is some and is overwritten where it stands: that needs no free space, unless the
file system copies on write. Imports the standard library only.
"""

import os
from pathlib import Path

ROOM = 4096
"""Bytes of the file, whatever is in it."""


class Aside:
    """The note `<ledger>.aside`. A disk on which it cannot be kept is no error: whoever reads it finds nothing."""

    def __init__(self, ledger: Path) -> None:
        self._path = ledger.with_name(ledger.name + ".aside")

    def prepare(self) -> None:
        """Take the room, before anything goes wrong."""
        if len(self._bytes()) != ROOM:
            self.write("")

    def read(self) -> str:
        """What was written last; "" where there is nothing."""
        return self._bytes().decode(errors="replace").strip()

    def _bytes(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            return b""

    def write(self, text: str) -> bool:
        """Replace what is there ("" removes it); False where that cannot be, or where the text is too long."""
        content = text.encode().ljust(ROOM)
        if len(content) > ROOM:
            return False
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return False
        try:
            os.ftruncate(descriptor, ROOM)
            return os.pwrite(descriptor, content, 0) == ROOM
        except OSError:
            return False
        finally:
            os.close(descriptor)
