"""The commands to get to know the connector: demo, and sandbox (the local stand-ins of both CRMs)."""

import shlex
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import typer

from connector import demo as tour
from connector.cli.output import answer, lines, progress, stopping, story
from connector.errors import Misconfigured
from connector.sandbox.examples import curl_examples, edited
from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.salesforce.ids import another_org
from connector.sandbox.serve import Sandbox, serving

Port = Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help="0 takes a free one.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(demo)
    app.command()(sandbox)


def demo(
    leads: Annotated[int, typer.Option(min=20, max=20000, metavar="N", help="How many people enquire.")] = 500,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number makes other people.")] = 0,
) -> None:
    """Take the tour: two local CRMs, a backfill, edits on both sides, and two cycles. Touches nothing of yours."""
    with progress() as bar:
        passed = tour.run(leads=leads, seed=seed, show=answer, progress=bar)
    raise typer.Exit(0 if passed else 1)


def sandbox(
    salesforce_port: Port = 8181,
    operate_port: Port = 8182,
    seed: Annotated[int, typer.Option(metavar="N", help="Another number makes other people.")] = 0,
    leads: Annotated[int, typer.Option(min=0, max=100000, metavar="N", help="How many people enquire.")] = 500,
) -> None:
    """Serve local stand-ins of Salesforce and Operate until Ctrl-C, and print the settings to reach them."""
    org = SalesforceConfig(org_id=another_org())  # everybody in it is new: a ledger that was kept is of another org
    served_at = partial(serving, salesforce_port=salesforce_port, operate_port=operate_port)
    try:
        with stopping() as stop, served_at(seed=seed, count=leads, salesforce_config=org) as served:
            lines("# Copy these lines into another shell:")
            lines(*(f"export {name}={shlex.quote(text)}" for name, text in served.settings.items()), "")
            for line in _things_to_do(served):
                story(line)
            story("\nServing until Ctrl-C; everything is forgotten then.")
            stop.wait()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Misconfigured(f"The sandbox cannot listen ({error.strerror}); choose another port.") from None


def _things_to_do(served: Sandbox) -> Iterator[str]:
    """What to try next in that other shell: comments, and commands that can be copied as they are."""
    here = edited(served)[0]
    yield "# Then bring both into step. Each start of the sandbox is another org: a ledger"
    yield "# of an earlier start is refused, so remove it first (rm -f connector.db)."
    yield from ("connector check", "connector backfill", "connector backfill --apply")
    yield "\n# Be the people who work on both sides."
    for example in curl_examples(served):
        yield f"# {example.what}:"
        yield example.command
    yield "\n# See what that leads to; a new lead waits a minute before it is made on the other side:"
    yield from (
        "connector preview",
        "connector sync",
        "connector status",
        *([f"connector show {here}"] if here else []),
    )
