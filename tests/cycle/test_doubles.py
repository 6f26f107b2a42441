"""Nobody is created twice, whatever is lost, late or entered twice."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from connector import parked
from connector.core.model import SECOND, SIDES, LinkState, Side, StrangerState
from connector.core.result import Kind, Scope
from connector.crm.memory_faults import Late, Lost
from connector.cycle import backfill, preview, sync
from connector.errors import RetryLater
from tests.cycle.people import OP, SF, Writes, cycle, edit, emails, enter, links, once, shows, started, strangers
from tests.simulation.world import World


@pytest.fixture(params=[True, False], ids=["with field", "without field"])
def either(request: pytest.FixtureRequest) -> Iterator[World]:
    """Operate with and without a field for the counterpart id."""
    with closing(World(operate_counterpart=request.param)) as world:
        yield world


def test_the_same_person_on_both_sides_within_a_minute_is_one_lead(either: World) -> None:
    """Entered here and there in the same minute: linked, not created twice."""
    started(either)
    here, there = enter(either, SF, "ada"), enter(either, OP, "ada", notes="walk-in")
    cycle(either, 1)
    cycle(either)
    (link,) = either.ledger.links.all()
    assert dict(link.ids) == {SF: here, OP: there}
    assert emails(either, SF) == emails(either, OP) == ["ada@example.com"]
    assert shows(either, SF, here, "notes") == "walk-in"


@pytest.mark.parametrize("side", SIDES)
def test_a_person_entered_there_before_the_last_look_is_found_by_it(either: World, side: Side) -> None:
    """Between poll and create somebody enters the same person on the other side: the last look finds them."""
    started(either)
    enter(either, side.other, "ada")
    seen: list[str] = []

    def hook(method: str, phase: str) -> None:
        if (method, phase) == ("changes", "after") and not seen:
            seen.append(enter(either, side, "ada"))

    either.crm(side).on_io = hook
    cycle(either)
    cycle(either)
    assert emails(either, SF) == emails(either, OP) == ["ada@example.com"]
    assert len(links(either)) == 1


@pytest.mark.parametrize("side", SIDES)
def test_a_lost_answer_of_a_create_is_looked_up_at_once(either: World, side: Side) -> None:
    """The create landed, nobody heard of it: it is found, linked and completed in the same cycle."""
    started(either)
    enter(either, side.other, "ada", city="Ghent", notes="hello")
    either.on_io = once(side, "write", "after", Lost())
    assert cycle(either).held == 0
    assert_landed_once(either, side)
    assert cycle(either).writes == 0


@pytest.mark.parametrize("side", SIDES)
def test_a_lost_answer_of_a_create_never_doubles(either: World, side: Side) -> None:
    """The look-up right after fails, too: the create stays open and is settled by a later cycle."""
    started(either)
    enter(either, side.other, "ada", city="Ghent", notes="hello")
    lost: list[str] = []

    def hook(at: Side, method: str, phase: str) -> None:
        if (at, method, phase) == (side, "write", "after") and not lost:
            lost.append(method)
            raise Lost
        if at is side and lost and phase == "before":
            raise RetryLater("away")

    either.on_io = hook
    assert cycle(either).held == 1
    assert len(either.ledger.intents.open()) == 1
    either.on_io = lambda *_: None
    for _ in range(4):
        cycle(either)
    assert_landed_once(either, side)


def assert_landed_once(world: World, side: Side) -> None:
    """One Ada on this side, linked, with everything that was entered, and nothing open."""
    assert emails(world, side) == ["ada@example.com"]
    (link,) = world.ledger.links.all()
    assert link.state is LinkState.LIVE
    assert shows(world, side, link.ids[side], "city") == "Ghent"
    assert shows(world, side, link.ids[side], "notes") == "hello"
    assert world.ledger.intents.open() == []


@pytest.mark.parametrize("side", SIDES)
def test_a_create_that_never_arrived_is_made_after_the_hold(either: World, side: Side) -> None:
    """Two empty look-ups after the hold are believed, not one, and not before."""
    started(either)
    enter(either, side.other, "ada")
    either.on_io = once(side, "write", "before", Lost())
    cycle(either)
    writes = Writes(either)
    cycle(either, 30)
    assert writes.to(side) == [], "still within the hold"
    cycle(either, 40)
    assert writes.to(side) == [], "one empty look-up"
    cycle(either, 20)
    assert len([write for write in writes.to(side) if write.creates]) == 1
    cycle(either)
    assert emails(either, side) == ["ada@example.com"]


@pytest.mark.parametrize("side", SIDES)
def test_a_create_that_lands_late_is_found(either: World, side: Side) -> None:
    """It arrives shortly before the hold ends: still one lead."""
    started(either)
    enter(either, side.other, "ada", city="Hull")
    either.time.advance(70)
    either.on_io = once(side, "write", "before", Late(either.time() + 55 * SECOND))
    cycle(either, 0)
    for seconds in (20, 30, 10, 20, 70, 70):
        cycle(either, seconds)
    assert emails(either, side) == ["ada@example.com"]
    (link,) = either.ledger.links.all()
    assert shows(either, side, link.ids[side], "city") == "Hull"


@pytest.mark.parametrize("side", SIDES)
def test_an_edit_between_a_lost_create_and_its_settling_is_kept(world: World, side: Side) -> None:
    """The person goes on typing at the source while we do not know: the last value arrives."""
    started(world)
    source = enter(world, side.other, "ada", city="Ghent")
    world.on_io = once(side, "write", "after", Lost())
    cycle(world)
    edit(world, side.other, source, city="Hull")
    for _ in range(3):
        cycle(world)
    (link,) = world.ledger.links.all()
    assert shows(world, side, link.ids[side], "city") == "Hull"
    assert shows(world, side.other, source, "city") == "Hull"


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("side", SIDES)
def test_an_unknown_update_is_held_and_then_planned_again(world: World, side: Side, phase: str) -> None:
    """Nothing is sent to that record until the request can no longer arrive, then it comes into step."""
    ada = started(world, "ada")["ada"]
    edit(world, side.other, ada.ids[side.other], city="Ghent")
    world.on_io = once(side, "write", phase, Lost())
    assert cycle(world).held == 1
    writes = Writes(world)
    if phase == "before":
        cycle(world, 20)
        assert writes.all == []
    cycle(world, 60)
    cycle(world)
    assert shows(world, side, ada.ids[side], "city") == "Ghent"
    assert len(writes.all) == (phase == "before")
    assert cycle(world).held == 0


def test_a_late_update_does_not_look_like_a_person(world: World) -> None:
    """An unanswered write lands after a newer value was typed at its source: the newer value wins."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    world.time.advance(70)
    world.on_io = once(OP, "write", "before", Late(world.time() + 50 * SECOND))
    cycle(world, 0)
    edit(world, SF, ada.ids[SF], city="Hull")
    for _ in range(4):
        cycle(world)
    assert shows(world, OP, ada.ids[OP], "city") == shows(world, SF, ada.ids[SF], "city") == "Hull"


