"""One rule of the mapping in the words of a salesperson: what its value is, which way it goes, and who wins.

One source for the console's page of the mapping and for `mapping explain`. No decisions here.
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map

from connector.core.mapping.amounts import Money, Number
from connector.core.mapping.choices import Choices
from connector.core.mapping.conditions import Condition
from connector.core.mapping.dates import Date, Instant
from connector.core.mapping.lookups import Location, Lookup, User
from connector.core.mapping.model import Blank, Conflict, Direction, Fit, Rule
from connector.core.mapping.parts import Lines, Name, Parts
from connector.core.mapping.regions import Country, State
from connector.core.mapping.transform import OneField
from connector.core.mapping.transforms import Boolean, Constant, Email, Label, Phone, Text
from connector.core.mapping.values import Others, Row, Values
from connector.core.model import SIDES, Side
from connector.plugins import transforms
from connector.report.words import plain, side_name

WAYS = {
    Direction.BOTH: "both ways",
    Direction.TO_OPERATE: "to Operate only",
    Direction.TO_SALESFORCE: "to Salesforce only",
    Direction.ON_CREATE: "new leads only",
    Direction.NONE: "only read",
}
NOTHING = "–"
ROWS = 12
"""So many rows of a value table are told."""
SHORT = 255
"""A field with more room than that is not worth a number."""


def said(rule: Rule | None, text: str) -> str:
    """A value as people say it: a tick box holds yes or no."""
    if rule is not None and isinstance(rule.transform, Boolean):
        return {"true": "yes", "false": "no"}.get(text.lower(), text)
    return text


def value_words(rule: Rule) -> str:
    """What kind of value it is, and what becomes of it on the way."""
    given = rule.transform.params.model_dump() if isinstance(rule.transform, OneField) else {}
    tell = _KINDS.get(type(rule.transform))
    if tell is None:
        name = next((name for name, kind in transforms().items() if type(rule.transform) is kind), "")
        return f"as the addition {plain(name)} of this installation says" if name else "as this installation says"
    return tell(rule, given)


def when_words(rule: Rule) -> str:
    """Which leads the rule is for; "" for all of them."""
    return " and ".join(f"{_field(name)} {_condition_words(each)}" for name, each in rule.when.items())


def both_words(rule: Rule, owner: Side) -> str:
    """Who wins where people edited the value on both sides."""
    return _winner(rule, rule.conflict, owner)


def first_words(rule: Rule, owner: Side) -> str:
    """Who wins where two records that existed before are linked for the first time, and differ."""
    return _winner(rule, rule.first_link, owner)


def blank_words(rule: Rule) -> str:
    """What a blank does."""
    if rule.direction is Direction.NONE:
        return NOTHING
    if isinstance(rule.transform, Boolean):
        told = "counts as not ticked"
    elif rule.direction is Direction.ON_CREATE:
        told = "nothing is filled in"
    elif rule.blank is Blank.CLEAR:
        told = "the other side is cleared, too" if rule.direction is Direction.BOTH else "it is cleared there, too"
    else:
        told = "the other side keeps its value"
    return "; ".join([told, *_filled(rule)])


def fit_words(rule: Rule) -> str:
    """What happens where the value does not fit on the other side."""
    if rule.direction is Direction.NONE:
        return NOTHING
    if isinstance(rule.transform, User):
        return "whom the other side does not know is left to the CRM"
    told = "cut to what fits" if rule.fit is Fit.CUT else "waits in Parked"
    room = min(((size, side) for side in SIDES if (size := _room(rule, side))), default=None)
    return f"{told} ({side_name(room[1])} takes {room[0]} characters)" if room is not None else told


def told(rule: Rule, owner: Side) -> dict[str, str]:
    """Who wins, what a blank does and what does not fit: what is asked, and the answer."""
    return {
        "edited on both sides": both_words(rule, owner),
        "when first linked": first_words(rule, owner),
        "blank": blank_words(rule),
        "does not fit": fit_words(rule),
    }


def _winner(rule: Rule, policy: Conflict, owner: Side) -> str:
    match rule.direction:
        case Direction.NONE:
            return NOTHING
        case Direction.ON_CREATE:
            return "each side keeps its own"
        case Direction.TO_OPERATE:
            return "Salesforce wins"
        case Direction.TO_SALESFORCE:
            return "Operate wins"
    match policy:
        case Conflict.NEWEST:
            return "the record changed last wins"
        case Conflict.FILLED:
            kind = "the ticked one wins" if isinstance(rule.transform, Boolean) else "the one that is not blank wins"
            return f"{kind}, else {side_name(owner)}"
        case Conflict.REVIEW:
            return "nobody: a person decides, in Parked"
    return f"{side_name(Side(policy))} wins"


def _filled(rule: Rule) -> Iterator[str]:
    """What is written where a side must not be blank."""
    texts = {side: text for side in SIDES if (text := rule.fillers.get(side, ""))}
    if isinstance(rule.transform, Constant):
        return
    if len(texts) == len(SIDES) and len(set(texts.values())) == 1:
        yield f"where both are blank, each is given '{plain(texts[SIDES[0]])}'"
    else:
        yield from (f"a blank {side_name(side)} is given '{plain(text)}'" for side, text in texts.items())
    if rule.routes:
        yield "a new lead is given a location by its other values"


def _room(rule: Rule, side: Side) -> int:
    """How many characters a side takes where the rule writes to a single short field of it; 0: not worth a word."""
    names = rule.fields.get(side, ())
    if len(names) != 1 or not rule.goes_into_create(side) or not isinstance(rule.transform, Text | Email | Phone):
        return 0
    size = rule.sizes.get(side, {}).get(names[0], 0)
    return size if size < SHORT else 0


def _field(name: str) -> str:
    return f"'{plain(name).replace('_', ' ')}'"


def _condition_words(condition: Condition) -> str:
    wanted = [f"'{plain(word)}'" if word else "blank" for word in sorted(condition.words)]
    wanted += [f"'{plain(start)}…'" if start else "filled in" for start in condition.starts]
    return f"{'is not' if condition.negated else 'is'} {' or '.join(wanted)}"


Parameters = Map[str, object]


def _name(rule: Rule, given: Parameters) -> str:
    one = [side_name(side) for side in SIDES if len(rule.fields.get(side, ())) == 1]
    return f"a person's name: one field in {one[0]}, first and last name apart on the other side" if one else "a name"


def _list_of(given: Parameters) -> str:
    names = [f"{side_name(side)}'s list '{plain(str(given[side]))}'" for side in SIDES if given.get(side)]
    return " and ".join(names) or "a list"


def _values(rule: Rule, given: Parameters) -> str:
    """The table, row by row, and what becomes of a text that stands in none."""
    if not isinstance(rule.transform, Values):
        return ""
    params = rule.transform.params.model_dump()
    rows = [Row.model_validate(row) for row in params["table"]]
    shown = [f"{_either(row.salesforce)} = {_either(row.operate)}" for row in rows[:ROWS]]
    more = f" and {len(rows) - ROWS} more" if len(rows) > ROWS else ""
    others = {Side.OPERATE: params["others"]["to_operate"], Side.SALESFORCE: params["others"]["to_salesforce"]}
    words = {
        Others.PARK: "waits in Parked",
        Others.KEEP: "is not carried over",
        Others.COPY: "is carried over as it is",
    }
    other = {words[Others(others[side])] for side in SIDES if rule.goes_into_create(side)}
    if len(other) < 2:
        rest = "".join(f"; anything else {each}" for each in other)
    else:
        rest = "".join(f"; anything else {words[Others(others[side])]} to {side_name(side)}" for side in SIDES)
    return f"translated (Salesforce = Operate): {', '.join(shown)}{more}{rest}"


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(plain(name, 40) for name in names)


def _instant(rule: Rule, given: Parameters) -> str:
    zone = plain(str(given["timezone"]))
    return "a date with its time, to the minute" + ("" if zone == "UTC" else f"; Operate's clock shows {zone}")


def _money(rule: Rule, given: Parameters) -> str:
    currency = plain(str(given["currency"]))
    return f"an amount of money in {currency}" if currency else "an amount of money"


_KINDS: Map[type, Callable[[Rule, Parameters], str]] = {
    Text: lambda rule, given: "text, as it was typed",
    Label: lambda rule, given: "a choice, by its exact words",
    Email: lambda rule, given: "an e-mail address; capital and small letters are equal",
    Phone: lambda rule, given: f"a phone number, however it is typed; those without a + are from {given['region']}",
    Lines: lambda rule, given: "the lines of an address",
    Name: _name,
    Parts: lambda rule, given: f"several fields as one, with '{plain(str(given['separator']))}' between them",
    Choices: lambda rule, given: "several choices at once; their order does not count",
    Number: lambda rule, given: "a number",
    Money: _money,
    Boolean: lambda rule, given: "a tick box",
    Instant: _instant,
    Date: lambda rule, given: "a day",
    Country: lambda rule, given: "a country, by any of its names",
    State: lambda rule, given: "a state or county, by its name or its code",
    Location: lambda rule, given: "a location of Operate, by its name",
    Lookup: lambda rule, given: f"a choice of {_list_of(given)}, by its name",
    Values: _values,
    User: lambda rule, given: "who owns the lead, found on the other side by the e-mail address",
    Constant: lambda rule, given: f"always '{plain(str(given['value']))}'",
}
