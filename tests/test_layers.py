"""The shape of the code: imports point down, one module reads the environment, one speaks httpx, none is too long."""

import ast
from collections.abc import Iterator
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "connector"
LONGEST = 350
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_point_downwards_only() -> None:
    """The contracts of pyproject.toml hold: layers, the pure core, and the sandbox as an island."""
    config = str(ROOT / "pyproject.toml")
    assert lint_imports(config_filename=config, no_cache=True, is_debug_mode=False) == 0


def test_only_the_settings_read_the_environment() -> None:
    """A setting that is read elsewhere would not be checked, documented or shown by `check`."""
    readers = {
        name
        for name, tree in _modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and {a.name for a in node.names} & ENVIRONMENT)
    }
    assert readers == {"settings.py"}


def test_only_one_module_speaks_httpx() -> None:
    """The library could be exchanged in one place."""
    speakers = {name for name, tree in _modules() if any(each.split(".")[0] == "httpx" for each in _imported(tree))}
    assert speakers == {"crm/http.py"}


def test_no_module_is_too_long() -> None:
    """A module that outgrows a few screens has two purposes."""
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: count for name, count in lengths.items() if count > LONGEST} == {}


def test_nothing_is_printed_past_the_commands() -> None:
    """stdout belongs to the answer of a command: no `print`, and no console outside cli/."""
    printing = {
        name
        for name, tree in _modules()
        if any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(tree))
        or ("rich.console.Console" in set(_imported(tree)) and not name.startswith("cli/"))
    }
    assert printing == set()
