"""Settings: the only module that reads the environment.

Each setting is an environment variable or a line of `.env` in the working directory; the environment wins. Each can
come from a file instead (`OPERATE_PASSWORD_FILE=/run/secrets/operate_password`). An empty one counts as not set, so
that a template with blank lines does no harm. Imports errors, forms and the crontab only.
"""

import difflib
import os
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connector.crontab import Crontab, Expression
from connector.errors import Misconfigured
from connector.forms import (
    Count,
    CustomField,
    Intervals,
    Leads,
    LedgerAddress,
    Listen,
    MyDomain,
    Names,
    Networks,
    NudgeSecret,
    OperateHost,
    Origin,
    PasswordHash,
    Percent,
    PerMinute,
    Scopes,
    Url,
    Wait,
    Zone,
    host_and_port,
    is_loopback,
)

FILE = "_FILE"
OURS = "CONNECTOR_"
OF_TESTS = "CONNECTOR_TEST_"
SECRET_FILE_LIMIT = 64 * 1024


class Settings(BaseSettings):
    """Every setting, checked. Made by `load`; waits are in seconds. `warnings` are sentences for the person at it.

    A field's description says what its value must be, for the message about one that is something else.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    salesforce_url: MyDomain | None = None
    salesforce_client_id: str = ""
    salesforce_client_secret: SecretStr = SecretStr("")
    salesforce_username: str = ""
    salesforce_private_key: SecretStr = SecretStr("")
    salesforce_api_version: Annotated[
        str, Field(pattern=r"^[0-9]{2,3}\.0$", description="a version of the REST API without a v, such as 67.0")
    ] = "67.0"

    salesforce_org_calls_percent: Percent = 80
    salesforce_own_calls_percent: Percent = 50

    operate_url: OperateHost | None = None
    operate_client_id: str = ""
    operate_client_secret: SecretStr = SecretStr("")
    operate_username: str = ""
    operate_password: SecretStr = SecretStr("")
    operate_counterpart_field: CustomField | None = None
    operate_update_verb: Annotated[Literal["POST", "PUT"], Field(description="POST or PUT")] = "POST"
    operate_requests_per_second: Annotated[
        float,
        Field(gt=0, le=1000, allow_inf_nan=False, description="a number above 0 and up to 1000, such as 10 or 0.5"),
    ] = 10.0
    operate_in_flight: Count = 2
    operate_timezone: Zone = "UTC"

    connector_ledger: LedgerAddress = "sqlite:///connector.db"
    connector_mapping: Path | None = None
    connector_interval_seconds: Annotated[
        int, Field(ge=1, le=24 * 3600, description="whole seconds from 1 to 86400 (a day), such as 60")
    ] = 60
    connector_overlap_seconds: Wait = 1800
    connector_lag_seconds: Wait = 60
    connector_hold_seconds: Wait = 600
    connector_create_after_seconds: Wait = 60
    connector_sweep_ids_hours: Annotated[
        int, Field(ge=1, le=168, description="whole hours from 1 to 168 (a week), such as 24")
    ] = 24
    connector_sweep_values_days: Annotated[
        int, Field(ge=1, le=90, description="whole days from 1 to 90, such as 7")
    ] = 7
    connector_sweep_at: Expression | None = None
    connector_sweep_timezone: Zone = "UTC"
    connector_timeout_seconds: Annotated[
        float, Field(gt=0, le=600, allow_inf_nan=False, description="seconds above 0 and up to 600, such as 30")
    ] = 30.0

    connector_listen: Listen | None = None
    connector_nudge_secret: NudgeSecret = SecretStr("")
    connector_nudges_per_minute: PerMinute = 30
    connector_console: Annotated[Literal["off", "on"], Field(description="such as on or off")] = "off"
    connector_console_password_hash: PasswordHash = SecretStr("")
    connector_console_viewer_hash: PasswordHash = SecretStr("")
    connector_console_url: Origin | None = None
    connector_console_proxies: Networks = ()
    connector_oidc_issuer: Url | None = None
    connector_oidc_client_id: str = ""
    connector_oidc_client_secret: SecretStr = SecretStr("")
    connector_oidc_scopes: Scopes = "openid profile email"
    connector_oidc_name_claim: str = "name"
    connector_oidc_role_claim: str = "groups"
    connector_oidc_operators: Names = ()
    connector_oidc_viewers: Names = ()
    connector_stale_intervals: Intervals = 10
    connector_log_format: Annotated[Literal["text", "json"], Field(description="such as text or json")] = "text"
    connector_alert_urls: SecretStr = SecretStr("")
    connector_alert_after_seconds: Wait = 120
    connector_alert_parked: Leads = 50

    warnings: tuple[str, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: it knows NAME_FILE, and which source wins."""
        return (init_settings,)

    @property
    def ledger_path(self) -> Path:
        """Where the ledger's file is (relative to the working directory unless it starts with a slash)."""
        return Path(self.connector_ledger.removeprefix("sqlite:///"))

    @property
    def sweep_times(self) -> Crontab | None:
        """When `run` sweeps; None: by the age of the last one."""
        at = self.connector_sweep_at
        return Crontab(at, self.connector_sweep_timezone) if at is not None else None

    @property
    def uses_private_key(self) -> bool:
        """Whether Salesforce is logged in to by JWT bearer instead of client credentials."""
        return bool(self.salesforce_private_key.get_secret_value())

    def missing(self) -> tuple[str, ...]:
        """The names of settings without which the CRMs cannot be reached."""
        if self.uses_private_key:
            login: dict[str, object] = {"SALESFORCE_USERNAME": self.salesforce_username}
        elif self.salesforce_username:
            login = {"SALESFORCE_PRIVATE_KEY_FILE": ""}
        else:
            login = {"SALESFORCE_CLIENT_SECRET": self.salesforce_client_secret.get_secret_value()}
        wanted = {
            "SALESFORCE_URL": self.salesforce_url,
            "SALESFORCE_CLIENT_ID": self.salesforce_client_id,
            **login,
            "OPERATE_URL": self.operate_url,
            "OPERATE_CLIENT_ID": self.operate_client_id,
            "OPERATE_CLIENT_SECRET": self.operate_client_secret.get_secret_value(),
            "OPERATE_USERNAME": self.operate_username,
            "OPERATE_PASSWORD": self.operate_password.get_secret_value(),
        }
        return tuple(name for name, value in wanted.items() if not value)

    def expect_console(self) -> None:
        """Raise `Misconfigured` where the console is on and cannot be served, or would be open to other machines."""
        if self.connector_console == "off":
            return
        if self.connector_listen is None:
            raise Misconfigured("CONNECTOR_CONSOLE is on: set CONNECTOR_LISTEN, too, such as 127.0.0.1:8321.")
        roles = self.connector_oidc_operators + self.connector_oidc_viewers
        company = {
            "CONNECTOR_OIDC_ISSUER": self.connector_oidc_issuer,
            "CONNECTOR_OIDC_CLIENT_ID": self.connector_oidc_client_id,
            "CONNECTOR_OIDC_OPERATORS": roles,
        }
        if any(company.values()):
            needed = {**company, "CONNECTOR_CONSOLE_URL": self.connector_console_url}
            if missing := [name for name, value in needed.items() if not value]:
                raise Misconfigured(
                    f"The company's login needs {', '.join(missing)}, too (deploy/README.md tells how)."
                )
            return
        hashes = (self.connector_console_password_hash, self.connector_console_viewer_hash)
        host, _ = host_and_port(self.connector_listen)
        if not any(each.get_secret_value() for each in hashes) and not is_loopback(host):
            raise Misconfigured(
                "CONNECTOR_CONSOLE is on and CONNECTOR_LISTEN is not this machine alone: set "
                "CONNECTOR_CONSOLE_PASSWORD_HASH (`connector console password` makes one) or CONNECTOR_OIDC_ISSUER, or "
                "listen at 127.0.0.1."
            )

    def expect_crms(self) -> None:
        """Raise `Misconfigured` with every setting that is missing to reach both CRMs."""
        if self.uses_private_key and self.salesforce_client_secret.get_secret_value():
            raise Misconfigured(
                "SALESFORCE_CLIENT_SECRET and SALESFORCE_PRIVATE_KEY_FILE are both set; "
                "keep the one of your login flow."
            )
        if missing := self.missing():
            raise Misconfigured(
                f"Missing settings: {', '.join(missing)}. Set them in the environment or in a file .env in the working "
                "directory (deploy/env.example lists all of them), or put a secret into a file and set NAME_FILE to it."
            )


