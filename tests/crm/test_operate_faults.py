"""The Operate client when the network, a gateway, the login or the tenant misbehaves."""

import json
import threading
import time
from collections.abc import Iterator, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Literal

import pytest

from connector.core.model import Record, Side, Write
from connector.crm.http import Answer
from connector.crm.operate import Credentials, OperateCrm
from connector.crm.operate.envelope import read_envelope
from connector.crm.operate.lists import Lists
from connector.crm.operate.writing import Writer
from connector.crm.port import Outcome, State
from connector.errors import Misconfigured, Refused, RetryLater, Unreadable
from connector.sandbox.http import Clock, Fault, Request, Response, Server
from connector.sandbox.operate import Operate, OperateConfig
from tests.crm.operate_world import COMPLETE, CREDENTIALS, WRITES, OperateWorld, operate_world

FOUND_NOWHERE: tuple[Literal["status", "html"], ...] = ("status", "html")


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


def create(key: int = 1, **native: str) -> Write:
    """A create of a complete lead."""
    return Write(key, Side.OPERATE, None, "", False, {"minimum": {**COMPLETE, **native}})


def update(record_id: str, **native: str) -> Write:
    """An update."""
    return Write(7, Side.OPERATE, record_id, "", False, {"rule": native})


def only(crm: OperateCrm, write: Write) -> Outcome:
    """The outcome of a single write."""
    (outcome,) = crm.write([write])
    return outcome


# --- lost and unclear answers -----------------------------------------------------------------------------------


def test_a_write_that_hangs_is_unknown(world: OperateWorld) -> None:
    """A silent line ends with our timeout; the write was carried out, and is not sent a second time."""
    with world.client(timeout=0.2) as crm:
        crm.check()
        world.server.fault(Fault("hang", method=WRITES, seconds=30))
        assert only(crm, create()).state is State.UNKNOWN
    assert len(world.leads()) == 1
    assert len(world.server.journal.calls("PUT")) == 1


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [
        ("html", 200, State.UNKNOWN),
        ("html", 302, State.UNKNOWN),
        ("html", 500, State.UNCLEAR),
        ("html", 502, State.UNKNOWN),
        ("status", 504, State.UNKNOWN),
        ("status", 408, State.UNKNOWN),
        ("html", 403, State.REFUSED),
        ("status", 400, State.REFUSED),
        ("status", 413, State.REFUSED),
    ],
)
def test_a_gateway_answers_a_write(
    world: OperateWorld, crm: OperateCrm, kind: Literal["html", "status"], status: int, state: State
) -> None:
    """A page or a status of a gateway: refused where it says that the request is wrong, else nobody can tell."""
    record_id = world.add(COMPLETE)
    world.server.fault(Fault(kind, method=WRITES, status=status))
    outcome = only(crm, update(record_id, firstname="x"))
    assert outcome.state is state
    assert outcome.whole is (status == 403)
    assert len(world.server.journal.calls(WRITES)) == 1


def test_a_read_is_repeated_after_a_lost_answer(world: OperateWorld, crm: OperateCrm) -> None:
    """Reading again is harmless: two lost answers cost two more requests, no error."""
    record_id = world.add(COMPLETE)
    world.server.fault(Fault("lost_after", method="GET", times=2))
    assert set(crm.get([record_id])) == {record_id}
    assert world.patience == [0.5, 1.0]


def test_a_read_that_never_comes(world: OperateWorld, crm: OperateCrm) -> None:
    """After three tries the read is given up for this time."""
    world.server.fault(Fault("lost_before", method="GET", times=0))
    with pytest.raises(RetryLater):
        crm.get(["1"])
    assert len(world.server.journal) == 6  # the lead itself, then the listing


def test_a_page_of_a_proxy_in_place_of_records(world: OperateWorld, crm: OperateCrm) -> None:
    """HTML with status 200 is none of the documented shapes."""
    world.server.fault(Fault("html", method="GET", status=200, times=0))
    with pytest.raises(Unreadable):
        list(crm.changes(None))
    with pytest.raises(Unreadable):
        crm.get(["1"])


