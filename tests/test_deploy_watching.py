"""Alert rules and the dashboard: every figure that they name is one that the running job serves."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connector.core.model import Side
from connector.crm.budget import OWN, USAGE
from connector.ledger.port import Ledger
from connector.ledger.sqlite import SqliteLedger
from connector.troubles import Kind
from tests.cycle.people import started
from tests.hosted.conftest import serving
from tests.hosted.stage import Stage
from tests.simulation.world import World

ROOT = Path(__file__).parent.parent
RULES = ROOT / "deploy/prometheus/rules.yaml"
DASHBOARD = ROOT / "deploy/grafana/dashboard.json"
CONFIG = ROOT / "deploy/prometheus/prometheus.example.yaml"
RULES_TEST = ROOT / "tests/hosted/rules_test.yaml"
OF_PROMETHEUS = {"up"}


def _rules() -> list[Any]:
    (group,) = YAML(typ="safe", pure=True).load(RULES.read_text(encoding="utf-8"))["groups"]
    rules: list[Any] = group["rules"]
    return rules


def _dashboard() -> Any:
    return json.loads(DASHBOARD.read_text(encoding="utf-8"))


def _panel_expressions() -> list[str]:
    return [target["expr"] for panel in _dashboard()["panels"] for target in panel["targets"]]


@pytest.fixture(scope="module")
def scraped() -> dict[str, dict[str, set[str]]]:
    """What a job that has run a cycle serves: names of figures, their labels, and the values of those."""
    world = World()
    try:
        started(world, "ada", "bo")
        stage = Stage(world)
        stage.turn()
        return _labels(_metrics(stage))
    finally:
        world.close()


def _metrics(stage: Stage) -> str:
    """The text of /metrics, with the ledger of another thread that knows of API requests."""
    now = stage.world.time.now // 1_000_000

    @contextmanager
    def ledger() -> Iterator[Ledger]:
        opened = SqliteLedger.open(":memory:")
        try:
            with opened.transaction():
                for name, text in ((USAGE, f"5000/100000@{now}"), (OWN, f"{now // 3600}:40")):
                    opened.log.set_mark(f"notes.{Side.SALESFORCE}.{name}", text)
            yield opened
        finally:
            opened.close()

    with serving(stage.job.board, read_ledger=ledger, clock=stage.world.time) as web:
        return web.ask("GET", "/metrics").text


def _labels(text: str) -> dict[str, dict[str, set[str]]]:
    found: dict[str, dict[str, set[str]]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+", line).groups()  # type: ignore[union-attr]
        for label, value in re.findall(r'(\w+)="([^"]*)"', labels or ""):
            found.setdefault(name, {}).setdefault(label, set()).add(value)
    return found


def _named(expression: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The figures of an expression, with the labels that it asks for."""
    return [
        (name, re.findall(r'(\w+)(!?=~?)"([^"]*)"', labels))
        for name, labels in re.findall(r"\b(connector_\w+|up)\b(?:\{([^}]*)\})?", expression)
    ]


def _wrong(expression: str, scraped: dict[str, dict[str, set[str]]]) -> list[str]:
    """What an expression names that nobody serves."""
    wrong = []
    for name, labels in _named(expression):
        if name in OF_PROMETHEUS:
            continue
        if name not in scraped:
            wrong.append(name)
            continue
        for label, how, value in labels:
            if how in {"=", "!="} and value not in scraped[name].get(label, set()):
                wrong.append(f"{name}{{{label}={value!r}}}")
    return wrong


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_a_rule_asks_for_what_the_job_serves(rule: Any, scraped: dict[str, dict[str, set[str]]]) -> None:
    """Each figure, each label and each value of one that it names is in a real scrape."""
    assert _named(rule["expr"])
    assert _wrong(rule["expr"], scraped) == []
    asked = set(re.findall(r"\$labels\.(\w+)", json.dumps(rule["annotations"])))
    first, _ = _named(rule["expr"])[0]  # an alert has the labels of what stands left
    assert asked <= set(scraped.get(first, {}))


