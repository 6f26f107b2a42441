"""What administrators get: its files parse, and their names agree with each other, the mapping and the settings."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from connector.core.mapping.operate_fields import OPERATE_LEAD
from connector.sandbox.salesforce.config import DEFAULT_FIELDS
from connector.vitals import HUNG, Board
from connector.wiring import wall_clock
from tests.hosted.conftest import serving

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FORCE = DEPLOY / "salesforce/force-app/main/default"
METADATA = "{http://soap.sforce.com/2006/04/metadata}"
SETTINGS = [
    "SALESFORCE_URL",
    "SALESFORCE_CLIENT_ID",
    "SALESFORCE_CLIENT_SECRET",
    "SALESFORCE_USERNAME",
    "SALESFORCE_PRIVATE_KEY_FILE",
    "SALESFORCE_API_VERSION",
    "SALESFORCE_ORG_CALLS_PERCENT",
    "SALESFORCE_OWN_CALLS_PERCENT",
    "OPERATE_URL",
    "OPERATE_CLIENT_ID",
    "OPERATE_CLIENT_SECRET",
    "OPERATE_USERNAME",
    "OPERATE_PASSWORD",
    "OPERATE_COUNTERPART_FIELD",
    "OPERATE_UPDATE_VERB",
    "OPERATE_REQUESTS_PER_SECOND",
    "OPERATE_IN_FLIGHT",
    "OPERATE_TIMEZONE",
    "CONNECTOR_LEDGER",
    "CONNECTOR_MAPPING",
    "CONNECTOR_INTERVAL_SECONDS",
    "CONNECTOR_OVERLAP_SECONDS",
    "CONNECTOR_LAG_SECONDS",
    "CONNECTOR_HOLD_SECONDS",
    "CONNECTOR_CREATE_AFTER_SECONDS",
    "CONNECTOR_SWEEP_IDS_HOURS",
    "CONNECTOR_SWEEP_VALUES_DAYS",
    "CONNECTOR_SWEEP_AT",
    "CONNECTOR_SWEEP_TIMEZONE",
    "CONNECTOR_TIMEOUT_SECONDS",
    "CONNECTOR_LISTEN",
    "CONNECTOR_CONSOLE",
    "CONNECTOR_CONSOLE_PASSWORD_HASH",
    "CONNECTOR_CONSOLE_VIEWER_HASH",
    "CONNECTOR_CONSOLE_URL",
    "CONNECTOR_CONSOLE_PROXIES",
    "CONNECTOR_OIDC_ISSUER",
    "CONNECTOR_OIDC_CLIENT_ID",
    "CONNECTOR_OIDC_CLIENT_SECRET",
    "CONNECTOR_OIDC_SCOPES",
    "CONNECTOR_OIDC_NAME_CLAIM",
    "CONNECTOR_OIDC_ROLE_CLAIM",
    "CONNECTOR_OIDC_OPERATORS",
    "CONNECTOR_OIDC_VIEWERS",
    "CONNECTOR_NUDGE_SECRET",
    "CONNECTOR_NUDGES_PER_MINUTE",
    "CONNECTOR_STALE_INTERVALS",
    "CONNECTOR_LOG_FORMAT",
    "CONNECTOR_ALERT_URLS",
    "CONNECTOR_ALERT_AFTER_SECONDS",
    "CONNECTOR_ALERT_PARKED",
]
SECRETS = {"SALESFORCE_CLIENT_SECRET", "OPERATE_CLIENT_SECRET", "OPERATE_PASSWORD"}
EXTRA_SECRETS = {
    "CONNECTOR_NUDGE_SECRET",
    "CONNECTOR_ALERT_URLS",
    "CONNECTOR_CONSOLE_PASSWORD_HASH",
    "CONNECTOR_CONSOLE_VIEWER_HASH",
    "CONNECTOR_OIDC_CLIENT_SECRET",
}

# Permission sets cannot name fields that are required or part of the name, nor the system's own.
ALWAYS_VISIBLE = {"FirstName", "LastName", "Company", "OwnerId", "Status", "CreatedDate", "Name", "Id"}
SIZED = {"Text", "Number"}
ADDRESS = {"Street", "City", "State", "PostalCode", "Country", "StateCode", "CountryCode"}


def _xml(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()  # noqa: S314 - our own files


def _texts(element: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.iterfind("/".join(METADATA + part for part in path.split("/")))]


def _yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def _custom_fields() -> dict[str, ElementTree.Element]:
    return {path.name.split(".")[0]: _xml(path) for path in (FORCE / "objects/Lead/fields").glob("*.xml")}


def _mapped_fields(pattern: str = "*.yaml") -> set[str]:
    """Every Salesforce field that the shipped mappings name."""
    mappings = [_yaml(path) for path in (ROOT / "mappings").glob(pattern)]
    named = {mapping["counterpart"]["salesforce"] for mapping in mappings}
    for rule in (rule for mapping in mappings for rule in mapping["rules"].values()):
        fields = rule.get("salesforce", [])
        named |= {fields} if isinstance(fields, str) else set(fields)
    return named


def _instructions() -> list[tuple[str, list[str]]]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [(line.split()[0], shlex.split(line)[1:]) for line in joined.splitlines() if line.strip()]


def with_extras(text: str) -> str:
    """A file whose lines for nudges and alerts are switched on."""
    lines = text.splitlines()
    on, below = [], False
    for line in lines:
        names = re.search(
            r"connector_(nudge_secret|alert_urls|console_(password|viewer)_hash|oidc_client_secret)", line
        ) is not None and line.lstrip().startswith("# ")
        part = below and re.match(r" *# +file: ", line) is not None
        below = names and line.endswith(":")
        on.append(line.replace("# ", "", 1) if names or part else line)
    return "\n".join(on)


def _unit(text: str = "") -> dict[str, dict[str, list[str]]]:
    """Sections of the systemd unit; a key may stand several times."""
    sections: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in (text or (DEPLOY / "connector.service").read_text(encoding="utf-8")).splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            sections[section] = {}
            continue
        key, equals, value = line.partition("=")
        assert equals, line
        assert re.fullmatch(r"[A-Z][A-Za-z]+", key), line
        sections[section].setdefault(key, []).append(value)
    return sections


def test_each_piece_of_metadata_parses_and_is_named_like_its_file() -> None:
    """A file's name, its root element and its full name belong together, or the deployment loses it."""
    fields = _custom_fields()
    assert {"Operate_Lead_Id__c", "Operate_Location__c", "Operate_People__c"} <= set(fields)
    for name, field in fields.items():
        assert field.tag == METADATA + "CustomField"
        assert _texts(field, "fullName") == [name]
    assert _xml(FORCE / "permissionsets/Operate_Sync.permissionset-meta.xml").tag == METADATA + "PermissionSet"


