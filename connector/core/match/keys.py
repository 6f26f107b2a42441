"""The texts under which a record can be found again: its counterpart id, and the person's e-mail with the name.

The ledger stores them as keyed hashes. Values that we invented are blank here already, so they never match anybody.
"""

import unicodedata
from collections.abc import Mapping as Map

from connector.core.mapping.model import Mapping
from connector.core.model import Values

COUNTERPART = "counterpart"
"""The other side's id, stored on the record: evidence, stronger than any name."""
PERSON = "person"
"""E-mail and full name."""
EMAIL = "email"
"""E-mail alone, of every record that has one."""
NAMELESS = "nameless"
"""E-mail alone, of records without a full name: they may be anybody who shares it."""


def keys_of(mapping: Mapping, values: Values, counterpart_id: str = "") -> Map[str, str]:
    """Kind -> text for one record; a kind that says nothing is left out."""
    email = _folded(values.get(mapping.match.get("email", ""), ""))
    first = _folded(values.get(mapping.match.get("first_name", ""), ""))
    last = _folded(values.get(mapping.match.get("last_name", ""), ""))
    keys = {COUNTERPART: counterpart_id} if counterpart_id else {}
    if email:
        keys[EMAIL] = email
        if first or last:
            keys[PERSON] = "\x1f".join((email, first, last))
        if not (first and last):
            keys[NAMELESS] = email
    return keys


def _folded(text: str) -> str:
    """Upper and lower case, width, and runs of blanks make no difference; accents do."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
