"""Promises broken on purpose: each a small patch of one function. Nothing else in the tests patches anything."""

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from connector import cycle, linked, observe, poll, sender, settle, sweep
from connector.advance import advance as right_advance
from connector.apply import apply
from connector.core import fold, lifecycle, plan
from connector.core.model import SIDES, Intent, Link, LinkState, Record, Sent, Side
from connector.crm.budget import Budget
from connector.crm.port import Outcome, State
from connector.ledger.books import IntentBook
from connector.ledger.sqlite import SqliteLedger
from connector.linked import LinkedRecords
from connector.observe import Observer
from connector.outcomes import Outcomes
from connector.pair import Pair
from connector.rules import take_rules as right_rules
from connector.sender import Sender
from connector.sweep import _ids as right_ids


@dataclass(frozen=True, slots=True)
class Mutation:
    """One broken promise: its name, what is done, and the checks of which one has to notice it.

    `seed` is a history that showed it when it was written; where histories are made otherwise by now, another one does.
    """

    name: str
    seed: int
    caught_by: tuple[str, ...]
    patch: Callable[[], AbstractContextManager[None]]


@contextmanager
def patched(place: object, name: str, value: object) -> Iterator[None]:
    """Another attribute for a while."""
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


MUTATIONS: list[Mutation] = []


apply_module = importlib.import_module("connector.apply")
"""The module, which the function of its name hides."""


def _mutation(name: str, seed: int, *caught_by: str) -> Callable[[Callable[[], AbstractContextManager[None]]], object]:
    def keep(patch: Callable[[], AbstractContextManager[None]]) -> object:
        MUTATIONS.append(Mutation(name, seed, caught_by, patch))
        return patch

    return keep


# --- creates ------------------------------------------------------------------------------------------------------


@_mutation("the intent is stored after the create was sent", 1, "I1", "I5", "I7", "I8")
def _intent_after_send() -> AbstractContextManager[None]:
    put = IntentBook.put
    later: list[Intent] = []

    def hold_back(book: IntentBook, intents: Sequence[Intent]) -> None:
        later.extend(intents)

    def take(outcomes: Outcomes, sent_by: Sender, batch: Any, answers: Any) -> None:
        put(outcomes._ledger.intents, later)  # type: ignore[arg-type]
        later.clear()
        return original(outcomes, sent_by, batch, answers)

    def begin(*args: Any, **more: Any) -> bool:
        later.clear()  # whoever died in between remembers nothing
        return apply(*args, **more)

    original = Outcomes.take
    return _both(
        patched(cycle, "apply", begin),
        _both(patched(IntentBook, "put", hold_back), patched(Outcomes, "take", take)),
    )


@_mutation("a create without an answer is sent again", 39, "I5")
def _resent_create() -> AbstractContextManager[None]:
    original = Outcomes._one

    def one(self: Outcomes, by: Sender, write: Any, outcome: Outcome, link: Link, gone: list[str]) -> None:
        if outcome.state is State.UNKNOWN and write.creates:
            outcome = replace(outcome, state=State.LATER)
        original(self, by, write, outcome, link, gone)

    return patched(Outcomes, "_one", one)


@_mutation("settling believes the first empty look-up and does not wait", 39, "I5")
def _impatient() -> AbstractContextManager[None]:
    def at_once(link_id: int, side: Side, source_id: str, at: int, hold: int, empty: int = 1) -> Intent:
        return Intent(link_id, side, source_id, at, at, empty)

    return patched(sender, "Intent", at_once)


@_mutation("a refused create is tried again in every cycle", 18, "I2", "I7")
def _refused_again() -> AbstractContextManager[None]:
    original = Outcomes._put_back

    def put_back(self: Outcomes, by: Sender, link: Link, **why: Any) -> Any:
        return original(self, by, link)

    return patched(Outcomes, "_put_back", put_back)


@_mutation("strangers of the last look are not matched before they are created", 3, "I5")
def _unmatched() -> AbstractContextManager[None]:
    return patched(sender, "match", lambda *args, **more: None)


@_mutation("the partner of a deleted record is a stranger again", 3, "I5")
def _recreated() -> AbstractContextManager[None]:
    original = LinkedRecords.fold

    def folded(self: LinkedRecords, pairs: Sequence[tuple[Link, Record]], *, answered: bool) -> None:
        original(self, pairs, answered=answered)
        for link in self._ledger.links.get([link.link_id for link, _ in pairs]).values():
            if link.state is LinkState.ENDED and link.ended.startswith("deleted"):
                self._ledger.links.undo(link.link_id)
                self._ledger.strangers.keep([settle.stranger_of(link, Side(link.ended.split()[-1]).other)])

    return patched(LinkedRecords, "fold", folded)


# --- looking and reading ------------------------------------------------------------------------------------------


@_mutation("there is no last look", 1, "I3", "I5")
def _no_last_look() -> AbstractContextManager[None]:
    return patched(Observer, "look", lambda self, side: None)


