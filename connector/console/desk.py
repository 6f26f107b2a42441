"""What the console may use of the job, and how a page is asked for and answered."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from connector.console.door import Door, User
from connector.console.errands import Errands
from connector.core.mapping.model import Mapping
from connector.core.model import SIDES
from connector.ledger.port import Happening, Ledger
from connector.logs import Say
from connector.parked import link_number
from connector.report.words import elapsed, ids_text, instant, leads, minute, plain, sentence, side_name, value, when
from connector.service import OpenLedger
from connector.web.app import Host

ROOT = "/console"


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
        vitals = self.desk.host.board.vitals
        return html(
            template,
            status,
            user=self.user,
            guarded=self.door.guarded,
            csrf=self.door.form_token(self.token),
            told=self.door.told(self.token),
            path=self.path,
            now=self.desk.host.clock(),
            waiting=vitals.parked,
            errand=self.desk.errands.current,
            **content,
        )

    def then(self, path: str, told: str = "") -> Response:
        """Go on there, and say so."""
        if told:
            self.door.tell(self.token, told)
        return RedirectResponse(f"{ROOT}{path}", 303)

    def open(self, *, writing: bool = False) -> AbstractContextManager[Ledger]:
        """The ledger, for this request."""
        return self.desk.open_ledger() if writing else self.desk.host.read_ledger()


def html(template: str, status: int = 200, /, **content: Any) -> Response:
    """A page from its template."""
    return HTMLResponse(_PAGES.get_template(template).render(root=ROOT, **content), status)


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
    shown=value,
    when=when,
    minute=minute,
    iso=instant,
    elapsed=elapsed,
    side=side_name,
    leads=leads,
    ids=ids_text,
)
_PAGES.globals.update(SIDES=SIDES, link_number=link_number)
