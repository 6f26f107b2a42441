"""Three machines, three clocks: a CRM whose clock, stamps and all, is minutes or hours away from ours, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.core.model import SIDES, Side
from connector.core.result import Scope
from connector.cycle import backfill, sync
from connector.sandbox.http import Fault
from tests.system.clocked import Clocked, clocked

MINUTE, HOUR = 60, 3600
AHEAD = [
    {Side.SALESFORCE: seconds, Side.OPERATE: -opposite * seconds}
    for seconds in (-3 * HOUR, -11 * MINUTE, 11 * MINUTE, 3 * HOUR)
    for opposite in (0, 1)
] + [{Side.OPERATE: seconds} for seconds in (-3 * HOUR, -11 * MINUTE, 11 * MINUTE, 3 * HOUR)]


@pytest.fixture(params=AHEAD, ids=lambda ahead: ", ".join(f"{side} {apart:+}" for side, apart in ahead.items()))
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clocked]:
    """A pair after its first backfill; a lost create in Operate is known by its values and its time alone."""
    with clocked(tmp_path, ahead=request.param, counterpart=None) as made:
        made.enter(Side.SALESFORCE, "Before")
        made.advance(HOUR)
        backfill(made.pair, Scope())
        made.advance(120)
        sync(made.pair)
        yield made


def test_new_leads_and_edits_arrive_from_both_sides(here: Clocked) -> None:
    """Within two cycles, once, and then all is quiet; somebody entered on both sides is one lead."""
    for side in SIDES:
        here.enter(side, f"New{side.capitalize()}")
        here.enter(side, "Twice")
    here.note(Side.OPERATE, "Before", "called back")
    for _ in range(2):
        here.advance(120)
        sync(here.pair)
    expected = {("Before", "called back"): 1, ("NewSalesforce", ""): 1, ("NewOperate", ""): 1, ("Twice", ""): 1}
    assert [dict(here.people(side)) for side in SIDES] == [expected, expected]
    here.note(Side.SALESFORCE, "Before", "wrote back")
    here.advance(120)
    sync(here.pair)
    assert here.people(Side.OPERATE)[("Before", "wrote back")] == 1
    here.advance(120)
    assert sync(here.pair).writes == 0


@pytest.mark.parametrize("side", SIDES)
def test_a_create_whose_answer_is_lost_is_made_once(here: Clocked, side: Side) -> None:
    """However far apart the clocks are, the new record is found, and its source is not created a second time."""
    here.enter(side.other, "Lost")
    server = here.sandbox.salesforce_server if side is Side.SALESFORCE else here.sandbox.operate_server
    method, path = ("PATCH", "composite") if side is Side.SALESFORCE else ("PUT", "/lead")
    server.fault(Fault("lost_after", method=method, path=path))
    for wait in (120, 120, 900, 120, 120):
        here.advance(wait)
        sync(here.pair)
    assert [here.people(each)[("Lost", "")] for each in SIDES] == [1, 1]
    assert here.pair.ledger.intents.open() == []


def test_a_lead_committed_late_is_seen(here: Clocked) -> None:
    """Twenty minutes late by the CRM's own clock, as without any difference."""
    for side in SIDES:
        app = here.sandbox.salesforce if side is Side.SALESFORCE else here.sandbox.operate
        app.late_commit(20 * MINUTE)
        here.enter(side, f"Late{side.capitalize()}")
    for _ in range(12):
        here.advance(2 * MINUTE)
        sync(here.pair)
    assert all(here.people(side)[(f"Late{side.other.capitalize()}", "")] == 1 for side in SIDES)
