"""Reading SOQL: text to a small tree. Knows the grammar, not the fields.

Source: SOQL and SOSL Reference, "SOQL SELECT Syntax", "Condition Expression Syntax", "Quoted String Escape
Sequences", "Date Formats and Date Literals in WHERE"; REST messages as seen in public issue threads.
"""

import re
from dataclasses import dataclass
from typing import Any, Literal

from .errors import ApiError, api_error
from .values import parse_date, parse_datetime

MAX_LENGTH = 100_000
MAX_LITERAL = 4_000
MAX_OFFSET = 2_000

Path = tuple[str, ...]
LiteralKind = Literal["string", "number", "datetime", "date", "boolean", "null"]


@dataclass(frozen=True)
class Value:
    """A literal with its kind."""

    kind: LiteralKind
    value: Any
    text: str


@dataclass(frozen=True)
class Name:
    """A field as the query names it, with its place for messages."""

    path: Path
    at: int


@dataclass(frozen=True)
class Compare:
    """`name op value`; op is one of = != < <= > >= like."""

    name: Name
    op: str
    value: Value


@dataclass(frozen=True)
class Among:
    """`name IN (…)`, or NOT IN."""

    name: Name
    values: tuple[Value, ...]
    negated: bool


@dataclass(frozen=True)
class Not:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True)
class Junction:
    """Conditions joined by all-AND or all-OR."""

    op: Literal["and", "or"]
    conditions: tuple["Condition", ...]


Condition = Compare | Among | Not | Junction


@dataclass(frozen=True)
class Order:
    """One column of ORDER BY."""

    name: Name
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    """A parsed SELECT; no fields: COUNT()."""

    text: str
    fields: tuple[Name, ...]
    entity: Name
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:\\.|[^'\\])*')
    | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
    | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?![\w.]))
    | (?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)
    | (?P<symbol><=|>=|!=|<>|[=<>(),])
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\", "_": "\\_"}
_ESCAPES["%"] = "\\%"
_ESCAPES |= {letter.upper(): text for letter, text in _ESCAPES.items() if letter in "nrtbf"}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        return self.text.casefold() if self.kind in {"name", "symbol"} else ""


def complaint(text: str, at: int, message: str, code: str = "MALFORMED_QUERY") -> ApiError:
    """An error that points into the query, the way Salesforce does."""
    line = text[max(0, at - 30) : at + 30].replace("\n", " ")
    pointer = " " * min(at, 30) + "^"
    return api_error(400, code, f"\n{line}\n{pointer}\nERROR at Row:1:Column:{at + 1}\n{message}")


