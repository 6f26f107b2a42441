"""What Salesforce tells of the right to delete, and what becomes of a delete without it."""

import pytest

from connector.core.model import Side, Write
from connector.crm.port import State
from connector.sandbox.http import Request, Response
from connector.sandbox.salesforce import SalesforceConfig
from tests.crm.salesforce_world import COMPLETE, salesforce_world


def test_a_delete_without_the_right_to_is_refused_as_such() -> None:
    """The check tells beforehand; the lead stays, and a person reads Salesforce's own words."""
    with salesforce_world(SalesforceConfig(may_delete=False)) as world:
        crm = world.client()
        assert crm.check().may_delete is False
        record_id = world.add(COMPLETE)
        (outcome,) = crm.write([Write(1, Side.SALESFORCE, record_id, "", stamp=False, rules={}, deletes=True)])
        assert (outcome.state, outcome.whole) == (State.REFUSED, True)
        assert [refusal.code for refusal in outcome.refusals] == ["INSUFFICIENT_ACCESS_OR_READONLY"]
        assert list(world.leads()) == [record_id]


@pytest.mark.parametrize("said", ["yes", None, 1])
def test_an_org_that_does_not_say_whether_we_may_is_not_believed_either_way(said: object) -> None:
    """Neither a failure nor a promise."""
    with salesforce_world() as world:
        plain = world.heard.retouch

        def retouch(request: Request, response: Response) -> Response:
            answer = plain(request, response)
            if request.path.endswith("/describe"):
                answer.body["deletable"] = said
            return answer

        world.heard.retouch = retouch
        assert world.client().check().may_delete is None
