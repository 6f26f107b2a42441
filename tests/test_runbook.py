"""The runbook has a line for everything that somebody may look up in it at night."""

import re
import subprocess
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from connector.alerts import Limits, states
from connector.cli.main import CODES
from connector.core.model import SECOND
from connector.troubles import Kind, Trouble
from connector.vitals import Vitals
from connector.web.body import LARGEST

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


def _blocks(part: str, kind: str = "console") -> list[str]:
    """The fenced blocks of a part of "The host", as they are copied."""
    (text,) = re.findall(rf"^### {part}$(.*?)(?=^##)", TEXT, flags=re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for block in re.findall(rf"^ *```{kind}\n(.*?)```", text, re.MULTILINE | re.DOTALL)]


@pytest.mark.parametrize(
    ("part", "steps"),
    [
        ("pip", ["fill it in", "connector check", "backfill --mode link", "connector run"]),
        ("Container", ["docker build", "fill it in", "/data operate-salesforce-connector:0.1.0 check", "--detach"]),
        ("Compose", ["fill it in", "connector check", "up --detach", "backfill --mode link"]),
        ("systemd", ["fill it in", "# connector check", "--mode link ", "--mode link --apply", "enable --now"]),
        ("Kubernetes", ["fill it in", "--filename check.yaml", "--filename connector.yaml", "backfill --mode link"]),
    ],
)
def test_each_host_is_filled_in_and_checked_before_it_starts(part: str, steps: list[str]) -> None:
    """In this order, from blocks that can be copied; the first backfill in them only links, and only shows it."""
    text = "\n".join(_blocks(part))
    commands = re.sub(r" #(?! fill it in).*", " ", text)
    places = [commands.find(step) for step in steps]
    assert -1 not in places, dict(zip(steps, places, strict=True))
    assert places == sorted(places)
    backfills = [found.strip() for found in re.findall(r"backfill\b.*", commands)]
    assert backfills[0] == "backfill --mode link"
    assert all(command.startswith("backfill --mode link") for command in backfills)


def test_commands_beside_the_unit_see_what_the_unit_sees(tmp_path: Path) -> None:
    """The function of the runbook hands its words on as they are, and has the unit's ledger and secrets."""
    (function,) = (block for block in _blocks("systemd") if block.startswith("connector()"))
    stub = tmp_path / "systemd-run"
    stub.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n", encoding="utf-8")
    stub.chmod(0o700)
    script = f'{function}\nconnector preview --html "a page.html"\n'
    done = subprocess.run(
        ["/bin/sh", "-euc", script], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    words = done.stdout.splitlines()
    assert words[-4:] == ["/opt/connector/bin/connector", "preview", "--html", "a page.html"]
    unit = (DEPLOY / "connector.service").read_text(encoding="utf-8")
    lines = [line for line in unit.splitlines() if not line.startswith("#")]
    loaded = [line for line in lines if line.startswith("LoadCredential=")]
    assert [word for word in words if word.startswith("LoadCredential=")] == loaded
    given = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    files = dict(line.split("=", 2)[1:] for line in lines if "_FILE=" in line)
    credentials = "/run/credentials/connector-once.service"
    assert given == {
        "CONNECTOR_LEDGER": "sqlite:////var/lib/connector/connector.db",
        **{name: file.replace("%d", credentials) for name, file in files.items()},
    }
    assert "--unit=connector-once" in words
    for line in ("DynamicUser=yes", "StateDirectory=connector", "EnvironmentFile=/etc/connector/connector.env"):
        assert line in lines
        assert line in words


def test_a_container_without_compose_is_as_closed_as_with_it() -> None:
    """Read-only, no capability, no new privilege, time to finish a write, and open to its own machine alone."""
    (text,) = (block for block in _blocks("Container") if "docker run" in block)
    started = next(line for line in text.replace("\\\n", " ").splitlines() if "--detach" in line)
    for option in (
        "--read-only",
        "--cap-drop ALL",
        "--security-opt no-new-privileges",
        "--stop-timeout 90",
        "--restart unless-stopped",
        "--publish 127.0.0.1:8321:8321",
        "--volume connector:/data",
    ):
        assert option in started


def test_a_secret_in_a_path_is_kept_out_of_the_logs_of_the_proxy() -> None:
    """The lines for nginx log nothing of a nudge, and pass on no more than the job reads."""
    (lines,) = _blocks("Nudges", "nginx")
    location, *inner = [line.strip() for line in lines.splitlines()]
    assert location == "location /nudge/ {"
    assert {"access_log off;", "error_log /dev/null;", f"client_max_body_size {LARGEST // 1024}k;"} <= set(inner)
    ingress = (DEPLOY / "kubernetes/ingress.yaml").read_text(encoding="utf-8")
    assert 'enable-access-log: "false"' in ingress