def test_nobodys_data_gets_into_an_error_of_a_read() -> None:
    """Whatever stands in an answer, an error tells its kind and size, and a refusal without addresses and numbers."""
    page = Answer(200, "<html>secret-password maria@lead.example</html>")
    broken = Answer(200, '{"response": {"leads": [{"emailaddress": "maria@lead.example"')
    spoken = Answer(400, '{"response": {"status": "Error", "message": "Bad maria@lead.example +44 20 7946 0018"}}')
    away = Answer(302, "", "https://login.example/?user=maria@lead.example")
    for answer in (page, broken, spoken, away):
        with pytest.raises((Unreadable, Refused, Misconfigured)) as told:
            read_envelope(answer, "leads", host="operate.example")
        assert not any(part in str(told.value) for part in ("maria", "secret", "7946", "user="))


def test_reading_sent_elsewhere_or_forbidden(world: OperateWorld, crm: OperateCrm) -> None:
    """A redirect, missing rights and a wrong address are for somebody to change."""
    for status in (302, 403, 404):
        world.server.fault(Fault("html", method="GET", status=status))
        with pytest.raises(Misconfigured, match="OPERATE_URL"):
            list(crm.changes(None))


# --- busy and away ----------------------------------------------------------------------------------------------


def test_a_busy_crm_is_asked_again_when_it_says(world: OperateWorld, crm: OperateCrm) -> None:
    """A 429 is a refusal before any work: the wait is the one that was asked for, and the write then lands once."""
    world.server.fault(Fault("status", method=WRITES, status=429, retry_after="7"))
    assert only(crm, create()).state is State.LANDED
    assert world.patience == [7.0]
    assert len(world.leads()) == 1


@pytest.mark.parametrize("retry_after", [None, "0", "7", "600"])
@pytest.mark.parametrize("creates", [True, False])
def test_a_503_does_not_say_that_nothing_was_written(
    world: OperateWorld, crm: OperateCrm, retry_after: str | None, *, creates: bool
) -> None:
    """A gateway may have passed the write on before it says so: it is sent once, whatever wait is asked for."""
    record_id = world.add(COMPLETE)
    world.server.fault(Fault("status", method=WRITES, status=503, retry_after=retry_after, times=0))
    assert only(crm, create() if creates else update(record_id, firstname="x")).state is State.UNKNOWN
    assert len(world.server.journal.calls(WRITES)) == 1


def test_a_single_404_makes_no_lead_vanish(world: OperateWorld, crm: OperateCrm) -> None:
    """Absence is believed when the listing says so too; where that is not found either, somebody has to look."""
    record_id = world.add(COMPLETE)
    for kind in FOUND_NOWHERE:
        world.server.fault(Fault(kind, method="GET", path=f"/lead/{record_id}", status=404))
        assert set(crm.get([record_id])) == {record_id}
        world.server.fault(Fault(kind, method="GET", status=404, times=0))
        with pytest.raises(Misconfigured):
            crm.get([record_id])
        world.server.clear_faults()
    world.remove(record_id)
    world.server.reset_journal()
    assert crm.get([record_id]) == {}
    assert len(world.server.journal) == 2


class Gauge(Server):
    """A server that sees how many requests are under way, and when each began."""

    def __init__(self, app: Operate, clock: Clock) -> None:
        super().__init__(app, clock=clock)
        self.now, self.most, self.begun = 0, 0, list[float]()
        self._door = threading.Lock()

    def answer(self, request: Request) -> Response | None:
        """Count, and answer."""
        with self._door:
            self.now += 1
            self.most = max(self.most, self.now)
            self.begun.append(time.monotonic())
        try:
            return super().answer(request)
        finally:
            with self._door:
                self.now -= 1


@pytest.mark.parametrize(("in_flight", "per_second"), [(1, 1000.0), (3, 1000.0), (6, 40.0)])
def test_both_caps_hold_over_all_threads(in_flight: int, per_second: float) -> None:
    """Listings, look-ups and writes at once: no more under way, and no more a second, than the settings allow."""
    clock = Clock()
    app = Operate(clock=clock)
    ids = [app.add(COMPLETE) for _ in range(8)]
    with Gauge(app, clock) as server:
        client = OperateCrm(server.url, CREDENTIALS, timeout=20, requests_per_second=per_second, in_flight=in_flight)
        with closing(client) as crm, ThreadPoolExecutor(8) as pool:
            crm.check()
            server.fault(Fault("latency", seconds=0.05, times=0))
            server.most, server.begun = 0, []
            jobs: list[Future[Sized]] = [pool.submit(lambda: list(crm.changes(None))) for _ in range(6)]
            jobs += [pool.submit(crm.get, ids), pool.submit(crm.write, [update(each, firstname="x") for each in ids])]
            assert all(job.result() for job in jobs)
        assert server.most <= in_flight
        assert server.most == in_flight or per_second < 1000
        took = server.begun[-1] - server.begun[0]
        assert len(server.begun) >= 22
        assert took >= (len(server.begun) - 1) / per_second - 0.1


