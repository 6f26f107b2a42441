"""How a link is packed into the texts of its row, and back.

Imports the core's model only. A synced lead is small: where both sides hold the same, the base keeps one value; of
what a side was seen to hold only the difference from its base is kept; everything rare goes to `rest`, where present.
The way there and back loses nothing, not even whether a side has an empty tree or none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.core.model import SIDES, Farewell, Link, LinkState, Parked, Sent, Side, Sides, to_do
from connector.errors import LedgerFailed

_SHORT = {Side.SALESFORCE: "s", Side.OPERATE: "o"}
_LONG = {short: side for side, short in _SHORT.items()}
_EXACT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_ASCII = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Packed:
    """The columns of a link's row. Texts are JSON, "" where there is nothing to say; flags are 0 or 1.

    `parked` counts everything set aside, `ignored` the part of it that a person decided to leave so.
    """

    state: str
    ended: str
    base: str
    ahead: str
    rest: str
    to_do: int = 0
    held: int = 0
    parked: int = 0
    ignored: int = 0


def dump(value: object) -> str:
    """Compact JSON text with sorted keys, "" for an empty value."""
    if not value:
        return ""
    text = _EXACT.encode(value)
    # Half a surrogate pair is no text a database takes; a CRM can send one as an escape, so it goes back as one.
    return text if _encodable(text) else _ASCII.encode(value)


def load(text: str) -> dict[str, Any]:
    """The object behind `dump`; raises `LedgerFailed` where the text was damaged."""
    try:
        return dict(json.loads(text)) if text else {}
    except (ValueError, TypeError) as error:
        raise LedgerFailed("A row of the ledger is damaged (no JSON object): restore it from a backup.") from error


def pack(link: Link) -> Packed:
    """The columns of a link."""
    return Packed(
        state=link.state.value,
        ended=link.ended,
        base=dump(_pack_base(link.base)),
        ahead=dump(_pack_ahead(link)),
        rest=dump(_pack_rest(link)),
        to_do=int(to_do(link)),
        held=int(bool(link.held) and (link.state is not LinkState.ENDED or to_do(link))),
        parked=len(link.parked) if link.state is not LinkState.ENDED or link.farewell is not None else 0,
        ignored=sum(parked.ignored for parked in link.parked.values()),
    )


def unpack(link_id: int, packed: Packed, ids: Mapping[Side, str]) -> Link:
    """The link behind the columns; raises `LedgerFailed` where they were damaged."""
    try:
        rest = load(packed.rest)
        base = _unpack_base(load(packed.base))
        seen = _unpack_seen(base, load(packed.ahead))
        without = rest.get("without", {})
        return Link(
            link_id=link_id,
            state=LinkState(packed.state),
            ended=packed.ended,
            ids=ids,
            seen={side: seen[side] for side in SIDES if _SHORT[side] not in without.get("seen", "")},
            base={side: base[side] for side in SIDES if _SHORT[side] not in without.get("base", "")},
            **_unpack_rest(rest),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerFailed(
            f"Link {link_id} in the ledger is damaged ({type(error).__name__} while reading it): "
            "restore the ledger from a backup."
        ) from error


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pack_base(base: Sides) -> dict[str, str | list[str | None]]:
    """Rule -> the value of both sides, or [Salesforce's, Operate's] where they differ (None: that side has none)."""
    one, other = (base.get(side, {}) for side in SIDES)
    return {
        rule: one[rule] if one.get(rule) == other.get(rule) else [one.get(rule), other.get(rule)]
        for rule in one.keys() | other.keys()
    }


def _unpack_base(packed: Mapping[str, str | list[str | None]]) -> dict[Side, dict[str, str]]:
    base: dict[Side, dict[str, str]] = {side: {} for side in SIDES}
    for rule, value in packed.items():
        both = (value, value) if isinstance(value, str) else value
        for side, each in zip(SIDES, both, strict=True):
            if each is not None:
                base[side][rule] = each
    return base


def _pack_ahead(link: Link) -> dict[str, dict[str, str | None]]:
    """Side -> rule -> what was seen where that differs from the base (None: the base has it, it was not shown)."""
    ahead = {}
    for side in SIDES:
        seen, base = link.seen.get(side, {}), link.base.get(side, {})
        if seen != base:
            ahead[_SHORT[side]] = {r: seen.get(r) for r in seen.keys() | base.keys() if seen.get(r) != base.get(r)}
    return ahead


def _unpack_seen(base: Sides, ahead: Mapping[str, Mapping[str, str | None]]) -> dict[Side, dict[str, str]]:
    trees = {side: {**base[side], **ahead.get(_SHORT[side], {})} for side in SIDES}
    return {side: {rule: value for rule, value in tree.items() if value is not None} for side, tree in trees.items()}


def _pack_rest(link: Link) -> dict[str, object]:
    without = {"seen": _missing(link.seen), "base": _missing(link.base)}
    rest: dict[str, object] = {
        "without": {tree: sides for tree, sides in without.items() if sides},
        "farewell": _pack_farewell(link.farewell),
        "kept": dict(link.kept),
        "born": _SHORT[link.born] if link.born else "",
        "stamped": "".join(sorted(_SHORT[side] for side in link.stamped)),
        "stamps": _short(link.stamps),
        "held": _short(link.held),
        "fillers": {_SHORT[side]: dict(values) for side, values in link.fillers.items()},
        "sent": {
            _SHORT[side]: {rule: [_pack_sent(each) for each in values] for rule, values in rules.items()}
            for side, rules in link.sent.items()
        },
        "trail": {
            rule: [[cycle, _SHORT[side], value] for cycle, side, value in steps] for rule, steps in link.trail.items()
        },
        "parked": {rule: pack_parked(parked) for rule, parked in link.parked.items()},
    }
    return {name: value for name, value in rest.items() if value}


def _unpack_rest(rest: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a link that are kept where present."""
    return {
        "farewell": _unpack_farewell(rest["farewell"]) if "farewell" in rest else None,
        "kept": rest.get("kept", {}),
        "born": _LONG[rest["born"]] if "born" in rest else None,
        "stamped": frozenset(_LONG[short] for short in rest.get("stamped", "")),
        "stamps": _long(rest.get("stamps", {})),
        "held": _long(rest.get("held", {})),
        "fillers": _long(rest.get("fillers", {})),
        "sent": {
            _LONG[short]: {rule: tuple(_unpack_sent(each) for each in values) for rule, values in rules.items()}
            for short, rules in rest.get("sent", {}).items()
        },
        "trail": {
            rule: tuple((cycle, _LONG[short], value) for cycle, short, value in steps)
            for rule, steps in rest.get("trail", {}).items()
        },
        "parked": {rule: unpack_parked(parked) for rule, parked in rest.get("parked", {}).items()},
    }


