"""Which IP addresses are special, by the IANA registries.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and updates), RFC 6052 (NAT64),
RFC 3056 (6to4), RFC 4291 section 2.5.5 (IPv4 inside IPv6), and the clouds' pages on instance metadata.
The tables are written out because those of the ``ipaddress`` module differ between Python releases.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Special(StrEnum):
    """Why an address is no ordinary public one."""

    METADATA = "a cloud metadata service"
    UNSPECIFIED = "an unspecified address"
    LOOPBACK = "this machine itself"
    PRIVATE = "a private network"
    LINK_LOCAL = "a link-local address"
    SHARED = "a carrier's shared network (RFC 6598)"
    MULTICAST = "a multicast address"
    RESERVED = "a reserved address"


_METADATA: frozenset[Address] = frozenset(
    ip_address(text)
    for text in (
        "169.254.169.254",  # AWS, Azure, Google, DigitalOcean, Oracle
        "169.254.170.2",  # AWS container credentials
        "169.254.170.23",  # AWS EKS pod identity
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure wire server: a public address that is the host's own
        "192.0.0.192",  # Oracle, older
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",  # AWS EKS pod identity
        "fd20:ce::254",  # Google
    )
)

_V4: tuple[tuple[IPv4Network, Special], ...] = tuple(
    (IPv4Network(text), special)
    for text, special in (
        ("0.0.0.0/8", Special.UNSPECIFIED),
        ("127.0.0.0/8", Special.LOOPBACK),
        ("10.0.0.0/8", Special.PRIVATE),
        ("172.16.0.0/12", Special.PRIVATE),
        ("192.168.0.0/16", Special.PRIVATE),
        ("169.254.0.0/16", Special.LINK_LOCAL),
        ("100.64.0.0/10", Special.SHARED),
        ("224.0.0.0/4", Special.MULTICAST),
        ("192.0.0.0/24", Special.RESERVED),
        ("192.0.2.0/24", Special.RESERVED),
        ("192.88.99.0/24", Special.RESERVED),
        ("198.18.0.0/15", Special.RESERVED),
        ("198.51.100.0/24", Special.RESERVED),
        ("203.0.113.0/24", Special.RESERVED),
        ("240.0.0.0/4", Special.RESERVED),
    )
)

_V6: tuple[tuple[IPv6Network, Special], ...] = tuple(
    (IPv6Network(text), special)
    for text, special in (
        ("::/128", Special.UNSPECIFIED),
        ("::1/128", Special.LOOPBACK),
        ("fc00::/7", Special.PRIVATE),
        ("fec0::/10", Special.PRIVATE),
        ("fe80::/10", Special.LINK_LOCAL),
        ("ff00::/8", Special.MULTICAST),
        ("2001::/23", Special.RESERVED),
        ("2001:db8::/32", Special.RESERVED),
        ("3fff::/20", Special.RESERVED),
    )
)

_V6_GLOBAL = IPv6Network("2000::/3")
# (network, bits to the right of the IPv4 address)
_V4_INSIDE: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, well-known prefix
    (IPv6Network("2002::/16"), 80),  # 6to4
)


def effective(address: Address) -> Address:
    """The address that packets to ``address`` end up at: an IPv4 one for the forms that wrap it.

    Zones (``%eth0``) are dropped.
    """
    if isinstance(address, IPv4Address):
        return address
    plain = IPv6Address(int(address))
    for network, shift in _V4_INSIDE:
        if plain in network:
            return IPv4Address((int(plain) >> shift) & 0xFFFFFFFF)
    return plain


def special(address: Address) -> Special | None:
    """Why ``address`` is special, or None for an ordinary public address.

    All of IPv6 outside 2000::/3 is special, with it the IPv4-compatible forms (``::1.2.3.4``).
    """
    target = effective(address)
    if target in _METADATA:
        return Special.METADATA
    if isinstance(target, IPv4Address):
        return next((why for network, why in _V4 if target in network), None)
    for network, why in _V6:
        if target in network:
            return why
    return None if target in _V6_GLOBAL else Special.RESERVED


def literal(host: str) -> Address | None:
    """``host`` as an address if it is written as one in the usual form, else None."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def numeric_like(host: str) -> bool:
    """Whether a resolver may read ``host`` as a number (``2130706433``, ``0x7f.1``, ``127.1``).

    Source: "ends in a number" of the WHATWG URL standard, section 3.5.
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    return last.isdigit() or (last.startswith("0x") and all(c in "0123456789abcdef" for c in last[2:]))
