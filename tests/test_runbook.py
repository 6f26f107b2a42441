"""The runbook has a line for everything that somebody may look up in it at night."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from connector.alerts import Limits, states
from connector.cli.main import CODES
from connector.core.model import SECOND
from connector.troubles import Kind, Trouble
from connector.vitals import Vitals

DEPLOY = Path(__file__).parent.parent / "deploy"
TEXT = (DEPLOY / "README.md").read_text(encoding="utf-8")
HOUR = 3600 * SECOND
LIMITS = Limits(after=120 * SECOND, parked=50, stale=600 * SECOND)
WELL = Vitals(started=0, beat=HOUR, counts_from=HOUR, success=HOUR, turns=1, cycle=1)


def _section(heading: str) -> str:
    found = re.search(rf"^## \d+\. {heading}$(.*?)(?=^## )", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def _rows(heading: str) -> dict[str, str]:
    """What a table says, by its first column."""
    rows = re.findall(r"^\| ([^|]+) \| (.+) \|$", _section(heading), flags=re.MULTILINE)
    return {first.strip("`"): rest for first, rest in rows[1:]}


def _titles(vitals: Vitals) -> list[str]:
    return [state.title for state in states(vitals, 2 * HOUR, LIMITS, {}).values() if state is not None]


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.BUSY}))
def test_every_trouble_that_is_alerted_has_a_line(kind: Kind) -> None:
    """By the words that the message begins with."""
    known = _rows("Alerts, and what to do")
    titles = _titles(replace(WELL, trouble=Trouble(kind, "text", HOUR)))
    assert titles
    assert set(titles) & set(known)


def test_parked_leads_and_a_job_that_is_stale_have_lines() -> None:
    """Their titles hold figures."""
    vitals = replace(WELL, parked=70)
    patterns = [re.sub("N|…", ".+", title) for title in _rows("Alerts, and what to do")]
    titles = _titles(vitals)
    assert len(titles) == 2
    for title in titles:
        assert any(re.fullmatch(pattern, title) for pattern in patterns), title


def test_every_rule_of_prometheus_has_a_line_and_no_other() -> None:
    """A page at night names the rule."""
    groups = YAML(typ="safe", pure=True).load((DEPLOY / "prometheus/rules.yaml").read_text(encoding="utf-8"))["groups"]
    assert list(_rows("Rules of Prometheus")) == [rule["alert"] for group in groups for rule in group["rules"]]


def test_every_exit_code_has_a_line_with_what_to_do() -> None:
    """0 to 6."""
    rows = _rows("Exit codes")
    assert list(rows) == list("0123456")
    assert {str(code) for _, code in CODES} <= set(rows)
    assert all(row.split(" | ")[1].strip() for row in rows.values())


def test_every_secret_can_be_changed_by_the_book() -> None:
    """Each setting that is a secret has its line."""
    assert set(_rows("Change a secret")) == {
        "nudge secret",
        "Salesforce client secret",
        "Salesforce private key",
        "Operate password",
        "Operate client secret",
        "password of the console",
        "secret of the company's login",
        "alert addresses",
    }


def test_a_lost_ledger_is_looked_at_before_it_is_made_anew() -> None:
    """The preview comes first, and what is lost for good is said."""
    steps = _section("The ledger is lost")
    assert 0 < steps.index("`connector ledger rebuild` reads") < steps.index("`connector ledger rebuild --apply`")
    assert "Lost for good" in steps
