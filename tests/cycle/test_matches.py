"""What people decide about leads that may be the same, in whole cycles."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import cast

import pytest

from connector import everybody, matches
from connector.core.model import SIDES, Side, StrangerState
from connector.core.result import Scope
from connector.cycle import backfill, sync
from connector.errors import Misconfigured, RetryLater
from connector.ledger.port import Ledger
from connector.parked import ignore, retry
from tests.cycle.people import OP, SF, Writes, cycle, edit, emails, enter, links, once, shows, started, strangers
from tests.simulation.world import World


def in_doubt(world: World) -> tuple[str, str]:
    """The same name on both sides, with another company and e-mail address: a person has to say."""
    started(world, "bo")
    here = enter(world, SF, "ada")
    there = enter(world, OP, "ada", email="kim@other.example", company="Tern Works", city="Hull")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == ["ada", "ada"]
    return here, there


def test_those_in_doubt_are_listed_side_by_side(world: World) -> None:
    """With the score, the fields that agree and differ, and why they were not linked."""
    here, there = in_doubt(world)
    found = {each.review_id: each for each in matches.reviews(world.ledger, world.pair.mapping)}
    assert set(found) == {f"salesforce:{here}", f"operate:{there}"}
    (candidate,) = found[f"salesforce:{here}"].candidates
    assert candidate.record == (OP, there)
    assert candidate.score is not None
    assert candidate.score.levels.surname.name == "EXACT"
    assert candidate.score.levels.email.name == "DIFFERENT"
    assert candidate.score.probability >= 0.05


@pytest.mark.parametrize("side", SIDES)
def test_an_accepted_pair_is_linked_by_the_next_cycle(world: World, side: Side) -> None:
    """Whoever of the two it was said of; `first_link` decides where they differ, and blanks are filled."""
    ids = dict(zip(SIDES, in_doubt(world), strict=True))
    assert matches.accept(world.ledger, f"{side}:{ids[side]}", "", world.time.now) == (side.other, ids[side.other])
    cycle(world)
    assert links(world)["ada"].ids == ids
    assert (shows(world, SF, ids[SF], "city"), shows(world, OP, ids[OP], "email")) == ("Hull", "ada@example.com")
    assert strangers(world, StrangerState.REVIEW) == []
    assert cycle(world).writes == 0


def test_nobody_takes_a_partner_who_was_accepted_for_somebody_else(world: World) -> None:
    """Not even who was entered before, and is more like it by now: that one is asked about."""
    started(world, "bo")
    third = enter(world, SF, "ada", email="ada@third.example", company="Third Works", city="Ghent")
    here = enter(world, SF, "ada")
    there = enter(world, OP, "ada", email="kim@other.example", company="Tern Works", city="Hull")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == ["ada", "ada", "ada"]
    matches.accept(world.ledger, f"salesforce:{here}", f"operate:{there}", world.time.now)
    edit(world, SF, third, email="kim@other.example", company="Tern Works", city="Hull")
    cycle(world)
    assert links(world)["ada"].ids == {SF: here, OP: there}
    assert strangers(world, StrangerState.REVIEW) == ["ada"]


def test_a_rejected_pair_becomes_two_leads(world: World) -> None:
    """Each gets a counterpart of its own, and they are never proposed again."""
    here, there = in_doubt(world)
    assert matches.reject(world.ledger, f"salesforce:{here}", "", world.time.now) == [(OP, there)]
    cycle(world)
    cycle(world)
    assert emails(world, SF) == emails(world, OP) == ["ada@example.com", "bo@example.com", "kim@other.example"]
    edit(world, SF, here, city="Leeds")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == []


VOGT = {"last_name": "Vogt", "company": "Tern Works"}


def robert_and_bob(world: World, side: Side) -> tuple[str, str]:
    """Two forms of one name in one firm, and nothing else: one person, where nobody else is like them."""
    started(world, "bo")
    robert = enter(world, side, "vogt", **VOGT, first_name="Robert", email="robert@tern.example")
    return robert, enter(world, side.other, "vogt", **VOGT, first_name="Bob", email="")


@pytest.mark.parametrize("side", SIDES)
def test_two_forms_of_a_name_in_one_firm_are_one_lead(world: World, side: Side) -> None:
    """As long as nobody else is like them; the next tests tell what a second Robert changes."""
    robert, bob = robert_and_bob(world, side)
    cycle(world)
    assert links(world)["Vogt"].ids == {side: robert, side.other: bob}


@pytest.mark.parametrize("side", SIDES)
def test_a_namesake_who_was_rejected_still_tells_that_two_bear_the_name(world: World, side: Side) -> None:
    """Who is linked only where nobody else is like it goes on waiting: of the other one nothing was said."""
    robert, bob = robert_and_bob(world, side)
    second = enter(world, side.other, "vogt", **VOGT, first_name="Robert", email="r.vogt@tern.example")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == ["Vogt", "Vogt", "Vogt"]
    matches.reject(world.ledger, f"{side}:{robert}", f"{side.other}:{second}", world.time.now)
    waits_for(world, side, robert, bob)


@pytest.mark.parametrize("side", SIDES)
def test_somebody_else_who_was_rejected_for_a_partner_still_tells_that_it_looks_like_two(
    world: World, side: Side
) -> None:
    """Also one who is not like the stranger itself: it has the partner's mailbox, under another surname,
    and has a counterpart of its own when the stranger is judged anew."""
    robert, bob = robert_and_bob(world, side)
    edit(world, side.other, bob, email="bob@tern.example")
    edit(world, side, robert, email="")
    married = enter(world, side, "quill", first_name="Bob", company="Tern Works", email="bob@tern.example")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == ["Vogt", "Vogt", "quill"]
    matches.reject(world.ledger, f"{side}:{married}", f"{side.other}:{bob}", world.time.now)
    for _ in range(2):
        cycle(world)
    assert links(world)["quill"].ids.get(side) == married
    edit(world, side, robert, city="Hull")
    waits_for(world, side, robert, bob)


def waits_for(world: World, side: Side, record_id: str, candidate: str) -> None:
    """Cycles go by and nobody links the two, until a person does."""
    for _ in range(2):
        cycle(world)
    assert not [link for link in world.ledger.links.all() if link.ids.get(side) == record_id]
    review = matches.find(world.ledger, world.pair.mapping, f"{side}:{record_id}")
    assert [each.record for each in review.candidates if each.record[0] is side.other] == [(side.other, candidate)]
    matches.accept(world.ledger, f"{side}:{record_id}", f"{side.other}:{candidate}", world.time.now)
    cycle(world)
    assert {side: record_id, side.other: candidate} in [link.ids for link in world.ledger.links.all()]


@pytest.mark.parametrize("side", SIDES)
def test_two_of_one_surname_in_one_firm_are_two_leads_without_a_question(world: World, side: Side) -> None:
    """Their given names and mailboxes differ: each gets a counterpart; about one without a mailbox it is asked."""
    started(world, "bo")
    enter(world, side, "vogt", **VOGT, city="Hull", first_name="Robert", email="robert@tern.example")
    enter(world, side.other, "vogt", **VOGT, city="Hull", first_name="Karla", email="karla@tern.example")
    for _ in range(2):
        cycle(world)
    assert strangers(world, StrangerState.REVIEW) == []
    assert emails(world, SF) == emails(world, OP) == ["bo@example.com", "karla@tern.example", "robert@tern.example"]
    enter(world, side, "vogt", **VOGT, city="Hull", first_name="Theo", email="")
    cycle(world)
    assert strangers(world, StrangerState.REVIEW) == ["Vogt"]


def test_an_undone_link_leaves_both_records_alone(world: World) -> None:
    """Nothing is deleted or written, edits do not flow, and the two are not linked again, even when one is edited."""
    link = started(world, "ada")["ada"]
    matches.unlink(world.pair, f"L{link.link_id}")
    edit(world, SF, link.ids[SF], city="Ghent")
    writes = Writes(world)
    cycle(world)
    cycle(world)
    assert [write for write in writes.all if write.record_id in link.ids.values() and write.rules] == []
    assert shows(world, OP, link.ids[OP], "city") == ""
    assert not [each for each in world.ledger.links.all() if each.ids == link.ids]
    assert set(world.salesforce.records()) == {link.ids[SF]}


def test_a_record_whose_link_was_undone_gets_a_counterpart_of_its_own_when_asked(world: World) -> None:
    """It is created on the other side without writing over the record that it was linked with."""
    link = started(world, "ada")["ada"]
    matches.unlink(world.pair, f"L{link.link_id}")
    edit(world, OP, link.ids[OP], first_name="Toni", last_name="Vogt", company="Vogt AG", email="toni@vogt.example")
    before = dict(world.salesforce.records()[link.ids[SF]].native)
    for _ in range(2):
        cycle(world)
    assert dict(world.salesforce.records()[link.ids[SF]].native) == before
    assert len(world.salesforce.records()) == 2
    retry(world.ledger, f"salesforce:{link.ids[SF]}", world.time.now)
    for _ in range(2):
        cycle(world)
    assert len(world.operate.records()) == 2
    assert len([each for each in world.ledger.links.all() if len(each.ids) == 2]) == 2


def test_a_linked_candidate_cannot_be_accepted(world: World) -> None:
    """One to one always: it says what to do instead."""
    link = started(world, "ada")["ada"]
    double = enter(world, SF, "ada")
    cycle(world)
    with pytest.raises(Misconfigured, match=rf"operate:{link.ids[OP]} is linked already \(L{link.link_id}\)"):
        matches.accept(world.ledger, f"salesforce:{double}", "", world.time.now)


def test_what_is_no_review_is_said(world: World) -> None:
    """Ids that nobody waits under, and candidates that it does not have."""
    here, _ = in_doubt(world)
    for wrong in ("salesforce:00Q", "L1", "x"):
        with pytest.raises(Misconfigured, match="Nobody waits under"):
            matches.find(world.ledger, world.pair.mapping, wrong)
    with pytest.raises(Misconfigured, match="none of its candidates"):
        matches.accept(world.ledger, f"salesforce:{here}", "operate:999", world.time.now)
    with pytest.raises(Misconfigured, match="There is no link"):
        matches.unlink(world.pair, "L999")


def test_doubles_within_one_side_are_told(world: World) -> None:
    """Each pair once; one that was rejected is not told again."""
    started(world, "ada", "bo")
    double = enter(world, SF, "ada")
    cycle(world)
    (twins,) = everybody.duplicates(world.ledger, world.pair.mapping)
    assert twins.side is SF
    assert double in (twins.one[1], twins.other[1])
    world.ledger.decisions.put([frozenset({twins.one, twins.other})], world.time.now)
    assert list(everybody.duplicates(world.ledger, world.pair.mapping)) == []


def test_weights_are_learnt_from_the_tenants_own_leads(world: World) -> None:
    """With little data everything stays as it was; the same leads give the same weights."""
    started(world, "ada", "bo", "cy")
    once, twice = (everybody.learn(world.ledger, world.pair.mapping) for _ in range(2))
    assert once == twice
    assert "surname" in once.kept


def test_an_id_that_cannot_be_taken_off_undoes_nothing(world: World) -> None:
    """The link stays as it was, and the next cycle writes the id again."""
    link = started(world, "ada")["ada"]
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    with pytest.raises(RetryLater):
        matches.unlink(world.pair, f"L{link.link_id}")
    world.on_io = lambda *_: None
    cycle(world)
    assert links(world)["ada"].ids == link.ids
    assert world.salesforce.records()[link.ids[SF]].counterpart_id == link.ids[OP]


@pytest.mark.parametrize("on", [True, False])
def test_matching_leaves_the_search_for_reference_cycles_as_it_was(world: World, on: bool) -> None:
    """It does without, and whoever had switched it off finds it so."""
    during: list[bool] = []

    def heard(what: str, done: int, total: int | None) -> None:
        if what == "matching":
            during.append(gc.isenabled())

    started(world, "bo")
    enter(world, SF, "ada")
    was = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        world.time.advance(100)
        sync(world.pair, progress=heard)
        assert gc.isenabled() is on
    finally:
        (gc.enable if was else gc.disable)()
    assert during == [False]


def test_the_partners_of_two_leads_that_were_merged_are_twins(world: World) -> None:
    """The merge says that they are one person; the loser's partner is a second lead of it in Operate."""
    for side in (SF, OP):
        enter(world, side, "ada")
        enter(world, side, "ada", first_name="Lee", email="lee@example.com", company="Elsewhere Ltd")
    world.time.advance(100)
    backfill(world.pair, Scope())
    by_email = {link.seen[SF]["email"]: link for link in world.ledger.links.all()}
    loser, winner = by_email["ada@example.com"], by_email["lee@example.com"]
    assert loser.ids[OP] < winner.ids[OP]
    edit(world, SF, winner.ids[SF], first_name="Kim", email="ada@example.com", company="ada Ltd")
    cycle(world)
    world.salesforce.person_merges(winner.ids[SF], loser.ids[SF])
    cycle(world)
    (twins,) = everybody.duplicates(world.ledger, world.pair.mapping)
    assert (twins.side, {twins.one[1], twins.other[1]}) == (OP, {winner.ids[OP], loser.ids[OP]})


