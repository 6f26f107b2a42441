"""Deletes that the mapping asks for: the partner of a lead that ended goes, unless somebody has touched it since."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from connector.core.model import SECOND, LinkState, Side
from connector.core.result import Kind, Status
from connector.crm.memory_faults import Late, Lost
from connector.cycle import preview, sync
from connector.errors import Braked, Refusal, RetryLater
from connector.linked import AHEAD
from connector.matches import unlink
from connector.parked import items, retry
from tests.cycle.people import (
    CROWD,
    NATIVE,
    OP,
    SF,
    Crash,
    Writes,
    cycle,
    edit,
    emails,
    enter,
    links,
    once,
    started,
    with_mapping,
)
from tests.simulation.world import MAPPING, World

BLOCK = """lifecycle:
  salesforce: {deleted: delete}
  operate: {deleted: delete}
"""
DELETING = MAPPING.replace("rules:\n", f"{BLOCK}rules:\n")


@pytest.fixture
def world() -> Iterator[World]:
    """Two empty CRMs under a mapping that deletes either way."""
    made = World(mapping_text=DELETING)
    yield made
    made.close()


def told(world: World, link_id: int) -> list[tuple[Side | None, str]]:
    """What the history says was deleted, and why."""
    return [(line.side, line.why) for line in world.ledger.log.history(link_id) if line.kind == "deleted"]


def waits(world: World) -> list[tuple[str, str]]:
    """What is parked: its id and code."""
    return [(item.item_id, item.code) for item in items(world.ledger)]


@pytest.mark.parametrize("side", [SF, OP])
def test_the_partner_of_a_deleted_lead_is_deleted(world: World, side: Side) -> None:
    """Only that one, once, and nothing else is written; the delete of ours is no end that anybody is told of."""
    known = started(world, "ada", "bo")
    ada = known["ada"]
    world.crm(side).person_deletes(ada.ids[side])
    writes = Writes(world)
    result = cycle(world, 86400)
    assert (result.ended, result.sides[side.other].deleted, result.sides[side.other].updated) == (1, 1, 0)
    assert emails(world, side.other) == ["bo@example.com"]
    assert told(world, ada.link_id) == [(side.other, f"it was deleted in {side.capitalize()}")]
    assert [cycle(world, seconds).writes for seconds in (70, 86400, 70)] == [0, 0, 0]
    assert [(write.deletes, write.record_id) for write in writes.all] == [(True, ada.ids[side.other])]
    assert (waits(world), world.ledger.links.counts().to_do) == ([], 0)


@pytest.mark.parametrize("skew", [0, 300, -300])
@pytest.mark.parametrize(("seconds", "there"), [(40, ["ada@example.com"]), (-40, [])], ids=["after", "before"])
def test_an_edit_that_no_rule_carries_counts_from_the_time_of_the_delete(
    skew: int, seconds: int, there: list[str]
) -> None:
    """Both had happened when Salesforce could be read again, by whatever clocks; Operate was read in between."""
    with closing(World(mapping_text=DELETING[: DELETING.index("  notes:")], skews={OP: skew * SECOND})) as world:
        ada = started(world, "ada")["ada"]
        world.time.advance(100)
        for deed in ("delete", "edit") if seconds > 0 else ("edit", "delete"):
            if deed == "edit":
                edit(world, OP, ada.ids[OP], notes="call after six")
            else:
                world.salesforce.person_deletes(ada.ids[SF])
            world.time.advance(abs(seconds))
        world.on_io = once(SF, "changes", "before", RetryLater("away"))
        cycle(world)
        cycle(world)
        assert emails(world, OP) == there
        assert [code for _, code in waits(world)] == ["edited"] * len(there)


@pytest.mark.parametrize("slow", [SF, OP])
def test_how_far_a_clock_is_ahead_is_measured_when_it_was_told(world: World, slow: Side) -> None:
    """A page may wait for minutes until the other side's pages are in the ledger: no clock goes wrong by that."""
    started(world, "ada")

    def hook(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (slow, "changes", "before"):
            world.time.advance(300)

    world.on_io = hook
    cycle(world)
    ahead = [int(text) / SECOND for text in world.ledger.log.marks(AHEAD).values()]
    assert [round(seconds) for seconds in ahead] == [0, 0]


@pytest.fixture
def unmapped() -> Iterator[World]:
    """Partners of deleted and converted leads are deleted, and no rule carries notes."""
    text = DELETING[: DELETING.index("  notes:")].replace("deleted: delete", "deleted: delete, converted: delete")
    made = World(mapping_text=text)
    yield made
    made.close()


@pytest.mark.parametrize("edited", [True, False])
def test_a_lead_is_deleted_in_salesforce_for_good(unmapped: World, *, edited: bool) -> None:
    """Nobody tells when: what was changed in Operate, which has no bin, since it was last there is left alone."""
    world = unmapped
    ada = started(world, "ada", "bo")["ada"]
    cycle(world, 86400)
    world.salesforce._rows.remove(ada.ids[SF])
    world.time.advance(600)
    if edited:
        edit(world, OP, ada.ids[OP], notes="call after six")
    world.time.advance(600)
    cycle(world, 86400)
    cycle(world)
    assert (ada.ids[OP] in world.operate.records()) is edited
    assert [code for _, code in waits(world)] == ["edited"] * edited


@pytest.mark.parametrize("side", [SF, OP])
@pytest.mark.parametrize("edited", [True, False])
def test_a_lead_is_converted_and_edited_before_anybody_reads_it(unmapped: World, side: Side, *, edited: bool) -> None:
    """Its stamp is that of the later edit: what was changed in its partner in between is left alone."""
    world, to = unmapped, side.other
    ada = started(world, "ada", "bo")["ada"]
    cycle(world, 100)
    world.time.advance(100)
    world.crm(side).person_converts(ada.ids[side])
    world.time.advance(100)
    if edited:
        edit(world, to, ada.ids[to], notes="call after six")
    world.time.advance(100)
    row = world.crm(side).records()[ada.ids[side]]
    world.crm(side)._rows.save(replace(row, native={**row.native, NATIVE["notes"][side]: "an invoice was sent"}))
    world.on_io = once(side, "changes", "before", RetryLater("away"))
    for _ in range(3):
        cycle(world)
    assert (ada.ids[to] in world.crm(to).records()) is edited
    assert [code for _, code in waits(world)] == ["edited"] * edited


@pytest.mark.parametrize("side", [SF, OP])
def test_a_conversion_becomes_visible_hours_late(unmapped: World, side: Side) -> None:
    """Its own stamp says when: the partner was edited after it, in a field that no rule carries, and is left alone."""
    world, to = unmapped, side.other
    ada = started(world, "ada", "bo")["ada"]
    cycle(world, 100)
    world.time.advance(100)
    converted_at = world.time()
    for hour in range(5):  # the transaction (or whatever hides the row) lasts longer than the overlap
        cycle(world, 3600)
        if hour == 2:
            edit(world, to, ada.ids[to], notes="call after six")
    row = world.crm(side).records()[ada.ids[side]]
    world.crm(side)._rows.save(replace(row, converted=True), at=converted_at)
    for _ in range(2):
        cycle(world, 3600)
    cycle(world, 86400)  # the sweep finds it
    cycle(world)
    assert ada.ids[to] in world.crm(to).records()
    assert [code for _, code in waits(world)] == ["edited"]


def test_a_conversion_becomes_visible_minutes_late(unmapped: World) -> None:
    """Well within the overlap: the next polls find it, and its stamp says that the partner was edited after it."""
    world = unmapped
    ada = started(world, "ada", "bo")["ada"]
    cycle(world, 100)
    world.time.advance(60)
    converted_at = world.time()
    world.time.advance(30)
    edit(world, OP, ada.ids[OP], notes="call after six")
    for _ in range(4):
        cycle(world, 60)
    row = world.salesforce.records()[ada.ids[SF]]
    world.salesforce._rows.save(replace(row, converted=True), at=converted_at)
    for _ in range(3):
        cycle(world, 60)
    assert ada.ids[OP] in world.operate.records()
    assert [code for _, code in waits(world)] == ["edited"]


@pytest.mark.parametrize("edited", [True, False])
def test_a_lead_is_deleted_while_nobody_knows_what_became_of_its_create(unmapped: World, *, edited: bool) -> None:
    """The answer was lost, and Operate away for us: what somebody worked with there meanwhile is left alone."""
    world = unmapped
    started(world, "bo")
    ada = enter(world, SF, "ada")

    def lost(side: Side, method: str, phase: str) -> None:
        if (side, method, phase) == (OP, "write", "after"):
            world.on_io = away
            raise Lost

    def away(side: Side, method: str, phase: str) -> None:
        if side is OP:
            raise RetryLater("away")

    world.on_io = lost
    cycle(world)
    (there,) = [key for key, row in world.operate.records().items() if row.native["leadname"] == "ada Ltd"]
    world.time.advance(60)
    world.salesforce.person_deletes(ada)
    cycle(world)
    world.time.advance(60)
    if edited:
        edit(world, OP, there, notes="call after six")
    world.on_io = lambda *_: None
    for _ in range(4):
        cycle(world)
    assert (there in world.operate.records()) is edited
    assert [code for _, code in waits(world)] == ["edited"] * edited


def test_a_preview_shows_the_delete_and_the_reason(world: World) -> None:
    """As what it is, and not among the changes."""
    ada = started(world, "ada")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    shown = preview(world.pair)
    (lead,) = shown.leads
    assert (lead.kind, lead.side, lead.reason, lead.changes) == (Kind.DELETE, OP, "it was deleted in Salesforce", ())
    assert shown.changes_anything
    assert emails(world, OP) == ["ada@example.com"]


def test_leads_that_were_deleted_before_the_policy_take_nobody_along(world: World) -> None:
    """Neither those that were known, nor those that the first cycle under it finds."""
    with_mapping(world, MAPPING)
    known = started(world, "ada", "bo", "cy")
    world.salesforce.person_deletes(known["ada"].ids[SF])
    cycle(world)
    world.salesforce.person_deletes(known["bo"].ids[SF])
    world.operate.person_deletes(known["cy"].ids[OP])
    with_mapping(world, DELETING)
    writes = Writes(world)
    for seconds in (70, 86400, 70):
        cycle(world, seconds)
    assert writes.all == []


def test_too_many_deletes_are_braked(world: World) -> None:
    """With their number; once they are let through, they are made."""
    known = started(world, *CROWD[:12])
    world.pair = replace(world.pair, brakes=replace(world.pair.brakes, floor=5, share=0.1))
    for link in known.values():
        world.salesforce.person_deletes(link.ids[SF])
    with pytest.raises(Braked, match="12 deletes and 12 ends planned"):
        cycle(world)
    assert len(emails(world, OP)) == 12
    world.time.advance(70)
    assert sync(world.pair, allow_changes=24).sides[OP].deleted == 12


@pytest.mark.parametrize("last_moment", [False, True])
def test_a_partner_that_somebody_has_edited_since_waits_for_a_person(world: World, last_moment: bool) -> None:
    """Also when the edit came right before the delete would have left; `parked retry` means: delete it all the same."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    if last_moment:
        world.on_io = lambda side, method, phase: (
            edit(world, OP, ada.ids[OP], city="Ghent")
            if (side, method, phase) == (OP, "changes", "before")
            and len(requests) > 1
            and not edited(world, ada.ids[OP])
            else requests.append(method)
            if side is OP
            else None
        )
        requests: list[str] = []
    else:
        edit(world, OP, ada.ids[OP], city="Ghent")
    if not last_moment:
        reason = "it was deleted in Salesforce, and somebody edited it in Operate since: not deleted"
        assert [(lead.kind, lead.reason) for lead in preview(world.pair).leads] == [(Kind.PARKED, reason)]
    assert cycle(world).status is Status.PARKED
    cycle(world)
    assert waits(world) == [(f"L{ada.link_id}", "edited")]
    assert edited(world, ada.ids[OP])
    retry(world.ledger, f"L{ada.link_id}", world.time())
    cycle(world)
    assert (emails(world, OP), waits(world)) == (["bo@example.com"], [])


def edited(world: World, record_id: str) -> bool:
    """Whether somebody has typed a city there."""
    return world.operate.records()[record_id].native["town"] == "Ghent"


def test_an_edit_that_had_reached_nobody_when_the_lead_ended_is_not_deleted(world: World) -> None:
    """It was made before the end, and is nowhere else."""
    ada = started(world, "ada", "bo")["ada"]
    edit(world, OP, ada.ids[OP], city="Ghent")
    world.on_io = once(SF, "write", "before", RetryLater("away"))
    cycle(world)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    assert waits(world) == [(f"L{ada.link_id}", "edited")]


def test_an_edit_of_the_same_second_is_seen_by_its_value(world: World) -> None:
    """Its stamp says nothing: it was committed late, or stamps are too coarse."""
    ada = started(world, "ada", "bo")["ada"]
    row = world.operate.records()[ada.ids[OP]]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate._rows.by_id[row.record_id] = replace(row, native={**row.native, "town": "Ghent"})
    world.pair.ledger.log.set_mark("listed.operate", "")
    cycle(world)
    assert waits(world) == [(f"L{ada.link_id}", "edited")]


@pytest.mark.parametrize("deed", ["ours", "theirs"])
def test_a_partner_that_was_changed_right_before_the_end_is_not_told_as_edited(unmapped: World, deed: str) -> None:
    """By its stamp alone nobody can tell whether that was our own write: the reason says no more than is known."""
    world = unmapped
    ada = started(world, "ada", "bo")["ada"]
    if deed == "ours":
        edit(world, SF, ada.ids[SF], city="Ghent")
    cycle(world)
    if deed == "theirs":
        edit(world, OP, ada.ids[OP], notes="call after six")
    world.time.advance(5)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    (item,) = items(world.ledger)
    reason = "it was deleted in Salesforce, and it was changed in Operate right before or since, maybe by somebody"
    assert (item.code, item.reason) == ("edited", f"{reason}: not deleted")


@pytest.mark.parametrize("interval", [60, 900, 3600])
def test_a_lead_is_converted_in_the_cycle_after_it_was_kept_in_step(unmapped: World, interval: int) -> None:
    """Our own write may cover an edit right before it: the partner is parked, and told as changed maybe by somebody."""
    world = unmapped
    ada = started(world, "ada", "bo")["ada"]
    cycle(world, interval)
    edit(world, SF, ada.ids[SF], city="Ghent")
    cycle(world, interval)  # written to Operate
    world.time.advance(interval - 5)
    world.salesforce.person_converts(ada.ids[SF])
    cycle(world, 5)
    cycle(world, interval)
    (item,) = items(world.ledger)
    assert (item.code, "maybe by somebody: not deleted" in item.reason) == ("edited", True)
    assert ada.ids[OP] in world.operate.records()


def test_a_lead_is_converted_cycles_after_it_was_kept_in_step(unmapped: World) -> None:
    """Since then it was seen unconverted: nobody has touched its partner, and it is deleted."""
    world = unmapped
    ada = started(world, "ada", "bo")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    for _ in range(3):
        cycle(world, 60)
    world.salesforce.person_converts(ada.ids[SF])
    cycle(world)
    cycle(world)
    assert (emails(world, OP), waits(world)) == (["bo@example.com"], [])


def test_what_we_wrote_ourselves_right_before_the_end_is_nobodys_edit(world: World) -> None:
    """The answer was lost, the write landed, and the lead was deleted meanwhile."""
    ada = started(world, "ada", "bo")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    world.on_io = once(OP, "write", "after", Lost())
    cycle(world)
    world.time.advance(15)  # sooner, nobody could tell which was first
    world.salesforce.person_deletes(ada.ids[SF])
    for _ in range(3):
        cycle(world)
    assert (emails(world, OP), waits(world)) == (["bo@example.com"], [])


@pytest.mark.parametrize("side", [SF, OP])
@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("error", [Crash(), Lost()])
def test_a_delete_survives_a_crash_and_a_lost_answer(world: World, side: Side, phase: str, error: Exception) -> None:
    """The record tells whether it landed; it is told once, and is nobody else's doing."""
    ada = started(world, "ada", "bo")["ada"]
    world.crm(side).person_deletes(ada.ids[side])
    world.on_io = once(side.other, "write", phase, error)
    if isinstance(error, Crash):
        with pytest.raises(Crash):
            cycle(world, 86400)
    else:
        cycle(world, 86400)
    for _ in range(4):
        cycle(world)
    assert emails(world, side.other) == ["bo@example.com"]
    assert len(told(world, ada.link_id)) == 1
    counts = world.ledger.links.counts()
    assert (waits(world), counts.to_do, counts.held) == ([], 0, 0)


def test_a_delete_that_is_refused_is_parked(world: World) -> None:
    """It waits for a person, and is not tried again by itself."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.operate.blocks = lambda write: [Refusal("", "", "no right to delete")] if write.deletes else []
    cycle(world)
    assert waits(world) == [(f"L{ada.link_id}", "refused")]
    writes = Writes(world)
    cycle(world)
    assert writes.all == []
    world.operate.blocks = lambda write: []
    retry(world.ledger, f"L{ada.link_id}", world.time())
    cycle(world)
    assert emails(world, OP) == ["bo@example.com"]


# --- and comes back -----------------------------------------------------------------------------------------------


def test_a_lead_that_comes_back_when_its_partner_is_deleted_waits_for_a_person(world: World) -> None:
    """Nothing is made anew by itself; unlinked and let go, it is."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    writes = Writes(world)
    for seconds in (70, 86400, 70):
        cycle(world, seconds)
    assert (writes.all, waits(world)) == ([], [(f"L{ada.link_id}", "no_partner")])
    assert links(world)["ada"].state is LinkState.ENDED
    unlink(world.pair, f"L{ada.link_id}")
    retry(world.ledger, f"salesforce:{ada.ids[SF]}", world.time())
    cycle(world)
    cycle(world)
    assert emails(world, OP) == ["ada@example.com", "bo@example.com"]
    assert waits(world) == []


def test_a_lead_that_is_deleted_again_waits_for_nobody(world: World) -> None:
    """There is nothing to decide any more."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    cycle(world)
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    assert waits(world) == []


def test_a_lead_that_comes_back_while_the_delete_may_still_arrive_is_never_deleted_for_it(world: World) -> None:
    """The late delete is ours: it is no end in Operate for which the lead in Salesforce would be deleted, too."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", Late(world.time() + 110_000_000))
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    cycle(world, 5)
    for seconds in (70, 70, 86400, 70):
        cycle(world, seconds)
    assert emails(world, SF) == ["ada@example.com", "bo@example.com"]
    assert waits(world) == [(f"L{ada.link_id}", "no_partner")]


