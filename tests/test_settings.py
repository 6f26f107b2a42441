"""Settings: where they come from, which one wins, and what a mistake in them says."""

import os
import re
from pathlib import Path

import pytest

from connector.core.model import SECOND
from connector.errors import Misconfigured
from connector.forms import host_and_port, words
from connector.settings import NAMES, load
from connector.wiring import timing

COMPLETE = {
    "SALESFORCE_URL": "https://acme.my.salesforce.example/",
    "SALESFORCE_CLIENT_ID": "app",
    "SALESFORCE_CLIENT_SECRET": "hush-salesforce",
    "OPERATE_URL": "http://127.0.0.1:8080",
    "OPERATE_CLIENT_ID": "hub",
    "OPERATE_CLIENT_SECRET": "hush-operate",
    "OPERATE_USERNAME": "api",
    "OPERATE_PASSWORD": "hush-password",
}


def test_complete_settings_are_enough_and_the_rest_has_sensible_values(tmp_path: Path) -> None:
    """The eight settings of a login suffice; waits, paces and places have defaults."""
    settings = load(COMPLETE, tmp_path)
    settings.expect_crms()
    assert settings.salesforce_url == "https://acme.my.salesforce.example"
    assert settings.operate_counterpart_field is None
    assert settings.ledger_path == Path("connector.db")
    assert (settings.connector_hold_seconds, settings.connector_overlap_seconds) == (600, 1800)
    assert settings.warnings == ()


def test_missing_settings_are_named_all_at_once(tmp_path: Path) -> None:
    """Nobody has to find out one missing setting after the other; commands without a CRM need none."""
    settings = load({"OPERATE_URL": "https://operate.example"}, tmp_path)
    with pytest.raises(Misconfigured) as caught:
        settings.expect_crms()
    for name in set(COMPLETE) - {"OPERATE_URL"}:
        assert name in str(caught.value)
    assert "OPERATE_URL" not in str(caught.value)
    assert ".env" in str(caught.value)


def test_an_empty_setting_counts_as_not_set(tmp_path: Path) -> None:
    """A copied template with blank lines is no mistake, and a blank in the environment does not hide the file."""
    (tmp_path / ".env").write_text("OPERATE_IN_FLIGHT=3\nOPERATE_TIMEZONE=\n")
    settings = load({"OPERATE_IN_FLIGHT": "", "OPERATE_COUNTERPART_FIELD": " "}, tmp_path)
    assert settings.operate_in_flight == 3
    assert settings.operate_timezone == "UTC"
    assert settings.operate_counterpart_field is None


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """`.env` holds the habits, the environment the exception; also where one of the two names a secret file."""
    (tmp_path / "secret").write_text("from the file\n")
    (tmp_path / ".env").write_text("OPERATE_URL=https://one.example\nOPERATE_PASSWORD=one\n")
    settings = load({"OPERATE_URL": "https://two.example", "OPERATE_PASSWORD_FILE": "secret"}, tmp_path)
    assert settings.operate_url == "https://two.example"
    assert settings.operate_password.get_secret_value() == "from the file"


def test_each_setting_can_come_from_a_file(tmp_path: Path) -> None:
    """NAME_FILE works for all, and a private key is given no other way in the documentation."""
    for name in NAMES:
        with pytest.raises(Misconfigured, match=f"{name}_FILE.*cannot be read"):
            load({f"{name}_FILE": "absent"}, tmp_path)
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    settings = load(
        {
            **{name: text for name, text in COMPLETE.items() if name != "SALESFORCE_CLIENT_SECRET"},
            "SALESFORCE_USERNAME": "integration@acme.example",
            "SALESFORCE_PRIVATE_KEY_FILE": str(tmp_path / "key.pem"),
        },
        tmp_path,
    )
    settings.expect_crms()
    assert settings.uses_private_key
    assert settings.salesforce_private_key.get_secret_value().startswith("-----BEGIN")


def test_a_user_name_without_a_key_asks_for_the_key(tmp_path: Path) -> None:
    """Somebody who names a user wants the JWT bearer flow."""
    settings = load({**COMPLETE, "SALESFORCE_CLIENT_SECRET": "", "SALESFORCE_USERNAME": "a@acme.example"}, tmp_path)
    assert settings.missing() == ("SALESFORCE_PRIVATE_KEY_FILE",)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe\x00x", b"x" * 70_000])
