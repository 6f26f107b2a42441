"""Packing of links: nothing is lost, and what is usual is small."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from connector.core.model import Link, Parked, to_do
from connector.errors import LedgerFailed
from connector.ledger.codec import Packed, dump, load, pack, unpack
from tests.ledger.samples import OP, SF, link, links


@given(links)
def test_any_link_comes_back_as_it_was(original: Link) -> None:
    """Packed and unpacked, a link is equal, to the last empty tree; its flag equals the core's own function."""
    packed = pack(original)
    assert unpack(5, packed, original.ids) == replace(original, link_id=5)
    assert packed.to_do == to_do(original)


@given(links)
def test_equal_links_have_equal_texts(original: Link) -> None:
    """The texts depend on the values only, not on the order in which somebody put them in."""
    backwards = replace(
        original,
        base={side: dict(reversed(list(tree.items()))) for side, tree in reversed(list(original.base.items()))},
    )
    assert pack(backwards) == pack(original)


def test_a_lead_in_step_keeps_each_value_once() -> None:
    """Equal on both sides: one value a rule, nothing ahead, and of the rest only stamps."""
    packed = pack(link())
    assert json.loads(packed.base) == {"email": "ada@example.com", "last_name": "Okonkwo"}
    assert packed.ahead == ""
    assert load(packed.rest).keys() == {"stamps", "stamped"}


def test_only_what_differs_is_kept_twice() -> None:
    """A rule that one side stores shorter has two base values; only the edited rule of the edited side is ahead."""
    short, long = {"note": "abc", "email": "a@example.com"}, {"note": "abcdef", "email": "a@example.com"}
    packed = pack(link(base={SF: short, OP: long}, seen={SF: {**short, "email": "b@example.com"}, OP: long}))
    assert json.loads(packed.base) == {"note": ["abc", "abcdef"], "email": "a@example.com"}
    assert json.loads(packed.ahead) == {"s": {"email": "b@example.com"}}


def test_a_rule_that_is_not_shown_any_more_is_not_blank() -> None:
    """Missing in what was seen and present in the base comes back as missing."""
    original = link(seen={SF: {"email": ""}, OP: {}})
    again = unpack(0, pack(original), original.ids)
    assert again.seen == {SF: {"email": ""}, OP: {}}


def test_what_an_older_version_parked_is_still_read() -> None:
    """It kept neither the side nor what the CRM said; a reason without them is still packed as it was then."""
    was = '{"parked":{"city":["refused","no such town [BAD_PICKLIST]","f",1,0]}}'
    parked = Parked("refused", "no such town [BAD_PICKLIST]", "f", 1)
    assert unpack(5, replace(pack(link()), rest=was), {}).parked == {"city": parked}
    assert load(pack(link(parked={"city": parked})).rest)["parked"] == load(was)["parked"]


@pytest.mark.parametrize("text", ["Łódź 東京 🏢", "\ud83d", "a\udfffb", '"quoted" \\ \n'])
def test_any_text_a_crm_can_send_is_kept(text: str) -> None:
    """Also half a surrogate pair, which JSON can carry and a database's text cannot."""
    dumped = dump({"note": text})
    assert dumped.encode()
    assert load(dumped) == {"note": text}


def test_readable_text_stays_readable() -> None:
    """Names in any script are stored as themselves, for whoever looks into the file."""
    assert dump({"b": "Łódź", "a": "1"}) == '{"a":"1","b":"Łódź"}'


@pytest.mark.parametrize(
    "damage",
    [
        {"base": "{"},
        {"base": '{"email":["one"]}'},
        {"base": "[1]"},
        {"rest": '{"stamps":{"x":1}}'},
        {"rest": '{"sent":{"s":{"email":[[1]]}}}'},
        {"ahead": '{"s":5}'},
        {"state": "asleep"},
    ],
)
def test_a_damaged_row_is_named(damage: dict[str, str]) -> None:
    """Whatever was damaged, the error is the ledger's and says what to do."""
    packed = replace(pack(link()), **damage)  # type: ignore[arg-type]
    assert isinstance(packed, Packed)
    with pytest.raises(LedgerFailed, match="backup"):
        unpack(41, packed, {})
