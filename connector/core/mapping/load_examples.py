"""The examples of a mapping file, with every mistake in them noted.

Imports core only; called by `load` when all rules are known. `connector.core.trial` tries them.
"""

from collections.abc import Iterator
from collections.abc import Mapping as Map

from connector.core.mapping.compile import documented, known_field
from connector.core.mapping.document import Document, Path
from connector.core.mapping.model import Example, Rule
from connector.core.mapping.schema import ExampleText, HeadText, fit
from connector.core.mapping.text import nearest, quoted
from connector.core.model import SIDES, Side

LABEL = "outputvalue_"
"""How Operate names the label that it shows beside an id (reference, Lead: outputvalue_locationname)."""


def load_examples(
    head: HeadText,
    rules: Map[str, Rule],
    given: Map[str, object],
    lookups: tuple[tuple[Side, str], ...],
    document: Document,
) -> tuple[Example, ...]:
    """Every example that can be tried. `given` are the names of all rules, those with mistakes included."""
    loader = _Loader(rules, given, {f"{side}.{name}" for side, name in lookups}, document)
    return tuple(loader.examples(head))


class _Loader:
    def __init__(self, rules: Map[str, Rule], given: Map[str, object], tables: set[str], document: Document) -> None:
        self._rules, self._given, self._tables, self._document = rules, given, tables, document
        self._whole = len(rules) == len(given)

    def examples(self, head: HeadText) -> Iterator[Example]:
        """The examples, in the order of the file."""
        for at, data in enumerate(head.examples):
            path: Path = ("examples", at)
            text = fit(ExampleText, data, path, self._document)
            if text is not None and (side := self._side(text, path)) is not None:
                yield self._example(text, side, path, at)

    def _side(self, text: ExampleText, path: Path) -> Side | None:
        """The one side that the example starts from."""
        started = [side for side in SIDES if (*path, str(side)) in self._document.keys]
        if len(started) == 1:
            return started[0] if getattr(text, started[0]) is not None else None
        if started:
            self._document.wrong((*path, str(started[1])), "an example starts from one side, salesforce or operate")
        else:
            self._document.wrong(path, "an example needs a lead to start from: salesforce: or operate: with its fields")
        return None

    def _example(self, text: ExampleText, side: Side, path: Path, at: int) -> Example:
        given: dict[str, str] = getattr(text, side) or {}
        self._fields(side, given, (*path, str(side)))
        if side in text.becomes:
            reason = f"the example starts from {side}, so becomes should say {side.other}"
            self._document.wrong((*path, "becomes", str(side)), reason, key=True)
        becomes = text.becomes.get(side.other, {})
        self._becomes(side.other, becomes, (*path, "becomes", str(side.other)))
        for number, name in enumerate(text.parked):
            self._rule(name, (*path, "parked", number))
        for name in text.values:
            self._rule(name, (*path, "values", name), key=True)
        for name in text.tables:
            if self._whole and name not in self._tables:
                close = nearest(name, self._tables) or tuple(sorted(self._tables))
                reason = f"no rule looks anything up in a table {quoted(name)}"
                self._document.wrong((*path, "tables", name), reason, close, key=True)
        expected = {"becomes", "values", "parked"}
        if not expected & {str(known[-1]) for known in self._document.keys if known[:-1] == path}:
            self._document.wrong(path, "an example says what it should become: becomes:, values: or parked:")
        line = self._document.place(path)[0]
        name = text.name.strip() or f"example {at + 1}"
        return Example(name, side, given, becomes, text.values, text.parked, text.tables, line)

    def _becomes(self, side: Side, becomes: Map[str, str], path: Path) -> None:
        self._fields(side, becomes, path)
        written = {
            name for rule in self._rules.values() if rule.goes_into_create(side) for name in rule.fields.get(side, ())
        }
        for name, text in becomes.items():
            if self._whole and text and known_field(side, name) and name not in written:
                reason = f"no rule writes {name} into a new lead in {side.capitalize()}"
                self._document.wrong((*path, name), reason, nearest(name, written), key=True)

    def _fields(self, side: Side, texts: Map[str, str], path: Path) -> None:
        for name in texts:
            plain = name.removeprefix(LABEL) if side is Side.OPERATE else name
            if not known_field(side, plain):
                reason = f"{side.capitalize()} has no lead field {quoted(name)}"
                self._document.wrong((*path, name), reason, nearest(name, documented(side)), key=True)

    def _rule(self, name: str, path: Path, *, key: bool = False) -> None:
        if name not in self._given:
            place = path if path in self._document.values else path[:-1]
            self._document.wrong(place, f"there is no rule {quoted(name)}", nearest(name, self._given), key=key)
