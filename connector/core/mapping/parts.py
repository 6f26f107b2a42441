"""Transforms between several fields on one side and one on the other: lines, name, parts.

Imports core only. The value is one text; a class says how fields become that text and how it is spread over fields.
A side that did not show every field has no value, and every field is written, so that no old part stays behind.
"""

import re
from collections.abc import Mapping as Map
from typing import Annotated, ClassVar, cast

from pydantic import AfterValidator, Field

from connector.core.mapping.model import Tables, Unfit
from connector.core.mapping.text import clean, quoted
from connector.core.mapping.transform import FieldNames, OneField, Params, sendable
from connector.core.model import Native, Side


class _Several(OneField):
    """A transform of any number of fields a side; subclasses say how texts are joined and spread."""

    several = True
    cuttable = True

    def read(self, side: Side, native: Native, tables: Tables) -> str | None:
        """The value; None unless every field was shown."""
        names = self.fields.get(side)
        texts = [native[name] for name in names or () if name in native]
        return self.joined(texts) if names and len(texts) == len(names) else None

    def write(self, side: Side, value: str, tables: Tables) -> dict[str, str]:
        """Every field of the side, blank ones included; raises `Unfit`."""
        names = self.fields.get(side, ())
        sendable(" + ".join(names), value)
        return dict(zip(names, self.spread(value, len(names)), strict=True)) if names else {}

    def joined(self, texts: list[str]) -> str:
        """The value of these native texts."""
        raise NotImplementedError

    def spread(self, value: str, width: int) -> list[str]:
        """The value as exactly `width` native texts."""
        raise NotImplementedError


def _filled(texts: list[str], width: int) -> list[str]:
    """The texts with blank ones up to `width`."""
    return texts + [""] * (width - len(texts))


class Lines(_Several):
    """Lines of an address: one text area on one side, several fields on the other.

    The value is the lines joined by LF, blank ones left out. Where a side has fewer fields than there are lines,
    the rest goes into the last one, joined by ", "; both forms are equal.
    """

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._width = min((len(names) for names in self.fields.values() if len(names) > 1), default=0)

    def joined(self, texts: list[str]) -> str:
        """The lines."""
        return "\n".join(_lines("\n".join(texts)))

    def spread(self, value: str, width: int) -> list[str]:
        """One line a field."""
        lines = _lines(value)
        return ["\n".join(lines)] if width == 1 else _filled(_folded(lines, width), width)

    def normal(self, value: str) -> str:
        """The lines as the side with the fewest fields can hold them."""
        lines = _lines(value)
        return "\n".join(_folded(lines, self._width) if self._width else lines)


def _lines(text: str) -> list[str]:
    return [line for line in map(clean, clean(text).split("\n")) if line]


def _folded(lines: list[str], width: int) -> list[str]:
    """At most `width` lines: the rest joined into the last."""
    return lines if len(lines) <= width else [*lines[: width - 1], ", ".join(lines[width - 1 :])]


class Name(_Several):
    """A person's full name in one field on one side, first and last name in two on the other.

    The value is the full name. The last word is the last name, everything before it the first name, and a single
    word is the last name, because Salesforce demands that one (Object Reference, Lead: LastName). Runs of blanks
    count as one.
    """

    def misfits(self) -> Map[Side, str]:
        """A side has one field or two; where both have two, the full name would only move words about."""
        wrong = {
            side: f"transform name takes the full name in one field or [first, last] in two, not {len(names)} fields"
            for side, names in self.fields.items()
            if len(names) > 2
        }
        if not wrong and len(self.fields) > 1 and all(len(names) == 2 for names in self.fields.values()):
            reason = "transform name needs the full name in one field on one side; use two rules instead, one a field"
            wrong = {Side.OPERATE: reason}
        return wrong

    def joined(self, texts: list[str]) -> str:
        """The full name."""
        return " ".join(filter(None, map(clean, texts)))

    def spread(self, value: str, width: int) -> list[str]:
        """The full name, or first and last name."""
        if width == 1:
            return [clean(value)]
        *first, last = clean(value).rsplit(maxsplit=1) or [""]
        return [*([""] * (width - 1 - len(first))), *first, last]

    def normal(self, value: str) -> str:
        """The full name with one blank between words."""
        return " ".join(clean(value).split())


