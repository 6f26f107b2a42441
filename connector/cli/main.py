"""The console script: the commands put together, and every error turned into a sentence and an exit code."""

import errno
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from connector import __version__
from connector.cli import (
    checking,
    consoling,
    cycles,
    deciding,
    explaining,
    hosting,
    looking,
    mapping,
    matching,
    rebuilding,
    showing,
    trying,
)
from connector.cli.help import tidy
from connector.cli.leaving import at_work, end
from connector.cli.output import answer_json, give_up, lines, story
from connector.core.result import Status
from connector.errors import (
    Braked,
    ConnectorError,
    LedgerTooNew,
    MappingError,
    Misconfigured,
    NotYet,
    OtherPair,
    Outdated,
    RetryLater,
    told,
)
from connector.report.words import sentence

INTERRUPTED = 130
"""How typer ends after Ctrl-C."""
STOPPED = 6
UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""What the end of the answer says when it cannot be written: a full disk, or a terminal that is gone."""
CODES: tuple[tuple[type[ConnectorError], int], ...] = (
    (Misconfigured, 2),
    (MappingError, 2),
    (OtherPair, 2),
    (LedgerTooNew, 2),
    (Braked, 5),
    (NotYet, 5),
    (Outdated, STOPPED),
    (RetryLater, STOPPED),
)
"""Every other error is 1."""

app = typer.Typer(
    name="connector",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Keeps leads in Salesforce and Operate in step: no duplicates, no lost edits, previewed before written.",
    epilog="Exit codes: 0 done · 1 failed · 2 wrong use or settings · 3 preview has changes · 4 leads are parked · "
    "5 a brake, or no backfill yet · 6 stopped early.",
)
for module in (
    *(trying, checking, cycles, hosting, consoling, looking, showing),
    *(deciding, matching, mapping, explaining, rebuilding),
):
    module.add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        lines(__version__)
        raise typer.Exit


@app.callback()
def _before(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an unexpected error came from.")] = False,
) -> None:
    """Options before the command; both are looked at elsewhere."""


def main() -> NoReturn:
    """Run the command of this process and exit."""
    code = run(sys.argv[1:])
    if at_work():
        end(code)
    sys.exit(code)


def run(args: Sequence[str], commands: typer.Typer = app) -> int:
    """Run one command; its exit code."""
    try:
        tidy(typer.main.get_command(commands)).main(list(args), prog_name="connector")
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
        return STOPPED if code == INTERRUPTED else code
    except ConnectorError as error:
        _tell(error, as_json="--json" in args)
        return code_of(error)
    except Exception as error:
        if "--debug" in args:
            raise
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            give_up()
            story(
                f"error: {error.strerror}: the answer cannot be written. Free some space, or send it elsewhere.", "red"
            )
            return 1
        _tell(error, as_json="--json" in args)
        story(f"This is a mistake in the connector. Run `connector --debug {' '.join(args[:1])} …` and report it.")
        return 1
    return 0


def code_of(error: ConnectorError) -> int:
    """The exit code of an error."""
    return next((code for kind, code in CODES if isinstance(error, kind)), 1)


def _tell(error: Exception, *, as_json: bool) -> None:
    name = type(error).__name__
    if as_json:
        content: dict[str, object] = {"error": {"class": name, "message": told(error)}}
        if isinstance(error, Braked):
            content = {"status": str(Status.BRAKED), **content}
        if isinstance(error, MappingError):
            content["findings"] = [mapping.finding_json(finding) for finding in error.findings]
        try:
            answer_json(content)
        except OSError as fault:
            if fault.errno not in UNWRITABLE:
                raise
            give_up()
    text = "\n".join(sentence(line, 2000) for line in told(error).splitlines())
    story(f"error: {text}", "red")