NAMES = tuple(name.upper() for name in Settings.model_fields if name != "warnings")
"""Every setting, as it is written in the environment; each may have _FILE at its end."""


def load(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """The settings of this process. Raises `Misconfigured` with everything that is wrong in them.

    `environ` and `folder` (where `.env` and relative secret files are) default to the process's own.
    """
    variables = os.environ if environ is None else environ
    place = Path() if folder is None else folder
    lines = _env_file(place / ".env")
    given: dict[str, str] = {}
    for name in NAMES:
        for source in (variables, lines):
            text = _given(name, source, place)
            if text:
                given[name.lower()] = text
                break
    try:
        return Settings.model_validate({**given, "warnings": _warnings(variables)})
    except ValidationError as error:
        raise Misconfigured(_told(error)) from None


def _given(name: str, source: Mapping[str, str], folder: Path) -> str:
    """What one source says about a setting, "" for nothing."""
    text, file = source.get(name, "").strip(), source.get(name + FILE, "").strip()
    if text and file:
        raise Misconfigured(f"{name} and {name}{FILE} are both set; keep one of them.")
    if not file:
        return text
    path = folder / file
    if path.exists() and not path.is_file():  # to open a pipe would wait for somebody who writes into it
        raise Misconfigured(f"{name}{FILE}: {path} is not a file; give the path of a text file with the value in it.")
    try:
        with path.open("rb") as handle:
            content = handle.read(SECRET_FILE_LIMIT + 1)
        text = content.decode("utf-8-sig").strip()
    except OSError as error:
        raise Misconfigured(
            f"{name}{FILE}: {path} cannot be read ({error.strerror}); check the path, and this user's right to read it."
        ) from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{name}{FILE}: {path} is not a text file; save it in UTF-8.") from None
    if not text or len(content) > SECRET_FILE_LIMIT:
        raise Misconfigured(
            f"{name}{FILE}: {path} is {'too long' if text else 'empty'}; it must hold the value and nothing else."
        )
    return text


def _env_file(path: Path) -> dict[str, str]:
    """The lines of a `.env` file; one that cannot be understood, or that no setting has, is an error."""
    if not path.exists():
        return {}
    if not path.is_file():
        raise Misconfigured(f"{path} is not a file: settings are read from a text file of that name; rename this.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"{path} cannot be read; it must be a text file in UTF-8.") from None
    if wrong := [
        f"{path}:{line.original.line}: {fault}" for line in parse_stream(StringIO(text)) if (fault := _fault(line))
    ]:
        raise Misconfigured(" ".join(wrong))
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}


def _fault(line: Binding) -> str:
    """What is wrong with one line of `.env`, "" for nothing; never with its value, which may be a secret."""
    name = line.key or ""
    if line.error:
        return "this line cannot be read; write NAME=value, and close each quote in the line it was opened in."
    if not name or name.startswith(OF_TESTS):
        return ""
    if not _known(name):
        return f"there is no setting {name[:80]!r}.{_nearest(name)}"
    return "" if line.value is not None else f"{name} has no value; write {name}=value."


def _known(name: str) -> bool:
    return name in NAMES or name.removesuffix(FILE) in NAMES


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name.upper(), [*NAMES, *(each + FILE for each in NAMES)], n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def _warnings(variables: Mapping[str, str]) -> tuple[str, ...]:
    unknown = [
        name
        for name in sorted(variables)
        if name.startswith(OURS) and not name.startswith(OF_TESTS) and not _known(name)
    ]
    return tuple(f"There is no setting {name[:80]!r}; it has no effect.{_nearest(name)}" for name in unknown)


def _told(error: ValidationError) -> str:
    sentences = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        known = Settings.model_fields.get(name)
        form = f"it must be {known.description}" if known is not None and known.description else "it cannot be used"
        own = fault["type"] == "value_error"
        sentences.append(f"{name.upper()}: {fault['msg'].removeprefix('Value error, ') if own else form}.")
    return " ".join(dict.fromkeys(sentences))
