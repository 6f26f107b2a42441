"""Whole populations of strangers through the ledger, and one stranger against all of them.

`CONNECTOR_BENCH_LEADS` sets the leads a side (5,000 without it; the bounds are for 100,000).
"""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.population import run

LEADS = int(os.environ.get("CONNECTOR_BENCH_LEADS", "5000"))
MATCH_SECONDS = max(300 * LEADS / 100_000, 60)
MEGABYTES = 500
ONE_SECONDS = 0.005


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Any]]:
    """A ledger file with strangers on both sides, and what filling it took."""
    file = tmp_path_factory.mktemp("population") / "connector.db"
    return file, run("fill", file, LEADS)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure beside the test's dot."""

    def line(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{LEADS:,} x {LEADS:,}: {text} ")

    return line


def test_one_stranger(filled: tuple[Path, Mapping[str, Any]], tell: Callable[[str], None]) -> None:
    """Its candidates on both sides found, compared and scored in 5 ms, with nothing in memory."""
    file, _ = filled
    spent = run("one", file, LEADS)
    tell(f"one against {spent['leads']:,} in {spent['median'] * 1e3:.1f} ms, at most {spent['worst'] * 1e3:.0f} ms")
    assert spent["median"] < ONE_SECONDS


def test_everybody(filled: tuple[Path, Mapping[str, Any]], tell: Callable[[str], None]) -> None:
    """100,000 on either side in five minutes and 500 MB; nobody is linked to somebody else."""
    file, filling = filled
    done = run("match", file, LEADS)
    share = done["persons"] / filling["persons"]
    tell(f"matched in {done['seconds']:.0f} s and {done['megabytes']:.0f} MB, filled in {filling['seconds']:.0f} s")
    tell(f"{done['linked']:,} linked ({share:.2%} of {filling['persons']:,} true pairs), {done['review']:,} in review")
    assert not done["wrong"]
    assert done["seconds"] < MATCH_SECONDS
    assert done["megabytes"] < MEGABYTES
