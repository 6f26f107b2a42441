"""The match index, over any store: which records carry the same e-mail, phone or name, without keeping those texts.

Imports the core's model and the store's protocol.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

from connector.core.model import Side
from connector.errors import LedgerFailed
from connector.ledger.store import Store, among


def make_secret(store: Store) -> None:
    """Give a new ledger its random key of 32 bytes; an existing one keeps its own."""
    store.change(
        "INSERT INTO secret (pair, mapping, hex) VALUES (:pair, :mapping, :hex) ON CONFLICT (pair, mapping) DO NOTHING",
        [{"hex": secrets.token_hex(32)}],
    )


class KeyBook:
    """See `connector.ledger.port.Keys`. A text is stored as the first 16 bytes of its HMAC-SHA256."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = b""

    def put(self, side: Side, keys: Mapping[str, Mapping[str, str]]) -> None:
        """Replace the keys of records: record id -> kind -> text ("" is not stored)."""
        with self._store.transaction():
            self.drop(side, list(keys))
            self._store.change(
                "INSERT INTO match_key (pair, mapping, side, record_id, kind, hash) "
                "VALUES (:pair, :mapping, :side, :record_id, :kind, :hash)",
                [
                    {"side": side.value, "record_id": record_id, "kind": kind, "hash": self._hash(kind, text)}
                    for record_id, texts in keys.items()
                    for kind, text in texts.items()
                    if text
                ],
            )

    def find(self, kind: str, texts: Sequence[str]) -> Mapping[str, Sequence[tuple[Side, str]]]:
        """The records that carry one of these texts under that kind: text -> (side, record id), sorted.

        A text that no record carries is left out.
        """
        by_hash = {self._hash(kind, text): text for text in texts if text}
        sql = (
            "SELECT hash, side, record_id FROM match_key"
            " WHERE pair = :pair AND mapping = :mapping AND kind = :kind AND hash IN (:values)"
        )
        found: dict[str, list[tuple[Side, str]]] = {}
        for digest, side, record_id in among(self._store, sql, list(by_hash), {"kind": kind}):
            found.setdefault(by_hash[digest], []).append((Side(side), record_id))
        return {text: sorted(records) for text, records in found.items()}

    def drop(self, side: Side, record_ids: Sequence[str]) -> None:
        """Remove the keys of records that are gone."""
        self._store.change(
            "DELETE FROM match_key"
            " WHERE pair = :pair AND mapping = :mapping AND side = :side AND record_id = :record_id",
            [{"side": side.value, "record_id": record_id} for record_id in record_ids],
        )

    def _hash(self, kind: str, text: str) -> str:
        if not self._key:
            rows = self._store.query("SELECT hex FROM secret WHERE pair = :pair AND mapping = :mapping")
            if not rows:
                raise LedgerFailed(
                    f"The ledger {self._store.name} has lost the key of its match index: restore it from a backup."
                )
            self._key = bytes.fromhex(rows[0][0])
        message = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).digest()[:16].hex()
