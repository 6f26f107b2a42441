"""What the worker of the hosted job works with: its ledger and its pair, and a pair anew where the mapping changed.

A pair lives for weeks, a mapping file is edited in a minute. Whoever goes on with the older one beside somebody who has
read the newer would undo what the newer one did, so each turn looks whether its pair is still the right one.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from connector.core.mapping.model import Mapping
from connector.core.model import SECOND
from connector.errors import ConnectorError, MappingError, Misconfigured
from connector.ledger.port import Ledger
from connector.logs import Say
from connector.pair import Pair
from connector.parked import retry_unknown_labels
from connector.wiring import refreshed

TABLES_AGE = 3600 * SECOND
"""Look-up tables are read again after an hour, and after a cycle that parked more than the one before."""

OpenPair = Callable[[], AbstractContextManager[Pair]]
OpenLedger = Callable[[], AbstractContextManager[Ledger]]


def unsigned() -> str:
    """Nobody edits the mapping."""
    return ""


class Bench:
    """The ledger and the pair of one thread. `sign` tells one content of the mapping file from another.

    `flaw` is why the file as it is now cannot be used, None while it can; the pair of the one before goes on then.
    `opened` counts the pairs.
    """

    def __init__(self, open_pair: OpenPair, open_ledger: OpenLedger, sign: Callable[[], str], say: Say) -> None:
        self._open_pair, self._open_ledger, self._sign, self._say = open_pair, open_ledger, sign, say
        self._stack, self._pairs = ExitStack(), ExitStack()
        self._ledger: Ledger | None = None
        self._pair: Pair | None = None
        self._signed = self._looked = ""
        self._tables_read = 0
        self.flaw: ConnectorError | None = None
        self.opened = 0

    @property
    def mapping(self) -> Mapping | None:
        """The mapping in force; None before the first pair."""
        return self._pair.mapping if self._pair is not None else None

    @property
    def is_set(self) -> bool:
        """Whether the ledger is open."""
        return self._ledger is not None

    def ledger(self) -> Ledger:
        """The ledger, also while no CRM can be reached. Raises `LedgerFailed` where it is not there any more."""
        if self._ledger is None:
            self._ledger = self._stack.enter_context(self._open_ledger())
        self._ledger.expect_there()
        return self._ledger

    def pair(self) -> Pair:
        """The pair for a turn: opened where there is none, or where the mapping file changed and can be used.

        Raises what opening one raises; a mapping that cannot be used only where there is none before it.
        """
        sign = self._sign()
        if self._pair is None:
            return self._open(sign)
        if sign == self._signed:
            self.flaw = None
        elif sign != self._looked or self.flaw is None:
            try:
                return self._open(sign)
            except (MappingError, Misconfigured) as flaw:
                self.flaw, self._looked = flaw, sign
        return self._pair

    def outdated(self) -> Pair:
        """A pair in place of one whose mapping is not in force any more.

        Where the file did not change either, the new pair is as old as the one before: it must not win by being newer.
        Where the file cannot be used, that one stays, and is refused again.
        """
        before, pair = self._signed, self._pair
        sign = self._sign()
        if pair is None:
            return self._open(sign)
        try:
            fresh = self._open(sign)
        except (MappingError, Misconfigured) as flaw:
            self.flaw, self._looked = flaw, sign
            return pair
        if sign == before:
            self._pair = fresh = replace(fresh, taken=pair.taken)
        return fresh

    def refresh(self) -> Pair:
        """The pair, its look-up tables read again where they are old; a changed table frees what it had parked."""
        pair = self.pair() if self._pair is None else self._pair
        if pair.clock() - self._tables_read < TABLES_AGE:
            return pair
        self._tables_read = pair.clock()
        try:
            fresh = refreshed(pair)
        except MappingError as problem:  # a location was renamed: what is known goes on until the mapping is mended
            self._say(f"problem: {problem}", event="problem")
            return pair
        if fresh.tables != pair.tables and (freed := retry_unknown_labels(pair.ledger)):
            self._say(f"look-up tables changed: {freed} parked values are tried again", event="tables")
        self._pair = fresh
        return fresh

    def look_up_soon(self) -> None:
        """Look-up tables are read again before the next cycle."""
        self._tables_read = 0

    def close(self) -> None:
        """Give everything back."""
        try:
            self._pairs.close()
        finally:
            self._stack.close()

    def _open(self, sign: str) -> Pair:
        with ExitStack() as room:
            pair = room.enter_context(self._open_pair())
            before, self._pairs = self._pairs, room.pop_all()
        self._pair, self._signed, self._looked, self.flaw = pair, sign, sign, None
        self._tables_read = pair.clock()
        self.opened += 1
        before.close()
        return pair
