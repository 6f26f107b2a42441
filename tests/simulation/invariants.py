"""What must hold once nobody does anything any more, one function for each promise.

A check compares what really happened (the journal) with what the connector knows (the ledger).
"""

from connector.core.mapping.model import Blank, Rule
from connector.core.model import SECOND, SIDES, Link, LinkState, Record, Side, StrangerState
from connector.linked import LATE_WRITES
from tests.simulation.farewells import (
    deletes_nobody_by_surprise,
    is_mark,
    marks_nobody_by_surprise,
    tells_everybody_it_should,
)
from tests.simulation.journal import Change
from tests.simulation.play import HOLD, Play
from tests.simulation.violation import Violation


def at_the_end(play: Play) -> None:
    """Everything that can be judged once nothing moves any more. Raises `Violation`."""
    for check in AT_THE_END:
        check(play)


# --- everybody is on both sides, and equal ------------------------------------------------------------------------


def converges(play: Play) -> None:
    """I1: linked leads agree under every rule, or differ by a named rule, or are parked."""
    rows = {side: play.world.crm(side).records() for side in SIDES}
    for link in play.world.ledger.links.all():
        if link.state is LinkState.OPEN:
            raise Violation("I1 converges", f"{dict(link.ids)} was never settled")
        both = [rows[side][link.ids[side]] for side in SIDES if link.ids[side] in rows[side]]
        if link.state is LinkState.ENDED or "" in link.parked or len(both) < len(SIDES):
            continue
        for rule in play.world.pair.mapping.rules.values():
            if not (rule.name in link.parked or _equal(rule, link, both) or _differs_by_name(play, rule, link)):
                values = [_value(rule, record) for record in both]
                raise Violation("I1 converges", f"{dict(link.ids)} {rule.name}: {values}")


def _value(rule: Rule, record: Record) -> str:
    return rule.read(record.side, record.native, {}) or ""


def _equal(rule: Rule, link: Link, both: list[Record]) -> bool:
    """Whether two records hold the same; what we invented says nothing."""
    one, other = (
        "" if link.fillers.get(record.side, {}).get(" + ".join(rule.fields[record.side])) == value else value
        for record in both
        for value in [_value(rule, record)]
    )
    return rule.same(one, other) or rule.is_form_of(Side.OPERATE, one, other, {})


def _differs_by_name(play: Play, rule: Rule, link: Link) -> bool:
    """Whether a rule says so: an edit that does not flow, or a clearing that is kept.

    What the winner of a merge holds is what somebody wanted, also where it is blank.
    """
    for side in SIDES:
        change = play.journal.standing.get((side, link.ids[side], rule.name))
        wanted = change.typed if change is not None else (side, link.ids[side]) in play.journal.winners
        blank = change is None or not change.value
        kept = rule.blank is Blank.KEEP or rule.name in play.town.remapped  # a first comparison clears nothing
        if wanted and (not rule.flows_to(side.other) or (blank and kept)):
            return True
    return False


def finds_who_is_gone(play: Play) -> None:
    """I17: where it was swept, no link is alive whose record is gone."""
    rows = {side: play.world.crm(side).records() for side in SIDES}
    for link in play.world.ledger.links.all() if play.setting.swept else ():
        gone = [side for side in SIDES if link.ids.get(side) not in rows[side]]
        if link.state is LinkState.LIVE and gone:
            raise Violation("I17 absence", f"{dict(link.ids)} is gone in {gone[0]}, and its link is alive")


def reaches_both_sides(play: Play) -> None:
    """I7: whoever is in one CRM is in the other one, or waits for a person; nobody is forgotten."""
    ledger = play.world.ledger
    for side in SIDES:
        for record_id, record in play.world.crm(side).records().items():
            stranger = ledger.strangers.get(side, [record_id]).get(record_id)
            waits = stranger is not None and stranger.state in (StrangerState.REVIEW, StrangerState.APART)
            if not (waits or record.converted or ledger.links.by_record(side, [record_id])):
                person = play.journal.made[side, record_id].person
                raise Violation("I7 both sides", f"{person} ({side} {record_id}) was left behind")


