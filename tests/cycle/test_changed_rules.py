"""A changed mapping touches only what it is about."""

from collections.abc import Iterable
from contextlib import closing
from io import StringIO

import pytest
from rich.console import Console

from connector import matches
from connector.core.model import Side, StrangerState
from connector.core.result import LeadPreview, Preview, Scope
from connector.crm.memory_faults import Lost
from connector.cycle import backfill, preview
from connector.errors import RetryLater
from connector.parked import ignore, items
from connector.report.page import preview_page
from connector.report.preview import preview_json, preview_text
from tests.cycle.people import (
    OP,
    SF,
    Writes,
    cycle,
    edit,
    emails,
    enter,
    once,
    shows,
    started,
    strangers,
    with_mapping,
)
from tests.simulation.world import MAPPING, World

SHORT = MAPPING.replace("  notes: {salesforce: Description, operate: otherneeds, blank: clear}\n", "")


def test_a_new_rule_is_compared_as_at_a_first_link(world: World) -> None:
    """Blanks are filled and differences decided under that rule; other rules keep what they know."""
    with_mapping(world, SHORT)
    ada, there = enter(world, SF, "ada", notes="here", city="Ghent"), enter(world, OP, "ada", notes="there")
    bo, bo_there = enter(world, SF, "bo"), enter(world, OP, "bo", notes="only there")
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert shows(world, OP, there, "notes") == "there"
    with_mapping(world, MAPPING)
    writes = Writes(world)
    world.time.advance(5000)
    cycle(world)
    assert {(write.side, write.record_id, *write.rules) for write in writes.all if write.rules} == {
        (OP, there, "notes"),
        (SF, bo, "notes"),
    }
    assert (shows(world, OP, there, "notes"), shows(world, SF, bo, "notes")) == ("here", "only there")
    assert bo_there in world.operate.records()
    assert cycle(world).writes == 0
    assert ada in world.salesforce.records()


def test_a_preview_tells_what_the_mapping_changed_apart_from_what_people_edited(world: World) -> None:
    """A lead that both touch stands in both groups, each with its own changes; the cycle writes exactly that."""
    with_mapping(world, SHORT)
    ada, there = enter(world, SF, "ada", notes="here"), enter(world, OP, "ada", notes="there")
    bo, bo_there = enter(world, SF, "bo", notes="x"), enter(world, OP, "bo", notes="x")
    eve, eve_there = enter(world, SF, "eve", notes="a"), enter(world, OP, "eve", notes="b")
    world.time.advance(100)
    backfill(world.pair, Scope())
    before = preview(world.pair)
    assert (before.remaps, before.rules) == ((), ())
    with_mapping(world, MAPPING)
    edit(world, SF, ada, city="Ghent")
    edit(world, OP, bo_there, city="Hull")
    world.time.advance(100)
    plan = preview(world.pair)
    assert plan.rules == ("notes",)
    assert _shown(plan.edits) == {(there, "city"), (bo, "city")}
    assert _shown(plan.remaps) == {(there, "notes"), (eve_there, "notes")}
    assert _shown(plan.leads) == _shown(plan.edits) | _shown(plan.remaps)
    told = preview_json(plan)["mapping_changed"]
    assert isinstance(told, dict)
    assert (told["rules"], told["updates"], len(told["leads"])) == (["notes"], {"salesforce": 0, "operate": 2}, 2)
    for text in (_printed(plan), preview_page(plan, 0)):
        edits, _, remaps = text.partition("Because the mapping changed (notes)")
        assert [name in edits for name in ("Kim ada", "Kim bo", "Kim eve")] == [True, True, False]
        assert [name in remaps for name in ("Kim ada", "Kim bo", "Kim eve")] == [True, False, True]
    writes = Writes(world)
    cycle(world)
    done = {(write.record_id, rule) for write in writes.all for rule in write.rules}
    assert done == _shown(plan.leads)
    assert eve in world.salesforce.records()
    after = preview(world.pair)
    assert (after.leads, after.rules) == ((), ())


def test_an_interrupted_first_application_stays_the_mappings_doing(world: World) -> None:
    """What is left over is still told apart from edits; once a cycle has carried it out, nothing is."""
    with_mapping(world, SHORT)
    for name in ("ada", "bo"):
        enter(world, SF, name, notes="here")
        enter(world, OP, name, notes="there")
    world.time.advance(100)
    backfill(world.pair, Scope())
    with_mapping(world, MAPPING)
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    world.time.advance(100)
    cycle(world)
    world.on_io = lambda *_: None
    world.time.advance(700)
    plan = preview(world.pair)
    assert plan.rules == ("notes",)
    assert plan.edits == ()
    assert plan.remaps
    while cycle(world).writes:
        pass
    assert (preview(world.pair).rules, preview(world.pair).leads) == ((), ())


def test_a_value_that_a_changed_rule_parks_is_the_mappings_doing(world: World) -> None:
    """It stands in the group of the mapping, with its reason, and in no other."""
    with_mapping(world, MAPPING.replace("  city: {salesforce: City, operate: town, fit: cut}\n", ""))
    enter(world, SF, "ada", city="Ghent")
    enter(world, OP, "ada", city="Hull")
    world.time.advance(100)
    backfill(world.pair, Scope())
    with_mapping(world, MAPPING.replace(", fit: cut", ", conflict: review"))
    edited = enter(world, SF, "bo")
    world.time.advance(100)
    plan = preview(world.pair)
    (lead,) = plan.remaps
    assert "city" in lead.reason
    assert [each.ids for each in plan.edits] == [{SF: edited}]


