"""Leads that may be the same person, as text and as JSON. No decisions here."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from connector.core.mapping.model import Mapping
from connector.core.match.levels import FIELDS, Level
from connector.core.match.score import Score
from connector.core.model import SIDES
from connector.everybody import Twins
from connector.matches import Compared, Review
from connector.report.words import leads, plain, sentence, side_name, value

LONG = 80
"""So many characters of a value are shown."""
WORDS = {
    Level.EXACT: "the same",
    Level.NEAR: "nearly the same",
    Level.SIMILAR: "similar",
    Level.ALIAS: "a short form",
    Level.INITIAL: "only the initial",
    Level.PART: "a part of it",
    Level.SWAPPED: "swapped",
    Level.DIFFERENT: "different",
    Level.IN_MAIL: "in the other's e-mail",
}
NAMES = {
    "given": "first name",
    "surname": "last name",
    "email": "own e-mail",
    "mobile": "mobile",
    "mailbox": "shared e-mail",
    "phone": "phone",
    "company": "company",
    "domain": "web domain",
    "number": "house number",
    "street": "street",
    "building": "building",
    "city": "city",
    "postcode": "postcode",
    "state": "state",
}


def list_text(found: Sequence[Review], mapping: Mapping) -> Iterator[RenderableType]:
    """The queue, one line a lead."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"{leads(len(found))} to decide")
    table.add_column("id", no_wrap=True)
    for name in ("lead", "may be", "why"):
        table.add_column(name, overflow="fold")
    for each in found:
        beside = "\n".join(_name(one, mapping) for one in each.candidates)
        lead = plain(mapping.name_of(each.stranger.values), 40)
        reason = Text(sentence(each.stranger.reason, 200))
        table.add_row(Text(plain(each.review_id)), Text(lead), Text(beside), reason)
    yield table
    yield Text("`connector matches show ID` sets them side by side; then `matches accept ID` or `matches reject ID`.")


def _who(one: Compared, mapping: Mapping) -> str:
    return f"{one.record[0]}:{plain(one.record[1])} {_name(one, mapping)}"


def _name(one: Compared, mapping: Mapping) -> str:
    if one.gone:
        return f"{one.record[0]}:{plain(one.record[1])} (gone)"
    linked = f", linked as L{one.link_id}" if one.link_id else ""
    likely = f" ({percent(one.score)})" if one.score is not None else ""
    return f"{plain(mapping.name_of(one.values), 40)}{linked}{likely}"


def percent(score: Score, digits: int = 1) -> str:
    """How likely the two are one, in words."""
    return f"{score.probability:.{digits}%}".replace("%", " %")


def show_text(review: Review, mapping: Mapping) -> Iterator[RenderableType]:
    """One stranger beside everybody who may be the same."""
    stranger = review.stranger
    yield Text.assemble((plain(review.review_id), "bold"), f"  {plain(mapping.name_of(stranger.values))}")
    yield Text(sentence(stranger.reason, 400), "yellow")
    for one in review.candidates:
        yield Text.assemble("\n", (_who(one, mapping), "bold"), f"  {one.decided}")
        if one.score is None:
            continue
        yield _values(review, one, mapping)
        yield _evidence(one.score)
        for doubt in (*one.score.doubts, *one.score.beside_others):
            yield Text(f"not linked by itself: {plain(doubt, 200)}", "yellow")


def _values(review: Review, one: Compared, mapping: Mapping) -> Table:
    """What tells who they are, and whatever else both hold."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column(plain(review.review_id), overflow="fold")
    table.add_column(f"{one.record[0]}:{plain(one.record[1])}", overflow="fold")
    for name, here, there, word in value_rows(review, one, mapping):
        style = {"same": "green", "different": "red"}.get(word, "")
        table.add_row(Text(name, style), Text(value(here, LONG)), Text(value(there, LONG)))
    return table


def value_rows(review: Review, one: Compared, mapping: Mapping) -> Iterator[tuple[str, str, str, str]]:
    """Rule, both values, and whether they are the `same`, `different`, or one of them is blank ("")."""
    names = dict.fromkeys([*mapping.match.values(), *review.stranger.values, *one.values])
    for name in names:
        here, there = review.stranger.values.get(name, ""), one.values.get(name, "")
        if (here and there) or ((here or there) and name in mapping.match.values()):
            rule = mapping.rules.get(name)
            same = rule.same(here, there) if rule is not None else here == there
            yield name, here, there, "same" if same and here else "different" if here and there else ""


def evidence_rows(score: Score) -> Iterator[tuple[str, str, float]]:
    """What agrees or differs, how, and how much it is worth by itself."""
    for name, level, bits in zip(FIELDS, score.levels, score.bits, strict=True):
        if level is not Level.MISSING:
            yield NAMES[name], WORDS[level], bits


def _evidence(score: Score) -> Table:
    """What agrees and what differs, and how much each is worth by itself."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("what", "how", "weight"):
        table.add_column(name, no_wrap=True)
    for name, how, bits in evidence_rows(score):
        table.add_row(name, how, Text(f"{bits:+.1f}", "green" if bits > 0 else "red"))
    table.add_row("so many people", "any of them might be it", Text(f"{score.prior:+.1f}", "dim"))
    table.add_row(
        Text("together", "bold"),
        f"{percent(score, 2)} likely",
        Text(f"{score.total:+.1f}", "bold"),
    )
    return table


def review_json(review: Review) -> dict[str, object]:
    """For machines."""
    stranger = review.stranger
    return {
        "id": review.review_id,
        "reason": stranger.reason,
        "values": dict(stranger.values),
        "candidates": [_compared_json(one) for one in review.candidates],
    }


def _compared_json(one: Compared) -> dict[str, object]:
    return {
        "id": f"{one.record[0]}:{one.record[1]}",
        "link": f"L{one.link_id}" if one.link_id else None,
        "gone": one.gone,
        "decided": one.decided or None,
        "values": dict(one.values),
        "score": _score_json(one.score) if one.score is not None else None,
    }


def _score_json(score: Score) -> dict[str, object]:
    return {
        "probability": round(score.probability, 6),
        "bits": round(score.total, 2),
        "prior": round(score.prior, 2),
        "doubts": [*score.doubts, *score.beside_others],
        "fields": {
            name: {"level": level.name.lower(), "bits": round(bits, 2)}
            for name, level, bits in zip(FIELDS, score.levels, score.bits, strict=True)
            if level is not Level.MISSING
        },
    }


def twins_text(found: Sequence[Twins]) -> Iterator[RenderableType]:
    """Duplicates within one side."""
    for side in SIDES:
        here = [each for each in found if each.side is side]
        if not here:
            continue
        table = Table(
            box=box.SIMPLE_HEAD, pad_edge=False, title=f"{len(here):,} likely duplicates in {side_name(side)}"
        )
        for name in ("record", "lead", "record", "lead", "likely"):
            table.add_column(name, overflow="fold")
        for each in here:
            cells = (each.one[1], each.names[0], each.other[1], each.names[1])
            table.add_row(*(Text(plain(cell, 40)) for cell in cells), percent(each.score))
        yield table


def twins_json(each: Twins) -> dict[str, object]:
    """For machines."""
    records = [{"id": each.one[1], "name": each.names[0]}, {"id": each.other[1], "name": each.names[1]}]
    return {"side": str(each.side), "records": records, "score": _score_json(each.score)}
