"""Ways to make a JSON answer wrong, each with a name, at any place of the true answer."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

Place = tuple[str | int, ...]
"""Keys and indexes that lead from the whole answer to a value in it; () is the whole."""

CANARY = "Canary-Person-7391"
"""A value of a lead that no message may show."""

INSTEAD: Mapping[str, str] = {
    "null": "null",
    "true": "true",
    "false": "false",
    "zero": "0",
    "minus one": "-1",
    "a huge whole number": "9" * 5000,
    "a whole number beyond 64 bits": "9" * 40,
    "1e400": "1e400",
    "an endless exponent": "1e999999999",
    "an endless fraction": "1e-999999999",
    "NaN": "NaN",
    "-Infinity": "-Infinity",
    "a fraction": "0.1",
    "an empty text": '""',
    "a number as text": '"12"',
    "a huge number as text": json.dumps("9" * 5000),
    "an infinite number as text": '"1e400"',
    "somebody's name": json.dumps(CANARY),
    "a NUL": r'"a\u0000b"',
    "control characters": r'"a\u001b[31m\r\nX-Evil: 1\tb"',
    "half a surrogate pair": r'"a\ud800b"',
    "letters of another script": r'"т\u00f6k\u0119n"',
    "a long text": json.dumps("x" * 300_000),
    "HTML": '"<html><script>alert(1)</script>"',
    "a fragment of a filter": '''"x' OR Id != '"''',
    "a path elsewhere": '"/services/data/../../../elsewhere?x=1#y"',
    "another host": '"https://elsewhere.example/services/data/x"',
    "a host of its own": '"//elsewhere.example/x"',
    "a URL that is none": '"http://[bad"',
    "another lead of Salesforce": '"00QSb0zzzzzzzzz"',
    "another lead of Operate": '"987654"',
    "a time that is none": '"2026-99-99T99:99:99"',
    "the end of time": '"9999-12-31T23:59:59-12:00"',
    "the beginning of time": '"0001-01-01T00:00:00+12:00"',
    "the far future": '"2999-12-31T23:59:59+00:00"',
    "a date of Operate's clock in the far future": '"31/12/9999 23:59:59"',
    "an empty list": "[]",
    "an empty object": "{}",
    "a list of nulls": "[null, null]",
    "a list of lists": "[[1], [2]]",
    "a list of texts": '["a", "b"]',
    "an object": '{"a": {"b": [1]}}',
    "depths that JSON readers refuse": "[" * 100_000 + "]" * 100_000,
    "depths that only some refuse": '{"a":' * 300 + "1" + "}" * 300,
    "no JSON": "{oops",
    "nothing": "",
}
"""What may stand in place of a value, as it is written."""

DIFFERENTLY = ("missing", "twice", "wrapped in a list", "as text", "with a blank")
"""What may become of the value itself."""

TWISTS = (*INSTEAD, *DIFFERENTLY)
_MARK = "\ue000 a mark that no answer holds \ue000"


def places(content: Any) -> Iterator[Place]:
    """Every place of an answer; of a list only the first and the last item, the others being like them."""
    yield ()
    items: list[tuple[str | int, Any]] = []
    if isinstance(content, dict):
        items = list(content.items())
    elif isinstance(content, list):
        items = [(at, content[at]) for at in sorted({0, len(content) - 1}) if content]
    for key, value in items:
        yield from ((key, *rest) for rest in places(value))


def fits(content: Any, place: Place, twist: str) -> bool:
    """Whether the twist means something at this place."""
    if twist == "missing":
        return bool(place)
    if twist in ("as text", "with a blank"):
        return isinstance(_at(content, place), str) is (twist == "with a blank")
    return True


def twisted(content: Any, place: Place, twist: str) -> bytes:
    """The answer with one value made wrong. Raises LookupError and TypeError where it has no such place."""
    value = _at(content, place)
    if twist == "missing":
        return json.dumps(_without(content, place)).encode()
    written = INSTEAD.get(twist, "") if twist in INSTEAD else _differently(value, place, twist)
    if not place:
        return written.encode()
    return json.dumps(_put(content, place, _MARK)).replace(json.dumps(_MARK), written, 1).encode()


def _differently(value: Any, place: Place, twist: str) -> str:
    text = json.dumps(value)
    if twist == "wrapped in a list":
        return f"[{text}]"
    if twist == "as text":
        return json.dumps(text)
    if twist == "with a blank":
        return json.dumps(f" {value} ")
    if not place:
        return text + text
    return f"{text}, {text}" if isinstance(place[-1], int) else f"null, {json.dumps(place[-1])}: {text}"


def _at(content: Any, place: Place) -> Any:
    for key in place:
        content = content[key]
    return content


def _put(content: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(content)
    _at(changed, place[:-1])[place[-1]] = value
    return changed


def _without(content: Any, place: Place) -> Any:
    changed = copy.deepcopy(content)
    del _at(changed, place[:-1])[place[-1]]
    return changed
