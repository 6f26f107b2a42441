"""What a rebuild of the ledger found, as text and as JSON. Ids and rules only: no value of a lead."""

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.core.model import SIDES, Side
from connector.core.rebuilt import Differences, Evidence, Rebuilt
from connector.report.words import leads, plain, sentence, side_name

ASKED = {
    Evidence.NOBODY: "carry the id of a record that does not exist",
    Evidence.SEVERAL: "carry an id that another one carries, too",
    Evidence.TAKEN: "carry the id of a lead that belongs to another one by both ids",
    Evidence.CONTRADICTION: "carry an id that their counterpart contradicts",
}
LOST = (
    "Lost with the old ledger: its history; which leads somebody called two, unlinked, ignored or left out; which "
    "marks a lifecycle has written (none is written again); and what the two sides held when they last agreed: a value "
    "that was cleared on one side on purpose is a blank that is filled."
)


def rebuilt_text(told: Rebuilt) -> Iterator[RenderableType]:
    """Who is linked, who is not and why, and field by field where the two sides differ."""
    yield _who(told)
    for side, record_id, evidence, ids in told.examples:
        about = ", ".join(plain(each, 40) for each in ids)
        yield Text(f"  {side_name(side)} {plain(record_id, 40)}: {_short(evidence)} ({about})", "yellow")
    if told.asked.total() > len(told.examples):
        yield Text(f"  … and {told.asked.total() - len(told.examples):,} more", "dim")
    if told.rules:
        yield _fields(told)
    if told.updates:
        yield Text(f"The next cycle would change {leads(told.updates)} because of this.")
    if told.updates > told.limit:
        yield Text(
            f"That is more than a brake lets pass ({told.limit:,}): look at `connector preview` then, and let it "
            f"through by `connector sync --allow-changes {told.updates}`.",
            "yellow",
        )
    yield Text(LOST)
    for problem in told.result.problems:
        yield Text(f"problem: {sentence(problem, 400)}", "red")


def _short(evidence: Evidence) -> str:
    return {
        Evidence.NOBODY: "its id leads nowhere",
        Evidence.SEVERAL: "more than one carries the id",
        Evidence.TAKEN: "its counterpart belongs to another one",
    }.get(evidence, "the ids contradict each other")


def _who(told: Rebuilt) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    for side in SIDES:
        table.add_row(f"read in {side_name(side)}", f"{told.result.sides[side].read:,}")
    table.add_row("linked: each carries the other's id", f"{told.both:,}")
    table.add_row("linked: one carries the other's id, and none contradicts it", f"{told.one:,}")
    for why, count in sorted(told.ended.items()):
        table.add_row(f"linked, and at rest: {sentence(why, 60)}", f"{count:,}")
    for evidence, words in ASKED.items():
        if count := told.asked[evidence]:
            table.add_row(f"not linked, for a person: {words}", f"{count:,}")
    for side in SIDES:
        if count := told.alone[side]:
            table.add_row(f"without any id in {side_name(side)}: left out until a backfill", f"{count:,}")
    return table


def _fields(told: Rebuilt) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("field", no_wrap=True)
    table.add_column("differs in", justify="right", no_wrap=True)
    table.add_column("what the next cycle does", overflow="fold")
    for name, each in sorted(told.rules.items(), key=lambda row: (-row[1].leads, row[0])):
        table.add_row(Text(plain(name)), leads(each.leads), Text("; ".join(_does(each))))
    return table


def _does(each: Differences) -> Iterator[str]:
    for side in SIDES:
        if count := each.won[side]:
            yield f"{side_name(side)} wins {count:,}, the other value stays in the history"
        if count := each.filled[side]:
            yield f"{count:,} blank in {side_name(side)}: filled"
        if count := each.unseen[side]:
            yield f"{count:,} written to {side_name(side)}, which does not show it"
    if each.asked:
        yield f"{each.asked:,} wait for a person"
    if each.left:
        yield f"{each.left:,} stay as they are"


def rebuilt_json(told: Rebuilt) -> dict[str, object]:
    """The object that `ledger rebuild --json` prints."""
    result = told.result
    return {
        "applied": told.applied,
        "status": str(result.status),
        "read": {str(side): result.sides[side].read for side in SIDES},
        "linked": {"both_ids": told.both, "one_id": told.one},
        "at_rest": dict(sorted(told.ended.items())),
        "for_a_person": {str(evidence): told.asked[evidence] for evidence in ASKED},
        "examples": [
            {"side": str(side), "record_id": record_id, "why": str(evidence), "ids": list(ids)}
            for side, record_id, evidence, ids in told.examples
        ],
        "without_id": _sides(told.alone),
        "differences": {
            name: {
                "leads": each.leads,
                "wins": _sides(each.won),
                "filled": _sides(each.filled),
                "unseen": _sides(each.unseen),
                "for_a_person": each.asked,
                "stay": each.left,
            }
            for name, each in sorted(told.rules.items())
        },
        "next_cycle": {"updates": told.updates, "brake": told.updates > told.limit},
        "problems": list(result.problems),
    }


def _sides(counts: dict[Side, int]) -> dict[str, int]:
    return {str(side): counts.get(side, 0) for side in SIDES}
