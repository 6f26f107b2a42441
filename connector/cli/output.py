"""Printing: the answer on stdout, the story on stderr, progress, and signals that ask to stop."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event
from types import FrameType

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from connector import pair
from connector.settings import Settings, load

WIDTH = 100
"""Columns where nothing is known about the reader (a pipe, a log)."""
_bars: list[Progress] = []
"""The bar that is on the screen, if there is one."""


def answer(*parts: RenderableType) -> None:
    """Print the answer of a command."""
    with _aside():
        console = _console(stderr=False)
        for part in parts:
            console.print(part)


def lines(*texts: str) -> None:
    """Print lines of an answer exactly as they are: nothing is wrapped, so that they can be copied and piped."""
    with _aside():
        for text in texts:
            sys.stdout.write(text + "\n")
        sys.stdout.flush()


def answer_json(content: object) -> None:
    """Print the answer for machines: one JSON document."""
    lines(json.dumps(content, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def give_up() -> None:
    """Send what is still to be printed on stdout nowhere: it cannot be written, and would be tried again at the end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def story(text: str, style: str = "") -> None:
    """Tell what is going on, on stderr; above the bar, where there is one."""
    console = _bars[-1].console if _bars else _console(stderr=True)
    console.print(Text(text, style), soft_wrap=True)


def log_line(text: str) -> None:
    """Write one whole line on stderr exactly as it is; threads do not mix their lines."""
    with suppress(OSError, ValueError, RuntimeError):  # RuntimeError: a signal came while a line was written
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


@contextmanager
def _aside() -> Iterator[None]:
    """Take the bar off the screen for a moment: it is drawn on stderr, and knows nothing of what goes to stdout."""
    for bar in _bars:
        bar.stop()
    try:
        yield
    finally:
        for bar in _bars:
            bar.start()


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    return console


def settings() -> Settings:
    """The settings, with their warnings told."""
    found = load()
    for warning in found.warnings:
        story(f"warning: {warning}", "yellow")
    return found


@contextmanager
def progress() -> Iterator[pair.Progress]:
    """A progress line on stderr; silent where stderr is no terminal."""
    console = _console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, disable=hidden) as bar:
        bar.add_task("logging in", total=None)

        def show(what: str, done: int, total: int | None) -> None:
            task = bar.tasks[-1]
            if task.description == what:
                bar.update(task.id, completed=done, total=total)
            else:  # a new step, with a total of its own
                bar.remove_task(task.id)
                bar.add_task(what, completed=done, total=total)

        _bars.append(bar)
        try:
            yield show
        finally:
            _bars.remove(bar)


@contextmanager
def stopping(tell: Callable[[str], None] | None = None) -> Iterator[Event]:
    """An event that SIGTERM and SIGINT set: what is under way is finished, the rest is left for the next time."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        told = "stopping after what is under way (Ctrl-C once more: at once)"
        story(told, "yellow") if tell is None else tell(told)
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
