"""How a company and an address come to stand in a record."""

import re

from tests.benchmarks.holdout.draw import Rng, often
from tests.benchmarks.holdout.model import Firm, Name
from tests.benchmarks.holdout.places import Address
from tests.benchmarks.holdout.short import listed
from tests.benchmarks.holdout.slips import slip
from tests.benchmarks.holdout.write_name import Hand

_LEGAL_FORMS = {
    "Ltd": ["Limited", "Ltd.", "LTD", "ltd"],
    "Limited": ["Ltd", "Ltd", "Ltd.", "LTD"],
    "plc": ["PLC", "Plc"],
    "Inc.": ["Inc", ", Inc.", "Incorporated"],
    "LLC": ["L.L.C.", ", LLC"],
    "B.V.": ["BV", "bv"],
    "BV": ["B.V.", "bv"],
    "S.L.": ["SL", "S.L"],
    "SL": ["S.L."],
    "GmbH": ["gmbh", "GMBH"],
    "Sp. z o.o.": ["sp. z o.o.", "Sp z oo", "sp.z o.o."],
}
_SHORT_WORDS = {
    "Technologies": "Tech",
    "Management": "Mgmt",
    "International": "Intl",
    "Associates": "Assoc",
    "Services": "Svcs",
    "Solutions": "Solns",
    "Group": "Grp",
    "Consulting": "Consultants",
    "Recruitment": "Recruiting",
}
_ROADS = {
    "Street": ["St", "St.", "st"],
    "Road": ["Rd", "Rd."],
    "Avenue": ["Ave", "Av", "Ave."],
    "Lane": ["Ln", "La"],
    "Square": ["Sq", "Sq."],
    "Drive": ["Dr"],
    "Boulevard": ["Blvd"],
    "Saint": ["St"],
    "straße": ["str.", "strasse", "str"],
    "Straße": ["Str.", "Strasse"],
    "boulevard": ["bd", "Bd.", "blvd"],
    "avenue": ["av.", "ave"],
    "Calle": ["C/", "c/", "Cl."],
    "Avenida": ["Avda.", "Av."],
    "ul. ": ["", "Ul. ", "ulica "],
    "straat": ["str."],
}
_ORDINALS = listed("Ground First Second Third Fourth Fifth Sixth Seventh Eighth Ninth")


def company(firm: Firm, hand: Hand, rng: Rng) -> str:
    """Return a firm's name as this hand writes it."""
    name, trading = firm.name, bool(firm.trading) and often(rng, 0.4)
    name = firm.trading if trading else name
    if trading and often(rng, 0.12):
        return hand.finished(f"{firm.name} t/a {firm.trading}")
    if name.startswith("The ") and often(rng, 0.35):
        name = name[4:]
    if " & " in name and often(rng, 0.35):
        name = name.replace(" & ", rng.choice([" and ", " and ", " + ", "&"]))
    words = name.split()
    if len(words) > 1 and often(rng, 0.05):
        name = words[0] if words[0] != "The" else words[1]
    elif len(words) > 2 and often(rng, 0.05):
        name = "".join(word[0] for word in words if word[0].isalpha()).upper()
    elif often(rng, 0.05):
        name = " ".join(_SHORT_WORDS.get(word, word) for word in words)
    if hand.errs(rng, hand.channel.slip):
        name = slip(name, rng)
    if firm.legal and not trading and often(rng, 0.45):
        form = rng.choice(_LEGAL_FORMS.get(firm.legal, [firm.legal])) if often(rng, 0.3) else firm.legal
        name += form if form.startswith(",") else f" {form}"
    return hand.finished(name)


def own_company(name: Name, rng: Rng) -> str:
    """Return what somebody without a firm types into the company field; mostly nothing."""
    if often(rng, 0.62):
        return ""
    words = [
        "Self employed",
        "Freelance",
        "Self-employed",
        "Personal",
        "Individual",
        "Private",
        "Sole trader",
        "Freelancer",
    ]
    own = [f"{name.calls} {name.family}", f"{name.calls} {name.family} Consulting", f"{name.family} Design"]
    return rng.choice(words) if often(rng, 0.45) else rng.choice(own)


def _road(address: Address, hand: Hand, rng: Rng) -> str:
    road = address.road
    for full, forms in _ROADS.items():
        if full in road and often(rng, 0.30):
            road = road.replace(full, rng.choice(forms))
            break
    if hand.errs(rng, hand.channel.slip):
        road = slip(road, rng)
    after = address.city.country in ("DE", "NL", "ES", "PL")
    return f"{road} {address.number}" if after else f"{address.number} {road}"


def _floor(floor: int, rng: Rng) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(floor, "th")
    short = "Ground Floor" if floor == 0 else f"{floor}{ending} Floor"
    return rng.choice([short, short, f"{_ORDINALS[floor]} Floor", f"Floor {floor}", short.replace("Floor", "Fl")])


def street(address: Address, hand: Hand, rng: Rng) -> str:
    """Return building, floor, suite and road, some left out or in another order."""
    lines = []
    if address.building and often(rng, 0.7):
        lines.append(address.building)
    if address.floor and often(rng, 0.6):
        lines.append(_floor(address.floor, rng))
    if address.suite and often(rng, 0.75):
        lines.append(address.suite)
    road = _road(address, hand, rng)
    if often(rng, 0.08):
        rng.shuffle(lines)
    lines.insert(0 if lines and often(rng, 0.10) else len(lines), road)
    if len(lines) == 3 and often(rng, 0.25):
        lines[0:2] = [", ".join(lines[0:2])]
    return hand.finished((", " if often(rng, 0.35) else "\n").join(lines))


def place_fields(address: Address, hand: Hand, rng: Rng) -> dict[str, str]:
    """Return street, city, state and postcode as far as this hand fills them in."""
    found: dict[str, str] = {}
    city = address.city
    whole = often(rng, hand.channel.address)
    if whole:
        found["street"] = street(address, hand, rng)
        if not often(rng, 0.10):
            found["postcode"] = _postcode(address.postcode, rng)
        if often(rng, 0.85 if city.country == "US" else 0.22):
            found["state"] = hand.finished(city.state)
    if often(rng, 0.92 if whole else hand.channel.city):
        name = city.names[0] if often(rng, 0.75) else rng.choice(city.names)
        found["city"] = hand.finished(slip(name, rng) if hand.errs(rng, hand.channel.slip / 2) else name)
    elif not whole and often(rng, 0.06):
        found["postcode"] = _postcode(address.postcode, rng)
    return found


def _postcode(postcode: str, rng: Rng) -> str:
    if often(rng, 0.12):
        return re.sub(r"[ -]", "", postcode)
    return postcode.lower() if often(rng, 0.06) else postcode


def website(firm: Firm, rng: Rng) -> str:
    """Return the address of a firm's website in one of its usual forms."""
    forms = ["www.{}", "www.{}", "https://www.{}", "https://{}", "http://www.{}/", "{}", "https://www.{}/about"]
    return rng.choice(forms).format(firm.domain)