def test_a_person_entered_twice_on_one_side_is_created_once(either: World) -> None:
    """The second one is a suspected duplicate, for a person to decide."""
    started(either)
    enter(either, SF, "ada")
    enter(either, SF, "ada")
    cycle(either)
    cycle(either)
    assert emails(either, OP) == ["ada@example.com"]
    assert strangers(either, StrangerState.REVIEW) == ["ada"]


@pytest.mark.parametrize("side", SIDES)
def test_somebody_who_looks_like_a_linked_lead_is_reviewed(either: World, side: Side) -> None:
    """A second Ada is never created on the other side by itself."""
    started(either, "ada")
    enter(either, side, "ada")
    cycle(either)
    cycle(either)
    assert len(emails(either, side.other)) == 1
    assert strangers(either, StrangerState.REVIEW) == ["ada"]


def test_several_candidates_are_reviewed(either: World) -> None:
    """One here, two there: nobody is linked or created by guessing."""
    enter(either, SF, "ada")
    enter(either, OP, "ada")
    enter(either, OP, "ada")
    either.time.advance(100)
    writes = Writes(either)
    backfill(either.pair, Scope())
    assert writes.all == []
    assert len(strangers(either, StrangerState.REVIEW)) >= 1


def test_a_lead_younger_than_the_wait_is_not_created(world: World) -> None:
    """Strangers become new leads late, not early."""
    started(world)
    enter(world, SF, "ada")
    writes = Writes(world)
    cycle(world, 2)
    assert writes.all == []
    cycle(world, 10)
    assert emails(world, OP) == ["ada@example.com"]


