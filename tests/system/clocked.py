"""The connector over real HTTP with one clock that tests move on: both stand-ins, both clients, and no real waits."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from connector.core.model import SECOND, Micros, Side
from connector.crm.operate import Credentials, OperateCrm
from connector.crm.port import Crm
from connector.crm.salesforce import ClientCredentials, SalesforceCrm
from connector.ledger.sqlite import SqliteLedger
from connector.looks import both, fitted, merged_tables
from connector.pair import Pair, Timing
from connector.sandbox.http import Clock
from connector.sandbox.operate import OperateConfig
from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.serve import Sandbox, serving
from connector.settings import load
from connector.wiring import read_mapping

COUNTERPART = "ud_salesforceid"


class Apart(Clock):
    """A clock that is always so many seconds ahead of another one."""

    def __init__(self, other: Clock, seconds: float) -> None:
        super().__init__()
        self._other, self._apart = other, timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The present moment, as this clock tells it."""
        return self._other.now() + self._apart


@dataclass
class Clocked:
    """Two stand-ins and a pair over them, whose clocks run together."""

    sandbox: Sandbox
    clock: Clock
    pair: Pair
    folder: Path

    def advance(self, seconds: float) -> None:
        """Let time pass everywhere."""
        self.clock.advance(seconds)

    def now(self) -> Micros:
        """The present, in whole seconds."""
        return int(self.clock.now().timestamp()) * SECOND

    def cursor(self, side: Side) -> Micros:
        """How far this side was read."""
        return int(self.pair.ledger.log.mark(f"cursor.{side}") or 0)

    def enter(self, side: Side, name: str) -> str:
        """Somebody enters a new lead; its record id."""
        company, mail = f"{name} Ltd", f"mia@{name.lower()}.example"
        if side is Side.SALESFORCE:
            row = {"FirstName": "Mia", "LastName": name, "Company": company, "Email": mail}
            return self.sandbox.salesforce.add(row)
        location = min(self.sandbox.operate.others("location"), key=int)
        row = {"firstname": "Mia", "lastname": name, "leadname": company, "emailaddress": mail}
        return self.sandbox.operate.add({**row, "locationname": location})

    def note(self, side: Side, name: str, text: str) -> None:
        """Somebody writes a note on the lead of this name."""
        if side is Side.SALESFORCE:
            self.sandbox.salesforce.edit(self.record_id(side, name), {"Description": text})
        else:
            self.sandbox.operate.edit(self.record_id(side, name), {"otherneeds": text})

    def record_id(self, side: Side, name: str) -> str:
        """The record of the lead of this name."""
        app = self.sandbox.salesforce if side is Side.SALESFORCE else self.sandbox.operate
        last = "LastName" if side is Side.SALESFORCE else "lastname"
        return next(record_id for record_id, row in app.leads().items() if row[last] == name)

    def people(self, side: Side) -> Counter[tuple[str, str]]:
        """How often each last name with its note is on a side."""
        if side is Side.SALESFORCE:
            rows = self.sandbox.salesforce.leads().values()
            return Counter((str(row["LastName"]), str(row.get("Description") or "")) for row in rows)
        return Counter(
            (str(row["lastname"]), str(row.get("otherneeds") or "")) for row in self.sandbox.operate.leads().values()
        )


@contextmanager
def clocked(
    folder: Path,
    *,
    timing: Timing | None = None,
    timeout: float = 5,
    ahead: Mapping[Side, float] | None = None,
    page: int | None = None,
    counterpart: str | None = COUNTERPART,
) -> Iterator[Clocked]:
    """A pair over two empty stand-ins; its ledger is in the folder.

    `ahead` is how many seconds a CRM's clock (its stamps, and the time it tells) is ahead of ours, `page` how many
    leads they show at a time, `counterpart` Operate's field for our id.
    """
    clock = Clock()
    clocks = {side: Apart(clock, (ahead or {}).get(side, 0)) for side in Side}
    with ExitStack() as stack:
        sandbox = stack.enter_context(
            serving(
                count=0,
                clock=clocks[Side.SALESFORCE],
                operate_clock=clocks[Side.OPERATE],
                salesforce_config=SalesforceConfig(page_size=page or 2000),
                operate_config=OperateConfig(page_limit=page or 500, counterpart_field=counterpart),
            )
        )
        settings = load({**sandbox.settings, "OPERATE_COUNTERPART_FIELD": counterpart or ""}, folder)
        mapping = read_mapping(settings)
        salesforce = SalesforceCrm(
            sandbox.salesforce_server.url,
            ClientCredentials(settings.salesforce_client_id, settings.salesforce_client_secret.get_secret_value()),
            fields=mapping.fields(Side.SALESFORCE),
            timeout=timeout,
            sleep=lambda seconds: None,
            clock=lambda: clock.now().timestamp(),
        )
        operate = OperateCrm(
            sandbox.operate_server.url,
            Credentials(
                settings.operate_client_id,
                settings.operate_client_secret.get_secret_value(),
                settings.operate_username,
                settings.operate_password.get_secret_value(),
            ),
            counterpart_field=counterpart or "",
            requests_per_second=1000,
            timeout=timeout,
            sleep=lambda seconds: None,
            clock=lambda: clock.now().timestamp(),
        )
        stack.enter_context(closing(salesforce))
        stack.enter_context(closing(operate))
        crms: dict[Side, Crm] = {Side.SALESFORCE: salesforce, Side.OPERATE: operate}
        ledger = stack.enter_context(closing(SqliteLedger.open(folder / "connector.db")))
        seen = both(crms, mapping)
        yield Clocked(
            sandbox,
            clock,
            Pair(
                mapping=fitted(mapping, seen),
                tables=merged_tables(seen),
                crms=crms,
                ledger=ledger,
                clock=lambda: int(clock.now().timestamp() * SECOND),
                timing=timing or Timing(),
            ),
            folder,
        )
