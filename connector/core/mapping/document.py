"""A YAML file as plain values together with the place of every key and value.

Imports ruamel.yaml and errors only. It works on ruamel's node graph rather than on loaded objects, so that every
mistake has its line and column, repeated keys included. Numbers that stand where text is meant are kept apart
(`Bare`), because YAML would turn 012 into 12.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from connector.errors import Finding, MappingError

Path = tuple[str | int, ...]
_DEEPEST = 12
_LONGEST = 500_000
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Bare:
    """A number or date without quotes, as it was typed."""

    text: str


@dataclass(slots=True)
class Document:
    """The values of a file, the places (line, column; both from 1) of its keys and values, and what is wrong so far.

    `hints` are worth a word and no mistake.
    """

    file: str
    data: object = None
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Where a value (or its key) stands; where there is none, the nearest thing around it that exists."""
        for end in range(len(path), -1, -1):
            part = path[:end]
            first, second = (self.keys, self.values) if key or end < len(path) else (self.values, self.keys)
            found = first.get(part) or second.get(part)
            if found:
                return found
        return (1, 1)

    def children(self, path: Path) -> set[str]:
        """The keys right below a place."""
        return {str(known[-1]) for known in self.keys if known[:-1] == path}

    def wrong(self, path: Path, text: str, nearest: tuple[str, ...] = (), *, key: bool = False) -> None:
        """Note a mistake at a value, or at its key."""
        line, column = self.place(path, key=key)
        self.findings.append(Finding(self.file, line, column, f"{text}.", nearest))

    def hint(self, path: Path, text: str) -> None:
        """Note what is right and may surprise."""
        self.hints.append(f"line {self.place(path, key=True)[0]}: {text}")

    def sorted_findings(self) -> list[Finding]:
        """Every mistake once, from top to bottom."""
        return sorted(dict.fromkeys(self.findings), key=lambda finding: (finding.line, finding.column, finding.text))


def parse(text: str, file: str) -> Document:
    """The document of a YAML text; raises `MappingError` when it is no YAML at all."""
    document = Document(file)
    if len(text) > _LONGEST:
        reason = f"the file has {len(text):,} characters, a mapping has at most {_LONGEST:,}: is it the right file?"
        raise MappingError([Finding(file, 1, 1, reason)])
    try:
        root = YAML(typ="rt").compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = " ".join(str(error.problem or error.context or "cannot be read").split())
        hint = _quotes(text, line)
        raise MappingError([Finding(file, line, column, f"this is not valid YAML: {problem}.{hint}")]) from error
    except (YAMLError, RecursionError) as error:
        problem = " ".join(str(error).split())[:200]
        raise MappingError([Finding(file, 1, 1, f"this is not valid YAML: {problem}.")]) from error
    if root is None:
        raise MappingError([Finding(file, 1, 1, "the file is empty; it needs mapping, owner and rules.")])
    document.data = _value(root, (), document)
    return document


def _quotes(text: str, line: int) -> str:
    """A word about quotes, where a sign that YAML has its own use for stands at the beginning of a text nearby."""
    near = "\n".join(text.splitlines()[max(line - 2, 0) : line])
    sign = re.search(r"(?:[:,\[{]\s+|\[|-\s+)([*&#@`%!|>])", near)
    return f" A text with {sign[1]} at its beginning needs quotes." if sign else ""


def _value(node: Node, path: Path, document: Document) -> object:
    document.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(path) > _DEEPEST or len(document.values) > _MOST:
        document.wrong(path, "this is nested too deeply, or an anchor contains itself")
        return None
    if isinstance(node, MappingNode):
        return {name: _value(value, (*path, name), document) for name, value in _entries(node, path, document)}
    if isinstance(node, SequenceNode):
        return [_value(value, (*path, at), document) for at, value in enumerate(node.value)]
    return _scalar(node)


def _entries(node: MappingNode, path: Path, document: Document) -> Iterator[tuple[str, Node]]:
    """Each key with its node, once; a repeated or unusual key is noted."""
    for key, value in node.value:
        place = (key.start_mark.line + 1, key.start_mark.column + 1)
        if not isinstance(key, ScalarNode):
            document.findings.append(Finding(document.file, *place, "a key should be a plain name."))
            continue
        name = str(key.value)
        if (*path, name) in document.keys:
            first = document.keys[(*path, name)][0]
            document.findings.append(
                Finding(document.file, *place, f"{name!r} is given twice (first in line {first}); keep one.")
            )
            continue
        document.keys[(*path, name)] = place
        yield name, value


def _scalar(node: Node) -> object:
    text = str(node.value)
    kind = str(node.tag).rpartition(":")[2]
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool" and re.fullmatch("true|false", text, re.IGNORECASE):
        return text.lower() == "true"
    return Bare(text)


def under(data: object, name: str) -> Mapping[str, object]:
    """The mapping under a key; an empty one when there is none (the mistake is noted elsewhere)."""
    found = data.get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}
