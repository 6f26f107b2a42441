"""Before, during and after the first backfill: nothing floods by accident."""

from contextlib import closing

import pytest

from connector.core.model import SECOND, SIDES, Side, StrangerState
from connector.core.result import Kind, Mode, Scope, Status
from connector.cycle import backfill, preview, ready, sync
from connector.errors import Braked, Busy, NotYet, RetryLater
from connector.matches import accept
from connector.pair import KEPT
from connector.report.preview import counts, updated
from tests.cycle.people import (
    CROWD,
    OP,
    SF,
    Writes,
    cities,
    cycle,
    edit,
    emails,
    enter,
    links,
    once,
    shows,
    started,
    strangers,
    whole,
)
from tests.simulation.world import World


def test_nothing_is_written_before_a_backfill(world: World) -> None:
    """A sync on a new ledger says what to do, and touches neither CRM nor ledger."""
    enter(world, SF, "ada")
    writes, before = Writes(world), whole(world)
    with pytest.raises(NotYet, match="backfill"):
        sync(world.pair)
    assert writes.all == []
    assert writes.requests == {SF: [], OP: []}
    assert whole(world) == before


def test_a_preview_before_the_backfill_shows_what_it_would_do(world: World) -> None:
    """Links and creates are counted, and nothing changes anywhere."""
    enter(world, SF, "ada", city="Ghent")
    enter(world, OP, "ada")
    enter(world, SF, "bo")
    enter(world, OP, "cy")
    world.time.advance(100)
    writes, before = Writes(world), whole(world)
    shown = preview(world.pair)
    assert shown.backfill
    assert (shown.count(Kind.LINK), shown.count(Kind.CREATE, OP), shown.count(Kind.CREATE, SF)) == (1, 1, 1)
    assert writes.all == []
    assert whole(world) == before


@pytest.mark.parametrize("first", [True, False], ids=["backfill", "sync"])
def test_the_preview_is_the_plan(world: World, first: bool) -> None:
    """What a preview shows is, rule for rule, what then arrives at the clients."""
    if not first:
        known = started(world, "old", "own", "gone")
        edit(world, SF, known["old"].ids[SF], city="Ghent", notes="call")
        edit(world, OP, known["old"].ids[OP], first_name="Kimberly")
        edit(world, SF, known["own"].ids[SF], city="Hull")
        edit(world, OP, known["own"].ids[OP], city="Jena")
    enter(world, SF, "ada", city="Ghent")
    enter(world, OP, "ada", notes="rang")
    enter(world, SF, "bo", city="Hull", notes="two desks")
    enter(world, OP, "cy", city="Jena")
    world.time.advance(100)
    shown = preview(world.pair)
    planned = {
        (
            change.to,
            lead.ids.get(SF) if change.to is OP else lead.ids.get(OP),
            change.rule,
            tuple(change.native.items()),
        )
        for lead in shown.leads
        for change in lead.changes
    }
    writes = Writes(world)
    if first:
        backfill(world.pair, Scope())
    else:
        sync(world.pair)
    sources = {link.link_id: link.ids for link in world.ledger.links.all()}
    sent = {
        (write.side, sources[write.key][write.side.other], rule, tuple(native.items()))
        for write in writes.all
        for rule, native in write.rules.items()
    }
    assert sent == planned


def test_a_preview_of_a_quiet_pair_shows_nothing(world: World) -> None:
    """Nothing to do is nothing to show."""
    started(world, "ada")
    assert not preview(world.pair).changes_anything


def test_an_applied_backfill_opens_the_way(world: World) -> None:
    """Everybody is on both sides, linked and stamped, and the next cycle has nothing to do.

    An Operate record that was there before carries the id with its next increment, never by a call of its own.
    """
    enter(world, OP, "cy")
    known = started(world, "ada", "bo")
    assert ready(world.ledger)
    assert set(known) == {"ada", "bo", "cy"}
    assert emails(world, SF) == emails(world, OP)
    for link in known.values():
        assert world.salesforce.records()[link.ids[SF]].counterpart_id == link.ids[OP]
        stamp = world.operate.records()[link.ids[OP]].counterpart_id
        assert stamp == (link.ids[SF] if link.born is OP else "")
    assert cycle(world).writes == 0
    edit(world, SF, known["cy"].ids[SF], city="Ghent")
    cycle(world)
    assert world.operate.records()[known["cy"].ids[OP]].counterpart_id == known["cy"].ids[SF]


