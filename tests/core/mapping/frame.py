"""What the tests of the mapping share: a smallest head around rules, one rule alone, the shipped files."""

import textwrap
from pathlib import Path

from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping, Rule

MAPPINGS = Path(__file__).parents[3] / "mappings"
EXAMPLES = sorted(path.name for path in MAPPINGS.glob("*.yaml"))
"""The files of the shipped mappings, the default one among them."""
DEFAULT_TEXT = (MAPPINGS / "lead.yaml").read_text(encoding="utf-8")

HEAD = "mapping: lead\nowner: salesforce\nminimum: []\nrules:\n"


def mapping_of(rules: str, head: str = HEAD) -> Mapping:
    """The mapping of these rules (their YAML, not indented) under a smallest head."""
    return load(head + textwrap.indent(textwrap.dedent(rules), "  "), "test.yaml")


def rule_of(rule: str) -> Rule:
    """The only rule of a mapping, from the text after its name."""
    return mapping_of(f"it: {rule}\n").rules["it"]


def default_mapping() -> Mapping:
    """The mapping that the connector ships."""
    return load(DEFAULT_TEXT, "lead.yaml")
