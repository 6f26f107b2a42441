"""Copy a ledger into a new file while the connector runs: python backup.py /data/connector.db /data/backup.db

Needs Python 3 alone, and the right to read the ledger. The copy holds leads: only its owner may read it.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

LEDGER = 0x6F704C67
"""SQLite's application id of a ledger."""


def backup(source: Path, target: Path) -> None:
    """One consistent state, whatever is written meanwhile; there is either a whole copy or none."""
    if target.exists():
        raise SystemExit(f"{target} exists already: give a new name, or delete it first.")
    os.umask(0o077)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=60)) as ledger:
            if ledger.execute("PRAGMA application_id").fetchone() != (LEDGER,):
                raise SystemExit(f"{source} is no ledger.")
            ledger.execute("VACUUM INTO ?", [str(part)])
        with closing(sqlite3.connect(part)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()
        if found != ("ok",):
            raise SystemExit(f"{source} is damaged: {found[0]}")
        part.replace(target)
    except sqlite3.Error as error:
        raise SystemExit(f"{source} could not be copied: {error}") from None
    finally:
        part.unlink(missing_ok=True)
    sys.stdout.write(f"{target}: {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python backup.py LEDGER COPY")
    backup(Path(sys.argv[1]), Path(sys.argv[2]))