# --- quiet --------------------------------------------------------------------------------------------------------


def falls_quiet(play: Play) -> None:
    """I8: after a few cycles without edits and faults nothing is written, held or open any more."""
    result = play.cycles[-1].result
    if result is None:
        raise Violation("I8 falls quiet", f"the last cycle ended with {play.cycles[-1].error!r}")
    if result.writes or result.held:
        raise Violation("I8 falls quiet", f"still at work: {result.as_json()}")


def stays_quiet(play: Play) -> None:
    """I2: one more cycle sends no write at all and leaves the ledger as it was.

    Long enough after the last fault, so that writes without an answer need not be remembered any more.
    """
    play.world.time.advance(LATE_WRITES * HOLD // SECOND)
    play.rest()
    before, batches = play.contents(), len(play.journal.batches)
    play.rest()
    if len(play.journal.batches) > batches:
        raise Violation("I2 stays quiet", "a cycle over unchanged leads sent a write")
    if play.contents() != before:
        raise Violation("I2 stays quiet", "a cycle over unchanged leads changed the ledger")


def does_not_echo(play: Play) -> None:
    """I6: what we write was typed by a person on the other side: nothing of ours comes back as an edit.

    And the breaker against automations that fight us never fires: there are none.
    """
    for link in play.world.ledger.links.parked():
        if flipping := [name for name, parked in link.parked.items() if parked.code == "flips"]:
            raise Violation("I6 no echo", f"{dict(link.ids)} flips under {flipping}")
    typed: dict[tuple[Side, str], list[str]] = {}
    for change in play.journal.changes:
        if change.typed:
            typed.setdefault((change.place[0], change.place[2]), []).append(change.value)
    for change in play.journal.changes:
        side, record_id, name = change.place
        rule = play.world.pair.mapping.rules.get(name)
        if change.typed or rule is None or name in play.town.remapped or is_mark(side, name, change.value):
            continue
        known = ["", rule.fillers.get(side, ""), *typed.get((side.other, name), ())]
        if any(is_mark(side, name, each) for each in play.journal.held(side, record_id, name)):
            known += typed.get((side, name), ())  # the lead came back, and so did what the mark had taken the place of
        if not any(rule.is_form_of(side, value, change.value, {}) for value in known):
            raise Violation("I6 no echo", f"{side} {record_id} {name} became {change.value!r}: nobody typed that there")


# --- values -------------------------------------------------------------------------------------------------------


def loses_no_edit(play: Play) -> None:
    """I3: what a person typed and we wrote over was superseded, or stands in the history as the loser of a conflict.

    Excused is only what nobody could know when the write was sent and when it landed, and where a rule is one-way.
    """
    told = _losers(play)
    for lost, ours in play.journal.overwritten:
        side, _, name = lost.place
        rule = play.world.pair.mapping.rules.get(name)
        if rule is None or name in play.town.remapped or not rule.flows_to(side.other):
            continue
        if (ours.batch is not None and lost.too_close_to(ours.batch) and not ours.known) or _typed_over(play, ours):
            continue
        if not ((name, lost.value) in told or _superseded(play, lost, rule)):
            text = f"{lost.place} {lost.value!r} was written over with {ours.value!r}, and nothing tells of it"
            raise Violation("I3 no lost edit", text)


def _typed_over(play: Play, ours: Change) -> bool:
    """Whether somebody typed there again before the ledger knew what we wrote: that edit is the later one."""
    later = (change for change in play.journal.changes if change.place == ours.place and change.number > ours.number)
    after = next(later, None)
    return after is not None and after.typed and not after.known


def _losers(play: Play) -> set[tuple[str, str]]:
    """The rules and values that the history calls losers."""
    rows = play.world.ledger.store.query("SELECT DISTINCT link_id FROM history WHERE kind = 'conflict'")
    lines = [line for (number,) in rows for line in play.world.ledger.log.history(number)]
    return {(line.rule, line.lost) for line in lines if line.kind == "conflict"}


def _superseded(play: Play, lost: Change, rule: Rule) -> bool:
    """Whether the other side held this value, too: it was carried there, and changed there later.

    A clearing counts as an edit where it flows, and only of a value of ours that was known to be there.
    """
    side, _, name = lost.place
    there = [change for change in play.journal.changes if (change.place[0], change.place[2]) == (side.other, name)]
    if lost.value:
        forms = [(side.other, lost.value, change.value) for change in there]
        forms += [(side, change.value, lost.value) for change in there]  # a copy may be shorter than what it is of
        return any(rule.is_form_of(*form, {}) for form in forms)
    before = lost.replaced
    known = not lost.value and lost.known and before is not None and not before.typed and lost.shown is not None
    flows = rule.blank is Blank.CLEAR
    return not (known and flows) or any(not change.value and change.number > lost.number for change in there)


def invents_nothing(play: Play) -> None:
    """I4: every value that we send stood in the counterpart of that record, or is a filler of the mapping."""
    rules = play.world.pair.mapping.rules
    for write, _ in play.journal.writes.values():
        for name, native in write.rules.items():
            if name not in rules:
                continue
            value = rules[name].read(write.side, native, {}) or ""
            if is_mark(write.side, name, value):
                continue  # I18
            held = play.journal.held(write.side.other, write.counterpart_id, name)
            known = ("", rules[name].fillers.get(write.side, ""), *held)
            if not any(rules[name].is_form_of(write.side, each, value, {}) for each in known):
                raise Violation("I4 nothing invented", f"{write.side} {write.record_id} {name}: {value!r}")


# --- one counterpart ----------------------------------------------------------------------------------------------


def makes_no_double(play: Play) -> None:
    """I5: a record has at most one counterpart of our making, and none where its person was known to be there.

    One that somebody deleted in Operate before it was ever shown left no trace that anybody could find. Whoever was
    entered twice on one side becomes two leads on the other where one plan makes both, as its preview shows.
    """
    sources: set[tuple[Side, str]] = set()
    paired = _paired(play)
    for made in play.journal.made.values():
        if made.born.batch is None:
            continue
        source = (made.side, made.source_id)
        if made.vanished:
            continue
        if source in sources:
            raise Violation("I5 no double", f"{made.person} was made twice in {made.side}")
        sources.add(source)
        if paired.get(source, made.born.number) < made.born.batch.number:
            raise Violation(
                "I5 no double", f"{made.person} was made in {made.side} again, after its partner was deleted"
            )
        for rival in made.rivals:
            side_by_side = rival.batch is not None and rival.batch.cycle == made.born.batch.cycle
            if not (side_by_side or rival.too_close_to(made.born.batch)):
                raise Violation("I5 no double", f"{made.person} was made in {made.side} beside {rival.place[1]}")


def _paired(play: Play) -> dict[tuple[Side, str], int]:
    """When a record, here by the side of its partner, was first known to have one: from updates sent to the partner."""
    paired: dict[tuple[Side, str], int] = {}
    for write, batch in play.journal.writes.values():
        if not write.creates:
            paired.setdefault((write.side, write.counterpart_id), batch.number)
    return paired


def joins_no_strangers(play: Play) -> None:
    """I5: the two records of a link are of one person, also where two people have the same name."""
    for link in play.world.ledger.links.all():
        people = {play.journal.made[side, record_id].person for side, record_id in link.ids.items()}
        if len(people) > 1:
            raise Violation("I5 one person", f"{dict(link.ids)} joins {sorted(people)}")


AT_THE_END = (
    falls_quiet,
    converges,
    finds_who_is_gone,
    reaches_both_sides,
    makes_no_double,
    joins_no_strangers,
    loses_no_edit,
    invents_nothing,
    does_not_echo,
    marks_nobody_by_surprise,
    deletes_nobody_by_surprise,
    tells_everybody_it_should,
    stays_quiet,
)
