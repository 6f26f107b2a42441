"""The hosted job turn by turn: outages, pauses, brakes and restarts, by a clock that tests move."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from connector.core.model import SECOND, SIDES, Micros, Side
from connector.core.result import Scope
from connector.crm.port import Page
from connector.cycle import backfill
from connector.errors import Misconfigured, Refused, RetryLater
from connector.pause import pause, paused, resume
from connector.troubles import Kind
from connector.vitals import unready
from connector.watch import AGAIN
from tests.cycle.people import CROWD, OP, SF, edit, enter, shows, started
from tests.hosted.stage import INTERVAL, LIMITS, Stage
from tests.simulation.world import MAPPING, World

HOUR = 3600


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A job on a ledger whose first backfill is done; nothing was turned yet."""
    world = World()
    started(world, "ada", "bo")
    yield Stage(world)
    world.close()


@pytest.mark.parametrize("side", SIDES)
def test_an_outage_of_hours_is_one_sentence_and_one_alert_and_so_is_its_end(stage: Stage, side: Side) -> None:
    """Requests grow rare, what was edited meanwhile arrives afterwards, and nothing else is said."""
    stage.turn()
    begun, turns = stage.world.time(), 0
    stage.away = {side}
    edit(stage.world, SF, next(iter(stage.world.salesforce.records())), city="Rome")
    while stage.world.time() - begun < 5 * HOUR * SECOND:
        stage.turn()
        turns += 1
    assert turns <= 5 * 12 + 5
    stage.away = set()
    stage.turn(2)
    assert [text for text in stage.said if "away" in text or "goes on" in text] == [
        f"away, and tried again by itself: {side} could not be read: {side} does not answer",
        "goes on: both CRMs can be reached again, after 5 h 7 min",
    ]
    assert stage.titles() == [f"{side.capitalize()} cannot be reached", "Both CRMs can be reached again"]
    assert [row.native["town"] for row in stage.world.operate.records().values()].count("Rome") == 1
    assert stage.vitals.trouble is None


def test_people_who_edit_while_a_cycle_writes_are_no_outage(stage: Stage) -> None:
    """Both sides answered and the plan was sent: what is left is told and taken up next, nobody is alarmed."""
    stage.turn()
    records = list(stage.world.salesforce.records())
    edit(stage.world, SF, records[0], city="Rome")
    left = 20

    def type_on(method: str, phase: str) -> None:
        nonlocal left
        if (method, phase) == ("changes", "after") and left:
            left -= 1
            edit(stage.world, SF, records[left % 2], notes=f"note {left}")

    stage.world.operate.on_io = stage.world.salesforce.on_io = type_on
    stage.turn()
    assert left < 19
    assert any("leads that changed while this cycle wrote" in text for text in stage.said)
    assert (stage.vitals.trouble, stage.vitals.success) == (None, stage.world.time())
    assert not any("away" in text for text in stage.said)
    stage.world.operate.on_io = stage.world.salesforce.on_io = lambda method, phase: None
    stage.turn(2)
    assert stage.titles() == []


def test_a_restart_in_the_middle_of_an_outage_alerts_nobody_again(stage: Stage) -> None:
    """It was told before; the end is told by whoever runs then, with the length of all of it."""
    stage.turn()
    stage.away = {OP}
    stage.turn(5)
    stage.start()
    stage.watch.look()
    stage.turn(5)
    stage.away = set()
    stage.turn(2)
    assert stage.titles() == ["Operate cannot be reached", "Both CRMs can be reached again"]


def test_an_alert_that_cannot_be_delivered_waits_and_holds_up_nothing(stage: Stage) -> None:
    """It is tried at growing intervals and said once in the log; cycles go on."""
    stage.turn()
    stage.deaf, stage.away = True, {OP}
    stage.turn(8)
    assert stage.vitals.unsent_alerts == 1
    assert sum("not delivered" in text for text in stage.said) == 1
    stage.deaf = False
    stage.world.time.advance(AGAIN[-1])
    stage.watch.look()
    assert stage.titles() == ["Operate cannot be reached"]
    assert stage.vitals.unsent_alerts == 0


