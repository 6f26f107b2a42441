"""Health and metrics over real HTTP, while the job is well, waits, hangs, or has lost its ledger."""

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connector.core.model import SECOND, Side
from connector.core.result import Result, SideCount, Status
from connector.errors import LedgerFailed, Misconfigured
from connector.ledger.port import Ledger
from connector.pause import Paused
from connector.troubles import Kind, Trouble
from connector.vitals import HUNG, Board
from connector.web.app import Host, app
from connector.web.lines import HEADER
from connector.web.server import served
from tests.cycle.people import OP, SF, enter, started
from tests.hosted.conftest import Served, serving
from tests.hosted.stage import LIMITS, Stage
from tests.simulation.world import World

NOW = 1_760_000_000 * SECOND


@contextmanager
def lost_ledger() -> Iterator[Ledger]:
    """The disk is full."""
    raise LedgerFailed("disk full")
    yield


def figures(text: str) -> dict[str, float]:
    """Every figure by its name with labels."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(figure) for name, _, figure in (line.rpartition(" ") for line in lines)}


def ready(web: Served) -> tuple[int, list[str]]:
    """What /readyz says."""
    answer = web.ask("GET", "/readyz")
    return answer.status, json.loads(answer.text)["reasons"]


def test_a_job_becomes_ready_and_says_why_it_is_not() -> None:
    """From the start over the first cycle to an outage and a pause."""
    board = Board(NOW)
    with serving(board, clock=lambda: NOW + SECOND) as web:
        assert ready(web) == (503, ["waiting for the first backfill", "the CRMs were not reached yet"])
        board.change(backfilled=True, reached=True, success=NOW, due=NOW + 60 * SECOND)
        assert ready(web) == (200, [])
        board.change(trouble=Trouble(Kind.OUTAGE, "away", NOW))
        assert ready(web) == (503, ["a CRM cannot be reached"])
        board.change(trouble=None, paused=Paused(NOW))
        answer = web.ask("GET", "/readyz")
        assert answer.status == 200
        assert json.loads(answer.text)["paused"] is True
        assert answer.headers["cache-control"] == "no-store"


def test_a_worker_that_hangs_is_told_to_whoever_restarts_it() -> None:
    """503 after half an hour without a sign of life, 200 before."""
    times = [NOW]
    board = Board(NOW)
    with serving(board, clock=lambda: times[-1]) as web:
        assert web.ask("GET", "/healthz").status == 200
        times.append(NOW + HUNG)
        assert web.ask("GET", "/healthz").status == 503
        board.change(beat=NOW + HUNG)
        assert web.ask("HEAD", "/healthz").status == 200


def test_the_figures_of_a_job_that_works() -> None:
    """What Prometheus reads is what the cycles did and what the ledger holds, and nobody's name."""
    world = World()
    started(world, "ada", "bo")
    stage = Stage(world)
    stage.turn(3)
    enter(world, SF, "cy")
    stage.turn(3)
    stage.job.nudge(OP)
    stage.job.wish()
    stage.away = {OP}
    stage.turn()
    stage.away = set()

    @contextmanager
    def read() -> Iterator[Ledger]:
        with world.ledger.scratch() as copy:
            yield copy

    with serving(stage.job.board, read_ledger=read, clock=world.time) as web:
        answer = web.ask("GET", "/metrics")
    world.close()
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = figures(answer.text)
    pair = 'pair="default"'
    assert found[f'connector_created_total{{{pair},side="operate"}}'] == 1
    assert found[f'connector_created_total{{{pair},side="salesforce"}}'] == 0
    assert found[f'connector_cycles_total{{{pair},status="done"}}'] == 6
    assert found[f'connector_leads{{{pair},state="linked"}}'] == 3
    assert found[f'connector_nudges_total{{{pair},side="operate"}}'] == 1
    assert found[f"connector_wishes_total{{{pair}}}"] == 1
    assert found[f"connector_ready{{{pair}}}"] == 0
    assert found[f"connector_cycle_age_seconds{{{pair}}}"] >= 1
    assert found[f'connector_lag_seconds{{{pair},side="salesforce"}}'] == 0
    assert found[f'connector_lag_seconds{{{pair},side="operate"}}'] >= 1
    assert found[f'connector_cycles_total{{{pair},status="stopped"}}'] == 1
    assert found[f"connector_cycle_duration_seconds_count{{{pair}}}"] == 7
    assert found[f'connector_cycle_duration_seconds_bucket{{le="+Inf",{pair}}}'] == 7
    assert found[f"connector_ledger_readable{{{pair}}}"] == 1
    assert found[f'connector_trouble{{kind="outage",{pair}}}'] == 1
    assert not re.search(r"\bada\b|Kim|example.com|00Q", answer.text)


