"""What people and observers do in the tests of whole cycles: enter leads, let time pass, count the writes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from connector.core.mapping.load import load
from connector.core.model import SIDES, Link, Side, StrangerState, Write
from connector.core.result import Result, Scope
from connector.crm.port import Outcome
from connector.cycle import backfill, sync
from tests.simulation.world import World, sizes

SF, OP = Side.SALESFORCE, Side.OPERATE


class Crash(Exception):
    """The process dies here."""


NATIVE = {
    "first_name": {SF: "FirstName", OP: "firstname"},
    "last_name": {SF: "LastName", OP: "lastname"},
    "company": {SF: "Company", OP: "leadname"},
    "email": {SF: "Email", OP: "emailaddress"},
    "city": {SF: "City", OP: "town"},
    "notes": {SF: "Description", OP: "otherneeds"},
}


def enter(world: World, side: Side, name: str, **values: str) -> str:
    """Somebody enters Kim `name` of `name` Ltd; further values by rule."""
    known = {"first_name": "Kim", "last_name": name, "company": f"{name} Ltd", "email": f"{name}@example.com"}
    native = {NATIVE[rule][side]: value for rule, value in {**known, **values}.items()}
    return world.crm(side).person_creates(native)


def edit(world: World, side: Side, record_id: str, **values: str) -> None:
    """Somebody edits these rules of a lead."""
    world.crm(side).person_edits(record_id, {NATIVE[rule][side]: value for rule, value in values.items()})


def shows(world: World, side: Side, record_id: str, rule: str) -> str:
    """What a record holds under a rule."""
    return world.crm(side).records()[record_id].native[NATIVE[rule][side]]


def emails(world: World, side: Side) -> list[str]:
    """The addresses of everybody on one side, sorted."""
    return sorted(record.native[NATIVE["email"][side]] for record in world.crm(side).records().values())


def started(world: World, *names: str) -> dict[str, Link]:
    """These people are in Salesforce, the first backfill is done; their links by name."""
    for name in names:
        enter(world, SF, name)
    world.time.advance(100)
    backfill(world.pair, Scope())
    world.time.advance(100)
    return links(world)


def cities(world: World) -> list[str]:
    """The city of everybody in Operate, sorted."""
    return sorted(row.native[NATIVE["city"][OP]] for row in world.operate.records().values())


def links(world: World) -> dict[str, Link]:
    """Every link by last name."""
    return {
        next(filter(None, (link.seen.get(side, {}).get("last_name", "") for side in SIDES))): link
        for link in world.ledger.links.all()
    }


def strangers(world: World, state: StrangerState) -> list[str]:
    """The last names of the strangers in a state, sorted."""
    return sorted(stranger.values["last_name"] for stranger in world.ledger.strangers.inside(state))


def cycle(world: World, seconds: float = 70) -> Result:
    """Time passes, and a cycle runs."""
    world.time.advance(seconds)
    return sync(world.pair)


def with_mapping(world: World, text: str) -> None:
    """Somebody changes the mapping between two cycles."""
    world.pair = replace(world.pair, mapping=sizes(load(text, "lead.yaml")))


class Writes:
    """Every write that reached a client, in order, and the writing calls and reads of each side."""

    def __init__(self, world: World) -> None:
        self.all: list[Write] = []
        self.requests: dict[Side, list[str]] = {side: [] for side in SIDES}
        for side in SIDES:
            self._watch(world, side)

    def to(self, side: Side) -> list[Write]:
        """The writes to one side."""
        return [write for write in self.all if write.side is side]

    def _watch(self, world: World, side: Side) -> None:
        crm = world.crm(side)
        write, on_io = crm.write, crm.on_io

        def counted(batch: Sequence[Write]) -> Sequence[Outcome]:
            self.all += batch
            return write(batch)

        def heard(method: str, phase: str) -> None:
            if phase == "before":
                self.requests[side].append(method)
            on_io(method, phase)

        crm.write = counted  # type: ignore[method-assign]
        crm.on_io = heard


def once(side: Side, method: str, phase: str, error: Exception) -> Callable[[Side, str, str], None]:
    """A hook of the network: this half of the first such request goes wrong."""
    left = [error]

    def hook(at: Side, what: str, when: str) -> None:
        if (at, what, when) == (side, method, phase) and left:
            raise left.pop()

    return hook


def whole(world: World) -> object:
    """Everything the ledger knows."""
    ledger = world.ledger
    found = list(ledger.links.all())
    return (
        found,
        [list(ledger.strangers.inside(state)) for state in StrangerState],
        ledger.intents.open(),
        ledger.log.marks(""),
        [ledger.log.history(link.link_id) for link in found],
        ledger.log.cycles(),
    )


CROWD = (
    *("ada", "bo", "cy", "dora", "egon", "fay", "gil", "hanna", "ivo", "jana"),
    *("kofi", "lena", "mats", "nils", "olga", "pia", "quinn", "rosa", "sven", "tara"),
)
"""Names that nobody takes for one another."""
