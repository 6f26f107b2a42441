"""Brakes: a listing or a plan that looks wrong stops before its first write."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.advice import Advice
from connector.core.result import Result
from connector.errors import Braked

HIDDEN = 100
"""Of so many leads that are there for certain, a full listing may leave out one. While people write, the pages of a
long one shift, and a few records fall between two of them; a right or a filter hides far more, and whoever else it
hides is not known to be there and would be made anew."""


@dataclass(frozen=True, slots=True)
class Brakes:
    """From when on a cycle's plan is suspicious: above the larger of `floor` leads and `share` of all linked leads.

    They guard `sync` and `run`. Two guard everything: `shrunken`, a full listing that shows less than this share of
    the records known before; and `replaced`, linked records that belong to another person all at once (a reset test
    tenant, ids given anew). For both `few` leads are the floor, but for an empty listing one. `allowed` is how many
    leads somebody has looked at and lets through in this one cycle: a plan that changes no more is stopped by nothing.
    """

    floor: int = 50
    share: float = 0.2
    few: int = 10
    replaced: float = 0.1
    shrunken: float = 0.5
    allowed: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What a plan would do, counted in leads; `clearings` and `remapped` are among the updates.

    `remapped` leads are written only because `rules` of the mapping are new or changed. `ends` are links that ended
    because a record is gone, and `replaced` records that became another person: reading alone has found these.
    """

    creates: int = 0
    updates: int = 0
    deletes: int = 0
    clearings: int = 0
    ends: int = 0
    replaced: int = 0
    remapped: int = 0
    rules: Sequence[str] = ()

    @property
    def leads(self) -> int:
        """How many leads have to be allowed for this plan to pass."""
        return max(self.creates + max(self.updates, self.clearings) + self.deletes + self.ends, self.replaced)


COUNTED = ("creates", "updates", "deletes", "clearings", "ends")
"""What is counted against the limit."""


def guard_plan(tally: Tally, linked: int, brakes: Brakes) -> int:
    """How many leads more may be updated before this plan is above a brake's limit; raises `Braked` when it is."""
    guard_people(tally.replaced, linked, brakes, tally.leads)
    limit = max(brakes.floor, int(brakes.share * linked))
    over = {name: count for name in COUNTED if (count := getattr(tally, name)) > limit}
    if not over or tally.leads <= brakes.allowed:
        return max(limit - max(tally.updates, tally.clearings), brakes.allowed - tally.leads, 0)
    counts = " and ".join(f"{count} {name}" for name, count in over.items())
    raise Braked(
        f"{counts} planned for {linked} linked leads (limit {limit}: the larger of {brakes.floor} leads and "
        f"{brakes.share:.0%}).{_because(tally)}{_too_few(brakes)} Nothing was written.",
        advice=Advice(
            f"Look at `connector preview`; if it is right, `connector sync --allow-changes {tally.leads}` lets up to "
            f"{tally.leads} leads through once.",
            f"Look at a preview; if it is right, let up to {tally.leads} leads through once.",
        ),
        brake=next(iter(over)),
        planned=next(iter(over.values())),
        linked=linked,
        leads=tally.leads,
    )


def guard_people(replaced: int, linked: int, brakes: Brakes, leads: int = 0) -> None:
    """Raise `Braked` when many linked records suddenly are somebody else; `leads` is what the whole plan changes."""
    needed = max(replaced, leads)
    if replaced > max(brakes.few, int(brakes.replaced * linked)) and needed > brakes.allowed:
        raise Braked(
            f"{replaced} of {linked} linked leads have another name and another e-mail address than before."
            f"{_too_few(brakes)} Nothing was written.",
            advice=Advice(
                "If a test tenant was set up anew, start with a new ledger; if the leads really changed, add "
                f"--allow-changes {needed} once.",
                "If a test tenant was set up anew, ask whoever runs the connector to start with a new ledger; if the "
                f"leads really changed, let {needed} through once.",
            ),
            brake="replaced",
            planned=replaced,
            linked=linked,
            leads=needed,
        )


def guard_listing(side: str, listed: int, known: int, brakes: Brakes) -> None:
    """Raise `Braked` when a full listing shows far fewer records than were known on that side.

    A few deletes are no mass. But a listing of nobody at all is what lost rights look like, also in a small tenant:
    there, only the one lead that was known may have been deleted.
    """
    missing = known - listed
    floor = brakes.few if listed else 1
    if listed < known * brakes.shrunken and missing > max(floor, brakes.allowed):
        raise Braked(
            f"{side} listed {listed} leads, but {known} are known there.{_too_few(brakes)} Nothing was written.",
            advice=Advice(
                f"Check the rights of the connector's user in {side}; if the leads were deleted on purpose, add "
                f"--allow-changes {missing} once.",
                f"Check the rights of the connector's user in {side}; if the leads were deleted on purpose, let "
                f"{missing} through once.",
            ),
            brake="listing",
            listed=listed,
            known=known,
            leads=missing,
        )


def is_believable(listed: int, hidden: int) -> bool:
    """Whether a full listing shows enough of a side; `hidden` leads it left out that are there when asked for by id.

    Those are proof, where `guard_listing` can only suspect: there is nothing that somebody could let through.
    """
    return hidden * HIDDEN <= listed + hidden


NAMED = 3
"""So many leads that a listing hides are named: with one that somebody can look at, the right or filter is found."""


def hiding(side: str, listed: int, hidden: Sequence[str]) -> str:
    """What a listing hides, in words: these record ids are there when they are asked for."""
    leads = "1 lead" if listed == 1 else f"{listed} leads"
    there = "that is there when it is" if len(hidden) == 1 else "that are there when they are"
    more = f" and {len(hidden) - NAMED} more" if len(hidden) > NAMED else ""
    return (
        f"{side} could not be read: it listed {leads} and left out {len(hidden)} {there} asked for by id "
        f"({', '.join(hidden[:NAMED])}{more}), so that others may be hidden, too. The next cycle tries again; if this "
        f"goes on, look in {side.capitalize()} at the rights of the connector's user and at filters on what it may see"
    )


def would_stop(brake: Braked, result: Result) -> None:
    """Let a preview tell a brake; its readers are looking already, at a terminal or in the console."""
    found = brake.found.removesuffix(" Nothing was written.")
    needed = int(str(brake.facts["leads"]))
    result.problems.append(f"a brake would stop this: {found} It passes when {needed} leads are let through once.")
    result.brake = max(result.brake, needed)


def _because(tally: Tally) -> str:
    """The part that the mapping has in it."""
    if not tally.remapped:
        return ""
    return f" {tally.remapped} of them only because the mapping changed ({', '.join(tally.rules)})."


def _too_few(brakes: Brakes) -> str:
    """That somebody has allowed less."""
    return f" That is more than the {brakes.allowed} that were allowed." if brakes.allowed else ""
