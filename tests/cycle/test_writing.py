"""How leads are written: as little as possible, every good rule, each bad one with a reason."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from connector.core.guard import Brakes
from connector.core.model import Side, StrangerState, Write
from connector.core.result import Scope, Status
from connector.crm.memory import Refuses
from connector.crm.memory_faults import Lost
from connector.cycle import backfill, sync
from connector.errors import Refusal
from connector.parked import items, retry
from tests.cycle.people import (
    CROWD,
    OP,
    SF,
    Writes,
    cycle,
    edit,
    emails,
    enter,
    links,
    once,
    shows,
    started,
    strangers,
    with_mapping,
)
from tests.simulation.world import MAPPING, World


def test_a_new_lead_in_operate_is_a_minimum_and_one_increment(world: World) -> None:
    """The minimum carries the counterpart id; everything else follows in one request."""
    started(world)
    source = enter(world, SF, "ada", city="Ghent", notes="two desks")
    writes = Writes(world)
    cycle(world)
    first, second = writes.to(OP)
    assert (set(first.rules), first.counterpart_id, first.stamp) == ({"company"}, source, True)
    assert set(second.rules) == {"first_name", "last_name", "email", "city", "notes"}
    assert not second.stamp
    assert writes.requests[OP].count("write") == 2


def test_without_a_counterpart_field_the_minimum_identifies_the_person() -> None:
    """E-mail and last name join the minimum, so that a lost create can be found again."""
    with closing(World(operate_counterpart=False)) as world:
        started(world)
        enter(world, SF, "ada")
        writes = Writes(world)
        cycle(world)
        assert set(writes.to(OP)[0].rules) == {"company", "email", "last_name"}


def test_a_new_lead_in_salesforce_is_one_upsert(world: World) -> None:
    """Everything at once, with the counterpart id."""
    started(world)
    source = enter(world, OP, "ada", city="Ghent")
    writes = Writes(world)
    cycle(world)
    (write,) = writes.to(SF)
    assert write.creates
    assert (write.counterpart_id, write.stamp) == (source, True)
    assert set(write.rules) == {"first_name", "last_name", "company", "email", "city"}


def test_an_update_sends_only_what_changed(world: World) -> None:
    """One edit is one rule in one write."""
    ada = started(world, "ada", "bo")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    writes = Writes(world)
    cycle(world)
    (write,) = writes.all
    assert (write.side, dict(write.rules)) == (OP, {"city": {"town": "Ghent"}})


@pytest.mark.parametrize("names_fields", [True, False], ids=["named", "unnamed"])
def test_one_bad_field_lets_all_others_land(names_fields: bool) -> None:
    """The refused rule is parked with the CRM's reason; a refusal that names no field is found by halving."""
    with closing(World(names_fields=names_fields)) as world:
        ada = started(world, "ada")["ada"]
        world.operate.refuses = _refuses("notes")
        edit(world, SF, ada.ids[SF], first_name="Ada", last_name="Bo", city="Ghent", notes="bad")
        writes = Writes(world)
        result = cycle(world)
        assert result.status is Status.PARKED
        here, there = (world.crm(side).records()[ada.ids[side]].native for side in (SF, OP))
        assert (there["firstname"], there["lastname"], there["town"]) == ("Ada", "Bo", "Ghent")
        assert (here["Description"], there["otherneeds"]) == ("bad", "")
        parked = links(world)["Bo"].parked
        assert set(parked) == {"notes"}
        assert ("no such word" in parked["notes"].text) == names_fields
        assert len(writes.to(OP)) <= (2 if names_fields else 6)
        again = len(writes.all)
        cycle(world)
        assert len(writes.all) == again, "a refused rule waits for a new value"
        edit(world, SF, ada.ids[SF], notes="good")
        world.operate.refuses = _refuses()
        assert cycle(world).status is Status.DONE
        assert shows(world, OP, ada.ids[OP], "notes") == "good"


@pytest.mark.parametrize("names_fields", [True, False], ids=["named", "unnamed"])
def test_a_new_lead_with_a_bad_field_is_made_without_it(names_fields: bool) -> None:
    """The lead exists with every good rule; the bad one is parked."""
    with closing(World(names_fields=names_fields)) as world:
        started(world)
        enter(world, SF, "ada", city="Ghent", notes="bad")
        world.operate.refuses = _refuses("notes")
        cycle(world)
        ada = links(world)["ada"]
        assert set(ada.parked) == {"notes"}
        assert shows(world, OP, ada.ids[OP], "city") == "Ghent"