def pack_parked(parked: Parked) -> list[str | int]:
    """What is set aside, as a list; the side and what its CRM said stand at the end, where there are any."""
    packed: list[str | int] = [parked.code, parked.text, parked.fingerprint, parked.at, int(parked.ignored)]
    said = [_SHORT[parked.side] if parked.side else "", parked.field, parked.told, parked.words]
    return [*packed, *said] if any(said) else packed


def unpack_parked(packed: Sequence[Any]) -> Parked:
    """What was packed, also by a version that kept no side."""
    code, text, fingerprint, at, ignored, *said = packed
    short, field, told, words = said or ("", "", "", "")
    return Parked(code, text, fingerprint, at, bool(ignored), _LONG[short] if short else None, field, told, words)


def _pack_farewell(farewell: Farewell | None) -> list[str | int | dict[str, str]]:
    if farewell is None:
        return []
    return [
        _SHORT[farewell.side],
        farewell.policy,
        dict(farewell.left),
        int(farewell.asked),
        farewell.stamp,
        farewell.seen,
    ]


def _unpack_farewell(packed: tuple[str, str, dict[str, str], int, int, str]) -> Farewell:
    short, policy, left, asked, stamp, seen = packed
    return Farewell(_LONG[short], policy, left, bool(asked), stamp, seen)


def _missing(trees: Sides) -> str:
    return "".join(_SHORT[side] for side in SIDES if side not in trees)


def _short(times: Mapping[Side, int]) -> dict[str, int]:
    return {_SHORT[side]: at for side, at in times.items()}


def _long(packed: Mapping[str, Any]) -> dict[Side, Any]:
    return {_LONG[short]: value for short, value in packed.items()}


def _pack_sent(sent: Sent) -> list[str | int]:
    return [sent.value, sent.source, sent.at, int(sent.unknown)]


def _unpack_sent(packed: tuple[str, str, int, int]) -> Sent:
    value, source, at, unknown = packed
    return Sent(value, source, at, bool(unknown))
