"""The JSON Schema of a mapping file, for editors that complete and explain while somebody writes.

Imports core and pydantic. It is made from the models that `load` checks a file with and from the parameters of every
transform. It sees what one place alone shows (keys, words, shapes); what several places must agree on, `load` finds.
"""

import inspect
from collections.abc import Mapping as Map
from typing import Any

from pydantic import BaseModel, ValidationError

from connector.core.mapping.compile import CUSTOM, documented
from connector.core.mapping.load import RULE_NAME
from connector.core.mapping.load_examples import LABEL
from connector.core.mapping.load_lifecycle import ENDS, WORDS, MarkText
from connector.core.mapping.schema import ExampleText, HeadText, RouteText, RuleText
from connector.core.mapping.transform import OneField
from connector.core.mapping.transforms import NAMES
from connector.core.model import SIDES, Side

Node = dict[str, Any]

_NEEDED = ("mapping", "owner", "rules")
_TEXTS: Node = {"type": "object", "additionalProperties": {"type": "string"}}


def json_schema(transforms: Map[str, type[OneField]] = NAMES) -> Node:
    """The schema (draft 2020-12) of a file that may name these transforms."""
    head = _made(HeadText)
    keys = head["properties"]
    name = {"type": "string", "pattern": f"^{RULE_NAME.pattern}$"}
    keys["mapping"] |= name
    keys["rules"] |= {"propertyNames": name, "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/rule"}}
    keys["rules"].pop("default", None)
    keys["minimum"] |= _one_or_many(_ref(Side.OPERATE))
    keys["locations"] |= {"items": _made(RouteText)}
    keys["lifecycle"]["properties"] = {str(side): _ends(side) for side in SIDES}
    keys["examples"] |= {"items": _example()}
    keys["counterpart"]["properties"][Side.SALESFORCE] |= {"pattern": f"^{_custom(Side.SALESFORCE)}$"}
    keys["counterpart"]["properties"][Side.OPERATE] |= {"pattern": f"^({_custom(Side.OPERATE)})?$"}
    for side in SIDES:
        keys["not_mapped"]["properties"][side] |= {"propertyNames": _ref(side)}
    for who, each in keys["match"]["properties"].items():
        each["description"] = f"The name of the rule that holds the {who.replace('_', ' ')}."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A mapping between Salesforce and Operate leads",
        **head,
        "required": list(_NEEDED),
        "$defs": {
            "rule": _rule(),
            "transform": _transform(transforms),
            **{f"{side}_field": _field(side) for side in SIDES},
        },
    }


def _rule() -> Node:
    rule = _made(RuleText)
    for side in SIDES:
        rule["properties"][side] |= _one_or_many(_ref(side))
    rule["properties"]["transform"] |= {"$ref": "#/$defs/transform"}
    return rule


def _example() -> Node:
    example = _made(ExampleText)
    keys = example["properties"]
    names = {Side.SALESFORCE: _ref(Side.SALESFORCE), Side.OPERATE: {"anyOf": [_ref(Side.OPERATE), _label()]}}
    for side in SIDES:
        keys[side] |= {**_TEXTS, "propertyNames": names[side]}
        keys["becomes"]["properties"][side] |= {"propertyNames": _ref(side)}
    example["oneOf"] = [{"required": [str(side)]} for side in SIDES]
    return example


def _ends(side: Side) -> Node:
    """The ends of one side, each with what may become of the partner."""
    made = _made(ENDS[side])
    for each in made["properties"].values():
        each |= {"anyOf": [{"enum": list(WORDS)}, _made(MarkText)]}
    return {**made, "description": f"Leads that end in {side.capitalize()}: {made.pop('description')}"}


def _label() -> Node:
    return {"pattern": f"^{LABEL}"}


def _field(side: Side) -> Node:
    """A native field: one that is documented, or a custom one by its form."""
    custom = "ends in __c" if side is Side.SALESFORCE else "starts with ud_"
    return {
        "description": f"A lead field of {side.capitalize()}; a custom one {custom}.",
        "anyOf": [{"enum": sorted(documented(side))}, {"type": "string", "pattern": f"^{_custom(side)}$"}],
    }


