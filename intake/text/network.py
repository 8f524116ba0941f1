"""Where a request comes from: one address, or the range that one household or one office has.

An address is taken from the header of a proxy only where that proxy is known; anybody else can write there
what they like.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# Whoever has one IPv6 address usually has 2^64 of them.
BITS_OF_A_RANGE = {4: 32, 6: 64}
# What stands in for the other end of a socket that is a file: only this machine can write to it.
SOCKET_FILE = "unix"
# With the port that some proxies write behind it: "192.0.2.7:4711", "[2001:db8::7]:4711".
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5}", re.ASCII)


class NotANetwork(ValueError):
    """Neither an address nor a range of addresses."""


def networks(text: str) -> tuple[Network | str, ...]:
    """Addresses and ranges, with commas, and `unix` for a socket that is a file; raises NotANetwork."""
    return tuple(_network(each.strip()) for each in text.split(",") if each.strip())


def client_of(peer: str, forwarded: str, trusted: Sequence[Network | str]) -> Address | None:
    """The address a request comes from; None when nobody can tell.

    `peer` is who connected, `forwarded` what X-Forwarded-For says. The header is read from its end, as
    far as known proxies wrote it: the first address that is none of theirs is the client's. What cannot be
    read there is nobody's, and then it is the peer.
    """
    connected = _address(peer)
    if not _is_among(connected, peer, trusted):
        return connected
    found = connected
    for said in reversed(forwarded.split(",")) if forwarded.strip() else ():
        found = _address(said)
        if found is None:
            return connected
        if not _is_among(found, "", trusted):
            return found
    return found


def is_trusted(peer: str, trusted: Sequence[Network | str]) -> bool:
    """Whoever connected is one of these proxies."""
    return _is_among(_address(peer), peer, trusted)


def is_this_computer(host: str) -> bool:
    """The name or address of a host means the computer that asks."""
    found = _address(host)
    return host == "localhost" or (found is not None and found.is_loopback)


def range_of(address: Address | None) -> str:
    """The range that tries are counted for: an IPv4 address, the /64 of an IPv6 one; "" for none."""
    if address is None:
        return ""
    return str(ip_network((address, BITS_OF_A_RANGE[address.version]), strict=False))


def _network(text: str) -> Network | str:
    if text == SOCKET_FILE:
        return text
    try:
        return ip_network(text, strict=True)
    except ValueError:
        raise NotANetwork(text) from None


def _is_among(address: Address | None, peer: str, trusted: Sequence[Network | str]) -> bool:
    if address is None:
        # A server on a socket file names no peer.
        return SOCKET_FILE in trusted and peer.strip() in ("", SOCKET_FILE)
    return any(address in each for each in trusted if not isinstance(each, str))


def _address(text: str) -> Address | None:
    text = text.strip()
    with_port = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address(next(filter(None, with_port.groups())) if with_port else text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            return None
        # The same client, whichever way the server listens.
        return found.ipv4_mapped or found
    return found
