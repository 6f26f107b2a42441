"""Brakes: from when on a plan or a listing is suspicious."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connector.core.guard import COUNTED, Brakes, Tally, guard_listing, guard_plan, is_believable
from connector.errors import Braked


def counting(counts: Mapping[str, Any]) -> Tally:
    """A plan that would do so much."""
    return replace(Tally(), **counts)


@pytest.mark.parametrize("name", COUNTED)
def test_a_large_share_of_many_leads_is_stopped(name: str) -> None:
    """Above the floor and above the share: the figures are in the error."""
    with pytest.raises(Braked) as stopped:
        guard_plan(counting({name: 11}), 100, Brakes(floor=10, share=0.1))
    assert stopped.value.facts == {"brake": name, "planned": 11, "linked": 100, "leads": 11}


@pytest.mark.parametrize(("count", "linked"), [(10, 0), (10, 100), (11, 110), (100, 1000)])
def test_up_to_the_floor_or_the_share_nothing_brakes(count: int, linked: int) -> None:
    """Few leads, or few of many, are an ordinary day."""
    guard_plan(counting(dict.fromkeys(COUNTED, count)), linked, Brakes(floor=10, share=0.1))


def test_the_limit_is_the_larger_of_fifty_and_a_fifth() -> None:
    """As the documentation says."""
    guard_plan(Tally(updates=50), 3, Brakes())
    guard_plan(Tally(updates=2000), 10_000, Brakes())
    for updates, linked in ((51, 3), (2001, 10_000)):
        with pytest.raises(Braked, match=f"{updates} updates"):
            guard_plan(Tally(updates=updates), linked, Brakes())


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 3000))
def test_a_plan_passes_when_all_its_leads_are_allowed(
    creates: int, updates: int, ends: int, replaced: int, linked: int
) -> None:
    """The number in the message is enough, and one less is not; it then says what was allowed."""
    tally = Tally(creates=creates, updates=updates, ends=ends, replaced=replaced)
    assume(max(creates, updates, ends) > max(50, 0.2 * linked) or replaced > max(10, 0.1 * linked))
    with pytest.raises(Braked) as stopped:
        guard_plan(tally, linked, Brakes())
    leads = int(stopped.value.facts["leads"])
    assert f"--allow-changes {leads}" in str(stopped.value)
    guard_plan(tally, linked, Brakes(allowed=leads))
    with pytest.raises(Braked, match=f"more than the {leads - 1} that were allowed"):
        guard_plan(tally, linked, Brakes(allowed=leads - 1))


@pytest.mark.parametrize("listed", [0, 1, 49])
def test_a_listing_that_shrank_is_not_believed(listed: int) -> None:
    """Half of the known records are missing: rights, not deletes."""
    with pytest.raises(Braked, match=f"operate listed {listed} leads"):
        guard_listing("operate", listed, 100, Brakes(allowed=99 - listed))
    guard_listing("operate", listed, 100, Brakes(allowed=100 - listed))


@pytest.mark.parametrize("known", [2, 10, 11])
def test_a_listing_of_nobody_is_not_believed(known: int) -> None:
    """In a small tenant, too: lost rights look like that."""
    with pytest.raises(Braked, match=f"operate listed 0 leads, but {known} are known"):
        guard_listing("operate", 0, known, Brakes(allowed=known - 1))
    guard_listing("operate", 0, known, Brakes(allowed=known))


def test_a_few_deletes_are_no_mass() -> None:
    """As long as anybody is listed at all, so many leads may be gone as are the floor."""
    guard_listing("operate", 1, 11, Brakes(few=10))
    with pytest.raises(Braked, match="operate listed 1 leads, but 12 are known"):
        guard_listing("operate", 1, 12, Brakes(few=10))


def test_the_only_lead_may_be_deleted() -> None:
    """A tenant with one lead is not stopped by its delete."""
    guard_listing("operate", 0, 1, Brakes())


@pytest.mark.parametrize(("listed", "known"), [(50, 100), (100, 100), (0, 0), (500, 100)])
def test_an_ordinary_listing_is_believed(listed: int, known: int) -> None:
    """At least the share of what was known, or nothing known yet."""
    guard_listing("operate", listed, known, Brakes())


@pytest.mark.parametrize(("listed", "hidden"), [(4, 0), (0, 0), (99, 1), (199_000, 1_000)])
def test_a_listing_that_hides_hardly_anybody_is_believed(listed: int, hidden: int) -> None:
    """While people write, a few fall between two pages."""
    assert is_believable(listed, hidden)


@pytest.mark.parametrize(("listed", "hidden"), [(2, 2), (3, 1), (0, 1), (98, 1), (190_000, 10_000)])
def test_a_listing_that_hides_a_noteworthy_share_is_not_believed(listed: int, hidden: int) -> None:
    """It may hide others whom nobody knows to be there."""
    assert not is_believable(listed, hidden)