def test_a_first_listing_killed_in_the_middle_creates_nothing() -> None:
    """Half an index judges nobody; the same command goes on later."""
    with closing(World(page_size=1)) as world:
        for name in ("ada", "bo", "cy"):
            enter(world, SF, name)
            enter(world, OP, name)
        world.time.advance(100)
        pages = iter([None, RetryLater("away")])

        def hook(method: str, phase: str) -> None:
            if (method, phase) == ("changes", "before") and (error := next(pages, None)):
                raise error

        world.operate.on_io = hook
        writes = Writes(world)
        assert backfill(world.pair, Scope()).status is Status.STOPPED
        assert writes.all == []
        assert not ready(world.ledger)
        assert backfill(world.pair, Scope()).linked == 3
        assert len(emails(world, OP)) == len(emails(world, SF)) == 3


@pytest.mark.parametrize("away", SIDES)
def test_a_side_that_cannot_be_read_forbids_creates_on_the_other(world: World, away: Side) -> None:
    """Nobody is new as long as the other side may have them; later they are created once."""
    started(world, "ada")
    enter(world, away.other, "bo")
    crm = world.crm(away)
    calls: list[str] = []

    def hook(method: str, phase: str) -> None:
        if method == "changes" and not calls:
            calls.append(method)
            raise RetryLater("away")

    crm.on_io = hook
    writes = Writes(world)
    result = cycle(world)
    assert (result.status, writes.all) == (Status.STOPPED, [])
    cycle(world)
    assert emails(world, away) == ["ada@example.com", "bo@example.com"]


def test_linking_only_keeps_old_differences(world: World) -> None:
    """`--mode link`: pairs are linked and stamped, nothing is filled or created; later edits flow."""
    ada = enter(world, SF, "ada", city="Ghent")
    there = enter(world, OP, "ada", city="Hull", notes="old")
    enter(world, SF, "bo")
    world.time.advance(100)
    writes = Writes(world)
    result = backfill(world.pair, Scope(mode=Mode.LINK))
    assert result.linked == 1
    assert all(not write.rules for write in writes.all)
    assert emails(world, OP) == ["ada@example.com"]
    edit(world, OP, there, notes="new")
    cycle(world)
    assert shows(world, SF, ada, "notes") == "new"
    assert (shows(world, SF, ada, "city"), shows(world, OP, there, "city")) == ("Ghent", "Hull")


def test_a_full_backfill_decides_what_linking_left_different(world: World) -> None:
    """By `first_link`: a preview shows it first; what somebody has edited or cleared since is not decided anew."""
    ada = enter(world, SF, "ada", city="Ghent", notes="here")
    there = enter(world, OP, "ada", city="Hull")
    bo = enter(world, SF, "bo", city="Ghent", notes="same")
    with_him = enter(world, OP, "bo", city="Hull", notes="same")
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    edit(world, OP, with_him, city="Ely")
    cycle(world)
    edit(world, OP, with_him, city="")
    assert cycle(world).writes == 0  # a clearing that does not flow
    writes = Writes(world)
    world.time.advance(100)
    shown = {(each.rule, each.value) for lead in preview(world.pair, scope=Scope()).leads for each in lead.changes}
    assert shown == {("city", "Ghent"), ("notes", "here")}
    backfill(world.pair, Scope())
    assert [(write.record_id, sorted(write.rules)) for write in writes.all] == [(there, ["city", "notes"])]
    assert shows(world, OP, there, "city") == shows(world, SF, ada, "city") == "Ghent"
    assert (shows(world, SF, bo, "city"), shows(world, OP, with_him, "city")) == ("Ely", "")
    lines = world.ledger.log.history(links(world)["ada"].link_id)
    assert [line.lost for line in lines if line.kind == "conflict"] == ["Hull"]
    world.time.advance(100)
    assert backfill(world.pair, Scope()).writes == 0


@pytest.mark.parametrize("changed", ["there", "here"])
def test_an_old_difference_that_somebody_brought_back_is_none_of_before(world: World, changed: str) -> None:
    """A clearing is one, also where it leaves what linking had found: no full backfill fills it."""
    there, here = enter(world, OP, "ada"), enter(world, SF, "ada", city="Ghent")
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    world.time.advance(100)
    if changed == "there":
        edit(world, OP, there, city="Ghent")
    else:
        edit(world, SF, here, city="")
    cycle(world)
    if changed == "there":
        edit(world, OP, there, city="")
    else:
        edit(world, SF, here, city="Ghent")
    writes = cycle(world).writes
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert (shows(world, OP, there, "city"), writes) == (("", 0) if changed == "there" else ("Ghent", 1))


def test_a_pair_is_accepted_after_linking_only(world: World) -> None:
    """It is linked like the others: nothing but the id is written before a full backfill; edits flow."""
    here = enter(world, SF, "ada", city="Ghent")
    there = enter(world, OP, "ada", city="Hull", email="other@example.com", company="Other")
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    accept(world.ledger, f"salesforce:{here}", f"operate:{there}", world.time())
    writes = Writes(world)
    result = cycle(world)
    assert (result.linked, [write.rules for write in writes.all]) == (1, [{}])
    assert preview(world.pair).changes_anything is False
    edit(world, SF, here, city="Ely")
    cycle(world)
    assert shows(world, OP, there, "city") == "Ely"
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert shows(world, OP, there, "email") == "ada@example.com"