def test_a_changed_mapping_that_changes_no_lead_says_so(world: World) -> None:
    """The rule is named, so that nobody wonders whether the change was noticed."""
    started(world, "ada")
    with_mapping(world, SHORT)
    plan = preview(world.pair)
    assert plan.remaps == ()
    assert "The mapping changed (notes); no lead differs because of it." in _printed(plan)


def _shown(leads: Iterable[LeadPreview]) -> set[tuple[str | None, str]]:
    """The record and the rule of every change."""
    return {(lead.ids.get(change.to), change.rule) for lead in leads for change in lead.changes}


def _printed(plan: Preview) -> str:
    console = Console(width=120, record=True, file=StringIO())
    console.print(preview_text(plan))
    return console.export_text()


def test_a_changed_option_rereads_only_that_rule(world: World) -> None:
    """Turning a rule one-way writes nothing where both sides agree, and later edits follow the new rule."""
    ada, there = enter(world, SF, "ada", city="Ghent"), enter(world, OP, "ada")
    world.time.advance(100)
    backfill(world.pair, Scope())
    with_mapping(world, MAPPING.replace("town, fit: cut", "town, fit: cut, direction: to_operate"))
    writes = Writes(world)
    cycle(world)
    assert writes.all == []
    edit(world, OP, there, city="Hull")
    cycle(world)
    assert (shows(world, SF, ada, "city"), shows(world, OP, there, "city")) == ("Ghent", "Hull")


def test_a_rule_that_is_gone_is_left_alone(world: World) -> None:
    """Its fields are not emptied, and edits of them do not flow any more."""
    ada, there = enter(world, SF, "ada", notes="x"), enter(world, OP, "ada")
    world.time.advance(100)
    backfill(world.pair, Scope())
    with_mapping(world, SHORT)
    edit(world, SF, ada, notes="y")
    writes = Writes(world)
    cycle(world)
    assert writes.all == []
    assert shows(world, OP, there, "notes") == "x"


def test_a_pending_edit_of_another_rule_survives_a_changed_mapping(world: World) -> None:
    """An edit typed before the mapping changed is an edit still, not a difference to be decided."""
    ada, there = enter(world, SF, "ada", city="Ghent"), enter(world, OP, "ada")
    world.time.advance(100)
    backfill(world.pair, Scope())
    edit(world, OP, there, city="Hull")
    with_mapping(world, SHORT)
    cycle(world)
    assert shows(world, SF, ada, "city") == "Hull"


def test_who_identifies_a_person_may_change(world: World) -> None:
    """The match index is made anew: somebody who looks like a linked lead under the new rules is not doubled."""
    with_mapping(world, MAPPING.replace("match: {email: email, ", "match: {"))
    started(world, "ada")
    with_mapping(world, MAPPING)
    enter(world, OP, "ada")
    cycle(world)
    cycle(world)
    assert emails(world, SF) == ["ada@example.com"]


def test_a_changed_rule_does_not_hide_an_open_create() -> None:
    """Without a field for the counterpart id it is known by what it sent, whatever the mapping says by then."""
    with closing(World(operate_counterpart=False)) as world:
        started(world, "zoe")
        enter(world, SF, "ada")

        def hook(side: Side, method: str, phase: str) -> None:
            if (side, method, phase) == (OP, "write", "after"):
                raise Lost
            if (side, method, phase) == (OP, "changes", "before") and world.ledger.intents.open():
                raise RetryLater("away")

        world.on_io = hook
        cycle(world)
        world.on_io = lambda *_: None
        with_mapping(world, MAPPING.replace("owner: salesforce", "owner: operate"))
        for _ in range(4):
            cycle(world)
        assert emails(world, OP) == emails(world, SF) == ["ada@example.com", "zoe@example.com"]


CHANGES = {
    "learns a rule": (SHORT, MAPPING),
    "forgets a rule": (MAPPING, SHORT),
    "reads a field otherwise": (
        SHORT.replace("city: {salesforce: City, operate: town, ", "city: {salesforce: City, operate: otherneeds, "),
        MAPPING,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_was_left_alone_stays_so_under_a_changed_mapping(world: World, change: str) -> None:
    """Nobody edited them, so nothing is made of them: neither of those in doubt nor of those who were unlinked."""
    before, after = CHANGES[change]
    with_mapping(world, before)
    bo = started(world, "bo", "zoe")["bo"]
    for _ in range(2):
        enter(world, OP, "ada", city="Hull", notes="x")
    cycle(world)
    for item in list(items(world.ledger)):
        ignore(world.ledger, item.item_id, world.time())
    matches.unlink(world.pair, f"L{bo.link_id}")
    cycle(world)
    left, people = strangers(world, StrangerState.IGNORED), [emails(world, side) for side in (SF, OP)]
    assert left == ["ada", "bo", "bo"]
    with_mapping(world, after)
    for _ in range(3):
        cycle(world)
    assert strangers(world, StrangerState.IGNORED) == left
    assert [emails(world, side) for side in (SF, OP)] == people
    edit(world, OP, bo.ids[OP], last_name="beau")
    cycle(world)
    assert strangers(world, StrangerState.IGNORED) == ["ada", "bo"]
