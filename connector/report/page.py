"""A preview as one HTML page: nothing is loaded from anywhere, every value is escaped."""

from collections.abc import Iterator
from html import escape

from connector.core.model import SIDES, Micros
from connector.core.result import Kind, LeadPreview, Preview
from connector.report.preview import (
    already_words,
    change_rows,
    misfits,
    ranked,
    remapped,
    remapped_title,
    title,
    updated,
)
from connector.report.words import ids_text, plain, sentence, side_name, when

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1c2733 }
h1 { font-size: 1.5rem; margin-bottom: 0 }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem }
table { border-collapse: collapse; margin: .6rem 0 }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid #e3e8ee; vertical-align: top }
th { font-weight: 600; color: #5b6b7b }
td { overflow-wrap: anywhere }
td.n { text-align: right }
details { border: 1px solid #e3e8ee; border-radius: 6px; margin: .4rem 0; padding: .4rem .8rem }
summary { cursor: pointer }
.kind { display: inline-block; min-width: 9rem; color: #2461a8 }
.review .kind, .parked .kind { color: #a15c00 }
.create .kind { color: #1f7a3d }
.delete .kind { color: #b3261e; font-weight: 600 }
.ids, .quiet { color: #6b7a89 }
.reason { color: #a15c00 }
"""


def preview_page(preview: Preview, at: Micros, already: int = 0) -> str:
    """The page; `at` is when the preview was made, `already` leads that it does not show are parked."""
    heading = "What a backfill would do" if preview.backfill else "What the next sync would do"
    return "".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{heading}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{heading}</h1><p class=quiet>Made {when(at)}. Nothing was written.</p>",
            *_figures(preview),
            *([f"<p class=reason>{already_words(already)}.</p>"] if already else []),
            *(f"<p class=quiet>{_said(notice)}</p>" for notice in preview.notices),
            *(part for lead in ranked(preview.edits) for part in _lead(lead)),
            *_remaps(preview),
            "</body></html>\n",
        ]
    )


def _figures(preview: Preview) -> Iterator[str]:
    yield "<table><tr><th></th>" + "".join(f"<th>{side_name(side)}</th>" for side in SIDES) + "</tr>"
    for label, figures in figure_rows(preview):
        yield f"<tr><td>{label}</td>" + "".join(f"<td class=n>{figure:,}</td>" for figure in figures) + "</tr>"
    yield "</table><p>" + " · ".join(f"{figure:,} {label}" for label, figure in lead_rows(preview)) + "</p>"


def figure_rows(preview: Preview) -> Iterator[tuple[str, list[int]]]:
    """What a preview adds up to, side by side."""
    yield from (
        ("Leads read", [preview.read.get(side, 0) for side in SIDES]),
        ("New leads to be made here", [preview.count(Kind.CREATE, side) for side in SIDES]),
        ("Leads to be changed here", [updated(preview, side) for side in SIDES]),
        ("… because the mapping changed", [remapped(preview, side) for side in SIDES]),
        ("Leads to be deleted here", [preview.count(Kind.DELETE, side) for side in SIDES]),
        ("Leads that only get the other's id", [preview.stamped.get(side, 0) for side in SIDES]),
    )


def lead_rows(preview: Preview) -> Iterator[tuple[str, int]]:
    """What a preview adds up to in leads."""
    yield "to be linked", preview.linked
    yield "need a decision", preview.count(Kind.REVIEW)
    yield "with a value that does not fit", misfits(preview)
    yield "wait or are left out", preview.count(Kind.WAITING)


def _remaps(preview: Preview) -> Iterator[str]:
    """What a change of the mapping does, apart from what people did."""
    if preview.rules and not preview.backfill:
        yield f"<h2>{escape(remapped_title(preview))}</h2>"
        for lead in ranked(preview.remaps):
            yield from _lead(lead)


def _lead(lead: LeadPreview) -> Iterator[str]:
    yield f'<details class="{lead.kind}"><summary><span class=kind>{title(lead)}</span> '
    yield f"<b>{_safe(lead.name, 80)}</b> <span class=ids>{escape(ids_text(dict(lead.ids)))}</span></summary>"
    if lead.reason:
        yield f"<p class=reason>{_said(lead.reason)}</p>"
    if lead.changes:
        yield "<table><tr><th>Field</th><th>In</th><th>Now</th><th>Would be</th><th>Why</th></tr>"
        for change in lead.changes:
            for row in change_rows(change, 500):
                yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        yield "</table>"
    yield "</details>\n"


def _safe(text: str, limit: int) -> str:
    return escape(plain(text, limit))


def _said(text: str) -> str:
    return escape(sentence(text, 400))
