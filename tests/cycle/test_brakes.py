"""Nothing destructive by surprise: suspicious plans and listings stop before their first write."""

from collections.abc import Collection, Iterator
from dataclasses import replace

import pytest

from connector.core.ends import deleted
from connector.core.guard import Brakes
from connector.core.model import Micros
from connector.core.result import Scope, Status
from connector.crm.memory_faults import Lost
from connector.crm.port import Page
from connector.cycle import backfill, preview, sync
from connector.errors import Braked
from tests.cycle.people import CROWD, OP, SF, Writes, cycle, edit, emails, enter, once, shows, started, with_mapping
from tests.simulation.world import MAPPING, World

TIGHT = Brakes(floor=2)


def _tight(world: World) -> None:
    world.pair = replace(world.pair, brakes=TIGHT)


def _import(world: World, *names: str) -> None:
    """Somebody enters all of them at once."""
    for name in names:
        enter(world, SF, name)


def test_a_mass_creation_is_stopped(world: World) -> None:
    """Somebody imported a trade fair list: nothing is written until a person has looked."""
    started(world, "ada", "bo")
    _tight(world)
    _import(world, *CROWD[2:6])
    writes = Writes(world)
    world.time.advance(100)
    with pytest.raises(Braked) as stopped:
        sync(world.pair)
    assert stopped.value.facts == {"brake": "creates", "planned": 4, "linked": 2, "leads": 4}
    assert writes.all == []
    assert world.ledger.log.cycles(1)[0].status == str(Status.BRAKED)
    with pytest.raises(Braked):
        sync(world.pair)
    with pytest.raises(Braked, match="more than the 3 that were allowed"):
        sync(world.pair, allow_changes=3)
    assert writes.all == []
    assert sync(world.pair, allow_changes=4).sides[OP].created == 4


def test_what_was_allowed_once_is_not_allowed_again(world: World) -> None:
    """The next mass is stopped like the first, and so is one that has grown since somebody looked."""
    started(world, "ada", "bo")
    _tight(world)
    _import(world, *CROWD[2:6])
    world.time.advance(100)
    sync(world.pair, allow_changes=4)
    _import(world, *CROWD[6:10])
    world.time.advance(100)
    with pytest.raises(Braked, match="4 creates"):
        sync(world.pair)
    enter(world, SF, CROWD[10])
    world.time.advance(100)
    with pytest.raises(Braked, match=r"5 creates planned for 6 linked leads .* --allow-changes 5`"):
        sync(world.pair, allow_changes=4)


def test_a_mass_update_is_stopped(world: World) -> None:
    """An automation has touched everybody: all the leads of the plan have to be allowed, new ones included."""
    known = started(world, *CROWD[:6])
    _tight(world)
    for link in known.values():
        edit(world, OP, link.ids[OP], city="Hull")
    enter(world, SF, CROWD[7])
    writes = Writes(world)
    world.time.advance(100)
    with pytest.raises(Braked, match=r"6 updates planned for 6 linked leads .limit 2: .* --allow-changes 7`"):
        sync(world.pair)
    assert writes.all == []
    sync(world.pair, allow_changes=7)
    assert {shows(world, SF, link.ids[SF], "city") for link in known.values()} == {"Hull"}


def test_a_mass_update_by_a_changed_mapping_says_so(world: World) -> None:
    """Somebody changed a rule, and the first cycle after it would write to everybody: the rule is named."""
    known = started(world, *CROWD[:6])
    for link in known.values():
        edit(world, SF, link.ids[SF], city="Ghent")
        edit(world, OP, link.ids[OP], notes="desk")
    cycle(world)
    _tight(world)
    without = MAPPING.replace("  city: {salesforce: City, operate: town, fit: cut}\n", "")
    with_mapping(world, without)
    cycle(world)
    for link in known.values():
        edit(world, OP, link.ids[OP], city="")
    cycle(world)
    with_mapping(world, MAPPING)
    writes = Writes(world)
    with pytest.raises(Braked, match=r"6 updates .* 6 of them only because the mapping changed \(city\)"):
        cycle(world)
    assert writes.all == []
    world.time.advance(70)
    assert sync(world.pair, allow_changes=6).sides[OP].updated == 6


