"""What must hold of leads whose partner ended, where the mapping marks them: each when the policy says so, once.

Every mark names its policy, the side and the way in which the partner ended, so that it tells where it comes from.
"""

from collections.abc import Iterator

from connector.core import ends
from connector.core.model import SIDES, Link, LinkState, Side
from connector.core.result import Status
from tests.simulation.journal import Change, Ended
from tests.simulation.people import Epoch
from tests.simulation.play import Play
from tests.simulation.rules import MARKED, mark_of, marks_of
from tests.simulation.violation import Violation


def marks_nobody_by_surprise(play: Play) -> None:
    """I18: a mark follows an end of the partner that came after its policy, and is written once for each end."""
    for change in _marks(play):
        assert change.batch is not None
        side, _, _ = change.place
        policy, how = marks_of(side.other)[change.value]
        found = [
            each
            for each in _ends_of_partner(play, change)
            if each.how == how and each.number < change.batch.number and _under(play, each, policy)
        ]
        if not found:
            raise Violation("I18 farewell", f"{change.place} was marked {change.value!r}, for no end under that policy")
        before = _marked_before(play, change)
        if before is not None and not any(each.number > before.number for each in found):
            raise Violation("I18 farewell", f"{change.place} was marked {change.value!r} once more")


def marks_everybody_it_should(play: Play) -> None:
    """I18: who ended under a policy that still stands has a marked partner, or one that waits for a person."""
    epoch = play.town.epochs[-1]
    whole = [
        cycle.number
        for cycle in play.cycles
        if cycle.number >= epoch.cycle and cycle.result is not None and _is_whole(cycle.result.status)
    ]
    rows = {side: play.world.crm(side).records() for side in SIDES}
    for link in play.world.ledger.links.all() if whole and epoch.policy else ():
        for side in SIDES:
            how = ends.kind(side, link.ended) if link.state is LinkState.ENDED else None
            value = mark_of(epoch.policy, side, str(how)) if how is not None else ""
            source = [each for each in play.journal.ended if (each.side, each.record_id) == (side, link.ids[side])]
            if not value or not source or source[-1].how != how or min(each.cycle for each in source) <= whole[0]:
                continue
            partner = (side.other, link.ids[side.other])
            waits = link.parked or partner[1] not in rows[partner[0]]
            ended_too = any((each.side, each.record_id) == partner for each in play.journal.ended)
            if not (waits or ended_too or _linked_at_rest(play, link) or _was_marked(play, partner, value)):
                raise Violation("I18 farewell", f"{partner} was never marked {value!r}")


def _linked_at_rest(play: Play, link: Link) -> bool:
    """Whether one of the two had ended before they were linked."""
    return not any(line.kind == "ended" for line in play.world.ledger.log.history(link.link_id))


def is_mark(side: Side, rule: str, value: str) -> bool:
    """Whether a value of this side is one that only a policy writes there."""
    return rule == MARKED and value in marks_of(side.other)


def _marks(play: Play) -> Iterator[Change]:
    """Every mark that was stored, as one of ours."""
    for change in play.journal.changes:
        side, _, rule = change.place
        if not change.typed and is_mark(side, rule, change.value):
            yield change


def _ends_of_partner(play: Play, change: Change) -> list[Ended]:
    side, record_id, _ = change.place
    partners = {w.counterpart_id for w, _ in play.journal.writes.values() if (w.side, w.record_id) == (side, record_id)}
    return [each for each in play.journal.ended if each.side is side.other and each.record_id in partners]


def _under(play: Play, end: Ended, policy: int) -> bool:
    """Whether somebody ended a record while the mapping held this policy."""
    epochs: list[Epoch] = play.town.epochs
    nexts = [*(each.cycle for each in epochs[1:]), 10**6]
    return any(e.policy == policy and e.cycle <= end.cycle < until for e, until in zip(epochs, nexts, strict=True))


def _marked_before(play: Play, change: Change) -> Change | None:
    """The same mark on the same record, which the connector was shown before it sent this one."""
    assert change.batch is not None
    alike = [
        c for c in _marks(play) if c.place == change.place and c.value == change.value and c.number < change.number
    ]
    return next((each for each in reversed(alike) if each.shown_before(change.batch.looked)), None)


def _was_marked(play: Play, partner: tuple[Side, str], value: str) -> bool:
    """Whether the partner was given the mark, whatever it holds by now."""
    return any(change.place == (*partner, MARKED) and change.value == value for change in play.journal.changes)


def _is_whole(status: Status) -> bool:
    return status in (Status.DONE, Status.PARKED)
