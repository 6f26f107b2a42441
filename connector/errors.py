"""Every error the connector raises, grouped by what happens next.

    ConnectorError
    ├── RetryLater        the other end is busy or away: the same request may be sent again
    │   └── Spent             the budget of API requests allows none now
    ├── Unauthorised      the token was refused: log in once more, then stop
    ├── Refused           the other end understood and said no: nothing was written
    ├── Unknown           sent, but no answer: it may or may not have been carried out
    ├── Braked            the plan or a listing looks wrong: nothing was written
    ├── NotYet            a step of the user is missing (the first backfill)
    ├── Busy              another cycle is running on this ledger
    ├── Outdated          another mapping was put in force since this one was read
    └── Stop              somebody has to change something before it can go on
        ├── Misconfigured     settings, credentials, rights
        ├── MappingError      the mapping file, with every finding
        ├── OtherPair         the ledger belongs to another org or host
        ├── LedgerTooNew      the ledger was written by a newer version
        ├── LedgerFailed      the ledger cannot be read or written (full disk, no rights)
        └── Unreadable        an answer that is none of the documented shapes

Facts are attributes; a message says what, where and what to do. No message carries a field value of a lead.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

from connector.advice import Advice

OURS = Path(__file__).parent
"""Where the connector's own modules are."""


class ConnectorError(Exception):
    """Something went wrong; the class says what happens next. `advice` ends the message, in the words of a terminal."""

    def __init__(self, message: str = "", *, advice: Advice | None = None) -> None:
        super().__init__(f"{message} {advice.terminal}" if advice else message)
        self.found, self.advice = message, advice

    @property
    def here(self) -> str:
        """The message in the words of the console."""
        return f"{self.found} {self.advice.here}" if self.advice else self.found


class RetryLater(ConnectorError):
    """The other end is busy or away; nothing was carried out, the same request may be sent again.

    `after` is the wait in seconds that the other end asked for, or None.
    """

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Spent(RetryLater):
    """The budget of API requests allows none now; nothing was sent."""


class Unauthorised(ConnectorError):
    """The token was refused; log in once more and send the same request again."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a CRM refused a record.

    `field` is the native field it named ("" when it named none); `code` the vendor's error code or "";
    `message` the vendor's own words.
    """

    field: str
    code: str
    message: str


class Refused(ConnectorError):
    """The other end understood and said no; nothing was written."""

    def __init__(self, message: str, *, refusals: Sequence[Refusal] = (), status: int | None = None) -> None:
        super().__init__(message)
        self.refusals = tuple(refusals)
        self.status = status


class Unknown(ConnectorError):
    """A request was sent and its answer was lost; it may have been carried out."""


class Braked(ConnectorError):
    """A plan or a listing looks wrong, so nothing was written. `facts` are the figures that led to it."""

    def __init__(self, message: str, *, advice: Advice | None = None, **facts: int | str) -> None:
        super().__init__(message, advice=advice)
        self.facts = facts


class NotYet(ConnectorError):
    """Nothing is written before the first backfill was looked at and applied."""


class Busy(ConnectorError):
    """Another cycle is running on this ledger."""


class Outdated(ConnectorError):
    """Another mapping was put in force on this ledger since this one was read; nothing was read or written."""


class Stop(ConnectorError):
    """Somebody has to change something before the connector can go on."""


class Misconfigured(Stop):
    """Settings, credentials or rights are wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake in a file: where it is, what is wrong and the nearest right names."""

    file: str
    line: int
    column: int
    text: str
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        hint = f" Did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return f"{self.file}:{self.line}:{self.column}: {self.text}{hint}"


class MappingError(Stop):
    """The mapping file has mistakes; `findings` lists all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class OtherPair(Stop):
    """The ledger belongs to another Salesforce org or Operate host."""


class LedgerTooNew(Stop):
    """The ledger was written by a newer version of the connector."""


class LedgerFailed(Stop):
    """The ledger cannot be read or written, for example because the disk is full."""


class Unreadable(Stop):
    """A CRM answered in none of its documented shapes."""


def told(error: BaseException) -> str:
    """What an error says. One that nobody expected tells its kind and where it was made, for its own words may hold a
    value of a lead; the system's words about a file, and that file, are no such words.
    """
    if isinstance(error, ConnectorError):
        return str(error)
    calls = [call for call in extract_tb(error.__traceback__) if OURS in Path(call.filename).parents]
    where = f" in {Path(calls[-1].filename).name}, line {calls[-1].lineno}" if calls else ""
    return ": ".join([f"{type(error).__name__}{where}", *(_of_the_system(error) if isinstance(error, OSError) else ())])


def mistake(error: BaseException) -> str:
    """The same within a sentence, of an error that nobody expected."""
    return f"a mistake of ours ({told(error)})"


def _of_the_system(error: OSError) -> Iterator[str]:
    """What the system says, and of which file."""
    if error.strerror:
        yield error.strerror
        if isinstance(error.filename, str | bytes | os.PathLike):
            yield os.fsdecode(error.filename)
