"""Nobody is missed while people work: at every page they edit, enter, delete and commit late, over HTTP."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from connector.core.model import SIDES, Side
from connector.core.result import Scope
from connector.cycle import backfill, sync
from connector.sandbox.http import Request, Response
from connector.sandbox.operate import Operate
from connector.sandbox.salesforce import Salesforce
from tests.system.clocked import Clocked, clocked

LATE = 300
"""Seconds until everybody sees a save that is committed late."""
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we")


@dataclass
class Desk:
    """The people at one CRM: they do something before many a request is answered, and only to leads of their own."""

    app: Salesforce | Operate
    here: Clocked
    side: Side
    rng: random.Random
    busy: bool = False
    commits_late: bool = False
    notes: dict[str, str] = field(default_factory=dict)
    """What was typed last on each lead that is still there, in the order of typing."""
    late: dict[str, str] = field(default_factory=dict)
    """The same of leads that were committed late, which are left alone afterwards."""
    removed: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    def handle(self, request: Request) -> Response:
        """Let people act, then answer."""
        if self.busy and request.method == "GET" and "ead" in request.path + str(request.query):
            self.act()
        return self.app.handle(request)

    def act(self) -> None:
        """One of them does one thing."""
        late = ("late",) if self.commits_late else ()
        what = self.rng.choice(("edit", "edit", "oldest", "oldest", "enter", "remove", "remove", *late))
        self.done[what] += 1
        names = list(self.notes)
        if what in ("edit", "oldest") and names:
            # The oldest one goes from the first page to the last, and everybody else moves up.
            name = names[0] if what == "oldest" else self.rng.choice(names)
            text = f"note {self.done.total()}"
            self.here.note(self.side, name, text)
            del self.notes[name]
            self.notes[name] = text
        elif what == "remove" and len(names) > 3:
            name = self.rng.choice(names)
            self.app.remove(self.here.record_id(self.side, name))
            del self.notes[name]
            self.removed.add(name)
        elif what == "late":
            self.app.late_commit(LATE)
            self.late[self.enter()] = ""
        else:
            self.notes[self.enter()] = ""

    def enter(self) -> str:
        """A new lead, whose name looks like nobody else's; the name."""
        name = "".join(self.rng.choices(SYLLABLES, k=6)).capitalize()
        self.here.enter(self.side, name)
        return name


@pytest.fixture(params=range(4))
def desks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[Side, Desk]]:
    """Six leads on each side, and CRMs that show two at a time."""
    with clocked(tmp_path, page=2) as here:
        sandbox = here.sandbox
        made = {
            Side.SALESFORCE: Desk(sandbox.salesforce, here, Side.SALESFORCE, random.Random(request.param)),
            Side.OPERATE: Desk(sandbox.operate, here, Side.OPERATE, random.Random(request.param + 100)),
        }
        for desk in made.values():
            desk.notes = {desk.enter(): "" for _ in range(6)}
        sandbox.salesforce_server.app, sandbox.operate_server.app = made.values()
        here.advance(3600)
        yield made


@pytest.mark.parametrize("first", [False, True], ids=["cycles without an overlap", "first backfill"])
def test_whatever_people_do_while_pages_are_read_arrives(desks: dict[Side, Desk], *, first: bool) -> None:
    """When they go home, everybody is on both sides once, with the last note; whoever was deleted is not made anew.

    Without an overlap no later cycle reads again what one left out; only late commits need it. That each single
    listing is whole is the contract of the clients (`tests/crm`): here the last look would make up for it.
    """
    here = desks[Side.OPERATE].here
    pair = here.pair if first else replace(here.pair, timing=replace(here.pair.timing, overlap=0))
    if not first:
        backfill(pair, Scope())
    for desk in desks.values():
        desk.busy, desk.commits_late = True, first
    for _ in range(1 if first else 3):
        here.advance(90)
        backfill(pair, Scope()) if first else sync(pair)
    for desk in desks.values():
        desk.busy = False
    for _ in range(3):
        here.advance(LATE)
        sync(pair)
    for side, desk in desks.items():
        assert desk.done, "nobody did anything"
        there = here.people(side.other)
        expected = Counter(desk.notes.items()) + Counter(desk.late.items())
        own = Counter({key: count for key, count in there.items() if key[0] in desk.notes | desk.late})
        assert own == expected
        assert {name for name, _ in here.people(side)} & desk.removed == set()
        assert all(sum(count for (last, _), count in there.items() if last == name) <= 1 for name in desk.removed)
    here.advance(60)
    assert sync(pair).writes == 0
    assert all(here.people(side).total() >= len(SIDES) * 3 for side in SIDES)
