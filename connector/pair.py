"""A pair: one Salesforce org with one Operate tenant, and everything a cycle works with."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from connector.core.guard import Brakes
from connector.core.mapping.model import Mapping, Tables
from connector.core.model import SECOND, SIDES, Micros, Side
from connector.crm.budget import OWN, USAGE
from connector.crm.port import Crm
from connector.ledger.notes import keep_notes
from connector.ledger.port import Ledger

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many leads are done and how many there are (None: not known yet)."""
UNAPPLIED = "unapplied."
"""Prefix of the marks of rules whose change no cycle has carried out to the end."""
THERE = "there."
"""Prefix of the marks of when, by each side's clock, everybody linked there was found to be there for the last time."""
READ = "read."
"""Prefix of the marks of when, by its own clock, the listing of each side was begun that was read to the end last."""
KEPT = "differences.kept"
"""The mark of when a backfill only linked: differences of before stay until a full one ("yes": nobody knows when)."""
CLOCKS = 600 * SECOND
"""So far our clock and a CRM's may be apart when the records made since an intent are searched."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def silent(what: str, done: int, total: int | None) -> None:
    """Nobody wants to see the progress."""


def threads() -> Executor:
    """One thread a side: both fixed client libraries are used synchronously."""
    return ThreadPoolExecutor(max_workers=len(SIDES), thread_name_prefix="side")


@dataclass(frozen=True, slots=True)
class Timing:
    """The waits of a cycle, in microseconds (settings: CONNECTOR_OVERLAP_SECONDS and so on), when sweeps are due.

    `asked` is the last time at which one was wanted by the clock; None: it is due by its age.
    """

    overlap: Micros = 1800 * SECOND
    lag: Micros = 60 * SECOND
    hold: Micros = 600 * SECOND
    create_after: Micros = 60 * SECOND
    ids_every: Micros = 86400 * SECOND
    values_every: Micros = 7 * 86400 * SECOND
    asked: Micros | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What `wiring` puts together and a cycle uses.

    `clock` tells the time in microseconds UTC; `workers` makes the pool that talks to both sides at once.
    `taken` is how many mappings the ledger had taken before this one was read (None: nobody else has another).
    `steady` is a clock that nobody sets, for durations; without one, `clock` is taken.
    """

    mapping: Mapping
    tables: Tables
    crms: Map[Side, Crm]
    ledger: Ledger
    clock: Callable[[], Micros]
    timing: Timing = field(default_factory=Timing)
    brakes: Brakes = field(default_factory=Brakes)
    notices: tuple[str, ...] = ()
    workers: Callable[[], Executor] = threads
    taken: int | None = None
    steady: Callable[[], Micros] | None = None

    def steadily(self) -> Micros:
        """The time for durations."""
        return (self.steady or self.clock)()


def keep_requests(pair: Pair) -> None:
    """Keep how many requests have left: they were made, whatever becomes of the cycle.

    Called inside a transaction of every page and every batch, so that a process that is killed forgets hardly any.
    """
    for side, crm in pair.crms.items():
        keep_notes(pair.ledger, side, {name: text for name in (USAGE, OWN) if (text := crm.notes.get(name))})


def allowing(pair: Pair, leads: int) -> Pair:
    """The pair with brakes that let so many leads through, once."""
    return replace(pair, brakes=replace(pair.brakes, allowed=leads))