def test_a_secret_file_without_a_usable_text_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty, binary or huge file is a mistake in a path, not a password."""
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(Misconfigured, match="OPERATE_PASSWORD_FILE"):
        load({"OPERATE_PASSWORD_FILE": "secret"}, tmp_path)


def test_a_setting_given_twice_in_one_place_is_refused(tmp_path: Path) -> None:
    """NAME and NAME_FILE side by side: which one was meant?"""
    with pytest.raises(Misconfigured, match="both set"):
        load({"OPERATE_PASSWORD": "one", "OPERATE_PASSWORD_FILE": "two"}, tmp_path)
    with pytest.raises(Misconfigured, match="both set"):
        load({**COMPLETE, "SALESFORCE_PRIVATE_KEY": "key", "SALESFORCE_USERNAME": "a"}, tmp_path).expect_crms()


def test_an_unknown_name_in_the_file_is_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    """A misspelled line would be a setting that silently does nothing."""
    (tmp_path / ".env").write_text("OPERATE_PASWORD=secret\n")
    with pytest.raises(Misconfigured, match=r"OPERATE_PASWORD.*Did you mean OPERATE_PASSWORD\?") as caught:
        load({}, tmp_path)
    assert "secret" not in str(caught.value)


def test_an_unknown_variable_of_ours_is_a_warning_and_others_are_not_ours(tmp_path: Path) -> None:
    """The environment is shared with other programs; only CONNECTOR_* is surely meant for us."""
    settings = load(
        {"CONNECTOR_INTERVALL_SECONDS": "5", "CONNECTOR_TEST_POSTGRES": "x", "HOME": "/", "S": "1"}, tmp_path
    )
    assert len(settings.warnings) == 1
    assert "CONNECTOR_INTERVAL_SECONDS?" in settings.warnings[0]


def test_sweeps_are_due_as_often_as_the_settings_say(tmp_path: Path) -> None:
    """Daily and weekly, unless something else is set."""
    usual = timing(load(COMPLETE, tmp_path))
    assert (usual.ids_every, usual.values_every) == (24 * 3600 * SECOND, 7 * 86400 * SECOND)
    asked = {"CONNECTOR_SWEEP_IDS_HOURS": "6", "CONNECTOR_SWEEP_VALUES_DAYS": "30"}
    seldom = timing(load({**COMPLETE, **asked}, tmp_path))
    assert (seldom.ids_every, seldom.values_every) == (6 * 3600 * SECOND, 30 * 86400 * SECOND)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SALESFORCE_URL", "http://acme.my.salesforce.example"),
        ("SALESFORCE_URL", "https://login.salesforce.com"),
        ("SALESFORCE_URL", "https://acme.my.salesforce.example/services"),
        ("SALESFORCE_URL", "acme.my.salesforce.example"),
        ("OPERATE_URL", "http://10.0.0.1"),
        ("OPERATE_URL", "https://user:secret-in-url@operate.example"),
        ("OPERATE_URL", "ftp://operate.example"),
        ("OPERATE_URL", "https://"),
        ("OPERATE_URL", "https://operate.example:99999"),
        ("SALESFORCE_URL", "https://[::1"),
        ("SALESFORCE_API_VERSION", "v67"),
        ("OPERATE_COUNTERPART_FIELD", "salesforceid"),
        ("OPERATE_UPDATE_VERB", "PATCH"),
        ("OPERATE_REQUESTS_PER_SECOND", "0"),
        ("OPERATE_REQUESTS_PER_SECOND", "nan"),
        ("OPERATE_IN_FLIGHT", "two"),
        ("OPERATE_TIMEZONE", "Europe/Nowhere"),
        ("OPERATE_TIMEZONE", "../etc/passwd"),
        ("CONNECTOR_LEDGER", "connector.db"),
        ("CONNECTOR_LEDGER", "sqlite:///:memory:"),
        ("CONNECTOR_LEDGER", "postgresql://db.example/x"),
        ("CONNECTOR_INTERVAL_SECONDS", "0"),
        ("CONNECTOR_HOLD_SECONDS", "-1"),
        ("CONNECTOR_TIMEOUT_SECONDS", "inf"),
        ("CONNECTOR_SWEEP_IDS_HOURS", "0"),
        ("CONNECTOR_SWEEP_VALUES_DAYS", "91"),
        ("CONNECTOR_SWEEP_AT", "at night"),
        ("CONNECTOR_SWEEP_TIMEZONE", "Mars/Olympus"),
        ("CONNECTOR_CONSOLE_PROXIES", "proxy.example"),
        ("CONNECTOR_CONSOLE_PROXIES", "10.244.0.7/16"),
        ("CONNECTOR_CONSOLE_PROXIES", "127.0.0.1, 0.0.0.0/0"),
        ("CONNECTOR_CONSOLE_PROXIES", "::/0"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    """The message names the setting and does not repeat what was given: it might be a secret in the wrong place."""
    with pytest.raises(Misconfigured, match=name) as caught:
        load({name: text}, tmp_path)
    assert "secret-in-url" not in str(caught.value)


def test_proxies_are_addresses_and_networks(tmp_path: Path) -> None:
    """With commas between; none by default, so that nobody is believed who says in whose name a request comes."""
    assert load({}, tmp_path).connector_console_proxies == ()
    found = load({"CONNECTOR_CONSOLE_PROXIES": "127.0.0.1, 10.244.0.0/16,fd00::/8,"}, tmp_path)
    assert found.connector_console_proxies == ("127.0.0.1/32", "10.244.0.0/16", "fd00::/8")


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    """Two wrong numbers are one error."""
    with pytest.raises(Misconfigured, match="OPERATE_IN_FLIGHT") as caught:
        load({"OPERATE_IN_FLIGHT": "none", "CONNECTOR_LAG_SECONDS": "soon"}, tmp_path)
    assert "CONNECTOR_LAG_SECONDS" in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:99", "[::1]:99", "127.8.8.8"])
def test_plain_http_is_for_this_machine_only(tmp_path: Path, host: str) -> None:
    """The sandbox speaks http on loopback; nothing else may."""
    assert load({"OPERATE_URL": f"http://{host}", "SALESFORCE_URL": f"http://{host}"}, tmp_path).operate_url


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither the printed settings nor their JSON hold a secret."""
    settings = load(COMPLETE, tmp_path)
    assert "hush" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A `.env` in another encoding, or a folder of that name."""
    (tmp_path / ".env").write_bytes(b"OPERATE_URL=\xff\xfe")
    with pytest.raises(Misconfigured, match="cannot be read"):
        load({}, tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('OPERATE_PASSWORD="hush', "close each quote"),
        ("OPERATE_PASSWORD='hush\nOPERATE_USERNAME=api", "close each quote"),
        ("OPERATE_PASSWORD hush", "NAME=value"),
        ("OPERATE_PASSWORD", "OPERATE_PASSWORD="),
        ("OPERATE_PASWORD=hush", "Did you mean OPERATE_PASSWORD"),
    ],
)
def test_a_line_that_says_nothing_is_an_error_with_its_place(tmp_path: Path, line: str, words: str) -> None:
    """A line that is passed over in silence is a setting that is missing much later; its value is not repeated."""
    (tmp_path / ".env").write_text(f"# mine\nOPERATE_IN_FLIGHT=2\n{line}\n")
    with pytest.raises(Misconfigured) as caught:
        load({}, tmp_path)
    assert f"{tmp_path / '.env'}:3: " in str(caught.value)
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_folder_that_is_called_like_the_file_is_told(tmp_path: Path) -> None:
    """It cannot hold settings, and to pass it over would hide that they are missing."""
    (tmp_path / ".env").mkdir()
    with pytest.raises(Misconfigured, match=r"\.env is not a file"):
        load({}, tmp_path)


def test_a_pipe_or_a_device_is_no_secret_file(tmp_path: Path) -> None:
    """To open one would wait for ever, or never come to an end."""
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path)):
        with pytest.raises(Misconfigured, match=r"OPERATE_PASSWORD_FILE: .* is not a file"):
            load({"OPERATE_PASSWORD_FILE": path}, tmp_path)


def test_every_form_that_is_asked_for_has_words_and_an_example(tmp_path: Path) -> None:
    """No message of the checking library reaches a person."""
    wrong = ("nonsense", "-1", "1e99", "http://[::1", "https://host.example:99999", "https://host.example:0")
    told = {(name, text): _told(name, text, tmp_path) for name in NAMES for text in wrong}
    assert len([text for text in told.values() if text]) > 50
    for (name, _), text in told.items():
        assert text.startswith(f"{name}: ") or not text
        assert not {"Input", "String", "Value", "Invalid"} & set(re.split(r"[ ,.]", text))
        assert re.search("such as|POST or PUT|give |use https|^$", text), text


def _told(name: str, text: str, place: Path) -> str:
    try:
        load({name: text}, place)
    except Misconfigured as error:
        return str(error)
    return ""


def test_quotes_and_comments_in_the_file_are_understood(tmp_path: Path) -> None:
    """The usual form of `.env` files, also with a byte order mark and `export`."""
    (tmp_path / ".env").write_bytes(
        "\ufeffOPERATE_URL='https://operate.example'  # test tenant\nexport OPERATE_USERNAME=api\n".encode()
    )
    settings = load({}, tmp_path)
    assert settings.operate_url == "https://operate.example"
    assert settings.operate_username == "api"


def test_the_api_path_of_the_vendors_samples_may_stand_in_the_operate_url(tmp_path: Path) -> None:
    """People copy the address as the reference shows it; the connector adds the path itself."""
    settings = load({"OPERATE_URL": "https://operate-api.example/api/1.0/"}, tmp_path)
    assert settings.operate_url == "https://operate-api.example"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CONNECTOR_LISTEN", "8321"),
        ("CONNECTOR_LISTEN", "127.0.0.1"),
        ("CONNECTOR_LISTEN", "127.0.0.1:99999"),
        ("CONNECTOR_LISTEN", "http://127.0.0.1:8321"),
        ("CONNECTOR_LISTEN", "::1:8321"),
        ("CONNECTOR_NUDGE_SECRET", "too-short"),
        ("CONNECTOR_NUDGE_SECRET", "a-long-enough-secret-1 too-short"),
        ("CONNECTOR_NUDGE_SECRET", "no/slash/in/a/path/segment"),
        ("CONNECTOR_NUDGES_PER_MINUTE", "0"),
        ("CONNECTOR_STALE_INTERVALS", "1"),
        ("CONNECTOR_LOG_FORMAT", "xml"),
        ("CONNECTOR_ALERT_AFTER_SECONDS", "soon"),
        ("CONNECTOR_ALERT_PARKED", "-1"),
    ],
)
def test_a_setting_of_the_hosted_job_that_cannot_be_right_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """By name, and without its value, which may be a secret."""
    with pytest.raises(Misconfigured, match=name) as caught:
        load({name: text}, tmp_path)
    assert "too-short" not in str(caught.value)


@pytest.mark.parametrize(
    ("listen", "place"),
    [
        ("127.0.0.1:8321", ("127.0.0.1", 8321)),
        ("[::1]:0", ("::1", 0)),
        ("connector.internal:80", ("connector.internal", 80)),
    ],
)
def test_an_address_to_listen_on_is_a_host_and_a_port(tmp_path: Path, listen: str, place: tuple[str, int]) -> None:
    """Nothing listens unless it is set."""
    assert load({}, tmp_path).connector_listen is None
    assert host_and_port(load({"CONNECTOR_LISTEN": listen}, tmp_path).connector_listen or "") == place


def test_secrets_of_the_hosted_job_may_be_several_and_come_from_files(tmp_path: Path) -> None:
    """An old and a new secret side by side, and one address a line; neither is ever shown."""
    (tmp_path / "nudge").write_text("hush-hush-hush-old hush-hush-hush-new\n")
    (tmp_path / "alerts").write_text("slack://hush/a/b\nmailto://hush:x@mail.example\n")
    settings = load({"CONNECTOR_NUDGE_SECRET_FILE": "nudge", "CONNECTOR_ALERT_URLS_FILE": "alerts"}, tmp_path)
    assert words(settings.connector_nudge_secret) == ("hush-hush-hush-old", "hush-hush-hush-new")
    assert len(words(settings.connector_alert_urls)) == 2
    assert "hush" not in repr(settings) + settings.model_dump_json()


def test_names_of_groups_may_hold_blanks(tmp_path: Path) -> None:
    """Commas and line ends are between them."""
    found = load({"CONNECTOR_OIDC_OPERATORS": " Sales Ops ,Directors,", "CONNECTOR_OIDC_VIEWERS": "A\nB"}, tmp_path)
    assert (found.connector_oidc_operators, found.connector_oidc_viewers) == (("Sales Ops", "Directors"), ("A", "B"))


CONSOLE = {"CONNECTOR_CONSOLE": "on", "CONNECTOR_LISTEN": "0.0.0.0:8321"}
COMPANY = {
    "CONNECTOR_OIDC_ISSUER": "https://login.acme.example",
    "CONNECTOR_OIDC_CLIENT_ID": "connector-console",
    "CONNECTOR_OIDC_VIEWERS": "Sales",
    "CONNECTOR_CONSOLE_URL": "https://leads.acme.example",
}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"CONNECTOR_CONSOLE": "on"}, "set CONNECTOR_LISTEN"),
        (CONSOLE, "not this machine alone: set CONNECTOR_CONSOLE_PASSWORD_HASH"),
        *(({**CONSOLE, name: text}, "needs .*CONNECTOR_CONSOLE_URL") for name, text in [*COMPANY.items()][:3]),
        ({**CONSOLE, **COMPANY, "CONNECTOR_OIDC_VIEWERS": " , "}, "needs CONNECTOR_OIDC_OPERATORS, too"),
    ],
    ids=str,
)
def test_a_console_that_cannot_be_opened_to_people_is_refused(tmp_path: Path, given: dict[str, str], told: str) -> None:
    """With what to set: before anything is served, and by `check`."""
    with pytest.raises(Misconfigured, match=told):
        load(given, tmp_path).expect_console()


@pytest.mark.parametrize(
    "given",
    [{}, {**CONSOLE, "CONNECTOR_CONSOLE": "off"}, {**CONSOLE, "CONNECTOR_LISTEN": "[::1]:1"}, {**CONSOLE, **COMPANY}],
    ids=str,
)
def test_a_console_for_this_machine_or_with_a_login_is_right(tmp_path: Path, given: dict[str, str]) -> None:
    """Nothing is asked where there is no console."""
    load(given, tmp_path).expect_console()
