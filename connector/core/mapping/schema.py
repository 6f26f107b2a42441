"""The shape of a mapping file: which keys may stand where, and which words they take.

Imports core and pydantic. `fit` checks a piece of a document and hands back what was right, with every mistake
noted at its place, so that the checks that follow can still find more.
"""

from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from connector.core.mapping.document import Bare, Document, Path
from connector.core.mapping.model import Blank, Conflict, Direction, Fit
from connector.core.mapping.text import nearest, quoted
from connector.core.model import Side


def _one_or_many(given: object) -> object:
    return [given] if isinstance(given, str) else given


Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]
"""One native field or a list of them."""


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _words(given: object) -> object:
    return given if isinstance(given, dict) else {"is": given}


class ConditionText(_Text):
    """Texts of which a value must be one (`is`, or simply the texts), or none (`not`)."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_alias=True)

    texts: Names = Field(default=(), alias="is")
    others: Names = Field(default=(), alias="not")


When = dict[str, Annotated[ConditionText, BeforeValidator(_words)]]
"""Rule name -> texts."""


class RouteText(_Text):
    """Where new leads of one kind go."""

    when: When
    location: str


class RuleText(_Text):
    """One rule as it stands in the file."""

    salesforce: Names = ()
    operate: Names = ()
    direction: Direction | None = None
    to: Side | None = None
    conflict: Conflict | None = None
    first_link: Conflict | None = None
    blank: Blank = Blank.KEEP
    fit: Fit = Fit.PARK
    optional: StrictBool = False
    required: dict[Side, str] = Field(default_factory=dict)
    default: dict[Side, str] = Field(default_factory=dict)
    when: When = Field(default_factory=dict)
    transform: Any = "text"


class ExampleText(_Text):
    """A lead of one side, and what it should become on the other."""

    name: str = ""
    salesforce: dict[str, str] | None = None
    operate: dict[str, str] | None = None
    becomes: dict[Side, dict[str, str]] = Field(default_factory=dict)
    values: dict[str, str] = Field(default_factory=dict)
    parked: Names = ()
    tables: dict[str, dict[str, str]] = Field(default_factory=dict)


class CounterpartText(_Text):
    """Where each side keeps the other side's id."""

    salesforce: str = "Operate_Lead_Id__c"
    operate: str | None = None


Identity = Literal["email", "first_name", "last_name", "company", "phone"]


class HeadText(_Text):
    """Everything above and beside the rules."""

    mapping: str = ""
    owner: Side | None = None
    counterpart: CounterpartText = CounterpartText()
    default_location: str | None = None
    locations: tuple[Any, ...] = ()
    scope: dict[Side, When] = Field(default_factory=dict)
    not_mapped: dict[Side, dict[str, str]] = Field(default_factory=dict)
    minimum: Names = ("locationname", "leadname")
    match: dict[Identity, str] = Field(default_factory=dict)
    rules: dict[str, Any] = Field(default_factory=dict)
    examples: tuple[Any, ...] = ()


_SHAPES = {
    "tuple_type": "be a name or a list of names",
    "dict_type": "hold keys with values",
    "model_type": "hold keys with values",
    "bool_type": "be true or false",
}

M = TypeVar("M", bound=BaseModel)


def fit(model: type[M], data: object, path: Path, document: Document) -> M | None:
    """The model of this piece; what is wrong is noted and left out. None when it cannot be made at all."""
    if not isinstance(data, dict):
        document.wrong(path, f"{_where(path)} should hold keys with values, such as {_examples(model)}")
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
    for mistake in mistakes:
        _note(mistake["type"], mistake["loc"], mistake.get("ctx", {}), mistake["msg"], model, path, document)
    rest: object = data
    for mistake in mistakes:
        rest = _without(rest, tuple(part for part in mistake["loc"] if part != "[key]"))
    try:
        return model.model_validate(rest)
    except ValidationError:
        return None


def _without(data: object, loc: Path) -> object:
    """The data without what stands at `loc`; a list goes as a whole."""
    if not isinstance(data, dict) or not loc or loc[0] not in data:
        return data
    inner = data[loc[0]]
    rest = {key: value for key, value in data.items() if key != loc[0]}
    return {**rest, loc[0]: _without(inner, loc[1:])} if isinstance(inner, dict) and len(loc) > 1 else rest


def _note(
    kind: str, loc: Path, context: dict[str, Any], message: str, model: type[BaseModel], path: Path, document: Document
) -> None:
    """Turn one of pydantic's errors into a finding at its place, in words for a sales-ops person."""
    at_key = kind == "extra_forbidden" or loc[-1:] == ("[key]",)
    loc = tuple(part for part in loc if part != "[key]")
    where = (*path, *loc)
    while kind in ("tuple_type", "string_type") and where not in document.values:
        where = where[:-1]  # `is` need not be written
    name = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        text, close = f"unknown key {quoted(name)} in {_where(where[:-1])}", nearest(name, _keys(model, loc[:-1]))
        document.wrong(where, text, close or (), key=True)
    elif kind in ("enum", "literal_error"):
        words = [word.strip(" '") for word in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        value = _at(document, where)
        given = name if at_key else value.text if isinstance(value, Bare) else str(value)
        text = f"{_where(where[:-1] if at_key else where)} takes {', '.join(words)}, not {quoted(given)}"
        document.wrong(where, text, nearest(given, words), key=at_key)
    elif kind == "missing":
        document.wrong(where, f"{_where(where[:-1])} needs {name}")
    elif kind == "string_type":
        value = _at(document, where)
        given = f": {quoted(value.text)} needs quotes" if isinstance(value, Bare) else ""
        document.wrong(where, f"{_where(where)} should be text{given}")
    elif kind == "tuple_type" and isinstance(value := _at(document, where), Bare):
        document.wrong(where, f"{_where(where)} should be text: {quoted(value.text)} needs quotes")
    elif kind in _SHAPES:
        document.wrong(where, f"{_where(where)} should {_SHAPES[kind]}")
    else:
        document.wrong(where, f"{_where(where)}: {message.removeprefix('Value error, ')}")


def _keys(model: type[BaseModel], loc: Path) -> list[str]:
    """The keys that a model takes below `loc`; numbers and free names on the way lead nowhere else."""
    for part in loc:
        if part in model.model_fields:
            inner = _model_within(model.model_fields[str(part)].annotation)
            if inner is None:
                return []
            model = inner
    return [known.alias or name for name, known in model.model_fields.items()]


def _model_within(annotation: object) -> type[BaseModel] | None:
    """The model that a field is, or holds many of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_within, get_args(annotation))), None)


def _at(document: Document, path: Path) -> object:
    found: Any = document.data
    for part in path:
        if isinstance(found, dict):
            found = found.get(str(part))
        elif isinstance(found, list) and isinstance(part, int) and part < len(found):
            found = found[part]
    return found


def _where(path: Path) -> str:
    names = ".".join(str(part) for part in path if not isinstance(part, int))
    return names or "the mapping"


def _examples(model: type[BaseModel]) -> str:
    return ", ".join(list(model.model_fields)[:3])
