"""The contract of a CRM client, held by the Operate client over real HTTP, at tenants with different habits."""

from collections.abc import Iterator

import pytest

from connector.sandbox.operate import OperateConfig
from tests.crm.contract import CrmContract, Subject
from tests.crm.operate_world import COMPLETE, operate_world

HABITS = {
    "plain": OperateConfig(),
    "small pages, errors with status 200": OperateConfig(page_limit=60, errors_as="status", empty_as="null"),
    "no updatedate before an edit": OperateConfig(updatedate_on_create=False, empty_as="list", id_place="body"),
    "no refresh, filters in local time": OperateConfig(
        refresh_grant=False, filter_timezone="Europe/London", id_place="path"
    ),
}


class TestOperate(CrmContract):
    """The Operate client."""

    @pytest.fixture(params=list(HABITS.values()), ids=list(HABITS))
    def subject(self, request: pytest.FixtureRequest) -> Iterator[Subject]:
        """A client of a tenant with one of the habits."""
        with operate_world(request.param) as world, world.client() as crm:
            crm.check()
            if not request.param.updatedate_on_create:
                crm.notes["creationdate_too"] = "yes"
            yield Subject(
                crm,
                world,
                complete=COMPLETE,
                text="firstname",
                other_text="lastname",
                refused={"postcode": "much too long for it"},
                unknown_id="9999",
                counterparts=("00Q000000000701AAA", "00Q000000000702AAB"),
                lookup="location",
            )