def test_a_wait_may_be_given_as_a_date(world: OperateWorld, crm: OperateCrm) -> None:
    """A date counts from the server's own clock; one in the past is no wait, nonsense is our own pace."""
    for text, least, most in (("Fri, 01 Jan 2010 00:00:00 GMT", 0, 0), ("soon", 0.5, 0.5), ("-3", 0.5, 0.5)):
        world.waits.clear()
        world.server.fault(Fault("status", status=503, retry_after=text))
        crm.get(["1"])
        assert least <= sum(world.patience) <= most


def test_a_long_wait_is_not_sat_out(world: OperateWorld, crm: OperateCrm) -> None:
    """Longer than half a minute is for a later cycle, with the wait that was asked for."""
    record_id = world.add(COMPLETE)
    world.server.fault(Fault("status", status=429, retry_after="600", times=0))
    with pytest.raises(RetryLater) as caught:
        crm.get([record_id])
    assert caught.value.after == 600
    outcome = only(crm, update(record_id, firstname="x"))
    assert (outcome.state, outcome.after) == (State.LATER, 600)
    assert world.patience == []
    assert world.leads()[record_id]["firstname"] == ""


def test_nobody_listens(world: OperateWorld, crm: OperateCrm) -> None:
    """Without a connection nothing was sent: a read is for later, a write not carried out; then it works again."""
    record_id = world.add(COMPLETE)
    world.server.stop()
    with pytest.raises(RetryLater):
        crm.get([record_id])
    assert only(crm, update(record_id, firstname="x")).state is State.LATER
    world.server.start()
    assert only(crm, update(record_id, firstname="x")).state is State.LANDED


# --- logging in -------------------------------------------------------------------------------------------------


def test_a_token_that_ran_out_is_renewed_once_for_all_threads(world: OperateWorld, crm: OperateCrm) -> None:
    """Several requests under way find the token refused; one login serves them all, and every write lands once."""
    world.advance(500)
    outcomes = crm.write([create(number) for number in range(12)])
    assert {outcome.state for outcome in outcomes} == {State.LANDED}
    assert len(world.leads()) == 12
    assert [entry.status for entry in world.server.journal.calls(path="/oauth2/token")] == [200]


def test_a_revoked_token_falls_back_to_the_password(world: OperateWorld, crm: OperateCrm) -> None:
    """Where the refresh token is refused too, the password logs in."""
    world.app.revoke_tokens()
    crm.check()
    logins = world.server.journal.calls(path="/oauth2/token")
    assert [entry.status for entry in logins] == [400, 200]
    assert "grant_type=refresh_token" in logins[0].body
    assert "grant_type=password" in logins[1].body


def test_a_token_is_renewed_before_it_runs_out(world: OperateWorld) -> None:
    """In the last quarter of its life a token is not used any more."""
    now = [1000.0]
    crm = OperateCrm(world.server.url, CREDENTIALS, sleep=world.waits.append, clock=lambda: now[0])
    with crm:
        for moment in (1000.0, 1080.0, 1091.0, 1092.0):
            now[0] = moment
            crm.check()
    assert len(world.server.journal.calls(path="/oauth2/token")) == 2
    assert all(entry.status == 200 for entry in world.server.journal)


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials("sandbox-client", "wrong-secret", "connector@operate.example", "sandbox-password"),
        Credentials("sandbox-client", "sandbox-client-secret", "connector@operate.example", "wrong-password"),
    ],
)
def test_wrong_credentials(world: OperateWorld, credentials: Credentials) -> None:
    """The message names the settings to look at and shows no secret; neither does the object."""
    with world.client(credentials=credentials) as crm:
        with pytest.raises(Misconfigured, match="OPERATE_PASSWORD") as caught:
            crm.check()
        with pytest.raises(Misconfigured):
            crm.write([create()])
    for text in (str(caught.value), repr(credentials)):
        assert "wrong-" not in text
        assert "sandbox-client-secret" not in text


@pytest.mark.parametrize("url", ["http://operate.example", "ftp://operate.example", "operate.example", "https://"])
def test_an_address_that_cannot_be_used(url: str) -> None:
    """Only https, and plain http to this very machine."""
    with pytest.raises(Misconfigured):
        OperateCrm(url, CREDENTIALS)


