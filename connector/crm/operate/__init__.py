"""The client of essensys Operate: `OperateCrm` implements the port, `Credentials` log it in."""

from connector.crm.operate.client import OperateCrm
from connector.crm.operate.login import Credentials

__all__ = ["Credentials", "OperateCrm"]
