"""What may befall a request to the CRM in memory: thrown by its hook."""

from connector.core.model import Micros


class Lost(Exception):
    """Thrown by a hook: the request ("before") or only its answer ("after") is lost."""


class Late(Exception):
    """Thrown by a hook before a write: nobody hears of the request again, but it is carried out at `at`."""

    def __init__(self, at: Micros) -> None:
        super().__init__(at)
        self.at = at
