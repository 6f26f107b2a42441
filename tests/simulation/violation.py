"""A broken promise."""


class Violation(AssertionError):
    """A promise was broken. `check` is the name of what was broken."""

    def __init__(self, check: str, text: str) -> None:
        super().__init__(f"{check}: {text}")
        self.check = check
