"""A CRM takes a request and does not answer when the hosted job starts."""

from collections.abc import Sequence
from pathlib import Path

from connector.cli.hosting import waiting_for
from connector.core.model import SIDES, Side
from connector.logs import Fact
from connector.looks import both
from connector.sandbox.http import Fault
from connector.sandbox.serve import serving
from connector.settings import load
from connector.wiring import open_crms, read_mapping
from tests.hosted.console import PACE


def test_whoever_does_not_answer_is_named_once_and_waited_for(tmp_path: Path) -> None:
    """The other one is not, and the answer counts when it comes."""
    late: list[Sequence[Side]] = []
    with serving(count=1, messy=False) as sandbox:
        settings = load({**sandbox.settings, **PACE}, tmp_path)
        mapping = read_mapping(settings)
        with open_crms(settings, mapping) as crms:
            both(crms, mapping, late.append, after=30)
            assert late == []
        sandbox.operate_server.fault(Fault("latency", times=1, seconds=5))
        with open_crms(settings, mapping) as crms:
            assert set(both(crms, mapping, late.append, after=3)) == set(SIDES)
    assert [list(sides) for sides in late] == [[Side.OPERATE]]


def test_the_log_says_once_for_whom_the_start_waits() -> None:
    """However often it is tried; the outage is told besides."""
    said: list[str] = []

    def say(text: str, /, event: str = "job", **facts: Fact) -> None:
        said.append(text)

    slow = waiting_for(say)
    slow(SIDES)
    slow([Side.OPERATE])
    assert said == ["waiting for an answer of Salesforce and Operate"]
