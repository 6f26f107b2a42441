"""How common a value is: as it was counted, and as it is known to be where little was counted. Pure.

Behind the leads of a tenant stand a thousand other people who carry each value as often as the weights say. Among a
handful of leads every name would look common, and one in two might be the counterpart; among many, they weigh nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connector.core.match.levels import Level
from connector.core.match.weights import Weights

OTHERS = 1000
"""So many other people a side are taken to exist besides the counted ones."""
KNOWN = ("given", "surname", "company", "domain", "street", "city", "postcode")
"""Kinds whose values other people carry, too; e-mails, telephones and whole names are one person's."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """The shares of values among `counted` records of both sides and the other people.

    `larger` is the number of counted records of the larger side; `shares` tells what part of the counted carry a text.
    """

    weights: Weights
    counted: int
    larger: int
    shares: Callable[[str, str], float]

    @property
    def size(self) -> int:
        """The people among whom a counterpart is sought."""
        return self.larger + OTHERS

    def carriers(self, kind: str, text: str) -> float:
        """The counted records a side that carry this text."""
        return self.shares(kind, text) * self.counted / 2

    def share(self, kind: str, text: str) -> float:
        """The share of everybody, counted or not, who carries this text."""
        usual = self.weights.fields[kind][Level.EXACT][1] if kind in KNOWN else 0.0
        carriers = self.shares(kind, text) * self.counted + usual * 2 * OTHERS
        return min(carriers / (self.counted + 2 * OTHERS), 1.0)
