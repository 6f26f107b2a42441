"""Brakes: from when on a plan or a listing is suspicious."""

import pytest

from connector.core.guard import Brakes, Tally, guard_listing, guard_plan
from connector.errors import Braked


@pytest.mark.parametrize("name", ["creates", "clearings", "ends"])
def test_a_large_share_of_many_leads_is_stopped(name: str) -> None:
    """Above the floor and above the share: the figures are in the error."""
    brakes = Brakes(floor=10, creates=0.1, clearings=0.1, ends=0.1)
    with pytest.raises(Braked) as stopped:
        guard_plan(Tally(**{name: 11}), 100, brakes)
    assert stopped.value.facts == {"brake": name, "planned": 11, "linked": 100}


@pytest.mark.parametrize(("count", "linked"), [(10, 0), (10, 100), (11, 110), (100, 1000)])
def test_up_to_the_floor_or_the_share_nothing_brakes(count: int, linked: int) -> None:
    """Few leads, or few of many, are an ordinary day."""
    guard_plan(Tally(count, count, count, count), linked, Brakes(floor=10, creates=0.1, clearings=0.1, ends=0.1))


def test_updates_never_brake() -> None:
    """An edit of everybody is visible and can be taken back."""
    guard_plan(Tally(updates=10_000), 10_000, Brakes())


@pytest.mark.parametrize("listed", [0, 1, 49])
def test_a_listing_that_shrank_is_not_believed(listed: int) -> None:
    """Half of the known records are missing: rights, not deletes."""
    with pytest.raises(Braked, match="operate listed"):
        guard_listing("operate", listed, 100, Brakes())


@pytest.mark.parametrize(("listed", "known"), [(50, 100), (100, 100), (0, 0), (500, 100)])
def test_an_ordinary_listing_is_believed(listed: int, known: int) -> None:
    """At least the share of what was known, or nothing known yet."""
    guard_listing("operate", listed, known, Brakes())
