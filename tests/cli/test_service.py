"""The hosted job's loop, in this process: what ends it, what does not, and when look-up tables are read again."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from connector.bench import TABLES_AGE, OpenLedger, OpenPair
from connector.core.model import SECOND, Link, LinkState, Micros, Parked, Side, Stranger, StrangerState
from connector.core.result import Scope
from connector.crm.budget import LOOK_AGAIN, USAGE
from connector.cycle import backfill
from connector.errors import Braked, LedgerFailed, Misconfigured, NotYet, RetryLater, Unreadable
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.logs import Fact, Say
from connector.pair import Pair
from connector.parked import find, ignore, items, retry, retry_unknown_labels
from connector.sandbox.serve import Sandbox
from connector.service import Ended, Job, Tempo
from connector.settings import load
from connector.wiring import open_ledger, open_pair
from tests.cli.conftest import PACE, Connector

SOON = 0.02


@dataclass
class Listener:
    """Hears what the job says, and stops it after a sentence that contains a word."""

    word: str
    stop: Event = field(default_factory=Event)
    heard: list[str] = field(default_factory=list)

    def __call__(self, text: str, /, event: str = "job", **facts: Fact) -> None:
        """Hear one sentence."""
        self.heard.append(text)
        if self.word in text:
            self.stop.set()


def failing(errors: Sequence[Exception]) -> OpenPair:
    """One of these after the other whenever the job wants to begin."""
    left = iter(errors)

    @contextmanager
    def opening() -> Iterator[Pair]:
        raise next(left)
        yield

    return opening


@contextmanager
def in_memory() -> Iterator[Ledger]:
    """A ledger of nobody else."""
    with closing(SqliteLedger.open(":memory:")) as ledger:
        yield ledger


def run(opening: OpenPair, interval: float, *, say: Say, stop: Event, open_ledger: OpenLedger = in_memory) -> Ended:
    """The hosted job until it ends."""
    return Job(opening, open_ledger, Tempo(interval), say=say, stop=stop, draw=lambda: 0).run()


def test_what_passes_by_itself_is_tried_again_and_what_does_not_ends_the_job() -> None:
    """Away, then a page instead of an answer, then wrong settings: each is said, then the error."""
    errors = [RetryLater("away"), Unreadable("away: a page"), Misconfigured("no rights")]

    listener = Listener("never said")
    with pytest.raises(Misconfigured, match="no rights"):
        run(failing(errors), SOON, say=listener, stop=listener.stop)
    assert [text.partition(":")[0] for text in listener.heard] == [
        "away, and tried again by itself",
        "goes on",
        "a CRM answers and cannot be read, so that somebody has to look (`connector check`)",
    ]


def test_a_brake_and_an_outage_are_told_once() -> None:
    """Hours of it are one sentence each; another brake is news."""
    errors = [
        *(Braked(f"{count} updates", brake="updates", leads=count) for count in (60, 61, 70)),
        Braked("operate listed 2 leads", brake="listing", leads=50),
        *(RetryLater(f"away since {minutes} minutes") for minutes in (1, 2, 3)),
        Misconfigured("no rights"),
    ]

    listener = Listener("never said")
    with pytest.raises(Misconfigured):
        run(failing(errors), SOON, say=listener, stop=listener.stop)
    assert listener.heard == [
        "waiting, stopped by a brake: 60 updates",
        "waiting, stopped by a brake: operate listed 2 leads",
        "away, and tried again by itself: away since 1 minutes",
    ]


def test_a_missing_backfill_is_told_once_and_again_after_a_change() -> None:
    """A log does not fill with one sentence; after something else was said, it is news again."""
    errors = [NotYet(""), NotYet(""), RetryLater("away"), NotYet(""), NotYet(""), Misconfigured("no rights")]

    listener = Listener("never said")
    with pytest.raises(Misconfigured):
        run(failing(errors), SOON, say=listener, stop=listener.stop)
    assert [text.split()[0] for text in listener.heard] == ["waiting", "away,", "goes", "waiting"]


@pytest.mark.parametrize("error", [LedgerFailed("disk full"), ZeroDivisionError()])
def test_what_needs_somebody_ends_the_job(error: Exception) -> None:
    """A full disk and a mistake of ours are not tried for ever."""

    with pytest.raises(type(error)):
        run(failing([error]), SOON, say=Listener(""), stop=Event())


def test_tables_are_read_again_after_an_hour_and_unknown_labels_get_another_try(sandbox: Sandbox, place: Path) -> None:
    """A location that Operate learns later lets a parked value through, without anybody's help."""
    settings = load({**sandbox.settings, **PACE}, place)
    later = [0]
    heard: list[str] = []

    @contextmanager
    def opening() -> Iterator[Pair]:
        with open_pair(settings) as pair:
            clock = pair.clock
            yield replace(pair, clock=lambda: clock() + later[0])

    with open_pair(settings) as pair:
        backfill(pair, Scope())
    here = next(i for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    sandbox.salesforce.edit(here, {"Operate_Location__c": "Harbour Loft"})
    number = str(sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"])
    stop = Event()

    def say(text: str, /, event: str = "job", **facts: Fact) -> None:
        heard.append(text)
        if "cycle 2" in text:
            loft.append(sandbox.operate.add_other("location", {"locationname": "Harbour Loft"}))
            later[0] = TABLES_AGE
        elif "changed in Operate" in text:
            stop.set()

    loft: list[str] = []
    assert run(opening, SOON, say=say, stop=stop, open_ledger=partial(open_ledger, settings)) is Ended.WHOLE
    assert any("tried again" in text for text in heard)
    assert sandbox.operate.leads()[number]["locationname"] == loft[0]


def test_a_spent_budget_is_told_once_and_so_is_its_end(sandbox: Sandbox, place: Path) -> None:
    """Cycles go on over it in silence, and what was edited meanwhile is carried over when it is no longer spent."""
    settings = load({**sandbox.settings, **PACE}, place)
    with open_pair(settings) as pair:
        backfill(pair, Scope())
    linked = {row["Operate_Lead_Id__c"] for row in sandbox.salesforce.leads().values()}
    here = next(key for key, row in sandbox.operate.leads().items() if row["firstname"] and key in linked)
    sandbox.operate.edit(here, {"firstname": "Robin"})

    @contextmanager
    def opening() -> Iterator[Pair]:
        with open_pair(settings) as pair:
            looks_again = int(time.time()) + 2
            pair.crms[Side.SALESFORCE].notes[USAGE] = f"90000/100000@{looks_again - LOOK_AGAIN}"
            yield pair

    listener = Listener("changed in Salesforce")
    run(opening, SOON, say=listener, stop=listener.stop, open_ledger=partial(open_ledger, settings))
    ready, stopped, goes_on, *rest = listener.heard
    assert ready.startswith("ready")
    assert stopped.startswith("stopped, and reads on by itself: Salesforce: 90,000 of the org's 100,000")
    assert goes_on.startswith("goes on")
    assert not any("budget" in text or "API requests" in text for text in rest)
    assert "Robin" in [row["FirstName"] for row in sandbox.salesforce.leads().values()]


def test_a_spent_budget_ends_a_sync_before_its_first_request(sandbox: Sandbox, connector: Connector) -> None:
    """Also the next process knows of it: exit code 6, the numbers, no request; `status` shows them, `check` answers."""
    assert connector("backfill", "--apply").code in (0, 4)
    with open_ledger(load({**sandbox.settings, **PACE}, Path())) as ledger:
        ledger.log.set_mark("notes.salesforce.usage", f"81000/100000@{int(time.time())}")
    before = len(sandbox.salesforce_server.journal)
    ended = connector("sync")
    assert ended.code == 6
    assert "81,000 of the org's 100,000" in ended.err
    assert len(sandbox.salesforce_server.journal) == before
    told = connector("status", "--json").json["api_requests"]
    assert (told["used"], told["most"]) == (81_000, 100_000)
    assert "SALESFORCE_ORG_CALLS_PERCENT" in told["waiting"]
    assert "81,000 of 100,000" in connector("status").out
    assert connector("check").code in (0, 6)


# what waits for a person


def _link(*rules: str, code: str = "too_long") -> Link:
    parked = {rule: Parked(code, f"{rule} does not fit", "f", 1 * SECOND) for rule in rules}
    return Link(ids={Side.SALESFORCE: "00QSb00000000G8MAI", Side.OPERATE: "64"}, state=LinkState.LIVE, parked=parked)


@pytest.fixture
def ledger() -> Iterator[SqliteLedger]:
    """An empty ledger in memory."""
    opened = SqliteLedger.open(":memory:")
    yield opened
    opened.close()


NOW: Micros = 5 * SECOND


def test_one_rule_is_retried_and_the_others_stay(ledger: SqliteLedger) -> None:
    """`L1:city` frees the city alone, `L1` frees all that is left."""
    ledger.links.save([_link("city", "notes", "")])
    assert [item.item_id for item in items(ledger)] == ["L1", "L1:city", "L1:notes"]
    retry(ledger, "L1:city", NOW)
    assert [item.item_id for item in items(ledger)] == ["L1", "L1:notes"]
    retry(ledger, "l1", NOW)
    assert list(items(ledger)) == []
    assert [each.rule for each in ledger.log.history(1)] == ["city", "", "notes"]


def test_a_stranger_in_review_is_left_alone_and_taken_up_again(ledger: SqliteLedger) -> None:
    """ignore keeps its candidates for a later look; retry makes it wait to be matched."""
    stranger = Stranger(
        Side.OPERATE,
        "64",
        1,
        1,
        {"email": "a@example.com"},
        state=StrangerState.REVIEW,
        reason="two",
        candidates=("x",),
    )
    ledger.strangers.keep([stranger])
    ignore(ledger, "operate:64", NOW)
    (left,) = items(ledger)
    assert left.ignored
    assert left.candidates == ("x",)
    retry(ledger, "Operate:64", NOW)
    assert list(items(ledger)) == []
    again = ledger.strangers.get(Side.OPERATE, ["64"])["64"]
    assert (again.state, again.reason, again.candidates) == (StrangerState.WAITING, "", ())


def test_a_converted_lead_is_nothing_that_waits(ledger: SqliteLedger) -> None:
    """Ignored for a reason of its own: no person decided it, and no person has to."""
    ledger.strangers.keep([Stranger(Side.OPERATE, "64", 1, 1, {}, state=StrangerState.IGNORED, reason="converted")])
    assert list(items(ledger)) == []


def test_an_ended_or_unknown_link_has_nothing_to_decide(ledger: SqliteLedger) -> None:
    """An error with the way to the list instead of a silent success."""
    ledger.links.save([_link()])
    for item_id in ("L1", "L1:city", "L2", "operate:64", "L" + "9" * 30):
        with pytest.raises(Misconfigured):
            find(ledger, item_id)


def test_only_unknown_labels_are_tried_again_after_a_table_changed(ledger: SqliteLedger) -> None:
    """What is too long stays too long."""
    ledger.links.save([_link("location", code="unknown_label"), replace(_link("notes"), ids={Side.OPERATE: "65"})])
    assert retry_unknown_labels(ledger) == 1
    assert [item.item_id for item in items(ledger)] == ["L2:notes"]
