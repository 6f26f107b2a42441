"""The watch: a thread beside the hosted job that looks at its board and sends alerts. It never holds up a cycle.

What was told is kept (`connector.heard`), so that a restart does not tell it again. What keeps a new installation from
its first turn is worth a ledger, too: without one each start would tell it anew. Each address is a recipient by itself:
one that cannot be reached neither repeats nor delays what the others are told.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from connector.alerts import Limits, Message, State, Told, dumped, known_to, loaded, news, states
from connector.bench import OpenLedger
from connector.core.model import SECOND, Micros
from connector.errors import Misconfigured
from connector.extras import installed
from connector.heard import Heard, Note, Nowhere
from connector.logs import Say
from connector.vitals import Board

PAUSE = 1.0
"""Seconds between two looks."""
AGAIN = (10, 30, 60, 300, 900)
"""Seconds until an alert that could not be delivered is tried again: the first time, the second time, and so on."""
JUMP = 30 * SECOND
"""A clock that is so far from the last look's tells that the machine slept, or that somebody set the clock."""
LAST = 4.0
"""Seconds that a last alert may take when the job is asked to end; a platform waits for thirty in all."""
LAST_WORD = 15.0
"""The same when it ends by itself, and nobody waits."""
Send = Callable[[Message], bool]


@dataclass(slots=True)
class _Recipient:
    """Somebody who is told, how often in a row that failed, and when it is tried again."""

    who: str
    send: Send
    called: str
    failed: int = 0
    next: Micros = 0


class Watch:
    """Looks at the board every second until `close`. `sends` is how each recipient is told; it returns whether a
    message was delivered. Without any, nothing is kept for later: whoever is added is told what is wrong by then.
    `keep_ledger` is how the ledger is opened to write down what was told (else as it is to be read), `note` where that
    is kept while it cannot be written.

    `woke` is called when the machine slept or its clock was set: timers know nothing of it, and nobody is to blame.
    """

    def __init__(
        self,
        board: Board,
        open_ledger: OpenLedger,
        sends: Mapping[str, Send],
        limits: Limits,
        *,
        say: Say,
        clock: Callable[[], Micros],
        woke: Callable[[], None] = lambda: None,
        keep_ledger: OpenLedger | None = None,
        note: Note | None = None,
    ) -> None:
        self._board, self._limits = board, limits
        self._heard = Heard(open_ledger, keep_ledger or open_ledger, note or Nowhere())
        several = len(sends) > 1
        self._recipients = [
            _Recipient(who, send, f" ({number}. address)" if several else "")
            for number, (who, send) in enumerate(sends.items(), 1)
        ]
        self._say, self._clock, self._woke = say, clock, woke
        self._looked = clock()
        self._told: dict[str, Told] | None = None
        self._wrong = ""
        self._end = Event()
        self._thread = Thread(target=self._turn, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self, seconds: float = LAST) -> None:
        """Look a last time, and end; what cannot be delivered in so many seconds waits for the next start."""
        self._end.set()
        self._thread.join(seconds)

    def _turn(self) -> None:
        while not self._end.wait(PAUSE):
            self.look()
        for each in self._recipients:
            each.next = 0
        self.look()

    def look(self) -> None:
        """Tell what is new. Never raises: nothing that is wrong here may stop the job."""
        wrong = ""
        try:
            self._look()
        except Exception as error:  # noqa: BLE001 - see above
            wrong = type(error).__name__
        if wrong and wrong != self._wrong:
            self._say(f"an alert could not be prepared ({wrong})", event="alert", state="failed")
        self._wrong = wrong

    def _look(self) -> None:
        told, now = self._known(), self._clock()
        if abs(now - self._looked) > JUMP:
            self._board.clock_set(now)
            for each in self._recipients:
                each.next = min(each.next, now)
            self._woke()
        self._looked = now
        found = states(self._board.vitals, now, self._limits, told)
        for each in sorted(self._recipients, key=lambda each: each.failed):  # who can be reached does not wait
            self._inform(each, found, now)
        self._board.change(unsent_alerts=int(any(each.failed for each in self._recipients)))

    def _inform(self, recipient: _Recipient, found: Mapping[str, State | None], now: Micros) -> None:
        """Tell one recipient what they do not know yet."""
        message, before, after = news(self._told or {}, found, now, recipient.who)
        self._keep(before)
        if message is None:
            recipient.failed, recipient.next = 0, 0
        elif now < recipient.next:
            return
        elif recipient.send(message):
            recipient.failed, recipient.next = 0, 0
            self._say(f"alert sent{recipient.called}: {message.title}", event="alert", state="sent")
            self._keep(after)
        else:
            recipient.next = now + AGAIN[min(recipient.failed, len(AGAIN) - 1)] * SECOND
            recipient.failed += 1
            if recipient.failed == 1:
                self._say(
                    f"alert not delivered{recipient.called}, it is tried again: {message.title}. "
                    "Check CONNECTOR_ALERT_URLS",
                    event="alert",
                    state="failed",
                )

    def _known(self) -> dict[str, Told]:
        if self._told is None:
            texts = self._heard.load()
            if texts is None:
                return {}
            read = {name: loaded(text) for name, text in texts.items()}
            names = {each.who for each in self._recipients}
            self._told = {name: known_to(each, names) for name, each in read.items() if each is not None}
        return self._told

    def _keep(self, told: dict[str, Told]) -> None:
        """Write down what changed. A ledger that cannot be written is told by the job itself; this goes on without."""
        if (self._told or {}) == told:
            return
        self._told = dict(told)
        if not self._heard.save({name: dumped(each) for name, each in told.items()}):
            self._say("what was alerted could not be kept; a restart may tell it again", event="alert", state="failed")


def senders(addresses: Sequence[str]) -> dict[str, Send]:
    """How each of these apprise addresses is told, by a name that does not give it away.

    Raises `Misconfigured` for an address that apprise does not know, by its number: the address is a secret.
    """
    if not addresses:
        return {}
    apprise = installed("apprise", "CONNECTOR_ALERT_URLS is set, but what sends alerts", "alerts")
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would log addresses
    made: dict[str, Send] = {}
    for number, address in enumerate(addresses, 1):
        crowd = apprise.Apprise()
        if not crowd.add(address):
            raise Misconfigured(
                f"CONNECTOR_ALERT_URLS: the {number}. address is none that apprise understands; "
                "give it as slack://… or mailto://…, with blanks between several."
            )

        def send(message: Message, crowd: Any = crowd) -> bool:
            kind = apprise.NotifyType.FAILURE if message.bad else apprise.NotifyType.SUCCESS
            return bool(crowd.notify(title=message.title, body=message.body, notify_type=kind, body_format="text"))

        made[_name(address)] = send
    return made


def _name(address: str) -> str:
    """A name of an address for the ledger: too short to find out the address, or a password in it, by trying."""
    return hashlib.blake2s(address.encode(), digest_size=3).hexdigest()
