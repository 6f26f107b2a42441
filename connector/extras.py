"""Modules that only an extra of the package brings along. Imports errors only."""

import importlib
from typing import Any

from connector.errors import Misconfigured


def installed(module: str, what: str, extra: str) -> Any:
    """A module by its name. Raises `Misconfigured`, which says that `what` is not installed and how to mend it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"{what} is not installed ({error.name}): pip install 'operate-salesforce-connector[{extra}]'."
        ) from None
