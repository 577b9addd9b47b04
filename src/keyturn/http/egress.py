"""Where requests may go.

Public addresses are open; this machine, private networks, metadata services and every other special
address are closed unless an allow entry opens them. A deny entry closes what would be open and wins over
all allow entries. Names are judged by the addresses that they resolve to, and the connection is then made
to those very addresses (see ``resolving``), so a name that changes its mind in between gains nothing.

Entries::

    127.0.0.1        127.0.0.1:8080     [::1]:8080       fd00::1
    10.0.0.0/8       10.0.0.0/8:443     fd00::/8
    app.corp.example app.corp.example:8443   *.corp.example

An allow entry with a name lets that name reach private networks and this machine, never a metadata
service, a multicast or an unspecified address. A metadata service is opened by its single address alone:
no wide network opens it by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from .addresses import Address, Network, Special, effective, literal, numeric_like, special
from .errors import BadSetting

_PORT = re.compile(r":(\d{1,5})$")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# By way of a proxy nobody here resolves a name, and these lead to credentials wherever they are resolved.
_METADATA_NAMES = frozenset(
    {"metadata.google.internal", "metadata.goog", "metadata", "instance-data.ec2.internal", "instance-data"}
)
_CAN_BE_ALLOWED = "If it is meant, the operator can add it to KEYTURN_EGRESS_ALLOW."
_NOT_BY_NAME = frozenset({Special.METADATA, Special.MULTICAST, Special.UNSPECIFIED})


class BadEgressEntry(BadSetting):
    """An entry of a list of hosts and networks that cannot be read. Has ``entry``; ``setting`` names the list."""

    def __init__(self, entry: str, what: str, mend: str, setting: str = "Egress") -> None:
        super().__init__(what, mend, f"{setting}, entry {entry!r}: ")
        self.entry = entry


@dataclass(frozen=True, slots=True)
class EgressEntry:
    """One entry: a network or a name (``*.`` in front for all names below), with a port or for all."""

    network: Network | None = None
    name: str = ""
    port: int | None = None

    def covers_address(self, address: Address, port: int) -> bool:
        """Whether ``address`` or the IPv4 address inside it lies in this entry's network."""
        if self.network is None or not self._covers_port(port):
            return False
        return any(one.version == self.network.version and one in self.network for one in _forms(address))

    def covers_name(self, host: str, port: int) -> bool:
        """Whether ``host`` is this entry's name, or lies below it for ``*.`` entries."""
        if not self.name or not self._covers_port(port):
            return False
        if self.name.startswith("*."):
            return host.endswith(self.name[1:]) and len(host) > len(self.name) - 1
        return host == self.name

    def _covers_port(self, port: int) -> bool:
        return self.port is None or self.port == port


def _forms(address: Address) -> tuple[Address, ...]:
    plain = ip_address(int(address)) if address.version == 4 else type(address)(int(address))
    inner = effective(address)
    return (plain,) if inner == plain else (plain, inner)


def parse_entry(text: str) -> EgressEntry:
    """Read one entry. Raises `BadEgressEntry`."""
    entry = text.strip().lower()
    if not entry:
        raise BadEgressEntry(text, "It is empty.", "Remove it.")
    if "://" in entry:
        raise BadEgressEntry(text, "It is a URL.", "Write the host alone, or host:port.")
    host, port = _split_port(text, entry)
    if network := _network(text, host):
        return EgressEntry(network=network, port=port)
    return EgressEntry(name=_name(text, host), port=port)


def parse_entries(entries: Iterable[str], setting: str) -> tuple[EgressEntry, ...]:
    """Read entries of a setting. Raises `BadEgressEntry`, which names it, at the first one that cannot be read."""
    try:
        return tuple(map(parse_entry, entries))
    except BadEgressEntry as error:
        raise BadEgressEntry(error.entry, error.what, error.mend, setting) from None


def _split_port(text: str, entry: str) -> tuple[str, int | None]:
    if entry.startswith("["):
        host, closed, rest = entry[1:].partition("]")
        if not closed or (rest and not _PORT.fullmatch(rest)):
            raise BadEgressEntry(text, "The brackets do not match.", "Write [address]:port.")
        return host, _port(text, rest[1:]) if rest else None
    if entry.count(":") > 1:  # an IPv6 address: its port needs brackets
        return entry, None
    host, colon, digits = entry.partition(":")
    return host, _port(text, digits) if colon else None