@_mutation("the cursor is taken from our clock", 6, "I10")
def _our_clock() -> AbstractContextManager[None]:
    def advance(pair: Pair, observer: Observer, sides: Sequence[Side]) -> None:
        for side in sides:
            pair.ledger.log.set_mark(f"cursor.{side}", str(pair.clock() - pair.timing.lag))

    return patched(cycle, "advance", advance)


@_mutation("the cursor moves on, although a side was not read to the end", 43, "I10", "I1", "I7")
def _cursor_anyway() -> AbstractContextManager[None]:
    def advance(pair: Pair, observer: Observer, sides: Sequence[Side]) -> None:
        for side in SIDES:
            observer.clocks.setdefault(side, pair.clock())
            observer.newest.setdefault(side, observer.clocks[side])
        right_advance(pair, observer, SIDES)

    return patched(cycle, "advance", advance)


@_mutation("nothing is read again: no overlap", 5, "I10", "I1", "I3", "I7")
def _no_overlap() -> AbstractContextManager[None]:
    return patched(poll, "_from", lambda pair, side: int(pair.ledger.log.mark(f"cursor.{side}") or 0))


@_mutation("both sides are written to, although one was not read", 43, "I1", "I3", "I5", "I10")
def _half_an_index() -> AbstractContextManager[None]:
    def both(*args: Any, **more: Any) -> tuple[Side, ...]:
        poll.poll(*args, **more)
        for side in SIDES:
            args[1].clocks.setdefault(side, args[0].clock())
        return SIDES

    return patched(cycle, "poll", both)


# --- what is believed about our own writes ------------------------------------------------------------------------


@_mutation("the base moves before the write", 4, "I1", "I3")
def _base_first() -> AbstractContextManager[None]:
    original = Sender._under_way

    def under_way(self: Sender, link: Link, changes: Any) -> Link:
        changes = tuple(changes)
        link = original(self, link, changes)
        values = {change.rule: change.value for change in changes}
        return replace(link, base={side: {**link.base.get(side, {}), **values} for side in SIDES}, sent={})

    return patched(Sender, "_under_way", under_way)


@_mutation("an echo is recognised by who modified last, not by its value", 4, "I1", "I3")
def _last_modifier() -> AbstractContextManager[None]:
    original = fold._Work.see

    def see(self: Any, rule: Any, value: str, now: int, *, stale: bool) -> None:
        if sent := self._sent.get(rule.name, ()):
            self._learn(rule, sent[-1], value)
            self._seen[rule.name] = value
        else:
            original(self, rule, value, now, stale=stale)

    return patched(fold._Work, "see", see)


@_mutation("there is no hold after an update without an answer", 659, "I1", "I3", "I6")
def _no_hold() -> AbstractContextManager[None]:
    return patched(plan, "is_held", lambda link: False)


@_mutation("one base serves both sides", 3, "I1", "I6", "I8")
def _one_base() -> AbstractContextManager[None]:
    original = fold._Work._learn

    def learn(self: Any, rule: Any, echo: Sent, value: str) -> None:
        original(self, rule, echo, value)
        for side in SIDES:
            self._base[side][rule.name] = value

    return patched(fold._Work, "_learn", learn)


@_mutation("what was written is never learnt", 6, "I1", "I3", "I6", "I8")
def _never_learnt() -> AbstractContextManager[None]:
    return patched(Sender, "_under_way", lambda self, link, changes: link)


@_mutation("fillers flow back like values", 52, "I4", "I6")
def _fillers_flow() -> AbstractContextManager[None]:
    return patched(fold._Work, "without_filler", lambda self, rule, value, native: value)


# --- deciding and telling -----------------------------------------------------------------------------------------


@_mutation("the loser of a conflict is not written down", 1, "I3")
def _silent_losers() -> AbstractContextManager[None]:
    return patched(Sender, "_note_losers", lambda self, link_id, changes: None)


@_mutation("a person's value that a late write covered is not written down", 127, "I3")
def _silent_late_writes() -> AbstractContextManager[None]:
    original = LinkedRecords._note

    def note(self: LinkedRecords, link: Link, kind: str, side: Side, rule: str = "", **more: str) -> None:
        if kind != "conflict":
            original(self, link, kind, side, rule, **more)

    return patched(LinkedRecords, "_note", note)


@_mutation("brakes do not brake", 9, "I11")
def _no_brakes() -> AbstractContextManager[None]:
    return patched(cycle, "guard", lambda *args, **more: sys.maxsize)


@_mutation("what people edit while a cycle writes is not looked for", 3, "I15")
def _untrue_done() -> AbstractContextManager[None]:
    return patched(apply_module, "agree", lambda *args, **more: ([], []))


@_mutation("a listing that shows nobody is believed", 11, "I11")
def _no_listing_brake() -> AbstractContextManager[None]:
    return _both(patched(observe, "guard_listing", lambda *args: None), _disproved_listing())


