"""The HTTP server both stand-ins run on: keep-alive, a journal, faults on demand and a clock to turn.

Only the standard library is imported. A stand-in is an `App`: it turns a `Request` into a `Response` and
never sees a socket; all that can go wrong *between* two machines is done here, the same way for both CRMs.
"""

from connector.sandbox.http.faults import Fault
from connector.sandbox.http.messages import App, BadRequest, Clock, Request, Response
from connector.sandbox.http.server import Entry, Journal, Server

__all__ = ["App", "BadRequest", "Clock", "Entry", "Fault", "Journal", "Request", "Response", "Server"]
