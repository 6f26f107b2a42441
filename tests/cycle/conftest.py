"""A world for each test, and its end."""

from collections.abc import Iterator

import pytest

from tests.simulation.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """Two empty CRMs; Operate has a field for the counterpart id."""
    made = World()
    yield made
    made.close()
