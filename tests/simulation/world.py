"""Two strict CRMs in memory, a ledger, a clock and a connector between them, for whole cycles without a network."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, Micros, Side
from connector.crm.memory import MemoryCrm
from connector.crm.port import Field
from connector.ledger.sqlite import SqliteLedger
from connector.pair import Pair, Timing

P = ParamSpec("P")
T = TypeVar("T")

MAPPING = """
mapping: lead
owner: salesforce
counterpart: {salesforce: Operate_Lead_Id__c, operate: ud_salesforceid}
minimum: [leadname]
match: {email: email, first_name: first_name, last_name: last_name, company: company}
rules:
  first_name: {salesforce: FirstName, operate: firstname}
  last_name: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}
  company: {salesforce: Company, operate: leadname, required: {salesforce: Unknown company, operate: Unknown company}}
  email: {salesforce: Email, operate: emailaddress, transform: email}
  city: {salesforce: City, operate: town, fit: cut}
  notes: {salesforce: Description, operate: otherneeds, blank: clear}
"""

SALESFORCE_FIELDS = {
    each.name: each
    for each in (
        Field("FirstName", length=40),
        Field("LastName", length=80, required=True),
        Field("Company", length=255, required=True),
        Field("Email", length=80),
        Field("City", length=40),
        Field("Description", length=32000),
    )
}
OPERATE_FIELDS = {
    each.name: each
    for each in (
        Field("firstname", length=255),
        Field("lastname", length=255),
        Field("leadname", length=255, required=True),
        Field("emailaddress", length=255),
        Field("town", length=6),
        Field("otherneeds", length=4000),
    )
}


class Inline(Executor):
    """One thing after the other, so that a seed is a history."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it now."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - what an executor does
            future.set_exception(error)
        return future


@dataclass
class Time:
    """A clock that only moves when it is told to."""

    now: Micros = 1_760_000_000 * SECOND

    def __call__(self) -> Micros:
        """The time now."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += int(seconds * SECOND)


def sizes(mapping: Mapping) -> Mapping:
    """The mapping with the sizes of the two schemas."""
    lengths = {
        Side.SALESFORCE: {name: each.length for name, each in SALESFORCE_FIELDS.items()},
        Side.OPERATE: {name: each.length for name, each in OPERATE_FIELDS.items()},
    }
    return replace(mapping, rules={name: replace(rule, sizes=lengths) for name, rule in mapping.rules.items()})


@dataclass
class World:
    """One pair of CRMs and the connector between them.

    `names_fields` off: refusals of Operate do not say which field is wrong. `mandatory` are Operate fields that this
    tenant demands besides. `page_size` is that of both listings; a listing of more than a few pages needs real threads.
    """

    operate_counterpart: bool = True
    cuts: bool = False
    on_io: Callable[[Side, str, str], None] = lambda side, method, phase: None
    mapping_text: str = MAPPING
    names_fields: bool = True
    mandatory: frozenset[str] = frozenset()
    page_size: int = 100
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        self.salesforce = MemoryCrm(
            Side.SALESFORCE,
            clock=self.time,
            fields=SALESFORCE_FIELDS,
            lowercase=frozenset({"Email"}),
            page_size=self.page_size,
            on_io=lambda method, phase: self.on_io(Side.SALESFORCE, method, phase),
        )
        self.operate = MemoryCrm(
            Side.OPERATE,
            clock=self.time,
            fields={
                name: replace(each, required=each.required or name in self.mandatory)
                for name, each in OPERATE_FIELDS.items()
            },
            names_fields=self.names_fields,
            page_size=self.page_size,
            cuts=frozenset({"town"}) if self.cuts else frozenset(),
            counterpart_field=self.operate_counterpart,
            on_io=lambda method, phase: self.on_io(Side.OPERATE, method, phase),
        )
        mapping = sizes(load(self.mapping_text, "lead.yaml"))
        if not self.operate_counterpart:
            mapping = replace(mapping, minimum=(*mapping.minimum, "emailaddress", "lastname"))
        self.ledger = SqliteLedger.open(":memory:")
        crms = {Side.SALESFORCE: self.salesforce, Side.OPERATE: self.operate}
        timing = Timing(hold=60 * SECOND, create_after=5 * SECOND)
        self.pair = Pair(mapping, {}, crms, self.ledger, self.time, timing, workers=Inline)

    def crm(self, side: Side) -> MemoryCrm:
        """One of the two CRMs."""
        return self.salesforce if side is Side.SALESFORCE else self.operate

    def close(self) -> None:
        """Give the ledger back."""
        self.ledger.close()