def _custom(side: Side) -> str:
    return CUSTOM[side].pattern.replace(r"\w", "[A-Za-z0-9_]")


def _transform(transforms: Map[str, type[OneField]]) -> Node:
    """A name alone where every parameter has a default, or a name with its parameters."""
    alone = [
        {"const": name, "description": _first_line(kind)} for name, kind in transforms.items() if _needs_nothing(kind)
    ]
    return {
        "anyOf": [
            {"type": "string", "anyOf": alone},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
                "properties": {name: _parameters(kind) for name, kind in transforms.items()},
            },
        ]
    }


def _needs_nothing(kind: type[OneField]) -> bool:
    try:
        kind.Parameters()
    except ValidationError:
        return False
    return True


def _parameters(kind: type[OneField]) -> Node:
    made = _made(kind.Parameters)
    for name, each in made.get("properties", {}).items():
        each.setdefault("description", f"{name} of this transform.")
    return {**made, "description": _first_line(kind), "type": ["object", "null"] if _needs_nothing(kind) else "object"}


def _first_line(kind: type[OneField]) -> str:
    return (inspect.getdoc(kind) or kind.__name__).partition("\n")[0]


def _ref(side: Side) -> Node:
    return {"$ref": f"#/$defs/{side}_field"}


def _one_or_many(item: Node) -> Node:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _made(model: type[BaseModel]) -> Node:
    """The schema of one model with every reference resolved."""
    schema = model.model_json_schema(by_alias=True)
    made = _tidy(schema, schema.get("$defs", {}))
    assert isinstance(made, dict)  # noqa: S101 - for the type checker
    return made


def _tidy(node: object, defs: Node) -> Any:
    """The node as an editor wants it: no references, no titles, and the words of a key as keys."""
    if isinstance(node, list):
        return [_tidy(each, defs) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node = {**defs[str(node["$ref"]).rpartition("/")[2]], **{k: v for k, v in node.items() if k != "$ref"}}
    properties = {name: _tidy(each, defs) for name, each in node.get("properties", {}).items()}
    left_out = {"$ref", "$defs", "title", "properties"} | (
        {"default"} if node.get("default") in (None, "", [], {}) else set()
    )
    tidy = {key: _tidy(each, defs) for key, each in node.items() if key not in left_out}
    if properties:
        tidy["properties"] = properties
    return _condition(tidy) if set(properties) == {"is", "not"} else _with_keys(_nullable(tidy))


def _nullable(node: Node) -> Node:
    """Something or nothing, without a choice of two schemas."""
    choices = node.get("anyOf", [])
    if {"type": "null"} not in choices or len(choices) != 2:
        return node
    something = next(each for each in choices if each != {"type": "null"})
    rest = {key: each for key, each in node.items() if key != "anyOf"}
    words = {"enum": [*something["enum"], None]} if "enum" in something else {}
    return {**something, **rest, **words, "type": [something["type"], "null"]}


def _with_keys(node: Node) -> Node:
    """An object whose keys are some words names them, so that an editor can offer them."""
    words = node.get("propertyNames", {}).get("enum")
    if not words or "properties" in node:
        return node
    inner = node["additionalProperties"] if isinstance(node["additionalProperties"], dict) else {}
    rest = {key: each for key, each in node.items() if key != "propertyNames"}
    named = {word: {"description": f"For {word.capitalize()}.", **inner} for word in words}
    return {**rest, "properties": named, "additionalProperties": False}


def _condition(node: Node) -> Node:
    """Texts as they are, or under `is` or `not`."""
    texts = node["properties"]["is"]["anyOf"]
    return {
        "description": "Texts that are meant: one, a list, or not: with texts. * at the end stands for any ending.",
        "anyOf": [*texts, {**node, "minProperties": 1, "maxProperties": 1}],
    }
