"""A preview as JSON and as text: what would be linked, made and changed, lead by lead, and why."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connector.core.model import SIDES, Side
from connector.core.plan import Change
from connector.core.result import Kind, LeadPreview, Preview
from connector.report.words import LIMIT, ids_text, leads, plain, sentence, side_name, value

SHOWN = 20
"""So many leads are shown one by one unless all are asked for."""
NOTES = 6
"""So many notes are shown likewise: an org without the custom fields of the default mapping gives one for each."""
ORDER = (Kind.REVIEW, Kind.PARKED, Kind.DELETE, Kind.MARK, Kind.UPDATE, Kind.LINK, Kind.CREATE, Kind.WAITING)
"""What needs a person first, what is only a matter of time last."""
STYLES = {
    Kind.CREATE: "green",
    Kind.UPDATE: "cyan",
    Kind.LINK: "blue",
    Kind.MARK: "magenta",
    Kind.DELETE: "red",
    Kind.PARKED: "yellow",
    Kind.REVIEW: "yellow",
}
_CHANGING = {Kind.UPDATE, Kind.LINK, Kind.MARK}
_FITTING = {Kind.PARKED, Kind.CREATE, *_CHANGING}


def counts(preview: Preview) -> dict[str, int | dict[str, int]]:
    """The figures of a preview. `updates` are records whose values would change, `stamps` those that would only
    receive their counterpart's id; what `sync` reports as updated is both.
    """
    return {
        "links": preview.linked,
        "creates": {str(side): preview.count(Kind.CREATE, side) for side in SIDES},
        "updates": {str(side): updated(preview, side) for side in SIDES},
        "deletes": {str(side): preview.count(Kind.DELETE, side) for side in SIDES},
        "stamps": {str(side): preview.stamped.get(side, 0) for side in SIDES},
        "parked": misfits(preview),
        "reviews": preview.count(Kind.REVIEW),
        "waiting": preview.count(Kind.WAITING),
    }


def updated(preview: Preview, side: Side) -> int:
    """How many records of a side would be changed."""
    return sum(
        1 for lead in preview.leads if lead.kind in _CHANGING and any(change.to is side for change in lead.changes)
    )


def remapped(preview: Preview, side: Side) -> int:
    """How many records of a side would be changed because the mapping changed."""
    return sum(1 for lead in preview.remaps if any(change.to is side for change in lead.changes))


def remapped_title(preview: Preview) -> str:
    """What stands above the leads that a change of the mapping touches, and where it touches none."""
    rules = ", ".join(plain(rule) for rule in preview.rules)
    if not preview.remaps:
        return f"The mapping changed ({rules}); no lead differs because of it."
    return f"Because the mapping changed ({rules}), not because somebody edited:"


def misfits(preview: Preview) -> int:
    """How many leads have a value that would be parked; the rest of such a lead may still be written."""
    return sum(1 for lead in preview.leads if lead.kind in _FITTING and (lead.kind is Kind.PARKED or lead.reason))


def preview_json(preview: Preview, already: int = 0) -> dict[str, object]:
    """The object that `preview --json` prints: everything, values uncut; `already` leads more are parked."""
    return {
        "backfill": preview.backfill,
        "changes_anything": preview.changes_anything,
        "read": {str(side): preview.read.get(side, 0) for side in SIDES},
        "counts": {**counts(preview), "parked_already": already},
        "leads": [_lead_json(lead) for lead in preview.leads],
        "mapping_changed": {
            "rules": list(preview.rules),
            "updates": {str(side): remapped(preview, side) for side in SIDES},
            "leads": [_lead_json(lead) for lead in preview.remaps],
        },
        "notices": list(preview.notices),
    }


def _lead_json(lead: LeadPreview) -> dict[str, object]:
    return {
        "kind": str(lead.kind),
        "name": lead.name,
        "ids": {str(side): record_id for side, record_id in lead.ids.items()},
        "side": str(lead.side) if lead.side else None,
        "changes": [_change_json(change) for change in lead.changes],
        "reason": lead.reason,
    }


def _change_json(change: Change) -> dict[str, object]:
    return {
        "rule": change.rule,
        "to": str(change.to),
        "now": change.old,
        "value": change.value,
        "filler": change.filler,
        "remapped": change.remapped,
        "native": dict(change.native),
        "why": change.why,
        "lost": change.lost,
    }


def preview_text(
    preview: Preview,
    already: int = 0,
    *,
    everything: bool = False,
    examples: Sequence[LeadPreview] | None = None,
) -> RenderableType:
    """The counts first, then lead by lead: 20 of them, or `everything`, or these `examples`.

    `already` leads that are not shown are parked from earlier cycles. What a change of the mapping does stands apart,
    below what people did.
    """
    parts: list[RenderableType] = [_counts_table(preview)]
    if already:
        parts.append(Text(f"{already_words(already)}: connector parked list", "yellow"))
    notes = preview.notices if everything or len(preview.notices) <= NOTES else preview.notices[: NOTES - 1]
    parts += [Text(f"note: {sentence(notice)}", "dim") for notice in notes]
    if more := len(preview.notices) - len(notes):
        parts.append(Text(f"note: {more} more of these; `connector check` has them", "dim"))
    edits = preview.edits if examples is None else examples
    hint = " (--all shows them)" if examples is None else ""
    parts += _leads_text(edits, len(preview.edits), hint, everything=everything)
    if preview.rules and not preview.backfill:
        parts.append(Text(f"\n{remapped_title(preview)}", "bold"))
        parts += _leads_text(preview.remaps, len(preview.remaps), hint, everything=everything)
    return Group(*parts)


def already_words(already: int) -> str:
    """How many leads are parked from earlier cycles, besides those that are shown."""
    return f"{already:,} more {'is' if already == 1 else 'are'} parked already"


def _leads_text(
    previews: Sequence[LeadPreview], count: int, hint: str, *, everything: bool
) -> Iterator[RenderableType]:
    """Lead by lead, and how many of the `count` are not shown."""
    ordered = ranked(previews)
    shown = ordered if everything else ordered[:SHOWN]
    yield from map(_lead_text, shown)
    if len(shown) < count:
        yield Text(f"\n… and {leads(count - len(shown))} more{hint}", "dim")


def ranked(previews: Sequence[LeadPreview]) -> list[LeadPreview]:
    """What a person has to look at first, then in the order of `ORDER`; changed leads before only linked ones."""
    return sorted(previews, key=lambda lead: (lead.kind is Kind.WAITING or not lead.reason, *_rank(lead)))


def _rank(lead: LeadPreview) -> tuple[int, bool]:
    return ORDER.index(lead.kind), not lead.changes


def _counts_table(preview: Preview) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for side in SIDES:
        table.add_column(side_name(side), justify="right")
    rows: list[tuple[str, Map[Side, int]]] = [
        ("leads read", preview.read),
        ("new leads to be made here", {side: preview.count(Kind.CREATE, side) for side in SIDES}),
        ("leads to be changed here", {side: updated(preview, side) for side in SIDES}),
        ("leads that only get the other's id", preview.stamped),
    ]
    if preview.count(Kind.DELETE):
        rows.append(("leads to be DELETED here", {side: preview.count(Kind.DELETE, side) for side in SIDES}))
    if preview.remaps:
        rows.append(("… because the mapping changed", {side: remapped(preview, side) for side in SIDES}))
    for label, figures in rows:
        table.add_row(label, *(f"{figures.get(side, 0):,}" for side in SIDES))
    table.add_row("leads to be linked", Text(f"{preview.linked:,}"), "")
    for figure, label in (
        (preview.count(Kind.REVIEW), "leads a person has to look at"),
        (misfits(preview), "leads with a value that does not fit"),
        (preview.count(Kind.WAITING), "leads that wait, or are left out"),
    ):
        table.add_row(label, f"{figure:,}", "")
    return table


def _lead_text(lead: LeadPreview) -> RenderableType:
    head = Text("\n")
    head.append(title(lead), STYLES.get(lead.kind, "dim"))
    head.append(f"  {plain(lead.name, 60)}", "bold")
    head.append(f"  {ids_text(dict(lead.ids))}", "dim")
    parts: list[RenderableType] = [head]
    if lead.reason:
        parts.append(Padding(Text(sentence(lead.reason), "yellow"), (0, 0, 0, 2)))
    if lead.kind is Kind.CREATE:
        parts.append(Padding(_creation(lead.changes), (0, 0, 0, 2)))
    elif lead.changes:
        parts.append(Padding(_changes_table(lead.changes), (0, 0, 0, 2)))
    return Group(*parts)


def title(lead: LeadPreview) -> str:
    """What would happen to a lead, in a few words."""
    match lead.kind:
        case Kind.CREATE if lead.side:
            return f"new in {side_name(lead.side)}"
        case Kind.UPDATE:
            sides = dict.fromkeys(side_name(change.to) for change in lead.changes)
            return f"change in {' and '.join(sides)}"
        case Kind.LINK:
            return "link" if not lead.changes else "link and fill"
        case Kind.DELETE if lead.side:
            return f"DELETE in {side_name(lead.side)}"
        case Kind.MARK:
            return f"mark in {side_name(lead.changes[0].to)}"
        case Kind.REVIEW:
            return "needs a decision"
        case Kind.PARKED:
            return "does not fit"
    return "waits"


def _creation(changes: Sequence[Change]) -> Text:
    text = Text(style="dim")
    for number, change in enumerate(changes):
        text.append(" · " if number else "")
        text.append(f"{change.rule} ").append(value(change.filler or change.value, 40), "none")
    return text


def _changes_table(changes: Sequence[Change]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("field", "in"):
        table.add_column(name, no_wrap=True)
    for name in ("now", "would be", "why"):
        table.add_column(name, overflow="fold")
    for change in changes:
        for row in change_rows(change):
            table.add_row(*(Text(cell) for cell in row))
    return table


def change_rows(change: Change, limit: int = LIMIT) -> Iterator[tuple[str, str, str, str, str]]:
    """One row per change, and one more for the value that a conflict gives up; values up to `limit` characters."""
    new = value(change.filler or change.value, limit)
    yield change.rule, side_name(change.to), value(change.old, limit), new, sentence(change.why, 80)
    if change.lost is not None:
        yield "", "", f"given up: {value(change.lost, limit)}", "", "kept in the history"
