"""Deletes in Operate when the answer and the tenant say different things."""

from collections.abc import Iterator

import pytest

from connector.core.model import Side, Write
from connector.crm.operate import OperateCrm
from connector.crm.port import Outcome, State
from connector.sandbox.http import Clock, Fault, Request, Response, Server
from connector.sandbox.operate import Operate
from tests.crm.operate_world import COMPLETE, OperateWorld, operate_world


@pytest.fixture
def world() -> Iterator[OperateWorld]:
    """A tenant with the default habits."""
    with operate_world() as world:
        yield world


@pytest.fixture
def crm(world: OperateWorld) -> Iterator[OperateCrm]:
    """A client that is logged in."""
    with world.client() as crm:
        crm.check()
        yield crm


def delete(crm: OperateCrm, record_id: str) -> Outcome:
    """The end of one delete."""
    (outcome,) = crm.write([Write(7, Side.OPERATE, record_id, "", stamp=False, rules={}, deletes=True)])
    return outcome


@pytest.mark.parametrize("status", [403, 404, 405])
def test_a_tenant_that_does_not_let_us_delete_refuses(world: OperateWorld, crm: OperateCrm, status: int) -> None:
    """The lead is still there, whatever the status may mean: it is parked, and others go on."""
    lead = world.add(COMPLETE)
    world.server.fault(Fault("status", method="DELETE", status=status))
    outcome = delete(crm, lead)
    assert (outcome.state, outcome.whole, len(outcome.refusals)) == (State.REFUSED, True, 1)
    assert lead in world.leads()


class Deaf:
    """A tenant that says OK to a delete and does nothing."""

    def __init__(self, app: Operate) -> None:
        self._app = app

    def handle(self, request: Request) -> Response:
        """Answer."""
        if request.method == "DELETE":
            return Response(200, {"response": {"status": "OK", "datetimeutc": "12/07/2017 11:39:18"}})
        return self._app.handle(request)


def test_an_ok_to_a_delete_that_did_nothing_is_a_refusal() -> None:
    """The lead is looked for before anybody believes that it is gone."""
    clock = Clock()
    app = Operate(clock=clock)
    with Server(Deaf(app), clock=clock) as server, OperateWorld(app, server, clock).client() as crm:
        outcome = delete(crm, app.add(COMPLETE))
    assert outcome.state is State.REFUSED
    assert outcome.refusals[0].message == "it answered OK, but the lead is still there"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_gateway_that_answers_a_delete_leaves_it_open(world: OperateWorld, crm: OperateCrm, status: int) -> None:
    """It may have been passed on: never a refusal, never a landing."""
    lead = world.add(COMPLETE)
    world.server.fault(Fault("html", method="DELETE", status=status))
    assert delete(crm, lead).state in (State.UNKNOWN, State.UNCLEAR)


def test_an_id_that_is_none_of_operates_is_gone(crm: OperateCrm) -> None:
    """Nothing is sent for it."""
    before = crm.calls
    assert delete(crm, "00Q000000000001AAA").state is State.GONE
    assert crm.calls == before
