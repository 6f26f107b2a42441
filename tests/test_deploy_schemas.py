"""What administrators get fits the published schemas, as tools that many use have them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_deploy import with_extras

DEPLOY = Path(__file__).parent.parent / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
RELEASES = ["1.29", "1.37"]
"""Of Kubernetes: the oldest that is promised, and the newest that is known here."""


def _manifests(release: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """Validate manifests; a key that a release does not know counts as a mistake."""
    command = [str(Path(sys.executable).with_name("kubernetes-validate")), "--strict", "--kubernetes-version", release]
    return subprocess.run([*command, *files], capture_output=True, text=True, timeout=120)


def _compose(file: Path) -> subprocess.CompletedProcess[str]:
    """Validate against the schema of the Compose Specification."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*command, file], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("release", RELEASES)
def test_manifests_fit_the_schema_of_a_release_of_kubernetes(release: str) -> None:
    """Each document of each file, with no key too many."""
    done = _manifests(release, *MANIFESTS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(MANIFESTS) >= 6
    for file in MANIFESTS:
        documents = [part for part in file.read_text(encoding="utf-8").split("\n---\n") if "\nkind: " in f"\n{part}"]
        assert (done.stdout + done.stderr).count(f"{file.name} passed") == len(documents) > 0


def test_a_key_that_kubernetes_does_not_know_is_found(tmp_path: Path) -> None:
    """So the tests above see a typing mistake."""
    wrong = tmp_path / "wrong.yaml"
    text = (DEPLOY / "kubernetes/connector.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("livenessProbe:", "lifenessProbe:"), encoding="utf-8")
    assert _manifests(RELEASES[-1], wrong).returncode != 0


@pytest.mark.parametrize("extras", [False, True])
def test_compose_file_fits_the_compose_specification(extras: bool, tmp_path: Path) -> None:
    """As it is, and with the lines for nudges, alerts, the console and its proxy switched on."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    if extras:
        text = text.replace("      # CONNECTOR_CONSOLE_PROXIES", "      CONNECTOR_CONSOLE_PROXIES")
        text = re.sub(r"^# (networks:|  )", r"\1", with_extras(text), flags=re.MULTILINE)
        assert "\nnetworks:" in text
    file = tmp_path / "compose.yaml"
    file.write_text(text, encoding="utf-8")
    done = _compose(file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_key_that_compose_does_not_know_is_found(tmp_path: Path) -> None:
    """So the test above sees a typing mistake."""
    wrong = tmp_path / "compose.yaml"
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("read_only:", "readonly:"), encoding="utf-8")
    assert _compose(wrong).returncode != 0
