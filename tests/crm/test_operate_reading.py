"""What the Operate client makes of a tenant's records, listings, schema and look-ups."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model import SECOND, Side, Write
from connector.crm.http import Answer
from connector.crm.operate import OperateCrm
from connector.crm.operate.envelope import (
    Envelope,
    Failure,
    filter_date,
    lead,
    named_field,
    open_envelope,
    read_envelope,
    stamp,
)
from connector.crm.operate.fields import LEAD_FIELDS
from connector.crm.operate.paging import STEPS_BACK, read_all
from connector.errors import Refused, RetryLater, Unreadable
from connector.sandbox.operate import OperateConfig
from connector.sandbox.operate.schema import LEAD
from tests.crm.operate_world import COMPLETE, COUNTERPART, OperateWorld, operate_world


@pytest.fixture
def world() -> Iterator[OperateWorld]:
    """A tenant with the default habits."""
    with operate_world() as world:
        yield world


@pytest.fixture
def crm(world: OperateWorld) -> Iterator[OperateCrm]:
    """A client that is logged in."""
    with world.client() as crm:
        crm.check()
        world.server.reset_journal()
        yield crm


def micros(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """A moment in UTC."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * SECOND


# --- what a poll costs ------------------------------------------------------------------------------------------


def test_a_quiet_poll_is_one_request(world: OperateWorld, crm: OperateCrm) -> None:
    """Nothing changed: exactly one GET, with a filter that names its offset."""
    for _ in range(3):
        world.add(COMPLETE)
    crm.fields()
    since = crm.check().server_now + 3600 * SECOND
    world.server.reset_journal()
    (page,) = crm.changes(since)
    assert page.records == ()
    (entry,) = world.server.journal
    assert (entry.method, entry.path) == ("GET", "/api/1.0/lead")
    moment = datetime.fromtimestamp(since // SECOND, UTC)
    assert entry.query["where"] == f"[updatedate]>='{moment:%Y-%m-%dT%H:%M:%S}+00:00'"


def test_leads_without_an_updatedate_are_noted_and_then_looked_for() -> None:
    """A tenant whose new leads have no `updatedate`: noticed by the check; from then on both dates are asked for."""
    with operate_world(OperateConfig(updatedate_on_create=False)) as world, world.client() as crm:
        crm.check()
        assert crm.notes == {}
        record_id = world.add(COMPLETE)
        identity = crm.check()
        assert crm.notes == {"creationdate_too": "yes", "filter_dates": "offset"}
        world.advance(10)
        edited = world.add({**COMPLETE, "firstname": "new"})
        world.edit(edited, {"firstname": "edited"})
        world.server.reset_journal()
        (page,) = crm.changes(identity.server_now - 5 * SECOND)
        assert [record.record_id for record in page.records] == [record_id, edited]
        assert page.records[0].stamp == page.records[0].created > 0
        asked = [entry.query["where"].partition(">")[0] for entry in world.server.journal]
        assert list(dict.fromkeys(asked)) == ["[updatedate]", "[creationdate]"]


def test_our_own_create_shows_that_there_is_no_updatedate() -> None:
    """The answer to a create is a look at a new lead like any other."""
    with operate_world(OperateConfig(updatedate_on_create=False)) as world, world.client() as crm:
        crm.write([Write(1, Side.OPERATE, None, "", False, {"minimum": COMPLETE})])
        assert crm.notes == {"creationdate_too": "yes", "lists": "id"}


def test_the_clock_is_that_of_the_first_page(world: OperateWorld, crm: OperateCrm) -> None:
    """What happens while later pages are read is for the next poll: no page claims to be younger than the first."""
    for _ in range(450):
        world.add(COMPLETE)
    begun = crm.check().server_now
    clocks = []
    for page in crm.changes(None):
        clocks.append(page.server_now)
        world.advance(300)
    assert len(clocks) == 3
    assert len(set(clocks)) == 1
    assert clocks[0] - begun <= 5 * SECOND


def test_the_counterpart_id_is_found_in_its_own_case(world: OperateWorld, crm: OperateCrm) -> None:
    """The tenant's filter ignores case; the ids of Salesforce do not."""
    world.add(COMPLETE, counterpart_id="00Q00000000070AAAA")
    upper = world.add(COMPLETE, counterpart_id="00Q00000000070aAAA")
    assert [record.record_id for record in crm.find(["00Q00000000070aAAA"])] == [upper]


# --- schema and look-ups ----------------------------------------------------------------------------------------


def test_the_schema_has_the_documented_and_the_custom_fields(crm: OperateCrm, world: OperateWorld) -> None:
    """Sizes and read-only fields are the reference's; custom fields are those that the newest leads show."""
    assert set(crm.fields()) == set(LEAD_FIELDS)
    world.add({**COMPLETE, "ud_timeline": "Soon"})
    schema = crm.fields()
    assert set(schema) - set(LEAD_FIELDS) == {COUNTERPART, "ud_timeline"}
    assert (schema["postcode"].length, schema["otherneeds"].length) == (10, 4000)
    assert schema["locationname"].required
    read_only = {name for name, known in schema.items() if not known.updateable}
    assert {"leadid", "creationdate", "updatedate", "createdby", "updatedby", "daysopen", "deadlead"} <= read_only
    witness = LEAD.by_name
    assert set(LEAD_FIELDS) == {name for name in witness if not name.startswith("ud_")}
    assert read_only - {"recordtype"} == {name for name, known in witness.items() if known.read_only} - {"recordtype"}


@pytest.mark.parametrize(
    ("name", "record_id", "label"),
    [
        ("location", "4", "7th Avenue"),
        ("Location", "9", "Waverley Gate "),
        ("leadtype", "568", "Hot Lead "),
        ("leadsource", "590", "Walk in"),
        ("deadleadreason", "540", "Window Shopper "),
    ],
)
def test_lookups_give_the_labels_as_they_are(crm: OperateCrm, name: str, record_id: str, label: str) -> None:
    """Labels keep their trailing blanks; the mapping knows what to do with them."""
    assert crm.lookup(name)[record_id] == label


def test_users_are_known_by_their_mail(crm: OperateCrm) -> None:
    """The label of a user is an e-mail address, as in Salesforce."""
    assert all("@" in label for label in crm.lookup("user").values())


def test_a_tenant_without_users(world: OperateWorld) -> None:
    """A look-up that the tenant does not serve is refused, which is no reason to stop."""
    with operate_world(OperateConfig(users_endpoint=False)) as world, world.client() as crm, pytest.raises(Refused):
        crm.lookup("user")


@pytest.mark.parametrize("name", ["account", "contact", "clienttype", "region", "campaign", "industry"])
def test_every_lookup_a_lead_refers_to_is_served(crm: OperateCrm, name: str) -> None:
    """Each table is read with the columns we believe it to have."""
    assert crm.lookup(name)


# --- one record -------------------------------------------------------------------------------------------------


def test_a_lead_in_its_row() -> None:
    """Null is blank, equal twins and the row's number are left out, dates become stamps, sentinels stay native."""
    row = {
        "row_num": "1",
        "leadid": "64",
        "leadname": "Coalition",
        "outputvalue_leadname": "Coalition",
        "locationname": "4",
        "outputvalue_locationname": "7th Avenue",
        "creationdate": "2016-11-29T16:37:59+00:00",
        "updatedate": "2016-11-29T18:42:39+02:00",
        "eventstartdate": "2001-01-01T00:00:00+00:00",
        "leadconverted": "true",
        "ud_x": "00Q1 ",
    }
    record = lead(row, zone=UTC, counterpart_field="ud_x")
    assert (record.side, record.record_id) == (Side.OPERATE, "64")
    assert record.stamp == micros(2016, 11, 29, 16, 42, 39)
    assert record.created == micros(2016, 11, 29, 16, 37, 59)
    assert record.converted
    assert record.counterpart_id == "00Q1"
    assert "row_num" not in record.native
    assert "outputvalue_leadname" not in record.native
    assert record.native["outputvalue_locationname"] == "7th Avenue"
    assert record.native["eventstartdate"] == "2001-01-01T00:00:00+00:00"


def test_dates_of_a_write_answer_are_in_the_tenant_s_time() -> None:
    """An answer without offsets is read in the tenant's zone and shown as a read shows it."""
    row = {"leadid": "1", "creationdate": "2017-07-25T07:54:52", "firstname": "2017-07-25T07:54:52"}
    record = lead(row, zone=ZoneInfo("Europe/London"), counterpart_field="")
    assert record.created == micros(2017, 7, 25, 6, 54, 52)
    assert record.native["creationdate"] == "2017-07-25T07:54:52+01:00"
    assert record.native["firstname"] == "2017-07-25T07:54:52"


@pytest.mark.parametrize("text", ["", "1899-12-31T00:00:00+00:00", "1899-12-30T00:00:00", "2001-01-01T00:00:00+00:00"])
def test_dates_that_mean_none(text: str) -> None:
    """The faces of an empty date."""
    assert stamp(text, UTC) == 0


def test_a_date_in_another_form_is_not_guessed() -> None:
    """A date that is not ISO 8601 stops the reading."""
    with pytest.raises(Unreadable):
        stamp("25/07/2017", UTC)


@given(st.integers(0, 4_000_000_000), st.sampled_from(["UTC", "Europe/London", "America/New_York", "Asia/Kolkata"]))
def test_a_filter_date_means_the_same_moment(seconds: int, zone: str) -> None:
    """Whatever the zone, the filter names this very second, and says its offset."""
    text = filter_date(seconds * SECOND + 999_999, ZoneInfo(zone))
    assert int(datetime.fromisoformat(text).timestamp()) == seconds


@pytest.mark.parametrize(
    ("message", "sent", "field"),
    [
        ("industry is required", ("leadname",), "industry"),
        ("PostCode must not be longer than 10", ("postcode",), "postcode"),
        ("The size of postcode is 10 at most", ("postcode", "size"), "postcode"),
        ("size is wrong", ("size",), "size"),
        ("leadname clashes with emailaddress", ("emailaddress",), "emailaddress"),
        ("ud_timeline is not an item", ("ud_timeline",), "ud_timeline"),
        ("The record could not be saved.", ("leadname",), ""),
        ("postcodes are odd", ("postcode",), ""),
    ],
)
def test_the_field_a_refusal_means(message: str, sent: tuple[str, ...], field: str) -> None:
    """A known field named as a word; one that was sent before another, a plain word of English last."""
    assert named_field(message, sent) == field


# --- the envelope -----------------------------------------------------------------------------------------------


def test_faces_of_no_records() -> None:
    """A missing key, null and an empty list are all no records."""
    for rest in ("", ',"leads":null', ',"leads":[]'):
        opened = open_envelope(Answer(200, f'{{"response":{{"status":"OK"{rest}}}}}'), "leads")
        assert opened == Envelope((), None, 0)


def test_values_that_are_no_text_become_text() -> None:
    """Numbers keep their digits, booleans are lower case, null is blank."""
    body = '{"response":{"status":"ok","totalCount":1,"leads":[{"a":1.50,"b":true,"c":null,"d":12345678901234567890}]}}'
    opened = open_envelope(Answer(200, body), "leads")
    assert isinstance(opened, Envelope)
    assert opened.rows == ({"a": "1.50", "b": "true", "c": "", "d": "12345678901234567890"},)
    assert opened.total == 1


@given(st.text())
def test_any_body_is_an_envelope_or_a_failure(body: str) -> None:
    """Nothing a server may say breaks the reading; what is shown of it is short and on one line."""
    opened = open_envelope(Answer(200, body), "leads")
    assert isinstance(opened, Failure)
    assert len(opened.message) <= 501
    assert opened.message.isprintable() or not opened.message.isascii()


@pytest.mark.parametrize("clock", ["", '"datetimeutc":"2017-07-12",'])
def test_an_answer_without_a_clock_cannot_be_used(clock: str) -> None:
    """The cursor rests on the server's clock; an answer without it is none of the documented shapes."""
    with pytest.raises(Unreadable, match="datetimeutc"):
        read_envelope(Answer(200, f'{{"response":{{{clock}"status":"OK"}}}}'), "leads", host="operate.example")


# --- paging -----------------------------------------------------------------------------------------------------


@dataclass
class Listing:
    """A listing as a server gives it; `between` is what people do after each page."""

    ids: list[int]
    most: int = 500
    counts: bool = True
    between: Callable[["Listing"], None] = lambda listing: None
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, start: int, end: int) -> Envelope:
        """One page."""
        self.asked.append((start, end))
        shown = self.ids[start - 1 : min(end, start + self.most - 1)]
        page = Envelope(tuple({"leadid": str(number)} for number in shown), len(self.ids) if self.counts else None, 1)
        self.between(self)
        return page

    def read(self, size: int = 10) -> list[str]:
        """All of it."""
        return [row["leadid"] for page in read_all(self, "leadid", size=size) for row in page.rows]


