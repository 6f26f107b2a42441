"""One random history: people edit at every step, requests are lost, late or refused, the process dies - then peace."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from connector.core.model import SECOND, SIDES, LinkState, Side, StrangerState, Write
from connector.core.result import Result, Scope
from connector.crm.memory_faults import Late, Lost
from connector.crm.port import Outcome
from connector.cycle import backfill, ready, sync
from connector.errors import RetryLater
from tests.simulation.world import World

NATIVES = {
    "city": {Side.SALESFORCE: "City", Side.OPERATE: "town"},
    "notes": {Side.SALESFORCE: "Description", Side.OPERATE: "otherneeds"},
}
WORDS = ("Ada", "Bo", "Cy", "Dee", "Elm Street", "Farringdon", "Ghent", "Hull", "Île", "Jena")


class Crash(Exception):
    """The process dies here."""


@dataclass(frozen=True)
class Edit:
    """What a person typed: the `number`th edit of the history."""

    number: int
    side: Side
    record_id: str
    rule: str
    value: str


class History:
    """A world with a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.world = World(
            operate_counterpart=self.random.random() < 0.7,
            cuts=self.random.random() < 0.5,
            on_io=self.io,
        )
        self.edits: list[Edit] = []
        self.entered: dict[Side, list[str]] = {side: [] for side in SIDES}
        self.troubled = True
        self._under_way: dict[Side, list[tuple[str, frozenset[str], int]]] = {side: [] for side in SIDES}
        self._people = 0
        self.exposed: set[Edit] = set()
        """Edits between the last look and our write of the same field: nothing can protect them (promise 3)."""
        self.too_close: set[str] = set()
        """People entered between the last look and our create: nobody can see them in time."""
        self._seen: dict[Side, tuple[int, int]] = dict.fromkeys(SIDES, (0, 0))
        for side in SIDES:
            self._watch(side)

    # the world

    def io(self, side: Side, method: str, phase: str) -> None:
        """One half of a request: people are quick, networks are bad."""
        if not self.troubled:
            return
        if self.random.random() < 0.3:
            self.somebody_acts()
        if (method, phase) == ("changes", "before"):
            self._seen[side] = (len(self.edits), len(self.entered[side]))
        self.world.time.advance(self.random.choice((0, 0.2, 1, 3)))
        dice = self.random.random()
        if dice < 0.02:
            raise Lost
        if dice < 0.035 and method == "write" and phase == "before":
            raise Late(self.world.time() + int(self.random.uniform(1, 50) * SECOND))
        if dice < 0.045 and phase == "before":
            raise RetryLater("busy")
        if dice < 0.055:
            raise Crash

    def _watch(self, side: Side) -> None:
        """Know which fields of which records are being written, to tell an overwritten edit from a lost one."""
        crm = self.world.crm(side)
        write = crm.write

        def watched(batch: Sequence[Write]) -> Sequence[Outcome]:
            until = self.world.time() + 60 * SECOND
            rows = [
                (each.record_id or each.rules["company"][_company(side)], frozenset(each.rules), until)
                for each in batch
            ]
            self._under_way[side] += rows
            edits, people = self._seen[side]
            rules = {name: rules for name, rules, _ in rows}
            self.exposed |= {e for e in self.edits[edits:] if e.side is side and e.rule in rules.get(e.record_id, ())}
            self.too_close |= {email for email in self.entered[side][people:] if _company_of(email) in rules}
            outcomes = write(batch)
            if all(str(outcome.state) != "unknown" for outcome in outcomes):
                self._under_way[side] = [row for row in self._under_way[side] if row not in rows]
            return outcomes

        crm.write = watched  # type: ignore[method-assign]

    def somebody_acts(self) -> None:
        """A person enters a lead, or edits one."""
        side = self.random.choice(SIDES)
        records = self.world.crm(side).records()
        if not records or self.random.random() < 0.15:
            self.enter(side)
        else:
            self.edit(side, self.random.choice(sorted(records)))

    def enter(self, side: Side) -> None:
        """A new person; sometimes one who was entered on the other side a moment ago."""
        there = {record.native[_company(side)] for record in self.world.crm(side).records().values()}
        others = [email for email in self.entered[side.other] if _company_of(email) not in there | self._coming(side)]
        if others and self.random.random() < 0.3:
            email = self.random.choice(others)
        else:
            self._people += 1
            email = f"p{self._people}@example.com"
        number = email.partition("@")[0]
        first, last, company, address = (
            ("FirstName", "LastName", "Company", "Email")
            if side is Side.SALESFORCE
            else ("firstname", "lastname", "leadname", "emailaddress")
        )
        self.world.crm(side).person_creates({first: "Kim", last: number, company: _company_of(email), address: email})
        self.entered[side].append(email)

    def _coming(self, side: Side) -> set[str]:
        """The companies of creates that are under way: between the last look and our write nobody can be seen."""
        return {each for each, _, until in self._under_way[side] if until >= self.world.time()}

    def edit(self, side: Side, record_id: str) -> None:
        """A person types a new value into one field."""
        rule = self.random.choice(sorted(NATIVES))
        value = f"{self.random.choice(WORDS)} {len(self.edits)}"
        if rule == "city":
            value = f"{len(self.edits)}{self.random.choice(WORDS)}"[:6] if side is Side.OPERATE else value
        if rule == "notes" and self.random.random() < 0.2:
            value = ""
        now = self.world.time()
        exposed = any(
            until >= now and each == record_id and rule in rules for each, rules, until in self._under_way[side]
        )
        self.world.crm(side).person_edits(record_id, {NATIVES[rule][side]: value})
        edit = Edit(len(self.edits), side, record_id, rule, value)
        self.edits.append(edit)
        if exposed:
            self.exposed.add(edit)

    # the story

    def run(self) -> None:
        """Some leads, a backfill, cycles in trouble, then peace until nothing moves."""
        for side in SIDES:
            for _ in range(self.random.randint(1, 4)):
                self.enter(side)
        self.world.time.advance(100)
        for _ in range(self.random.randint(4, 10)):
            self.cycle()
            self.world.time.advance(self.random.choice((1, 20, 70)))
        self.troubled = False
        self.peace()

    def cycle(self) -> Result | None:
        """The next cycle, as somebody who restarts a dead process would run it."""
        try:
            return sync(self.world.pair) if ready(self.world.ledger) else backfill(self.world.pair, Scope())
        except (Crash, RetryLater):
            return None

    def peace(self) -> None:
        """Nobody edits, nothing fails: after a few cycles nothing is left to write."""
        for _ in range(8):
            self.world.time.advance(70)
            result = self.cycle()
        assert result is not None
        assert result.writes == 0, f"still writing: {result.as_json()}"
        assert result.held == 0, "something is still held"

    # promises

    def check(self) -> None:
        """Promises 1 to 4."""
        self.converged()
        self.no_duplicates()
        self.no_lost_edit()

    def converged(self) -> None:
        """Linked leads agree under every rule, apart from what is parked or was cut."""
        mapping = self.world.pair.mapping
        records = {side: self.world.crm(side).records() for side in SIDES}
        for link in self.world.ledger.links.all():
            if link.state is LinkState.ENDED:
                continue
            assert link.state is LinkState.LIVE, f"{link.ids} was never settled"
            for rule in mapping.rules.values():
                if rule.name in link.parked:
                    continue
                one, other = (
                    "" if link.fillers.get(side, {}).get(rule.name) == value else value
                    for side in SIDES
                    for value in [rule.read(side, records[side][link.ids[side]].native, {})]
                )
                assert one is not None
                assert other is not None
                equal = rule.same(one, other) or rule.is_form_of(Side.OPERATE, one, other, {})
                assert equal, f"{link.ids} {rule.name}: {one!r} and {other!r}"

    def no_duplicates(self) -> None:
        """Nobody is in a CRM more than once, and everybody is in both unless a person has to decide."""
        in_review = {
            stranger.values.get("email", "")
            for state in (StrangerState.REVIEW,)
            for stranger in self.world.ledger.strangers.inside(state)
        }
        for side in SIDES:
            field = "Email" if side is Side.SALESFORCE else "emailaddress"
            emails = [record.native[field] for record in self.world.crm(side).records().values()]
            for email in {*self.entered[Side.SALESFORCE], *self.entered[Side.OPERATE]}:
                assert emails.count(email) <= 1 or email in self.too_close, (
                    f"{email} is {emails.count(email)} times in {side}"
                )
                assert email in emails or email in in_review, f"{email} never reached {side}"

    def no_lost_edit(self) -> None:
        """Every edit is the final value, was superseded, or stands in the history as the loser of a conflict."""
        links = {
            (side, record_id): link for link in self.world.ledger.links.all() for side, record_id in link.ids.items()
        }
        last: dict[tuple[int, str], list[Edit]] = {}
        for edit in self.edits:
            link = links.get((edit.side, edit.record_id))
            if link is not None:
                last.setdefault((link.link_id, edit.rule), []).append(edit)
        for (link_id, rule), edits in last.items():
            final = edits[-1]
            if not final.value.strip():
                continue  # a clearing before the first comparison is a blank, which is filled
            if final in self.exposed:
                continue
            link = self.world.ledger.links.get([link_id])[link_id]
            records = {side: self.world.crm(side).records()[link.ids[side]] for side in SIDES}
            shown = {records[side].native[NATIVES[rule][side]].strip() for side in SIDES}
            history = self.world.ledger.log.history(link_id)
            told = {line.lost for line in history if line.kind == "conflict" and line.rule == rule}
            parked = rule in link.parked
            assert final.value.strip() in shown | told or parked, f"{link.ids} {final} is gone: {shown} {told}"


def _company(side: Side) -> str:
    return "Company" if side is Side.SALESFORCE else "leadname"


def _company_of(email: str) -> str:
    return f"{email.partition('@')[0]} Ltd"
