"""What is still owed to one lead, in words: what a cycle has yet to send, to find out, or to be told by a person.

Reads what the ledger knows and the mapping alone, so it says what follows without a look at the CRMs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from connector.core.lifecycle import because, in_force, is_deleting
from connector.core.mapping.model import Mapping
from connector.core.merge import Act, decide
from connector.core.model import SIDES, Intent, Link, LinkState, Parked, Side, Stranger, StrangerState
from connector.report.words import plain, sentence, side_name, value, when


class Debt(StrEnum):
    """What kind of thing is owed."""

    CREATE = "create"
    """A counterpart that is still to be made, or to be found after its answer was lost."""
    HOLD = "hold"
    """A request whose answer was lost, and which may still arrive."""
    EDIT = "edit"
    MARK = "mark"
    DELETE = "delete"
    STAMP = "stamp"
    PARKED = "parked"
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing that is owed, in words; `side` is where it is still to happen, `rule` "" the lead as a whole."""

    kind: Debt
    text: str
    rule: str = ""
    side: Side | None = None


def owed(link: Link, mapping: Mapping, intent: Intent | None = None) -> list[Owed]:
    """Everything that is owed to a linked lead; `intent` is that of its open create."""
    return [*_unanswered(link, intent), *_farewell(link, mapping), *_edits(link, mapping), *_parked(link)]


def owed_to_stranger(stranger: Stranger) -> list[Owed]:
    """What is owed to a record without a counterpart."""
    to = stranger.side.other
    there = side_name(to)
    if stranger.state is StrangerState.REVIEW:
        why = sentence(stranger.reason)
        return [Owed(Debt.DECISION, f"a person has to say what becomes of it in {there}: {why}", side=to)]
    if stranger.state is StrangerState.WAITING:
        return [Owed(Debt.CREATE, f"its lead in {there} is still to be found or made", side=to)]
    return []


def _unanswered(link: Link, intent: Intent | None) -> Iterator[Owed]:
    """Requests of which nobody knows yet what became."""
    if link.state is LinkState.OPEN and intent is not None:
        there = side_name(intent.side)
        text = (
            f"its lead in {there} was sent at {when(intent.at)}, and the answer was lost: it is looked for, and made "
            f"again only once it was found nowhere, after {when(intent.hold_until)}"
        )
        yield Owed(Debt.CREATE, text, side=intent.side)
        return
    for side, until in link.held.items():
        sent = [name for name, values in link.sent.get(side, {}).items() if any(each.unknown for each in values)]
        what = "the delete" if is_deleting(link) else ", ".join(plain(name) for name in sent)
        text = f"held in {side_name(side)} until {when(until)}: an answer was lost"
        yield Owed(Debt.HOLD, f"{text} ({what} may still arrive)" if what else text, side=side)


def _farewell(link: Link, mapping: Mapping) -> Iterator[Owed]:
    """What the partner of an ended lead is still to be told."""
    farewell = link.farewell
    if link.state is not LinkState.ENDED or farewell is None or not farewell.left:
        return
    to = farewell.side.other
    there, why = side_name(to), because(link)
    if mapping.rules and not in_force(mapping, farewell):
        return
    if "" in farewell.left:
        if "" not in link.parked:
            yield Owed(Debt.DELETE, f"its lead in {there} is still to be DELETED: {why}", side=to)
        return
    for name, text in farewell.left.items():
        rule = mapping.rules.get(name)
        stands = rule is not None and rule.same(link.seen.get(to, {}).get(name, ""), text)
        if name not in link.parked and not stands:
            yield Owed(Debt.MARK, f"{plain(name)}: still to be marked {value(text)} in {there}: {why}", name, to)


def _edits(link: Link, mapping: Mapping) -> Iterator[Owed]:
    """Values that were seen and are not written to the other side yet."""
    if link.state is not LinkState.LIVE or "" in link.parked:
        return
    for name, rule in mapping.rules.items():
        decision = decide(rule, link, mapping.owner, {}) if name not in link.parked else None
        if decision is None or decision.act not in {Act.CARRY, Act.REVIEW}:
            continue
        if decision.act is Act.REVIEW or decision.to is None:
            yield Owed(Debt.DECISION, f"{plain(name)}: a person has to decide: {sentence(decision.why)}", name)
            continue
        text = f"{value(decision.value)} is still to be written to {side_name(decision.to)}: {sentence(decision.why)}"
        yield Owed(Debt.EDIT, f"{plain(name)}: {text}", name, decision.to)
    if Side.SALESFORCE not in link.stamped and all(link.ids.get(side) for side in SIDES):
        text = "the id of its lead in Operate is still to be written to Salesforce"
        yield Owed(Debt.STAMP, text, side=Side.SALESFORCE)


def _parked(link: Link) -> Iterator[Owed]:
    """What waits for a person; what was left alone by decision is owed to nobody."""
    for name, parked in link.parked.items():
        if not parked.ignored:
            yield Owed(Debt.PARKED, _why_parked(name, parked), name, parked.side)


def _why_parked(name: str, parked: Parked) -> str:
    what = f"{plain(name)}: parked" if name else "parked as a whole"
    return f"{what}: {sentence(parked.text, 200)}"
