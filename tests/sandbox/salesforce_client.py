"""A caller for the Salesforce stand-in that needs no socket: requests go straight to the app."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from connector.sandbox.http import Clock, Request, Response
from connector.sandbox.salesforce import Salesforce, SalesforceConfig

VERSION = "v67.0"
LEAD: Mapping[str, Any] = {"LastName": "Marlow", "Company": "Harbour Light Ltd"}


class Caller:
    """An org with its clock and a logged-in integration user."""

    def __init__(self, config: SalesforceConfig | None = None, *, seed: int = 0) -> None:
        self.clock = Clock()
        self.org = Salesforce(clock=self.clock, seed=seed, config=config)
        self.token = ""
        self.login()

    def login(self) -> Response:
        """Get a token by client credentials."""
        config = self.org.config
        form = {
            "grant_type": "client_credentials",
            "client_id": config.client_id,
            "client_secret": config.client_secret,
        }
        answer = self.raw("POST", "/services/oauth2/token", body=urlencode(form).encode())
        self.token = answer.body["access_token"]
        return answer

    def raw(self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        """Send a request exactly as given."""
        path, _, query = url.partition("?")
        return self.org.handle(
            Request(
                method=method,
                path=unquote(path),
                raw_path=path,
                query=dict(parse_qsl(query, keep_blank_values=True)),
                headers={"host": "127.0.0.1:8080", **{k.lower(): v for k, v in (headers or {}).items()}},
                body=body,
            )
        )

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Send an authorised REST request; header names may have `_` for `-`."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.raw(
            method,
            f"/services/data/{VERSION}/{path}",
            body=data,
            headers={"Authorization": f"Bearer {self.token}", **named},
        )

    def query(self, soql: str, resource: str = "query", **headers: str) -> Response:
        """Run SOQL."""
        return self.call("GET", f"{resource}?{urlencode({'q': soql})}", **headers)

    def rows(self, soql: str, resource: str = "query") -> list[dict[str, Any]]:
        """The records of a query that must succeed."""
        answer = self.query(soql, resource)
        assert answer.status == 200, answer.body
        return list(answer.body["records"])

    def ids(self, soql: str, resource: str = "query") -> list[str]:
        """The ids a query finds."""
        return [row["Id"] for row in self.rows(soql, resource)]

    def create(self, **fields: Any) -> str:
        """Create a lead by REST that must be accepted."""
        answer = self.call("POST", "sobjects/Lead", {**LEAD, **fields})
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    def read(self, id_: str) -> dict[str, Any]:
        """Read a lead by REST."""
        answer = self.call("GET", f"sobjects/Lead/{id_}")
        assert answer.status == 200, answer.body
        return dict(answer.body)


def codes(answer: Response) -> list[str]:
    """The error codes of an answer."""
    return [error["errorCode"] for error in answer.body]
