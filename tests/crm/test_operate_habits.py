"""What the documents leave open about a tenant is found out from its answers."""

from datetime import UTC

import pytest

from connector.core.model import SECOND
from connector.crm.operate.envelope import DateForm, Envelope, lead
from connector.crm.operate.habits import WITNESSES, Habits
from connector.crm.operate.paging import read_all
from connector.errors import Misconfigured, Unreadable
from connector.sandbox.http import Request, Response
from connector.sandbox.operate import OperateConfig
from tests.crm.operate_world import COMPLETE, operate_world

ROWS = tuple({"leadid": str(number)} for number in range(1, 243))


class Tenant:
    """A listing of 242 leads, with a page limit and a total of its own."""

    def __init__(self, *, most: int = 1000, total: str = "whole", pages: bool = True) -> None:
        self.most, self.total, self.pages = most, total, pages
        self.habits = Habits({}, UTC)
        self.asked = 0

    def __call__(self, start: int, end: int) -> Envelope:
        """The page."""
        self.asked += 1
        rows = ROWS[start - 1 : min(end, start - 1 + self.most)] if self.pages else ROWS
        page = Envelope(rows, {"whole": len(ROWS), "page": len(rows), "none": None}[self.total], 1)
        self.habits.saw_page(page, end - start + 1)
        return page

    def all(self) -> list[str]:
        """Everything that is read."""
        habits = self.habits
        pages = read_all(self, "leadid", whole_total=lambda: habits.whole_total, unpaged=lambda: habits.unpaged)
        return [row["leadid"] for page in pages for row in page.rows]


@pytest.mark.parametrize("most", [1000, 100, 5])
@pytest.mark.parametrize("total", ["whole", "page", "none"])
def test_a_listing_is_read_whole_whatever_its_total_counts(most: int, total: str) -> None:
    """A server that gives fewer records than asked for, and counts only those, hides nothing."""
    tenant = Tenant(most=most, total=total)
    tenant(1, 1)
    assert tenant.all() == [row["leadid"] for row in ROWS]


@pytest.mark.parametrize("total", ["whole", "page", "none"])
def test_a_tenant_that_shows_everything_at_once_is_asked_once(total: str) -> None:
    """More rows than were asked for are no page."""
    tenant = Tenant(total=total, pages=False)
    tenant(1, 1)
    assert tenant.all() == [row["leadid"] for row in ROWS]
    assert tenant.asked == 2


def test_without_that_knowledge_the_same_page_again_is_an_error() -> None:
    """A listing is never taken for whole by guessing."""
    with pytest.raises(Unreadable, match="the same 242 records again"):
        list(read_all(Tenant(total="none", pages=False), "leadid"))


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([{"updatedate": None}], "yes"),
        ([{}], "yes"),
        ([{"updatedate": "2026-01-01T10:00:00"}] * (WITNESSES - 1), ""),
        ([{"updatedate": "2026-01-01T10:00:00"}] * WITNESSES, "no"),
        ([{"updatedate": "2026-01-01T10:00:01"}] * WITNESSES, ""),
        ([*[{"updatedate": "2026-01-01T10:00:00"}] * WITNESSES, {}], "yes"),
    ],
)
def test_whether_new_leads_have_an_updatedate(rows: list[dict[str, str | None]], note: str) -> None:
    """One without is proof; several that carry their creation date are believed."""
    habits = Habits({}, UTC)
    for number, shown in enumerate(rows):
        row = {"leadid": str(number), "creationdate": "2026-01-01T10:00:00"}
        row |= {name: text or "" for name, text in shown.items()}
        habits.saw_lead(row, lead(row, zone=UTC, counterpart_field=""))
    assert habits.notes.get("creationdate_too", "") == note
    assert ("creationdate" in habits.dates()) is (note != "no")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        (DateForm.OFFSET, "[updatedate]>='2026-01-02T10:00:00+00:00'"),
        (DateForm.NAIVE, "[updatedate]>='2026-01-02T10:00:00'"),
        (DateForm.DAY, "[updatedate]>='2026-01-01'"),
    ],
)
def test_a_filter_in_the_form_that_a_tenant_takes(form: DateForm, shown: str) -> None:
    """As a day it begins a day earlier, so that no time zone cuts anything off."""
    habits = Habits({}, UTC)
    habits.takes(form)
    assert habits.since("updatedate", 1_767_348_000 * SECOND) == shown


@pytest.mark.parametrize(("refused", "form"), [("", "offset"), ("+", "naive"), ("T", "day")])
def test_check_finds_the_form_of_dates_in_filters(refused: str, form: str) -> None:
    """A tenant that refuses offsets, or times, is asked in another form."""
    with operate_world(OperateConfig()) as world, world.client() as crm:
        world.add(COMPLETE)
        handle = world.app.handle

        def picky(request: Request) -> Response:
            where = request.query.get("where", "")
            if refused and refused in where.partition("=")[2]:
                return Response(400, {"response": {"status": "Error", "message": "Wrong date"}})
            return handle(request)

        world.app.handle = picky  # type: ignore[method-assign]
        crm.check()
        assert crm.notes["filter_dates"] == form


def test_check_finds_a_clock_of_filters_that_is_behind() -> None:
    """A filter by the newest lead's own date does not show it: edits would be missed."""
    with operate_world(OperateConfig()) as world, world.client() as crm:
        world.add(COMPLETE)
        handle = world.app.handle

        def behind(request: Request) -> Response:
            if request.query.get("where", "").startswith("[updatedate]"):
                return handle(Request(**{**request.__dict__, "query": {**request.query, "where": "[leadid]='0'"}}))
            return handle(request)

        world.app.handle = behind  # type: ignore[method-assign]
        with pytest.raises(Misconfigured, match="OPERATE_TIMEZONE"):
            crm.check()