def test_a_lead_that_comes_back_when_the_delete_never_arrived_lives_on(world: World) -> None:
    """Its partner is there, and is nobody's to delete."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    world.on_io = once(OP, "write", "before", Lost())
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    edit(world, SF, ada.ids[SF], city="Ghent")
    for _ in range(4):
        cycle(world)
    assert links(world)["ada"].state is LinkState.LIVE
    assert edited(world, ada.ids[OP])
    assert waits(world) == []


def test_a_partner_that_was_gone_before_the_lead_came_back_takes_nobody_along(world: World) -> None:
    """It was deleted while the link rested, perhaps long before the policy: only the lead that came back is left."""
    with_mapping(world, MAPPING)
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_deletes(ada.ids[SF])
    cycle(world)
    world.operate.person_deletes(ada.ids[OP])
    with_mapping(world, DELETING)
    cycle(world)
    world.salesforce.person_undeletes(ada.ids[SF])
    for seconds in (70, 86400, 70):
        cycle(world, seconds)
    assert emails(world, SF) == ["ada@example.com", "bo@example.com"]
    assert links(world)["ada"].ended == "deleted in operate"


def test_the_winner_of_a_merge_that_is_deleted_before_anybody_read_it_takes_the_partner_along(world: World) -> None:
    """The link had followed the merge: that it was never read as the winner says nothing about when it ended."""
    ada = started(world, "ada", "bo")["ada"]
    winner = world.salesforce.person_creates({"FirstName": "Kim", "LastName": "ada", "Company": "ada Ltd"})
    world.salesforce.person_merges(winner, ada.ids[SF])
    world.time.advance(30)
    world.salesforce.person_deletes(winner)
    for _ in range(3):
        cycle(world)
    assert (emails(world, OP), waits(world)) == (["bo@example.com"], [])
