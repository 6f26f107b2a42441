"""The sweep: deletes that leave no trace, commits older than the overlap, and drift that no stamp tells of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.core.guard import Brakes
from connector.core.model import SECOND, SIDES, LinkState, Micros, Side
from connector.crm.memory_faults import Lost
from connector.cycle import preview, sync
from connector.errors import Braked
from tests.cycle.people import CROWD, NATIVE, OP, SF, Writes, cycle, edit, emails, enter, links, once, shows, started
from tests.simulation.world import World

DAY = 86400
WEEK = 7 * DAY


def test_a_delete_in_operate_is_found_within_a_day(world: World) -> None:
    """It leaves no trace; the link ends, nothing is written, and nobody is made anew."""
    ada = started(world, "ada", "bo")["ada"]
    world.operate.person_deletes(ada.ids[OP])
    assert cycle(world).ended == 0
    writes = Writes(world)
    result = cycle(world, DAY)
    assert (result.ended, result.sides[OP].gone, result.sides[OP].swept) == (1, 1, 1)
    assert links(world)["ada"].ended == "deleted in operate"
    assert writes.all == []
    assert emails(world, SF) == ["ada@example.com", "bo@example.com"]


def test_only_those_who_are_missing_are_asked_for(world: World) -> None:
    """A sweep over unchanged leads costs the two listings, is not repeated, and changes nothing."""
    ada = started(world, *CROWD)["ada"]
    cycle(world)
    writes = Writes(world)
    cycle(world, DAY)
    assert [writes.requests[side].count("ids") for side in SIDES] == [1, 1]
    assert [writes.requests[side].count("get") for side in SIDES] == [0, 0]
    cycle(world)
    assert [writes.requests[side].count("ids") for side in SIDES] == [1, 1]
    world.operate.person_deletes(ada.ids[OP])
    cycle(world, DAY)
    assert writes.requests[OP].count("get") == 1


@pytest.mark.parametrize("side", SIDES)
def test_an_edit_committed_hours_late_is_found_within_a_day(world: World, side: Side) -> None:
    """Its stamp lies before the overlap of every later poll."""
    known = started(world, "ada", "bo")
    ada, bo = known["ada"].ids, known["bo"].ids
    field = {NATIVE["city"][side]: "Ghent"}
    world.crm(side).person_edits_slowly(ada[side], field, world.time() + 5 * 3600 * SECOND)
    for hour in range(7):
        edit(world, side, bo[side], city=f"Hull{hour}")
        cycle(world, 3600)
    assert shows(world, side.other, ada[side.other], "city") == ""
    result = cycle(world, DAY)
    assert result.sides[side].missed == 1
    assert shows(world, side.other, ada[side.other], "city") == "Ghent"


def test_a_lead_committed_hours_late_is_found_within_a_day(world: World) -> None:
    """A new one, which no listing of changes shows."""
    bo = started(world, "bo")["bo"]
    typed = {"last_name": "cy", "company": "cy", "email": "cy@example.com"}
    native = {NATIVE[rule][SF]: text for rule, text in typed.items()}
    world.salesforce.person_creates_slowly(native, world.time() + 5 * 3600 * SECOND)
    for hour in range(7):
        edit(world, SF, bo.ids[SF], city=f"Hull{hour}")
        cycle(world, 3600)
    assert emails(world, OP) == ["bo@example.com"]
    cycle(world, DAY)
    assert emails(world, OP) == ["bo@example.com", "cy@example.com"]


def drift(world: World, record_id: str) -> None:
    """A value changes in Operate, and its stamp does not."""
    row = world.operate.records()[record_id]
    world.operate._rows.save(replace(row, native={**row.native, "town": "Ghent"}), at=row.stamp)


def test_drift_without_a_stamp_is_found_within_a_week(world: World) -> None:
    """Every value is compared then; a day is too short for that."""
    known = started(world, "ada", "bo")
    ada, bo = known["ada"], known["bo"]
    world.time.advance(2 * DAY)
    edit(world, OP, bo.ids[OP], city="Hull")
    cycle(world)
    cycle(world)
    drift(world, ada.ids[OP])
    cycle(world, DAY)
    assert shows(world, SF, ada.ids[SF], "city") == ""
    cycle(world, WEEK)
    assert shows(world, SF, ada.ids[SF], "city") == "Ghent"


def test_somebody_asks_for_a_sweep(world: World) -> None:
    """Everything is compared at once, and the next sweeps are due a day and a week later."""
    known = started(world, "ada", "bo")
    world.operate.person_deletes(known["bo"].ids[OP])
    drift(world, known["ada"].ids[OP])
    result = sync(world.pair, everything=True)
    assert shows(world, SF, known["ada"].ids[SF], "city") == "Ghent"
    assert (result.ended, result.sides[OP].swept) == (1, 1)
    writes = Writes(world)
    cycle(world, DAY - 1)
    assert "ids" not in writes.requests[OP]


class Forgetful:
    """A listing that leaves out everybody but the first few, and says nothing about it."""

    def __init__(self, world: World, few: int) -> None:
        self._ids, self.few = world.operate.ids, few
        world.operate.ids = self.ids  # type: ignore[method-assign]

    def ids(self) -> Iterator[tuple[str, Micros]]:
        """The first few."""
        return iter(list(self._ids())[: self.few])


def test_an_absence_is_believed_only_by_id(world: World) -> None:
    """Whoever is missing from the listing, and is there when asked for, stays linked."""
    started(world, *CROWD)
    Forgetful(world, 15)
    result = cycle(world, DAY)
    assert result.ended == 0
    assert all(link.state is LinkState.LIVE for link in links(world).values())


def test_a_listing_that_has_shrunk_is_not_believed(world: World) -> None:
    """A brake stops the cycle before anybody is asked for."""
    started(world, *CROWD)
    Forgetful(world, 5)
    writes = Writes(world)
    with pytest.raises(Braked, match="operate listed 5 leads, but 20 are known"):
        cycle(world, DAY)
    assert "get" not in writes.requests[OP]


def test_many_deletes_at_once_wait_for_somebody(world: World) -> None:
    """What the sweep found counts against the brakes like anything else."""
    known = started(world, *CROWD)
    world.pair = replace(world.pair, brakes=Brakes(floor=2))
    for name in CROWD[:5]:
        world.operate.person_deletes(known[name].ids[OP])
    with pytest.raises(Braked):
        cycle(world, DAY)


@pytest.mark.parametrize("method", ["ids", "get"])
def test_a_sweep_that_fails_is_tried_again_in_the_next_cycle(world: World, method: str) -> None:
    """The cycle itself goes on without it, and says so."""
    known = started(world, "ada", "bo")
    world.operate.person_deletes(known["ada"].ids[OP])
    edit(world, SF, known["bo"].ids[SF], city="Hull")
    world.time.advance(DAY)
    world.on_io = once(OP, method, "after", Lost())
    result = sync(world.pair)
    assert any("could not be swept" in problem for problem in result.problems)
    assert shows(world, OP, known["bo"].ids[OP], "city") == "Hull"
    world.on_io = lambda side, what, phase: None
    assert cycle(world).sides[OP].gone == 1


def test_somebody_asks_to_stop_while_it_is_swept(world: World) -> None:
    """Nothing is sent; the next cycle sweeps again."""
    known = started(world, "ada", "bo")
    world.operate.person_deletes(known["ada"].ids[OP])
    world.time.advance(DAY)
    asked: list[bool] = []

    def heard(side: Side, method: str, phase: str) -> None:
        if method == "ids":
            asked.append(True)

    world.on_io = heard
    result = sync(world.pair, stop=lambda: bool(asked) and links(world)["ada"].state is LinkState.LIVE)
    assert (str(result.status), result.ended) == ("stopped", 0)
    assert cycle(world).ended == 1


def test_a_preview_shows_what_the_sweep_finds(world: World) -> None:
    """The preview is the plan, also where a sweep is due; it changes nothing."""
    ada = started(world, "ada")["ada"]
    row = world.operate.records()[ada.ids[OP]]
    world.time.advance(DAY)
    cycle(world)
    late = replace(row, native={**row.native, "town": "Ghent"})
    world.operate._rows.save(late, at=world.time() - 7200 * SECOND)
    world.time.advance(DAY)
    before = world.ledger.log.marks("swept.")
    plan = preview(world.pair)
    assert [change.value for lead in plan.leads for change in lead.changes] == ["Ghent"]
    assert world.ledger.log.marks("swept.") == before


def test_a_record_that_takes_no_part_is_read_again_once(world: World) -> None:
    """What was edited in a lead that is converted is known afterwards: the next day asks no more."""
    ada = started(world, "ada")["ada"]
    world.operate.person_converts(ada.ids[OP])
    cycle(world)
    edit(world, OP, ada.ids[OP], city="Ghent")
    cycle(world)
    writes = Writes(world)
    cycle(world, DAY)
    assert "get" not in writes.requests[OP]


def test_a_stranger_without_news_is_read_again_once(world: World) -> None:
    """Its stamp is known, also where nothing of the mapping has changed."""
    started(world, "ada")
    apart = enter(world, OP, "zed", email="")
    world.operate.person_converts(apart)
    cycle(world)
    edit(world, OP, apart, city="")
    cycle(world)
    writes = Writes(world)
    cycle(world, DAY)
    assert "get" not in writes.requests[OP]
