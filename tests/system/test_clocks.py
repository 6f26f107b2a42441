"""Clocks that are wrong: a server whose clock and stamps disagree, and one that tells a time nobody can believe."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from connector.core.model import SECOND, SIDES, Side
from connector.core.result import Scope
from connector.cycle import backfill, sync
from connector.errors import Unreadable
from connector.sandbox.http import App, Request, Response
from tests.hostile.wire_twists import whole
from tests.system.clocked import Clocked, clocked

HOUR = 3600
DAY = 24 * HOUR


@dataclass
class Skewed:
    """A stand-in that stamps rightly and tells another time."""

    app: App
    here: Clocked
    seconds: float = 0

    def handle(self, request: Request) -> Response:
        """Answer with the wrong time, in the header and in the envelope."""
        true = self.app.handle(request)
        told = self.here.clock.now() + timedelta(seconds=self.seconds)
        body = true.body
        if isinstance(body, dict) and "response" in body:
            body = json.loads(json.dumps(body))
            body["response"]["datetimeutc"] = told.strftime("%d/%m/%Y %H:%M:%S")
        date = f"Date: {format_datetime(told, usegmt=True)}"
        return whole(Response(body=body).encoded(), status=true.status, head=[date])


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Clocked]:
    """A pair after its first backfill."""
    with clocked(tmp_path) as made:
        made.enter(Side.SALESFORCE, "Before")
        made.advance(HOUR)
        backfill(made.pair, Scope())
        yield made


def skew(here: Clocked, side: Side, seconds: float) -> None:
    """Let this side tell a time that is so far ahead."""
    sandbox = here.sandbox
    if side is Side.SALESFORCE:
        sandbox.salesforce_server.app = Skewed(sandbox.salesforce, here, seconds)
    else:
        sandbox.operate_server.app = Skewed(sandbox.operate, here, seconds)


@pytest.mark.parametrize("hours", [-20, -3, -0.2, 0.2, 3, 20])
@pytest.mark.parametrize("side", SIDES)
def test_a_clock_that_is_not_that_of_the_stamps(here: Clocked, side: Side, hours: float) -> None:
    """However quiet it was before, an edit is carried over in the next cycle."""
    skew(here, side, hours * HOUR)
    for _ in range(4):
        here.advance(0.6 * DAY)
        sync(here.pair)
    here.note(side, "Before", "called back")
    here.advance(120)
    sync(here.pair)
    assert here.people(side.other)[("Before", "called back")] == 1


@pytest.mark.parametrize("days", [2, 300, 2_000_000])
@pytest.mark.parametrize("side", SIDES)
def test_a_clock_that_nobody_can_believe(here: Clocked, side: Side, days: int) -> None:
    """Nothing is read by it and no cursor moves; when it is right again, nothing was missed."""
    here.advance(120)
    sync(here.pair)
    before = here.cursor(side)
    here.note(side, "Before", "called back")
    skew(here, side, days * DAY)
    with pytest.raises(Unreadable, match="clock"):
        sync(here.pair)
    assert here.cursor(side) == before
    skew(here, side, 0)
    here.advance(120)
    sync(here.pair)
    assert here.people(side.other)[("Before", "called back")] == 1
    assert here.cursor(side) <= here.now() + SECOND
