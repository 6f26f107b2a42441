"""The server under both stand-ins: keep-alive, journal, clock, and every way an answer can go missing."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from connector.sandbox.http import BadRequest, Clock, Fault, Request, Response, Server


class Counter:
    """Counts what it was asked to do and echoes the request."""

    def __init__(self) -> None:
        self.done = 0

    def handle(self, request: Request) -> Response:
        """Count and echo; a path can ask for another kind of answer."""
        self.done += 1
        match request.path:
            case "/empty":
                return Response(204)
            case "/text":
                return Response(200, "größer", {"X-Extra": "1"}, "text/plain; charset=utf-8")
            case "/raw":
                return Response(raw=[b"HTTP/1.1 299 Odd\r\nContent-Length: 9\r\n\r\n", b"half"])
            case "/form":
                return Response(200, request.form())
            case "/json":
                return Response(200, request.json())
        echo = {"method": request.method, "path": request.path, "raw": request.raw_path}
        return Response(200, echo | {"query": dict(request.query), "body": request.body.decode()})


@pytest.fixture
def app() -> Counter:
    """The app behind the server."""
    return Counter()


@pytest.fixture
def server(app: Counter) -> Iterator[Server]:
    """A running server."""
    with Server(app) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client that keeps its connection."""
    with httpx.Client(base_url=server.url, timeout=5) as connected:
        yield connected


def test_a_request_reaches_the_app_decoded_and_raw(client: httpx.Client) -> None:
    """The path comes both decoded and as sent, the query decoded, the body as bytes."""
    answer = client.request("PATCH", "/a%2Fb/c%20d?x=%27y%27&empty=", content=b"hello").json()
    assert answer == {
        "method": "PATCH",
        "path": "/a/b/c d",
        "raw": "/a%2Fb/c%20d",
        "query": {"x": "'y'", "empty": ""},
        "body": "hello",
    }


def test_text_nothing_and_headers_are_answered_as_the_app_says(client: httpx.Client) -> None:
    """A string keeps its type and comes in UTF-8; no content has no body; extra headers arrive."""
    text = client.get("/text")
    assert (text.text, text.headers["X-Extra"]) == ("größer", "1")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    nothing = client.get("/empty")
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert client.head("/text").content == b""


def test_an_app_may_answer_byte_by_byte_as_it_likes(client: httpx.Client) -> None:
    """A raw answer goes out as it is, however wrong, and the connection ends with it."""
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        client.get("/raw")
    assert client.get("/text").status_code == 200


def test_one_connection_serves_many_requests(server: Server) -> None:
    """Keep-alive: a second request on the same socket is answered."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        for _ in range(3):
            line.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(4000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_fifty_clients_at_a_time_are_all_served(server: Server, app: Counter) -> None:
    """The app is called once at a time, so its state needs no locks of its own."""
    threads = [threading.Thread(target=httpx.get, args=(server.url,)) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert app.done == len(server.journal) == 50


def test_a_thousand_small_requests_take_well_under_a_second(server: Server) -> None:
    """The server must not be what a benchmark measures."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        started = time.perf_counter()
        for _ in range(1_000):
            line.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
            line.recv(4000)
        assert time.perf_counter() - started < 2


def test_the_date_header_follows_the_clock(server: Server, client: httpx.Client) -> None:
    """A test that turns the clock on sees it in the next answer."""
    before = parsedate_to_datetime(client.get("/").headers["Date"])
    server.clock.advance(3_600)
    after = parsedate_to_datetime(client.get("/").headers["Date"])
    assert timedelta(minutes=59) < after - before < timedelta(minutes=61)


def test_nonsense_in_a_body_is_a_bad_request(client: httpx.Client) -> None:
    """Form and JSON readers raise, and the server answers 400 where the app lets it pass."""
    assert client.post("/json", content=b'{"a": [1]}').json() == {"a": [1]}
    assert client.post("/json", content=b"{").status_code == 400
    assert client.post("/form", data={"a": "1 & 2", "b": ""}).json() == {"a": "1 & 2", "b": ""}
    assert client.post("/form", content=b"no form").status_code == 400
    with pytest.raises(BadRequest):
        Request("POST", "/", "/", {}, {}, b"\xff").json()


def test_a_body_without_a_length_is_refused(server: Server, client: httpx.Client) -> None:
    """Chunked bodies are not spoken here: the client is told so."""
    assert client.post("/", content=iter([b"a", b"b"])).status_code == 411
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n")
        assert line.recv(4000).startswith(b"HTTP/1.1 400 ")


def test_the_journal_tells_what_was_asked(server: Server, client: httpx.Client) -> None:
    """Entries are numbered on and can be filtered; a reset forgets them."""
    client.post("/lead?x=1", content=b"body")
    client.get("/account")
    first, second = server.journal
    assert (first.number, first.method, first.path, first.query) == (1, "POST", "/lead", {"x": "1"})
    assert (first.body, first.status, first.fault) == ("body", 200, "")
    assert server.journal.calls("GET") == [second]
    assert server.journal.calls(path="lead$") == [first]
    server.reset_journal()
    client.get("/later")
    assert [entry.number for entry in server.journal] == [3]


