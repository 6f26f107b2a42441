"""What a person can do, for those at a terminal and for those at the pages of the console. Imports nothing of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """One advice in two wordings: with commands, and with the pages and buttons of the console."""

    terminal: str
    console: str = ""

    @property
    def here(self) -> str:
        """The wording of the console; the other one where it names no command."""
        return self.console or self.terminal