def test_settings_that_cannot_be_kept() -> None:
    """A time zone that does not exist and a pace of nothing are refused at once."""
    with pytest.raises(Misconfigured, match="OPERATE_TIMEZONE"):
        OperateCrm("https://operate.example", CREDENTIALS, timezone="Mars/Olympus")
    with pytest.raises(Misconfigured):
        OperateCrm("https://operate.example", CREDENTIALS, requests_per_second=0)


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("errors_as", ["http", "status"])
def test_a_mandatory_field_that_was_not_sent_is_named(errors_as: Literal["http", "status"]) -> None:
    """A tenant asks for more than we sent: the refusal names that field, though it was not in the write."""
    config = OperateConfig(required=("locationname", "industry"), errors_as=errors_as)
    with operate_world(config) as world, world.client() as crm:
        outcome = only(crm, create())
        assert outcome.state is State.REFUSED
        assert [refusal.field for refusal in outcome.refusals] == ["industry"]


def test_a_refusal_that_names_nothing() -> None:
    """Then the field is "", and the vendor's words are handed on."""
    with operate_world(OperateConfig(name_fields_in_errors=False)) as world, world.client() as crm:
        (refusal,) = only(crm, create(postcode="much too long for it")).refusals
        assert (refusal.field, refusal.message) == ("", "The record could not be saved.")


def test_an_unknown_item_of_a_list_is_no_missing_lead(world: OperateWorld, crm: OperateCrm) -> None:
    """A refusal whose words would fit a missing record too ends as refused while the lead is there."""
    record_id = world.add(COMPLETE)
    assert only(crm, update(record_id, locationname="Nowhere")).state is State.REFUSED
    world.server.fault(Fault("status", method=WRITES, status=404, times=2))
    assert only(crm, update(record_id, firstname="x")).state is State.REFUSED


def test_a_missing_lead_that_cannot_be_asked_for(world: OperateWorld, crm: OperateCrm) -> None:
    """Absence is not believed without asking for the lead itself: until that works, later."""
    world.server.fault(Fault("lost_before", method="GET", path="/lead", times=0))
    assert only(crm, update("9999", firstname="x")).state is State.LATER
    world.server.clear_faults()
    assert only(crm, update("9999", firstname="x")).state is State.GONE


def test_ids_that_cannot_exist_are_not_sent(world: OperateWorld, crm: OperateCrm) -> None:
    """A hostile id never becomes part of an address or a filter."""
    assert crm.get(["../account/401", "1'", ""]) == {}
    assert only(crm, update("1/../2", firstname="x")).state is State.GONE
    for hostile in ("00Q' OR '1'='1", "", "00Q%27", "ü"):
        with pytest.raises(Refused):
            crm.find([hostile])
    assert world.server.journal == []


def test_nothing_to_write_is_not_sent(world: OperateWorld) -> None:
    """Without a field for counterpart ids a stamp is nothing; it lands without a request."""
    with world.client(counterpart_field="") as crm:
        record_id = world.add(COMPLETE)
        outcome = only(crm, Write(1, Side.OPERATE, record_id, "00Q1", True, {}))
        assert outcome.state is State.LANDED
        assert crm.calls == 0
        with pytest.raises(Misconfigured, match="OPERATE_COUNTERPART_FIELD"):
            crm.find(["00Q1"])


# --- answers of another kind --------------------------------------------------------------------------------------


