"""asyncpg, with types. It brings none, so this is the only module of ours that imports it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast
from uuid import UUID

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from asyncpg.pgproto import pgproto  # pyright: ignore[reportMissingTypeStubs]

Row: TypeAlias = Mapping[str, Any]  # a database row: the columns' types are known to each statement only
Notified: TypeAlias = Callable[[object, object, object, object], None]


class Link(Protocol):
    """A connection, as far as we use it."""

    async def fetch(self, query: str, *args: object) -> Sequence[Row]: ...

    async def fetchrow(self, query: str, *args: object) -> Row | None: ...

    async def fetchval(self, query: str, *args: object) -> object: ...

    async def execute(self, query: str, *args: object) -> str: ...

    def transaction(
        self, *, isolation: str | None = None, readonly: bool = False
    ) -> AbstractAsyncContextManager[None]: ...

    def is_closed(self) -> bool: ...

    def terminate(self) -> None: ...

    async def close(self) -> None: ...

    async def add_listener(self, channel: str, callback: Notified) -> None: ...

    def add_termination_listener(self, callback: Callable[[object], None]) -> None: ...


class Pool(Protocol):
    """Connections that are lent."""

    def acquire(self, *, timeout: float | None = None) -> AbstractAsyncContextManager[Link]: ...

    async def close(self) -> None: ...

    def terminate(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Dial:
    """How a connection is made; times are in seconds.

    Attributes:
        command_timeout: the client gives up a statement after this time; None for never.
    """

    url: str
    timeout: float
    command_timeout: float | None
    server_settings: Mapping[str, str]


def uuid_of(data: bytes) -> UUID:
    """The UUID with these 16 bytes, as rows have it: equal to any other, and made, hashed and written in a tenth of the
    time that Python's own takes."""
    return cast("UUID", pgproto.UUID(data))  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]


def random_uuid() -> UUID:
    """128 random bits."""
    return uuid_of(os.urandom(16))


async def connect(dial: Dial) -> Link:
    """One connection."""
    made: object = await asyncpg.connect(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        dial.url,
        timeout=cast("int", dial.timeout),
        command_timeout=dial.command_timeout,
        server_settings=dict(dial.server_settings),
    )
    return cast("Link", made)


async def make_pool(dial: Dial, size: int) -> Pool:
    """A pool of at most ``size`` connections. Giving one back costs no round trip."""
    made: object = await asyncpg.create_pool(  # pyright: ignore[reportUnknownMemberType]
        dial.url,
        min_size=0,  # else the pool complains at length while the server is away
        max_size=size,
        timeout=dial.timeout,
        command_timeout=dial.command_timeout,
        server_settings=dict(dial.server_settings),
        reset=_keep_session,
    )
    return cast("Pool", made)


async def _keep_session(_link: object) -> None:
    """Nothing of ours changes a session, so there is nothing to reset (open transactions are ended before)."""


def code_of(error: BaseException) -> str | None:
    """The SQLSTATE of an error that the server reported; None for any other."""
    if not isinstance(error, asyncpg.PostgresError):
        return None
    code: object = getattr(error, "sqlstate", None)
    return code if isinstance(code, str) else ""


def is_closed_link(error: BaseException) -> bool:
    """Whether the client says that the connection closed under it (a wrong argument is a ValueError too).

    A connection that is cut at the moment when a statement begins gives an InternalClientError.
    """
    known = (asyncpg.InterfaceError, asyncpg.InternalClientError)
    return isinstance(error, known) and not isinstance(error, ValueError)


def is_wrong_argument(error: BaseException) -> bool:
    """Whether the client cannot write a value to the wire."""
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)


def is_of_driver(error: BaseException) -> bool:
    """Whether the driver or the server raised it, or a value did while it was written to the wire."""
    known = (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError, TypeError, OverflowError)
    return isinstance(error, known)
