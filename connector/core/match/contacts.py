"""E-mail addresses, telephone numbers and web domains in their comparable form. Imports the core's word lists."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from connector.core.match.fold import plain
from connector.core.match.words import DOTLESS, FREE_MAIL, NOBODY, SHARED

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_TOKENS = re.compile(r"[._\-]+")
_DIGITS = re.compile(r"\d+", re.ASCII)
_EXTENSION = re.compile(r"(?:ext\.?|x|#|;)\s*\d+\s*$", re.IGNORECASE)
_FEWEST_DIGITS = 7
_SUBSCRIBER = 9
"""So many last digits make a telephone number, whatever stands in front of them."""


@lru_cache(maxsize=16_384)
def mailbox(text: str) -> str:
    """An address as its provider delivers it: lower case, without plus-tag, without dots where they do not count.

    "" for what is no address, and for addresses that nobody reads.
    """
    address = unicodedata.normalize("NFKC", text).strip().strip("<>").lower().removeprefix("mailto:")
    if not _ADDRESS.fullmatch(address):
        return ""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    domain = domain.rstrip(".")
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return "" if _TOKENS.sub("", local) in NOBODY else f"{local}@{domain}"


def is_shared(address: str) -> bool:
    """Whether a team reads this mailbox: info@, sales.uk@, office2@."""
    words = [word for word in _TOKENS.split(_DIGITS.sub("", address.partition("@")[0])) if word]
    if not words or (words[0] not in SHARED and words[-1] not in SHARED):
        return False
    return all(word in SHARED or len(word) == 2 for word in words)


def company_domain(address: str) -> str:
    """The domain of an address where it tells a company; "" for providers that give mailboxes to anybody."""
    domain = address.partition("@")[2]
    return "" if domain in FREE_MAIL else domain


@lru_cache(maxsize=16_384)
def web_domain(text: str) -> str:
    """The domain of a website: without scheme, "www." and path; "" for what is none."""
    if not plain(text):
        return ""
    host = text.strip().lower().split("://")[-1].split("/")[0].split("?")[0].split("#")[0].split("@")[-1].split(":")[0]
    host = host.removeprefix("www.").rstrip(".")
    return host if "." in host and " " not in host and host not in FREE_MAIL else ""


@lru_cache(maxsize=16_384)
def digits(text: str) -> str:
    """The digits of a telephone number, country code first where it is known; "" for none and for invented ones.

    The `phone` transform hands over E.164; of other texts the trunk zeros go, so that endings can be compared.
    """
    bare = _EXTENSION.sub("", text.replace("(0)", ""))
    found = "".join(_DIGITS.findall(bare)).lstrip("0")
    if len(found) < _FEWEST_DIGITS or len(set(found[-6:])) == 1 or found[-7:] in ("1234567", "2345678", "3456789"):
        return ""
    return found


def subscriber(number: str) -> str:
    """What is the same in every way to write a number: with the country's code, with 00, or as it is dialled there."""
    return number[-_SUBSCRIBER:]


@lru_cache(maxsize=16_384)
def is_mobile(text: str) -> bool | None:
    """Whether an E.164 number is a mobile by its country's numbering plan; None where that cannot be told."""
    if not text.startswith("+"):
        return None
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return None
    return {PhoneNumberType.MOBILE: True, PhoneNumberType.FIXED_LINE: False}.get(kind)
