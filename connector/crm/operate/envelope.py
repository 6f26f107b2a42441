"""What an answer of Operate holds: the envelope, its rows, a lead in it, and the reason of a refusal.

Source: API reference, the samples of every object and "Datatypes": each value is text or null, `datetimeutc` is
dd/mm/yyyy and the server's own clock, dates are ISO 8601, with an offset in a GET and without one in the answer to a
write. What an error looks like is not documented: anything but an envelope with the status OK is one.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from connector.core.model import SECOND, Micros, Record, Side
from connector.crm.http import Answer
from connector.crm.operate.fields import LEAD_FIELDS
from connector.errors import Misconfigured, Refused, Unreadable

Row = Mapping[str, str]
"""Field name -> text; null is ""."""

TWIN = "outputvalue_"
ROW_NUMBER = "row_num"
NO_DATES = ("1899-12-3", "2001-01-01T00:00:00")
"""How the dates begin that mean none ("API reference, Lead, GET"; 1899 in other samples)."""
MESSAGE_LENGTH = 500

RECORD_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
YEARS = (1700, 4000)
"""Outside of these nobody made or changed a lead."""

_COUNT = re.compile(r"\d{1,12}", re.ASCII)
_NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", re.ASCII)
_DATES = frozenset(name for name, field in LEAD_FIELDS.items() if field.type == "date")
_PLAIN_WORDS = frozenset({"size", "term", "floor", "timing", "budget", "country", "county", "town"})
"""Fields whose names are words of any sentence: believed to be meant only when no other name is in it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One good answer: its rows, the size of the whole listing (None: not told) and the server's clock."""

    rows: tuple[Row, ...]
    total: int | None
    server_now: Micros


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that is not good: `spoken` is whether the API itself said so, in its own form."""

    message: str
    spoken: bool


def open_envelope(answer: Answer, plural: str) -> Envelope | Failure:
    """The rows under `plural`, or what is wrong. A key that is missing, null or empty: no rows."""
    response = _response(answer)
    if response is None:
        return Failure(_short(answer.text), spoken=False)
    if not answer.fine or str(response.get("status", "")).upper() != "OK":
        return Failure(_message(response), spoken=True)
    rows = response.get(plural) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return Failure(f"{plural} is not a list of records", spoken=False)
    total = str(response.get("totalCount", ""))
    return Envelope(
        tuple(_shown(row) for row in rows),
        int(total) if _COUNT.fullmatch(total) else None,
        _server_clock(response.get("datetimeutc")),
    )


def _shown(row: Mapping[str, Any]) -> Row:
    """The fields of a row; what is no value ("each value is text or null") is not shown, rather than taken for text."""
    return {name: _text(value) for name, value in row.items() if not isinstance(value, dict | list)}


def read_envelope(answer: Answer, plural: str, *, host: str) -> Envelope:
    """The envelope of a read. Raises `Refused`, `Misconfigured` (rights, wrong address) and `Unreadable`."""
    if 300 <= answer.status < 400:
        raise Misconfigured(f"{host} sends requests on to {_host(answer.location)}: check OPERATE_URL")
    opened = open_envelope(answer, plural)
    if isinstance(opened, Envelope):
        if not opened.server_now:
            raise Unreadable(f"{host} answered without its clock (datetimeutc)")
        return opened
    if opened.spoken or 400 <= answer.status < 500:
        words = f": {without_people(opened.message)}" if opened.spoken else ""
        reason = f"Operate at {host} refused to show {plural} (status {answer.status}){words}"
        raise Refused(reason, status=answer.status)
    size = f"{len(answer.text):,} characters of {'a web page' if is_page(answer) else 'text'}"
    raise Unreadable(f"Operate at {host} answered with status {answer.status} and {size} in place of {plural}")


def lead(row: Row, *, zone: tzinfo, counterpart_field: str) -> Record:
    """A lead in its row. `zone` is that of dates without an offset. Raises `Unreadable`.

    The native record holds every shown field, and the display text (`outputvalue_…`) of those where it differs.
    A lead that was never edited may have no `updatedate`: then its stamp is that of its creation.
    """
    if not RECORD_ID.fullmatch(row.get("leadid", "")):
        raise Unreadable("Operate shows a lead whose leadid is no whole number")
    native = {}
    for name, text in row.items():
        shown = row.get(name.removeprefix(TWIN)) if name.startswith(TWIN) else None
        if name != ROW_NUMBER and text != shown:
            native[name] = _aware(text, zone) if name in _DATES else text
    created = stamp(native.get("creationdate", ""), zone)
    return Record(
        Side.OPERATE,
        native.get("leadid", ""),
        stamp(native.get("updatedate", ""), zone) or created,
        created,
        native,
        counterpart_id=native.get(counterpart_field, "").strip() if counterpart_field else "",
        converted=native.get("leadconverted", "").lower() == "true",
    )


def stamp(text: str, zone: tzinfo) -> Micros:
    """A date of an answer; 0 where it means none. Raises `Unreadable`."""
    if not text or text.startswith(NO_DATES):
        return 0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("Operate shows the date of a lead in a form that is not ISO 8601") from error
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise Unreadable(f"Operate shows a lead of the year {moment.year}")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return round(moment.timestamp()) * SECOND


class DateForm(StrEnum):
    """How a date is written in a filter; which forms a tenant takes is not documented."""

    OFFSET = "offset"
    NAIVE = "naive"
    DAY = "day"
    """Only the day is documented ("API reference, Filtering": '2017-05-01')."""


def filter_date(moment: Micros, zone: tzinfo, form: DateForm = DateForm.OFFSET) -> str:
    """A moment as a filter names it: ISO 8601 in the time of `zone`, so that a reader that ignores offsets and one
    that does not agree. As a day it is the one before, so that no time zone cuts anything off.
    """
    local = datetime.fromtimestamp(moment // SECOND, zone)
    if form is DateForm.DAY:
        return (local - timedelta(days=1)).date().isoformat()
    return local.isoformat() if form is DateForm.OFFSET else local.replace(tzinfo=None).isoformat()


def named_field(message: str, sent: Collection[str]) -> str:
    """The native field that a refusal names as a word, or "": rather one that was sent than another known one."""
    message = message.partition("data=")[0]  # what follows is a sample of the format ("API reference, Errors")
    words = {word.lower(): place for place, word in reversed(list(enumerate(re.findall(r"\w+", message))))}
    known = {name.lower(): name for name in (*LEAD_FIELDS, *sent)}
    named = [known[word] for word in words if word in known]
    named.sort(key=lambda name: (name not in sent, name in _PLAIN_WORDS, words[name.lower()]))
    return named[0] if named else ""


def _response(answer: Answer) -> Mapping[str, Any] | None:
    """What the envelope encloses, or None where the body is none."""
    try:
        content = answer.json()
    except ValueError:
        return None
    response = content.get("response") if isinstance(content, dict) else None
    return response if isinstance(response, dict) else None


def _message(response: Mapping[str, Any]) -> str:
    """The vendor's words; which key holds them is not documented."""
    for name in ("message", "error", "errormessage", "description"):
        if response.get(name):
            return _short(_text(response[name]))
    return _short(json.dumps(response))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def is_page(answer: Answer) -> bool:
    """Whether an answer is a web page: something in between speaks, not the API."""
    return answer.text.lstrip().startswith("<")


