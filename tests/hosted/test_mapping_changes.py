"""Somebody edits the mapping file while the hosted job runs, and perhaps runs a command with it, too."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from connector.core.model import SECOND
from connector.cycle import sync
from connector.errors import MappingError
from connector.rules import taken
from connector.sandbox.serve import serving
from connector.service import Job, Tempo
from connector.settings import load
from connector.troubles import Kind, Trouble
from connector.vitals import unready
from connector.wiring import mapping_sign, open_ledger, open_pair, wall_clock
from tests.cycle.people import OP, SF, edit, shows, started
from tests.hosted.console import PACE, consoled
from tests.hosted.stage import LIMITS, Stage
from tests.simulation.world import MAPPING, World

CLEARS = MAPPING.replace("operate: town, fit: cut}", "operate: town, fit: cut, blank: clear}")
"""The same mapping, in which a blank city is carried over."""
BROKEN = MAPPING.replace("rules:", "roles:")
PACKAGED = Path(__file__).parent.parent.parent / "mappings/lead.yaml"


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A job on a ledger whose first backfill is done, and one turn."""
    world = World()
    started(world, "ada", "bo")
    stage = Stage(world)
    stage.turn()
    yield stage
    world.close()


def _command(stage: Stage, text: str) -> None:
    """Somebody runs `connector sync` in another process, with a mapping that says this."""
    world = stage.world
    sync(replace(world.pair, mapping=world.mapping(text), taken=taken(world.ledger)))


def _both(stage: Stage) -> tuple[str, str]:
    """A lead of both sides: its ids."""
    record = next(iter(stage.world.operate.records().values()))
    return record.counterpart_id, record.record_id


def test_a_command_that_has_read_the_edited_file_first_undoes_no_edit(stage: Stage) -> None:
    """The job reads it, too, before it does anything else; what somebody edits afterwards arrives."""
    here, there = _both(stage)
    edit(stage.world, OP, there, city="Rome")
    stage.turn(2)
    stage.file = CLEARS
    _command(stage, CLEARS)
    edit(stage.world, OP, there, city="Whitby")
    stage.turn(3)
    assert (shows(stage.world, SF, here, "city"), shows(stage.world, OP, there, "city")) == ("Whitby", "Whitby")
    edit(stage.world, OP, there, city="")
    stage.turn(2)
    assert shows(stage.world, SF, here, "city") == ""


def test_an_edited_file_is_in_force_with_the_next_turn(stage: Stage) -> None:
    """It is said once, and nobody has to start anything."""
    here, there = _both(stage)
    edit(stage.world, OP, there, city="Rome")
    stage.turn(2)
    stage.file = CLEARS
    stage.turn()
    edit(stage.world, OP, there, city="")
    stage.turn(2)
    assert shows(stage.world, SF, here, "city") == ""
    assert [text for text in stage.said if "mapping" in text] == ["the mapping was changed: the new one is in force"]
    assert stage.vitals.mapping is not None
    assert stage.vitals.mapping.rules["city"].blank == "clear"


def test_a_broken_file_is_said_once_and_leads_stay_in_step_by_the_one_before(stage: Stage) -> None:
    """An alert tells it when it stays so, and when it is mended; a restart meanwhile would not have come up."""
    here, there = _both(stage)
    stage.file = BROKEN
    stage.turn()
    assert stage.alerts == []
    edit(stage.world, OP, there, city="Rome")
    stage.turn(5)
    assert shows(stage.world, SF, here, "city") == "Rome"
    assert not unready(stage.vitals, stage.world.time(), LIMITS.stale)
    assert stage.vitals.flaw is not None
    assert stage.vitals.flaw.kind is Kind.MAPPING
    assert "roles" in stage.vitals.flaw.text
    stage.file = CLEARS
    stage.turn(2)
    assert stage.vitals.flaw is None
    assert stage.titles() == [
        "The mapping file cannot be used; the mapping from before stays in force",
        "The mapping file can be used again",
    ]
    assert len([text for text in stage.said if "cannot be used" in text]) == 2  # the log, and that an alert was sent


def test_a_file_that_is_broken_for_a_moment_alerts_nobody(stage: Stage) -> None:
    """An editor writes it in two steps; what it said before is in force all the time."""
    stage.file = BROKEN
    stage.turn()
    stage.file = ""
    stage.turn(3)
    assert stage.vitals.flaw is None
    assert not any("was changed" in text for text in stage.said)
    stage.file = BROKEN
    stage.turn()
    assert stage.vitals.flaw is not None
    assert stage.titles() == []


