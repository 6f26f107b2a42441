"""Leads that may be the same: the queue, one of them beside its candidates, what was decided, and duplicates."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from connector import everybody, matches, parked
from connector.console.desk import Visit, lead_name, lead_path, record_name
from connector.console.waiting_pages import SHOWN
from connector.core.mapping.model import Mapping
from connector.core.match.score import Score
from connector.everybody import Twins
from connector.ledger.port import Ledger
from connector.matches import Compared, Review
from connector.report.matched import evidence_rows, percent, value_rows
from connector.report.ruled import said
from connector.report.words import plain, side_name

NEARLY = 0.999


def matches_list(visit: Visit) -> Response:
    """Who waits for a decision, by pages; two who wait because of each other are one entry."""
    mapping, start = visit.desk.in_force(), visit.start
    with visit.open() as ledger:
        waiting = list(matches.once(matches.queue(ledger)))
        count = len(waiting)
        found = list(matches.reviews(ledger, mapping, waiting[start : start + SHOWN]))
    return visit.page(
        "matches.html",
        reviews=[_review(each, mapping) for each in found],
        count=count,
        start=start,
        more=count > start + SHOWN,
        step=SHOWN,
    )


def match(visit: Visit) -> Response:
    """One of them beside those who may be the same, and where it stands in the queue."""
    mapping, wanted = visit.desk.in_force(), visit.query.get("id", "")[:200]
    with visit.open() as ledger:
        review = matches.find(ledger, mapping, wanted)
        waiting = _queue(ledger)
    at = _place(review, waiting)
    return visit.page(
        "match.html",
        review=_review(review, mapping),
        place=at + 1,
        count=len(waiting),
        following=waiting[(at + 1) % len(waiting)] if len(waiting) > 1 else "",
        after=visit.query.get("after", "")[:200],
    )


def _queue(ledger: Ledger) -> list[str]:
    return [f"{each.side}:{each.record_id}" for each in matches.once(matches.queue(ledger))]


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
        "called": _called(review, one, mapping),
        "other": one.record[0] is not review.stranger.side,
        "rows": [
            (name, *(said(mapping.rules.get(name), text) for text in (here, there)), word)
            for name, here, there, word in value_rows(review, one, mapping)
        ],
        "evidence": list(evidence_rows(score)) if score is not None else [],
        "likely": _likely(score) if score is not None else "",
        "doubts": [*score.doubts, *score.beside_others] if score is not None else [],
    }


def _called(review: Review, one: Compared, mapping: Mapping) -> str:
    """What buttons call a candidate: its name, and its id where another has the same name."""
    name = lead_name(one.values, mapping)
    same = sum(lead_name(each.values, mapping) == name for each in review.candidates)
    record = record_name(f"{one.record[0]}:{one.record[1]}")
    return record if one.gone else f"{name} in {side_name(one.record[0])}" if same == 1 else f"{name}, {record}"


def _place(review: Review, waiting: Sequence[str]) -> int:
    """Where it stands in the queue: itself, or the one that asks about the same pair; 0 where nobody does."""
    names = [review.review_id, *(f"{each.record[0]}:{each.record[1]}" for each in review.candidates)]
    return next((waiting.index(name) for name in names if name in waiting), 0)


def _likely(score: Score) -> str:
    """How likely, as far as anybody can know."""
    return "over 99.9 %" if score.probability > NEARLY else percent(score)


def same(visit: Visit) -> Response:
    """The two are one lead."""
    review, candidate = visit.named("review"), visit.named("candidate")
    with visit.open(writing=True) as ledger:
        was = _asked(visit, ledger, review)
        side, record_id = matches.accept(ledger, review, candidate, visit.desk.host.clock(), visit.user.name)
        named = f"{side}:{record_id}"
        return _next(visit, ledger, was, f"{plain(review)} and {plain(named)}", named, "are one lead")


def different(visit: Visit) -> Response:
    """They are two leads."""
    review, candidate = visit.named("review"), visit.named("candidate")
    with visit.open(writing=True) as ledger:
        was = _asked(visit, ledger, review)
        ((side, record_id),) = matches.reject(ledger, review, candidate, visit.desk.host.clock(), visit.user.name)
        named = f"{side}:{record_id}"
        return _next(visit, ledger, was, f"{plain(review)} and {plain(named)}", named, "are two leads")


def leave(visit: Visit) -> Response:
    """Nobody can say: it is left alone until its values change, and so is whoever waits because of it alone."""
    review = visit.named("review")
    with visit.open(writing=True) as ledger:
        was = _asked(visit, ledger, review)
        stranger = matches.find(ledger, visit.desk.in_force(), review).stranger
        for each in [stranger, *matches.waiting_with(ledger, stranger)]:
            parked.ignore(ledger, f"{each.side}:{each.record_id}", visit.desk.host.clock(), visit.user.name)
        return _next(visit, ledger, was, plain(review), "", "left alone until the values change")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who was asked about, as people call them, and who waited then, from there on and then from the beginning."""

    review: str
    names: Map[str, str]
    queue: Sequence[str]


