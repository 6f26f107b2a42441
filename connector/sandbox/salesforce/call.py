"""One authenticated REST call, as the handlers see it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from connector.sandbox.http import BadRequest, Request, Response

from .errors import ApiError, api_error, not_found
from .org import Org
from .saving import Caller
from .schema import SObject

Handler = Callable[["Call"], Response]


@dataclass(frozen=True)
class Call:
    """The request with the org, the API version it names, the user it acts for and the calls used today."""

    org: Org
    request: Request
    version: str
    user: str
    used: int = 0

    @property
    def base(self) -> str:
        """The versioned path, as it appears in links: /services/data/v67.0."""
        return f"/services/data/{self.version}"

    @property
    def caller(self) -> Caller:
        """The user with what the headers ask for; header values are not case-sensitive."""
        options = self.request.headers.get("sforce-duplicate-rule-header", "").replace(",", ";").split(";")
        allow = any(option.replace(" ", "").casefold() == "allowsave=true" for option in options)
        assign = self.request.headers.get("sforce-auto-assign", "TRUE").strip().casefold() != "false"
        return Caller(self.user, allow_save=allow, assign=assign)

    def json(self, kind: type = dict) -> Any:
        """The JSON body, of the kind asked for. Raises `ApiError`."""
        try:
            body = self.request.json()
        except BadRequest as error:
            raise api_error(400, "JSON_PARSER_ERROR", str(error)) from error
        if not isinstance(body, kind):
            raise api_error(400, "JSON_PARSER_ERROR", f"a JSON {kind.__name__} is expected at [line:1, column:1]")
        return body

    def flag(self, name: str) -> bool:
        """A parameter that is true or false, false if it is not given."""
        return self.request.query.get(name, "false").casefold() == "true"

    def lead(self, name: str) -> SObject:
        """The sObject Lead by the name in the path; other objects cannot be written here."""
        sobject = self.sobject(name)
        if not sobject.writable:
            raise api_error(405, "METHOD_NOT_ALLOWED", f"{sobject.name} is read-only in this sandbox")
        return sobject

    def sobject(self, name: str) -> SObject:
        """An object by the name in the path. Raises `ApiError` (404)."""
        sobject = self.org.sobject(name)
        if sobject is None:
            raise not_found()
        return sobject

    def for_request(self, request: Request) -> "Call":
        """The same user's call with another request."""
        return replace(self, request=request)

    def header_time(self, name: str, *, strict: bool = False) -> datetime | None:
        """A moment from a conditional header; a bad one is ignored, or refused where `strict`.

        Source: REST guide, "Conditional Request Headers".
        """
        text = self.request.headers.get(name)
        if text is None:
            return None
        try:
            moment = parsedate_to_datetime(text)
        except ValueError as error:
            if strict:
                raise api_error(400, "INVALID_HEADER", f"{name}: {text!r} is no HTTP date") from error
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def http_date(moment: datetime) -> str:
    """A moment as HTTP headers give it."""
    return format_datetime(moment, usegmt=True)


def refusal(error: ApiError) -> Response:
    """The answer for an error."""
    return Response(error.status, error.body(), dict(error.headers))