def test_a_rule_that_names_something_else_would_be_found(scraped: dict[str, dict[str, set[str]]]) -> None:
    """A figure, a label or a value that does not exist."""
    assert _wrong("connector_age > 1", scraped) == ["connector_age"]
    assert _wrong('connector_trouble{kind="gone"} == 1', scraped) == ["connector_trouble{kind='gone'}"]
    assert _wrong('connector_ready{side="operate"} == 0', scraped) == ["connector_ready{side='operate'}"]


def test_rules_have_names_of_their_own_a_severity_and_a_summary() -> None:
    """What a pager shows."""
    rules = _rules()
    names = [rule["alert"] for rule in rules]
    assert len(names) == len(set(names))
    for rule in rules:
        assert re.fullmatch(r"Connector[A-Za-z]+", rule["alert"])
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert rule["annotations"]["summary"]


def test_the_job_that_is_scraped_is_the_one_whose_absence_is_told() -> None:
    """Another name would alert for ever."""
    config = YAML(typ="safe", pure=True).load(CONFIG.read_text(encoding="utf-8"))
    (job,) = config["scrape_configs"]
    jobs = {
        value for rule in _rules() for _, labels in _named(rule["expr"]) for name, _, value in labels if name == "job"
    }
    assert jobs == {job["job_name"]}
    assert [CONFIG.parent / file for file in config["rule_files"]] == [RULES]


def test_every_trouble_that_lasts_has_a_rule() -> None:
    """Whoever adds a trouble adds a rule. One that ends the process is seen by its absence."""
    asked = {
        value
        for rule in _rules()
        for name, labels in _named(rule["expr"])
        for label, _, value in labels
        if (name, label) == ("connector_trouble", "kind")
    }
    assert asked == set(Kind) - {Kind.STOPPED}


def test_every_rule_has_a_case_in_which_it_fires() -> None:
    """The cases for promtool name each rule, so that one without a case is noticed where promtool is missing, too."""
    text = RULES_TEST.read_text(encoding="utf-8")
    assert set(re.findall(r'alertname="(\w+)"', text)) == {rule["alert"] for rule in _rules()}


def test_the_dashboard_shows_what_the_job_serves(scraped: dict[str, dict[str, set[str]]]) -> None:
    """Each expression asks for figures that exist, of the pair that was chosen, from the source that was chosen."""
    dashboard = _dashboard()
    assert {each["name"] for each in dashboard["templating"]["list"]} == {"datasource", "pair"}
    for expression in _panel_expressions():
        assert _named(expression)
        assert _wrong(expression, scraped) == []
        assert all(("pair", "=~", "$pair") in labels for _, labels in _named(expression)), expression
    for panel in dashboard["panels"]:
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} == {"${datasource}"}
        labels = set(re.findall(r"\{\{(\w+)\}\}", json.dumps(panel["targets"])))
        served = {label for target in panel["targets"] for name, _ in _named(target["expr"]) for label in scraped[name]}
        assert labels <= served, panel["title"]


def test_panels_have_names_numbers_and_places_of_their_own() -> None:
    """No two lie on each other, and none reaches over the edge."""
    panels = _dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(place["x"] + right, place["y"] + down) for right in range(place["w"]) for down in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None and not os.environ.get("CI"), reason="no promtool on this machine")
def test_promtool_takes_the_rules_and_each_fires_in_its_case(tmp_path: Path) -> None:
    """Also the expressions of the dashboard are ones that Prometheus understands."""
    for file in (RULES, RULES_TEST, CONFIG):
        shutil.copy(file, tmp_path)
    shown = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, expression in enumerate(_panel_expressions())
    ]
    (tmp_path / "panels.yaml").write_text(json.dumps({"groups": [{"name": "panels", "rules": shown}]}), "utf-8")
    for words in (
        ["check", "config", CONFIG.name],
        ["check", "rules", "rules.yaml", "panels.yaml"],
        ["test", "rules", "rules_test.yaml"],
    ):
        done = subprocess.run(["promtool", *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)  # noqa: S607
        assert done.returncode == 0, done.stdout + done.stderr
