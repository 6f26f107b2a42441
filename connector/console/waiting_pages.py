"""What waits for a person: parked values and leads, and leads that may be the same."""

from itertools import islice

from starlette.responses import Response

from connector import matches, parked
from connector.console.desk import Visit, lead_name
from connector.core.mapping.model import Mapping
from connector.errors import Misconfigured
from connector.matches import Compared, Review
from connector.report.matched import evidence_rows, percent, value_rows
from connector.report.words import plain

SHOWN = 50
"""So many things are shown on a page."""


def start_of(visit: Visit) -> int:
    """With which of them a page begins."""
    text = visit.query.get("from", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def parked_list(visit: Visit) -> Response:
    """Everything that is parked, with its cause, by pages; `all`: what was left alone, too."""
    everything, start = visit.query.get("all") == "1", start_of(visit)
    mapping = visit.desk.mapping()
    with visit.open() as ledger:
        causes = parked.causes(ledger)
        kept = (item for item in parked.items(ledger) if everything or not item.ignored)
        found = list(islice(kept, start, start + SHOWN + 1))
    items = [(item, lead_name(item.lead, mapping)) for item in found[:SHOWN]]
    return visit.page(
        "parked.html",
        causes=causes,
        items=items,
        everything=everything,
        start=start,
        more=len(found) > SHOWN,
        step=SHOWN,
    )


def retry(visit: Visit) -> Response:
    """Let the next cycle try again, and let it come soon."""
    with visit.open(writing=True) as ledger:
        found = parked.retry(ledger, _named(visit, "item"), visit.desk.host.clock(), visit.user.name)
    names = ", ".join(item.item_id for item in found)
    visit.desk.decided(visit.user, f"try again: {plain(names, 200)}")
    visit.desk.wake()
    return visit.then("/parked", f"{plain(names, 200)}: it is tried again now.")


def ignore(visit: Visit) -> Response:
    """Leave it alone until its values change."""
    with visit.open(writing=True) as ledger:
        found = parked.ignore(ledger, _named(visit, "item"), visit.desk.host.clock(), visit.user.name)
    names = ", ".join(item.item_id for item in found)
    visit.desk.decided(visit.user, f"leave alone: {plain(names, 200)}")
    return visit.then("/parked", f"{plain(names, 200)}: it is left alone until its values change.")


def matches_list(visit: Visit) -> Response:
    """Leads beside those who may be the same."""
    mapping, start = visit.desk.mapping(), start_of(visit)
    with visit.open() as ledger:
        found = list(islice(matches.reviews(ledger, mapping), start, start + SHOWN + 1))
    shown = [_review(each, mapping) for each in found[:SHOWN]]
    return visit.page("matches.html", reviews=shown, start=start, more=len(found) > SHOWN, step=SHOWN)


def _review(review: Review, mapping: Mapping) -> dict[str, object]:
    return {
        "id": review.review_id,
        "stranger": review.stranger,
        "name": lead_name(review.stranger.values, mapping),
        "candidates": [_candidate(review, one, mapping) for one in review.candidates],
    }


def _candidate(review: Review, one: Compared, mapping: Mapping) -> dict[str, object]:
    score = one.score
    return {
        "one": one,
        "id": f"{one.record[0]}:{one.record[1]}",
        "name": lead_name(one.values, mapping),
        "other": one.record[0] is not review.stranger.side,
        "rows": list(value_rows(review, one, mapping)),
        "evidence": list(evidence_rows(score)) if score is not None else [],
        "likely": percent(score) if score is not None else "",
        "doubts": [*score.doubts, *score.beside_others] if score is not None else [],
    }


def same(visit: Visit) -> Response:
    """The two are one lead."""
    review, candidate = _named(visit, "review"), _named(visit, "candidate")
    with visit.open(writing=True) as ledger:
        side, record_id = matches.accept(ledger, review, candidate, visit.desk.host.clock(), visit.user.name)
    told = f"{plain(review)} and {side}:{plain(record_id)} are one lead"
    visit.desk.decided(visit.user, told)
    visit.desk.wake()
    return visit.then("/matches", f"{told}; they are linked now.")


def different(visit: Visit) -> Response:
    """They are two leads."""
    review, candidate = _named(visit, "review"), _named(visit, "candidate")
    with visit.open(writing=True) as ledger:
        matches.reject(ledger, review, candidate, visit.desk.host.clock(), visit.user.name)
    told = f"{plain(review)} and {plain(candidate)} are two leads"
    visit.desk.decided(visit.user, told)
    visit.desk.wake()
    return visit.then("/matches", f"{told}; this is never proposed again.")


def _named(visit: Visit, field: str) -> str:
    """What a form names; an empty one would mean everything."""
    text = visit.form.get(field, "").strip()
    if not text:
        raise Misconfigured("The form names nothing. Load the page again, and send it once more.")
    return text
