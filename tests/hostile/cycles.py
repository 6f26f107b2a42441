"""A whole cycle over one wrong answer: people work on both sides, one answer lies, and nothing may be lost by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from string import ascii_lowercase

from connector import parked
from connector.core.model import SECOND, SIDES, Side
from connector.core.result import Result, Scope
from connector.cycle import backfill, sync
from connector.errors import ConnectorError
from connector.sandbox.http import Response, Server
from tests.hostile.json_twists import TWISTS, Place, fits, places
from tests.hostile.liar import Liar, Twist, wire_twists
from tests.hostile.trials import SECRETS, Bystander
from tests.system.clocked import Clocked, clocked

HOLD = 700
SHAPE = {
    *("records", "totalSize", "done", "nextRecordsUrl", "Id", "SystemModstamp", "CreatedDate", "success", "errors"),
    *("response", "leads", "status", "totalCount", "datetimeutc", "leadid", "updatedate", "creationdate"),
    "access_token",
}
"""Keys that hold an answer together: what is wrong there shows. A wrong value of a lead could as well be the truth."""


@dataclass
class Cycles:
    """A pair over two lying stand-ins."""

    here: Clocked
    liars: dict[Side, Liar]
    bystander: Bystander
    round: int = 0

    def true_answers(self) -> dict[Side, list[Response]]:
        """What is answered in a cycle when nothing lies."""
        assert self.trial(None, None) == ""
        return {side: list(liar.answers) for side, liar in self.liars.items()}

    def trials(self, count: int, seed: int) -> Iterator[str]:
        """The complaints of so many trials, one after the other on the same pair."""
        every = list(telling(self.true_answers()))
        for side, twist in Random(seed).choices(every, k=count):
            if complaint := self.trial(side, twist):
                yield complaint

    def trial(self, side: Side | None, twist: Twist | None) -> str:
        """What is wrong after a cycle in which this side lies once, and some honest ones ("" is nothing)."""
        names, before = self._edits(), {each: self.here.cursor(each) for each in SIDES}
        self.bystander.requests.clear()
        for each, liar in self.liars.items():
            liar.start(twist if each is side else None)
        found = self._lied_to(before)
        answers = {each: list(liar.answers) for each, liar in self.liars.items()}
        for liar in self.liars.values():
            liar.start(None)
        found = found or self._afterwards(names)
        for each, liar in self.liars.items():
            liar.answers[:] = answers[each]
        return f"{side}, {twist}: {found}" if found else ""

    def _edits(self) -> dict[Side, str]:
        """People note something on a known lead and enter a new one, on both sides; the new names are unlike others."""
        self.round += 1
        letters = Random(self.round)
        names = {side: "".join(letters.choices(ascii_lowercase, k=12)).capitalize() for side in SIDES}
        self.here.advance(120)
        for side in SIDES:
            self.here.note(side, f"Known{side.capitalize()}", names[side])
            self.here.enter(side, names[side])
        self.here.advance(70)
        return names

    def _lied_to(self, before: dict[Side, int]) -> str:
        try:
            result: Result | ConnectorError = sync(self.here.pair)
        except ConnectorError as error:
            result = error
        except Exception as error:  # noqa: BLE001 - this is what the trial looks for
            return f"{type(error).__name__}: {error}"
        if self.bystander.requests:
            return "somebody else was asked"
        if any(liar.repeated for liar in self.liars.values()):
            return "a write was sent again, although nobody can know what became of it"
        now = self.here.now() + SECOND
        if any(not before[side] <= self.here.cursor(side) <= now for side in SIDES):
            return "a cursor moved to a time that was not read"
        told = str(result) if isinstance(result, ConnectorError) else " ".join(result.problems)
        secrets = [*SECRETS, *(token for liar in self.liars.values() for token in liar.tokens)]
        kept = b"".join(file.read_bytes() for file in self.here.folder.glob("connector.db*"))
        leaked = any(secret in told or secret.encode() in kept for secret in secrets)
        return "a credential is told or kept" if leaked else ""

    def _afterwards(self, names: dict[Side, str]) -> str:
        """Honest from now on, and what is parked is tried again: both sides end equal, and nobody is lost."""
        ledger = self.here.pair.ledger
        for turn in range(4):
            self.here.advance(HOLD)
            sync(self.here.pair)
            for item in list(parked.items(ledger)) if turn == 1 else ():
                parked.retry(ledger, item.item_id, self.here.now())
        waiting = [item.item_id for item in parked.items(ledger)]
        if waiting:
            return f"still parked: {waiting}"
        salesforce, operate = (self.here.people(side) for side in SIDES)
        if salesforce != operate:
            return f"the sides differ: {salesforce - operate} and {operate - salesforce}"
        wanted = [(names[side], "") for side in SIDES]
        wanted += [(f"Known{side.capitalize()}", names[side]) for side in SIDES]
        missing = [each for each in wanted if salesforce[each] != 1]
        return f"lost or doubled: {missing}" if missing else ""


def telling(answers: dict[Side, list[Response]]) -> Iterator[tuple[Side, Twist]]:
    """The ways to make one answer of a cycle wrong so that it shows."""
    for side, given in answers.items():
        for number, response in enumerate(given):
            yield from ((side, twist) for twist in wire_twists(number))
            if not isinstance(response.body, dict | list):
                continue
            for place in places(response.body):
                if _holds_together(place):
                    names = (name for name in TWISTS if fits(response.body, place, name))
                    yield from ((side, Twist(number, name, place)) for name in names)


def _holds_together(place: Place) -> bool:
    return not place or place[-1] in SHAPE


@contextmanager
def cycles(folder: Path) -> Iterator[Cycles]:
    """A pair after its first backfill, with a lead from each side."""
    with clocked(folder, timeout=0.3) as here, Server(bystander := Bystander()) as elsewhere:
        sandbox = here.sandbox
        liars = {
            Side.SALESFORCE: Liar(sandbox.salesforce, elsewhere.url),
            Side.OPERATE: Liar(sandbox.operate, elsewhere.url),
        }
        sandbox.salesforce_server.app, sandbox.operate_server.app = liars[Side.SALESFORCE], liars[Side.OPERATE]
        for side in SIDES:
            here.enter(side, f"Known{side.capitalize()}")
        here.advance(HOLD)
        backfill(here.pair, Scope())
        here.advance(HOLD)
        sync(here.pair)
        yield Cycles(here, liars, bystander)
