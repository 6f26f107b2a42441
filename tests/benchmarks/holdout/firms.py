"""Firms: their names, domains, offices and switchboards."""

import re
from dataclasses import replace

from tests.benchmarks.holdout import rates
from tests.benchmarks.holdout.draw import Rng, Skewed, often, one_of
from tests.benchmarks.holdout.model import Firm
from tests.benchmarks.holdout.naming import family_name
from tests.benchmarks.holdout.phones import Exchange
from tests.benchmarks.holdout.places import Address, City, city_in, office
from tests.benchmarks.holdout.short import listed
from tests.benchmarks.holdout.slips import plain

_LEGAL = {
    "GB": {"Ltd": 0.50, "Limited": 0.28, "LLP": 0.07, "plc": 0.03, "": 0.12},
    "IE": {"Ltd": 0.45, "Limited": 0.30, "DAC": 0.08, "": 0.17},
    "US": {"Inc.": 0.38, "LLC": 0.32, "Corp.": 0.06, "": 0.24},
    "DE": {"GmbH": 0.62, "AG": 0.06, "GmbH & Co. KG": 0.10, "UG (haftungsbeschränkt)": 0.06, "": 0.16},
    "NL": {"B.V.": 0.45, "BV": 0.30, "": 0.25},
    "FR": {"SAS": 0.40, "SARL": 0.32, "SA": 0.06, "": 0.22},
    "ES": {"S.L.": 0.50, "SL": 0.18, "S.A.": 0.10, "": 0.22},
    "PL": {"Sp. z o.o.": 0.58, "sp. z o.o.": 0.14, "S.A.": 0.08, "": 0.20},
}
_WORDS = Skewed(
    listed("""
Global Blue First Capital Bright Northern Green City Digital Red Apex Bridge Summit Core Horizon Vision
Alpha Prime Clear Nova Atlas Beacon Pinnacle Vertex Phoenix Orbit Fusion Oak Harbour Sterling Silver Pioneer
Quantum Compass Elevate Anchor Cedar Falcon Meridian Kestrel Lantern Lighthouse Lumen Mosaic Nimbus Onyx
Orchard Osprey Pebble Polar Prism Rapid Raven Ridge Rocket Saffron Sage Sequoia Signal Spark Spectrum Swift
Tandem Tangent Thistle Tide Topaz Tribe Umbra Unity Vantage Velocity Verity Vivid Wave Willow Zenith Ember
Copper Cobalt Crimson Indigo Ivory Juniper Maple Birch Rowan Hawthorn Stonegate Northgate Westbrook
Eastfield Southbank Kingsway Riverside Lakeside Hillcrest Bluefin Redwood Greenfield Brightside Clearwater
Broadleaf Ironbridge Highgate Fairway Longacre Whitestone Blackfriars Oakwood Ashgrove Foxglove Kingfisher
Goldfinch Peregrine Sparrow Heron Otter Badger Fox Wolf Lion Tiger Elephant Dragonfly Bumblebee Ladybird"""),
    0.018,
)
_SECTORS = Skewed(
    listed("""
Consulting Solutions Group Partners Capital Recruitment Media Technologies Design Digital Services
Associates Marketing Systems Software Health Property Training Studio Legal Analytics Energy Logistics
Finance Insurance Education Architects Events Security Ventures Labs Data Advisory Engineering Productions
Communications Care Travel Wealth Management Research Creative Interiors Surveyors Accounting Networks
Robotics Games Foods Fashion Trust Foundation Films Pharma Biotech Law"""),
    0.07,
)
_LOCAL = {
    "DE": "Beratung Immobilien Software Medien Logistik Technik Steuerberatung Personal Versicherungen Architekten",
    "NL": "Advies Vastgoed Media Techniek Logistiek Diensten Recruitment Architecten Zorg Makelaars Consultancy",
    "FR": "Conseil Immobilier Médias Formation Services Architectes Logistique Énergie Assurances Communication",
    "ES": "Consultores Inmobiliaria Servicios Abogados Asesores Tecnología Logística Formación Arquitectos",
    "PL": "Consulting Nieruchomości Doradztwo Usługi Media Logistyka Finanse Szkolenia Kancelaria Technologie",
}
_SOUNDS = (
    [
        "za",
        "ko",
        "lu",
        "ve",
        "mi",
        "ra",
        "to",
        "ni",
        "sy",
        "fa",
        "do",
        "xe",
        "bri",
        "qua",
        "ty",
        "no",
        "lo",
        "ki",
        "vo",
        "ze",
    ],
    ["ra", "ne", "li", "va", "do", "ti", "mo", "xa", "ku", "no"],
)
_ENDS = [
    "rix",
    "via",
    "tek",
    "lo",
    "ly",
    "fy",
    "sys",
    "nta",
    "zo",
    "ra",
    "quo",
    "dex",
    "vio",
    "mint",
    "hub",
    "nest",
    "ware",
    "loop",
]
_FAMILY_ORIGIN = {
    "GB": "british",
    "IE": "irish",
    "US": "american",
    "DE": "german",
    "NL": "dutch",
    "FR": "french",
    "ES": "spanish",
    "PL": "polish",
}
_ROLES = {
    "info": 0.45,
    "bookings": 0.08,
    "admin": 0.14,
    "office": 0.12,
    "hello": 0.11,
    "enquiries": 0.06,
    "accounts": 0.04,
}
_PATTERNS = {
    "first.last": 0.52,
    "flast": 0.12,
    "f.last": 0.07,
    "first": 0.20,
    "last": 0.02,
    "firstl": 0.04,
    "first_last": 0.03,
}


