"""One stranger against a whole side that is indexed.

`CONNECTOR_BENCH_STRANGERS` sets how many leads are indexed (20,000 without it; the bound is for 1,000,000).
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.stranger import Figures, run

LEADS = int(os.environ.get("CONNECTOR_BENCH_STRANGERS", "20000"))
MILLISECONDS = 5.0


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure beside the test's dot."""

    def line(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{LEADS:,} indexed: {text} ")

    return line


def test_one_stranger_against_everybody(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Its candidates on both sides found, compared and scored in 5 ms of this process, with nothing in memory."""
    file = tmp_path / "connector.db"
    filled = run("fill", file, LEADS)
    tell(
        f"filled in {filled['clock']:.0f} s ({filled['cpu']:.0f} s of its own) and {filled['memory']:.0f} MB, "
        f"counted in {filled['counted']:.1f} s, {filled['megabytes']:.0f} MB on disk"
    )
    asked = run("ask", file)
    for what in ("cold", "warm", "judged"):
        tell(f"{what}: {in_words(asked[what]['clock'])}; of its own {in_words(asked[what]['cpu'])}")
    assert asked["asked"] > 0
    assert asked["warm"]["cpu"]["median"] < MILLISECONDS


def in_words(times: Figures) -> str:
    """Median, 95th part of a hundred and the most."""
    return " / ".join(f"{times[each]:.1f}" for each in ("median", "p95", "most")) + " ms"
