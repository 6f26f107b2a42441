"""A hold-out population of leads, made without a look at how they are matched; SETTINGS.md says what is in it."""

from tests.benchmarks.holdout.build import Population, population

__all__ = ["Population", "population"]