def test_a_pause_outlives_a_restart_and_asks_no_crm_for_anything(stage: Stage) -> None:
    """Said once, not stale however long it lasts, and over within an interval after `resume`."""
    pause(stage.world.ledger, stage.world.time(), "Robin")
    here = next(iter(stage.world.salesforce.records()))
    edit(stage.world, SF, here, city="Rome")
    before = {side: stage.world.crm(side).calls for side in SIDES}
    stage.turn(30)
    stage.start()
    stage.turn(30)
    assert {side: stage.world.crm(side).calls for side in SIDES} == before
    rests = "paused since 2025-10-09 08:56:40 UTC by Robin: `connector resume` lets it go on"
    assert stage.said == [rests, rests]
    assert stage.alerts == []
    assert stage.vitals.paused is not None
    assert resume(stage.world.ledger)
    stage.turn()
    assert stage.vitals.paused is None
    assert "goes on after the pause" in stage.said
    assert [row.native["town"] for row in stage.world.operate.records().values()].count("Rome") == 1
    assert stage.titles() == []


def test_after_an_outage_of_hours_and_a_restart_the_last_good_cycle_is_still_known(stage: Stage) -> None:
    """Sixty turns that failed stand in between; it was then, not never."""
    stage.turn()
    before = stage.vitals.success
    assert before

    def fail(side: Side, method: str, phase: str) -> None:
        raise RetryLater(f"{side} does not answer")

    stage.world.on_io = fail
    stage.turn(60)
    stage.start()
    stage.turn()
    assert stage.vitals.success == before
    assert "no cycle was successful yet" not in unready(stage.vitals, stage.world.time(), LIMITS.stale)


def test_a_permission_that_was_taken_away_is_told_as_that(stage: Stage) -> None:
    """The CRM answers, and says no until an administrator gives the right back: no status page will tell that."""
    stage.turn()

    def refuse(side: Side, method: str, phase: str) -> None:
        if side is SF and phase == "before":
            raise Refused("Salesforce refuses to read Lead (INVALID_TYPE: sObject type 'Lead' is not supported)")

    stage.world.on_io = refuse
    begun = stage.world.time()
    stage.turn(10)
    assert stage.world.time() - begun > 10 * INTERVAL * SECOND  # asked more and more rarely
    assert stage.vitals.trouble is not None
    assert stage.vitals.trouble.kind is Kind.REFUSED
    assert "a CRM refuses to be read" in unready(stage.vitals, stage.world.time(), LIMITS.stale)
    assert stage.world.ledger.log.cycles(1)[0].status == "failed"
    stage.world.on_io = lambda side, method, phase: None
    stage.turn(2)
    assert stage.vitals.trouble is None
    assert stage.titles() == ["Salesforce refuses to be read; no lead is kept in step", "Both CRMs can be read again"]
    assert "INVALID_TYPE" in stage.alerts[0].body
    assert "connector check" in stage.alerts[0].body


def test_a_refusal_that_has_become_another_one_is_told_as_that(stage: Stage) -> None:
    """Somebody else has to mend it: board and log name it, the log once, and it began when the first one did."""
    stage.turn()
    reasons = ["Salesforce refuses the login", "Salesforce refuses to read Lead"]

    def refuse(side: Side, method: str, phase: str) -> None:
        if side is SF and phase == "before":
            raise Refused(reasons[0])

    stage.world.on_io = refuse
    stage.turn(3)
    assert stage.vitals.trouble is not None
    since = stage.vitals.trouble.since
    del reasons[0]
    stage.turn(3)
    assert stage.vitals.trouble.text.endswith("Salesforce refuses to read Lead")
    assert stage.vitals.trouble.since == since
    told = [text.rpartition(": ")[2] for text in stage.said if "cannot be read" in text]
    assert told == ["Salesforce refuses the login", "Salesforce refuses to read Lead"]
    assert [facts["state"] for facts in stage.facts if facts["event"] == "refused"] == ["begins", "changes"]
    assert stage.titles() == ["Salesforce refuses to be read; no lead is kept in step"]


