"""What the console may use of the job, and how a page is asked for and answered."""

import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from connector.bench import OpenLedger
from connector.console.door import Door, User
from connector.console.errands import Errands
from connector.core.mapping.model import Mapping
from connector.core.model import SECOND, SIDES, Micros
from connector.errors import Misconfigured
from connector.ledger.port import Happening, Ledger
from connector.logs import Say
from connector.parked import record_ref
from connector.report.ruled import said
from connector.report.words import elapsed, ids_text, instant, leads, plain, sentence, side_name, value, when
from connector.web.app import Host

ROOT = "/console"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TICKS = ("true", "false")
WHYS = {"blank there": "it was blank there before"}
"""Reasons of the history that need more words where nobody sees what stood beside them."""
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?Z")


@dataclass(frozen=True, slots=True)
class Desk:
    """What the console may do besides what every page of the job may (`host`).

    A ledger is opened for each request: it belongs to one thread.
    """

    host: Host
    open_ledger: OpenLedger
    mapping: Callable[[], Mapping]
    errands: Errands
    say: Say
    wake: Callable[[], None]
    """Let the worker turn soon: somebody wishes it."""
    requests_left: Callable[[Ledger], tuple[int, int, int] | None]
    """API requests of the last 24 hours: by everybody, by us, and how many there may be; None: not known."""

    def in_force(self) -> Mapping:
        """The mapping that the worker works with; before its first turn, the one of the file."""
        return self.host.board.vitals.mapping or self.mapping()

    def decided(self, user: User, what: str, ledger: Ledger | None = None) -> None:
        """Write down who did what: in the log, and in the history where that was not done already."""
        self.say(f"console: {what}, by {plain(user.name, 80)}", event="console", by=user.name, did=what)
        if ledger is not None:
            ledger.log.note([Happening(0, self.host.clock(), 0, "decided", why=f"{what}, by {user.name}")])


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody: who, from which browser, and what they filled in."""

    desk: Desk
    door: Door
    user: User
    token: str
    path: str
    query: Map[str, str] = field(default_factory=dict)
    form: Map[str, str] = field(default_factory=dict)

    def page(self, template: str, status: int = 200, /, **content: Any) -> Response:
        """One page of ours."""
        mapping = cache(self.desk.in_force)
        return html(
            template,
            status,
            user=self.user,
            guarded=self.door.guarded,
            csrf=self.door.form_token(self.token),
            told=self.door.told(self.token),
            path=self.path,
            now=self.desk.host.clock(),
            errand=self.desk.errands.current,
            said=lambda rule, text: said(mapping().rules.get(rule), text) if text.lower() in TICKS else text,
            **content,
        )

    def then(self, path: str, told: str = "") -> Response:
        """Go on there, and say so."""
        if told:
            self.door.tell(self.token, told)
        return RedirectResponse(f"{ROOT}{path}", 303)

    @property
    def start(self) -> int:
        """With which of many things the page begins."""
        text = self.query.get("from", "0")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0

    @property
    def still(self) -> bool:
        """Whether a page that shows what is under way should not load itself."""
        return self.query.get("still") == "1"

    def named(self, field: str) -> str:
        """What a form names; an empty one would mean everything. Raises `Misconfigured` for it."""
        text = self.form.get(field, "").strip()
        if not text:
            raise Misconfigured("The form names nothing. Load the page again, and send it once more.")
        return text

    def open(self, *, writing: bool = False) -> AbstractContextManager[Ledger]:
        """The ledger, for this request."""
        return self.desk.open_ledger() if writing else self.desk.host.read_ledger()


def html(template: str, status: int = 200, /, **content: Any) -> Response:
    """A page from its template."""
    return HTMLResponse(_PAGES.get_template(template).render(root=ROOT, **content), status)


def field_name(rule: str) -> str:
    """A rule as a heading: `first_name` is First name."""
    return opening(plain(rule).replace("_", " "))


def moment(at: Micros, now: Micros) -> str:
    """A time (UTC) that is as short as it can be: of today, of this year, or whole."""
    if not at:
        return "–"
    there, here = (datetime.fromtimestamp(each // SECOND, UTC) for each in (at, now))
    day = f"{there.day} {MONTHS[there.month - 1]}"
    if there.date() == here.date():
        day = "today"
    elif there.year != here.year:
        day += f" {there.year}"
    return f"{day} {there:%H:%M}"


def held(text: str, limit: int = 60) -> str:
    """A value of a lead; a moment is written as people write it, and lines stay lines."""
    found = INSTANT.fullmatch(text)
    return f"{found[1]} {found[2]} UTC" if found else in_lines(value(text, limit))


def in_lines(text: str) -> str:
    """A text that was made safe for one line, in its lines again."""
    return text.replace("⏎", "\n")


def opening(text: str) -> str:
    """A text that begins with a capital letter, as a sentence does."""
    return text[:1].upper() + text[1:]


def record_name(named: str) -> str:
    """A record as people name it: `operate:64` is Operate 64."""
    record = record_ref(named)
    return plain(named) if record is None else f"{side_name(record[0])} {plain(record[1], 40)}"


def lead_path(lead_id: str) -> str:
    """Where a lead is shown."""
    return f"/lead?{urlencode({'id': lead_id})}"


def lead_name(tree: Map[str, str], mapping: Mapping) -> str:
    """What a salesperson calls a lead, safe to show."""
    return plain(mapping.name_of(tree), 80)


_PAGES = Environment(
    loader=PackageLoader("connector.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters.update(
    plain=plain,
    sentence=sentence,
    shown=held,
    lines=in_lines,
    opening=opening,
    why=lambda text: WHYS.get(text, text),
    record=record_name,
    field=field_name,
    when=when,
    moment=moment,
    iso=instant,
    elapsed=elapsed,
    side=side_name,
    leads=leads,
    ids=ids_text,
)
_PAGES.globals.update(SIDES=SIDES, lead_path=lead_path)
