"""The state of the job in one plain sentence, with what to do."""

from dataclasses import dataclass

from connector.core.model import Micros
from connector.report.words import elapsed, plain, sentence, when
from connector.troubles import CALLED, UNSUCCESSFUL, Kind, Trouble
from connector.vitals import Vitals, alive, stale, unsuccessful


@dataclass(frozen=True, slots=True)
class State:
    """How it is (`good`, `wait` or `bad`), in a sentence; what to do ("": nothing), and what is known of it."""

    level: str
    title: str
    advice: str = ""
    detail: str = ""
    looks: bool = False
    """Whether the next thing to do is to look at a preview."""
    rests: bool = False
    """Whether nothing can be asked of the job."""


LEVELS = {Kind.BACKFILL: "wait", Kind.BUSY: "wait", Kind.MAPPING: "wait"}
"""Troubles that are only a matter of time or of somebody's consent, or that keep no lead from being in step."""


def state(vitals: Vitals, now: Micros, limit: Micros) -> State:
    """What an overview says first."""
    if not alive(vitals, now):
        return State(
            "bad", "The connector does not work any more.", "Ask whoever runs it to start it again.", rests=True
        )
    trouble = vitals.trouble
    if trouble is not None and trouble.kind is Kind.STOPPED:
        return _of(trouble)
    if (rest := vitals.paused) is not None:
        told = f"Paused{plain(rest.who, 90)} since {when(rest.since)}: no lead is kept in step."
        return State("wait", told, "Press Resume when it may go on.")
    if trouble is not None and trouble.kind is not Kind.BACKFILL:
        return _of(trouble)
    if not vitals.backfilled:
        return _of(Trouble(Kind.BACKFILL, "", now))
    if not vitals.success or not vitals.reached:
        return State("wait", "The connector is starting: its first cycle is under way.")
    if stale(vitals, now, limit):
        return State(
            "bad",
            f"{UNSUCCESSFUL.title} {elapsed(unsuccessful(vitals, now))}.",
            UNSUCCESSFUL.advice.here,
        )
    if vitals.flaw is not None:
        return _of(vitals.flaw)
    return State("good", "Leads are kept in step.")


def _of(trouble: Trouble) -> State:
    called = CALLED[trouble.kind]
    return State(
        LEVELS.get(trouble.kind, "bad"),
        f"{trouble.whole}.",
        called.advice.here,
        sentence(trouble.here or trouble.text, 500),
        looks=trouble.kind in {Kind.BACKFILL, Kind.BRAKE},
        rests=trouble.kind is Kind.STOPPED,
    )
