"""The shape of a mapping file: which keys may stand where, and which words they take.

Imports core and pydantic. `fit` checks a piece of a document and hands back what was right, with every mistake
noted at its place, so that the checks that follow can still find more.
"""

from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError, WithJsonSchema

from connector.core.mapping.document import Bare, Document, Path
from connector.core.mapping.model import Blank, Conflict, Direction, Fit
from connector.core.mapping.text import nearest, quoted
from connector.core.model import Side


def _one_or_many(given: object) -> object:
    return [given] if isinstance(given, str) else given


ONE_OR_MANY = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_many), WithJsonSchema(ONE_OR_MANY)]
"""One text (mostly a native field) or a list of them."""


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _words(given: object) -> object:
    return given if isinstance(given, dict) else {"is": given}


class ConditionText(_Text):
    """Texts of which a value must be one (`is`, or simply the texts), or none (`not`)."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_alias=True)

    texts: Names = Field(default=(), alias="is", description="Texts that are meant.")
    others: Names = Field(default=(), alias="not", description="Every text but these.")


When = dict[str, Annotated[ConditionText, BeforeValidator(_words)]]
"""Rule name -> texts."""


class RouteText(_Text):
    """Where new leads of one kind go."""

    when: When = Field(description="Which leads: rules and the texts that are meant. All lines must fit.")
    location: str = Field(description="The location's name, as Operate shows it.")


class RuleText(_Text):
    """One rule as it stands in the file."""

    salesforce: Names = Field(default=(), description="The field in Salesforce, or several of them: [A, B].")
    operate: Names = Field(default=(), description="The field in Operate, or several of them: [a, b].")
    direction: Direction | None = Field(
        default=None,
        description="Which way edits go. both: either way. to_operate, to_salesforce: only that way. "
        "on_create: only into a new record. none: the value is only read.",
    )
    to: Side | None = Field(default=None, description="With direction on_create: only new records of this side.")
    conflict: Conflict | None = Field(
        default=None,
        description="Who wins when both sides changed the value. salesforce, operate: that side. newest: the record "
        "changed last. filled: the side that is not blank. review: a person decides. Default: the owner.",
    )
    first_link: Conflict | None = Field(
        default=None,
        description="Who wins when two records are linked for the first time and differ. Default: as in conflict.",
    )
    blank: Blank = Field(
        default=Blank.KEEP,
        description="What happens when somebody clears the value. keep: the other side keeps its own. clear: it is "
        "cleared there, too.",
    )
    fit: Fit = Field(
        default=Fit.PARK,
        description="What happens to a value that is too long. park: the rule is set aside for this lead. cut: the "
        "other side receives the beginning.",
    )
    optional: StrictBool = Field(
        default=False, description="true: the rule is left out, with a notice, where the field does not exist."
    )
    required: dict[Side, str] = Field(
        default_factory=dict,
        description="What to write on a side that refuses a blank. It never flows back, and a real value replaces it.",
    )
    default: dict[Side, str] = Field(
        default_factory=dict,
        description="What to write where a side would be blank. It never flows back, and a real value replaces it.",
    )
    when: When = Field(
        default_factory=dict,
        description="The rule counts only for leads whose values fit: rules and the texts that are meant.",
    )
    transform: Any = Field(
        default="text",
        description="How the fields of both sides turn into each other: a name, or a name with parameters.",
    )


class ExampleText(_Text):
    """A lead of one side, and what it should become on the other."""

    name: str = Field(default="", description="What the example shows.")
    salesforce: dict[str, str] | None = Field(
        default=None, description="The lead as Salesforce has it, field by field. Fields that are left out are blank."
    )
    operate: dict[str, str] | None = Field(
        default=None, description="The lead as Operate has it, field by field. Fields that are left out are blank."
    )
    becomes: dict[Side, dict[str, str]] = Field(
        default_factory=dict,
        description="The other side with the fields of a new lead there. Fields that are left out are not compared; "
        '"" means that nothing is written.',
    )
    values: dict[str, str] = Field(default_factory=dict, description="What rules make of the lead, by the rule's name.")
    parked: Names = Field(default=(), description="Rules that would be set aside for this lead.")
    tables: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description='What look-ups would find, id to label, for example operate.location: {"4": 7th Avenue}.',
    )


class CounterpartText(_Text):
    """Where each side keeps the other side's id."""

    salesforce: str = Field(
        default="Operate_Lead_Id__c", description="A custom text field that is marked External ID and Unique."
    )
    operate: str | None = Field(
        default=None, description="A custom field (ud_...) of your tenant. Leave it empty where there is none."
    )


