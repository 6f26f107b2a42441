"""The contract of a CRM client, held by the Salesforce client over real HTTP, at orgs with different habits."""

from collections.abc import Iterator

import pytest

from connector.crm.salesforce.values import to18
from connector.sandbox.salesforce import SalesforceConfig
from tests.crm.contract import CrmContract, Subject
from tests.crm.salesforce_world import COMPLETE, UNKNOWN_ID, salesforce_world

HABITS = {
    "small pages": SalesforceConfig(page_size=100),
    "plain org, smaller pages": SalesforceConfig(page_size=60, plain_org=True),
    "state and country picklists": SalesforceConfig(page_size=100, state_country_picklists=True),
}


class TestSalesforce(CrmContract):
    """The Salesforce client."""

    @pytest.fixture(params=list(HABITS.values()), ids=list(HABITS))
    def subject(self, request: pytest.FixtureRequest) -> Iterator[Subject]:
        """A client of an org with one of the habits."""
        with salesforce_world(request.param) as world:
            yield Subject(
                world.client(),
                world,
                complete=COMPLETE,
                text="Title",
                other_text="FirstName",
                refused={"Email": "not an address"},
                unknown_id=to18(UNKNOWN_ID),
                lookup="User",
                shows_deleted=True,
                unique_counterpart=True,
            )
