"""Printing: the bar, the story and the answer share a terminal without getting into each other's lines."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Connector
from tests.cli.screen import screen_of

COMMAND = str(Path(sys.executable).with_name("connector"))

_TELLING = """
import time
from rich.text import Text
from connector.cli.output import answer, lines, progress, story
with progress() as bar:
    time.sleep(0.15)
    answer("Two stand-ins are up")
    bar("reading", 708, None)
    time.sleep(0.15)
    story("warning: something")
    answer(Text("first"), Text("second"))
    bar("writing", 9, 9)
    time.sleep(0.15)
    lines("third")
    time.sleep(0.15)
"""
_STEPS = """
import time
from connector.cli.output import progress
from connector.cli import output
with progress() as bar:
    def shown(what, done, total):
        bar(what, done, total)
        (task,) = output._bars[0].tasks
        return f"{task.description} {task.completed}/{task.total}"
    told = [shown("writing", 9, 9), shown("reading", 708, None), shown("reading", 709, None), shown("writing", 0, 7)]
print(told)
"""


def test_the_bar_never_shares_a_line_with_an_answer_or_the_story() -> None:
    """Everything said stands on a line of its own, in order, and no bar is left behind."""
    assert screen_of(_TELLING) == ["Two stand-ins are up", "warning: something", "first", "second", "third"]


def test_each_step_counts_towards_its_own_total() -> None:
    """What was written before is no measure of what is read now."""
    (line,) = screen_of(_STEPS, columns=200)
    assert line == str(["writing 9/9", "reading 708/None", "reading 709/None", "writing 0/7"])


@pytest.mark.parametrize("words", [["mapping", "schema"], ["status", "--json"], ["--help"]])
def test_an_answer_that_cannot_be_written_is_no_mistake_of_ours(place: Path, words: list[str]) -> None:
    """A full disk behind stdout: one sentence, exit code 1, and nothing about it from the interpreter."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, *words], cwd=place, stdout=full, stderr=subprocess.PIPE, text=True, timeout=30, check=False
        )
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_error_is_told_although_its_object_cannot_be_written(place: Path) -> None:
    """A full disk behind stdout hides neither the reason nor its exit code."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, "parked", "list", "--json"],
            cwd=place,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("error: There is no ledger")
    assert "Traceback" not in done.stderr


def test_help_names_values_by_what_they_are(connector: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pattern of a date, no type of a flag."""
    monkeypatch.setenv("COLUMNS", "80")
    for words in (["backfill"], ["preview"], ["show"], ["parked", "list"], ["sandbox"], ["mapping", "check"], []):
        out = connector(*words, "--help").out
        assert "<bool>" not in out
        assert "%Y" not in out
    out = connector("backfill", "--help").out
    assert re.search(r"--since +DATE ", out)
    assert re.search(r"to_salesforce\b", out)
