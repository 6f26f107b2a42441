"""The forms of the hosted job's settings: an address to listen on, secrets, numbers. Imports nothing of ours."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

SHORTEST = 16
"""Characters of a secret that nobody guesses by trying."""
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})", re.ASCII)


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


Listen = Annotated[str, AfterValidator(_listen)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Scopes = Annotated[str, AfterValidator(_scopes)]
NudgeSecret = Annotated[SecretStr, AfterValidator(_nudge_secret)]
PasswordHash = Annotated[SecretStr, AfterValidator(_password_hash)]
PerMinute = Annotated[int, Field(ge=1, le=600, description="a whole number from 1 to 600, such as 30")]
Intervals = Annotated[int, Field(ge=2, le=10_000, description="a whole number from 2 to 10000, such as 10")]
Leads = Annotated[int, Field(ge=0, le=1_000_000, description="a whole number from 0 to 1000000, such as 50")]
