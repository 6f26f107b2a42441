"""The org's daily API requests as the history has them, and what really left: the budget is judged by these."""

from collections import Counter
from collections.abc import Callable

from connector.core.model import SECOND, Micros, Side
from connector.crm.budget import DAY, HOUR, LOOK_AGAIN, Budget, Shares
from connector.crm.memory import MemoryCrm
from connector.ledger.notes import kept_notes
from connector.ledger.port import Ledger

PLENTY = 10**9
THRIFTY = 40
"""So many requests of our own are allowed in 24 hours of a thrifty history: a few cycles use them up."""
FORGOTTEN = 4
"""So many requests at most are forgotten by a process that dies."""


class Allowance:
    """Keeps the budget of the CRM in memory, tells it what the org tells, and counts what leaves in spite of it.

    `over` are the requests that should not have left; `forgotten` how many a dead process did not remember.
    """

    def __init__(self, crm: MemoryCrm, clock: Callable[[], Micros], own: int) -> None:
        self._crm, self._clock, self._own = crm, clock, own
        self._sent = Counter[int]()
        self._full = 0
        self._used_up_until = 0
        self.over = self.forgotten = 0
        self.budget = crm.budget = Budget(crm.notes, lambda: clock() / SECOND, Shares(80, 100))
        self.budget.told(0, own)

    @property
    def spent(self) -> bool:
        """Whether the connector knows that it may send nothing now."""
        return bool(self.budget.spent)

    def use_up(self, seconds: int) -> None:
        """The others use up everything for a while, and an answer tells so."""
        self._full = self._clock()
        self._used_up_until = self._full + seconds * SECOND
        self.budget.told(self._own, self._own)

    def begin_cycle(self, *, peace: bool) -> None:
        """The others are quiet again, or the org has bought more."""
        self._own = PLENTY if peace else self._own
        if peace or self._clock() >= self._used_up_until:
            self._used_up_until = 0
            self.budget.told(0, self._own)

    def leaves(self) -> None:
        """A request leaves this machine."""
        now = self._clock()
        known = self._used_up_until and self._full <= now < self._full + LOOK_AGAIN * SECOND
        self.over += bool(known) or self._used(now) >= self._own
        self._sent[self._hour(now)] += 1

    def die(self, ledger: Ledger) -> None:
        """The process dies: the next one knows what the ledger kept, and what the org tells when it logs in."""
        self._crm.notes.clear()
        self._crm.notes.update(kept_notes(ledger, Side.SALESFORCE))
        now = self._clock()
        use = self.budget.use
        self.forgotten = max(self.forgotten, self._used(now) - (use.own if use is not None else 0))
        if use is None:
            self.budget.told(0, self._own)
        self._sent = Counter({self._hour(now): self.budget.use.own if self.budget.use else 0})
        if now < self._used_up_until and not self.spent:
            self._full = now
            self.budget.told(self._own, self._own)

    def _used(self, now: Micros) -> int:
        oldest = self._hour(now) - DAY
        return sum(count for hour, count in self._sent.items() if hour > oldest)

    def _hour(self, now: Micros) -> int:
        return now // SECOND // HOUR
