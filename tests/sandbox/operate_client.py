"""A client that calls the Operate stand-in without a socket, for tests of what it answers."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from connector.sandbox.http import Clock, Request, Response
from connector.sandbox.operate import Operate, OperateConfig

SAMPLES = Path(__file__).parent / "samples" / "operate"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def sample(name: str) -> Any:
    """One documented sample."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


class FixedClock(Clock):
    """A clock that stands still unless a test turns it."""

    def __init__(self, start: str = "2026-03-02T10:00:00+00:00") -> None:
        super().__init__()
        self._now = datetime.fromisoformat(start).astimezone(UTC)

    def now(self) -> datetime:
        """The time the test has set."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Turn the clock on."""
        self._now += timedelta(seconds=seconds)


class Client:
    """A tenant and a client that is logged in; `token` can be replaced."""

    def __init__(self, config: OperateConfig | None = None) -> None:
        self.clock = FixedClock()
        self.config = config or OperateConfig()
        self.app = Operate(clock=self.clock, config=self.config)
        self.token = str(self.login().body["access_token"])

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        content_type: str = FORM,
    ) -> Response:
        """One request with the present token."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": content_type}
        return self.app.handle(Request(method, path, path, query or {}, headers, body))

    def login(self, **changes: str) -> Response:
        """Ask for a token by the password grant, with some of the form's fields changed."""
        form = {
            "grant_type": "password",
            "client_id": self.config.client_id,
            "client_secret": self.config.client_secret,
            "scope": "hubapi",
            "username": self.config.username,
            "password": self.config.password,
        } | changes
        body = urlencode(form).encode()
        return self.app.handle(Request("POST", "/oauth2/token", "/oauth2/token", {}, {"content-type": FORM}, body))

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The `response` of a GET."""
        return dict(self.ask("GET", f"/api/1.0/{path}", query).body["response"])

    def ids(self, **query: str) -> list[str]:
        """The ids of the leads a query finds."""
        return [lead["leadid"] for lead in self.get("lead", **query).get("leads", [])]

    def write(self, method: str, path: str, *records: Mapping[str, Any]) -> Response:
        """Send leads as the reference wants them."""
        body = urlencode({"data": json.dumps({"leads": records})}).encode()
        return self.ask(method, f"/api/1.0/{path}", body=body)

    def create(self, **fields: Any) -> dict[str, Any]:
        """Create a lead at 7th Avenue and return the stored record."""
        answer = self.write("PUT", "lead", {"locationname": "4"} | fields)
        assert answer.status == 200, answer.body
        return dict(answer.body["response"]["leads"][0])

    def delete(self, record_id: str) -> Response:
        """Delete a lead."""
        return self.ask("DELETE", "/api/1.0/lead", body=urlencode({"itemid": record_id}).encode())


def message(answer: Response) -> str:
    """What a refusal says."""
    assert answer.body["response"]["status"] == "Error"
    return str(answer.body["response"]["message"])
