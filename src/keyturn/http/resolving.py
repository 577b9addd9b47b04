"""From a host name to addresses that may be connected to.

The check sits inside the connector's own resolver: what passes here is what the socket is opened to, and
no second look-up happens in between. That is the defence against DNS rebinding.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol

from aiohttp.abc import AbstractResolver, ResolveResult

from .addresses import literal
from .egress import Denial, EgressRules


class Resolver(Protocol):
    """The port for name look-ups; tests bring their own."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of ``host`` as text, best first. Raises OSError when there is none."""
        ...


class SystemResolver:
    """The operating system's resolver, asked in a thread."""

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """See `Resolver`."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Unresolved(OSError):
    """The name has no address."""


class Forbidden(OSError):
    """The name has addresses and none of them may be connected to."""

    def __init__(self, denial: Denial) -> None:
        super().__init__(denial.what)
        self.denial = denial


class CheckedResolver(AbstractResolver):
    """The resolver that aiohttp connects by: hands out allowed addresses only.

    Of a name with allowed and forbidden addresses the allowed ones are used. Raises `Unresolved` and
    `Forbidden` (OSErrors, which aiohttp hands on with the request that they belong to).
    """

    def __init__(self, inner: Resolver, rules: EgressRules) -> None:
        self._inner = inner
        self._rules = rules

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The allowed addresses of ``host``."""
        try:
            texts = await self._inner.resolve(host, port)
        except (OSError, UnicodeError) as exc:
            raise Unresolved(f"no address for {host}") from exc
        denial: Denial | None = None
        results: list[ResolveResult] = []
        for text in texts:
            address = literal(text)
            if address is None:  # a resolver's answer that is no address is never handed on
                continue
            verdict = self._rules.judge_address(host, port, address)
            if verdict is not None:
                denial = denial or verdict
                continue
            results.append(_result(host, str(address), port))
        if results:
            return results
        if denial is not None:
            raise Forbidden(denial)
        raise Unresolved(f"no address for {host}")

    async def close(self) -> None:
        """Nothing is held open."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    return {
        "hostname": host,
        "host": address,
        "port": port,
        "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
        "proto": socket.IPPROTO_TCP,
        "flags": socket.AI_NUMERICHOST,
    }
