"""What is worth telling, and when it is told: pictures of a job follow each other, and messages come out."""

from dataclasses import dataclass, field, replace

import pytest

from connector.alerts import Limits, Message, Told, dumped, known_to, loaded, news, states
from connector.core.model import SECOND, Micros
from connector.pause import Paused
from connector.troubles import Kind, Trouble
from connector.vitals import HUNG, Vitals, alive, stale, unready

HOUR = 3600 * SECOND
LIMITS = Limits(after=120 * SECOND, parked=50, stale=600 * SECOND)
WELL = Vitals(started=0, beat=HOUR, counts_from=0, turns=3, reached=True, backfilled=True, success=HOUR, cycle=9)


@dataclass
class Inbox:
    """Everything that was told, and what is remembered of it."""

    told: dict[str, Told] = field(default_factory=dict)
    received: list[Message] = field(default_factory=list)
    limits: Limits = LIMITS

    def look(self, vitals: Vitals, now: Micros, *, delivered: bool = True) -> list[str]:
        """Look once; the title of what was told, if anything."""
        message, before, after = news(self.told, states(vitals, now, self.limits, self.told), now)
        self.told = {name: again for name, each in (after if delivered else before).items() if (again := read(each))}
        if message is None or not delivered:
            return []
        self.received.append(message)
        return [message.title.removeprefix("Lead connector: ")]


def read(told: Told) -> Told | None:
    """What a restart would know."""
    return loaded(dumped(told))


def troubled(kind: Kind, since: Micros, which: str = "") -> Vitals:
    """A job that is kept from its work."""
    return replace(WELL, trouble=Trouble(kind, f"text of {kind}", since, which), success=since)


def test_a_pause_leaves_ready_as_it_was_for_any_time() -> None:
    """Somebody wished it: neither ready nor unready by itself, and whoever looks is told of the pause besides."""
    now = 1_000_000 * HOUR
    well = Vitals(now, now, now, turns=1, reached=True, backfilled=True, success=now, paused=Paused(now, "Ann"))
    later = now + 48 * HOUR
    assert unready(replace(well, beat=later), later, LIMITS.stale) == []
    away = replace(well, beat=later, trouble=Trouble(Kind.OUTAGE, "away", now))
    assert unready(away, later, LIMITS.stale) == ["a CRM cannot be reached"]


def test_an_outage_is_one_alert_and_one_recovery_however_long_it_lasts() -> None:
    """Also over a restart in the middle of it."""
    inbox = Inbox()
    away = troubled(Kind.OUTAGE, HOUR)
    titles = [inbox.look(away, HOUR + minutes * 60 * SECOND) for minutes in range(180)]
    assert [title for title in titles if title] == [["A CRM cannot be reached"]]
    fresh = Vitals(started=4 * HOUR, beat=4 * HOUR, counts_from=4 * HOUR)
    assert inbox.look(fresh, 4 * HOUR) == []
    assert inbox.look(replace(troubled(Kind.OUTAGE, 4 * HOUR), turns=1), 4 * HOUR + SECOND) == []
    assert inbox.look(replace(WELL, success=5 * HOUR), 5 * HOUR) == ["Both CRMs can be reached again"]
    assert "after 4 h" in inbox.received[-1].body
    assert not inbox.received[-1].bad
    assert inbox.look(replace(WELL, success=5 * HOUR), 5 * HOUR) == []
    assert inbox.told == {}


def test_a_short_outage_stays_in_the_log() -> None:
    """Neither its begin nor its end is told."""
    inbox = Inbox()
    assert inbox.look(troubled(Kind.OUTAGE, HOUR), HOUR + 60 * SECOND) == []
    assert inbox.look(replace(WELL, success=HOUR), HOUR + 90 * SECOND) == []
    assert inbox.told == {}


