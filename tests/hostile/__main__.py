"""Many trials: `python -m tests.hostile [salesforce|operate] [CALL] [COUNT] [SEED]`; a COUNT of 0 means all of a call.

Whole cycles: `python -m tests.hostile cycles [COUNT] [SEED]`.
"""

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.hostile import trials
from tests.hostile.cycles import cycles


def main(side: str = "", call: str = "", count: str = "0", seed: str = "0") -> int:
    """Run them, print the complaints, and count."""
    bad = 0
    for name, stand_of in {"salesforce": trials.salesforce, "operate": trials.operate}.items():
        if side and side != name:
            continue
        with stand_of() as stand:
            for each in stand.calls:
                if call and call != each.name:
                    continue
                tally = Counter[bool]()
                for complaint in stand.trials(each, int(count), int(seed)):
                    tally[bool(complaint)] += 1
                    if complaint:
                        print(f"{name}: {complaint}", flush=True)  # noqa: T201
                bad += tally[True]
                print(f"{name}, {each.name}: {tally.total()} trials, {tally[True]} complaints", flush=True)  # noqa: T201
    return bool(bad)


def many_cycles(count: str = "500", seed: str = "0") -> int:
    """Run cycles, and print the complaints."""
    bad = 0
    with TemporaryDirectory() as folder, cycles(Path(folder)) as made:
        for complaint in made.trials(int(count), int(seed)):
            bad += 1
            print(complaint, flush=True)  # noqa: T201
    print(f"cycles: {count} trials, {bad} complaints")  # noqa: T201
    return bool(bad)


if __name__ == "__main__":
    given = sys.argv[1:]
    sys.exit(many_cycles(*given[1:]) if given[:1] == ["cycles"] else main(*given))
