"""The same people matched all at once by a backfill, and a few at a time as they are entered."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from connector.alike import COUNTED_AT, CROWD, Alike
from connector.core.match.keys import KINDS, keys_of
from connector.core.model import SECOND, SIDES, Side, StrangerState
from connector.core.result import Mode, Scope
from connector.crm.port import Field
from connector.cycle import backfill, sync
from connector.ledger.port import RecordRef
from connector.matches import looked_up
from connector.pair import Timing
from connector.sandbox.crowd import Crowd, Lead, crowd
from tests.simulation.world import World

ROLES = (
    *("first_name", "last_name", "email", "phone", "mobile"),
    *("company", "website", "street", "city", "postcode"),
)
MAPPING = f"""
mapping: lead
owner: salesforce
counterpart: {{salesforce: Operate_Lead_Id__c, operate: ud_salesforceid}}
minimum: [ud_company]
match: {{{", ".join(f"{role}: {role}" for role in ROLES)}}}
rules:
""" + "".join(f"  {role}: {{salesforce: {role}__c, operate: ud_{role}, direction: on_create}}\n" for role in ROLES)
NATIVE = {Side.SALESFORCE: "{}__c", Side.OPERATE: "ud_{}"}
SCHEMA = {
    side: {name.format(role): Field(name.format(role), length=255) for role in ROLES} for side, name in NATIVE.items()
}
NOBODY_IS_CREATED = Timing(create_after=10**9 * SECOND)

Person = tuple[Side, str]
"""A side, and a record id of the crowd."""


class Entered:
    """A world into which people of a crowd are entered, and what became of them in the words of the crowd."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.refs: dict[Person, RecordRef] = {}

    def enter(self, people: Mapping[Person, Lead]) -> None:
        """Somebody enters these."""
        for (side, name), lead in people.items():
            self.refs[side, name] = (side, self.world.crm(side).person_creates(native(side, lead)))

    def links(self) -> dict[Person, Person]:
        """Everybody who is linked, with the partner."""
        names = {ref: person for person, ref in self.refs.items()}
        found: dict[Person, Person] = {}
        for link in self.world.ledger.links.all():
            one, other = (names[side, link.ids[side]] for side in SIDES)
            found |= {one: other, other: one}
        return found

    def asked(self) -> dict[Person, set[Person]]:
        """Everybody about whom a person has to decide, with those who may be the same."""
        names = {ref: person for person, ref in self.refs.items()}
        return {
            names[stranger.side, stranger.record_id]: {
                names[Side(side), record_id]
                for side, _, record_id in (candidate.partition(":") for candidate in stranger.candidates)
                if record_id
            }
            for stranger in self.world.ledger.strangers.inside(StrangerState.REVIEW)
        }

    def bits(self, pairs: Sequence[tuple[Person, Person]]) -> list[float | None]:
        """The scores of these."""
        alike = Alike(self.world.ledger, self.world.pair.mapping)
        scores = (alike.score(self.refs[one], self.refs[other]) for one, other in pairs)
        return [score.total if score is not None else None for score in scores]


def native(side: Side, lead: Lead) -> dict[str, str]:
    """A lead as a CRM has it."""
    return {NATIVE[side].format(role): text for role, text in lead.items()}


def people_of(many: Crowd) -> dict[Person, Lead]:
    """Everybody of a crowd, one side after the other."""
    sides = zip(SIDES, (many.left, many.right), strict=True)
    return {(side, name): lead for side, leads in sides for name, lead in leads.items()}


@contextmanager
def new_world() -> Iterator[Entered]:
    """Two empty CRMs and a ledger; leads that stand alone stay alone."""
    world = World(mapping_text=MAPPING, schema=SCHEMA, timing=NOBODY_IS_CREATED, page_size=500)
    try:
        yield Entered(world)
    finally:
        world.close()


def all_at_once(entered: Entered, people: Mapping[Person, Lead]) -> None:
    """Everybody is there when the first backfill reads."""
    entered.enter(people)
    entered.world.time.advance(100)
    backfill(entered.world.pair, Scope(mode=Mode.LINK))


def a_few_at_a_time(entered: Entered, people: Mapping[Person, Lead], order: random.Random) -> None:
    """They are entered between cycles, in any order; how common values are was counted among all of them."""
    world = entered.world
    backfill(world.pair, Scope(mode=Mode.LINK))
    ledger, mapping = world.ledger, world.pair.mapping
    with ledger.transaction():
        for side in SIDES:
            here = {name: lead for (at, name), lead in people.items() if at is side}
            values = {name: mapping.values(side, native(side, lead), {}) for name, lead in here.items()}
            ledger.keys.put(side, {name: keys_of(mapping, each) for name, each in values.items()})
        ledger.keys.freeze(KINDS)
        ledger.log.set_mark(COUNTED_AT, str(world.time.now))
        for side in SIDES:
            ledger.keys.drop(side, [name for at, name in people if at is side])
    waiting = list(people.items())
    order.shuffle(waiting)
    while waiting:
        some = order.randrange(1, 12)
        entered.enter(dict(waiting[:some]))
        del waiting[:some]
        world.time.advance(100)
        sync(world.pair)


@settings(max_examples=25, phases=(Phase.reuse, Phase.generate))  # a shrunk crowd is another crowd
@given(seed=st.integers(0, 100_000), order=st.randoms(use_true_random=False))
def test_who_is_matched_does_not_depend_on_when(seed: int, order: random.Random) -> None:
    """A pair has one score. Links differ only where somebody who came later competes, and then a person is asked."""
    people = people_of(crowd(30, seed=seed, twice=0.05))
    with new_world() as at_once, new_world() as in_turn:
        all_at_once(at_once, people)
        a_few_at_a_time(in_turn, people, order)
        _have_equal_scores(at_once, in_turn)
        _differ_only_where_asked(at_once, in_turn)
        _differ_only_where_asked(in_turn, at_once)


@pytest.mark.parametrize("seed", [3, 4])
def test_who_is_sought_alone_is_found_as_among_many(seed: int) -> None:
    """The same people, as likely: a backfill reads whole leads at once, a cycle the names of most of them first."""
    with new_world() as entered:
        all_at_once(entered, people_of(crowd(CROWD, seed=seed, twice=0.05)))
        ledger, mapping = entered.world.ledger, entered.world.pair.mapping
        everybody = {ref: looked_up(ledger, ref).values for ref in entered.refs.values()}
        together = Alike(ledger, mapping).of(everybody)
        assert sum(map(len, together.values())) > CROWD
        assert together == {ref: Alike(ledger, mapping).of({ref: values})[ref] for ref, values in everybody.items()}


def _have_equal_scores(one: Entered, other: Entered) -> None:
    """Of everybody with everybody else."""
    pairs = list(combinations(one.refs, 2))
    scores = one.bits(pairs)
    assert None not in scores
    assert scores == other.bits(pairs)


def _differ_only_where_asked(one: Entered, other: Entered) -> None:
    """Whoever is linked here is linked there with the same, or a review there is about one of the two."""
    there, asked = other.links(), other.asked()
    named = set(asked).union(*asked.values())
    for person, partner in one.links().items():
        assert there.get(person) == partner or {person, partner} & named