def test_a_brake_goes_off_by_itself_when_the_mass_is_gone(world: World) -> None:
    """Somebody took the import back: the next cycle passes, and what was edited meanwhile arrives."""
    known = started(world, *CROWD[:6])
    _tight(world)
    for link in known.values():
        edit(world, OP, link.ids[OP], city="Hull")
    world.time.advance(100)
    with pytest.raises(Braked):
        sync(world.pair)
    for link in known.values():
        edit(world, OP, link.ids[OP], city="")
    edit(world, SF, known[CROWD[0]].ids[SF], notes="desk")
    assert cycle(world).sides[OP].updated == 1


def test_a_mass_clearing_is_stopped(world: World) -> None:
    """A wrong import emptied a column: it does not empty the other side too."""
    names = list(CROWD[:6])
    known = started(world, *names)
    for link in known.values():
        edit(world, SF, link.ids[SF], notes="desk")
    cycle(world)
    _tight(world)
    for link in known.values():
        edit(world, SF, link.ids[SF], notes="")
    writes = Writes(world)
    world.time.advance(100)
    with pytest.raises(Braked, match="6 clearings"):
        sync(world.pair)
    assert writes.all == []
    sync(world.pair, allow_changes=6)
    assert {row.native["otherneeds"] for row in world.operate.records().values()} == {""}


def test_mass_deletes_are_stopped_before_the_first_write(world: World) -> None:
    """Most leads went to the bin: the cycle stops, and other leads are not written either."""
    known = started(world, *CROWD[:6])
    _tight(world)
    for number in range(4):
        world.salesforce.person_deletes(known[CROWD[number]].ids[SF])
    edit(world, SF, known[CROWD[5]].ids[SF], city="Ghent")
    writes = Writes(world)
    world.time.advance(100)
    with pytest.raises(Braked, match="4 ends"):
        sync(world.pair)
    assert writes.all == []


def test_a_shrunken_listing_stops_even_a_backfill(world: World) -> None:
    """A user who lost rights sees few leads: nothing is concluded from that."""
    known = started(world, *CROWD[:6])
    world.pair = replace(world.pair, brakes=Brakes(few=2))
    gone = {link.ids[OP] for link in list(known.values())[:4]}
    for record_id in gone:
        world.operate.person_deletes(record_id)
    writes = Writes(world)
    world.time.advance(100)
    with pytest.raises(Braked, match="operate listed 2 leads, but 6 are known"):
        backfill(world.pair, Scope())
    assert writes.all == []
    assert len(emails(world, SF)) == 6


def test_a_few_leads_are_no_mass(world: World) -> None:
    """Below the floor nothing brakes, however large the share."""
    started(world, "ada")
    _tight(world)
    enter(world, SF, "bo")
    enter(world, SF, "cy")
    assert cycle(world).sides[OP].created == 2


def test_a_mass_deletion_stays_stopped_until_somebody_has_looked(world: World) -> None:
    """Reading has ended the links already; the next cycle is stopped all the same."""
    known = started(world, *CROWD[:6])
    _tight(world)
    for link in list(known.values())[:4]:
        world.salesforce.person_deletes(link.ids[SF])
    world.time.advance(100)
    for _ in range(2):
        with pytest.raises(Braked, match="4 ends planned for 6 linked leads"):
            sync(world.pair)
    assert sync(world.pair, allow_changes=4).status is Status.DONE
    assert sync(world.pair).status is Status.DONE


def test_clearing_a_required_field_everywhere_is_stopped(world: World) -> None:
    """A filler would be written over every last name."""
    with_mapping(world, MAPPING.replace("required: {salesforce: Unknown}}", "required: {salesforce: X}, blank: clear}"))
    known = started(world, *CROWD[:6])
    _tight(world)
    for link in known.values():
        edit(world, OP, link.ids[OP], last_name="")
    with pytest.raises(Braked, match="clearings"):
        cycle(world)


