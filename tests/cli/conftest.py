"""A working directory with a `.env` that leads to freshly served stand-ins, and a way to run commands in it."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector.cli import run
from connector.sandbox.serve import Sandbox, serving

PACE = {
    "CONNECTOR_CREATE_AFTER_SECONDS": "0",
    "CONNECTOR_LAG_SECONDS": "0",
    "CONNECTOR_INTERVAL_SECONDS": "1",
    "OPERATE_REQUESTS_PER_SECOND": "500",
    "OPERATE_IN_FLIGHT": "8",
}


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Connector = Callable[..., Ran]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """An empty working directory."""
    with chdir(tmp_path):
        yield tmp_path


@pytest.fixture
def sandbox(place: Path) -> Iterator[Sandbox]:
    """Stand-ins with thirty leads, reached by the settings in `.env`."""
    with serving(count=30, messy=False) as served:
        write_env(place, served.settings)
        yield served


@pytest.fixture
def connector(place: Path, capsys: pytest.CaptureFixture[str]) -> Connector:
    """Runs one command and tells how it ended."""

    def command(*args: str) -> Ran:
        capsys.readouterr()
        code = run(args)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command


def proposed(text: str, command: str) -> list[list[str]]:
    """The commands of this name that an output proposes, as a shell would take them."""
    return [shlex.split(found) for found in re.findall(rf"`connector ({command}[^`]*)`", text)]


def write_env(place: Path, settings: Mapping[str, str]) -> None:
    """Write the settings of a sandbox to `.env`, in a hurry."""
    lines = [f"{name}={text}" for name, text in {**settings, **PACE}.items()]
    (place / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")


def enter_double(sandbox: Sandbox) -> str:
    """Somebody enters a lead of Salesforce that has its counterpart once more; its record id."""
    row = next(
        row
        for row in sandbox.salesforce.leads().values()
        if row["Operate_Lead_Id__c"] and row["Email"] and row["FirstName"] and row["Company"]
    )
    return sandbox.salesforce.add({name: row[name] for name in ("FirstName", "LastName", "Email", "Company")})