@pytest.fixture
def unnamed() -> Iterator[World]:
    """Operate without a field for the counterpart id."""
    with closing(World(operate_counterpart=False)) as world:
        yield world


def test_two_lost_creates_that_look_the_same_are_both_found(unnamed: World) -> None:
    """Brothers of one company without e-mail: two records, two links, whichever is whose."""
    started(unnamed, "zoe")
    for name in ("Al", "Bo"):
        enter(unnamed, SF, "smith", first_name=name, email="")

    def hook(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "write", "after"):
            raise Lost

    unnamed.on_io = hook
    cycle(unnamed)
    unnamed.on_io = lambda *_: None
    for _ in range(4):
        cycle(unnamed)
    assert [len(unnamed.crm(side).records()) for side in SIDES] == [3, 3]
    assert {shows(unnamed, OP, key, "first_name") for key in unnamed.operate.records()} == {"Kim", "Al", "Bo"}


def test_brothers_of_one_company_both_become_leads_as_the_preview_showed(world: World) -> None:
    """The first one is linked when the last look before the second one judges that one again: the plan stays."""
    started(world, "zoe")
    for name in ("Al", "Bo"):
        enter(world, SF, "smith", first_name=name, email="")
    world.operate.batch_size = 1
    world.time.advance(100)
    assert preview(world.pair).count(Kind.CREATE) == 2
    assert sync(world.pair).sides[OP].created == 2
    assert strangers(world, StrangerState.REVIEW) == []