def test_package_lists_exactly_what_is_there() -> None:
    """`sf project deploy start --manifest package.xml` deploys every file, and names none that is missing."""
    package = _xml(DEPLOY / "salesforce/package.xml")
    listed = {_texts(kind, "name")[0]: sorted(_texts(kind, "members")) for kind in package.iter(METADATA + "types")}
    sets = sorted(path.name.split(".")[0] for path in (FORCE / "permissionsets").iterdir())
    assert listed == {"CustomField": sorted(f"Lead.{name}" for name in _custom_fields()), "PermissionSet": sets}


def test_project_and_package_speak_of_the_same_api_version_and_folder() -> None:
    """Source format needs a project file; its folder exists and its version is the manifest's."""
    project = json.loads((DEPLOY / "salesforce/sfdx-project.json").read_text(encoding="utf-8"))
    assert project["sourceApiVersion"] == _texts(_xml(DEPLOY / "salesforce/package.xml"), "version")[0]
    assert [place["path"] for place in project["packageDirectories"] if place["default"]] == ["force-app"]
    assert FORCE.is_dir()


def test_counterpart_field_is_a_unique_external_id() -> None:
    """An upsert by it can never make a second lead; ids differ by case, so the field must too."""
    field = _custom_fields()["Operate_Lead_Id__c"]
    expected = {"type": "Text", "length": "64", "externalId": "true", "unique": "true", "caseSensitive": "true"}
    assert {key: _texts(field, key)[0] for key in expected} == expected


