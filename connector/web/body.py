"""The body of a request as far as it is worth reading: not too large, and not too slow."""

import anyio
from starlette.requests import ClientDisconnect, Request

LARGEST = 64 * 1024
"""Bytes that are read; Salesforce sends at most 100 notifications of a few fields in one message."""
PATIENCE = 10.0
"""Seconds that a body may take to arrive."""


async def read_body(request: Request) -> bytes | None:
    """The body; None where it is too large, too slow or broken off."""
    body = b""
    try:
        with anyio.fail_after(PATIENCE):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    return None
    except (TimeoutError, ClientDisconnect):
        return None
    return body
