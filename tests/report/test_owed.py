"""What is still owed to a lead, as `connector show` tells it: each situation in which a cycle could not do all."""

from collections.abc import Iterator

import pytest

from connector.core.model import Link, StrangerState
from connector.crm.memory_faults import Lost
from connector.errors import Refusal, RetryLater
from connector.parked import ignore, retry
from connector.report.owed import Debt, Owed, owed, owed_to_stranger
from tests.cycle.people import OP, SF, cycle, edit, enter, links, once, started, with_mapping
from tests.simulation.world import MAPPING, World

MARKING = MAPPING.replace(
    "rules:\n",
    "lifecycle:\n  salesforce: {converted: {mark: {notes: Won}}, deleted: delete}\nrules:\n",
)


@pytest.fixture
def world() -> Iterator[World]:
    """Two empty CRMs under a mapping that marks partners of converted leads and deletes those of deleted ones."""
    made = World(mapping_text=MARKING)
    yield made
    made.close()


def debts(world: World, name: str = "ada") -> list[tuple[Debt, str, object]]:
    """What is owed to a lead: the kind, the rule and the side."""
    return [(each.kind, each.rule, each.side) for each in _owed(world, name)]


def words(world: World, name: str = "ada") -> str:
    """The same in words."""
    return "; ".join(each.text for each in _owed(world, name))


def _owed(world: World, name: str) -> list[Owed]:
    link: Link = links(world)[name]
    intents = {intent.link_id: intent for intent in world.ledger.intents.open()}
    return owed(link, world.pair.mapping, intents.get(link.link_id))


def away_while(world: World) -> None:
    """Operate takes no write of the next cycle."""
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    cycle(world)
    world.on_io = lambda *_: None


def test_nothing_is_owed_once_a_cycle_did_all(world: World) -> None:
    """Nor by an edit that stays where it was made, nor by a clearing that is not carried over."""
    ada = started(world, "ada")["ada"]
    assert debts(world) == []
    edit(world, SF, ada.ids[SF], city="Ghent")
    cycle(world)
    edit(world, SF, ada.ids[SF], city="")
    cycle(world)
    assert debts(world) == []


def test_an_edit_that_was_seen_and_could_not_be_sent(world: World) -> None:
    """Which value, where to, and why; it is settled with the next cycle."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Gh\x1bent")
    away_while(world)
    assert debts(world) == [(Debt.EDIT, "city", OP)]
    assert words(world) == r"city: Gh\x1bent is still to be written to Operate: edited in Salesforce"
    cycle(world)
    assert debts(world) == []


def test_a_mark_that_waits(world: World) -> None:
    """Unless it stands there already, or the mapping says something else by now."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_converts(ada.ids[SF])
    away_while(world)
    assert debts(world) == [(Debt.MARK, "notes", OP)]
    assert words(world) == "notes: still to be marked Won in Operate: it was converted in Salesforce"
    with_mapping(world, MAPPING)
    assert debts(world) == []
    with_mapping(world, MARKING)
    edit(world, OP, ada.ids[OP], notes="Won")
    away_while(world)
    assert debts(world) == []


def test_a_delete_that_waits(world: World) -> None:
    """It says what will go, in capitals; once somebody has edited the partner, a person is asked instead."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    away_while(world)
    assert debts(world) == [(Debt.DELETE, "", OP)]
    assert words(world) == "its lead in Operate is still to be DELETED: it was deleted in Salesforce"
    edit(world, OP, ada.ids[OP], city="Ghent")
    cycle(world)
    assert debts(world) == [(Debt.PARKED, "", OP)]
    assert words(world).startswith("parked as a whole: ")
    retry(world.ledger, f"L{ada.link_id}", world.time())
    cycle(world)
    assert debts(world) == []


def test_a_delete_whose_answer_was_lost(world: World) -> None:
    """It may still arrive, which is told beside that it is wanted."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    assert debts(world) == [(Debt.HOLD, "", OP), (Debt.DELETE, "", OP)]
    assert "(the delete may still arrive)" in words(world)


def test_an_update_whose_answer_was_lost(world: World) -> None:
    """The rules that are under way, and until when nothing is sent."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent", notes="north side")
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    assert (Debt.HOLD, "", OP) in debts(world)
    assert "(city, notes may still arrive)" in words(world)
    for _ in range(4):
        cycle(world)
    assert debts(world) == []


def test_a_create_whose_answer_was_lost(world: World) -> None:
    """It is looked for, and nobody is told that it would simply be sent again."""
    started(world, "bo")
    enter(world, SF, "ada")
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    assert debts(world) == [(Debt.CREATE, "", OP)]
    assert "the answer was lost: it is looked for" in words(world)
    for _ in range(6):
        cycle(world)
    assert debts(world) == []


def test_a_parked_value_is_owed_until_somebody_leaves_it_alone(world: World) -> None:
    """Then it is nobody's debt any more."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], notes="bad")
    world.operate.refuses = lambda write: [Refusal("otherneeds", "BAD", "no")] if "notes" in write.rules else []
    cycle(world)
    assert debts(world) == [(Debt.PARKED, "notes", OP)]
    ignore(world.ledger, f"L{ada.link_id}:notes", world.time())
    assert debts(world) == []


def test_an_id_that_is_not_on_salesforce_yet(world: World) -> None:
    """The next cycle writes it."""
    started(world, "bo")
    enter(world, OP, "ada")
    enter(world, SF, "ada")
    world.on_io = once(SF, "write", "before", RetryLater("away"))
    cycle(world)
    assert debts(world) == [(Debt.STAMP, "", SF)]
    cycle(world)
    assert debts(world) == []


def test_somebody_without_a_counterpart(world: World) -> None:
    """Whoever waits is still to be found or made."""
    started(world, "bo")
    enter(world, SF, "ada")
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    cycle(world)
    (stranger,) = world.ledger.strangers.inside(StrangerState.WAITING)
    (debt,) = owed_to_stranger(stranger)
    assert (debt.kind, debt.side, debt.text) == (Debt.CREATE, OP, "its lead in Operate is still to be found or made")
