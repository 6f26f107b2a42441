"""One history as data: where it takes place, what people do, what goes wrong. Made from a seed, told in words."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from random import Random

from connector.core.model import SIDES, Side
from tests.simulation.faults import (
    COMMIT,
    Busy,
    Crash,
    Fault,
    Garbage,
    Late,
    LoggedOut,
    Lost,
    Short,
    Signal,
    Spent,
    Thin,
)
from tests.simulation.people import (
    AskBackfill,
    Convert,
    Deed,
    Delete,
    Edit,
    Enter,
    Lock,
    Merge,
    Person,
    Remap,
    Undelete,
    Wait,
)
from tests.simulation.rules import GONE, KINDS, LIFECYCLE, POLICIES

WORDS = ("Ada", "Bo", "Cy", "Dee", "Elm Street", "Farringdon", "Ghent", "Hull", "Île", "Jena")
REFUSED = "voodoo"
"""A CRM refuses every text with this word."""
BARRED = ".barred"
"""A CRM refuses to make leads whose e-mail address has this in it."""
CANARY = "@example.com"
"""Stands in every e-mail address: no message may hold it."""
SLOWEST = 150
"""A long transaction of somebody takes at most so many seconds."""
CROWD = 13
"""So many leads are entered on each side at most, so that both full listings fit into the queue of pages."""
IDS_EVERY = 3000
"""Where a history is swept, ids and stamps are compared so often: a day that is short."""
VALUES_EVERY = 15000
"""And every value: a short week."""
AFTER = 500
"""A step that no cycle reaches: what is due then happens right after the cycle."""
LATEST = 80
"""A lost write arrives at most so many seconds later."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The two tenants. `ahead` is by how many seconds the clocks of Salesforce and Operate are ahead of ours.

    `tight`: the brakes are for very few leads. `shown`: somebody looks at previews, too. `swept`: days are
    short, so that sweeps are due, and transactions may be open for most of one. `policy` says what becomes of leads
    whose partner ends (0: they are kept). `thrifty`: few requests of our own are allowed in 24 hours.
    """

    operate_counterpart: bool = True
    cuts: bool = False
    names_fields: bool = True
    mumbles: bool = False
    page_size: int = 100
    ahead: tuple[int, int] = (0, 0)
    tight: bool = False
    shown: bool = False
    swept: bool = False
    policy: int = 0
    thrifty: bool = False

    def __str__(self) -> str:
        default = Setting()
        odd = [f"{each.name}={getattr(self, each.name)}" for each in fields(self)]
        usual = [f"{each.name}={getattr(default, each.name)}" for each in fields(default)]
        return ", ".join(each for each in odd if each not in usual) or "nothing special"


@dataclass(frozen=True, slots=True)
class Event:
    """A deed or a fault, at a step (half a request) of a cycle; step 0 is before the cycle begins."""

    cycle: int
    step: int
    what: Deed | Fault

    def __str__(self) -> str:
        when = "after" if self.step == AFTER else f"step {self.step}" if self.step else "before"
        return f"cycle {self.cycle}, {when}: {self.what}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A history before it is played; the `seed` also decides how long each request takes."""

    seed: int
    setting: Setting
    cycles: int
    events: tuple[Event, ...]

    def __str__(self) -> str:
        lines = [f"seed {self.seed}, {self.cycles} cycles with trouble; setting: {self.setting}"]
        return "\n".join([*lines, *(f"  {event}" for event in self.events)])


def plan(seed: int) -> Schedule:
    """The history of a seed."""
    return _Maker(seed).schedule()


