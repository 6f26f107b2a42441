"""A changed mapping: a rule that is new or means something else now has no base, and its values are read again.

Every rule's fingerprint lives in the ledger. Other rules keep their base, so that an edit of the mapping touches
only what it is about.
"""

from collections.abc import Mapping as Map
from dataclasses import replace
from typing import TypeVar

from connector.core.model import SIDES, Link
from connector.pair import Pair

PREFIX = "rule."
SCOPE = "(scope)"
"""Stands among the rules' fingerprints: after a change of the scope, everything is read again."""
V = TypeVar("V")


def take_rules(pair: Pair) -> tuple[str, ...]:
    """Make the ledger fit the mapping; the names of the rules (and `(scope)`) that are new, changed or gone."""
    log = pair.ledger.log
    before = {name.removeprefix(PREFIX): text for name, text in log.marks(PREFIX).items()}
    now = {name: rule.fingerprint for name, rule in pair.mapping.rules.items()}
    if pair.mapping.scope_fingerprint:
        now[SCOPE] = pair.mapping.scope_fingerprint
    changed = tuple(sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name)))
    if not changed:
        return ()
    with pair.ledger.transaction():
        if before:
            _forget(pair, frozenset(changed))
            for side in SIDES:
                log.set_mark(f"listed.{side}", "")
        for name in changed:
            log.set_mark(PREFIX + name, now.get(name, ""))
    return changed if before else ()


def _forget(pair: Pair, rules: frozenset[str]) -> None:
    """Drop what every link knows about these rules."""
    after = 0
    while links := pair.ledger.links.all(after):
        pair.ledger.links.save([_without(link, rules) for link in links])
        after = links[-1].link_id


def _without(link: Link, rules: frozenset[str]) -> Link:
    return replace(
        link,
        seen={side: _kept(values, rules) for side, values in link.seen.items()},
        base={side: _kept(values, rules) for side, values in link.base.items()},
        sent={side: _kept(values, rules) for side, values in link.sent.items()},
        parked=_kept(link.parked, rules),
        trail=_kept(link.trail, rules),
    )


def _kept(tree: Map[str, V], rules: frozenset[str]) -> dict[str, V]:
    return {name: value for name, value in tree.items() if name not in rules}
