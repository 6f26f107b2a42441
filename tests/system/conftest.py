"""The connector over real HTTP: stand-ins in this process, commands in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connector.pair import Pair
from connector.sandbox.serve import Sandbox, serving
from connector.settings import load
from connector.wiring import open_pair

PACE = {
    "CONNECTOR_CREATE_AFTER_SECONDS": "0",
    "CONNECTOR_LAG_SECONDS": "0",
    "CONNECTOR_OVERLAP_SECONDS": "5",
    "CONNECTOR_HOLD_SECONDS": "1",
    "OPERATE_REQUESTS_PER_SECOND": "500",
    "OPERATE_IN_FLIGHT": "4",
}


@dataclass(frozen=True)
class Stage:
    """Two served stand-ins, a folder with a ledger, and ways to run the connector there."""

    sandbox: Sandbox
    folder: Path
    environ: dict[str, str]

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / "connector.db"

    @contextmanager
    def pair(self, **settings: str) -> Iterator[Pair]:
        """The connector in this process."""
        with open_pair(load({**self.environ, **settings}, self.folder)) as pair:
            yield pair

    def start(self, *args: str) -> "subprocess.Popen[str]":
        """A command in a process of its own."""
        command = [sys.executable, "-m", "connector", *args]
        environ = {**os.environ, **self.environ}
        return subprocess.Popen(
            command, cwd=self.folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *args: str) -> tuple[int, Any]:
        """A command that ends by itself: its exit code, and the JSON that it printed (None: nothing)."""
        with self.start(*args) as process:
            out, _ = process.communicate(timeout=120)
        return process.returncode, json.loads(out) if out.strip() else None


Setup = Callable[..., AbstractContextManager[Stage]]


@pytest.fixture
def stage(tmp_path: Path) -> Setup:
    """Serve stand-ins with the given keywords of `serving`."""

    @contextmanager
    def staged(**keywords: Any) -> Iterator[Stage]:
        with serving(messy=False, **keywords) as sandbox:
            ledger = {"CONNECTOR_LEDGER": f"sqlite:///{tmp_path / 'connector.db'}"}
            yield Stage(sandbox, tmp_path, {**sandbox.settings, **PACE, **ledger})

    return staged
