"""Reading a whole listing page by page while people write to it.

Pure: the page is read by a function that is handed in. Source: API reference, Booking Conflict: `startrecord` and
`endrecord` count from 1, both included, oldest first. Whether `totalCount` is the size of the whole or of the page is
not documented (every sample shows all there is), nor the most records of a page.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from connector.crm.operate.envelope import Envelope
from connector.errors import RetryLater, Unreadable

PAGE_SIZE = 200
STEPS_BACK = 60
"""So often may a listing slip before it is given up for this time."""

REPEATS = 10
"""So often in a listing the same page from another place: the server ignores places."""
MOST = 20_000_000
"""More records than any tenant has: a listing that goes on is made up."""


def _no() -> bool:
    """Not known."""
    return False


ReadPage = Callable[[int, int], Envelope]
"""Reads the records from one position to another."""


def read_all(
    read: ReadPage,
    id_field: str,
    *,
    size: int = PAGE_SIZE,
    whole_total: Callable[[], bool] = _no,
    unpaged: Callable[[], bool] = _no,
    most: int = MOST,
) -> Iterator[Envelope]:
    """Every page of a listing, each with the rows that no page before had; at least one, even an empty one.

    Each page starts at the last record of the one before. A page that does not start with a known record may have
    slipped past others (records before it were deleted): then it is read again from further back. A server may give
    fewer records a page than it was asked for. `whole_total` tells whether this tenant's total is known to count the
    whole listing; until then, one that equals the page may be the page's own. `unpaged` tells whether it is known to
    show everything wherever it is asked to begin.

    Raises `Unreadable` for a page that repeats, or ends before the server's own count, for more than `most` records,
    and `RetryLater` for a listing that does not hold still.
    """
    seen: set[str] = set()
    before: list[str] = []
    start, back, steps, repeats, idle = 1, 1, 0, 0, 0
    while True:
        page = read(start, start + size - 1)
        ids = _ids(page, id_field)
        if not ids and page.total is not None and page.total >= start:
            raise Unreadable(f"Operate counts {page.total} records and shows none from number {start} on")
        if start > 1 and not (ids and ids[0] in seen):
            steps += 1
            if steps > STEPS_BACK:
                raise RetryLater("Operate's listing changes faster than it can be read")
            start = max(1, min(start - back, page.total or start))
            back, before = back * 2, []
            continue
        if start > 1 and len(ids) > 1 and ids == before:
            repeats += 1
            if repeats == REPEATS:
                raise Unreadable(f"Operate gave the same {len(ids)} records again when asked from number {start} on")
            # New records in front can push a page here; then one place further back shows another one.
            start -= 1
            continue
        fresh = [row for row, record_id in zip(page.rows, ids, strict=True) if record_id not in seen]
        idle = 0 if fresh else idle + 1
        if idle > len(seen) + REPEATS or len(seen) > most:
            raise Unreadable(f"Operate's listing of {len(seen):,} records does not come to its end")
        if fresh or not seen:
            yield replace(page, rows=tuple(fresh))
        seen.update(ids)
        if unpaged():
            return
        last = start + len(ids) - 1
        unsure = page.total is None or (page.total == len(ids) and not whole_total())
        if len(ids) < 2 if unsure else last >= (page.total or 0):
            return
        if last == start:
            raise Unreadable(f"Operate counts {page.total} records and shows a single one from number {start} on")
        start, back, before = last, 1, ids


def _ids(page: Envelope, id_field: str) -> list[str]:
    ids = [row.get(id_field, "") for row in page.rows]
    if not all(ids):
        raise Unreadable(f"Operate shows a record without {id_field}")
    if len(set(ids)) < len(ids):
        raise Unreadable(f"Operate shows the same {id_field} twice in one page")
    return ids
