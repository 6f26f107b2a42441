"""What the hosted job waits for: said once when it begins and once when it is over, and shown on the board."""

from collections.abc import Callable
from dataclasses import replace

from connector.core.model import SECOND, Micros
from connector.errors import Braked, ConnectorError
from connector.ledger.port import Ledger
from connector.logs import Say
from connector.pause import paused
from connector.report.words import elapsed, plain, when
from connector.troubles import CALLED, REASONS, Kind, Trouble
from connector.vitals import Board

AWAY = "away, and tried again by itself: "
REFUSED = "a CRM answers and cannot be read, so that somebody has to look (`connector check`): "
KEPT = "the mapping file cannot be used, the mapping from before stays in force"


class Waits:
    """What one job waits for, turn after turn. `failures` counts the turns in a row in which a CRM was away.

    Only the worker calls it; `backfilled` tells whether there was a first backfill.
    """

    def __init__(self, board: Board, say: Say, clock: Callable[[], Micros], backfilled: Callable[[], bool]) -> None:
        self._board, self._say, self._clock, self._backfilled = board, say, clock, backfilled
        self.failures = 0

    def away(self, text: str, *, worked: bool = False) -> None:
        """A CRM is away: wait longer each time, unless something was written in spite of it."""
        self.wait(Kind.OUTAGE, AWAY + text)
        self.failures = 0 if worked else self.failures + 1

    def refused(self, text: str) -> None:
        """A CRM answers, and it does not help to ask again: wait longer each time, whatever the other one was given."""
        self.wait(Kind.REFUSED, REFUSED + text)
        self.failures += 1

    def wait(self, kind: Kind, text: str, brake: Braked | None = None) -> None:
        """Say once what is waited for, however many turns it takes, and again after something else was waited for.

        The board shows the words of the last turn. A refusal is said again when it is another one: somebody else may
        have to mend it. Those of an outage differ from try to try.
        """
        which, leads = (str(brake.facts["brake"]), int(str(brake.facts["leads"]))) if brake else ("", 0)
        here = brake.here if brake else ""
        self.failures = self.failures if kind in {Kind.OUTAGE, Kind.REFUSED} else 0
        trouble = self._board.vitals.trouble
        if trouble is not None and ((trouble.kind, trouble.which) == (kind, which) or kind is Kind.BUSY):
            if kind is trouble.kind:  # a plan, too, grows while it waits
                self._board.change(trouble=replace(trouble, text=text, leads=leads, here=here))
                if kind is Kind.REFUSED and text != trouble.text:
                    self._say(text, event=kind.value, state="changes")
            return
        if trouble is not None and trouble.kind is Kind.OUTAGE:
            self.over()
        begun = Trouble(kind, text, self._clock(), which, leads, here)
        self._board.change(trouble=begun, blind=True, backfilled=self._backfilled())
        self._say(text, event=kind.value, state="begins")

    def over(self) -> None:
        """Say what is not waited for any more."""
        trouble, self.failures = self._board.vitals.trouble, 0
        if trouble is None:
            return
        self._board.change(trouble=None, counts_from=self._clock())
        if trouble.kind in REASONS:
            told = f"goes on: {CALLED[trouble.kind].ended}, after {elapsed(self._clock() - trouble.since)}"
            self._say(told, event=trouble.kind.value, state="ends", seconds=(self._clock() - trouble.since) // SECOND)

    def rests(self, ledger: Ledger) -> bool:
        """Whether somebody has paused the job."""
        rest, before = paused(ledger), self._board.vitals.paused
        self.failures = 0 if rest is not None else self.failures
        if rest == before:
            return rest is not None
        if rest is not None:
            self._board.change(paused=rest)
            self._say(
                f"paused since {when(rest.since)}{plain(rest.who, 90)}: `connector resume` lets it go on", event="pause"
            )
            return True
        self._board.change(paused=None, counts_from=self._clock(), blind=True)
        self._say("goes on after the pause", event="resume")
        return False

    def flawed(self, flaw: ConnectorError | None) -> None:
        """Say once that the mapping file cannot be used, and once that it can again."""
        before = self._board.vitals.flaw
        text = "" if flaw is None else f"{KEPT}: {flaw}"
        if text == ("" if before is None else before.text):
            return
        since = before.since if before is not None else self._clock()
        self._board.change(flaw=Trouble(Kind.MAPPING, text, since) if text else None)
        self._say(text or f"goes on: {CALLED[Kind.MAPPING].ended}", event=Kind.MAPPING.value)