def without_people(text: str) -> str:
    """A vendor's words for a log: without e-mail addresses and longer numbers, and short."""
    return re.sub(r"\S+@\S+|\+?\d[\d\s().-]{5,}", "…", text)[:200]


def _host(location: str) -> str:
    """The host of an address, quoted."""
    try:
        return repr(urlsplit(location).hostname or "another place")
    except ValueError:
        return "an address that is none"


def _short(text: str) -> str:
    """A text of somebody else, bounded and on one line."""
    line = " ".join(re.sub(r"<[^>]*>|[\x00-\x1f\x7f]", " ", text[: 10 * MESSAGE_LENGTH]).split())
    return line if len(line) <= MESSAGE_LENGTH else f"{line[:MESSAGE_LENGTH]}…"


def _server_clock(text: object) -> Micros:
    """`datetimeutc`, or 0 where it is missing or in another form."""
    try:
        moment = datetime.strptime(str(text), "%d/%m/%Y %H:%M:%S")
    except ValueError:
        return 0
    return int(moment.replace(tzinfo=UTC).timestamp()) * SECOND


def _aware(text: str, zone: tzinfo) -> str:
    """A date without an offset as a read shows it, with one; what is no date stays as it is."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat() if _NAIVE.fullmatch(text) else text
    except (ValueError, OverflowError):
        return text
