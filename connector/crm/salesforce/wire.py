"""One HTTP session for everything that goes to Salesforce: where it may go, how long it may take, what came back.

Imports `requests`, the errors, the bounds, the budget and the body beside it. simple-salesforce writes `https://` into
every URL, sets no timeout and hides response headers; all three are dealt with here, beneath the library and without
patching it.
"""

import binascii
import ipaddress
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, InvalidJSONError, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from connector.crm.bounds import WHOLE_ANSWER, to_cut_out
from connector.crm.budget import Budget
from connector.crm.salesforce.body import Body
from connector.errors import Misconfigured

CONNECT_SECONDS = 10.0
CLIENT_NAME = "operate-salesforce-connector"
_USAGE = re.compile(r"\s*api-usage=([0-9]{1,15})/([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme and host[:port] of a server; `plain` means http, which is allowed on this machine only."""

    netloc: str
    plain: bool = False

    def __str__(self) -> str:
        return f"{'http' if self.plain else 'https'}://{self.netloc}"

    @classmethod
    def of(cls, url: str, where: str) -> "Origin":
        """Read the origin out of a URL (a bare host is https). `where` names the setting in `Misconfigured`."""
        try:
            parts = urlsplit(url.strip() if "//" in url else f"https://{url.strip()}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts, host, port = urlsplit(""), "", None
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.path.strip("/"):
            raise Misconfigured(f"{where}: give scheme and host only, such as https://acme.my.salesforce.com")
        if parts.scheme == "http" and not _loopback(host):
            raise Misconfigured(f"{where}: plain http is allowed on this machine only; use https for {host}")
        if host in ("login.salesforce.com", "test.salesforce.com") or host.endswith(".lightning.force.com"):
            raise Misconfigured(
                f"{where}: {host} cannot log this connector in; use the My Domain host (Setup > My Domain), "
                "such as https://acme.my.salesforce.com"
            )
        name = f"[{host}]" if ":" in host else host
        return cls(name if port is None else f"{name}:{port}", parts.scheme == "http")


class Wire(HTTPAdapter):
    """The session and its adapter: timeouts on every request, plain http where allowed, and a meter.

    `calls` counts the requests that left; `headers` are those of the newest answer (empty while a request is
    under way or when its answer was lost); `usage` is (used, maximum) of the org's daily API requests as
    `Sforce-Limit-Info` last told (REST guide, "Limit Info Header"). Hold `lock` from a request until its headers
    were read: requests' sessions are not promised to be safe for threads.
    """

    def __init__(self, timeout: float, clock: Callable[[], float]) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.calls = 0
        self.headers: Mapping[str, str] = {}
        self.usage: tuple[int, int] | None = None
        self.budget: Budget | None = None
        self._timeout = (min(CONNECT_SECONDS, timeout), timeout)
        self._longest, self._clock = WHOLE_ANSWER * timeout, clock
        self._plain: set[str] = set()
        self.session = requests.Session()
        # Neither proxies nor certificates nor a netrc from the environment: they would silently replace ours.
        self.session.trust_env = False
        self.session.headers["Sforce-Call-Options"] = f"client={CLIENT_NAME}"
        self.session.mount("https://", self)
        self.session.mount("http://", self)

    def allow(self, origin: Origin) -> None:
        """Let the https:// that the library writes mean http:// for this origin, if it is a plain one."""
        if origin.plain:
            self._plain.add(origin.netloc)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request once, with a timeout."""
        url = request.url or ""
        if urlsplit(url).netloc in self._plain:
            request.url = "http://" + url.partition("://")[2]
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        self.headers = {}
        try:
            response = super().send(request, *args, **kwargs)
        except requests.RequestException as error:
            if was_sent(error):
                self._count()
            raise
        self._count()
        if response.status_code < 200:  # the final answer is still to come, and would be taken for the next one's
            response.close()
            raise requests.ConnectionError("an interim answer in place of the final one")
        response.raw = Body(response.raw, self._clock() + self._longest, self._clock, _secrets(request))
        response.headers.pop("Location", None)  # never followed, and the library would try to understand it
        self.headers = response.headers
        usage = _usage(response.headers.pop("Sforce-Limit-Info", ""))  # read here, once
        if usage is not None:
            self.usage = usage
            if self.budget is not None:
                self.budget.told(*usage)
        return response

    def expect_left(self) -> None:
        """Raise `RetryLater` where the budget is spent."""
        if self.budget is not None:
            self.budget.expect_left()

    def _count(self) -> None:
        self.calls += 1
        if self.budget is not None:
            self.budget.sent()


def was_sent(error: requests.RequestException) -> bool:
    """Whether (a part of) the request may have reached the server before this happened."""
    if isinstance(error, ConnectTimeout) or certificate_refused(error):
        return False
    cause = error.args[0] if error.args else None
    return not (isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError))


def certificate_refused(error: requests.RequestException) -> bool:
    """Whether we hung up because the server's certificate is not to be trusted."""
    return isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)


def unreadable(error: requests.RequestException) -> bool:
    """Whether an answer came, but its body is no JSON."""
    return isinstance(error, InvalidJSONError)


def _secrets(request: requests.PreparedRequest) -> tuple[bytes, ...]:
    """The credentials that a request carries: a token, an app's secret (in both its forms), an assertion."""
    kind, _, word = str(request.headers.get("Authorization", "")).partition(" ")
    found = [word.encode()]
    if kind == "Basic":
        found.append(binascii.a2b_base64(word).partition(b":")[2])
    if isinstance(request.body, str):
        found += [text.encode() for text in parse_qs(request.body).get("assertion", ())]
    return to_cut_out(found)


def _usage(header: str) -> tuple[int, int] | None:
    """(18, 5000) of `api-usage=18/5000; per-app-api-usage=17/250(appName=x)`."""
    found = _USAGE.fullmatch(header.partition(";")[0].rstrip())
    return (int(found[1]), int(found[2])) if found else None


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
