"""A seeded share of all trials: every answer of every call of both clients, made wrong in every way at every place.

All of them: `python -m tests.hostile`.
"""

import json

import pytest

from tests.hostile import trials
from tests.hostile.json_twists import DIFFERENTLY, INSTEAD, fits, places, twisted

SHARES = {"salesforce": 30, "operate": 8}
STANDS = {"salesforce": trials.salesforce, "operate": trials.operate}


@pytest.mark.parametrize("side", STANDS)
def test_an_answer_made_wrong_ends_in_a_result_or_a_typed_error(side: str) -> None:
    """No other exception, no hang, nobody else asked, no credential and no lead's value in a message."""
    with STANDS[side]() as stand:
        complaints = [
            complaint
            for seed, call in enumerate(stand.calls)
            for complaint in stand.trials(call, SHARES[side], seed)
            if complaint
        ]
    assert complaints == []


@pytest.mark.parametrize("name", [*INSTEAD, *DIFFERENTLY])
def test_a_twist_makes_an_answer_different(name: str) -> None:
    """A trial over an answer that stays as it is would prove nothing."""
    content = {"rows": [{"id": "1", "size": 2}], "done": True}
    for place in places(content):
        if fits(content, place, name) and name != "true":
            assert twisted(content, place, name) != json.dumps(content).encode()
