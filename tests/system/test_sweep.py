"""The sweep over real HTTP: what no listing of changes tells is found by both clients within a day."""

from pathlib import Path

import pytest

from connector.core.model import SIDES, Side
from connector.core.result import Scope
from connector.cycle import backfill, sync
from tests.system.clocked import clocked

DAY = 86400


@pytest.mark.parametrize("side", SIDES)
def test_a_day_of_work_is_compared(tmp_path: Path, side: Side) -> None:
    """A delete and a commit hours late are found, absence is asked for by id, and the requests are counted."""
    with clocked(tmp_path) as here:
        for name in ("Stays", "Gone", "Third"):
            here.enter(side, name)
        here.advance(7200)
        backfill(here.pair, Scope())
        here.advance(120)
        sync(here.pair)
        gone = here.record_id(Side.OPERATE, "Gone")
        app = here.sandbox.salesforce if side is Side.SALESFORCE else here.sandbox.operate
        app.late_commit(5 * 3600)
        here.enter(side, "Late")
        app.late_commit(0)
        for number in range(7):
            here.advance(3600)
            here.enter(side, f"Meanwhile{number}")
            here.advance(65)
            sync(here.pair)
        assert not any(last == "Late" for last, _ in here.people(side.other))
        here.sandbox.operate.remove(gone)
        here.advance(DAY)
        before = {each: here.pair.crms[each].calls for each in SIDES}
        result = sync(here.pair)
        here.advance(120)
        sync(here.pair)
        assert sum(count for (last, _), count in here.people(side.other).items() if last == "Late") == 1
        assert (result.sides[Side.OPERATE].gone, result.sides[side].missed) == (1, 1)
        assert all(result.sides[each].swept >= 9 for each in SIDES)
        assert all(here.pair.crms[each].calls > before[each] for each in SIDES)