def test_a_status_fault_answers_for_the_app(server: Server, client: httpx.Client, app: Counter) -> None:
    """A throttled or unavailable service: its status, its Retry-After, nothing done; then all is well again."""
    server.fault(Fault("status", status=429, retry_after="7"))
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"], app.done) == (429, "7", 0)
    assert client.get("/").status_code == 200


def test_an_html_fault_answers_with_a_page(server: Server, client: httpx.Client, app: Counter) -> None:
    """A proxy before the service answers with HTML, even with a 200."""
    server.fault(Fault("html", status=200))
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Content-Type"], app.done) == (200, "text/html", 0)
    assert answer.text.startswith("<html>")


def test_a_request_lost_before_did_nothing(server: Server, client: httpx.Client, app: Counter) -> None:
    """The connection drops and the app never saw the request."""
    server.fault(Fault("lost_before"))
    with pytest.raises(httpx.RemoteProtocolError):
        client.put("/")
    assert app.done == 0
    assert [(entry.status, entry.fault) for entry in server.journal] == [(None, "lost_before")]


def test_an_answer_lost_after_was_committed(server: Server, client: httpx.Client, app: Counter) -> None:
    """The connection drops although the work was done: the client cannot know."""
    server.fault(Fault("lost_after"))
    with pytest.raises(httpx.RemoteProtocolError):
        client.put("/")
    assert app.done == 1
    assert server.journal[0].status is None


def test_a_hanging_request_is_done_and_stays_silent(server: Server, client: httpx.Client, app: Counter) -> None:
    """The client runs into its own timeout although the work was done."""
    server.fault(Fault("hang", seconds=30))
    with pytest.raises(httpx.ReadTimeout):
        client.put("/", timeout=0.1)
    assert app.done == 1


def test_latency_delays_the_answer(server: Server, client: httpx.Client) -> None:
    """The answer comes, later."""
    server.fault(Fault("latency", seconds=0.1))
    started = time.perf_counter()
    assert client.get("/").status_code == 200
    assert time.perf_counter() - started >= 0.1


def test_a_fault_meets_only_what_it_means(server: Server, client: httpx.Client) -> None:
    """Method, path, query and body choose the request; `skip` lets some pass and `times` counts the hits."""
    server.fault(Fault("status", method="PUT|POST", path=r"/lead\?.*\n.*Ada Byron", skip=1, times=2))
    body = {"data": "Ada Byron"}
    assert client.get("/lead").status_code == 200
    assert client.put("/lead", data={"data": "Bob"}).status_code == 200
    assert [client.put("/lead", data=body).status_code for _ in range(4)] == [200, 503, 503, 200]


def test_a_fault_without_a_count_lasts_until_cleared(server: Server, client: httpx.Client) -> None:
    """`times=0` is an outage."""
    server.fault(Fault("status", times=0))
    assert [client.get("/").status_code for _ in range(3)] == [503, 503, 503]
    server.clear_faults()
    assert client.get("/").status_code == 200


def test_an_impossible_fault_is_refused() -> None:
    """A typing error in a test shows at once."""
    for wrong in ({"kind": "explode"}, {"kind": "status", "path": "("}, {"kind": "status", "times": -1}):
        with pytest.raises(ValueError, match=r"explode|regular expression|from 0"):
            Fault(**wrong)


def test_faults_journal_and_clock_are_reached_by_curl(server: Server, client: httpx.Client, app: Counter) -> None:
    """People try the stand-ins by hand; these calls never reach the app nor the journal."""
    assert client.post("/_sandbox/faults", json={"kind": "status", "status": 500}).status_code == 204
    assert client.get("/").status_code == 500
    client.post("/_sandbox/faults", json={"kind": "status", "times": 0})
    assert client.delete("/_sandbox/faults").status_code == 204
    assert client.get("/").status_code == 200
    before = server.clock.now()
    client.post("/_sandbox/clock", json={"advance": 100})
    assert server.clock.now() - before > timedelta(seconds=99)
    assert [entry["status"] for entry in client.get("/_sandbox/journal").json()] == [500, 200]
    assert client.post("/_sandbox/faults", json={"kind": "explode"}).status_code == 400
    assert client.post("/_sandbox/clock", json=[]).status_code == 400
    assert client.get("/_sandbox/nothing").status_code == 404
    assert app.done == 1


def test_a_stop_drops_open_and_hanging_connections(app: Counter) -> None:
    """Nothing keeps a test run from ending: no thread and no socket is left."""
    server = Server(app)
    threads = threading.active_count()
    server.start()
    host, port = server.url.removeprefix("http://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as idle,
        socket.create_connection((host, int(port)), timeout=5) as hanging,
    ):
        server.fault(Fault("hang", seconds=60))
        hanging.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while not server.journal:
            time.sleep(0.005)
        started = time.perf_counter()
        server.stop()
        assert time.perf_counter() - started < 2
        assert idle.recv(10) == hanging.recv(10) == b""
    assert threading.active_count() == threads
    server.stop()


def test_a_restarted_server_is_where_it_was(app: Counter) -> None:
    """A CRM that was away comes back under the same address."""
    server = Server(app, clock=Clock())
    with server:
        url = server.url
        assert httpx.get(url).status_code == 200
        with pytest.raises(RuntimeError):
            server.start()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    with server:
        assert (server.url, httpx.get(url).status_code) == (url, 200)
