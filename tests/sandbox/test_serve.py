"""The running sandbox: reachable with the settings it gives, filled, and gone when its block ends."""

import json
import socket
import subprocess
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from connector.sandbox.examples import curl_examples, edited
from connector.sandbox.http import Clock
from connector.sandbox.operate import OperateConfig
from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.serve import Sandbox, serving


def _post(url: str, form: dict[str, str]) -> dict[str, object]:
    with urlopen(Request(url, urlencode(form).encode(), method="POST"), timeout=5) as answer:  # noqa: S310 - loopback
        found: dict[str, object] = json.load(answer)
        return found


def _get(url: str, token: object) -> dict[str, object]:
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - loopback
    with urlopen(request, timeout=5) as answer:  # noqa: S310 - loopback
        found: dict[str, object] = json.load(answer)
        return found


def _salesforce_token(sandbox: Sandbox) -> object:
    values = sandbox.settings
    form = {"grant_type": "client_credentials", "client_id": values["SALESFORCE_CLIENT_ID"]}
    form["client_secret"] = values["SALESFORCE_CLIENT_SECRET"]
    return _post(values["SALESFORCE_URL"] + "/services/oauth2/token", form)["access_token"]


def _operate_token(sandbox: Sandbox) -> object:
    values = sandbox.settings
    form = {"grant_type": "password", "scope": "hubapi", "client_id": values["OPERATE_CLIENT_ID"]}
    form |= {"client_secret": values["OPERATE_CLIENT_SECRET"], "username": values["OPERATE_USERNAME"]}
    form["password"] = values["OPERATE_PASSWORD"]
    return _post(values["OPERATE_URL"] + "/oauth2/token", form)["access_token"]


def test_the_settings_lead_to_both_stand_ins_and_their_people() -> None:
    """Whoever has only the settings can log in on both sides and count the leads."""
    with serving(count=40, seed=5) as sandbox:
        counting = urlencode({"q": "SELECT COUNT() FROM Lead"})
        url = f"{sandbox.settings['SALESFORCE_URL']}/services/data/v67.0/query?{counting}"
        here = _get(url, _salesforce_token(sandbox))
        there = _get(
            sandbox.settings["OPERATE_URL"] + "/api/1.0/lead?startrecord=1&endrecord=1", _operate_token(sandbox)
        )
        groups = sandbox.population
        assert here["totalSize"] == len(groups.shared) + len(groups.salesforce_only)
        response = there["response"]
        assert isinstance(response, dict)
        assert response["totalCount"] == str(len(groups.shared) + len(groups.operate_only))


def test_the_settings_name_all_the_connector_needs_and_nothing_else() -> None:
    """The counterpart field is named only where the tenant has one."""
    always = {"SALESFORCE_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "OPERATE_URL", "OPERATE_CLIENT_ID"}
    always |= {"OPERATE_CLIENT_SECRET", "OPERATE_USERNAME", "OPERATE_PASSWORD"}
    with serving(count=0) as sandbox:
        assert sandbox.settings.keys() == always | {"OPERATE_COUNTERPART_FIELD"}
        assert sandbox.settings["OPERATE_COUNTERPART_FIELD"] == "ud_salesforceid"
    with serving(count=0, operate_config=OperateConfig(counterpart_field=None)) as sandbox:
        assert sandbox.settings.keys() == always


def test_one_clock_turns_both_sides() -> None:
    """A test moves time once, and both CRMs agree about it."""
    clock = Clock()
    with serving(count=0, clock=clock) as sandbox:
        clock.advance(3600)
        assert sandbox.clock is sandbox.salesforce.clock is sandbox.operate.clock is clock
        assert sandbox.salesforce_server.clock is sandbox.operate_server.clock is clock


def test_ports_can_be_chosen_and_are_free_again_afterwards() -> None:
    """Bookmarks and scripts keep working; nothing is left listening."""
    with serving(count=0) as sandbox:
        ports = [urlsplit(sandbox.settings[name]).port for name in ("SALESFORCE_URL", "OPERATE_URL")]
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port or 0), timeout=1)
    with serving(count=0, salesforce_port=ports[0] or 0, operate_port=ports[1] or 0) as sandbox:
        assert sandbox.settings["SALESFORCE_URL"] == f"http://127.0.0.1:{ports[0]}"
        assert sandbox.settings["OPERATE_URL"] == f"http://127.0.0.1:{ports[1]}"


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind() -> None:
    """The stand-in that was started first is stopped again."""
    with serving(count=0) as first:
        taken = urlsplit(first.settings["OPERATE_URL"]).port or 0
        with pytest.raises(OSError, match="in use"), serving(count=0, operate_port=taken):
            pytest.fail("two servers listen on one port")


def test_the_configurations_reach_the_stand_ins() -> None:
    """A demo can show an org or a tenant of another kind."""
    with serving(
        count=10, salesforce_config=SalesforceConfig(plain_org=True), operate_config=OperateConfig(page_limit=7)
    ) as sandbox:
        assert sandbox.salesforce.config.plain_org
        assert sandbox.operate.config.page_limit == 7


def test_the_examples_for_curl_work_in_a_shell_as_they_are() -> None:
    """Pasted one after the other they do what they say: tokens, queries, and on each side a new lead and an edit."""
    with serving(count=12) as sandbox:
        before = len(sandbox.operate.leads()), len(sandbox.salesforce.leads())
        here, there = edited(sandbox)
        script = "set -eu\n" + "\n".join(f"{example.command}\necho" for example in curl_examples(sandbox))
        done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, timeout=30, check=True)
        assert (len(sandbox.operate.leads()), len(sandbox.salesforce.leads())) == (before[0] + 1, before[1] + 1)
        assert sandbox.salesforce.leads()[here]["City"] == "Bristol"
        assert sandbox.operate.leads()[there]["town"] == "Leeds"
        statuses = {entry.status for entry in sandbox.operate_server.journal + sandbox.salesforce_server.journal}
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    assert len(answers[0]["records"]) == 3
    assert answers[1]["success"] is True
    assert len(answers[2]["response"]["leads"]) == 3
    assert answers[3]["response"]["leads"][0]["leadname"] == "Example Ltd"
    assert answers[4]["response"]["leads"][0]["town"] == "Leeds"
    assert [entry["method"] for entry in answers[5]] == ["POST", "GET", "PUT", "POST"]
    assert statuses == {200, 201, 204}


def test_where_nobody_is_there_nobody_is_edited() -> None:
    """The examples of an empty sandbox make leads and change none."""
    with serving(count=0) as sandbox:
        assert edited(sandbox) == ("", "")
        assert not any("edits" in example.what for example in curl_examples(sandbox))