class Odd:
    """A tenant that gives the same answer to everything but a login."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def handle(self, request: Request) -> Response:
        """Answer."""
        if request.path == "/oauth2/token":
            return Response(200, {"access_token": "made-up", "expires_in": 120})
        return Response(200, self.answer)


def odd(answer: object, write: Write) -> Outcome:
    """The outcome of a write that is answered so."""
    with Server(Odd(answer), clock=Clock()) as server, OperateCrm(server.url, CREDENTIALS) as crm:
        return only(crm, write)


def envelope(*leads: object) -> dict[str, object]:
    """A good answer."""
    return {"response": {"status": "OK", "datetimeutc": "12/07/2017 11:39:18", "leads": list(leads)}}


@pytest.mark.parametrize("answer", [envelope(), envelope({"leadname": "x"}), envelope({}, {}), [], "OK", None])
def test_a_create_without_an_id_is_unknown(answer: object) -> None:
    """It was carried out as far as one can tell, but which lead it made has to be looked up."""
    assert odd(answer, create()).state is State.UNKNOWN


def test_an_update_without_a_record_is_looked_at() -> None:
    """The answer says OK and shows nothing: the record itself has to show whether it landed."""
    outcome = odd(envelope(), update("5", firstname="x"))
    assert (outcome.state, outcome.record_id, outcome.record) == (State.UNCLEAR, "5", None)


def test_an_update_that_made_another_lead_stops_everything() -> None:
    """A tenant that takes an update for a create would fill with duplicates."""
    with pytest.raises(Misconfigured, match="OPERATE_UPDATE_VERB"):
        odd(envelope({"leadid": "6"}), update("5", firstname="x"))


@pytest.mark.parametrize(("place", "kept"), [("body", (False, True)), ("path", (True, False))])
def test_a_tenant_that_takes_the_id_of_an_update_in_one_place_only(place: str, kept: tuple[bool, bool]) -> None:
    """The id is sent in both places; where that is refused, the other form is tried and remembered."""
    sent: list[tuple[str, bool]] = []
    good = '{"response": {"status": "OK", "datetimeutc": "01/01/2026 10:00:00", "leads": [{"leadid": "64"}]}}'

    class OnePlace:
        host = "operate.example"

        def write(self, method: str, path: str, data: str) -> Answer:
            sent.append((path, "leadid" in data))
            if place == "body" and path != "/lead":
                return Answer(404, "no such address")
            if place == "path" and "leadid" in data:
                return Answer(400, "leadid is read only")
            return Answer(200, good)

    there = Record(Side.OPERATE, "64", 1, 1)
    writer = Writer(OnePlace(), "", "POST", lambda row: there, lambda record_id: there, Lists({}, lambda name: {}))  # type: ignore[arg-type]
    update_64 = Write(1, Side.OPERATE, "64", "", stamp=False, rules={"city": {"town": "Leeds"}})
    assert [writer.write(update_64).state for _ in range(2)] == [State.LANDED, State.LANDED]
    assert len(sent) == 3
    assert (writer.place.in_path, writer.place.in_body) == kept


@pytest.mark.parametrize("takes", ["id", "label"])
def test_a_tenant_takes_ids_or_labels_of_its_lists(takes: str) -> None:
    """Ids are sent first; a tenant that refuses one and takes the label is sent labels from then on."""
    sent: list[str] = []
    good = '{"response": {"status": "OK", "datetimeutc": "01/01/2026 10:00:00", "leads": [{"leadid": "64"}]}}'
    taken = {"id": "4", "label": "7th Avenue"}[takes]

    class Picky:
        host = "operate.example"

        def write(self, method: str, path: str, data: str) -> Answer:
            chosen = json.loads(data)["leads"][0]["locationname"]
            sent.append(chosen)
            return Answer(200, good) if chosen == taken else Answer(400, "locationname is not a valid selection")

    there = Record(Side.OPERATE, "64", 1, 1)
    lists = Lists({}, lambda name: {"4": "7th Avenue", "5": "Euston"} if name == "location" else {})
    writer = Writer(Picky(), "", "POST", lambda row: there, lambda record_id: there, lists)  # type: ignore[arg-type]
    new = Write(1, Side.OPERATE, None, "", stamp=False, rules={"location": {"locationname": "4"}})
    assert [writer.write(new).state for _ in range(2)] == [State.LANDED, State.LANDED]
    assert sent == (["4", "4"] if takes == "id" else ["4", "7th Avenue", "7th Avenue"])
    assert lists.notes == {"lists": takes}
    wrong = Write(1, Side.OPERATE, None, "", stamp=False, rules={"location": {"locationname": "9"}})
    assert writer.write(wrong).state is State.REFUSED


@pytest.mark.parametrize(
    "answer",
    [Response(400, {"response": {"status": "Error", "message": "No record"}}), Response(200, "no such lead"), None],
    ids=["400", "text", "204"],
)
def test_whatever_a_tenant_answers_for_an_unknown_id(
    world: OperateWorld, crm: OperateCrm, answer: Response | None
) -> None:
    """Anything but records is asked for again as a listing, so that one deleted lead never stops a side."""
    there = world.add(COMPLETE)
    handle = world.app.handle

    def odd(request: Request) -> Response:
        unknown = request.method == "GET" and request.path.endswith("/lead/9999")
        return (answer or Response(204, "")) if unknown else handle(request)

    world.app.handle = odd  # type: ignore[method-assign]
    assert set(crm.get([there, "9999"])) == {there}
    assert only(crm, update("9999", firstname="x")).state is State.GONE
