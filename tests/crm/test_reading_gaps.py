"""Nobody is missed at the borders of pages: equal stamps, a forgotten query, edits and deletes while pages are read."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connector.core.model import SECOND, Side
from connector.crm.port import Crm, Page
from connector.sandbox.operate import OperateConfig
from connector.sandbox.salesforce import SalesforceConfig
from tests.crm import operate_world as operate
from tests.crm import salesforce_world as salesforce

BATCH = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
World = salesforce.SalesforceWorld | operate.OperateWorld


@pytest.fixture(params=list(Side))
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A CRM that shows two leads at a time."""
    if request.param is Side.SALESFORCE:
        with salesforce.salesforce_world(SalesforceConfig(page_size=2)) as org:
            yield org
    else:
        with operate.operate_world(OperateConfig(page_limit=2)) as tenant:
            yield tenant


@pytest.fixture
def crm(world: World) -> Iterator[Crm]:
    """A client of it."""
    made = world.client()
    yield made
    made.close()


def batch(world: World, size: int) -> set[str]:
    """So many leads of one import, all with the same stamp."""
    if isinstance(world, salesforce.SalesforceWorld):
        return {world.org.add(salesforce.COMPLETE, created=BATCH) for _ in range(size)}
    return {world.app.add(operate.COMPLETE, created=BATCH) for _ in range(size)}


def edit(world: World, record_id: str) -> None:
    """Somebody edits a lead."""
    name = "FirstName" if isinstance(world, salesforce.SalesforceWorld) else "firstname"
    world.edit(record_id, {name: "Edited"})


def ids(pages: list[Page]) -> list[str]:
    """The records of some pages."""
    return [record.record_id for page in pages for record in page.records]


def test_a_batch_with_one_stamp_is_read_whole(world: World, crm: Crm) -> None:
    """Equal stamps across a page border, asked for from exactly that stamp."""
    made = batch(world, 7)
    (stamp,) = {record.stamp for page in crm.changes(None) for record in page.records}
    assert set(ids(list(crm.changes(stamp)))) == made
    assert made.isdisjoint(ids(list(crm.changes(stamp + SECOND))))


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_query_that_is_forgotten_inside_a_batch_with_one_stamp(page: int) -> None:
    """It is begun again at the stamp, not after it: everybody comes, some twice."""
    with salesforce.salesforce_world(SalesforceConfig(page_size=2)) as world:
        made = batch(world, 7)
        seen = []
        for number, each in enumerate(world.client().changes(0)):
            seen += ids([each])
            if number == page:
                world.org.expire_locators()
        assert set(seen) == made


def test_an_edit_while_pages_are_read_comes_now_or_next_time(world: World, crm: Crm) -> None:
    """The next listing from the first page's clock has it, whether the record was shown already or not."""
    made = sorted(batch(world, 6))
    pages = crm.changes(0)
    first = next(pages)
    world.advance(2)
    for record_id in (made[0], made[-1]):
        edit(world, record_id)
    rest = list(pages)
    assert set(ids([first, *rest])) == set(made)
    assert {made[0], made[-1]} <= set(ids(list(crm.changes(first.server_now))))


def test_a_delete_while_pages_are_read_hides_nobody_else(world: World, crm: Crm) -> None:
    """The others move up to an earlier page, and are shown all the same."""
    made = sorted(batch(world, 9))
    pages = crm.changes(None)
    seen = ids([next(pages)])
    for record_id in made[:3]:
        world.remove(record_id)
    seen += ids(list(pages))
    assert set(made[3:]) <= set(seen)