@pytest.mark.parametrize("kind", [Kind.BRAKE, Kind.BACKFILL, Kind.BUDGET, Kind.STOPPED])
def test_what_needs_somebody_is_told_at_once_with_what_to_do_and_its_end(kind: Kind) -> None:
    """Title, reason, since when, and a way on."""
    inbox = Inbox()
    assert len(inbox.look(troubled(kind, HOUR), HOUR)) == 1
    body = inbox.received[0].body
    assert f"text of {kind}" in body
    assert "What to do: " in body
    assert inbox.received[0].bad
    assert len(inbox.look(replace(WELL, success=2 * HOUR), 2 * HOUR)) == 1
    assert "Nothing has to be done" in inbox.received[1].body


def test_another_brake_is_told_too_and_they_end_together() -> None:
    """Two reasons are two alerts, one message of recovery."""
    inbox = Inbox()
    assert inbox.look(troubled(Kind.BRAKE, HOUR, "updates"), HOUR)
    titles = inbox.look(troubled(Kind.BRAKE, 2 * HOUR, "listing"), 2 * HOUR)
    assert titles == ["A brake has stopped the plan; nothing was written"]
    assert inbox.look(replace(WELL, success=3 * HOUR), 3 * HOUR) == ["The brake is released"]


def test_one_brake_after_another_is_not_told_as_released() -> None:
    """Another one holds the plan: nobody reads that nothing has to be done, and the last one's end is told once."""
    inbox = Inbox()
    assert inbox.look(troubled(Kind.BRAKE, HOUR, "share"), HOUR)
    assert inbox.look(troubled(Kind.BRAKE, 2 * HOUR, "people"), 2 * HOUR) == [
        "A brake has stopped the plan; nothing was written"
    ]
    assert "Nothing has to be done" not in inbox.received[-1].body
    assert inbox.look(replace(WELL, success=3 * HOUR), 3 * HOUR) == ["The brake is released"]
    assert inbox.told == {}


def test_an_alert_about_a_job_that_waits_for_another_cycle_says_so() -> None:
    """A long `backfill --apply` beside the job is no reason to restart the job."""
    inbox = Inbox()
    busy = replace(WELL, trouble=Trouble(Kind.BUSY, "another cycle is running (process 7)", HOUR), beat=2 * HOUR)
    assert inbox.look(busy, 2 * HOUR) == ["No cycle was successful for 1 h"]
    assert "another cycle is running (process 7)" in inbox.received[0].body
    assert "restart" not in inbox.received[0].body


def test_an_outage_hides_what_it_hides() -> None:
    """A brake, or parked leads, are not over because nobody can look; afterwards they are told as they are."""
    inbox = Inbox()
    assert inbox.look(replace(troubled(Kind.BRAKE, HOUR, "updates"), parked=60), HOUR)
    assert inbox.look(troubled(Kind.OUTAGE, 2 * HOUR), 2 * HOUR + 10 * SECOND) == []
    assert inbox.look(troubled(Kind.OUTAGE, 2 * HOUR), 3 * HOUR) == ["A CRM cannot be reached"]
    assert inbox.look(troubled(Kind.BRAKE, 4 * HOUR, "updates"), 4 * HOUR) == ["Both CRMs can be reached again"]
    assert len(inbox.received) == 3


def test_what_was_told_is_over_only_after_a_whole_cycle() -> None:
    """A brake, parked leads, cycles without success: what lay in the way is gone, and nothing more is known yet."""
    inbox = Inbox()
    brake = Trouble(Kind.BRAKE, "too much", HOUR, "updates")
    assert inbox.look(replace(WELL, trouble=brake, parked=60), HOUR)
    assert inbox.look(replace(WELL, trouble=Trouble(Kind.BUSY, "busy", HOUR)), 2 * HOUR)
    fresh = Vitals(started=HOUR, beat=2 * HOUR, counts_from=2 * HOUR, turns=1, blind=True)
    assert inbox.look(fresh, 2 * HOUR) == []
    rested = replace(WELL, trouble=Trouble(Kind.BUSY, "busy", HOUR), counts_from=2 * HOUR, blind=True)
    assert inbox.look(rested, 2 * HOUR) == []
    assert inbox.look(replace(WELL, success=2 * HOUR), 2 * HOUR) == ["The brake is released, and 2 more"]


