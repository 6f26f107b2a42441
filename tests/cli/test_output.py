"""Printing: the bar, the story and the answer share a terminal without getting into each other's lines."""

from tests.cli.screen import screen_of

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
