"""Whoever would be linked is read anew before, and counts as it was read."""

from collections.abc import Iterable, Sequence
from contextlib import closing

import pytest

from connector.core.match.keys import keys_of
from connector.core.model import SIDES, Side, Stranger, StrangerState, Values
from connector.core.result import Result
from connector.errors import RetryLater
from connector.ledger.port import Ledger
from connector.ledger.sqlite import MEMORY, SqliteLedger
from connector.observe import Observer
from connector.pair import Pair
from connector.strangers import match
from tests.benchmarks.population import MAPPING, NOW, pair_on

HERE, THERE = SIDES
PLACE = {"company": "Quill & Feather Ltd", "street": "12 Old Tannery Yard", "city": "Leeds", "postcode": "LS6 2AB"}
ADA = {
    "first_name": "Ada",
    "last_name": "Thornbury",
    "email": "ada.thornbury@quillfeather.example",
    "mobile": "+447700900123",
    **PLACE,
}
ZED = {
    "first_name": "Zebedee",
    "last_name": "Blackley",
    "email": "zed@blackley.example",
    "mobile": "+447700900456",
    **PLACE,
}


def keep(ledger: Ledger, side: Side, values: Values) -> None:
    """One stranger of a side, as it is now."""
    ledger.strangers.keep([Stranger(side, "1", NOW, NOW, values)])
    ledger.keys.put(side, {"1": keys_of(MAPPING, values)})


class ReadAnew(Observer):
    """An observer whose CRM shows another person under the record that was there, and may fail after that."""

    def __init__(self, pair: Pair, fails: bool) -> None:
        super().__init__(pair, 1, Result())
        self.fails, self.read = fails, set[Side]()

    def has_seen(self, side: Side, record_id: str) -> bool:
        """Whoever was read."""
        return side in self.read

    def stale(self, side: Side, record_ids: Iterable[str]) -> list[str]:
        """Whoever was not read yet."""
        return [] if side in self.read else list(record_ids)

    def fresh(self, side: Side, record_ids: Sequence[str]) -> list[str]:
        """The record on the other side is somebody else by now: that is kept, whatever follows."""
        self.read.add(side)
        if side is THERE:
            keep(self._pair.ledger, side, ZED)
            if self.fails:
                raise RetryLater("The CRM is busy.")
        return list(record_ids)


@pytest.mark.parametrize("fails", [False, True], ids=["all was read", "the rest could not be read"])
def test_who_became_somebody_else_is_not_linked(fails: bool) -> None:
    """Two were one person; before they are linked one of them turns out to be somebody else of that firm."""
    with closing(SqliteLedger.open(MEMORY)) as ledger:
        pair = pair_on(ledger)
        for side in SIDES:
            keep(ledger, side, ADA)
        match(pair, ReadAnew(pair, fails), 1, Result())
        assert not ledger.links.all()
        states = {side: [each.state for each in ledger.strangers.inside(StrangerState.WAITING, side)] for side in SIDES}
        assert states == {side: [StrangerState.WAITING] for side in SIDES}


def test_who_is_still_the_same_is_linked() -> None:
    """The same two, and nothing has changed."""
    with closing(SqliteLedger.open(MEMORY)) as ledger:
        pair = pair_on(ledger)
        for side in SIDES:
            keep(ledger, side, ADA)
        observer = ReadAnew(pair, fails=False)
        observer.read |= set(SIDES)
        match(pair, observer, 1, Result())
        (link,) = ledger.links.all()
        assert dict(link.ids) == dict.fromkeys(SIDES, "1")
