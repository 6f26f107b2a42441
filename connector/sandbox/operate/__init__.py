"""A local stand-in for essensys Operate: what its API reference documents, and switches for what it does not.

Every behaviour names its source: a chapter of the "essensys Operate API" reference, or the vendor's page of
common questions. What neither states is marked "not documented" and, where a client could be caught out by the
other reading, can be switched in `OperateConfig`. Imports only the standard library and the sandbox's server.
"""

from connector.sandbox.operate.app import Operate
from connector.sandbox.operate.config import OperateConfig, Workflow

__all__ = ["Operate", "OperateConfig", "Workflow"]
