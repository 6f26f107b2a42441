"""Who there is: single people, firms with colleagues, families, and those who enquire for others."""

from dataclasses import dataclass, replace

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import Rng, Tail, often, one_of
from tests.benchmarks.holdout.firms import Town
from tests.benchmarks.holdout.mail import Post
from tests.benchmarks.holdout.model import Firm, GoBetween, Name, Person
from tests.benchmarks.holdout.naming import new_name, relative, twins
from tests.benchmarks.holdout.phones import Exchange
from tests.benchmarks.holdout.places import city_in, home

_SIZES = Tail(rates.FIRM_POWER, rates.FIRM_LARGEST)


@dataclass(frozen=True)
class Makers:
    """The sources that a population shares."""

    rng: Rng
    exchange: Exchange
    post: Post
    town: Town


class Crowd:
    """Makes people in groups and notes what is particular about each."""

    def __init__(self, makers: Makers, count: int) -> None:
        self._makers = makers
        self._rng = makers.rng
        self.people: list[Person] = []
        self.kinds: dict[int, str] = {}
        self.namesakes: list[tuple[int, int]] = []
        self._agents = self._brokers(max(6, count // 500))

    def fill(self, persons: int) -> None:
        """Make groups until there are this many persons."""
        while len(self.people) < persons:
            origin = one_of(self._rng, rates.ORIGINS)
            country = self._country(origin)
            kind = one_of(self._rng, _GROUP_SHARES)
            if kind == "freelancer":
                self._single(origin, country)
            elif kind == "family":
                self._family(origin, country)
            else:
                self._colleagues(origin, country)
        del self.people[persons:]
        last = len(self.people)
        self.kinds = {number: kind for number, kind in self.kinds.items() if number < last}
        self.namesakes = [pair for pair in self.namesakes if max(pair) < last]

    def _country(self, origin: str) -> str:
        here = rates.HOME_COUNTRY[origin]
        abroad = rates.LIVES_IN_BRITAIN.get(origin, rates.LIVES_IN_BRITAIN_ELSE)
        return "GB" if here != "GB" and often(self._rng, abroad) else here

    def _brokers(self, count: int) -> list[GoBetween]:
        agents: list[GoBetween] = []
        while len(agents) < count:
            firm = self._makers.town.firm("GB", sectors=_BROKER_SECTORS)
            for _ in range(self._rng.randrange(1, 5)):
                shared = often(self._rng, 0.3)
                mail = firm.role if shared else self._makers.post.work(new_name(self._rng, "british"), firm)
                agents.append(GoBetween(mail, firm.switchboards[0]))
        return agents

    def _person(self, name: Name, country: str) -> Person:
        rng, exchange = self._rng, self._makers.exchange
        city = city_in(rng, country)
        return Person(
            number=len(self.people),
            name=name,
            care=float(one_of(rng, {str(care): share for care, share in rates.CARE.items()})),
            home=home(rng, city),
            home_mail=self._makers.post.private(name, country),
            private=1.0,
            mobile=exchange.mobile(country),
            home_line=exchange.landline(city) if often(rng, 0.25) else None,
        )

    def _add(self, person: Person, kind: str) -> None:
        if often(self._rng, rates.BROKERED):
            place = int(self._rng.expovariate(4 / len(self._agents)))
            person = replace(person, between=self._agents[min(place, len(self._agents) - 1)])
            kind = "broker" if kind in ("alone", "freelancer", "colleague") else kind
        self.people.append(person)
        self.kinds[person.number] = kind

    def employed(self, person: Person, firm: Firm, site: int = 0) -> Person:
        """Return a person who works at a firm."""
        rng = self._rng
        share = one_of(rng, {"always": rates.ALWAYS_PRIVATE, "mixed": rates.SOMETIMES_PRIVATE, "never": 0.65})
        line = self._makers.exchange.landline(firm.sites[site].city) if often(rng, 0.3) else None
        return replace(
            person,
            firm=firm,
            site=site,
            private={"always": 1.0, "mixed": 0.5, "never": 0.0}[share],
            work_mail=self._makers.post.work(person.name, firm),
            direct=line,
            role_mail=share != "always" and often(rng, rates.ROLE_MAILBOX),
        )

    def _own_firm(self, person: Person, country: str) -> Person:
        """Return a freelancer; some have a domain of their own."""
        if often(self._rng, rates.FREELANCER_PRIVATE):
            return person
        firm = self._makers.town.firm(country, person.name.family)
        firm = replace(firm, legal="", trading="", pattern="first", sites=(person.home,), switchboards=())
        mail = self._makers.post.work(person.name, firm)
        return replace(person, firm=firm, private=0.2, work_mail=mail)

    def _single(self, origin: str, country: str) -> None:
        self._add(self._own_firm(self._person(new_name(self._rng, origin), country), country), "freelancer")

    def _colleagues(self, origin: str, country: str) -> None:
        rng, size = self._rng, _SIZES.draw(self._rng)
        first = new_name(rng, origin)
        firm = self._makers.town.widened(self._makers.town.firm(country, first.family), size)
        names, kinds = [first], ["alone" if size == 1 else "colleague"] * size
        while len(names) < size:
            names.append(new_name(rng, self._colleague(origin, country)))
        if size > 1 and often(rng, rates.FIRM_RELATIVES):
            names[1], kinds[1] = relative(rng, first, rng.choice(["couple", "siblings"])), "relatives in one firm"
            kinds[0] = kinds[1]
        if size > 1 and often(rng, rates.FIRM_NAMESAKES):
            names[-1], kinds[-1], kinds[0] = replace(first, middle=""), "namesake colleagues", "namesake colleagues"
            self.namesakes.append((len(self.people), len(self.people) + size - 1))
        assistant: GoBetween | None = None
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
            site = 0 if often(rng, 0.5) else rng.randrange(len(firm.sites))
            person = self.employed(self._person(name, country), firm, site)
            person, kind = self._particular(person, kind, assistant, country)
            self._add(person, kind)
            if place == 0 or assistant is None:
                assistant = GoBetween(person.work_mail, person.direct or firm.switchboards[site])

    def _colleague(self, first: str, country: str) -> str:
        """Return the origin of a colleague: in Britain mixed, elsewhere mostly local."""
        if country != "GB":
            local = next(origin for origin, home in rates.HOME_COUNTRY.items() if home == country)
            return local if often(self._rng, rates.LOCAL_COLLEAGUE) else one_of(self._rng, rates.ORIGINS)
        return first if often(self._rng, rates.LIKE_FIRST_COLLEAGUE) else one_of(self._rng, _IN_BRITAIN)

    def _particular(self, person: Person, kind: str, helper: GoBetween | None, country: str) -> tuple[Person, str]:
        rng = self._rng
        if person.firm is not None and often(rng, rates.ASSISTED):
            other = self._makers.post.work(new_name(rng, "british"), person.firm)
            between = helper or GoBetween(other, person.firm.switchboards[person.site])
            return replace(person, between=between), kind if "namesake" in kind else "assisted"
        if often(rng, rates.FOUNDER):
            second = self._makers.town.firm(country, person.name.family)
            mail = self._makers.post.work(person.name, second)
            person = replace(person, other_firm=second, other_mail=mail)
            return person, kind if "namesake" in kind else "founder of two"
        if person.role_mail and kind in ("alone", "colleague"):
            kind = "shared mailbox"
        return person, kind

    def _family(self, origin: str, country: str) -> None:
        rng, form = self._rng, one_of(self._rng, rates.FAMILY_FORMS)
        first = new_name(rng, origin)
        heir = form == "parent" and not first.woman and often(rng, rates.HEIR)
        if form == "twins":
            names = list(twins(rng, first))
        elif heir:
            names = [first, relative(rng, first, "heir")]
            if often(rng, rates.SUFFIX_KNOWN):
                names[1] = replace(names[1], suffix=rng.choice(["Jr", "Jr.", "Junior", "II"]))
                names[0] = replace(names[0], suffix=rng.choice(["", "Sr", "Snr"]))
            self.namesakes.append((len(self.people), len(self.people) + 1))
        else:
            names = [first, relative(rng, first, form)]
            if often(rng, 0.12):
                names.append(relative(rng, first, "siblings"))
        kind = "father and son" if heir else "twins" if form == "twins" else "family"
        self._household(names, kind, country)

    def _household(self, names: list[Name], kind: str, country: str) -> None:
        rng, town = self._rng, self._makers.town
        firm = town.firm(country, names[0].family) if often(rng, rates.FAMILY_FIRM) else None
        people: list[Person] = []
        mail = self._makers.post.household(names[0], country) if often(rng, rates.SHARED_MAILBOX) else ""
        mobile, line = often(rng, rates.SHARED_MOBILE), often(rng, rates.SHARED_LANDLINE)
        number = self._makers.exchange.landline(city_in(rng, country))
        for name in names:
            person = self._person(name, country)
            if firm is not None:
                person = self.employed(person, firm)
            elif often(rng, 0.5):
                person = self.employed(person, town.firm(country))
            person = replace(person, home=people[0].home if people else person.home)
            person = replace(person, home_line=number if line else person.home_line, home_mail=mail or person.home_mail)
            person = replace(person, mobile=people[0].mobile if people and mobile else person.mobile)
            people.append(person)
            self._add(person, kind)


_BROKER_SECTORS = ("Offices", "Property", "Workspace", "Commercial", "Surveyors", "Space", "Office Search")
_IN_BRITAIN = {
    origin: share * (1 if rates.HOME_COUNTRY[origin] == "GB" else rates.LIVES_IN_BRITAIN.get(origin, 0.22))
    for origin, share in rates.ORIGINS.items()
}
# Shares of groups such that the shares of persons come out: a family has 2.1 members, a firm 2.1 leads.
_GROUP_SHARES = {
    "freelancer": rates.FREELANCER,
    "family": rates.FAMILY / 2.1,
    "firm": (1 - rates.FREELANCER - rates.FAMILY) / 2.15,
}
