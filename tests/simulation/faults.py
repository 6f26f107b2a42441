"""What goes wrong between the connector and both CRMs: data, each waiting for a request that it can befall."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from connector.core.model import SECOND, Micros, Side
from connector.crm.memory_faults import Late as LateRequest
from connector.crm.memory_faults import Lost as LostRequest
from connector.errors import Misconfigured, RetryLater, Unreadable

COMMIT = "commit"
"""What the ledger does is told like a request: this method, phase "before"."""


class Crashed(Exception):
    """The process died here."""


@runtime_checkable
class Fault(Protocol):
    """Something that goes wrong once."""

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """Whether this half of a request (of the ledger: side None) can go wrong so."""
        ...

    def error(self, clock: Micros) -> Exception:
        """What is thrown, given the clock of that side."""
        ...


@dataclass(frozen=True, slots=True)
class Lost:
    """A request (or the next `write`), or only its answer, is lost."""

    phase: str
    write: bool = False

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """Any request, or a write."""
        return side is not None and phase == self.phase and (method == "write" or not self.write)

    def error(self, clock: Micros) -> Exception:
        """Lost."""
        return LostRequest()

    def __str__(self) -> str:
        what = "write" if self.write else "request"
        return f"the next {what} is lost" if self.phase == "before" else f"the answer to the next {what} is lost"


@dataclass(frozen=True, slots=True)
class Late:
    """A write is heard of no more, and arrives much later."""

    seconds: int

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """A write on its way."""
        return (method, phase) == ("write", "before")

    def error(self, clock: Micros) -> Exception:
        """Late."""
        return LateRequest(clock + self.seconds * SECOND)

    def __str__(self) -> str:
        return f"the next write gets no answer and arrives {self.seconds} seconds later"


@dataclass(frozen=True, slots=True)
class Busy:
    """A CRM throttles us or is away."""

    after: int

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """Any request on its way."""
        return side is not None and phase == "before"

    def error(self, clock: Micros) -> Exception:
        """Later."""
        return RetryLater("busy", after=self.after or None)

    def __str__(self) -> str:
        return "the next request is throttled"


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The token expires, and logging in again is refused."""

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """Any request on its way."""
        return side is not None and phase == "before"

    def error(self, clock: Micros) -> Exception:
        """Stop."""
        return Misconfigured("the login was refused")

    def __str__(self) -> str:
        return "the token expires and the next login is refused"


@dataclass(frozen=True, slots=True)
class Garbage:
    """A proxy answers a reading request in no known shape."""

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """The answer to a reading request."""
        return side is not None and method != "write" and phase == "after"

    def error(self, clock: Micros) -> Exception:
        """Stop."""
        return Unreadable("a page of a proxy")

    def __str__(self) -> str:
        return "the next answer to a reading request is the page of a proxy"


@dataclass(frozen=True, slots=True)
class Crash:
    """The process dies: at a request, "before" or "after" the next write, or before the ledger's next `commit`."""

    at: str = ""

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """Any half of a request, that half of a write, or the next commit."""
        if self.at in ("before", "after"):
            return (method, phase) == ("write", self.at)
        return (side is None) is (self.at == COMMIT)

    def error(self, clock: Micros) -> Exception:
        """The end."""
        return Crashed()

    def __str__(self) -> str:
        places = {"": "at the next request", COMMIT: "before the ledger's next commit"}
        return f"the process dies {places.get(self.at) or f'{self.at} the next write'}"


class _Obeyed:
    """What is not thrown at a request, but looked for by the client or the cycle."""

    __slots__ = ()

    def befalls(self, side: Side | None, method: str, phase: str) -> bool:
        """Nothing of itself."""
        return False

    def error(self, clock: Micros) -> Exception:
        """Never."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Short(_Obeyed):
    """The next full listing of a side ends without anybody, and without an error. Not thrown: the client obeys it."""

    side: Side

    def __str__(self) -> str:
        return f"the next full listing of {self.side} shows nobody"


@dataclass(frozen=True, slots=True)
class Thin(_Obeyed):
    """The next listing of a side's ids leaves out some, without an error. Not thrown: the client obeys it."""

    side: Side

    def __str__(self) -> str:
        return f"the next listing of the ids of {self.side} leaves out every third lead"


@dataclass(frozen=True, slots=True)
class Signal(_Obeyed):
    """Somebody asks the process to stop. Not thrown: the cycle asks for it."""

    def __str__(self) -> str:
        return "somebody asks the process to stop"


@dataclass(frozen=True, slots=True)
class Spent(_Obeyed):
    """The budget of requests to Salesforce is spent, from this request on and for so many seconds."""

    seconds: int

    def __str__(self) -> str:
        return f"the budget of requests to salesforce is spent for {self.seconds} seconds"
