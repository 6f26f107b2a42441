"""Fields whose value is chosen from one of Operate's lists: whether a tenant is sent ids or labels.

The reference's field table says int for them, its PUT sample "Item from list", so both occur: ids are sent, until a
tenant refuses one and takes the label. Nothing but the notes is remembered.
"""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field

from connector.errors import ConnectorError

LISTS = "lists"
"""The note whether this tenant takes "id" or "label"."""
_OBJECTS = {
    "campaign_id": "campaign",
    "clienttype": "clienttype",
    "deadreason": "deadleadreason",
    "leadtype": "leadtype",
    "locationname": "location",
    "region_id": "region",
}
"""Field -> the object that is its list. Users, brokers and contacts have more than one text that might be meant."""


@dataclass(slots=True)
class Lists:
    """One tenant's way with lists. `look_up` reads a list, id -> label."""

    notes: MutableMapping[str, str]
    look_up: Callable[[str], Mapping[str, str]]
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def as_taken(self, native: Mapping[str, str]) -> dict[str, str]:
        """The fields of a write in the form that this tenant takes."""
        return self.with_labels(native) if self.notes.get(LISTS) == "label" else dict(native)

    def worth_a_try(self, native: Mapping[str, str], named: str) -> bool:
        """Whether a refusal may be about an id where a label is wanted; `named` is the field it names ("": none)."""
        chosen = {name for name in _OBJECTS if native.get(name)}
        return LISTS not in self.notes and (named in chosen if named else bool(chosen))

    def with_labels(self, native: Mapping[str, str]) -> dict[str, str]:
        """The fields of a write with the labels of list fields; an id that no list has stays."""
        return {name: self._label(name, text) if name in _OBJECTS else text for name, text in native.items()}

    def landed(self, native: Mapping[str, str], *, labels: bool) -> None:
        """A write with a list field was taken in this form."""
        if any(native.get(name) for name in _OBJECTS):
            self.notes.setdefault(LISTS, "label" if labels else "id")

    def _label(self, name: str, number: str) -> str:
        table = _OBJECTS[name]
        if table not in self._known or number not in self._known[table]:
            try:
                self._known[table] = self.look_up(table)
            except ConnectorError:
                return number
        return self._known[table].get(number, number)
