"""One lead passing the mapping, as text and as JSON. No decisions here."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from connector.core.explain import OnSide, Told, Verdict
from connector.core.mapping.model import Rule
from connector.core.mapping.transform import OneField
from connector.core.model import SIDES, Native, Side
from connector.plugins import transforms
from connector.report import ruled
from connector.report.words import ids_text, plain, side_name, value

LONG = 200
"""So many characters of a value are shown."""
WORDS = {
    Verdict.PARKED: "parked",
    Verdict.LATER: "not now",
    Verdict.EQUAL: "nothing to do",
    Verdict.BLANK: "nothing to do",
}
STYLES = {Verdict.WRITE: "green", Verdict.PARKED: "yellow", Verdict.LATER: "yellow"}


@dataclass(frozen=True, slots=True)
class Explained:
    """One lead with all its rules. `notes` are said first; `live` are the sides that were read just now.

    `why` tells why the CRMs were not asked ("": they were), `policies` what becomes of one record when the other ends,
    `owner` who wins where the mapping's head decides.
    """

    name: str
    ids: Map[Side, str]
    told: Sequence[Told]
    notes: Sequence[str] = ()
    live: Sequence[Side] = ()
    why: str = ""
    policies: Sequence[str] = ()
    owner: Side = Side.SALESFORCE

    def source(self, side: Side) -> str:
        """Where the values of a side come from."""
        return "live" if side in self.live else "ledger"

    def text(self) -> Iterator[RenderableType]:
        """For people."""
        yield Text.assemble((plain(self.name, 80), "bold"), f"  {ids_text(dict(self.ids))}")
        if self.why:
            yield Text(f"Last seen values from the ledger: {plain(self.why, 300)}", "yellow")
        else:
            sides = " and ".join(side_name(side) for side in self.live)
            yield Text(f"Read live from {sides}." if self.live else "Last seen values from the ledger.", "dim")
        for note in self.notes:
            yield Text(plain(note, 300), "yellow")
        for told in self.told:
            yield from _rule_text(told, self.ids, self.owner)
        if self.policies:
            yield Text("\nWhen one of the two ends", "bold")
        for policy in self.policies:
            yield Text(f"  {plain(policy, 300)}")

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return {
            "name": self.name,
            "ids": {str(side): record_id for side, record_id in self.ids.items()},
            "read": {str(side): self.source(side) for side in SIDES if self.ids.get(side)},
            "why_not_live": self.why,
            "notes": list(self.notes),
            "rules": [_rule_json(told, self.owner) for told in self.told],
            "lifecycle": list(self.policies),
        }


def transform_words(rule: Rule) -> str:
    """The transform as the mapping names it, with the parameters that were given."""
    if not isinstance(rule.transform, OneField):
        return ""
    name = next((name for name, kind in transforms().items() if type(rule.transform) is kind), "")
    given = rule.transform.params.model_dump(mode="json", exclude_defaults=True)
    told = ", ".join(f"{key} {text if isinstance(text, str) else '…'}" for key, text in given.items())
    return f"{name} ({told})" if told else name


def _verdict(told: Told) -> str:
    if told.change is not None:
        return f"would be written to {side_name(told.change.to)}"
    return WORDS.get(told.verdict, "nothing is written")


def _rule_text(told: Told, ids: Map[Side, str], owner: Side) -> Iterator[RenderableType]:
    yield Text.assemble(
        "\n",
        (told.rule.name, "bold"),
        (f"  {plain(transform_words(told.rule), 120)}, {ruled.WAYS[told.rule.direction]}", "dim"),
    )
    words = {"value": ruled.value_words(told.rule), **ruled.told(told.rule, owner)}
    said = "; ".join(f"{what}: {answer}" for what, answer in words.items() if answer != ruled.NOTHING)
    yield Padding(Text(said, "dim"), (0, 0, 0, 2), expand=False)
    table = Table.grid(padding=(0, 2, 0, 0))
    for width in (13, 7, None):
        table.add_column(width=width, overflow="fold")
    for side in SIDES:
        if told.rule.fields.get(side):
            for number, (label, shown) in enumerate(_side_text(told, side, there=bool(ids.get(side)))):
                name = f"  {side_name(side)}" if number == 0 else ""
                table.add_row(Text(name, "dim"), Text(label, "dim"), Text(shown))
    if table.row_count:
        yield table
    lost = f"; given up: {value(told.change.lost, LONG)}" if told.change is not None and told.change.lost else ""
    verdict = Text(f"{_verdict(told)}: {plain(told.why, 300)}{lost}", STYLES.get(told.verdict, "dim"))
    yield Padding(Text.assemble("→ ", verdict), (0, 0, 0, 2), expand=False)


def _side_text(told: Told, side: Side, *, there: bool) -> Iterator[tuple[str, str]]:
    """What one side holds, and would hold if the other's value were sent; `there`: it has a record of this lead."""
    held = told.sides[side]
    if held.native is not None:
        yield "holds", _native(held.native) or "not shown"
    if there and not (told.verdict is Verdict.HIDDEN and held.value is None):
        yield "value", f"{'not shown' if held.value is None else value(held.value, LONG)}{_filler(held)}"
    if held.unfit:
        yield "if sent", f"nothing: {plain(held.unfit, 300)}"
    elif held.given and dict(held.given) != dict(held.native or {}):
        yield "if sent", _native(held.given)


def _filler(held: OnSide) -> str:
    return "  (what it holds is our own filler)" if held.filler else ""


def _native(native: Native) -> str:
    return " · ".join(f"{name}: {value(text, LONG)}" for name, text in native.items())


def _rule_json(told: Told, owner: Side) -> dict[str, object]:
    return {
        "rule": told.rule.name,
        "transform": transform_words(told.rule),
        "direction": str(told.rule.direction),
        "in_words": {"value": ruled.value_words(told.rule), **ruled.told(told.rule, owner)},
        "verdict": str(told.verdict),
        "why": told.why,
        "to": str(told.change.to) if told.change is not None else None,
        "writes": dict(told.change.native) if told.change is not None else None,
        "lost": told.change.lost if told.change is not None else None,
        "sides": {
            str(side): {
                "fields": list(told.rule.fields[side]),
                "native": dict(held.native) if held.native is not None else None,
                "value": held.value,
                "filler": held.filler,
                "would_be_given": dict(held.given) if held.given is not None else None,
                "unfit": held.unfit,
            }
            for side, held in told.sides.items()
            if told.rule.fields.get(side)
        },
    }
