"""The hosted job as a process: one at a time, nudged over HTTP, asleep, paused, and ended in time."""

import http.client
import json
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from connector.sandbox.http import Fault
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector
from tests.hosted.console import Browser, token_of
from tests.hosted.endpoint import endpoint

COMMAND = [str(Path(sys.executable).with_name("connector"))]
SECRET = "a-secret-of-the-nudges-1"
PATIENCE = 20.0
ENDS_WELL = {0, 6}
"""6: the signal came in the middle of a cycle."""


class Hosted:
    """A running job, its log as objects, and its web app."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []
        self.plain: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if line.startswith("{"):
                self.log.append(json.loads(line))
            else:
                self.plain.append(line)

    def events(self, event: str) -> list[dict[str, Any]]:
        """The lines of one kind."""
        return [line for line in self.log if line["event"] == event]

    def until(self, event: str, count: int = 1, seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait for so many lines of a kind; the last of them."""
        end = time.monotonic() + seconds
        while len(self.events(event)) < count:
            assert time.monotonic() < end, (event, self.log, self.plain)
            time.sleep(0.01)
        return self.events(event)[count - 1]

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, str]:
        """One request to its web app."""
        where = self.until("listening")["address"].removeprefix("http://")
        line = http.client.HTTPConnection(where, timeout=10)
        try:
            line.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def polls(self) -> float:
        """How many cycles ended so far."""
        return sum(
            float(found)
            for found in re.findall(r"^connector_cycles_total\S+ (\S+)$", self.ask("GET", "/metrics")[1], re.M)
        )

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE) -> int:
        """Ask it to end, and wait; its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self._reader.join()
        return code


@contextmanager
def hosted(place: Path, largest_file: int = 0, /, **settings: str) -> Iterator[Hosted]:
    """`connector run` in a process of its own, with further settings.

    It can write into no file beyond `largest_file` bytes (0: no limit), like on a disk that is full.
    """
    settings = {"CONNECTOR_LISTEN": "127.0.0.1:0", "CONNECTOR_NUDGE_SECRET": SECRET, **settings}
    settings = {"CONNECTOR_LOG_FORMAT": "json", "CONNECTOR_INTERVAL_SECONDS": "60", **settings}
    names = "".join(f"{name}={text}\n" for name, text in settings.items())
    env = (place / ".env").read_text(encoding="utf-8")
    kept = [line for line in env.splitlines() if line.partition("=")[0] not in settings]
    (place / ".env").write_text("\n".join(kept) + "\n" + names, encoding="utf-8")
    with subprocess.Popen([*COMMAND, "run"], cwd=place, stderr=subprocess.PIPE, text=True) as process:
        if largest_file:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest_file, largest_file))
        job = Hosted(process)
        try:
            yield job
        finally:
            process.kill()
            process.wait()
            job._reader.join()


@pytest.fixture
def ready(sandbox: Sandbox, connector: Connector) -> Sandbox:
    """Stand-ins whose first backfill is done."""
    assert connector("backfill", "--apply").code in {0, 4}
    return sandbox


def linked(sandbox: Sandbox) -> tuple[str, str]:
    """The ids of a lead that is on both sides."""
    here, row = next((i, row) for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    return here, str(row["Operate_Lead_Id__c"])


def test_a_second_job_on_one_ledger_ends_with_one(ready: Sandbox, place: Path, connector: Connector) -> None:
    """It says which process runs already; commands for people still work beside it."""
    with hosted(place) as job:
        job.until("cycle")
        assert job.ask("GET", "/metrics")[0] == 200
        second = connector("run")
        assert second.code == 1
        assert f"process {job.process.pid}" in second.err
        assert "connector run" in second.err
        assert connector("sync").code in {0, 4}
        assert job.end() == 0
    with hosted(place) as job:
        job.until("cycle")


def test_a_nudged_edit_is_on_the_other_side_long_before_the_interval(ready: Sandbox, place: Path) -> None:
    """Both ways, by the path and by a header, with an interval of a minute."""
    here, there = linked(ready)
    with hosted(place) as job:
        job.until("cycle")
        for number in range(2):
            ready.salesforce.edit(here, {"City": f"Rome{number}"})
            assert job.ask("POST", f"/nudge/salesforce/{SECRET}")[0] == 200
            _until(lambda wanted=f"Rome{number}": ready.operate.leads()[there]["town"] == wanted)
            ready.operate.edit(there, {"town": f"Oslo{number}"})
            assert job.ask("POST", "/nudge/operate", X_Nudge_Secret=SECRET)[0] == 200
            _until(lambda wanted=f"Oslo{number}": ready.salesforce.leads()[here]["City"] == wanted)
        assert job.end() in ENDS_WELL
    assert not any("Rome" in str(line) for line in job.log)


def _until(happened: Any, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_a_thousand_nudges_in_a_second_are_at_most_two_polls(ready: Sandbox, place: Path) -> None:
    """All are sent and taken within a second; counted by the job's own figures and by what the CRM was asked."""
    with hosted(place) as job:
        job.until("cycle")
        sent, seconds = 0, 9.0
        while seconds > 1 and sent < 3000:  # a machine that is busy with something else at that moment is asked again
            before, asked = job.polls(), len(ready.operate_server.journal)
            seconds = _thousand(job.until("listening")["address"].removeprefix("http://"))
            sent += 1000
            time.sleep(3)
        assert seconds < 1
        assert 1 <= job.polls() - before <= 2
        assert len(ready.operate_server.journal) - asked <= 8
        taken = f'connector_nudges_total{{pair="default",side="operate"}} {float(sent)}'
        assert taken in job.ask("GET", "/metrics")[1]


