"""A changed mapping: a rule that is new or means something else now has no base, and its values are read again.

Every rule's fingerprint lives in the ledger. Other rules keep their base, so that an edit of the mapping touches
only what it is about.
"""

import json
from collections.abc import Mapping as Map
from dataclasses import replace
from typing import TypeVar

from connector.alike import COUNTED_AT
from connector.core.lifecycle import LIFECYCLE
from connector.core.mapping.model import Mapping
from connector.core.match.keys import VERSION, keys_of
from connector.core.model import SIDES, Link, LinkState, Side, StrangerState, Values
from connector.errors import Outdated
from connector.ledger.port import Ledger
from connector.ledger.walk import pages, portions
from connector.pair import KEPT, UNAPPLIED, Pair

PREFIX = "rule."
SCOPE = "(scope)"
"""Stands among the rules' fingerprints: after a change of the scope, everything is read again."""
MATCH = "(match)"
"""Stands among them, too: after a change of what identifies a person, the match index is made anew.

From what was seen: nothing is read again. An upgrade that changes the index removes this fingerprint alone.
"""
TAKEN = "mapping.taken"
"""How many mappings were put in force, one after the other: it tells an older one that is still open."""
CHUNK = 1000
V = TypeVar("V")


def taken(ledger: Ledger) -> int:
    """How many mappings were put in force on this ledger."""
    return int(ledger.log.mark(TAKEN) or 0)


def expect_in_force(pair: Pair) -> None:
    """Raises `Outdated` where another mapping was put in force since this pair's was read.

    To go on with the older one would forget what was learnt under the newer, and undo somebody's edit.
    """
    if pair.taken in (None, taken(pair.ledger)) or _known(pair.ledger) == _fingerprints(pair.mapping):
        return
    raise Outdated(
        "Another process has put another mapping in force on this ledger, so nothing was read or written. Give every "
        "process that uses this ledger the same CONNECTOR_MAPPING, or start this one again: then its mapping counts."
    )


def take_rules(pair: Pair) -> tuple[str, ...]:
    """Make the ledger fit the mapping; the names of the rules (`(scope)` and `(lifecycle)`, too) new, changed or gone.

    A change counts as new until a cycle has carried it out to the end (`applied`).
    """
    log = pair.ledger.log
    before, now = _known(pair.ledger), _fingerprints(pair.mapping)
    changed = tuple(sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name)))
    if not changed:
        return _unapplied(pair.ledger)
    rules = frozenset(changed) - {MATCH}
    with pair.ledger.transaction():
        log.set_mark(TAKEN, str(taken(pair.ledger) + 1))
        if before and rules:
            _forget(pair, rules)
            for side in SIDES:
                log.set_mark(f"listed.{side}", "")
        if before and MATCH in changed:
            _index_anew(pair)
        for name in changed:
            log.set_mark(PREFIX + name, now.get(name, ""))
            if name in rules:
                log.set_mark(UNAPPLIED + name, "1" if before else "")
    return _unapplied(pair.ledger)


def applied(ledger: Ledger) -> None:
    """What the mapping changed has been carried out."""
    for name in _unapplied(ledger):
        ledger.log.set_mark(UNAPPLIED + name, "")


def _unapplied(ledger: Ledger) -> tuple[str, ...]:
    return tuple(sorted(name.removeprefix(UNAPPLIED) for name in ledger.log.marks(UNAPPLIED)))


def kept_different(ledger: Ledger) -> bool:
    """Whether a backfill has only linked, and no full one has come since: old differences stay."""
    return bool(ledger.log.mark(KEPT))


def with_rules(link: Link, ledger: Ledger, mapping: Mapping) -> Link:
    """The link as the next cycle will see it: without what it knows about rules that are new, changed or gone."""
    before, now = _known(ledger), _fingerprints(mapping)
    changed = frozenset(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return _without(link, changed) if before and changed else link


def _known(ledger: Ledger) -> dict[str, str]:
    """The fingerprints of the last cycle."""
    return {name.removeprefix(PREFIX): text for name, text in ledger.log.marks(PREFIX).items()}


def _fingerprints(mapping: Mapping) -> dict[str, str]:
    now = {name: rule.fingerprint for name, rule in mapping.rules.items()}
    if mapping.scope_fingerprint:
        now[SCOPE] = mapping.scope_fingerprint
    if mapping.lifecycle_fingerprint:
        now[LIFECYCLE] = mapping.lifecycle_fingerprint
    return {**now, MATCH: json.dumps([VERSION, sorted(mapping.match.items()), mapping.matching], sort_keys=True)}


def _forget(pair: Pair, rules: frozenset[str]) -> None:
    """Drop what every link knows about these rules, and every stranger that was left alone: no edit made them new."""
    for links in pages(pair.ledger.links.all):
        pair.ledger.links.save([_without(link, rules) for link in links])
    for strangers in portions(pair.ledger.strangers.inside(StrangerState.IGNORED), CHUNK):
        pair.ledger.strangers.keep([replace(each, values=_kept(each.values, rules)) for each in strangers])


def _index_anew(pair: Pair) -> None:
    """Make the texts of everybody from what was last seen; who waits for a person is judged once more.

    Of an ended link one record may be gone, or both: those are not in the index any more, and stay out of it.
    """
    for links in pages(pair.ledger.links.all):
        for side in SIDES:
            rows = {link.ids[side]: link for link in links if side in link.ids}
            there = pair.ledger.keys.known(side, [key for key, link in rows.items() if link.ended])
            rows = {key: link for key, link in rows.items() if not link.ended or key in there}
            _put(pair, side, {key: (link.seen.get(side, {}), _stamp(link, side)) for key, link in rows.items()})
    for state in StrangerState:
        for side in SIDES:
            for chunk in portions(pair.ledger.strangers.inside(state, side), CHUNK):
                _put(pair, side, {each.record_id: (each.values, each.counterpart_id) for each in chunk})
    pair.ledger.log.set_mark(COUNTED_AT, "")
    reviewed = list(pair.ledger.strangers.inside(StrangerState.REVIEW))
    pair.ledger.strangers.keep(
        [replace(each, state=StrangerState.WAITING, reason="", candidates=()) for each in reviewed]
    )


def _put(pair: Pair, side: Side, rows: Map[str, tuple[Values, str]]) -> None:
    texts = {record_id: keys_of(pair.mapping, *row) for record_id, row in rows.items()}
    if texts:
        pair.ledger.keys.put(side, texts)


def _stamp(link: Link, side: Side) -> str:
    return link.ids.get(side.other, "") if side in link.stamped else ""


def _without(link: Link, rules: frozenset[str]) -> Link:
    """The link without these rules; an open create keeps what it sent, by which it is recognised."""
    return replace(
        link,
        seen={side: _kept(values, rules) for side, values in link.seen.items()},
        base={side: _kept(values, rules) for side, values in link.base.items()},
        sent=link.sent if link.state is LinkState.OPEN else {side: _kept(v, rules) for side, v in link.sent.items()},
        parked=_kept(link.parked, rules),
        trail=_kept(link.trail, rules),
    )


def _kept(tree: Map[str, V], rules: frozenset[str]) -> dict[str, V]:
    return {name: value for name, value in tree.items() if name not in rules}
