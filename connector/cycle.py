"""The story of a cycle: rules, settle, poll, observe, match, plan, guard, then preview or apply, and advance.

settle    open create intents: did they land?                     I/O, never sends
poll      both sides at once: changed records since the cursors   I/O
observe   records -> values -> ledger                             (while polling, page by page)
sweep     where due, everybody's id and stamp: deletes, late commits   I/O
match     strangers: link, review, or new
plan      leads that are ahead -> writes                          pure
guard     brakes                                                  pure
preview   | apply, batch by batch
advance   cursors, history, report
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace

from connector.advance import advance, begin, finish
from connector.advice import Advice
from connector.apply import apply
from connector.core.guard import would_stop
from connector.core.model import SIDES
from connector.core.result import Mode, Preview, Result, Scope, Status
from connector.errors import Braked, NotYet, Refused, RetryLater, Stop
from connector.ledger.port import Ledger
from connector.observe import Observer
from connector.overview import Overview, guard, overview, show
from connector.pair import KEPT, Pair, Progress, allowing, never, silent
from connector.poll import poll
from connector.rules import applied, expect_in_force, kept_different, take_rules
from connector.settle import settle
from connector.strangers import ALL, NEW, match
from connector.sweep import sweep, unread

BACKFILLED = "backfill.completed"
"""The mark of a first backfill that was applied to the end."""


def ready(ledger: Ledger) -> bool:
    """Whether the first backfill was applied and completed: before that, nothing is written."""
    return bool(ledger.log.mark(BACKFILLED))


def sync(
    pair: Pair,
    *,
    stop: Callable[[], bool] = never,
    progress: Progress = silent,
    allow_changes: int = 0,
    everything: bool = False,
) -> Result:
    """One cycle; `everything` reads both sides in full, as the weekly sweep does.

    `allow_changes` lets a plan of up to so many leads through although a brake would stop it. Raises `NotYet` before
    the first backfill, `Busy`, `Outdated`, `Braked`, and `Stop` when somebody must act.
    """
    if not ready(pair.ledger):
        raise NotYet(
            "No backfill was applied yet, so nothing was written.",
            advice=Advice(
                "Look at `connector backfill` (it only shows; --mode link: links alone), then run the command that it "
                "ends with. If there was one, the ledger is another one or lost: `connector ledger rebuild` makes it "
                "anew.",
                "Make a preview of the first backfill, look at it, and start it there. If there was one, ask whoever "
                "runs the connector: the ledger may be lost.",
            ),
        )
    return _cycle(allowing(pair, allow_changes), None, stop=stop, progress=progress, everything=everything)


def backfill(
    pair: Pair,
    scope: Scope,
    *,
    stop: Callable[[], bool] = never,
    progress: Progress = silent,
    allow_changes: int = 0,
) -> Result:
    """Read everything, link, fill and create what `scope` takes in. Interrupted, the same call goes on.

    Only the brakes against shrunken listings and replaced people guard it. Raises `Busy`, `Outdated`, `Braked`,
    and `Stop`.
    """
    return _cycle(allowing(pair, allow_changes), scope, stop=stop, progress=progress)


def preview(pair: Pair, *, scope: Scope | None = None, progress: Progress = silent, allow_changes: int = 0) -> Preview:
    """The plan of a cycle, or of a backfill (`scope`, and before the first one). Changes no state anywhere."""
    if scope is None and not ready(pair.ledger):
        scope = Scope()
    with pair.ledger.scratch() as ledger:
        scratch = replace(allowing(pair, allow_changes), ledger=ledger)
        number = max((row.number for row in ledger.log.cycles(1)), default=0) + 1
        result = Result(cycle=number)
        observer = Observer(scratch, number, result, shown=True)
        plan = _plan(scratch, observer, result, number, scope, progress, shown=True)
        try:
            guard(scratch, plan, result, backfill=scope is not None)
        except Braked as brake:
            would_stop(brake, result)
        return show(scratch, plan, result, backfill=scope is not None)


def _cycle(
    pair: Pair, scope: Scope | None, *, stop: Callable[[], bool], progress: Progress, everything: bool = False
) -> Result:
    with ExitStack() as stack:
        stack.enter_context(pair.ledger.cycle_lock())
        expect_in_force(pair)
        started = begin(pair, "sync" if scope is None else "backfill")
        result = started.result
        waits = kept_different(pair.ledger) or not ready(pair.ledger)
        result.again = scope is not None  # before it is decided whom a backfill takes in, no cycle takes up its rest
        try:
            observer = Observer(pair, started.number, result)
            plan = _plan(pair, observer, result, started.number, scope, progress, stop=stop, everything=everything)
            result.again = scope is not None and (waits or len(plan.sides) < len(SIDES))
            room = guard(pair, plan, result, backfill=scope is not None)
            finished = apply(
                pair,
                observer,
                result,
                started.number,
                plan.links,
                plan.strangers,
                sides=plan.sides,
                farewells=plan.farewells,
                mode=scope.mode if scope is not None else Mode.FULL,
                anew=plan.anew,
                room=room,
                stop=stop,
                progress=progress,
            )
            advance(pair, observer, plan.sides)
        except Braked as brake:
            result.problems.append(str(brake))
            finish(pair, started, Status.BRAKED)
            raise
        except (Stop, Refused) as problem:
            result.problems.append(str(problem))
            finish(pair, started, Status.FAILED)
            raise
        except RetryLater as problem:
            result.problems.append(str(problem))
            return finish(pair, started, Status.STOPPED)
        whole = finished and len(plan.sides) == len(SIDES)
        if whole:
            applied(pair.ledger)
        if whole and plan.anew and not result.left:
            pair.ledger.log.set_mark(KEPT, "")
        if whole and scope is not None and scope.limit is None:
            pair.ledger.log.set_mark(BACKFILLED, str(pair.clock()))
            if scope == Scope():
                observer.took_everybody_in()
        return finish(pair, started, None if whole and not result.left else Status.STOPPED)


def _plan(
    pair: Pair,
    observer: Observer,
    result: Result,
    cycle: int,
    scope: Scope | None,
    progress: Progress,
    *,
    shown: bool = False,
    stop: Callable[[], bool] = never,
    everything: bool = False,
) -> Overview:
    rules = take_rules(pair)
    settle(pair, observer, result)
    full = SIDES if everything or scope is not None else unread(pair)
    sides = poll(pair, observer, result, everything=full, progress=progress, stop=stop)
    sides = sweep(pair, observer, result, sides, everything=full, stop=stop)
    if len(sides) == len(SIDES):
        mode, states = (Mode.FULL, NEW) if scope is None else (scope.mode, ALL)
        anew = scope is not None and mode is Mode.FULL
        if not match(pair, observer, cycle, result, mode, states, anew=anew, progress=progress, stop=stop):
            sides = ()
        observer.arrived()
    return overview(pair, observer, cycle, scope, sides, rules, shown=shown)
