"""What people are told of the hosted job without asking: one alert for each change of state, and its end.

Pure: a picture of the job and what was told before become a message. `connector.watch` sends it.
"""

import json
from collections.abc import Mapping as Map
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from connector.core.model import Micros
from connector.report.words import elapsed, leads, sentence, when
from connector.troubles import CALLED, UNSUCCESSFUL, Kind
from connector.vitals import Vitals, alive, stale, unsuccessful

MARK = "alert."
"""Marks of the ledger that hold what was told; the rest of the name is the state's."""
LONG = 500
PARKED, STALE = "parked", "stale"
EVERYBODY = "*"
"""Stands for all recipients in what a version wrote that did not tell them apart."""
CALM = 0.8
"""An alert about parked leads ends when so much of its limit is left, so that it does not come and go at the limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is worth an alert: an outage this old, so many parked leads (0: never), no successful
    cycle for so long.
    """

    after: Micros
    parked: int
    stale: Micros


@dataclass(frozen=True, slots=True)
class State:
    """One thing that is wrong: what, since when, and what to do. `over` is what its end is called."""

    title: str
    text: str
    advice: str
    over: str
    since: Micros


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of an alert: since when it holds, who was told, and since when it is over (0: it is not)."""

    since: Micros
    over: str = ""
    sent: frozenset[str] = frozenset()
    """The recipients that were told that it began, and not yet that it is over."""
    ended: Micros = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message to people. `bad`: something is wrong; otherwise it only tells that something is over."""

    title: str
    body: str
    bad: bool


PASSING = frozenset({Kind.OUTAGE, Kind.REFUSED, Kind.MAPPING})
"""Troubles that may pass before anybody needs to know: somebody may still be typing in a file."""
ALERTED = frozenset(Kind) - {Kind.BUSY}
"""Troubles that people are told of; another cycle on the ledger is worth it only when it takes too long."""


def states(vitals: Vitals, now: Micros, limits: Limits, told: Map[str, Told]) -> dict[str, State | None]:
    """What is wrong now, by name; None: it cannot be known, so that neither it nor its end is told."""
    found: dict[str, State | None] = {}
    for trouble in filter(None, (vitals.trouble, vitals.flaw)):
        if trouble.kind not in ALERTED:
            continue
        name = f"{trouble.kind}.{trouble.which}" if trouble.which else str(trouble.kind)
        called = CALLED[trouble.kind]
        young = trouble.kind in PASSING and now - trouble.since < limits.after
        known = name in told and not told[name].ended
        if not young or known:
            text, advice = sentence(trouble.text, LONG), called.advice.terminal
            found[name] = State(trouble.whole, text, advice, called.over, trouble.since)
    if limits.parked and vitals.cycle:
        most = limits.parked * (CALM if PARKED in told else 1)
        if vitals.parked >= most:
            found[PARKED] = State(
                f"{leads(vitals.parked)} {'waits' if vitals.parked == 1 else 'wait'} for a person",
                f"The limit for this alert is {limits.parked:,} (CONNECTOR_ALERT_PARKED).",
                "`connector status` groups them by cause and says what to do; `connector parked list` lists them.",
                "Fewer leads wait for a person than the limit",
                now,
            )
    if not _hidden(vitals, STALE) and stale(vitals, now, limits.stale):
        found[STALE] = _stale(vitals, now)
    never = () if limits.parked else (PARKED,)  # without a limit, nobody is above it or below
    over = {name for name in told if name not in found}
    return found | {name: None for name in over if name in never or _unsure(vitals, name) or _hidden(vitals, name)}


def _unsure(vitals: Vitals, name: str) -> bool:
    """Whether only a whole cycle can tell that this is over, and none was made yet."""
    return vitals.blind and (vitals.trouble is None or name == STALE)


