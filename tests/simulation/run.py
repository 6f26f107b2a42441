"""Running seeds: each history is played twice and judged; a failing one is cut down and told in words."""

import hashlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from tests.simulation.each_cycle import after_cycle
from tests.simulation.invariants import at_the_end
from tests.simulation.play import Play
from tests.simulation.schedule import Schedule, plan
from tests.simulation.shrink import MOST, shrunk
from tests.simulation.violation import Violation


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that broke a promise, as short as it could be made."""

    check: str
    text: str
    schedule: Schedule

    def __str__(self) -> str:
        return f"{self.schedule}\n  then {self.text}"


def failure_of(seed: int, *, twice: bool = True, tries: int = MOST) -> Failure | None:
    """What is wrong with a seed, told as shortly as `tries` histories allow; None where nothing is."""
    return _failure(plan(seed), twice=twice, tries=tries)


def failures(seeds: Iterable[int]) -> list[Failure]:
    """What is wrong with some seeds."""
    return [failure for seed in seeds if (failure := failure_of(seed)) is not None]


def judged(schedule: Schedule, *, twice: bool = True) -> Violation | None:
    """The promise that a history breaks, or None; `twice`: it has to end the same again."""
    try:
        ended = played(schedule)
        if twice and played(schedule, judge=False) != ended:
            raise Violation("I14 determinism", "the same history ended in two ways")
    except Violation as violation:
        return violation
    return None


def played(schedule: Schedule, *, judge: bool = True) -> str:
    """Play a history and judge it; a digest of how both CRMs and the ledger ended. Raises `Violation`."""
    play = Play(schedule, after_cycle if judge else lambda play, cycle: None)
    with closing(play):
        try:
            play.run()
            ended = _digest(play)
            if judge:
                at_the_end(play)
            return ended
        except Violation:
            raise
        except Exception as error:
            raise Violation("I0 no surprise", f"{type(error).__name__}: {error}") from error


def _digest(play: Play) -> str:
    changes = [(c.number, c.place, c.value, c.typed, c.shown) for c in play.journal.changes]
    return hashlib.sha256(repr((play.contents(), changes)).encode()).hexdigest()


def _failure(schedule: Schedule, *, twice: bool, tries: int) -> Failure | None:
    violation = judged(schedule, twice=twice)
    if violation is None:
        return None
    check = violation.check

    def fails(shorter: Schedule) -> bool:
        found = judged(shorter, twice=check.startswith("I14"))
        return found is not None and found.check == check

    short = shrunk(schedule, fails, tries)
    told = judged(short, twice=check.startswith("I14")) or violation
    return Failure(check, str(told), short)
