"""The JSON Schema of mapping files: what is right passes, what an editor can see to be wrong does not."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import Field
from ruamel.yaml import YAML

from connector.core.mapping.json_schema import json_schema
from connector.core.mapping.transform import OneField, Params
from connector.core.mapping.transforms import NAMES
from tests.core.mapping.frame import DEFAULT_TEXT, HEAD, MAPPINGS
from tests.core.mapping.test_shipped import BLOCKS, whole_file

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def mistakes(text: str) -> list[str]:
    """Where a file breaks the schema."""
    return [error.json_path for error in VALIDATOR.iter_errors(YAML(typ="safe", pure=True).load(text))]


def keys(node: object) -> Iterator[tuple[str, Any]]:
    """Every key that the schema names, with what it says about it."""
    if isinstance(node, list):
        for each in node:
            yield from keys(each)
    elif isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for each in node.values():
            yield from keys(each)


def test_the_schema_is_one() -> None:
    """It follows draft 2020-12 itself."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", sorted(path.name for path in MAPPINGS.glob("*.yaml")))
def test_a_shipped_mapping_passes(file: str) -> None:
    """The default mapping and every other one beside it."""
    assert mistakes((MAPPINGS / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("example", BLOCKS, ids=lambda text: text.split("\n")[0][:40])
def test_an_example_of_the_readme_passes(example: str) -> None:
    """What the language takes, the schema takes."""
    assert mistakes(whole_file(example)) == []


def test_every_key_is_explained() -> None:
    """An editor has a sentence for whatever the cursor stands on."""
    found = list(keys(SCHEMA))
    assert len(found) > 80
    assert [name for name, said in found if not said.get("description")] == []


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("{salesforce: City, operate: town, directoin: both}", "$.rules.it"),
        ("{salesforce: City, operate: town, direction: bothh}", "$.rules.it.direction"),
        ("{salesforce: City, operate: town, conflict: oldest}", "$.rules.it.conflict"),
        ("{salesforce: City, operate: town, fit: chop}", "$.rules.it.fit"),
        ("{salesforce: Citty, operate: town}", "$.rules.it.salesforce"),
        ("{salesforce: City, operate: [town, towwn]}", "$.rules.it.operate"),
        ("{salesforce: City, operate: town, required: {hubspot: x}}", "$.rules.it.required"),
        ("{salesforce: City, operate: town, optional: maybe}", "$.rules.it.optional"),
        ("{salesforce: City, operate: town, when: {country: {no: UK}}}", "$.rules.it.when.country"),
        ("{salesforce: City, operate: town, transform: tekst}", "$.rules.it.transform"),
        ("{salesforce: City, operate: town, transform: lookup}", "$.rules.it.transform"),
        ("{salesforce: City, operate: town, transform: {phone: {regoin: GB}}}", "$.rules.it.transform"),
        ("{salesforce: City, operate: town, transform: {phone: {}, text: {}}}", "$.rules.it.transform"),
        ("{operate: budget, default: {operate: 2000}}", "$.rules.it.default.operate"),
        ("{operate: budget, transform: {constant: {value: 12}}}", "$.rules.it.transform"),
    ],
)
def test_a_rule_that_an_editor_can_see_to_be_wrong_is_refused(rule: str, path: str) -> None:
    """Unknown keys and fields, wrong words, numbers where text is meant."""
    assert mistakes(f"{HEAD}  it: {rule}\n") == [path]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("owner: salesforce", "owner: hubspot", "$.owner"),
        ("owner: salesforce\n", "", "$"),
        ("mapping: lead", "mapping: Lead 1", "$.mapping"),
        ("minimum: [locationname, leadname]", "minimum: [ledname]", "$.minimum"),
        ("  email: email\n", "  emial: email\n", "$.match"),
        ("default_location: first", "defualt_location: first", "$"),
        ("salesforce: Operate_Lead_Id__c", "salesforce: Email", "$.counterpart.salesforce"),
        ("  first_name: {", "  First: {", "$.rules"),
        ("    webtolead: ", "    webtolaed: ", "$.not_mapped.operate"),
        ("    operate: {emailaddress: hello@", "    operate: {emial: hello@", "$.examples[1].operate"),
        ("  salesforce: {converted: keep", "  salesforce: {converted: forget", "$.lifecycle.salesforce.converted"),
        ("  operate: {converted: keep", "  operate: {merged: keep", "$.lifecycle.operate"),
        ("    operate: {emailaddress: hello@example.com}\n", "", "$.examples[1]"),
    ],
)
def test_a_head_that_an_editor_can_see_to_be_wrong_is_refused(old: str, new: str, path: str) -> None:
    """One wrong word in the default mapping, one place."""
    assert old in DEFAULT_TEXT
    assert mistakes(DEFAULT_TEXT.replace(old, new, 1)) == [path]


def test_a_transform_of_an_installed_package_is_offered_with_its_parameters() -> None:
    """Its docstring explains it; a parameter without a description has its name at least."""

    class BandParams(Params):
        limit: str = Field(default="10", description="Where large begins.")
        word: str = ""

    class SizeBand(OneField):
        """Desks as a band."""

        Parameters = BandParams

    transform = json_schema({**NAMES, "size_band": SizeBand})["$defs"]["transform"]["anyOf"]
    assert {"const": "size_band", "description": "Desks as a band."} in transform[0]["anyOf"]
    limit, word = transform[1]["properties"]["size_band"]["properties"].values()
    assert (limit["description"], word["description"]) == ("Where large begins.", "word of this transform.")
