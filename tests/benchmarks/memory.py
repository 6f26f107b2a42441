"""How much memory this process has taken at most, and how much it takes with those that it started."""

import os
from pathlib import Path


def peak() -> float:
    """MB, since its program began: what the system counts for a finished child holds what its parent had, too."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def together() -> float:
    """MB that this process and those that it started take now; what several of them use is counted once."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return sum(_share(number) for number in ("self", *children))


def _share(number: str) -> float:
    rows = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    (line,) = (row for row in rows if row.startswith("Pss:"))
    return int(line.split()[1]) / 1024
