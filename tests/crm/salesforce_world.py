"""A Salesforce org on this machine, with a client of it, for tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from connector.core.model import Native, Side, Write
from connector.crm.salesforce import ClientCredentials, Credentials, SalesforceCrm
from connector.sandbox.http import Clock, Fault, Request, Response, Server
from connector.sandbox.salesforce import Salesforce, SalesforceConfig

CREDENTIALS = ClientCredentials("sandbox-client-id", "sandbox-client-secret")
EXTERNAL_ID = "Operate_Lead_Id__c"
FIELDS = ("FirstName", "LastName", "Company", "Email", "Street", "Title", "Description", "OwnerId", "NumberOfEmployees")
COMPLETE = {"LastName": "Marlow", "Company": "Harbour Light Ltd"}
WRITES = "PATCH|POST|DELETE"
COLLECTIONS = "/composite/sobjects"
UNKNOWN_ID = "00QSb0zzzzzzzzz"


@dataclass
class Listening:
    """Passes requests on to an org and remembers them, headers included; `retouch` may change an answer."""

    org: Salesforce
    requests: list[Request] = field(default_factory=list)
    retouch: Callable[[Request, Response], Response] = lambda request, response: response

    def handle(self, request: Request) -> Response:
        """Answer as the org does, apart from what is retouched."""
        self.requests.append(request)
        return self.retouch(request, self.org.handle(request))

    def of(self, method: str, path: str) -> list[Request]:
        """The requests with this method whose path has this in it."""
        return [request for request in self.requests if request.method == method and path in request.path]


@dataclass
class SalesforceWorld:
    """People and faults at an org. `waits` are the seconds the client slept, without really sleeping."""

    org: Salesforce
    server: Server
    clock: Clock
    heard: Listening
    waits: list[float] = field(default_factory=list)
    clients: list[SalesforceCrm] = field(default_factory=list)

    def client(
        self,
        *,
        credentials: Credentials = CREDENTIALS,
        fields: Sequence[str] = FIELDS,
        timeout: float = 5,
        **settings: Any,
    ) -> SalesforceCrm:
        """A client of this org that never really waits; closed with the world."""
        crm = SalesforceCrm(
            self.server.url,
            credentials,
            fields=fields,
            timeout=timeout,
            sleep=self.waits.append,
            clock=lambda: self.clock.now().timestamp(),
            **settings,
        )
        self.clients.append(crm)
        return crm

    def logins(self) -> int:
        """How often a token was asked for."""
        return len(self.server.journal.calls("POST", "/services/oauth2/token$"))

    def add(self, native: Native, *, counterpart_id: str = "") -> str:
        """Somebody enters a lead."""
        return self.org.add({**native, **({EXTERNAL_ID: counterpart_id} if counterpart_id else {})})

    def edit(self, record_id: str, native: Native) -> None:
        """Somebody edits a lead."""
        self.org.edit(record_id, native)

    def remove(self, record_id: str) -> None:
        """Somebody deletes a lead."""
        self.org.remove(record_id)

    def leads(self) -> Mapping[str, Mapping[str, str]]:
        """Every live lead as stored."""
        return {
            record_id: {name: "" if value is None else str(value) for name, value in row.items()}
            for record_id, row in self.org.leads().items()
        }

    def advance(self, seconds: float) -> None:
        """Let time pass in Salesforce."""
        self.clock.advance(seconds)

    def lose_request(self) -> None:
        """Lose the next write."""
        self.server.fault(Fault("lost_before", method=WRITES, path=COLLECTIONS))

    def lose_answer(self) -> None:
        """Lose the answer to the next write."""
        self.server.fault(Fault("lost_after", method=WRITES, path=COLLECTIONS))

    def away(self) -> None:
        """Answer nothing from now on."""
        self.server.fault(Fault("status", status=429, times=0))

    def back(self) -> None:
        """Answer again."""
        self.server.clear_faults()


@contextmanager
def salesforce_world(config: SalesforceConfig | None = None) -> Iterator[SalesforceWorld]:
    """A served org."""
    clock = Clock()
    org = Salesforce(clock=clock, config=config)
    heard = Listening(org)
    with Server(heard, clock=clock) as server:
        world = SalesforceWorld(org, server, clock, heard)
        try:
            yield world
        finally:
            for crm in world.clients:
                crm.close()


def create(key: int, native: Native, counterpart_id: str = "") -> Write:
    """A create of a complete lead with these fields, one rule for each."""
    rules = {name: {name: text} for name, text in {**COMPLETE, **native}.items()}
    return Write(key, Side.SALESFORCE, None, counterpart_id, bool(counterpart_id), rules)


def update(key: int, record_id: str, native: Native, counterpart_id: str = "") -> Write:
    """An update of these fields, one rule for each."""
    rules = {name: {name: text} for name, text in native.items()}
    return Write(key, Side.SALESFORCE, record_id, counterpart_id, bool(counterpart_id), rules)
