"""The nouns: sides, records, links and the small values that hang on them.

Values are text on both sides: "" is blank, and a key that is missing was *not shown*, which is never the same as
blank. Times are integer microseconds since 1970 in UTC. Everything is frozen; a change makes a new value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Micros = int
"""Microseconds since 1970-01-01T00:00:00Z."""

Native = Mapping[str, str]
"""Native field name -> text as that CRM writes it (booleans "true"/"false", numbers without exponent)."""

Values = Mapping[str, str]
"""Rule name -> value as the rule normalises it."""

SECOND: Micros = 1_000_000


class Side(StrEnum):
    """One of the two CRMs."""

    SALESFORCE = "salesforce"
    OPERATE = "operate"

    @property
    def other(self) -> "Side":
        """The side opposite."""
        return Side.OPERATE if self is Side.SALESFORCE else Side.SALESFORCE


UNREAD: Micros = 0
"""The stamp of a linked record that has not been read since its link came back to life."""
SIDES = (Side.SALESFORCE, Side.OPERATE)

Sides = Mapping[Side, Values]
"""One tree of values per side."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of one CRM as it was last read.

    `stamp` is the CRM's own modification time, `created` its creation time (0: not shown).
    `counterpart_id` is the other side's id stored on it ("": none, or this side has no field for it).
    `deleted`, `converted` and `merged_into` (a record id) tell how a record ended.
    """

    side: Side
    record_id: str
    stamp: Micros
    created: Micros
    native: Native = field(default_factory=dict)
    counterpart_id: str = ""
    deleted: bool = False
    converted: bool = False
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A value that we may have written: the value, the other side's value it came from, and when.

    `unknown` marks a request whose answer was lost: it may still arrive until the hold has passed.
    """

    value: str
    source: str
    at: Micros
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Parked:
    """A rule (or, under the rule name "", the whole lead) set aside with a reason.

    `fingerprint` covers the values and the rule's definition: the rule is planned again only when it changes.
    `ignored` means that a person decided to leave it so. `side` cannot or will not take it (None: it is neither's
    fault). Where that CRM refused, `field` is the native field it named, `told` its own code and `words` its own words.
    """

    code: str
    text: str
    fingerprint: str
    at: Micros
    ignored: bool = False
    side: Side | None = None
    field: str = ""
    told: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Farewell:
    """What a mapping says about the partner of a record that ended, as it was when the end was found.

    `side` is where the record ended, `policy` the fingerprint of what was said then. `left` are the values by rule
    that are still to be marked on the partner, or "" alone, for a partner that is to be deleted; nothing: everything
    was said. `asked`: its delete was sent, or has landed. `stamp` is the partner's and `seen` a print of its values,
    as far as nobody but us has changed them since.
    """

    side: Side
    policy: str
    left: Values = field(default_factory=dict)
    asked: bool = False
    stamp: Micros = 0
    seen: str = ""


class LinkState(StrEnum):
    """Where a link is in its life."""

    OPEN = "open"
    """A create was decided; the counterpart's id is not known yet (its intent is stored)."""
    LIVE = "live"
    """Both records are known and kept in step."""
    ENDED = "ended"
    """Deleted, merged, converted, unlinked or forgotten: the partner is no stranger and is never re-created."""


@dataclass(frozen=True, slots=True)
class Link:
    """The ledger's row for one lead: its two record ids, what each side was seen to hold, and their base.

    `stamps` are those of the records as they were read last, or `UNREAD`. `seen` and `base` are full trees per side.
    `sent` lists, oldest first, what may be under way to a side. `fillers` are values we invented for a side
    (required, default, constant): read back as blank, never flowing over. `held` is, per side, the time before which
    nothing may be sent there. `stamped` tells which side is known to carry the other's id. `trail` remembers the last
    values carried per rule, to notice a rule that flips to and fro. `kept` are rules under which a backfill that only
    linked left an old difference that nobody has touched since, each with a print of both values. `born` is the side
    whose record we made (None: both were there). `farewell` is what an ended link says to the record that is left.
    """

    link_id: int = 0
    state: LinkState = LinkState.LIVE
    ended: str = ""
    ids: Mapping[Side, str] = field(default_factory=dict)
    stamps: Mapping[Side, Micros] = field(default_factory=dict)
    seen: Sides = field(default_factory=dict)
    base: Sides = field(default_factory=dict)
    sent: Mapping[Side, Mapping[str, tuple[Sent, ...]]] = field(default_factory=dict)
    fillers: Sides = field(default_factory=dict)
    held: Mapping[Side, Micros] = field(default_factory=dict)
    stamped: frozenset[Side] = frozenset()
    parked: Mapping[str, Parked] = field(default_factory=dict)
    trail: Mapping[str, tuple[tuple[int, Side, str], ...]] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    born: Side | None = None
    farewell: Farewell | None = None