def test_a_refused_row_in_salesforce_is_repeated_without_the_rule(world: World) -> None:
    """The other rules of the lead and the other leads of the batch land."""
    known = started(world, "ada", "bo")
    world.salesforce.refuses = _refuses("notes")
    edit(world, OP, known["ada"].ids[OP], city="Ghent", notes="bad")
    edit(world, OP, known["bo"].ids[OP], city="Hull")
    cycle(world)
    assert shows(world, SF, known["ada"].ids[SF], "city") == "Ghent"
    assert shows(world, SF, known["bo"].ids[SF], "city") == "Hull"
    assert set(links(world)["ada"].parked) == {"notes"}


@pytest.mark.parametrize("names_fields", [True, False], ids=["named", "unnamed"])
def test_a_mandatory_field_joins_the_minimum(names_fields: bool) -> None:
    """A tenant that demands more than the documented minimum gets it, whether or not it names the field."""
    with closing(World(mandatory=frozenset({"town"}), names_fields=names_fields)) as world:
        started(world)
        enter(world, SF, "ada", city="Ghent", notes="hello")
        cycle(world)
        ada = links(world)["ada"]
        assert (shows(world, OP, ada.ids[OP], "city"), shows(world, OP, ada.ids[OP], "notes")) == ("Ghent", "hello")
        assert cycle(world).writes == 0


def test_a_lead_without_a_mandatory_value_waits_for_a_person() -> None:
    """Nothing is invented: the lead is in review with the tenant's reason, others go on."""
    with closing(World(mandatory=frozenset({"town"}))) as world:
        started(world)
        ada = enter(world, SF, "ada")
        enter(world, SF, "bo", city="Hull")
        assert cycle(world).status is Status.PARKED
        assert emails(world, OP) == ["bo@example.com"]
        (stranger,) = world.ledger.strangers.inside(StrangerState.REVIEW)
        assert "town is required" in stranger.reason
        edit(world, SF, ada, city="Ghent")
        cycle(world)
        assert emails(world, OP) == ["ada@example.com", "bo@example.com"]


def test_a_lead_that_is_refused_as_such_is_parked_as_a_whole(world: World) -> None:
    """A duplicate rule or a lock: leaving out rules would not help, so the lead waits until it changes."""
    known = started(world, "ada", "bo")
    world.salesforce.blocks = lambda write: (
        (Refusal("", "ENTITY_IS_LOCKED", "the record is locked"),) if write.record_id == known["ada"].ids[SF] else ()
    )
    for name in known:
        edit(world, OP, known[name].ids[OP], city="Hull", notes="x")
    writes = Writes(world)
    cycle(world)
    assert "locked" in links(world)["ada"].parked[""].text
    assert shows(world, SF, known["bo"].ids[SF], "city") == "Hull"
    sent = len(writes.all)
    cycle(world)
    assert len(writes.all) == sent
    world.salesforce.blocks = lambda write: ()
    edit(world, OP, known["ada"].ids[OP], city="Jena")
    assert cycle(world).status is Status.DONE
    assert shows(world, SF, known["ada"].ids[SF], "city") == "Jena"


def test_a_lead_with_nothing_required_gets_its_fillers(world: World) -> None:
    """Salesforce demands a last name and a company; what we invent never flows back or counts as an edit."""
    started(world)
    there = enter(world, OP, "x", last_name="", email="nameless@example.com")
    cycle(world)
    (link,) = world.ledger.links.all()
    assert shows(world, SF, link.ids[SF], "last_name") == "Unknown"
    cycle(world)
    assert shows(world, OP, there, "last_name") == ""
    assert cycle(world).writes == 0
    edit(world, SF, link.ids[SF], last_name="Lovelace")
    cycle(world)
    assert shows(world, OP, there, "last_name") == "Lovelace"


def test_a_thousand_edits_cost_salesforce_five_writes_and_one_read_back() -> None:
    """Two hundred a call, and one retrieve for all of them."""
    with closing(World(page_size=5000)) as world:
        names = [f"p{number}" for number in range(1000)]
        for name in names:
            enter(world, OP, name)
        for link in started(world, *names).values():
            edit(world, OP, link.ids[OP], city="Hull")
        writes = Writes(world)
        world.time.advance(70)
        assert sync(world.pair, allow_changes=1000).sides[SF].updated == 1000
        assert writes.requests[SF].count("write") == 5
        assert writes.requests[SF].count("get") == 1
        assert writes.to(OP) == []


