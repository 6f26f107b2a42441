"""What must hold after each cycle, in the middle of all trouble: looks, cursors, brakes, previews, stops, messages."""

from connector.core.ends import deleted
from connector.core.lifecycle import plan_lead
from connector.core.model import SIDES, Side
from connector.core.result import Kind, Status
from connector.errors import Braked
from tests.simulation.allowance import FORGOTTEN
from tests.simulation.journal import OVERLAP
from tests.simulation.play import LAG, Cycle, Play
from tests.simulation.schedule import CANARY
from tests.simulation.violation import Violation


def after_cycle(play: Play, cycle: Cycle) -> None:
    """Everything that can be judged after each cycle. Raises `Violation`."""
    for check in AFTER_CYCLE:
        check(play, cycle)


def looks_before_it_writes(play: Play, cycle: Cycle) -> None:
    """I3: every batch has a last look of its own, after the poll of its cycle."""
    for batch in play.journal.batches:
        if batch.cycle == cycle.number and batch.looks <= batch.nth:
            raise Violation("I3 last look", f"batch {batch.nth} of cycle {batch.cycle} to {batch.side} had none")


def keeps_the_cursor_behind(play: Play, cycle: Cycle) -> None:
    """I10: the cursor passes neither a record that was not shown, nor the CRM's own clock."""
    for side in SIDES:
        cursor = int(play.world.ledger.log.mark(f"cursor.{side}") or 0)
        if cursor > play.world.clock(side)() - LAG:
            raise Violation("I10 cursor", f"the cursor of {side} is past the clock of that side")
        for record in play.world.crm(side).records().values():
            late = play.setting.swept  # what only a sweep can show
            if not late and record.stamp < cursor - OVERLAP and not play.journal.was_shown(record):
                raise Violation("I10 cursor", f"{side} {record.record_id} was passed unseen")


def brakes_before_it_writes(play: Play, cycle: Cycle) -> None:
    """I11: a braked cycle, or one whose full listing showed nobody, writes nothing; none makes or changes too many."""
    wrote = any(batch.cycle == cycle.number for batch in play.journal.batches)
    if wrote and isinstance(cycle.error, Braked):
        raise Violation("I11 brakes", f"cycle {cycle.number} was braked, and wrote")
    known = cycle.live - (cycle.result.ended if cycle.result is not None else 0)  # settling may have found some gone
    if wrote and cycle.short and known > 1:  # one lead alone may have been deleted
        raise Violation("I11 brakes", f"cycle {cycle.number} wrote after an empty listing of {sorted(cycle.short)}")
    if cycle.kind == "backfill" or cycle.result is None:
        return
    brakes, linked = play.world.pair.brakes, cycle.live + cycle.result.linked + cycle.result.ended
    limit = max(brakes.floor, brakes.share * linked, cycle.allowed)
    for what, leads in _touched(play, cycle).items():
        if len(leads) > limit:
            raise Violation("I11 brakes", f"{len(leads)} {what} for {linked} linked leads passed")


def _touched(play: Play, cycle: Cycle) -> dict[str, set[object]]:
    """Whom a cycle made, updated (marks included) and deleted.

    An update counts where the link was there before the cycle: on one that the cycle made itself it is the rest of a
    create, or the filling of a match.
    """
    ours = [write for write, batch in play.journal.writes.values() if batch.cycle == cycle.number]
    updated = {write.key for write in ours if write.rules and not write.creates}
    return {
        "creates": {made.source_id for made in play.journal.made.values() if _made_in(made.born.batch, cycle)},
        "updates": set(updated & cycle.links),
        "deletes": {write.key for write in ours if write.deletes},
    }


def _made_in(batch: object, cycle: Cycle) -> bool:
    return getattr(batch, "cycle", None) == cycle.number