def _separator(text: str) -> str:
    if not clean(text):
        raise ValueError('should hold a sign between the parts, such as ", " or " / " (for lines use transform: lines)')
    return text


class PartsParams(Params):
    """`separator` stands between the parts in the side that has one field."""

    separator: Annotated[str, AfterValidator(_separator)] = Field(
        default=", ", description="What stands between the parts in the side that has one field."
    )


class Parts(_Several):
    """Several fields on one side, one field on the other that holds them with a separator in between.

    The value is the parts joined by the separator. A blank part between others is kept, blank ones at the end are
    dropped, and where there are more parts than fields the last field holds the rest.
    """

    Parameters: ClassVar[type[Params]] = PartsParams

    def __init__(self, fields: FieldNames, params: Params) -> None:
        super().__init__(fields, params)
        self._separator = cast(PartsParams, params).separator
        self._core = self._separator.strip()
        self._between = self._preceded("")
        self._unmarked = self._preceded(r"(\\*)")
        self._marked = self._preceded(r"\\(\\*)")

    def _preceded(self, backslashes: str) -> re.Pattern[str]:
        """The separator after such backslashes: one more than its part has there marks one that stands inside a part.

        A CRM trims the field, so the blanks of a separator may be missing at its ends.
        """
        before, after = map(re.escape, self._separator.split(self._core, 1))
        return re.compile(rf"(?:\A|(?<={before}))(?<!\\){backslashes}{re.escape(self._core)}(?={after}|\Z)")

    def misfits(self) -> Map[Side, str]:
        """One side holds all parts in one field."""
        if len(self.fields) > 1 and all(len(names) > 1 for names in self.fields.values()):
            return {Side.OPERATE: "transform parts needs one field on one side, which holds all the parts"}
        return {}

    def _parts(self, text: str) -> list[str]:
        parts = [clean(part) for part in self._between.split(clean(text))]
        return parts if len(parts) == 1 else [inner for part in parts for inner in self._parts(part)]

    def joined(self, texts: list[str]) -> str:
        """The parts with the separator in between, marked where it stands inside a part that others follow."""
        *firsts, last = texts or [""]
        parts = [self._mark(clean(text)) for text in firsts] + self._parts(last)
        while parts and not parts[-1]:
            parts.pop()
        return clean(self._glued(parts))

    def _glued(self, parts: list[str]) -> str:
        """The parts in one text; a blank keeps a backslash at the end of one from marking the separator."""
        apart = " " if self._separator.startswith(self._core) else ""
        return self._separator.join(f"{part}{apart}" if part.endswith("\\") else part for part in parts)

    def _mark(self, part: str) -> str:
        return self._unmarked.sub(lambda found: f"\\{found[1]}{self._core}", part)

    def _unmark(self, part: str) -> str:
        return self._marked.sub(lambda found: f"{found[1]}{self._core}", part)

    def spread(self, value: str, width: int) -> list[str]:
        """One part a field, the rest in the last; raises `Unfit` where a part would be taken for two."""
        parts = self._parts(self.joined([value]))
        firsts, rest = parts[: width - 1], parts[width - 1 :]
        if any(self._marked.search(part) for part in rest):
            whole = quoted(self._glued([self._unmark(part) for part in rest]))
            raise Unfit("unreadable", f"{whole} has {quoted(self._core)} inside a part: it would be taken for two")
        return _filled([*map(self._unmark, firsts), clean(self._glued(rest))], width)

    def normal(self, value: str) -> str:
        """The parts with the separator in between."""
        return self.joined([value])
