"""What the documents leave open about a tenant, and what was seen of it so far.

May import the envelope. The notes are handed in and outlive the client: the caller keeps them in the ledger.
"""

from collections.abc import MutableMapping, Sequence
from datetime import tzinfo

from connector.core.model import Micros, Record
from connector.crm.operate.envelope import DateForm, Envelope, Row, filter_date, stamp

CREATION_TOO = "creationdate_too"
"""The note that leads of this tenant have no `updatedate` before their first edit ("yes"), or that they have ("no").
Until one of the two was seen, both dates are asked for."""
FILTER = "filter_dates"
"""The note in which form filters take dates (`DateForm`)."""
WITNESSES = 3
"""So many leads that carry their creation date as `updatedate` are believed: one may have been edited that second."""


class Habits:
    """One tenant's habits. `zone` is that of its filters and of its dates without an offset."""

    def __init__(self, notes: MutableMapping[str, str], zone: tzinfo) -> None:
        self.notes, self._zone = notes, zone
        self.whole_total = False
        """Whether `totalCount` is known to count the whole listing, and not the page."""
        self.unpaged = False
        """Whether it is known to show everything, however little is asked for."""
        self._stamped_at_birth: set[str] = set()

    def saw_page(self, page: Envelope, asked: int) -> None:
        """A total that is larger than its page counts the whole listing; more rows than asked for are no page."""
        if len(page.rows) > asked:
            self.unpaged = True
        if page.total is not None and page.total > len(page.rows) > 0:
            self.whole_total = True

    def saw_lead(self, row: Row, record: Record) -> None:
        """Whether a lead has an `updatedate` before its first edit."""
        edited = stamp(row.get("updatedate", ""), self._zone)
        if not edited:
            self.notes[CREATION_TOO] = "yes"
        elif edited == record.created:
            self._stamped_at_birth.add(record.record_id)
            if len(self._stamped_at_birth) == WITNESSES:
                self.notes.setdefault(CREATION_TOO, "no")

    def dates(self) -> Sequence[str]:
        """The fields that tell when a lead changed."""
        return ("updatedate",) if self.notes.get(CREATION_TOO) == "no" else ("updatedate", "creationdate")

    def since(self, name: str, moment: Micros, form: DateForm | None = None) -> str:
        """The filter for leads whose date is at or after a moment, in the form that this tenant takes."""
        form = form or DateForm(self.notes.get(FILTER, DateForm.OFFSET))
        return f"[{name}]>='{filter_date(moment, self._zone, form)}'"

    def takes(self, form: DateForm) -> None:
        """Filters take dates in this form."""
        self.notes[FILTER] = str(form)