def test_who_enters_somebody_while_that_one_is_made_makes_a_double(world: World) -> None:
    """The new record looks like one whose lead was just made on that side: a person decides, nobody is linked twice."""
    started(world, "zoe")
    enter(world, OP, "bo")
    enter(world, OP, "cy")
    world.salesforce.batch_size = 1
    writes: list[str] = []

    def hook(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (SF, "write", "after"):
            writes.append(method)
            if len(writes) == 1:
                enter(world, SF, "bo")

    world.on_io = hook
    cycle(world)
    world.on_io = lambda *_: None
    cycle(world)
    assert (len(emails(world, OP)), emails(world, SF).count("bo@example.com")) == (3, 2)
    assert strangers(world, StrangerState.REVIEW) == ["bo"]


def test_a_lost_create_next_to_somebody_alike_is_decided_by_a_person(unnamed: World) -> None:
    """Two records may be it: nothing is sent again, and nothing flows back."""
    started(unnamed, "zoe")
    enter(unnamed, SF, "smith", email="")

    def hook(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "write", "after"):
            enter(unnamed, OP, "smith", email="")
            unnamed.on_io = lambda *_: None
            raise Lost

    unnamed.on_io = hook
    for _ in range(6):
        cycle(unnamed)
    assert [len(unnamed.crm(side).records()) for side in SIDES] == [2, 3]
    assert strangers(unnamed, StrangerState.REVIEW) == ["smith"] * 3


def test_what_an_open_create_may_have_made_is_nobodys(unnamed: World) -> None:
    """Settling fails once while the poll works: the record is not taken for somebody new."""
    started(unnamed, "zoe")
    enter(unnamed, SF, "smith", email="")
    asked: list[str] = []

    def hook(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "write", "after"):
            raise Lost
        if (side, method, phase) == (OP, "changes", "before") and unnamed.ledger.intents.open() and len(asked) < 2:
            asked.append(method)
            raise RetryLater("away")

    unnamed.on_io = hook
    cycle(unnamed)
    for _ in range(4):
        cycle(unnamed)
    assert len(asked) == 2
    assert [len(unnamed.crm(side).records()) for side in SIDES] == [2, 2]


def test_a_lead_left_alone_by_decision_is_not_linked_by_itself(either: World) -> None:
    """Somebody decided about it; a namesake that appears later goes to a person, too."""
    started(either, "zoe")
    enter(either, OP, "ada")
    enter(either, OP, "ada")
    cycle(either)
    (item,) = [each for each in parked.items(either.ledger) if each.code == "review"]
    parked.ignore(either.ledger, item.item_id, either.time())
    enter(either, SF, "ada")
    cycle(either)
    cycle(either)
    assert len(emails(either, OP)) == 3


def test_a_review_whose_other_candidate_was_deleted_resolves_itself_on_retry(either: World) -> None:
    """Operate tells of no deletes: before a review is judged, its candidates are asked for."""
    started(either, "zoe")
    enter(either, SF, "ada")
    enter(either, OP, "ada")
    second = enter(either, OP, "ada")
    cycle(either)
    either.operate.person_deletes(second)
    either.time.advance(1000)
    for item in list(parked.items(either.ledger)):
        parked.retry(either.ledger, item.item_id, either.time())
    cycle(either)
    cycle(either)
    assert links(either)["ada"].state is LinkState.LIVE
    assert emails(either, OP) == emails(either, SF)


def test_what_a_late_first_write_covers_is_told(world: World) -> None:
    """Nothing was compared yet when somebody filled in the blank that our write was on its way to."""
    ada = enter(world, SF, "ada")
    enter(world, OP, "ada", city="Ghent")
    world.time.advance(100)
    world.on_io = once(SF, "write", "before", Late(world.time() + 40 * SECOND))
    backfill(world.pair, Scope())
    edit(world, SF, ada, city="Hull")
    cycle(world, 20)
    cycle(world)
    cycle(world)
    (link,) = world.ledger.links.all()
    assert shows(world, SF, ada, "city") == "Ghent"
    told = [line.lost for line in world.ledger.log.history(link.link_id) if line.kind == "conflict"]
    assert told == ["Hull"]


def test_an_edit_that_the_look_up_for_a_create_shows_is_not_written_over_unseen() -> None:
    """It was committed so late that no last look lists it; looking for a create by its values lists it."""
    with closing(World(operate_counterpart=False)) as world:
        known = started(world, "ada", "bo")
        ada, bo = (known[name].ids for name in ("ada", "bo"))
        world.operate.person_edits_slowly(ada[OP], {"town": "Ghent"}, world.time() + 45 * SECOND)
        world.time.advance(30)
        enter(world, SF, "cy")
        seen: list[str] = []

        def meanwhile(side: Side, method: str, phase: str) -> None:
            if (side, phase) != (OP, "after"):
                return
            seen.append(method)
            if seen == ["changes"]:  # the poll; the last look shows it, and Salesforce is looked at for it
                edit(world, OP, bo[OP], notes="call after six")
            if seen.count("write") == 1 and method == "write":
                world.time.advance(10)
                edit(world, SF, ada[SF], city="Jena")
                raise Lost

        world.on_io = meanwhile
        cycle(world, 10)
        world.on_io = lambda *_: None
        cycle(world)
        lost = [line.lost for line in world.ledger.log.history(known["ada"].link_id) if line.kind == "conflict"]
        assert (shows(world, OP, ada[OP], "city"), lost) == ("Jena", ["Ghent"])
