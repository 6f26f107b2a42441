"""The group `connector matches`: who is whose counterpart, where the connector asks."""

from typing import Annotated

import typer

from connector import everybody, matches
from connector.cli.output import answer, answer_json, lines, progress, settings, story
from connector.cli.reading import typed
from connector.core.match.weights import plain_of
from connector.report.matched import list_text, review_json, show_text, twins_json, twins_text
from connector.report.words import plain
from connector.wiring import open_ledger, open_pair, read_mapping, wall_clock

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ReviewId = Annotated[str, typer.Argument(metavar="ID", help="As `matches list` shows it, such as operate:503.")]
CandidateId = Annotated[
    str, typer.Argument(metavar="[CANDIDATE]", help="Which of its candidates is meant, such as salesforce:00Q….")
]

matches_app = typer.Typer(no_args_is_help=True, help="Who may be whose counterpart: look, accept, reject, undo.")


def add_to(app: typer.Typer) -> None:
    """Add this group."""
    app.add_typer(matches_app, name="matches")


@matches_app.command("list")
def list_(json: Json = False) -> None:
    """List the leads of which somebody has to say whether they are the same."""
    found = settings()
    mapping = read_mapping(found)
    with open_ledger(found, readonly=True, existing=True) as ledger:
        waiting = list(matches.reviews(ledger, mapping))
    if json:
        answer_json({"matches": [review_json(each) for each in waiting]})
    elif not waiting:
        answer("Nobody waits for a decision.")
    else:
        answer(*list_text(waiting, mapping))


@matches_app.command("show")
def show_(review_id: ReviewId, json: Json = False) -> None:
    """Set one lead beside those who may be the same: what agrees, what differs, and what each is worth."""
    found = settings()
    mapping = read_mapping(found)
    with open_ledger(found, readonly=True, existing=True) as ledger:
        review = matches.find(ledger, mapping, typed(review_id))
    if json:
        answer_json(review_json(review))
    else:
        answer(*show_text(review, mapping))


@matches_app.command("accept")
def accept_(review_id: ReviewId, candidate: CandidateId = "", json: Json = False) -> None:
    """They are one lead: the next cycle links them, and `first_link` decides where they differ."""
    with open_ledger(settings(), existing=True) as ledger:
        side, record_id = matches.accept(ledger, typed(review_id), typed(candidate), wall_clock())
    if json:
        answer_json({"accepted": [typed(review_id), f"{side}:{record_id}"]})
    else:
        answer(f"{plain(review_id)} and {side}:{plain(record_id)} are one lead; the next cycle links them.")


@matches_app.command("reject")
def reject_(review_id: ReviewId, candidate: CandidateId = "", json: Json = False) -> None:
    """They are two leads: never proposed again, and the next cycle goes on without it."""
    with open_ledger(settings(), existing=True) as ledger:
        rejected = matches.reject(ledger, typed(review_id), typed(candidate), wall_clock())
    names = [f"{side}:{record_id}" for side, record_id in rejected]
    if json:
        answer_json({"rejected": [typed(review_id), *names]})
    else:
        answer(f"{plain(review_id)} is not {' or '.join(plain(each) for each in names)}; it is matched again without.")


@matches_app.command("unlink")
def unlink_(
    link: Annotated[str, typer.Argument(metavar="LINK", help="As `show` names it, such as L12.")], json: Json = False
) -> None:
    """Undo a link: nothing is deleted, and the two are never linked by themselves again."""
    with open_pair(settings(), existing=True) as pair:
        undone = matches.unlink(pair, typed(link))
    ids = [f"{side}:{record_id}" for side, record_id in undone.ids.items()]
    if json:
        answer_json({"unlinked": ids})
        return
    answer(f"{' and '.join(plain(each) for each in ids)} are linked no more, and both are left alone.")
    answer("`connector parked retry ID` lets one of them be matched again, or made anew on the other side.")


@matches_app.command("duplicates")
def duplicates_(json: Json = False) -> None:
    """List records within one CRM that are the same person; merging them is up to you."""
    found = settings()
    mapping = read_mapping(found)
    with open_ledger(found, readonly=True, existing=True) as ledger, progress() as bar:
        bar("comparing", 0, None)
        twins = list(everybody.duplicates(ledger, mapping))
    if json:
        answer_json({"duplicates": [twins_json(each) for each in twins]})
    elif not twins:
        answer("No duplicates were found.")
    else:
        answer(*twins_text(twins))


@matches_app.command("train")
def train_(json: Json = False) -> None:
    """Estimate from your own leads what agreement and difference are worth; prints them for the mapping file."""
    found = settings()
    mapping = read_mapping(found)
    with open_ledger(found, readonly=True, existing=True) as ledger, progress() as bar:
        bar("comparing", 0, None)
        training = everybody.learn(ledger, mapping)
    plain_weights = plain_of(training.weights)
    if json:
        answer_json({"matches": training.matches, "kept": list(training.kept), "weights": plain_weights})
        return
    kept = ", ".join(training.kept) or "nothing"
    story(f"About {training.matches:,.0f} leads are on both sides. Too little is known, so it stays as it was: {kept}.")
    lines("# under match: in the mapping file", "weights:")
    fields = plain_weights.pop("fields")
    lines(*(f"  {name}: {given}" for name, given in plain_weights.items() if name not in ("link", "review")))
    lines("  fields:")
    for name, levels in dict(fields).items():  # type: ignore[call-overload]
        told = ", ".join(f"{level}: [{m:.6g}, {u:.6g}]" for level, (m, u) in levels.items())
        lines(f"    {name}: {{{told}}}")
