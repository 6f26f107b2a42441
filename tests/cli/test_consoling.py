"""The console of a job that runs as a process, and the command that makes its password."""

import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from argon2 import PasswordHasher

from connector.console.entrance import BACK, COMPANY
from connector.sandbox.serve import Sandbox
from tests.cli.conftest import Connector
from tests.cli.test_hosting import COMMAND, PATIENCE, hosted
from tests.hosted.company import CLIENT, SECRET, Provider, provided
from tests.hosted.console import HASHES, PASSWORD, Browser

PASSWORDS = {"CONNECTOR_CONSOLE_PASSWORD_HASH": f"'{next(iter(HASHES.values()))}'"}


def test_the_console_pauses_the_job_and_lets_it_go_on(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """The worker hears of it at once, although its interval is a minute, and its log has the name."""
    assert connector("backfill", "--apply").code in {0, 4}
    with hosted(place, CONNECTOR_CONSOLE="on", **PASSWORDS) as job:
        browser = Browser(job.until("listening")["address"])
        job.until("cycle")
        assert browser.login(PASSWORD).status == 303
        assert "Leads are kept in step." in browser.get("/console").text
        browser.submit("/console", "/console/pause")
        assert "by Ann Example" in job.until("pause")["text"]
        browser.submit("/console", "/console/resume")
        job.until("resume")
        job.until("cycle", 2)
        assert {line["by"] for line in job.events("console")} == {"Ann Example"}
        assert job.end() == 0


def test_a_first_backfill_is_consented_to_in_the_console_of_a_job_that_waits(sandbox: Sandbox, place: Path) -> None:
    """From an empty ledger to the first cycle of the worker, without a terminal."""
    with hosted(place, CONNECTOR_CONSOLE="on") as job:
        browser = Browser(job.until("listening")["address"])
        job.until("backfill")
        browser.submit("/console/preview", "/console/preview", mode="full")
        end = time.monotonic() + PATIENCE
        while "Start the first backfill" not in browser.get("/console/preview").text:
            assert time.monotonic() < end, job.log
            time.sleep(0.1)
        browser.submit("/console/preview", "/console/preview/backfill", plan="1", looked="yes")
        job.until("cycle", 2)
        assert "Leads are kept in step." in browser.get("/console").text
        job.end()


def company_of(place: Path, provider: Provider) -> dict[str, str]:
    """Settings of a console whose way in is that login, at a port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    provider.home = f"http://{listen}"
    (place / "company_secret").write_text(SECRET + "\n", encoding="utf-8")
    return {
        "CONNECTOR_CONSOLE": "on",
        "CONNECTOR_LISTEN": listen,
        "CONNECTOR_CONSOLE_URL": f"{provider.home}/",
        "CONNECTOR_OIDC_ISSUER": f"{provider.issuer}/",
        "CONNECTOR_OIDC_CLIENT_ID": CLIENT,
        "CONNECTOR_OIDC_CLIENT_SECRET_FILE": "company_secret",
        "CONNECTOR_OIDC_ROLE_CLAIM": "groups",
        "CONNECTOR_OIDC_OPERATORS": "Bosses, Sales Ops",
    }


def test_somebody_comes_into_a_running_job_by_the_company(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """All of it by settings; the job knows them by the name that the company gives, and its log has no secret."""
    assert connector("backfill", "--apply").code in {0, 4}
    with provided() as provider, hosted(place, **company_of(place, provider)) as job:
        browser = Browser(job.until("listening")["address"])
        sent = requests.get(browser.get(COMPANY).headers["location"], allow_redirects=False, timeout=10)
        where = urlsplit(sent.headers["location"])
        assert f"{where.scheme}://{where.netloc}" == browser.address
        assert "You are logged in" in browser.get(f"{where.path}?{where.query}").text
        assert browser.submit("/console", "/console/pause").status == 303
        assert "by Ann Example" in job.until("pause")["text"]
        assert job.end() == 0
    assert SECRET not in str(job.log) + str(job.plain)
    assert connector("status", "--json").json["paused"]["by"] == "Ann Example"


def test_check_asks_the_company_whether_anybody_could_come_in(
    sandbox: Sandbox, connector: Connector, place: Path
) -> None:
    """It says which address has to be registered there, and what is wrong; leads are kept in step without it."""
    with provided() as provider:
        settings = company_of(place, provider)
        with (place / ".env").open("a", encoding="utf-8") as env:
            env.writelines(f"{name}={text}\n" for name, text in settings.items())

        def found() -> tuple[str, str]:
            ran = connector("check", "--json")
            assert ran.code == 0
            (step,) = (step for step in ran.json["checks"] if step["check"] == "console")
            return step["state"], step["text"]

        state, text = found()
        assert (state, f"{provider.home}{BACK}" in text) == ("ok", True)
        for says, words in (
            ({"issuer": "https://evil.example"}, "by another name than CONNECTOR_OIDC_ISSUER"),
            ({"token_endpoint": None}, "its token_endpoint is missing"),
            ({"jwks_uri": f"{provider.issuer}/nowhere"}, "it answered 404"),
        ):
            provider.says = says
            state, text = found()
            assert (state, words in text) == ("warn", True), text
        provider.away = True
        assert found()[0] == "warn"


def test_no_console_where_no_setting_asks_for_it(sandbox: Sandbox, place: Path) -> None:
    """An upgrade opens no pages, also where something listens already."""
    with hosted(place) as job:
        assert job.ask("GET", "/console") == (404, "Not Found")
        assert job.ask("GET", "/console/login") == (404, "Not Found")


def test_a_console_without_a_login_is_for_this_machine_alone(sandbox: Sandbox, place: Path) -> None:
    """To listen at every address without a password is refused, with what to do."""
    with hosted(place, CONNECTOR_CONSOLE="on", CONNECTOR_LISTEN="0.0.0.0:0") as job:
        assert job.process.wait(20) == 2
        job._reader.join()
    assert "CONNECTOR_CONSOLE_PASSWORD_HASH" in str(job.log) + str(job.plain)


@pytest.mark.parametrize(("typed", "code"), [("four words of mine", 0), ("short", 2)])
def test_a_password_becomes_the_hash_that_settings_take(place: Path, typed: str, code: int) -> None:
    """It is asked for twice and never shown; a short one is refused."""
    ran = subprocess.run(
        [*COMMAND, "console", "password"],
        input=f"{typed}\n{typed}\n",
        capture_output=True,
        text=True,
        start_new_session=True,  # no terminal: it would be read from there
    )
    assert ran.returncode == code
    assert typed not in ran.stdout + ran.stderr
    if code == 0:
        assert PasswordHasher().verify(ran.stdout.strip(), typed)