def _hidden(vitals: Vitals, name: str) -> bool:
    """Whether nobody can know if this holds: no turn was made yet, or what keeps the job from its work hides it."""
    if vitals.paused is not None or not vitals.turns:
        return True
    kind = vitals.trouble.kind if vitals.trouble is not None else None
    if kind is Kind.BUSY:
        return name != STALE
    if kind in {Kind.OUTAGE, Kind.REFUSED, Kind.STOPPED}:
        return True
    if kind is Kind.BUDGET:
        return name != Kind.STOPPED
    if kind is Kind.OTHER_MAPPING and _kind(name) == Kind.BRAKE:  # no plan is made
        return True
    return kind is not None and name in {STALE, PARKED}


def _stale(vitals: Vitals, now: Micros) -> State:
    lasted = unsuccessful(vitals, now)
    text = f"The last one ended at {when(vitals.success)}." if vitals.success else "There was none yet."
    advice = UNSUCCESSFUL.advice.terminal
    if vitals.trouble is not None and vitals.trouble.kind is Kind.BUSY:
        text += f" The job waits: {sentence(vitals.trouble.text, LONG)}."
        advice = "Let the other cycle end (a long backfill is one), or end that process; the job goes on by itself."
    elif not alive(vitals, now):
        text += " The worker gives no sign of life."
    return State(
        f"{UNSUCCESSFUL.title} {elapsed(lasted)}",
        text,
        advice,
        UNSUCCESSFUL.over,
        now - lasted,
    )


def news(
    told: Map[str, Told], found: Map[str, State | None], now: Micros, who: str = ""
) -> tuple[Message | None, dict[str, Told], dict[str, Told]]:
    """The message that is due for a recipient (None: there is none), what is known before it was sent, and after it
    was.
    """
    before: dict[str, Told] = dict(told)
    begins: list[State] = []
    ends: list[Told] = []
    kinds = {_kind(name) for name, state in found.items() if state is not None}
    for name, state in found.items():
        if state is None:
            continue
        old = before.get(name)
        before[name] = replace(old, ended=0) if old else Told(state.since, state.over)
        if who not in before[name].sent:
            begins.append(state)
    for name, old in list(before.items()):
        if name in found:
            continue
        if not old.sent:
            del before[name]
            continue
        if _kind(name) in kinds:  # another one of its kind holds: nobody is told of an end, until both are over
            continue
        before[name] = old if old.ended else replace(old, ended=now)
        if who in old.sent:
            ends.append(before[name])
    if not begins and not ends:
        return None, before, before
    after = {name: _heard(each, who) for name, each in before.items()}
    return _message(begins, ends), before, {name: each for name, each in after.items() if each.sent or not each.ended}


def _kind(name: str) -> str:
    return name.partition(".")[0]


def _heard(told: Told, who: str) -> Told:
    """The same after somebody was told of its begin, or of its end."""
    return replace(told, sent=told.sent - {who} if told.ended else told.sent | {who})


def _message(begins: Sequence[State], ended: Sequence[Told]) -> Message:
    ends = {each.over: each for each in sorted(ended, key=lambda each: -each.since)}.values()
    titles = [state.title for state in begins] + [each.over for each in ends]
    parts = [f"{each.title} (since {when(each.since)}).\n{each.text}\nWhat to do: {each.advice}" for each in begins]
    parts += [
        f"{each.over}, after {elapsed(max(0, each.ended - each.since))}. Nothing has to be done." for each in ends
    ]
    title = titles[0] if len(titles) == 1 else f"{titles[0]}, and {len(titles) - 1} more"
    return Message(f"Lead connector: {title}", "\n\n".join(parts), bool(begins))


def dumped(told: Told) -> str:
    """As a mark of the ledger."""
    return json.dumps([told.since, told.over, sorted(told.sent), told.ended])


def loaded(text: str) -> Told | None:
    """From a mark of the ledger; None for one that another version wrote."""
    try:
        since, over, sent, ended = json.loads(text)
        if isinstance(sent, bool):
            sent = [EVERYBODY] if sent else []
        return Told(int(since), str(over), frozenset(map(str, sent)), int(ended))
    except (ValueError, TypeError):
        return None


def known_to(told: Told, recipients: Set[str]) -> Told:
    """The same for those who are recipients now: whoever is new was not told, whoever has gone does not count."""
    return replace(told, sent=frozenset(recipients if EVERYBODY in told.sent else told.sent & recipients))
