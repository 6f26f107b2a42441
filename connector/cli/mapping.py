"""The group `connector mapping`: the mapping file checked and tried out."""

import json as json_
import shlex
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from connector.cli.output import answer, answer_json, lines, progress, settings, story
from connector.core import lifecycle
from connector.core.mapping.draft import draft
from connector.core.mapping.json_schema import json_schema
from connector.core.mapping.model import Mapping
from connector.core.model import SIDES
from connector.core.trial import Trial, try_example
from connector.errors import Finding, MappingError, Misconfigured
from connector.looks import both, fitted
from connector.plugins import transforms
from connector.report.words import plain, side_name
from connector.settings import Settings
from connector.wiring import live_fields, open_crms, read_mapping

File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Default: the mapping of the settings.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
FAILED = 1

mapping_app = typer.Typer(no_args_is_help=True, help="The mapping file: check it, try it out.")


def add_to(app: typer.Typer) -> None:
    """Add this group."""
    app.add_typer(mapping_app, name="mapping")


@mapping_app.command("check")
def check_(
    file: File = None,
    live: Annotated[
        bool, typer.Option("--live", help="Compare it with the live fields and tables of both CRMs, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Check a mapping file for mistakes: by itself, and with --live against what both CRMs really have."""
    found = settings()
    try:
        mapping = read_mapping(found, file)
        if live:
            mapping = _fitted(found, mapping)
    except MappingError as error:
        if json:
            answer_json({"ok": False, "findings": [finding_json(finding) for finding in error.findings]})
        else:
            lines(*(plain(str(finding), 600) for finding in error.findings))
        story(f"{len(error.findings)} mistake{'s' if len(error.findings) > 1 else ''} found.", "red")
        raise typer.Exit(2) from None
    if json:
        rules = len(mapping.rules)
        notices = [*mapping.hints, *mapping.notices]
        answer_json(
            {
                "ok": True,
                "file": mapping.file,
                "live": live,
                "rules": rules,
                "findings": [],
                "notices": notices,
                "lifecycle": list(lifecycle.told(mapping)),
            }
        )
        return
    lookups = ", ".join(f"{side_name(side)} {name}" for side, name in mapping.lookups) or "none"
    fields = ", ".join(f"{len(mapping.fields(side))} fields of {side_name(side)}" for side in SIDES)
    lines(f"{mapping.file}: no mistakes")
    answer(f"{len(mapping.rules)} rules over {fields}; tables looked up: {lookups}.")
    for policy in lifecycle.told(mapping):
        answer(f"{plain(policy, 300).capitalize()}.")
    for notice in (*mapping.hints, *mapping.notices):
        answer(Text(f"note: {plain(notice, 300)}", "dim"))
    answer("It fits the live fields of both CRMs." if live else "With --live it is compared with both CRMs, too.")


def _fitted(found: Settings, mapping: Mapping) -> Mapping:
    """The mapping as both CRMs can carry it. Raises `MappingError` with everything that only they show."""
    with progress() as bar, open_crms(found, mapping) as crms:
        bar("reading both CRMs", 0, None)
        return fitted(mapping, both(crms, mapping))


def finding_json(finding: Finding) -> dict[str, object]:
    """One mistake in a file as JSON."""
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "text": finding.text,
        "nearest": list(finding.nearest),
    }


@mapping_app.command("test")
def try_(
    file: File = None,
    json: Json = False,
) -> None:
    """Try the examples of a mapping file: what each lead would become on the other side."""
    mapping = read_mapping(settings(), file)
    trials = [try_example(mapping, example) for example in mapping.examples]
    failed = [trial for trial in trials if trial.differences]
    if json:
        answer_json({"ok": not failed, "file": mapping.file, "examples": [_trial_json(trial) for trial in trials]})
    else:
        for trial in trials:
            _tell_trial(trial, mapping)
        answer(_summary(len(trials), len(failed), mapping))
    if failed:
        raise typer.Exit(FAILED)


def _tell_trial(trial: Trial, mapping: Mapping) -> None:
    name = plain(trial.example.name, 200)
    if not trial.differences:
        answer(Text.assemble(("ok    ", "green"), name))
        return
    answer(Text.assemble(("FAIL  ", "red"), name, (f"  {mapping.file}:{trial.example.line}", "dim")))
    for each in trial.differences:
        answer(Text(f"        {plain(each.what, 120)}"))
        answer(Text.assemble("          expected  ", (_shown(each.expected), "green")))
        answer(Text.assemble("          would be  ", (_shown(each.found), "red")))
        if each.why:
            answer(Text(f"          because   {plain(each.why, 300)}", "yellow"))


def _shown(text: str) -> str:
    return plain(text, 300) or "(blank)"


def _summary(count: int, failed: int, mapping: Mapping) -> str:
    if not count:
        return f"{mapping.file} has no examples; mappings/README.md shows how to write one under examples:."
    right = count - failed
    return f"{right} of {count} examples came out as written."


def _trial_json(trial: Trial) -> dict[str, object]:
    return {
        "name": trial.example.name,
        "line": trial.example.line,
        "ok": not trial.differences,
        "differences": [
            {"what": each.what, "expected": each.expected, "found": each.found, "why": each.why}
            for each in trial.differences
        ],
    }


@mapping_app.command("schema")
def schema_() -> None:
    """Print a JSON Schema of mapping files, for editors that complete and explain."""
    lines(json_.dumps(json_schema(transforms()), ensure_ascii=False, indent=2))


@mapping_app.command("init")
def init_(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this new file; without it, to stdout.")
    ] = None,
) -> None:
    """Write a first mapping, with comments and suggestions, from the live fields of both CRMs."""
    found = settings()
    if output is not None and output.exists():
        raise Misconfigured(f"{output} is there already, and is not overwritten; name another file.")
    with progress() as bar:
        bar("reading both CRMs", 0, None)
        fields, locations = live_fields(found)
    text = draft(fields, locations, found.operate_counterpart_field or "")
    if output is None:
        lines(*text.splitlines())
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Misconfigured(f"{output} cannot be written ({error.strerror}).") from None
    check = shlex.join(("connector", "mapping", "check", str(output), "--live"))
    story(f"The mapping is in {output}: go through it, then run `{check}`.")
