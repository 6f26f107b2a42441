"""The rules by which a person is recognised: read on both sides, and of every lead.

Imports core only; called by `load` when every rule is known.
"""

from collections.abc import Mapping as Map

from connector.core.mapping.document import Document
from connector.core.mapping.model import Rule
from connector.core.mapping.schema import HeadText
from connector.core.model import SIDES


def check_match(head: HeadText, rules: Map[str, Rule], document: Document) -> None:
    """Note every role whose rule could recognise nobody, and say what is missing to link anybody at all."""
    for role, name in head.match.items():
        rule, place = rules.get(name), ("match", role)
        if rule is None:
            continue
        missing = next((side for side in SIDES if not rule.fields.get(side)), None)
        if missing is not None:
            text = f"rule {name} has no field in {missing.capitalize()}, so nobody is recognised by it"
            document.wrong(place, text)
        elif rule.when:
            text = f"rule {name} does not apply to every lead (when:), so others would not be recognised by it"
            document.wrong(place, text)
    if not {"email", "last_name"} <= head.match.keys():
        lacks = " and ".join(role for role in ("email", "last_name") if role not in head.match)
        document.hint(("match",), f"match names no {lacks}: two records of one person are linked only by their ids")
