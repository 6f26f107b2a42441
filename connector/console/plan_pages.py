"""The preview, the consent to the first backfill, and letting a plan through a brake.

Consent is given to a preview that was looked at: a form names its number, and an older one is refused.
"""

from collections import Counter

from starlette.responses import Response

from connector.console.desk import Visit
from connector.console.errands import Plan
from connector.core.model import SECOND
from connector.core.result import Kind as Doing
from connector.core.result import LeadPreview, Mode, Scope
from connector.cycle import ready
from connector.errors import Misconfigured
from connector.report.page import figure_rows, lead_rows
from connector.report.preview import ORDER, already_words, change_rows, ranked, remapped_title, title
from connector.troubles import Kind

SHOWN = 50
"""So many leads are shown on a page; the command `preview --html` writes all of them."""
OPENED = 10
"""So many of them are open at once."""
FRESH = 3600 * SECOND
"""A preview is consented to within this time."""
KINDS = {
    Doing.REVIEW: "need a decision",
    Doing.PARKED: "parked",
    Doing.DELETE: "to be deleted",
    Doing.MARK: "to be marked",
    Doing.UPDATE: "to be changed",
    Doing.LINK: "to be linked",
    Doing.CREATE: "to be made",
    Doing.WAITING: "wait",
}
"""What the leads of a kind are called."""
ANOTHER = "Something else is under way: wait until it has ended."


def plan(visit: Visit) -> Response:
    """The last preview, as fields that would change; and what can be done with it."""
    errands = visit.desk.errands
    found = errands.plan
    trouble = visit.desk.host.board.vitals.trouble
    with visit.open() as ledger:
        first = not ready(ledger)
    content: dict[str, object] = {
        "plan": found,
        "first": first,
        "step": SHOWN,
        "opened": OPENED,
        "still": visit.still,
        "start": visit.start,
        "kinds": [],
        "kind": visit.query.get("kind", ""),
        "notices": [],
        "brake": None,
        "figures": [],
        "parts": [],
    }
    if trouble is not None and trouble.kind is Kind.BRAKE:
        content["brake"] = trouble
    if found is not None:
        content["figures"] = list(figure_rows(found.preview))
        content["sums"] = list(lead_rows(found.preview))
        content |= _leads(found, visit.query.get("kind", ""), visit.start)
        content["notices"] = found.preview.notices
        content["already"] = f"{already_words(found.already)}." if found.already else ""
        content["old"] = _is_old(visit, found)
    return visit.page("preview.html", **content)


def _leads(found: Plan, kind: str, start: int) -> dict[str, object]:
    """What people did, and apart from it what a change of the mapping does; of one kind, or of all."""
    preview = found.preview
    parts = [("", ranked(preview.edits))]
    if preview.rules and not preview.backfill:
        parts.append((remapped_title(preview), ranked(preview.remaps)))
    kinds = Counter(lead.kind for _, leads in parts for lead in leads)
    wanted = [(heading, [lead for lead in leads if kind in ("", lead.kind)]) for heading, leads in parts]
    return {
        "kinds": [(each, KINDS[each], kinds[each]) for each in ORDER if kinds[each]],
        "all": kinds.total(),
        "more": any(len(leads) > start + SHOWN for _, leads in wanted),
        "parts": [
            {"heading": heading, "leads": [_lead(lead) for lead in leads[start : start + SHOWN]]}
            for heading, leads in wanted
            if leads or not kind
        ],
    }


def _lead(lead: LeadPreview) -> dict[str, object]:
    return {
        "lead": lead,
        "title": title(lead),
        "rows": [row for each in lead.changes for row in change_rows(each, 300)],
    }


def make(visit: Visit) -> Response:
    """Look what would be done, anew."""
    with visit.open() as ledger:
        first = not ready(ledger)
    mode = Mode.LINK if visit.form.get("mode") == "link" else Mode.FULL
    if not visit.desk.errands.preview(visit.user.name, Scope(mode) if first else None):
        return visit.then("/preview", ANOTHER)
    visit.desk.decided(visit.user, "preview")
    return visit.then("/preview")


def backfill(visit: Visit) -> Response:
    """Do what this preview of the first backfill shows."""
    found = _looked_at(visit)
    if found.scope is None:
        raise Misconfigured("This is no preview of a backfill. Make one, and look at it first.")
    return _begun(
        visit,
        visit.desk.errands.backfill(visit.user.name, found.scope),
        f"consent to the first backfill ({found.scope.mode})",
    )


def let_through(visit: Visit) -> Response:
    """Let a plan of so many leads through once."""
    _looked_at(visit)
    text = visit.form.get("leads", "")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 9 and int(text)):
        raise Misconfigured("Say how many leads may be changed, as a whole number.")
    started = visit.desk.errands.let_through(visit.user.name, int(text))
    return _begun(visit, started, f"let up to {int(text)} leads through the brake")


def _begun(visit: Visit, started: bool, what: str) -> Response:
    if not started:
        return visit.then("/preview", ANOTHER)
    with visit.open(writing=True) as ledger:
        visit.desk.decided(visit.user, what, ledger)
    return visit.then("/preview")


def _looked_at(visit: Visit) -> Plan:
    """The preview that a form consents to. Raises `Misconfigured` where it is not the last one, or too old."""
    found = visit.desk.errands.plan
    if found is None or visit.form.get("plan") != str(found.number) or _is_old(visit, found):
        raise Misconfigured("This preview is not the last one, or is older than an hour. Make another, and look at it.")
    if visit.form.get("looked") != "yes":
        raise Misconfigured("Tick the box that says that you have looked at the preview.")
    return found


def _is_old(visit: Visit, found: Plan) -> bool:
    return visit.desk.host.clock() - found.at > FRESH