@pytest.mark.parametrize("late", [0, 300, -300])
def test_a_pair_of_new_leads_is_accepted_long_after_linking_only(late: int) -> None:
    """Nothing about them is an old difference, whatever the clocks tell: they are filled like others."""
    with closing(World(skews={OP: late * SECOND})) as world:
        enter(world, SF, "bo")
        world.time.advance(100)
        backfill(world.pair, Scope(mode=Mode.LINK))
        world.time.advance(10)
        both = {}
        for name, email in (("ada", "other@example.com"), ("cy", "cy@example.com")):
            company = "Other" if name == "ada" else "cy Ltd"
            both[name] = enter(world, SF, name, city="Ghent"), enter(world, OP, name, email=email, company=company)
        cycle(world)
        assert strangers(world, StrangerState.REVIEW) == ["ada", "ada"]
        accept(world.ledger, f"salesforce:{both['ada'][0]}", f"operate:{both['ada'][1]}", world.time())
        cycle(world)
        assert [shows(world, OP, both[name][1], "city") for name in both] == ["Ghent", "Ghent"]


@pytest.mark.parametrize("mark", ["yes", "time"])
@pytest.mark.parametrize("new", [SF, OP])
def test_a_lead_of_before_and_a_new_one_are_accepted_after_linking_only(world: World, mark: str, new: Side) -> None:
    """One of them was not there to be left as it was. A ledger that does not tell since when keeps every difference."""
    ids = {}
    for side in (new.other, new):
        values = {"city": "Ghent"} if side is SF else {"email": "other@example.com", "company": "Other"}
        ids[side] = enter(world, side, "ada", **values)
        if side is not new:
            world.time.advance(100)
            backfill(world.pair, Scope(mode=Mode.LINK))
            world.time.advance(100)
    if mark == "yes":
        world.ledger.log.set_mark(KEPT, mark)
    assert cycle(world).linked == 0
    accept(world.ledger, f"{new}:{ids[new]}", f"{new.other}:{ids[new.other]}", world.time())
    cycle(world)
    assert shows(world, OP, ids[OP], "city") == ("" if mark == "yes" else "Ghent")


@pytest.mark.parametrize("linked", [True, False])
def test_a_backfill_that_is_stopped_by_an_outage_says_what_takes_up_the_rest(world: World, linked: bool) -> None:
    """Another backfill, where no cycle does: after one that only linked, and before the first one is done."""
    for name in CROWD[:12]:
        enter(world, SF, name, city="Ghent")
        enter(world, OP, name, city="Hull")
    world.time.advance(100)
    if linked:
        backfill(world.pair, Scope(mode=Mode.LINK))
        cycle(world)
        world.time.advance(100)
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    stopped = backfill(world.pair, Scope())
    assert stopped.problems == [
        "Operate is busy or away; the same backfill, applied again (`connector backfill --apply`), takes up the rest"
    ]
    if linked:
        cycle(world)  # the one that was begun
        assert cycle(world).writes == 0
    assert "Hull" in cities(world)
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert cities(world) == ["Ghent"] * 12


def test_a_later_backfill_that_is_stopped_by_an_outage_is_carried_on_by_the_next_cycle(world: World) -> None:
    """It says so, and that is so."""
    ada = started(world, "ada")["ada"]
    edit(world, SF, ada.ids[SF], city="Ghent")
    world.on_io = once(OP, "write", "before", RetryLater("away"))
    stopped = backfill(world.pair, Scope())
    assert stopped.problems == ["Operate is busy or away; the next cycle takes up the rest"]
    cycle(world)
    assert cities(world) == ["Ghent"]


def test_a_full_backfill_is_braked_after_one_that_only_linked(world: World) -> None:
    """People were replaced: nothing of it is written by the cycles that follow, also once these are let through."""
    known = [(enter(world, SF, name, city="Ghent"), enter(world, OP, name, city="Hull")) for name in CROWD[:12]]
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    for number, (_, there) in enumerate(known[:11]):
        edit(world, OP, there, last_name=f"new{number}", email=f"new{number}@example.com")
    world.time.advance(100)
    with pytest.raises(Braked):
        backfill(world.pair, Scope())
    sync(world.pair, allow_changes=100)
    assert cities(world) == ["Hull"] * 12


