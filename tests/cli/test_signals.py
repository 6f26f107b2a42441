"""Real processes: signals, the hosted job, the sandbox command."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.sandbox.http import Fault
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector

COMMAND = [str(Path(sys.executable).with_name("connector"))]
PATIENCE = 20.0


@contextmanager
def _started(place: Path, *args: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*COMMAND, *args], cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_a_backfill_finishes_the_batch_and_the_same_command_goes_on(
    sandbox: Sandbox, place: Path, connector: Connector, number: signal.Signals
) -> None:
    """Exit code 6; what was sent is known, so that the second run makes only the rest and no double."""
    expected = len(sandbox.salesforce.leads().keys() | sandbox.operate.leads().keys())
    assert expected > 0
    planned = connector("backfill", "--json").json["counts"]["creates"]["operate"]
    before = len(sandbox.operate.leads())
    sandbox.operate_server.fault(Fault("latency", method="PUT", times=0, seconds=0.3))
    with _started(place, "backfill", "--apply") as process:
        _until(lambda: len(sandbox.operate.leads()) > before)
        process.send_signal(number)
        _, story = process.communicate(timeout=PATIENCE)
    assert process.returncode == 6
    assert "stopping" in story
    sandbox.operate_server.clear_faults()
    assert connector("backfill", "--apply").code in {0, 4}
    assert len(sandbox.operate.leads()) == before + planned


def test_the_hosted_job_waits_for_the_first_backfill_and_then_keeps_in_step(
    sandbox: Sandbox, place: Path, connector: Connector
) -> None:
    """It stays up, writes nothing before the consent, carries edits afterwards, and ends with 0 on SIGTERM."""
    with _started(place, "run") as process:
        assert process.stderr is not None
        assert "ready" in process.stderr.readline()
        assert "waiting for the first backfill" in process.stderr.readline()
        assert connector("backfill", "--apply").code in {0, 4}
        here = next(i for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
        number = str(sandbox.salesforce.leads()[here]["Operate_Lead_Id__c"])
        sandbox.salesforce.edit(here, {"City": "Aberdaugleddau"})
        _until(lambda: sandbox.operate.leads()[number]["town"] == "Aberdaugleddau")
        process.send_signal(signal.SIGTERM)
        out, story = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert out == ""
    assert "1 changed in Operate" in story
    assert "Aberdaugleddau" not in story


def test_the_hosted_job_survives_a_crm_that_is_away_from_the_start(
    sandbox: Sandbox, place: Path, connector: Connector
) -> None:
    """It tells so at every interval and goes on when the CRM is back."""
    connector("backfill", "--apply")
    sandbox.operate_server.fault(Fault("status", times=0, status=503, retry_after="0"))
    with _started(place, "run") as process:
        assert process.stderr is not None
        assert "tried again by itself" in process.stderr.readline()
        sandbox.operate_server.clear_faults()
        _until(lambda: "cycle 2" in (process.stderr.readline() if process.stderr else ""))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode in {0, 6}  # 6: the signal came in the middle of the next cycle


def test_the_hosted_job_ends_with_two_when_settings_are_wrong(sandbox: Sandbox, place: Path) -> None:
    """Nobody is helped by knocking again with a wrong password."""
    env = (place / ".env").read_text(encoding="utf-8")
    (place / ".env").write_text(re.sub("OPERATE_PASSWORD=.*", "OPERATE_PASSWORD=wrong", env), encoding="utf-8")
    with _started(place, "run") as process:
        _, story = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "OPERATE_PASSWORD" in story


def test_the_sandbox_prints_settings_that_work(place: Path, connector: Connector) -> None:
    """Its lines, put into the environment of another shell, are all that `check` needs; Ctrl-C ends it with 0."""
    with _started(place, "sandbox", "--salesforce-port", "0", "--operate-port", "0", "--leads", "5") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "\n")
        exports = [line.removeprefix("export ") for line in lines if line.startswith("export ")]
        (place / ".env").write_text("".join(exports), encoding="utf-8")
        assert connector("check").code == 0
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_each_start_of_the_sandbox_is_another_org_with_commands_to_copy(place: Path, connector: Connector) -> None:
    """A kept ledger is refused instead of being mixed up with new people; nothing to copy hides behind a #."""
    told = []
    for _ in range(2):
        with _started(place, "sandbox", "--salesforce-port", "0", "--operate-port", "0", "--leads", "5") as process:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "\n")
            exports = [line.removeprefix("export ") for line in lines if line.startswith("export ")]
            (place / ".env").write_text("".join(exports), encoding="utf-8")
            told.append(connector("backfill", "--apply"))
            process.send_signal(signal.SIGINT)
            _, story = process.communicate(timeout=PATIENCE)
    assert told[0].code in {0, 4}
    assert told[1].code == 2
    assert "belongs to the Salesforce org" in told[1].err
    assert "rm -f connector.db" in story
    for command in ("connector backfill --apply", "connector sync", "curl ", "SALESFORCE=$(curl ", "OPERATE=$(curl "):
        assert f"\n{command}" in story


def test_a_port_that_is_taken_is_told(sandbox: Sandbox, connector: Connector) -> None:
    """Wrong use, with the way out."""
    port = sandbox.operate_server.url.rpartition(":")[2]
    ran = connector("sandbox", "--salesforce-port", "0", "--operate-port", port, "--leads", "0")
    assert ran.code == 2
    assert "port" in ran.err