def test_location_and_people_have_the_documented_shapes() -> None:
    """The location is text as long as Operate's; people are whole numbers."""
    location, people = _custom_fields()["Operate_Location__c"], _custom_fields()["Operate_People__c"]
    assert [_texts(location, key)[0] for key in ("type", "length")] == ["Text", "255"]
    assert [_texts(people, key)[0] for key in ("type", "precision", "scale")] == ["Number", "6", "0"]


def test_every_custom_field_of_the_default_mapping_is_deployed() -> None:
    """Whoever deploys the metadata can use every rule, and an administrator can read what each field is for."""
    fields = _custom_fields()
    assert {name for name in _mapped_fields("lead.yaml") if name.endswith("__c")} <= set(fields)
    for name, field in fields.items():
        label, description, hint = (_texts(field, key)[0] for key in ("label", "description", "inlineHelpText"))
        assert len(label) <= 40, name
        assert label.replace("-", " ").split()[0] == "Operate", name
        assert description.endswith("."), name
        assert len(hint) <= 510, name


def test_the_sandbox_has_the_fields_that_are_deployed() -> None:
    """With the same labels, types and sizes, so that what works there works in an org."""
    sandbox = {
        field.name: (field.label, field.type, str(field.length if field.type == "Text" else field.precision))
        for field in DEFAULT_FIELDS
    }
    found = _custom_fields()
    assert set(sandbox) == set(found)
    for name, field in found.items():
        label, kind, size = sandbox[name]
        assert _texts(field, "label") == [label], name
        assert _texts(field, "type") == [kind], name
        assert [*_texts(field, "length"), *_texts(field, "precision")] == ([size] if kind in SIZED else []), name
        assert _texts(field, "defaultValue") == (["false"] if kind == "Checkbox" else []), name


def test_a_field_is_as_long_as_what_operate_says_it_may_hold() -> None:
    """A text of Operate whose size is documented fits, so that it is not parked for its length; notes and street do not
    count, which share a field.
    """
    lengths = {name: _texts(field, "length") for name, field in _custom_fields().items()}
    for rule in _yaml(ROOT / "mappings/lead.yaml")["rules"].values():
        names = (rule["salesforce"], rule["operate"])
        if all(isinstance(name, str) for name in names) and lengths.get(names[0]):
            assert int(lengths[names[0]][0]) >= OPERATE_LEAD[names[1]].size, names


def test_permission_set_opens_every_custom_field_and_every_mapped_one() -> None:
    """A field without permission is invisible to the integration user, however well it is mapped."""
    rights = _xml(FORCE / "permissionsets/Operate_Sync.permissionset-meta.xml")
    opened = set(_texts(rights, "fieldPermissions/field"))
    mapped = _mapped_fields()
    needed = {"Address" if name in ADDRESS else name for name in mapped - ALWAYS_VISIBLE}
    assert opened == {f"Lead.{name}" for name in needed | set(_custom_fields())}
    assert {name for name in mapped if name.endswith("__c")} == set(_custom_fields())
    assert set(_texts(rights, "fieldPermissions/readable") + _texts(rights, "fieldPermissions/editable")) == {"true"}


def _lead_rights(name: str) -> dict[str, str | None]:
    """What a permission set grants on leads."""
    rights = _xml(FORCE / f"permissionsets/{name}.permissionset-meta.xml").find(METADATA + "objectPermissions")
    assert rights is not None
    return {right.tag.removeprefix(METADATA): right.text for right in rights}


