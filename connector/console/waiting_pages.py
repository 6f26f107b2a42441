"""What waits for a person: parked values and leads, with their cause. Who may be whom is in `match_pages`."""

from collections.abc import Callable, Sequence
from itertools import islice

from starlette.responses import Response

from connector import parked
from connector.console.desk import Visit, lead_name, lead_path
from connector.core.model import Micros
from connector.ledger.port import Ledger
from connector.parked import Item, link_number, record_ref
from connector.report.words import plain

SHOWN = 50
"""So many things are shown on a page."""


def parked_list(visit: Visit) -> Response:
    """Everything that is parked, by pages, or what is parked for one cause; `all`: what was left alone, too.

    Leads that may be the same as somebody are counted here, and decided on the page for that.
    """
    everything, start = visit.query.get("all") == "1", visit.start
    cause = tuple(visit.query.get(name, "") for name in ("code", "rule", "told")) if "code" in visit.query else None
    mapping = visit.desk.in_force()
    with visit.open() as ledger:
        causes = parked.causes(ledger)
        kept = (
            item
            for item in parked.items(ledger)
            if (everything or not item.ignored)
            and not _compared(item)
            and cause in (None, (item.code, item.rule, item.told))
        )
        found = list(islice(kept, start, start + SHOWN + 1))
    return visit.page(
        "parked.html",
        causes=[(each, _compared(each.example)) for each in causes],
        items=[(item, lead_name(item.lead, mapping), _lead(item)) for item in found[:SHOWN]],
        everything=everything,
        cause=cause,
        start=start,
        more=len(found) > SHOWN,
        step=SHOWN,
    )


def _compared(item: Item) -> bool:
    """Whether it is decided by comparing it with somebody."""
    return not item.ignored and any(map(record_ref, item.candidates))


def _lead(item: Item) -> str:
    """The page of its lead."""
    number = item.item_id.partition(":")[0]
    return lead_path(number if link_number(number) else item.item_id)


def retry(visit: Visit) -> Response:
    """Let the next cycle try again, and let it come soon."""
    return _decided(visit, parked.retry, "try again", "it is tried again now", wake=True)


def ignore(visit: Visit) -> Response:
    """Leave it alone until its values change."""
    return _decided(visit, parked.ignore, "leave alone", "it is left alone until its values change", wake=False)


def _decided(
    visit: Visit,
    act: Callable[[Ledger, str, Micros, str], Sequence[Item]],
    what: str,
    told: str,
    *,
    wake: bool,
) -> Response:
    named = visit.named("item")
    with visit.open(writing=True) as ledger:
        found = act(ledger, named, visit.desk.host.clock(), visit.user.name)
    names = plain(", ".join(item.item_id for item in found), 200)
    visit.desk.decided(visit.user, f"{what}: {names}")
    if wake:
        visit.desk.wake()
    lead = lead_name(found[0].lead, visit.desk.in_force()) or names
    return visit.then(_lead(found[0]) if visit.form.get("back") == "lead" else "/parked", f"{lead}: {told}.")