def _disproved_listing() -> AbstractContextManager[None]:
    return patched(poll, "is_believable", lambda *args: True)


_mutation("a listing is believed that leaves out who is there when asked for by id", 5834, "I5")(_disproved_listing)


@_mutation("a side that nobody could ask, since the budget was spent, counts as read", 16, "I15")
def _spent_is_silence() -> AbstractContextManager[None]:
    def read(pair: Pair, observer: Observer, *args: Any, **more: Any) -> tuple[Side, ...]:
        sides = poll.poll(pair, observer, *args, **more)
        silent = [side for side in SIDES if pair.crms[side].spent and side not in sides]
        for side in silent:
            observer.clocks.setdefault(side, pair.clock())
        return tuple(side for side in SIDES if side in sides or side in silent)

    return patched(cycle, "poll", read)


@_mutation("an absence is believed without asking by id", 1, "I17")
def _believed_absence() -> AbstractContextManager[None]:
    def ids(*args: Any) -> bool:
        with patched(args[0].crms[args[3]], "get", lambda record_ids: {}):
            return right_ids(*args)

    return patched(sweep, "_ids", ids)


@_mutation("nobody sweeps", 4, "I17", "I1", "I7")
def _unswept() -> AbstractContextManager[None]:
    return _both(
        patched(cycle, "sweep", lambda pair, observer, result, sides, **more: sides),
        patched(cycle, "unread", lambda pair: ()),
    )


@_mutation("a preview works on the ledger itself", 1, "I12")
def _preview_acts() -> AbstractContextManager[None]:
    return patched(SqliteLedger, "scratch", lambda self: nullcontext(self))


@_mutation("a mark is written again as often as somebody types upon it", 362, "I18", "I8")
def _marked_forever() -> AbstractContextManager[None]:
    def plan_again(link: Link, *more: Any) -> plan.LinkPlan:
        found = right(link, *more)
        return replace(found, link=replace(found.link, farewell=link.farewell))

    right = lifecycle._plan_farewell
    return _both(
        patched(lifecycle, "_plan_farewell", plan_again),
        patched(lifecycle, "said", lambda before, link, mapping, tables: link),
    )


@_mutation("a policy counts for ends that were there before it", 53, "I18")
def _old_ends() -> AbstractContextManager[None]:
    owed = lifecycle.owed
    return patched(LinkedRecords, "_owed", lambda self, *end: owed(self._pair.mapping, *end[:3], touched=False))


@_mutation("what is owed to a partner is forgotten with the cycle", 44, "I18")
def _forgotten_farewell() -> AbstractContextManager[None]:
    def forgetful(pair: Pair) -> tuple[str, ...]:
        for link in list(pair.ledger.links.all()):
            if link.farewell is not None:
                pair.ledger.links.save([replace(link, farewell=None)])
        return right_rules(pair)

    return patched(cycle, "take_rules", forgetful)


@_mutation("a mark flows back like a value", 875, "I6", "I18")
def _mark_as_value() -> AbstractContextManager[None]:
    return patched(lifecycle, "_as_filler", lambda link, to, rule, value, tables: _edited(link, to, rule.name, value))


def _edited(link: Link, to: Side, name: str, value: str) -> Link:
    base = {**link.base, to: {**link.base.get(to, {}), name: "before"}, to.other: dict(link.seen.get(to.other, {}))}
    return replace(link, base=base, seen={**link.seen, to: {**link.seen.get(to, {}), name: value}})


@_mutation("a partner is deleted although somebody has edited it since", 135, "I18")
def _deleted_unread() -> AbstractContextManager[None]:
    return patched(lifecycle, "_plan_delete", lambda link, to, farewell, now: plan.LinkPlan(link, deletes=to))


@_mutation("what was edited before an end was found is deleted unread", 3950, "I18")
def _deleted_untimed() -> AbstractContextManager[None]:
    return patched(LinkedRecords, "_touched_since", lambda self, link, side, at: False)


@_mutation("the budget of requests is not asked", 5, "I15")
def _unasked_budget() -> AbstractContextManager[None]:
    return patched(Budget, "expect_left", lambda self: None)


@_mutation("requests are not counted", 7, "I15")
def _uncounted() -> AbstractContextManager[None]:
    return patched(Budget, "sent", lambda self: None)


@_mutation("only a cycle that ends writes down how many requests it took", 39, "I15")
def _counted_late() -> AbstractContextManager[None]:
    return _both(
        patched(observe, "keep_requests", lambda pair: None),
        patched(sender, "keep_requests", lambda pair: None),
    )


@_mutation("late writes are forgotten at once", 67, "I1", "I3")
def _short_memory() -> AbstractContextManager[None]:
    return patched(linked, "LATE_WRITES", 0)


@contextmanager
def _both(one: AbstractContextManager[None], other: AbstractContextManager[None]) -> Iterator[None]:
    with one, other:
        yield
