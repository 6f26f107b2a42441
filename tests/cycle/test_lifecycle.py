"""What becomes of a lead whose partner ended, where the mapping says more than `keep`."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connector.core.model import Link, LinkState, Side
from connector.core.result import Kind, Scope
from connector.crm.memory_faults import Late, Lost
from connector.crm.port import Field
from connector.cycle import backfill, preview, sync
from connector.errors import Braked, Refusal, RetryLater
from connector.parked import items, retry
from tests.cycle.people import (
    CROWD,
    OP,
    SF,
    Crash,
    Writes,
    cycle,
    edit,
    enter,
    links,
    once,
    shows,
    started,
    with_mapping,
)
from tests.simulation.world import HEAD, SCHEMA, World

BLOCK = """lifecycle:
  salesforce:
    converted: {mark: {stage: Won, fate: Converted}}
    deleted: {mark: {stage: Lost, fate: Deleted}}
    merged: {mark: {fate: Merged}}
  operate:
    converted: {mark: {stage: Client}}
    deleted: {mark: {stage: Closed}}
"""
RULES = (
    HEAD
    + """  city: {salesforce: City, operate: town}
  notes: {salesforce: Description, operate: otherneeds, blank: clear}
  stage: {salesforce: Stage__c, operate: ud_stage}
  fate: {operate: ud_fate, direction: none}
