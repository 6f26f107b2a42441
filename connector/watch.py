"""The watch: a thread beside the hosted job that looks at its board and sends alerts. It never holds up a cycle.

What was told is kept in the ledger, so that a restart does not tell it again; the watch opens the ledger by itself,
for a moment, when there is something to write down.
"""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread

from connector.alerts import MARK, Limits, Message, Told, dumped, loaded, news, states
from connector.bench import OpenLedger
from connector.core.model import SECOND, Micros
from connector.errors import ConnectorError, Misconfigured
from connector.extras import installed
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


class Watch:
    """Looks at the board every second until `close`. `send` returns whether a message was delivered; without one,
    what there is to tell is only kept.

    `woke` is called when the machine slept or its clock was set: timers know nothing of it, and nobody is to blame.
    """

    def __init__(
        self,
        board: Board,
        open_ledger: OpenLedger,
        send: Send | None,
        limits: Limits,
        *,
        say: Say,
        clock: Callable[[], Micros],
        woke: Callable[[], None] = lambda: None,
    ) -> None:
        self._board, self._open_ledger, self._send, self._limits = board, open_ledger, send, limits
        self._say, self._clock, self._woke = say, clock, woke
        self._looked = clock()
        self._told: dict[str, Told] | None = None
        self._failed, self._next, self._wrong = 0, 0, ""
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
        self._next = 0
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
            self._next = min(self._next, now)
            self._woke()
        self._looked = now
        found = states(self._board.vitals, now, self._limits, told)
        message, before, after = news(told, found, now)
        self._keep(before)
        if message is None or now < self._next:
            return
        if self._send is None:
            self._keep(after)
        elif self._send(message):
            self._failed, self._next = 0, 0
            self._say(f"alert sent: {message.title}", event="alert", state="sent")
            self._keep(after)
        else:
            self._next = now + AGAIN[min(self._failed, len(AGAIN) - 1)] * SECOND
            self._failed += 1
            if self._failed == 1:
                self._say(
                    f"alert not delivered, it is tried again: {message.title}. Check CONNECTOR_ALERT_URLS",
                    event="alert",
                    state="failed",
                )
        self._board.change(unsent_alerts=int(bool(self._failed)))

    def _known(self) -> dict[str, Told]:
        if self._told is None:
            try:
                with self._open_ledger() as ledger:
                    marks = ledger.log.marks(MARK)
            except ConnectorError:  # it may be what there is to tell
                return {}
            read = {name.removeprefix(MARK): loaded(text) for name, text in marks.items()}
            self._told = {name: each for name, each in read.items() if each is not None}
        return self._told

    def _keep(self, told: dict[str, Told]) -> None:
        """Write down what changed. A ledger that cannot be written is told by the job itself; this goes on without."""
        before = self._told or {}
        if before == told:
            return
        self._told = dict(told)
        try:
            with self._open_ledger() as ledger, ledger.transaction():
                for name in before.keys() | told.keys():
                    if before.get(name) != told.get(name):
                        ledger.log.set_mark(MARK + name, dumped(told[name]) if name in told else "")
        except ConnectorError:
            self._say("what was alerted could not be kept; a restart may tell it again", event="alert", state="failed")


def sender(addresses: Sequence[str]) -> Send | None:
    """Sends to all of these apprise addresses; None without any.

    Raises `Misconfigured` for an address that apprise does not know, by its number: the address is a secret.
    """
    if not addresses:
        return None
    apprise = installed("apprise", "CONNECTOR_ALERT_URLS is set, but what sends alerts", "alerts")
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would log addresses
    crowd = apprise.Apprise()
    for number, address in enumerate(addresses, 1):
        if not crowd.add(address):
            raise Misconfigured(
                f"CONNECTOR_ALERT_URLS: the {number}. address is none that apprise understands; "
                "give it as slack://… or mailto://…, with blanks between several."
            )

    def send(message: Message) -> bool:
        kind = apprise.NotifyType.FAILURE if message.bad else apprise.NotifyType.SUCCESS
        return bool(crowd.notify(title=message.title, body=message.body, notify_type=kind, body_format="text"))

    return send
