"""Two strict CRMs in memory, a ledger, a clock and a connector between them, for whole cycles without a network."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import ParamSpec, TypeVar

from connector.core.guard import Brakes
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, Micros, Side
from connector.crm.memory import MemoryCrm
from connector.crm.memory_rows import OnSave, unheard
from connector.crm.port import Field
from connector.ledger.sqlite import SqliteLedger
from connector.pair import Pair, Timing

P = ParamSpec("P")
T = TypeVar("T")

HEAD = """
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
"""
"""A mapping up to the rules that tell who somebody is."""
MAPPING = (
    HEAD
    + """  city: {salesforce: City, operate: town, fit: cut}
  notes: {salesforce: Description, operate: otherneeds, blank: clear}
"""
)

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


SCHEMA: Map[Side, Map[str, Field]] = {Side.SALESFORCE: SALESFORCE_FIELDS, Side.OPERATE: OPERATE_FIELDS}
TIMING = Timing(hold=60 * SECOND, create_after=5 * SECOND)


def sizes(mapping: Mapping, schema: Map[Side, Map[str, Field]] = SCHEMA) -> Mapping:
    """The mapping with the sizes of the two schemas."""
    lengths = {side: {name: each.length for name, each in fields.items()} for side, fields in schema.items()}
    return replace(mapping, rules={name: replace(rule, sizes=lengths) for name, rule in mapping.rules.items()})


@lru_cache(maxsize=500)
def _loaded(text: str) -> Mapping:
    return load(text, "lead.yaml")


@dataclass
class World:
    """One pair of CRMs and the connector between them.

    `names_fields` off: refusals of Operate do not say which field is wrong; `mumbles`: its answers to writes say
    nothing. `mandatory` are Operate fields that this tenant demands besides. `page_size` is that of both listings; a
    listing of more than a few pages needs real threads. `skews` is by how much each CRM's clock is ahead of ours.
    """

    operate_counterpart: bool = True
    cuts: bool = False
    on_io: Callable[[Side, str, str], None] = lambda side, method, phase: None
    on_save: Map[Side, OnSave] = field(default_factory=dict)
    mapping_text: str = MAPPING
    schema: Map[Side, Map[str, Field]] = field(default_factory=lambda: SCHEMA)
    names_fields: bool = True
    mumbles: bool = False
    mandatory: frozenset[str] = frozenset()
    page_size: int = 100
    skews: Map[Side, Micros] = field(default_factory=dict)
    timing: Timing = TIMING
    brakes: Brakes = field(default_factory=Brakes)
    time: Time = field(default_factory=Time)

    def __post_init__(self) -> None:
        self.salesforce = MemoryCrm(
            Side.SALESFORCE,
            clock=self.clock(Side.SALESFORCE),
            fields=self.schema[Side.SALESFORCE],
            lowercase=frozenset({"Email"}),
            page_size=self.page_size,
            on_io=lambda method, phase: self.on_io(Side.SALESFORCE, method, phase),
            on_save=self.on_save.get(Side.SALESFORCE, unheard),
        )
        self.operate = MemoryCrm(
            Side.OPERATE,
            clock=self.clock(Side.OPERATE),
            fields={
                name: replace(each, required=each.required or name in self.mandatory)
                for name, each in self.schema[Side.OPERATE].items()
            },
            names_fields=self.names_fields,
            mumbles=self.mumbles,
            page_size=self.page_size,
            cuts=frozenset({"town"}) if self.cuts else frozenset(),
            counterpart_field=self.operate_counterpart,
            on_io=lambda method, phase: self.on_io(Side.OPERATE, method, phase),
            on_save=self.on_save.get(Side.OPERATE, unheard),
        )
        self.ledger = SqliteLedger.open(":memory:")
        crms = {Side.SALESFORCE: self.salesforce, Side.OPERATE: self.operate}
        mapping = self.mapping(self.mapping_text)
        self.pair = Pair(mapping, {}, crms, self.ledger, self.time, self.timing, self.brakes, workers=Inline)

    def mapping(self, text: str) -> Mapping:
        """A mapping of this world: with its sizes, and with what a create needs that nobody can find by an id."""
        mapping = sizes(_loaded(text), self.schema)
        if self.operate_counterpart:
            return mapping
        return replace(mapping, minimum=(*mapping.minimum, "emailaddress", "lastname"))

    def remap(self, text: str) -> None:
        """Somebody changes the mapping between two cycles."""
        self.pair = replace(self.pair, mapping=self.mapping(text))

    def clock(self, side: Side) -> Callable[[], Micros]:
        """The clock of one CRM."""
        return lambda: self.time() + self.skews.get(side, 0)

    def crm(self, side: Side) -> MemoryCrm:
        """One of the two CRMs."""
        return self.salesforce if side is Side.SALESFORCE else self.operate

    def close(self) -> None:
        """Give the ledger back."""
        self.ledger.close()
