"""Two small charts out of the last cycles, as figures that a template draws. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from connector.core.model import SECOND, SIDES, Micros, Side
from connector.core.result import WHOLE
from connector.ledger.port import CycleRow
from connector.report.words import elapsed, minute

WIDTH, HEIGHT = 600, 120
"""Size of the drawing in its own units. A page stretches its width and nothing else, so no text stands in it."""
WIDEST = 24
SYNC = "sync"
"""The kind of cycle that is drawn: a backfill would dwarf all of them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, or a part of it; `kind` chooses its colour, `told` is what it says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the same in a sentence for whoever does not see it.

    `lines` are height and label of its scale, from the top; `first` and `last` are when its cycles ended.
    """

    bars: Sequence[Bar]
    lines: Sequence[tuple[float, str]]
    first: Micros
    last: Micros
    told: str


def lag(rows: Sequence[CycleRow]) -> Chart | None:
    """How long an edit waited at most, cycle by cycle: from the beginning of a good one to the end of the next."""
    good = sorted(
        (row for row in rows if row.ended and row.status in WHOLE and row.kind == SYNC), key=lambda row: row.number
    )
    waits = [(row, max(0, row.ended - before.started)) for before, row in pairwise(good)]
    if not waits:
        return None
    most = max(wait for _, wait in waits)
    top = _round(max(most / SECOND, 1.0))
    bars = [
        _bar(
            at, len(waits), 0.0, wait / SECOND, top, "lag", f"Cycle {row.number}, {minute(row.ended)}: {_lasted(wait)}"
        )
        for at, (row, wait) in enumerate(waits)
    ]
    middle = sorted(wait for _, wait in waits)[len(waits) // 2]
    told = f"In {_last(len(waits))} an edit waited {_lasted(most)} at most"
    told += f", in half of them {_lasted(middle)}." if len(waits) > 1 else "."
    return _chart(bars, top, [row for row, _ in waits], told, lambda figure: _lasted(int(figure * SECOND)))


def _last(count: int) -> str:
    return "the last cycle" if count == 1 else f"the last {count} cycles"


def _lasted(duration: Micros) -> str:
    """How long something took, with tenths where whole seconds would say nothing."""
    if not 0 < duration < 10 * SECOND:
        return elapsed(duration)
    return f"{max(0.1, duration / SECOND):.1f}".removesuffix(".0") + " s"


def throughput(rows: Sequence[CycleRow]) -> Chart | None:
    """How many records each cycle wrote, by side."""
    ended = sorted((row for row in rows if row.ended and row.report and row.kind == SYNC), key=lambda row: row.number)
    if not ended:
        return None
    counts = [(row, {side: _written(row, side) for side in SIDES}) for row in ended]
    most = max(sum(count.values()) for _, count in counts)
    top = _round(max(most, 1))
    bars: list[Bar] = []
    for at, (row, count) in enumerate(counts):
        below = 0.0
        for side, many in count.items():
            if many:
                told = f"Cycle {row.number}, {minute(row.ended)}: {many:,} in {side.capitalize()}"
                bars.append(_bar(at, len(counts), below, many, top, str(side), told))
            below += many
    total = {side: sum(count[side] for _, count in counts) for side in SIDES}
    parts = " and ".join(f"{many:,} in {side.capitalize()}" for side, many in total.items())
    told = f"T{_last(len(counts))[1:]} wrote {parts}"
    told += f"; one of them {most:,} at most." if len(counts) > 1 else "."
    return _chart(bars, top, [row for row, _ in counts], told, lambda figure: f"{figure:,.0f}")


def _written(row: CycleRow, side: Side) -> int:
    count = json.loads(row.report).get(str(side), {})
    return sum(int(count.get(name, 0)) for name in ("created", "updated", "deleted"))


def _bar(at: int, count: int, below: float, figure: float, top: float, kind: str, told: str) -> Bar:
    step = min(WIDEST, WIDTH / count)
    height = HEIGHT * figure / top
    x = WIDTH - step * (count - at)
    return Bar(
        round(x, 1),
        round(HEIGHT - HEIGHT * below / top - height, 1),
        round(step * 0.8, 1),
        round(height, 1),
        kind,
        told,
    )


def _chart(
    bars: Sequence[Bar], top: float, rows: Sequence[CycleRow], told: str, label: Callable[[float], str]
) -> Chart:
    lines = [(HEIGHT - HEIGHT * part, label(top * part)) for part in ((1.0, 0.0) if top < 2 else (1.0, 0.5, 0.0))]
    return Chart(bars, lines, rows[0].ended, rows[-1].ended, told)


def _round(most: float) -> float:
    """The end of a scale: a figure that is easy to halve."""
    for size in (1, 2, 4, 10, 20, 40, 60, 120, 240, 600, 1200, 3600, 7200, 14400, 43200, 86400):
        if most <= size:
            return float(size)
    power = 10 ** (len(str(int(most))) - 1)
    return float(-(-int(most + 1) // power) * power)
