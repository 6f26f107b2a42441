"""A bounded share of the simulator's seeds; `make simulate` runs many more."""

import pytest

from tests.simulation.run import failure_of

SEEDS = 120
CHUNK = 12
TWICE = 6
"""Every so many seeds one is played twice here; on the command line each is."""


@pytest.mark.parametrize("first", range(1, SEEDS, CHUNK))
def test_no_history_breaks_a_promise(first: int) -> None:
    """Edits at every step, faults of every kind, deaths, changed mappings, ends of leads: every promise holds."""
    for seed in range(first, first + CHUNK):
        failure = failure_of(seed, twice=seed % TWICE == 0)
        assert failure is None, f"\n{failure}"