def test_a_worker_that_hangs_in_its_first_whole_cycle_is_told_all_the_same() -> None:
    """Only the end of something waits for a cycle, never its begin."""
    hung = Vitals(started=0, beat=0, counts_from=0, turns=1, blind=True)
    assert Inbox().look(hung, HOUR) == ["No cycle was successful for 1 h"]


def test_a_brake_is_not_told_as_released_while_another_mapping_keeps_the_job_from_planning() -> None:
    """Nobody made a plan that it could have let through."""
    inbox = Inbox()
    assert inbox.look(troubled(Kind.BRAKE, HOUR, "updates"), HOUR)
    titles = inbox.look(troubled(Kind.OTHER_MAPPING, 2 * HOUR), 2 * HOUR)
    assert titles == ["Another process uses another mapping; nothing is written"]
    assert len(inbox.look(replace(WELL, success=3 * HOUR), 3 * HOUR)) == 1
    assert "The brake is released" in inbox.received[-1].body


@pytest.mark.parametrize(("count", "title"), [(1, "1 lead waits for a person"), (2, "2 leads wait for a person")])
def test_one_lead_waits_and_two_leads_wait(count: int, title: str) -> None:
    """A sentence as people say it."""
    inbox = Inbox(limits=replace(LIMITS, parked=1))
    assert inbox.look(replace(WELL, parked=count), HOUR) == [title]


def test_what_begins_together_is_one_message() -> None:
    """A brake and many parked leads: one mail, both inside."""
    inbox = Inbox()
    titles = inbox.look(replace(WELL, parked=70, success=0, counts_from=0), HOUR)
    assert titles == ["70 leads wait for a person, and 1 more"]
    assert "No cycle was successful" in inbox.received[0].body


def test_parked_leads_are_told_when_they_pass_the_limit_and_not_at_each_one_more() -> None:
    """49 to 50 is news, 50 to 80 is none, and it is over well below the limit only."""
    inbox = Inbox()
    seen = [inbox.look(replace(WELL, parked=count), HOUR) for count in (49, 50, 49, 80, 41, 40, 39, 49, 50)]
    assert [bool(each) for each in seen] == [False, True, False, False, False, False, True, False, True]


def test_zero_parked_leads_as_a_limit_means_never() -> None:
    """Whoever looks at the list anyway wants no alert."""
    assert states(replace(WELL, parked=9_999), HOUR, replace(LIMITS, parked=0), {}) == {}


@pytest.mark.parametrize(("limit", "told"), [(200, ["Fewer leads wait for a person than the limit"]), (0, [])])
def test_an_alert_says_the_truth_after_somebody_has_moved_its_limit(limit: int, told: list[str]) -> None:
    """As many wait as before: they are fewer than a higher limit; without one, nothing is told."""
    inbox = Inbox()
    assert inbox.look(replace(WELL, parked=70), HOUR)
    inbox.limits = replace(LIMITS, parked=limit)
    assert inbox.look(replace(WELL, parked=70), HOUR + SECOND) == told
    inbox.limits = LIMITS
    assert bool(inbox.look(replace(WELL, parked=70), HOUR + 2 * SECOND)) == bool(told)


def test_a_job_that_makes_no_successful_cycle_is_stale() -> None:
    """Alert, not ready, and over with the next success; a pause and its first minutes do not count."""
    inbox = Inbox()
    late = HOUR + LIMITS.stale
    assert inbox.look(WELL, late - SECOND) == []
    assert not unready(WELL, HOUR + SECOND, LIMITS.stale)
    assert inbox.look(WELL, late) == ["No cycle was successful for 10 min"]
    assert unready(replace(WELL, beat=late), late, LIMITS.stale) == ["no cycle was successful for too long"]
    rests = replace(WELL, paused=Paused(late))
    assert not stale(rests, 9 * HOUR, LIMITS.stale)
    assert inbox.look(rests, 9 * HOUR) == []
    assert inbox.look(replace(WELL, success=9 * HOUR), 9 * HOUR) == ["A cycle was successful again"]
    assert not stale(replace(WELL, counts_from=9 * HOUR), 9 * HOUR + SECOND, LIMITS.stale)


