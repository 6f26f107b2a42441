"""Both stand-ins on local ports, filled, with the settings that lead the connector to them.

Imports the sandbox only.
"""

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from .http import Clock, Server
from .operate import Operate, OperateConfig
from .population import Population, populate
from .salesforce import Salesforce, SalesforceConfig


@dataclass(frozen=True)
class Sandbox:
    """Two running stand-ins. `settings` is the environment that the connector needs to reach them."""

    salesforce: Salesforce
    operate: Operate
    salesforce_server: Server
    operate_server: Server
    settings: Mapping[str, str]
    population: Population
    clock: Clock


@contextmanager
def serving(
    *,
    seed: int = 0,
    count: int = 500,
    shared: float = 0.4,
    operate_only: float = 0.3,
    messy: bool = True,
    salesforce_port: int = 0,
    operate_port: int = 0,
    host: str = "127.0.0.1",
    clock: Clock | None = None,
    salesforce_config: SalesforceConfig | None = None,
    operate_config: OperateConfig | None = None,
) -> Iterator[Sandbox]:
    """Serve both stand-ins with `count` made-up people until the block ends; port 0 is any free one.

    Raises OSError for a port that is taken.
    """
    clock = clock or Clock()
    salesforce = Salesforce(clock=clock, seed=seed, config=salesforce_config)
    operate = Operate(clock=clock, seed=seed, config=operate_config)
    population = populate(
        salesforce, operate, count=count, seed=seed, shared=shared, operate_only=operate_only, messy=messy
    )
    with (
        Server(salesforce, port=salesforce_port, host=host, clock=clock) as salesforce_server,
        Server(operate, port=operate_port, host=host, clock=clock) as operate_server,
    ):
        settings = {
            "SALESFORCE_URL": salesforce_server.url,
            "SALESFORCE_CLIENT_ID": salesforce.config.client_id,
            "SALESFORCE_CLIENT_SECRET": salesforce.config.client_secret,
            "OPERATE_URL": operate_server.url,
            "OPERATE_CLIENT_ID": operate.config.client_id,
            "OPERATE_CLIENT_SECRET": operate.config.client_secret,
            "OPERATE_USERNAME": operate.config.username,
            "OPERATE_PASSWORD": operate.config.password,
        }
        if operate.config.counterpart_field:
            settings["OPERATE_COUNTERPART_FIELD"] = operate.config.counterpart_field
        yield Sandbox(salesforce, operate, salesforce_server, operate_server, settings, population, clock)


def curl_examples(sandbox: Sandbox) -> list[str]:
    """Commands for a shell, in order: a token of each side, a query of each, a new lead in Operate, the journal.

    The token of a side is kept in the shell's variable SALESFORCE or OPERATE.
    """
    values = sandbox.settings
    salesforce, operate = values["SALESFORCE_URL"], values["OPERATE_URL"]
    token = r"""sed 's/.*"access_token": *"\([^"]*\)".*/\1/'"""
    soql = quote("SELECT Id, Name, Email FROM Lead ORDER BY SystemModstamp DESC LIMIT 3")
    where = quote("[creationdate]>='2017-05-01'")
    lead = 'data={"leads":[{"locationname":"4","leadname":"Example Ltd","lastname":"Doe"}]}'
    return [
        f"SALESFORCE=$(curl -s {salesforce}/services/oauth2/token"
        f" {_form(grant_type='client_credentials', **_client(values, 'SALESFORCE'))} | {token})",
        'curl -s -H "Authorization: Bearer $SALESFORCE"'
        f" {shlex.quote(f'{salesforce}/services/data/v67.0/query?q={soql}')}",
        f"OPERATE=$(curl -s {operate}/oauth2/token {_form(**_operate_login(values))} | {token})",
        'curl -s -H "Authorization: Bearer $OPERATE"'
        f" {shlex.quote(f'{operate}/api/1.0/lead?where={where}&startrecord=1&endrecord=3')}",
        'curl -s -X PUT -H "Authorization: Bearer $OPERATE"'
        f" {operate}/api/1.0/lead --data-urlencode {shlex.quote(lead)}",
        f"curl -s {operate}/_sandbox/journal",
    ]


def _client(values: Mapping[str, str], side: str) -> dict[str, str]:
    return {"client_id": values[f"{side}_CLIENT_ID"], "client_secret": values[f"{side}_CLIENT_SECRET"]}


def _operate_login(values: Mapping[str, str]) -> dict[str, str]:
    person = {"username": values["OPERATE_USERNAME"], "password": values["OPERATE_PASSWORD"]}
    return {"grant_type": "password", "scope": "hubapi", **_client(values, "OPERATE"), **person}


def _form(**fields: str) -> str:
    return " ".join(f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in fields.items())
