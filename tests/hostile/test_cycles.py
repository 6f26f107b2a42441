"""A seeded share of whole cycles over one wrong answer each; more of them: `python -m tests.hostile cycles`."""

from pathlib import Path

from tests.hostile.cycles import cycles


def test_a_cycle_over_a_wrong_answer_loses_doubles_and_tells_nothing(tmp_path: Path) -> None:
    """It ends with a result or a typed error, no cursor moves past what was read, and honest cycles then catch up."""
    with cycles(tmp_path) as made:
        assert list(made.trials(8, seed=0)) == []
