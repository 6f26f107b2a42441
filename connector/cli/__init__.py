"""The commands: what a person types, what is printed, and the exit codes. No decisions here.

stdout is the answer, stderr the story. `main` is the console script; `run` is the same as a function.
"""

from connector.cli.main import app, main, run

__all__ = ["app", "main", "run"]
