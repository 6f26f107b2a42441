"""The rules by which a person is recognised: read on both sides, and of every lead.

Imports core only; called by `load` when every rule is known.
"""

from collections.abc import Mapping as Map

from connector.core.mapping.document import Bare, Document
from connector.core.mapping.model import Rule
from connector.core.mapping.schema import HeadText
from connector.core.match.weights import weights_of
from connector.core.model import SIDES


def check_match(head: HeadText, rules: Map[str, Rule], document: Document) -> dict[str, object]:
    """Note every role whose rule could recognise nobody, and what is missing to link anybody; the plain weights."""
    roles = head.match.rules()
    for role, name in roles.items():
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
    if not {"email", "last_name"} <= roles.keys():
        lacks = " and ".join(role for role in ("email", "last_name") if role not in roles)
        document.hint(("match",), f"match names no {lacks}: two records of one person are linked only by their ids")
    return _weights(head, document)


def _weights(head: HeadText, document: Document) -> dict[str, object]:
    """How sure a link has to be and what agreement is worth, as plain numbers."""
    given = _plain(head.match.weights) if head.match.weights is not None else {}
    if not isinstance(given, dict):
        document.wrong(("match", "weights"), "weights should hold keys with values, as connector matches train prints")
        return {}
    sure = {name: getattr(head.match, name) for name in ("link", "review")}
    given |= {name: share for name, share in sure.items() if share is not None}
    try:
        weights = weights_of(given)
    except ValueError as error:
        document.wrong(("match", "weights"), f"{error}", key=True)
        return {}
    if weights.review > weights.link:
        document.wrong(("match", "review"), "review should be below link: a person is asked where it is less sure")
    return given


def _plain(given: object) -> object:
    """The same with numbers instead of texts that were typed without quotes."""
    if isinstance(given, dict):
        return {name: _plain(each) for name, each in given.items()}
    if isinstance(given, list):
        return [_plain(each) for each in given]
    if isinstance(given, Bare):
        try:
            return float(given.text)
        except ValueError:
            return given.text
    return given