def test_an_outage_that_says_something_else_with_every_try_is_said_once(stage: Stage) -> None:
    """The board shows the last words; the log is not filled with them."""
    stage.turn()
    tries: list[str] = []

    def fail(side: Side, method: str, phase: str) -> None:
        tries.append(method)
        raise RetryLater(f"no answer, request {len(tries)}")

    stage.world.on_io = fail
    stage.turn(5)
    assert stage.vitals.trouble is not None
    assert f"request {len(tries)}" in stage.vitals.trouble.text
    assert sum("no answer" in text for text in stage.said) == 1


def test_a_listing_hides_who_is_there(stage: Stage) -> None:
    """Operate answers: the network is all right, and the rights of the connector's user are not."""
    world = stage.world
    stage.turn()
    listing = world.operate.changes

    def nobody(since: Micros | None) -> Iterator[Page]:
        for page in listing(since):
            yield replace(page, records=()) if since is None else page

    for record_id in list(world.salesforce.records())[1:]:
        world.salesforce.person_deletes(record_id)
    stage.turn()
    world.operate.changes = nobody  # type: ignore[method-assign]
    world.ledger.log.set_mark("listed.operate", "")
    stage.turn(10)
    assert stage.vitals.trouble is not None
    assert "1 that is there when it is asked for by id" in stage.vitals.trouble.text
    assert stage.titles() == ["Operate refuses to be read; no lead is kept in step"]
    world.operate.changes = listing  # type: ignore[method-assign]
    stage.turn(2)
    assert stage.titles()[1:] == ["Both CRMs can be read again"]


