"""Which address a request comes from when a proxy stands in front; no Django here."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Whoever has one IPv6 address has all of its /64: they are one for a lock-out.
_IPV6_PREFIX = 64


def networks(words: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and networks (``10.0.0.1``, ``10.0.0.0/8``); ValueError names a wrong one."""
    return tuple(ip_network(word, strict=False) for word in words)


def _read(text: str) -> Address | None:
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_trusted(address: Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies if network.version == address.version)


def from_proxy(remote: str, proxies: Sequence[Network]) -> bool:
    """Say whether the peer itself is a configured proxy."""
    address = _read(remote)
    return address is not None and _is_trusted(address, proxies)


def client_address(remote: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the address that asks.

    ``remote`` is the peer. Only when it is a configured proxy is ``forwarded`` (the header
    X-Forwarded-For) believed, and of it the right-most address that is no proxy of ours: what
    stands left of it was written by the client. Something unreadable ends the search.
    """
    peer = _read(remote)
    if peer is None:
        return remote
    for hop in reversed(forwarded.split(",")):
        if not _is_trusted(peer, proxies):
            break
        before = _read(hop)
        if before is None:
            break
        peer = before
    return str(peer)


def bucket_of(address: str) -> str:
    """Return what counts as one address for a lock-out: an IPv4 address, or an IPv6 /64."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _IPV6_PREFIX), strict=False).network_address)
    return str(found) if found is not None else address