def _asked(visit: Visit, ledger: Ledger, review_id: str) -> _Asked:
    mapping = visit.desk.in_force()
    review = matches.find(ledger, mapping, review_id)
    names = {f"{each.record[0]}:{each.record[1]}": lead_name(each.values, mapping) for each in review.candidates}
    names[""] = lead_name(review.stranger.values, mapping)
    queue = _queue(ledger)
    place = _place(review, queue)
    return _Asked(review.review_id, names, [*queue[place:], *queue[:place]])


def _next(visit: Visit, ledger: Ledger, was: _Asked, who: str, other: str, what: str) -> Response:
    """Say what was decided, and open whoever waits next; a decision may have freed others, too.

    The log is told ids, the page names.
    """
    visit.desk.decided(visit.user, f"{who} {what}")
    visit.desk.wake()
    names = [name for name in (was.names[""], was.names.get(other, "") if other else "") if name]
    told = f"Decided: {' and '.join(names) or who}: {what}."
    left = dict.fromkeys(_queue(ledger))
    following = next((each for each in [*was.queue, *left] if each in left), "")
    if not following:
        return visit.then("/matches", f"{told} Nobody else waits.")
    return visit.then(f"/match?{urlencode({'id': following, 'after': was.review})}", told)


def take_back(visit: Visit) -> Response:
    """What was decided about two records counts no more."""
    one, other = visit.named("one"), visit.named("other")
    with visit.open(writing=True) as ledger:
        matches.take_back(ledger, one, other, visit.desk.host.clock(), visit.user.name)
    told = f"the decision about {plain(one)} and {plain(other)} is taken back"
    visit.desk.decided(visit.user, told)
    visit.desk.wake()
    shown = f"{record_name(one)} and {record_name(other)}"
    return visit.then(lead_path(one), f"The decision about {shown} is taken back: they are matched again now.")


def duplicates(visit: Visit) -> Response:
    """Records within one CRM that are the same person, as they were last looked for."""
    found, start = visit.desk.errands.twice, visit.start
    twins = found.twins if found is not None else []
    return visit.page(
        "duplicates.html",
        still=visit.still,
        found=found,
        rows=[(each, _likely(each.score)) for each in twins[start : start + SHOWN]],
        count=len(twins),
        start=start,
        more=len(twins) > start + SHOWN,
        step=SHOWN,
    )


def look_for_duplicates(visit: Visit) -> Response:
    """Compare everybody anew."""
    mapping = visit.desk.in_force()

    def find() -> Iterator[Twins]:
        with visit.open() as ledger:
            yield from everybody.duplicates(ledger, mapping)

    if not visit.desk.errands.duplicates(visit.user.name, find):
        return visit.then("/duplicates", "Something else is under way: wait until it has ended.")
    visit.desk.decided(visit.user, "look for duplicates")
    return visit.then("/duplicates")
