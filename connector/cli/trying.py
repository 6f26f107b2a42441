"""The commands to get to know the connector: demo, and sandbox (the local stand-ins of both CRMs)."""

import shlex
from typing import Annotated

import typer

from connector import demo as tour
from connector.cli.output import answer, lines, progress, stopping, story
from connector.errors import Misconfigured
from connector.sandbox.serve import curl_examples, serving

Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(demo)
    app.command()(sandbox)


def demo(
    leads: Annotated[int, typer.Option(min=20, max=20000, help="How many people enquire.")] = 500,
    seed: Annotated[int, typer.Option(help="Another number makes other people.")] = 0,
) -> None:
    """Take the tour: two local CRMs, a backfill, edits on both sides, and two cycles. Touches nothing of yours."""
    with progress() as bar:
        passed = tour.run(leads=leads, seed=seed, show=answer, progress=bar)
    raise typer.Exit(0 if passed else 1)


def sandbox(
    salesforce_port: Port = 8181,
    operate_port: Port = 8182,
    seed: Annotated[int, typer.Option(help="Another number makes other people.")] = 0,
    leads: Annotated[int, typer.Option(min=0, max=100000, help="How many people enquire.")] = 500,
) -> None:
    """Serve local stand-ins of Salesforce and Operate until Ctrl-C, and print the settings to reach them."""
    try:
        with (
            stopping() as stop,
            serving(seed=seed, count=leads, salesforce_port=salesforce_port, operate_port=operate_port) as served,
        ):
            lines("# Copy these lines into another shell, then try: connector check; connector backfill")
            lines(*(f"export {name}={shlex.quote(text)}" for name, text in served.settings.items()))
            lines("", *(f"# {line}" for example in curl_examples(served) for line in example.splitlines()))
            story("Serving until Ctrl-C; everything is forgotten then.")
            stop.wait()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Misconfigured(f"The sandbox cannot listen ({error.strerror}); choose another port.") from None