def _thousand(address: str) -> float:
    """Send a thousand nudges over twenty lines, none of which waits for an answer; seconds until all are answered."""
    host, _, port = address.rpartition(":")
    one = f"POST /nudge/operate HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nX-Nudge-Secret: {SECRET}\r\n"
    lines = [socket.create_connection((host, int(port)), timeout=PATIENCE) for _ in range(20)]
    begun = time.monotonic()
    for line in lines:
        line.sendall(f"{one}\r\n".encode() * 49 + f"{one}Connection: close\r\n\r\n".encode())
    answers = b""
    for line in lines:
        with line, line.makefile("rb") as answer:
            answers += answer.read()
    assert answers.count(b'{"ok":true}') == 1000
    return time.monotonic() - begun


def test_a_machine_that_slept_catches_up_with_one_cycle(ready: Sandbox, place: Path) -> None:
    """Four intervals asleep are one cycle afterwards, not four."""
    with hosted(place, CONNECTOR_INTERVAL_SECONDS="1") as job:
        job.until("cycle", 2)
        job.process.send_signal(signal.SIGSTOP)
        time.sleep(0.2)
        slept = len(job.events("cycle"))
        time.sleep(4)
        job.process.send_signal(signal.SIGCONT)
        time.sleep(0.7)
        assert 1 <= len(job.events("cycle")) - slept <= 2
        job.until("cycle", slept + 3)
        assert job.end() in ENDS_WELL


def test_a_paused_job_rests_over_a_restart_and_goes_on(ready: Sandbox, place: Path, connector: Connector) -> None:
    """`status` says who paused it; nothing is read or written meanwhile."""
    here, there = linked(ready)
    assert connector("pause", "--by", "Robin").code == 0
    assert "paused already" in connector("pause").out
    assert "by Robin" in connector("status").out
    assert connector("status", "--json").json["paused"]["by"] == "Robin"
    ready.salesforce.edit(here, {"City": "Rome"})
    asked = len(ready.operate_server.journal) + len(ready.salesforce_server.journal)
    for _ in range(2):
        with hosted(place, CONNECTOR_INTERVAL_SECONDS="1") as job:
            assert "Robin" in job.until("pause")["text"]
            assert json.loads(job.ask("GET", "/readyz")[1])["paused"] is True
            time.sleep(1.2)
            assert job.end() == 0
    assert len(ready.operate_server.journal) + len(ready.salesforce_server.journal) == asked
    with hosted(place, CONNECTOR_INTERVAL_SECONDS="1") as job:
        job.until("pause")
        assert connector("resume").code == 0
        assert "not paused" in connector("resume").out
        job.until("resume")
        _until(lambda: ready.operate.leads()[there]["town"] == "Rome")
    assert connector("status", "--json").json["paused"] is None


def test_a_request_that_hangs_does_not_hold_up_the_end(ready: Sandbox, place: Path) -> None:
    """Exit code 6 within thirty seconds of SIGTERM, and the next start goes on."""
    here, there = linked(ready)
    with hosted(place, CONNECTOR_TIMEOUT_SECONDS="120") as job:
        job.until("cycle")
        ready.operate_server.fault(Fault("latency", times=0, seconds=60))
        job.ask("POST", f"/nudge/operate/{SECRET}")
        time.sleep(1)
        begun = time.monotonic()
        assert job.end(seconds=30) == 6
        assert time.monotonic() - begun < 29
        assert "next start" in job.events("stop")[-1]["text"]
    ready.operate_server.clear_faults()
    ready.salesforce.edit(here, {"City": "Rome"})
    with hosted(place) as job:
        _until(lambda: ready.operate.leads()[there]["town"] == "Rome")