def _port(text: str, digits: str) -> int:
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits) <= 65535:
        raise BadEgressEntry(text, f"{digits!r} is no port.", "Use a number from 1 to 65535.")
    return int(digits)


def _network(text: str, host: str) -> Network | None:
    if "/" not in host:
        address = literal(host)
        return None if address is None else ip_network(address)
    try:
        loose = ip_network(host, strict=False)
    except ValueError:
        raise BadEgressEntry(text, "It is no network.", "Write one such as 10.0.0.0/8 or fd00::/8.") from None
    if str(loose.network_address) != str(literal(host.partition("/")[0])):
        raise BadEgressEntry(text, "The address has bits beyond its network.", f"Did you mean {loose}?")
    return loose


def _name(text: str, host: str) -> str:
    if host in ("*", "*."):
        raise BadEgressEntry(
            text, "A star alone would stand for every address.", "Name a domain, such as *.corp.example."
        )
    bare = host.removeprefix("*.").removesuffix(".")
    if numeric_like(bare):
        raise BadEgressEntry(text, "It is no complete address.", "Write all four parts, as in 10.0.0.1.")
    try:
        ascii_name = bare.encode("idna").decode("ascii") if not bare.isascii() else bare
    except UnicodeError:
        ascii_name = ""
    if not is_host_name(ascii_name):
        raise BadEgressEntry(
            text, "It is neither an address, a network nor a host name.", "Example: app.corp.example:8443."
        )
    return f"*.{ascii_name}" if host.startswith("*.") else ascii_name


def is_host_name(host: str) -> bool:
    """Whether ``host`` (lower case, ASCII) is a usable DNS name, with or without its final dot."""
    bare = host.removesuffix(".")
    return 0 < len(bare) <= 253 and all(_LABEL.fullmatch(label) for label in bare.split("."))


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request may not go to an address: sentences for people."""

    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class EgressRules:
    """The rules of one client. Made by `EgressRules.parse`."""

    allow: tuple[EgressEntry, ...] = ()
    deny: tuple[EgressEntry, ...] = ()

    @classmethod
    def parse(cls, allow: Iterable[str] = (), deny: Iterable[str] = ()) -> EgressRules:
        """Rules from entries as text. Raises `BadEgressEntry` at the first one that cannot be read."""
        return cls(parse_entries(allow, "KEYTURN_EGRESS_ALLOW"), tuple(map(parse_entry, deny)))

    def judge_host(self, host: str, port: int) -> Denial | None:
        """What can be said before a name is resolved; an address is judged at once and for good.

        ``host`` is lower case ASCII, an IPv6 address without brackets.
        """
        address = literal(host)
        if address is not None:
            return self.judge_address("", port, address)
        if numeric_like(host):
            return Denial(
                f"{host} is a number that resolvers read as an address.",
                "Write the address in four decimal parts, as in 10.0.0.1.",
            )
        name = host.removesuffix(".")
        if any(entry.covers_name(name, port) for entry in self.deny):
            return Denial(f"{host} is on the deny list.", "Ask the operator who keeps the egress settings.")
        if name in _METADATA_NAMES and not any(entry.name == name for entry in self.allow):
            return Denial(f"{host} is {Special.METADATA}, where requests may not go.", _CAN_BE_ALLOWED)
        return None

    def judge_address(self, host: str, port: int, address: Address) -> Denial | None:
        """Whether a connection to ``address`` may be made, for the sake of ``host`` if it is a name."""
        shown = f"{host} ({address})" if host else str(address)
        if any(entry.covers_address(address, port) for entry in self.deny):
            return Denial(f"{shown} is on the deny list.", "Ask the operator who keeps the egress settings.")
        why = special(address)
        if why is None or self._allowed(host.removesuffix("."), port, address, why):
            return None
        return Denial(
            f"{shown} is {why}, where requests may not go.",
            _CAN_BE_ALLOWED,
        )

    def _allowed(self, host: str, port: int, address: Address, why: Special) -> bool:
        for entry in self.allow:
            if entry.covers_address(address, port) and entry.network is not None:
                single = entry.network.num_addresses == 1
                if single or why is not Special.METADATA:
                    return True
            if why not in _NOT_BY_NAME and host and entry.covers_name(host, port):
                return True
        return False