def test_a_worker_that_hangs_is_told_and_is_no_longer_alive() -> None:
    """Its last sign of life is long ago, and its next turn long due."""
    hung = replace(WELL, beat=HOUR, due=0)
    assert alive(hung, HOUR + HUNG - 1)
    assert not alive(hung, HOUR + HUNG)
    assert alive(replace(hung, due=9 * HOUR), 9 * HOUR)
    assert "the worker does not turn any more" in unready(hung, HOUR + HUNG, LIMITS.stale)
    inbox = Inbox()
    inbox.look(hung, HOUR + HUNG)
    assert "no sign of life" in inbox.received[0].body


def test_readiness_names_every_reason() -> None:
    """Before the first turn, without a backfill, during an outage; another cycle on the ledger alone is none."""
    fresh = Vitals(started=HOUR, beat=HOUR, counts_from=HOUR)
    assert unready(fresh, HOUR, LIMITS.stale) == [
        "waiting for the first backfill",
        "the CRMs were not reached yet",
    ]
    assert unready(troubled(Kind.OUTAGE, HOUR), HOUR, LIMITS.stale) == ["a CRM cannot be reached"]
    assert unready(troubled(Kind.BUSY, HOUR), HOUR, LIMITS.stale) == []
    assert unready(replace(fresh, backfilled=True, reached=True), HOUR, LIMITS.stale) == ["no cycle was successful yet"]


def test_what_cannot_be_delivered_is_tried_again_and_forgotten_when_it_is_over() -> None:
    """Nobody hears of the end of something that he never heard of."""
    inbox = Inbox()
    away = troubled(Kind.OUTAGE, HOUR)
    assert inbox.look(away, 2 * HOUR, delivered=False) == []
    assert inbox.look(away, 2 * HOUR) == ["A CRM cannot be reached"]
    well = replace(WELL, success=3 * HOUR)
    assert inbox.look(well, 3 * HOUR, delivered=False) == []
    assert inbox.look(well, 3 * HOUR) == ["Both CRMs can be reached again"]
    assert inbox.look(troubled(Kind.BRAKE, HOUR), 4 * HOUR, delivered=False) == []
    assert inbox.look(replace(WELL, success=4 * HOUR), 4 * HOUR) == []
    assert inbox.told == {}


def test_an_outage_that_returns_before_its_end_was_delivered_goes_on() -> None:
    """Neither a recovery nor a second alert."""
    inbox = Inbox()
    inbox.look(troubled(Kind.OUTAGE, HOUR), 2 * HOUR)
    inbox.look(replace(WELL, success=3 * HOUR), 3 * HOUR, delivered=False)
    assert inbox.look(troubled(Kind.OUTAGE, 4 * HOUR), 5 * HOUR) == []
    assert len(inbox.received) == 1


def test_what_an_older_version_told_everybody_is_not_told_again() -> None:
    """Its marks only say whether an alert was sent."""
    told = loaded('[1, "over", true, 0]')
    assert told is not None
    assert known_to(told, {"one", "two"}).sent == {"one", "two"}
    unsent = loaded('[1, "over", false, 0]')
    assert unsent is not None
    assert not known_to(unsent, {"one", "two"}).sent


@pytest.mark.parametrize("text", ["", "{}", "[1]", "nonsense", '["x", 1, 2, 3]', "[1, 2, 3, null]"])
def test_a_mark_that_another_version_wrote_is_passed_over(text: str) -> None:
    """An alert is told once more then; nothing breaks."""
    assert loaded(text) is None
