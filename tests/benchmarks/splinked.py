"""The same task for Splink 5 on DuckDB, trained by its own expectation-maximisation: a yardstick, not a dependency."""

import importlib
from typing import Any

SINGLE = ("surname", "given_name", "postcode", "suburb", "address_1")


def scored(left: Any, right: Any) -> dict[tuple[str, str], float]:
    """The match weight of every candidate pair of two frames of Febrl; blocking on one field at a time."""
    splink = importlib.import_module("splink")
    levels = importlib.import_module("splink.comparison_library")
    api = splink.DuckDBAPI()
    frames = [
        api.register(_prepared(frame), dataset_display_name=name) for name, frame in (("one", left), ("other", right))
    ]
    block = splink.block_on
    rules = [*(block(field) for field in SINGLE), block("street_number", "state")]
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            *(_by_name(levels, field) for field in ("given_name", "surname")),
            *(_by_letters(levels, field) for field in ("address_1", "address_2", "suburb", "postcode")),
            *(levels.ExactMatch(field) for field in ("street_number", "state")),
        ],
        blocking_rules_to_generate_predictions=rules,
        probability_two_random_records_match=1 / len(left),
    )
    linker = splink.Linker(frames, settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for fields in (("surname",), ("postcode",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block(*fields), record_sample_proportion=1.0)
    found = linker.inference.predict(threshold_match_weight=-20).as_pandas_dataframe()
    pairs = zip(found["unique_id_l"], found["unique_id_r"], strict=True)
    return {
        pair if pair[0].endswith("org") else pair[::-1]: float(weight)
        for pair, weight in zip(pairs, found["match_weight"], strict=True)
    }


def _by_name(levels: Any, field: str) -> Any:
    return levels.JaroWinklerAtThresholds(field, [0.92, 0.8]).configure(term_frequency_adjustments=True)


def _by_letters(levels: Any, field: str) -> Any:
    return levels.LevenshteinAtThresholds(field, [1, 2])


def _prepared(frame: Any) -> Any:
    """The frame with its ids as a column, and nothing where Febrl has nothing."""
    return frame.replace("", None).reset_index().rename(columns={"rec_id": "unique_id"})
