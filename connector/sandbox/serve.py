"""Both stand-ins on local ports, filled, with the settings that lead the connector to them.

Imports the sandbox only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

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
    operate_clock: Clock | None = None,
    salesforce_config: SalesforceConfig | None = None,
    operate_config: OperateConfig | None = None,
) -> Iterator[Sandbox]:
    """Serve both stand-ins with `count` made-up people until the block ends; port 0 is any free one.

    Both live by one clock, unless Operate is given its own. Raises OSError for a port that is taken.
    """
    clock = clock or Clock()
    salesforce = Salesforce(clock=clock, seed=seed, config=salesforce_config)
    operate_clock = operate_clock or clock
    operate = Operate(clock=operate_clock, seed=seed, config=operate_config)
    population = populate(
        salesforce, operate, count=count, seed=seed, shared=shared, operate_only=operate_only, messy=messy
    )
    with (
        Server(salesforce, port=salesforce_port, host=host, clock=clock) as salesforce_server,
        Server(operate, port=operate_port, host=host, clock=operate_clock) as operate_server,
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
