"""A tenant of Operate on this machine, with a client of it, for tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.core.model import Native
from connector.crm.operate import Credentials, OperateCrm
from connector.sandbox.http import Clock, Fault, Server
from connector.sandbox.operate import Operate, OperateConfig

CREDENTIALS = Credentials("sandbox-client", "sandbox-client-secret", "connector@operate.example", "sandbox-password")
COUNTERPART = "ud_salesforceid"
COMPLETE = {"locationname": "4", "leadname": "Example Ltd"}
WRITES = "PUT|POST|DELETE"


@dataclass
class OperateWorld:
    """People and faults at a tenant. `waits` are the seconds the client slept, without really sleeping."""

    app: Operate
    server: Server
    clock: Clock
    waits: list[float] = field(default_factory=list)

    def client(
        self,
        *,
        credentials: Credentials = CREDENTIALS,
        counterpart_field: str = COUNTERPART,
        update_verb: str = "POST",
        requests_per_second: float = 20,
        timezone: str = "UTC",
        timeout: float = 5,
    ) -> OperateCrm:
        """A client of this tenant that never really waits."""
        return OperateCrm(
            self.server.url,
            credentials,
            counterpart_field=counterpart_field,
            update_verb=update_verb,
            requests_per_second=requests_per_second,
            timezone=timezone,
            timeout=timeout,
            sleep=self.waits.append,
        )

    @property
    def patience(self) -> list[float]:
        """The waits for a busy or silent server; those that only keep the pace are shorter."""
        return [seconds for seconds in self.waits if seconds >= 0.5]

    def add(self, native: Native, *, counterpart_id: str = "") -> str:
        """Somebody enters a lead."""
        return self.app.add({**native, **({COUNTERPART: counterpart_id} if counterpart_id else {})})

    def edit(self, record_id: str, native: Native) -> None:
        """Somebody edits a lead."""
        self.app.edit(record_id, native)

    def remove(self, record_id: str) -> None:
        """Somebody deletes a lead."""
        self.app.remove(record_id)

    def leads(self) -> Mapping[str, Mapping[str, str]]:
        """Every lead as stored."""
        return {
            record_id: {name: text or "" for name, text in row.items()} for record_id, row in self.app.leads().items()
        }

    def advance(self, seconds: float) -> None:
        """Let time pass in Operate."""
        self.clock.advance(seconds)

    def lose_request(self) -> None:
        """Lose the next write."""
        self.server.fault(Fault("lost_before", method=WRITES, path="/lead"))

    def lose_answer(self) -> None:
        """Lose the answer to the next write."""
        self.server.fault(Fault("lost_after", method=WRITES, path="/lead"))

    def away(self) -> None:
        """Answer nothing from now on."""
        self.server.fault(Fault("status", status=429, times=0))

    def back(self) -> None:
        """Answer again."""
        self.server.clear_faults()


@contextmanager
def operate_world(config: OperateConfig | None = None) -> Iterator[OperateWorld]:
    """A served tenant."""
    clock = Clock()
    app = Operate(clock=clock, config=config or OperateConfig())
    with Server(app, clock=clock) as server:
        yield OperateWorld(app, server, clock)
