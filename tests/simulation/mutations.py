"""Every promise of `broken`, one at a time: the simulator notices. `python -m tests.simulation.mutations` shows how."""

import argparse
import sys
import time
from collections.abc import Iterable

from tests.simulation.broken import MUTATIONS, Mutation
from tests.simulation.run import judged
from tests.simulation.schedule import plan
from tests.simulation.violation import Violation

SEEDS = range(1, 201)
"""So many histories at most are tried for each."""


def caught(mutation: Mutation, seeds: Iterable[int] = SEEDS) -> tuple[int, Violation] | None:
    """The first seed whose history shows that this promise is broken, and how; None where no seed does.

    The seed that showed it before is tried first.
    """
    for seed in (mutation.seed, *seeds):
        with mutation.patch():
            violation = judged(plan(seed), twice=False)
        if violation is not None and violation.check.split()[0] in mutation.caught_by:
            return seed, violation
    return None


def main() -> int:
    """Print which check notices which mutation, and after how many seeds; 1 where one goes unnoticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutations", description=__doc__)
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="so many seeds at most for each mutation")
    parser.add_argument("--only", default="", help="mutations whose name has this text")
    asked = parser.parse_args()
    missed = 0
    for mutation in MUTATIONS:
        if asked.only not in mutation.name:
            continue
        begun = time.monotonic()
        found = caught(mutation, range(1, asked.seeds + 1))
        missed += found is None
        told = f"{found[1].check} | {found[0]}" if found is not None else "NOT NOTICED |"
        print(f"| {mutation.name} | {told} | {time.monotonic() - begun:.1f} s |", flush=True)  # noqa: T201
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
