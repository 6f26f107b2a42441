"""Ways to make an HTTP answer wrong, each with a name: its status, its head, its body, and how it is sent."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
from functools import partial
from http.client import responses

from connector.crm.bounds import LONGEST
from connector.sandbox.http import Request, Response

ELSEWHERE = "http://127.0.0.1:9"
"""A host that nobody may be sent to; tests put a real one in its place."""
"""So many bytes a bomb of 400 kB becomes."""

Twist = Callable[[Request, Response, str], Response]
"""Makes another answer of a true one; the text is the address of somewhere else."""

STATUSES = (199, 201, 202, 203, 206, 299, 300, 301, 304, 307, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 414)
MORE_STATUSES = (415, 420, 422, 429, 431, 451, 499, 500, 501, 502, 503, 504, 511, 520, 599, 600, 999)

BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "HTML": b"<html><body><h1>Sorry</h1></body></html>",
    "a list": b"[]",
    "a Salesforce error": b'[{"message": "no", "errorCode": "UNKNOWN_EXCEPTION"}]',
    "Salesforce's own excuse": b'[{"message": "come back later", "errorCode": "SERVER_UNAVAILABLE"}]',
    "an odd error": b'[{"message": [1], "errorCode": {"a": 1}, "fields": [null, {}], "statusCode": 5}, null, 7]',
    "an Operate error": b'{"response": {"status": "Error", "message": {"a": ["b"]}}}',
    "a login error": b'{"error": ["invalid"], "error_description": {"x": null}}',
}


def whole(body: bytes, *, status: int = 200, head: Iterable[str] = (), length: int | None = None) -> Response:
    """An answer as its bytes."""
    lines = [f"HTTP/1.1 {status} {responses.get(status, 'Odd')}", "Content-Type: application/json"]
    told = len(body) if length is None else length
    text = "\r\n".join([*lines, *([f"Date: {formatdate(usegmt=True)}"] if not _names(head, "date") else []), *head])
    text += "" if _names(head, "transfer-encoding") else f"\r\nContent-Length: {told}"
    return Response(raw=[text.encode("latin-1") + b"\r\n\r\n", body])


def _names(head: Iterable[str], name: str) -> bool:
    return any(line.lower().startswith(f"{name}:") for line in head)


def _with_status(request: Request, response: Response, elsewhere: str, *, status: int, body: bytes | None) -> Response:
    return whole(response.encoded() if body is None else body, status=status, head=[f"Location: {elsewhere}/x"])


def _with_head(request: Request, response: Response, elsewhere: str, *, head: tuple[str, ...]) -> Response:
    lines = [line.replace("{elsewhere}", elsewhere) for line in head]
    return whole(response.encoded(), status=response.status, head=lines)


def _redirected(request: Request, response: Response, elsewhere: str, *, status: int, to: str) -> Response:
    location = to.replace("{elsewhere}", elsewhere).replace("{same}", request.raw_path)
    return whole(b"", status=status, head=[f"Location: {location}"])


def _sent(request: Request, response: Response, elsewhere: str, *, raw: bytes) -> Response:
    return Response(raw=[raw])


def _body(request: Request, response: Response, elsewhere: str, *, of: Callable[[bytes], bytes]) -> Response:
    return whole(of(response.encoded()), status=response.status)


def _length(request: Request, response: Response, elsewhere: str, *, more: int) -> Response:
    body = response.encoded()
    return whole(body, status=response.status, length=max(0, len(body) + more))


def _coded(
    request: Request, response: Response, elsewhere: str, *, coding: str, of: Callable[[bytes], bytes]
) -> Response:
    return whole(of(response.encoded()), status=response.status, head=[f"Content-Encoding: {coding}"])


def _chunked(request: Request, response: Response, elsewhere: str, *, pattern: bytes) -> Response:
    body = pattern.replace(b"{body}", response.encoded())
    return whole(body, status=response.status, head=["Transfer-Encoding: chunked"])


def _echo(request: Request, response: Response, elsewhere: str, *, status: int, form: str) -> Response:
    """A page that repeats the request, as careless gateways do, credentials included."""
    heard = "\n".join(f"{name}: {value}" for name, value in request.headers.items()) + request.body.decode()
    body = {
        "text": heard,
        "salesforce": json.dumps([{"errorCode": "INVALID_FIELD", "message": heard, "fields": []}]),
        "operate": json.dumps({"response": {"status": "Error", "message": heard}}),
        "login": json.dumps({"error": "invalid_grant", "error_description": heard}),
    }[form]
    return whole(body.encode(), status=status)


def _drops(request: Request, response: Response, elsewhere: str) -> Response:
    return Response(raw=[])


def _hints(request: Request, response: Response, elsewhere: str, *, status: int) -> Response:
    true = whole(response.encoded(), status=response.status).raw or ()
    return Response(raw=[f"HTTP/1.1 {status} Wait\r\nLink: </x>\r\n\r\n".encode(), *true])


def bomb() -> bytes:
    """A small body of gzip that unpacks into more than an answer may have."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 1_000_000
    return b"".join(packer.compress(block) for _ in range(LONGEST // len(block) + 1)) + packer.flush()


def _all() -> Iterator[tuple[str, Twist]]:
    for status in (*STATUSES, *MORE_STATUSES):
        yield f"status {status} with the true body", partial(_with_status, status=status, body=None)
        for name, body in BODIES.items():
            yield f"status {status} with {name}", partial(_with_status, status=status, body=body)
    for name, body in BODIES.items():
        yield f"success with {name}", partial(_with_status, status=200, body=body)
    targets = {
        "another host": "{elsewhere}/stolen",
        "another host by //": "//elsewhere.example/x",
        "another scheme": "ftp://elsewhere.example/x",
        "a file": "file:///etc/hostname",
        "itself": "{same}",
        "nowhere": "",
        "an address that is none": "http://[bad",
    }
    for status in (301, 302, 303, 307, 308):
        for name, to in targets.items():
            yield f"status {status} to {name}", partial(_redirected, status=status, to=to)
    for name, line in HEADS.items():
        yield name, partial(_with_head, head=(line,) if isinstance(line, str) else line)
    for name, raw in SENT.items():
        yield name, partial(_sent, raw=raw)
    for name, change in BODY_CHANGES.items():
        yield name, partial(_body, of=change)
    for name, more in {"shorter than told": 10, "longer than told": -10, "much shorter than told": 10**12}.items():
        yield f"a body {name}", partial(_length, more=more)
    for name, (coding, pack) in CODINGS.items():
        yield name, partial(_coded, coding=coding, of=pack)
    for name, pattern in CHUNKS.items():
        yield name, partial(_chunked, pattern=pattern)
    for form in ("text", "salesforce", "operate", "login"):
        for status in (200, 400, 401, 403, 500):
            yield f"an echo as {form} with {status}", partial(_echo, status=status, form=form)
    for status in (100, 102, 103):
        yield f"an interim {status} before the answer", partial(_hints, status=status)
    yield "a line that drops", _drops


HEADS: Mapping[str, str | tuple[str, ...]] = {
    "a cookie for everybody": "Set-Cookie: stolen=1; Domain=127.0.0.1; Path=/",
    "a cookie that is none": "Set-Cookie: ;;;===\x01",
    "a huge cookie": f"Set-Cookie: a={'x' * 60_000}",
    "no clock": "Date:",
    "a clock that is none": "Date: soon",
    "a clock of year 1": "Date: Mon, 01 Jan 0001 00:00:00 GMT",
    "a clock at the end of time": "Date: Fri, 31 Dec 9999 23:59:59 -1200",
    "a clock with an impossible zone": "Date: Thu, 26 Nov 2026 10:00:00 +9999999999999999999",
    "a clock with a letter zone": "Date: Thu, 26 Nov 2026 99:99:99 XYZ",
    "two clocks": ("Date: Thu, 26 Nov 2026 10:00:00 GMT", "Date: Thu, 26 Nov 2026 11:00:00 GMT"),
    "odd limits": "Sforce-Limit-Info: api-usage=\xb2/\xb3; x=99999999999999999999/1",
    "limits of a hundred digits": f"Sforce-Limit-Info: api-usage={'9' * 5000}/{'9' * 5000}",
    "a header of 100,000 letters": f"X-Long: {'y' * 100_000}",
    "200 headers": tuple(f"X-{number}: 1" for number in range(200)),
    "a header that is no Latin-1 to some": "X-Odd: \xff\xfe",
    "another type": "Content-Type: text/html; charset=utf-7",
    "a charset that does not exist": "Content-Type: application/json; charset=klingon",
    "a charset that is no text": "Content-Type: application/json; charset=zlib",
    "a request to leave": "Refresh: 0; url={elsewhere}/x",
}
SENT: Mapping[str, bytes] = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.0\r\n",
    "an answer of HTTP/0.9": b"<html>hello</html>",
    "HTTP/2 out of nothing": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Type: applica",
    "a head without an end": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
    "a status that is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n[]",
    "a length that is no number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n[]",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n[]",
    "NULs": b"\0" * 1000,
    "a head with NULs": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n[]",
    "a broken header": b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n[]",
    "a hundred interim answers": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello",
    "204 with a body": b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n[]",
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
}
BODY_CHANGES: Mapping[str, Callable[[bytes], bytes]] = {
    "a body cut in the middle": lambda body: body[: len(body) // 2],
    "a body without its last letter": lambda body: body[:-1],
    "a body with a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "a body of UTF-16": lambda body: body.decode().encode("utf-16"),
    "a body of UTF-32": lambda body: body.decode().encode("utf-32"),
    "a body that is no UTF-8": lambda body: body.replace(b'"', b'"\xff\xc3', 3),
    "a body with a NUL behind it": lambda body: body + b"\0",
    "a body with more behind it": lambda body: body + b"\n{}",
    "a body that fends off scripts": lambda body: b")]}',\n" + body,
    "a body with a comment": lambda body: b"/* hello */" + body,
    "a body of blanks": lambda body: b" " * len(body),
}
CODINGS: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip twice": ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    "gzip that is none": ("gzip", lambda body: body),
    "gzip that ends early": ("gzip", lambda body: gzip.compress(body)[:-12]),
    "deflate that is none": ("deflate", lambda body: body),
    "a coding that nobody knows": ("rot13", lambda body: body),
}
CHUNKS: Mapping[str, bytes] = {
    "a chunk of no size": b"\r\n{body}\r\n0\r\n\r\n",
    "a chunk of a size that is no number": b"zz\r\n{body}\r\n0\r\n\r\n",
    "a chunk of a negative size": b"-5\r\n{body}\r\n0\r\n\r\n",
    "a chunk that is cut": b"ffff\r\n{body}",
    "chunks without an end": b"1\r\n[\r\n",
}

TWISTS: Mapping[str, Twist] = dict(_all())
"""By name."""


def retouched(response: Response, body: bytes) -> Response:
    """The true answer with another body."""
    return replace(response, body=body)