def test_a_quiet_cycle_is_one_request_a_side(world: World) -> None:
    """Nothing changed: one listing each, no write."""
    started(world, "ada", "bo")
    cycle(world)
    writes = Writes(world)
    result = cycle(world)
    assert writes.requests == {SF: ["changes"], OP: ["changes"]}
    assert writes.all == []
    assert result.writes == 0
    assert result.sides[SF].calls == 1


def test_a_conflict_names_the_loser_in_the_history(world: World) -> None:
    """Edited on both sides: the owner's value wins, the other one can be read back."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    edit(world, OP, ada.ids[OP], city="Hull")
    assert cycle(world).conflicts == 1
    assert shows(world, OP, ada.ids[OP], "city") == "Ghent"
    (told,) = [each for each in world.ledger.log.history(ada.link_id) if each.kind == "conflict"]
    assert (told.rule, told.side, told.lost, told.new) == ("city", OP, "Hull", "Ghent")
    assert "salesforce owns it" in told.why


def test_an_edit_before_the_last_look_is_not_overwritten(world: World) -> None:
    """Somebody edits after the poll and before the write: the last look sees it, and a conflict is decided."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    looks: list[str] = []

    def hook(method: str, phase: str) -> None:
        if (method, phase) == ("changes", "after"):
            looks.append(method)
            if len(looks) == 1:
                edit(world, OP, ada.ids[OP], city="Hull", notes="typed meanwhile")

    world.operate.on_io = hook
    cycle(world)
    history = world.ledger.log.history(ada.link_id)
    assert [each.lost for each in history if each.kind == "conflict"] == ["Hull"]
    cycle(world)
    assert shows(world, SF, ada.ids[SF], "notes") == "typed meanwhile"


def _between(edits: list[Callable[[], None]]) -> Callable[[str, str], None]:
    """What happens on the network: these edits, one after each read of changes, in that order."""

    def hook(method: str, phase: str) -> None:
        if (method, phase) == ("changes", "after") and edits:
            edits.pop(0)()

    return hook


