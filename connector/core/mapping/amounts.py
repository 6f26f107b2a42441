"""Transforms of numbers and amounts of money.

Imports core only. Nothing is ever rounded: a value with more decimals than a side takes does not fit there.
"""

import re
from collections.abc import Mapping as Map
from decimal import Decimal
from typing import Annotated, ClassVar, cast

from pydantic import AfterValidator, BeforeValidator, Field

from connector.core.mapping.document import Bare
from connector.core.mapping.model import Unfit
from connector.core.mapping.text import clean, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params
from connector.core.model import Side

_DECIMAL = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,30})(?:\.\d{1,30})?", re.ASCII)


class Number(OneField):
    """A number without useless zeros: "25" for "25.0", "025" and "1,000" for 1000; other text stays as it is.

    Operate's numberofpeople is free text (reference, Lead: string 255), so "10-15 desks" is no mistake there;
    Salesforce number fields take numbers only.
    """

    def value(self, side: Side, text: str) -> str:
        """The plain number, or the text; what Salesforce shows is a number, what people type may mean thousands."""
        return _plain_number(text, typed=side is Side.OPERATE)

    def text(self, side: Side, value: str) -> str:
        """The plain number; raises `Unfit` for other text towards Salesforce."""
        number = _plain_number(value)
        if side is Side.SALESFORCE and _MAY_BE_THOUSANDS.fullmatch(number):
            raise Unfit("unreadable", f"{quoted(number)} may mean thousands; write it without the point")
        if side is Side.SALESFORCE and number and not _DECIMAL.fullmatch(number):
            raise Unfit("unreadable", f"{quoted(number)} is not a number, and {self._one[side]} takes only numbers")
        return number

    def normal(self, value: str) -> str:
        """The plain number, or the text."""
        return _plain_number(value)


def _plain_number(text: str, *, typed: bool = True) -> str:
    text = clean(text)
    if not _DECIMAL.fullmatch(text) or (typed and _MAY_BE_THOUSANDS.fullmatch(text) and "," not in text):
        return text
    return _plain(text)


def _plain(number: str) -> str:
    plain = format(Decimal(number.replace(",", "")), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


_SYMBOLS: Map[str, str] = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "¥": "JPY",
    "₹": "INR",
    "zł": "PLN",
}
_USUAL = """AED AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MXN MYR NGN NOK NZD
PHP PKR PLN QAR RON RSD SAR SEK SGD THB TRY TWD UAH USD VND ZAR"""
_CODES = frozenset(_USUAL.split())
_AMOUNT = re.compile(
    r"""([+-]?)\s?([^0-9\s.,+-]{0,4})\s?([+-]?)\s?                  # a sign before or after the currency
    ((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,30})(?:\.[0-9]{1,30})?)    # 1200, 1,200 or 1,200.50
    \s?([^0-9\s.,+-]{0,4})""",
    re.VERBOSE,
)
_MAY_BE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
"""1.200 is 1200 to people from half of Europe, so it is not read as 1.2."""


def _currency(text: str) -> str:
    text = clean(text)
    if text and not re.fullmatch(r"[^\d\s.,+-]{1,4}", text):
        raise ValueError("should be a symbol or a code, such as £ or GBP")
    return text


def _decimals(given: object) -> object:
    text = given.text if isinstance(given, Bare) else str(given)
    if text not in ("0", "1", "2", "3", "4"):
        raise ValueError("should be a whole number from 0 to 4")
    return int(text)


class MoneyParams(Params):
    """`currency` is what amounts in Operate are in, and is written in front there; `decimals` are the places kept."""

    currency: Annotated[str, AfterValidator(_currency)] = Field(
        default="", description="The currency of amounts in Operate, written in front.", examples=["£", "GBP", "€"]
    )
    decimals: Annotated[int, BeforeValidator(_decimals)] = Field(
        default=2, description="The places that are kept, 0 to 4.", json_schema_extra={"minimum": 0, "maximum": 4}
    )


def _read(text: str, currency: str, decimals: int) -> tuple[str, bool]:
    """The plain amount and whether it has no more than these decimals; the cleaned text and False where it is none.

    "1200.50", with exactly `decimals` places. An amount with more keeps all that are not zero.
    """
    text = clean(text)
    found = _AMOUNT.fullmatch(text)
    if found is None or (found[1] and found[3]):
        return text, False
    named = {_named(word) for word in (found[2], found[5]) if word}
    if len(named) > 1 or not named <= ({_named(currency)} if currency else _CODES):
        return text, False
    number = f"{found[1] or found[3]}{found[4]}"
    plain = _plain(number)
    missing = decimals - len(plain.partition(".")[2])
    if decimals < 3 and _MAY_BE_THOUSANDS.fullmatch(number):
        return text, False
    if missing < 0:
        return plain, False
    dot = "." if decimals and "." not in plain else ""
    return f"{plain}{dot}{'0' * missing}", True


def _named(currency: str) -> str:
    return _SYMBOLS.get(currency) or currency.upper()


class Money(OneField):
    """An amount of money: "1200.50" for "£1,200.5", "1200.5 GBP" and "1200.50".

    Without a `currency`, the symbols and codes of the usual ones are read over; with one, only its own. Other text
    stays as it is, and so does an amount in another currency: Operate takes it, a Salesforce currency field does not.
    """

    Parameters: ClassVar[type[Params]] = MoneyParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        given = cast(MoneyParams, params)
        self._currency, self._decimals = given.currency, given.decimals
        self._front = f"{given.currency} " if given.currency.isalpha() else given.currency

    def value(self, side: Side, text: str) -> str:
        """The plain amount, or the text."""
        return _read(text, self._currency, self._decimals)[0]

    def text(self, side: Side, value: str) -> str:
        """The plain amount, in Operate with the currency in front; raises `Unfit`."""
        amount, right = _read(value, self._currency, self._decimals)
        if right:
            return f"{self._front}{amount}" if side is Side.OPERATE else amount
        if _DECIMAL.fullmatch(amount):
            reason = f"{quoted(amount)} has more than {self._decimals} decimals, and nothing is rounded"
            raise Unfit("unreadable", f"{self._one[side]}: {reason}")
        if side is Side.SALESFORCE and amount:
            what = f"one amount in {self._currency}" if self._currency else "one amount"
            raise Unfit("unreadable", f"{quoted(amount)} is not {what}, and {self._one[side]} takes only amounts")
        return amount

    def normal(self, value: str) -> str:
        """The plain amount, or the text."""
        return _read(value, self._currency, self._decimals)[0]
