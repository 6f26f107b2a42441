"""One lead with its history, found by an id or a name; and the mapping in a table."""

from collections.abc import Mapping as Map

from starlette.responses import Response

from connector import search
from connector.console.desk import Visit, lead_name, lead_path, record_name
from connector.core.lifecycle import is_gone
from connector.core.mapping.model import Mapping, Rule
from connector.core.model import SIDES, Link, LinkState, Side, Values, known_of
from connector.ledger.port import Ledger
from connector.parked import link_number, record_ref
from connector.report import ruled
from connector.report.noted import note
from connector.report.owed import Debt, owed, owed_to_stranger
from connector.report.words import plain, sentence
from connector.troubles import CALLED

LISTED = 50


def leads_list(visit: Visit) -> Response:
    """The search, and what it found; one lead is shown at once."""
    words = visit.query.get("q", "").strip()[:200]
    found, rows = search.Found(), []
    if words:
        mapping = visit.desk.in_force()
        with visit.open() as ledger:
            found = search.find(ledger, words, mapping)
        rows = [(f"L{each.link_id}", lead_name(known_of(each), mapping), each.ids) for each in found.links[:LISTED]]
        rows += [
            (f"{each.side}:{each.record_id}", lead_name(each.values, mapping), {each.side: each.record_id})
            for each in found.strangers[: LISTED - len(rows)]
        ]
    return visit.page("leads.html", words=words, rows=rows, count=len(found))


def lead(visit: Visit) -> Response:
    """Both records, what is special about them, what was decided, and what happened."""
    words = visit.query.get("id", "").strip()[:200]
    mapping = visit.desk.in_force()
    with visit.open() as ledger:
        found = search.find(ledger, words, mapping) if words else search.Found()
        link = found.links[0] if found.links else None
        stranger = found.strangers[0] if found.strangers and link is None else None
        ids = link.ids if link is not None else {stranger.side: stranger.record_id} if stranger is not None else {}
        decided = _decided(ledger, ids)
        history = ledger.log.history(link.link_id) if link is not None else []
        intents = {intent.link_id: intent for intent in ledger.intents.open()}
    if link is None and stranger is None:
        return visit.page("problem.html", 404, problem=f"No lead '{plain(words)}' is known.")
    values = known_of(link) if link is not None else stranger.values if stranger is not None else {}
    debts = owed(link, mapping, intents.get(link.link_id)) if link is not None else []
    debts += owed_to_stranger(stranger) if stranger is not None else []
    return visit.page(
        "lead.html",
        owed=[each.text for each in debts if each.kind is not Debt.PARKED],  # what is parked stands by itself
        link=link,
        stranger=stranger,
        compared=stranger is not None and any(map(record_ref, stranger.candidates)),
        name=lead_name(values, mapping),
        sides=SIDES if link is not None else tuple(ids),
        rows=_of_link(link, mapping) if link is not None else _of_stranger(values, mapping),
        undoable=link is not None and _undoable(link),
        decided=decided,
        history=history[::-1],
    )


def _decided(ledger: Ledger, ids: Map[Side, str]) -> list[tuple[str, str, str]]:
    """Who was said to be this lead, or not to be: its record, the other, and the words."""
    found = []
    for pair, decision in ledger.decisions.about(list(ids.items())).items():
        for side, record_id in pair & frozenset(ids.items()):
            for other_side, other_id in pair - {(side, record_id)}:
                if ids.get(other_side) != other_id:
                    word = "one lead with" if decision.same else "another lead than"
                    found.append((f"{side}:{record_id}", f"{other_side}:{other_id}", word))
    return sorted(set(found))


def _undoable(link: Link) -> bool:
    return link.state is not LinkState.OPEN and len(link.ids) == len(SIDES)


def asked(visit: Visit) -> Response:
    """What unlinking does, before it is done."""
    words = visit.query.get("id", "").strip()[:200]
    with visit.open() as ledger:
        number = link_number(words) or 0
        link = ledger.links.get([number]).get(number)
    if link is None or not _undoable(link):
        return visit.page("problem.html", 404, problem=f"There is no link '{plain(words)}'.")
    return visit.page("unlink.html", link=link, name=lead_name(known_of(link), visit.desk.in_force()))


def unlink(visit: Visit) -> Response:
    """Undo a link: both CRMs are asked, so that it takes a moment."""
    link = visit.desk.errands.unlink(visit.user.name, visit.named("link"))
    ids = [f"{side}:{record_id}" for side, record_id in link.ids.items()]
    told = f"{' and '.join(plain(each) for each in ids)} are linked no more"
    visit.desk.decided(visit.user, told)
    side = next((side for side in SIDES if not is_gone(link, side)), None)
    shown = " and ".join(map(record_name, ids))
    where = lead_path(f"{side}:{link.ids[side]}") if side else "/leads"
    return visit.then(where, f"{shown} are linked no more; both are left alone.")


def _of_link(link: Link, mapping: Mapping) -> list[tuple[str, list[str | None], str, str]]:
    """Rule, both values (None: not shown), what is special about it, and whether it is parked."""
    known = mapping.rules or dict.fromkeys(name for tree in link.seen.values() for name in tree)
    rows = []
    for name in dict.fromkeys([*known, *filter(None, link.parked)]):
        shown = [link.seen.get(side, {}).get(name) for side in SIDES]
        if any(shown) or name in link.parked:
            rows.append((name, shown, note(link, name, mapping), "parked" if name in link.parked else ""))
    return rows


def _of_stranger(values: Values, mapping: Mapping) -> list[tuple[str, list[str | None], str, str]]:
    names = dict.fromkeys([*mapping.rules, *values])
    return [(name, [values[name]], "", "") for name in names if values.get(name)]


def mapping_table(visit: Visit) -> Response:
    """Every rule: which fields, which way, what becomes of the value, who wins, and what a blank does."""
    mapping = visit.desk.in_force()
    flaw = visit.desk.host.board.vitals.flaw
    notice = ""
    if flaw is not None:
        notice = f"{CALLED[flaw.kind].whole}, and is shown here. {sentence(flaw.text, 400)}"
    elif _newer(visit.desk.mapping(), mapping):
        notice = "The mapping file was changed since: the next cycle takes it up. Here is the mapping in force."
    rules = [_rule(each, mapping.owner) for each in mapping.rules.values()]
    return visit.page("mapping.html", mapping=mapping, rules=rules, notice=notice)


def _newer(file: Mapping, mapping: Mapping) -> bool:
    """Whether the file says something else; a rule without a field in this org is not in force for that alone."""
    wanted = {rule.fingerprint for rule in file.rules.values() if rule.name in mapping.rules or not rule.optional}
    return wanted != {rule.fingerprint for rule in mapping.rules.values()}


def _rule(rule: Rule, owner: Side) -> dict[str, object]:
    return {
        "name": rule.name,
        "fields": [(side, ", ".join(rule.fields[side])) for side in SIDES if rule.fields.get(side)],
        "way": ruled.WAYS[rule.direction],
        "value": ruled.value_words(rule),
        "when": ruled.when_words(rule),
        "told": ruled.told(rule, owner),
    }
