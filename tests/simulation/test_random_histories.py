"""Promises 1 to 4 over random histories of whole cycles."""

from contextlib import closing

import pytest

from tests.simulation.history import History

HISTORIES = 300
CHUNK = 25


@pytest.mark.parametrize("first", range(0, HISTORIES, CHUNK))
def test_no_history_breaks_a_promise(first: int) -> None:
    """Edits at every step, lost and late requests, lossy sides, crashes: it converges, without doubles or losses."""
    for seed in range(first, first + CHUNK):
        history = History(seed)
        with closing(history.world):
            try:
                history.run()
                history.check()
            except AssertionError as broken:
                raise AssertionError(f"seed {seed}: {broken}") from broken
