"""Chance: one seeded source, skewed lists, and typed helpers."""

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

Rng = random.Random


def often(rng: Rng, rate: float) -> bool:
    """Tell whether something that happens at this rate happens now."""
    return rng.random() < rate


def one_of(rng: Rng, shares: dict[str, float]) -> str:
    """Draw a key by its share (shares need not add up to one)."""
    return rng.choices(list(shares), list(shares.values()))[0]


class Skewed:
    """A list drawn by Zipf–Mandelbrot weights 1/(rank+q), q such that the first has the given share."""

    def __init__(self, words: Sequence[str], first: float) -> None:
        self.words = words
        low, high = 0.0, 5000.0
        for _ in range(60):
            middle = (low + high) / 2
            total = sum(1 / (rank + middle) for rank in range(1, len(words) + 1))
            low, high = (middle, high) if 1 / (1 + middle) / total > first else (low, middle)
        self._sums = list(accumulate(1 / (rank + low) for rank in range(1, len(words) + 1)))

    def draw(self, rng: Rng) -> str:
        """Return one of the words."""
        return self.words[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self.words) - 1)]


class Tail:
    """Sizes from 1 to a largest one, falling by a power."""

    def __init__(self, power: float, largest: int) -> None:
        self._sums = list(accumulate(size**-power for size in range(1, largest + 1)))

    def draw(self, rng: Rng) -> int:
        """Return one size."""
        return min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._sums) - 1) + 1