"""
)
MAPPING = RULES.replace("rules:\n", f"{BLOCK}rules:\n")
OURS = {
    SF: {**SCHEMA[SF], "Stage__c": Field("Stage__c", length=20)},
    OP: {**SCHEMA[OP], "ud_stage": Field("ud_stage", length=20), "ud_fate": Field("ud_fate", length=20)},
}


@pytest.fixture
def world() -> Iterator[World]:
    """Two empty CRMs under a mapping with policies."""
    made = World(schema=OURS, mapping_text=MAPPING)
    yield made
    made.close()


def fields(world: World, link: Link, side: Side = OP) -> dict[str, str]:
    """Stage and fate of a record as its CRM holds them."""
    native = world.crm(side).records()[link.ids[side]].native
    return {name.lower(): native[name] for name in ("Stage__c", "ud_stage", "ud_fate") if name in native}


def told(world: World, link: Link, kind: str = "marked") -> list[tuple[str, str, str, str]]:
    """What the history says was marked."""
    lines = world.ledger.log.history(link.link_id)
    return [(line.rule, line.old, line.new, line.why) for line in lines if line.kind == kind]


@pytest.mark.parametrize(
    ("deed", "marks"),
    [
        ("person_converts", {"ud_stage": "Won", "ud_fate": "Converted"}),
        ("person_deletes", {"ud_stage": "Lost", "ud_fate": "Deleted"}),
    ],
)
def test_the_partner_of_a_lead_that_ended_is_marked_once(world: World, deed: str, marks: dict[str, str]) -> None:
    """What somebody types there afterwards stays; the history tells what was written and why."""
    known = started(world, "ada", "bo")
    getattr(world.salesforce, deed)(known["ada"].ids[SF])
    writes = Writes(world)
    result = cycle(world)
    assert (result.ended, result.sides[OP].updated, result.sides[SF].updated) == (1, 1, 0)
    assert fields(world, known["ada"]) == marks
    assert fields(world, known["bo"]) == {"ud_stage": "", "ud_fate": ""}
    end = "converted" if deed == "person_converts" else "deleted"
    because = f"it was {end} in Salesforce"
    assert told(world, known["ada"]) == [
        ("stage", "", marks["ud_stage"], because),
        ("fate", "", marks["ud_fate"], because),
    ]
    world.operate.person_edits(known["ada"].ids[OP], {"ud_stage": "Open again"})
    assert [cycle(world).writes for _ in range(3)] == [0, 0, 0]
    assert fields(world, known["ada"])["ud_stage"] == "Open again"
    assert [write.record_id for write in writes.all] == [known["ada"].ids[OP]]
    assert links(world)["ada"].state is LinkState.ENDED


def test_the_partner_of_a_lead_deleted_in_operate_is_marked(world: World) -> None:
    """The sweep, or an edit that finds nobody, notices the delete."""
    ada = started(world, "ada", "bo")["ada"]
    world.operate.person_deletes(ada.ids[OP])
    world.time.advance(86400)
    cycle(world)
    assert fields(world, ada, SF) == {"stage__c": "Closed"}
    assert told(world, ada) == [("stage", "", "Closed", "it was deleted in Operate")]


def test_the_partner_of_a_lead_that_became_an_account_in_operate_is_marked(world: World) -> None:
    """The link rests: what people edit on either side stays there."""
    ada = started(world, "ada")["ada"]
    world.operate.person_converts(ada.ids[OP])
    cycle(world)
    assert fields(world, ada, SF) == {"stage__c": "Client"}
    assert told(world, ada) == [("stage", "", "Client", "it was converted in Operate")]
    edit(world, SF, ada.ids[SF], city="Ghent")
    edit(world, OP, ada.ids[OP], city="Hull")
    assert cycle(world).writes == 0


def test_a_lead_that_was_converted_on_both_sides_is_not_written_in_salesforce(world: World) -> None:
    """Whichever end was seen first."""
    ada = started(world, "ada")["ada"]
    world.operate.person_converts(ada.ids[OP])
    world.salesforce.person_converts(ada.ids[SF])
    writes = Writes(world)
    cycle(world)
    cycle(world)
    assert writes.to(SF) == []


def test_the_partner_of_a_lead_that_lost_a_merge_is_marked_where_the_winner_has_its_own(world: World) -> None:
    """A winner without one takes the link over, and nobody is marked."""
    known = started(world, "ada", "bo")
    winner = enter(world, SF, "bo", city="Hull")
    world.time.advance(1)
    world.salesforce.person_merges(winner, known["bo"].ids[SF])
    world.salesforce.person_merges(winner, known["ada"].ids[SF])
    cycle(world)
    fates = {name: fields(world, link)["ud_fate"] for name, link in known.items()}
    assert sorted(fates.values()) == ["", "Merged"]


def test_a_lead_that_was_purged_in_salesforce_was_deleted(world: World) -> None:
    """Its row is nowhere, not even in the bin: the sweep finds that."""
    ada = started(world, "ada", "bo", "cy")["ada"]
    world.salesforce._rows.remove(ada.ids[SF])
    cycle(world, 86400)
    assert fields(world, ada) == {"ud_stage": "Lost", "ud_fate": "Deleted"}


def test_a_preview_shows_the_mark_and_the_reason(world: World) -> None:
    """The sync then does just that."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_converts(ada.ids[SF])
    shown = preview(world.pair)
    (lead,) = shown.leads
    assert (lead.kind, lead.ids) == (Kind.MARK, dict(ada.ids))
    assert [(each.to, each.rule, each.value, each.why) for each in lead.changes] == [
        (OP, "stage", "Won", "it was converted in Salesforce"),
        (OP, "fate", "Converted", "it was converted in Salesforce"),
    ]
    assert shown.changes_anything
    writes = Writes(world)
    cycle(world)
    (write,) = writes.all
    assert write.rules == {each.rule: each.native for each in lead.changes}


def test_what_somebody_typed_there_is_kept_in_the_history(world: World) -> None:
    """The edit could not be carried to a lead that ended: the mark gives it up, by name."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Tour booked"})
    cycle(world)
    assert fields(world, ada)["ud_stage"] == "Lost"
    lost = [line.lost for line in world.ledger.log.history(ada.link_id) if line.kind == "conflict"]
    assert lost == ["Tour booked"]


def test_a_partner_that_holds_the_marks_already_is_not_written(world: World) -> None:
    """Somebody was faster."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Lost", "ud_fate": "Deleted"})
    writes = Writes(world)
    cycle(world)
    assert writes.all == []
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Open"})
    assert cycle(world).writes == 0


# --- by surprise --------------------------------------------------------------------------------------------------