def test_creates_can_be_bounded_by_age_and_taken_in_later(world: World) -> None:
    """`--since` and `--until` leave people out; they stay out of every sync until another backfill."""
    enter(world, SF, "old")
    world.time.advance(1000)
    since = world.time()
    enter(world, SF, "mid")
    world.time.advance(1000)
    until = world.time()
    enter(world, SF, "new")
    world.time.advance(100)
    backfill(world.pair, Scope(since=since, until=until))
    assert emails(world, OP) == ["mid@example.com"]
    cycle(world)
    assert emails(world, OP) == ["mid@example.com"]
    assert strangers(world, StrangerState.LEFT_OUT) == ["new", "old"]
    world.time.advance(100)
    backfill(world.pair, Scope())
    assert len(emails(world, OP)) == 3


def test_somebody_left_out_is_still_found_by_their_counterpart(world: World) -> None:
    """A lead that was left out and is then entered on the other side is linked, not doubled."""
    enter(world, SF, "old")
    world.time.advance(1000)
    backfill(world.pair, Scope(since=world.time()))
    enter(world, OP, "old")
    cycle(world)
    cycle(world)
    assert (emails(world, SF), emails(world, OP)) == (["old@example.com"], ["old@example.com"])


def test_creates_can_be_bounded_to_one_side(world: World) -> None:
    """`--direction`: only creates towards that side."""
    enter(world, SF, "ada")
    enter(world, OP, "bo")
    world.time.advance(100)
    backfill(world.pair, Scope(towards=frozenset({OP})))
    assert emails(world, OP) == ["ada@example.com", "bo@example.com"]
    assert emails(world, SF) == ["ada@example.com"]


def test_a_backfill_with_a_limit_is_a_taste(world: World) -> None:
    """`--limit` creates so many and does not open the way for syncs."""
    for name in ("ada", "bo", "cy"):
        enter(world, SF, name)
    world.time.advance(100)
    backfill(world.pair, Scope(limit=2))
    assert len(emails(world, OP)) == 2
    assert not ready(world.ledger)
    backfill(world.pair, Scope())
    assert len(emails(world, OP)) == 3


def test_a_second_cycle_waits_for_the_first(world: World) -> None:
    """One cycle at a time on one ledger; a preview works beside it."""
    started(world, "ada")
    with world.ledger.cycle_lock():
        with pytest.raises(Busy):
            sync(world.pair)
        assert not preview(world.pair).changes_anything
    assert cycle(world).status is Status.DONE


def test_what_a_backfill_left_out_stays_out_until_another_takes_it_in(world: World) -> None:
    """Neither a limited backfill nor one that was cut short lets the next sync create the rest."""
    for number in range(6):
        enter(world, SF, CROWD[number])
    world.time.advance(100_000)
    backfill(world.pair, Scope(mode=Mode.LINK))
    assert backfill(world.pair, Scope(limit=2)).sides[OP].created == 2
    assert cycle(world).writes == 0
    world.on_io = once(SF, "changes", "before", RetryLater("away"))
    assert backfill(world.pair, Scope(limit=1)).status is Status.STOPPED
    assert cycle(world).writes == 0
    assert backfill(world.pair, Scope()).sides[OP].created == 4


def test_links_made_by_a_link_only_backfill_carry_shorter_edits(world: World) -> None:
    """A shorter old value is no shortened copy of the longer one: an edit of it flows."""
    ada, there = enter(world, SF, "ada", notes="a long story"), enter(world, OP, "ada", notes="story")
    world.time.advance(100)
    backfill(world.pair, Scope(mode=Mode.LINK))
    edit(world, OP, there, notes="another")
    cycle(world)
    assert shows(world, SF, ada, "notes") == "another"


@pytest.mark.parametrize("first", [True, False], ids=["backfill", "sync"])
def test_the_figures_of_a_preview_are_those_of_what_is_done(world: World, first: bool) -> None:
    """Linked, made, and changed or stamped on each side: nobody is surprised by a number."""
    if not first:
        known = started(world, "old", "own")
        edit(world, SF, known["old"].ids[SF], city="Ghent")
        edit(world, OP, known["own"].ids[OP], city="Jena")
    enter(world, SF, "ada", city="Ghent", notes="x" * 5000)
    enter(world, OP, "ada", notes="rang")
    enter(world, SF, "bo")
    enter(world, OP, "bo")
    enter(world, SF, "cy")
    enter(world, OP, "dee")
    world.time.advance(100)
    planned = preview(world.pair)
    shown = counts(planned) | {
        "updates_and_stamps": {str(side): updated(planned, side) + planned.stamped[side] for side in SIDES}
    }
    done = backfill(world.pair, Scope()) if first else sync(world.pair)
    added = {
        name: {str(side): getattr(done.sides[side], each) for side in SIDES}
        for name, each in (("creates", "created"), ("updates", "updated"))
    }
    assert shown["links"] == done.linked
    assert shown["creates"] == added["creates"]
    assert shown["updates_and_stamps"] == added["updates"]