@pytest.mark.parametrize("side", SIDES)
def test_an_edit_that_nobody_has_read_yet_does_not_undo_an_unlinking(world: World, side: Side) -> None:
    """What is left alone is the record as it is when somebody says so."""
    ada = started(world, "ada", "bo")["ada"]
    edit(world, side, ada.ids[side], city="Hull")
    matches.unlink(world.pair, f"L{ada.link_id}")
    cycle(world)
    cycle(world)
    assert strangers(world, StrangerState.IGNORED) == ["ada", "ada"]
    assert emails(world, SF) == emails(world, OP) == ["ada@example.com", "bo@example.com"]


@pytest.mark.parametrize("side", SIDES)
def test_a_record_that_is_gone_is_not_left_alone_by_an_unlinking(world: World, side: Side) -> None:
    """Only its partner is: nobody could ever find who is not there any more."""
    ada = started(world, "ada", "bo")["ada"]
    world.crm(side).person_deletes(ada.ids[side])
    matches.unlink(world.pair, f"L{ada.link_id}")
    assert list(world.ledger.strangers.get(side, [ada.ids[side]])) == []
    assert world.ledger.keys.known(side, [ada.ids[side]]) == set()
    cycle(world)
    assert strangers(world, StrangerState.IGNORED) == ["ada"]
    assert emails(world, side) == ["bo@example.com"]