def slug(text: str) -> str:
    """Return the letters and digits of a text as they stand in a domain."""
    return re.sub(r"[^a-z0-9]", "", plain(text, german=True).lower())


class Town:
    """Makes firms and puts them into buildings, of which serviced ones house many."""

    def __init__(self, rng: Rng, exchange: Exchange, count: int) -> None:
        self._rng = rng
        self._exchange = exchange
        self._domains: set[str] = set()
        cities = [city_in(rng, "GB") for _ in range(max(6, count // rates.BUILDING_PER_LEADS))]
        for country in _FAMILY_ORIGIN:
            cities += [city_in(rng, country) for _ in range(max(1, count // 3000))]
        self._buildings: dict[City, list[Address]] = {}
        for city in cities:
            self._buildings.setdefault(city, []).append(office(rng, city))

    def firm(self, country: str, founder: str = "", sectors: tuple[str, ...] = ()) -> Firm:
        """Return a new firm; a founder's surname may stand in its name."""
        rng = self._rng
        name, surname = self._name(country, founder, sectors)
        legal = one_of(rng, _LEGAL[country])
        trading = self._name(country, "", sectors)[0] if often(rng, rates.TRADING_NAME) else ""
        city = city_in(rng, country)
        domain = self._domain(trading or name, surname)
        return Firm(
            name=name,
            legal=legal,
            trading=trading,
            domain=domain,
            pattern=one_of(rng, _PATTERNS),
            role=f"{one_of(rng, _ROLES)}@{domain}",
            sites=(self.site(city),),
            switchboards=(self._exchange.landline(city),),
        )

    def site(self, city: City) -> Address:
        """Return an office in a city, often in a serviced building with many other firms."""
        rng = self._rng
        known = self._buildings.get(city)
        if known and often(rng, rates.SERVICED):
            building = known[min(int(rng.expovariate(1.2) * len(known) / 2), len(known) - 1)]
            floor, suite = rng.randrange(0, 9), f"Suite {rng.randrange(1, 60)}" if often(rng, 0.25) else ""
        else:
            building, floor, suite = office(rng, city), rng.choice([0, 0, 0, 1, 2, 3]), ""
            suite = f"Unit {rng.randrange(1, 30)}" if often(rng, 0.12) else ""
        return Address(city, building.building, floor, suite, building.number, building.road, building.postcode)

    def widened(self, firm: Firm, leads: int) -> Firm:
        """Return a firm with as many sites as its leads suggest."""
        sites, lines = list(firm.sites), list(firm.switchboards)
        for _ in range(leads // rates.PERSONS_PER_SITE):
            city = city_in(self._rng, sites[0].city.country)
            sites.append(self.site(city))
            lines.append(self._exchange.landline(city))
        return replace(firm, sites=tuple(sites), switchboards=tuple(lines))

    def moved(self, firm: Firm) -> Firm:
        """Return a firm in a new office of the same city, often with its old switchboard."""
        city = firm.sites[0].city
        line = self._exchange.landline(city) if often(self._rng, 0.35) else firm.switchboards[0]
        sites = (self.site(city), *firm.sites[1:])
        return replace(firm, sites=sites, switchboards=(line, *firm.switchboards[1:]))

    def _name(self, country: str, founder: str, sectors: tuple[str, ...]) -> tuple[str, str]:
        rng = self._rng
        local = _LOCAL.get(country, "").split()
        sector = rng.choice(local) if local and often(rng, 0.6) else _SECTORS.draw(rng)
        sector = rng.choice(sectors) if sectors else sector
        how = one_of(rng, {"family": 0.24, "words": 0.46, "coined": 0.22, "the": 0.04, "place": 0.04})
        surname = founder or family_name(rng, _FAMILY_ORIGIN[country], False)
        if how == "family":
            other = family_name(rng, _FAMILY_ORIGIN[country], False)
            forms = [f"{surname} & {other}", f"{surname} {sector}", f"{surname} & Co", f"{surname} {other} {sector}"]
            return rng.choice(forms), surname
        if how == "coined":
            coined = rng.choice(_SOUNDS[0]) + rng.choice(_SOUNDS[1]) + rng.choice(_ENDS)
            return coined.capitalize() + (f" {sector}" if often(rng, 0.35) else ""), ""
        if how == "place":
            return f"{city_in(rng, country).names[0]} {sector}", ""
        first = _WORDS.draw(rng)
        other = _WORDS.draw(rng)
        first += f" {other}" if other != first and often(rng, 0.2) else ""
        second = f"{sector} & {_SECTORS.draw(rng)}" if often(rng, 0.06) else sector
        return ("The " if how == "the" else "") + f"{first} {second}", ""

    def _domain(self, name: str, surname: str) -> str:
        rng = self._rng
        words = name.replace("The ", "").replace(" & ", " and ").split()
        first = "".join(slug(word) for word in words if word != "and" or often(rng, 0.5))
        tries = [
            first,
            "-".join(slug(word) for word in words if word != "and"),
            slug(words[0]) + "group",
            first + "uk",
            "the" + first,
        ]
        if often(rng, 0.2):
            tries.insert(0, slug(words[0]))
        if surname and often(rng, 0.2):
            tries.insert(0, slug(surname))
        domain = next((label for label in tries if label not in self._domains), f"{first}{len(self._domains)}")
        self._domains.add(domain)
        return f"{domain}.example"