def test_a_preview_of_the_console_that_hangs_does_not_hold_up_the_end(ready: Sandbox, place: Path) -> None:
    """One deadline for everything, and the exit code of what was stopped early."""
    with hosted(place, CONNECTOR_TIMEOUT_SECONDS="120", CONNECTOR_CONSOLE="on") as job:
        job.until("cycle")
        browser = Browser(job.until("listening")["address"])
        ready.operate_server.fault(Fault("latency", times=0, seconds=90))
        assert browser.submit("/console/preview", "/console/preview").status == 303
        time.sleep(2)
        begun = time.monotonic()
        assert job.end(seconds=45) == 6
        assert time.monotonic() - begun < 30
        assert "next start" in job.events("stop")[-1]["text"]
    ready.operate_server.clear_faults()


def test_a_page_that_waits_for_a_crm_does_not_hold_up_the_end(ready: Sandbox, place: Path) -> None:
    """A web request is a thread, too."""
    with hosted(place, CONNECTOR_TIMEOUT_SECONDS="120", CONNECTOR_CONSOLE="on") as job:
        job.until("cycle")
        browser = Browser(job.until("listening")["address"])
        token = token_of(browser.get("/console").text)
        ready.operate_server.fault(Fault("latency", times=0, seconds=90))
        ready.salesforce_server.fault(Fault("latency", times=0, seconds=90))
        waits = Thread(target=_tries, args=(browser, token), daemon=True)
        waits.start()
        time.sleep(2)
        assert waits.is_alive()
        begun = time.monotonic()
        assert job.end(seconds=45) == 6
        assert time.monotonic() - begun < 30
    for server in (ready.operate_server, ready.salesforce_server):
        server.clear_faults()


def _tries(browser: Browser, token: str) -> None:
    with suppress(OSError, http.client.HTTPException):
        browser.post("/console/lead/unlink", {"token": token, "link": "L1", "sure": "yes"})


def test_a_second_ctrl_c_does_not_wait(ready: Sandbox, place: Path) -> None:
    """Whoever presses it twice means it, also while a request hangs."""
    with hosted(place, CONNECTOR_TIMEOUT_SECONDS="120") as job:
        job.until("cycle")
        ready.operate_server.fault(Fault("latency", times=0, seconds=30))
        job.ask("POST", f"/nudge/operate/{SECRET}")
        time.sleep(1)
        job.process.send_signal(signal.SIGINT)
        job.until("stop")
        assert job.end(signal.SIGINT, seconds=10) == 6
    ready.operate_server.clear_faults()


def test_alerts_of_an_outage_reach_an_endpoint_once_over_restarts(ready: Sandbox, place: Path) -> None:
    """Begun by one process, ended by another; the job is not ready in between."""
    with endpoint() as here:
        settings = {
            "CONNECTOR_ALERT_URLS": here.address,
            "CONNECTOR_ALERT_AFTER_SECONDS": "0",
            "CONNECTOR_INTERVAL_SECONDS": "1",
        }
        ready.operate_server.fault(Fault("status", times=0, status=503, retry_after="0"))
        with hosted(place, **settings) as job:
            here.until(1)
            assert job.ask("GET", "/readyz")[0] == 503
            assert job.end() in ENDS_WELL
        with hosted(place, **settings) as job:
            job.until("outage")
            time.sleep(2)
            ready.operate_server.clear_faults()
            here.until(2)
            assert job.ask("GET", "/readyz")[0] == 200
    assert [each["type"] for each in here.received] == ["failure", "success"]
    assert "connector check" in here.received[0]["message"]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"OPERATE_PASSWORD": "wrong"}, "OPERATE_PASSWORD"),
        ({"OPERATE_URL": ""}, "OPERATE_URL"),
        ({"CONNECTOR_LISTEN": "the endpoint's"}, "CONNECTOR_LISTEN"),
    ],
    ids=["refused", "missing", "a port that is taken"],
)
def test_wrong_settings_are_alerted_before_the_job_ends(
    ready: Sandbox, place: Path, settings: dict[str, str], told: str
) -> None:
    """Exit code 2, also where the job cannot even start; started again, nobody is told again."""
    with endpoint() as here:
        if "CONNECTOR_LISTEN" in settings:
            settings = {"CONNECTOR_LISTEN": urlsplit(here.address).netloc}
        for _ in range(2):
            with hosted(place, CONNECTOR_ALERT_URLS=here.address, **settings) as job:
                assert job.process.wait(PATIENCE) == 2
    (message,) = here.received
    assert told in message["message"]


