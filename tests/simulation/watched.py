"""A client that passes everything on to the CRM in memory and tells the journal what the connector saw and sent."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence

from connector.core.model import Micros, Record, Side, Write
from connector.crm.memory import MemoryCrm
from connector.crm.port import Field, Identity, Outcome, Page
from tests.simulation.journal import Journal


class Watched:
    """Implements the port `Crm`. `short` says whether a full listing is to show nobody, `was_short` that one did;
    `thin` whether one of ids is to leave out somebody."""

    def __init__(
        self,
        crm: MemoryCrm,
        journal: Journal,
        short: Callable[[Side], bool],
        was_short: Callable[[Side], None],
        thin: Callable[[Side], bool],
    ) -> None:
        self._crm, self._journal, self._short, self._was_short, self._thin = crm, journal, short, was_short, thin
        self.side = crm.side
        self.batch_size = crm.batch_size
        self.answers_with_record = crm.answers_with_record
        self.stamps_alone = crm.stamps_alone
        self.stores_counterpart = crm.stores_counterpart
        self.has_bin = crm.has_bin
        self.notes: MutableMapping[str, str] = crm.notes

    @property
    def calls(self) -> int:
        """Requests so far."""
        return self._crm.calls

    @property
    def spent(self) -> str:
        """See the port."""
        return self._crm.spent

    def check(self) -> Identity:
        """See the port."""
        return self._crm.check()

    def changes(self, since: Micros | None) -> Iterator[Page]:
        """See the port. A short listing ends as if there were nobody, and says nothing about it."""
        self._journal.reads(self.side)
        short = since is None and self._short(self.side)
        for page in self._crm.changes(since):
            if short:
                yield Page((), page.server_now)
                continue
            self._journal.shows(page.records)
            yield page
        if short:
            self._was_short(self.side)

    def get(self, record_ids: Sequence[str]) -> Mapping[str, Record]:
        """See the port."""
        found = self._crm.get(record_ids)
        self._journal.shows(list(found.values()))
        return found

    def find(self, counterpart_ids: Sequence[str]) -> Sequence[Record]:
        """See the port."""
        found = self._crm.find(counterpart_ids)
        self._journal.shows(found)
        return found

    def write(self, batch: Sequence[Write]) -> Sequence[Outcome]:
        """See the port."""
        self._journal.sends(self.side, batch)
        outcomes = self._crm.write(batch)
        self._journal.shows([outcome.record for outcome in outcomes if outcome.record is not None])
        return outcomes

    def ids(self) -> Iterator[tuple[str, Micros]]:
        """See the port. A thin listing leaves out every third lead, and says nothing about it."""
        thin = self._thin(self.side)
        for number, row in enumerate(self._crm.ids()):
            if not (thin and number % 3 == 0):
                yield row

    def fields(self) -> Mapping[str, Field]:
        """See the port."""
        return self._crm.fields()

    def lookup(self, name: str) -> Mapping[str, str]:
        """See the port."""
        return self._crm.lookup(name)
