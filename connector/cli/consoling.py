"""The console of the hosted job, put together; and the command that makes the hash of its password."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from connector.cli.leaving import Leaving
from connector.cli.output import lines, story
from connector.cli.reading import only_names
from connector.core.mapping.model import Mapping
from connector.errors import MappingError, Misconfigured
from connector.extras import installed
from connector.forms import SHORTEST
from connector.ledger.port import Ledger
from connector.logs import Say
from connector.service import Job
from connector.settings import Settings
from connector.wiring import budget_of, open_ledger, open_pair, read_mapping, steady_clock, wall_clock

if TYPE_CHECKING:  # what serves is an extra
    from connector.web.app import Host

KEEP = 4.0
"""Seconds that are kept for what ends after an errand: a last alert."""

console_app = typer.Typer(no_args_is_help=True, help="The web pages of the hosted job: `run` serves them.")


def add_to(app: typer.Typer) -> None:
    """Add this group."""
    app.add_typer(console_app, name="console")


@console_app.callback()
def _group() -> None:
    """A group, also with one command."""


@console_app.command("password")
def password() -> None:
    """Ask for a new password of the console, and print the hash of it for the settings."""
    door = _module("connector.console.door")
    given = typer.prompt("New password", hide_input=True, confirmation_prompt="Once more", err=True)
    if len(given) < SHORTEST:
        raise Misconfigured(f"Give at least {SHORTEST} characters, such as four words.")
    lines(door.hash_of(given))
    story("Put it into CONNECTOR_CONSOLE_PASSWORD_HASH (may decide) or CONNECTOR_CONSOLE_VIEWER_HASH (may only look).")


@contextmanager
def consoled(found: Settings, host: "Host", job: Job, say: Say, leaving: Leaving) -> Iterator[Sequence[Any]]:
    """The routes of the console, where CONNECTOR_CONSOLE asks for it; its errands end with the block."""
    if found.connector_console == "off":
        yield ()
        return
    app, desk, door, errands = (_module(f"connector.console.{name}") for name in ("app", "desk", "door", "errands"))
    operator, viewer = found.connector_console_password_hash, found.connector_console_viewer_hash
    given = {door.Role.OPERATOR: operator.get_secret_value(), door.Role.VIEWER: viewer.get_secret_value()}
    hashes = {role: text for role, text in given.items() if text}
    works = errands.Errands(
        partial(open_pair, found, readonly=True, existing=True),
        partial(open_pair, found, existing=True),
        job.stop,
        say,
        wall_clock,
        job.wish,
    )
    pages = desk.Desk(
        host=host,
        open_ledger=partial(open_ledger, found, existing=True),
        mapping=partial(_mapping, found),
        errands=works,
        wake=job.wish,
        say=say,
        requests_left=partial(_requests_left, found),
    )
    try:
        way_in = door.Door(hashes, steady_clock, company_login(found), found.connector_console_proxies)
        yield app.routes(pages, way_in)
    finally:
        works.close(leaving.left(KEEP))


def company_login(found: Settings) -> Any:
    """The company's login, where the console is on and the settings name one; else None."""
    if found.connector_console == "off" or found.connector_oidc_issuer is None:
        return None
    company = installed("connector.console.company", "What speaks OpenID Connect", "server,console,oidc")
    return company.CompanyLogin(
        company.Company(
            issuer=found.connector_oidc_issuer,
            client_id=found.connector_oidc_client_id,
            client_secret=found.connector_oidc_client_secret.get_secret_value(),
            home=str(found.connector_console_url),
            scopes=found.connector_oidc_scopes,
            name_claim=found.connector_oidc_name_claim,
            role_claim=found.connector_oidc_role_claim,
            operators=frozenset(found.connector_oidc_operators),
            viewers=frozenset(found.connector_oidc_viewers),
        ),
        _module("connector.console.entrance").BACK,
        wall_clock,
    )


def _mapping(found: Settings) -> Mapping:
    """The mapping; while its file is broken, pages show what the ledger holds."""
    try:
        return read_mapping(found)
    except (MappingError, Misconfigured):
        return only_names()


def _requests_left(found: Settings, ledger: Ledger) -> tuple[int, int, int] | None:
    use = budget_of(found, ledger).use
    return None if use is None else (use.everybody, use.own, use.most)


def _module(name: str) -> Any:
    return installed(name, "What serves the console", "server,console")