def test_every_figure_has_words_and_labels_a_pair() -> None:
    """Whoever looks at the page understands it; a second pair would not mix with the first."""
    with serving(Board(NOW)) as web:
        text = web.ask("GET", "/metrics").text
    helped = set(re.findall(r"^# HELP (\S+) \S", text, flags=re.MULTILINE))
    typed = set(re.findall(r"^# TYPE (\S+) (?:gauge|counter|histogram)$", text, flags=re.MULTILINE))
    assert helped == typed
    assert len(typed) > 20
    assert all('pair="default"' in name for name in figures(text))


def test_a_ledger_that_cannot_be_read_hides_nothing_else() -> None:
    """The figures of the job still come, and one says so."""
    board = Board(NOW)
    counted = Result(cycle=4, status=Status.PARKED, sides={side: SideCount(read=3) for side in Side}, seconds=0.3)
    board.count(counted, NOW)
    board.count(counted, NOW)
    with serving(board, read_ledger=lost_ledger, clock=lambda: NOW) as web:
        answer = web.ask("GET", "/metrics")
    found = figures(answer.text)
    assert answer.status == 200
    assert found['connector_ledger_readable{pair="default"}'] == 0
    assert found['connector_read_total{pair="default",side="operate"}'] == 6
    assert found['connector_cycle_duration_seconds_sum{pair="default"}'] == pytest.approx(0.6)
    assert found['connector_cycle_duration_seconds_bucket{le="0.25",pair="default"}'] == 0
    assert found['connector_cycle_duration_seconds_bucket{le="0.5",pair="default"}'] == 2


def test_a_mistake_of_ours_shows_no_traceback() -> None:
    """500, two words, and the next request is answered."""

    @contextmanager
    def broken() -> Iterator[Ledger]:
        raise ZeroDivisionError("Kim@example.com")
        yield

    with serving(Board(NOW), read_ledger=broken) as web:
        answer = web.ask("GET", "/metrics")
        assert (answer.status, answer.text) == (500, "Internal Server Error")
        assert web.ask("GET", "/healthz").status in {200, 503}


def test_what_is_added_later_is_served_by_the_same_app() -> None:
    """Its routes come last."""

    async def cycle(request: Request) -> Response:
        return PlainTextResponse("7")

    board = Board(NOW)
    made = app(Host(board, lambda side: None, lost_ledger, LIMITS, lambda: NOW), [Route("/cycle", cycle)])
    with served(made, "127.0.0.1:0") as address:
        assert Served(address, board).ask("GET", "/cycle").text == "7"
        assert Served(address, board).ask("GET", "/healthz").status == 200


def test_a_port_that_is_taken_and_an_address_of_elsewhere_are_wrong_settings(tmp_path: Path) -> None:
    """Told before the job begins, with the name of the setting."""
    with serving(Board(NOW)) as web:
        for listen in (web.address.removeprefix("http://"), "203.0.113.7:8321", "no-such-host.invalid:8321"):
            with pytest.raises(Misconfigured, match="CONNECTOR_LISTEN"), served(None, listen):  # type: ignore[arg-type]
                pass


def _connected(web: Served) -> socket.socket:
    where = urlsplit(web.address)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=20)


def test_silent_connections_do_not_keep_the_health_check_out(web: Served) -> None:
    """Hundreds that send nothing, half a header, or half a body, for as long as they like."""
    with ExitStack() as lines:
        for number in range(600):
            line = lines.enter_context(_connected(web))
            with suppress(OSError):  # it may have made room already
                line.sendall((b"", b"GET /healthz HTTP/1.1\r\nHost: a", HALF)[number % 3])
        for _ in range(20):
            assert web.ask("GET", "/healthz").status == 200


HALF = b"POST /nudge/operate/none HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"


@pytest.mark.parametrize(
    "sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: a", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET"]
)
def test_a_connection_that_sends_no_whole_header_is_closed(web: Served, sent: bytes) -> None:
    """Ten seconds after it began, also where it drips on or is the second of its connection."""
    with _connected(web) as line:
        begun = time.monotonic()
        line.sendall(sent)
        with suppress(ConnectionError):
            while line.recv(4096):
                continue
        assert HEADER - 1 < time.monotonic() - begun < HEADER + 6


def test_a_body_whose_length_is_told_in_two_ways_ends_the_connection(web: Served) -> None:
    """What follows it is read by nobody: somebody else may have taken it for a part of the body."""
    head = b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n"
    with _connected(web) as line:
        line.sendall(head + b"0\r\n\r\n" + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = b""
        with suppress(ConnectionError):
            while part := line.recv(4096):
                answer += part
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answer.lower()


def test_a_connection_that_rests_between_two_requests_is_kept(web: Served) -> None:
    """It is no silent one: uvicorn's own, longer time holds."""
    where = urlsplit(web.address)
    with closing(http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)) as line:
        for pause in (HEADER + 1, 0):
            line.request("GET", "/healthz")
            assert line.getresponse().read() == b'{"alive":true}'
            kept = line.sock
            time.sleep(pause)
        assert line.sock is kept
