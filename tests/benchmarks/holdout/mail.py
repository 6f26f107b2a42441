"""E-mail addresses at firms and at providers, and the slips in them."""

import re

from tests.benchmarks.holdout.draw import Rng, often, one_of
from tests.benchmarks.holdout.model import Firm, Name
from tests.benchmarks.holdout.slips import plain, slip

PROVIDERS = {
    "GB": {
        "gmail.com": 0.50,
        "hotmail.co.uk": 0.10,
        "hotmail.com": 0.07,
        "outlook.com": 0.10,
        "yahoo.co.uk": 0.07,
        "icloud.com": 0.08,
        "btinternet.com": 0.04,
        "googlemail.com": 0.02,
        "me.com": 0.02,
    },
    "IE": {"gmail.com": 0.65, "hotmail.com": 0.15, "outlook.ie": 0.05, "eircom.net": 0.05, "icloud.com": 0.10},
    "US": {"gmail.com": 0.62, "yahoo.com": 0.15, "outlook.com": 0.07, "icloud.com": 0.08, "aol.com": 0.08},
    "DE": {"gmx.de": 0.25, "web.de": 0.25, "gmail.com": 0.28, "t-online.de": 0.15, "outlook.de": 0.07},
    "NL": {"gmail.com": 0.55, "hotmail.com": 0.22, "ziggo.nl": 0.10, "outlook.com": 0.13},
    "FR": {"gmail.com": 0.48, "orange.fr": 0.22, "hotmail.fr": 0.12, "free.fr": 0.10, "yahoo.fr": 0.08},
    "ES": {"gmail.com": 0.65, "hotmail.com": 0.20, "yahoo.es": 0.10, "outlook.es": 0.05},
    "PL": {"gmail.com": 0.45, "wp.pl": 0.25, "o2.pl": 0.12, "onet.pl": 0.18},
}
MISTYPED = {
    "gmail.com": ("gmail.con", "gmail.cmo", "gmail.ocm"),
    "hotmail.co.uk": ("hotmail.co.ku", "hotmail.co.uj"),
    "hotmail.com": ("hotmail.con", "hotmail.cmo"),
    "outlook.com": ("outlook.con", "outlook.cmo"),
    "yahoo.com": ("yahoo.con",),
    "yahoo.co.uk": ("yahoo.co.ku",),
    "icloud.com": ("icloud.con",),
}
PLACEHOLDERS = (
    "test@test.example",
    "na@na.example",
    "noemail@noemail.example",
    "none@none.example",
    "unknown@unknown.example",
)

_HOBBIES = ("sunny", "bluesky", "runner", "coffee", "biker", "gardener", "music", "lucky")


def part(text: str) -> str:
    """Return a name as it stands in an address."""
    return re.sub(r"[^a-z]", "", plain(text, german=True).lower())


class Post:
    """Hands out addresses, none of them twice."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def work(self, name: Name, firm: Firm) -> str:
        """Return a new address at a firm in the firm's way."""
        used = name.calls if often(self._rng, 0.7) else name.given
        first, last = part(used) or "x", part(name.family + (name.added if name.joint == "-" else "")) or "x"
        local = {
            "first.last": f"{first}.{last}",
            "flast": first[0] + last,
            "f.last": f"{first[0]}.{last}",
            "first": first,
            "last": last,
            "firstl": first + last[0],
            "first_last": f"{first}_{last}",
        }[firm.pattern]
        tries = [local, f"{first}.{last}", *(f"{first}.{last}{number}" for number in range(2, 99))]
        return self._free([f"{local}@{firm.domain}" for local in tries])

    def private(self, name: Name, country: str) -> str:
        """Return a new address at a provider, numbered so that it is plainly made up."""
        rng = self._rng
        first = part(name.calls if often(rng, 0.6) else name.given) or "x"
        last = part(name.family) or "x"
        digits = str(rng.randrange(10 ** rng.choice([3, 4, 5]), 10**6))
        forms = {
            f"{first}.{last}{digits}": 0.38,
            f"{first}{last}{digits}": 0.27,
            f"{first[0]}{last}{digits}": 0.12,
            f"{last}.{first}{digits}": 0.05,
            f"{first}{digits}": 0.06,
            f"{first}_{last}_sample{digits[:2]}": 0.06,
            f"{rng.choice(_HOBBIES)}{digits}": 0.06,
        }
        return self._free([f"{one_of(rng, forms)}@{one_of(rng, PROVIDERS[country])}" for _ in range(50)])

    def household(self, name: Name, country: str) -> str:
        """Return the address that a family shares."""
        last, digits = part(name.family) or "x", self._rng.randrange(1000, 99999)
        return self._free([f"the{last}s{digits}@{one_of(self._rng, PROVIDERS[country])}"])

    def _free(self, tries: list[str]) -> str:
        address = next((address for address in tries if address not in self._given), tries[0])
        self._given.add(address)
        return address


def mistyped(address: str, rng: Rng) -> str:
    """Return an address with a slip before or behind the @."""
    local, domain = address.split("@")
    if domain in MISTYPED and often(rng, 0.35):
        return f"{local}@{rng.choice(MISTYPED[domain])}"
    if domain.endswith(".example") and often(rng, 0.4):
        return f"{local}@{slip(domain.removesuffix('.example'), rng).lower()}.example"
    return f"{slip(local, rng).lower()}@{domain}"