def test_leads_that_ended_before_the_policy_are_never_marked(world: World) -> None:
    """Nor those that ended unnoticed: the first cycle under it reads both sides in full, and only looks."""
    with_mapping(world, RULES)
    known = started(world, "ada", "bo", "cy", "dora")
    world.salesforce.person_deletes(known["ada"].ids[SF])
    cycle(world)
    world.operate.person_deletes(known["bo"].ids[OP])
    world.salesforce.person_converts(known["cy"].ids[SF])
    with_mapping(world, MAPPING)
    writes = Writes(world)
    assert cycle(world).ended == 2
    world.time.advance(86400)
    cycle(world)
    assert writes.all == []
    world.salesforce.person_converts(known["dora"].ids[SF])
    cycle(world)
    assert fields(world, known["dora"])["ud_fate"] == "Converted"
    assert {write.key for write in writes.all} == {known["dora"].link_id}


def test_a_policy_that_was_taken_back_in_time_marks_nobody(world: World) -> None:
    """The end was found, Operate was away, and somebody changed their mind: also when the policy comes back."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    cycle(world)
    with_mapping(world, MAPPING.replace("deleted: {mark: {stage: Lost, fate: Deleted}}", "deleted: keep"))
    writes = Writes(world)
    cycle(world)
    with_mapping(world, MAPPING)
    assert [cycle(world).writes for _ in range(3)] == [0, 0, 0]
    assert writes.all == []


def test_a_backfill_marks_nobody_who_ended_before(world: World) -> None:
    """It reads everything again and finds no new end."""
    with_mapping(world, RULES)
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    with_mapping(world, MAPPING)
    writes = Writes(world)
    for _ in range(2):
        world.time.advance(100)
        backfill(world.pair, Scope())
    assert writes.all == []


def test_too_many_marks_are_braked(world: World) -> None:
    """They count as updates, and nothing is forgotten: once they are let through, they are made."""
    known = started(world, *CROWD[:12])
    world.pair = replace(world.pair, brakes=replace(world.pair.brakes, floor=5, share=0.1))
    for link in known.values():
        world.salesforce.person_converts(link.ids[SF])
    writes = Writes(world)
    with pytest.raises(Braked, match="12 updates and 12 ends planned"):
        cycle(world)
    assert writes.all == []
    world.time.advance(70)
    assert sync(world.pair, allow_changes=24).sides[OP].updated == 12


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "error"),
    [
        ("before", Crash()),
        ("after", Crash()),
        ("before", Lost()),
        ("after", Lost()),
        ("before", RetryLater("away")),
    ],
)
def test_a_mark_survives_a_crash_and_a_lost_answer(world: World, phase: str, error: Exception) -> None:
    """Whether it landed is learned from the record; it lands once, and is told once."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", phase, error)
    if isinstance(error, Crash):
        with pytest.raises(Crash):
            cycle(world)
    else:
        cycle(world)
    for _ in range(4):
        cycle(world)
    assert fields(world, ada) == {"ud_stage": "Lost", "ud_fate": "Deleted"}
    assert sorted((rule, new) for rule, _, new, _ in told(world, ada)) == [("fate", "Deleted"), ("stage", "Lost")]
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Open"})
    writes = Writes(world)
    assert [cycle(world).writes for _ in range(3)] == [0, 0, 0]
    assert (writes.all, world.ledger.links.counts().to_do, world.ledger.links.counts().held) == ([], 0, 0)


def test_a_mark_whose_answer_was_lost_is_not_sent_again_while_it_may_arrive(world: World) -> None:
    """The lead is held, and what the late write does is known as ours."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", Late(world.time() + 100_000_000))
    cycle(world)
    writes = Writes(world)
    assert cycle(world, 5).held == 1
    assert writes.all == []
    for _ in range(3):
        cycle(world)
    assert writes.all == []
    assert fields(world, ada) == {"ud_stage": "Lost", "ud_fate": "Deleted"}


def test_a_mark_waits_for_a_write_that_may_still_arrive(world: World) -> None:
    """The edit of before the end was sent and not answered: it must not land upon the mark."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_edits(ada.ids[SF], {"Stage__c": "Tour"})
    world.on_io = once(OP, "write", "before", Late(world.time() + 110_000_000))
    cycle(world)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world, 10)
    assert fields(world, ada)["ud_stage"] == ""
    for _ in range(4):
        cycle(world)
    assert fields(world, ada)["ud_stage"] == "Lost"


