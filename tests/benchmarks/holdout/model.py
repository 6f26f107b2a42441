"""What is true of a person at one time."""

from dataclasses import dataclass

from tests.benchmarks.holdout.phones import Number
from tests.benchmarks.holdout.places import Address


@dataclass(frozen=True)
class Name:
    """A name with everything that can be written of it."""

    origin: str
    woman: bool
    given: str
    calls: str
    """What the person is called in daily life: the given name or a short form."""
    family: str
    added: str = ""
    """A second surname: the Spanish one or the other half of a double one."""
    joint: str = " "
    middle: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class Firm:
    """A firm with its names, offices, switchboards and way of making e-mail addresses."""

    name: str
    legal: str
    trading: str
    domain: str
    pattern: str
    role: str
    sites: tuple[Address, ...]
    switchboards: tuple[Number, ...]


@dataclass(frozen=True)
class GoBetween:
    """Who enquires for others: a broker's agent or an assistant."""

    mail: str
    number: Number


@dataclass(frozen=True)
class Person:
    """A person as she is at one time."""

    number: int
    name: Name
    care: float
    home: Address
    home_mail: str
    private: float
    """Chance that the private address is given."""
    mobile: Number
    home_line: Number | None
    firm: Firm | None = None
    site: int = 0
    work_mail: str = ""
    direct: Number | None = None
    other_firm: Firm | None = None
    other_mail: str = ""
    between: GoBetween | None = None
    role_mail: bool = False