def test_permission_set_reads_all_leads_and_deletes_none() -> None:
    """Polling must see every lead; nothing the connector does by default needs the right to delete."""
    assert _lead_rights("Operate_Sync") == {
        "object": "Lead",
        "allowRead": "true",
        "allowCreate": "true",
        "allowEdit": "true",
        "viewAllRecords": "true",
        "allowDelete": "false",
        "modifyAllRecords": "false",
    }


def test_the_right_to_delete_is_a_permission_set_of_its_own() -> None:
    """It opens no field; a right that others depend on stands beside it, or the deployment refuses it."""
    assert _lead_rights("Operate_Sync_Delete") == {
        "object": "Lead",
        "allowRead": "true",
        "allowCreate": "false",
        "allowEdit": "true",
        "viewAllRecords": "true",
        "allowDelete": "true",
        "modifyAllRecords": "true",
    }
    assert _texts(_xml(FORCE / "permissionsets/Operate_Sync_Delete.permissionset-meta.xml"), "fieldPermissions") == []


def test_example_of_the_environment_names_exactly_the_settings_and_no_value() -> None:
    """Each setting stands there once, under a comment of one line, and nothing is filled in."""
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    found = [(number, line) for number, line in enumerate(lines) if re.fullmatch(r"#?[A-Z_]+=.*", line)]
    assert [line.strip("#=") for _, line in found] == SETTINGS
    for number, line in found:
        assert line.endswith("=")
        assert lines[number - 1].startswith("# ")


def test_example_of_the_environment_promises_nothing_that_is_not_there() -> None:
    """Neither an option that no command has nor a ledger that this version does not keep."""
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")
    assert "--" not in text
    assert set(re.findall(r"\b([a-z]+):///", text)) == {"sqlite"}
    assert "postgres" not in text


def test_secrets_of_the_example_wait_for_a_file() -> None:
    """Compose and systemd give the secrets as files: an empty line of the same name would contradict them."""
    lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
    assert all(f"#{name}=" in lines for name in SECRETS)


def test_image_copies_only_files_that_exist_and_may_enter() -> None:
    """A COPY of something missing, or kept out by .dockerignore, breaks the build."""
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in allowed
    copied = [source for name, words in _instructions() if name == "COPY" for source in words[:-1]]
    sources = [source for source in copied if not source.startswith(("--from", "/"))]
    assert "requirements.lock" in sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source.removeprefix('./')}" in allowed


def test_image_runs_as_nobody_special_and_keeps_its_ledger_in_a_volume() -> None:
    """Not root, one place to write, and signals that reach the connector itself."""
    last = {name: words for name, words in _instructions() if name != "RUN"}
    assert last["USER"] == ["10001:10001"]
    assert last["VOLUME"] == ["/data"]
    assert "CONNECTOR_LEDGER=sqlite:////data/connector.db" in last["ENV"]
    assert last["STOPSIGNAL"] == ["SIGTERM"]
    assert last["ENTRYPOINT"] == ["[connector]"]
    assert last["CMD"] == ["[run]"]
    assert "CONNECTOR_LISTEN=127.0.0.1:8321" in last["ENV"]


