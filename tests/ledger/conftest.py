"""The ledgers that the contract is tested on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from connector.ledger.port import Ledger
from connector.ledger.sqlite import MEMORY, SqliteLedger

Opener = Callable[[], Ledger]
"""Opens a further connection to the same ledger."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger file of this test lives (a name that needs quoting in an address)."""
    return tmp_path / "leads & more? 100%.db"


@pytest.fixture(params=["file", "memory"])
def ledger(request: pytest.FixtureRequest, path: Path) -> Iterator[Ledger]:
    """An empty ledger of each kind."""
    with closing(SqliteLedger.open(path if request.param == "file" else MEMORY)) as opened:
        yield opened


@pytest.fixture(params=["file"])
def another(path: Path) -> Iterator[Opener]:
    """Opens connections to one shared ledger, for tests in which two of them meet."""
    with ExitStack() as opened:

        def open_one() -> Ledger:
            return opened.enter_context(closing(SqliteLedger.open(path)))

        yield open_one