def tells_the_truth_before(play: Play, cycle: Cycle) -> None:
    """I12: a preview shows the writes that the cycle then sends, field by field, and changes no state.

    Nobody can show beforehand what a CRM refuses, and what is tried instead.
    """
    if cycle.disturbed:
        raise Violation("I12 preview", "a preview changed the ledger")
    if cycle.previewed is None or cycle.result is None:
        return
    shown: dict[tuple[Side, str], dict[str, str]] = {}
    for lead in cycle.previewed.leads:
        for change in lead.changes if lead.kind in (Kind.CREATE, Kind.UPDATE, Kind.LINK, Kind.MARK) else ():
            shown.setdefault((change.to, lead.ids[change.to.other]), {}).update(change.native)
    sent: dict[tuple[Side, str], dict[str, str]] = {}
    for write, batch in play.journal.writes.values():
        if batch.cycle == cycle.number and write.rules:
            native = {name: text for fields in write.rules.values() for name, text in fields.items()}
            sent.setdefault((write.side, write.counterpart_id), {}).update(native)
    deletes = [lead for lead in cycle.previewed.leads if lead.kind is Kind.DELETE]
    going = {(lead.side, lead.ids[lead.side]) for lead in deletes if lead.side is not None}
    ours = [write for write, batch in play.journal.writes.values() if batch.cycle == cycle.number]
    gone = {(write.side, write.record_id) for write in ours if write.deletes}
    if going != gone:
        raise Violation("I12 preview", f"shown to be deleted {going}, sent {gone}")
    if any(shown.get(key) != sent.get(key) for key in (shown.keys() | sent.keys()) - cycle.refused):
        raise Violation("I12 preview", f"shown {shown}, sent {sent}")


def believes_no_absence(play: Play, cycle: Cycle) -> None:
    """I17: no link ends as deleted in Operate while its record is there: nobody takes one back there."""
    there = play.world.operate.records()
    for link in play.world.ledger.links.all():
        if link.ended == deleted(Side.OPERATE) and link.ids.get(Side.OPERATE) in there:
            raise Violation("I17 absence", f"{dict(link.ids)} ended, and is there")


def ends_cleanly(play: Play, cycle: Cycle) -> None:
    """I15: however a cycle ends, short of death, it is written down as what it was; no "done" without a budget."""
    last = play.world.ledger.log.cycles(1)[0]
    if cycle.result is not None and last.status != str(cycle.result.status):
        raise Violation("I15 clean stop", f"{last.status!r} was written down, not {cycle.result.status}")
    if cycle.spent and cycle.result is not None and cycle.result.status is not Status.STOPPED:
        raise Violation("I15 clean stop", f"{cycle.result.status!r} without a request left for Salesforce")
    if cycle.spent and any(b.cycle == cycle.number and b.side is Side.SALESFORCE for b in play.journal.batches):
        raise Violation("I15 clean stop", "a batch left although no request was left")


def keeps_the_budget(play: Play, cycle: Cycle) -> None:
    """I15: no request leaves while the budget is spent, and a process that dies hardly forgets one."""
    if play.allowance.over:
        raise Violation("I15 budget", f"{play.allowance.over} requests left in cycle {cycle.number} all the same")
    if play.allowance.forgotten > FORGOTTEN:
        raise Violation("I15 budget", f"{play.allowance.forgotten} requests were forgotten by who died")


def is_done_when_it_says_so(play: Play, cycle: Cycle) -> None:
    """I15: after "done" or "parked" nothing that was read is ahead, unless it is held or parked."""
    if cycle.result is None or cycle.result.status is Status.STOPPED:
        return
    now, tables = play.world.time.now, play.world.pair.tables
    for link in play.world.ledger.links.all():
        plan = plan_lead(link, cycle.mapping, tables, now, cycle.number)
        if plan.changes or plan.deletes is not None:
            names = ", ".join(change.rule for change in plan.changes) or "a delete"
            raise Violation("I15 done", f"{cycle.result.status!r}, and {names} of {dict(link.ids)} are ahead")


def tells_no_secrets(play: Play, cycle: Cycle) -> None:
    """I16: no message holds what people typed."""
    for text in (str(cycle.error or ""), *(cycle.result.problems if cycle.result is not None else ())):
        if CANARY in text:
            raise Violation("I16 privacy", text)


AFTER_CYCLE = (
    looks_before_it_writes,
    keeps_the_cursor_behind,
    brakes_before_it_writes,
    tells_the_truth_before,
    believes_no_absence,
    ends_cleanly,
    keeps_the_budget,
    is_done_when_it_says_so,
    tells_no_secrets,
)
