"""What all tests share: Hypothesis without deadlines, because speed is measured in `tests/benchmarks/` only."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
