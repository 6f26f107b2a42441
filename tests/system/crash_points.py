"""A cycle is killed at every boundary where it touches the world: `python -m tests.system.crash_points [SHARE]`.

Boundaries are counted by kind: every request to each side before it is sent, after the CRM has carried it out and
before its answer leaves, and after the answer; every transaction of the ledger before and after its COMMIT. Each of
them gets a fresh copy of the same world, and a real process that dies exactly there by SIGKILL. Then people edit,
the same command is run again until nothing is left to do, and both CRMs and the ledger are looked at.
"""

import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

from connector.core.model import Side
from connector.ledger.sqlite import SqliteLedger
from tests.system import crash_people as people
from tests.system.crash_world import Nursery, World
from tests.system.dying import REACHED

Point = tuple[str, str, int]
"""A boundary: salesforce, operate or ledger; before, done or after; and which of these it is, from 1."""
DONE = "done"
"""Carried out by the CRM, and the answer not yet on its way."""
SYNC, BACKFILL = ("sync", "--json"), ("backfill", "--apply", "--json")
SWEEP = ("sync", "--sweep", "--json")
"""A sync that finds who is gone on either side."""
WAITS = (5, 700, 70, 70)
"""Seconds before each restart: at once, past every hold, and then at a usual pace."""
PATIENCE = 6
"""So many cycles more may be needed until nothing is left to do."""
WRITING = {Side.SALESFORCE: ("POST|PATCH|DELETE", "/services/data"), Side.OPERATE: ("POST|PUT|DELETE", "/api/")}
FINE = frozenset({0, 4})


class Wrong(AssertionError):
    """Something is not as it must be."""