def _share(given: object) -> object:
    text = given.text if isinstance(given, Bare) else str(given)
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise ValueError("should be a number between 0 and 1, such as 0.99")
    return share


Share = Annotated[float, BeforeValidator(_share)]
"""A probability between 0 and 1, without quotes."""


class MatchText(_Text):
    """The rules by which the same person is recognised on both sides, and how sure that has to be."""

    email: str = Field(default="", description="The rule of the e-mail address.")
    first_name: str = Field(default="", description="The rule of the first name.")
    last_name: str = Field(default="", description="The rule of the last name.")
    company: str = Field(default="", description="The rule of the company's name.")
    phone: str = Field(default="", description="The rule of the telephone number.")
    mobile: str = Field(default="", description="The rule of the mobile number.")
    street: str = Field(default="", description="The rule of the street and house number.")
    city: str = Field(default="", description="The rule of the city.")
    state: str = Field(default="", description="The rule of the state, province or county.")
    postcode: str = Field(default="", description="The rule of the postcode.")
    website: str = Field(default="", description="The rule of the website.")
    link: Share | None = Field(
        default=None, description="From this probability on, two records are linked without asking. Default: 0.99."
    )
    review: Share | None = Field(
        default=None, description="From this probability on, a person is asked. Default: 0.05."
    )
    weights: Any = Field(
        default=None, description="What agreement and difference are worth, as connector matches train prints it."
    )

    def rules(self) -> dict[str, str]:
        """Role -> the name of its rule, for the roles that are given."""
        given = {role: str(getattr(self, role)) for role in ROLES}
        return {role: name for role, name in given.items() if name}


ROLES = tuple(name for name in MatchText.model_fields if name not in ("link", "review", "weights"))
"""What a rule may say about who somebody is."""


class HeadText(_Text):
    """Everything above and beside the rules."""

    mapping: str = Field(default="", description="A short name for this mapping, such as lead.")
    owner: Side | None = Field(
        default=None, description="The side that wins when a value was changed on both sides. A rule may say otherwise."
    )
    counterpart: CounterpartText = Field(
        default=CounterpartText(), description="The field in which each side keeps the other side's id."
    )
    default_location: str | None = Field(
        default=None,
        description="The location of a new Operate lead for which nobody named one: its name, or first for the "
        "tenant's first one.",
    )
    locations: tuple[Any, ...] = Field(
        default=(),
        description="Where a new Operate lead goes when nobody named a location. The first line that fits wins.",
    )
    scope: dict[Side, When] = Field(
        default_factory=dict,
        description="Which leads of each side take part at all: rules and the texts that are meant. All lines must "
        "fit.",
    )
    lifecycle: dict[Side, Any] = Field(
        default_factory=dict,
        description="What becomes of a lead when its partner ends on the other side. Default: it is kept as it is.",
    )
    not_mapped: dict[Side, dict[str, str]] = Field(
        default_factory=dict, description="Fields that are left out on purpose, each with the reason."
    )
    minimum: Names = Field(
        default=("locationname", "leadname"),
        description="The Operate fields of the first request for a new lead; add what your administrator made "
        "mandatory.",
    )
    match: MatchText = Field(
        default=MatchText(),
        description="The rules by which the same person is recognised on both sides, and how sure that has to be.",
    )
    rules: dict[str, Any] = Field(
        default_factory=dict,
        description="The rules, each under a name of your own (lower-case letters, digits, _).",
    )
    examples: tuple[Any, ...] = Field(
        default=(), description="Leads, and what should become of them; connector mapping test tries them."
    )


_SHAPES = {
    "tuple_type": "be a name or a list of names",
    "dict_type": "hold keys with values",
    "list_type": "be a list: one line with a dash for each",
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
        given = f": {quoted(_typed(value))} needs quotes" if isinstance(value, Bare | bool) else ""
        document.wrong(where, f"{_where(where)} should be text{given}")
    elif kind == "tuple_type" and isinstance(value := _at(document, where), Bare | bool):
        document.wrong(where, f"{_where(where)} should be text: {quoted(_typed(value))} needs quotes")
    elif kind in _SHAPES:
        document.wrong(where, f"{_where(where)} should {_SHAPES[kind]}")
    else:
        document.wrong(where, f"{_where(where)}: {message.removeprefix('Value error, ')}")


def _typed(value: Bare | bool) -> str:
    """What YAML took for a number, a date or a truth, as it was typed."""
    return value.text if isinstance(value, Bare) else str(value).lower()


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
