"""What --help shows of options: a flag has no type, and a value is named by what it is."""

from typing import Any, TypeVar

import typer

Command = TypeVar("Command", bound=Any)  # typer brings its own click, whose classes are private


def tidy(command: Command) -> Command:
    """The same command; the help of it and of those below it is without types that a reader need not know."""
    flags = [*command.params, command.get_help_option(typer.Context(command))]
    for flag in flags:
        if getattr(flag, "is_flag", False) and flag.metavar is None:
            flag.metavar = ""
    for inner in getattr(command, "commands", {}).values():
        tidy(inner)
    return command
