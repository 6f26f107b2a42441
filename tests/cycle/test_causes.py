"""What waits for a person, grouped by why it does."""

import re
from collections.abc import Sequence
from dataclasses import replace

from connector import parked
from connector.core.model import Parked, Write
from connector.errors import Refusal
from connector.troubles import CALLED
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
    assert "fit: cut" in long.advice.terminal
    assert doubt.example.item_id in {f"salesforce:{here}", f"operate:{there}"}
    assert "matches list" in doubt.advice.terminal
    parked.ignore(world.ledger, long.example.item_id, world.time.now)
    assert _causes(world)[0][0] == 2


def test_the_console_advises_without_a_command() -> None:
    """Whoever looks at its pages has no terminal; and nothing is advised in one wording only."""
    for advice in (*parked.ADVICE.values(), parked.ABOUT_TWO, *(each.advice for each in CALLED.values())):
        assert not re.search(r"`|--|CONNECTOR_|SALESFORCE_", advice.here), advice
        assert advice.terminal


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


def test_what_a_crm_said_stands_apart_from_our_reason(world: World) -> None:
    """Which side refused, the field it named, its code and its words: nobody has to take a sentence apart."""

    def refuses(write: Write) -> Sequence[Refusal]:
        cities = [native["City"] for native in write.rules.values() if "City" in native]
        return [Refusal("City", "CUSTOM_VALIDATION", f"no {city}, please: {'x' * 600}") for city in cities if city]

    known = started(world, "ada")
    world.salesforce.refuses = refuses
    edit(world, OP, known["ada"].ids[OP], city="Ghent")
    cycle(world)
    (item,) = parked.items(world.ledger)
    assert (item.rule, item.side, item.native, item.told) == ("city", SF, "City", "CUSTOM_VALIDATION")
    assert item.words.startswith("no Ghent, please: xxx")
    assert len(item.words) == 500
    assert item.advice.terminal.startswith("correct what the CRM complains of")


def test_a_create_that_is_refused_is_no_question_of_two_people(world: World) -> None:
    """It is a cause of its own, with the CRM's code and words; what it says to do is to correct the lead."""

    def refuses(write: Write) -> Sequence[Refusal]:
        return [Refusal("", "VALIDATION", "not on Sundays")] if write.creates else []

    started(world, "ada")
    world.salesforce.refuses = refuses
    enter(world, OP, "bo")
    cycle(world)
    assert _causes(world) == [(1, "refused", "", "VALIDATION")]
    (item,) = parked.items(world.ledger)
    assert (item.side, item.told, item.words) == (SF, "VALIDATION", "not on Sundays")
    assert "matches list" not in item.advice.terminal
    assert "Salesforce refuses to create it" in item.reason
    world.salesforce.refuses = lambda write: []
    parked.retry(world.ledger, item.item_id, world.time.now)
    cycle(world)
    assert list(parked.items(world.ledger)) == []


def test_the_code_in_a_reason_of_an_older_ledger_still_counts(world: World) -> None:
    """Before, a CRM's code stood in our reason only."""
    link = started(world, "ada")["ada"]
    was = Parked("refused", "no such town [BAD_PICKLIST]", "f", world.time.now)
    world.ledger.links.save([replace(link, parked={"city": was})])
    assert _causes(world) == [(1, "refused", "city", "BAD_PICKLIST")]