def test_a_listing_that_hides_somebody_is_read_more_and_more_rarely_also_while_the_other_side_works(
    stage: Stage,
) -> None:
    """Each try reads everybody: that people edit there, and that this is carried over, makes none come sooner."""
    world = stage.world
    stage.turn()
    records = list(world.operate.records())
    listing = world.operate.changes

    def some(since: Micros | None) -> Iterator[Page]:
        for page in listing(since):
            yield replace(page, records=page.records[1:]) if since is None else page

    world.operate.changes = some  # type: ignore[method-assign]
    world.ledger.log.set_mark("listed.operate", "")
    written, waited = [], []
    for number in range(6):
        edit(world, OP, records[1], city=f"Town {number}")
        begun = world.time()
        stage.turn()
        waited.append((stage.job.due - begun) // SECOND)
        written.append([row.native["City"] for row in world.salesforce.records().values()])
    assert all(f"Town {number}" in towns for number, towns in enumerate(written))
    assert waited[-1] > 4 * INTERVAL, waited


def test_pausing_twice_and_resuming_twice_are_told(stage: Stage) -> None:
    """Who paused first is remembered; a name is cut and kept on one line."""
    ledger = stage.world.ledger
    assert pause(ledger, 5, " Robin\n of " + "x" * 500)
    assert not pause(ledger, 6, "Kim")
    found = paused(ledger)
    assert found is not None
    assert (found.since, found.by[:10], len(found.by)) == (5, "Robin of x", 80)
    assert resume(ledger)
    assert not resume(ledger)
    assert paused(ledger) is None


def test_a_brake_is_alerted_and_its_release_too(stage: Stage) -> None:
    """Sixty edits at once stop; afterwards the plan is small again and the job goes on by itself."""
    for name in CROWD:
        for number in range(3):
            enter(stage.world, SF, f"{name}{number}")
    stage.world.time.advance(100)
    backfill(stage.world.pair, Scope())
    stage.world.time.advance(100)
    ids = list(stage.world.salesforce.records())
    stage.turn()
    for each in ids:
        edit(stage.world, SF, each, city="Rome")
    stage.turn(20)
    assert stage.vitals.trouble is not None
    assert stage.vitals.trouble.kind is Kind.BRAKE
    for each in ids[1:]:
        edit(stage.world, SF, each, city="")
    stage.turn(2)
    assert stage.titles() == ["A brake has stopped the plan; nothing was written", "The brake is released"]
    assert "--allow-changes" in stage.alerts[0].body


def _looks_while_operate_is_polled(stage: Stage) -> list[str]:
    """From now on the watch looks in the middle of a cycle, too; what was polled then."""
    polled: list[str] = []

    def meanwhile(side: Side, method: str, phase: str) -> None:
        stage._io(side, method, phase)
        if (side, method, phase) == (OP, "changes", "before"):
            polled.append(method)
            stage.watch.look()

    stage.world.on_io = meanwhile
    return polled


def _out_of_the_way(stage: Stage, why: str) -> None:
    """The first turn of a process finds no work to do; nothing is in the way of the next one."""
    if why == "away":
        stage.away = {OP}
        stage.turn()
        stage.away = set()
    else:
        pause(stage.world.ledger, stage.world.time(), "Ann")
        stage.turn()
        resume(stage.world.ledger)


@pytest.mark.parametrize("why", ["away", "paused"])
def test_a_lead_that_waits_over_a_restart_is_not_told_as_one_fewer(why: str) -> None:
    """Whoever looks before the new process has made a whole cycle cannot know; afterwards the end is told."""
    with closing(World()) as world:
        ada = started(world, "ada", "bo")["ada"]
        edit(world, SF, ada.ids[SF], notes="x" * 5000)
        stage = Stage(world, limits=replace(LIMITS, parked=1))
        stage.turn()
        assert stage.titles() == ["1 lead waits for a person"]
        stage.start()
        _out_of_the_way(stage, why)
        polled = _looks_while_operate_is_polled(stage)
        stage.turn()
        assert polled
        assert len(stage.titles()) == 1
        edit(world, SF, ada.ids[SF], notes="short")
        stage.turn(2)
        assert stage.titles()[1:] == ["Fewer leads wait for a person than the limit"]


@pytest.mark.parametrize("why", ["away", "paused"])
def test_a_brake_that_holds_over_a_restart_is_not_told_as_released(stage: Stage, why: str) -> None:
    """Nobody reads that nothing has to be done, and nobody is told again."""
    world = stage.world
    world.pair = replace(world.pair, brakes=replace(world.pair.brakes, floor=0, share=0.0))
    enter(world, SF, "cy")
    stage.turn(2)
    told = ["A brake has stopped the plan; nothing was written"]
    assert stage.titles() == told
    stage.start()
    _out_of_the_way(stage, why)
    polled = _looks_while_operate_is_polled(stage)
    stage.turn(2)
    assert polled
    assert stage.titles() == told


def test_a_brake_is_not_told_as_released_when_a_mapping_is_taken_up_after_an_outage(stage: Stage) -> None:
    """The pair that is opened anew ends the outage in the log; what the plan is worth only its cycle tells."""
    world = stage.world
    world.pair = replace(world.pair, brakes=replace(world.pair.brakes, floor=0, share=0.0))
    enter(world, SF, "cy")
    stage.turn(2)
    stage.away = {OP}
    stage.turn()
    stage.away, stage.file = set(), MAPPING
    polled = _looks_while_operate_is_polled(stage)
    stage.turn()
    assert polled
    assert stage.titles() == ["A brake has stopped the plan; nothing was written"]


def test_waiting_for_the_first_backfill_is_alerted_once_and_ends_with_it() -> None:
    """Hours of it are one message; the next one says that it is done."""
    world = World()
    enter(world, SF, "ada")
    stage = Stage(world)
    stage.turn(120)
    world.time.advance(100)
    backfill(world.pair, Scope())
    stage.turn(2)
    assert stage.titles() == ["Waiting for the first backfill; nothing is written before", "The first backfill is done"]
    world.close()


def test_wrong_settings_end_the_job_and_are_alerted_once_however_often_it_is_started(stage: Stage) -> None:
    """A platform that starts it again and again sends no flood; the way back is told."""
    stage.wrong = Misconfigured("OPERATE_PASSWORD is wrong")
    for _ in range(3):
        stage.start()
        stage.turn()
        assert isinstance(stage.job.failure, Misconfigured)
        assert stage.stop.is_set()
    stage.wrong = None
    stage.start()
    stage.turn()
    assert stage.titles() == ["The connector has ended; somebody has to mend something", "The connector runs again"]
    assert "OPERATE_PASSWORD is wrong" in stage.alerts[0].body


def test_a_nudge_polls_now_and_the_interval_goes_on_from_there(stage: Stage) -> None:
    """An edit of a linked lead is over with that turn, although the cursor stays a minute behind."""
    stage.turn()
    last = stage.world.time()
    stage.world.time.advance(20)
    record = next(iter(stage.world.salesforce.records().values()))
    edit(stage.world, SF, record.record_id, city="Rome")
    for _ in range(1000):
        stage.job.nudge(SF)
    assert stage.job.due == last + 20 * SECOND
    stage.turn()
    assert shows(stage.world, OP, record.counterpart_id, "city") == "Rome"
    assert stage.job.due == last + (20 + INTERVAL) * SECOND
    assert stage.vitals.nudges == {SF: 1000, OP: 0}


def test_a_person_who_wants_a_cycle_is_counted_as_that_and_as_no_nudge(stage: Stage) -> None:
    """The next turn is due at once; the figures of the CRMs' messages stay as they were."""
    stage.turn()
    stage.world.time.advance(20)
    assert stage.job.due > stage.world.time()
    stage.job.wish()
    assert stage.job.due == stage.world.time()
    assert (stage.vitals.wishes, stage.vitals.nudges) == (1, {SF: 0, OP: 0})


def test_a_mistake_of_ours_in_the_watch_stops_no_cycle(stage: Stage) -> None:
    """It is said in the log without its words, which could hold anything."""
    stage.broken = ZeroDivisionError("Kim@example.com")
    stage.away = {OP}
    stage.turn(5)
    stage.away = set()
    stage.turn(2)
    assert stage.vitals.success
    assert any("ZeroDivisionError" in text for text in stage.said)
    assert not any("Kim@" in text for text in stage.said)


def test_what_the_job_says_holds_figures_and_no_value_of_a_lead(stage: Stage) -> None:
    """A machine reads the cycle from the facts; neither they nor the words know anybody's name."""
    edit(stage.world, SF, next(iter(stage.world.salesforce.records())), city="Aberdaugleddau")
    stage.turn(2)
    (first, second) = [facts for facts in stage.facts if facts["event"] == "cycle"]
    assert (first["status"], first["operate_updated"], second["operate_updated"]) == ("done", 1, 0)
    assert int(str(second["cycle"])) == int(str(first["cycle"])) + 1
    assert not any(word in str([*stage.said, *stage.facts]) for word in ("Aber", "ada", "Kim"))
    (lead,) = [facts for facts in stage.facts if facts["event"] == "lead"]
    there = next(row.record_id for row in stage.world.operate.records().values() if row.native["town"])
    assert (lead["lead"], lead["kind"], lead["rule"], lead["side"]) == ("L1", "updated", "city", "operate")
    assert (lead["operate"], lead["cycle"]) == (there, first["cycle"])
    assert (stage.vitals.totals.sides[OP].updated, sum(stage.vitals.totals.durations.counts)) == (1, 2)