@pytest.mark.parametrize("names_fields", [True, False])
def test_a_mark_that_is_refused_is_parked_and_the_others_land(names_fields: bool) -> None:
    """It waits for a person like any refused rule, and `parked retry` tries it again."""
    world = World(schema=OURS, mapping_text=MAPPING, names_fields=names_fields)
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate.refuses = lambda write: (
        [Refusal("ud_stage", "PICKLIST", "ud_stage: bad value")] if "stage" in write.rules else []
    )
    cycle(world)
    cycle(world)
    assert fields(world, ada) == {"ud_stage": "", "ud_fate": "Deleted"}
    (item,) = items(world.ledger)
    assert (item.item_id, item.code) == (f"L{ada.link_id}:stage", "refused")
    assert world.ledger.links.counts().parked_leads == 1
    writes = Writes(world)
    cycle(world)
    assert writes.all == []
    world.operate.refuses = lambda write: []
    retry(world.ledger, item.item_id, world.time())
    cycle(world)
    assert fields(world, ada)["ud_stage"] == "Lost"
    assert list(items(world.ledger)) == []
    world.close()


def test_a_tenant_whose_answers_say_nothing_is_looked_at(world: World) -> None:
    """The record shows that the mark landed, which is told once."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate.mumbles = True
    cycle(world)
    cycle(world)
    assert fields(world, ada) == {"ud_stage": "Lost", "ud_fate": "Deleted"}
    assert world.ledger.links.counts().to_do == 0
    assert sorted(rule for rule, _, _, _ in told(world, ada)) == ["fate", "stage"]


# --- the partner ends, too ----------------------------------------------------------------------------------------


def test_a_converted_salesforce_lead_is_never_marked(world: World) -> None:
    """Its Operate lead was deleted, and it was converted before the mark left."""
    ada = started(world, "ada", "bo")["ada"]
    world.operate.person_deletes(ada.ids[OP])
    writes = Writes(world)

    def convert(side: Side, method: str, phase: str) -> None:
        live = not world.salesforce.records()[ada.ids[SF]].converted
        if (side, method, phase) == (OP, "ids", "after") and live:
            world.salesforce.person_converts(ada.ids[SF])

    world.on_io = convert
    cycle(world, 86400)
    cycle(world)
    assert writes.to(SF) == []
    assert world.ledger.links.counts().to_do == 0


def test_both_records_deleted_leave_nothing_to_say(world: World) -> None:
    """The mark finds nobody."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate.person_deletes(ada.ids[OP])
    cycle(world)
    writes = Writes(world)
    cycle(world)
    assert (writes.all, world.ledger.links.counts().to_do) == ([], 0)


def test_the_partner_of_a_lead_that_ended_while_its_create_was_under_way_is_marked(world: World) -> None:
    """As soon as it is known which record that is."""
    started(world, "bo")
    ada = enter(world, SF, "ada")
    world.on_io = once(OP, "write", "after", Lost())
    cycle(world)
    world.salesforce.person_deletes(ada)
    for _ in range(4):
        cycle(world)
    link = links(world)["ada"]
    assert link.state is LinkState.ENDED
    assert fields(world, link) == {"ud_stage": "Lost", "ud_fate": "Deleted"}


# --- and comes back -----------------------------------------------------------------------------------------------


