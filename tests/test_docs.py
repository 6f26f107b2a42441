"""The README cannot rot: every command, option and setting it should name is there, and what it shows can be run."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from connector.cli import app
from connector.cli.main import CODES
from connector.settings import NAMES, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/README.md"]


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that can be run, by its words."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
        return
    for name, each in inner.items():
        yield from _commands(each, (*path, name))


def _shown(file: str) -> list[str]:
    """The `connector …` lines of the fenced blocks of a document, without comments."""
    text = (ROOT / file).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("connector ")]


def test_every_command_is_in_the_table_of_the_readme() -> None:
    """Somebody who adds a command writes a line about it."""
    for path in _commands(typer.main.get_command(app)):
        assert f"| `connector {' '.join(path)}` |" in README


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    """A line of the table stands for a real command."""
    known = {" ".join(path) for path in _commands(typer.main.get_command(app))}
    assert set(re.findall(r"^\| `connector ([a-z ]+)` \|", README, flags=re.MULTILINE)) == known


@pytest.mark.parametrize("line", [line for file in DOCUMENTS for line in _shown(file)])
def test_every_command_line_that_is_shown_parses(line: str) -> None:
    """What a reader copies is understood: command, options and their values."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(line, comments=True)[1:]
    while inner := getattr(command, "commands", None):
        command = inner[words.pop(0)]
    command.make_context(line, words)


def test_every_setting_is_in_the_table_with_its_default() -> None:
    """The table of settings is complete, and its defaults are the real ones."""
    rows = {
        row[0]: row[1].strip(" `")
        for row in re.findall(r"^\| `([A-Z_]+)` \| [^|]* \|([^|]*)\|$", README, flags=re.MULTILINE)
    }
    keys = {name: "SALESFORCE_PRIVATE_KEY" if name == "SALESFORCE_PRIVATE_KEY_FILE" else name for name in rows}
    assert sorted(keys.values()) == sorted(NAMES)
    for row, name in keys.items():
        default = Settings.model_fields[name.lower()].default
        if isinstance(default, str | int | float) and default:
            assert rows[row] == (f"{default:g}" if isinstance(default, float) else str(default)), name


def test_every_exit_code_is_explained() -> None:
    """0 to 6, each once."""
    assert re.findall(r"^\| (\d) \|", README, flags=re.MULTILINE) == list("0123456")
    assert {code for _, code in CODES} <= set(range(7))


@pytest.mark.parametrize("file", DOCUMENTS)
def test_every_link_leads_to_a_file_that_is_there(file: str) -> None:
    """Links between documents hold."""
    text = (ROOT / file).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / file).parent / link).exists(), link


def test_the_layers_that_are_described_are_the_ones_that_are_there() -> None:
    """Every module at the top of the package has its line in CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in (ROOT / "connector").iterdir():
        if path.name.startswith("_") or (path.is_dir() and not (path / "__init__.py").exists()):
            continue
        assert f"`{path.name}{'/' if path.is_dir() else ''}`" in text, path.name