def parse(text: str) -> Query:
    """Read a query. Raises `ApiError` (MALFORMED_QUERY)."""
    if len(text) > MAX_LENGTH:
        raise api_error(400, "MALFORMED_QUERY", "SOQL statements cannot be longer than 100,000 characters.")
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.place = 0

    def query(self) -> Query:
        self.expect("select")
        fields = self._fields()
        self.expect("from")
        entity = self.name()
        where = self.condition() if self.accept("where") else None
        order = self._orders() if self.accept("order") else ()
        limit = self._number("limit")
        offset = self._number("offset") or 0
        if self.token.kind != "end":
            raise self.unexpected()
        if offset > MAX_OFFSET:
            message = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            raise api_error(400, "NUMBER_OUTSIDE_VALID_RANGE", message)
        return Query(self.text, fields, entity, where, order, limit, offset)

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def accept(self, *words: str) -> str | None:
        word = self.token.word
        if word not in words:
            return None
        self.place += 1
        return word

    def expect(self, *words: str) -> str:
        word = self.accept(*words)
        if word is None:
            raise self.unexpected()
        return word

    def unexpected(self) -> ApiError:
        token = self.token
        if token.kind == "end":
            return api_error(400, "MALFORMED_QUERY", "unexpected token: '<EOF>'")
        return complaint(self.text, token.at, f"unexpected token: '{token.text}'")

    def name(self) -> Name:
        token = self.token
        if token.kind != "name":
            raise self.unexpected()
        self.place += 1
        return Name(tuple(token.text.split(".")), token.at)

    def condition(self) -> Condition:
        """AND and OR may not be mixed without parentheses."""
        first = self._simple()
        op = self.accept("and", "or")
        if op is None:
            return first
        conditions = [first, self._simple()]
        while self.accept(op):
            conditions.append(self._simple())
        if self.token.word in {"and", "or"}:
            raise self.unexpected()
        return Junction("and" if op == "and" else "or", tuple(conditions))

    def _simple(self) -> Condition:
        if self.accept("not"):
            return Not(self._simple())
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        name = self.name()
        negated = self.accept("not") is not None
        if negated or self.token.word == "in":
            self.expect("in")
            return Among(name, self._values(), negated)
        op = self.expect("=", "!=", "<>", "<", "<=", ">", ">=", "like")
        return Compare(name, "!=" if op == "<>" else op, self._value())

    def _values(self) -> tuple[Value, ...]:
        self.expect("(")
        values = [self._value()]
        while self.accept(","):
            values.append(self._value())
        self.expect(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self.token
        self.place += 1
        match token.kind, token.text.casefold():
            case "string", _:
                return Value("string", self._unescaped(token), token.text)
            case "number", _:
                return Value("number", float(token.text), token.text)
            case "datetime", _ if (moment := parse_datetime(token.text)) is not None:
                return Value("datetime", moment, token.text)
            case "date", _ if (day := parse_date(token.text)) is not None:
                return Value("date", day, token.text)
            case "name", "true" | "false":
                return Value("boolean", token.text.casefold() == "true", token.text)
            case "name", "null":
                return Value("null", None, token.text)
        self.place -= 1
        raise self.unexpected()

    def _unescaped(self, token: _Token) -> str:
        if len(token.text) - 2 > MAX_LITERAL:
            raise complaint(self.text, token.at, f"a string literal may have {MAX_LITERAL} characters at most")

        def replaced(found: re.Match[str]) -> str:
            if found[1] not in _ESCAPES:
                message = f"Illegal quoted string at or near '{found[0]}'"
                raise complaint(self.text, token.at, message)
            return _ESCAPES[found[1]]

        return re.sub(r"\\(.)", replaced, token.text[1:-1], flags=re.DOTALL)

    def _fields(self) -> tuple[Name, ...]:
        first = self.name()
        if first.path == ("COUNT",) or (len(first.path) == 1 and first.path[0].casefold() == "count"):
            self.expect("(")
            self.expect(")")
            return ()
        names = [first]
        while self.accept(","):
            names.append(self.name())
        return tuple(names)

    def _orders(self) -> tuple[Order, ...]:
        self.expect("by")
        orders = [self._order()]
        while self.accept(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> Order:
        name = self.name()
        descending = self.accept("asc", "desc") == "desc"
        # Nulls come first in either direction unless told otherwise (SOQL Reference, "ORDER BY").
        last = bool(self.accept("nulls")) and self.expect("first", "last") == "last"
        return Order(name, descending, last)

    def _number(self, keyword: str) -> int | None:
        if not self.accept(keyword):
            return None
        token = self.token
        if token.kind != "number" or not token.text.isdecimal():
            raise self.unexpected()
        self.place += 1
        return int(token.text)

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        at = 0
        while not tokens or tokens[-1].kind != "end":
            found = _TOKEN.match(self.text, at)
            if found is None:
                start = at + len(self.text[at:]) - len(self.text[at:].lstrip())
                raise complaint(self.text, start, f"unexpected token: '{self.text[start]}'")
            kind = str(found.lastgroup)
            tokens.append(_Token(kind, found[kind], found.start(kind)))
            at = found.end()
        return tokens
