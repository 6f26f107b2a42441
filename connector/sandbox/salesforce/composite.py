"""Composite: up to 25 requests in one, later ones using the answers of earlier ones.

Source: REST guide, "Send Multiple Requests Using Composite", "Composite Request Body", "Composite Limits",
"Composite Response".
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from connector.sandbox.http import Request, Response

from .call import Call
from .errors import api_error

MAX_REQUESTS = 25
MAX_QUERIES = 5
_REFERENCE = re.compile(r"@\{([^}]+)\}")
_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[(\d+)\]")
_COUNTED = re.compile(r"/(query|queryAll|composite/sobjects)\b")
_HALTED = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}


def composite(call: Call, dispatch: Callable[[Call], Response]) -> Response:
    """Run the requests in order; with allOrNone all are taken back when one fails."""
    body = call.json()
    requests = body.get("compositeRequest")
    if not isinstance(requests, list) or not requests or not all(isinstance(one, dict) for one in requests):
        raise api_error(400, "JSON_PARSER_ERROR", "compositeRequest must be a list of JSON objects, not empty")
    if len(requests) > MAX_REQUESTS:
        raise api_error(400, "LIMIT_EXCEEDED", f"a composite takes at most {MAX_REQUESTS} requests")
    if sum(bool(_COUNTED.search(str(one.get("url")))) for one in requests) > MAX_QUERIES:
        raise api_error(400, "LIMIT_EXCEEDED", f"a composite takes at most {MAX_QUERIES} queries and collections")
    names = [one.get("referenceId") for one in requests]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise api_error(400, "JSON_PARSER_ERROR", "each request needs a referenceId of its own")
    all_or_none = body.get("allOrNone") is True
    with call.org.store.transaction() as roll_back:
        answers = _run(call, requests, dispatch)
        if all_or_none and any(answer.status >= 300 for answer in answers.values()):
            roll_back()
            answers = {
                name: answer if answer.status >= 300 else Response(400, [_HALTED]) for name, answer in answers.items()
            }
    return Response(200, {"compositeResponse": [_shown(name, answer) for name, answer in answers.items()]})


def _run(call: Call, requests: list[dict[str, Any]], dispatch: Callable[[Call], Response]) -> dict[str, Response]:
    answers: dict[str, Response] = {}
    for one in requests:
        try:
            resolved = _resolved({key: one.get(key) for key in ("url", "body")}, answers)
        except LookupError as error:
            problem = {"errorCode": "PROCESSING_HALTED", "message": f"Invalid reference specified. {error}"}
            answers[one["referenceId"]] = Response(400, [problem])
            continue
        request = _request(str(one.get("method")), resolved["url"], resolved["body"], one.get("httpHeaders") or {})
        answers[one["referenceId"]] = dispatch(call.for_request(request))
    return answers


def _request(method: str, url: Any, body: Any, headers: Any) -> Request:
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise api_error(400, "JSON_PARSER_ERROR", "httpHeaders must be an object of texts")
    path, _, query = str(url).partition("?")
    if not path.startswith("/services/data/"):
        raise api_error(400, "INVALID_INPUT", f"the url of a composite request starts with /services/data/: {path}")
    return Request(
        method=method,
        path=unquote(path),
        raw_path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in headers.items()},
        body=b"" if body is None else json.dumps(body).encode(),
    )


def _resolved(part: Any, answers: Mapping[str, Response]) -> Any:
    """The url and body with `@{reference.path}` replaced. Raises `LookupError`."""
    if isinstance(part, dict):
        return {key: _resolved(value, answers) for key, value in part.items()}
    if isinstance(part, list):
        return [_resolved(value, answers) for value in part]
    if isinstance(part, str):
        return _REFERENCE.sub(lambda found: str(_looked_up(found[1], answers)), part)
    return part


def _looked_up(reference: str, answers: Mapping[str, Response]) -> Any:
    name = re.split(r"[.\[]", reference, maxsplit=1)[0]
    if name not in answers or answers[name].status >= 300:
        raise LookupError(f"No value for {reference} found in {name}")
    value: Any = answers[name].body
    for key, index in _STEP.findall(reference[len(name) :]):
        try:
            value = value[int(index)] if index else value[key]
        except (LookupError, TypeError) as error:
            raise LookupError(f"No value for {reference} found in {name}") from error
    return value


def _shown(name: str, answer: Response) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": name,
    }