def _health_check() -> list[str]:
    """The command of the image's health check."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    found = re.search(r"^HEALTHCHECK [^\[]*CMD (\[.*\])$", text, flags=re.MULTILINE)
    assert found
    command: list[str] = json.loads(found[1])
    return command


@pytest.mark.parametrize(("silent", "code"), [(0, 0), (HUNG, 1)])
def test_health_check_of_the_image_fails_when_the_worker_hangs(silent: int, code: int) -> None:
    """It asks /healthz where the connector listens, with nothing but Python; a proxy of the environment is left out."""
    python, *rest = _health_check()
    assert python == "python"
    began = wall_clock()
    with serving(Board(began), clock=lambda: began + silent) as web:
        environment = {"CONNECTOR_LISTEN": web.address.removeprefix("http://"), "http_proxy": "http://127.0.0.1:9"}
        done = subprocess.run([sys.executable, *rest], env=os.environ | environment, timeout=60)
    assert done.returncode == code


def test_health_check_of_the_image_fails_where_nobody_listens() -> None:
    """A connection that is refused is no health."""
    _, *rest = _health_check()
    environment = os.environ | {"CONNECTOR_LISTEN": "127.0.0.1:9"}
    done = subprocess.run([sys.executable, *rest], env=environment, timeout=60, stderr=subprocess.DEVNULL)
    assert done.returncode == 1


def test_image_has_what_the_hosted_job_serves_and_alerts_with() -> None:
    """The extras of the hosted job and its console, from the wheels of the lock."""
    commands = [" ".join(words) for name, words in _instructions() if name == "RUN"]
    assert any("[server,alerts,console,oidc]" in command for command in commands)


def test_image_installs_nothing_that_was_not_checked_against_the_lock() -> None:
    """Each pip either checks hashes or is cut off from every index."""
    commands = [" ".join(words) for name, words in _instructions() if name == "RUN"]
    runs = [
        step for command in commands for step in command.split("&&") if re.search(r"pip (install|download|wheel)", step)
    ]
    assert runs
    assert all("--require-hashes" in step or "--no-index" in step for step in runs)


def test_compose_hosts_one_locked_down_process_with_its_ledger_in_a_volume() -> None:
    """`connector run`, nothing writable but the ledger's volume and /tmp, and time to finish a write."""
    compose = _yaml(DEPLOY / "compose.yaml")
    service = compose["services"]["connector"]
    assert service["command"] == ["run"]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp:mode=1777,noexec,nosuid,nodev"]  # noqa: S108 - a mount point in the container
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["restart"] == "unless-stopped"
    assert int(service["stop_grace_period"].removesuffix("s")) >= 60
    assert service["volumes"] == ["ledger:/data"]
    assert "ledger" in compose["volumes"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_compose_is_open_to_its_own_machine_only() -> None:
    """The connector speaks plain HTTP: a proxy with TLS stands in front."""
    service = _yaml(DEPLOY / "compose.yaml")["services"]["connector"]
    listen = service["environment"]["CONNECTOR_LISTEN"]
    (port,) = service["ports"]
    assert port.startswith("127.0.0.1:")
    assert port.rpartition(":")[2] == listen.rpartition(":")[2]


def test_compose_knows_a_proxy_of_this_machine_by_the_address_that_it_has_inside() -> None:
    """Docker passes on what comes to a published port from the network's gateway, which is fixed for that."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    text = text.replace("      # CONNECTOR_CONSOLE_PROXIES", "      CONNECTOR_CONSOLE_PROXIES")
    compose = YAML(typ="safe", pure=True).load(re.sub(r"^# (networks:|  )", r"\1", text, flags=re.MULTILINE))
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    assert compose["services"]["connector"]["environment"]["CONNECTOR_CONSOLE_PROXIES"] == network["gateway"]
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])


def test_compose_checks_health_as_the_image_does() -> None:
    """One check, written down twice."""
    check = _yaml(DEPLOY / "compose.yaml")["services"]["connector"]["healthcheck"]
    assert check["test"] == ["CMD", *_health_check()]
    (image,) = (words for name, words in _instructions() if name == "HEALTHCHECK")
    options = {key: check[key.replace("-", "_")] for key in ("interval", "timeout", "start-period", "retries")}
    assert image[:4] == [f"--{key}={value}" for key, value in options.items()]


@pytest.mark.parametrize("extra", [set(), EXTRA_SECRETS])
def test_compose_gives_every_secret_as_a_file(extra: set[str]) -> None:
    """No secret stands in the environment; each named one exists and is mounted where the setting looks. Those of
    nudges and alerts are there once the # before them is taken away.
    """
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    compose = YAML(typ="safe", pure=True).load(with_extras(text) if extra else text)
    service = compose["services"]["connector"]
    files = {key: value for key, value in service["environment"].items() if key.endswith("_FILE")}
    assert {key.removesuffix("_FILE") for key in files} == SECRETS | extra
    assert {value.removeprefix("/run/secrets/") for value in files.values()} == set(compose["secrets"])
    assert set(service["secrets"]) == set(compose["secrets"])
    assert all(key.removesuffix("_FILE") in SETTINGS for key in service["environment"])


def test_unit_starts_the_service_and_is_not_restarted_with_wrong_settings() -> None:
    """`connector run` comes back after a failure, but not after exit code 2, and a stop is given time."""
    service = _unit()["Service"]
    assert service["ExecStart"] == ["/opt/connector/bin/connector run"]
    assert service["Restart"] == ["on-failure"]
    assert service["RestartPreventExitStatus"] == ["2"]
    assert service["SuccessExitStatus"] == service["RestartForceExitStatus"] == ["6"]
    assert int(service["TimeoutStopSec"][0]) >= 60
    assert service["EnvironmentFile"] == ["/etc/connector/connector.env"]
    assert _unit()["Install"] == {"WantedBy": ["multi-user.target"]}


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="no systemd on this machine"
)
def test_unit_is_understood_by_systemd(tmp_path: Path) -> None:
    """Every line is known, and has a value that it may have."""
    text = with_extras((DEPLOY / "connector.service").read_text(encoding="utf-8"))
    unit = tmp_path / "connector.service"
    unit.write_text(text.replace("/opt/connector/bin/connector", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)  # noqa: S607
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_disk_that_is_full_for_an_hour_does_not_end_the_unit_for_ever() -> None:
    """systemd starts the job again without end, but not in a hurry; only wrong settings wait for somebody."""
    unit = _unit()
    assert unit["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert int(unit["Service"]["RestartSec"][0]) >= 30
    assert unit["Service"]["Restart"] == ["on-failure"]
    assert unit["Service"]["RestartPreventExitStatus"] == ["2"]


@pytest.mark.parametrize(
    "option", ["DynamicUser", "NoNewPrivileges", "PrivateTmp", "ProtectHome", "PrivateDevices", "PrivateMounts"]
)
def test_unit_is_locked_down(option: str) -> None:
    """The service has a user of its own and sees no more of the machine than it needs."""
    service = _unit()["Service"]
    assert service[option] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["StateDirectory"] == ["connector"]
    assert service["CapabilityBoundingSet"] == [""]


@pytest.mark.parametrize("extra", [set(), EXTRA_SECRETS])
def test_unit_takes_each_secret_from_a_credential(extra: set[str]) -> None:
    """A setting NAME_FILE points at a credential that is loaded, also those of nudges and alerts."""
    text = (DEPLOY / "connector.service").read_text(encoding="utf-8")
    service = _unit(with_extras(text) if extra else text)["Service"]
    loaded = {value.split(":")[0] for value in service["LoadCredential"]}
    files = dict(value.split("=", 1) for value in service["Environment"] if "_FILE=" in value)
    assert {key.removesuffix("_FILE") for key in files} == SECRETS | extra
    assert {value.removeprefix("%d/") for value in files.values()} == loaded
    assert "CONNECTOR_LEDGER=sqlite:///%S/connector/connector.db" in service["Environment"]


def test_guide_names_only_files_that_are_there() -> None:
    """Each link and each path under deploy/ in the guide leads somewhere."""
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert link in anchors if link.startswith("#") else (DEPLOY / link).exists(), link
    for path in re.findall(r"\bdeploy/[A-Za-z][\w./-]*", text):
        assert (ROOT / path.rstrip(".")).exists(), path


def test_licence_is_the_one_the_package_declares() -> None:
    """Apache-2.0, as in pyproject.toml and on the image."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "licenses=Apache-2.0" in " ".join(word for _, words in _instructions() for word in words)
