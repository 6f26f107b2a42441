"""Which text of two identities a field agrees on, and the kind that counts how common it is. Imports the identity."""

from collections.abc import Callable
from collections.abc import Mapping as Map

from connector.core.match.contacts import subscriber
from connector.core.match.fold import squeezed
from connector.core.match.identity import Identity
from connector.core.match.levels import FIELDS
from connector.core.match.nicknames import root


def _either_mobile(one: Identity, other: Identity) -> str:
    """The number that both carry, in whichever field."""
    mine, theirs = subscriber(one.mobile), subscriber(other.mobile)
    return mine if mine and mine in (theirs, subscriber(other.phone)) else theirs


_BY_FIELD: Map[str, tuple[str, Callable[[Identity, Identity], str]]] = {
    "given": ("given", lambda one, _: root(one.given)),
    "surname": ("surname", lambda one, _: one.surname),
    "email": ("email", lambda one, _: one.email),
    "mobile": ("phone", _either_mobile),
    "mailbox": ("email", lambda one, _: one.mailbox),
    "phone": ("phone", lambda one, _: subscriber(one.phone)),
    "company": ("company", lambda one, _: squeezed(one.company)),
    "domain": ("domain", lambda one, other: min(set(one.domains) & set(other.domains))),
    "street": ("street", lambda one, _: one.street),
    "city": ("city", lambda one, _: one.city),
    "postcode": ("postcode", lambda one, _: one.postcode),
}
"""Field -> the kind that counts its values, and the text two records agree on. The others have no count."""
KIND_AT = {FIELDS.index(name): kind for name, (kind, _) in _BY_FIELD.items()}
TEXTS_AT = tuple((FIELDS.index(name), text) for name, (_, text) in _BY_FIELD.items())
