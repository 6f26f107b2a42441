"""Every trial: `python -m tests.hostile [salesforce|operate] [CALL] [COUNT] [SEED]`; 0 trials of a call mean all."""

import sys
from collections import Counter

from tests.hostile import trials


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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
