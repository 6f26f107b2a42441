"""Both clients over a lying stand-in: what is asked of them, and every trial of a call against a twist."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from connector.core.model import Side, Write
from connector.crm.operate import OperateCrm
from connector.crm.port import Crm, Field
from connector.crm.salesforce import SalesforceCrm
from connector.sandbox.http import Clock, Request, Response, Server
from connector.sandbox.operate import Operate, OperateConfig
from connector.sandbox.salesforce import Salesforce, SalesforceConfig
from tests.crm.operate_world import COUNTERPART
from tests.crm.operate_world import CREDENTIALS as OPERATE
from tests.crm.salesforce_world import CREDENTIALS as SALESFORCE
from tests.crm.salesforce_world import EXTERNAL_ID, FIELDS
from tests.hostile.liar import Call, Liar, Twist, complaint, some, twists

NAME, MAIL = "Marlowe-8264", "m@harbour-5519.example"
BASIC = b64encode(f"{SALESFORCE.client_id}:{SALESFORCE.client_secret}".encode()).decode()
SECRETS = (SALESFORCE.client_secret, BASIC, OPERATE.client_secret, OPERATE.password)
MORE_THAN_A_URL = [f"{number:060d}" for number in range(280)]


class Bystander:
    """A server that nobody has a reason to speak to; it remembers who did."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        """Answer like a trap."""
        self.requests.append(request)
        return Response(200, {"access_token": "stolen"})


@dataclass
class Stand:
    """One stand-in, its lies, and clients of it."""

    liar: Liar
    bystander: Bystander
    client: Callable[[], AbstractContextManager[Crm]]
    calls: Sequence[Call]

    def true_answers(self, call: Call) -> list[Response]:
        """What is answered when nothing lies."""
        self.liar.start(None)
        with self.client() as crm:
            call.run(crm)
        return list(self.liar.answers)

    def trial(self, call: Call, twist: Twist) -> str:
        """What is wrong with how this call ends over this twist ("" is fine)."""
        self.liar.start(twist)
        self.bystander.requests.clear()
        with self.client() as crm:
            found = complaint(call, crm, self.liar, SECRETS)
        if self.bystander.requests:
            found = found or "somebody else was asked"
        return f"{call.name}, {twist}: {found}" if found else ""

    def trials(self, call: Call, count: int, seed: int) -> Iterator[str]:
        """The complaints of a seeded share of all trials of a call; 0 is all of them."""
        for twist in some(list(twists(self.true_answers(call))), count, seed):
            yield self.trial(call, twist)


@contextmanager
def _served(liar: Liar, clock: Clock) -> Iterator[tuple[Liar, Bystander, str]]:
    """A lying stand-in and a bystander to whom it may send people, both listening; the liar's address."""
    bystander = Bystander()
    with Server(liar, clock=clock) as server, Server(bystander, clock=clock) as elsewhere:
        liar.elsewhere = elsewhere.url
        yield liar, bystander, server.url


@contextmanager
def salesforce() -> Iterator[Stand]:
    """An org with three leads in pages of two, one of them deleted."""
    clock = Clock()
    org = Salesforce(clock=clock, config=SalesforceConfig(page_size=2))
    people = [{"LastName": NAME, "Company": f"{NAME} Ltd", "Email": MAIL, "NumberOfEmployees": 7} for _ in range(3)]
    ids = [org.add({**person, EXTERNAL_ID: str(701 + at)}) for at, person in enumerate(people)]
    org.remove(org.add({"LastName": NAME, "Company": "x"}))
    with _served(Liar(org), clock) as (liar, bystander, url):

        @contextmanager
        def client() -> Iterator[Crm]:
            crm = SalesforceCrm(
                url,
                SALESFORCE,
                fields=FIELDS,
                timeout=0.3,
                sleep=lambda seconds: None,
                clock=lambda: clock.now().timestamp(),
            )
            try:
                yield crm
            finally:
                crm.close()

        yield Stand(liar, bystander, client, _salesforce_calls(ids))


