"""What the match index stores of a text: 64 bits of its HMAC under this ledger's secret.

The first 16 bits are the kind's, so that the texts of one kind lie beside each other in the index; the next 47 are the
text's; the last one is the side. Two texts of a kind that share a number make two records be compared in vain: with
1,000,000 records that happens to one text in 100 million.
"""

import hmac
import secrets

from connector.core.model import SIDES, Side
from connector.errors import LedgerFailed
from connector.ledger.store import Store

_TEXT_BITS = 48
_TEXT_MASK = (1 << _TEXT_BITS) - 2
_BIT = {side: bit for bit, side in enumerate(SIDES)}


def make_secret(store: Store) -> None:
    """Give a new ledger its random key of 32 bytes; an existing one keeps its own."""
    store.change(
        "INSERT INTO secret (pair, mapping, hex) VALUES (:pair, :mapping, :hex) ON CONFLICT (pair, mapping) DO NOTHING",
        [{"hex": secrets.token_hex(32)}],
    )


class Hashes:
    """Numbers for texts. The secret is read when it is needed first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = b""
        self._kinds: dict[str, int] = {}

    def of(self, kind: str, text: str) -> int:
        """The number of a text on the first side; `bit` is added for a side."""
        key = self._key or self._secret()
        digest = hmac.digest(key, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), "sha256")
        return self.first(kind) + (int.from_bytes(digest[:6], "big") & _TEXT_MASK)

    def first(self, kind: str) -> int:
        """The smallest number that a text of this kind can have."""
        known = self._kinds.get(kind)
        if known is None:
            digest = hmac.digest(self._key or self._secret(), kind.encode("utf-8", "surrogatepass"), "sha256")
            known = self._kinds[kind] = int.from_bytes(digest[:2], "big", signed=True) << _TEXT_BITS
        return known

    def last(self, kind: str) -> int:
        """The largest number that a text of this kind can have."""
        return self.first(kind) + (1 << _TEXT_BITS) - 1

    def _secret(self) -> bytes:
        rows = self._store.query("SELECT hex FROM secret WHERE pair = :pair AND mapping = :mapping")
        if not rows:
            raise LedgerFailed(
                f"The ledger {self._store.name} has lost the key of its match index: restore it from a backup."
            )
        self._key = bytes.fromhex(rows[0][0])
        return self._key


def bit(side: Side) -> int:
    """What is added to a text's number for a side."""
    return _BIT[side]
