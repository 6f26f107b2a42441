"""The group `connector mapping`: what its commands print, and their exit codes."""

from pathlib import Path

from tests.cli.conftest import Connector

SMALL = """\
mapping: lead
owner: salesforce
minimum: [leadname]
rules:
  company: {salesforce: Company, operate: leadname}
  postcode: {salesforce: PostalCode, operate: postcode}
"""
EXAMPLES = """\
examples:
  - {name: Right, salesforce: {Company: A}, becomes: {operate: {leadname: A}}}
  - name: Wrong
    salesforce: {Company: "A\\e[31m", PostalCode: EC1A 1BB (rear)}
    becomes: {operate: {leadname: B, postcode: EC1A 1BB}}
"""


def test_the_shipped_examples_come_out_as_written(place: Path, connector: Connector) -> None:
    """One line each, and exit code 0."""
    ran = connector("mapping", "test")
    assert ran.code == 0
    assert ran.out.count("ok    ") >= 3
    assert "came out as written" in ran.out
    assert connector("mapping", "test", "--json").json["ok"] is True


def test_an_example_that_fails_is_shown_with_what_would_be_written(place: Path, connector: Connector) -> None:
    """Exit code 1, the line of the example, both texts, and why; nothing in the file steers the terminal."""
    (place / "m.yaml").write_text(SMALL + EXAMPLES, encoding="utf-8")
    ran = connector("mapping", "test", "m.yaml")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "ok    Right",
        "FAIL  Wrong  m.yaml:9",
        "        operate leadname",
        "          expected  B",
        "          would be  A\\x1b[31m",
        "        operate postcode",
        "          expected  EC1A 1BB",
        "          would be  (blank)",
        "          because   parked: postcode takes 10 characters, the value has 15",
        "1 of 2 examples came out as written.",
    ]
    told = connector("mapping", "test", "m.yaml", "--json")
    assert told.code == 1
    assert [each["ok"] for each in told.json["examples"]] == [True, False]
    assert told.json["examples"][1]["differences"][1]["found"] == ""


def test_a_broken_file_and_one_without_examples(place: Path, connector: Connector) -> None:
    """2 for the one, with its findings; 0 for the other, with where to read on."""
    (place / "m.yaml").write_text(SMALL, encoding="utf-8")
    ran = connector("mapping", "test", "m.yaml")
    assert ran.code == 0
    assert "has no examples" in ran.out
    (place / "m.yaml").write_text(SMALL + "exmples: []\n", encoding="utf-8")
    ran = connector("mapping", "test", "m.yaml", "--json")
    assert ran.code == 2
    assert ran.json["findings"][0]["nearest"] == ["examples"]
    assert connector("mapping", "test", "absent.yaml").code == 2


def test_the_schema_is_printed_as_json(place: Path, connector: Connector) -> None:
    """Nothing but the schema on stdout, so that it can be kept in a file."""
    ran = connector("mapping", "schema")
    assert ran.code == 0
    assert ran.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
