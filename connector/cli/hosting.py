"""The commands of the hosted job: run, pause and resume."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Annotated

import typer

from connector import pause as pausing
from connector.alerts import Limits
from connector.cli.consoling import consoled
from connector.cli.leaving import Leaving, at_work, end
from connector.cli.output import answer, log_line, settings, stopping
from connector.core.model import SECOND, Side
from connector.errors import told
from connector.extras import installed
from connector.forms import words
from connector.ledger.port import Ledger
from connector.logs import Fact, Handler, Say, line, now
from connector.report.words import side_name
from connector.service import Ended, Job, Tempo
from connector.settings import Settings, load
from connector.watch import LAST, LAST_WORD, Send, Watch, senders
from connector.wiring import job_lock, ledger_note, mapping_sign, open_ledger, open_pair, wall_clock

STOPPED = 6


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (run, pause, resume):
        app.command()(command)


def run() -> None:
    """Stay and run a cycle at every interval and after a nudge, until SIGTERM or Ctrl-C."""
    found = load()
    say = _log(found)
    for warning in found.warnings:
        say(f"warning: {warning}", event="warning")
    sends = senders(words(found.connector_alert_urls))
    leaving = Leaving()

    def tell(text: str) -> None:
        leaving.begin()
        say(text, event="stop")

    with _libraries(say), job_lock(found), stopping(tell) as stop:
        tempo = Tempo(found.connector_interval_seconds, found.connector_nudges_per_minute, found.sweep_times)
        detailed = found.connector_log_format == "json"
        job = Job(
            partial(open_pair, found, existing=True, slow=waiting_for(say)),
            partial(open_ledger, found),
            tempo,
            say=say,
            stop=stop,
            sign=partial(mapping_sign, found),
            detailed=detailed,
        )
        watch = _watch(found, job, sends, say)
        with _watching(watch, job):
            found.expect_crms()
            found.expect_console()
            with _serving(found, job, say, leaving):
                ended = _ran(job, say, leaving)
    if ended is Ended.CUT or at_work():
        say("stopped in the middle of a request; the next start settles what is open", event="stop")
        end(STOPPED)
    raise typer.Exit(0 if ended is Ended.WHOLE else STOPPED)


def _ran(job: Job, say: Say, leaving: Leaving) -> Ended:
    """The job until its end, and the reason of a bad one in the log, too."""
    try:
        return job.run()
    except Exception as error:
        say(f"ended: {told(error)}", event="ended", reason=type(error).__name__)
        raise
    finally:
        leaving.begin()


def limits(found: Settings) -> Limits:
    """From when on something is worth an alert."""
    return Limits(
        after=found.connector_alert_after_seconds * SECOND,
        parked=found.connector_alert_parked,
        stale=found.connector_stale_intervals * found.connector_interval_seconds * SECOND,
    )


def _watch(found: Settings, job: Job, sends: Mapping[str, Send], say: Say) -> Watch:
    """The watch. Before the worker's first turn it may make the ledger, as that does: never in place of a lost one."""

    def keep() -> AbstractContextManager[Ledger]:
        return open_ledger(found, existing=job.has_ledger)

    read = partial(open_ledger, found, existing=True)
    return Watch(
        job.board,
        read,
        sends,
        limits(found),
        say=say,
        clock=wall_clock,
        woke=job.woke,
        keep_ledger=keep,
        note=ledger_note(found),
    )


@contextmanager
def _watching(watch: Watch, job: Job) -> Iterator[None]:
    """Alerts beside the job, also of what keeps it from starting."""
    watch.start()
    try:
        yield
    except Exception as error:
        job.fail(error)
        raise
    finally:
        watch.close(LAST if job.failure is None else LAST_WORD)


@contextmanager
def _serving(found: Settings, job: Job, say: Say, leaving: Leaving) -> Iterator[None]:
    """The web app, where CONNECTOR_LISTEN asks for one."""
    if found.connector_listen is None:
        yield
        return
    web, server = (
        installed(f"connector.web.{name}", "CONNECTOR_LISTEN is set, but what serves", "server")
        for name in ("app", "server")
    )
    secrets = words(found.connector_nudge_secret)
    read_ledger = partial(open_ledger, found, readonly=True, existing=True)
    host = web.Host(job.board, job.nudge, read_ledger, limits(found), wall_clock, secrets)
    with (
        consoled(found, host, job, say, leaving) as pages,
        server.served(web.app(host, pages), found.connector_listen) as address,
    ):
        say(f"listening at {address}", event="listening", address=address)
        yield


def pause(
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who wants it, for whoever looks at `status`.")] = "",
) -> None:
    """Let the hosted job rest after the cycle that is under way, also over a restart, until `resume`."""
    with open_ledger(settings(), existing=True) as ledger:
        done = pausing.pause(ledger, wall_clock(), by)
    answer("Paused: `connector resume` lets the hosted job go on." if done else "It is paused already.")


def resume() -> None:
    """Let the hosted job go on after a pause."""
    with open_ledger(settings(), existing=True) as ledger:
        done = pausing.resume(ledger)
    answer("The hosted job goes on with its next interval." if done else "It was not paused.")


def waiting_for(say: Say) -> Callable[[Sequence[Side]], None]:
    """Says once whom the start waits for; how that ends is told anyway."""
    told = False

    def slow(sides: Sequence[Side]) -> None:
        nonlocal told
        if not told:
            told = True
            say(f"waiting for an answer of {' and '.join(side_name(side) for side in sides)}", event="slow")

    return slow


def _log(found: Settings) -> Say:
    def say(text: str, /, event: str = "job", **facts: Fact) -> None:
        log_line(line(text, found.connector_log_format, now(), event, facts))

    return say


@contextmanager
def _libraries(say: Say) -> Iterator[None]:
    """What libraries would print goes through our log, which holds no values."""
    handler, root = Handler(say), logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
