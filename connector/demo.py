"""The tour: two local CRMs over real HTTP, a backfill, people who edit on both sides, and two cycles.

Everything happens in a temporary folder and on this machine. The connector is the real one; only the people are
played, by the stand-ins' own state. Each step is checked, so that the tour is also a proof.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from rich import box
from rich.console import RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from connector import parked
from connector.core.model import Link, LinkState, Side
from connector.core.result import WHOLE, Preview, Result, Scope
from connector.cycle import backfill, preview, sync
from connector.ledger.walk import pages
from connector.pair import Pair, Progress
from connector.report.outcome import result_text
from connector.report.preview import preview_text, ranked
from connector.report.words import leads as leads_words
from connector.report.words import plain, sentence, value
from connector.sandbox.serve import Sandbox, serving
from connector.settings import load
from connector.wiring import open_pair

Show = Callable[[RenderableType], None]

EXAMPLES = 4
PARKED = 6
PACE = {
    "CONNECTOR_CREATE_AFTER_SECONDS": "0",
    "CONNECTOR_LAG_SECONDS": "0",
    "OPERATE_REQUESTS_PER_SECOND": "500",
    "OPERATE_IN_FLIGHT": "8",
}
"""Local stand-ins need no patience."""
TOO_LONG = "EC2A 4NE (rear)"
"""Salesforce takes 20 characters of a postcode, Operate 10."""


@dataclass(frozen=True, slots=True)
class Story:
    """What people did to one lead, what both sides must hold afterwards (native field and text), and what it shows."""

    who: str
    did: str
    link: Link
    salesforce: tuple[str, str]
    operate: tuple[str, str]
    moral: str


def run(*, leads: int, seed: int, show: Show, progress: Progress) -> bool:
    """Take the tour; False when a step did not do what it promises."""
    began = time.monotonic()
    with _stage(leads, seed) as (sandbox, pair):
        show(Text(f"Two stand-ins are up: Salesforce at {sandbox.settings['SALESFORCE_URL']},", "dim"))
        show(Text(f"Operate at {sandbox.settings['OPERATE_URL']}. {leads_words(leads)} enquired so far.", "dim"))

        show(Rule("1  What would the first run do?  connector backfill"))
        show(_short(preview(pair, scope=Scope(), progress=progress)))

        show(Rule("2  Do it  connector backfill --apply"))
        first = backfill(pair, Scope(), progress=progress)
        show(result_text(first))

        show(Rule("3  People work on both sides"))
        stories = _edit(sandbox, pair)
        newcomer = sandbox.operate.add(_enquiry(sandbox))
        for story in stories:
            show(Text.assemble((f"  {story.who}: ", "bold"), story.did))
        show(Text.assemble(("  Web form: ", "bold"), "Noor Achterberg enquires in Operate"))

        show(Rule("4  Bring both into step  connector sync"))
        second = sync(pair, progress=progress)
        show(result_text(second))

        show(Rule("5  And again: nothing changed, nothing is written  connector sync"))
        third = sync(pair, progress=progress)
        show(result_text(third))

        show(Rule("What became of it"))
        table, kept = _ending(sandbox, stories, newcomer)
        show(table)
        show(_waiting(pair))
        faults = list(_faults(pair, first, second, third, kept=kept))
    for fault in faults:
        show(Text(f"This should not be: {fault}", "red"))
    if not faults:
        show(Text(f"Everything as promised, in {time.monotonic() - began:.0f} seconds.", "green"))
        show("Your turn: `connector sandbox` serves the same stand-ins; README.md tells how to connect real ones.")
    return not faults


@contextmanager
def _stage(leads: int, seed: int) -> Iterator[tuple[Sandbox, Pair]]:
    with TemporaryDirectory(prefix="connector-demo-") as folder, serving(seed=seed, count=leads) as sandbox:
        ledger = {"CONNECTOR_LEDGER": f"sqlite:///{Path(folder) / 'connector.db'}"}
        with open_pair(load({**sandbox.settings, **PACE, **ledger}, Path(folder))) as pair:
            yield sandbox, pair


def _short(plan: Preview) -> RenderableType:
    """The counts of a preview, and of each kind of lead an example."""
    kinds = {lead.kind: lead for lead in reversed(ranked(plan.leads))}
    examples = tuple(lead for lead in plan.leads if lead is kinds.get(lead.kind))[:EXAMPLES]
    return preview_text(plan, examples=examples)


def _edit(sandbox: Sandbox, pair: Pair) -> list[Story]:
    """Five leads that are in step are edited: on one side, on the other, on both, and with a value that is too long."""
    one, two, three, four, five = _in_step(pair, 5)
    name = {link.link_id: _name(link) for link in (one, two, three, four, five)}
    old_postcode = str(sandbox.operate.leads()[five.ids[Side.OPERATE]].get("postcode") or "")

    sandbox.salesforce.edit(one.ids[Side.SALESFORCE], {"Phone": "020 7946 0199"})
    sandbox.operate.edit(two.ids[Side.OPERATE], {"town": "Leeds"})
    sandbox.salesforce.edit(three.ids[Side.SALESFORCE], {"City": "Bristol"})
    sandbox.operate.edit(three.ids[Side.OPERATE], {"town": "Cardiff"})
    sandbox.salesforce.edit(four.ids[Side.SALESFORCE], {"City": "York"})
    sandbox.operate.edit(four.ids[Side.OPERATE], {"mobileno": "07700 900321"})
    sandbox.salesforce.edit(five.ids[Side.SALESFORCE], {"PostalCode": TOO_LONG})
    return [
        Story(
            name[one.link_id],
            "new phone number in Salesforce",
            one,
            ("Phone", "020 7946 0199"),
            ("phoneno", "+442079460199"),
            "carried to Operate",
        ),
        Story(
            name[two.link_id],
            "new town in Operate",
            two,
            ("City", "Leeds"),
            ("town", "Leeds"),
            "carried to Salesforce",
        ),
        Story(
            name[three.link_id],
            "town set to Bristol in Salesforce and to Cardiff in Operate",
            three,
            ("City", "Bristol"),
            ("town", "Bristol"),
            "double edit: Salesforce owns, Cardiff is kept in the history",
        ),
        Story(
            name[four.link_id],
            "town changed in Salesforce, mobile number in Operate",
            four,
            ("City", "York"),
            ("town", "York"),
            "both edits live: values are merged one by one",
        ),
        Story(
            name[five.link_id],
            f"postcode {TOO_LONG!r} in Salesforce, too long for Operate",
            five,
            ("PostalCode", TOO_LONG),
            ("postcode", old_postcode),
            "parked (see below); the lead goes on without it",
        ),
    ]


def _in_step(pair: Pair, count: int) -> list[Link]:
    """Leads that both sides have and agree about."""
    found: list[Link] = []
    for links in pages(pair.ledger.links.all):
        found += [link for link in links if _quiet(link)]
    return found[:: max(1, len(found) // count)][:count]


def _quiet(link: Link) -> bool:
    shown = link.seen.get(Side.SALESFORCE, {})
    named = all(shown.get(name) for name in ("first_name", "last_name", "company", "city", "postcode"))
    return link.state is LinkState.LIVE and not link.parked and not link.held and named


def _name(link: Link) -> str:
    shown = link.seen[Side.SALESFORCE]
    return plain(f"{shown['first_name']} {shown['last_name']}, {shown['company']}", 40)


def _enquiry(sandbox: Sandbox) -> dict[str, str]:
    """A new lead of Operate, at a location that it has."""
    location = next(iter(sandbox.operate.others("location")))
    return {
        "locationname": location,
        "leadname": "Achterberg Studio",
        "firstname": "Noor",
        "lastname": "Achterberg",
        "emailaddress": "noor@achterberg.example",
        "numberofpeople": "12",
    }


def _ending(sandbox: Sandbox, stories: list[Story], newcomer: str) -> tuple[Table, bool]:
    """What both CRMs hold now, as they say it themselves, and whether it is what was promised."""
    salesforce, operate = sandbox.salesforce.leads(), sandbox.operate.leads()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("lead", "Salesforce holds", "Operate holds", "what happened"):
        table.add_column(heading, overflow="fold")
    kept = True
    for story in stories:
        here = str(salesforce[story.link.ids[Side.SALESFORCE]].get(story.salesforce[0]) or "")
        there = str(operate[story.link.ids[Side.OPERATE]].get(story.operate[0]) or "")
        right = (here, there) == (story.salesforce[1], story.operate[1])
        kept = kept and right
        moral = Text(story.moral if right else f"expected {story.salesforce[1]!r}, {story.operate[1]!r}")
        table.add_row(Text(story.who), Text(value(here)), Text(value(there)), moral)
    made = [row for row in salesforce.values() if row.get("Operate_Lead_Id__c") == newcomer]
    names = " and ".join(value(str(row.get("Company"))) for row in made) or "nothing"
    table.add_row(Text("Noor Achterberg"), Text(names), Text("Achterberg Studio"), Text("made in Salesforce, once"))
    return table, kept and len(made) == 1


def _waiting(pair: Pair) -> Table:
    """What waits for a person, each with its reason."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="Parked: waits for a person (connector parked list)")
    table.add_column("id", no_wrap=True)
    for heading in ("lead", "reason"):
        table.add_column(heading, overflow="fold")
    for item in islice(parked.items(pair.ledger), PARKED):
        name = pair.mapping.name_of(item.lead)
        table.add_row(Text(plain(item.item_id)), Text(plain(name)), Text(sentence(item.reason, 100)))
    return table


def _faults(pair: Pair, first: Result, second: Result, third: Result, *, kept: bool) -> Iterator[str]:
    """What the tour promised and did not show."""
    for number, result in enumerate((first, second, third), start=1):
        if result.status not in WHOLE:
            yield f"cycle {number} ended as {result.status}"
    if not kept:
        yield "an edit did not arrive as promised"
    if second.conflicts != 1:
        yield f"{second.conflicts} double edits were decided instead of 1"
    if third.writes:
        yield f"the last cycle wrote {third.writes} leads although nothing had changed"
    if preview(pair).changes_anything:
        yield "there is still something to do"
