"""The simulator on the command line: `python -m tests.simulation --seeds 1:10000 --jobs 2`."""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulation.run import Failure, failure_of, failures
from tests.simulation.schedule import plan

CHUNK = 50


def main() -> int:
    """Run seeds and tell what is wrong with them; 1 where anything is."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", default="1:200", help="first:last, the last one included")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seed", type=int, help="play this seed alone")
    parser.add_argument("--story", action="store_true", help="print the whole history of --seed, too")
    asked = parser.parse_args()
    if asked.seed is not None:
        return _one(asked.seed, story=asked.story)
    first, _, last = asked.seeds.partition(":")
    return _many(range(int(first), int(last or first) + 1), asked.jobs)


def _one(seed: int, *, story: bool) -> int:
    if story:
        _say(str(plan(seed)))
    failure = failure_of(seed)
    _say(f"{failure}" if failure is not None else f"seed {seed}: nothing is wrong")
    return int(failure is not None)


def _many(seeds: range, jobs: int) -> int:
    begun, found = time.monotonic(), 0
    for failure in _all(seeds, jobs):
        found += 1
        _say(f"{failure}\n")
    seconds = time.monotonic() - begun
    rate = len(seeds) / seconds * 3600
    _say(f"{len(seeds)} seeds, {found} violations, {seconds:.0f} s on {jobs} jobs: {rate:.0f} seeds an hour")
    return int(found > 0)


def _all(seeds: range, jobs: int) -> Iterator[Failure]:
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    with ProcessPoolExecutor(jobs) as pool:
        running = [pool.submit(failures, chunk) for chunk in chunks]
        for number, done in enumerate(as_completed(running), 1):
            yield from done.result()
            print(f"{number * CHUNK} of {len(seeds)}", end="\r", file=sys.stderr, flush=True)  # noqa: T201


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is a command


if __name__ == "__main__":
    sys.exit(main())