@dataclass
class Stage:
    """A world that waits for a cycle with everything to do, and the process that runs the cycles."""

    world: World
    nursery: Nursery
    folder: Path
    command: tuple[str, ...]
    deletes: bool = False
    """Whether the mapping deletes the partners of deleted leads."""
    asked: dict[Side, tuple[str, ...]] = field(default_factory=dict)
    """The methods of all requests of the undisturbed run, once it was made."""

    def points(self) -> list[Point]:
        """Every boundary of an undisturbed run, which must end well, too."""
        world = self.world.copied(self.folder / "whole")
        with world.serving() as servers:
            self.succeed(world, self.command)
            done = [(side, DONE, len(watched.asked)) for side, (_, watched) in servers.items()]
            self.asked = {side: tuple(watched.asked) for side, (_, watched) in servers.items()}
        passed = json.loads((world.ledger.parent / REACHED).read_text(encoding="utf-8"))
        self._afterwards(world)
        return [(str(where), phase, each + 1) for where, phase, count in [*passed, *done] for each in range(count)]

    def dies_at(self, point: Point, again: Point | None = None, *, broken: str = "") -> bool:
        """Kill a run at this boundary and see that all ends well; False where it was over before. Raises `Wrong`.

        `again` is where the next run is killed in turn, if it comes that far. `broken` names a promise that the runs
        break on purpose (`tests.simulation.broken`).
        """
        folder = self.folder / "-".join(map(str, point))
        world = self.world.copied(folder)
        died = self._killed(world, point, broken)
        if again is not None:
            world.clock.advance(WAITS[1])
            self._killed(world, again, broken)
        self._afterwards(world)
        rmtree(folder)
        return died

    def _killed(self, world: World, point: Point, broken: str) -> bool:
        where, phase, number = point
        with world.serving() as servers:
            if phase == DONE:
                servers[Side(where)][1].kill_at = number
            victim = self._start(world, self.command, None if phase == DONE else point, broken)
            for _, watched in servers.values():
                watched.victim = victim
                watched.known.set()
            return self.nursery.end() == -signal.SIGKILL

    def _afterwards(self, world: World) -> None:
        """People edit, the command is started again, cycles follow, and all is well and quiet. Raises `Wrong`."""
        world.clock.advance(2)
        edited = people.meanwhile(world.offices)
        with world.serving() as servers:
            for number, wait in enumerate((*WAITS, *[70] * PATIENCE)):
                world.clock.advance(wait)
                result = self.succeed(world, self.command if number == 0 else SYNC)
                if number >= len(WAITS) - 1 and not (_writes(result) or result["held"]):
                    break
            else:
                raise Wrong(f"it does not come to rest: {result}")
            for server, _ in servers.values():
                server.reset_journal()
            world.clock.advance(70)
            self.succeed(world, SYNC)
            for side, (server, _) in servers.items():
                if sent := server.journal.calls(*WRITING[side]):
                    raise Wrong(f"a cycle with nothing to do wrote to {side}: {sent[0].method} {sent[0].path}")
        with closing(SqliteLedger.open(world.ledger, readonly=True)) as ledger:
            first = self.command == BACKFILL
            wrong = people.complaints(world.offices, ledger, edited=edited, first=first, deletes=self.deletes)
            if told := list(wrong):
                raise Wrong("; ".join(told))

    def _start(self, world: World, command: Sequence[str], die: Point | None = None, broken: str = "") -> int:
        order = {"args": command, "environ": world.environ(), "folder": str(world.ledger.parent)}
        return self.nursery.start(**order, ahead=world.ahead, die=die, broken=broken)

    def succeed(self, world: World, command: Sequence[str]) -> dict[str, Any]:
        """Run a command to its end; what it printed."""
        self._start(world, command)
        code = self.nursery.end()
        out, err = ((world.ledger.parent / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        if code not in FINE:
            raise Wrong(f"`connector {' '.join(command)}` ended with {code}: {out} {err}")
        return dict(json.loads(out))


def _writes(result: dict[str, Any]) -> int:
    return sum(result[side][what] for side in Side for what in ("created", "updated", "deleted"))


@contextmanager
def staged(
    folder: Path, command: tuple[str, ...], *, counterpart: str | None, deletes: bool = False
) -> Iterator[Stage]:
    """A stage for this command, with or without a field for our id in Operate, and with a mapping that `deletes`."""
    with closing(Nursery()) as nursery:
        world = World.new(folder, counterpart=counterpart, deletes=deletes)
        stage = Stage(world, nursery, folder, command, deletes)
        people.before(world.offices)
        if command != BACKFILL:
            world.clock.advance(100)
            with world.serving():
                stage.succeed(world, BACKFILL)
                world.clock.advance(100)
                stage.succeed(world, SYNC)
            world.clock.advance(100)
            people.work(world.offices, deletes=deletes)
        else:
            people.strangers(world.offices)
        world.clock.advance(100)
        yield stage


STAGES: Mapping[str, tuple[tuple[str, ...], str | None, bool]] = {
    f"{command[0]}, {'with' if field else 'without'} a field in Operate": (command, field, False)
    for command in (SYNC, BACKFILL)
    for field in ("ud_salesforceid", None)
} | {"sync, partners are deleted on both sides": (SWEEP, "ud_salesforceid", True)}
"""By name: the command, the field for our id in Operate, and whether the mapping deletes partners."""


def chosen(points: Sequence[Point], share: int) -> list[Point]:
    """Every `share`th boundary in an order that is shuffled, and always the same."""
    return random.Random(0).sample(list(points), len(points))[::share]


def main(share: str = "1") -> int:
    """Die at every boundary of every stage (or at a share of them), print complaints, and count."""
    bad = 0
    for name, (command, counterpart, deletes) in STAGES.items():
        begun = time.monotonic()
        with (
            TemporaryDirectory() as folder,
            staged(Path(folder), command, counterpart=counterpart, deletes=deletes) as stage,
        ):
            points = stage.points()
            tally: Counter[str] = Counter()
            for point in chosen(points, int(share)):
                try:
                    tally["died" if stage.dies_at(point) else "over before"] += 1
                except Wrong as wrong:
                    tally["wrong"] += 1
                    print(f"{name}, killed at {point}: {wrong}", flush=True)  # noqa: T201
        kinds = Counter(point[:2] for point in points)
        bad += tally["wrong"] + tally["over before"]
        print(f"{name}: {len(points)} boundaries {dict(kinds)}, {dict(tally)}", flush=True)  # noqa: T201
        print(f"{time.monotonic() - begun:.0f} s", flush=True)  # noqa: T201
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
