"""Brakes: a listing or a plan that looks wrong stops before its first write."""

from dataclasses import dataclass

from connector.errors import Braked


@dataclass(frozen=True, slots=True)
class Brakes:
    """From when on a cycle's plan is suspicious: above `floor` leads *and* above the share of all linked leads.

    They guard `sync` and `run`. Two guard everything: `shrunken`, a full listing that shows less than this share of
    the records known before; and `replaced`, linked records that belong to another person all at once (a reset test
    tenant, ids given anew), for which `few` is the floor.
    """

    floor: int = 50
    creates: float = 0.2
    clearings: float = 0.2
    ends: float = 0.2
    few: int = 10
    replaced: float = 0.1
    shrunken: float = 0.5


RELEASED = Brakes(floor=2**63, few=2**63, shrunken=0.0)
"""For one cycle that somebody has looked at and wants."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a plan would do, counted in leads."""

    creates: int = 0
    updates: int = 0
    clearings: int = 0
    ends: int = 0
    replaced: int = 0


def guard_plan(tally: Tally, linked: int, brakes: Brakes) -> None:
    """Raise `Braked` when a plan is above a brake's limit."""
    guard_people(tally.replaced, linked, brakes)
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


def guard_people(replaced: int, linked: int, brakes: Brakes) -> None:
    """Raise `Braked` when many linked records suddenly are somebody else."""
    if replaced > brakes.few and replaced > brakes.replaced * linked:
        raise Braked(
            f"{replaced} of {linked} linked leads have another name and another e-mail address than before. Nothing "
            "was written. If a test tenant was set up anew, start with a new ledger; if the leads really changed, add "
            "--release-brakes once.",
            brake="replaced",
            planned=replaced,
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
