"""The body of an answer, bounded in size and time, and without the credentials that asked for it.

Imports urllib3 and the bounds; the clock is handed in. The timeouts of `requests` are for each piece, so that a body
that drips would never end, and a small answer may be unpacked into a huge one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from urllib3.exceptions import ProtocolError

from connector.crm.bounds import CUT_OUT, LONGEST

PIECE = 65_536


class Body:
    """What `requests` reads an answer from; `until` is when it must have come, by `clock`.

    `secrets` are cut out of it: careless servers repeat requests in their error pages. What is wrong with a body is
    told as urllib3 tells it, which `requests` understands.
    """

    def __init__(self, raw: Any, until: float, clock: Callable[[], float], secrets: Sequence[bytes] = ()) -> None:
        self._raw, self._until, self._clock, self._secrets = raw, until, clock, secrets

    def stream(self, amount: int, decode_content: bool = True) -> Iterator[bytes]:
        """The whole body, unpacked."""
        whole = b"".join(self._pieces(decode_content))
        for secret in self._secrets:
            whole = whole.replace(secret, CUT_OUT.encode())
        yield whole

    def _pieces(self, decode_content: bool) -> Iterator[bytes]:
        size = 0
        try:
            while piece := self._raw.read1(PIECE, decode_content=decode_content):
                size += len(piece)
                if size > LONGEST:
                    raise ProtocolError(f"the answer is longer than {LONGEST:,} bytes")
                if self._clock() > self._until:
                    raise ProtocolError("the answer did not come to its end in time")
                yield piece
        except (ValueError, OverflowError) as error:  # of lengths that are no numbers
            raise ProtocolError(type(error).__name__) from error
        finally:
            self._raw.close()  # does nothing to a connection that was read to its end

    def close(self) -> None:
        """Hang up."""
        self._raw.close()

    def release_conn(self) -> None:
        """Give the connection back for the next request, if it was read to its end."""
        self._raw.release_conn()