def test_a_preview_says_that_a_brake_would_stop_it(world: World) -> None:
    """Whoever looks before sync knows what sync will say."""
    started(world, "ada", "bo")
    _tight(world)
    _import(world, *CROWD[2:6])
    world.time.advance(100)
    assert any("a brake would stop this" in notice for notice in preview(world.pair).notices)


def test_a_shrunken_listing_can_be_released(world: World) -> None:
    """The leads were deleted on purpose: one backfill passes."""
    known = started(world, "ada", "bo", "cy")
    world.pair = replace(world.pair, brakes=Brakes(few=1))
    for name in ("ada", "bo"):
        world.operate.person_deletes(known[name].ids[OP])
    world.time.advance(100)
    with pytest.raises(Braked, match="listed 1 leads"):
        backfill(world.pair, Scope())
    assert backfill(world.pair, Scope(), allow_changes=2).ended == 2


def test_the_only_lead_is_deleted(world: World) -> None:
    """A small tenant is not stopped by one delete, whether it leaves a few leads or none."""
    ada = started(world, "ada")["ada"]
    world.operate.person_deletes(ada.ids[OP])
    world.time.advance(100)
    assert backfill(world.pair, Scope()).ended == 1


def test_the_only_lead_is_not_listed_and_is_there(world: World) -> None:
    """Asked for by its id, it proves that the listing was wrong: nobody is taken to be new on that side."""
    started(world, "ada")
    enter(world, SF, "bo")
    enter(world, OP, "bo")
    listing = world.operate.changes

    def nobody(since: Micros | None) -> Iterator[Page]:
        for page in listing(since):
            yield replace(page, records=()) if since is None else page

    world.operate.changes = nobody  # type: ignore[method-assign]
    world.time.advance(100)
    result = backfill(world.pair, Scope())
    assert (result.status, result.sides[OP].created, result.ended) == (Status.STOPPED, 0, 0)
    assert any("listed 0 leads and left out 1 that is there" in problem for problem in result.problems)
    world.operate.changes = listing  # type: ignore[method-assign]
    world.time.advance(100)
    assert backfill(world.pair, Scope()).linked == 1
    assert emails(world, OP) == emails(world, SF) == ["ada@example.com", "bo@example.com"]


def hiding(world: World, hides: Collection[str]) -> None:
    """From now on, full listings of Operate leave these records out."""
    listing = world.operate.changes

    def some(since: Micros | None) -> Iterator[Page]:
        for page in listing(since):
            rows = tuple(row for row in page.records if row.record_id not in hides)
            yield replace(page, records=rows) if since is None else page

    world.operate.changes = some  # type: ignore[method-assign]


def test_a_listing_hides_half_of_who_is_there(world: World) -> None:
    """Two are proven to be there and not listed: a third, whom nobody knows yet, is not entered anew."""
    known = started(world, *CROWD[:4])
    enter(world, SF, CROWD[9])
    hiding(world, {known[name].ids[OP] for name in CROWD[:2]} | {enter(world, OP, CROWD[9])})
    world.time.advance(100)
    result = backfill(world.pair, Scope())
    assert emails(world, OP).count(f"{CROWD[9]}@example.com") == 1
    (problem,) = result.problems
    assert "operate could not be read: it listed 2 leads and left out 2" in problem
    assert "look in Operate at the rights of the connector's user and at filters" in problem


