"""How the Salesforce stand-in refuses: problems, and the two exceptions that carry them to an answer.

Imports the standard library only. Wording follows the REST guide, "Status Codes and Error Responses", and the
messages seen in public issue threads; clients should branch on the code, so the code is what matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a record; `details` are further keys of the REST body (duplicate results)."""

    code: str
    message: str
    fields: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_error(self) -> dict[str, Any]:
        """As an item of a top-level REST error body: the key is `errorCode`."""
        body: dict[str, Any] = {**self.details, "message": self.message, "errorCode": self.code}
        if self.fields:
            body["fields"] = list(self.fields)
        return body

    def as_result_error(self) -> dict[str, Any]:
        """As an error inside a Collections result: the key is `statusCode`, and details are not shown."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}


class ApiError(Exception):
    """A whole request is refused with this HTTP status and these problems."""

    def __init__(self, status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(f"{problem.code}: {problem.message}" for problem in problems))
        self.status = status
        self.problems = problems
        self.headers = headers or {}

    def body(self) -> list[dict[str, Any]]:
        """The JSON array that Salesforce answers errors with."""
        return [problem.as_error() for problem in self.problems]


class Refused(ApiError):
    """One record is refused; a request for several records goes on with the others."""

    def __init__(self, problems: Sequence[Problem], status: int = 400) -> None:
        super().__init__(status, *problems)


def refused(code: str, message: str, *fields: str, status: int = 400) -> Refused:
    """Refuse a record for one reason."""
    return Refused([Problem(code, message, fields)], status)


def api_error(status: int, code: str, message: str) -> ApiError:
    """Refuse a request for one reason."""
    return ApiError(status, Problem(code, message))


def not_found() -> ApiError:
    """The answer for a path or record that is not there (also: not visible)."""
    return Refused([Problem("NOT_FOUND", "The requested resource does not exist")], 404)
