"""Brakes: a listing or a plan that looks wrong stops before its first write."""

from dataclasses import dataclass

from connector.errors import Braked


@dataclass(frozen=True, slots=True)
class Brakes:
    """From when on a cycle's plan is suspicious: above `floor` leads *and* above the share of all linked leads.

    They guard `sync` and `run`, not an applied backfill. `shrunken` guards everything: a full listing that shows
    less than this share of the records known before.
    """

    floor: int = 500
    creates: float = 0.5
    clearings: float = 0.1
    ends: float = 0.1
    shrunken: float = 0.5


RELEASED = Brakes(floor=2**63, shrunken=0.0)
"""For one cycle that somebody has looked at and wants."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a plan would do, counted in leads."""

    creates: int = 0
    updates: int = 0
    clearings: int = 0
    ends: int = 0


def guard_plan(tally: Tally, linked: int, brakes: Brakes) -> None:
    """Raise `Braked` when a plan is above a brake's limit."""
    for name, share in (("creates", brakes.creates), ("clearings", brakes.clearings), ("ends", brakes.ends)):
        count = getattr(tally, name)
        if count > brakes.floor and count > share * linked:
            raise Braked(
                f"{count} {name} planned for {linked} linked leads (limit: {share:.0%}, and at least {brakes.floor}). "
                "Nothing was written. Look at `connector preview`; if it is right, run "
                "`connector sync --release-brakes` once.",
                brake=name,
                planned=count,
                linked=linked,
            )


def guard_listing(side: str, listed: int, known: int, brakes: Brakes) -> None:
    """Raise `Braked` when a full listing shows far fewer records than were known on that side."""
    if known and listed < known * brakes.shrunken:
        raise Braked(
            f"{side} listed {listed} leads, but {known} are known there. Nothing was written. Check the rights of the "
            f"connector's user in {side}; if the leads were deleted on purpose, add --release-brakes once.",
            brake="listing",
            listed=listed,
            known=known,
        )
