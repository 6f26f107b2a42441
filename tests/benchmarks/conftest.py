"""Benchmarks run when they are asked for by their folder (`make bench`), not with every test."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a folder of benchmarks out unless a path inside it was named."""
    asked = any("benchmarks" in Path(argument.partition("::")[0]).parts for argument in config.args)
    return None if asked else collection_path.parent == Path(__file__).parent or None