@given(st.integers(0, 60), st.integers(2, 30), st.integers(2, 12), st.booleans())
def test_a_still_listing_is_read_once_and_whole(count: int, most: int, size: int, counts: bool) -> None:
    """Whatever the server's own limit, with or without a count: each record once, in order."""
    listing = Listing(list(range(1, count + 1)), most=most, counts=counts)
    assert listing.read(size) == [str(number) for number in range(1, count + 1)]


@given(st.integers(1, 60), st.integers(2, 12), st.integers(0, 2**32), st.booleans())
def test_a_listing_that_moves_leaves_nobody_out(count: int, size: int, seed: int, counts: bool) -> None:
    """Records vanish and appear anywhere after each page: those that stay throughout are all read, none twice."""
    numbers = list(range(10, 10 * count + 10, 10))
    removed: set[int] = set()
    state = seed

    def people(listing: Listing) -> None:
        nonlocal state
        for _ in range(state % 3):
            state = (state * 1_103_515_245 + 12_345) % 2**31
            if state % 2 and listing.ids:
                removed.add(listing.ids.pop(state // 7 % len(listing.ids)))
            elif len(listing.asked) < 20:
                listing.ids = sorted({*listing.ids, 10 + state % (10 * count + 50)})

    read = Listing(numbers, between=people, counts=counts).read(size)
    assert len(set(read)) == len(read)
    assert {str(number) for number in range(10, 10 * count + 10, 10) if number not in removed} <= set(read)


@pytest.mark.parametrize(("most", "total"), [(2, 3), (2, 50), (10, 12), (10, 50), (10, None)])
def test_a_server_that_ignores_paging_is_noticed(most: int, total: int | None) -> None:
    """It gives its first page again and again: an error, not an endless loop and not a part taken for the whole."""
    rows = tuple({"leadid": str(number)} for number in range(most))
    with pytest.raises(Unreadable, match=f"same {most} records"):
        list(read_all(lambda start, end: Envelope(rows, total, 1), "leadid", size=10))


@pytest.mark.parametrize(
    ("rows", "total"),
    [((), 3), (({"leadid": "1"},), 3), (({"leadid": "1"}, {"leadid": "1"}), 2), (({"leadname": "x"},), 1)],
)
def test_a_listing_that_contradicts_itself(rows: tuple[dict[str, str], ...], total: int) -> None:
    """Fewer records than counted, one twice, one without an id: none of the documented shapes."""
    with pytest.raises(Unreadable):
        list(read_all(lambda start, end: Envelope(rows, total, 1), "leadid", size=10))


def test_a_listing_that_never_holds_still_is_given_up() -> None:
    """Every page shows other records: given up for this time after some steps back."""
    asked: list[int] = []

    def read(start: int, end: int) -> Envelope:
        asked.append(start)
        base = 100 * len(asked)
        return Envelope(tuple({"leadid": str(base + place)} for place in range(10)), 10**9, 1)

    with pytest.raises(RetryLater):
        list(read_all(lambda start, end: read(start + 10**6, end), "leadid", size=10))
    assert len(asked) <= 20 * STEPS_BACK


# --- what a write sends -----------------------------------------------------------------------------------------


def test_an_update_carries_its_id_twice(world: OperateWorld, crm: OperateCrm) -> None:
    """In the path and in the body, as text in a form; only what was asked to be written."""
    record_id = world.add(COMPLETE)
    crm.write([Write(1, Side.OPERATE, record_id, "00Q1", True, {"first": {"firstname": "Zoë"}})])
    (entry,) = world.server.journal.calls("POST")
    assert entry.path == f"/api/1.0/lead/{record_id}"
    assert world.leads()[record_id]["firstname"] == "Zoë"
    assert world.leads()[record_id][COUNTERPART] == "00Q1"


def test_a_tenant_that_updates_by_put() -> None:
    """The verb is a setting."""
    with operate_world(OperateConfig(update_verb="PUT")) as world, world.client(update_verb="PUT") as crm:
        record_id = world.add(COMPLETE)
        crm.write([Write(1, Side.OPERATE, record_id, "", False, {"first": {"firstname": "x"}})])
        assert world.leads()[record_id]["firstname"] == "x"


def test_the_pace_is_kept(world: OperateWorld) -> None:
    """A batch is about a second of requests, and each request waits for its place."""
    with world.client(requests_per_second=4) as crm:
        assert crm.batch_size == 4
        crm.check()
        crm.write([Write(key, Side.OPERATE, None, "", False, {"minimum": COMPLETE}) for key in range(4)])
        assert crm.calls == len(world.server.journal) == 6
        assert sum(world.waits) > 0.25 * (1 + 2 + 3 + 4)