@pytest.mark.parametrize("ends", [True, False])
def test_one_lead_of_a_small_tenant_is_never_listed(world: World, *, ends: bool) -> None:
    """It is named, nothing is written to that side, and all goes on once it is listed, or gone by its id as well."""
    known = started(world, *CROWD[:20])
    cycle(world, 7 * 86400)
    hidden, listing = known[CROWD[0]].ids[OP], world.operate.changes
    hiding(world, {hidden})
    edit(world, SF, known[CROWD[5]].ids[SF], city="Ghent")
    for _ in range(3):
        (problem,) = cycle(world, 7 * 86400).problems
        told = "it listed 19 leads and left out 1 that is there when it is asked for by id"
        assert f"operate could not be read: {told} ({hidden}), so that" in problem
    assert shows(world, OP, known[CROWD[5]].ids[OP], "city") == ""
    if ends:
        world.operate.person_deletes(hidden)
    else:
        world.operate.changes = listing  # type: ignore[method-assign]
    assert cycle(world).problems == []
    assert shows(world, OP, known[CROWD[5]].ids[OP], "city") == "Ghent"
    (link,) = world.ledger.links.get([known[CROWD[0]].link_id]).values()
    assert link.ended == (deleted(OP) if ends else "")


def test_three_of_many_that_a_listing_hides_are_named(world: World) -> None:
    """Enough to look at; their number is told."""
    known = started(world, *CROWD[:6])
    hiding(world, {known[name].ids[OP] for name in CROWD[:5]})
    world.time.advance(100)
    (problem,) = backfill(world.pair, Scope()).problems
    assert "it listed 1 lead and left out 5 that are there when they are asked for by id" in problem
    named, _, rest = problem.partition("(")[2].partition(" and ")
    assert len({known[name].ids[OP] for name in CROWD[:5]} & set(named.split(", "))) == 3
    assert rest.startswith("2 more), so that")


def test_who_was_read_by_id_before_the_listing_is_hidden_from_it_all_the_same(world: World) -> None:
    """An update without an answer was settled first: that shows the record, and proves nothing of the listing."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    enter(world, SF, "bo")
    hiding(world, {ada.ids[OP], enter(world, OP, "bo")})
    world.time.advance(100)
    result = backfill(world.pair, Scope())
    assert any("it listed 0 leads and left out 1" in problem for problem in result.problems)
    assert emails(world, OP) == ["ada@example.com", "bo@example.com"]


def test_a_small_tenant_shows_nobody_any_more(world: World) -> None:
    """Two leads, and a listing of none: rights were lost, so no link ends."""
    known = started(world, "ada", "bo")
    for link in known.values():
        world.operate.person_deletes(link.ids[OP])
    world.time.advance(100)
    with pytest.raises(Braked, match="operate listed 0 leads, but 2 are known"):
        backfill(world.pair, Scope())
    assert world.ledger.links.counts().live == 2


@pytest.mark.parametrize("days", [1, 7])
def test_a_preview_goes_on_without_a_shrunken_listing(world: World, days: int) -> None:
    """Daily (ids) and weekly (values): the brake is named as a plan's is, and the rest of the plan is shown."""
    known = started(world, *CROWD[:6])
    world.pair = replace(world.pair, brakes=Brakes(few=2))
    for link in list(known.values())[:4]:
        world.operate.person_deletes(link.ids[OP])
    world.time.advance(days * 86400)
    edit(world, SF, known[CROWD[5]].ids[SF], city="Ghent")
    world.time.advance(100)
    plan = preview(world.pair)
    assert [change.value for lead in plan.leads for change in lead.changes] == ["Ghent"]
    assert any(
        "a brake would stop this" in notice and "operate listed 2 leads, but 6 are known" in notice
        for notice in plan.notices
    )
    with pytest.raises(Braked, match="operate listed 2 leads"):
        sync(world.pair)


@pytest.mark.parametrize("again", ["sync", "backfill"])
def test_records_that_are_suddenly_other_people_stop_everything(world: World, again: str) -> None:
    """A test tenant was set up anew under the same host: nobody's data is written over somebody else's."""
    known = started(world, *CROWD[:12])
    for number, link in enumerate(known.values()):
        edit(world, OP, link.ids[OP], last_name=f"new{number}", email=f"new{number}@example.com", city="Hull")
    writes = Writes(world)
    world.time.advance(100)
    for _ in range(2):
        with pytest.raises(Braked, match="12 of 12 linked leads have another name"):
            backfill(world.pair, Scope()) if again == "backfill" else sync(world.pair)
    assert writes.all == []
