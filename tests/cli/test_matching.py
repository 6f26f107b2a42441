"""The group `connector matches`: what people see and decide."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from connector.core.match.weights import weights_of
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector, enter_double


@pytest.fixture
def double(sandbox: Sandbox, connector: Connector) -> str:
    """Somebody in Salesforce who looks like a lead that has its counterpart."""
    connector("backfill", "--apply")
    added = enter_double(sandbox)
    assert connector("sync").code == 4
    return f"salesforce:{added}"


def test_the_queue_is_looked_at_and_decided(double: str, connector: Connector) -> None:
    """list, show, accept (which cannot be), reject: two leads from now on."""
    listed = connector("matches", "list")
    assert listed.code == 0
    assert double in listed.out.replace("\n", "")
    (review,) = connector("matches", "list", "--json").json["matches"]
    assert review["id"] == double
    assert any(each["link"] and each["score"]["probability"] > 0.99 for each in review["candidates"])
    shown = connector("matches", "show", double)
    assert "last name" in shown.out
    assert "the same" in shown.out
    refused = connector("matches", "accept", double)
    assert refused.code == 2
    assert "linked already" in refused.err
    assert connector("matches", "reject", double).code == 0
    assert connector("sync").code == 0
    assert connector("matches", "list").out.strip() == "Nobody waits for a decision."


def test_duplicates_within_one_side_are_listed(double: str, connector: Connector) -> None:
    """As text and as JSON; nothing is merged."""
    assert "likely duplicates in Salesforce" in connector("matches", "duplicates").out
    (twins,) = connector("matches", "duplicates", "--json").json["duplicates"]
    assert double.partition(":")[2] in [each["id"] for each in twins["records"]]


def test_a_link_is_undone(sandbox: Sandbox, connector: Connector) -> None:
    """The two are left alone, whatever the next cycle reads."""
    connector("backfill", "--apply")
    link = connector("show", "L1", "--json").json["links"][0]
    assert connector("matches", "unlink", "L1").code == 0
    assert connector("sync").code == 0
    for side, record_id in link["ids"].items():
        (stranger,) = connector("show", f"{side}:{record_id}", "--json").json["strangers"]
        assert stranger["state"] == "ignored"
    assert connector("matches", "unlink", "L1").code == 2


def test_trained_weights_can_be_put_into_the_mapping(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """What is printed is the block of the file, and reads back as weights."""
    connector("backfill", "--apply")
    printed = connector("matches", "train")
    assert printed.code == 0
    weights = YAML(typ="safe").load(printed.out)["weights"]
    assert weights_of(weights).fields
    text = (Path(__file__).parents[2] / "mappings" / "lead.yaml").read_text(encoding="utf-8")
    block = "\n".join(f"  {line}" for line in printed.out.splitlines())
    (place / "mine.yaml").write_text(text.replace("match:\n", f"match:\n{block}\n", 1), encoding="utf-8")
    assert connector("mapping", "check", "mine.yaml").code == 0
