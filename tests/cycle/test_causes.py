"""What waits for a person, grouped by why it does."""

from collections.abc import Sequence

from connector import parked
from connector.core.model import Write
from connector.errors import Refusal
from tests.cycle.people import OP, SF, cycle, edit, enter, started
from tests.simulation.world import World


def _causes(world: World) -> list[tuple[int, str, str, str]]:
    return [(each.waiting, each.code, each.rule, each.told) for each in parked.causes(world.ledger)]


def test_nothing_parked_has_no_cause(world: World) -> None:
    """As long as everybody is in step."""
    started(world, "ada", "bo")
    assert parked.causes(world.ledger) == []


def test_the_same_trouble_of_many_leads_is_one_cause(world: World) -> None:
    """The most frequent first, each with one lead to look at, and what to do; what was left alone does not count."""
    known = started(world, "ada", "bo", "cy", "di")
    for name in ("ada", "bo", "cy"):
        edit(world, OP, known[name].ids[OP], city="", notes="x" * 33_000)
    here = enter(world, SF, "eve")
    there = enter(world, OP, "eve", email="kim@other.example", company="Tern Works", city="Hull")
    cycle(world)
    assert _causes(world) == [(3, "too_long", "notes", ""), (2, "review", "", "")]
    long, doubt = parked.causes(world.ledger)
    assert long.example.ids == known["ada"].ids
    assert "fit: cut" in long.advice
    assert doubt.example.item_id in {f"salesforce:{here}", f"operate:{there}"}
    assert "matches list" in doubt.advice
    parked.ignore(world.ledger, long.example.item_id, world.time.now)
    assert _causes(world)[0][0] == 2


def test_what_a_crm_refuses_is_told_with_its_own_code(world: World) -> None:
    """Two rules of a CRM are two causes, also where they refuse the same field."""

    def refuses(write: Write) -> Sequence[Refusal]:
        cities = {native.get("City", "") for native in write.rules.values()}
        own = {"Ghent": ("CUSTOM_VALIDATION", "no Ghent, please"), "Hull": ("BAD_PICKLIST", "no such town")}
        return [Refusal("City", *own[city]) for city in cities & own.keys()]

    known = started(world, "ada", "bo", "cy")
    world.salesforce.refuses = refuses
    for name, city in (("ada", "Ghent"), ("bo", "Ghent"), ("cy", "Hull")):
        edit(world, OP, known[name].ids[OP], city=city)
    cycle(world)
    assert _causes(world) == [(2, "refused", "city", "CUSTOM_VALIDATION"), (1, "refused", "city", "BAD_PICKLIST")]
    assert "no Ghent, please" in parked.causes(world.ledger)[0].example.reason
