"""Links and strangers for the ledger's tests: one plain one, and any that Hypothesis can think of; and a look-up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from connector.core.model import SIDES, Farewell, Link, LinkState, Parked, Sent, Side, Stranger, StrangerState
from connector.ledger.port import Ledger, RecordRef

SF, OP = Side.SALESFORCE, Side.OPERATE
NOON = 1_764_072_000_000_000

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
names = st.sampled_from(["email", "phone", "street", "größe", "note"])
times = st.integers(min_value=0, max_value=2**62)
trees = st.dictionaries(names, texts, max_size=4)
sides = st.sampled_from(SIDES)
per_side = st.dictionaries(sides, trees)


def carriers(
    ledger: Ledger, kind: str, texts: Sequence[str], most: int = 0, sides: Collection[Side] = SIDES
) -> Mapping[str, Sequence[RecordRef]]:
    """The records that carry texts of one kind: text -> records."""
    found = ledger.keys.find([(kind, text) for text in texts], most, sides)
    assert {each for each, _ in found} <= {kind}
    return {text: records for (_, text), records in found.items()}


@st.composite
def twins(draw: st.DrawFn) -> dict[Side, dict[str, str]]:
    """Trees that are equal on both sides but for a few rules, as they nearly always are."""
    shared = draw(trees)
    return {side: {**shared, **draw(st.dictionaries(names, texts, max_size=1))} for side in SIDES}


parked_rules = st.builds(
    Parked,
    texts,
    texts,
    texts,
    times,
    st.booleans(),
    side=st.none() | sides,
    field=texts,
    told=texts,
    words=texts,
)

links = st.builds(
    Link,
    link_id=st.just(0),
    state=st.sampled_from(LinkState),
    ended=st.sampled_from(["", "deleted", "merged"]),
    ids=st.dictionaries(sides, texts.filter(bool)),
    stamps=st.dictionaries(sides, times),
    seen=twins() | per_side,
    base=twins() | per_side,
    sent=st.dictionaries(
        sides,
        st.dictionaries(
            names, st.lists(st.builds(Sent, texts, texts, times, st.booleans()), max_size=2).map(tuple), max_size=2
        ),
    ),
    fillers=per_side,
    held=st.dictionaries(sides, times),
    stamped=st.frozensets(sides),
    parked=st.dictionaries(names | st.just(""), parked_rules, max_size=2),
    trail=st.dictionaries(names, st.lists(st.tuples(times, sides, texts), max_size=2).map(tuple), max_size=2),
    kept=st.dictionaries(names, texts, max_size=2),
    born=st.none() | sides,
    farewell=st.none()
    | st.builds(Farewell, sides, texts, st.dictionaries(names, texts, max_size=2), st.booleans(), times, texts),
)


def link(salesforce: str = "00Q000000000001AAA", operate: str = "101", **changes: Any) -> Link:
    """A live link in step, with changes. A record id of "" is left out."""
    values = {"email": "ada@example.com", "last_name": "Okonkwo"}
    settled = Link(
        ids={side: record_id for side, record_id in ((SF, salesforce), (OP, operate)) if record_id},
        seen={SF: values, OP: values},
        base={SF: values, OP: values},
        stamps={SF: NOON, OP: NOON},
        stamped=frozenset(SIDES),
    )
    return replace(settled, **changes)


def stranger(record_id: str = "7", side: Side = OP, created: int = NOON, **changes: Any) -> Stranger:
    """A waiting stranger, with changes."""
    plain = Stranger(side, record_id, stamp=created, created=created, values={"email": "grace@example.com"})
    return replace(plain, **changes)


def review(record_id: str, **changes: Any) -> Stranger:
    """A stranger in review, with changes."""
    return stranger(record_id, state=StrangerState.REVIEW, **changes)
