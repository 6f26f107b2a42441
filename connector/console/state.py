"""The state of the job in one plain sentence, with what to do."""

from dataclasses import dataclass

from connector.core.model import Micros
from connector.report.words import elapsed, sentence, when
from connector.vitals import Kind, Vitals, alive, stale


@dataclass(frozen=True, slots=True)
class State:
    """How it is (`good`, `wait` or `bad`), in a sentence; what to do ("": nothing), and what the log said."""

    level: str
    title: str
    advice: str = ""
    detail: str = ""


_TROUBLES = {
    Kind.STOPPED: (
        "bad",
        "The connector has ended: somebody has to mend something.",
        "Tell whoever runs the connector what is written below.",
    ),
    Kind.OUTAGE: (
        "bad",
        "A CRM cannot be reached. Nothing is lost: it is tried again by itself.",
        "If it lasts, look at the status pages of Salesforce and essensys.",
    ),
    Kind.BRAKE: (
        "bad",
        "A brake has stopped the plan, so nothing was written.",
        "Make a preview. If it is right, let it through there; if not, correct the leads or the mapping.",
    ),
    Kind.BUDGET: (
        "bad",
        "The API requests of the day are used up.",
        "It goes on by itself. If it happens again, find out which integration uses them.",
    ),
    Kind.BUSY: ("wait", "Another cycle is running on the same ledger; this one waits for it.", ""),
}


def state(vitals: Vitals, now: Micros, limit: Micros) -> State:
    """What an overview says first."""
    if not alive(vitals, now):
        return State("bad", "The connector does not work any more.", "Ask whoever runs it to start it again.")
    trouble = vitals.trouble
    if trouble is not None and trouble.kind is Kind.STOPPED:
        return State(*_TROUBLES[Kind.STOPPED], detail=sentence(trouble.text, 500))
    if (rest := vitals.paused) is not None:
        told = f"Paused{rest.who} since {when(rest.since)}: no lead is kept in step."
        return State("wait", told, "Press Resume when it may go on.")
    if trouble is not None and trouble.kind in _TROUBLES:
        return State(*_TROUBLES[trouble.kind], detail=sentence(trouble.text, 500))
    if not vitals.backfilled:
        return State(
            "wait",
            "Waiting for the first backfill: nothing is written before somebody has looked at it.",
            "Make a preview, look at it, and let it go there.",
        )
    if not vitals.success or not vitals.reached:
        return State("wait", "The connector is starting: its first cycle is under way.")
    if stale(vitals, now, limit):
        return State(
            "bad",
            f"No cycle was successful for {elapsed(now - vitals.success)}.",
            "Look at the last cycles below, and tell whoever runs the connector.",
        )
    return State("good", "Leads are kept in step.")
