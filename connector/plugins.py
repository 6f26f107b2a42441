"""Transforms that a company adds in Python: classes that installed packages offer under an entry point.

A package names them in its own pyproject.toml:

    [project.entry-points."connector.transforms"]
    size_band = "acme_connector:SizeBand"
"""

from collections.abc import Iterable
from collections.abc import Mapping as Map
from importlib.metadata import EntryPoint, entry_points

from connector.core.mapping.transform import OneField
from connector.core.mapping.transforms import NAMES
from connector.errors import Misconfigured

GROUP = "connector.transforms"


def transforms(found: Iterable[EntryPoint] | None = None) -> Map[str, type[OneField]]:
    """Every transform a mapping may name: ours, and those of installed packages.

    Raises `Misconfigured` for one that cannot be imported, is no transform, or takes a name that exists.
    """
    known = dict(NAMES)
    for point in entry_points(group=GROUP) if found is None else found:
        known[point.name] = _loaded(point, known)
    return known


def _loaded(point: EntryPoint, known: Map[str, object]) -> type[OneField]:
    where = f"The transform {point.name} ({point.value}, an entry point of an installed package)"
    if point.name in known:
        raise Misconfigured(f"{where} has a name that exists; rename it.")
    try:
        kind = point.load()
    except Exception as error:
        raise Misconfigured(f"{where} cannot be imported: {type(error).__name__}: {error}") from error
    if not (isinstance(kind, type) and issubclass(kind, OneField)):
        raise Misconfigured(f"{where} is no class on connector.core.mapping.transform.OneField.")
    return kind
