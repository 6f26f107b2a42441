"""The forms of settings: addresses, names, secrets, numbers. Imports nothing of ours."""

import re
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

SHORTEST = 16
"""Characters of a secret that nobody guesses by trying."""
WEEK = 7 * 24 * 3600
"""Seconds: the longest of the waits."""
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})", re.ASCII)


def _url(text: str) -> str:
    """An origin to send secrets to: https, or plain http to this machine only."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("give it as https://host, with a port from 1 to 65535 where it needs one") from None
    if port == 0 or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("give it as https://host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("give it as https://host, without a user name, a question mark or a #")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("use https: plain http would show secrets and leads to the network")
    return text.rstrip("/")


def _operate_host(text: str) -> str:
    """The host; the path of the API, which the vendor's samples show as part of every address, is ours to add."""
    return text.removesuffix("/api/1.0")


def _my_domain(text: str) -> str:
    host = urlsplit(text).hostname or ""
    if host in {"login.salesforce.com", "test.salesforce.com"}:
        raise ValueError("give the org's My Domain, such as https://acme.my.salesforce.com")
    return _origin(text)


def _origin(text: str) -> str:
    if urlsplit(text).path:
        raise ValueError("give it as https://host, without a path")
    return text


def is_loopback(host: str) -> bool:
    """Whether this is a name of this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("give the name of a time zone, such as UTC or Europe/London") from None
    return text


def _custom_field(text: str) -> str:
    if not re.fullmatch(r"ud_[A-Za-z0-9_]{1,60}", text):
        raise ValueError("give the internal name of a custom field, such as ud_salesforceid")
    return text


def _ledger(text: str) -> str:
    if text.startswith(("postgresql://", "postgres://")):
        raise ValueError("this version keeps its ledger in SQLite only: sqlite:///connector.db")
    if not re.fullmatch(r"sqlite:///.*[^/]", text) or ":memory:" in text:
        raise ValueError("give it as sqlite:///connector.db (a relative path) or sqlite:////data/connector.db")
    return text


def _listen(text: str) -> str:
    found = _LISTEN.fullmatch(text)
    if found is None or int(found["port"]) > 65535:
        raise ValueError("give it as host:port, such as 127.0.0.1:8321")
    return text


def _nudge_secret(secret: SecretStr) -> SecretStr:
    if any(len(each) < SHORTEST or not re.fullmatch(r"[A-Za-z0-9._~-]+", each) for each in words(secret)):
        raise ValueError(
            f"give at least {SHORTEST} letters, digits, dots or dashes, such as `openssl rand -hex 32` prints; "
            "two of them with a blank between while you change it"
        )
    return secret


def words(secret: SecretStr) -> tuple[str, ...]:
    """The parts of a secret setting that may hold several, with blanks or line ends between."""
    return tuple(secret.get_secret_value().split())


def host_and_port(listen: str) -> tuple[str, int]:
    """What CONNECTOR_LISTEN says."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def _password_hash(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text and not re.fullmatch(
        r"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+", text, re.ASCII
    ):
        raise ValueError("give what `connector console password` prints, in single quotes or from a file")
    return secret


def _scopes(text: str) -> str:
    if "openid" not in text.split():
        raise ValueError('give the scopes with blanks between, "openid" among them')
    return " ".join(text.split())


def _names(given: object) -> object:
    """Several names, with commas or line ends between: a group may be called "Sales Ops"."""
    return tuple(filter(None, map(str.strip, re.split("[,\n]", given)))) if isinstance(given, str) else given


def _networks(names: tuple[str, ...]) -> tuple[str, ...]:
    try:
        found = [ip_network(name) for name in names]
    except ValueError:
        raise ValueError("give addresses, or networks such as 10.244.0.0/16, with commas between") from None
    if any(not network.prefixlen for network in found):
        raise ValueError("name the proxies alone: whoever is named may say in whose name a request comes")
    return tuple(map(str, found))


Url = Annotated[str, AfterValidator(_url)]
Origin = Annotated[Url, AfterValidator(_origin)]
MyDomain = Annotated[Url, AfterValidator(_my_domain)]
OperateHost = Annotated[Url, AfterValidator(_operate_host)]
CustomField = Annotated[str, AfterValidator(_custom_field)]
Zone = Annotated[str, AfterValidator(_zone)]
LedgerAddress = Annotated[str, AfterValidator(_ledger)]
Count = Annotated[int, Field(ge=1, le=50, description="a whole number from 1 to 50, such as 2")]
Percent = Annotated[int, Field(ge=1, le=100, description="a whole number from 1 to 100, such as 80")]
Wait = Annotated[int, Field(ge=0, le=WEEK, description=f"whole seconds from 0 to {WEEK} (a week), such as 60")]
Listen = Annotated[str, AfterValidator(_listen)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Networks = Annotated[Names, AfterValidator(_networks)]
Scopes = Annotated[str, AfterValidator(_scopes)]
NudgeSecret = Annotated[SecretStr, AfterValidator(_nudge_secret)]
PasswordHash = Annotated[SecretStr, AfterValidator(_password_hash)]
PerMinute = Annotated[int, Field(ge=1, le=600, description="a whole number from 1 to 600, such as 30")]
Intervals = Annotated[int, Field(ge=2, le=10_000, description="a whole number from 2 to 10000, such as 10")]
Leads = Annotated[int, Field(ge=0, le=1_000_000, description="a whole number from 0 to 1000000, such as 50")]
