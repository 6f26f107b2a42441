"""What an answer to a write teaches: landed, refused, gone, unknown or later - and what is tried next.

A refused increment loses the rule of the field that was named; when none was named it is halved until the offender
stands alone. A refused create takes in the field that is missing, or goes without the value that is bad.
"""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import replace

from connector.core import ends, lifecycle
from connector.core.fold import is_unlearnt, landed, overtaken, taken_back
from connector.core.model import Link, LinkState, Parked, Side, Stranger, StrangerState, Write, to_do, without_hold
from connector.core.plan import REFUSED, Change, refused, rule_refused
from connector.core.result import Result
from connector.crm.port import Outcome, State
from connector.errors import Refusal, RetryLater
from connector.ledger.port import Happening
from connector.observe import Observer
from connector.pair import Pair
from connector.sender import Attempt, Sender
from connector.settle import settle_creates

READ_BACK = 2000
"""Records of one Collections retrieve ("REST guide, Retrieve Records Using sObject Collections")."""


class Outcomes:
    """Takes the outcomes of both sides into the ledger, on the cycle's thread."""

    def __init__(self, pair: Pair, observer: Observer, result: Result, cycle: int, senders: Map[Side, Sender]) -> None:
        self._pair, self._ledger, self._observer = pair, pair.ledger, observer
        self._result, self._cycle, self._senders = result, cycle, senders
        self._unread: dict[Side, dict[str, None]] = {side: {} for side in Side}
        self._written: dict[Side, set[int]] = {side: set() for side in Side}
        self._without: list[int] = []

    def take(self, sender: Sender, batch: Sequence[Write], outcomes: Sequence[Outcome]) -> None:
        """Store what every write of a batch came to, in one transaction, and queue what is to be tried next."""
        gone: list[str] = []
        unclear = [pair for pair in zip(batch, outcomes, strict=True) if pair[1].state is State.UNCLEAR]
        with self._ledger.transaction():
            links = self._ledger.links.get([write.key for write in batch])
            for write, outcome in zip(batch, outcomes, strict=True):
                self._one(sender, write, outcome, links[write.key], gone)
        if gone:
            self._look_at(sender, gone)
        if unclear:
            self._look_into(sender, unclear)
        if len(self._unread[sender.side]) >= READ_BACK:
            self._read_back(sender)

    def read_back(self) -> list[int]:
        """Read what was written without an answer that shows it: one call for up to 2,000 records.

        The links of new records that went without a value that was refused: it is tried once more, and parked.
        """
        for sender in self._senders.values():
            self._read_back(sender)
        without, self._without = self._without, []
        return without

    def _read_back(self, sender: Sender) -> None:
        if ids := list(self._unread[sender.side]):
            self._unread[sender.side] = {}
            self._look_at(sender, ids)

    def _look_at(self, sender: Sender, ids: Sequence[str]) -> bool:
        """Read records again; where that fails (False), the next poll shows what they hold."""
        try:
            self._observer.fresh(sender.side, ids)
        except RetryLater as problem:
            sender.go_away(str(problem))
            return False
        return True

    def _look_into(self, sender: Sender, unclear: Sequence[tuple[Write, Outcome]]) -> None:
        """Learn from the records what became of writes whose answers don't say: what is not there was refused."""
        keys = [write.key for write, _ in unclear]
        before = self._ledger.links.get(keys)
        if not self._look_at(sender, [write.record_id for write, _ in unclear if write.record_id]):
            return
        if any(write.creates for write, _ in unclear):
            settle_creates(self._pair, self._observer, self._result)
        with self._ledger.transaction():
            links = self._ledger.links.get(keys)
            for write, outcome in unclear:
                link = links.get(write.key)
                if link is not None and write.creates and link.state is LinkState.OPEN:
                    self._not_created(sender, write, replace(outcome, state=State.REFUSED, whole=True), link)
                elif link is not None and not write.creates and (link.state is LinkState.LIVE or to_do(link)):
                    self._looked_at(sender, write, outcome, link, before[write.key])

    def _looked_at(self, sender: Sender, write: Write, outcome: Outcome, link: Link, before: Link) -> None:
        """Sort the rules of an update by what the record shows: landed, changed by somebody since, or as before."""
        side = sender.side
        if write.deletes:  # it is still there
            self._not_updated(sender, write, replace(outcome, state=State.REFUSED, whole=True), link, [])
            return
        left = [name for name in write.rules if is_unlearnt(before, link, side, name)]
        refused = [name for name in left if link.seen[side].get(name) == before.seen[side].get(name)]
        over = [name for name in left if name not in refused]
        self._note_overtaken(link, side, over)
        link = lifecycle.said(link, overtaken(link, side, over), self._pair.mapping, self._pair.tables)
        if refused:
            rest = replace(write, rules={name: write.rules[name] for name in refused})
            self._not_updated(sender, rest, replace(outcome, state=State.REFUSED), link, [])
        else:
            self._updated(sender, replace(write, rules={}), outcome, link)

    def _note_overtaken(self, link: Link, side: Side, rules: Sequence[str]) -> None:
        """The values that gave way to what somebody typed there: before our write or after it, nobody can say."""
        why = f"edited in {side} while the answer to our write was unclear"
        for name in rules:
            lost, new = link.sent[side][name][-1].source, link.seen[side].get(name, "")
            happening = Happening(
                self._cycle, self._pair.clock(), link.link_id, "conflict", side.other, name, new=new, lost=lost, why=why
            )
            self._ledger.log.note([happening])
        self._result.conflicts += len(rules)

    def _one(self, sender: Sender, write: Write, outcome: Outcome, link: Link, gone: list[str]) -> None:
        if outcome.state in (State.UNKNOWN, State.UNCLEAR):
            return  # the sent values, the hold and the intent stay as they are
        if outcome.state is State.LANDED and write.creates:
            self._created(sender, write, outcome, link)
        elif outcome.state is State.LANDED and write.deletes:
            self._deleted(sender, link)
        elif outcome.state is State.LANDED:
            self._updated(sender, write, outcome, link)
        elif write.creates:
            self._not_created(sender, write, outcome, link)
        else:
            self._not_updated(sender, write, outcome, link, gone)
        if outcome.state is State.LATER:
            sender.go_away(f"{sender.side.capitalize()} is busy or away; {self._result.rest} takes up the rest")

    # landed

    def _created(self, sender: Sender, write: Write, outcome: Outcome, link: Link) -> None:
        side, record_id = sender.side, outcome.record_id
        self._ledger.intents.done([link.link_id])
        if not outcome.created or self._ledger.links.by_record(side, [record_id]):
            text = f"{side.capitalize()} already had a lead with this counterpart id"
            self._put_back(sender, link, reason=text, candidates=(f"{side}:{record_id}",))
            return
        self._ledger.strangers.drop(side, [record_id])
        link = replace(
            link,
            state=LinkState.ENDED if link.ended else LinkState.LIVE,  # its source may have ended meanwhile
            ids={**link.ids, side: record_id},
            born=side,
            stamped=link.stamped | {side} if write.stamp else link.stamped,
        )
        self._result.sides[side].created += 1
        self._written[side].add(link.link_id)
        self._note(link, "created", side)
        if (attempt := sender.attempts.get(link.ids[side.other])) is not None and (attempt.without or attempt.bare):
            self._without.append(link.link_id)
        self._landed(sender, write, outcome, link)
        other = self._senders.get(side.other)
        if other is not None and other.crm.stamps_alone and other.crm.stores_counterpart:
            other.add_stamp(link.link_id)

    def _updated(self, sender: Sender, write: Write, outcome: Outcome, link: Link) -> None:
        side = sender.side
        if link.link_id not in self._written[side]:
            self._written[side].add(link.link_id)
            self._result.sides[side].updated += 1
        if write.stamp:
            link = replace(link, stamped=link.stamped | {side})
            self._note(link, "stamped", side)
        self._landed(sender, write, outcome, link)

    def _deleted(self, sender: Sender, link: Link) -> None:
        side = sender.side
        self._result.sides[side].deleted += 1
        why = lifecycle.because(link)
        self._ledger.log.note([Happening(self._cycle, self._pair.clock(), link.link_id, "deleted", side, why=why)])
        self._ledger.links.save([lifecycle.deleted(link, self._pair.clock())])
        self._ledger.keys.drop(side, [link.ids[side]])

    def _landed(self, sender: Sender, write: Write, outcome: Outcome, link: Link) -> None:
        side = sender.side
        changes = sender.changes.pop(link.link_id, ())
        known = [each for each in changes if not each.mark or each.rule in write.rules]  # a look has told of the others
        self._note_values(link, known, side)
        after = landed(without_hold(link, side), side, write.rules, self._pair.mapping)
        link = lifecycle.said(link, after, self._pair.mapping, self._pair.tables)
        record_id = link.ids[side]
        if outcome.record is not None:
            (link,) = self._ledger.links.save([link])
            stored = replace(outcome.record, counterpart_id=_stamp_of(write, outcome))
            self._observer.records(side, [stored], answered=True)
            link = self._ledger.links.get([link.link_id])[link.link_id]
            if sender.plan(link).towards(side):
                sender.add_link(link.link_id, first=True)
            return
        self._ledger.links.save([link])
        if write.rules:
            self._unread[side][record_id] = None
        if sender.parts.get(link.link_id):
            sender.add_link(link.link_id, first=True)

    def _note_values(self, link: Link, changes: Sequence[Change], side: Side) -> None:
        """The history of what landed; the losers of conflicts were noted before they were written over."""
        now = self._pair.clock()
        self._ledger.log.note(
            [
                Happening(
                    self._cycle,
                    now,
                    link.link_id,
                    "marked" if change.mark else "updated",
                    side,
                    change.rule,
                    old=change.old,
                    new=change.filler or change.value,
                    why=change.why,
                )
                for change in changes
                if change.lost is None or change.mark
            ]
        )

    # not landed

    def _not_updated(self, sender: Sender, write: Write, outcome: Outcome, link: Link, gone: list[str]) -> None:
        side = sender.side
        link = taken_back(without_hold(link, side), side, write.rules)
        if write.deletes:
            link = lifecycle.not_deleted(link)
            if link.farewell is None:  # it is back meanwhile
                self._ledger.links.save([link])
                return
        if outcome.state is State.GONE:
            gone.append(link.ids[side])
        elif outcome.state is State.REFUSED:
            named = self._named(side, outcome) & set(write.rules)
            if outcome.whole:
                link = self._parked(link, side, outcome)
                sender.parts.pop(link.link_id, None)
            elif named or len(write.rules) <= 1:
                for name in sorted(named or write.rules):
                    link = self._parked(link, side, outcome, name)
                    self._note(link, "parked", side, name)
                if not write.rules:
                    link = self._parked(link, side, outcome)
                sender.add_link(link.link_id, first=True)
            else:
                self._halve(sender, link, write)
        self._ledger.links.save([link])

    def _halve(self, sender: Sender, link: Link, write: Write) -> None:
        names = list(write.rules)
        middle = len(names) // 2
        parts = sender.parts.setdefault(link.link_id, [])
        if parts:
            parts.pop()
        parts += [frozenset(names[middle:]), frozenset(names[:middle])]
        sender.add_link(link.link_id, first=True)

    def _not_created(self, sender: Sender, write: Write, outcome: Outcome, link: Link) -> None:
        self._ledger.intents.done([link.link_id])
        if outcome.state is not State.REFUSED:
            self._put_back(sender, link)
            return
        source = link.ids[sender.side.other]
        attempt = sender.attempts.setdefault(source, Attempt())
        if not outcome.whole and self._try_otherwise(sender, write, outcome, attempt):
            back = self._put_back(sender, link)
            if back is not None and back.state is StrangerState.WAITING:
                sender.add_stranger(back, first=True)
        else:
            reason = f"{sender.side.capitalize()} refuses to create it: {_words(outcome.refusals)}"
            parked = refused(Parked(REFUSED, reason, "", self._pair.clock(), side=sender.side), outcome.refusals)
            self._put_back(sender, link, reason=reason, candidates=outcome.matches, parked=parked)

    def _try_otherwise(self, sender: Sender, write: Write, outcome: Outcome, attempt: Attempt) -> bool:
        """Change how this create is tried; False when there is nothing else to try."""
        named = self._named(sender.side, outcome)
        missing = named - set(write.rules) - attempt.joined
        bad = (named & set(write.rules)) - attempt.without
        if missing:
            attempt.joined |= missing
        elif bad:
            attempt.without |= bad
        elif not attempt.everything and not attempt.bare and sender.side is Side.OPERATE:
            attempt.everything = True
        elif not attempt.bare:
            attempt.everything, attempt.bare = False, True
        else:
            return False
        return True

    def _put_back(
        self,
        sender: Sender,
        link: Link,
        *,
        reason: str = "",
        candidates: Sequence[str] = (),
        parked: Parked | None = None,
    ) -> Stranger | None:
        """The create did not happen: its source is a stranger again (in review, where a reason is given).

        One that takes no part any more stays apart, and one that is gone meanwhile is nobody's (None).
        """
        source = sender.side.other
        self._ledger.links.drop(link.link_id)
        if link.ended in (ends.deleted(source), ends.MERGED):
            return None
        state = StrangerState.REVIEW if reason else StrangerState.WAITING
        known, values = sender.sources[link.link_id], dict(link.seen[source])
        stranger = replace(known, record_id=link.ids[source], values=values, state=state, reason=reason)
        if link.ended:
            stranger = replace(stranger, state=StrangerState.APART, reason=link.ended)
        else:
            stranger = replace(stranger, candidates=tuple(candidates), refused=parked)
        self._ledger.strangers.keep([stranger])
        return stranger

    # words

    def _named(self, side: Side, outcome: Outcome) -> set[str]:
        names = {self._pair.mapping.rule_of_field(side, refusal.field) for refusal in outcome.refusals if refusal.field}
        return names - {""}

    def _parked(self, link: Link, side: Side, outcome: Outcome, name: str = "") -> Link:
        """The link with a rule, or ("") all of it, parked with what the CRM says of that."""
        rule = self._pair.mapping.rules[name] if name else None
        fields = {each.lower() for each in rule.fields.get(side, ())} if rule else set()
        said = [each for each in outcome.refusals if each.field.lower() in fields] or outcome.refusals
        return rule_refused(link, rule, _words(said), self._pair.clock(), side, said)

    def _note(self, link: Link, kind: str, side: Side, rule: str = "") -> None:
        self._ledger.log.note([Happening(self._cycle, self._pair.clock(), link.link_id, kind, side, rule)])


def _words(refusals: Sequence[Refusal]) -> str:
    """What a CRM says, its codes included."""
    return "; ".join(f"{r.message} [{r.code}]" if r.code else r.message for r in refusals) or "no reason given"


def _stamp_of(write: Write, outcome: Outcome) -> str:
    """The counterpart id on the stored record; what we stamped is there, even if the answer does not show it."""
    shown = outcome.record.counterpart_id if outcome.record is not None else ""
    return shown or (write.counterpart_id if write.stamp else "")