def _salesforce_calls(ids: list[str]) -> tuple[Call, ...]:
    return (
        *_reads(ids, [*(str(number) for number in (701, 702, 999))], "User", "RecordType"),
        Call("a search too long for a URL", lambda crm: crm.find(MORE_THAN_A_URL)),
        Call("write", lambda crm: crm.write(_salesforce_batch(ids))),
    )


def _salesforce_batch(ids: list[str]) -> list[Write]:
    person = {"who": {"LastName": NAME, "Company": f"{NAME} Ltd", "Email": MAIL}}
    return [
        Write(1, Side.SALESFORCE, None, "801", stamp=True, rules=person),
        Write(2, Side.SALESFORCE, None, "", stamp=False, rules=person),
        Write(3, Side.SALESFORCE, ids[0], "701", stamp=True, rules=person),
        Write(4, Side.SALESFORCE, ids[1], "", stamp=False, rules={"people": {"NumberOfEmployees": "5"}}),
        Write(5, Side.SALESFORCE, ids[2], "", stamp=False, rules={"mail": {"Email": "bad"}}),
    ]


@contextmanager
def operate() -> Iterator[Stand]:
    """A tenant with three leads in pages of two."""
    clock = Clock()
    tenant = Operate(clock=clock, config=OperateConfig(page_limit=2))
    person = {"locationname": "4", "leadname": f"{NAME} Ltd", "lastname": NAME, "emailaddress": MAIL}
    ids = [tenant.add({**person, COUNTERPART: f"00Q{at:015d}"}) for at in range(3)]
    with _served(Liar(tenant), clock) as (liar, bystander, url):

        @contextmanager
        def client() -> Iterator[Crm]:
            crm = OperateCrm(
                url,
                OPERATE,
                counterpart_field=COUNTERPART,
                requests_per_second=1_000,
                in_flight=1,
                timeout=0.3,
                sleep=lambda seconds: None,
            )
            with crm:
                yield crm

        yield Stand(liar, bystander, client, _operate_calls(ids))


def _operate_calls(ids: list[str]) -> tuple[Call, ...]:
    return (
        *_reads(ids, [f"00Q{0:015d}", f"00Q{9:015d}"], "location"),
        Call("write", lambda crm: crm.write(_operate_batch(ids))),
    )


def _operate_batch(ids: list[str]) -> list[Write]:
    new = {"who": {"locationname": "4", "leadname": f"{NAME} Ltd", "lastname": NAME}}
    return [
        Write(1, Side.OPERATE, None, f"00Q{8:015d}", stamp=True, rules=new),
        Write(2, Side.OPERATE, ids[0], f"00Q{0:015d}", stamp=True, rules={"mail": {"emailaddress": MAIL}}),
        Write(3, Side.OPERATE, ids[1], "", stamp=False, rules={"code": {"postcode": "much too long for it"}}),
        Write(4, Side.OPERATE, "9999", "", stamp=False, rules={"mail": {"emailaddress": MAIL}}),
    ]


def _reads(ids: list[str], counterparts: list[str], *tables: str) -> tuple[Call, ...]:
    """What is read of either CRM."""
    return (
        Call("check", lambda crm: crm.check()),
        Call("everything", lambda crm: list(crm.changes(None))),
        Call("changes", lambda crm: list(crm.changes(0))),
        Call("ids", lambda crm: list(crm.ids())),
        Call("get", lambda crm: crm.get([*ids[:2], "987654", "00QSb0zzzzzzzzz"])),
        Call("find", lambda crm: list(crm.find(counterparts))),
        Call("fields", lambda crm: _whole(crm.fields().values())),
        *(Call(f"look-up of {name}", partial(_table, name)) for name in tables),
    )


def _whole(fields: Iterable[Field]) -> list[Field]:
    """The schema, each part of which is used later as what it says it is."""
    found = list(fields)
    for each in found:
        assert all(isinstance(text, str) for text in (each.name, each.label, each.type, *each.values))
        assert type(each.length) is int
        flags = (each.createable, each.updateable, each.required, each.external_id)
        assert all(isinstance(flag, bool) for flag in flags)
    return found


def _table(name: str, crm: Crm) -> object:
    table = crm.lookup(name)
    assert all(isinstance(part, str) for item in table.items() for part in item)
    return table