def test_a_lead_taken_back_from_the_bin_takes_its_marks_off(world: World) -> None:
    """A rule that flows there brings back what the lead holds; another one keeps the mark, and nothing flows back."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_edits(ada.ids[SF], {"Stage__c": "Tour"})
    cycle(world)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    assert fields(world, ada)["ud_stage"] == "Lost"
    world.salesforce.person_undeletes(ada.ids[SF])
    cycle(world)
    cycle(world)
    assert links(world)["ada"].state is LinkState.LIVE
    assert fields(world, ada) == {"ud_stage": "Tour", "ud_fate": "Deleted"}
    assert fields(world, ada, SF) == {"stage__c": "Tour"}
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    assert fields(world, ada) == {"ud_stage": "Lost", "ud_fate": "Deleted"}


def test_a_second_end_is_told_once_the_come_back_was_seen(world: World) -> None:
    """Also when both happen within one cycle: its poll shows the lead, its last look that it is gone again."""
    known = started(world, "ada", "bo")
    ada = known["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Open"})
    world.salesforce.person_undeletes(ada.ids[SF])
    edit(world, SF, known["bo"].ids[SF], city="Ghent")

    def delete(side: Side, method: str, phase: str) -> None:
        back = links(world)["ada"].state is LinkState.LIVE
        if back and ada.ids[SF] in world.salesforce.records():
            world.salesforce.person_deletes(ada.ids[SF])

    world.on_io = delete
    cycle(world)
    world.on_io = lambda *_: None
    cycle(world)
    assert fields(world, ada)["ud_stage"] == "Lost"
    kinds = [line.kind for line in world.ledger.log.history(ada.link_id) if line.rule in ("", "stage")]
    assert [kind for kind in kinds if kind in ("ended", "linked", "marked")][-5:] == [
        "ended",
        "marked",
        "linked",
        "ended",
        "marked",
    ]


def test_a_come_back_that_nobody_saw_is_no_second_end(world: World) -> None:
    """Taken out of the bin and deleted again between two readings: what people typed upon the mark stays."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Open"})
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    world.salesforce.person_deletes(ada.ids[SF])
    writes = Writes(world)
    assert [cycle(world).writes for _ in range(3)] == [0, 0, 0]
    assert writes.all == []
    assert fields(world, ada)["ud_stage"] == "Open"
    assert sorted(rule for rule, _, _, _ in told(world, ada)) == ["fate", "stage"]


def test_a_mark_counts_as_blank_when_a_lead_comes_back_that_holds_nothing_there(world: World) -> None:
    """It never flows back, a real value of either side replaces it."""
    known = started(world, "ada", "bo")
    for link in known.values():
        world.salesforce.person_deletes(link.ids[SF])
    cycle(world)
    for link in known.values():
        world.salesforce.person_undeletes(link.ids[SF])
    assert [cycle(world).writes for _ in range(3)] == [0, 0, 0]
    assert fields(world, known["ada"], SF) == {"stage__c": ""}
    world.salesforce.person_edits(known["ada"].ids[SF], {"Stage__c": "Tour"})
    world.operate.person_edits(known["bo"].ids[OP], {"ud_stage": "Signed"})
    cycle(world)
    assert [fields(world, known["ada"], side).get(name) for side, name in ((SF, "stage__c"), (OP, "ud_stage"))] == [
        "Tour",
        "Tour",
    ]
    assert fields(world, known["bo"], SF) == {"stage__c": "Signed"}


def test_what_somebody_typed_upon_the_mark_is_an_edit_when_the_lead_comes_back(world: World) -> None:
    """The owner of the rule decides between the two, and the loser is in the history."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_edits(ada.ids[SF], {"Stage__c": "Tour"})
    cycle(world)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    world.operate.person_edits(ada.ids[OP], {"ud_stage": "Signed"})
    world.salesforce.person_undeletes(ada.ids[SF])
    cycle(world)
    cycle(world)
    assert (fields(world, ada)["ud_stage"], fields(world, ada, SF)["stage__c"]) == ("Tour", "Tour")
    assert "Signed" in [line.lost for line in world.ledger.log.history(ada.link_id) if line.kind == "conflict"]


def test_a_lead_that_comes_back_before_the_mark_left_is_not_marked(world: World) -> None:
    """What is under way is decided by the last look."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    edit(world, OP, ada.ids[OP], city="Ghent")
    cycle(world)
    cycle(world)
    assert fields(world, ada) == {"ud_stage": "", "ud_fate": ""}
    assert shows(world, SF, ada.ids[SF], "city") == "Ghent"


def test_a_mark_that_was_sent_twice_without_an_answer_is_told_once(world: World) -> None:
    """The first one is lost, the second lands and its answer says nothing; then the next batch looks once more."""
    known = started(world, *CROWD[:8])
    ada = known[CROWD[0]]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    world.operate.mumbles = True
    for name in CROWD[1:8]:
        edit(world, SF, known[name].ids[SF], city="Ghent")
    for _ in range(4):
        cycle(world)
    assert fields(world, ada) == {"ud_stage": "Lost", "ud_fate": "Deleted"}
    assert sorted(rule for rule, _, _, _ in told(world, ada)) == ["fate", "stage"]
