"""A process that is killed where it touches the world: a share of `python -m tests.system.crash_points`."""

import random
from pathlib import Path

import pytest

from connector.core.model import Side
from tests.system.crash_points import DONE, STAGES, SWEEP, SYNC, Wrong, chosen, staged
from tests.system.dying import AFTER, BEFORE

SHARE = 24


@pytest.mark.parametrize("stage", STAGES)
def test_a_cycle_killed_at_a_boundary_ends_like_any_other(stage: str, tmp_path: Path) -> None:
    """Restarted, it brings everybody to both sides once, keeps every edit, and falls quiet."""
    command, field, deletes = STAGES[stage]
    with staged(tmp_path, command, counterpart=field, deletes=deletes) as made:
        points = made.points()
        kinds = {point[:2] for point in points}
        assert kinds == {
            *((side, phase) for side in ("salesforce", "operate") for phase in (BEFORE, DONE, AFTER)),
            *(("ledger", phase) for phase in (BEFORE, AFTER)),
        }
        assert all(made.dies_at(point) for point in chosen(points, SHARE)), "it was over before it was to be killed"
        one, other = random.Random(1).sample(points, 2)
        assert made.dies_at(one, other), "the first death came too late"


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("phase", [BEFORE, DONE, AFTER])
def test_a_cycle_killed_at_a_delete(side: Side, phase: str, tmp_path: Path) -> None:
    """Before it leaves, once it is carried out, and once its answer is there: the partner goes, and nobody else."""
    with staged(tmp_path, SWEEP, counterpart="ud_salesforceid", deletes=True) as made:
        points = made.points()
        (delete,) = [number for number, method in enumerate(made.asked[side], 1) if method == "DELETE"]
        assert (str(side), phase, delete) in points
        assert made.dies_at((str(side), phase, delete))


def test_a_cycle_that_believes_in_a_write_before_it_is_sent_is_noticed(tmp_path: Path) -> None:
    """Killed between the two, such a connector would take the edit for done: these checks are able to fail."""
    with staged(tmp_path, SYNC, counterpart="ud_salesforceid") as made:
        made.points()
        update = made.asked[Side.OPERATE].index("POST", 1) + 1
        assert made.dies_at(("operate", BEFORE, update))
        with pytest.raises(Wrong, match="somebody typed"):
            made.dies_at(("operate", BEFORE, update), broken="the base moves before the write")
