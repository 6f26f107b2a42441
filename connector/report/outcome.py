"""What a cycle did, as text; `Result.as_json` is its JSON."""

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from connector.core.model import SIDES
from connector.core.result import Result, Status
from connector.report.words import leads, sentence, side_name

WORDS = {
    Status.DONE: ("Done", "green"),
    Status.PARKED: ("Done, and some leads wait for a person", "yellow"),
    Status.BRAKED: ("Stopped by a brake: nothing was written", "red"),
    Status.STOPPED: ("Stopped early; the next cycle goes on from here", "yellow"),
    Status.FAILED: ("Failed", "red"),
}


def result_text(result: Result) -> RenderableType:
    """The figures of one cycle, and what to look at next."""
    word, style = WORDS[result.status]
    if result.status is Status.STOPPED and result.again:
        word = "Stopped early; the same backfill, applied again, goes on from here"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for side in SIDES:
        table.add_column(side_name(side), justify="right")
    for label, name in (("read", "read"), ("made", "created"), ("changed", "updated"), ("requests", "calls")):
        table.add_row(label, *(f"{getattr(result.sides[side], name):,}" for side in SIDES))
    parts: list[RenderableType] = [table, Text.assemble((f"{word}.", style), f" {summary(result)}")]
    parts += [Text(f"problem: {sentence(problem, 400)}", "red") for problem in result.problems]
    parts += [Text(text, "dim") for text in _swept(result)]
    if result.parked:
        parts.append(Text(f"{leads(result.parked)} to look at: connector parked list", "yellow"))
    if result.held:
        parts.append(Text(f"{leads(result.held)} held until it is known whether an unanswered request landed.", "dim"))
    return Group(*parts)


def _swept(result: Result) -> list[str]:
    """What sweeps found, a sentence a side."""
    told = []
    for side, count in result.sides.items():
        found = "nothing had changed unnoticed"
        if count.missed or count.gone:
            found = f"{count.missed:,} had changed unnoticed, {count.gone:,} were gone"
        if count.swept:
            told.append(f"Compared all {leads(count.swept)} of {side_name(side)} with what is known: {found}.")
    return told


def summary(result: Result) -> str:
    """One cycle in one line without any personal data."""
    figures = [
        f"{' and '.join(did)} in {side_name(side)}"
        for side, count in result.sides.items()
        if (
            did := [
                f"{many} {what}"
                for many, what in ((count.created, "made"), (count.updated, "changed"), (count.deleted, "deleted"))
                if many
            ]
        )
    ]
    for number, word in (
        (result.linked, "linked"),
        (result.conflicts, "decided between two values"),
        (result.ended, "ended"),
        (result.parked, "parked"),
        (result.held, "held"),
    ):
        if number:
            figures.append(f"{number} {word}")
    return f"cycle {result.cycle}: {', '.join(figures) or 'nothing to do'}, {result.seconds:.1f} s"
