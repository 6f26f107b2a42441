"""One lead with its history, found by an id or a name; and the mapping in a table."""

from starlette.responses import Response

from connector import search
from connector.console.desk import Visit, lead_name
from connector.core.mapping.model import Mapping, Rule
from connector.core.model import SIDES, Link, Stranger, known_of
from connector.report.explained import WAYS, transform_words
from connector.report.noted import note
from connector.report.owed import Debt, owed, owed_to_stranger
from connector.report.words import plain

LISTED = 50


def leads_list(visit: Visit) -> Response:
    """The search, and what it found; one lead is shown at once."""
    words = visit.query.get("q", "").strip()[:200]
    found, rows = search.Found(), []
    if words:
        mapping = visit.desk.mapping()
        with visit.open() as ledger:
            found = search.find(ledger, words, mapping)
        rows = [(f"L{each.link_id}", lead_name(known_of(each), mapping), each.ids) for each in found.links[:LISTED]]
        rows += [
            (f"{each.side}:{each.record_id}", lead_name(each.values, mapping), {each.side: each.record_id})
            for each in found.strangers[: LISTED - len(rows)]
        ]
    return visit.page("leads.html", words=words, rows=rows, count=len(found))


def lead(visit: Visit) -> Response:
    """Both records, what is special about them, and what happened."""
    words = visit.query.get("id", "").strip()[:200]
    mapping = visit.desk.mapping()
    with visit.open() as ledger:
        found = search.find(ledger, words, mapping) if words else search.Found()
        history = ledger.log.history(found.links[0].link_id) if found.links else []
        intents = {intent.link_id: intent for intent in ledger.intents.open()}
    if not found:
        return visit.page("problem.html", 404, problem=f"No lead '{plain(words)}' is known.")
    link = found.links[0] if found.links else None
    stranger = None if link is not None else found.strangers[0]
    debts = owed(link, mapping, intents.get(link.link_id)) if link is not None else owed_to_stranger(found.strangers[0])
    return visit.page(
        "lead.html",
        owed=[
            each.text for each in debts if each.kind is not Debt.PARKED or not each.rule
        ],  # others stand at the value
        link=link,
        stranger=stranger,
        name=lead_name(known_of(link) if link is not None else found.strangers[0].values, mapping),
        rows=_of_link(link, mapping) if link is not None else _of_stranger(found.strangers[0]),
        history=history[::-1],
    )


def _of_link(link: Link, mapping: Mapping) -> list[tuple[str, list[str | None], str, str]]:
    """Rule, both values (None: not shown), what is special about it, and whether it is parked."""
    known = mapping.rules or dict.fromkeys(name for tree in link.seen.values() for name in tree)
    rows = []
    for name in dict.fromkeys([*known, *filter(None, link.parked)]):
        shown = [link.seen.get(side, {}).get(name) for side in SIDES]
        if any(shown) or name in link.parked:
            rows.append((name, shown, note(link, name, mapping), "parked" if name in link.parked else ""))
    return rows


def _of_stranger(stranger: Stranger) -> list[tuple[str, list[str | None], str, str]]:
    return [
        (name, [text if side is stranger.side else None for side in SIDES], "", "")
        for name, text in stranger.values.items()
        if text
    ]


def mapping_table(visit: Visit) -> Response:
    """Every rule: which fields, which way, and what becomes of the value."""
    mapping = visit.desk.mapping()
    return visit.page("mapping.html", mapping=mapping, rules=[_rule(each) for each in mapping.rules.values()])


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "fields": [", ".join(rule.fields.get(side, ())) for side in SIDES],
        "way": WAYS[rule.direction],
        "transform": plain(transform_words(rule), 160),
    }