def test_a_command_with_another_file_is_not_fought(stage: Stage) -> None:
    """The job waits and says so; started anew, its own mapping counts: somebody decided that."""
    here, there = _both(stage)
    edit(stage.world, OP, there, city="Rome")
    stage.turn(2)
    _command(stage, CLEARS)
    edit(stage.world, OP, there, city="Whitby")
    stage.turn(3)
    assert stage.vitals.trouble is not None
    assert stage.vitals.trouble.kind is Kind.OTHER_MAPPING
    assert shows(stage.world, OP, there, "city") == "Whitby"
    _command(stage, CLEARS)
    assert shows(stage.world, SF, here, "city") == "Whitby"
    stage.start()
    stage.turn(2)
    assert stage.vitals.trouble is None
    assert shows(stage.world, OP, there, "city") == "Whitby"
    assert stage.titles() == [
        "Another process uses another mapping; nothing is written",
        "The mapping is the same again",
    ]


def test_a_job_whose_file_broke_after_a_command_had_read_it_waits_for_it(stage: Stage) -> None:
    """What it had read itself is older than what is in force, and the file is no help."""
    _command(stage, CLEARS)
    stage.file = BROKEN
    stage.turn(2)
    assert stage.job.failure is None
    assert stage.vitals.trouble is not None
    assert stage.vitals.trouble.kind is Kind.OTHER_MAPPING
    stage.file = CLEARS
    stage.turn(2)
    assert not any([stage.vitals.trouble, stage.vitals.flaw])


def test_a_real_file_is_edited_broken_and_mended_under_a_real_job(tmp_path: Path) -> None:
    """Settings, file and ledger as `run` has them."""
    file = tmp_path / "lead.yaml"
    text = PACKAGED.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    with serving(count=3, messy=False) as sandbox:
        own = {"CONNECTOR_LEDGER": f"sqlite:///{tmp_path}/connector.db", "CONNECTOR_MAPPING": str(file)}
        settings = load({**sandbox.settings, **PACE, **own}, tmp_path)
        said: list[str] = []
        job = Job(
            partial(open_pair, settings),
            partial(open_ledger, settings),
            Tempo(60),
            say=lambda told, /, event="job", **facts: said.append(told),
            stop=Event(),
            sign=partial(mapping_sign, settings),
        )
        for content in (text, "rules: [", text, text + "# a word\n"):
            file.write_text(content, encoding="utf-8")
            job.turn()
        file.unlink()
        job.turn()
        flaw = job.board.vitals.flaw
        job.close()
    assert job.failure is None
    assert flaw is not None
    assert "cannot be read" in flaw.text
    kept = "the mapping file cannot be used, the mapping from before stays in force: "
    assert [told.partition(": ")[0] + ": " for told in said if "mapping" in told and "backfill" not in told] == [
        kept,
        "goes on: ",
        "the mapping was changed: ",
        kept,
    ]


def test_the_console_shows_the_mapping_in_force_and_that_its_file_says_something_else(tmp_path: Path) -> None:
    """While a file is broken, and until a changed one is taken up."""
    with consoled(tmp_path, guarded=False) as it:
        it.backfill()
        with open_pair(it.settings) as pair:
            mapping = pair.mapping
        browser = it.browser()
        it.board.change(mapping=mapping)
        assert 'role="alert"' not in browser.get("/console/mapping").text
        changed = replace(mapping.rules["email"], fingerprint="another")
        it.board.change(mapping=replace(mapping, rules={**mapping.rules, "email": changed}))
        assert "the next cycle takes it up" in browser.get("/console/mapping").text
        flaw = Trouble(Kind.MAPPING, "lead.yaml:3:1: 'roles' is no rule", wall_clock() - SECOND)
        it.board.change(flaw=flaw, beat=wall_clock())
        assert "is no rule" in browser.get("/console/mapping").text
        assert "The mapping file cannot be used" in browser.get("/console").text


def test_a_mapping_that_cannot_be_used_at_the_start_ends_the_job(stage: Stage) -> None:
    """There is none before it that could stay in force."""
    stage.file = BROKEN
    stage.start()
    stage.turn()
    assert isinstance(stage.job.failure, MappingError)
