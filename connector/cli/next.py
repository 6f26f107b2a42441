"""The command to type next: exactly what was shown, with all its options, as a shell takes it."""

import shlex
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from connector.core.model import SIDES, Micros, Side
from connector.core.result import Mode, Preview, Scope

EPOCH = datetime.fromtimestamp(0, UTC)


class Direction(StrEnum):
    """Which way a backfill makes new leads."""

    BOTH = "both"
    TO_OPERATE = "to_operate"
    TO_SALESFORCE = "to_salesforce"


TOWARDS = {
    Direction.BOTH: frozenset(SIDES),
    Direction.TO_OPERATE: frozenset({Side.OPERATE}),
    Direction.TO_SALESFORCE: frozenset({Side.SALESFORCE}),
}


def command(name: str, **options: str | int | bool | None) -> str:
    """A command of ours with these options; one that is None or False is left out."""
    words = ["connector", *name.split()]
    for option, given in options.items():
        if given is not None and given is not False:
            words += [f"--{option.replace('_', '-')}", *([] if given is True else [str(given)])]
    return shlex.join(words)


def backfill_command(scope: Scope, *, allow_changes: int | None = None, apply: bool = False) -> str:
    """The backfill that takes in exactly this; without `apply` it only shows."""
    return command(
        "backfill",
        mode=scope.mode if scope.mode is not Mode.FULL else None,
        since=_day(scope.since),
        until=_day(scope.until),
        direction=next((way for way, sides in TOWARDS.items() if sides == scope.towards and sides != set(SIDES)), None),
        limit=scope.limit,
        allow_changes=allow_changes,
        apply=apply,
    )


def after_preview(plan: Preview, scope: Scope, allow: int) -> str:
    """What does what a preview has shown; `allow`: so many leads the preview had let through."""
    allowed = max(allow, plan.brake) or None
    if plan.backfill:
        smaller = "; --mode link, --since DATE and --limit N make it smaller." if scope == Scope() else "."
        does = backfill_command(scope, allow_changes=allowed, apply=True)
        return f"{if_braked(plan.brake)}`{does}` does it{smaller}"
    if plan.changes_anything or plan.brake:
        return f"{if_braked(plan.brake)}`{command('sync', allow_changes=allowed)}` does it."
    return "There is nothing to do."


def if_braked(leads: int) -> str:
    """What stands before a command that lets so many leads through a brake."""
    return "A brake would stop it. Only if what is shown is right: " if leads else ""


def _day(moment: Micros | None) -> str | None:
    return (
        None
        if moment is None
        else (EPOCH + timedelta(microseconds=moment)).replace(tzinfo=None).isoformat().removesuffix("T00:00:00")
    )