class _Maker:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.seed = seed
        self.people: list[Person] = []
        self.entered: dict[Side, list[Person]] = {side: [] for side in SIDES}
        self.hot: list[tuple[Person, str]] = []
        """What was edited so far."""
        self.typed = 0

    def schedule(self) -> Schedule:
        """Some leads to begin with, then cycles with deeds and faults in between."""
        random = self.random
        cycles = random.randint(4, 9)
        events = [Event(1, 0, self.enter(side)) for side in SIDES for _ in range(random.randint(0, 4))]
        events.append(Event(1, 0, Wait(100)))
        deeds, faults = random.choice(((3, 0), (4, 1), (8, 1), (8, 2), (14, 3)))
        for cycle in range(1, cycles + 1):
            for _ in range(_about(random, deeds)):
                events += [Event(cycle, self.step(), what) for what in self.deeds()]
            events += [Event(cycle, self.step() or 1, self.fault()) for _ in range(_about(random, faults))]
            events += [Event(cycle, 0, what) for what in self.between()]
        events += self.duel(cycles)
        events += self.drought(cycles)
        events += self.days(cycles)
        events += self.fates(cycles)
        order = sorted(range(len(events)), key=lambda each: (events[each].cycle, events[each].step))
        return Schedule(self.seed, self.setting(), cycles, tuple(events[each] for each in order))

    def duel(self, cycles: int) -> Iterator[Event]:
        """Seldom: one field is edited here, then there while our write is under way, and that one arrives last."""
        random = Random(f"duel {self.seed}")
        if random.random() < 0.15:
            side, email, cycle = random.choice(SIDES), random.choice(self.people).email, random.randint(2, cycles)
            rule = random.choice(("budget", "notes", "space"))
            yield Event(cycle, 0, Edit(email, side, rule, f"first {self.seed}"))
            yield Event(cycle, 1, Late(random.randint(30, LATEST)))
            yield Event(cycle, AFTER, Edit(email, side.other, rule, f"second {self.seed}"))
            yield Event(cycle, AFTER, Wait(random.choice((0, 10))))

    def days(self, cycles: int) -> Iterator[Event]:
        """Where it is swept: nights pass, leads go without a trace, and somebody's transaction is open for hours."""
        random = Random(f"days {self.seed}")
        if not self.swept():
            return
        for cycle in range(2, cycles + 1):
            if random.random() < 0.6:
                yield Event(cycle, 0, Delete(random.choice(self.people).email, Side.OPERATE))
            if random.random() < 0.4:
                yield Event(cycle, 0, Thin(random.choice(SIDES)))
            if random.random() < 0.5:
                slow, number = random.randint(300, IDS_EVERY), 900 + cycle
                if random.random() < 0.4:
                    person = Person(f"p{number}{CANARY}", f"p{number}", f"p{number} Ltd")
                    yield Event(cycle, 0, Enter(person, random.choice(SIDES), {}, slow))
                else:
                    email, side = random.choice(self.people).email, random.choice(SIDES)
                    yield Event(cycle, 0, Edit(email, side, "notes", f"late {number}", slow))
            yield Event(cycle, 0, Wait(random.choice((70, 70, 1000, IDS_EVERY))))

    def swept(self) -> bool:
        """Whether sweeps are due in this history."""
        return Random(f"swept {self.seed}").random() < 0.25

    def fates(self, cycles: int) -> Iterator[Event]:
        """Where partners are marked: more leads end and come back, and seldom somebody changes the policy."""
        random = Random(f"fates {self.seed}")
        if not self.policy():
            return
        for cycle in range(2, cycles + 1):
            for _ in range(random.choice((0, 1, 1, 2))):
                email, step = random.choice(self.people).email, int(random.expovariate(1 / 12))
                deeds = (Convert(email, random.choice(SIDES)), Delete(email, random.choice(SIDES)), Undelete(email))
                yield Event(cycle, step, random.choice(deeds))
            if random.random() < 0.15:
                yield Event(cycle, 0, Remap(LIFECYCLE, random.randrange(len(POLICIES))))

    def policy(self) -> int:
        """What becomes of leads whose partner ends in this history."""
        random = Random(f"policy {self.seed}")
        return random.randrange(1, len(POLICIES)) if random.random() < 0.35 else 0

    def drought(self, cycles: int) -> Iterator[Event]:
        """Seldom: the budget of requests is spent, within a cycle or before it, for one cycle or for several."""
        random = Random(f"drought {self.seed}")
        if random.random() < 0.12:
            yield Event(
                random.randint(1, cycles), int(random.expovariate(1 / 12)), Spent(random.choice((10, 200, 900)))
            )

    def setting(self) -> Setting:
        """Mostly what is usual, in each respect now and then something else."""
        random = self.random
        return Setting(
            operate_counterpart=random.random() < 0.7,
            cuts=random.random() < 0.5,
            names_fields=random.random() < 0.7,
            mumbles=random.random() < 0.08,
            page_size=random.choice((100, 100, 9)),
            ahead=(random.choice((0, 0, -400, 300)), random.choice((0, 0, -300, 400))),
            tight=random.random() < 0.15,
            shown=random.random() < 0.3,
            swept=self.swept(),
            policy=self.policy(),
            thrifty=Random(f"thrift {self.seed}").random() < 0.12,
        )

    def step(self) -> int:
        """Most of a cycle happens in its first steps."""
        return int(self.random.expovariate(1 / 12))

    # people

    def deeds(self) -> Iterator[Deed]:
        """What somebody does; seldom two people do the same at once."""
        random, dice = self.random, self.random.random()
        side = random.choice(SIDES)
        if not self.people or (dice < 0.15 and len(self.entered[side]) < CROWD):
            yield self.enter(side)
        elif dice < 0.88:
            yield from self.edits()
        else:
            yield self.rare(random.choice(self.people))

    def enter(self, side: Side) -> Enter:
        """A new person, or one whom somebody else enters on the other side; seldom one of the same name, or twice."""
        random, dice = self.random, self.random.random()
        others = [person for person in self.entered[side.other] if person not in self.entered[side]]
        if others and dice < 0.3:
            person = random.choice(others)
        elif self.entered[side] and dice > 0.96:
            person = random.choice(self.entered[side])
        else:
            number = len(self.people) + 1
            named = random.choice(self.people).last_name if self.people and dice > 0.86 else f"p{number}"
            barred = BARRED if random.random() < 0.05 else ""
            person = Person(f"p{number}{barred}{CANARY}", named, f"p{number} Ltd")
            self.people.append(person)
        self.entered[side].append(person)
        values = dict(self.value(side) for _ in range(random.choice((0, 0, 1, 2))))
        if side is Side.OPERATE and random.random() < 0.06:
            values["last_name"] = ""  # nobody asked
        return Enter(person, side, values, self.slow())

    def edits(self) -> Iterator[Edit]:
        """One field of one lead, often one that somebody has just edited; seldom the same text on both sides."""
        random, side = self.random, self.random.choice(SIDES)
        person, rule = random.choice(self.people), ""
        if self.hot and random.random() < 0.4:
            person, rule = random.choice(self.hot[-3:])
        rule, value = self.value(side, rule)
        self.hot.append((person, rule))
        yield Edit(person.email, side, rule, value, self.slow())
        if random.random() < 0.05:
            yield Edit(person.email, side.other, rule, value)

    def value(self, side: Side, rule: str = "") -> tuple[str, str]:
        """A rule (that one, where it is given), and a text that nobody has typed before."""
        random = self.random
        self.typed += 1
        rule = rule or random.choice(sorted(KINDS))
        value = f"{self.typed} {random.choice(WORDS)}"
        if rule == "city" and side is Side.OPERATE:
            value = value[:6].strip()
        elif random.random() < 0.15:
            value = ""
        elif random.random() < 0.04:
            value += f" {REFUSED}"
        return rule, value

    def slow(self) -> int:
        """How long somebody's transaction takes."""
        return self.random.randint(3, SLOWEST) if self.random.random() < 0.08 else 0

    def rare(self, person: Person) -> Deed:
        """The ends of leads."""
        side, email = self.random.choice(SIDES), person.email
        deeds = (
            Delete(email, side),
            Delete(email, Side.SALESFORCE),
            Undelete(email),
            Undelete(email),
            Convert(email, side),
            Merge(email, self.random.random() < 0.5),
            Lock(email, side),
        )
        return self.random.choice(deeds)

    def between(self) -> Iterator[Deed | Fault]:
        """What happens between two cycles."""
        random = self.random
        if random.random() < 0.12:
            rule = random.choice(sorted(KINDS))
            yield Remap(rule, random.choice((*range(len(KINDS[rule])), GONE)))
        if random.random() < 0.05:
            yield AskBackfill()
        if random.random() < 0.08:
            yield Short(random.choice(SIDES))
        yield Wait(random.choice((1, 20, 70, 70, 70, 4000 if random.random() < 0.2 else 130)))

    # faults

    def fault(self) -> Fault:
        """Something that goes wrong."""
        random = self.random
        dice = random.random()
        if dice < 0.3:
            return Lost(random.choice(("before", "after", "after")), write=random.random() < 0.7)
        if dice < 0.55:
            return Late(random.randint(1, LATEST))
        if dice < 0.7:
            return Busy(random.choice((0, 30)))
        if dice < 0.9:
            return Crash(random.choice(("", "before", "after", "after", COMMIT)))
        return random.choice((LoggedOut(), Garbage(), Signal()))


def _about(random: Random, many: float) -> int:
    """A number near `many`."""
    return int(many * random.uniform(0.2, 1.8) + random.random())
