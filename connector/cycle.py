"""The story of a cycle: rules, settle, poll, observe, match, plan, guard, then preview or apply, and advance.

settle    open create intents: did they land?                     I/O, never sends
poll      both sides at once: changed records since the cursors   I/O
observe   records -> values -> ledger                             (while polling, page by page)
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
from connector.apply import apply
from connector.core.model import SIDES
from connector.core.result import Mode, Preview, Result, Scope, Status
from connector.errors import Braked, NotYet, Stop
from connector.ledger.port import Ledger
from connector.observe import Observer
from connector.overview import Overview, guard, overview, show, take_in_again
from connector.pair import Pair, Progress
from connector.poll import poll
from connector.rules import take_rules
from connector.settle import settle
from connector.strangers import match

BACKFILLED = "backfill.completed"
"""The mark of a first backfill that was applied to the end."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def silent(what: str, done: int, total: int | None) -> None:
    """Nobody wants to see the progress."""


def ready(ledger: Ledger) -> bool:
    """Whether the first backfill was applied and completed: before that, nothing is written."""
    return bool(ledger.log.mark(BACKFILLED))


def sync(
    pair: Pair,
    *,
    stop: Callable[[], bool] = never,
    progress: Progress = silent,
    release_brakes: bool = False,
) -> Result:
    """One cycle. Raises `NotYet` before the first backfill, `Busy`, `Braked`, and `Stop` when somebody must act."""
    if not ready(pair.ledger):
        raise NotYet(
            "No backfill was applied yet, so nothing was written. Look at `connector backfill` (it only shows), then "
            "run `connector backfill --apply`."
        )
    return _cycle(pair, None, stop=stop, progress=progress, braked=not release_brakes)


def backfill(pair: Pair, scope: Scope, *, stop: Callable[[], bool] = never, progress: Progress = silent) -> Result:
    """Read everything, link, fill and create what `scope` takes in. Interrupted, the same call goes on."""
    result = _cycle(pair, scope, stop=stop, progress=progress, braked=False)
    if result.status in {Status.DONE, Status.PARKED} and scope.limit is None:
        pair.ledger.log.set_mark(BACKFILLED, str(pair.clock()))
    return result


def preview(pair: Pair, *, scope: Scope | None = None, progress: Progress = silent) -> Preview:
    """The plan of a cycle, or of a backfill (`scope`, and before the first one). Changes no state anywhere."""
    if scope is None and not ready(pair.ledger):
        scope = Scope()
    with pair.ledger.scratch() as ledger:
        scratch = replace(pair, ledger=ledger)
        result = Result()
        observer = Observer(scratch, 0, result)
        plan = _plan(scratch, observer, result, 0, scope, progress, shown=True)
        return show(scratch, plan, result, backfill=scope is not None)


def _cycle(pair: Pair, scope: Scope | None, *, stop: Callable[[], bool], progress: Progress, braked: bool) -> Result:
    with ExitStack() as stack:
        stack.enter_context(pair.ledger.cycle_lock())
        started = begin(pair, "sync" if scope is None else "backfill")
        result = started.result
        try:
            observer = Observer(pair, started.number, result)
            plan = _plan(pair, observer, result, started.number, scope, progress)
            if braked:
                guard(pair, plan, result)
            finished = apply(
                pair,
                observer,
                result,
                started.number,
                plan.links,
                plan.strangers,
                sides=plan.sides,
                mode=scope.mode if scope is not None else Mode.FULL,
                stop=stop,
                progress=progress,
            )
            advance(pair, observer, plan.sides)
        except Braked as brake:
            result.problems.append(str(brake))
            finish(pair, started, Status.BRAKED)
            raise
        except Stop as problem:
            result.problems.append(str(problem))
            finish(pair, started, Status.FAILED)
            raise
        whole = finished and len(plan.sides) == len(SIDES)
        return finish(pair, started, None if whole else Status.STOPPED)


def _plan(
    pair: Pair,
    observer: Observer,
    result: Result,
    cycle: int,
    scope: Scope | None,
    progress: Progress,
    *,
    shown: bool = False,
) -> Overview:
    take_rules(pair)
    settle(pair, observer, result)
    if scope is not None:
        take_in_again(pair)
    sides = poll(pair, observer, result, everything=scope is not None, progress=progress)
    observer.reread()
    if len(sides) == len(SIDES):
        match(pair, cycle, result, scope.mode if scope is not None else Mode.FULL)
        observer.arrived()
    return overview(pair, observer, cycle, scope, sides, shown=shown)