class StrangerState(StrEnum):
    """Where a record without a link is in its life."""

    WAITING = "waiting"
    """Not matched yet, or too young to become a new lead on the other side."""
    REVIEW = "review"
    """A person has to decide (several candidates, a suspected duplicate, a contradiction)."""
    LEFT_OUT = "left_out"
    """Left out of the backfill (`--since`, `--until`, `--direction`) until another one takes it in."""
    IGNORED = "ignored"
    """A person decided to leave it alone."""
    APART = "apart"
    """Takes no part: converted, or outside the mapping's scope. It is not created anew, but its partner finds it."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A record without a link, as last seen.

    `reason` says why it is in review, in words for a salesperson; `candidates` are the record ids of the other
    side (or of a linked lead) that led there. `refused` is what the other side said when it refused to create it.
    `left` is what one that is apart is again once it takes part, and why: left out of the backfill, or left alone.
    """

    side: Side
    record_id: str
    stamp: Micros
    created: Micros
    values: Values
    counterpart_id: str = ""
    state: StrangerState = StrangerState.WAITING
    reason: str = ""
    candidates: tuple[str, ...] = ()
    refused: Parked | None = None
    left: tuple[StrangerState, str] | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that was stored before it was sent: which link, towards which side, since when.

    `empty_lookups` counts look-ups after the hold that found nothing: two of them are believed.
    """

    link_id: int
    side: Side
    source_id: str
    at: Micros
    hold_until: Micros
    empty_lookups: int = 0


@dataclass(frozen=True, slots=True)
class Write:
    """One create or update on one side, or one increment of it; or a delete, which carries nothing.

    `record_id` is None for a create. `counterpart_id` is stamped on the record where `stamp` is set and the side has a
    field for it ("": the stamp is taken off). `rules` maps each rule to its native fields; a rule is sent, refused and
    parked whole. `key` names the link and is handed back in the outcome.
    """

    key: int
    side: Side
    record_id: str | None
    counterpart_id: str
    stamp: bool
    rules: Mapping[str, Native]
    deletes: bool = False

    @property
    def creates(self) -> bool:
        """Whether this write makes a new record."""
        return self.record_id is None


def known_of(link: Link) -> dict[str, str]:
    """What is known of a lead: Operate's values, and Salesforce's wherever they are not blank."""
    filled = {name: text for name, text in link.seen.get(Side.SALESFORCE, {}).items() if text}
    return {**link.seen.get(Side.OPERATE, {}), **filled}


def without_hold(link: Link, side: Side) -> Link:
    """The link with nothing unanswered on this side any more."""
    return replace(link, held={each: until for each, until in link.held.items() if each is not side})


def is_ahead(link: Link) -> bool:
    """Whether a side shows a value that differs from its base."""
    return any(
        link.base.get(side, {}).get(name) != value for side in SIDES for name, value in link.seen.get(side, {}).items()
    )


def to_do(link: Link) -> bool:
    """Whether a cycle has to look at this link: a side is ahead, something is under way, or a stamp is missing; of an
    ended one, whether its partner is still to be marked.
    """
    if link.state is LinkState.ENDED:
        return link.farewell is not None and bool(link.farewell.left)
    if link.state is not LinkState.LIVE:
        return False
    return is_ahead(link) or bool(link.held) or Side.SALESFORCE not in link.stamped
