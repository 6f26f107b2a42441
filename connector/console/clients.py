"""From where a request comes, as far as that can be known: who guesses passwords, and who does not. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

MOST = 50
"""So much is kept of what a proxy says that is no address."""
HOME = 64
"""Bits of an IPv6 address that no machine chooses by itself: whoever has one address has all that share them."""


def client_of(peer: str, lines: Sequence[str], proxies: Sequence[str]) -> str:
    """A name of the client behind a request of `peer`, that other clients do not have.

    `lines` are its headers X-Forwarded-For, to which each proxy adds from whom it has a request, as a word or as a line
    of its own. Anybody may write that header: only what the machines in `proxies` add to it is believed.
    """
    found, said = peer, [word for line in lines for each in line.split(",") if (word := each.strip())]
    while said and is_proxy(found, proxies):
        found = said.pop()
    return _name(found)


def is_proxy(text: str, proxies: Sequence[str]) -> bool:
    """Whether this is an address of one of our proxies."""
    address = _address(text)
    return address is not None and any(address in ip_network(each) for each in proxies)


def _name(text: str) -> str:
    address = _address(text)
    if address is None:
        return text[:MOST]
    return str(ip_network((address, HOME), strict=False)) if address.version == 6 else str(address)


def _address(text: str) -> Address | None:
    """The address, which some proxies write with a port; an IPv4 address in the form of IPv6 is one of IPv4."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