def test_an_edit_seen_by_a_last_look_is_done_in_the_same_cycle(world: World) -> None:
    """Bo was not in the plan: the last look before Ada's write has read the edit, so "done" includes it."""
    known = started(world, "ada", "bo")
    ada, bo = known["ada"], known["bo"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    world.operate.on_io = _between([lambda: edit(world, OP, bo.ids[OP], city="Hull")])
    result = cycle(world)
    assert (result.status, shows(world, SF, bo.ids[SF], "city")) == (Status.DONE, "Hull")


def test_a_cycle_takes_up_no_more_edits_than_its_brake_lets_through(world: World) -> None:
    """Two leads are the limit and both are planned: the third waits for the next cycle, and this one says so."""
    known = started(world, "ada", "bo", "cy")
    world.pair = replace(world.pair, brakes=Brakes(floor=2))
    for name in ("ada", "bo"):
        edit(world, SF, known[name].ids[SF], city="Ghent")
    cy = known["cy"]
    world.operate.on_io = _between([lambda: edit(world, OP, cy.ids[OP], city="Hull")])
    result = cycle(world)
    assert result.status is Status.STOPPED
    assert result.problems == ["leads that changed while this cycle wrote: 1; the next cycle takes them up"]
    assert shows(world, SF, cy.ids[SF], "city") != "Hull"
    assert cycle(world).status is Status.DONE
    assert shows(world, SF, cy.ids[SF], "city") == "Hull"


def test_somebody_who_edits_all_the_time_does_not_keep_a_cycle_busy(world: World) -> None:
    """Each last look finds another edit: after some rounds the cycle ends and tells that there is more."""
    known = started(world, "ada", *CROWD[1:12])
    ada = known["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    others = [known[name].ids[SF] for name in CROWD[1:12]]
    typed = [lambda record_id=record_id: edit(world, SF, record_id, city="Hull") for record_id in others]
    world.operate.on_io = _between(list(typed))
    world.salesforce.on_io = world.operate.on_io
    assert cycle(world).status is Status.STOPPED
    world.operate.on_io = world.salesforce.on_io = lambda method, phase: None
    assert cycle(world).status is Status.DONE


def test_a_first_backfill_during_which_people_edit_is_complete(world: World) -> None:
    """What it planned is done; it tells of the edits that came meanwhile, and the cycles after it take them up."""
    ids = [enter(world, SF, name) for name in CROWD]
    world.time.advance(100)
    typed = [lambda record_id=record_id: edit(world, SF, record_id, city="Hull") for record_id in ids]
    world.operate.on_io = world.salesforce.on_io = _between(list(typed))
    result = backfill(world.pair, Scope())
    assert (result.status, result.left > 0) == (Status.STOPPED, True)
    world.operate.on_io = world.salesforce.on_io = lambda method, phase: None
    assert cycle(world).status is Status.DONE


def test_a_value_that_fights_back_is_parked_after_three_cycles(world: World) -> None:
    """An automation in Operate sets the town back each time: we stop writing and say so."""
    ada = started(world, "ada")["ada"]
    writes = Writes(world)
    edit(world, OP, ada.ids[OP], city="Ghent")
    for _ in range(6):
        cycle(world)
        edit(world, SF, ada.ids[SF], city="Hull")
        cycle(world)
        edit(world, OP, ada.ids[OP], city="Ghent")
    assert links(world)["ada"].parked["city"].code == "flips"
    assert len(writes.all) <= 6


def test_a_cut_copy_does_not_bounce(world: World) -> None:
    """A long value is cut on its way, stays whole at home, and nothing flows back; an edit of the copy is asked."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Castrop-Rauxel")
    cycle(world)
    assert shows(world, OP, ada.ids[OP], "city") == "Castro"
    assert cycle(world).writes == 0
    edit(world, OP, ada.ids[OP], city="Berlin")
    assert cycle(world).writes == 0
    assert links(world)["ada"].parked["city"].code == "review"
    assert shows(world, SF, ada.ids[SF], "city") == "Castrop-Rauxel"


def test_a_value_that_does_not_fit_is_parked_alone(world: World) -> None:
    """`fit: park`: nothing is cut in silence, the other rules land."""
    with_mapping(world, MAPPING.replace("town, fit: cut", "town"))
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Castrop-Rauxel", notes="x")
    assert cycle(world).status is Status.PARKED
    assert "6 characters" in links(world)["ada"].parked["city"].text
    assert (shows(world, OP, ada.ids[OP], "city"), shows(world, OP, ada.ids[OP], "notes")) == ("", "x")
    edit(world, SF, ada.ids[SF], city="Ulm")
    assert cycle(world).status is Status.DONE
    assert strangers(world, StrangerState.REVIEW) == []


def _refuses(rule: str = "") -> Refuses:
    """A CRM that does not like one rule."""

    def refuses(write: Write) -> tuple[Refusal, ...]:
        return tuple(Refusal(name, "BAD", "no such word") for name in write.rules.get(rule, ()))

    return refuses


@pytest.mark.parametrize("named", [True, False])
def test_a_single_bad_value_leaves_nothing_behind(named: bool) -> None:
    """The last increment comes to nothing while the stamp still waits: the cycle goes on to its end."""
    with closing(World(names_fields=named)) as world:
        started(world)
        world.operate.refuses = lambda write: [Refusal("otherneeds", "X", "no")] if "notes" in write.rules else []
        enter(world, SF, "ada", notes="bad")
        result = cycle(world)
        assert (result.status, result.problems) == (Status.PARKED, [])
        assert {side for link in world.ledger.links.all() for side in link.stamped} == {SF, OP}
        assert cycle(world).writes == 0


def test_a_crm_that_mumbles_is_understood_by_what_it_stores(world: World) -> None:
    """Its answers say neither yes nor no: what landed is seen, what did not is parked, nothing is sent again."""
    known = started(world, "ada", "bo")
    world.operate.mumbles = True
    world.operate.refuses = lambda write: [Refusal("otherneeds", "X", "no")] if "notes" in write.rules else []
    edit(world, SF, known["ada"].ids[SF], city="Ghent", notes="bad", first_name="Ada")
    edit(world, SF, known["bo"].ids[SF], city="Hull")
    enter(world, SF, "cy")
    result = cycle(world)
    ada = links(world)["ada"]
    assert [shows(world, OP, ada.ids[OP], rule) for rule in ("city", "notes", "first_name")] == ["Ghent", "", "Ada"]
    assert shows(world, OP, known["bo"].ids[OP], "city") == "Hull"
    assert set(ada.parked) == {"notes"}
    assert (result.parked, result.held) == (1, 0)
    assert emails(world, OP) == ["ada@example.com", "bo@example.com", "cy@example.com"]
    assert cycle(world).writes == 0


def test_a_refused_create_that_nobody_understands_goes_to_a_person(world: World) -> None:
    """It is looked for, not found, and not sent again by itself."""
    started(world)
    world.operate.mumbles = True
    world.operate.blocks = lambda write: [Refusal("", "X", "no")] if write.creates else []
    enter(world, SF, "ada")
    writes = Writes(world)
    for _ in range(3):
        cycle(world)
    assert len(writes.to(OP)) == 1
    assert strangers(world, StrangerState.REVIEW) == ["ada"]


def test_a_parked_value_that_is_taken_back_waits_for_nobody(world: World) -> None:
    """The value that did not fit is gone: so is the reason."""
    ada = started(world, "ada")["ada"]
    world.operate.refuses = lambda write: [Refusal("otherneeds", "X", "no")] if "notes" in write.rules else []
    edit(world, SF, ada.ids[SF], notes="bad")
    assert cycle(world).parked == 1
    edit(world, SF, ada.ids[SF], notes="")
    assert cycle(world).parked == 0


@pytest.mark.parametrize("named", [True, False])
def test_a_value_that_a_new_lead_goes_without_is_parked_at_once(named: bool) -> None:
    """The create is repeated without it, and the same cycle says what is missing."""
    with closing(World(names_fields=named)) as world:
        started(world)
        world.salesforce.refuses = lambda write: [Refusal("City", "X", "no")] if "city" in write.rules else []
        enter(world, OP, "ada", city="Ghent", notes="hello")
        result = cycle(world)
        (link,) = world.ledger.links.all()
        assert (result.status, result.parked, set(link.parked)) == (Status.PARKED, 1, {"city"})
        assert shows(world, SF, link.ids[SF], "notes") == "hello"
        assert cycle(world).writes == 0


def test_an_older_lost_write_does_not_hide_what_a_mumbling_crm_has_stored() -> None:
    """The first write got lost, the second one was cut there: what was looked at and understood is no edit."""
    with closing(World(mumbles=True)) as world:
        ada = started(world, "ada")["ada"]
        edit(world, SF, ada.ids[SF], city="Castrop-Rauxel")
        world.on_io = once(OP, "write", "before", Lost())
        for _ in range(4):
            cycle(world)
        assert shows(world, OP, ada.ids[OP], "city") == "Castro"
        assert shows(world, SF, ada.ids[SF], "city") == "Castrop-Rauxel"


def test_an_edit_over_an_unclear_write_does_not_hide_the_other_one() -> None:
    """Whether the write landed before somebody typed there nobody can say: the value that gave way is told."""
    with closing(World(mumbles=True)) as world:
        ada = started(world, "ada")["ada"]
        edit(world, SF, ada.ids[SF], city="Ghent")

        def type_there(side: Side, method: str, phase: str) -> None:
            if (side, method, phase) == (OP, "write", "after") and shows(world, OP, ada.ids[OP], "city") == "Ghent":
                edit(world, OP, ada.ids[OP], city="Hull")

        world.on_io = type_there
        for _ in range(3):
            cycle(world)
        assert shows(world, SF, ada.ids[SF], "city") == shows(world, OP, ada.ids[OP], "city") == "Hull"
        told = [line.lost for line in world.ledger.log.history(ada.link_id) if line.kind == "conflict"]
        assert told == ["Ghent"]


def test_a_rule_that_came_and_went_is_tried_again_once_somebody_says_so(world: World) -> None:
    """They found the automation: the next cycle carries the value, and what was before does not count any more."""
    ada = started(world, "ada")["ada"]
    for _ in range(8):
        edit(world, OP, ada.ids[OP], city="Hull")
        cycle(world)
        edit(world, SF, ada.ids[SF], city="Ghent")
        cycle(world)
        if found := list(items(world.ledger)):
            break
    (item,) = found
    assert item.code == "flips"
    retry(world.ledger, item.item_id, world.time())
    assert cycle(world).status is Status.DONE
    assert shows(world, SF, ada.ids[SF], "city") == shows(world, OP, ada.ids[OP], "city")
    edit(world, SF, ada.ids[SF], city="Jena")
    assert cycle(world).status is Status.DONE
    assert shows(world, OP, ada.ids[OP], "city") == "Jena"