def test_a_new_installation_with_a_wrong_setting_is_alerted_once_over_restarts(
    sandbox: Sandbox, place: Path, connector: Connector
) -> None:
    """Before the first turn there is no ledger: the alert makes it. Once the setting is right, that ledger does."""
    with endpoint() as here:
        for _ in range(3):
            with hosted(place, CONNECTOR_ALERT_URLS=here.address, OPERATE_URL="") as job:
                assert job.process.wait(PATIENCE) == 2
        assert len(here.received) == 1
        with hosted(place, CONNECTOR_ALERT_URLS=here.address, OPERATE_URL=sandbox.settings["OPERATE_URL"]) as job:
            here.until(2)
            assert job.end() in ENDS_WELL
    assert [each["type"] for each in here.received] == ["failure", "failure"]
    assert "first backfill" in here.received[1]["title"]
    assert "The connector runs again" in here.received[1]["message"]
    assert connector("ledger", "rebuild").code == 0
    assert connector("backfill", "--apply").code in {0, 4}


def test_a_ledger_that_is_deleted_under_the_job_is_not_made_anew_for_an_alert(ready: Sandbox, place: Path) -> None:
    """The alert is sent and cannot be kept: nothing stands in the place of the lost ledger."""
    with endpoint() as here, hosted(place, CONNECTOR_ALERT_URLS=here.address) as job:
        job.until("cycle")
        for file in place.glob("connector.db*"):
            file.unlink()
        job.ask("POST", f"/nudge/operate/{SECRET}")
        assert job.process.wait(PATIENCE) == 1
        here.until(1)
    assert "has ended" in here.received[0]["title"]
    assert not (place / "connector.db").exists()


def test_a_mistake_of_ours_at_the_start_is_alerted_by_its_kind_and_place(ready: Sandbox, place: Path) -> None:
    """What it says itself is told nowhere, neither in the alert nor in the log: a value of a lead may be in it."""
    breaking = (
        "import connector.web.server as server\n"
        "def served(*given):\n    raise KeyError('kim@example.com')\n"
        "server.served = served\n"
        "from connector.cli import main\nmain()"
    )
    with endpoint() as here:
        environ = {
            "PATH": "/usr/bin:/bin",
            "CONNECTOR_LISTEN": "127.0.0.1:0",
            "CONNECTOR_ALERT_URLS": here.address,
            "CONNECTOR_LOG_FORMAT": "json",
        }
        ran = subprocess.run(
            [sys.executable, "-c", breaking, "run"], cwd=place, env=environ, capture_output=True, text=True, timeout=60
        )
    assert ran.returncode == 1
    (message,) = here.received
    assert re.search(r"a mistake of ours \(KeyError in hosting\.py, line \d+\)", message["message"])
    assert "kim" not in str(message) + ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("module", "settings", "extra"),
    [
        ("uvicorn", {"CONNECTOR_LISTEN": "127.0.0.1:0"}, "server"),
        ("prometheus_client", {"CONNECTOR_LISTEN": "127.0.0.1:0"}, "server"),
        ("apprise", {"CONNECTOR_ALERT_URLS": "json://127.0.0.1:9"}, "alerts"),
    ],
)
def test_without_an_extra_its_settings_say_what_to_install(
    sandbox: Sandbox, place: Path, module: str, settings: dict[str, str], extra: str
) -> None:
    """Exit code 2 and the command; without these settings, the job runs without them."""
    code = f"import sys; sys.modules[{module!r}] = None; from connector.cli import main; main()"
    environ = {"PATH": "/usr/bin:/bin", **settings}
    ran = subprocess.run(
        [sys.executable, "-c", code, "run"], cwd=place, env=environ, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 2
    assert f"pip install 'operate-salesforce-connector[{extra}]'" in ran.stderr
    with subprocess.Popen(
        [sys.executable, "-c", code, "run"], cwd=place, env={"PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "ready" in process.stderr.readline()
        process.kill()
