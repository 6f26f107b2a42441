"""The match index follows what happens to records: edited, ended, deleted, and after an upgrade."""

from dataclasses import replace

import pytest

from connector.core.match.keys import COUNTERPART
from connector.core.model import SIDES, Side
from connector.cycle import preview
from tests.cycle.people import OP, SF, cycle, edit, emails, enter, started, with_mapping
from tests.ledger.samples import carriers
from tests.simulation.world import MAPPING, World


def found(world: World, name: str, kind: str = "email") -> list[tuple[Side, str]]:
    """The records that the index knows under somebody's address."""
    text = f"{name}@example.com" if kind == "email" else name
    return list(carriers(world.ledger, kind, [text]).get(text, ()))


def without_index(world: World) -> None:
    """As an upgrade leaves a ledger: who was in the index, but nothing of what they carry."""
    for side in SIDES:
        known = {link.ids[side] for link in world.ledger.links.all() if side in link.ids}
        world.ledger.keys.put(side, {record_id: {} for record_id in world.ledger.keys.known(side, sorted(known))})
    world.ledger.log.set_mark("rule.(match)", "")


def test_a_linked_lead_is_found_under_its_new_address(world: World) -> None:
    """The edit and the write that follows it both move the index."""
    ada = started(world, "ada")["ada"]
    edit(world, OP, ada.ids[OP], email="lovelace@example.com")
    cycle(world)
    cycle(world)
    assert found(world, "ada") == []
    assert found(world, "lovelace") == sorted((side, ada.ids[side]) for side in SIDES)


@pytest.mark.parametrize("side", SIDES)
def test_a_deleted_record_is_not_found_and_its_partner_is(world: World, side: Side) -> None:
    """Before and after the index was made anew, and when both are gone."""
    ada = started(world, "ada", "bo")["ada"]
    world.crm(side).person_deletes(ada.ids[side])
    edit(world, side.other, ada.ids[side.other], city="Ghent")
    cycle(world, 100_000)
    assert found(world, "ada") == [(side.other, ada.ids[side.other])]
    without_index(world)
    cycle(world)
    assert found(world, "ada") == [(side.other, ada.ids[side.other])]
    world.ledger.keys.drop(side.other, [ada.ids[side.other]])
    without_index(world)
    cycle(world, 100_000)
    assert found(world, "ada") == []


@pytest.mark.parametrize("side", SIDES)
def test_the_living_partner_of_an_ended_link_is_found_under_its_new_address(world: World, side: Side) -> None:
    """Nothing flows any more, but it is still somebody's counterpart."""
    ada = started(world, "ada", "bo")["ada"]
    world.crm(side).person_deletes(ada.ids[side])
    cycle(world)
    edit(world, side.other, ada.ids[side.other], email="lovelace@example.com")
    cycle(world)
    assert found(world, "lovelace") == [(side.other, ada.ids[side.other])]
    without_index(world)
    cycle(world)
    assert found(world, "lovelace") == [(side.other, ada.ids[side.other])]
    assert found(world, "ada") == []


def test_a_converted_lead_is_found_under_its_new_address(world: World) -> None:
    """It takes no part; a new enquiry of that person is recognised all the same."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_converts(ada.ids[SF])
    cycle(world)
    edit(world, OP, ada.ids[OP], email="lovelace@example.com")
    cycle(world)
    assert found(world, "lovelace") == [(OP, ada.ids[OP])]
    assert found(world, "ada") == [(SF, ada.ids[SF])]


def test_a_linked_record_that_names_another_is_found_by_it(world: World) -> None:
    """Somebody typed another counterpart id; when it is put right, that claim is gone."""
    ada = started(world, "ada")["ada"]
    cycle(world)
    record = world.salesforce.records()[ada.ids[SF]]
    assert found(world, ada.ids[OP], COUNTERPART) == [(SF, ada.ids[SF])]
    world.salesforce._rows.save(replace(record, counterpart_id="999", stamp=world.time()))
    cycle(world)
    assert found(world, "999", COUNTERPART) == [(SF, ada.ids[SF])]
    cycle(world)
    assert found(world, "999", COUNTERPART) == []
    assert found(world, ada.ids[OP], COUNTERPART) == [(SF, ada.ids[SF])]


def test_an_upgrade_makes_the_index_anew_without_asking_a_crm(world: World) -> None:
    """Linked leads and strangers are found again; nothing is listed, and nobody is told that the mapping changed."""
    ada = started(world, "ada", "bo")["ada"]
    cycle(world, 100_000)
    cleo = enter(world, OP, "cleo")
    cycle(world, 1)
    before = found(world, "ada")
    assert before == sorted((side, ada.ids[side]) for side in SIDES)
    without_index(world)
    assert found(world, "ada") == []
    assert preview(world.pair).rules == ()
    result = cycle(world, 1)
    assert (result.sides[SF].read, result.sides[OP].read) == (0, 1)
    assert found(world, "ada") == before
    assert found(world, "cleo") == [(OP, cleo)]


def test_a_change_of_who_is_who_alone_reads_nothing_again(world: World) -> None:
    """The values are in the ledger: the index follows from them."""
    with_mapping(world, MAPPING.replace("match: {email: email, ", "match: {"))
    ada = started(world, "ada")["ada"]
    assert found(world, "ada") == []
    cycle(world, 100_000)
    with_mapping(world, MAPPING)
    result = cycle(world)
    assert result.sides[SF].read == result.sides[OP].read == 0
    assert found(world, "ada") == sorted((side, ada.ids[side]) for side in SIDES)
    assert emails(world, OP) == ["ada@example.com"]
