"""The preview, the consent to the first backfill and to the full one after it, and letting a plan through a brake.

Consent is given to a preview that was looked at: a form names its number, and an older one is refused.
"""

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from connector.console.desk import Visit
from connector.console.errands import Plan
from connector.core.model import SECOND, StrangerState
from connector.core.result import Kind as Doing
from connector.core.result import LeadPreview, Mode, Scope
from connector.cycle import ready
from connector.errors import Misconfigured
from connector.ledger.port import Counts, Ledger
from connector.report.page import figure_rows, lead_rows
from connector.report.preview import ORDER, already_words, change_rows, ranked, remapped_title, title
from connector.rules import kept_different
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


@dataclass(frozen=True, slots=True)
class Rest:
    """What the backfills so far have left to a full one: so many leads, and old differences between linked ones."""

    leads: int = 0
    differs: bool = False

    def __bool__(self) -> bool:
        return bool(self.leads) or self.differs


def rest_of(ledger: Ledger, counts: Counts | None = None) -> Rest:
    """What a full backfill would take in; nothing before the first one. `counts`: where they are known already."""
    if not ready(ledger):
        return Rest()
    return Rest((counts or ledger.links.counts()).strangers.get(StrangerState.LEFT_OUT, 0), kept_different(ledger))


def plan(visit: Visit) -> Response:
    """The last preview, as fields that would change; and what can be done with it."""
    errands = visit.desk.errands
    found = errands.plan
    trouble = visit.desk.host.board.vitals.trouble
    with visit.open() as ledger:
        first, rest = not ready(ledger), rest_of(ledger)
    content: dict[str, object] = {
        "plan": found,
        "first": first,
        "rest": rest,
        "whole": False,
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
        figures = list(figure_rows(found.preview))
        content["figures"] = figures[:1] + [row for row in figures[1:] if any(row[1])]
        content["sums"] = [row for row in lead_rows(found.preview) if row[1]]
        content |= _leads(found, visit.query.get("kind", ""), visit.start)
        content["notices"] = found.preview.notices
        content["already"] = f"{already_words(found.already)}." if found.already else ""
        content["old"] = _is_old(visit, found)
        content["whole"] = _may_begin(found, first=first)
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
        "title": title(lead).replace("DELETE", "delete"),
        "rows": [row for each in lead.changes for row in change_rows(each, 300)],
    }


def make(visit: Visit) -> Response:
    """Look what would be done, anew: by the next cycle, or by a backfill where there is something left to one."""
    wanted = visit.form.get("mode")
    with visit.open() as ledger:
        first, rest = not ready(ledger), rest_of(ledger)
    mode = Mode.LINK if first and wanted == "link" else Mode.FULL
    scope = Scope(mode) if first or (rest and wanted == "full") else None
    if not visit.desk.errands.preview(visit.user.name, scope):
        return visit.then("/preview", ANOTHER)
    visit.desk.decided(visit.user, "preview")
    return visit.then("/preview")


def backfill(visit: Visit) -> Response:
    """Do what this preview of the first backfill shows, or of the full one that takes in what was left out."""
    found = _looked_at(visit)
    with visit.open() as ledger:
        first = not ready(ledger)
    if found.scope is None or not _may_begin(found, first=first):
        raise Misconfigured("This is no preview of a backfill. Make one, and look at it first.")
    title, what = ("First backfill", "the first") if first else ("Full backfill", "another")
    started = visit.desk.errands.backfill(visit.user.name, found.scope, title)
    return _begun(visit, started, f"consent to {what} backfill ({found.scope.mode})")


def _may_begin(found: Plan, *, first: bool) -> bool:
    """Whether a preview is one of a backfill that may be begun: after the first one, only of a full one."""
    return found.scope is not None and (first or found.scope.mode is Mode.FULL)


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
