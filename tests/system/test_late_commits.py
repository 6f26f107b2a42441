"""No record is missed: late commits, equal stamps, skewed clocks, and edits while pages are read, over real HTTP.

The first five cases are a published probe of two extract tools: one of them misses a lead that is committed five
minutes late, both miss one that is twenty minutes late.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.core.model import SECOND, SIDES, Side
from connector.core.result import Scope
from connector.cycle import backfill, sync
from tests.system.clocked import Clocked, clocked


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Clocked]:
    """A pair after its first backfill and a quiet cycle; its cursors are half an hour old at most."""
    with clocked(tmp_path) as made:
        for side in SIDES:
            for name in ("Before", "Gone"):
                made.enter(side, f"{name}{side.capitalize()}")
        made.advance(7200)
        backfill(made.pair, Scope())
        made.advance(120)
        sync(made.pair)
        yield made


def arrives(here: Clocked, side: Side, name: str) -> bool:
    """Whether the next two cycles bring a lead of one side to the other, once."""
    for _ in range(2):
        here.advance(120)
        sync(here.pair)
    there = here.people(side.other)
    return sum(count for (last, _), count in there.items() if last == name) == 1


def hold_back(here: Clocked, side: Side, minutes: int) -> None:
    """Let the next save become visible only when the cursor is so many minutes past its stamp."""
    app = here.sandbox.salesforce if side is Side.SALESFORCE else here.sandbox.operate
    app.late_commit(minutes * 60 + 150)


def pass_by(here: Clocked, side: Side, minutes: int) -> None:
    """Let cycles move the cursor past it, by what others do meanwhile."""
    app = here.sandbox.salesforce if side is Side.SALESFORCE else here.sandbox.operate
    app.late_commit(0)
    here.advance(minutes * 60 + 60)
    here.enter(side, "Meanwhile")
    here.advance(65)
    sync(here.pair)


@pytest.mark.parametrize("side", SIDES)
def test_a_new_lead_is_seen(here: Clocked, side: Side) -> None:
    """Case 1 of the probe."""
    here.enter(side, "New")
    assert arrives(here, side, "New")


@pytest.mark.parametrize("side", SIDES)
def test_a_deleted_lead_is_seen(here: Clocked, side: Side) -> None:
    """Case 2: Salesforce shows deletes; Operate leaves no trace, and asking for it by its id finds out."""
    name = f"Gone{side.capitalize()}"
    record_id = here.record_id(side, name)
    app = here.sandbox.salesforce if side is Side.SALESFORCE else here.sandbox.operate
    app.remove(record_id)
    here.advance(120)
    if side is Side.SALESFORCE:
        assert sync(here.pair).ended == 1
    else:
        assert here.pair.crms[side].get([record_id]) == {}
        assert backfill(here.pair, Scope()).ended == 1
    assert here.people(side.other)[(name, "")] == 1, "the partner is left as it is"


@pytest.mark.parametrize("side", SIDES)
def test_a_lead_with_exactly_the_stamp_of_the_cursor_is_seen(here: Clocked, side: Side) -> None:
    """Case 3."""
    behind = (here.now() - here.cursor(side)) / SECOND
    here.advance(-behind)
    here.enter(side, "Equal")
    here.advance(behind)
    assert arrives(here, side, "Equal")


@pytest.mark.parametrize("minutes", [5, 20])
@pytest.mark.parametrize("side", SIDES)
def test_a_lead_committed_late_is_seen(here: Clocked, side: Side, minutes: int) -> None:
    """Cases 4 and 5: it becomes visible when the cursor is this far past its stamp."""
    hold_back(here, side, minutes)
    here.enter(side, "Late")
    stamp = here.now()
    pass_by(here, side, minutes)
    assert here.cursor(side) >= stamp + minutes * 60 * SECOND
    assert here.people(side.other)[("Late", "")] == 0
    assert arrives(here, side, "Late")


@pytest.mark.parametrize("minutes", [5, 20])
@pytest.mark.parametrize("side", SIDES)
def test_an_edit_committed_late_is_seen(here: Clocked, side: Side, minutes: int) -> None:
    """The same for an edit of a lead that is known already."""
    name = f"Before{side.capitalize()}"
    hold_back(here, side, minutes)
    here.note(side, name, "called back")
    pass_by(here, side, minutes)
    assert here.people(side.other)[(name, "called back")] == 0
    here.advance(120)
    sync(here.pair)
    assert here.people(side.other)[(name, "called back")] == 1


@pytest.mark.parametrize("side", SIDES)
def test_a_small_overlap_would_miss_it(here: Clocked, side: Side) -> None:
    """The probe tells: with an overlap of ten seconds, as others have it, nobody ever sees the late lead."""
    pair = replace(here.pair, timing=replace(here.pair.timing, overlap=10 * SECOND))
    here = replace(here, pair=pair)
    hold_back(here, side, 5)
    here.enter(side, "Late")
    pass_by(here, side, 5)
    assert not arrives(here, side, "Late")
