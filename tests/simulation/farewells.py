"""What must hold of leads whose partner ended, where the mapping marks or deletes them: when it says so, and once.

Every mark names its policy, the side and the way in which the partner ended, so that it tells where it comes from.
"""

from collections.abc import Iterator

from connector.core import ends
from connector.core.mapping.model import Blank
from connector.core.model import SIDES, Link, LinkState, Side
from connector.core.result import WHOLE
from tests.simulation.journal import Change, Ended
from tests.simulation.people import Epoch
from tests.simulation.play import Play
from tests.simulation.rules import DELETES, MARKED, mark_of, marks_of
from tests.simulation.violation import Violation


def marks_nobody_by_surprise(play: Play) -> None:
    """I18: a mark follows an end of the partner that came after its policy, and is written once for each end.

    Who came back and ended again before anybody looked has ended once.
    """
    for change in _marks(play):
        assert change.batch is not None
        side, _, _ = change.place
        policy, how = marks_of(side.other)[change.value]
        partner = _ends_of_partner(play, *change.place[:2])
        found = [each for each in partner if each.how == how and _under(play, each, policy)]
        if not any(each.number < change.batch.number for each in found):
            raise Violation("I18 farewell", f"{change.place} was marked {change.value!r}, for no end under that policy")
        if _told(play, change) > sum(_is_noticed(play, each) for each in found):
            raise Violation("I18 farewell", f"{change.place} was marked {change.value!r} once more")


def deletes_nobody_by_surprise(play: Play) -> None:
    """I18: what we delete follows an end of the partner under a policy that says so, and nobody had edited it since."""
    for gone in play.journal.ended:
        if gone.write is None:
            continue
        batch = play.journal.writes[id(gone.write)][1]
        found = [
            each
            for each in _ends_of_partner(play, gone.side, gone.record_id)
            if each.number < batch.number and each.write is None and _asks(play, each)
        ]
        if not found:
            raise Violation("I18 farewell", f"{gone} was deleted by us, for no end under a policy that says so")
        for change in play.journal.changes:
            edited = change.typed and change.place[:2] == (gone.side, gone.record_id)
            late = found[-1].number < change.number < batch.number and not change.too_close_to(batch)
            if edited and late and not _is_in_the_bin(play, gone, change):
                raise Violation("I18 farewell", f"{gone} was deleted by us, although somebody had edited it: {change}")


def _is_in_the_bin(play: Play, gone: Ended, change: Change) -> bool:
    """Whether nobody could know that an edit came after an end in Operate, which tells no time; here it can be undone.

    It was read before the end was found, and no rule carries it.
    """
    if gone.side is Side.OPERATE or change.shown is None:
        return False
    (link,) = play.world.ledger.links.by_record(gone.side, [gone.record_id]).values()
    ends_found = [line.cycle for line in play.world.ledger.log.history(link.link_id) if line.kind == "ended"]
    shown = play.journal.cycle_of(change.shown)
    rule = play.cycles[shown - 1].mapping.rules.get(change.place[2])
    carried = rule is not None and rule.flows_to(gone.side.other) and (change.value or rule.blank is Blank.CLEAR)
    return shown <= max(ends_found) and not carried


def tells_everybody_it_should(play: Play) -> None:
    """I18: who ended under a policy that still stands has a partner that was told, or one that waits for a person."""
    epoch = play.town.epochs[-1]
    whole = [
        cycle.number
        for cycle in play.cycles
        if cycle.number >= epoch.cycle and cycle.result is not None and cycle.result.status in WHOLE
    ]
    rows = {side: play.world.crm(side).records() for side in SIDES}
    for link in play.world.ledger.links.all() if whole and epoch.policy else ():
        for side in SIDES:
            how = ends.kind(side, link.ended) if link.state is LinkState.ENDED else None
            source = [each for each in play.journal.ended if (each.side, each.record_id) == (side, link.ids[side])]
            if how is None or not source or source[-1].how != how or min(each.cycle for each in source) <= whole[0]:
                continue
            partner = (side.other, link.ids[side.other])
            waits = link.parked or partner[1] not in rows[partner[0]]
            ended_too = any((each.side, each.record_id) == partner for each in play.journal.ended)
            if waits or ended_too or _linked_at_rest(play, link) or any(each.write is not None for each in source):
                continue
            value = mark_of(epoch.policy, side, str(how))
            if (value and not _was_marked(play, partner, value)) or (side, str(how)) in DELETES.get(epoch.policy, ()):
                raise Violation("I18 farewell", f"{partner} was never told that its partner was {how}")


def _asks(play: Play, end: Ended) -> bool:
    """Whether a policy that asks for deletes after such an end stood in the mapping at that time."""
    return any((end.side, end.how) in pairs and _under(play, end, policy) for policy, pairs in DELETES.items())


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


def _ends_of_partner(play: Play, side: Side, record_id: str) -> list[Ended]:
    """How the records ended that this one was ever written for, or made from."""
    links = play.world.ledger.links.by_record(side, [record_id]).values()
    partners = {w.counterpart_id for w, _ in play.journal.writes.values() if (w.side, w.record_id) == (side, record_id)}
    partners |= {link.ids.get(side.other, "") for link in links}
    return [each for each in play.journal.ended if each.side is side.other and each.record_id in partners]


def _is_noticed(play: Play, end: Ended) -> bool:
    """Whether the connector could tell it from an earlier end of that record: it was the first, or it was seen back."""
    born = play.journal.made[end.side, end.record_id].born
    return end.came is not None and (end.came is born or end.came.shown is not None)


def _under(play: Play, end: Ended, policy: int) -> bool:
    """Whether somebody ended a record while the mapping held this policy."""
    epochs: list[Epoch] = play.town.epochs
    nexts = [*(each.cycle for each in epochs[1:]), 10**6]
    return any(e.policy == policy and e.cycle <= end.cycle < until for e, until in zip(epochs, nexts, strict=True))


def _told(play: Play, change: Change) -> int:
    """How often the history of that lead says that it was marked so."""
    side, record_id, rule = change.place
    links = play.world.ledger.links.by_record(side, [record_id])
    lines = [line for link in links.values() for line in play.world.ledger.log.history(link.link_id)]
    return sum((line.kind, line.rule, line.new) == ("marked", rule, change.value) for line in lines)


def _was_marked(play: Play, partner: tuple[Side, str], value: str) -> bool:
    """Whether the partner was given the mark, whatever it holds by now."""
    return any(change.place == (*partner, MARKED) and change.value == value for change in play.journal.changes)
