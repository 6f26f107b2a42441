"""The budget of an org's daily API requests: when the connector stops, and when it goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model import Side, Write
from connector.crm.budget import DAY, HOUR, LOOK_AGAIN, OWN, USAGE, Budget, Shares
from connector.crm.port import State
from connector.errors import RetryLater
from connector.sandbox.salesforce import SalesforceConfig
from tests.crm.salesforce_world import salesforce_world

START = 1_760_000_400.0
COMPLETE = {"LastName": "Byron", "Company": "Example Ltd"}


class Hand:
    """A clock that is set by hand."""

    now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


def budget(notes: dict[str, str], clock: Hand, everybody: int = 80, own: int = 50) -> Budget:
    """A budget over notes."""
    return Budget(notes, clock, Shares(everybody, own))


def test_nothing_is_known_yet() -> None:
    """Before the first answer, after an answer of nonsense, and with notes of nonsense, requests may be sent."""
    notes: dict[str, str] = {}
    here = budget(notes, Hand())
    assert (here.spent, here.use) == ("", None)
    here.told(0, 0)
    assert here.spent == ""
    notes.update({USAGE: "many", OWN: "x:y"})
    assert here.spent == ""


@given(st.integers(0, 1000), st.integers(1, 1000), st.integers(1, 100))
def test_it_stops_at_the_share_of_everybody_and_not_before(used: int, most: int, percent: int) -> None:
    """Exactly from the percentage on."""
    here = budget({}, Hand(), everybody=percent, own=100)
    here.told(used, most)
    assert bool(here.spent) is (used * 100 >= percent * most)


def test_one_request_may_look_again_after_a_quarter_of_an_hour() -> None:
    """Until then none is sent, by no process; the message has the numbers, the setting and the time."""
    clock, notes = Hand(), dict[str, str]()
    budget(notes, clock).told(80_000, 100_000)
    clock.now += LOOK_AGAIN - 1
    with pytest.raises(RetryLater) as caught:
        budget(notes, clock).expect_left()
    assert caught.value.after == 1
    for part in ("80,000 of the org's 100,000", "80%", "SALESFORCE_ORG_CALLS_PERCENT", "2025-10-09 09:15 UTC"):
        assert part in str(caught.value)
    clock.now += 1
    budget(notes, clock).expect_left()
    budget(notes, clock).told(80_001, 100_000)
    assert budget(notes, clock).spent
    budget(notes, clock).told(79_999, 100_000)
    assert budget(notes, clock).spent == ""


@given(st.lists(st.integers(0, 5 * HOUR), max_size=60), st.integers(1, 20))
def test_our_own_requests_of_a_day_never_pass_our_share(waits: list[int], limit: int) -> None:
    """Whenever we want to send: in no 24 hours more than the share, and it goes on at the moment that it told."""
    clock, notes, sent = Hand(), dict[str, str](), list[float]()
    here = budget(notes, clock, everybody=100, own=limit)
    for wait in waits:
        clock.now += wait
        here.told(0, 100)
        if here.spent:
            with pytest.raises(RetryLater) as caught:
                here.expect_left()
            assert caught.value.after
            clock.now += caught.value.after
        here.expect_left()
        here.sent()
        sent.append(clock.now)
    for moment in sent:
        hours = [each for each in sent if moment // HOUR - DAY < each // HOUR <= moment // HOUR]
        assert len(hours) <= limit
    assert len(notes.get(OWN, "").split()) <= DAY


def test_a_spent_budget_lets_nothing_of_a_cycle_through() -> None:
    """Reads raise, writes are for later, nothing leaves; the schema is shown; with others quiet again, it goes on."""
    with salesforce_world(SalesforceConfig(daily_limit=50)) as world:
        record_id = world.add(COMPLETE)
        crm = world.client(shares=Shares(everybody=40, own=100))
        crm.check()
        while not crm.spent:
            list(crm.changes(0))
        assert world.org.calls_used == 20
        update = Write(1, Side.SALESFORCE, record_id, "", False, {"city": {"City": "Jena"}})
        before = len(world.server.journal)
        for read in (lambda: crm.changes(0), lambda: crm.get([record_id]), lambda: crm.find(["7"]), crm.ids):
            with pytest.raises(RetryLater, match="20 of the org's 50"):
                list(read())
        (outcome,) = crm.write([update])
        assert outcome.state is State.LATER
        assert len(world.server.journal) == before
        assert crm.fields()
        crm.check()
        world.advance(25 * HOUR)
        assert crm.spent == ""
        (outcome,) = crm.write([update])
        assert outcome.state is State.LANDED


def test_who_starts_anew_is_told_with_the_login_what_the_others_have_used() -> None:
    """Also when the process before was killed before it kept that: the schema is read first, and nothing of a cycle."""
    with salesforce_world(SalesforceConfig(daily_limit=50)) as world:
        before = world.client(shares=Shares(everybody=40, own=100))
        while not before.spent:
            list(before.changes(0))
        after = world.client(shares=Shares(everybody=40, own=100))
        assert after.spent == ""
        after.check()
        assert after.spent
        with pytest.raises(RetryLater):
            list(after.changes(0))
