"""`connector check` and the right to delete leads, where the mapping's lifecycle asks for it."""

from pathlib import Path
from typing import Any

import pytest

from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector

DEFAULT = Path(__file__).parents[2] / "mappings/lead.yaml"
KEPT = {
    "salesforce": "salesforce: {converted: keep, deleted: keep, merged: keep}",
    "operate": "operate: {converted: keep, deleted: keep}",
}
IN_SALESFORCE = "operate: {deleted: delete}"
IN_OPERATE = "salesforce: {deleted: delete}"


def checked(connector: Connector, place: Path, lifecycle: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a check under such a lifecycle, and what it says of deletes."""
    mapping = place / "mappings/lead.yaml"
    mapping.parent.mkdir(exist_ok=True)
    text = DEFAULT.read_text(encoding="utf-8")
    mapping.write_text(text.replace(KEPT[lifecycle.partition(":")[0]], lifecycle), encoding="utf-8")
    ran = connector("check", "--json")
    return ran.code, [step for step in ran.json["checks"] if "delete" in step["text"]]


def test_a_user_without_the_right_to_delete_is_told_which_permission_set_it_lacks(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """Before the first partner is parked for it; once it is assigned, or the mapping deletes nobody, all is right."""
    sandbox.salesforce.reconfigure(may_delete=False)
    code, (step,) = checked(connector, place, IN_SALESFORCE)
    assert (code, step["check"], step["state"]) == (2, "Salesforce", "fail")
    assert "Operate Sync Delete" in step["text"]
    assert checked(connector, place, "operate: {deleted: keep}") == (0, [])
    sandbox.salesforce.reconfigure(may_delete=True)
    code, (step,) = checked(connector, place, IN_SALESFORCE)
    assert (code, step["check"], step["state"]) == (0, "Salesforce", "ok")
    assert "Modify All" in step["text"]


@pytest.mark.parametrize("may", [True, False])
def test_what_operate_does_not_tell_is_a_warning(
    sandbox: Sandbox, connector: Connector, place: Path, may: bool
) -> None:
    """Whatever the user may do in Salesforce, where nothing is deleted."""
    sandbox.salesforce.reconfigure(may_delete=may)
    code, (step,) = checked(connector, place, IN_OPERATE)
    assert (code, step["check"], step["state"]) == (0, "Operate", "warn")
    assert "does not tell" in step["text"]