@pytest.mark.parametrize("known", [True, False])
def test_a_link_of_a_converted_lead_can_be_undone(world: World, known: bool) -> None:
    """Salesforce lets nobody edit it, also not the id on it: it keeps that, and finds nobody by it."""
    ada = started(world, "ada", "bo")["ada"]
    world.salesforce.person_converts(ada.ids[SF])
    if known:
        cycle(world)
    matches.unlink(world.pair, f"L{ada.link_id}")
    assert world.operate.records()[ada.ids[OP]].counterpart_id == ""
    for _ in range(2):
        cycle(world)
    assert links(world).keys() == {"bo"}
    assert emails(world, OP) == ["ada@example.com", "bo@example.com"]
    assert len(world.salesforce.records()) == 2


class Beside:
    """A ledger beside which somebody works: `act` is called right before each transaction begins, with its number."""

    def __init__(self, ledger: Ledger, act: Callable[[int], None]) -> None:
        self._ledger, self._act = ledger, act
        self.transactions = self._depth = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One of the ledger's own."""
        if not self._depth:
            self._act(self.transactions)
            self.transactions += 1
        self._depth += 1
        try:
            with self._ledger.transaction():
                yield
        finally:
            self._depth -= 1


@pytest.mark.parametrize("decision", ["rejected", "left alone"])
def test_a_decision_counts_at_whatever_moment_of_a_cycle_it_is_made(decision: str) -> None:
    """The two look like one by now, and a person says otherwise before this cycle has linked them."""
    decided, moment, last = 0, 0, 1
    while moment < last:
        with closing(World()) as world:
            here, there = in_doubt(world)
            edit(world, SF, here, email="kim@other.example", company="Tern Works")
            said: list[str] = []

            def act(
                number: int, world: World = world, here: str = here, there: str = there, said: list[str] = said
            ) -> None:
                if number != moment or there not in world.ledger.strangers.get(OP, [there]):  # noqa: B023
                    return
                if decision == "rejected":
                    matches.reject(world.ledger, f"operate:{there}", f"salesforce:{here}", world.time())
                else:
                    ignore(world.ledger, f"operate:{there}", world.time())
                said.append(decision)

            beside = Beside(world.ledger, act)
            world.pair = replace(world.pair, ledger=cast(Ledger, beside))
            cycle(world)
            link = world.ledger.links.by_record(OP, [there]).get(there)
            together = link is not None and link.ids[SF] == here
            assert together is not bool(said), f"before transaction {moment}"
            decided += len(said)
            moment, last = moment + 1, beside.transactions
    assert 1 < decided < last


def test_no_duplicate_says_nothing_of_the_free_lead_beside_it(world: World) -> None:
    """Father and son of one name, the father is linked: the son is no duplicate of him, and still has a counterpart."""
    started(world, "ada")
    son = enter(world, SF, "ada", email="son@example.com", company="ada Ltd")
    own = enter(world, OP, "ada", email="", company="Son Ltd")
    cycle(world, 300)
    waiting = {each.record_id: each for each in matches.queue(world.ledger) if each.side is SF}
    assert waiting[son].reason == "looks like a lead that is already linked: a duplicate?"
    assert f"operate:{own}" in waiting[son].candidates
    assert (OP, own) not in matches.reject(world.ledger, f"salesforce:{son}", "", world.time())
    for _ in range(4):
        cycle(world, 300)
    assert len(world.operate.records()) == 2
