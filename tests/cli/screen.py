"""What a person sees in a terminal: a command run in a real one, and the screen it leaves."""

import os
import pty
import re
import subprocess
import sys
from fcntl import ioctl
from struct import pack
from termios import TIOCSWINSZ

_PIECE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


def screen_of(code: str, *args: str, columns: int = 80) -> list[str]:
    """Run Python code in a terminal of that width; the lines on the screen (and above it) afterwards."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, pack("HHHH", 50, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen(
        [sys.executable, "-c", code, *args], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ):
        os.close(theirs)
        written = b""
        while piece := _read(ours):
            written += piece
    os.close(ours)
    return drawn(written.decode())


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux tells the end of the other side so
        return b""


def drawn(written: str) -> list[str]:
    """The lines that a terminal shows after these characters (cursor up, erase, return and line feed)."""
    rows, row, column = [""], 0, 0
    for found in _PIECE.finditer(written):
        figures, command, turn, text = found.groups()
        if command == "A":
            row = max(0, row - int(figures or 1))
        elif command == "K":
            rows[row] = "" if figures == "2" else rows[row][:column]
        elif turn == "\r":
            column = 0
        elif turn == "\n":
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif text:
            rows[row] = rows[row].ljust(column)[:column] + text + rows[row][column + len(text) :]
            column += len(text)
    return "\n".join(line.rstrip() for line in rows).rstrip("\n").split("\n")
